"""Risk over time: cumulative incidence of each way of ending. Every run is followed to the horizon, so it is a plain proportion."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sim.analysis.intervals import median_interval, wilson
from sim.analysis.pooling import Pooled, pooled_mean
from sim.analysis.quantities import ANY, GONE, ending_week
from sim.outcome import ENDINGS

MILESTONES = (20, 36, 72, 108)
"""Weeks at which risks are told: Mountain View's January, and the ends of three school years."""


def milestones(horizon: int) -> list[int]:
    """Weeks at which risks are told: the usual ones within the horizon, and the horizon itself."""
    return sorted(week for week in {*MILESTONES, horizon} if 0 < week <= horizon)


def cumulative_incidence(runs: pd.DataFrame, weeks: Iterable[int], ways: Iterable[str] = (ANY, *ENDINGS[1:])) -> pd.DataFrame:
    """Cumulative incidence by each week, of the runs of one design point and one or more designs.

    Parameters
    ----------
    runs : DataFrame
        ``design``, and the fields of an outcome.
    weeks : iterable of int
        Weeks, in order.
    ways : iterable of str
        See :data:`sim.analysis.quantities.WAYS`.

    Returns
    -------
    DataFrame
        ``design, ending, week, count, n, risk, lower, upper``: with 95% Wilson intervals.
    """
    at = np.array(list(weeks), dtype=int)
    rows = []
    for design, group in runs.groupby("design", sort=False):
        n = len(group)
        for way in ways:
            counts = np.searchsorted(np.sort(ending_week(group, way)), at, side="right")
            for week, count in zip(at.tolist(), counts.tolist(), strict=True):
                rows.append((design, way, week, count, n, count / n, *wilson(count, n)))
    return pd.DataFrame(rows, columns=["design", "ending", "week", "count", "n", "risk", "lower", "upper"])


def risk_by_point(runs: pd.DataFrame, weeks: Iterable[int]) -> pd.DataFrame:
    """As :func:`cumulative_incidence`, for each design point: ``point`` comes first."""
    weeks = list(weeks)
    ways = (ANY, GONE, *ENDINGS[1:])
    tables = [cumulative_incidence(group, weeks, ways).assign(point=point) for point, group in runs.groupby("point", sort=True)]
    table = pd.concat(tables, ignore_index=True)
    return table[["point", *table.columns.drop("point")]]


def pooled_incidence(runs: pd.DataFrame, horizon: int, weeks: Iterable[int] | None = None) -> pd.DataFrame:
    """Cumulative incidence over all design points, each of equal weight.

    Parameters
    ----------
    runs : DataFrame
        ``point, design, seed`` and the fields of an outcome.
    horizon : int
        Weeks that all runs lived through.
    weeks : iterable of int, optional
        Weeks to tell; by default each at which anything changes, the first and the last.

    Returns
    -------
    DataFrame
        ``design, ending, week, risk, lower, upper`` (Monte Carlo error, seeds as clusters), ``spread_low, spread_high`` (5% and
        95% quantiles over design points), ``points, seeds, n``.
    """
    rows = []
    for design, group in runs.groupby("design", sort=False):
        points, seeds = group["point"].to_numpy(), group["seed"].to_numpy()
        for way in (ANY, GONE, *ENDINGS[1:]):
            when = ending_week(group, way)
            happened = np.unique(when[when <= horizon]).astype(int).tolist() if weeks is None else weeks
            wanted = {*happened, 1, horizon} if weeks is None else {*happened}
            for week in sorted(week for week in wanted if 0 < week <= horizon):
                pooled = pooled_mean(when <= week, points, seeds, "proportion")
                rows.append((design, way, week, *pooled))
    fields = ["risk" if name == "mean" else name for name in Pooled._fields]
    return pd.DataFrame(rows, columns=["design", "ending", "week", *fields])


def median_by_point(runs: pd.DataFrame, ending: str = ANY) -> pd.DataFrame:
    """Median week of ending at each design point and design.

    Parameters
    ----------
    runs : DataFrame
        ``point, design`` and the fields of an outcome.
    ending : str
        See :data:`sim.analysis.quantities.WAYS`.

    Returns
    -------
    DataFrame
        ``point, design, median, lower, upper, n``: 95% intervals by order statistics; infinite where
        half of the runs lived on.
    """
    groups = runs.groupby(["point", "design"], sort=False)
    rows = [(*key, *median_interval(ending_week(group, ending)), len(group)) for key, group in groups]
    return pd.DataFrame(rows, columns=["point", "design", "median", "lower", "upper", "n"])
