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
        "Families with children in the programme's grades; for a new school, all families whom it could draw from.",
        "the case",
        0,
        5_000_000,
    )
    schools: int = number(1, "schools", "Schools of the district that the families attend.", "the case", 1, 1000)
    grades: int = number(
        1, "grades", "Grades that the programme covers; each year one leaves and one enters.", "the case", 1, 13
    )
    next_in_line: float = share(
        1.0,
        "How far families one grade below know that they are next; 0 if their children are still at a feeder school.",
        ASSUMED,
    )
    outside: int | None = number(
        None,
        "families",
        "Families outside the programme that share its schools, rooms and money; default: as many as inside, "
        "within the board's constituency.",
        ASSUMED,
        0,
        50_000_000,
    )
    achievement_mean: float = number(
        0.0, "SD", "Mean prior achievement relative to the nation.", "national mean", -3, 3
    )
    achievement_sd: float = number(
        1.0, "SD", "Spread of prior achievement; within groups if there are two.", "national SD", 0, 3
    )
    share_poor: float = share(0.0, "Share of families that are poor, if achievement is known by group.", "the case")
    poor_gap: float = number(
        0.0, "SD", "How far poor children's mean achievement lies below that of the others.", "the case", -3, 3
    )
    ses_mean: float = number(0.0, "SD", "Mean socio-economic status relative to the nation.", "national mean", -3, 3)
    ses_sd: float = number(1.0, "SD", "Spread of socio-economic status.", "national SD", 0, 3)
    achievement_ses: float = number(
        0.35,
        "correlation",
        "Correlation of achievement with SES.",
        "Sirin 2005, meta-analysis: about 0.3",
        -1,
        1,
        fact=False,
    )
    sway_ses: float = number(
        0.6,
        "correlation",
        "Correlation of latent sway with SES.",
        Assumption("assumption after Verba, Schlozman & Brady 1995"),
        -1,
        1,
        fact=False,
    )
    sway_achievement: float = number(
        0.4,
        "correlation",
        "Correlation of latent sway with achievement.",
        Assumption("assumption after Arnett 2023"),
        -1,
        1,
        fact=False,
    )
    aligned_minority: float = share(
        0.15,
        "Share of families whose expectations are close to learner-centred programmes.",
        "the casebook (aligned_minority): 10 to 16%",
        fact=False,
    )
    aligned_distance: float = share(
        0.45,
        "How much less teacher-led time, less of a grade-level path and more choice that minority expects than "
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
        "How similar families are in their priorities: concentration of the seven weights of R1, which are "
        "equal on average.",
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

    mean_degree: float = number(6.0, "contacts", "Mean number of contacts per family.", ASSUMED, 0, 50)
    clustering: float = share(
        0.3,
        "Target transitivity: how often two contacts of a family are contacts of each other.",
        Assumption("assumption; friendship networks 0.2 to 0.4"),
    )
    assortativity: float = share(
        0.3,
        "Target correlation of achievement between contacts within a school.",
        Assumption("assumption after McPherson et al. 2001"),
    )
