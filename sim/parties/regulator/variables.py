"""What the regulator writes, and what it reads of others."""

from sim.kernel.variables import Quantity, Stakeholder

STAKEHOLDER = Stakeholder(
    "regulator", "regulator", "#CC79A7", ":", "xxx", "chance that a review finds a gap (as a negative stance)",
    drains=False,
)  # fmt: skip
QUANTITIES = (
    Quantity("notices", "notices", "regulator's notices served, cumulative", weekly=True),
    Quantity("stop_ordered", "0 or 1", "whether the regulator stops the programme"),
    Quantity("repealed", "0 or 1", "whether a body above ends it at this year's end"),
    Quantity("last_review", "weeks", "week of the last review, from 1; before the first one, the week of the start"),
)
READS = ("dose",)
