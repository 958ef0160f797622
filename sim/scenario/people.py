"""Sections about the world that the parties share: weeks, who lives in the district, who talks with
whom.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from pydantic import model_validator

from sim.kernel.fields import ASSUMED, FITTED, Assumption, Section, number, share


class Horizon(Section):
    """How long a run lasts."""

    facts: ClassVar[bool] = True
    weeks: int = number(108, "weeks", "Length of a run.", "convention: three school years", 0, 3600)
    weeks_per_year: int = number(36, "weeks", "Instructional weeks in a school year.", "convention: 180 days", 1, 52)


class Population(Section):
    """The synthetic community: one family is one enrolled child.

    ``families`` are those of the programme's grades. Beside them live those *next in line*, a grade
    younger, who enter at the next year's start, and those *outside*, who share the schools but not
    the programme. SES, achievement within groups and latent sway are jointly normal within the
    community with the correlations given. Sway is the logistic of its latent score, whose mean
    follows from the community's mean achievement and SES.
    """

    facts: ClassVar[bool] = True
    families: int = number(
        500,
        "families",
        "Families of the programme's grades; of a new school, all whom it could draw from.",
        "the case",
        0,
        5_000_000,
    )
    schools: int = number(1, "schools", "Schools of the district that the families attend.", "the case", 1, 1000)
    grades: int = number(
        1, "grades", "Grades that the programme covers; one leaves and one enters a year.", "the case", 1, 13
    )
    next_in_line: float = share(
        1.0,
        "How far families a grade younger know that they are next: 0 where their school is another one's feeder.",
        ASSUMED,
    )
    outside: int | None = number(
        None,
        "families",
        "Families outside the programme that share its schools, rooms and money; default as many as its own, "
        "as far as the board's constituency has them.",
        ASSUMED,
        0,
        50_000_000,
    )
    achievement_mean: float = number(0.0, "SD", "Mean prior achievement against the nation.", "national mean", -3, 3)
    achievement_sd: float = number(
        1.0, "SD", "Spread of prior achievement, within groups where there are two.", "national SD", 0, 3
    )
    share_poor: float = share(0.0, "Share of families that are poor, where achievement is known by group.", "the case")
    poor_gap: float = number(
        0.0, "SD", "How far poor children's mean achievement is below that of the others.", "the case", -3, 3
    )
    ses_mean: float = number(0.0, "SD", "Mean socio-economic status against the nation.", "national mean", -3, 3)
    ses_sd: float = number(1.0, "SD", "Spread of socio-economic status.", "national SD", 0, 3)
    achievement_ses: float = number(
        0.35, "correlation", "Achievement with SES.", "Sirin 2005, meta-analysis: about 0.3", -1, 1, fact=False
    )
    sway_ses: float = number(
        0.6,
        "correlation",
        "Latent sway with SES.",
        Assumption("assumption after Verba, Schlozman & Brady 1995"),
        -1,
        1,
        fact=False,
    )
    sway_achievement: float = number(
        0.4,
        "correlation",
        "Latent sway with achievement.",
        Assumption("assumption after Arnett 2023"),
        -1,
        1,
        fact=False,
    )
    aligned_minority: float = share(
        0.15,
        "Families whose expectations are near learner-centred programmes.",
        "the casebook (aligned_minority): 10 to 16%",
        fact=False,
    )
    aligned_distance: float = share(
        0.45,
        "How far that minority expects less teacher-led time, less of a grade-level path and more choice than "
        "the usual class has; the majority expects the usual class.",
        FITTED,
        fact=False,
    )
    expectation_sd: float = number(
        0.1, "0-1 scale", "Spread of expectations within each group.", FITTED, 0, 1, fact=False
    )
    priority_concentration: float = number(
        2.0,
        "Dirichlet",
        "How alike families are in what they weigh: concentration of each of the seven weights of R1, equal in "
        "the mean.",
        ASSUMED,
        0.1,
        100,
        fact=False,
    )

    @property
    def correlation(self) -> np.ndarray:
        """Correlation matrix, shape (3, 3), of SES, achievement and latent sway."""
        r, s, a = self.achievement_ses, self.sway_ses, self.sway_achievement
        return np.array([[1.0, r, s], [r, 1.0, a], [s, a, 1.0]])

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if np.linalg.eigvalsh(self.correlation)[0] < 1e-9:
            raise ValueError(
                f"achievement_ses, sway_ses, sway_achievement = {self.achievement_ses}, {self.sway_ses}, "
                f"{self.sway_achievement}: "
                "no three variables correlate like this; accepted: a positive definite correlation matrix"
            )
        return self


class Network(Section):
    """Who talks with whom: ties to families alike in achievement at the same school, and some
    random ties.
    """

    mean_degree: float = number(6.0, "contacts", "Mean number of contacts of a family.", ASSUMED, 0, 50)
    clustering: float = share(
        0.3,
        "Transitivity asked for: how often two contacts of a family are contacts too.",
        Assumption("assumption; friendship networks 0.2 to 0.4"),
    )
    assortativity: float = share(
        0.3,
        "Correlation of achievement across ties asked for, within a school.",
        Assumption("assumption after McPherson et al. 2001"),
    )
