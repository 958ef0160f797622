"""The board in the compiled engine (R10, R14)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import phase, r, sum_of_drained
from sim.kernel.streams import deviate, uniform, week_key
from sim.parties.board.endings import STEP
from sim.parties.board.rules import Ladder
from sim.parties.board.variables import MOST_SEATS


class Memory(NamedTuple):
    """What members keep to themselves: the tolerance of each seat's."""

    tolerance: np.ndarray


def memory(people) -> Memory:
    """Return the board's memory before the first week."""
    return Memory(np.zeros(MOST_SEATS))


@phase
def begin(w, week):
    """Start as designed, if it opens at all."""
    key = week_key(w.keys.tolerance, week)
    for seat in range(w.p.board.seats):
        w.board.tolerance[seat] = r.member_tolerance(w.p.board.tolerance_sd, deviate(key, seat))
    w.variables.dose = w.p.offer.dose
    if uniform(week_key(w.keys.opening, week), 0) >= w.p.offer.opens:
        end(w, STEP.not_opened, 0)


@phase
def enrol(w, coming):
    """It is not held where too few came to the first intake."""
    if w.variables.too_few:
        end(w, STEP.never_filled, 0)


@phase
def decide(w, week):
    """Add up pressure; end it at once where it must be, else meet, and decide on the next year
    where that is due.
    """
    board, variables = w.p.board, w.variables
    variables.capital = r.capital(
        variables.capital, board.recovery, w.p.leadership.responsiveness, sum_of_drained(variables)
    )
    variables.calm = 0.0
    abrupt = r.yearly_to_weekly(w.p.offer.mismanagement, w.p.horizon.weeks_per_year) * w.p.offer.dose
    for due in w.lists.community_election_weeks:
        if due == week:
            elect(w, week)
    if variables.stop_ordered:
        end(w, STEP.stopped, week)
    elif variables.withdrawn:
        end(w, STEP.suspended, week)
    elif uniform(week_key(w.keys.mismanagement, week), 0) < abrupt:
        end(w, STEP.mismanaged, week)
    elif variables.ends_as == 0:
        if week % board.meeting_interval == 0:
            meet(w, week)
        if variables.status != STEP.suspended and (board.answer_weeks > 0.0 or week % board.meeting_interval == 0):
            answer(w, week)
        if variables.status != STEP.suspended and variables.week_of_year == w.p.offer.renewal_week:
            decide_on_next_year(w, week)


@phase
def elect(w, week):
    """Half of the seats are up, in turn; a seat may be won on the issue."""
    board, community, variables = w.p.board, w.p.community, w.variables
    key = week_key(w.keys.seats, week)
    governance = w.p.power.community.governance
    chance = r.seat_turns(variables.opponents, community.turnout, w.p.offer.electorate, governance)
    for seat in range(variables.elections % 2, board.seats, 2):
        if uniform(key, seat) < chance:
            w.board.tolerance[seat] = r.tolerance_of_challenger(board.tolerance_sd, deviate(key, MOST_SEATS + seat))
            variables.seats_lost += 1
    variables.elections += 1


@phase
def meet(w, week):
    """End it in mid-year where a majority sees an emergency that lasts."""
    board, variables = w.p.board, w.variables
    if board.can_suspend:
        weight = variables.dose * r.attributed(w.p.offer.departure, board.by_change)
        variables.votes_against = 0
        for seat in range(board.seats):
            if r.votes_to_suspend(
                variables.capital, board.suspend_below, w.p.leaders.sponsorship, variables.sponsor, weight,
                w.board.tolerance[seat],
            ):  # fmt: skip
                variables.votes_against += 1
        seen = 2 * variables.votes_against > board.seats
        variables.emergency = variables.emergency + board.meeting_interval if seen else 0
        if seen and variables.emergency >= board.patience:
            end(w, STEP.suspended, week)


@phase
def answer(w, week):
    """Respond, as far as leaders are quick to."""
    board, variables, chance = w.p.board, w.variables, w.p.leadership.responsiveness
    if board.answer_weeks > 0.0:
        chance = r.answer_probability(chance, board.answer_weeks)
    if uniform(week_key(w.keys.response, week), 0) < chance:
        ladder = Ladder(board.can_repair, board.can_concede, board.can_make_optional, board.answer_below)
        voluntary = w.p.offer.voluntary or variables.return_ease >= 1.0
        status = r.response(variables.status, variables.capital, voluntary, ladder)
        if status != variables.status:
            take(w, status, week)


@phase
def take(w, status, week):
    """Take a step short of ending the programme: it calms families."""
    board, variables = w.p.board, w.variables
    variables.status = status
    w.statuses[status].week = week
    variables.dose = r.dose_after_step(variables.dose, status, board.concede_dose)
    variables.repair_speed = r.repair_speed_after_step(variables.repair_speed, status, board.repair_speed)
    variables.return_ease = r.return_ease_after_step(variables.return_ease, status)
    variables.calm = board.calm


@phase
def decide_on_next_year(w, week):
    """A successor has dropped it; or members vote on whether it goes on."""
    board, variables = w.p.board, w.variables
    if variables.dropped:
        variables.ends_as = STEP.dropped
        return
    if variables.repealed:
        variables.ends_as = STEP.stopped
        return
    if variables.lapsed or variables.cut or variables.disappointed:
        variables.ends_as = STEP.not_renewed
        return
    if not board.can_decline:
        return
    weight = variables.dose * r.attributed(w.p.offer.departure, board.by_change)
    margin = r.margin(
        weight, variables.capital, board.doubt, w.p.leaders.sponsorship, variables.sponsor,
        variables.strain - variables.saved, w.p.funder.weight * w.p.power.funder.resources,
    )  # fmt: skip
    variables.votes_against = 0
    for seat in range(board.seats):
        if r.votes_to_end(margin, weight, w.board.tolerance[seat]):
            variables.votes_against += 1
    if 2 * variables.votes_against > board.seats:
        variables.ends_as = STEP.not_renewed


@phase
def conclude(w, week):
    """At the year's end: what was decided takes effect; what has no money left closes."""
    if w.variables.ends_as > 0:
        end(w, w.variables.ends_as, week)
    elif w.variables.insolvent or w.variables.enrolled < w.variables.open_share * w.p.offer.fewest:
        end(w, STEP.closed, week)


@phase
def end(w, status, week):
    """End the programme, with the week from 1 in which that was."""
    w.variables.status = status
    w.statuses[status].week = week
