"""The empirical patterns P1 to P5 of docs/validation.md, measured on the model.

Each pattern is a quantity of the model, a band that the record supports, and the source of the
band. Nothing in the model reads this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis.intervals import mean_interval, wilson
from sim.outcome import COLUMN, OVER, Run
from sim.scenario import Scenario, load_scenario
from sim.scenario.programme import Leadership
from sim.sweep import replicate

MIXED_POPULATION = 120
"""Schools drawn for the base rate of mandatory digital programmes (P2)."""


def measure(folder: Path, changes: dict[str, float], replicates: int, mixed: int = MIXED_POPULATION) -> pd.DataFrame:
    """Measure all patterns under changed parameters.

    Parameters
    ----------
    folder : Path
        The folder of scenarios.
    changes : dict
        Values by dotted field name, laid over every scenario.
    replicates : int
        Seeds per case, from 0.
    mixed : int
        Schools in each mixed population (programmes, new schools), each run once.

    Returns
    -------
    pandas.DataFrame
        A row per quantity: ``pattern``, ``quantity``, ``low`` and ``high`` (the band that the
        record supports), ``value``, ``lower`` and ``upper`` (95% interval, Monte Carlo error only),
        ``n``, ``fits``.
    """
    cases = {
        name: load_scenario(folder / f"{name}.toml").revise({**changes, "horizon.weeks": weeks})
        for name, weeks in (
            ("mountain_view", 36),
            ("cheshire", 36),
            ("elizabeth", 108),
            ("school_of_one", 72),
            ("village_high", 180),
        )
    }
    runs = {name: list(replicate([case], range(replicates))) for name, case in cases.items()}
    schools = [school.revise(changes) for school in mixed_population(folder, mixed)]
    runs["mixed"] = list(replicate(schools, [1]))
    runs["new_schools"] = list(replicate([school.revise(changes) for school in new_schools(folder, mixed)], [1]))
    over = {name: np.array([run.outcome.week_over for run in sample]) for name, sample in runs.items()}
    grown = [
        run.outcome.ending == "survived" and run.weeks[-1, COLUMN["taking_part"]] > run.weeks[0, COLUMN["taking_part"]]
        for run in runs["village_high"]
    ]
    seats = [run.outcome.peak_applicants > 160 for run in runs["village_high"]]
    rows = [
        _proportion(
            "P1",
            "Mountain View: ended in weeks 12 to 24",
            0.5,
            1.0,
            (over["mountain_view"] >= 12) & (over["mountain_view"] <= 24),
        ),
        _mean(
            "P1",
            "Mountain View: share on record by week 16",
            0.25,
            0.42,
            [_on_record(run, 16) for run in runs["mountain_view"]],
        ),
        _proportion(
            "P1",
            "Mountain View: complaints within 5 weeks",
            0.9,
            1.0,
            [_on_record(run, 5) > 0 for run in runs["mountain_view"]],
        ),
        _proportion(
            "P1", "Cheshire: ended in weeks 12 to 24", 0.5, 1.0, (over["cheshire"] >= 12) & (over["cheshire"] <= 24)
        ),
        _proportion("P1b", "Elizabeth: goes on for all for three years", 0.5, 1.0, ~_dropped(runs["elizabeth"])),
        _proportion("P2", "Mixed population: ended within a year", 0.1, 0.3, ~np.isnan(over["mixed"])),
        _proportion("P2", "Mixed population: ended or made optional within a year", 0.1, 0.3, _dropped(runs["mixed"])),
        _proportion("P3", "School of One: dropped within two years", 0.4, 0.9, ~np.isnan(over["school_of_one"])),
        _proportion(
            "P4", "New schools of choice: closed within three years", 0.1, 0.26, ~np.isnan(over["new_schools"])
        ),
        _proportion("P5", "Village High: survives five years and grows", 0.5, 1.0, grown),
        _proportion("P5", "Village High: more demand than seats", 0.5, 1.0, seats),
    ]
    table = pd.DataFrame(rows)
    table["fits"] = (table["value"] >= table["low"]) & (table["value"] <= table["high"])
    return table


def misfit(table: pd.DataFrame) -> float:
    """How far the values lie outside their bands, summed over quantities (0 where all fit)."""
    below = (table["low"] - table["value"]).clip(lower=0.0)
    above = (table["value"] - table["high"]).clip(lower=0.0)
    return float((below + above).sum())


def mixed_population(folder: Path, schools: int, seed: int = 2018) -> list[Scenario]:
    """Draw schools that took up a mandatory digital programme, as they may differ across the
    country.

    Parameters
    ----------
    folder : Path
        The folder of scenarios; the programme is ``initiatives/summit.toml``.
    schools : int
    seed : int
        Of the draw of schools, not of their runs.

    Returns
    -------
    list of Scenario
        One year each. Achievement and SES of the community, leadership, dose, teachers' openness
        and the size of the district vary (all ranges are assumptions).
    """
    programme = load_scenario(folder / "initiatives" / "summit.toml")
    draw = np.random.default_rng(seed)
    drawn: list[Scenario] = []
    for _ in range(schools):
        ses = float(np.clip(0.6 * draw.standard_normal(), -1.5, 1.5))
        families = int(draw.integers(150, 500))
        drawn.append(
            programme.revise(
                {
                    "name": "mixed",
                    "horizon.weeks": 36,
                    "population.families": families,
                    "population.ses_mean": ses,
                    "population.ses_sd": 0.8,
                    "population.achievement_mean": float(np.clip(0.6 * ses + 0.4 * draw.standard_normal(), -1.5, 1.5)),
                    "population.achievement_sd": 0.9,
                    **_some_leadership(draw),
                    "design.dose": float(draw.uniform(0.3, 1.0)),
                    "teachers.disposition_mean": float(np.clip(0.1 + 0.2 * draw.standard_normal(), -1, 1)),
                    "teachers.count": 12,
                    "board.constituency": int(families * np.exp(draw.uniform(0.0, np.log(20.0)))),
                }
            )
        )
    return drawn


def new_schools(folder: Path, schools: int, seed: int = 1999) -> list[Scenario]:
    """Draw newly opened schools of choice, between a conventional school and Village High's model.

    Parameters
    ----------
    folder : Path
        The folder of scenarios; the model is ``village_high.toml``.
    schools : int
    seed : int
        Of the draw of schools, not of their runs.

    Returns
    -------
    list of Scenario
        Three years each, as charter schools. How far the school departs from the usual class, its
        market, how many it needs, the aligned minority, the community and leadership vary (all
        ranges are assumptions).
    """
    model = load_scenario(folder / "village_high.toml")
    usual = model.status_quo.model_dump()
    draw = np.random.default_rng(seed)
    drawn: list[Scenario] = []
    for _ in range(schools):
        departure = draw.uniform(0.4, 1.0)
        profile = {
            f"initiative.{name}": float(value + departure * (getattr(model.initiative, name) - value))
            for name, value in usual.items()
        }
        drawn.append(
            model.revise(
                {
                    **profile,
                    "name": "new_school",
                    "horizon.weeks": 109,
                    "design.regulatory_status": "charter",
                    "design.phasing": "all_at_once",
                    "design.start_weeks": (0,),
                    "design.viable_enrolment": int(draw.integers(40, 100)),
                    "initiative.effect": float(0.05 * draw.standard_normal()),
                    "population.families": int(np.exp(draw.uniform(np.log(200.0), np.log(3000.0)))),
                    "population.aligned_minority": float(draw.uniform(0.08, 0.2)),
                    "population.achievement_mean": float(np.clip(0.5 * draw.standard_normal(), -1.5, 1.5)),
                    **_some_leadership(draw),
                }
            )
        )
    return drawn


def _some_leadership(draw: np.random.Generator) -> dict[str, float]:
    """Four levers, drawn apart."""
    return {f"leadership.{lever}": float(draw.uniform(0.2, 0.9)) for lever in Leadership.model_fields}


def _dropped(runs: Sequence[Run]) -> np.ndarray:
    """Booleans: whether the programme is no longer there for all, be it ended or made optional."""
    return np.array([run.outcome.ending in (*OVER, "made_optional") for run in runs])


def _on_record(run: Run, week: int) -> float:
    """Share of families on record against by a week, or by the end where that came before."""
    rows = run.weeks[:week, COLUMN["on_record"]]
    return float(np.nanmax(rows)) / run.outcome.families if len(rows) else 0.0


def _proportion(
    pattern: str, quantity: str, low: float, high: float, flags: Sequence[bool] | np.ndarray
) -> dict[str, object]:
    count, n = int(np.sum(flags)), len(flags)
    lower, upper = wilson(count, n)
    return {
        "pattern": pattern,
        "quantity": quantity,
        "low": low,
        "high": high,
        "value": count / n,
        "lower": lower,
        "upper": upper,
        "n": n,
    }


def _mean(pattern: str, quantity: str, low: float, high: float, values: Sequence[float]) -> dict[str, object]:
    mean, lower, upper = mean_interval(np.array(values))
    return {
        "pattern": pattern,
        "quantity": quantity,
        "low": low,
        "high": high,
        "value": mean,
        "lower": lower,
        "upper": upper,
        "n": len(values),
    }
