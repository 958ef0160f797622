"""When students walk out, and what follows (R15)."""

from __future__ import annotations

from sim.kernel.fields import ASSUMED, Section, number, share


class Settings(Section, title="Students"):
    """Students of grades 7 and up (R15)."""

    youngest_grade: int = number(
        6, "grade", "Grade of the programme's youngest children, 0 for kindergarten.", ASSUMED, 0, 12, fact=True
    )
    walkout: float = share(
        0.25, "Share of a school's older students who must be ready to walk out before they do; 1: never.", ASSUMED
    )
    attention: float = share(0.3, "Public attention that a walkout of students at all schools adds.", ASSUMED)
