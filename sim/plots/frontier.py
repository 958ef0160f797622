"""The figure of risk against reach against gain."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.analysis.quantities import MORE, UNITS, Event
from sim.plots.axes import designs_of, shared_legend
from sim.plots.style import FULL_WIDTH, caption, label, look, styled, subplots

WITH_WHISKERS = 40
"""Points that are drawn with their intervals; beyond that the intervals are in the table."""


def frontier(table: pd.DataFrame, note: str, event: Event) -> Figure:
    """Risk against what is delivered (left) and against what is learned (right); what nothing beats
    is filled.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.analysis.frontier.frontier`.
    note : str
        Caption line.
    event : Event
        Whose risk is meant.

    Examples
    --------
    >>> from sim.analysis import frontier as unbeaten
    >>> from sim.analysis.quantities import Event
    >>> from sim.analysis.samples import small_sweep
    >>> figure = frontier(unbeaten.frontier(small_sweep(), draws=20), "A sample.",
    ...     Event("discontinued", 108))
    >>> len(figure.axes)
    2
    """
    designs = designs_of(table)
    with styled():
        figure, panels = subplots(1, 2, figsize=(FULL_WIDTH, 3.0), sharex=True)
        for axes, quantity in zip(panels, MORE, strict=True):
            for index, design in enumerate(designs):
                own = table[table["design"] == design]
                colour, _, _, marker = look(index)
                risk = own[event.way]
                if len(table) <= WITH_WHISKERS:
                    across = [risk - own[f"{event.way}_lower"], own[f"{event.way}_upper"] - risk]
                    up = [own[quantity] - own[f"{quantity}_lower"], own[f"{quantity}_upper"] - own[quantity]]
                    axes.errorbar(
                        risk.to_numpy(),
                        own[quantity].to_numpy(),
                        xerr=np.array(across),
                        yerr=np.array(up),
                        fmt="none",
                        ecolor=colour,
                        elinewidth=0.7,
                        alpha=0.8,
                    )
                looks: dict[bool, dict[str, Any]] = {
                    False: {"s": 13, "facecolor": "white", "edgecolor": colour, "lw": 0.7, "alpha": 0.8},
                    True: {"s": 20, "facecolor": colour, "edgecolor": "black", "lw": 0.5, "zorder": 3},
                }
                for best, drawn in looks.items():
                    rows = own[own["on_frontier"] == best]
                    axes.scatter(rows[event.way], rows[quantity], marker=marker, **drawn)
                axes.scatter([], [], marker=marker, color=colour, s=20, label=label(design))
            axes.set_xlabel(f"Risk ({event})")
            axes.set_xlim(-0.03, 1.03)
            axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            axes.set_ylabel(textwrap.fill(UNITS[quantity][0].upper() + UNITS[quantity][1:], 40))
        shared_legend(figure, panels)
        caption(figure, note)
    return figure
