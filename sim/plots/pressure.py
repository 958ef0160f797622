"""Figures of pressure: who drained the board's capital, over a run and week by week."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.kernel.variables import Variables
from sim.outcome import VARIABLES
from sim.plots.axes import designs_of, panel_grid, shared_legend, week_axis
from sim.plots.style import FULL_WIDTH, caption, label, look, styled, subplots


def pressure(table: pd.DataFrame, note: str, variables: Variables = VARIABLES) -> Figure:
    """Share of all drained capital by stakeholder and design, with 95% intervals of the mean share.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.analysis.pressure.shares`.
    note : str
        Caption line.
    variables : Variables
        Of the parties that took part.

    Examples
    --------
    >>> from sim.analysis.pressure import shares
    >>> from sim.analysis.samples import small_sweep
    >>> figure = pressure(shares(small_sweep()), "A sample.")
    >>> len(figure.axes)
    1
    """
    with styled():
        present, designs = pressing(table, variables), designs_of(table)
        height = 0.9 + 0.09 * len(present) * max(len(designs), 2)
        figure, axes = subplots(figsize=(FULL_WIDTH, height))
        pressure_bars(axes, table, variables, present)
        shared_legend(figure, [axes])
        caption(figure, note)
    return figure


def pressing(table: pd.DataFrame, variables: Variables) -> list[str]:
    """Stakeholders that drained anything under any design; all, where none did."""
    every = list(variables.pressing)
    return [who for who in every if table.loc[table["stakeholder"] == who, "share"].max() > 0] or every


def pressure_bars(axes: Axes, table: pd.DataFrame, variables: Variables, present: list[str], colour: str = "") -> None:
    """Draw a bar per stakeholder and design, with 95% intervals; ``colour`` takes the place of the
    designs' own, where each has a panel.
    """
    designs = designs_of(table)
    height = 0.8 / max(len(designs), 1)
    for index, design in enumerate(designs):
        own, _, hatch, _ = (colour, "-", "", "") if colour else look(index)
        rows = table[table["design"] == design].set_index("stakeholder").loc[present]
        share = rows["share"].fillna(0.0)
        y = np.arange(len(present)) + (index - (len(designs) - 1) / 2) * height
        error = np.vstack([(share - rows["lower"]).clip(lower=0), (rows["upper"] - share).clip(lower=0)])
        error[~np.isfinite(error)] = 0.0
        axes.barh(
            y,
            share,
            height * 0.9,
            color=own,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.3,
            xerr=error,
            error_kw={"elinewidth": 0.8, "ecolor": "#222222", "capsize": 1.5},
            label=label(design),
        )
    axes.set_yticks(range(len(present)), [variables.pressing[who].label for who in present])
    axes.set_ylim(len(present) - 0.4, -0.6)
    axes.set_xlabel("Mean share of drained capital")
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def pressure_over_time(table: pd.DataFrame, note: str, variables: Variables = VARIABLES) -> Figure:
    """Share of the capital drained so far, by stakeholder and week, a panel per design, with 95%
    bands of the mean.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.analysis.pressure.shares_over_time`.
    note : str
        Caption line.
    variables : Variables
        Of the parties that took part.

    Examples
    --------
    >>> from sim.analysis.pressure import shares_over_time
    >>> from sim.analysis.samples import small_weekly
    >>> figure = pressure_over_time(shares_over_time(small_weekly()), "A sample.")
    >>> len(figure.axes)
    2
    """
    designs = designs_of(table)
    with styled():
        figure, panels, grid = panel_grid(len(designs), 2.1, sharey=True)
        for axes, design in zip(panels, designs, strict=True):
            rows = table[table["design"] == design]
            for who in variables.pressing.values():
                line = rows[rows["stakeholder"] == who.name]
                if table.loc[table["stakeholder"] == who.name, "share"].max() < 0.005:
                    continue
                axes.plot(line["week"], line["share"], color=who.colour, linestyle=who.dash, label=who.label)
                axes.fill_between(line["week"], line["lower"], line["upper"], color=who.colour, alpha=0.2, lw=0)
            axes.set_title(label(design))
            axes.set_ylim(0, 1.02)
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            week_axis(axes, int(table["week"].max()))
        for row in grid:
            row[0].set_ylabel("Share of capital drained so far")
        shared_legend(figure, panels)
        caption(figure, note)
    return figure
