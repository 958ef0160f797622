"""Phase diagrams: risk over two factors for each design, and where the better design changes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.analysis.factors import short_names
from sim.analysis.quantities import KINDS, UNITS, Event
from sim.plots.axes import designs_of, panel_grid
from sim.plots.style import caption, label, styled

MOST_NUMBERS = 5
"""Numbers along an axis that stand side by side; of more, every other one is told."""


def phase(
    levels: pd.DataFrame, differences: pd.DataFrame, note: str, event: Event, factors: Iterable[str] = ()
) -> Figure:
    """Draw a panel per design, and one per design compared with the first.

    Parameters
    ----------
    levels, differences : DataFrame
        As from :func:`sim.analysis.phase.phase`.
    note : str
        Caption line.
    event : Event
        Whose risk is meant, where the quantity is one.
    factors : iterable of str
        All factors of the sweep, so that the two are named apart from them.

    Returns
    -------
    Figure
        The black line is where the better design changes; hatched cells are those where the
        difference is not resolved. Unmarked white cells have no design point.

    Examples
    --------
    >>> from sim.analysis import phase as diagram
    >>> from sim.analysis.quantities import Event
    >>> from sim.analysis.samples import small_sweep
    >>> levels, gaps = diagram.phase(small_sweep(), "leadership.training", "who chooses")
    >>> figure = phase(levels, gaps, "A sample.", Event("discontinued", 108))
    >>> len(figure.axes)
    5
    """
    names = short_names([*factors, *levels["x_factor"].head(1), *levels["y_factor"].head(1)])
    designs, compared = designs_of(levels), designs_of(differences)
    count = len(designs) + len(compared)
    quantity = str(levels["quantity"].iloc[0])
    risk = KINDS[quantity] == "proportion"
    with styled():
        # Where all do not fit into one row, designs and their differences have rows of their own.
        columns = min(3, count)
        before = len(designs) if count <= columns else -(-len(designs) // columns) * columns
        figure, panels, grid = panel_grid(before + len(compared), 2.1, more=0.7, sharey=True)
        own, gaps = panels[: len(designs)], panels[before:]
        for axes in panels[len(designs) : before]:
            axes.axis("off")
        low, high = (0.0, 1.0) if risk else (float(levels["mean"].min()), float(levels["mean"].max()))
        for axes, design in zip(own, designs, strict=True):
            rows = levels[levels["design"] == design]
            image, *_ = _cells(axes, levels, rows, "mean", "cividis_r", low, max(high, low + 1e-9))
            axes.set_title(label(design))
        name = f"Risk ({event})" if risk else UNITS[quantity]
        figure.colorbar(image, ax=own, pad=0.01, aspect=22).set_label(name, fontsize=7)
        reach = 1.0 if risk else max(float(differences["difference"].abs().max()) if len(differences) else 1.0, 1e-9)
        for axes, design in zip(gaps, compared, strict=True):
            rows = differences[differences["design"] == design]
            image, values, xs, ys = _cells(
                axes, levels, rows, "difference", "PuOr_r" if risk else "PuOr", -reach, reach
            )
            _hatch(axes, rows, xs, ys)
            _change(axes, values)
            axes.set_title(f"{label(design)} minus\n{label(str(rows['baseline'].iloc[0]))}")
        if compared:
            figure.colorbar(image, ax=gaps, pad=0.01, aspect=22).set_label(
                "Difference in risk" if risk else "Difference", fontsize=7
            )
            key: list[Artist] = [
                Patch(facecolor="white", edgecolor="#444444", hatch="////", label="difference not resolved at 95%")
            ]
            key.append(Line2D([], [], color="black", lw=1.6, label="the better design changes"))
            figure.legend(handles=key, loc="outside upper center", ncols=2)
        for axes in (*own, *gaps):
            axes.set_xlabel(names[str(levels["x_factor"].iloc[0])])
        for row in grid:
            row[0].set_ylabel(names[str(levels["y_factor"].iloc[0])])
        caption(figure, note)
    return figure


def _cells(
    axes: Axes, frame: pd.DataFrame, rows: pd.DataFrame, column: str, colours: str, low: float, high: float
) -> tuple[QuadMesh, np.ndarray, list[object], list[object]]:
    """Draw the cells; return the image, the grid (y, x), and the places along both axes."""
    xs, ys = _places(frame["x"]), _places(frame["y"])
    grid = np.full((len(ys), len(xs)), np.nan)
    for row in rows.itertuples():
        grid[ys.index(row.y), xs.index(row.x)] = getattr(row, column)
    image = axes.pcolormesh(
        np.arange(len(xs) + 1) - 0.5, np.arange(len(ys) + 1) - 0.5, grid, cmap=colours, vmin=low, vmax=high
    )
    for ticks, places in ((axes.set_xticks, xs), (axes.set_yticks, ys)):
        numbers = not any(isinstance(place, str | bool) for place in places)
        shown = range(0, len(places), 1 if len(places) <= MOST_NUMBERS or not numbers else 2)
        ticks(shown, [f"{places[k]:.2g}" if numbers else label(str(places[k])) for k in shown])
    if any(isinstance(place, str) for place in xs):
        axes.tick_params(axis="x", rotation=30)
    return image, grid, xs, ys


def _places(values: pd.Series) -> list[object]:
    found = list(dict.fromkeys(values))
    return found if any(isinstance(value, str | bool) for value in found) else sorted(found)


def _hatch(axes: Axes, rows: pd.DataFrame, xs: list[object], ys: list[object]) -> None:
    for row in rows[~rows["resolved"].astype(bool)].itertuples():
        corner = (xs.index(row.x) - 0.5, ys.index(row.y) - 0.5)
        axes.add_patch(Rectangle(corner, 1, 1, fill=False, hatch="////", edgecolor="#444444", lw=0))


def _change(axes: Axes, grid: np.ndarray) -> None:
    """The contour of no difference, where there is one."""
    if min(grid.shape) >= 2 and np.nanmin(grid) < 0 < np.nanmax(grid):
        axes.contour(
            np.arange(grid.shape[1]),
            np.arange(grid.shape[0]),
            np.ma.masked_invalid(grid),
            levels=[0.0],
            colors="black",
            linewidths=1.6,
        )
