"""What the board writes, and what it reads of others."""

import math

from sim.ledger import Quantity

QUANTITIES = (
    Quantity("dose", "share", "share of the subject's time", 0.0, weekly=True),
    Quantity("rung", "step", "where the programme stands: place on the ladder, see endings.py", weekly=True),
    Quantity("capital", "capital", "the board's political capital, at most 1", 1.0, weekly=True),
    Quantity("return_ease", "0-1", "1 where a family can go back to the usual class", 0.0),
    Quantity("repair_speed", "ratio", "how much faster the vendor repairs, once ordered", 1.0),
    Quantity("calm", "share", "share of families' heat that this week's step takes away", 0.0),
    Quantity("short_counts", "counts", "counts of enrolment below what is viable, running"),
    Quantity("week", "weeks", "week from 1 in which the step was reached", math.nan, over="rung"),
)
READS = ("enrolled", "stop_ordered")
