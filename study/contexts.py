"""Contexts in which the claims are asked: communities, districts and leadership drawn from stated
distributions.

Who lives there is drawn from the joint distribution of districts in docs/communities.csv (Stanford
Education Data Archive). What no record tells (leadership, the size of a district) is drawn from
ranges that are assumptions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

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
