"""When the union climbs and comes down, and what its steps weigh (R7)."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from sim.fields import ASSUMED, Section, number, share


class Settings(Section, title="Union"):
    """The union's ladder: quiet, concern, grievance (R7)."""

    bargaining_unit: int | None = number(
        None, "teachers", "Teachers of the bargaining unit; default the programme's.", "the case", 1, 5_000_000, fact=True
    )
    rise_share: float = share(0.4, "Unhappy members, as counted, above which it moves up.", ASSUMED)
    rise_weeks: int = number(3, "weeks", "Weeks above before it moves up.", ASSUMED, 1, 52)
    fall_share: float = share(0.25, "Unhappy members, as counted, below which it moves down.", ASSUMED)
    fall_weeks: int = number(6, "weeks", "Weeks below before it moves down.", ASSUMED, 1, 52)
    pressure: float = number(
        0.04, "capital", "Capital drained a week by a grievance about the whole job.", ASSUMED, 0, 5
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.fall_share > self.rise_share:
            raise ValueError(
                f"fall_share = {self.fall_share} is above rise_share = {self.rise_share}; accepted: at most rise_share"
            )
        return self


class Power(Section, title="UnionPower"):
    """Union."""

    regulation: float = number(
        1.0, "weight", "Weight of its word under the contract; 1 is as usual.", "convention", 0, 10
    )
