"""Phase diagrams: risk over any two swept factors, and where the better design changes."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from sim.analysis.effects import paired, two_designs
from sim.analysis.factors import is_numeric
from sim.analysis.pooling import pooled_mean
from sim.analysis.quantities import HEADLINE, KINDS
from sim.errors import Unsupported

BINS = 8
"""Cells along an axis for a factor with more values than that."""


def axis_cells(values: pd.Series) -> tuple[np.ndarray, list[object]]:
    """Cell of each value along an axis, and the cells' places.

    Parameters
    ----------
    values : Series
        A factor's column.

    Returns
    -------
    cells : numpy.ndarray
        Number of the cell of each value.
    places : list
        A cell's level, or where the factor has more than ``BINS`` values the middle of one of
        ``BINS`` equal intervals.

    Examples
    --------
    >>> import pandas as pd
    >>> cells, places = axis_cells(pd.Series([0.1, 0.9, 0.1]))
    >>> cells.tolist(), places
    ([0, 1, 0], [0.1, 0.9])
    """
    numeric = is_numeric(values)
    levels = sorted(set(values)) if numeric else list(dict.fromkeys(values))
    if not numeric or len(levels) <= BINS:
        return pd.Categorical(values, categories=levels).codes.astype(int), levels
    edges = np.linspace(float(values.min()), float(values.max()), BINS + 1)
    cells = np.clip(np.searchsorted(edges, values.to_numpy(float), side="right") - 1, 0, BINS - 1)
    return cells, [float(middle) for middle in (edges[:-1] + edges[1:]) / 2]


def pairs(runs: pd.DataFrame, factors: list[str], most: int = 10**6, way: str = HEADLINE) -> list[tuple[str, str]]:
    """Pairs of factors that take at least two values; where there are more than ``most``, those of
    the most telling factors.

    How telling a factor is: the share of the variance of the points' risks (of the event ``way``)
    that lies between its cells, in the design in which that is largest.

    Raises
    ------
    sim.errors.Unsupported
        Where there are none.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> pairs(small_sweep(), ["leadership.training", "who chooses"])
    [('leadership.training', 'who chooses')]
    """
    varied = [name for name in factors if runs[name].nunique() > 1]
    if len(varied) < 2:
        raise Unsupported(
            "a phase diagram needs two factors with two levels or more; this sweep varies "
            f"{', '.join(varied) or 'none'}"
        )
    if len(varied) * (len(varied) - 1) // 2 <= most:
        return list(combinations(varied, 2))
    means = (
        runs.groupby(["point", "design"], sort=False).agg({way: "mean", **dict.fromkeys(varied, "first")}).reset_index()
    )
    best = sorted(varied, key=lambda name: -max(_between(group, name, way) for _, group in means.groupby("design")))
    kept = [name for name in varied if name in best[: max(2, int((1 + (1 + 8 * most) ** 0.5) / 2))]]
    return list(combinations(kept, 2))


def _between(points: pd.DataFrame, factor: str, way: str) -> float:
    """Share of the variance of risks that lies between a factor's cells, 0 to 1."""
    cells, _ = axis_cells(points[factor])
    risk = points[way]
    total = float(((risk - risk.mean()) ** 2).sum())
    return float(((risk.groupby(cells).transform("mean") - risk.mean()) ** 2).sum()) / total if total > 0 else 0.0


def phase(runs: pd.DataFrame, x: str, y: str, quantity: str = HEADLINE) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Mean of a quantity over two factors for each design, and paired differences from the first
    design.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs.
    x, y : str
        Factors.
    quantity : str
        See :data:`sim.analysis.quantities.KINDS`.

    Returns
    -------
    levels : DataFrame
        ``x_factor, y_factor, x, y, design, quantity, mean, lower, upper, spread_low, spread_high,
        points, seeds, n``; other factors are averaged over, each design point alike, and the spread
        says how much they matter.
    differences : DataFrame
        The same with ``baseline`` and ``difference``, and ``resolved`` (the interval leaves out 0);
        empty with one design.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> levels, differences = phase(small_sweep(), "leadership.training", "who chooses")
    >>> differences[["x", "y", "difference", "resolved"]].round(2)
         x         y  difference  resolved
    0  0.1  district        -0.3      True
    1  0.1  families        -0.7      True
    2  0.9  district         0.1      True
    3  0.9  families        -0.3      True
    """
    runs = runs.assign(_x=0, _y=0)
    runs["_x"], xs = axis_cells(runs[x])
    runs["_y"], ys = axis_cells(runs[y])
    rows: list[tuple[object, ...]] = []
    for (i, j, design), group in runs.groupby(["_x", "_y", "design"], sort=False):
        pooled = pooled_mean(
            group[quantity].to_numpy(float), group["point"].to_numpy(), group["seed"].to_numpy(), KINDS[quantity]
        )
        rows.append((x, y, xs[i], ys[j], design, quantity, *pooled))
    spread = ["spread_low", "spread_high", "points", "seeds", "n"]
    levels = pd.DataFrame(
        rows, columns=["x_factor", "y_factor", "x", "y", "design", "quantity", "mean", "lower", "upper", *spread]
    )
    columns = [
        "x_factor",
        "y_factor",
        "x",
        "y",
        "design",
        "baseline",
        "quantity",
        "difference",
        "lower",
        "upper",
        *spread,
        "resolved",
    ]
    rows = []
    try:
        baseline, others = two_designs(runs)
    except Unsupported:
        return levels, pd.DataFrame(columns=columns)
    where = runs.drop_duplicates("point").set_index("point")[["_x", "_y"]]
    kind = "difference" if KINDS[quantity] == "proportion" else "number"
    for design in others:
        both = paired(runs, baseline, design, quantity).join(where, on="point")
        for (i, j), group in both.groupby(["_x", "_y"], sort=False):
            gap = (group["first"] - group["second"]).to_numpy(float)
            pooled = pooled_mean(gap, group["point"].to_numpy(), group["seed"].to_numpy(), kind)
            rows.append(
                (x, y, xs[i], ys[j], design, baseline, quantity, *pooled, bool(pooled.lower > 0 or pooled.upper < 0))
            )
    return levels, pd.DataFrame(rows, columns=columns)
