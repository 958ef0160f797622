"""How many districts have ever had the initiative, have it now, and have given it up, year by
year?
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.figures.style import finish, panel_grid, styled
from sim.region.findings import RegionFinding
from sim.region.looks import looks_of
from sim.region.results import RegionResults
from sim.region.summary import over_seeds

CURVES = {"ever": "Ever had it", "current": "Have it", "dropped": "Gave it up"}


def _tables(results: RegionResults) -> dict[str, pd.DataFrame]:
    designs = [f"current_{design}" for design in results.region.scenarios]
    return {"adoption": over_seeds(results.years, [*CURVES, "as_designed", "adapted", "clustering", *designs])}


def _figure(results: RegionResults, tables: Mapping[str, pd.DataFrame], ax: Any) -> Figure:
    """A panel each for ever, now and given up; a line per strategy with its interval."""
    table = tables["adoption"]
    table = table[table["point"] == 0]
    with styled():
        drawn, panels, grid = panel_grid(len(CURVES), 2.1, sharey=True, ax=ax)
        for axes, (quantity, words) in zip(panels, CURVES.items(), strict=True):
            lines(axes, results, table[table["quantity"] == quantity])
            axes.set_title(words)
        if ax is None:
            grid[0][0].set_ylabel("Districts")
        return finish(
            drawn, panels, f"Means over seeds; bands: 95% intervals (Monte Carlo error only). {results.note}", ax
        )


def lines(axes: Axes, results: RegionResults, rows: pd.DataFrame) -> None:
    """A line per strategy over years, with its interval."""
    first, looks = results.region.settings.first_year, looks_of(results.strategies)
    for name in results.strategies:
        own = rows[rows["strategy"] == name]
        look, when = looks[name], own["year"] + first - 1
        axes.plot(when, own["mean"], color=look.colour, linestyle=look.dash, label=results.words(name))
        axes.fill_between(when, own["lower"], own["upper"], color=look.colour, alpha=0.18, lw=0)
    axes.set_xlabel("Year")
    axes.set_ylim(bottom=0.0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))


FINDING = RegionFinding(_tables, _figure, ("adoption",), order=20)
