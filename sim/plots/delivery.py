"""The figure of what is delivered: student-weeks for the children of the community, the share of
what was planned, and learning by tertile of prior achievement.
"""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.quantities import UNITS
from sim.outcome import TERTILES
from sim.plots.axes import designs_of, shared_legend
from sim.plots.style import FULL_WIDTH, caption, label, look, styled, subplots


def delivery(means: pd.DataFrame, note: str) -> Figure:
    """Draw bars by design, with intervals, and the spread over design points where there are
    several.

    Parameters
    ----------
    means : DataFrame
        As from :func:`sim.analysis.effects.pooled_means`.
    note : str
        Caption line.

    Examples
    --------
    >>> from sim.analysis.effects import pooled_means
    >>> from sim.analysis.samples import small_sweep
    >>> figure = delivery(pooled_means(small_sweep()), "A sample.")
    >>> len(figure.axes)
    3
    """
    designs = designs_of(means)
    rows = means.set_index(["quantity", "design"])
    with styled():
        figure, panels = subplots(1, 3, figsize=(FULL_WIDTH, 2.6), width_ratios=(1, 1, 2.2))
        for axes, quantities in zip(
            panels, (["weeks_per_100"], ["delivered"], [f"gain_{tertile}" for tertile in TERTILES]), strict=True
        ):
            _bars(axes, rows, quantities, designs)
        for axes, quantity in zip(panels[:2], ("weeks_per_100", "delivered"), strict=True):
            axes.set_xticks([])
            axes.set_ylabel(textwrap.fill(UNITS[quantity][0].upper() + UNITS[quantity][1:], 34))
        panels[2].set_xticks(range(3), [f"{tertile} third" for tertile in TERTILES])
        panels[2].set_xlabel("Prior achievement")
        panels[2].set_ylabel("Learning gain, SD per child of it")
        panels[2].axhline(0, color="black", lw=0.5)
        shared_legend(figure, panels)
        caption(figure, note)
    return figure


def _bars(axes: Axes, rows: pd.DataFrame, quantities: list[str], designs: list[str]) -> None:
    width = 0.8 / len(designs)
    for index, design in enumerate(designs):
        own = rows.loc[[(quantity, design) for quantity in quantities]]
        x = np.arange(len(quantities)) + (index - (len(designs) - 1) / 2) * width
        error = np.vstack([own["mean"] - own["lower"], own["upper"] - own["mean"]]).clip(min=0)
        error[~np.isfinite(error)] = 0.0
        colour, _, hatch, _ = look(index)
        axes.bar(
            x,
            own["mean"],
            width * 0.9,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.3,
            label=label(design),
        )
        if (own["points"] > 1).any():
            axes.vlines(x, own["spread_low"], own["spread_high"], color="#999999", lw=2.5, alpha=0.6)
        axes.errorbar(x, own["mean"], yerr=error, fmt="none", ecolor="#222222", elinewidth=0.9, capsize=1.8)
