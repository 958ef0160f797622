"""Whom the union speaks for, and what its word weighs (R7)."""

from __future__ import annotations

from sim.kernel.fields import FITTED, Section, number


class Settings(Section, title="Union"):
    """The staff's voice (R7)."""

    bargaining_unit: int | None = number(
        None,
        "teachers",
        "Teachers in the bargaining unit; default: the programme's teachers. No union: power.union.regulation = 0.",
        "the case",
        1,
        5_000_000,
        fact=True,
    )
    pressure: float = number(
        0.13,
        "capital",
        "Political capital drained per week if the whole bargaining unit is unhappy about the whole of its job.",
        FITTED,
        0,
        10,
    )


class Power(Section, title="UnionPower"):
    """Union."""

    regulation: float = number(
        1.0, "weight", "Weight of the union's word under the contract; 1 is as usual.", "convention", 0, 10, fact=True
    )
