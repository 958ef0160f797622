"""A comparison in one column of a page: a row of small panels for each design, and who drained the
capital under each.
"""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FixedLocator, PercentFormatter

from sim.kernel.variables import Variables
from sim.outcome import VARIABLES
from sim.plots.axes import designs_of, shared_legend
from sim.plots.curves import fan
from sim.plots.pressure import pressing, pressure_bars
from sim.plots.risk import ORDER, incidence_panel
from sim.plots.style import COLUMN_WIDTH, PaperFigure, caption, label, look, styled

SMALL = 6.0
"""Points: the least that is read at column width."""


def overview(
    risk: pd.DataFrame,
    curves: pd.DataFrame,
    drained: pd.DataFrame,
    title: str,
    note: str,
    variables: Variables = VARIABLES,
) -> Figure:
    """Draw for each design its risk over time and the families taking part; below, who drained the
    board's capital.

    Parameters
    ----------
    risk : DataFrame
        As from :func:`sim.analysis.risk.pooled_incidence`.
    curves : DataFrame
        As from :func:`sim.analysis.weekly.pooled_curves`.
    drained : DataFrame
        As from :func:`sim.analysis.pressure.shares`.
    title, note : str
        Heading and caption line.
    variables : Variables
        Of the parties that took part.

    Examples
    --------
    >>> from sim.analysis.pressure import shares
    >>> from sim.analysis.risk import pooled_incidence
    >>> from sim.analysis.samples import small_sweep, small_weekly
    >>> from sim.analysis.weekly import pooled_curves
    >>> runs, curves = small_sweep(), pooled_curves(small_weekly(), 100)
    >>> figure = overview(pooled_incidence(runs, 108), curves, shares(runs), "A sample",
    ...     "Made without the model.")
    >>> len(figure.axes)
    6
    """
    designs = designs_of(risk)
    present = pressing(drained, variables)
    bars = 0.13 * len(present)
    with styled():
        figure = PaperFigure(
            figsize=(COLUMN_WIDTH, 1.9 + 0.88 * len(designs) + bars),
            layout=ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.02),
        )
        parts: Any = figure.subfigures(2, 1, height_ratios=(0.3 + 0.88 * len(designs), 0.75 + bars))
        above, below = parts
        panels = above.subplots(len(designs), 2, sharex=True, sharey=True, squeeze=False)
        taking_part = curves[curves["column"] == "taking_part"]
        for index, (row, design) in enumerate(zip(panels, designs, strict=True)):
            incidence_panel(row[0], risk[risk["design"] == design], narrow=True)
            fan(row[1], taking_part[taking_part["design"] == design], look(index)[0])
            row[0].set_ylabel(textwrap.fill(label(design), 12), fontsize=7, fontweight="bold")
        for axes in panels.flat:
            axes.tick_params(labelsize=SMALL)
            axes.yaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
            axes.set_xlabel("")
        for axes, name in zip(panels[0], ("a  Risk", "b  Families taking part"), strict=True):
            axes.set_title(name, fontsize=7.5)
        for axes in panels[-1]:
            axes.set_xlabel("Instructional week", fontsize=7)
        columns = below.subplots(1, len(designs), sharex=True, sharey=True, squeeze=False)[0]
        for index, (axes, design) in enumerate(zip(columns, designs, strict=True)):
            pressure_bars(axes, drained[drained["design"] == design], variables, present, look(index)[0])
            axes.set_title(textwrap.fill(label(design), 11), fontsize=SMALL)
            axes.tick_params(labelsize=SMALL)
            axes.set_xlabel("")
            axes.xaxis.set_major_locator(FixedLocator([0, 0.5]))
            axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        below.suptitle("c  Mean share of the board's drained capital", fontsize=7.5, x=0.02, ha="left")
        shared_legend(above, panels[:, 0], SMALL, ORDER)
        figure.suptitle(textwrap.fill(title, 48), fontsize=8.5, x=0.01, ha="left", fontweight="bold")
        caption(figure, note)
    return figure
