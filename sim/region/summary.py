"""Means over seeds with intervals, and what a strategy comes to, from the table of years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.statistics.intervals import mean_interval

PROTEST = ("families", "staff", "new_board")
"""Causes of an ending that is called backlash."""
TENTH = 0.1


def over_seeds(years: pd.DataFrame, quantities: Sequence[str]) -> pd.DataFrame:
    """Means of quantities over seeds, by point, strategy and year.

    Parameters
    ----------
    years : DataFrame
        ``point, strategy, year, seed`` and the quantities.
    quantities : sequence of str

    Returns
    -------
    DataFrame
        ``point, strategy, year, quantity, mean, lower, upper, spread_low, spread_high, n``;
        intervals 95% of the mean (Monte Carlo error only), spreads 5 to 95% of the seeds.
    """
    rows = []
    for (point, strategy, year), group in years.groupby(["point", "strategy", "year"], sort=False):
        for quantity in quantities:
            values = group[quantity].dropna().to_numpy(float)
            if not len(values):
                continue
            spread = np.quantile(values, [0.05, 0.95])
            rows.append((point, strategy, year, quantity, *mean_interval(values), *spread, len(values)))
    columns = ["point", "strategy", "year", "quantity", "mean", "lower", "upper", "spread_low", "spread_high", "n"]
    return pd.DataFrame(rows, columns=columns)


def last_year(years: pd.DataFrame) -> pd.DataFrame:
    """A row per point, strategy and seed: the last year, with what all years come to.

    Returns
    -------
    DataFrame
        The columns of the years, and ``reached_share``, ``backlash`` (NaN where none ever had it),
        ``to_a_tenth`` (infinite where it was never reached) and ``total_cost``.
    """
    by = ["point", "strategy", "seed"]
    last = years[years["year"] == years["year"].max()].set_index(by)
    protest = years.assign(lost=years[[f"by_{cause}" for cause in PROTEST]].sum(axis=1)).groupby(by, sort=False)["lost"]
    tenth = years[years["current"] >= TENTH * years["districts"]].groupby(by, sort=False)["year"].min()
    found = last.assign(
        reached_share=last["reached"] / last["children"],
        backlash=(protest.sum() / last["ever"].where(last["ever"] > 0)).reindex(last.index),
        to_a_tenth=tenth.reindex(last.index).fillna(np.inf),
        total_cost=years.groupby(by, sort=False)["cost"].sum().reindex(last.index),
    )
    return found.reset_index()
