"""Small tables with a known answer, made without the model: for examples and tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from sim.outcome import COLUMN, OUTCOME, PRESSING, TERTILES, WEEKLY
from sim.statistics.quantities import prepared
from sim.statistics.weekly import weekly_quantiles

HORIZON = 108


def grid(**levels: list[Any]) -> pd.DataFrame:
    """A full factorial, a column per factor.

    Examples
    --------
    >>> grid(training=[0.1, 0.9], choice=["district", "families"])
       training    choice
    0       0.1  district
    1       0.1  families
    2       0.9  district
    3       0.9  families
    """
    index = pd.MultiIndex.from_product(levels.values(), names=list(levels))
    return index.to_frame(index=False)


def runs(
    points: pd.DataFrame,
    risks: dict[str, Callable[[pd.Series], float]],
    seeds: int = 100,
    chance: str = "shared",
    first: int = 0,
) -> pd.DataFrame:
    """Prepared runs that are suspended in week 20 with the chance given.

    Parameters
    ----------
    points : DataFrame
        Design points, a column per factor.
    risks : dict
        Design -> its risk at a design point.
    seeds, first : int
        Seeds that each point and design meets, and the first of them.
    chance : str
        ``"shared"``: all points and designs share a seed's chance; otherwise none do.

    Examples
    --------
    >>> table = runs(grid(training=[0.1, 0.9]),
    ...     {"retrofit": lambda point: 1.0 - point["training"]}, seeds=50)
    >>> table.groupby("training")["discontinued"].mean()
    training
    0.1    0.94
    0.9    0.12
    Name: discontinued, dtype: float64
    """
    generator = np.random.default_rng(7)
    shared = generator.random(seeds)
    rows = []
    for point, values in points.iterrows():
        for design, risk in risks.items():
            own = shared if chance == "shared" else generator.random(seeds)
            for seed in range(seeds):
                outcome = _outcome(bool(own[seed] < risk(values)))
                keys = {"design": design, "seed": first + seed, "error": None}
                rows.append({"point": point, **values.to_dict(), **outcome, **keys})
    return prepared(pd.DataFrame(rows), HORIZON, HORIZON)


def small_sweep(seeds: int = 40) -> pd.DataFrame:
    """Prepared runs of two designs at four design points: training by who chooses.

    Training lowers the risk of the retrofit from 0.8 to 0.4; choice lowers that of the greenfield
    from 0.5 to 0.1. Families drain half of the capital, teachers and the community a quarter each.

    Examples
    --------
    >>> small_sweep().groupby("design")["discontinued"].mean().round(2)
    design
    greenfield    0.32
    retrofit      0.62
    Name: discontinued, dtype: float64
    """
    levels: dict[str, list[Any]] = {"leadership.training": [0.1, 0.9], "who chooses": ["district", "families"]}
    points = grid(**levels)
    table = runs(
        points,
        {
            "retrofit": lambda point: 0.85 - 0.5 * point["leadership.training"],
            "greenfield": lambda point: 0.1 if point["who chooses"] == "families" else 0.5,
        },
        seeds,
    )
    return table.assign(drained_families=0.2, drained_union=0.1, drained_results=0.1)


def small_weekly(designs: tuple[str, ...] = ("retrofit", "greenfield"), weeks: int = 36) -> pd.DataFrame:
    """Weekly quantiles at one design point: 100 families of which fewer take part from week to
    week.

    Examples
    --------
    >>> small_weekly()[["design", "week", "column", "n", "mean"]].head(2)
         design  week       column   n   mean
    0  retrofit     1  taking_part  20  99.05
    1  retrofit     2  taking_part  20  97.75
    """
    generator = np.random.default_rng(7)
    tables = []
    for place, design in enumerate(designs):
        stack = np.zeros((20, weeks, len(WEEKLY)))
        left = generator.poisson(1.0 + place, (20, weeks)).cumsum(axis=1)
        stack[:, :, COLUMN["taking_part"]] = np.maximum(100 - left, 0)
        stack[:, :, COLUMN["capital"]] = 1.0 - 0.005 * left
        for who in PRESSING:
            stack[:, :, COLUMN[f"drained_{who}"]] = generator.uniform(0.0, 0.01, (20, weeks))
        tables.append(weekly_quantiles(design, stack))
    return pd.concat(tables, ignore_index=True).assign(point=0)


def _outcome(over: bool) -> dict[str, Any]:
    """The fields of an outcome: those that nothing was said about are 0."""
    week = 20.0 if over else np.nan
    return {
        **dict.fromkeys(OUTCOME, 0.0),
        "outcome": "discontinued" if over else "sustained",
        "ending": "suspended" if over else "sustained",
        "cause": "families" if over else "",
        "week": week,
        "week_diluted": np.nan,
        "week_made_optional": np.nan,
        "week_over": week,
        "opened": 1,
        "families": 300,
        "reached": 300,
        "student_weeks": 1000.0 if over else 5000.0,
        "weeks_per_100": 333.0 if over else 1667.0,
        "delivered": 0.2 if over else 1.0,
        **{f"gain{tertile}": 0.01 if over else 0.05 for tertile in ("", *(f"_{name}" for name in TERTILES))},
    }
