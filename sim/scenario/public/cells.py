"""Cells of public tables: the number that a text stands for, if it stands for one."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import NamedTuple

from sim.io.errors import InputError

GRADES = range(13)
"""Kindergarten is 0."""

CHILDREN = frozenset({"students", "lunch", "free", "reduced", "direct", *(f"grade {grade}" for grade in GRADES)})
"""Facts that count children: whole numbers from 0."""
COUNTS = CHILDREN | {"teachers"}
SHARES = frozenset({"lunch share", "share poor"})

NOT_APPLICABLE = frozenset({"", "†", "n", "not applicable"})
MISSING = NOT_APPLICABLE | frozenset(
    {
        *("–", "—", "-", "‡", "m", "na", "n/a", "#n/a", "nan", "null", "none", "ps", "s", "*"),
        *("missing", "not reported", "not available", "suppressed"),
    }
)
"""Texts that stand for a missing value: of the Common Core of Data and its exports, of EDFacts
(PS), and of the programs that tables pass through.
"""
STATA = re.compile(r"\.[a-z]?")
"""Stata's missing values."""
CODE = re.compile(r"-(?:[123]|9+)")
"""Numbers that stand for a missing count or share: -1, -2 and -9 of the Common Core of Data, -1 to
-3 of the Urban Institute, and more nines below 0.
"""
CODE_OF_A_MEAN = re.compile(r"-9+|99+")
"""The same of a mean, which may be -1, -2 or -3 itself; no mean is as far off as these."""

PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
GROUPS_OF_THREE = re.compile(r"[0-9]{1,3}(?:(?:\.[0-9]{3})+|(?:,[0-9]{3})+)")
BOTH_SEPARATORS = re.compile(r"[0-9]{1,3}(?:(?:\.[0-9]{3})+,|(?:,[0-9]{3})+\.)[0-9]+")


class Column(NamedTuple):
    """Where a cell stands: its column as it is reported, and its table."""

    name: str
    path: Path
    semicolons: bool = False
    """Whether cells are separated by semicolons, so that a comma may be a decimal point."""


class Cell(NamedTuple):
    """A text as it stands in a table."""

    text: str
    column: Column
    rank: int = 0
    """The lower, the more it is preferred to others of the same fact in its table."""
    part: str = ""
    """Of a mean, the subject and grade that it is a part of."""
    centre: str = ""
    """Of a mean in grade levels, the grade that it is centred on."""


class Fact(NamedTuple):
    """What a cell says; ``value`` is None where it is a code of a missing value."""

    value: float | None
    text: str
    column: str
    path: Path
    centre: float | None = None

    @property
    def source(self) -> str:
        """Its file and column."""
        return f"{self.path.name}: {self.column}"

    @property
    def applies(self) -> bool:
        """Whether there should be a value: a school without a grade has no children in it."""
        return _code(self.text) not in NOT_APPLICABLE | {"-2"}


def fact_of(cell: Cell, name: str, place: str) -> Fact:
    """What a cell says.

    Parameters
    ----------
    cell : Cell
    name : str
        Of the fact: it decides which numbers are possible, and which are codes.
    place : str
        Whose it is, for the message.

    Raises
    ------
    sim.io.errors.InputError
        Where it is neither a possible number nor a code of a missing value.
    """
    value = _read(cell, cell.text, name, place)
    centre = _read(cell, cell.centre, "centre", place) if cell.centre else None
    return Fact(value, cell.text, cell.column.name, cell.column.path, centre)


def bare(cell: str) -> str:
    """A cell without blanks, and without the formula that exports put around a text.

    Examples
    --------
    >>> bare(' ="0626280"')
    '0626280'
    """
    text = cell.strip()
    return text[2:-1].strip() if text.startswith('="') and text.endswith('"') else text


def is_missing(text: str) -> bool:
    """Whether a text, which is no number, stands for a missing value.

    Examples
    --------
    >>> [is_missing(text) for text in ("‡", "Not reported", ".a", "0")]
    [True, True, True, False]
    """
    return _code(text) in MISSING or STATA.fullmatch(text.casefold()) is not None


def _code(text: str) -> str:
    """A text as codes are written: -2.0 is -2."""
    return re.sub(r"\.0*$", "", text.casefold()) if re.fullmatch(r"[+-]?[0-9]+\.0*", text) else text.casefold()


def _read(cell: Cell, text: str, name: str, place: str) -> float | None:
    amount = name in COUNTS or name in SHARES
    if name in COUNTS and text.isascii() and text.isdigit():
        return float(text)
    if is_missing(text) or (CODE if amount else CODE_OF_A_MEAN).fullmatch(_code(text)):
        return None
    value = number(text, name, cell.column.semicolons)
    least, most = (0.0, 1.0) if name in SHARES else (0.0, math.inf) if amount else (-math.inf, math.inf)
    if name == "centre":
        least, most = GRADES[0], GRADES[-1]
    if math.isfinite(value) and least <= value <= most and (name not in CHILDREN or value.is_integer()):
        return value
    accepted = "a whole number from 0" if name in CHILDREN else "a number"
    if name == "teachers":
        accepted = "a number from 0, without separators of thousands"
    elif math.isfinite(most):
        accepted = f"a number from {least:g} to {most:g}"
    codes = "-1, -2, -3, -9" if amount else "-9, -99, -999"
    raise InputError(
        f"{cell.column.path}: {cell.column.name} of {place} = {text[:40]!r}: accepted: {accepted}, or a code of a "
        f"missing value ({codes}, †, –, ‡, or nothing)"
    )


def number(text: str, name: str, semicolons: bool = False) -> float:
    """The number that a text is; not a number where it is none, or may be one of two.

    A comma separates thousands, but in a table with semicolons, where it may be a decimal point: of
    a count of children, which has no decimals, it separates thousands there too; of a mean or a
    share, which has no thousands, it never does; one of teachers has to be clear.

    Parameters
    ----------
    text : str
    name : str
        Of the fact.
    semicolons : bool
        Whether its table is separated by semicolons.

    Examples
    --------
    >>> number("1,720", "students"), number("36.5", "teachers"), number("0,65", "ses")
    (1720.0, 36.5, nan)
    >>> number("1.720", "students", True), number("5,980", "gcs all", True)
    (1720.0, 5.98)
    >>> number("1,720", "teachers", True), number("1.036,5", "teachers", True)
    (nan, 1036.5)
    """
    digits = re.sub(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))", "", text)
    if not semicolons:
        digits = digits.replace(",", "") if THOUSANDS.fullmatch(digits) else digits
    elif GROUPS_OF_THREE.fullmatch(digits) and name in COUNTS:
        if name not in CHILDREN and len(re.findall("[.,]", digits)) == 1:
            return math.nan
        digits = re.sub("[.,]", "", digits)
    elif BOTH_SEPARATORS.fullmatch(digits):
        whole, decimals = re.split(r"[.,](?=[0-9]+$)", digits)
        digits = re.sub("[.,]", "", whole) + "." + decimals
    else:
        digits = digits.replace(",", ".")
    return float(digits) if PLAIN.fullmatch(digits) else math.nan
