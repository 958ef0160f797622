"""Risk over time: cumulative incidence of each way of ending. Every run is followed to the horizon,
so it is a plain proportion.
"""

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
    """Weeks at which risks are told: the usual ones within the horizon, and the horizon itself.

    Examples
    --------
    >>> milestones(90)
    [20, 36, 72, 90]
    """
    return sorted(week for week in {*MILESTONES, horizon} if 0 < week <= horizon)


def cumulative_incidence(
    runs: pd.DataFrame, weeks: Iterable[int], ways: Iterable[str] = (ANY, *ENDINGS[1:])
) -> pd.DataFrame:
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

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> table = small_sweep()
    >>> cumulative_incidence(table[table["point"] == 0], [10, 36], ["any"]).round(2)
           design ending  week  count   n  risk  lower  upper
    0    retrofit    any    10      0  40  0.00   0.00   0.09
    1    retrofit    any    36     33  40  0.82   0.68   0.91
    2  greenfield    any    10      0  40  0.00   0.00   0.09
    3  greenfield    any    36     21  40  0.52   0.37   0.67
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
    """As :func:`cumulative_incidence`, for each design point: ``point`` comes first.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> risk_by_point(small_sweep(), [36])[["point", "design", "ending", "count", "n",
    ...     "risk"]].head(2)
       point    design ending  count   n   risk
    0      0  retrofit    any     33  40  0.825
    1      0  retrofit   over     33  40  0.825
    """
    weeks = list(weeks)
    ways = (ANY, GONE, *ENDINGS[1:])
    tables = [
        cumulative_incidence(group, weeks, ways).assign(point=point)
        for point, group in runs.groupby("point", sort=True)
    ]
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
        ``design, ending, week, risk, lower, upper`` (Monte Carlo error, seeds as clusters),
        ``spread_low, spread_high`` (5% and 95% quantiles over design points), ``points, seeds, n``.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> table = pooled_incidence(small_sweep(), 108, [36])
    >>> table.loc[table["ending"] == "any", ["design", "week", "risk", "lower", "upper"]].round(2)
           design  week  risk  lower  upper
    0    retrofit    36  0.62   0.51   0.73
    7  greenfield    36  0.32   0.23   0.44
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
        ``point, design, median, lower, upper, n``: 95% intervals by order statistics; infinite
        where half of the runs lived on.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> median_by_point(small_sweep()).head(2)
       point      design  median  lower  upper   n
    0      0    retrofit    20.0   20.0   20.0  40
    1      0  greenfield    20.0   20.0    inf  40
    """
    groups = runs.groupby(["point", "design"], sort=False)
    rows = [(*key, *median_interval(ending_week(group, ending)), len(group)) for key, group in groups]
    return pd.DataFrame(rows, columns=["point", "design", "median", "lower", "upper", "n"])
