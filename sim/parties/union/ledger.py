"""What the union writes, and what it reads of others."""

from sim.ledger import Quantity, Stakeholder

LEVELS = ("quiet", "concern", "grievance")
STAKEHOLDER = Stakeholder(
    "union", "union", "#D55E00", "-.", "\\\\\\", "teachers' stance, counted where enough members are unhappy to move it"
)
QUANTITIES = (
    Quantity("union_level", "level", "0 quiet, 1 concern, 2 grievance", weekly=True),
    Quantity("weeks_above", "weeks", "weeks running in which enough members are unhappy to climb"),
    Quantity("weeks_below", "weeks", "weeks running in which few enough are unhappy to come down"),
)
READS = ("unhappy_counted", "glad_counted", "job")
