"""What the columns of tables hold, of those that mean the same wherever they stand; a finding's own
stand in its file.

What the variables or the parameter table knows is taken from there. The ends of an interval, and
the spread over design points, follow from the column that they are of (``FOLLOWING``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sim.kernel.variables import Column, Variables
from sim.statistics.naming import ANY, NAMED, NOT_OPENED
from sim.statistics.quantities import WAYS, manner, units
from sim.statistics.weekly import GOING_ON
from sim.sweep.results import COLUMNS

FACTORS, OTHERS = "(each factor)", "(each quantity)"
"""Stand in a list of columns for those whose names only a sweep knows."""

ALIKE = "as the quantity"
"""Unit of what is measured in the unit of the quantity that the row names."""

RISK, MEAN = "Wilson's", "Wilson's for a risk, Student's for the rest"
RISKS, MEANS = (f"{each}, over several design points with seeds as clusters" for each in (RISK, MEAN))
PAIRED = "paired by seed, Newcombe's for a risk, Student's for the rest"
RATIO = "Bonett & Price's, over several design points Student's of its logarithm"
BOOTSTRAP = "over resampled base points"
FITTED = "of the fitted surface at the place, Student's"
CLUSTERED = "paired by seed, Student's with seeds as clusters"


class Table(NamedTuple):
    """A table that is written.

    Attributes
    ----------
    name : str
    columns : str
        Their names, or words that stand for several, see :meth:`names`.
    own : dict
        Columns that mean something else here than elsewhere, or stand nowhere else.
    intervals : dict
        What a column's 95% interval is; plain ``lower`` and ``upper`` are of the first.
    variables : str
        Whose columns it has, beside those named: ``outcome``, ``weekly``, or nobody's.
    source : str
        The command that makes it; of a finding's table, the finding, which need not say so.
    """

    name: str
    columns: str
    own: Mapping[str, Column] = {}
    intervals: Mapping[str, str] = {}
    variables: str = ""
    source: str = ""

    def names(self, variables: Variables, factors: Iterable[str] = (FACTORS,)) -> list[str]:
        """Names of its columns, in order.

        Parameters
        ----------
        variables : Variables
            Of the parties that take part.
        factors : iterable of str
            Those of a sweep; one stands for all by default.

        Examples
        --------
        >>> from sim.outcome import VARIABLES
        >>> Table("means", "point FACTORS n").names(VARIABLES, ["leadership.training"])
        ['point', 'leadership.training', 'n', 'calibration']
        """
        parts: dict[str, Iterable[str]] = {
            "FACTORS": factors,
            "OTHERS": [f"{OTHERS}{end}" for end in ("", " lower", " upper", " n")],
            "OUTCOME": [name for name in variables.outcome if name not in ("scenario", "design", "seed")],
            "WEEKLY": variables.weekly,
            "NAMED": NAMED,
            "SPREAD": ("spread_low", "spread_high", "points"),
            "ENDS": ("lower", "upper"),
            "POOLED": ("spread_low", "spread_high", "points", "seeds", "n"),
        }
        last = [] if self.source == "sweep" else ["calibration"]
        return [name for word in self.columns.split() for name in parts.get(word, (word,))] + last


SHARED = {
    **COLUMNS,
    "baseline": Column("-", "design that the others are compared with: the first in the sweep"),
    "calibration": Column("-", "source of the parameters that nothing else sets"),
    "column": Column("-", "quantity reported week by week, one of the names in column"),
    "count": Column("runs", "runs, of these, in which the event had happened by the week"),
    "denominator": Column("-", "what the value is a share or mean of, and what n, or another count beside it, counts"),
    "difference": Column(ALIKE, "mean under the design minus mean under the baseline"),
    "event": Column("-", "event that the value refers to, one of the names in event"),
    "factor": Column("-", "factor of the sweep"),
    "kind": Column("-", "the event, if it happened in most runs in the box; not_ and the event, if it did not"),
    "label": Column("-", "the stakeholder, in words"),
    "mean": Column(ALIKE, "mean over runs; over several design points, the mean of their means"),
    "median": Column("week from 1", "week by which the event had happened in half of the runs; infinite if it had not"),
    "n": Column("runs", "runs behind the value; only runs that opened count"),
    "points": Column("design points", "design points behind the value, each with equal weight"),
    "quantity": Column("-", "what is measured, one of the names in quantity"),
    "ratio": Column("1", "risk under the design over that under the baseline; missing if the quantity is not a risk"),
    "resolved": Column("yes or no", "whether the interval of the difference excludes 0"),
    "risk": Column("probability", "share of runs in which the event had happened by the week"),
    "seeds": Column("seeds", "seeds behind the value"),
    "stakeholder": Column("-", "stakeholder, one of the names in stakeholder"),
    "parameter_high": Column("probability", "upper end of the range of the risk over 80% of the parameter draws"),
    "parameter_low": Column("probability", "lower end of the range of the risk over 80% of the parameter draws"),
    "week": Column("week from 1", "week up to which runs are followed; 0 before the first week"),
    "words": Column("-", "the box in words, or why there is none"),
    "x": Column("as the factor", "level, or middle of the cell, along the horizontal axis"),
    "x_factor": Column("-", "factor along the horizontal axis"),
    "y": Column("as the factor", "level, or middle of the cell, along the vertical axis"),
    "y_factor": Column("-", "factor along the vertical axis"),
}
"""Columns that mean the same wherever they stand."""

FOLLOWING = {
    "lower": "lower end of the 95% interval",
    "upper": "upper end of the 95% interval",
    "spread_low": "5% quantile over design points",
    "spread_high": "95% quantile over design points",
}
"""Columns that follow from another: plain ones from the first of a table's ``intervals``."""

PAIRS = Column("pairs of runs", "seeds on which the programme opened under both")


def described(table: Table, name: str, variables: Variables, factors: Mapping[str, Column]) -> Column | None:
    """What a column of a table holds; None where that is not known.

    Parameters
    ----------
    table : Table
    name : str
    variables : Variables
        Of the parties that take part.
    factors : mapping
        What the columns of the sweep's factors hold.

    Examples
    --------
    >>> from sim.outcome import VARIABLES
    >>> table = Table("frontier", "gain ENDS", {}, {"gain": "Student's"})
    >>> described(table, "gain_lower", VARIABLES, {})
    Column(unit='SD per child', meaning="lower end of the 95% interval of gain (Student's)")
    """
    of_variables = {"outcome": variables.outcome_columns, "weekly": variables.weekly_columns}.get(table.variables, {})
    for known in (factors, table.own, of_variables, SHARED, _risks(), variables.outcome_columns):
        if name in known:
            return known[name]
    for end, words in FOLLOWING.items():
        if name.endswith(end):
            of = next(iter(table.intervals), "") if name == end else name.removesuffix(end).rstrip("_ ")
            column = described(table, of, variables, factors) if of else None
            if column is not None:
                kind = f" ({table.intervals[of]})" if of in table.intervals and "interval" in words else ""
                return Column(column.unit, f"{words} of {of}{kind}")
    return table.own.get(f"{OTHERS} n" if name.endswith(" n") else OTHERS)


def names(variables: Variables) -> dict[str, dict[str, Column]]:
    """Words that stand in columns: by the column, what each means.

    Parameters
    ----------
    variables : Variables
        Of the parties that take part.

    Examples
    --------
    >>> from sim.outcome import VARIABLES
    >>> names(VARIABLES)["quantity"]["gain"]
    Column(unit='SD per child', meaning='learning gain, SD per child of the community')
    """
    compared = {
        name: Column(variables.outcome_columns[name].unit if name in variables.compared else "weeks", words)
        for name, words in units(variables).items()
        if name not in WAYS
    }
    drained = {
        f"share_{each.name}": Column("share", f"share of the capital drained so far, by {each.label}")
        for each in variables.pressing.values()
    }
    return {
        "event": {
            **_risks(),
            ANY: Column("-", "no event: a mean over runs, whatever their outcome"),
            NOT_OPENED: Column("probability", "share of all runs whose programme did not open"),
        },
        "quantity": {**_risks(), **compared},
        "column": {
            **variables.weekly_columns,
            **drained,
            GOING_ON: Column("share", "share of runs whose programme goes on, throughout the week"),
        },
        "stakeholder": {each.name: Column("-", each.label) for each in variables.stakeholders.values()},
    }


def _risks() -> dict[str, Column]:
    return {way: Column("probability", f"share of runs whose programme {manner(way)}".rstrip(",")) for way in WAYS}
