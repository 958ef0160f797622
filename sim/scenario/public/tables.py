"""Public tables of schools and districts, as they are downloaded: rows become places, and cells
facts that remember their file and column.

The kinds that are known are in :mod:`sim.scenario.public.kinds`. A table is read row by row, and
only what is asked for is kept of it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sim.io.errors import InputError
from sim.io.reading import MOST_TABLE, ordinary_file
from sim.scenario.public.cells import Cell, Fact, bare, fact_of, is_missing
from sim.scenario.public.headers import Header, has_ids
from sim.scenario.public.kinds import plain

SCHOOL, DISTRICT = 12, 7
"""Digits of an NCES id; a school's starts with its district's, that with its state's two."""

OF_A_STATE = frozenset({"students", "lunch", "free", "reduced", "direct", "lunch share", "ses"})
"""Facts that are asked of all districts of a state; others are asked of one district."""

WITHIN = 30
"""Rows within which the header is: exports have some lines before it."""
MOST_ROWS = 20_000_000
"""Rows of a table at the most; the largest of the Common Core of Data has some twelve million."""
SEPARATORS = (",", "\t", ";")
ACCEPTED = (
    "a table in CSV with a column of NCES ids: NCESSCH or LEAID (Common Core of Data), sedasch, sedalea or sedaadmin "
    "(SEDA), or nces_district (sim docs communities.csv)"
)


class Place:
    """A school or a district: what all tables say of it.

    Parameters
    ----------
    key : str
        Its NCES id.
    name : str
    district : str
        NCES id of its district.
    """

    __slots__ = ("_cells", "district", "key", "name")

    def __init__(self, key: str, name: str, district: str) -> None:
        self.key, self.name, self.district = key, name, district
        self._cells: dict[str, tuple[Cell, ...]] = {}

    def add(self, fact: str, cell: Cell) -> None:
        """Keep what a row says, unless the same table has a preferred cell for it. Of cells that
        differ though they should not, two are kept.
        """
        cells = self._cells.get(fact)
        if cells is None or cell.rank < cells[0].rank:
            self._cells[fact] = (cell,)
            return
        alike = [each.text for each in cells if each.part == cell.part]
        if cell.rank == cells[0].rank and cell.text not in alike and len(alike) < 2:
            self._cells[fact] = (*cells, cell)

    def join(self, later: Place) -> None:
        """Keep what a later table says of the same place."""
        self.name = self.name or later.name
        for fact, cells in later._cells.items():
            self._cells[fact] = self._cells.get(fact, ()) + cells

    def text(self, fact: str) -> str:
        """What the first table that has it says, as a text."""
        return next((cell.text for cell in self._cells.get(fact, ()) if cell.text), "")

    def read(self, fact: str) -> Fact | None:
        """A number: of the first table that has it. None where none has a column or row for it.

        Raises
        ------
        sim.io.errors.InputError
            Where the cell is no number, or a table has two rows that differ.
        """
        return next(iter(self.parts(fact)), None)

    def parts(self, fact: str) -> list[Fact]:
        """The numbers that make up a mean, one for each subject and grade: of the first table that
        has one. Errors as for :meth:`read`.
        """
        cells = self._cells.get(fact, ())
        if len(cells) < 2:
            return [fact_of(cell, fact, self.name or self.key) for cell in cells]
        by_table: dict[Path, dict[str, Fact]] = {}
        for cell in cells:
            parts = by_table.setdefault(cell.column.path, {})
            if cell.part in parts:
                raise InputError(
                    f"{cell.column.path}: {cell.column.name} of {self.name or self.key} = "
                    f"{parts[cell.part].text[:40]!r} and {cell.text[:40]!r}: two rows; accepted: one row for a school, "
                    "district or subgroup in each year"
                )
            parts[cell.part] = fact_of(cell, fact, self.name or self.key)
        found = [list(parts.values()) for parts in by_table.values()]
        known = ([fact for fact in facts if fact.value is not None] for facts in found)
        return next(filter(None, known), found[0] if found else [])


class Row(NamedTuple):
    """A row that has an id: whose it is, with its cells."""

    key: str
    district: str
    cells: list[str]


class Table:
    """A table of any of the kinds. It is read row by row, each time anew.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    header : Header
    years : set of int
        Years of the rows of the district that :meth:`places` was asked for; 0 where rows have none.

    Raises
    ------
    sim.io.errors.InputError
        Where it cannot be read, has no column of NCES ids, or two columns that tell the same.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._separator, self._first, names = self._head()
        self.header = Header(path, names, self._separator == ";")
        self.years: set[int] = set()

    def _head(self) -> tuple[str, int, list[str]]:
        """What separates its cells, and its header with the number of the row."""
        for separator in SEPARATORS:
            for at, row in enumerate(islice(self._records(separator), WITHIN)):
                if has_ids(row):
                    return separator, at, row
        raise InputError(f"{self.path}: no column of NCES ids in the first {WITHIN} rows; accepted: {ACCEPTED}")

    def _records(self, separator: str) -> Iterator[list[str]]:
        with ordinary_file(self.path, ACCEPTED, MOST_TABLE) as file:
            text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            records = csv.reader(text, delimiter=separator)
            try:
                yield from islice(records, MOST_ROWS)
                if next(records, None) is None:
                    return
            except csv.Error as error:
                raise InputError(f"{self.path}: line {records.line_num}: {error}; accepted: {ACCEPTED}") from None
            except UnicodeDecodeError:
                raise InputError(
                    f"{self.path}: cannot be read (not text in UTF-8, after line {records.line_num}); accepted: "
                    f"{ACCEPTED}"
                ) from None
        raise InputError(
            f"{self.path}: has more than {MOST_ROWS:,} rows; accepted: {ACCEPTED}, of at most {MOST_ROWS:,} rows and "
            f"{MOST_TABLE:,} MB"
        )

    def rows(self) -> Iterator[Row]:
        """The rows that have an id; notes below a table have none."""
        level = self.header.level
        at, other = self.header.ids[level], self.header.ids.get("district")
        for cells in islice(self._records(self._separator), self._first + 1, None):
            key = self._id(cells, at, SCHOOL if level == "school" else DISTRICT)
            if key:
                district = "" if other in (at, None) else self._id(cells, other, DISTRICT)
                yield Row(key, district or key[:DISTRICT], cells)

    def _id(self, cells: list[str], at: int, digits: int) -> str:
        """An id with the zeros ahead that spreadsheets take away; empty where there is none."""
        text = cells[at] if at < len(cells) else ""
        if len(text) == digits and text.isascii() and text.isdigit():
            return text
        text = bare(text).removesuffix(".0")
        if is_missing(text) or text in ("-1", "-2", "-3", "-9"):
            return ""
        if not re.fullmatch(rf"[0-9]{{1,{digits}}}", text):
            raise InputError(
                f"{self.path}: {self.header.name(at)} = {text[:40]!r}: accepted: an NCES id of {digits} digits, of "
                "which zeros ahead may be missing"
            )
        return text.zfill(digits)

    def places(self, district: str) -> Iterator[Place]:
        """What it says of a district, and of the others of the state only what is asked of all. Of
        rows of several years, the latest of a district count.
        """
        state, header = district[:2], self.header
        newest: dict[str, int] = {}
        found: dict[str, dict[str, Place]] = {}
        for row in self.rows():
            if not row.district.startswith(state):
                continue
            year = _year(header.text(row.cells, "year"))
            if row.district == district:
                self.years.add(year)
            if year > newest.get(row.district, -1):
                newest[row.district], found[row.district] = year, {}
            elif year < newest[row.district]:
                continue
            own = found[row.district]
            for key, level in {row.district: "district", row.key: header.level}.items():
                place = own.get(key) or own.setdefault(key, Place(key, "", row.district))
                place.name = place.name or header.text(row.cells, f"{level} name")
            for fact, cell in header.says(row.cells, None if row.district == district else OF_A_STATE):
                place.add(fact, cell)
        for own in found.values():
            yield from own.values()


def _year(text: str) -> int:
    """The year that a school year starts in; 0 where there is none."""
    found = re.search(r"\d{4}", text)
    return int(found[0]) if found else 0


def district_names(tables: Iterable[Table]) -> dict[str, str]:
    """The districts of some tables: name by NCES id."""
    names: dict[str, str] = {}
    for table in tables:
        for row in table.rows():
            if not names.get(row.district):
                names[row.district] = table.header.text(row.cells, "district name")
    return names


def places_of(tables: Iterable[Table], district: str) -> dict[str, Place]:
    """A district, its schools, and the others of its state, by NCES id: what all tables say of
    them.
    """
    places: dict[str, Place] = {}
    for table in tables:
        for place in table.places(district):
            known = places.setdefault(place.key, place)
            if known is not place:
                known.join(place)
    return places


def chosen(names: Mapping[str, str], wanted: str, option: str, digits: int) -> str:
    """The id of the one place that is meant by a name, a part of one, or an id.

    Parameters
    ----------
    names : mapping of str to str
        Name by id.
    wanted : str
    option : str
        The option it was given with, for the message.
    digits : int
        Of an id.

    Raises
    ------
    sim.io.errors.InputError
        Where it is none of them, or several.

    Examples
    --------
    >>> names = {"0626280": "Mountain View Whisman", "0900750": "Cheshire"}
    >>> chosen(names, "mountain view", "--district", 7)
    '0626280'
    """
    if re.fullmatch(rf"[0-9]{{1,{digits}}}", wanted.strip()) and wanted.strip().zfill(digits) in names:
        return wanted.strip().zfill(digits)
    said = plain(wanted)
    exact = [key for key, name in names.items() if plain(name) == said]
    part = [key for key, name in names.items() if said and said in plain(name)]
    found = exact or part
    if len(found) == 1:
        return found[0]
    what = "none of the tables' places has that name or id" if not found else f"{len(found)} places have that name"
    raise InputError(f"{option} = {wanted[:60]!r}: {what}; accepted: a name or NCES id, as {listed(names, found)}")


def listed(names: Mapping[str, str], keys: Iterable[str] = (), most: int = 5) -> str:
    """Some places by name and id, for a message.

    Examples
    --------
    >>> listed({"0626280": "Mountain View Whisman"})
    'Mountain View Whisman (0626280)'
    """
    some = list(keys) or list(names)
    text = ", ".join(f"{names[key][:60] or 'no name'} ({key})" for key in some[:most])
    return text + (f" and {len(some) - most} more" if len(some) > most else "")
