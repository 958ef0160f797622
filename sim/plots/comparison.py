"""A comparison on one page: ways of ending by design, adoption, and who drained the capital."""

from __future__ import annotations

from string import ascii_lowercase

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.ledger import Ledger
from sim.outcome import LEDGER
from sim.plots.axes import designs_of, handles_of
from sim.plots.curves import band_panel
from sim.plots.pressure import pressure_bars
from sim.plots.risk import incidence_panel
from sim.plots.style import FULL_WIDTH, PaperFigure, caption, label, styled


def overview(
    risk: pd.DataFrame, curves: pd.DataFrame, drained: pd.DataFrame, title: str, note: str, ledger: Ledger = LEDGER
) -> Figure:
    """Draw risk by way of ending for each design, adoption, and who drained the board's capital.

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
    ledger : Ledger
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
    4
    """
    designs = designs_of(risk)
    width = max(2, len(designs))
    with styled():
        figure = PaperFigure(figsize=(FULL_WIDTH, 5.2), layout="constrained")
        grid = figure.add_gridspec(2, 2 * width)
        share = 2 * width // len(designs)
        first: Axes | None = None
        tops = []
        for index, design in enumerate(designs):
            axes = figure.add_subplot(grid[0, index * share : (index + 1) * share], sharey=first)
            first = first or axes
            incidence_panel(axes, risk[risk["design"] == design])
            axes.set_title(f"{ascii_lowercase[index]}  Ways of ending: {label(design)}")
            tops.append(axes)
        tops[0].set_ylabel("Cumulative incidence")
        tops[0].legend(*handles_of(tops), loc="best", fontsize=6.5)
        axes = figure.add_subplot(grid[1, :width])
        band_panel(axes, curves, "taking_part")
        axes.set_title(f"{ascii_lowercase[len(designs)]}  Families taking part")
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.set_ylim(0, 1.02)
        axes.set_ylabel("Families of the community")
        axes.legend(loc="best", fontsize=6.5)
        axes = figure.add_subplot(grid[1, width:])
        pressure_bars(axes, drained, ledger)
        axes.set_title(f"{ascii_lowercase[len(designs) + 1]}  Who drained the board's capital")
        figure.suptitle(title, fontsize=9.5, x=0.01, ha="left", fontweight="bold")
        caption(figure, note)
    return figure
