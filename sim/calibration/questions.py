"""The four claims asked of conditions: contexts drawn from stated distributions, sets of values
from the ensemble.

A condition is a community, a programme and its leadership; it is run as a retrofit, best and worst
led, and under the four other designs, on seeds of its own. What makes the answers fair: nothing is
conditioned on but what the claim names, and conditions are chosen on other seeds than those that
answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.ensemble import member
from sim.calibration.populations import community, district, leadership
from sim.engine import simulate
from sim.scenario import Scenario, load_scenario

DESIGNS = ("retrofit", "opt_out", "opt_in_inside", "school_within_school", "greenfield")
BEST, WORST = 0.9, 0.1
LEVERS = ("vetting", "training", "communication", "responsiveness")
THREADS = 2


class Condition(NamedTuple):
    """One condition.

    Attributes
    ----------
    number : int
    departure : float
        How far the programme is from the usual class, 0 to 1, on the way to a programme like Teach
        to One.
    scenarios : dict
        By design, led as it is, and ``best`` and ``worst``: the retrofit with all levers at .9
        and at .1.
    """

    number: int
    departure: float
    scenarios: dict[str, Scenario]


def conditions(folder: Path, count: int, first: int = 0, changes: Mapping[str, Any] | None = None) -> list[Condition]:
    """Draw conditions.

    Parameters
    ----------
    folder : Path
        The folder of scenarios; the programme lies between a conventional class and
        ``misaligned.toml``.
    count : int
    first : int
        Number of the first condition, which names its context and its seeds.
    changes : mapping, optional
        Laid over each scenario and its set of values.
    """
    base = {design: load_scenario(folder / "misaligned.toml", design) for design in DESIGNS}
    return [_condition(base, number, dict(changes or {})) for number in range(first, first + count)]


def _condition(base: Mapping[str, Scenario], number: int, changes: dict[str, Any]) -> Condition:
    draw = np.random.default_rng([2023, number])
    departure = float(draw.uniform(0.0, 1.0))
    families = int(draw.integers(200, 600))
    usual, made = base["retrofit"].status_quo.model_dump(), base["retrofit"].initiative
    profile = {
        f"initiative.{name}": float(value + departure * (getattr(made, name) - value)) for name, value in usual.items()
    }
    profile |= {
        "initiative.role_change": departure * made.role_change,
        "initiative.workload": float(draw.uniform(0.1, 0.5)),
        "initiative.effect": float(0.1 * draw.standard_normal()),
    }
    context = {
        **community(draw),
        **district(draw, families, 1.0, 20.0),
        **leadership(draw),
        **profile,
        "horizon.weeks": 108,
        "population.families": families,
        "population.grades": 3,
        "teachers.count": 12,
        "teachers.disposition_mean": float(np.clip(0.1 + 0.2 * draw.standard_normal(), -1.0, 1.0)),
        "funder.cost": float(draw.uniform(20.0, 400.0)),
        "leaders.decides": "principal" if draw.random() < 0.5 else "superintendent",
        **member(number),
        **changes,
    }
    scenarios = {design: each.revise(context) for design, each in base.items()}
    for name, level in (("best", BEST), ("worst", WORST)):
        scenarios[name] = scenarios["retrofit"].revise({f"leadership.{lever}": level for lever in LEVERS})
    return Condition(number, departure, scenarios)


def ask(found: list[Condition], seeds: int = 20) -> pd.DataFrame:
    """Run conditions.

    Parameters
    ----------
    found : list of Condition
    seeds : int
        Seeds that answer, of each condition and design; as many others choose the conditions of
        H3.

    Returns
    -------
    pandas.DataFrame
        A row per condition: ``condition``, ``departure``, ``chosen`` (risk of the retrofit on the
        seeds that choose), a column for each design, ``best`` and ``worst`` with the risk of being
        discontinued, of runs that opened; ``gain`` (mean gain per child), ``sway`` (mean sway of
        the families), ``sway_on_record`` (of those on record) under the retrofit.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        return pd.DataFrame(list(pool.map(lambda each: _answer(each, seeds), found)))


def _answer(condition: Condition, seeds: int) -> dict[str, Any]:
    start = 1000 * condition.number
    row: dict[str, Any] = {"condition": condition.number, "departure": condition.departure}
    for name, scenario in condition.scenarios.items():
        outcomes = [simulate(scenario, start + seed).outcome for seed in range(seeds)]
        opened = [outcome for outcome in outcomes if outcome.opened]
        row[name] = np.mean([outcome.fate == "discontinued" for outcome in opened]) if opened else np.nan
        if name == "retrofit":
            voiced = [each for each in outcomes if not np.isnan(each.sway_on_record)]
            row["gain"] = np.mean([each.gain for each in outcomes])
            row["sway"] = np.mean([each.sway for each in voiced]) if voiced else np.nan
            row["sway_on_record"] = np.mean([each.sway_on_record for each in voiced]) if voiced else np.nan
            others = [simulate(scenario, start + 500 + seed).outcome for seed in range(seeds)]
            row["chosen"] = np.mean([each.fate == "discontinued" for each in others])
    return row


MISALIGNED, ALIGNED = 0.5, 0.25
"""Departure from which a programme is called misaligned, and up to which aligned (assumption)."""


def answers(table: pd.DataFrame) -> pd.DataFrame:
    """What the claims come to, as means over conditions.

    Parameters
    ----------
    table : pandas.DataFrame
        As from :func:`ask`.

    Returns
    -------
    pandas.DataFrame
        ``claim, quantity, value, lower, upper, n``, the interval 95% over conditions.
    """
    misaligned, aligned = table[table["departure"] >= MISALIGNED], table[table["departure"] <= ALIGNED]
    ended = table[table["chosen"] > 0.5]
    gained = table[(table["gain"] > 0.0) & table["sway_on_record"].notna()]
    rows = [
        _mean("H1", "misaligned, best led: risk of the retrofit", misaligned["best"]),
        _mean("H1", "misaligned: risk of the retrofit, worst less best led", misaligned["worst"] - misaligned["best"]),
        _mean("H2", "aligned: risk of the retrofit, worst less best led", aligned["worst"] - aligned["best"]),
        *(
            _mean(
                "H3", f"where the retrofit ends in most runs: its risk less that of {design}",
                ended["retrofit"] - ended[design],
            )
            for design in DESIGNS[1:]
        ),
        _mean(
            "H4", "where children gain: sway of those on record less all families'",
            gained["sway_on_record"] - gained["sway"],
        ),
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _mean(claim: str, quantity: str, values: pd.Series) -> dict[str, Any]:
    values = values.dropna()
    error = 1.96 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    value = values.mean()
    return {
        "claim": claim, "quantity": quantity, "value": value, "lower": value - error, "upper": value + error,
        "n": len(values),
    }  # fmt: skip
