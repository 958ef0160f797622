"""How the board counts, what it endures, and which steps it may take (R10)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Self

from pydantic import model_validator

from sim.fields import PRIOR, SEARCHED, Assumption, Section, number, share


class Settings(Section, title="Board"):
    """The board with its superintendent (R10)."""

    constituency: int | None = number(
        None,
        "families",
        "Families the board answers to: the whole district; default the community's families.",
        f"{PRIOR} R10",
        1,
        50_000_000,
    )
    constituency_exponent: float = share(
        0.5,
        "How voices are counted (gamma): 0 a packed room counts, 1 only shares count.",
        f"{PRIOR} R10: unknown; the middle, to be varied",
    )
    voice_pressure: float = number(
        8.0, "pressure per share", "Pressure where all families speak against at full sway.", f"{PRIOR} R10", 0, 100
    )
    lost_enrolment_pressure: float = number(
        1.0, "pressure per share", "Pressure where all families have left the school.", Assumption("assumption"), 0, 100
    )
    teacher_pressure: float = number(
        0.25, "pressure", "Pressure where all teachers are unhappy.", f"{PRIOR} R10", 0, 10
    )
    effort_pressure: float = number(
        0.25, "pressure", "Pressure where teachers withhold all effort.", Assumption("assumption"), 0, 10
    )
    drain: float = number(
        0.32, "capital per pressure", "Capital drained a week by a unit of weighed pressure.", SEARCHED, 0, 10
    )
    recovery: float = share(0.06, "Share of lost capital regained a week at middling responsiveness (r).", SEARCHED)
    meeting_interval: int = number(
        2, "weeks", "Weeks between meetings at which the board can act.", Assumption("assumption: twice a month"), 1, 52
    )
    can_repair: bool = number(True, "true or false", "Whether the board may order repairs.", f"{PRIOR} R10")
    can_concede: bool = number(True, "true or false", "Whether the board may cut the dose.", f"{PRIOR} R10")
    can_make_optional: bool = number(
        True, "true or false", "Whether the board may make the programme optional.", f"{PRIOR} R10"
    )
    can_cancel: bool = number(True, "true or false", "Whether the board may cancel.", f"{PRIOR} R10")
    repair_below: float = number(0.7, "capital", "Capital below which it repairs.", Assumption("assumption"), -5, 1)
    concede_below: float = number(0.45, "capital", "Capital below which it concedes.", Assumption("assumption"), -5, 1)
    optional_below: float = number(
        0.2, "capital", "Capital below which it makes the programme optional.", Assumption("assumption"), -5, 1
    )
    cancel_below: float = number(0.1, "capital", "Capital below which it cancels.", Assumption("assumption"), -5, 1)
    repair_speed: float = number(
        2.0, "ratio", "How much faster the vendor repairs once ordered.", Assumption("assumption"), 1, 10
    )
    repair_dose: float = share(0.95, "Dose kept when repairs are ordered.", Assumption("assumption"))
    concede_dose: float = share(0.5, "Dose kept when the board concedes.", f"{PRIOR} R10: halves the dose")
    calm: float = share(0.5, "Share of families' heat that a step takes away.", Assumption("assumption"))
    relief: float = number(
        0.05, "capital", "Capital that a step short of cancelling buys.", Assumption("assumption"), 0, 1
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        ladder = (self.repair_below, self.concede_below, self.optional_below, self.cancel_below)
        if any(later > earlier for earlier, later in pairwise(ladder)):
            raise ValueError(
                f"repair_below, concede_below, optional_below, cancel_below = {', '.join(map(str, ladder))}: "
                "accepted: each at most the one before"
            )
        return self

    def check(self, scenario: Any) -> None:
        """Refuse a constituency smaller than the community."""
        families = scenario.population.families
        if self.constituency is not None and self.constituency < families:
            raise ValueError(
                f"board.constituency = {self.constituency}: accepted: at least population.families = {families}, "
                "which the board answers to"
            )
