"""What the union writes, and what it reads of others."""

from sim.kernel.variables import Quantity, Stakeholder

STAKEHOLDER = Stakeholder(
    "union", "teachers' union", "#D55E00", "-.", "\\\\\\", "teachers' expected attitude at the start"
)
QUANTITIES = (
    Quantity("unhappy_counted", "share", "unhappy teachers as counted over the bargaining unit", 0.0, weekly=True),
)
READS = ("unhappy", "job", "teacher_attitude")
