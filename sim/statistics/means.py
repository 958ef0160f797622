"""Means at each design point, two designs side by side, and the share of runs that did not open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from sim.io.errors import Unsupported
from sim.statistics.intervals import mean_interval, wilson
from sim.statistics.pooling import Pooled, pooled_mean
from sim.statistics.quantities import COMPARED, is_risk, without_error


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
