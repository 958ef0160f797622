"""The board in the compiled engine (R10, R14)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiled import phase, r, sum_of_drained
from sim.parties.board.endings import STEP
from sim.parties.board.ledger import MOST_SEATS
from sim.streams import deviate, uniform, week_key


class Memory(NamedTuple):
    """What members keep to themselves: the tolerance of each seat's."""

    tolerance: np.ndarray


def memory(people) -> Memory:
    """Return the board's memory before the first week."""
    return Memory(np.zeros(MOST_SEATS))


@phase
def begin(w, week):
    """Start as designed, if it opens at all."""
    key = week_key(w.keys.tolerance, 0)
    for seat in range(w.p.board.seats):
        w.board.tolerance[seat] = r.member_tolerance(w.p.board.tolerance_sd, deviate(key, seat))
    w.ledger.dose = w.p.offer.dose
    if uniform(week_key(w.keys.opening, 0), 0) >= w.p.offer.opens:
        end(w, STEP.not_opened, 0)


@phase
def decide(w, week):
    """Add up pressure; end it at once where it must be, else meet, and decide on the next year
    where that is due.
    """
    board, ledger = w.p.board, w.ledger
    ledger.capital = r.capital(ledger.capital, board.recovery, w.p.leadership.responsiveness, sum_of_drained(ledger))
    ledger.calm = 0.0
    abrupt = r.yearly_to_weekly(w.p.offer.mismanagement, w.p.horizon.weeks_per_year) * w.p.offer.dose
    for due in w.lists.community_election_weeks:
        if due == week:
            elect(w, week)
    if ledger.stop_ordered:
        end(w, STEP.stopped, week + 1)
    elif uniform(week_key(w.keys.mismanagement, week), 0) < abrupt:
        end(w, STEP.mismanaged, week + 1)
    elif ledger.ends_as == 0:
        if (week + 1) % board.meeting_interval == 0:
            meet(w, week)
        if ledger.rung != STEP.suspended and week % w.p.horizon.weeks_per_year + 1 == w.p.offer.renewal_week:
            decide_on_next_year(w, week)


@phase
def elect(w, week):
    """Half of the seats are up, in turn; a seat may be won on the issue."""
    board, community, ledger = w.p.board, w.p.community, w.ledger
    key = week_key(w.keys.seats, week)
    governance = w.p.power.community.governance
    chance = r.seat_turns(ledger.opponents, community.turnout, w.p.offer.electorate, governance)
    for seat in range(ledger.elections % 2, board.seats, 2):
        if uniform(key, seat) < chance:
            w.board.tolerance[seat] = r.tolerance_of_challenger(
                board.tolerance_sd, deviate(key, MOST_SEATS + seat), board.lean
            )
            ledger.seats_lost += 1
    ledger.elections += 1


@phase
def meet(w, week):
    """End it in mid-year where a majority sees an emergency; else respond, as far as leaders are
    quick to.
    """
    board, ledger = w.p.board, w.ledger
    if board.can_suspend:
        ledger.votes_against = 0
        for seat in range(board.seats):
            if r.votes_to_suspend(
                ledger.capital, board.suspend_below, w.p.leaders.sponsorship, ledger.sponsor, ledger.dose,
                w.board.tolerance[seat],
            ):  # fmt: skip
                ledger.votes_against += 1
        if 2 * ledger.votes_against > board.seats:
            end(w, STEP.suspended, week + 1)
            return
    if uniform(week_key(w.keys.response, week), 0) < w.p.leadership.responsiveness:
        rung = r.response(
            ledger.rung, ledger.capital, w.p.offer.voluntary or ledger.return_ease >= 1.0,
            board.can_repair, board.can_concede, board.can_make_optional,
            board.repair_below, board.concede_below, board.optional_below,
        )  # fmt: skip
        if rung != ledger.rung:
            take(w, rung, week)


@phase
def take(w, rung, week):
    """Take a step short of ending the programme: it calms families."""
    board, ledger = w.p.board, w.ledger
    ledger.rung = rung
    w.rungs[rung].week = week + 1
    ledger.dose = r.dose_after_step(ledger.dose, rung, board.concede_dose)
    ledger.repair_speed = r.repair_speed_after_step(ledger.repair_speed, rung, board.repair_speed)
    ledger.return_ease = r.return_ease_after_step(ledger.return_ease, rung)
    ledger.calm = board.calm


@phase
def decide_on_next_year(w, week):
    """A successor has dropped it; or members vote on whether it goes on."""
    board, ledger = w.p.board, w.ledger
    if ledger.dropped:
        ledger.ends_as = STEP.dropped
        return
    if not board.can_decline:
        return
    margin = r.margin(
        ledger.dose, ledger.capital, board.doubt, w.p.leaders.sponsorship, ledger.sponsor, ledger.strain,
        w.p.funder.weight * w.p.power.funder.resources,
    )  # fmt: skip
    ledger.votes_against = 0
    for seat in range(board.seats):
        if r.votes_to_end(margin, ledger.dose, w.board.tolerance[seat]):
            ledger.votes_against += 1
    if 2 * ledger.votes_against > board.seats:
        ledger.ends_as = STEP.not_renewed


@phase
def conclude(w, week):
    """At the year's end: what was decided takes effect; what has no money left closes."""
    if w.ledger.ends_as > 0:
        end(w, w.ledger.ends_as, week + 1)
    elif w.ledger.insolvent:
        end(w, STEP.closed, week + 1)


@phase
def end(w, rung, week):
    """End the programme, with the week from 1 in which that was."""
    w.ledger.rung = rung
    w.rungs[rung].week = week
