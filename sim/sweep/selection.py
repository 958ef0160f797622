"""Some of a sweep: only some designs, or only design points at which factors are so."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from sim.io.errors import InputError, all_of
from sim.statistics.factors import is_numeric
from sim.sweep.plan import Sweep
from sim.sweep.results import SweepResults

OPERATORS: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    ">=": (operator.ge, "at least"),
    "<=": (operator.le, "at most"),
    "!=": (operator.ne, "not"),
    "==": (operator.eq, "is"),
    "=": (operator.eq, "is"),
    ">": (operator.gt, "above"),
    "<": (operator.lt, "below"),
}
"""How a condition compares, with its word; what begins with another one stands first."""
MOST_REPORTED = 12
"""Values of a factor that a message lists."""
TOLERANCE = 1e-9
"""Numbers nearer than this, relative to their size, are alike: 0.3 and 0.1 + 0.2."""


class Condition(NamedTuple):
    """A factor, how it is compared (one of ``OPERATORS``), and with what, as it was written.

    Examples
    --------
    >>> str(Condition("leadership.training", ">=", "0.5"))
    'leadership.training >= 0.5'
    """

    factor: str
    sign: str
    value: str

    def __str__(self) -> str:
        return f"{self.factor} {self.sign} {self.value}"


@dataclass(frozen=True)
class Selection:
    """Which runs of a sweep are looked at; all where nothing is said.

    Attributes
    ----------
    designs : tuple of str
        In the order of the sweep; empty: all.
    where : tuple of Condition
        All must hold at a design point.
    points : tuple of int
        Design points at which they do; all without a condition.
    of : int
        Design points of the sweep.
    """

    designs: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    points: tuple[int, ...] = ()
    of: int = 0

    def __str__(self) -> str:
        reported = [f"only {', '.join(self.designs)}".replace("_", " ")] if self.designs else []
        if self.where:
            reported.append(f"only where {' and '.join(map(str, self.where))} ({len(self.points)} of {self.of} points)")
        return "; ".join(reported)

    @property
    def name(self) -> str:
        """The same as part of the name of a file; empty where all is looked at."""
        reported = [f"only {' '.join(self.designs)}"] if self.designs else []
        reported += [f"where {each.factor} {OPERATORS[each.sign][1]} {each.value}" for each in self.where]
        return " ".join(reported)


def select(
    results: SweepResults, designs: Iterable[str] | None = None, where: Iterable[str] | None = None
) -> tuple[SweepResults, Selection]:
    """Take some of a sweep.

    Parameters
    ----------
    results : SweepResults
    designs : iterable of str, optional
        Names, also several in a text with commas between; all by default.
    where : iterable of str, optional
        Conditions as ``FACTOR>=VALUE``, with one of ``OPERATORS``; a factor as the sweep names it,
        or ``point``, the number of a design point.

    Returns
    -------
    results : SweepResults
        With these runs and weekly curves only.
    selection : Selection

    Raises
    ------
    sim.io.errors.InputError
        Where there is no such design or factor, a value is none that the factor has, or no design
        point is left.

    Examples
    --------
    >>> from sim.sweep.results import open_sweep
    >>> from sim.sweep.samples import small_folder
    >>> some, selection = select(open_sweep(small_folder(factorial=True)), ["greenfield"],
    ...     ["leadership.training>=0.5"])
    >>> str(selection)
    'only greenfield; only where leadership.training >= 0.5 (2 of 4 points)'
    >>> sorted(set(some.runs["point"])), set(some.runs["design"])
    ([2, 3], {'greenfield'})
    """
    sweep = results.sweep
    chosen, conditions = _designs(sweep, designs or ()), tuple(all_of(partial(_condition, sweep), where or ()))
    if not chosen and not conditions:
        return results, Selection()
    points = _points(sweep, conditions)
    selection = Selection(chosen, conditions, points, len(sweep.points))
    kept = [_kept(table, points, chosen or sweep.spec.designs) for table in (results.runs, results.weekly)]
    return replace(results, runs=kept[0], weekly=kept[1]), selection


def _kept(table: pd.DataFrame, points: tuple[int, ...], designs: tuple[str, ...]) -> pd.DataFrame:
    if table.empty:
        return table
    return table[table["point"].isin(points) & table["design"].isin(designs)].reset_index(drop=True)


def _designs(sweep: Sweep, names: Iterable[str]) -> tuple[str, ...]:
    wanted = [name.strip() for text in names for name in text.split(",")]
    for name in wanted:
        if name not in sweep.spec.designs:
            raise InputError(f"--design = {name!r}: accepted: {', '.join(sweep.spec.designs)}")
    return tuple(design for design in sweep.spec.designs if design in wanted)


def _condition(sweep: Sweep, text: str) -> Condition:
    factors = ["point", *map(str, sweep.points.columns)]
    for factor in sorted(factors, key=len, reverse=True):
        rest = text.strip().removeprefix(factor).strip()
        sign = next((sign for sign in OPERATORS if rest.startswith(sign)), "")
        if text.strip().startswith(factor) and sign:
            value = rest.removeprefix(sign).strip().strip("\"'")
            return Condition(factor, "=" if sign == "==" else sign, value)
    raise InputError(
        f"--where = {text!r}: accepted: FACTOR>=VALUE, or with >, <=, <, = or !=; the factors of this sweep: "
        f"{', '.join(factors)}"
    )


def _points(sweep: Sweep, conditions: tuple[Condition, ...]) -> tuple[int, ...]:
    table = sweep.points.reset_index()
    left = pd.Series(True, table.index)
    for each in conditions:
        holds = _holds(table[each.factor], each)
        if not holds.any():
            raise InputError(f"--where = {str(each)!r}: no design point; accepted: {_values(table[each.factor])}")
        left &= holds
    if not left.any():
        raise InputError(
            f"--where: no design point has all of {' and '.join(map(str, conditions))}; accepted: conditions that "
            f"hold together at one of the {len(table)} design points"
        )
    return tuple(table.loc[left, "point"].tolist())


def _holds(values: pd.Series, condition: Condition) -> pd.Series:
    compare, value = OPERATORS[condition.sign][0], condition.value
    if not is_numeric(values):
        if condition.sign not in ("=", "!="):
            raise InputError(f"--where = {str(condition)!r}: accepted: = or !=, with {_values(values)}")
        return compare(values.astype(str).str.casefold(), value.casefold())
    try:
        number = float(value)
    except ValueError:
        raise InputError(f"--where = {str(condition)!r}: accepted: a number, {_values(values)}") from None
    # What differs in the last digits only is the same level.
    alike = (values - number).abs() <= TOLERANCE * max(1.0, abs(number))
    return compare(values.where(~alike, number), number)


def _values(values: pd.Series) -> str:
    """What a factor is at the design points, in words."""
    levels = list(dict.fromkeys(values))
    if len(levels) > MOST_REPORTED and is_numeric(values):
        return f"from {min(levels):g} to {max(levels):g}"
    reported = ", ".join(f"{level:g}" if is_numeric(values) else str(level) for level in levels[:MOST_REPORTED])
    return reported + (", ..." if len(levels) > MOST_REPORTED else "")
