"""Defects and outages."""

from __future__ import annotations

from sim.kernel.fields import ASSUMED, Assumption, Section, share


class Settings(Section, title="Vendor"):
    """The product."""

    defects_at_start: float = share(
        0.5, "Defects at the start where all is new technology and nothing was vetted.", ASSUMED
    )
    vetting_weight: float = share(0.8, "Share of those defects that full vetting removes.", ASSUMED)
    repair: float = share(0.1, "Share of defects repaired a week at middling responsiveness.", ASSUMED)
    outage_chance: float = share(
        0.03,
        "Chance a week of an outage where all is new technology.",
        Assumption("assumption after Mountain View's week-long failures"),
    )
    untried: float = share(
        1.0,
        "How untried the product is: 0 none, or in use for years.",
        Assumption("assumption: its first use"),
        fact=True,
    )
    fault: float = share(0.0, "Chance a year of a fault that ends an untried product on which all depends.", ASSUMED)
    outage_size: float = share(0.3, "Defects added by an outage.", ASSUMED)
