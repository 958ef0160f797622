"""How families judge, feel, speak and leave, and what their voices weigh (R1 to R5)."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from sim.fields import PRIOR, SEARCHED, Assumption, Section, number, share


class Settings(Section, title="Family"):
    """How families judge, feel, speak and leave (R1 to R5)."""

    loss_aversion: float = number(
        2.25, "ratio", "Weight of a loss against a like gain (lambda).", "Tversky & Kahneman 1992", 1, 5
    )
    success_slope: float = number(
        1.3, "logit per SD", "How visible success follows achievement in a conventional class.", f"{PRIOR} R1", 0, 5
    )
    peer_gap: float = number(
        0.3,
        "SD per SD",
        "How far classmates follow a child's own achievement where classes are not mixed.",
        f"{PRIOR} R1",
        0,
        1,
    )
    communication_relief: float = number(
        0.3, "share", "Largest share of expectation losses that communication removes.", f"{PRIOR} R1", 0, 0.3
    )
    sensitivity: float = number(
        2.5, "per unit of experience", "Steepness from experience to attitude (beta).", SEARCHED, 0, 20
    )
    attitude_rate: float = number(
        0.15, "per week", "Rate at which attitude follows experience (alpha).", f"{PRIOR} R2", 0, 1
    )
    influence_rate: float = number(
        0.1, "per week", "Rate at which attitude follows the contacts' mean (mu).", f"{PRIOR} R2", 0, 1
    )
    quality_weight: float = number(
        0.15, "experience", "Loss of experience where delivery falls to nothing.", f"{PRIOR} R2", 0, 2
    )
    experience_noise: float = number(
        0.15, "experience", "SD of a family's week-to-week noise.", Assumption("assumption"), 0, 2
    )
    voice_rate: float = number(
        0.06, "per week", "Chance of speaking up per unit of feeling beyond the threshold (v0).", SEARCHED, 0, 1
    )
    voice_threshold: float = number(
        0.1, "attitude", "Feeling below which nobody speaks (theta_v).", f"{PRIOR} R3", 0, 1
    )
    persistence: float = number(2.0, "ratio", "How much more a family speaks that has just spoken.", SEARCHED, 0, 20)
    contagion: float = number(
        4.0, "ratio", "How much more a family speaks when all its contacts just did (kappa).", f"{PRIOR} R3", 0, 20
    )
    organising: float = share(
        0.5,
        "How far contagion rises with a family's own sway: 0 alike for all, 1 in proportion.",
        SEARCHED,
    )
    attention_amplifies: float = number(
        3.0, "ratio", "How much more families speak at full public attention.", SEARCHED, 0, 20
    )
    voice_for: float = share(
        0.25, "Voice for against voice against, at like feeling.", f"{PRIOR} R3: negativity asymmetry"
    )
    heat_kept: float = share(0.8, "Heat kept from one week to the next.", f"{PRIOR} R3")
    exit_threshold: float = number(
        0.5, "attitude", "Dislike below which a family stays (theta_x).", Assumption("assumption"), 0, 1
    )
    leave_school_rate: float = number(
        0.004,
        "per week",
        "Chance of leaving the school per unit of dislike beyond the threshold.",
        Assumption("assumption"),
        0,
        1,
    )
    return_rate: float = number(
        0.1,
        "per week",
        "Chance of going back to the usual class per unit of dislike beyond the threshold.",
        Assumption("assumption after Hirschman 1970"),
        0,
        1,
    )
    year_end_exit: float = number(
        8.0, "ratio", "How much likelier leaving is at the year's end than in a week.", Assumption("assumption"), 1, 36
    )
    guess_error: float = number(
        0.15,
        "fit",
        "SD of a family's error about the programme's fit before it has seen it.",
        Assumption("assumption"),
        0,
        2,
    )
    guess_learning: float = share(0.5, "Share of that error that full communication removes.", Assumption("assumption"))
    inertia: float = number(0.05, "fit", "Fit that a guess must beat before a family applies (delta).", SEARCHED, 0, 2)
    inertia_communication: float = share(
        0.3, "Share of inertia that full communication removes (families hear of the offer).", Assumption("assumption")
    )
    inertia_contacts: float = share(
        0.5, "Share of inertia that satisfied contacts inside remove.", Assumption("assumption")
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.attitude_rate + self.influence_rate > 1:
            raise ValueError(
                f"attitude_rate = {self.attitude_rate}, influence_rate = {self.influence_rate}: accepted: "
                "rates that sum to at most 1"
            )
        return self


class Power(Section, title="FamiliesPower"):
    """Families."""

    resources: float = number(0.5, "weight", "Weight of lost enrolment.", Assumption("assumption"), 0, 10)
    governance: float = number(1.0, "weight", "Weight of voices.", f"{PRIOR} R10", 0, 10)
