"""Figures of weekly curves: adoption and support, as medians with quantile bands."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.plots.axes import designs_of, shared_legend, week_axis
from sim.plots.style import FULL_WIDTH, caption, label, look, styled, subplots

SUPPORT = {
    "attitude": ("families: mean attitude, −1 to 1", (-1.0, 1.0)),
    "teacher_attitude": ("teachers: mean attitude, −1 to 1", (-1.0, 1.0)),
    "unhappy_share": ("union: share of teachers unhappy", (-0.03, 1.03)),
    "notices": ("regulator: notices served", (-0.1, 3.1)),
    "attention": ("community: attention, 0 to 1", (-0.03, 1.03)),
    "capital": ("board: political capital, at most 1", (-0.2, 1.03)),
}
"""Column of the weekly table -> title of its panel, and the limits of its axis."""

FEW = 2
"""Designs up to which bands of 90% can be told apart in one panel."""

FEWEST = 0.1
"""Share of runs that must still go on for a curve of attitudes to be drawn."""


def adoption(curves: pd.DataFrame, note: str) -> Figure:
    """Share of the community's families taking part, and in favour, by week, with a 50% band, and
    a 90% one where there are few designs.

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
    >>> figure = adoption(pooled_curves(small_weekly(), 100), "A sample.")
    >>> len(figure.axes)
    2
    """
    with styled():
        figure, panels = subplots(1, 2, figsize=(FULL_WIDTH, 2.6), sharey=True)
        for axes, column, title in zip(
            panels, ("taking_part", "in_favour"), ("Taking part", "Taking part and in favour"), strict=True
        ):
            band_panel(axes, curves, column, wide=curves["design"].nunique() <= FEW)
            axes.set_title(title)
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            axes.set_ylim(0, 1.02)
        panels[0].set_ylabel("Families of the community")
        shared_legend(figure, panels)
        caption(figure, note)
    return figure


def support(curves: pd.DataFrame, note: str) -> Figure:
    """Where each stakeholder stands by week: median and 50% band where the programme goes on.

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
    6
    """
    with styled():
        figure, panels = subplots(2, 3, figsize=(FULL_WIDTH, 4.0))
        for axes, (column, (title, limits)) in zip(panels.flat, SUPPORT.items(), strict=True):
            band_panel(axes, curves[curves["n"] >= FEWEST * curves["n"].max()], column, wide=False)
            week_axis(axes, int(curves["week"].max()))
            axes.set_title(title, fontsize=7)
            axes.set_ylim(*limits)
        shared_legend(figure, panels.flat)
        caption(figure, note)
    return figure


def band_panel(
    axes: Axes, curves: pd.DataFrame, column: str, wide: bool = True, colour: str = "", narrow: bool = False
) -> None:
    """Draw the median of a column by design, with a 50% band, and a 90% one where ``wide``.

    ``colour`` takes the place of the designs' own, where each has a panel; ``narrow`` says that
    there is little room.
    """
    for index, design in enumerate(designs_of(curves)):
        rows = curves[(curves["design"] == design) & (curves["column"] == column)]
        own, dashes, *_ = (colour, "-") if colour else look(index)
        axes.plot(rows["week"], rows["median"], color=own, linestyle=dashes, label=label(design))
        if wide:
            axes.fill_between(rows["week"], rows["q05"], rows["q95"], color=own, alpha=0.12, lw=0)
        axes.fill_between(rows["week"], rows["q25"], rows["q75"], color=own, alpha=0.25, lw=0)
    week_axis(axes, int(curves["week"].max()) if len(curves) else 0, narrow)
