"""Phase diagrams: risk over two factors for each design, and where the better design changes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.analysis.factors import FactorLabel, labels
from sim.analysis.phase import Diagram
from sim.analysis.quantities import KINDS, UNITS, Event
from sim.plots.axes import designs_of
from sim.plots.style import FULL_WIDTH, caption, label, styled, subplots

MOST_COLUMNS = 5
"""Panels side by side."""
MOST_NUMBERS = 4
"""Numbers along an axis that stand side by side; of more, some are told."""
SIGNS = 6
"""Signs along an axis of a surface."""
FINER = 8
"""Steps between two places of a surface, as it is drawn."""
OPEN, EDGE = "#444444", "black"
"""Colours of hatches where it is open which design is better, and of the edges of what is known."""
DOWN, UP = ("cividis_r", "PuOr_r"), ("cividis", "PuOr")
"""Colours of what is better less of, a risk, and of what is better more of: itself, a difference."""


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
    colours = DOWN if risk else UP
    low, high = (0.0, 1.0) if risk else (float(levels["mean"].min()), float(levels["mean"].max()))
    level, gap = Normalize(low, max(high, low + 1e-9)), _symmetric(gaps, risk)
    with styled():
        figure, own, below = _panels(designs, compared)
        height = figure.get_figheight() - 1.0
        for axes, design in zip(own, designs, strict=True):
            _draw(axes, levels, levels[levels["design"] == design], "mean", colours[0], level, smooth)
            axes.set_title(textwrap.fill(label(design), 17))
        bar = figure.colorbar(ScalarMappable(level, colours[0]), ax=own, pad=0.01, aspect=18)
        bar.set_label(textwrap.fill(f"Risk ({event})" if risk else UNITS[quantity], 27), fontsize=7)
        for axes, design in zip(below, compared, strict=True):
            rows = gaps[gaps["design"] == design]
            values = _draw(axes, levels, rows, "difference", colours[1], gap, smooth)
            (_known_surface if smooth else _known_cells)(axes, *values)
            axes.set_title(textwrap.fill(f"{label(design)} minus {label(str(rows['baseline'].iloc[0]))}", 17))
        if compared:
            bar = figure.colorbar(ScalarMappable(gap, colours[1]), ax=below, pad=0.01, aspect=18)
            bar.set_label("Difference in risk" if risk else "Difference", fontsize=7)
            figure.legend(handles=_key(), loc="outside upper center", ncols=3)
        figure.supxlabel(names[x].axis(int(FULL_WIDTH * 18)), fontsize=8)
        figure.supylabel(names[y].axis(int(height * 16)), fontsize=8)
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
    first = len(designs) if one_row else grid.size // 2 + 1
    own, below = list(grid.flat[: len(designs)]), list(grid.flat[first : first + len(compared)])
    for axes in grid.flat:
        if axes not in own and axes not in below:
            axes.axis("off")
    return figure, own, below


def _symmetric(gaps: pd.DataFrame, risk: bool) -> Normalize:
    """Colours of differences: to the largest one, of a risk to the next tenth."""
    most = float(gaps["difference"].abs().max()) if len(gaps) else 1.0
    reach = max(np.ceil(10.0 * most) / 10.0, 0.1) if risk else max(most, 1e-9)
    return Normalize(-reach, reach)


def _draw(
    axes: Axes, frame: pd.DataFrame, rows: pd.DataFrame, column: str, colours: str, norm: Normalize, smooth: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Draw the colours of a panel; return the places along both axes, the values (y, x), and how
    far the interval is from 0: above it where the difference is known.
    """
    xs, ys = _places(frame["x"]), _places(frame["y"])
    known = np.maximum(rows["lower"], -rows["upper"]).astype(float)
    values, margin = np.full((2, len(ys), len(xs)), np.nan)
    across, up = ([places.index(place) for place in _read(rows[name])] for name, places in (("x", xs), ("y", ys)))
    values[up, across], margin[up, across] = rows[column].astype(float), known
    if smooth:
        x, y = np.array(xs, dtype=float), np.array(ys, dtype=float)
        finer_x, finer_y = (np.linspace(each[0], each[-1], FINER * (len(each) - 1) + 1) for each in (x, y))
        axes.pcolormesh(
            finer_x, finer_y, _finer(values), cmap=colours, norm=norm, shading="nearest", rasterized=True
        )
        axes.set_xlim(x[0], x[-1])
        axes.set_ylim(y[0], y[-1])
        axes.xaxis.set_major_locator(MaxNLocator(MOST_NUMBERS - 1))
        axes.yaxis.set_major_locator(MaxNLocator(MOST_NUMBERS))
        return finer_x, finer_y, _finer(values), _finer(margin)
    axes.pcolormesh(np.arange(len(xs) + 1) - 0.5, np.arange(len(ys) + 1) - 0.5, values, cmap=colours, norm=norm)
    for ticks, places in ((axes.set_xticks, xs), (axes.set_yticks, ys)):
        numbers = not any(isinstance(place, str | bool) for place in places)
        shown = range(0, len(places), -(-len(places) // MOST_NUMBERS) if numbers else 1)
        ticks(shown, [f"{places[k]:.2g}" if numbers else textwrap.fill(label(str(places[k])), 14) for k in shown])
    if any(isinstance(place, str) for place in xs):
        axes.tick_params(axis="x", rotation=30)
    return np.arange(len(xs)), np.arange(len(ys)), values, margin


def _known_surface(axes: Axes, x: np.ndarray, y: np.ndarray, values: np.ndarray, margin: np.ndarray) -> None:
    """Hatch what is open, draw the edges of what is known, and its signs.

    The line of no difference is within what is open wherever it runs, and is not drawn.
    """
    told = np.ma.masked_invalid(margin)
    if not (told <= 0).any():
        open_ = False
    else:
        open_ = True
        hatched = axes.contourf(x, y, told, levels=[-np.inf, 0.0], colors="none", hatches=["//////"])
        hatched.set(edgecolor=OPEN, linewidth=0.0)
    if open_ and (told > 0).any():
        axes.contour(x, y, told, levels=[0.0], colors=EDGE, linewidths=1.2)
    rows, columns = (
        np.linspace(0, len(each) - 1, 2 * SIGNS + 1).round().astype(int)[1::2] for each in (y, x)
    )
    _signs(axes, x[columns], y[rows], values[np.ix_(rows, columns)], margin[np.ix_(rows, columns)])


def _known_cells(axes: Axes, x: np.ndarray, y: np.ndarray, values: np.ndarray, margin: np.ndarray) -> None:
    """Hatch what is open, draw a line between neighbours known to differ in sign, and signs."""
    for row, column in np.argwhere(margin <= 0):
        axes.fill_between(
            [column - 0.5, column + 0.5], row - 0.5, row + 0.5, facecolor="none", hatch="//////", edgecolor=OPEN, lw=0
        )
    sign = np.where(margin > 0, np.sign(values), 0.0)
    for row, column in np.argwhere(sign[:, 1:] * sign[:, :-1] < 0):
        axes.plot([column + 0.5] * 2, [row - 0.5, row + 0.5], color=EDGE, lw=1.6)
    for row, column in np.argwhere(sign[1:] * sign[:-1] < 0):
        axes.plot([column - 0.5, column + 0.5], [row + 0.5] * 2, color=EDGE, lw=1.6)
    _signs(axes, x, y, values, margin)


def _signs(axes: Axes, x: np.ndarray, y: np.ndarray, values: np.ndarray, margin: np.ndarray) -> None:
    """A plus or a minus where a difference is known: colours of either sign are alike in grey."""
    across, up = np.meshgrid(x, y)
    for marker, there in (("+", values > 0), ("_", values < 0)):
        chosen = there & (margin > 0)
        axes.scatter(across[chosen], up[chosen], marker=marker, s=12, lw=0.8, color=EDGE)


def _key() -> list[Artist]:
    return [
        Line2D([], [], color=EDGE, marker="$+\\,-$", ms=13, lw=0, label="known at 95% to be above, below 0"),
        Patch(facecolor="white", edgecolor=OPEN, hatch="//////", lw=0, label="open: the 95% interval holds 0"),
        Line2D([], [], color=EDGE, lw=1.2, label="edge of what is known"),
    ]


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
    return found if any(isinstance(value, str) for value in found) else sorted(found, key=float)
