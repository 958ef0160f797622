"""How do districts move, from year to year, between never having the initiative, using it as
designed, using it adapted, and having given it up?
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from sim.figures.style import finish, panel_grid, styled
from sim.region.agents import STATES
from sim.region.findings import RegionFinding
from sim.region.results import RegionResults

COLOURS = {"never": "#E6E6E6", "using": "#009E73", "adapted": "#F0E442", "dropped": "#D55E00"}
"""After Okabe & Ito 2008."""
HATCHES = {"never": "", "using": "", "adapted": "....", "dropped": "////"}
WORDS = {"never": "never had it", "using": "uses it as designed", "adapted": "uses it adapted", "dropped": "gave it up"}


def _tables(results: RegionResults) -> dict[str, pd.DataFrame]:
    years = results.years
    rows = []
    for (point, strategy, year), group in years.groupby(["point", "strategy", "year"], sort=False):
        for before in STATES:
            for state in STATES:
                share = float((group[f"{before}_to_{state}"] / group["districts"]).mean())
                if share > 0.0:
                    rows.append((point, strategy, year, before, state, share, len(group)))
    return {"flows": pd.DataFrame(rows, columns=["point", "strategy", "year", "before", "state", "share", "n"])}


def _figure(results: RegionResults, tables: Mapping[str, pd.DataFrame], ax: Any) -> Figure:
    """A panel per strategy: where districts stand at each year's end, and the ribbons between."""
    flows = tables["flows"]
    flows = flows[flows["point"] == 0]
    first = results.region.settings.first_year
    with styled():
        drawn, panels, grid = panel_grid(len(results.strategies), 1.75, sharey=True, ax=ax)
        for axes, strategy in zip(panels, results.strategies, strict=True):
            _ribbons(axes, flows[flows["strategy"] == strategy], first)
            axes.set_title(results.words(strategy))
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        if ax is None:
            for row in grid:
                row[0].set_ylabel("Districts")
        note = (
            f"Mean shares over seeds at each year's end, and the moves from one year's end to the next. {results.note}"
        )
        return finish(drawn, panels, note, ax)


WIDE = 0.16
"""Half the width of a year's bar."""


def _ribbons(axes: Any, flows: pd.DataFrame, first: int) -> None:
    """Bars of the states at each year's end, and between them what moved."""
    years = sorted(flows["year"].unique())
    bends = np.linspace(0.0, 1.0, 12)
    smooth = bends * bends * (3.0 - 2.0 * bends)
    stands = {0: {"never": 1.0}} | {
        year: flows[flows["year"] == year].groupby("state")["share"].sum().to_dict() for year in years
    }
    for year in years:
        own = flows[flows["year"] == year]
        left, right = _starts(stands[year - 1]), _starts(stands[year])
        for before in STATES:
            for state in STATES:
                share = float(own[(own["before"] == before) & (own["state"] == state)]["share"].sum())
                if share <= 0.0:
                    continue
                x = first + year - 2 + WIDE + bends * (1.0 - 2.0 * WIDE)
                low = left[before] + smooth * (right[state] - left[before])
                axes.fill_between(x, low, low + share, color=COLOURS[state], alpha=0.55, lw=0)
                left[before] += share
                right[state] += share
    for year, stand in stands.items():
        below = _starts(stand)
        for state in STATES:
            axes.bar(
                first + year - 1, stand.get(state, 0.0), 2 * WIDE, bottom=below[state], color=COLOURS[state],
                hatch=HATCHES[state], edgecolor="white", lw=0.2, label=WORDS[state],
            )  # fmt: skip
    axes.set_xlim(first - 1.2, first + max(years) - 0.8)
    axes.set_ylim(0.0, 1.0)
    axes.set_xlabel("Year")


def _starts(stand: Mapping[str, float]) -> dict[str, float]:
    """Where each state begins in a bar: what gave it up lowest, so that all that have it are seen
    together.
    """
    below, at = {}, 0.0
    for state in ("using", "adapted", "dropped", "never"):
        below[state] = at
        at += stand.get(state, 0.0)
    return below


FINDING = RegionFinding(_tables, _figure, ("flows",), order=40)
