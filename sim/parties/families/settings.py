"""How families judge, feel, speak and leave, and what their voices weigh (R1 to R5)."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from sim.kernel.fields import ASSUMED, FITTED, Assumption, Section, number, share


class Settings(Section, title="Family"):
    """How families judge, feel, speak and leave (R1 to R5)."""

    loss_aversion: float = number(
        2.25, "ratio", "Weight of a loss against a like gain (lambda).", "Tversky & Kahneman 1992", 1, 5
    )
    success_slope: float = number(
        1.3, "logit per SD", "How visible success follows achievement in a conventional class.", ASSUMED, 0, 5
    )
    peer_gap: float = number(
        0.3,
        "SD per SD",
        "How far classmates follow a child's own achievement where classes are not mixed.",
        ASSUMED,
        0,
        1,
    )
    communication_relief: float = number(
        0.3, "share", "Largest share of expectation losses that communication removes.", ASSUMED, 0, 0.3
    )
    sensitivity: float = number(
        2.2, "per unit of experience", "Steepness from experience to attitude (beta).", FITTED, 0, 20
    )
    attitude_rate: float = number(
        0.15, "per week", "Rate at which attitude follows experience, at full stake (alpha).", ASSUMED, 0, 1
    )
    influence_rate: float = number(
        0.1, "per week", "Rate at which attitude follows the contacts' mean (mu).", ASSUMED, 0, 1
    )
    quality_weight: float = number(
        0.15, "experience", "Loss of experience where delivery falls to nothing.", ASSUMED, 0, 2
    )
    experience_noise: float = number(0.15, "experience", "SD of a family's week-to-week noise.", ASSUMED, 0, 2)
    stake_next: float = share(0.48, "Stake of a family next in line that cannot say no; 1 inside.", FITTED)
    stake_outside: float = share(
        0.1, "Stake of a family outside that shares all of its school with the programme; 1 inside.", ASSUMED
    )
    voice_rate: float = number(
        0.044,
        "per week",
        "Chance of speaking up per unit of feeling beyond the threshold, at full stake (v0).",
        FITTED,
        0,
        1,
    )
    voice_spread: float = number(
        0.36, "log of a ratio", "How much places differ in how readily families speak up (SD of its log).", FITTED, 0, 3
    )
    threshold: float = number(
        0.11, "attitude", "Dislike below which a family neither speaks nor goes back (theta).", FITTED, 0, 1
    )
    sway_slope: float = number(
        1.4,
        "per unit of sway",
        "How the chance to speak rises with sway, around the middle.",
        Assumption("assumption after Verba, Schlozman & Brady 1995"),
        0,
        2,
    )
    persistence: float = number(
        2.0,
        "ratio",
        "How much more a family speaks that has just spoken.",
        Assumption("assumption after McAdam 1986"),
        0,
        20,
    )
    contagion: float = number(
        6.9, "ratio", "How much more a family speaks when all its contacts just did (kappa).", FITTED, 0, 20
    )
    attention_amplifies: float = number(
        2.4, "ratio", "How much more families speak at full public attention (xi; Koopmans 2004).", FITTED, 0, 20
    )
    mobilisation_kept: float = share(0.81, "Mobilisation kept from one week to the next.", FITTED)
    return_rate: float = number(
        0.12,
        "per week",
        "Chance of going back to the usual class, where that is open, per unit of dislike beyond the threshold.",
        FITTED,
        0,
        1,
    )
    guess_error: float = number(
        0.2,
        "fit",
        "SD of a person's error about the fit of a programme in which all is new, before it has seen it.",
        ASSUMED,
        0,
        2,
    )
    appeal_weight: float = number(
        0.064,
        "fit per aspect",
        "Weight of what a programme gives or takes beside the class.",
        FITTED,
        0,
        2,
    )
    leaning_mean: float = number(
        0.12, "fit", "What families would give for a change of all that is usual, in the mean (m).", FITTED, -2, 2
    )
    leaning_sd: float = number(0.16, "fit", "How much families differ in that (s).", FITTED, 0, 2)
    habituation: float = share(0.11, "Share of what is felt as a loss or gain that wears off in a week (h).", FITTED)
    grievance: float = number(
        0.11,
        "fit",
        "What families outside mind about a programme for those who chose it, where it shares all with them.",
        FITTED,
        0,
        2,
    )
    inertia: float = number(0.063, "fit", "Fit that a guess must beat before one chooses it (delta).", FITTED, -10, 2)
    inertia_contacts: float = share(0.5, "Share of inertia that satisfied contacts inside remove.", ASSUMED)
    pressure: float = number(
        23.0,
        "capital per share",
        "Capital drained a week where all families speak against at full sway.",
        FITTED,
        0,
        1000,
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

    governance: float = number(1.0, "weight", "Weight of voices; 1 is as usual.", "convention", 0, 10, fact=True)
