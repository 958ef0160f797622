"""The header of a public table: which kinds the table is of, and what its rows say by them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sim.io.errors import InputError
from sim.scenario.public.cells import Cell, Column, bare
from sim.scenario.public.kinds import GROUPS, IDS, KINDS, MEANS, NAMES, SUBJECTS, Kind, plain

OTHER_LEVEL = {"school": "[district]", "district": "[public school]"}
"""What an export writes in the columns that tell of another level than a row's."""


def has_ids(row: Sequence[str]) -> bool:
    """Whether a row is a header: it names a column of NCES ids."""
    return any(plain(name) in names for name in row for names in IDS.values())


class Recognised(NamedTuple):
    """A kind that a table is of, and the columns that tell it; of a wide kind, by their facts."""

    kind: Kind
    columns: dict[str, int]
    about: dict[str, int]
    """Columns that say what a row is about."""


class Header:
    """The columns of a table, by what they mean.

    Parameters
    ----------
    path : Path
        Of the table.
    names : sequence of str
        The header.
    semicolons : bool
        Whether the table is separated by semicolons.

    Raises
    ------
    sim.io.errors.InputError
        Where two columns tell the same.
    """

    def __init__(self, path: Path, names: Sequence[str], semicolons: bool) -> None:
        self._path, self._semicolons = path, semicolons
        self._names = [name.strip() for name in names]
        self._all: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            self._all.setdefault(plain(name), []).append(place)
        self.level = "school" if self._all.keys() & set(IDS["school"]) else "district"
        self.ids = {level: at for level, wanted in IDS.items() if (at := self._only(wanted)) is not None}
        self._reported = {what: found[0][-1] for what, wanted in NAMES.items() if (found := self._ranked(wanted))}
        if self.level == "school" and plain(names[self._reported.get("district name", 0)]) == "name":
            del self._reported["district name"]
        self.kinds = list(self._recognised())
        self._columns: dict[tuple[int, str], Column] = {}

    @property
    def reported_by(self) -> list[str]:
        """The columns that tell the kinds, with those that say what a row is about."""
        reported = (at for found in self.kinds for at in (*found.about.values(), *found.columns.values()))
        return [self._names[at] for at in dict.fromkeys(reported)]

    def name(self, at: int) -> str:
        """A column as the table has it."""
        return self._names[at]

    def text(self, cells: Sequence[str], what: str) -> str:
        """A name, the locale or the year of a row; empty where there is none."""
        return _cell(cells, self._reported.get(what))

    def says(self, cells: Sequence[str], asked: Collection[str] | None = None) -> Iterator[tuple[str, Cell]]:
        """What a row says, by the name of the fact; of some facts only, if any are asked for."""
        for found in self.kinds:
            if found.kind.category is not None:
                yield from self._counted(found, cells, asked)
            elif found.kind is not MEANS:
                for fact, at in found.columns.items():
                    if (asked is None or fact in asked) and at < len(cells):
                        yield fact, Cell(bare(cells[at]), self._column(at))
            elif asked is None:
                yield from self._means(found, cells)

    def _counted(
        self, found: Recognised, cells: Sequence[str], asked: Collection[str] | None
    ) -> Iterator[tuple[str, Cell]]:
        """What a row of a long table says: its category is looked up as a column would be. Where it
        has no number, a flag may say why.
        """

        def of(name: str) -> str:
            return _cell(cells, found.columns.get(name, found.about.get(name)))

        assert found.kind.category is not None
        category = found.kind.category(of)
        for fact, names in found.kind.facts.items():
            if category in names and (asked is None or fact in asked):
                number = found.kind.needs[0]
                column = self._column(found.columns[number], category.capitalize())
                yield fact, Cell(of(number) or of("dms flag"), column, names.index(category))

    def _means(self, found: Recognised, cells: Sequence[str]) -> Iterator[tuple[str, Cell]]:
        """What a row of SEDA says: of the subgroup of the row or of the column, in the subject and
        grade of the row or of the column.
        """
        subgroup, subject, grade, centre = (
            _cell(cells, found.about.get(name)) for name in ("subgroup", "subject", "grade", "gradecenter")
        )
        of_row = GROUPS.get(subgroup.casefold(), "") if "subgroup" in found.about else "all"
        in_grade = f"grade {grade}" if grade else ""
        row = ", ".join(filter(None, (subgroup, subject, in_grade)))
        for fact, at in found.columns.items():
            scale, _, rest = fact.partition(" ")
            group = rest if rest in GROUPS.values() else of_row
            if group and at < len(cells):
                part = f"{rest if rest in SUBJECTS else subject} {in_grade}"
                reported = centre if "gradecenter" in found.about else grade
                yield f"{scale} {group}", Cell(bare(cells[at]), self._column(at, row), part=part, centre=reported)

    def _column(self, at: int, row: str = "") -> Column:
        """A column, with what its row is about where rows differ in that."""
        found = self._columns.get((at, row))
        if found is None:
            name = f"{self._names[at]} ({row})" if row else self._names[at]
            found = self._columns[at, row] = Column(name, self._path, self._semicolons)
        return found

    def _recognised(self) -> Iterator[Recognised]:
        """The kinds that it is of; no column means something in two."""
        free = set(self._all)

        def where(columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
            at = {what: self._only([name for name in names if name in free]) for what, names in columns.items()}
            return {what: place for what, place in at.items() if place is not None}

        for kind in KINDS:
            long = kind.category is not None
            found = where({name: (name,) for name in kind.needs} if long else kind.facts)
            if kind is MEANS:
                # Where there is a mean of both subjects, it counts.
                found = {f: at for f, at in found.items() if f.split()[-1] not in SUBJECTS or f.split()[0] not in found}
            if found and (not long or len(found) == len(kind.needs)):
                yield Recognised(kind, found, where({name: (name,) for name in kind.about}))
                free -= kind.columns

    def _only(self, wanted: Sequence[str]) -> int | None:
        """Where the preferred of some names is; None where none is.

        Raises
        ------
        sim.io.errors.InputError
            Where two columns are preferred alike.
        """
        found = self._ranked(wanted)
        if len(found) > 1 and found[0][:-1] == found[1][:-1]:
            two = " and ".join(f"{self._names[at]} (column {at + 1})" for *_, at in found[:2])
            raise InputError(f"{self._path}: {two} tell the same; accepted: one column for each fact, or one a year")
        return found[0][-1] if found else None

    def _ranked(self, wanted: Sequence[str]) -> list[tuple[int, int, int]]:
        """Where some names are, the preferred first; of an export with several years the latest
        first.
        """
        found = []
        for rank, at in ((rank, at) for rank, name in enumerate(wanted) for at in self._all.get(name, ())):
            if OTHER_LEVEL[self.level] not in self._names[at].casefold():
                year = re.search(r"(\d{4})-\d\d$", self._names[at])
                found.append((rank, -int(year[1]) if year else 0, at))
        return sorted(found)


def _cell(cells: Sequence[str], at: int | None) -> str:
    return bare(cells[at]) if at is not None and at < len(cells) else ""
