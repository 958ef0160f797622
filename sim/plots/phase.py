"""Phase diagrams: risk over two factors for each design, and where the better design changes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
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

from sim.analysis.factors import FactorLabel, labels
from sim.analysis.phase import Diagram
from sim.analysis.quantities import KINDS, UNITS, Event
from sim.plots.axes import designs_of
from sim.plots.style import FULL_WIDTH, caption, label, styled, subplots

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


def phase(diagram: Diagram, note: str, event: Event, named: Mapping[str, FactorLabel] | None = None) -> Figure:
    """Draw a panel per design, and one per design compared with the first.

    Parameters
    ----------
    diagram : Diagram
        As from :func:`sim.analysis.phase.phase`: the surface is drawn where there is one, else the
        cells.
    note : str
        Caption line.
    event : Event
        Whose risk is meant, where the quantity is one.
    named : mapping, optional
        Labels of the factors, see :func:`sim.analysis.factors.labels`.

    Returns
    -------
    Figure
        Hatched is where it is open which design is better: the interval of the difference holds 0.
        Black lines are the edges of what is known; a plus or a minus stands where the difference is
        known to be above or below 0. Blank is where there is no design point.

    Examples
    --------
    >>> from sim.analysis import phase as diagram
    >>> from sim.analysis.quantities import Event
    >>> from sim.analysis.samples import small_sweep
    >>> made = diagram.phase(small_sweep(), "leadership.training", "who chooses")
    >>> figure = phase(made, "A sample.", Event("discontinued", 108))
    >>> len(figure.axes)
    5
    """
    smooth = len(diagram.surface) > 0
    levels, gaps = (diagram.surface, diagram.surface_differences) if smooth else diagram[:2]
    x, y, quantity = (str(levels[name].iloc[0]) for name in ("x_factor", "y_factor", "quantity"))
    names = {**labels([x, y]), **(named or {})}
    designs, compared = designs_of(levels), designs_of(gaps)
    risk = KINDS[quantity] == "proportion"
    signed = LESS_IS_BETTER if risk else MORE_IS_BETTER
    low, high = (0.0, 1.0) if risk else (float(levels["mean"].min()), float(levels["mean"].max()))
    reach = _reach(gaps, risk)
    level, gap = Normalize(low, max(high, low + 1e-9)), Normalize(-reach, reach)
    draw, tell = (_draw_surface, _tell_surface) if smooth else (_draw_cells, _tell_cells)
    with styled():
        figure, own, below = _panels(designs, compared)
        for axes, design in zip(own, designs, strict=True):
            draw(axes, levels, levels[levels["design"] == design], "mean", MUCH, level)
            axes.set_title(textwrap.fill(label(design), 17))
        bar = figure.colorbar(ScalarMappable(level, MUCH), ax=own, pad=0.01, aspect=18)
        bar.set_label(textwrap.fill(f"Risk ({event})" if risk else UNITS[quantity], 27), fontsize=7)
        edges = False
        for axes, design in zip(below, compared, strict=True):
            rows = gaps[gaps["design"] == design]
            edges |= tell(axes, draw(axes, levels, rows, "difference", signed, gap), reach)
            axes.set_title(textwrap.fill(f"{label(design)} minus {label(str(rows['baseline'].iloc[0]))}", 17))
        if compared:
            bar = figure.colorbar(ScalarMappable(gap, signed), ax=below, pad=0.01, aspect=18)
            bar.set_label("Difference in risk" if risk else "Difference", fontsize=7)
            figure.legend(handles=_key(gaps["resolved"].astype(bool), edges), loc="outside upper center", ncols=3)
        height = figure.get_figheight() - 1.0
        figure.supxlabel(names[x].axis(int(FULL_WIDTH * LETTERS)), fontsize=8)
        figure.supylabel(names[y].axis(int(height * LETTERS)), fontsize=8, multialignment="center")
        caption(figure, note)
    return figure


def _panels(designs: list[str], compared: list[str]) -> tuple[Figure, list[Axes], list[Axes]]:
    """Panels of the designs, and of the differences: all in a row where they are few, else each
    difference below its design.
    """
    one_row = len(designs) + len(compared) <= 3
    columns = len(designs) + len(compared) if one_row else min(MOST_COLUMNS, len(designs))
    rows = 1 if one_row else -(-len(designs) // columns) * (2 if compared else 1)
    panel = min(1.9, 0.35 + 0.85 * FULL_WIDTH / columns)
    figure, grid = subplots(
        rows,
        columns,
        figsize=(FULL_WIDTH, 1.0 + rows * (panel + 0.25)),
        squeeze=False,
        sharex=True,
        sharey=True,
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
    narrow = axes.get_subplotspec().get_gridspec().ncols > 3  # type: ignore[union-attr]
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
    for ticks, places in ((axes.set_xticks, xs), (axes.set_yticks, ys)):
        numbers = not any(isinstance(place, str) for place in places)
        shown = range(0, len(places), -(-len(places) // MOST_NUMBERS) if numbers else 1)
        ticks(shown, [_number(places[k]) if numbers else textwrap.fill(label(str(places[k])), 14) for k in shown])
    if any(isinstance(place, str) for place in xs):
        axes.tick_params(axis="x", rotation=30)
    return _Drawn(np.arange(len(xs)), np.arange(len(ys)), values, margin)


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
            Patch(facecolor="white", edgecolor=OPEN, hatch=HATCH, lw=0, label="open: the 95% interval holds 0"),
        ),
        (edges, Line2D([], [], color=EDGE, lw=1.2, label="edge of what is known")),
    ]
    return [mark for drawn, mark in marks if drawn]


def _number(place: object) -> str:
    number = float(str(place))
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"


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
