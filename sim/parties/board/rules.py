"""How capital moves, what the board does, and how members vote (R10, R14)."""

from __future__ import annotations

from typing import NamedTuple

from sim.kernel.compiling import rule


class Ladder(NamedTuple):
    """Which responses the board knows, and the capital below which it takes the next (R10)."""

    can_repair: bool
    can_concede: bool
    can_make_optional: bool
    answer_below: float


@rule
def capital(before, recovery, responsiveness, drained):
    """Political capital, at most 1: ``C + r (0.5 + responsiveness) (1 - C) - drained`` (R10)."""
    return min(1.0, before + recovery * (0.5 + responsiveness) * (1.0 - before) - drained)


@rule
def answer_probability(responsiveness, weeks):
    """Chance a week that the board answers, 0...1: ``responsiveness / weeks`` (R10)."""
    return min(1.0, responsiveness / weeks)


@rule
def response(status, capital, voluntary, ladder):
    """The status that a response at a meeting leads to, or the one it stands on, by the
    :class:`Ladder` (R10).

    0 as designed, 1 repaired, 2 diluted, 3 made optional; one at a time, skipping those switched
    off, and the third where taking part is voluntary already.
    """
    if capital >= ladder.answer_below:
        return status
    if status < 1 and ladder.can_repair:
        return 1
    if status < 2 and ladder.can_concede:
        return 2
    if status < 3 and ladder.can_make_optional and not voluntary:
        return 3
    return status


@rule
def dose_after_step(dose, status, concede_dose):
    """Dose from a step on, 0...1: a concession costs much of it (R10)."""
    return dose * concede_dose if status == 2 else dose


@rule
def repair_speed_after_step(speed, status, ordered):
    """How much faster the vendor repairs from a step on: ``ordered`` times once repairs are ordered
    (R10).
    """
    return ordered if status == 1 else speed


@rule
def return_ease_after_step(ease, status):
    """How easily a family goes back to the usual class from a step on: at will once it is optional
    (R10).
    """
    return 1.0 if status == 3 else ease


@rule
def member_tolerance(spread, draw):
    """What a member endures beyond the usual, capital (R14)."""
    return spread * draw


@rule
def votes_to_suspend(capital, below, sponsorship, sponsor, dose, tolerance):
    """Whether a member would end it in mid-year (R10).

    ``C < below - b_s sponsor - dose tolerance``: an emergency, later where a leader backs the
    programme and for who endures more.
    """
    return capital < below - sponsorship * sponsor - dose * tolerance


@rule
def margin(dose, capital, doubt, sponsorship, sponsor, strain, strain_weight):
    """How far a member of no tolerance is from ending it at a spring vote, capital (R10).

    ``C - dose (c - b_s sponsor) - b_m strain``: what capital a member wants is in proportion to
    what the programme takes (stake), less where a leader backs it, more where it strains the budget
    anew, less where ending it would.
    """
    return capital - dose * (doubt - sponsorship * sponsor) - strain_weight * strain


@rule
def votes_to_end(margin, dose, tolerance):
    """Whether a member votes in spring to end it at the year's end (R10)."""
    return margin + dose * tolerance < 0.0


@rule
def seat_turns(opponents, turnout, electorate, governance):
    """Chance that a seat up for election is won on the issue, 0...1 (R14).

    ``governance opponents / (turnout electorate)``: those on record over those who vote (Anzia
    2014: where few vote, the organised weigh).
    """
    return min(1.0, governance * opponents / max(1.0, turnout * electorate))


@rule
def tolerance_of_challenger(spread, draw):
    """Tolerance of a member whose seat was won on the issue: less than that of others by 1, all the
    capital that a board begins with (R14; assumption).
    """
    return spread * draw - 1.0
