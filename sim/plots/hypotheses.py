"""The figure of a claim judged condition by condition."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.analysis.hypotheses import NEUTRAL
from sim.plots.axes import panel_grid, shared_legend
from sim.plots.style import caption, label, styled

LOOKS = {"holds": ("#0072B2", "o"), "fails": ("#D55E00", "X"), "not resolved": ("#999999", "s")}
AXES = {"risk": "Risk", "risk difference": "Difference in risk"}
"""What a quantity measures -> words for its axis; the titles of the others say it all."""


def verdicts(table: pd.DataFrame, note: str) -> Figure:
    """Estimates at every condition with 95% intervals, in order of size, a panel per quantity,
    coloured by verdict.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.analysis.hypotheses.judge`.
    note : str
        Caption line.

    Examples
    --------
    >>> from sim.analysis.hypotheses import judge
    >>> from sim.analysis.samples import small_sweep
    >>> figure = verdicts(judge(small_sweep(), "H3"), "A sample.")
    >>> len(figure.axes)
    3
    """
    several = table["design"].nunique() > 1
    # The design that others are compared with stands in the rows of each of them.
    judged = table[(table["quantity"] == table["design"]) | (table["measure"] != "risk")] if several else table
    quantities = list(dict.fromkeys(judged["quantity"]))
    with styled():
        figure, panels, _ = panel_grid(len(quantities), 2.2, most=3 if len(quantities) == 3 else 2)
        for axes, quantity in zip(panels, quantities, strict=True):
            rows = judged[judged["quantity"] == quantity].sort_values("estimate", kind="stable").reset_index(drop=True)
            place = np.arange(1, len(rows) + 1)
            for verdict, (colour, marker) in LOOKS.items():
                own = (rows["verdict"] == verdict).to_numpy()
                if own.any():
                    part = rows[own]
                    axes.vlines(place[own], part["lower"], part["upper"], color=colour, lw=0.6, alpha=0.5)
                    name = verdict if several else f"{verdict} ({own.sum()})"
                    axes.plot(place[own], part["estimate"], marker, ms=2.4, color=colour, label=name)
            measure = str(rows["measure"].iloc[0])
            axes.axhline(NEUTRAL[measure], color="black", lw=0.6)
            counts = ", ".join(f"{verdict} {(rows['verdict'] == verdict).sum()}" for verdict in LOOKS)
            axes.set_title(label(str(quantity)) + (f" ({counts})" if several else ""), fontsize=7)
            axes.set_xlabel("Condition, in order of the estimate")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.set_ylabel(AXES.get(measure, ""))
        shared_legend(figure, panels)
        caption(figure, note)
    return figure
