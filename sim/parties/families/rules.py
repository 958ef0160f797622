"""How the programme fits a family, what it lives through, says and does (R1 to R5), and what it
learns (R11).
"""

from __future__ import annotations

import math

from sim.compiled import rule


@rule
def success_share(achievement, success, tailoring, slope):
    """Share of tasks a child meets with visible success, 0...1 (R1).

    ``tailoring * success + (1 - tailoring) * logistic(logit(success) + slope * achievement)``:
    alike for all where work sits at each child's own level, following prior achievement (SD) in a
    conventional class.
    """
    ranked = 1.0 / (1.0 + (1.0 - success) / success * math.exp(-slope * achievement))
    return tailoring * success + (1.0 - tailoring) * ranked


@rule
def peer_level(achievement, mixing, peer_gap):
    """Level of the classmates, SD: ``peer_gap * (1 - mixing) * achievement`` (R1)."""
    return peer_gap * (1.0 - mixing) * achievement


@rule
def closer(wish, now, programme):
    """How much nearer the programme is to what a family expects than the usual class is, -1...1
    (R1).
    """
    return abs(now - wish) - abs(programme - wish)


@rule
def fit(
    w_effect, w_success, w_peers, w_teacher_led, w_grade_path, w_agency,
    effect, success, peers, teacher_led, grade_path, agency,
):  # fmt: skip
    """Fit D of the programme for a family against its own status quo (R1).

    The effect (SD a year) and five changes as :func:`felt`, weighed by the family's priorities.
    Expectation losses are felt with an aversion that communication lowers by at most 30%, see
    :func:`expectation_aversion`.
    """
    return (
        w_effect * effect
        + w_success * success
        + w_peers * peers
        + w_teacher_led * teacher_led
        + w_grade_path * grade_path
        + w_agency * agency
    )


@rule
def aversion_to_loss(loss_aversion, displacement):
    """How much losses weigh in this setting: only what is given up of the usual class can be lost
    (assumption).
    """
    return loss_aversion * displacement


@rule
def expectation_aversion(aversion, communication, relief):
    """Aversion to losses against expectations, lowered by communication: ``aversion (1 - relief
    communication)`` (R1).
    """
    return aversion * (1.0 - relief * communication)


@rule
def experience(fit, dose, w_reliability, aversion, defects, quality, quality_weight, evidence, noise):
    """A family's week: ``D dose - w7 lambda defects - 0.15 (1 -
    quality) + evidence + noise`` (R2).
    """
    return fit * dose - w_reliability * aversion * defects - quality_weight * (1.0 - quality) + evidence + noise


@rule
def voice_probability(
    feeling, sway, own_heat, hot_contacts, attention, rate, threshold, persistence, contagion, organising, amplifies
):
    """Chance a week that a family speaks, 0...1 (R3).

    ``v0 max(0, feeling - theta) (0.3 + 1.4 s) (1 + pi h + kappa_s hot + xi A)`` with ``kappa_s =
    kappa ((1 - o) + 2 o s)``. ``feeling`` is ``-x`` for voice against and ``x`` for voice for.
    Three terms go beyond the design document, all for coordinated voice, which Cheshire's record
    calls "a small, vocal, coordinated group": who is hot goes on speaking (``pi h``; McAdam 1986),
    contagion rises with own sway (civic skills: Verba, Schlozman & Brady 1995), and public
    attention invites voice (``xi A``; Koopmans 2004).
    """
    spread = contagion * ((1.0 - organising) + 2.0 * organising * sway) * hot_contacts
    return min(
        1.0,
        rate
        * max(0.0, feeling - threshold)
        * (0.3 + 1.4 * sway)
        * (1.0 + persistence * own_heat + spread + amplifies * attention),
    )


@rule
def heat(heat_before, spoke, kept):
    """Heat of a family: 1 in a week it speaks against, then decaying, 0...1 (R3)."""
    if spoke:
        return 1.0
    return kept * heat_before


@rule
def calmed(heat, calm):
    """Heat of a family after the board has taken a step: ``(1 - calm) h``, 0...1 (R10)."""
    return heat * (1.0 - calm)


@rule
def means(ses):
    """Means to go elsewhere, 0...1: logistic of SES (SD) (assumption)."""
    return 1.0 / (1.0 + math.exp(-ses))


@rule
def leave_school_probability(attitude, means, return_ease, threshold, rate, boost):
    """Chance that a family leaves the school, 0...1 (R4; Hirschman 1970).

    ``max(0, -x - theta) boost (1 - ease) rate (0.3 + 1.4 means)``: small, rising with means, and
    only where there is no usual class to go back to.
    """
    return min(1.0, max(0.0, -attitude - threshold) * boost * (1.0 - return_ease) * rate * (0.3 + 1.4 * means))


@rule
def return_probability(attitude, return_ease, threshold, rate, boost):
    """Chance that a family goes back to the usual class, 0...1: ``max(0, -x - theta) boost ease
    rate`` (R4).
    """
    return min(1.0, max(0.0, -attitude - threshold) * boost * return_ease * rate)


@rule
def guess(fit, contacts_inside, communication, error_sd, learning, draw):
    """A family's guess of its fit: true D plus an error that shrinks with communication and
    contacts inside (R5).
    """
    return fit + error_sd * (1.0 - learning * communication) / (1.0 + contacts_inside) * draw


@rule
def inertia(base, communication, satisfied_share, by_communication, by_contacts):
    """Fit that a guess must beat: falls as families hear of the offer and know satisfied families
    inside (R5).
    """
    return base * (1.0 - by_communication * communication) * (1.0 - by_contacts * satisfied_share)


@rule
def gain(effect, gradient, achievement, dose, quality, weeks_per_year):
    """Learning gain of a child in a week, SD: ``(effect + gradient a)
    dose quality / weeks`` (R11).
    """
    return (effect + gradient * achievement) * dose * quality / weeks_per_year


@rule
def families_pressure(voices, lost, voice_pressure, lost_pressure, governance, resources, drain):
    """Capital drained by families: net voices by governance, lost enrolment by resources; both as
    shares (R10).
    """
    return drain * (governance * voice_pressure * max(0.0, voices) + resources * lost_pressure * lost)
