"""Which feature carries the difference? Shapley values over a full factorial, seed by seed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import factorial

import numpy as np
import pandas as pd

from sim.analysis.pooling import pooled_mean
from sim.analysis.quantities import KINDS, MEASURES
from sim.io.errors import Unsupported

TOTAL = "all together"
SINGLE, SECTION, EVERYTHING = "factor", "section", "total"
"""Kinds of rows: one factor, the factors of one section added up, all of them."""
MOST_FACTORS = 12


def attribution(runs: pd.DataFrame, factors: Sequence[str], quantities: Sequence[str] = MEASURES) -> pd.DataFrame:
    """Share out the change from all factors at their first level to all at their second.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs of a full factorial. Factors with two levels are the players; the others make
        strata, each with an answer of its own.
    factors : sequence of str
    quantities : sequence of str

    Returns
    -------
    DataFrame
        A row per stratum (a column for each of its factors), ``design``, ``quantity`` and
        ``factor``: ``kind``; ``from_level, to_level``; ``contribution, lower, upper`` (Shapley
        value: its effect averaged over all orders in which the factors could be changed;
        contributions add up to the total); ``alone, alone_lower, alone_upper`` (changed by itself,
        all else at the first level); ``last, last_lower, last_upper`` (changed when all else has
        been); ``seeds`` (those on which it opened at all corners). ``kind`` is ``factor``,
        ``section`` (the factors of one section added up, as the levers of leadership) or ``total``.
        Each seed has a Shapley value of its own, so intervals are paired.

    Raises
    ------
    sim.io.errors.Unsupported
        Where fewer than two factors have two levels, or corners of the factorial are missing.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> table = attribution(small_sweep(), ["leadership.training", "who chooses"],
    ...     ["discontinued"])
    >>> table.loc[table["design"] == "retrofit", ["factor", "kind", "contribution"]].round(2)
                    factor    kind  contribution
    0  leadership.training  factor          -0.4
    1          who chooses  factor           0.0
    2         all together   total          -0.4
    """
    levels = {name: list(dict.fromkeys(runs[name])) for name in factors}
    players = [name for name in factors if len(levels[name]) == 2]
    strata = [name for name in factors if len(levels[name]) > 2]
    if len(players) < 2:
        raise Unsupported("attribution needs a full factorial in which at least two factors have exactly two levels")
    if len(players) > MOST_FACTORS:
        raise Unsupported(
            f"attribution takes up to {MOST_FACTORS} factors with two levels; this sweep has {len(players)}"
        )
    tables = []
    for quantity in quantities:
        for key, group in runs.groupby([*strata, "design"], sort=False):
            *stratum, design = key
            table = _shapley(
                _corners(group, players, levels, quantity), players, levels, KINDS[quantity] == "proportion"
            )
            ahead = {**dict(zip(strata, stratum, strict=True)), "design": design, "quantity": quantity}
            tables.append(pd.concat([pd.DataFrame([ahead] * len(table)), table], axis=1))
    return pd.concat(tables, ignore_index=True)


def _corners(group: pd.DataFrame, players: list[str], levels: dict[str, list[object]], quantity: str) -> np.ndarray:
    """Values at the corners, shape (seeds, 2 to the players); bit k of a corner's number says
    whether factor k has changed.
    """
    corner = sum(np.asarray(group[name] == levels[name][1], dtype=int) << k for k, name in enumerate(players))
    wide = pd.DataFrame({"corner": corner, "seed": group["seed"].to_numpy(), "value": group[quantity].to_numpy(float)})
    if wide.duplicated(["corner", "seed"]).any():
        raise Unsupported("attribution needs each combination of levels once")
    table = wide.pivot(index="seed", columns="corner", values="value").dropna()
    if table.shape[1] < 2 ** len(players) or table.empty:
        raise Unsupported(
            f"attribution needs all {2 ** len(players)} combinations of the two levels of {', '.join(players)}, "
            "on the same seeds"
        )
    return table.to_numpy()


def _shapley(values: np.ndarray, players: list[str], levels: dict[str, list[object]], proportion: bool) -> pd.DataFrame:
    k, everything = len(players), values.shape[1] - 1
    seeds = np.arange(len(values))
    kind = "difference" if proportion else "number"
    own = values @ _weights(k).T
    rows = []

    def row(
        name: str, what: str, ends: Sequence[object], each: np.ndarray, alone: np.ndarray, last: np.ndarray
    ) -> None:
        one = np.zeros(len(seeds), int)
        intervals = [pooled_mean(sample, one, seeds, kind)[:3] for sample in (each, alone, last)]
        rows.append((name, what, *map(str, ends), *intervals[0], *intervals[1], *intervals[2], len(seeds)))

    for place, name in enumerate(players):
        bit = 1 << place
        alone, last = values[:, bit] - values[:, 0], values[:, everything] - values[:, everything - bit]
        row(name, SINGLE, levels[name], own[:, place], alone, last)
    sections = [name.partition(".")[0] for name in players]
    for section in dict.fromkeys(sections):
        members = [place for place, name in enumerate(players) if sections[place] == section and "." in name]
        if 2 <= len(members) < k:
            bits = sum(1 << place for place in members)
            alone, last = values[:, bits] - values[:, 0], values[:, everything] - values[:, everything - bits]
            row(f"{section} (sum)", SECTION, ("", ""), own[:, members].sum(axis=1), alone, last)
    total = values[:, everything] - values[:, 0]
    row(TOTAL, EVERYTHING, ("", ""), total, total, total)
    ahead = ["factor", "kind", "from_level", "to_level", "contribution", "lower", "upper"]
    intervals = [f"{name}{end}" for name in ("alone", "last") for end in ("", "_lower", "_upper")]
    return pd.DataFrame(rows, columns=[*ahead, *intervals, "seeds"])


def _weights(k: int) -> np.ndarray:
    """Weight of each corner in each factor's Shapley value, shape (k, 2**k)."""
    weights = np.zeros((k, 2**k))
    for bits in product((0, 1), repeat=k):
        corner, size = sum(bit << place for place, bit in enumerate(bits)), sum(bits)
        for place in range(k):
            if bits[place]:
                weights[place, corner] = factorial(size - 1) * factorial(k - size) / factorial(k)
            else:
                weights[place, corner] = -factorial(size) * factorial(k - size - 1) / factorial(k)
    return weights
