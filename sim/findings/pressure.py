"""Which stakeholder drained the board's capital?"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.figures.style import Panels, designs_of, finish, grouped_bars, panel_grid, styled
from sim.findings.base.columns import Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, PaperTable, Tables
from sim.kernel.variables import Column, Variables
from sim.outcome import VARIABLES
from sim.statistics.naming import ANY, DRAINED, named, over_lengths
from sim.statistics.pooling import pooled_mean


def shares(runs: pd.DataFrame, variables: Variables = VARIABLES) -> pd.DataFrame:
    """Share of all that was drained in a run, by stakeholder, averaged over runs and design points.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs.
    variables : Variables
        Of the parties that took part.

    Returns
    -------
    DataFrame
        As ``FINDING`` tells. Gains of capital count as 0; runs in which nothing was drained are
        left out.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = shares(small_sweep())
    >>> table.loc[table["share"] > 0, ["design", "stakeholder", "share"]].round(2)
           design stakeholder  share
    0    retrofit    families   0.50
    1    retrofit       union   0.25
    2    retrofit     results   0.25
    3  greenfield    families   0.50
    4  greenfield       union   0.25
    5  greenfield     results   0.25
    """
    rows = []
    for design, group in runs.groupby("design", sort=False):
        drained = group[list(variables.drained)].clip(lower=0.0)
        total = drained.sum(axis=1)
        points, seeds = group["point"].to_numpy(), group["seed"].to_numpy()
        for who, column in zip(variables.pressing, variables.drained, strict=True):
            part = (drained[column] / total.where(total > 0)).to_numpy(float)
            pooled = pooled_mean(part, points, seeds)
            bounds = (max(0.0, pooled.lower), min(1.0, pooled.upper)) if np.isfinite(pooled.mean) else (np.nan, np.nan)
            rows.append((design, who, float(drained.loc[total > 0, column].mean()), pooled.mean, *bounds, *pooled[3:]))
    columns = [
        "design",
        "stakeholder",
        "drained",
        "share",
        "lower",
        "upper",
        "spread_low",
        "spread_high",
        "points",
        "seeds",
        "n",
    ]
    return pd.DataFrame(rows, columns=columns)


def drained(evidence: Evidence) -> pd.DataFrame:
    """Shares of pressure over the whole run.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> drained(read(small_folder()))["week"].unique().tolist()
    [40]
    """
    table = shares(evidence.runs, evidence.variables)
    return named(table, ANY, evidence.longest, over_lengths(DRAINED, evidence.lengths))


def figure(table: pd.DataFrame, note: str, variables: Variables = VARIABLES, ax: Panels = None) -> Figure:
    """Share of all drained capital by stakeholder and design, with 95% intervals of the mean share.

    Parameters
    ----------
    table : DataFrame
        As from :func:`shares`.
    note, variables, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> len(figure(shares(small_sweep()), "A sample.").axes)
    1
    """
    with styled():
        present, designs = pressing(table, variables), designs_of(table)
        height = 0.9 + 0.09 * len(present) * max(len(designs), 2)
        drawn, (axes,), _ = panel_grid(1, height, more=0.0, ax=ax)
        pressure_bars(axes, table, variables, present)
        return finish(drawn, [axes], note, ax)


def pressing(table: pd.DataFrame, variables: Variables = VARIABLES) -> list[str]:
    """Stakeholders that drained anything under any design; all, where none did.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> pressing(shares(small_sweep()))
    ['families', 'union', 'results']
    """
    every = list(variables.pressing)
    return [who for who in every if table.loc[table["stakeholder"] == who, "share"].max() > 0] or every


def pressure_bars(axes: Axes, table: pd.DataFrame, variables: Variables, present: list[str], colour: str = "") -> None:
    """Draw the shares of stakeholders as :func:`grouped_bars`."""
    grouped_bars(axes, table, "stakeholder", "share", {who: variables.pressing[who].label for who in present}, colour)
    axes.set_xlabel("Mean share of drained capital")
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def _tables(e: Evidence) -> Tables:
    return {"pressure": drained(e)}


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    note = e.note_of_means("whiskers", what="Mean share of the capital drained in a run")
    return {"pressure": partial(figure, t["pressure"], note, e.variables)}


def _printed(e: Evidence, t: Tables) -> pd.DataFrame:
    names = {name: each.label for name, each in e.variables.stakeholders.items()}
    return t["pressure"].assign(stakeholder=t["pressure"]["stakeholder"].map(names))


FINDING = Finding(
    order=100,
    columns=(
        Table(
            "pressure",
            "design stakeholder NAMED drained share ENDS POOLED",
            {
                "drained": Column(
                    "capital", "capital that the stakeholder drained over a run, mean over the same runs"
                ),
                "share": Column("share", "share of the capital drained in a run, mean over the runs in which any was"),
                "n": Column("runs", "runs that opened and in which capital was drained"),
            },
            {"share": "Student's, with seeds as clusters"},
        ),
    ),
    tables=_tables,
    figures=_figures,
    shown=("pressure",),
    printed=(
        PaperTable(
            "pressure",
            "Share of the capital drained by stakeholder",
            "pressure",
            "design stakeholder NAMED n drained share ENDS SPREAD",
            _printed,
        ),
    ),
)
