"""What panels share: their grid, the axis of weeks, designs in their order, one legend for all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import MultipleLocator

from sim.plots.style import FULL_WIDTH, PaperFigure, subplots

YEAR = 36
MARGIN = 1.02
"""So much further than the horizon an axis of weeks goes, that the last week shows."""


def panel_grid(
    count: int, height: float, most: int = 3, more: float = 0.6, **options: Any
) -> tuple[PaperFigure, list[Axes], np.ndarray]:
    """Make a figure of as many panels, in rows of at most ``most``.

    Parameters
    ----------
    count, most : int
    height, more : float
        Inches: of a row, and of what stands above and below all.
    **options
        As of :func:`sim.plots.style.subplots`.

    Returns
    -------
    figure : PaperFigure
    panels : list of Axes
        Those asked for; what is left of the last row is blank.
    grid : numpy.ndarray
        All axes, shape (rows, columns).
    """
    columns = max(1, min(most, count))
    rows = max(1, -(-count // columns))
    figure, grid = subplots(rows, columns, figsize=(FULL_WIDTH, more + height * rows), squeeze=False, **options)
    for axes in grid.flat[count:]:
        axes.axis("off")
    return figure, list(grid.flat[:count]), grid


def week_axis(axes: Axes, horizon: int, narrow: bool = False) -> None:
    """Label the horizontal axis in weeks, with a thin line at the end of each school year."""
    axes.set_xlim(0, MARGIN * max(horizon, 1))
    axes.set_xlabel("Instructional week")
    if horizon >= YEAR:
        years = 1 if narrow or horizon > 3 * YEAR else 0.5
        axes.xaxis.set_major_locator(MultipleLocator(YEAR * years * (2 if narrow and horizon > 3 * YEAR else 1)))
        for year in range(YEAR, horizon, YEAR):
            axes.axvline(year, color="#BBBBBB", lw=0.5, zorder=0)


def designs_of(table: pd.DataFrame) -> list[str]:
    """Designs in the order of the table."""
    return list(dict.fromkeys(table["design"]))


def handles_of(panels: Sequence[Axes]) -> tuple[list[Any], list[str]]:
    """Handles and names for a legend, each name once."""
    found: dict[str, Any] = {}
    for axes in panels:
        for handle, name in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(name, handle)
    return list(found.values()), list(found)


def shared_legend(
    figure: Figure | SubFigure, panels: Iterable[Any], fontsize: float = 7.0, order: Sequence[str] = ()
) -> None:
    """One legend above all panels, in as many columns as fit; names in ``order`` come first."""
    found = sorted(
        zip(*handles_of(list(panels)), strict=True),
        key=lambda each: order.index(each[1]) if each[1] in order else len(order),
    )
    handles, names = [handle for handle, _ in found], [name for _, name in found]
    # A letter is about half as wide as high; its line, patch or marker takes about four letters.
    widest = (max(map(len, names), default=0) + 8) * 0.5 * fontsize
    columns = max(1, min(len(names), int(72 * figure.bbox.width / figure.dpi / widest)))
    figure.legend(handles, names, loc="outside upper center", ncols=columns, fontsize=fontsize)
