"""Figures of pressure: who drained the board's capital, over a run and week by week."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.ledger import Ledger
from sim.outcome import LEDGER
from sim.plots.axes import designs_of, shared_legend, week_axis
from sim.plots.style import DESIGN_COLOURS, FULL_WIDTH, caption, label, styled, subplots


def pressure(table: pd.DataFrame, note: str, ledger: Ledger = LEDGER) -> Figure:
    """Share of all drained capital by stakeholder and design, with 95% intervals of the mean share.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.analysis.pressure.shares`.
    note : str
        Caption line.
    ledger : Ledger
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
        figure, axes = subplots(figsize=(FULL_WIDTH, 2.6))
        pressure_bars(axes, table, ledger)
        axes.legend(loc="best")
        caption(figure, note)
    return figure


def pressure_bars(axes: Axes, table: pd.DataFrame, ledger: Ledger = LEDGER) -> None:
    """Draw a bar per stakeholder and design, with 95% intervals."""
    designs = designs_of(table)
    height = 0.8 / max(len(designs), 1)
    every = list(ledger.stakeholders)
    present = [who for who in every if table.loc[table["stakeholder"] == who, "share"].max() > 0] or every
    for index, design in enumerate(designs):
        rows = table[table["design"] == design].set_index("stakeholder").loc[present]
        share = rows["share"].fillna(0.0)
        y = np.arange(len(present)) + (index - (len(designs) - 1) / 2) * height
        error = np.vstack([(share - rows["lower"]).clip(lower=0), (rows["upper"] - share).clip(lower=0)])
        error[~np.isfinite(error)] = 0.0
        axes.barh(
            y,
            share,
            height * 0.9,
            color=DESIGN_COLOURS[index % len(DESIGN_COLOURS)],
            hatch=("", "////", "....", "xxxx")[index % 4],
            edgecolor="white",
            linewidth=0.3,
            xerr=error,
            error_kw={"elinewidth": 0.8, "ecolor": "#222222", "capsize": 1.5},
            label=label(design),
        )
    axes.set_yticks(range(len(present)), [ledger.stakeholders[who].label for who in present])
    axes.invert_yaxis()
    axes.set_xlabel("Mean share of drained capital")
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def pressure_over_time(table: pd.DataFrame, note: str, ledger: Ledger = LEDGER) -> Figure:
    """Share of the capital drained so far, by stakeholder and week, a panel per design, with 95%
    bands of the mean.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.analysis.pressure.shares_over_time`.
    note : str
        Caption line.
    ledger : Ledger
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
        figure, panels = subplots(1, len(designs), figsize=(FULL_WIDTH, 2.7), sharey=True, squeeze=False)
        for axes, design in zip(panels[0], designs, strict=True):
            rows = table[table["design"] == design]
            for who in ledger.stakeholders.values():
                line = rows[rows["stakeholder"] == who.name]
                if table.loc[table["stakeholder"] == who.name, "share"].max() < 0.005:
                    continue
                axes.plot(line["week"], line["share"], color=who.colour, linestyle=who.dash, label=who.label)
                axes.fill_between(line["week"], line["lower"], line["upper"], color=who.colour, alpha=0.2, lw=0)
            axes.set_title(label(design))
            axes.set_ylim(0, 1.02)
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            week_axis(axes, int(table["week"].max()))
        panels[0][0].set_ylabel("Share of capital drained so far")
        shared_legend(figure, panels[0])
        caption(figure, note)
    return figure
