"""When the union climbs and comes down, and what its steps weigh (R7)."""

from __future__ import annotations

from sim.fields import ASSUMED, Section, number, share


class Settings(Section, title="Union"):
    """The union's ladder: quiet, concern, grievance (R7)."""

    bargaining_unit: int | None = number(
        None,
        "teachers",
        "Teachers of the bargaining unit; default the programme's.",
        "the case",
        1,
        5_000_000,
        fact=True,
    )
    rise_share: float = share(
        0.4, "Unhappy members, as counted, above which it moves up, and below half of which it comes down.", ASSUMED
    )
    weeks: int = number(3, "weeks", "Weeks above, or below, before it moves.", ASSUMED, 1, 52)
    pressure: float = number(
        0.04, "capital", "Capital drained a week by a grievance about the whole job.", ASSUMED, 0, 5
    )


class Power(Section, title="UnionPower"):
    """Union."""

    regulation: float = number(
        1.0, "weight", "Weight of its word under the contract; 1 is as usual.", "convention", 0, 10, fact=True
    )
