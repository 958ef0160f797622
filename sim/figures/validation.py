"""How the posterior fits the record, and whether its forecasts are reliable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.designs import label
from sim.figures.style import DESIGN_COLOURS, FULL_WIDTH, NEUTRAL, caption, styled, subplots
from sim.statistics.intervals import wilson

EDGES = (0.2, 0.4, 0.6, 0.8)
"""Edges between the bins of a reliability plot."""


def fit(table: pd.DataFrame, note: str) -> Figure:
    """Draw what was seen beside what is predicted, worst first.

    Parameters
    ----------
    table : DataFrame
        As returned by :func:`sim.calibration.scoring.fitted`.
    note : str
        Caption line.

    Examples
    --------
    >>> row = {"source": "summit", "observation": "quit in the first year", "seen": 0.25}
    >>> row |= {"predicted": 0.2, "lower": 0.1, "upper": 0.3}
    >>> len(fit(pd.DataFrame([row]), "A sample.").axes)
    1
    """
    places = np.arange(len(table))[::-1]
    with styled():
        figure, axes = subplots(figsize=(FULL_WIDTH, 1.1 + 0.24 * len(table)))
        axes.hlines(places, table["lower"], table["upper"], DESIGN_COLOURS[0], linewidth=5, alpha=0.35)
        axes.plot([], [], color=DESIGN_COLOURS[0], linewidth=5, alpha=0.35, label="80% of draws")
        axes.plot(table["predicted"], places, "o", color=DESIGN_COLOURS[0], markersize=4.5, label="mean of draws")
        axes.plot(table["seen"], places, "x", color="black", markersize=6, markeredgewidth=1.5, label="on record")
        axes.set_yticks(places, [f"{label(row.source)}: {row.observation}" for row in table.itertuples()])
        axes.set_ylim(-0.6, len(table) - 0.4)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel("chance of what was seen, or share")
        axes.grid(axis="y", color="#e5e5e5", linewidth=0.5)
        figure.legend(loc="outside upper center", ncols=3)
        caption(figure, note)
    return figure


def reliability(table: pd.DataFrame, forecasters: Sequence[str], note: str) -> Figure:
    """Draw what share came true of forecasts of about a chance, a panel for each forecaster.

    Parameters
    ----------
    table : DataFrame
        As returned by :func:`sim.calibration.scoring.forecasts`.
    forecasters : sequence of str
        Columns of it.
    note : str
        Caption line.

    Examples
    --------
    >>> table = pd.DataFrame({"ended": [0.0, 1.0], "model": [0.1, 0.7]})
    >>> len(reliability(table, ["model"], "A sample.").axes)
    1
    """
    with styled():
        figure, axes = subplots(1, len(forecasters), figsize=(FULL_WIDTH, 2.3), sharey=True, sharex=True, squeeze=False)
        for panel, who in zip(axes[0], forecasters, strict=True):
            panel.plot([0, 1], [0, 1], color=NEUTRAL, linewidth=0.8, linestyle=":")
            for _, group in table.groupby(np.digitize(table[who], EDGES)):
                count, n, reported = int(group["ended"].sum()), len(group), float(group[who].mean())
                low, high = wilson(count, n)
                panel.vlines(reported, low, high, DESIGN_COLOURS[0], linewidth=1.2)
                panel.plot(reported, count / n, "o", color=DESIGN_COLOURS[0], markersize=4)
                panel.annotate(f"{n}", (reported, count / n), (4, 3), textcoords="offset points", fontsize=6)
            panel.set_title(who)
            panel.set_xlim(-0.04, 1.04)
            panel.set_ylim(-0.04, 1.04)
            panel.set_xlabel("forecast")
        axes[0, 0].set_ylabel("share that had ended")
        caption(figure, note)
    return figure
