"""Figures of risk over time: being discontinued, by cause, and being adapted beside it."""

from __future__ import annotations

from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.analysis.quantities import CAUSES
from sim.outcome import VARIABLES
from sim.plots.axes import MARGIN, designs_of, panel_grid, shared_legend, week_axis
from sim.plots.style import DESIGN_HATCHES, DISCONTINUED, WAS_ADAPTED, caption, label, styled

ORDER = [DISCONTINUED.label, WAS_ADAPTED.label, *(VARIABLES.statuses[cause].label for cause in CAUSES)]
"""Names in the legend, in their order."""


def risk_over_time(pooled: pd.DataFrame, note: str) -> Figure:
    """Cumulative incidence of each event by week, a panel per design.

    Parameters
    ----------
    pooled : DataFrame
        As from :func:`sim.analysis.risk.pooled_incidence`.
    note : str
        Caption line.

    Returns
    -------
    Figure
        A line for being discontinued in any way, with a narrow band of Monte Carlo error, over the
        causes that add up to it; a thin line for being adapted, whatever came after. Where there
        are several design points, a hatched band holds 90% of their risks of being discontinued.

    Examples
    --------
    >>> from sim.analysis.risk import pooled_incidence
    >>> from sim.analysis.samples import small_sweep
    >>> figure = risk_over_time(pooled_incidence(small_sweep(), 108), "A sample.")
    >>> len(figure.axes)
    2
    """
    designs = designs_of(pooled)
    with styled():
        figure, panels, grid = panel_grid(len(designs), 2.0, sharey=True)
        for axes, design in zip(panels, designs, strict=True):
            rows = pooled[pooled["design"] == design]
            incidence_panel(axes, rows)
            _spread(axes, rows[(rows["event"] == DISCONTINUED.name) & (rows["points"] > 1)])
            axes.set_title(label(design))
        for row in grid:
            row[0].set_ylabel("Cumulative incidence")
        shared_legend(figure, panels, order=ORDER)
        caption(figure, note)
    return figure


def _spread(axes: Axes, rows: pd.DataFrame) -> None:
    """Hatch what 90% of the design points have of a risk."""
    if rows.empty:
        return
    axes.fill_between(
        rows["week"],
        rows["spread_low"],
        rows["spread_high"],
        step="post",
        facecolor="none",
        edgecolor="#AAAAAA",
        hatch="....",
        lw=0.4,
        zorder=0,
        label="discontinued: 90% of design points",
    )


def incidence_panel(axes: Axes, risk: pd.DataFrame, narrow: bool = False) -> None:
    """Draw the risks of one design: the causes that happened as layers, and both lines over
    them.
    """
    horizon = int(risk["week"].max()) if len(risk) else 0
    weeks = np.append(np.arange(horizon + 1), MARGIN * horizon)
    by_week = risk.set_index("week")[["event", "risk", "lower", "upper"]]
    known = {
        event: rows.drop(columns="event").reindex(weeks).ffill().fillna(0.0) for event, rows in by_week.groupby("event")
    }
    below = np.zeros(len(weeks))
    for status, hatch in zip((VARIABLES.statuses[cause] for cause in CAUSES), cycle(DESIGN_HATCHES), strict=False):
        share = known[status.name]["risk"].to_numpy()
        if share.max() > 0:
            axes.fill_between(
                weeks, below, below + share, step="post", facecolor=(status.colour, 0.45), edgecolor=status.colour,
                linestyle=status.dash, lw=0.6, hatch=hatch, label=status.label,
            )  # fmt: skip
            below = below + share
    for status, width in ((DISCONTINUED, 1.5), (WAS_ADAPTED, 0.9)):
        rows = known[status.name]
        axes.step(
            weeks, rows["risk"], where="post", color=status.colour, linestyle=status.dash, lw=width, label=status.label
        )
        axes.fill_between(weeks, rows["lower"], rows["upper"], step="post", color=status.colour, alpha=0.18, lw=0)
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    week_axis(axes, horizon, narrow)
