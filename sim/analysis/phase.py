"""Phase diagrams: risk over any two swept factors, and where the better design changes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.analysis.effects import paired, two_designs
from sim.analysis.factors import is_numeric
from sim.analysis.pooling import Pooled, pooled_mean
from sim.analysis.quantities import HEADLINE, KINDS
from sim.analysis.surface import covered, surface
from sim.io.errors import Unsupported

BINS = 8
"""Cells along an axis for a factor with more values than that."""
SMOOTH = 5
"""Levels from which a surface is fitted along a factor; with fewer, little is known between."""
GRID = 25
"""Places along each axis at which a surface is reported."""
FILLED = 0.5
"""Least share of the plane that must have design points near."""

FILLING = "the methods factorial, latin_hypercube, sobol and saltelli, which fill it"

COLUMNS = ["x_factor", "y_factor", "x", "y", "design", "quantity", "mean", "lower", "upper"]
GAPS = ["x_factor", "y_factor", "x", "y", "design", "baseline", "quantity", "difference", "lower", "upper"]


class Diagram(NamedTuple):
    """What a phase diagram is drawn of.

    ``levels``: a row per cell and design. ``differences``: the same, paired, from the first design;
    empty with one design. ``surface, surface_differences``: the same of a fitted surface, a row per
    place of a grid; empty where one of the factors has no levels for it.
    """

    levels: pd.DataFrame
    differences: pd.DataFrame
    surface: pd.DataFrame
    surface_differences: pd.DataFrame


def axis_cells(values: pd.Series, most: int = BINS) -> tuple[np.ndarray, list[object]]:
    """Cell of each value along an axis, and the cells' places.

    Parameters
    ----------
    values : Series
        A factor's column.
    most : int
        Cells of a factor of numbers at the most.

    Returns
    -------
    cells : numpy.ndarray
        Number of the cell of each value.
    places : list
        A cell's level, or where the factor has more than ``most`` values the middle of one of
        ``most`` equal intervals.

    Examples
    --------
    >>> import pandas as pd
    >>> cells, places = axis_cells(pd.Series([0.1, 0.9, 0.1]))
    >>> cells.tolist(), places
    ([0, 1, 0], [0.1, 0.9])
    """
    numeric = is_numeric(values)
    levels = sorted(set(values)) if numeric else list(dict.fromkeys(values))
    if not numeric or len(levels) <= most:
        return pd.Categorical(values, categories=levels).codes.astype(int), levels
    edges = np.linspace(float(values.min()), float(values.max()), most + 1)
    cells = np.clip(np.searchsorted(edges, values.to_numpy(float), side="right") - 1, 0, most - 1)
    return cells, [float(middle) for middle in (edges[:-1] + edges[1:]) / 2]


def pairs(runs: pd.DataFrame, factors: list[str], most: int = 10**6, way: str = HEADLINE) -> list[tuple[str, str]]:
    """Pairs of factors that take at least two values; where there are more than ``most``, those of
    the most telling factors.

    How telling a factor is: the share of the variance of the points' risks (of the event ``way``)
    that lies between its cells, in the design in which that is largest.

    Raises
    ------
    sim.io.errors.Unsupported
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


def is_smooth(runs: pd.DataFrame, x: str, y: str) -> bool:
    """Whether a surface is fitted over two factors: both are numbers of ``SMOOTH`` levels or more.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> is_smooth(small_sweep(), "leadership.training", "who chooses")
    False
    """
    return all(is_numeric(runs[name]) and runs[name].nunique() >= SMOOTH for name in (x, y))


def phase(
    runs: pd.DataFrame, x: str, y: str, quantity: str = HEADLINE, designs: Sequence[str] | None = None
) -> Diagram:
    """Mean of a quantity over two factors for each design, and paired differences from the first
    design: in cells, and as a smooth surface where both factors are numbers with 5 levels or more.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs.
    x, y : str
        Factors.
    quantity : str
        See :data:`sim.analysis.quantities.KINDS`.
    designs : sequence of str, optional
        Their order, see :func:`sim.analysis.effects.two_designs`.

    Returns
    -------
    Diagram
        ``levels``: ``x_factor, y_factor, x, y, design, quantity, mean, lower, upper, spread_low,
        spread_high, points, seeds, n``; other factors are averaged over, each design point alike,
        and the spread says how much they matter. ``differences``: the same with ``baseline`` and
        ``difference``, and ``resolved`` (the interval leaves out 0). The two of the surface hold
        the same up to ``upper``, and ``resolved``; places without a design point near are left out.
        See :func:`sim.analysis.surface.surface`.

    Raises
    ------
    sim.io.errors.Unsupported
        Where the design points leave the plane partly empty.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> diagram = phase(small_sweep(), "leadership.training", "who chooses")
    >>> diagram.differences[["x", "y", "difference", "resolved"]].round(2)
         x         y  difference  resolved
    0  0.1  district        -0.3      True
    1  0.1  families        -0.7      True
    2  0.9  district         0.1      True
    3  0.9  families        -0.3      True
    >>> len(diagram.surface)
    0
    """
    points = runs.drop_duplicates("point").set_index("point")[[x, y]]
    try:
        baseline, others = two_designs(runs, designs)
    except Unsupported:
        baseline, others = "", []
    risk = KINDS[quantity] == "proportion"
    own = [
        ((design, quantity), group[["point", "seed", quantity]].set_axis(["point", "seed", "value"], axis=1))
        for design, group in runs.groupby("design", sort=False)
    ]
    gaps = [
        ((design, baseline, quantity), both.assign(value=both["first"] - both["second"])[["point", "seed", "value"]])
        for design in others
        for both in [paired(runs, baseline, design, quantity)]
    ]
    kinds = ("proportion", "difference") if risk else ("number", "number")
    smooth = is_smooth(runs, x, y)
    if smooth:
        _check_filled(points)
    cells = _cells(points, must_fill=not smooth)
    return Diagram(
        _table(COLUMNS, own, kinds[0], points, cells),
        _resolved(_table(GAPS, gaps, kinds[1], points, cells)),
        _fitted(COLUMNS, own if smooth else [], kinds[0], points),
        _resolved(_fitted(GAPS, gaps if smooth else [], kinds[1], points)),
    )


Named = Sequence[tuple[tuple[str, ...], pd.DataFrame]]
"""What is pooled: names (of designs and quantity), and a table of ``point, seed, value``."""


def _cells(points: pd.DataFrame, must_fill: bool) -> pd.DataFrame:
    """Cell of each design point, as ``x, y``; along an axis of numbers as many as leave none
    empty.
    """
    x, y = points.columns
    for most in range(BINS, 1, -1):
        (across, xs), (up, ys) = (axis_cells(points[name], most) for name in (x, y))
        if not must_fill or len(set(zip(across, up, strict=True))) == len(xs) * len(ys):
            places = {"x": [xs[cell] for cell in across], "y": [ys[cell] for cell in up]}
            return pd.DataFrame(places, index=points.index, dtype=object)
    raise _not_filled(x, y)


def _check_filled(points: pd.DataFrame) -> None:
    """Refuse design points that leave much of the plane empty, as those on a line do."""
    if covered(_scaled(points, points), _grid()).mean() < FILLED:
        raise _not_filled(*points.columns)


def _not_filled(x: str, y: str) -> Unsupported:
    return Unsupported(
        f"a phase diagram of {x} and {y} cannot be drawn: the design points leave the plane partly empty; "
        f"accepted: {FILLING}"
    )


def _table(columns: list[str], tables: Named, kind: str, points: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Pooled means by cell."""
    rows: list[tuple[object, ...]] = []
    for names, table in tables:
        for (x, y), group in table.join(cells, on="point").groupby(["x", "y"], sort=False):
            pooled = pooled_mean(
                group["value"].to_numpy(float), group["point"].to_numpy(), group["seed"].to_numpy(), kind
            )
            rows.append((*points.columns, x, y, *names, *pooled))
    return pd.DataFrame(rows, columns=[*columns, *Pooled._fields[3:]])


def _fitted(columns: list[str], tables: Named, kind: str, points: pd.DataFrame) -> pd.DataFrame:
    """Fitted surfaces at the places of a grid that have design points near."""
    parts = []
    for names, table in tables:
        kept = _grid()[covered(_scaled(points.loc[table["point"].unique()], points), _grid())]
        if len(kept) == 0:
            continue
        values = (table["value"].to_numpy(float), table["point"].to_numpy(), table["seed"].to_numpy())
        reported = surface(*values, _scaled(points.loc[table["point"]], points), kept, kind)
        low, high = points.min().to_numpy(float), points.max().to_numpy(float)
        places = (low + kept * (high - low)).T
        fitted = pd.DataFrame(dict(zip(columns, (*points.columns, *places, *names, *reported), strict=True)))
        parts.append(fitted.assign(n=len(table)))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*columns, "n"])


def _grid() -> np.ndarray:
    """Places of a surface, 0 to 1 along either axis, shape (places, 2)."""
    along = np.linspace(0.0, 1.0, GRID)
    return np.column_stack([each.ravel() for each in np.meshgrid(along, along, indexing="ij")])


def _scaled(values: pd.DataFrame, points: pd.DataFrame) -> np.ndarray:
    """Factors as 0 to 1 over the range of the design points."""
    low, high = points.min().to_numpy(float), points.max().to_numpy(float)
    return (values.to_numpy(float) - low) / (high - low)


def _resolved(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(resolved=((table["lower"] > 0) | (table["upper"] < 0)).astype(bool))
