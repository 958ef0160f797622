"""Figures of risk over time by way of ending."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.outcome import ENDINGS
from sim.plots.axes import designs_of, shared_legend, week_axis
from sim.plots.style import ENDING_COLOURS, ENDING_DASHES, FULL_WIDTH, caption, label, styled, subplots


def cumulative_incidence(risk: pd.DataFrame, note: str) -> Figure:
    """Cumulative incidence of each way of ending by week, a panel per design, with 95% Wilson bands.

    Parameters
    ----------
    risk : DataFrame
        As :attr:`sim.analysis.compare.Comparison.risk`.
    note : str
        Caption line.
    """
    designs = designs_of(risk)
    with styled():
        figure, panels = subplots(1, len(designs), figsize=(FULL_WIDTH, 2.6), sharey=True, squeeze=False)
        for axes, design in zip(panels[0], designs, strict=True):
            incidence_panel(axes, risk[risk["design"] == design])
            axes.set_title(label(design))
        panels[0][0].set_ylabel("Cumulative incidence")
        shared_legend(figure, panels[0])
        caption(figure, note)
    return figure


def incidence_panel(axes: Axes, risk: pd.DataFrame) -> None:
    """Draw a step line per way of ending that happened, with its band."""
    for ending in ("any", *ENDINGS[1:]):
        rows = risk[risk["ending"] == ending]
        if ending != "any" and rows["count"].max() == 0:
            continue
        name = "any ending" if ending == "any" else label(ending)
        x = np.concatenate(([0], rows["week"]))
        colour = ENDING_COLOURS[ending]
        axes.step(
            x,
            np.concatenate(([0.0], rows["risk"])),
            where="post",
            color=colour,
            linestyle=ENDING_DASHES[ending],
            label=name,
            lw=0.9 if ending == "any" else 1.5,
        )
        axes.fill_between(
            x, np.concatenate(([0.0], rows["lower"])), np.concatenate(([0.0], rows["upper"])), step="post", color=colour, alpha=0.18, lw=0
        )
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    week_axis(axes, int(risk["week"].max()) if len(risk) else 0)


def risk_over_time(pooled: pd.DataFrame, note: str) -> Figure:
    """Cumulative incidence over all design points of a sweep, a panel per design.

    Parameters
    ----------
    pooled : DataFrame
        As from :func:`sim.analysis.risk.pooled_incidence`.
    note : str
        Caption line.

    Returns
    -------
    Figure
        Lines with narrow bands of Monte Carlo error; for any ending a hatched band over 90% of the design points.
    """
    designs = designs_of(pooled)
    columns = min(3, len(designs))
    lines = -(-len(designs) // columns)
    with styled():
        figure, panels = subplots(lines, columns, figsize=(FULL_WIDTH, 0.4 + 2.3 * lines), sharey=True, squeeze=False)
        for axes, design in zip(panels.flat, designs, strict=False):
            rows = pooled[(pooled["design"] == design) & (pooled["ending"] != "over")]
            incidence_panel(axes, rows.assign(count=rows["risk"]))
            anything = rows[rows["ending"] == "any"]
            spread = axes.fill_between(
                anything["week"],
                anything["spread_low"],
                anything["spread_high"],
                step="post",
                facecolor="none",
                edgecolor="#AAAAAA",
                hatch="....",
                lw=0.4,
                zorder=0,
            )
            spread.set_label("any ending: 90% of design points")
            axes.set_title(label(design))
        for axes in panels.flat[len(designs) :]:
            axes.axis("off")
        panels[0][0].set_ylabel("Cumulative incidence")
        shared_legend(figure, panels.flat[: len(designs)])
        caption(figure, note)
    return figure
