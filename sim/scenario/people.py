"""Sections about who lives in the district: families, their contacts, and how they behave (rules R1 to R5)."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import model_validator

from sim.scenario.fields import Section, number, share

PRIOR = "design prior, docs/odd.md"
SEARCHED = "coarse search, docs/validation.md"


class Horizon(Section):
    """How long a run lasts."""

    weeks: int = number(108, "weeks", "Length of a run.", PRIOR, 0, 3600)
    weeks_per_year: int = number(36, "weeks", "Instructional weeks in a school year.", PRIOR, 1, 52)


class Population(Section):
    """The synthetic community: one family is one enrolled child.

    Achievement, SES and latent sway are jointly normal within the community with the correlations given. Sway is
    the logistic of its latent score, whose mean follows from the community's mean achievement and SES.
    """

    families: int = number(500, "families", "Families in the community.", PRIOR, 0, 5_000_000)
    schools: int = number(1, "schools", "Schools of the district that the families attend.", PRIOR, 1, 1000)
    grades: int = number(1, "cohorts", "Cohorts (grades) that the programme covers; one leaves and one enters a year.", "assumption", 1, 13)
    achievement_mean: float = number(0.0, "SD", "Mean prior achievement against the nation.", "national mean", -3, 3)
    achievement_sd: float = number(1.0, "SD", "Spread of prior achievement.", "national SD", 0, 3)
    ses_mean: float = number(0.0, "SD", "Mean socio-economic status against the nation.", "national mean", -3, 3)
    ses_sd: float = number(1.0, "SD", "Spread of socio-economic status.", "national SD", 0, 3)
    achievement_ses: float = number(0.35, "correlation", "Achievement with SES.", "Sirin 2005, meta-analysis: about 0.3", -1, 1)
    sway_ses: float = number(0.6, "correlation", "Latent sway with SES.", "assumption after Verba, Schlozman & Brady 1995", -1, 1)
    sway_achievement: float = number(0.4, "correlation", "Latent sway with achievement.", "assumption after Arnett 2023", -1, 1)
    aligned_minority: float = share(
        0.15, "Families whose expectations are near learner-centred programmes.", "docs/cases.csv: aligned_minority_prior, 10 to 16%"
    )
    conventional_teacher_led: float = share(0.8, "Mean expectation of teacher-led lessons, majority.", f"{PRIOR} R1")
    conventional_grade_path: float = share(0.85, "Mean expectation of a grade-level path, majority.", f"{PRIOR} R1")
    conventional_agency: float = share(0.3, "Mean expectation of choice of pace and topic, majority.", f"{PRIOR} R1")
    aligned_teacher_led: float = share(0.4, "Mean expectation of teacher-led lessons, aligned minority.", f"{PRIOR} R1")
    aligned_grade_path: float = share(0.35, "Mean expectation of a grade-level path, aligned minority.", f"{PRIOR} R1")
    aligned_agency: float = share(0.75, "Mean expectation of choice of pace and topic, aligned minority.", f"{PRIOR} R1")
    expectation_sd: float = number(0.1, "0-1 scale", "Spread of expectations within each group.", f"{PRIOR} R1", 0, 1)
    priority_effect: float = number(2.5, "Dirichlet", "Concentration of the weight on learning.", f"{PRIOR} R1", 0, 100)
    priority_success: float = number(2.5, "Dirichlet", "Concentration of the weight on visible success.", f"{PRIOR} R1", 0, 100)
    priority_peers: float = number(1.0, "Dirichlet", "Concentration of the weight on classmates.", f"{PRIOR} R1", 0, 100)
    priority_teacher_led: float = number(2.0, "Dirichlet", "Concentration of the weight on teacher-led lessons.", f"{PRIOR} R1", 0, 100)
    priority_grade_path: float = number(2.0, "Dirichlet", "Concentration of the weight on the grade-level path.", f"{PRIOR} R1", 0, 100)
    priority_agency: float = number(1.0, "Dirichlet", "Concentration of the weight on choice.", f"{PRIOR} R1", 0, 100)
    priority_reliability: float = number(2.0, "Dirichlet", "Concentration of the weight on things working.", f"{PRIOR} R1", 0, 100)

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
            raise ValueError("priority_*: all seven are 0, so the weights cannot be normalised; accepted: at least one above 0")
        if np.linalg.eigvalsh(self.correlation)[0] < 1e-9:
            raise ValueError(
                f"achievement_ses, sway_ses, sway_achievement = {self.achievement_ses}, {self.sway_ses}, {self.sway_achievement}: "
                "no three variables correlate like this; accepted: a positive definite correlation matrix"
            )
        return self


class Network(Section):
    """Who talks with whom: ties to families alike in achievement at the same school, and some random ties."""

    mean_degree: float = number(6.0, "contacts", "Mean number of contacts of a family at the national mean SES.", PRIOR, 0, 50)
    clustering: float = share(
        0.3, "Transitivity asked for: how often two contacts of a family are contacts too.", "assumption; friendship networks 0.2 to 0.4"
    )
    assortativity: float = share(
        0.3, "Correlation of achievement across ties asked for, within a school.", "assumption after McPherson et al. 2001"
    )
    degree_ses: float = number(
        1.0,
        "contacts per SD",
        "How many more contacts a family has for one SD of SES.",
        SEARCHED,
        0,
        5,
    )


class Family(Section):
    """How families judge, feel, speak and leave (R1 to R5)."""

    loss_aversion: float = number(2.25, "ratio", "Weight of a loss against a like gain (lambda).", "Tversky & Kahneman 1992", 1, 5)
    success_slope: float = number(
        1.3, "logit per SD", "How visible success follows achievement in a conventional class.", f"{PRIOR} R1", 0, 5
    )
    peer_gap: float = number(
        0.3, "SD per SD", "How far classmates follow a child's own achievement where classes are not mixed.", f"{PRIOR} R1", 0, 1
    )
    communication_relief: float = number(
        0.3, "share", "Largest share of expectation losses that communication removes.", f"{PRIOR} R1", 0, 0.3
    )
    sensitivity: float = number(2.5, "per unit of experience", "Steepness from experience to attitude (beta).", SEARCHED, 0, 20)
    attitude_rate: float = number(0.15, "per week", "Rate at which attitude follows experience (alpha).", f"{PRIOR} R2", 0, 1)
    influence_rate: float = number(0.1, "per week", "Rate at which attitude follows the contacts' mean (mu).", f"{PRIOR} R2", 0, 1)
    quality_weight: float = number(0.15, "experience", "Loss of experience where delivery falls to nothing.", f"{PRIOR} R2", 0, 2)
    experience_noise: float = number(0.15, "experience", "SD of a family's week-to-week noise.", "assumption", 0, 2)
    voice_rate: float = number(0.06, "per week", "Chance of speaking up per unit of feeling beyond the threshold (v0).", SEARCHED, 0, 1)
    voice_threshold: float = number(0.1, "attitude", "Feeling below which nobody speaks (theta_v).", f"{PRIOR} R3", 0, 1)
    persistence: float = number(2.0, "ratio", "How much more a family speaks that has just spoken.", SEARCHED, 0, 20)
    contagion: float = number(4.0, "ratio", "How much more a family speaks when all its contacts just did (kappa).", f"{PRIOR} R3", 0, 20)
    organising: float = share(
        0.5,
        "How far contagion rises with a family's own sway: 0 alike for all, 1 in proportion.",
        SEARCHED,
    )
    attention_amplifies: float = number(3.0, "ratio", "How much more families speak at full public attention.", SEARCHED, 0, 20)
    voice_for: float = share(0.25, "Voice for against voice against, at like feeling.", f"{PRIOR} R3: negativity asymmetry")
    heat_decay: float = share(0.8, "Heat kept from one week to the next.", f"{PRIOR} R3")
    exit_threshold: float = number(0.5, "attitude", "Dislike below which a family stays (theta_x).", "assumption", 0, 1)
    leave_school_rate: float = number(
        0.004, "per week", "Chance of leaving the school per unit of dislike beyond the threshold.", "assumption", 0, 1
    )
    return_rate: float = number(
        0.1,
        "per week",
        "Chance of going back to the usual class per unit of dislike beyond the threshold.",
        "assumption after Hirschman 1970",
        0,
        1,
    )
    year_end_exit: float = number(8.0, "ratio", "How much likelier leaving is at the year's end than in a week.", "assumption", 1, 36)
    guess_error: float = number(0.15, "fit", "SD of a family's error about the programme's fit before it has seen it.", "assumption", 0, 2)
    guess_learning: float = share(0.5, "Share of that error that full communication removes.", "assumption")
    inertia: float = number(0.05, "fit", "Fit that a guess must beat before a family applies (delta).", SEARCHED, 0, 2)
    inertia_communication: float = share(
        0.3, "Share of inertia that full communication removes (families hear of the offer).", "assumption"
    )
    inertia_contacts: float = share(0.5, "Share of inertia that satisfied contacts inside remove.", "assumption")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.attitude_rate + self.influence_rate > 1:
            raise ValueError(
                f"attitude_rate = {self.attitude_rate}, influence_rate = {self.influence_rate}: accepted: rates that sum to at most 1"
            )
        return self
