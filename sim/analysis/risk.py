"""Risk over time: cumulative incidence of being discontinued, of each cause, and of being adapted.

Every run is followed to the horizon, so it is a plain proportion: of the runs that opened. How many
did not is told apart.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sim.analysis.intervals import median_interval, wilson
from sim.analysis.pooling import Pooled, pooled_mean
from sim.analysis.quantities import HEADLINE, WAYS, event_week, without_error

MILESTONES = (20, 36, 72, 108)
"""Weeks at which risks are reported: Mountain View's January, and the ends of three school years.
"""


def milestones(horizon: int) -> list[int]:
    """Weeks at which risks are reported: the usual ones within the horizon, and the horizon itself.

    Examples
    --------
    >>> milestones(90)
    [20, 36, 72, 90]
    """
    return sorted(week for week in {*MILESTONES, horizon} if 0 < week <= horizon)


def cumulative_incidence(runs: pd.DataFrame, weeks: Iterable[int], ways: Iterable[str] = WAYS) -> pd.DataFrame:
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
        ``design, event, week, count, n, risk, lower, upper``: with 95% Wilson intervals.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> table = small_sweep()
    >>> cumulative_incidence(table[table["point"] == 0], [36], ["discontinued"]).round(2)
           design         event  week  count   n  risk  lower  upper
    0    retrofit  discontinued    36     33  40  0.82   0.68   0.91
    1  greenfield  discontinued    36     21  40  0.52   0.37   0.67
    """
    at = np.array(list(weeks), dtype=int)
    rows = []
    for design, group in runs.groupby("design", sort=False):
        n = len(group)
        for way in ways:
            counts = np.searchsorted(np.sort(event_week(group, way)), at, side="right")
            for week, count in zip(at.tolist(), counts.tolist(), strict=True):
                rows.append((design, way, week, count, n, count / n, *wilson(count, n)))
    return pd.DataFrame(rows, columns=["design", "event", "week", "count", "n", "risk", "lower", "upper"])


def risk_by_point(runs: pd.DataFrame, weeks: Iterable[int]) -> pd.DataFrame:
    """As :func:`cumulative_incidence`, for each design point: ``point`` comes first.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> risk_by_point(small_sweep(), [36])[["point", "design", "event", "count", "n",
    ...     "risk"]].head(2)
       point    design         event  count   n   risk
    0      0  retrofit  discontinued     33  40  0.825
    1      0  retrofit       adapted      0  40  0.000
    """
    weeks = list(weeks)
    tables = [
        cumulative_incidence(group, weeks).assign(point=point) for point, group in runs.groupby("point", sort=True)
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
        ``design, event, week, risk, lower, upper`` (Monte Carlo error, seeds as clusters),
        ``spread_low, spread_high`` (5% and 95% quantiles over design points), ``points, seeds, n``.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> table = pooled_incidence(small_sweep(), 108, [36])
    >>> own = table["event"] == "discontinued"
    >>> table.loc[own, ["design", "week", "risk", "lower", "upper"]].round(2).reset_index(drop=True)
           design  week  risk  lower  upper
    0    retrofit    36  0.62   0.51   0.73
    1  greenfield    36  0.32   0.23   0.44
    """
    rows = []
    for design, group in runs.groupby("design", sort=False):
        points, seeds = group["point"].to_numpy(), group["seed"].to_numpy()
        for way in WAYS:
            when = event_week(group, way)
            happened = np.unique(when[when <= horizon]).astype(int).tolist() if weeks is None else weeks
            wanted = {*happened, 1, horizon} if weeks is None else {*happened}
            for week in sorted(week for week in wanted if 0 < week <= horizon):
                pooled = pooled_mean(when <= week, points, seeds, "proportion")
                rows.append((design, way, week, *pooled))
    fields = ["risk" if name == "mean" else name for name in Pooled._fields]
    return pd.DataFrame(rows, columns=["design", "event", "week", *fields])


def not_opened(runs: pd.DataFrame) -> pd.DataFrame:
    """Share of runs whose programme did not open, which all rates leave out, by design.

    Parameters
    ----------
    runs : DataFrame
        All runs: ``point, design, seed, opened``, and ``error`` where some failed.

    Returns
    -------
    DataFrame
        ``design, share, lower, upper, spread_low, spread_high, points, seeds, n``, over all design
        points.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"point": 0, "design": "greenfield", "seed": range(10),
    ...     "opened": [0] * 2 + [1] * 8})
    >>> not_opened(table)[["design", "share", "lower", "upper"]].round(2)
           design  share  lower  upper
    0  greenfield    0.2   0.06   0.51
    """
    rows = []
    for design, group in without_error(runs).groupby("design", sort=False):
        absent = (group["opened"] == 0).to_numpy(float)
        rows.append((design, *pooled_mean(absent, group["point"].to_numpy(), group["seed"].to_numpy(), "proportion")))
    return pd.DataFrame(rows, columns=["design", "share", *Pooled._fields[1:]])


def median_by_point(runs: pd.DataFrame, way: str = HEADLINE) -> pd.DataFrame:
    """Median week of an event at each design point and design.

    Parameters
    ----------
    runs : DataFrame
        ``point, design`` and the fields of an outcome.
    way : str
        See :data:`sim.analysis.quantities.WAYS`.

    Returns
    -------
    DataFrame
        ``point, design, median, lower, upper, n``: 95% intervals by order statistics, from 0 to
        infinity where these are too few; infinite where it did not befall half of the runs.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> median_by_point(small_sweep()).head(2)
       point      design  median  lower  upper   n
    0      0    retrofit    20.0   20.0   20.0  40
    1      0  greenfield    20.0   20.0    inf  40
    """
    groups = runs.groupby(["point", "design"], sort=False)
    rows = [(*key, *median_interval(event_week(group, way)), len(group)) for key, group in groups]
    table = pd.DataFrame(rows, columns=["point", "design", "median", "lower", "upper", "n"])
    return table.assign(lower=table["lower"].clip(lower=0.0))
