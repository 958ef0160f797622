"""How the programme fits a family, what it lives through, says and does (R1 to R5), and what it
learns (R11).
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.kernel.compiling import rule
from sim.kernel.numerics import tanh


class Aspects(NamedTuple):
    """What a family weighs in a programme, or how much each counts with it (R1): the effect, SD a
    year, and five changes of the class as :func:`felt`.
    """

    effect: float
    success: float
    peers: float
    teacher_led: float
    grade_path: float
    agency: float


class Delivery(NamedTuple):
    """How the programme is delivered in a week: its dose, the product's defects and the quality of
    teaching, each 0...1 (R2).
    """

    dose: float
    defects: float
    quality: float


class Losses(NamedTuple):
    """What poor delivery weighs: ``aversion`` to defects, beside the family's own weight of
    reliability, and ``quality``, experience lost where teaching falls to nothing (R2).
    """

    aversion: float
    quality: float


class Voice(NamedTuple):
    """What makes families speak (R3): the dislike from which on, how the chance rises with sway
    around the middle, with having just spoken, with contacts that just did, and with public
    attention.
    """

    threshold: float
    sway_slope: float
    persistence: float
    contagion: float
    attention: float


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
def fit(weights, felt):
    """Fit D of the programme for a family against its own status quo (R1).

    The :class:`Aspects` of the programme as felt, weighed by the family's priorities, other
    :class:`Aspects`.
    Expectation losses are felt with an aversion that communication lowers by at most 30%, see
    :func:`expectation_aversion`.
    """
    return (
        weights.effect * felt.effect
        + weights.success * felt.success
        + weights.peers * felt.peers
        + weights.teacher_led * felt.teacher_led
        + weights.grade_path * felt.grade_path
        + weights.agency * felt.agency
    )


@rule
def leaning(departure, mean, spread, draw):
    """What a family would give for a change as such, fit: ``u (m + s z)`` (R1).

    Some are uneasy with the usual class and welcome a change, others would keep it, each in
    proportion to how different the programme is; where nothing changes, nobody leans (assumption).
    """
    return departure * (mean + spread * draw)


@rule
def settled_fit(w_effect, effect, leaning):
    """Fit that is left once the programme is what a family is used to: its effect and the family's
    leaning (R1).
    """
    return w_effect * effect + leaning


@rule
def habituated(fit, settled, rate):
    """Fit a week later: what was a loss or gain against the usual class wears off, as the programme
    becomes what a family compares with: ``D + h (settled - D)`` (R1; reference points adapt, Arkes
    et al. 2008).
    """
    return fit + rate * (settled - fit)


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
def grade_of(cohort, year, grades):
    """Grade that a cohort is in, 0 the programme's youngest, in a year of the run.

    ``(cohort + year) mod (grades + 1)``: in each year one cohort is next in line, where the result
    is ``grades``, and takes the youngest grade's place in the year after (assumption: a steady
    state). A cohort of 255 is outside for good.
    """
    return cohort if cohort == 255 else (cohort + year) % (grades + 1)


@rule
def taken(shared, enrolled, families):
    """How much of what is shared with the usual class the programme takes, 0...1: ``shared min(1,
    enrolled / families)``: what outsiders lose, in proportion to who is in it (assumption).
    """
    return shared * min(1.0, enrolled / max(families, 1))


@rule
def stake_next(at_next, at_outside, known, ease, taken):
    """Stake of a family next in line, 0...1, where one inside has 1.

    ``known (next (1 - ease) + outside ease taken)``: what it is about to be given, as far as it
    cannot say no; as far as it can, what anybody outside has at stake (assumption).
    """
    return known * (at_next * (1.0 - ease) + at_outside * ease * taken)


@rule
def stake_outside(at_outside, taken):
    """Stake of a family outside, 0...1: as far as rooms, time and money are taken (assumption)."""
    return at_outside * taken


@rule
def minded(grievance, exclusive, shared, different, enrolled):
    """What those not inside mind about a programme for those who chose it, fit: ``g exclusive
    shared different``, the last its dose as far as it is different; nothing while nobody is in it
    (R2; assumption).
    """
    return grievance * exclusive * shared * different if enrolled > 0 else 0.0


@rule
def stake_in_its_existence(taken, minded):
    """How much of what is shared those outside see taken, 0...1: at least as much as they mind
    that it exists (assumption).
    """
    return max(taken, min(1.0, minded))


@rule
def experience(fit, w_reliability, delivery, losses, evidence, noise):
    """A family's week: ``dose (D - w7 lambda defects - w_q (1 - quality) + noise) + evidence``
    (R2), with its :class:`Delivery` and what :class:`Losses` weigh.
    """
    lost = w_reliability * losses.aversion * delivery.defects
    return (fit - lost - losses.quality * (1.0 - delivery.quality) + noise) * delivery.dose + evidence


@rule
def expected(fit, perception_error, dose):
    """What those not inside think a week would be like: ``dose (D + perception_error)``, where the
    perception error is their error about the fit (R2).
    """
    return (fit + perception_error) * dose


@rule
def outspoken(spread, draw):
    """How readily the families of a place speak up, over those of the median place: ``exp(s z)``
    (R3). Places differ in who organises protest; nothing that is coded before a start tells which
    (assumption).
    """
    return math.exp(spread * draw)


@rule
def voice_probability(attitude, sway, own_mobilisation, hot_contacts, attention, rate, voice):
    """Chance a week that a family speaks against, 0...1 (R3).

    ``rate max(0, -x - theta) (1 + slope (s - 0.5)) (1 + pi h + kappa hot + xi A)``, where the rate
    is ``v0 outspoken stake dose`` and :class:`Voice` holds the rest. Who has sway speaks more
    (civic skills: Verba, Schlozman & Brady 1995), who is hot goes on speaking (``pi h``; McAdam
    1986), mobilisation spreads among contacts (``kappa hot``), and public attention invites voice
    (``xi A``; Koopmans 2004). Coordinated voice, which Cheshire's record calls "a small, vocal,
    coordinated group", is the product. Those who like it do not speak here: what they do is stay,
    enrol, and be counted when a leader's successor looks.
    """
    return min(
        1.0,
        rate
        * max(0.0, -attitude - voice.threshold)
        * (1.0 + voice.sway_slope * (sway - 0.5))
        * (1.0 + voice.persistence * own_mobilisation + voice.contagion * hot_contacts + voice.attention * attention),
    )


@rule
def mobilisation(mobilisation_before, spoke, kept):
    """Mobilisation of a family: 1 in a week it speaks against, then decaying, 0...1 (R3)."""
    if spoke:
        return 1.0
    return kept * mobilisation_before


@rule
def calmed(mobilisation, calm):
    """Mobilisation of a family after the board has taken a step: ``(1 - calm) h``, 0...1 (R10)."""
    return mobilisation * (1.0 - calm)


@rule
def return_probability(attitude, return_ease, threshold, rate):
    """Chance a week that a family goes back to the usual class, 0...1: ``max(0, -x - theta) ease
    rate`` (R4).

    Exit in place of voice, from the same dislike on (Hirschman 1970): who can go back does, and
    has little at stake then.
    """
    return min(1.0, max(0.0, -attitude - threshold) * return_ease * rate)


@rule
def perception_error(error_sd, unfamiliar, draw):
    """A person's error about the fit before it has seen the programme: ``sd u z`` (R5, R6).

    In proportion to how unfamiliar it is: of what does not change nobody is wrong (assumption).
    Communication leaves it alone: it changes what is lost (:func:`expectation_aversion`), not how
    well one knows oneself.
    """
    return error_sd * unfamiliar * draw


@rule
def informed(perception_error, contacts_inside):
    """What is left of that error where contacts are inside: ``perception_error / (1 + contacts)``
    (R5).
    """
    return perception_error / (1.0 + contacts_inside)


@rule
def inertia(base, satisfied_share, by_contacts, dose):
    """What a guess must beat: in proportion to what is given up, and less as one knows satisfied
    families inside: ``delta dose (1 - b share)`` (R5, R6).
    """
    return base * dose * (1.0 - by_contacts * satisfied_share)


@rule
def gain(effect, gradient, achievement, dose, quality, weeks_per_year):
    """Learning gain of a child in a week, SD: ``(effect + gradient a)
    dose quality / weeks`` (R11).
    """
    return (effect + gradient * achievement) * dose * quality / weeks_per_year


@rule
def pupil_fit(w_success, w_agency, success, agency):
    """What a child feels of the fit itself: success, and more choice or less, as felt (R15)."""
    return w_success * success + w_agency * agency


@rule
def pupil_unhappy(pupil_fit, w_reliability, aversion, defects, dose, sensitivity, threshold):
    """Whether a child dislikes its own class: ``tanh(beta dose (D_child - w7 lambda defects)) <
    -theta`` (R15). It is asked of children whose family dislikes the programme (assumption).
    """
    felt = (pupil_fit - w_reliability * aversion * defects) * dose
    return tanh(sensitivity * felt) < -threshold


@rule
def families_pressure(voices, pressure, governance):
    """Capital drained by families: voices against, as counted (R10)."""
    return governance * pressure * voices
