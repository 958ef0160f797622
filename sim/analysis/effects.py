"""What designs and levels of factors do: means, paired differences and ratios, point by point and
over all points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from sim.analysis.intervals import mean_interval, paired_difference, paired_ratio, wilson
from sim.analysis.pooling import Pooled, pooled_mean, pooled_ratio
from sim.analysis.quantities import HEADLINE, KINDS, MEASURES, UNITS, happened_by
from sim.io.errors import Unsupported

MOST_LEVELS = 24
"""Levels above which a factor is taken for a continuous one."""
RECURRING = (
    f"a factor with 2 to {MOST_LEVELS} levels that recur with all else alike (a factorial design); this sweep has none"
)

Interval = tuple[float, float, float]
DIFFERENCE = ("difference", "lower", "upper")
RATIO = ("ratio", "ratio_lower", "ratio_upper")
NO_RATIO: Interval = (np.nan, np.nan, np.nan)
"""Of what is no risk."""


def means_by_point(runs: pd.DataFrame, quantities: Iterable[str] = tuple(UNITS)) -> pd.DataFrame:
    """Mean of each quantity at each design point and design.

    Parameters
    ----------
    runs : DataFrame
        As from :func:`sim.analysis.quantities.prepared`.
    quantities : iterable of str
        See :data:`sim.analysis.quantities.KINDS`.

    Returns
    -------
    DataFrame
        ``point, design, quantity, mean, lower, upper, n``: Wilson's intervals for risks, Student's
        for the rest.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
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
            if KINDS[quantity] == "proportion":
                count = int(values.sum())
                interval = (count / len(values), *wilson(count, len(values)))
            else:
                interval = mean_interval(values)
            rows.append((point, design, quantity, *interval, len(values)))
    return pd.DataFrame(rows, columns=["point", "design", "quantity", "mean", "lower", "upper", "n"])


def pooled_means(runs: pd.DataFrame, quantities: Iterable[str] = tuple(UNITS)) -> pd.DataFrame:
    """Mean of each quantity over all design points, by design: ``design, quantity`` and the fields
    of :class:`Pooled`.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
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
            (design, name, *pooled_mean(group[name].to_numpy(float), points, seeds, KINDS[name])) for name in quantities
        )
    return pd.DataFrame(rows, columns=["design", "quantity", *Pooled._fields])


def paired(runs: pd.DataFrame, baseline: str, design: str, quantity: str) -> pd.DataFrame:
    """The runs of two designs side by side: ``point, seed, first, second`` (design, baseline), only
    where both are there: where the programme opened under both.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
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
    >>> from sim.analysis.samples import small_sweep
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
    runs: pd.DataFrame, quantities: Iterable[str] = tuple(UNITS), designs: Sequence[str] | None = None
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
    >>> from sim.analysis.samples import small_sweep
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
                difference, ratio = _at_a_point(group, KINDS[quantity] == "proportion")
                rows.append((point, design, baseline, quantity, *difference, *ratio, len(group)))
    return pd.DataFrame(rows, columns=["point", "design", "baseline", "quantity", *DIFFERENCE, *RATIO, "n"])


def differences_by_week(
    runs: pd.DataFrame, weeks: Iterable[int], way: str = HEADLINE, designs: Sequence[str] | None = None
) -> pd.DataFrame:
    """Paired differences in the risk of an event by each week, at each design point.

    Parameters
    ----------
    runs : DataFrame
        As from :func:`sim.analysis.quantities.prepared`.
    weeks : iterable of int
    way : str
        See :data:`sim.analysis.quantities.WAYS`.
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
    >>> from sim.analysis.samples import small_sweep
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
    runs: pd.DataFrame, quantities: Iterable[str] = tuple(UNITS), designs: Sequence[str] | None = None
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
    >>> from sim.analysis.samples import small_sweep
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
            risk = KINDS[quantity] == "proportion"
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


def level_effects(runs: pd.DataFrame, factors: Sequence[str], quantities: Iterable[str] = MEASURES) -> pd.DataFrame:
    """What each level of a factor changes against the factor's first level, all else alike, paired
    by seed.

    With a factor whose settings set one stakeholder's power to zero after another, this is the
    counterfactual risk without it.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs of a factorial sweep.
    factors : sequence of str
    quantities : iterable of str

    Returns
    -------
    DataFrame
        ``design, factor, level, reference, quantity, mean`` (at that level), ``difference, lower,
        upper, points, seeds, n``.

    Raises
    ------
    sim.io.errors.Unsupported
        Where no factor has from 2 to ``MOST_LEVELS`` levels that recur with all else alike.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> table = level_effects(small_sweep(), ["leadership.training", "who chooses"],
    ...     ["discontinued"])
    >>> table[["design", "factor", "level", "difference"]].round(2)
           design               factor     level  difference
    0    retrofit  leadership.training       0.9        -0.4
    1  greenfield  leadership.training       0.9         0.0
    2    retrofit          who chooses  families         0.0
    3  greenfield          who chooses  families        -0.4
    """
    rows = []
    for factor in factors:
        levels = list(dict.fromkeys(runs[factor]))
        if not 2 <= len(levels) <= MOST_LEVELS:
            continue
        others = [name for name in factors if name != factor]
        for design, group in runs.groupby("design", sort=False):
            for quantity in quantities:
                for level in levels[1:]:
                    both = alike_but_for(group, factor, others, (levels[0], level), quantity)
                    if both.empty:
                        continue
                    kind = "difference" if KINDS[quantity] == "proportion" else "number"
                    change = (both["own"] - both["first"]).to_numpy(float)
                    pooled = pooled_mean(change, both["where"].to_numpy(), both["seed"].to_numpy(), kind)
                    mean = float(both.groupby("where")["own"].mean().mean())
                    where = (design, factor, level_text(level), level_text(levels[0]), quantity)
                    rows.append((*where, mean, *pooled[:3], *pooled[5:]))
    if not rows:
        raise Unsupported(f"effects of levels need {RECURRING}")
    columns = [
        "design",
        "factor",
        "level",
        "reference",
        "quantity",
        "mean",
        "difference",
        "lower",
        "upper",
        "points",
        "seeds",
        "n",
    ]
    return pd.DataFrame(rows, columns=columns)


def alike_but_for(
    runs: pd.DataFrame, factor: str, others: Sequence[str], ends: tuple[object, object], quantity: str
) -> pd.DataFrame:
    """Runs at two levels of a factor side by side, where all other factors and the seed are alike.

    Parameters
    ----------
    runs : DataFrame
        Of one design: the factors, ``seed``, and the quantity.
    factor : str
    others : sequence of str
        All other factors.
    ends : tuple
        The two levels.
    quantity : str

    Returns
    -------
    DataFrame
        The other factors, ``seed, own, first`` (the quantity at the second level and at the first),
        ``where`` (a number for each combination of the others). Without rows where combinations of
        levels do not recur, or more than once.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> own = small_sweep().query("design == 'retrofit'")
    >>> alike_but_for(own, "leadership.training", ["who chooses"], (0.1, 0.9), "gain").head(2)
      who chooses  seed   own  first  where
    0    district     0  0.05   0.01      0
    1    district     1  0.05   0.05      0
    """
    cells = runs.set_index([*others, "seed"])
    first, own = (cells.loc[cells[factor] == level, quantity] for level in ends)
    both = pd.DataFrame({"own": own, "first": first}) if first.index.is_unique and own.index.is_unique else None
    both = pd.DataFrame(columns=[*others, "seed", "own", "first"]) if both is None else both.dropna().reset_index()
    return both.assign(where=both.groupby(list(others), sort=False).ngroup() if len(others) else 0)


def level_text(level: object) -> str:
    """A level as a text, so that one column holds numbers and names.

    Examples
    --------
    >>> level_text(0.10000000001), level_text("families")
    ('0.1', 'families')
    """
    return f"{level:.6g}" if isinstance(level, float) else str(level)
