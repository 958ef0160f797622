"""The ladder: where a programme can stand, from as designed to over; each step said once.

A run is counted by the outcome of the step it came to: as designed or repaired, it was *sustained*;
at part of its dose, or optional, it was *adapted*; over, it was *discontinued*, by the board in
mid-year or at the year's end, by a new leader, for want of students, for mismanagement, or by the
regulator. What never opened, or found too few children to, is counted apart. Colours: Okabe & Ito
2008, told apart by people with any common colour blindness; dashes repeat the distinction in print.
Steps after which it is over come last. Beside how a programme ended stands why, in the casebook's
categories.
"""

from collections import namedtuple
from typing import Any

import numpy as np

from sim.kernel.variables import Final, Status, in_order

LADDER = (
    Status("as_designed", "as designed"),
    Status("repaired", "repaired"),
    Status("diluted", "diluted", "#56B4E9", (0, (1, 1)), "adapted", "was diluted"),
    Status("made_optional", "made optional", "#F0E442", (0, (3, 1)), "adapted", "was made optional"),
    Status("suspended", "suspended in mid-year", "#D55E00", "-", "discontinued", "was suspended in mid-year"),
    Status("not_renewed", "not renewed", "#E69F00", "--", "discontinued", "was not renewed"),
    Status("dropped", "dropped by a new leader", "#0072B2", "-.", "discontinued", "was dropped by a new leader"),
    Status("closed", "closed for lack of students", "#009E73", ":", "discontinued", "was closed for lack of students"),
    Status("mismanaged", "mismanaged", "#000000", (0, (5, 1, 1, 1)), "discontinued", "was closed for mismanagement"),
    Status(
        "stopped", "stopped by the regulator", "#CC79A7", (0, (5, 1, 1, 1, 1, 1)), "discontinued",
        "was stopped by the regulator",
    ),
    Status(
        "never_filled", "never filled", "#BBBBBB", (0, (1, 1, 3, 1)), "never_filled", "found too few children to open"
    ),
    Status("not_opened", "not opened", "#999999", (0, (1, 3)), "not_opened", "never opened"),
)  # fmt: skip

STEP: Any = namedtuple("Step", [status.name for status in LADDER])(*range(len(LADDER)))
"""Places on the ladder by name, as in ``STEP.suspended``."""

CAUSES: dict[str, str] = {
    "families": "families or residents protested: petitions, meetings, withdrawals meant as protest, suits",
    "staff": "teachers or principals did not use it, opposed it, or left without being replaced",
    "new_leader": "a new superintendent, principal or head, who had not started the programme, reassessed it",
    "new_board": "a board majority elected or appointed since the start",
    "order": "a higher body ordered the ending or change, or repealed an order that had required the programme",
    "money": "a grant ended, a budget fell short, a price rose, or the savings hoped for did not come",
    "enrolment": "too few children came or stayed",
    "product": "the product did not work or was unsafe: outages, leaked data, a vendor that left",
    "results": "the results that the programme was adopted for did not show, or were judged bad",
    "other": "another reason, given in the notes",
}
"""Why a programme was ended or adapted, of a run as of a case of the casebook."""

IN_SHORT = {
    "families": "families or residents",
    "staff": "staff",
    "new_leader": "a new leader",
    "new_board": "a new board",
    "order": "an order from above",
    "money": "money",
    "enrolment": "enrolment",
    "product": "the product",
    "results": "results",
    "other": "another reason",
}
"""Causes in few words."""

_OF_STATUS = {
    "dropped": "new_leader", "closed": "enrolment", "never_filled": "enrolment", "mismanaged": "money",
    "stopped": "order",
}  # fmt: skip
_OF_FLAG = {
    "not_renewed": {"lapsed": "staff", "cut": "money", "disappointed": "results"},
    "suspended": {"withdrawn": "product"},
}
_OF_PRESSURE = {"families": "families", "union": "staff", "results": "results"}


def cause(final: Final) -> str:
    """Return why a programme was ended or adapted, one of ``CAUSES``; empty where it was not.

    What a vote ended, or a response to lost capital adapted, is put down to the new members where
    it would not have had a majority without them, else to whoever took most of the capital that was
    missing then, or to new strain on the budget where that weighed more.
    """
    status = LADDER[final.district["status"]]
    if status.outcome in ("sustained", "not_opened"):
        return ""
    if status.name in _OF_STATUS:
        return _OF_STATUS[status.name]
    flags = _OF_FLAG.get(status.name, {})
    for flag, found in flags.items():
        if final.district[flag]:
            return found
    votes, lost = final.district["votes_against"], final.district["seats_lost"]
    if flags and 2 * (votes - lost) <= final.scenario.board.seats:
        return "new_board"
    return _most_pressing(final, strained=status.name == "not_renewed")


def _most_pressing(final: Final, strained: bool) -> str:
    """Who took most of the capital that is missing, or money where it is a vote and that weighs
    more.
    """
    scenario, variables = final.scenario, final.scenario.parties.variables
    regained = scenario.board.recovery * (0.5 + scenario.leadership.responsiveness)
    left = (1.0 - min(1.0, regained)) ** np.arange(len(final.weeks))[::-1]
    taken = {name: in_order((left * final.weekly(each.drained)).tolist()) for name, each in variables.pressing.items()}
    if strained:
        weight = scenario.funder.weight * scenario.power.funder.resources
        taken["money"] = weight * final.district["strain"]
    most = max(taken, key=lambda name: taken[name])
    if taken[most] <= 0.0:
        return "other"
    return "money" if most == "money" else _OF_PRESSURE.get(most, "other")


OVER_FROM = next(place for place, status in enumerate(LADDER) if status.over)
"""From this step on nobody takes part any more."""
