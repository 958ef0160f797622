"""Two sets of runs side by side, as of two sweeps: what differs between them, paired by seed where
both met the same seeds.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim.analysis.intervals import mean_interval, paired_difference, unpaired_difference, unpaired_means
from sim.analysis.naming import ANY, BOTH, OPENED
from sim.analysis.quantities import HEADLINE, KINDS, UNITS, happened_by, prepared
from sim.analysis.risk import milestones

COLUMNS = [
    "point",
    "design",
    "quantity",
    "event",
    "week",
    "denominator",
    "a",
    "b",
    "difference",
    "lower",
    "upper",
    "resolved",
    "paired",
    "pairs",
    "changed",
    "n_a",
    "n_b",
]


def changes(a: pd.DataFrame, b: pd.DataFrame, horizon: int, whole: bool = True) -> pd.DataFrame:
    """What differs between two sets of runs, at each design point and design that both have.

    Parameters
    ----------
    a, b : DataFrame
        All runs of each, opened or not: ``point`` (the same number where the same conditions are
        meant), ``design, seed``, the fields of an outcome, and ``error`` where some failed.
    horizon : int
        Weeks that all runs of both lived through.
    whole : bool
        Whether means over whole runs are compared too; of runs of one length only.

    Returns
    -------
    DataFrame
        ``point, design, quantity, event, week`` (by when), ``denominator``: the risk of being
        discontinued by each milestone, and by the horizon what runs are compared by; ``a, b`` (mean
        or risk of each, of its ``n_a`` and ``n_b`` runs that opened); ``difference, lower, upper``
        (b less a, 95%), ``resolved`` (the interval leaves out 0); ``paired`` (both met the same
        seeds there), by ``pairs`` in which both opened, of which ``changed`` have another value.
        Intervals of paired runs are Newcombe's for a risk and Student's for a mean, of others
        Newcombe's for independent proportions and Welch's.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> runs = small_sweep()
    >>> table = changes(runs, runs.assign(gain=runs["gain"] + 0.01), 108)
    >>> table.loc[table["resolved"], ["point", "design", "quantity", "difference",
    ...     "changed"]].head(2).round(2)
        point      design quantity  difference  changed
    13      0    retrofit     gain        0.01       40
    30      0  greenfield     gain        0.01       40
    """
    rows: list[tuple[object, ...]] = []
    ours, theirs = (dict(iter(runs.groupby(["point", "design"], sort=False))) for runs in (a, b))
    for key in ours:
        if key not in theirs:
            continue
        first, second = (prepared(runs[key], horizon, horizon).set_index("seed") for runs in (ours, theirs))
        paired = set(ours[key]["seed"]) == set(theirs[key]["seed"])
        both = first.index.intersection(second.index, sort=False) if paired else first.index[:0]
        for (quantity, week, one), (_, _, two) in zip(
            _measured(first, horizon, whole), _measured(second, horizon, whole), strict=True
        ):
            risk = KINDS[quantity] == "proportion"
            matched = pd.DataFrame({"one": one.reindex(both), "two": two.reindex(both)}).dropna()
            difference = _paired(matched, risk) if paired else _unpaired(one, two, risk)
            resolved = difference[1] > 0.0 or difference[2] < 0.0
            changed = int((matched["one"] != matched["two"]).sum())
            counts = (len(matched), changed, int(one.notna().sum()), int(two.notna().sum()))
            of = (quantity if risk else ANY, week, BOTH if paired else OPENED)
            rows.append((*key, quantity, *of, one.mean(), two.mean(), *difference, resolved, paired, *counts))
    return pd.DataFrame(rows, columns=COLUMNS)


def _measured(runs: pd.DataFrame, horizon: int, whole: bool) -> Iterator[tuple[str, int, pd.Series]]:
    """What is compared of runs that opened: quantity, by which week, and a value for each run."""
    for week in milestones(horizon):
        yield HEADLINE, week, pd.Series(happened_by(runs, week).astype(float), runs.index)
    for quantity in UNITS:
        if quantity != HEADLINE and (whole or KINDS[quantity] == "proportion" or quantity == "restricted_mean_weeks"):
            yield quantity, horizon, runs[quantity].astype(float)


def _paired(matched: pd.DataFrame, risk: bool) -> tuple[float, float, float]:
    one, two = matched["one"].to_numpy(), matched["two"].to_numpy()
    return paired_difference(two > 0, one > 0) if risk else mean_interval(two - one)


def _unpaired(one: pd.Series, two: pd.Series, risk: bool) -> tuple[float, float, float]:
    if risk:
        return unpaired_difference(int(two.sum()), len(two), int(one.sum()), len(one))
    return unpaired_means(two.to_numpy(), one.to_numpy())
