"""Public tables of schools and districts, as they are downloaded: rows become places, and cells
facts that remember their file and column.

Three kinds are known, by the names of their columns: the Common Core of Data of the NCES, the
Stanford Education Data Archive (SEDA), and our own docs/communities.csv. A table of any level may
be wide, a column for each fact, or long, a row for each.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sim.errors import InputError
from sim.reading import MOST_TABLE, read_text

SCHOOL, DISTRICT = 12, 7
"""Digits of an NCES id; a school's starts with its district's, that with its state's two."""
GRADES = range(13)
"""Kindergarten is 0."""
GROUPS = {"all": "all", "nec": "not poor", "ecd": "poor"}
"""Subgroups of SEDA: all, not economically disadvantaged, economically disadvantaged."""

ALIASES: dict[str, tuple[str, ...]] = {
    "school": ("ncessch", "sedasch", "school id nces assigned", "school id 12 digit nces assigned"),
    "district": ("leaid", "sedalea", "sedaadmin", "leaidc", "agency id nces assigned", "nces district"),
    "school name": ("sch name", "schnam", "school name", "sedaschname"),
    "district name": (
        *("lea name", "leanm", "agency name", "sedaleaname", "sedaleanm", "sedaadminname", "leaname"),
        *("place", "name"),
    ),
    "locale": ("locale", "ulocale", "ulocal", "urban centric locale"),
    "students": (
        *("member", "total students all grades excludes ae", "total", "total students", "students"),
        "derived education unit total minus adult education count",
    ),
    "grade 0": ("kg", "kindergarten students", "kindergarten"),
    **{f"grade {grade}": (f"g{grade:02d}", f"grade {grade} students", f"grade {grade}") for grade in GRADES[1:]},
    "lunch": ("totfrl", "free and reduced lunch students"),
    "free": ("frelch", "free lunch eligible", "free lunch qualified"),
    "reduced": ("redlch", "reduced price lunch eligible students", "reduced price lunch qualified"),
    "lunch share": ("perfrl",),
    "teachers": ("fte", "full time equivalent fte teachers", "tottch", "teachers"),
    "ses": ("sesavgall", "sesall", "ses district sd"),
    "share poor": ("share poor",),
    "gcs": ("gcs mn avg eb", "gcs mn avg ol"),
    "cs": ("cs mn avg eb", "cs mn avg ol"),
    "centre": ("gradecenter", "grade"),
    **{f"{scale} {name}": (f"{scale} mn {code}",) for scale in ("gcs", "cs") for code, name in GROUPS.items()},
    "levels all": ("achievement grade levels",),
    "levels not poor": ("not poor grade levels",),
    "levels poor": ("poor grade levels",),
}
"""Fact -> the names that columns, and categories of long tables, have for it, the preferred first;
as :func:`plain` gives them.
"""
IDENTITY = ("school", "district", "school name", "district name")
OF_A_GROUP = ("gcs", "cs", "centre")
"""Facts that are a subgroup's where the table has a column of subgroups."""
COUNTS = frozenset({"students", "lunch", "free", "reduced", "teachers", *(f"grade {grade}" for grade in GRADES)})
"""What cannot be below 0, so that a negative number is a code."""
BY_GRADE = "subtotal 4 by grade"

NOT_APPLICABLE = frozenset({"", "†", "-2", "n"})
MISSING = NOT_APPLICABLE | {"–", "—", "-", "‡", "-1", "-9", "m", "na", "n/a", "nan", "null", "."}
CODES = frozenset({"-1", "-2", "-9"})
"""Codes that are missing values of a count only: a mean may be -1."""

WITHIN = 30
"""Rows within which the header is: exports have some lines before it."""
ACCEPTED = (
    "a table in CSV with a column of NCES ids: NCESSCH or LEAID (Common Core of Data), sedasch or sedalea (SEDA), or "
    "nces_district (docs/communities.csv)"
)


def plain(name: str) -> str:
    """The name of a column in small letters and digits, without the year of an export.

    Examples
    --------
    >>> plain("Grade 6 Students [Public School] 2016-17"), plain("gcs_mn_avg_eb")
    ('grade 6 students', 'gcs mn avg eb')
    """
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"\[[^]]*\].*", "", name.lower(), flags=re.DOTALL)).strip()


class Fact(NamedTuple):
    """What a cell says; ``value`` is None where it is a code of a missing value."""

    value: float | None
    text: str
    column: str
    path: Path

    @property
    def source(self) -> str:
        """Its file and column."""
        return f"{self.path.name}: {self.column}"

    @property
    def applies(self) -> bool:
        """Whether there should be a value: a school without a grade has no children in it."""
        return self.text.casefold().removesuffix(".0") not in NOT_APPLICABLE


class Cell(NamedTuple):
    """A text as it stands in a table."""

    text: str
    column: str
    path: Path


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

    def __init__(self, key: str, name: str, district: str) -> None:
        self.key, self.name, self.district = key, name, district
        self._cells: dict[str, list[Cell]] = {}

    def add(self, fact: str, cell: Cell) -> None:
        """Keep what a table says."""
        self._cells.setdefault(fact, []).append(cell)

    def text(self, fact: str) -> str:
        """What the first table that has it says, as a text."""
        return next((cell.text for cell in self._cells.get(fact, []) if cell.text), "")

    def read(self, fact: str) -> Fact | None:
        """A number: of the first table that has it. None where none has a column or row for it.

        Raises
        ------
        sim.errors.InputError
            Where the cell is no number, or a table has two rows that differ.
        """
        found: Fact | None = None
        first: dict[Path, Cell] = {}
        for cell in self._cells.get(fact, []):
            if first.setdefault(cell.path, cell).text != cell.text:
                raise InputError(
                    f"{cell.path}: {cell.column} of {self.name or self.key} = {first[cell.path].text[:40]!r} and "
                    f"{cell.text[:40]!r}: two rows; accepted: one row for a school, district or subgroup, as in a "
                    "pooled file or in one year of another"
                )
            if found is None or found.value is None:
                found = Fact(self._number(cell, fact in COUNTS), *cell)
        return found

    def _number(self, cell: Cell, count: bool) -> float | None:
        text = cell.text.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", cell.text) else cell.text
        if text.casefold() in MISSING - CODES:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if count and value in map(float, CODES):
            return None
        if not math.isfinite(value) or (count and value < 0):
            low = " from 0" if count else ""
            raise InputError(
                f"{cell.path}: {cell.column} of {self.name or self.key} = {cell.text[:40]!r}: accepted: a number{low}, "
                "or a code of a missing value (-1, -2 or -9 of a count, †, –, ‡, or nothing)"
            )
        return value


class Row(NamedTuple):
    """A row: whose it is, with its cells."""

    key: str
    district: str
    name: str
    district_name: str
    cells: list[str]


class Table:
    """A table of any of the kinds.

    Parameters
    ----------
    path : Path

    Raises
    ------
    sim.errors.InputError
        Where it cannot be read, or has no column of NCES ids.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._text = read_text(path, ACCEPTED, MOST_TABLE)
        head = islice(enumerate(self._records()), WITHIN)
        ids = {*ALIASES["school"], *ALIASES["district"]}
        found = next(((at, row) for at, row in head if ids & {plain(name) for name in row}), None)
        if found is None:
            raise InputError(f"{path}: no column of NCES ids in the first {WITHIN} rows; accepted: {ACCEPTED}")
        self._first, self.header = found
        columns = {fact: self._column(names) for fact, names in ALIASES.items()}
        self.columns: dict[str, int] = {fact: at for fact, at in columns.items() if at is not None}
        if "school" in self.columns and plain(self.header[self.columns.get("district name", 0)]) == "name":
            self.columns.pop("district name", None)
        self._named = {plain(name): at for at, name in enumerate(self.header)}

    def _column(self, names: tuple[str, ...]) -> int | None:
        """Where the preferred of some names is; of several years the latest."""
        found = []
        for at, name in enumerate(self.header):
            if plain(name) in names:
                year = re.search(r"(\d{4})-\d\d\s*$", name)
                found.append((names.index(plain(name)), -int(year[1]) if year else 0, at))
        return min(found)[2] if found else None

    def _records(self) -> Iterator[list[str]]:
        delimiter = "\t" if "\t" in self._text.partition("\n")[0] else ","
        records = csv.reader(io.StringIO(self._text, newline=""), delimiter=delimiter)
        try:
            yield from records
        except csv.Error as error:
            raise InputError(f"{self.path}: line {records.line_num}: {error}; accepted: {ACCEPTED}") from None

    def rows(self) -> Iterator[Row]:
        """The rows that have an id; notes below a table have none."""
        digits = SCHOOL if "school" in self.columns else DISTRICT
        level = "school" if digits == SCHOOL else "district"
        for cells in islice(self._records(), self._first + 1, None):
            key = self._id(cells, level, digits)
            if not key:
                continue
            district = (self._id(cells, "district", DISTRICT) if level == "school" else key) or key[:DISTRICT]
            yield Row(key, district, self._cell(cells, f"{level} name"), self._cell(cells, "district name"), cells)

    def facts(self, row: Row) -> Iterator[tuple[str, Cell]]:
        """What a row says, by the name of the fact."""
        said = _bare(self._of(row, "subgroup")).casefold()
        group = GROUPS.get(said, "") if "subgroup" in self._named else "all"
        for fact, at in self.columns.items():
            if fact in IDENTITY or at >= len(row.cells):
                continue
            column = self.header[at].strip()
            if fact not in OF_A_GROUP:
                yield fact, Cell(_bare(row.cells[at]), column, self.path)
            elif group:
                of = f" ({said})" if said else ""
                yield f"{fact} {group}", Cell(_bare(row.cells[at]), column + of, self.path)
        yield from self._long(row)

    def _long(self, row: Row) -> Iterator[tuple[str, Cell]]:
        """What a row of a long table says: its category is looked up as a column would be."""
        for value, category in (("student count", self._category(row)), ("staff count", self._of(row, "staff"))):
            at = self._named.get(value)
            if at is None or at >= len(row.cells):
                continue
            fact = next((fact for fact, names in ALIASES.items() if plain(category) in names), "")
            if fact in COUNTS:
                yield fact, Cell(_bare(row.cells[at]), f"{self.header[at].strip()} ({category.strip()})", self.path)

    def _category(self, row: Row) -> str:
        if "lunch program" in self._named:
            return self._of(row, "lunch program")
        total = self._of(row, "total indicator")
        return self._of(row, "grade") if plain(total) == BY_GRADE else total

    def _of(self, row: Row, name: str) -> str:
        at = self._named.get(name, len(row.cells))
        return row.cells[at] if at < len(row.cells) else ""

    def _cell(self, cells: list[str], fact: str) -> str:
        at = self.columns.get(fact, len(cells))
        return _bare(cells[at]) if at < len(cells) else ""

    def _id(self, cells: list[str], fact: str, digits: int) -> str:
        """An id with the zeros ahead that spreadsheets take away; empty where there is none."""
        text = self._cell(cells, fact).removesuffix(".0")
        if text.casefold() in MISSING:
            return ""
        if not re.fullmatch(rf"[0-9]{{1,{digits}}}", text):
            column = self.header[self.columns[fact]].strip()
            raise InputError(
                f"{self.path}: {column} = {text[:40]!r}: accepted: an NCES id of {digits} digits, of which zeros ahead "
                "may be missing"
            )
        return text.zfill(digits)


def _bare(cell: str) -> str:
    """A cell without blanks, and without the formula that exports put around a text."""
    text = cell.strip()
    return text[2:-1].strip() if text.startswith('="') and text.endswith('"') else text


def district_names(tables: Iterable[Table]) -> dict[str, str]:
    """The districts of some tables: name by NCES id."""
    names: dict[str, str] = {}
    for table in tables:
        for row in table.rows():
            if not names.get(row.district):
                names[row.district] = row.district_name
    return names


def places_of(tables: Iterable[Table], state: str) -> dict[str, Place]:
    """The places of a state, the first two digits of their ids: all that the tables say of each, by
    its NCES id.
    """
    places: dict[str, Place] = {}
    for table in tables:
        for row in table.rows():
            if not row.district.startswith(state):
                continue
            for key, name in ((row.district, row.district_name), (row.key, row.name)):
                place = places.setdefault(key, Place(key, name, row.district))
                place.name = place.name or name
            for fact, cell in table.facts(row):
                places[row.key].add(fact, cell)
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
    sim.errors.InputError
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
