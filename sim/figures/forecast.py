"""A forecast: the chance by each half year, and what would move it most."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.figures.style import DESIGN_COLOURS, DISCONTINUED, FULL_WIDTH, NEUTRAL, WAS_ADAPTED, caption, styled, subplots

MOST = 8
"""Levers, and unknowns, that are drawn at the most."""


def forecast(risk: pd.DataFrame, levers: pd.DataFrame, unknowns: pd.DataFrame, title: str, note: str) -> Figure:
    """Draw a forecast in three panels: the chance over half years, levers, unknowns.

    Parameters
    ----------
    risk, levers, unknowns : DataFrame
        As of :class:`sim.calibration.forecast.Forecast`.
    title : str
    note : str
        Caption line.

    Examples
    --------
    >>> risk = {"event": ["discontinued", "adapted"], "half_year": 1, "chance": 0.5, "lower": 0.4}
    >>> risk = pd.DataFrame(risk | {"upper": 0.6, "parameter_low": 0.2, "parameter_high": 0.8})
    >>> moves = pd.DataFrame({"lever": ["dose 0.50"], "change": -0.1, "lower": -0.2, "upper": 0.0})
    >>> unknowns = moves.rename(columns={"lever": "field"})
    >>> figure = forecast(risk, moves, unknowns, "A case", "A sample.")
    >>> len(figure.axes)
    3
    """
    levers = levers.loc[levers["change"].abs().nlargest(MOST).index].sort_values("change")
    unknowns = unknowns[:MOST]
    with styled():
        figure, (left, middle, right) = subplots(
            1, 3, figsize=(FULL_WIDTH, 2.7), gridspec_kw={"width_ratios": [1.0, 0.9, 0.9]}
        )
        for status, shift in ((DISCONTINUED, -0.09), (WAS_ADAPTED, 0.09)):
            rows = risk[risk["event"] == status.name]
            places = rows["half_year"].to_numpy() + shift
            left.vlines(places, rows["parameter_low"], rows["parameter_high"], status.colour, linewidth=1.0, alpha=0.5)
            left.vlines(places, rows["lower"], rows["upper"], status.colour, linewidth=3.5, alpha=0.6)
            left.plot(
                places, rows["chance"], color=status.colour, linestyle=status.dash, marker="o", ms=3, label=status.label
            )
        left.set_ylim(0, 1.02)
        left.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        left.set_xlabel("end of half year")
        left.set_ylabel("chance")
        left.set_title("Discontinued, or adapted")
        left.legend(loc="lower center", bbox_to_anchor=(0.5, 1.1), fontsize=6)
        _moves(middle, levers["lever"].tolist(), levers, "What could be changed")
        names = [field.replace(".", ": ").replace("_", " ") for field in unknowns["field"]]
        _moves(right, names, unknowns, "What we do not know")
        figure.suptitle(title, fontsize=9, x=0.01, ha="left")
        caption(figure, note)
    return figure


def _moves(axes: Axes, names: list[str], rows: pd.DataFrame, title: str) -> None:
    """Changes of the chance with their intervals."""
    places = np.arange(len(rows))[::-1]
    axes.axvline(0.0, color=NEUTRAL, linewidth=0.7)
    axes.hlines(places, rows["lower"], rows["upper"], DESIGN_COLOURS[0], linewidth=1.6)
    axes.plot(rows["change"], places, "o", color=DESIGN_COLOURS[0], markersize=3.5)
    axes.set_yticks(places, names, fontsize=6)
    axes.set_xlabel("change of the chance")
    axes.set_title(title)
