"""What the vendor writes, and what it reads of others."""

from sim.kernel.variables import Quantity

QUANTITIES = (
    Quantity("defects", "0-1", "defect level of the product, 0 to 1", 0.0, weekly=True),
    Quantity("withdrawn", "0 or 1", "whether a fault of the product ends it in this week"),
)
READS = ("repair_speed", "dose")
