"""Defects, and faults that end a product."""

from __future__ import annotations

from sim.kernel.fields import ASSUMED, FITTED, Assumption, Section, share


class Settings(Section, title="Vendor"):
    """The product."""

    defects_at_start: float = share(
        0.5, "Defects at the start if everything is new technology and nothing was vetted.", ASSUMED
    )
    repair: float = share(0.1, "Share of defects repaired per week at middling responsiveness.", ASSUMED)
    untried: float = share(
        1.0,
        "How untried the product is: 0 if there is no product, or one in use for years.",
        Assumption("assumption: its first use"),
        fact=True,
    )
    fault: float = share(
        0.031, "Chance per year of a fault that ends an untried product on which everything depends.", FITTED
    )
