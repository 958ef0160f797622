"""What the community writes, and what it reads of others."""

from sim.kernel.variables import Quantity, Stakeholder

STAKEHOLDER = Stakeholder(
    "community", "community", "#009E73", (0, (5, 1)), "...",
    "families' stance as far as the board's constituency hears it", drains=False,
)  # fmt: skip
QUANTITIES = (Quantity("attention", "0-1", "public attention, 0 to 1", 0.0, weekly=True),)
READS = ("sway_against", "walkout_attention")
