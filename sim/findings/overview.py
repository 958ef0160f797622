"""How often, how and when is each design discontinued, and who drained the board's capital? On one
page.
"""

from __future__ import annotations

import textwrap
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FixedLocator

from sim.designs import label, looks
from sim.figures.style import COLUMN_WIDTH, PAGE, Panels, PaperFigure, caption, designs_of, shared_legend, styled
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, Tables
from sim.findings.curves import curves, fan
from sim.findings.pressure import drained, pressing, pressure_bars
from sim.findings.risk import ORDER, incidence, incidence_panel
from sim.io.errors import InputError
from sim.kernel.variables import Variables
from sim.outcome import VARIABLES

SMALL = 6.0
"""Points: the least that is read at column width."""


def _tables(e: Evidence) -> Tables:
    e.need_one_point("an overview on one page")
    return {"risk": incidence(e), "curves": curves(e), "pressure": drained(e)}


def figure(
    risk: pd.DataFrame,
    by_week: pd.DataFrame,
    pressure: pd.DataFrame,
    title: str,
    note: str,
    variables: Variables = VARIABLES,
    ax: Panels = None,
) -> Figure:
    """Draw for each design its risk over time and the families taking part; below, who drained the
    board's capital.

    Parameters
    ----------
    risk : DataFrame
        As from :func:`sim.findings.risk.pooled_incidence`.
    by_week : DataFrame
        As from :func:`sim.statistics.weekly.pooled_curves`.
    pressure : DataFrame
        As from :func:`sim.findings.pressure.shares`.
    title, note, variables, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> from sim.findings.pressure import shares
    >>> from sim.findings.risk import pooled_incidence
    >>> from sim.statistics.samples import small_sweep, small_weekly
    >>> from sim.statistics.weekly import pooled_curves
    >>> runs, curves = small_sweep(), pooled_curves(small_weekly(), 100)
    >>> len(figure(pooled_incidence(runs, 108), curves, shares(runs), "A sample",
    ...     "Made without the model.").axes)
    5
    """
    if ax is not None:
        raise InputError("ax: an overview is a figure of its own; accepted: without ax")
    designs = designs_of(risk)
    present = pressing(pressure, variables)
    bars = (0.04 + 0.05 * len(designs)) * len(present)
    row = min(0.88, (PAGE - 1.9 - bars) / len(designs))
    with styled():
        drawn = PaperFigure(
            figsize=(COLUMN_WIDTH, 1.9 + row * len(designs) + bars),
            layout=ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.02),
        )
        parts: Any = drawn.subfigures(2, 1, height_ratios=(0.3 + row * len(designs), 0.75 + bars))
        above, below = parts
        panels = above.subplots(len(designs), 2, sharex=True, sharey=True, squeeze=False)
        taking_part = by_week[by_week["column"] == "taking_part"]
        for row, design in zip(panels, designs, strict=True):
            incidence_panel(row[0], risk[risk["design"] == design], narrow=True)
            fan(row[1], taking_part[taking_part["design"] == design], looks(designs)[design].colour)
            row[0].set_ylabel(textwrap.fill(label(design), 12), fontsize=7, fontweight="bold")
        for axes in panels.flat:
            axes.tick_params(labelsize=SMALL)
            axes.yaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
            axes.set_xlabel("")
        for axes, name in zip(panels[0], ("a  Risk", "b  Families taking part"), strict=True):
            axes.set_title(name, fontsize=7.5)
        for axes in panels[-1]:
            axes.set_xlabel("Instructional week", fontsize=7)
        axes = below.subplots()
        pressure_bars(axes, pressure, variables, present)
        axes.tick_params(labelsize=SMALL)
        axes.set_xlabel("")
        axes.legend(fontsize=SMALL, loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=1.2)
        below.suptitle("c  Mean share of the board's drained capital", fontsize=7.5, x=0.02, ha="left")
        shared_legend(above, panels[:, 0], SMALL, ORDER)
        drawn.suptitle(textwrap.fill(title, 48), fontsize=8.5, x=0.01, ha="left", fontweight="bold")
        caption(drawn, note)
    return drawn


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    intervals = "Bands of risks, and whiskers: 95% intervals (Monte Carlo error only)"
    note = e.note_of_curves(f"{intervals}; lines of b: medians; their bands: 50% and 90% of runs")
    return {"overview": partial(figure, t["risk"], t["curves"], t["pressure"], e.title, note, e.variables)}


FINDING = Finding(order=20, columns=(), tables=_tables, figures=_figures)
"""Its tables are those of risk, curves and pressure, which say what their columns hold."""
