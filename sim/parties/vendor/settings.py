"""Defects, outages and funding."""

from __future__ import annotations

from sim.fields import Assumption, Section, number, share


class Settings(Section, title="Vendor"):
    """Product and funding."""

    defects_at_start: float = share(
        0.5, "Defects at the start where all is new technology and nothing was vetted.", Assumption("assumption")
    )
    vetting_weight: float = share(0.8, "Share of those defects that full vetting removes.", Assumption("assumption"))
    repair: float = share(0.1, "Share of defects repaired a week at middling responsiveness.", Assumption("assumption"))
    outage_chance: float = share(
        0.03,
        "Chance a week of an outage where all is new technology.",
        Assumption("assumption after Mountain View's week-long failures"),
    )
    outage_size: float = share(0.3, "Defects added by an outage.", Assumption("assumption"))
    funded: bool = number(
        True, "true or false", "Whether an outside funder or the contract pays at the start.", Assumption("assumption")
    )
    funding_loss: float = share(
        0.05, "Chance a year that the funder or the contract falls through.", Assumption("assumption")
    )
    funding_pressure: float = number(
        0.15, "pressure", "Weekly pressure on resources while the funding is missing.", Assumption("assumption"), 0, 5
    )


class Power(Section, title="VendorPower"):
    """Vendor and funder."""

    resources: float = number(0.5, "weight", "Weight of missing funding.", Assumption("assumption"), 0, 10)
