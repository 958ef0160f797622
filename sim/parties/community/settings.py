"""How attention rises and fades, and when seats are elected (R9)."""

from __future__ import annotations

from typing import Any

from sim.fields import PRIOR, Assumption, Section, choice, number, share


class Settings(Section, title="Community"):
    """Voters and press (R9)."""

    attention_kept: float = share(0.9, "Attention kept from one week to the next.", f"{PRIOR} R9")
    attention_gain: float = number(
        2.0, "per share", "Attention added by a week in which all sway speaks against.", Assumption("assumption"), 0, 50
    )
    pressure: float = number(
        0.2, "pressure", "Weekly pressure at full attention.", f"{PRIOR} R10: about half the families'", 0, 10
    )
    election_weeks: tuple[int, ...] = choice(
        (82,),
        "Weeks after which seats are elected, from 0.",
        Assumption("assumption: a November election in the third year"),
    )
    election_threshold: float = share(0.3, "Attention above which seats change.", Assumption("assumption"))
    election_swing: float = share(0.5, "Capital lost with the seats at full attention.", Assumption("assumption"))

    def check(self, scenario: Any) -> None:
        """Refuse elections before the first week."""
        if any(week < 0 for week in self.election_weeks):
            raise ValueError(f"community.election_weeks = {list(self.election_weeks)}: accepted: weeks from 0")


class Power(Section, title="CommunityPower"):
    """Voters and press."""

    governance: float = number(0.3, "weight", "Weight of attention and of elections.", f"{PRIOR} R10", 0, 10)
