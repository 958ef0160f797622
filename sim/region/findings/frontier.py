"""How much backlash comes with greater reach? Children reached against districts lost to
protest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.figures.style import COLUMN_WIDTH, finish, styled, subplots
from sim.region.findings import RegionFinding
from sim.region.looks import looks_of
from sim.region.results import RegionResults
from sim.region.summary import last_year
from sim.statistics.intervals import mean_interval


def _tables(results: RegionResults) -> dict[str, pd.DataFrame]:
    rows = []
    for (point, strategy), group in last_year(results.years).groupby(["point", "strategy"], sort=False):
        for quantity in ("reached_share", "backlash"):
            values = group[quantity].dropna().to_numpy(float)
            if len(values):
                rows.append((point, strategy, quantity, *mean_interval(values), len(values)))
    return {"frontier": pd.DataFrame(rows, columns=["point", "strategy", "quantity", "mean", "lower", "upper", "n"])}


def _figure(results: RegionResults, tables: Mapping[str, pd.DataFrame], ax: Any) -> Figure:
    """A mark per strategy with both intervals, over faint dots of its seeds."""
    table, runs = tables["frontier"], last_year(results.years)
    table, runs = table[table["point"] == 0], runs[runs["point"] == 0]
    looks = looks_of(results.strategies)
    with styled():
        if ax is None:
            drawn, axes = subplots(figsize=(COLUMN_WIDTH, 3.1))
        else:
            axes = ax if not hasattr(ax, "__len__") else ax[0]
            drawn = axes.figure
        for name in results.strategies:
            own, rows = runs[runs["strategy"] == name], table[table["strategy"] == name].set_index("quantity")
            look = looks[name]
            axes.scatter(own["reached_share"], own["backlash"], s=4, color=look.colour, alpha=0.25, linewidths=0)
            if "backlash" not in rows.index:
                continue
            x, y = rows.loc["reached_share"], rows.loc["backlash"]
            axes.errorbar(
                x["mean"], y["mean"], xerr=[[x["mean"] - x["lower"]], [x["upper"] - x["mean"]]],
                yerr=[[y["mean"] - y["lower"]], [y["upper"] - y["mean"]]], fmt=look.marker, ms=4.5, color=look.colour,
                capsize=2, lw=1.2, label=results.words(name),
            )  # fmt: skip
        axes.set_xlabel("Children reached, of all in the programme's grades")
        axes.set_ylabel("Districts lost to protest,\nstaff or a new board")
        axes.set_xlim(left=0.0)
        axes.set_ylim(bottom=0.0)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        note = f"Marks: means with 95% intervals (Monte Carlo error only); dots: seeds. {results.note}"
        return finish(drawn, [axes], note, ax)


FINDING = RegionFinding(_tables, _figure, ("frontier",), order=50)
