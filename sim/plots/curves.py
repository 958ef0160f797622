"""Figures of weekly curves: adoption and support, a row of panels per quantity and a column per
design.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from itertools import product
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from sim.analysis.weekly import GOING_ON, QUANTILES
from sim.plots.axes import designs_of, panel_grid, week_axis
from sim.plots.style import NEUTRAL, caption, label, look, styled

ADOPTION = {"taking_part": "Taking part,\nof all families", "in_favour": "In favour of it,\nof all families"}
"""Column of the weekly table -> words for its axis."""

SUPPORT = {
    "attitude": ("families:\nmean attitude,\n−1 to 1", (-1.0, 1.0)),
    "teacher_attitude": ("teachers:\nmean attitude,\n−1 to 1", (-1.0, 1.0)),
    "unhappy_share": ("union:\nshare of teachers\nunhappy", (-0.03, 1.03)),
    "notices": ("regulator:\nnotices served", (-0.1, 3.1)),
    "attention": ("community:\nattention,\n0 to 1", (-0.03, 1.03)),
    "capital": ("board:\npolitical capital,\nat most 1", (-0.2, 1.03)),
}
"""Column of the weekly table -> words for its axis, and the axis's limits."""

FEWEST = 0.1
"""Share of a design's runs that must still go on for a curve of attitudes to be drawn."""

BANDS = {"90%": ("q05", "q95", 0.2), "50%": ("q25", "q75", 0.35)}
"""What a band holds -> the columns of its ends, and how dark it is."""

MEDIAN: dict[str, Any] = {"linestyle": "-", "lw": 1.4}
MEAN: dict[str, Any] = {"linestyle": (0, (4, 1.5)), "lw": 0.9, "color": "black"}
ALIVE: dict[str, Any] = {"linestyle": ":", "lw": 1.1, "color": "black"}


def adoption(curves: pd.DataFrame, note: str) -> Figure:
    """Draw by week the families taking part, those of them in favour, and the share of runs in
    which the programme goes on.

    Parameters
    ----------
    curves : DataFrame
        As from :func:`sim.analysis.weekly.pooled_curves`.
    note : str
        Caption line.

    Returns
    -------
    Figure
        Median, mean, and bands of 50% and 90% of the shares of all families; the dotted line is a
        share of runs, the same in both rows.

    Examples
    --------
    >>> from sim.analysis.samples import small_weekly
    >>> from sim.analysis.weekly import pooled_curves
    >>> figure = adoption(pooled_curves(small_weekly(), 100), "A sample.")
    >>> len(figure.axes)
    4
    """
    with styled():
        figure, panels = _fans(curves, ADOPTION, height=1.5)
        for axes, column, design in panels:
            own = curves[curves["design"] == design]
            for name, drawn in ((column, MEAN), (GOING_ON, ALIVE)):
                rows = own[own["column"] == name]
                axes.plot(rows["week"], rows["mean"], **drawn)
            axes.set_ylim(0, 1.03)
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        _legend(figure, {"mean": MEAN, "share of runs in which it goes on": ALIVE})
        caption(figure, note)
    return figure


def support(curves: pd.DataFrame, note: str) -> Figure:
    """Draw where each stakeholder stands by week, in the runs in which the programme goes on.

    Curves stop where fewer than a tenth of the runs go on.

    Parameters
    ----------
    curves : DataFrame
        As from :func:`sim.analysis.weekly.pooled_curves`.
    note : str
        Caption line.

    Examples
    --------
    >>> from sim.analysis.samples import small_weekly
    >>> from sim.analysis.weekly import pooled_curves
    >>> figure = support(pooled_curves(small_weekly(), 100), "A sample.")
    >>> len(figure.axes)
    12
    """
    enough = curves["n"] >= FEWEST * curves.groupby("design")["n"].transform("max")
    going_on = curves.assign(**{name: curves[name].where(enough) for name in QUANTILES})
    with styled():
        figure, panels = _fans(going_on, {column: words for column, (words, _) in SUPPORT.items()}, height=0.95)
        for axes, column, _ in panels:
            axes.set_ylim(*SUPPORT[column][1])
        _legend(figure)
        caption(figure, note)
    return figure


def fan(axes: Axes, rows: pd.DataFrame, colour: str) -> None:
    """Draw the weekly median of one column under one design, and bands that hold 50% and 90%."""
    for low, high, alpha in BANDS.values():
        axes.fill_between(rows["week"], rows[low], rows[high], color=colour, alpha=alpha, lw=0)
    axes.plot(rows["week"], rows["median"], color=colour, **MEDIAN)
    week_axis(axes, int(rows["week"].max()) if len(rows) else 0, narrow=True)


def _fans(curves: pd.DataFrame, words: Mapping[str, str], height: float) -> tuple[Figure, list[tuple[Axes, str, str]]]:
    """A fan in each panel; panels come with their column of the table and their design."""
    designs = designs_of(curves)
    whose = list(product(words, enumerate(designs)))
    figure, panels, _ = panel_grid(len(whose), height, most=len(designs), more=0.8, sharex=True, sharey="row")
    for axes, (column, (index, design)) in zip(panels, whose, strict=True):
        fan(axes, curves[(curves["design"] == design) & (curves["column"] == column)], look(index)[0])
        axes.label_outer()
    for axes, design in zip(panels, designs, strict=False):
        axes.set_title(textwrap.fill(label(design), 16))
    for axes, text in zip(panels[:: len(designs)], words.values(), strict=True):
        axes.set_ylabel(text, fontsize=7)
    return figure, [(axes, column, design) for axes, (column, (_, design)) in zip(panels, whose, strict=True)]


def _legend(figure: Figure, lines: Mapping[str, dict[str, Any]] | None = None) -> None:
    """Name bands and lines, in no design's colour."""
    bands = [Patch(color=NEUTRAL, alpha=alpha, lw=0, label=f"{share} band") for share, (*_, alpha) in BANDS.items()]
    named = {"median": {**MEDIAN, "color": NEUTRAL}, **(lines or {})}
    handles = [Line2D([], [], label=name, **drawn) for name, drawn in named.items()]
    figure.legend(handles=[*handles, *bands], loc="outside upper center", ncols=len(handles) + len(bands))
