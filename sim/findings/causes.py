"""Who ended it, and why?"""

from __future__ import annotations

from functools import partial

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.figures.style import Panels, designs_of, finish, grouped_bars, panel_grid, styled
from sim.findings.base.columns import RISKS, Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, PaperTable, Tables
from sim.io.errors import Unsupported
from sim.kernel.variables import Column
from sim.parties.board.endings import CAUSES, IN_SHORT
from sim.statistics.naming import OPENED, named
from sim.statistics.pooling import Pooled, pooled_mean
from sim.statistics.quantities import HEADLINE, event_week


def causes(runs: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Share of runs that were discontinued for each cause by the horizon, over design points.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs, with ``cause``.
    horizon : int
        Weeks that all runs lived through.

    Returns
    -------
    DataFrame
        As ``FINDING`` tells. A run has one cause, so those of a design add up to its risk of being
        discontinued.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = causes(small_sweep(), 108)
    >>> table.loc[table["risk"] > 0, ["design", "cause", "risk"]].round(2)
            design     cause  risk
    0     retrofit  families  0.62
    10  greenfield  families  0.32
    """
    rows = []
    for design, group in runs.groupby("design", sort=False):
        points, seeds = group["point"].to_numpy(), group["seed"].to_numpy()
        over = event_week(group, HEADLINE) <= horizon
        for cause in CAUSES:
            befell = over & (group["cause"] == cause).to_numpy()
            rows.append((design, cause, *pooled_mean(befell, points, seeds, "proportion")))
    fields = ["risk" if name == "mean" else name for name in Pooled._fields]
    return pd.DataFrame(rows, columns=["design", "cause", *fields])


def happened(table: pd.DataFrame) -> list[str]:
    """Causes for which anything was ended under any design, in the casebook's order; all, where
    nothing was.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> happened(causes(small_sweep(), 108))
    ['families']
    """
    found = set(table.loc[table["risk"] > 0, "cause"])
    return [cause for cause in CAUSES if cause in found] or list(CAUSES)


def figure(table: pd.DataFrame, note: str, ax: Panels = None) -> Figure:
    """Risk of being discontinued by cause and design, with 95% intervals.

    Parameters
    ----------
    table : DataFrame
        As from :func:`causes`.
    note, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> len(figure(causes(small_sweep(), 108), "A sample.").axes)
    1
    """
    with styled():
        present, designs = happened(table), designs_of(table)
        height = 0.9 + 0.09 * len(present) * max(len(designs), 2)
        drawn, (axes,), _ = panel_grid(1, height, more=0.0, ax=ax)
        grouped_bars(axes, table, "cause", "risk", {cause: IN_SHORT[cause] for cause in present})
        axes.set_xlabel("Share of runs discontinued for the cause")
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        return finish(drawn, [axes], note, ax)


def _tables(e: Evidence) -> Tables:
    if "cause" not in e.runs:
        raise Unsupported("the runs do not say why they ended: they were made before causes were recorded")
    return {"causes": named(causes(e.runs, e.horizon), HEADLINE, e.horizon, OPENED)}


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    return {"causes": partial(figure, t["causes"], e.note_of_means("whiskers"))}


def _printed(e: Evidence, t: Tables) -> pd.DataFrame:
    table = t["causes"]
    rows = table[table["cause"].isin(happened(table))]
    return rows.assign(cause=rows["cause"].map(IN_SHORT))


FINDING = Finding(
    order=35,
    columns=(
        Table(
            "causes",
            "design cause NAMED risk ENDS POOLED",
            {
                "cause": Column("-", "why the programme was discontinued, one of the casebook's causes"),
                "risk": Column("probability", "share of runs discontinued for that cause by the week"),
            },
            {"risk": RISKS},
        ),
    ),
    tables=_tables,
    figures=_figures,
    shown=("causes",),
    printed=(
        PaperTable(
            "causes",
            "Risk of being discontinued, by cause",
            "causes",
            "design cause NAMED n risk ENDS SPREAD",
            _printed,
        ),
    ),
)
