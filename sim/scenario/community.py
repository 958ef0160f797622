"""Who lives there, from public tables: the sections of a scenario that follow by
docs/scenario_rubric.md, each number with the fact it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from sim.io.errors import InputError, all_of, shown
from sim.scenario.convert import SCHEMA
from sim.scenario.public.case import Case, Line
from sim.scenario.public.cells import GRADES
from sim.scenario.public.tables import DISTRICT, Table, chosen, district_names, listed, places_of
from sim.scenario.refusals import refused
from sim.scenario.schema import Scenario


class Reading(NamedTuple):
    """How a table was read: the kinds it was taken for, the columns that tell them, the years of
    the district's rows, and the fields that rest on it.
    """

    file: str
    kinds: tuple[str, ...]
    columns: tuple[str, ...]
    years: tuple[int, ...]
    rows: bool
    """Whether it has a row of the district or its schools."""
    used: tuple[str, ...]

    @property
    def reported(self) -> str:
        """In a line."""
        some = ", ".join(self.columns[:4]) + (f" and {len(self.columns) - 4} more" if len(self.columns) > 4 else "")
        kinds = f"read as {' and '.join(self.kinds)} (by {some})" if self.kinds else "only ids and names are read of it"
        years = f"; of {len(self.years)} years the latest, {self.years[-1]}" if len(self.years) > 1 else ""
        if self.used:
            return f"{self.file}: {kinds}{years}; used for {', '.join(self.used)}."
        why = "it has no row of the district"
        if self.rows:
            why = (
                "its values are missing, or other tables tell the same" if self.kinds else "it has no column of a kind"
            )
        return f"{self.file}: {kinds}{years}; not used: {why}."


class Community(NamedTuple):
    """The sections of a scenario that tell who lives in a place, with where each number is from."""

    name: str
    district: str
    locale: str
    grades: tuple[int, ...]
    schools: tuple[str, ...]
    tables: tuple[Reading, ...]
    lines: tuple[Line, ...]

    @property
    def toml(self) -> str:
        """As TOML."""
        place = f" (locale: {self.locale})" if self.locale else ""
        text = [
            f"# {shown(self.name)}, NCES district {self.district}{shown(place)}: who lives there, by the rubric"
            " (sim docs scenario_rubric).",
            "# Check each line; what no table tells is left out.",
            *(f"# {shown(table.reported)}" for table in self.tables),
            "",
            f"schema = {SCHEMA}",
        ]
        section = ""
        for line in self.lines:
            if line.field.partition(".")[0] != section:
                section = line.field.partition(".")[0]
                text += ["", f"[{section}]"]
            text.append(line.toml)
        return "\n".join(text) + "\n"

    @property
    def data(self) -> dict[str, Any]:
        """As plain data."""
        tables = [{**table._asdict(), "reported": table.reported} for table in self.tables]
        return {**self._asdict(), "tables": tables, "lines": [line._asdict() for line in self.lines]}


def grades_of(text: str) -> tuple[int, ...]:
    """Grades from a text, kindergarten as K or 0.

    Examples
    --------
    >>> grades_of("6-8"), grades_of("K-2"), grades_of("5, 7-8")
    ((6, 7, 8), (0, 1, 2), (5, 7, 8))
    """
    grades: set[int] = set()
    for part in text.upper().split(","):
        found = re.fullmatch(r"\s*(K|\d\d?)\s*(?:-\s*(K|\d\d?)\s*)?", part)
        first, last = (0 if end == "K" else int(end) for end in (found[1], found[2] or found[1])) if found else (1, 0)
        if not first <= last <= GRADES[-1]:
            raise InputError(
                f"--grades = {text[:60]!r}: accepted: grades from K to {GRADES[-1]}, as 6-8, K-5, or 5,7-8"
            )
        grades |= set(range(first, last + 1))
    return tuple(sorted(grades))


def community(paths: Sequence[Path], district: str = "", grades: str = "", schools: str = "") -> Community:
    """Who lives in a district, or near some of its schools, as far as public tables tell.

    Parameters
    ----------
    paths : sequence of Path
        Tables; of what several tell, the first counts.
    district : str
        A name, a part of one, or an NCES id. Empty: the only one of the tables.
    grades : str
        Grades of the programme, see :func:`grades_of`. Empty: not known.
    schools : str
        Names or NCES ids of its schools, separated by commas. Empty: all that have these grades.

    Returns
    -------
    Community

    Raises
    ------
    sim.io.errors.InputError

    Examples
    --------
    >>> from pathlib import Path
    >>> found = community([Path("docs/communities.csv")], "mountain view")
    >>> {line.field: line.value for line in found.lines}["population.ses_mean"]
    0.33
    """
    span = grades_of(grades) if grades else ()
    tables = _opened(paths)
    names = district_names(tables)
    if not district and len(names) != 1:
        found = f"{len(names)} districts, {listed(names)}" if names else "no district"
        raise InputError(f"--district is missing: the tables hold {found}; accepted: the name or NCES id of one")
    key = chosen(names, district, "--district", DISTRICT) if district else next(iter(names))
    case = Case(places_of(tables, key), key, span, schools)
    lines = tuple(case.lines())
    _check(lines)
    return Community(
        case.district.name or key,
        key,
        case.district.text("locale"),
        span,
        tuple(school.name or school.key for school in case.schools),
        tuple(_reading(table, lines) for table in tables),
        lines,
    )


def _opened(paths: Iterable[Path]) -> list[Table]:
    """The tables; what is wrong with several is reported at once."""
    given = list(paths)
    twice = next((path for path in given if [each.resolve() for each in given].count(path.resolve()) > 1), None)
    if twice is not None:
        raise InputError(f"--from = {twice}: is given twice; accepted: each table once")
    return all_of(Table, given)


def _reading(table: Table, lines: Iterable[Line]) -> Reading:
    """How a table was read. Comments name the tables that fields rest on, each with a colon."""
    named = re.compile(rf"(?<!\S){re.escape(table.path.name)}: ")
    used = (line.field.partition(".")[2] for line in lines if line.value is not None and named.search(line.comment))
    return Reading(
        table.path.name,
        tuple(found.kind.name for found in table.header.kinds),
        tuple(table.header.reported_by),
        tuple(sorted(table.years - {0})),
        bool(table.years),
        tuple(used),
    )


def _check(lines: Iterable[Line]) -> None:
    """Refuse what no scenario can hold."""
    values = {line.field: line.value for line in lines}
    families, constituency = values.get("population.families"), values.get("board.constituency")
    if families is not None and constituency is not None and constituency < families:
        raise InputError(
            f"--from: {families:,} children of these grades are more than the district's {constituency:,} students; "
            "accepted: tables of one year and one district"
        )
    # What is left out is no reason to refuse the rest.
    tree: dict[str, dict[str, Any]] = {} if families is not None else {"population": {"families": 1}}
    for field, value in values.items():
        if value is not None:
            section, _, name = field.partition(".")
            tree.setdefault(section, {})[name] = value
    try:
        Scenario.model_validate(tree)
    except ValidationError as error:
        raise refused(error, Path("--from"), Scenario) from None
