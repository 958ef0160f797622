"""Which strategy reaches more children, at what cost, and how certain is the difference? Each
against the first, seed by seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.figures.style import finish, panel_grid, styled
from sim.region.findings import RegionFinding
from sim.region.looks import looks_of
from sim.region.results import RegionResults
from sim.region.summary import last_year
from sim.statistics.intervals import mean_interval

QUANTITIES = {
    "reached": "Children reached",
    "student_weeks": "Student-weeks delivered",
    "current": "Districts that have the initiative",
    "ever": "Districts that ever had the initiative",
    "backlash": "Share lost to protest, staff or a new board",
    "gain": "Learning gain, SD summed over children",
    "total_cost": "Cost of all years, dollars",
}
"""What strategies are compared by, in words."""
SHOWN = ("reached", "student_weeks", "current", "backlash")
"""Those that the figure shows."""


def _summary(results: RegionResults) -> pd.DataFrame:
    rows = []
    for (point, strategy), group in last_year(results.years).groupby(["point", "strategy"], sort=False):
        for quantity in QUANTITIES:
            values = group[quantity].dropna().to_numpy(float)
            if len(values):
                spread = np.quantile(values, [0.05, 0.95])
                rows.append((point, strategy, quantity, *mean_interval(values), *spread, len(values)))
    columns = ["point", "strategy", "quantity", "mean", "lower", "upper", "spread_low", "spread_high", "n"]
    return pd.DataFrame(rows, columns=columns)


def _differences(results: RegionResults) -> pd.DataFrame:
    baseline, rows = results.strategies[0], []
    for point, group in last_year(results.years).groupby("point"):
        for quantity in QUANTITIES:
            wide = group.pivot(index="seed", columns="strategy", values=quantity)
            for strategy in results.strategies[1:]:
                both = wide[[strategy, baseline]].dropna()
                if len(both):
                    interval = mean_interval((both[strategy] - both[baseline]).to_numpy(float))
                    rows.append((point, strategy, baseline, quantity, *interval, len(both)))
    columns = ["point", "strategy", "baseline", "quantity", "difference", "lower", "upper", "n"]
    return pd.DataFrame(rows, columns=columns)


def _tenth(results: RegionResults) -> pd.DataFrame:
    rows = []
    for (point, strategy), group in last_year(results.years).groupby(["point", "strategy"], sort=False):
        median = float(np.median(group["to_a_tenth"]))
        seen = float(np.isfinite(group["to_a_tenth"]).mean())
        rows.append((point, strategy, median if np.isfinite(median) else np.nan, seen, len(group)))
    return pd.DataFrame(rows, columns=["point", "strategy", "to_a_tenth", "saw_a_tenth", "n"])


def _tables(results: RegionResults) -> dict[str, pd.DataFrame]:
    return {"strategies": _summary(results), "differences": _differences(results), "tenth": _tenth(results)}


def _figure(results: RegionResults, tables: Mapping[str, pd.DataFrame], ax: Any) -> Figure:
    """A panel per quantity, a row per strategy: mean with interval, and 90% of the seeds."""
    table = tables["strategies"]
    table = table[table["point"] == 0]
    names = results.strategies
    looks = looks_of(names)
    with styled():
        drawn, panels, grid = panel_grid(len(SHOWN), 0.55 + 0.22 * len(names), most=2, ax=ax)
        for axes, quantity in zip(panels, SHOWN, strict=True):
            rows = table[table["quantity"] == quantity].set_index("strategy")
            for place, name in enumerate(names):
                if name not in rows.index:
                    continue
                row = rows.loc[name]
                axes.plot([row["spread_low"], row["spread_high"]], [place, place], color="#BBBBBB", lw=1.0, zorder=1)
                axes.errorbar(
                    row["mean"], place, xerr=[[row["mean"] - row["lower"]], [row["upper"] - row["mean"]]],
                    fmt=looks[name].marker, ms=4, color=looks[name].colour, capsize=2, lw=1.4, zorder=2,
                )  # fmt: skip
            axes.set_yticks(range(len(names)), [results.words(name) for name in names])
            axes.set_ylim(len(names) - 0.5, -0.5)
            axes.set_title(QUANTITIES[quantity])
            axes.set_xlim(left=0.0)
            axes.locator_params(axis="x", nbins=5)
        if ax is None:
            for row in grid:
                for axes in row[1:]:
                    axes.set_yticklabels([])
        return finish(
            drawn, panels, f"After {results.region.settings.years} years. Marks: means with 95% intervals (Monte Carlo "
            f"error only); grey: 90% of the seeds. {results.note}", ax,
        )  # fmt: skip


FINDING = RegionFinding(_tables, _figure, ("strategies", "differences", "tenth"), order=10)
