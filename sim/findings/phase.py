"""Where, over two factors, does one design become better than another? Phase diagrams: the risk
over two factors for each design, and the paired differences from the first.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator
from scipy.ndimage import minimum_filter

from sim.designs import label, looks
from sim.figures.style import FULL_WIDTH, Panels, caption, designs_of, panel_grid, styled, subplots
from sim.findings.base.columns import ALIKE, CLUSTERED, FITTED, MEANS, PAIRS, Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, Tables
from sim.io.errors import InputError, Unsupported
from sim.io.files import file_name
from sim.kernel.variables import Column
from sim.statistics.factors import FactorLabel, is_numeric, labels, short_names
from sim.statistics.means import paired, two_designs
from sim.statistics.naming import BOTH, OPENED
from sim.statistics.pooling import Pooled, pooled_mean
from sim.statistics.quantities import HEADLINE, Event, is_risk, words
from sim.statistics.surface import covered, surface

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
MOST_PHASES = 6
"""Phase diagrams that are made unasked, of the factors that tell most; any other pair can be asked
for by ``sim plot``.
"""
MOST_COLUMNS = 5
"""Panels side by side."""
MOST_NUMBERS = 4
"""Numbers along an axis that stand side by side; of more, some are reported."""
SIGNS = 6
"""Signs along an axis of a surface."""
FINER = 8
"""Steps between two places of a surface, as it is drawn."""
DARK = 0.6
"""Part of the colours' reach beyond which they are dark."""
LETTERS = 17
"""Of a label, in an inch."""
HATCH = "//////"
WARNING = "#8A3B00"
OPEN, EDGE = "#444444", "black"
"""Colours of hatches where it is open which design is better, and of the edges of what is known."""
MUCH, LESS_IS_BETTER, MORE_IS_BETTER = "cividis_r", "PuOr_r", "PuOr"
"""Colours of a quantity, and of differences in it: what is worse is orange."""


class Diagram(NamedTuple):
    """What a phase diagram is drawn of.

    ``levels``: a row per cell and design. ``differences``: the same, paired, from the first design;
    empty with one design. ``surface, surface_differences``: the same of a fitted surface, a row per
    place of a grid; empty where one of the factors has no levels for it. ``best``: the best design
    of each cell and its paired difference from the next; empty with fewer than three designs.
    """

    levels: pd.DataFrame
    differences: pd.DataFrame
    surface: pd.DataFrame
    surface_differences: pd.DataFrame
    best: pd.DataFrame


PHASES = dict(
    zip(
        ("phase", "phase_differences", "phase_surface", "phase_surface_differences", "phase_best"),
        Diagram._fields,
        strict=True,
    )
)
"""Tables of phase diagrams, each a part of one."""


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
    >>> from sim.statistics.samples import small_sweep
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
    >>> from sim.statistics.samples import small_sweep
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
        An event, or another quantity.
    designs : sequence of str, optional
        Their order, see :func:`sim.statistics.means.two_designs`.

    Returns
    -------
    Diagram
        Tables as ``FINDING`` tells. Other factors are averaged over, each design point alike, and
        the spread says how much they matter. Places of a surface without a design point near are
        left out, see :func:`sim.statistics.surface.surface`.

    Raises
    ------
    sim.io.errors.Unsupported
        Where the design points leave the plane partly empty.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
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
    risk = is_risk(quantity)
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
    levels = _table(COLUMNS, own, kinds[0], points, cells)
    return Diagram(
        levels,
        _resolved(_table(GAPS, gaps, kinds[1], points, cells)),
        _fitted(COLUMNS, own if smooth else [], kinds[0], points),
        _resolved(_fitted(GAPS, gaps if smooth else [], kinds[1], points)),
        _best(runs, levels, points, cells, quantity),
    )


Named = Sequence[tuple[tuple[str, ...], pd.DataFrame]]
"""What is pooled: names (of designs and quantity), and a table of ``point, seed, value``."""


def _best(
    runs: pd.DataFrame, levels: pd.DataFrame, points: pd.DataFrame, cells: pd.DataFrame, quantity: str
) -> pd.DataFrame:
    """The best design of each cell, and how far it is from the next, on the seeds on which both
    opened; what is chosen and how far it is rest on the same runs. A cell in which fewer than two
    designs opened on common seeds has no row.
    """
    rows: list[pd.DataFrame] = []
    if levels["design"].nunique() > 2:
        risk = is_risk(quantity)
        own = runs.join(cells.rename(columns={"x": "_x", "y": "_y"}), on="point")
        for (x, y), group in levels.groupby(["x", "y"], sort=False):
            ranked = group.sort_values("mean", ascending=risk, kind="stable")["design"].tolist()
            here = own[(own["_x"] == x) & (own["_y"] == y)]
            if len(ranked) < 2:
                continue
            both = paired(here, ranked[1], ranked[0], quantity)
            gap = both.assign(value=both["first"] - both["second"])[["point", "seed", "value"]]
            kind = "difference" if risk else "number"
            rows.append(_table(GAPS, [((ranked[0], ranked[1], quantity), gap)], kind, points, cells))
    found = _resolved(pd.concat(rows, ignore_index=True) if rows else _table(GAPS, [], "number", points, cells))
    # Of designs that open on different seeds, the paired difference can contradict the means.
    better = found["difference"] < 0 if is_risk(quantity) else found["difference"] > 0
    return found.assign(resolved=found["resolved"] & better)


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
        f"a phase diagram of {x} and {y} cannot be drawn: the design points leave part of the plane empty; "
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


def _tables(e: Evidence) -> Tables:
    _check_plane(e)
    drawn, reason = [], None
    for x, y in pairs(e.runs, e.factors, MOST_PHASES, e.event.way):
        try:
            drawn.append(phase(e.runs, x, y, e.event.way, e.asked))
        except Unsupported as why:
            reason = why
    if not drawn and reason is not None:
        raise reason
    # Places along an axis are numbers for one pair and names for another.
    mixed = {"x": str, "y": str}
    tables = {}
    for name, kind in PHASES.items():
        parts = [getattr(diagram, kind) for diagram in drawn]
        kept = [part for part in parts if len(part)]
        whole = pd.concat(kept, ignore_index=True) if kept else parts[0]
        placed = whole if kind.startswith("surface") else whole.astype(mixed)
        tables[name] = e.of_quantities(placed, BOTH if "baseline" in placed.columns else OPENED)
    return {name: table for name, table in tables.items() if len(table) or name in ("phase", "phase_differences")}


def _check_plane(e: Evidence) -> None:
    if e.method == "morris":
        raise Unsupported(
            "a phase diagram cannot be drawn: the points of a Morris design lie on trajectories, which leave most of "
            f"the plane empty; accepted: {FILLING}"
        )


def figure(
    diagram: Diagram,
    note: str,
    event: Event,
    named: Mapping[str, FactorLabel] | None = None,
    warning: str = "",
    ax: Panels = None,
) -> Figure:
    """Draw a panel per design, and one per design compared with the first.

    Parameters
    ----------
    diagram : Diagram
        As from :func:`phase`: the surface is drawn where there is one, else the
        cells.
    note, event, named, ax
        As of all figures, see :mod:`sim.findings`.
    warning : str
        Why the designs cannot be ranked, where they cannot.

    Returns
    -------
    Figure
        Hatched is where it is open which design is better: the interval of the difference holds 0.
        Black lines are the edges of what is known; a plus or a minus stands where the difference is
        known to be above or below 0. Blank is where there is no design point.

    Examples
    --------
    >>> from sim.statistics.quantities import Event
    >>> from sim.statistics.samples import small_sweep
    >>> made = phase(small_sweep(), "leadership.training", "who chooses")
    >>> len(figure(made, "A sample.", Event("discontinued", 108)).axes)
    5
    """
    smooth = len(diagram.surface) > 0
    levels, gaps = (diagram.surface, diagram.surface_differences) if smooth else diagram[:2]
    x, y, quantity = (str(levels[name].iloc[0]) for name in ("x_factor", "y_factor", "quantity"))
    names = {**labels([x, y]), **(named or {})}
    designs, compared = designs_of(levels), designs_of(gaps)
    risk = is_risk(quantity)
    signed = LESS_IS_BETTER if risk else MORE_IS_BETTER
    low, high = float(levels["mean"].min()), float(levels["mean"].max())
    if risk:
        low, high = max(np.floor(10.0 * low) / 10.0, 0.0), min(np.ceil(10.0 * high) / 10.0, 1.0)
    reach = _reach(gaps, risk)
    level, gap = Normalize(low, max(high, low + 1e-9)), Normalize(-reach, reach)
    draw, tell = (_draw_surface, _tell_surface) if smooth else (_draw_cells, _tell_cells)
    with styled():
        drawn, own, below = _panels(designs, compared, ax)
        for axes, design in zip(own, designs, strict=True):
            draw(axes, levels, levels[levels["design"] == design], "mean", MUCH, level)
            axes.set_title(textwrap.fill(label(design), 17))
        bar = drawn.colorbar(ScalarMappable(level, MUCH), ax=own, pad=0.01, aspect=18)
        bar.set_label(textwrap.fill(event.risk.capitalize() if risk else words(quantity), 27), fontsize=7)
        edges = False
        for axes, design in zip(below, compared, strict=True):
            rows = gaps[gaps["design"] == design]
            edges |= tell(axes, draw(axes, levels, rows, "difference", signed, gap), reach)
            axes.set_title(textwrap.fill(f"{label(design)} minus {label(str(rows['baseline'].iloc[0]))}", 17))
        if compared:
            bar = drawn.colorbar(ScalarMappable(gap, signed), ax=below, pad=0.01, aspect=18)
            bar.set_label("Difference in risk" if risk else "Difference", fontsize=7)
            if ax is None:
                key = _key(gaps["resolved"].astype(bool), edges)
                drawn.legend(handles=key, loc="outside upper center", ncols=3)
        if ax is not None:
            for axes in (*own, *below):
                axes.set(xlabel=str(names[x]), ylabel=str(names[y]))
            return drawn
        height = drawn.get_figheight() - 1.0
        drawn.supxlabel(names[x].axis(int(FULL_WIDTH * LETTERS)), fontsize=8)
        drawn.supylabel(names[y].axis(int(height * LETTERS)), fontsize=8, multialignment="center")
        caption(drawn, f"{warning} {note}".strip())
    return drawn


def best_figure(
    best: pd.DataFrame,
    note: str,
    designs: Sequence[str],
    named: Mapping[str, FactorLabel] | None = None,
    warning: str = "",
    ax: Panels = None,
) -> Figure:
    """Draw which design is best in each cell, in its colour; hatched where it cannot be told from
    the next.

    Parameters
    ----------
    best : DataFrame
        As of :class:`Diagram`.
    designs : sequence of str
        All that were compared, so that each looks as elsewhere.
    note, named, ax
        As of all figures, see :mod:`sim.findings`.
    warning : str
        As of :func:`figure`.

    Examples
    --------
    >>> from sim.statistics.samples import runs
    >>> import pandas as pd
    >>> points = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]})
    >>> table = runs(points, {"retrofit": lambda p: 0.9 - 0.8 * p["a"], "strand": lambda p: 0.5,
    ...     "greenfield": lambda p: 0.1 + 0.8 * p["a"]}, 40)
    >>> best = phase(table, "a", "b").best
    >>> best[["design", "baseline", "resolved"]].astype(str).iloc[0].tolist()
    ['greenfield', 'strand', 'True']
    >>> len(best_figure(best, "A sample.", ["retrofit", "strand", "greenfield"]).axes)
    1
    """
    x, y = (str(best[name].iloc[0]) for name in ("x_factor", "y_factor"))
    names = {**labels([x, y]), **(named or {})}
    xs, ys = _places(best["x"]), _places(best["y"])
    with styled():
        drawn, (axes,), _ = panel_grid(1, 3.0, 1, 0.7, ax)
        if ax is None:
            drawn.set_size_inches(FULL_WIDTH / 1.6, 3.7)
        shown = {design: look for design, look in looks(designs).items() if design in set(best["design"])}
        for design, look in shown.items():
            for row in best[best["design"] == design].itertuples():
                (across,), (up,) = (
                    [places.index(_read(pd.Series([at]))[0])] for places, at in ((xs, row.x), (ys, row.y))
                )
                edge = "white" if row.resolved else OPEN
                hatch, shade = ("", 0.75) if row.resolved else (HATCH, 0.3)
                axes.add_patch(
                    Rectangle((across - 0.5, up - 0.5), 1, 1, facecolor=look.colour, alpha=shade, edgecolor=edge,
                              lw=0.5, hatch=hatch)
                )  # fmt: skip
                axes.plot(across, up, look.marker, ms=3.5, color="white", mec="black", mew=0.4)
        axes.set(xlim=(-0.5, len(xs) - 0.5), ylim=(-0.5, len(ys) - 0.5))
        _ticks(axes, xs, ys)
        axes.set(xlabel=names[x].axis(46), ylabel=names[y].axis(34))
        key: list[Artist] = [
            Line2D([], [], marker=look.marker, ms=5, mec="black", mew=0.4, lw=0, color=look.colour, label=label(design))
            for design, look in shown.items()
        ]
        if not best["resolved"].astype(bool).all():
            key.append(
                Patch(
                    facecolor="white",
                    edgecolor=OPEN,
                    hatch=HATCH,
                    lw=0,
                    label="not distinguishable\nfrom the next best",
                )
            )
        axes.legend(handles=key, loc="center left", bbox_to_anchor=(1.0, 0.5))
        if ax is None:
            if warning:
                drawn.suptitle(textwrap.fill(warning, 70), fontsize=7, color=WARNING)
            caption(drawn, note)
    return drawn


def _panels(designs: list[str], compared: list[str], ax: Panels) -> tuple[Figure, list[Axes], list[Axes]]:
    """Panels of the designs, and of the differences: all in a row where they are few, else each
    difference below its design.
    """
    if ax is not None:
        figure, given, _ = panel_grid(len(designs) + len(compared), 0.0, ax=ax)
        return figure, given[: len(designs)], given[len(designs) :]
    one_row = len(designs) + len(compared) <= 3
    columns = len(designs) + len(compared) if one_row else min(MOST_COLUMNS, len(designs))
    rows = 1 if one_row else -(-len(designs) // columns) * (2 if compared else 1)
    panel = min(1.9, 0.35 + 0.85 * FULL_WIDTH / columns)
    figure, grid = subplots(
        rows, columns, figsize=(FULL_WIDTH, 1.0 + rows * (panel + 0.25)), squeeze=False, sharex=True, sharey=True
    )
    before = len(designs) if one_row else grid.size // 2
    own = list(grid.flat[: len(designs)])
    below = [grid.flat[before + (place if one_row else designs.index(name))] for place, name in enumerate(compared)]
    for axes in set(grid.flat) - {*own, *below}:
        axes.axis("off")
    # What stands at an end tells the numbers of its axis: the corners may be blank.
    for line in grid:
        next(axes for axes in line if axes.axison).tick_params(axis="y", labelleft=True)
    for line in grid.T:
        next(axes for axes in line[::-1] if axes.axison).tick_params(axis="x", labelbottom=True)
    return figure, own, below


def _reach(gaps: pd.DataFrame, risk: bool) -> float:
    """Of the colours of differences, to either side: the largest one, of a risk to the next
    tenth.
    """
    most = float(gaps["difference"].abs().max()) if len(gaps) else 1.0
    return max(float(np.ceil(10.0 * most)) / 10.0, 0.1) if risk else most or 1.0


class _Drawn(NamedTuple):
    """What a panel shows: places along both axes, values (y, x), and how far their intervals are
    from 0, above 0 where a difference is known.
    """

    x: np.ndarray
    y: np.ndarray
    values: np.ndarray
    margin: np.ndarray


def _draw_surface(
    axes: Axes, frame: pd.DataFrame, rows: pd.DataFrame, column: str, colours: str, norm: Normalize
) -> _Drawn:
    """Draw a surface over the places that any panel has."""
    x, y = (_regular(frame[name]) for name in ("x", "y"))
    across, up = (
        np.abs(places[:, None] - rows[name].to_numpy(float)).argmin(axis=0) for name, places in (("x", x), ("y", y))
    )
    values, margin = (_finer(grid) for grid in _grids(rows, column, up, across, (len(y), len(x))))
    x, y = (np.linspace(each[0], each[-1], FINER * (len(each) - 1) + 1) for each in (x, y))
    axes.pcolormesh(x, y, values, cmap=colours, norm=norm, shading="nearest", rasterized=True)
    axes.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))
    place = axes.get_subplotspec()
    narrow = place is not None and place.get_gridspec().ncols > 3
    axes.xaxis.set_major_locator(MaxNLocator(MOST_NUMBERS - 1 if narrow else MOST_NUMBERS + 1))
    axes.yaxis.set_major_locator(MaxNLocator(MOST_NUMBERS))
    return _Drawn(x, y, values, margin)


def _draw_cells(
    axes: Axes, frame: pd.DataFrame, rows: pd.DataFrame, column: str, colours: str, norm: Normalize
) -> _Drawn:
    """Draw the cells that any panel has; they stand side by side, whatever their levels."""
    xs, ys = _places(frame["x"]), _places(frame["y"])
    across, up = (
        np.array([places.index(place) for place in _read(rows[name])], dtype=int)
        for name, places in (("x", xs), ("y", ys))
    )
    values, margin = _grids(rows, column, up, across, (len(ys), len(xs)))
    axes.pcolormesh(np.arange(len(xs) + 1) - 0.5, np.arange(len(ys) + 1) - 0.5, values, cmap=colours, norm=norm)
    _ticks(axes, xs, ys)
    return _Drawn(np.arange(len(xs)), np.arange(len(ys)), values, margin)


def _ticks(axes: Axes, xs: list[object], ys: list[object]) -> None:
    """Name the places of the cells along both axes: of many numbers some."""
    for ticks, places in ((axes.set_xticks, xs), (axes.set_yticks, ys)):
        numbers = not any(isinstance(place, str) for place in places)
        shown = range(0, len(places), -(-len(places) // MOST_NUMBERS) if numbers else 1)
        ticks(shown, [_number(places[k]) if numbers else textwrap.fill(label(str(places[k])), 14) for k in shown])
    if any(isinstance(place, str) for place in xs):
        axes.tick_params(axis="x", rotation=30)


def _grids(
    rows: pd.DataFrame, column: str, up: np.ndarray, across: np.ndarray, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    values, margin = np.full(shape, np.nan), np.full(shape, np.nan)
    values[up, across] = rows[column].astype(float)
    margin[up, across] = np.maximum(rows["lower"], -rows["upper"]).astype(float)
    return values, margin


def _tell_surface(axes: Axes, drawn: _Drawn, reach: float) -> bool:
    """Hatch what is open, draw the edges of what is known, if there are any, and its signs.

    The line of no difference is within what is open wherever it runs, and is not drawn.
    """
    x, y, values, margin = drawn
    reported = np.ma.masked_invalid(margin)
    edges = bool((reported <= 0).any() and (reported > 0).any())
    if (reported <= 0).any():
        hatched = axes.contourf(x, y, reported, levels=[-np.inf, 0.0], colors="none", hatches=[HATCH])
        hatched.set(edgecolor=OPEN, linewidth=0.0)
    if edges:
        axes.contour(x, y, reported, levels=[0.0], colors=EDGE, linewidths=1.2)
    rows, columns = (np.linspace(0, len(each) - 1, 2 * SIGNS + 1).round().astype(int)[1::2] for each in (y, x))
    # A sign stands where all around it is known, clear of the edges.
    clear = minimum_filter(np.nan_to_num(margin, nan=-1.0), FINER)
    chosen = np.ix_(rows, columns)
    _signs(axes, _Drawn(x[columns], y[rows], values[chosen], clear[chosen]), reach)
    return edges


def _tell_cells(axes: Axes, drawn: _Drawn, reach: float) -> bool:
    """Hatch what is open, draw a line between neighbours known to differ in sign, and signs."""
    for row, column in np.argwhere(drawn.margin <= 0):
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, hatch=HATCH, edgecolor=OPEN, lw=0))
    sign = np.where(drawn.margin > 0, np.sign(drawn.values), 0.0)
    beside, above = np.argwhere(sign[:, 1:] * sign[:, :-1] < 0), np.argwhere(sign[1:] * sign[:-1] < 0)
    for row, column in beside:
        axes.plot([column + 0.5] * 2, [row - 0.5, row + 0.5], color=EDGE, lw=1.6)
    for row, column in above:
        axes.plot([column - 0.5, column + 0.5], [row + 0.5] * 2, color=EDGE, lw=1.6)
    _signs(axes, drawn, reach)
    return len(beside) + len(above) > 0


def _signs(axes: Axes, drawn: _Drawn, reach: float) -> None:
    """A plus or a minus where a difference is known: colours of either sign are alike in grey."""
    across, up = np.meshgrid(drawn.x, drawn.y)
    dark = np.abs(drawn.values) > DARK * reach
    for marker, there in (("+", drawn.values > 0), ("_", drawn.values < 0)):
        for colour, behind in ((EDGE, ~dark), ("white", dark)):
            chosen = there & behind & (drawn.margin > 0)
            axes.scatter(across[chosen], up[chosen], marker=marker, s=12, lw=0.8, color=colour)


def _key(resolved: pd.Series, edges: bool) -> list[Artist]:
    """What the marks that are drawn mean."""
    marks: list[tuple[bool, Artist]] = [
        (
            bool(resolved.any()),
            Line2D([], [], color=EDGE, marker="$+\\,-$", ms=13, lw=0, label="known at 95% to be above, below 0"),
        ),
        (
            not resolved.all(),
            Patch(
                facecolor="white", edgecolor=OPEN, hatch=HATCH, lw=0, label="not resolved: the 95% interval includes 0"
            ),
        ),
        (edges, Line2D([], [], color=EDGE, lw=1.2, label="edge of what is resolved")),
    ]
    return [mark for drawn, mark in marks if drawn]


def _number(place: object) -> str:
    number = float(str(place))
    return f"{number:,.0f}".replace("-", "−") if abs(number) >= 1000 else f"{number:.3g}".replace("-", "−")


def _finer(values: np.ndarray) -> np.ndarray:
    """Values at places between those of a grid, linearly; nothing where a neighbour is missing."""
    for axis in (0, 1):
        count = values.shape[axis]
        at = np.linspace(0, count - 1, FINER * (count - 1) + 1)
        before = np.minimum(at.astype(int), count - 2)
        share = np.expand_dims(at - before, 1 - axis)
        left, right = values.take(before, axis), values.take(before + 1, axis)
        values = np.where(share == 0, left, np.where(share == 1, right, (1 - share) * left + share * right))
    return values


def _read(values: pd.Series) -> list[object]:
    """Places along an axis, as numbers where all are: a table of several diagrams holds texts."""
    found = list(values)
    if any(isinstance(value, bool) for value in found):
        return [str(value) for value in found]
    try:
        return [float(value) for value in found]
    except ValueError:
        return found


def _places(values: pd.Series) -> list[object]:
    found = list(dict.fromkeys(_read(values)))
    return (
        found if any(isinstance(value, str) for value in found) else sorted(found, key=lambda place: float(str(place)))
    )


def _regular(values: pd.Series) -> np.ndarray:
    """The places of a grid along an axis, those included at which nothing is reported."""
    reported = np.unique(values.astype(float))
    steps = 1 + round((reported[-1] - reported[0]) / np.diff(reported).min()) if len(reported) > 1 else 1
    return np.linspace(reported[0], reported[-1], steps)


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    figures: dict[str, Drawing] = {}
    for x, y in dict.fromkeys(zip(t["phase"]["x_factor"], t["phase"]["y_factor"], strict=True)):
        tables = [t.get(name, pd.DataFrame(columns=["x_factor", "y_factor", "design"])) for name in PHASES]
        own = [table[(table["x_factor"] == x) & (table["y_factor"] == y)] for table in tables]
        for name, draw in _drawings(e, Diagram(*own)).items():
            # Factors whose names are alike but for what a file's name cannot have.
            figures[name if name not in figures else f"{name}_{len(figures)}"] = draw
    return figures


def phase_diagram(evidence: Evidence, x: str, y: str) -> dict[str, Drawing]:
    """The phase diagram of two factors: its name, and how it is drawn.

    Raises
    ------
    sim.io.errors.InputError
        Where one of them is not a factor that varies.
    sim.io.errors.Unsupported
        Where the design points leave the plane of the two partly empty, as those of Morris do.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> figures = phase_diagram(read(small_folder(factorial=True)), "leadership.training",
    ...     "leadership.vetting")
    >>> list(figures)
    ['phase_training_by_vetting']
    """
    _check_plane(evidence)
    known = sorted({name for pair in pairs(evidence.runs, evidence.factors) for name in pair})
    for option, name in (("--x", x), ("--y", y)):
        if name not in known:
            raise InputError(f"{option} = {name!r}: accepted: {', '.join(known)}")
    if x == y:
        raise InputError(f"--y = {y!r}: accepted: another factor than --x")
    return _drawings(evidence, phase(evidence.runs, x, y, evidence.event.way, evidence.asked))


def _drawings(e: Evidence, diagram: Diagram) -> dict[str, Drawing]:
    x, y = (str(diagram.levels[name].iloc[0]) for name in ("x_factor", "y_factor"))
    names = short_names(e.factors)
    others = ", ".join(names[name] for name in e.factors if name not in (x, y) and e.runs[name].nunique() > 1)
    over, scatter = (
        (f"averaged over {others}", ", and the scatter that the other factors cause")
        if others
        else ("all else fixed", "")
    )
    error = "Monte Carlo error, seeds as clusters"
    if len(diagram.surface):
        how = f"Surfaces fitted to the design points (Gaussian process), {over}; blank: no design point nearby"
        intervals = f"pointwise 95% intervals ({error}{scatter})"
    else:
        how, intervals = f"Cells: means over their design points, {over}", f"95% intervals of each cell ({error})"
    note = e.note(f"{how}; differences paired by seed, {intervals}")
    warning = f"{e.saturated[0].upper()}{e.saturated[1:]}." if e.saturated else ""
    pair = f"{names[x]}_by_{names[y]}"
    made: dict[str, Drawing] = {
        file_name(f"phase_{pair}"): partial(figure, diagram, note, e.event, e.labels, warning),
    }
    if len(diagram.best):
        better = "lowest" if is_risk(e.event.way) else "highest"
        best = f"The design with the {better} {e.event.risk} in each cell, {over}; pale and hatched where the 95%"
        best += " interval of its paired difference from the next best includes 0; the same runs chose both designs"
        best += "; blank where fewer than two designs opened"
        made[file_name(f"phase_best_{pair}")] = partial(
            best_figure, diagram.best, e.note(best), designs_of(diagram.levels), e.labels, warning
        )
    return made


_SURFACE = {
    "mean": Column(ALIKE, "mean at the place, from a surface fitted to the design points, over the other factors"),
    "difference": Column(
        ALIKE, "paired difference from the baseline at the place, from a surface fitted in the same way"
    ),
    "x": Column("as the factor", "place along the horizontal axis"),
    "y": Column("as the factor", "place along the vertical axis"),
}


FINDING = Finding(
    order=130,
    columns=(
        Table("phase", "x_factor y_factor x y design quantity NAMED mean ENDS POOLED", intervals={"mean": MEANS}),
        Table(
            "phase_differences",
            "x_factor y_factor x y design baseline quantity NAMED difference ENDS POOLED resolved",
            {"n": PAIRS},
            {"difference": CLUSTERED},
        ),
        Table("phase_surface", "x_factor y_factor x y design quantity NAMED mean ENDS n", _SURFACE, {"mean": FITTED}),
        Table(
            "phase_surface_differences",
            "x_factor y_factor x y design baseline quantity NAMED difference ENDS n resolved",
            {**_SURFACE, "n": PAIRS},
            {"difference": FITTED},
        ),
        Table(
            "phase_best",
            "x_factor y_factor x y design baseline quantity NAMED difference ENDS POOLED resolved",
            {
                "design": Column("-", "the design with the best mean in the cell"),
                "baseline": Column("-", "the design with the next best mean"),
                "n": PAIRS,
            },
            {"difference": CLUSTERED},
        ),
    ),
    tables=_tables,
    figures=_figures,
)
