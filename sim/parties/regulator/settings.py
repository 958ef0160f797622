"""What is required, and when it is reviewed (R8)."""

from __future__ import annotations

from sim.kernel.fields import ASSUMED, FITTED, Assumption, Section, number, share


class Settings(Section, title="Regulator"):
    """Compliance reviews and notices (R8)."""

    required_seat_time: float = share(0.9, "Seat time required.", ASSUMED, fact=True)
    required_grade_level: float = share(0.8, "Grade-level coverage required.", ASSUMED, fact=True)
    required_certification: float = share(0.9, "Certification required.", ASSUMED, fact=True)
    review_interval: int = number(12, "weeks", "Weeks between reviews.", ASSUMED, 1, 520, fact=True)
    hold: float = share(
        0.0,
        "Hold of a higher body on the programme: 0 if none has a part in it, 1 if it was ordered or needs permission.",
        Assumption("assumption: none"),
        fact=True,
    )
    order: float = share(0.066, "Chance per year that a body with a full hold withdraws what it asked for.", FITTED)
    notices_to_stop: int = number(
        3, "notices", "Number of notices after which the programme is stopped.", ASSUMED, 1, 100
    )


class Power(Section, title="RegulatorPower"):
    """Regulator: without this power it serves no notice."""

    regulation: float = number(
        1.0, "weight", "How strictly the regulator reviews; 1 is as usual.", "convention", 0, 10, fact=True
    )
