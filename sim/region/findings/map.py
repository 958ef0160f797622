"""Where does the initiative spread? The districts of the first seed on a map, in small
multiples over years.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.figures.style import FULL_WIDTH, caption, shared_legend, styled, subplots
from sim.io.errors import InputError
from sim.region.agents import STATES
from sim.region.findings import RegionFinding
from sim.region.findings.flows import COLOURS, WORDS
from sim.region.results import RegionResults

MOST_YEARS, MOST_STRATEGIES = 5, 8
MARKERS = {"never": "o", "using": "o", "adapted": "s", "dropped": "X"}


def _tables(results: RegionResults) -> dict[str, pd.DataFrame]:
    rows = []
    found = results.region.places(results.plan.seeds[0])
    first = results.years[(results.years["map"] != "") & (results.years["point"] == 0)]
    for strategy, year, digits in first[["strategy", "year", "map"]].itertuples(index=False):
        for name, x, y, digit in zip(found.names, found.x.tolist(), found.y.tolist(), digits, strict=True):
            rows.append((strategy, year, name, x, y, STATES[int(digit)]))
    return {"map": pd.DataFrame(rows, columns=["strategy", "year", "district", "x", "y", "state"])}


def _figure(results: RegionResults, tables: Mapping[str, pd.DataFrame], ax: Any) -> Figure:
    """A row per strategy, a column per year."""
    if ax is not None:
        raise InputError("ax: a map is a figure of its own; accepted: without ax")
    table, last = tables["map"], results.region.settings.years
    years = sorted({round(year) for year in np.linspace(1, last, min(MOST_YEARS, last))})
    strategies = results.strategies[:MOST_STRATEGIES]
    size = float(np.clip(900.0 / max(1, table["district"].nunique()), 1.2, 10.0))
    with styled():
        drawn, grid = subplots(
            len(strategies), len(years), figsize=(FULL_WIDTH, 0.6 + 1.3 * len(strategies)), squeeze=False, sharex=True,
            sharey=True,
        )  # fmt: skip
        for row, strategy in zip(grid, strategies, strict=True):
            for axes, year in zip(row, years, strict=True):
                own = table[(table["strategy"] == strategy) & (table["year"] == year)]
                for state in STATES:
                    there = own[own["state"] == state]
                    axes.scatter(
                        there["x"], there["y"], s=size, marker=MARKERS[state], color=COLOURS[state],
                        edgecolors="#777777" if state in ("never", "adapted") else "none", linewidths=0.25,
                        label=WORDS[state],
                    )  # fmt: skip
                axes.set_xticks([])
                axes.set_yticks([])
                axes.set_aspect("equal")
                axes.spines[["left", "bottom"]].set_visible(False)
            row[0].set_ylabel(results.words(strategy), fontsize=7, rotation=0, ha="right", va="center", wrap=True)
        for axes, year in zip(grid[0], years, strict=True):
            axes.set_title(f"year {results.region.settings.first_year + year - 1}", fontsize=7.5, loc="center")
        shared_legend(drawn, list(grid.flat))
        caption(drawn, f"One region, seed {results.plan.seeds[0]}; other seeds differ. {results.note}")
        return drawn


FINDING = RegionFinding(_tables, _figure, ("map",), order=30)
