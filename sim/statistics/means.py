"""Means of designs, and paired differences and ratios between them, point by point and over all
points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from sim.io.errors import Unsupported
from sim.statistics.intervals import mean_interval, paired_difference, paired_ratio, wilson
from sim.statistics.pooling import Pooled, pooled_mean, pooled_ratio
from sim.statistics.quantities import COMPARED, HEADLINE, happened_by, is_risk, without_error

Interval = tuple[float, float, float]
DIFFERENCE = ("difference", "lower", "upper")
RATIO = ("ratio", "ratio_lower", "ratio_upper")
NO_RATIO: Interval = (np.nan, np.nan, np.nan)
"""Of what is no risk."""


def means_by_point(runs: pd.DataFrame, quantities: Iterable[str] = COMPARED) -> pd.DataFrame:
    """Mean of each quantity at each design point and design.

    Parameters
    ----------
    runs : DataFrame
        As from :func:`sim.statistics.quantities.prepared`.
    quantities : iterable of str
        See :func:`sim.statistics.quantities.units`, or an event of ``WAYS``.

    Returns
    -------
    DataFrame
        ``point, design, quantity, mean, lower, upper, n``: Wilson's intervals for risks, Student's
        for the rest.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> means_by_point(small_sweep(), ["discontinued"])[["point", "design", "mean", "lower",
    ...     "upper"]].head(2).round(2)
       point      design  mean  lower  upper
    0      0    retrofit  0.82   0.68   0.91
    1      0  greenfield  0.52   0.37   0.67
    """
    rows: list[tuple[object, ...]] = []
    for (point, design), group in runs.groupby(["point", "design"], sort=False):
        for quantity in quantities:
            values = group[quantity].to_numpy(float)
            if is_risk(quantity):
                count = int(values.sum())
                interval = (count / len(values), *wilson(count, len(values)))
            else:
                interval = mean_interval(values)
            rows.append((point, design, quantity, *interval, len(values)))
    return pd.DataFrame(rows, columns=["point", "design", "quantity", "mean", "lower", "upper", "n"])


def pooled_means(runs: pd.DataFrame, quantities: Iterable[str] = COMPARED) -> pd.DataFrame:
    """Mean of each quantity over all design points, by design: ``design, quantity`` and the fields
    of :class:`Pooled`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> pooled_means(small_sweep(), ["discontinued"])[["design", "mean", "lower", "upper",
    ...     "points"]].round(2)
           design  mean  lower  upper  points
    0    retrofit  0.62   0.51   0.73       4
    1  greenfield  0.32   0.23   0.44       4
    """
    rows: list[tuple[object, ...]] = []
    for design, group in runs.groupby("design", sort=False):
        points, seeds = group["point"].to_numpy(), group["seed"].to_numpy()
        rows.extend(
            (
                design,
                name,
                *pooled_mean(group[name].to_numpy(float), points, seeds, "proportion" if is_risk(name) else "number"),
            )
            for name in quantities
        )
    return pd.DataFrame(rows, columns=["design", "quantity", *Pooled._fields])


def paired(runs: pd.DataFrame, baseline: str, design: str, quantity: str) -> pd.DataFrame:
    """The runs of two designs side by side: ``point, seed, first, second`` (design, baseline), only
    where both are there: where the programme opened under both.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> paired(small_sweep(), "retrofit", "greenfield", "discontinued").head(2)
       point  seed  first  second
    0      0     0    0.0     1.0
    1      0     1    0.0     0.0
    """
    wide = runs[runs["design"].isin([baseline, design])].pivot(
        index=["point", "seed"], columns="design", values=quantity
    )
    wide = wide.reindex(columns=[design, baseline]).dropna()
    wide.columns = pd.Index(["first", "second"])
    return wide.reset_index()


def two_designs(runs: pd.DataFrame, designs: Sequence[str] | None = None) -> tuple[str, list[str]]:
    """The baseline, which is the first design, and those compared with it.

    Parameters
    ----------
    runs : DataFrame
    designs : sequence of str, optional
        In the order of the sweep; that of the runs by default, which a first design that did not
        open at the first design point would change.

    Raises
    ------
    sim.io.errors.Unsupported
        Where there is one design only, or the first one opened in no run.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> two_designs(small_sweep())
    ('retrofit', ['greenfield'])
    """
    opened = list(runs["design"].unique())
    baseline = next(iter(opened if designs is None else designs), "")
    if len(opened) > 1 and baseline not in opened:
        raise Unsupported(f"{baseline}, which the other designs are compared with, opened in no run")
    if len(opened) < 2:
        raise Unsupported(f"a comparison needs two designs that open, and there is {', '.join(opened) or 'none'}")
    return baseline, [design for design in designs or opened if design in opened and design != baseline]


def differences_by_point(
    runs: pd.DataFrame, quantities: Iterable[str] = COMPARED, designs: Sequence[str] | None = None
) -> pd.DataFrame:
    """Paired differences from the first design, and ratios of risks, at each design point.

    Parameters
    ----------
    runs : DataFrame
    quantities : iterable of str
    designs : sequence of str, optional
        Their order, see :func:`two_designs`.

    Returns
    -------
    DataFrame
        ``point, design, baseline, quantity, difference, lower, upper, ratio, ratio_lower,
        ratio_upper, n``: Newcombe's interval for a difference of risks and Bonett & Price's for
        their ratio; Student's for the rest, which have no ratio.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = differences_by_point(small_sweep(), ["discontinued"])
    >>> table[["point", "design", "baseline", "difference", "lower", "upper"]].head(2).round(2)
       point      design  baseline  difference  lower  upper
    0      0  greenfield  retrofit        -0.3  -0.44  -0.14
    1      1  greenfield  retrofit        -0.7  -0.81  -0.51
    """
    baseline, others = two_designs(runs, designs)
    rows = []
    for design in others:
        for quantity in quantities:
            for point, group in paired(runs, baseline, design, quantity).groupby("point", sort=True):
                difference, ratio = _at_a_point(group, is_risk(quantity))
                rows.append((point, design, baseline, quantity, *difference, *ratio, len(group)))
    return pd.DataFrame(rows, columns=["point", "design", "baseline", "quantity", *DIFFERENCE, *RATIO, "n"])


def differences_by_week(
    runs: pd.DataFrame, weeks: Iterable[int], way: str = HEADLINE, designs: Sequence[str] | None = None
) -> pd.DataFrame:
    """Paired differences in the risk of an event by each week, at each design point.

    Parameters
    ----------
    runs : DataFrame
        As from :func:`sim.statistics.quantities.prepared`.
    weeks : iterable of int
    way : str
        See :data:`sim.statistics.quantities.WAYS`.
    designs : sequence of str, optional
        Their order, see :func:`two_designs`.

    Returns
    -------
    DataFrame
        ``week``, then as :func:`differences_by_point`.

    Raises
    ------
    sim.io.errors.Unsupported
        As of :func:`two_designs`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = differences_by_week(small_sweep(), [10, 36])
    >>> table.loc[table["point"] == 0, ["week", "design", "difference", "lower", "upper"]].round(2)
       week      design  difference  lower  upper
    0    10  greenfield         0.0  -0.09   0.09
    4    36  greenfield        -0.3  -0.44  -0.14
    """
    two_designs(runs, designs)
    tables = []
    for week in weeks:
        by_then = runs.assign(**{way: happened_by(runs, week, way).astype(float)})
        tables.append(differences_by_point(by_then, [way], designs).assign(week=week))
    columns = ["week", "point", "design", "baseline", "quantity", *DIFFERENCE, *RATIO, "n"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


def pooled_differences(
    runs: pd.DataFrame, quantities: Iterable[str] = COMPARED, designs: Sequence[str] | None = None
) -> pd.DataFrame:
    """Paired differences from the first design over all design points, and ratios of risks.

    Parameters
    ----------
    runs : DataFrame
    quantities : iterable of str
    designs : sequence of str, optional
        Their order, see :func:`two_designs`.

    Returns
    -------
    DataFrame
        ``design, baseline, quantity, difference`` and the other fields of :class:`Pooled`, then
        ``ratio, ratio_lower, ratio_upper`` (missing for what is no risk). Where there is one design
        point, intervals are those of :func:`differences_by_point`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = pooled_differences(small_sweep(), ["discontinued"])
    >>> table[["design", "difference", "lower", "upper", "spread_low", "spread_high"]].round(2)
           design  difference  lower  upper  spread_low  spread_high
    0  greenfield        -0.3  -0.38  -0.22       -0.64         0.04
    """
    baseline, others = two_designs(runs, designs)
    rows = []
    for design in others:
        for quantity in quantities:
            pairs = paired(runs, baseline, design, quantity)
            first, second = pairs["first"].to_numpy(float), pairs["second"].to_numpy(float)
            points, seeds = pairs["point"].to_numpy(), pairs["seed"].to_numpy()
            risk = is_risk(quantity)
            if pairs["point"].nunique() == 1:
                own, ratio = _at_a_point(pairs, risk)
                pooled = Pooled(*own, own[0], own[0], 1, len(pairs), len(pairs))
            else:
                pooled = pooled_mean(first - second, points, seeds, "difference" if risk else "number")
                ratio = pooled_ratio(first, second, points, seeds) if risk else NO_RATIO
            rows.append((design, baseline, quantity, *pooled, *ratio))
    fields = ["difference" if name == "mean" else name for name in Pooled._fields]
    return pd.DataFrame(rows, columns=["design", "baseline", "quantity", *fields, *RATIO])


def _at_a_point(pairs: pd.DataFrame, risk: bool) -> tuple[Interval, Interval]:
    """Difference and ratio of the runs of one design point, each with its interval."""
    first, second = pairs["first"].to_numpy(float), pairs["second"].to_numpy(float)
    if not risk:
        return mean_interval(first - second), NO_RATIO
    return paired_difference(first > 0, second > 0), paired_ratio(first > 0, second > 0)


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
