"""Figures of risk over time by way of ending."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.outcome import ENDINGS, LEDGER
from sim.plots.axes import designs_of, shared_legend, week_axis
from sim.plots.style import ANY_ENDING, FULL_WIDTH, caption, label, styled, subplots


def risk_over_time(pooled: pd.DataFrame, note: str) -> Figure:
    """Cumulative incidence of each way of ending by week, a panel per design.

    Parameters
    ----------
    pooled : DataFrame
        As from :func:`sim.analysis.risk.pooled_incidence`.
    note : str
        Caption line.

    Returns
    -------
    Figure
        Lines with narrow bands of Monte Carlo error; where there are several design points, for any
        ending a hatched band over 90% of them.

    Examples
    --------
    >>> from sim.analysis.risk import pooled_incidence
    >>> from sim.analysis.samples import small_sweep
    >>> figure = risk_over_time(pooled_incidence(small_sweep(), 108), "A sample.")
    >>> len(figure.axes)
    2
    """
    designs = designs_of(pooled)
    columns = min(3, len(designs))
    lines = -(-len(designs) // columns)
    with styled():
        figure, panels = subplots(lines, columns, figsize=(FULL_WIDTH, 0.4 + 2.3 * lines), sharey=True, squeeze=False)
        for axes, design in zip(panels.flat, designs, strict=False):
            rows = pooled[pooled["design"] == design]
            incidence_panel(axes, rows)
            _spread(axes, rows[(rows["ending"] == "any") & (rows["points"] > 1)])
            axes.set_title(label(design))
        for axes in panels.flat[len(designs) :]:
            axes.axis("off")
        panels[0][0].set_ylabel("Cumulative incidence")
        shared_legend(figure, panels.flat[: len(designs)])
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
        label="any ending: 90% of design points",
    )


def incidence_panel(axes: Axes, risk: pd.DataFrame) -> None:
    """Draw a step line per way of ending that happened, with its band."""
    for rung in (ANY_ENDING, *(LEDGER.rungs[ending] for ending in ENDINGS[1:])):
        rows = risk[risk["ending"] == rung.name]
        if rung is not ANY_ENDING and rows["risk"].max() == 0:
            continue
        x = np.concatenate(([0], rows["week"]))
        axes.step(
            x,
            np.concatenate(([0.0], rows["risk"])),
            where="post",
            color=rung.colour,
            linestyle=rung.dash,
            label=rung.label,
            lw=0.9 if rung is ANY_ENDING else 1.5,
        )
        axes.fill_between(
            x,
            np.concatenate(([0.0], rows["lower"])),
            np.concatenate(([0.0], rows["upper"])),
            step="post",
            color=rung.colour,
            alpha=0.18,
            lw=0,
        )
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    week_axis(axes, int(risk["week"].max()) if len(risk) else 0)
