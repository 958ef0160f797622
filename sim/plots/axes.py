"""What panels share: the axis of weeks, designs in their order, one legend for all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

YEAR = 36


def week_axis(axes: Axes, horizon: int) -> None:
    """Label the horizontal axis in weeks, with a thin line at the end of each school year."""
    axes.set_xlim(0, max(horizon, 1))
    axes.set_xlabel("Instructional week")
    if horizon >= YEAR:
        axes.xaxis.set_major_locator(MultipleLocator(YEAR if horizon > 3 * YEAR else YEAR / 2))
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


def shared_legend(figure: Figure, panels: Iterable[Any]) -> None:
    """One legend above all panels."""
    handles, names = handles_of(list(panels))
    figure.legend(handles, names, loc="outside upper center", ncols=max(len(names), 1))
