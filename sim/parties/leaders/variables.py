"""What leaders write, and what they read of others."""

from sim.kernel.variables import Quantity

QUANTITIES = (
    Quantity("sponsor", "0-1", "how far a leader backs the programme, 0 to 1", 1.0, weekly=True),
    Quantity(
        "leaders_gone", "leaders", "principals and superintendents that went, cumulative", weekly=True, outcome="last"
    ),
    Quantity("principal_backs", "0-1", "how far the principal backs it", 1.0),
    Quantity("superintendent_backs", "0-1", "how far the superintendent backs it", 1.0),
    Quantity("new_principal", "0 or 1", "whether a new principal has not reviewed the programme yet"),
    Quantity("new_superintendent", "0 or 1", "whether a new superintendent has not reviewed the programme yet"),
    Quantity("disappointed", "0 or 1", "whether it is given up at this year's end, as what was promised does not show"),
    Quantity("dropped", "0 or 1", "whether a successor drops the programme at this year's end", weekly=True),
)
READS = ("dose", "capital", "in_favour", "taking_part", "unhappy_share", "open_share", "saved", "shown_gain")
