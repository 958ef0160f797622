"""Whose pressure: shares of the capital drained by each stakeholder, over a
run and week by week.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.analysis.pooling import pooled_mean
from sim.io.errors import Unsupported
from sim.kernel.variables import Variables
from sim.outcome import VARIABLES


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
        ``design, stakeholder, drained`` (mean capital), ``share, lower, upper, spread_low,
        spread_high, points, seeds, n``. Gains of capital count as 0; runs in which nothing was
        drained are left out.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
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


def shares_over_time(weekly: pd.DataFrame, variables: Variables = VARIABLES) -> pd.DataFrame:
    """Share of the capital drained so far, by stakeholder and week, averaged over design points.

    Parameters
    ----------
    weekly : DataFrame
        Weekly quantiles, see :func:`sim.analysis.weekly.weekly_quantiles`, with ``point``.
    variables : Variables
        Of the parties that took part.

    Returns
    -------
    DataFrame
        ``design, week, stakeholder, share, lower, upper`` (95% interval of the mean over runs;
        where there are several design points, as wide as theirs are on average, for points that
        share their seeds add little certainty), ``points, n`` (runs in which any was drained).

    Raises
    ------
    sim.io.errors.Unsupported
        Where there are no weekly quantiles.

    Examples
    --------
    >>> from sim.analysis.samples import small_weekly
    >>> shares_over_time(small_weekly())[["design", "week", "stakeholder",
    ...     "share"]].head(2).round(2)
         design  week stakeholder  share
    0  retrofit     1    families   0.34
    1  retrofit     2    families   0.35
    """
    if weekly.empty or "column" not in weekly.columns:
        raise Unsupported(
            'shares over time need weekly curves; accepted: weekly = "quantiles" under [outputs] of the sweep file'
        )
    whose = {f"share_{who}": who for who in variables.pressing}
    rows = weekly[weekly["column"].isin(whose.keys())].copy()
    rows["stakeholder"] = rows["column"].map(whose)
    rows["half"] = (rows["upper"] - rows["lower"]) / 2
    grouped = rows.groupby(["design", "week", "stakeholder"], sort=False)
    asked = {"share": ("mean", "mean"), "half": ("half", "mean"), "points": ("mean", "count"), "n": ("n", "sum")}
    table = grouped.agg(**asked).reset_index()
    half = table.pop("half")
    table.insert(4, "lower", (table["share"] - half).clip(lower=0.0))
    table.insert(5, "upper", (table["share"] + half).clip(upper=1.0))
    return table[table["points"] > 0].reset_index(drop=True)
