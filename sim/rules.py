"""Every behavioural rule, once: pure functions of scalars, compiled, called by both engines.

Each rule states its equation, its units and its source; R1 to R11 are the rules of docs/odd.md. Attitudes are
in -1...1, shares, doses, levels of quality, heat and attention in 0...1, experience and fit in units of a
programme's weekly balance of gains and losses (a gain of 1 SD a year at weight 1 is 1).

Swap a rule for a study with ``replace(voice_probability=mine)``: the result goes to ``sim.simulate`` and to
``sim.ValueNetworkModel`` alike, and both engines follow.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any, NamedTuple

from numba import njit

rule = njit(cache=True, nogil=True, error_model="numpy")


# --- R1: how the programme fits a family -----------------------------------------------------------------------------


@rule
def squash(balance):
    """Map a balance of reasons to an attitude: tanh, by way of one exponential. Any real -> -1...1."""
    return 1.0 - 2.0 / (math.exp(2.0 * balance) + 1.0)


@rule
def felt(change, aversion):
    """Value a change against the status quo: losses weigh ``aversion`` times (Tversky & Kahneman 1992)."""
    if change >= 0.0:
        return change
    return aversion * change


@rule
def success_share(achievement, success, tailoring, slope):
    """Share of tasks a child meets with visible success, 0...1 (R1).

    ``tailoring * success + (1 - tailoring) * logistic(logit(success) + slope * achievement)``: alike for all where
    work sits at each child's own level, following prior achievement (SD) in a conventional class.
    """
    ranked = 1.0 / (1.0 + (1.0 - success) / success * math.exp(-slope * achievement))
    return tailoring * success + (1.0 - tailoring) * ranked


@rule
def peer_level(achievement, mixing, peer_gap):
    """Level of the classmates, SD: ``peer_gap * (1 - mixing) * achievement`` (R1)."""
    return peer_gap * (1.0 - mixing) * achievement


@rule
def closer(wish, now, programme):
    """How much nearer the programme is to what a family expects than the usual class is, -1...1 (R1)."""
    return abs(now - wish) - abs(programme - wish)


@rule
def fit(
    w_effect, w_success, w_peers, w_teacher_led, w_grade_path, w_agency,
    effect, success, peers, teacher_led, grade_path, agency,
):  # fmt: skip
    """Fit D of the programme for a family against its own status quo (R1).

    The effect (SD a year) and five changes as :func:`felt`, weighed by the family's priorities. Expectation losses are
    felt with an aversion that communication lowers by at most 30%, see :func:`expectation_aversion`.
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
def expectation_aversion(aversion, communication, relief):
    """Aversion to losses against expectations, lowered by communication: ``aversion (1 - relief communication)`` (R1)."""
    return aversion * (1.0 - relief * communication)


# --- R2: experience and attitude -------------------------------------------------------------------------------------


@rule
def experience(fit, dose, w_reliability, aversion, defects, quality, quality_weight, evidence, noise):
    """A family's week: ``D dose - w7 lambda defects - 0.15 (1 - quality) + evidence + noise`` (R2)."""
    return fit * dose - w_reliability * aversion * defects - quality_weight * (1.0 - quality) + evidence + noise


@rule
def drawn(attitude, target, rate):
    """How far attitude moves towards a target in a week (R2, R6).

    Families are drawn to ``tanh(beta E)`` at rate alpha and to their contacts' mean at rate mu (DeGroot 1974), teachers
    to ``tanh`` of their balance of reasons.
    """
    return rate * (target - attitude)


# --- R3: voice -------------------------------------------------------------------------------------------------------


@rule
def voice_probability(feeling, sway, own_heat, hot_contacts, attention, rate, threshold, persistence, contagion, organising, amplifies):
    """Chance a week that a family speaks, 0...1 (R3).

    ``v0 max(0, feeling - theta) (0.3 + 1.4 s) (1 + pi h + kappa_s hot + xi A)`` with
    ``kappa_s = kappa ((1 - o) + 2 o s)``. ``feeling`` is ``-x`` for voice against and ``x`` for voice for. Three terms go
    beyond the design document, all for coordinated voice, which Cheshire's record calls "a small, vocal, coordinated group": who
    is hot goes on speaking (``pi h``; McAdam 1986), contagion rises with own sway (civic skills: Verba, Schlozman &
    Brady 1995), and public attention invites voice (``xi A``; Koopmans 2004).
    """
    spread = contagion * ((1.0 - organising) + 2.0 * organising * sway) * hot_contacts
    return min(
        1.0, rate * max(0.0, feeling - threshold) * (0.3 + 1.4 * sway) * (1.0 + persistence * own_heat + spread + amplifies * attention)
    )


@rule
def heat(heat_before, spoke, kept):
    """Heat of a family: 1 in a week it speaks against, then decaying, 0...1 (R3)."""
    if spoke:
        return 1.0
    return kept * heat_before


# --- R4: exit --------------------------------------------------------------------------------------------------------


@rule
def means(ses):
    """Means to go elsewhere, 0...1: logistic of SES (SD) (assumption)."""
    return 1.0 / (1.0 + math.exp(-ses))


@rule
def leave_school_probability(attitude, means, return_ease, threshold, rate, boost):
    """Chance that a family leaves the school, 0...1 (R4; Hirschman 1970).

    ``max(0, -x - theta) boost (1 - ease) rate (0.3 + 1.4 means)``: small, rising with means, and only where there is
    no usual class to go back to.
    """
    return min(1.0, max(0.0, -attitude - threshold) * boost * (1.0 - return_ease) * rate * (0.3 + 1.4 * means))


@rule
def return_probability(attitude, return_ease, threshold, rate, boost):
    """Chance that a family goes back to the usual class, 0...1: ``max(0, -x - theta) boost ease rate`` (R4)."""
    return min(1.0, max(0.0, -attitude - threshold) * boost * return_ease * rate)


# --- R5: opting in ---------------------------------------------------------------------------------------------------


@rule
def guess(fit, contacts_inside, communication, error_sd, learning, draw):
    """A family's guess of its fit: true D plus an error that shrinks with communication and contacts inside (R5)."""
    return fit + error_sd * (1.0 - learning * communication) / (1.0 + contacts_inside) * draw


@rule
def inertia(base, communication, satisfied_share, by_communication, by_contacts):
    """Fit that a guess must beat: falls as families hear of the offer and know satisfied families inside (R5)."""
    return base * (1.0 - by_communication * communication) * (1.0 - by_contacts * satisfied_share)


# --- R6: teachers ----------------------------------------------------------------------------------------------------


@rule
def novelty(role_change, workload, technology_rise):
    """How new the work is to a teacher, 0...1: the largest of the changes it asks for."""
    return max(role_change, workload, max(0.0, technology_rise))


@rule
def teacher_balance(
    disposition, novelty, training, role_change, workload, defects, technology, families, blame,
    training_weight, role_weight, workload_weight, defect_weight, family_weight,
):  # fmt: skip
    """A teacher's balance of reasons about the initiative (R6).

    ``novelty (disposition + 0.5 training) - role - workload - 1.2 defects technology + 0.3 families - blame``. Openness
    and training count in proportion to how much is new (beyond the design document: where nothing changes, nobody minds).
    """
    return (
        novelty * (disposition + training_weight * training)
        - role_weight * role_change
        - workload_weight * workload
        - defect_weight * defects * technology
        + family_weight * families
        - blame
    )


@rule
def skill_at_start(novelty, training, dip, dip_training, draw):
    """Skill in the new work at the start, 0...1, where 1 is the usual class's (implementation dip, Fullan 2001)."""
    return max(0.0, 1.0 - dip * novelty * (1.0 - dip_training * training) * (0.5 + draw))


@rule
def skill(skill_before, training, recovery):
    """Skill a week later: the gap to 1 closes at ``recovery (0.5 + training)`` (R6)."""
    return skill_before + recovery * (0.5 + training) * (1.0 - skill_before)


@rule
def effort(attitude, effort_range):
    """Effort, 0...1: full from an attitude of 0 up, falling below it (R6)."""
    return 1.0 + effort_range * min(0.0, attitude)


# --- R7: union -------------------------------------------------------------------------------------------------------


@rule
def union_step(level, weeks_above, weeks_below, unhappy_share, rise_share, rise_weeks, fall_share, fall_weeks):
    """Move the union's level (0 quiet, 1 concern, 2 grievance, 3 action) and its two counters of weeks (R7).

    Returns the new ``(level, weeks_above, weeks_below)``; a step restarts both counters.
    """
    weeks_above = weeks_above + 1 if unhappy_share > rise_share else 0
    weeks_below = weeks_below + 1 if unhappy_share < fall_share else 0
    if weeks_above >= rise_weeks:
        return min(3, level + 1), 0, 0
    if weeks_below >= fall_weeks:
        return max(0, level - 1), 0, 0
    return level, weeks_above, weeks_below


# --- R8: regulator ---------------------------------------------------------------------------------------------------


@rule
def shortfall(required, usual, programme, dose):
    """How far the child's whole schedule falls below a requirement, 0...1, the programme taking its dose of it (R8)."""
    return max(0.0, required - (usual + dose * (programme - usual)))


@rule
def notice_probability(largest_shortfall, flexibility):
    """Chance that a review finds a gap, 0...1: ``shortfall (1 - flexibility)`` (R8)."""
    return largest_shortfall * (1.0 - flexibility)


# --- R9: community ---------------------------------------------------------------------------------------------------


@rule
def attention(attention_before, voice_share, kept, gain):
    """Public attention, 0...1: ``0.9 A + gain * voice share`` (R9)."""
    return min(1.0, kept * attention_before + gain * voice_share)


@rule
def seats_lost(attention, threshold, swing):
    """Capital lost at an election, 0...1: ``swing * A`` where attention is above the threshold (R9)."""
    if attention > threshold:
        return swing * attention
    return 0.0


# --- R10: board ------------------------------------------------------------------------------------------------------


@rule
def voice_share(voices, constituency, school_size, exponent):
    """How the board counts voices: the sway-weighted sum over ``M^gamma m^(1 - gamma)`` (R10).

    ``M`` is the constituency, ``m`` the families of one school, so that gamma changes nothing in a one-school district.
    """
    return voices / (constituency**exponent * school_size ** (1.0 - exponent))


@rule
def families_pressure(voices, lost, voice_pressure, lost_pressure, governance, resources):
    """Weighed pressure of families: net voices by governance, lost enrolment by resources; both as shares (R10)."""
    return governance * voice_pressure * max(0.0, voices) + resources * lost_pressure * lost


@rule
def teachers_pressure(unhappy_share, mean_effort, teacher_pressure, effort_pressure, governance, resources):
    """Weighed pressure of teachers: unhappiness by governance, effort withheld by resources (R10)."""
    return governance * teacher_pressure * unhappy_share + resources * effort_pressure * (1.0 - mean_effort)


@rule
def union_pressure(level, grievance_pressure, action_pressure, regulation, resources):
    """Weighed pressure of the union: a grievance under the contract, and action on resources beside it (R10)."""
    grievance = grievance_pressure if level >= 2 else 0.0
    action = action_pressure if level >= 3 else 0.0
    return regulation * grievance + resources * action


@rule
def capital(before, recovery, responsiveness, drained):
    """Political capital, at most 1: ``C + r (0.5 + responsiveness) (1 - C) - drained`` (R10)."""
    return min(1.0, before + recovery * (0.5 + responsiveness) * (1.0 - before) - drained)


@rule
def board_step(
    rung, capital, voluntary, can_repair, can_concede, can_make_optional, can_cancel,
    repair_below, concede_below, optional_below, cancel_below,
):  # fmt: skip
    """The next rung that the board takes, or the one it stands on (R10).

    0 as designed, 1 repaired, 2 diluted, 3 made optional, 4 cancelled; one at a time, skipping those switched off, and
    the third where taking part is voluntary already.
    """
    if rung < 1 and can_repair:
        return 1 if capital < repair_below else rung
    if rung < 2 and can_concede:
        return 2 if capital < concede_below else rung
    if rung < 3 and can_make_optional and not voluntary:
        return 3 if capital < optional_below else rung
    if rung < 4 and can_cancel:
        return 4 if capital < cancel_below else rung
    return rung


# --- R11: evidence; vendor; delivery ---------------------------------------------------------------------------------


@rule
def gain(effect, gradient, achievement, dose, quality, weeks_per_year):
    """Learning gain of a child in a week, SD: ``(effect + gradient a) dose quality / weeks`` (R11)."""
    return (effect + gradient * achievement) * dose * quality / weeks_per_year


@rule
def observed_gain(true_gain, students, test_sd, draw):
    """Published gain of a group, SD: truth plus the sampling error of a group of that size (R11)."""
    return true_gain + test_sd / math.sqrt(students) * draw


@rule
def defects_at_start(base, technology_rise, vetting, vetting_weight):
    """Defects at the start, 0...1: new technology brings them, vetting removes them (assumption)."""
    return base * max(0.0, technology_rise) * (1.0 - vetting_weight * vetting)


@rule
def defects(before, repair, responsiveness, speed, outage):
    """Defects a week later, 0...1: repaired at ``repair (0.5 + responsiveness) speed``, plus an outage (assumption)."""
    return min(1.0, before * (1.0 - min(1.0, repair * (0.5 + responsiveness) * speed)) + outage)


@rule
def weekly_chance(annual, weeks_per_year):
    """Chance a week that leads to an annual chance: ``1 - (1 - annual)^(1 / weeks)``."""
    return 1.0 - (1.0 - annual) ** (1.0 / weeks_per_year)


class Rules(NamedTuple):
    """A full set of rules. ``DEFAULT`` is the model; :func:`replace` makes a variant."""

    squash: Any = squash
    felt: Any = felt
    success_share: Any = success_share
    peer_level: Any = peer_level
    closer: Any = closer
    expectation_aversion: Any = expectation_aversion
    fit: Any = fit
    experience: Any = experience
    drawn: Any = drawn
    voice_probability: Any = voice_probability
    heat: Any = heat
    means: Any = means
    leave_school_probability: Any = leave_school_probability
    return_probability: Any = return_probability
    guess: Any = guess
    inertia: Any = inertia
    novelty: Any = novelty
    teacher_balance: Any = teacher_balance
    skill_at_start: Any = skill_at_start
    skill: Any = skill
    effort: Any = effort
    union_step: Any = union_step
    shortfall: Any = shortfall
    notice_probability: Any = notice_probability
    attention: Any = attention
    seats_lost: Any = seats_lost
    voice_share: Any = voice_share
    families_pressure: Any = families_pressure
    teachers_pressure: Any = teachers_pressure
    union_pressure: Any = union_pressure
    capital: Any = capital
    board_step: Any = board_step
    gain: Any = gain
    observed_gain: Any = observed_gain
    defects_at_start: Any = defects_at_start
    defects: Any = defects
    weekly_chance: Any = weekly_chance


DEFAULT = Rules()


def replace(base: Rules = DEFAULT, **changed: Callable[..., Any]) -> Rules:
    """Return a set of rules with some swapped.

    Parameters
    ----------
    base : Rules
        The set to start from.
    **changed : callable
        New rules by name: a plain function of scalars, or one compiled by Numba, with the arguments of the rule it
        stands in for.

    Raises
    ------
    TypeError
        Where there is no such rule, or the arguments differ.
    """
    for name, function in changed.items():
        if name not in Rules._fields:
            raise TypeError(f"no rule is called {name!r}; accepted: {', '.join(Rules._fields)}")
        expected, found = list(inspect.signature(getattr(base, name)).parameters), list(inspect.signature(function).parameters)
        if len(expected) != len(found):
            raise TypeError(f"rule {name!r} takes ({', '.join(expected)}), not ({', '.join(found)})")
    return base._replace(**{name: _compiled(function) for name, function in changed.items()})


def _compiled(function: Callable[..., Any]) -> Any:
    return function if hasattr(function, "py_func") else njit(nogil=True, error_model="numpy")(function)
