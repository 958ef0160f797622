"""Why, and when, do districts give the initiative up? By cause, of those that ever had it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.figures.style import finish, panel_grid, styled
from sim.parties.board.endings import CAUSES, IN_SHORT
from sim.region.findings import RegionFinding
from sim.region.findings.adoption import lines
from sim.region.results import RegionResults
from sim.region.summary import last_year, over_seeds


def _tables(results: RegionResults) -> dict[str, pd.DataFrame]:
    years, rows = results.years, []
    totals = years.groupby(["point", "strategy"], sort=False)[[f"by_{cause}" for cause in CAUSES]].sum()
    ever = last_year(years).groupby(["point", "strategy"], sort=False)["ever"].sum()
    seeds = years.groupby(["point", "strategy"], sort=False)["seed"].nunique()
    for key, row in totals.iterrows():
        for cause in CAUSES:
            per = 100.0 * float(row[f"by_{cause}"]) / max(1.0, float(ever[key]))
            rows.append((*key, cause, per, int(seeds[key])))
    given_up = over_seeds(years, ["dropped_in_year"])
    columns = ["point", "strategy", "cause", "per_100", "n"]
    return {"causes": pd.DataFrame(rows, columns=columns), "given_up": given_up}


def _figure(results: RegionResults, tables: Mapping[str, pd.DataFrame], ax: Any) -> Figure:
    """On the left causes, a stack per strategy; on the right how many give it up in each year."""
    causes, given_up = (tables[name][tables[name]["point"] == 0] for name in ("causes", "given_up"))
    shown = [cause for cause in CAUSES if (causes[causes["cause"] == cause]["per_100"] >= 0.5).any()]
    palette = (
        "#0072B2",
        "#D55E00",
        "#009E73",
        "#CC79A7",
        "#B07D00",
        "#56B4E9",
        "#000000",
        "#999999",
        "#F0E442",
        "#DDDDDD",
    )
    colours = dict(zip(CAUSES, palette, strict=True))
    with styled():
        drawn, panels, _ = panel_grid(2, 1.1 + 0.28 * len(results.strategies), most=2, ax=ax)
        left, right = panels
        for place, strategy in enumerate(results.strategies):
            at, own = 0.0, causes[causes["strategy"] == strategy].set_index("cause")["per_100"]
            for cause in shown:
                value = float(own.get(cause, 0.0))
                left.barh(place, value, 0.7, left=at, color=colours[cause], edgecolor="white", lw=0.3,
                          label=IN_SHORT[cause])  # fmt: skip
                at += value
        left.set_yticks(range(len(results.strategies)), [results.words(name) for name in results.strategies])
        left.set_ylim(len(results.strategies) - 0.5, -0.5)
        left.set_xlabel("Given up, of every 100 districts that ever had it")
        lines(right, results, given_up)
        right.set_ylabel("Districts that give it up")
        right.yaxis.set_major_locator(MaxNLocator(nbins=5))
        handles, names = left.get_legend_handles_labels()
        kept = dict(zip(names, handles, strict=True))
        if ax is None:
            drawn.legend(list(kept.values()), list(kept), loc="outside upper left", ncols=4, fontsize=6.5)
            right.legend(fontsize=6)
            return finish(drawn, [], f"Means over seeds. {results.note}", None)
        return finish(drawn, panels, "", ax)


FINDING = RegionFinding(_tables, _figure, ("causes", "given_up"), order=60)
