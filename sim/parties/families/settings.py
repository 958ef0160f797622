"""How families judge, feel, speak and leave, and what their voices weigh (R1 to R5)."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from sim.kernel.fields import ASSUMED, FITTED, Assumption, Section, number, share


class Settings(Section, title="Family"):
    """How families judge, feel, speak and leave (R1 to R5)."""

    loss_aversion: float = number(
        2.25, "ratio", "Weight of a loss relative to a gain of the same size (lambda).", "Tversky & Kahneman 1992", 1, 5
    )
    success_slope: float = number(
        1.3,
        "logit per SD",
        "How strongly visible success depends on achievement in a conventional class.",
        ASSUMED,
        0,
        5,
    )
    peer_gap: float = number(
        0.3,
        "SD per SD",
        "How far classmates' achievement matches a child's own if classes are not mixed.",
        ASSUMED,
        0,
        1,
    )
    communication_relief: float = number(
        0.3, "share", "Largest share of the losses against expectations that communication can remove.", ASSUMED, 0, 0.3
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
        0.15, "experience", "Loss of experience if delivery falls to nothing.", ASSUMED, 0, 2
    )
    experience_noise: float = number(0.15, "experience", "SD of a family's week-to-week noise.", ASSUMED, 0, 2)
    stake_next: float = share(
        0.48, "Stake of a family that is next in line and cannot refuse; 1 is the stake of a family inside.", FITTED
    )
    stake_outside: float = share(
        0.1,
        "Stake of a family outside whose school is fully shared with the programme; 1 is the stake of a family inside.",
        ASSUMED,
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
        0.11,
        "attitude",
        "Dislike below which a family neither speaks up nor returns to the usual class (theta).",
        FITTED,
        0,
        1,
    )
    sway_slope: float = number(
        1.4,
        "per unit of sway",
        "How steeply the chance of speaking up rises with sway, around its middle.",
        Assumption("assumption after Verba, Schlozman & Brady 1995"),
        0,
        2,
    )
    persistence: float = number(
        2.0,
        "ratio",
        "How much likelier a family is to speak up if it has just done so.",
        Assumption("assumption after McAdam 1986"),
        0,
        20,
    )
    contagion: float = number(
        6.9,
        "ratio",
        "How much likelier a family is to speak up if all its contacts have just done so (kappa).",
        FITTED,
        0,
        20,
    )
    attention_amplifies: float = number(
        2.4,
        "ratio",
        "How much likelier families are to speak up at full public attention (xi; Koopmans 2004).",
        FITTED,
        0,
        20,
    )
    mobilisation_kept: float = share(0.81, "Mobilisation kept from one week to the next.", FITTED)
    return_rate: float = number(
        0.12,
        "per week",
        "Chance of returning to the usual class, if that is possible, per unit of dislike beyond the threshold.",
        FITTED,
        0,
        1,
    )
    guess_error: float = number(
        0.2,
        "fit",
        "SD of a person's error about the fit of an entirely new programme, before having seen it.",
        ASSUMED,
        0,
        2,
    )
    appeal_weight: float = number(
        0.064,
        "fit per aspect",
        "Weight of what a programme gives or takes outside the class.",
        FITTED,
        0,
        2,
    )
    leaning_mean: float = number(
        0.12, "fit", "Mean value that families place on a change of everything usual (m).", FITTED, -2, 2
    )
    leaning_sd: float = number(
        0.16, "fit", "How much families differ in the value that they place on change (s).", FITTED, 0, 2
    )
    habituation: float = share(0.11, "Share of the felt loss or gain that wears off per week (h).", FITTED)
    grievance: float = number(
        0.11,
        "fit",
        "How much families outside mind a programme for those who chose it, if it shares everything with them.",
        FITTED,
        0,
        2,
    )
    inertia: float = number(
        0.063, "fit", "Fit that a family must expect from a programme before choosing it (delta).", FITTED, -10, 2
    )
    inertia_contacts: float = share(0.5, "Share of inertia that satisfied contacts inside remove.", ASSUMED)
    pressure: float = number(
        23.0,
        "capital per share",
        "Political capital drained per week if all families speak against the programme at full sway.",
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
