"""Planes of two factors as figures: surfaces or cells of each design, differences from the first,
and the best design of each cell.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
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
from sim.statistics.factors import FactorLabel, labels
from sim.statistics.quantities import Event, is_risk, words

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


def figure(
    diagram: Diagram,
    note: str,
    event: Event,
    named: Mapping[str, FactorLabel] | None = None,
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
    >>> from sim.findings.phase import phase
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
        caption(drawn, note)
    return drawn


def best_figure(
    best: pd.DataFrame,
    note: str,
    designs: Sequence[str],
    named: Mapping[str, FactorLabel] | None = None,
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

    Examples
    --------
    >>> from sim.statistics.samples import runs
    >>> import pandas as pd
    >>> points = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]})
    >>> table = runs(points, {"retrofit": lambda p: 0.9 - 0.8 * p["a"], "strand": lambda p: 0.5,
    ...     "greenfield": lambda p: 0.1 + 0.8 * p["a"]}, 40)
    >>> from sim.findings.phase import phase
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
