"""What the vendor writes, and what it reads of others."""

from sim.ledger import Quantity, Stakeholder

STAKEHOLDER = Stakeholder(
    "vendor", "vendor", "#56B4E9", (0, (3, 1, 1, 1)), "---",
    "chance that the funding is missing within a year (as a negative stance)",
)  # fmt: skip
QUANTITIES = (
    Quantity("defects", "0-1", "defect level of the product, 0 to 1", 0.0, weekly=True),
    Quantity("funded", "0 or 1", "1 while the funding holds", weekly=True),
)
READS = ("repair_speed",)
