"""What is required, and when it is reviewed (R8)."""

from __future__ import annotations

from sim.fields import PRIOR, Assumption, Section, number, share


class Settings(Section, title="Regulator"):
    """Compliance reviews and notices (R8)."""

    required_seat_time: float = share(0.9, "Seat time required.", Assumption("assumption"))
    required_grade_level: float = share(0.8, "Grade-level coverage required.", Assumption("assumption"))
    required_certification: float = share(0.9, "Certification required.", Assumption("assumption"))
    review_interval: int = number(12, "weeks", "Weeks between reviews.", f"{PRIOR} R8", 1, 520)
    call_in_share: float = share(
        0.1, "Share of families speaking against in a week that calls a review in.", Assumption("assumption")
    )
    call_in_gap: int = number(
        6, "weeks", "Fewest weeks between a review and one called in.", Assumption("assumption"), 1, 520
    )
    notices_to_stop: int = number(3, "notices", "Notices that stop the programme.", f"{PRIOR} R8", 1, 100)
    notice_pressure: float = number(1.0, "pressure", "Pressure in the week of a notice.", f"{PRIOR} R10", 0, 10)


class Power(Section, title="RegulatorPower"):
    """Regulator: without this power it holds no reviews."""

    regulation: float = number(0.5, "weight", "Weight of a notice.", f"{PRIOR} R10", 0, 10)
