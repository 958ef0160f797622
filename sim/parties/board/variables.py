"""What the board writes, and what it reads of others."""

import math

from sim.kernel.variables import Derived, Final, Quantity
from sim.parties.board.endings import CAUSES, STEP, cause


def _opened(final: Final) -> int:
    return int(final.district["status"] not in (STEP.never_filled, STEP.not_opened))


MOST_SEATS = 15
"""Seats that a board can have."""

QUANTITIES = (
    Derived("opened", "0 or 1", "whether it opened at all: rates are of what did", _opened, holds="whole"),
    Derived("cause", "-", f"why it was ended or adapted: {', '.join(CAUSES)}; empty where not", cause, holds="text"),
    Quantity("dose", "share", "share of the subject's time", 0.0, weekly=True),
    Quantity("status", "step", "where the programme stands: place on the ladder, see endings.py", weekly=True),
    Quantity("capital", "capital", "the board's political capital, at most 1", 1.0, weekly=True),
    Quantity("votes_against", "members", "members who would have ended it at the latest vote", weekly=True),
    Quantity("seats_lost", "seats", "seats won on the issue at elections, cumulative", weekly=True, outcome="last"),
    Quantity("elections", "elections", "elections held so far"),
    Quantity("return_ease", "0-1", "1 once the board lets all families go back to the usual class", 0.0),
    Quantity("repair_speed", "ratio", "how much faster the vendor repairs, once ordered", 1.0),
    Quantity("emergency", "weeks", "weeks in a row for which a majority has seen an emergency", 0),
    Quantity("calm", "share", "share of families' mobilisation that this week's step takes away", 0.0),
    Quantity("ends_as", "step", "step that is taken at this year's end, 0 where it goes on"),
    Quantity("week", "weeks", "week from 1 in which the step was reached", math.nan, over="status"),
)
READS = (
    "insolvent", "stop_ordered", "sponsor", "dropped", "strain", "saved", "opponents", "lapsed", "cut", "repealed",
    "disappointed", "withdrawn", "enrolled", "open_share", "too_few",
)  # fmt: skip
