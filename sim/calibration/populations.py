"""Populations of schools for base rates: contexts drawn from stated distributions, each school with
a seed of its own.

Who lives there is drawn from the joint distribution of districts in docs/communities.csv (Stanford
Education Data Archive). What no record tells (leadership, dose, the size of a district) is drawn
from ranges that are assumptions.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.scenario import Scenario, load_scenario
from sim.scenario.programme import Leadership
from sim.scenario.rubric import (
    ACHIEVEMENT_SES,
    DISTRICT_SD,
    GRADE_LEVEL,
    SES_WITHIN,
    STUDENTS_PER_TEACHER,
    WITHIN,
)

WIDER = 1.25
"""Spread between schools over that between districts (assumption: somewhat wider)."""


class School(NamedTuple):
    """A school of a population: its scenario, and the seed that names its community and chance."""

    scenario: Scenario
    seed: int


def summit_schools(folder: Path, schools: int, first: int = 0) -> list[School]:
    """Schools that took up Summit's platform, over three years.

    Parameters
    ----------
    folder : Path
        The folder of scenarios.
    schools : int
    first : int
        Number of the first school; a school's number is its seed, of its context and of its run.

    Returns
    -------
    list of School
    """
    programme = load_scenario(folder / "initiatives" / "summit.toml")

    def context(draw: np.random.Generator, _: int) -> dict[str, Any]:
        families = int(draw.integers(150, 450))
        by_school = draw.random() < 0.5
        return {
            **community(draw),
            **district(draw, families, 1.0, 20.0),
            **leadership(draw),
            "horizon.weeks": 108,
            "population.families": families,
            "population.grades": 3,
            "design.dose": float(draw.uniform(0.3, 1.0)),
            "teachers.count": 12,
            "teachers.disposition_mean": float(np.clip(0.1 + 0.2 * draw.standard_normal(), -1.0, 1.0)),
            "funder.cost": float(draw.uniform(40.0, 160.0)),
            "leaders.decides": "principal" if by_school else "superintendent",
        }

    return _drawn(programme, context, 2018, schools, first)


def teach_to_one_schools(folder: Path, schools: int, first: int = 0) -> list[School]:
    """Schools that started Teach to One between 2012 and 2016, each followed to 2017: one to five
    years. Parameters as for :func:`summit_schools`.
    """
    programme = load_scenario(folder / "initiatives" / "teach_to_one.toml")

    def context(draw: np.random.Generator, number: int) -> dict[str, Any]:
        families = int(draw.integers(200, 500))
        return {
            **community(draw, ses_mean=-0.7),
            **district(draw, families, 3.0, 60.0),
            **leadership(draw),
            "horizon.weeks": 36 * (1 + number % 5),
            "population.families": families,
            "population.grades": 3,
            "teachers.count": 10,
            "teachers.disposition_mean": float(np.clip(0.1 + 0.2 * draw.standard_normal(), -1.0, 1.0)),
            "funder.cost": float(draw.uniform(150.0, 500.0)),
            "funder.borne": float(draw.random() < 0.5),
            "funder.end_week": 36 * int(draw.integers(2, 6)) + 1,
            "leaders.decides": "principal" if draw.random() < 0.5 else "superintendent",
        }

    return _drawn(programme, context, 2012, schools, first)


def new_schools(folder: Path, schools: int, first: int = 0) -> list[School]:
    """New schools of choice, between a conventional school and Village High's model, over three
    years as charter schools. Parameters as for :func:`summit_schools`.
    """
    model = load_scenario(folder / "village_high.toml")
    usual = model.status_quo.model_dump()

    def context(draw: np.random.Generator, _: int) -> dict[str, Any]:
        departure = draw.uniform(0.4, 1.0)
        made = {
            f"initiative.{name}": float(value + departure * (getattr(model.initiative, name) - value))
            for name, value in usual.items()
        }
        capacity = int(draw.integers(100, 260))
        families = int(np.exp(draw.uniform(np.log(300.0), np.log(1500.0))))
        return {
            **made,
            **community(draw),
            **leadership(draw),
            "horizon.weeks": 108,
            "population.families": families,
            "population.aligned_minority": float(draw.uniform(0.08, 0.2)),
            "initiative.effect": float(0.05 * draw.standard_normal()),
            "design.regulatory_status": "charter",
            "design.capacity": capacity,
            "design.viable_enrolment": int(capacity * draw.uniform(0.2, 0.6)),
            "board.constituency": 2 * families,
            "union.bargaining_unit": None,
            "leaders.decides": "principal",
        }

    return _drawn(model, context, 1999, schools, first)


def _drawn(
    base: Scenario, context: Callable[[np.random.Generator, int], dict[str, Any]], name: int, schools: int, first: int
) -> list[School]:
    numbers = range(first, first + schools)
    return [School(base.revise(context(np.random.default_rng([name, number]), number)), number) for number in numbers]


def community(draw: np.random.Generator, ses_mean: float = 0.14) -> dict[str, Any]:
    """Achievement and SES of a school's families.

    From docs/communities.csv: districts' mean SES .14 (SD .97), achievement .14 grade levels (SD
    .99), correlation .77; gap of not poor to poor 1.48 grade levels (SD .48, from its quantiles);
    share of poor by a logistic line in SES through the five districts given.
    """
    z = draw.standard_normal(3)
    ses = ses_mean + WIDER * 0.97 * z[0]
    expected = 0.14 + 0.99 * ACHIEVEMENT_SES * (ses - 0.14) / 0.97
    achievement = expected + WIDER * 0.99 * np.sqrt(1.0 - ACHIEVEMENT_SES**2) * z[1]
    gap = max(0.0, 1.48 + 0.48 * z[2])
    return {
        "population.ses_mean": float(np.clip(DISTRICT_SD * ses, -2.0, 2.0)),
        "population.ses_sd": SES_WITHIN,
        "population.achievement_mean": float(np.clip(GRADE_LEVEL * achievement, -2.0, 2.0)),
        "population.achievement_sd": WITHIN,
        "population.share_poor": float(1.0 / (1.0 + np.exp(1.55 * ses - 0.6))),
        "population.poor_gap": float(GRADE_LEVEL * gap),
    }


def district(draw: np.random.Generator, families: int, least: float, most: float) -> dict[str, Any]:
    """A district some times the size of the programme, with elections in the first or second
    autumn.
    """
    constituency = int(families * np.exp(draw.uniform(np.log(least), np.log(most))))
    return {
        "board.constituency": constituency,
        "union.bargaining_unit": max(12, constituency // STUDENTS_PER_TEACHER),
        "community.election_weeks": tuple(11 + 36 * (int(draw.integers(0, 2)) + 2 * cycle) for cycle in range(3)),
    }


def leadership(draw: np.random.Generator) -> dict[str, float]:
    """Four levers, drawn apart."""
    return {f"leadership.{lever}": float(draw.uniform(0.2, 0.9)) for lever in Leadership.model_fields}
