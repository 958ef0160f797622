"""When the union climbs and comes down, and what its steps weigh (R7)."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from sim.fields import PRIOR, Assumption, Section, number, share


class Settings(Section, title="Union"):
    """The union's ladder: quiet, concern, grievance, action (R7)."""

    rise_share: float = share(0.4, "Unhappy share above which it moves up.", f"{PRIOR} R7")
    rise_weeks: int = number(3, "weeks", "Weeks above before it moves up.", f"{PRIOR} R7", 1, 52)
    fall_share: float = share(0.25, "Unhappy share below which it moves down.", f"{PRIOR} R7")
    fall_weeks: int = number(6, "weeks", "Weeks below before it moves down.", f"{PRIOR} R7", 1, 52)
    grievance_pressure: float = number(
        0.25, "pressure", "Weekly pressure in grievance and action.", f"{PRIOR} R10", 0, 5
    )
    action_pressure: float = number(
        0.25, "pressure", "Weekly pressure on resources in action.", Assumption("assumption"), 0, 5
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

    resources: float = number(0.5, "weight", "Weight of action.", f"{PRIOR} R10", 0, 10)
    regulation: float = number(0.5, "weight", "Weight of a grievance under the contract.", f"{PRIOR} R10", 0, 10)
