"""Sections about the world that the parties share: weeks, who lives in the district, who talks with
whom.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import model_validator

from sim.fields import PRIOR, SEARCHED, Assumption, Section, number, share


class Horizon(Section):
    """How long a run lasts."""

    weeks: int = number(108, "weeks", "Length of a run.", PRIOR, 0, 3600)
    weeks_per_year: int = number(36, "weeks", "Instructional weeks in a school year.", PRIOR, 1, 52)


class Population(Section):
    """The synthetic community: one family is one enrolled child.

    Achievement, SES and latent sway are jointly normal within the community with the correlations
    given. Sway is the logistic of its latent score, whose mean follows from the community's mean
    achievement and SES.
    """

    families: int = number(500, "families", "Families in the community.", PRIOR, 0, 5_000_000)
    schools: int = number(1, "schools", "Schools of the district that the families attend.", PRIOR, 1, 1000)
    grades: int = number(
        1,
        "cohorts",
        "Cohorts (grades) that the programme covers; one leaves and one enters a year.",
        Assumption("assumption"),
        1,
        13,
    )
    achievement_mean: float = number(0.0, "SD", "Mean prior achievement against the nation.", "national mean", -3, 3)
    achievement_sd: float = number(1.0, "SD", "Spread of prior achievement.", "national SD", 0, 3)
    ses_mean: float = number(0.0, "SD", "Mean socio-economic status against the nation.", "national mean", -3, 3)
    ses_sd: float = number(1.0, "SD", "Spread of socio-economic status.", "national SD", 0, 3)
    achievement_ses: float = number(
        0.35, "correlation", "Achievement with SES.", "Sirin 2005, meta-analysis: about 0.3", -1, 1
    )
    sway_ses: float = number(
        0.6, "correlation", "Latent sway with SES.", Assumption("assumption after Verba, Schlozman & Brady 1995"), -1, 1
    )
    sway_achievement: float = number(
        0.4, "correlation", "Latent sway with achievement.", Assumption("assumption after Arnett 2023"), -1, 1
    )
    aligned_minority: float = share(
        0.15,
        "Families whose expectations are near learner-centred programmes.",
        "docs/cases.csv: aligned_minority_prior, 10 to 16%",
    )
    conventional_teacher_led: float = share(0.8, "Mean expectation of teacher-led lessons, majority.", f"{PRIOR} R1")
    conventional_grade_path: float = share(0.85, "Mean expectation of a grade-level path, majority.", f"{PRIOR} R1")
    conventional_agency: float = share(0.3, "Mean expectation of choice of pace and topic, majority.", f"{PRIOR} R1")
    aligned_teacher_led: float = share(0.4, "Mean expectation of teacher-led lessons, aligned minority.", f"{PRIOR} R1")
    aligned_grade_path: float = share(0.35, "Mean expectation of a grade-level path, aligned minority.", f"{PRIOR} R1")
    aligned_agency: float = share(
        0.75, "Mean expectation of choice of pace and topic, aligned minority.", f"{PRIOR} R1"
    )
    expectation_sd: float = number(0.1, "0-1 scale", "Spread of expectations within each group.", f"{PRIOR} R1", 0, 1)
    priority_effect: float = number(2.5, "Dirichlet", "Concentration of the weight on learning.", f"{PRIOR} R1", 0, 100)
    priority_success: float = number(
        2.5, "Dirichlet", "Concentration of the weight on visible success.", f"{PRIOR} R1", 0, 100
    )
    priority_peers: float = number(
        1.0, "Dirichlet", "Concentration of the weight on classmates.", f"{PRIOR} R1", 0, 100
    )
    priority_teacher_led: float = number(
        2.0, "Dirichlet", "Concentration of the weight on teacher-led lessons.", f"{PRIOR} R1", 0, 100
    )
    priority_grade_path: float = number(
        2.0, "Dirichlet", "Concentration of the weight on the grade-level path.", f"{PRIOR} R1", 0, 100
    )
    priority_agency: float = number(1.0, "Dirichlet", "Concentration of the weight on choice.", f"{PRIOR} R1", 0, 100)
    priority_reliability: float = number(
        2.0, "Dirichlet", "Concentration of the weight on things working.", f"{PRIOR} R1", 0, 100
    )

    @property
    def priorities(self) -> tuple[float, ...]:
        """Dirichlet concentrations of the seven weights, in the order of R1."""
        return (
            self.priority_effect,
            self.priority_success,
            self.priority_peers,
            self.priority_teacher_led,
            self.priority_grade_path,
            self.priority_agency,
            self.priority_reliability,
        )

    @property
    def correlation(self) -> np.ndarray:
        """Correlation matrix, shape (3, 3), of SES, achievement and latent sway."""
        r, s, a = self.achievement_ses, self.sway_ses, self.sway_achievement
        return np.array([[1.0, r, s], [r, 1.0, a], [s, a, 1.0]])

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if sum(self.priorities) <= 0:
            raise ValueError(
                "priority_*: all seven are 0, so the weights cannot be normalised; accepted: at least one above 0"
            )
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

    mean_degree: float = number(
        6.0, "contacts", "Mean number of contacts of a family at the national mean SES.", PRIOR, 0, 50
    )
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
    degree_ses: float = number(
        1.0,
        "contacts per SD",
        "How many more contacts a family has for one SD of SES.",
        SEARCHED,
        0,
        5,
    )
