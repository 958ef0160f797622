"""Whose project it is, how often leaders go, and what their successors do (R13)."""

from __future__ import annotations

from typing import Literal

from sim.kernel.fields import ASSUMED, FITTED, Section, choice, number, share

Decides = Literal["principal", "superintendent", "both"]


class Settings(Section, title="Leaders"):
    """Leaders who sponsor the programme (R13)."""

    decides: Decides = choice("superintendent", "Whose project it is.", ASSUMED)
    principal_leaves: float = share(
        0.18, "Chance a year that a principal goes.", "the casebook (principal_turnover): NCES 2018-066"
    )
    superintendent_leaves: float = share(
        0.155,
        "Chance a year that a superintendent goes.",
        "the casebook (superintendent_turnover): White 2023",
    )
    sponsorship: float = number(0.35, "capital", "What a sponsor's word weighs in a vote of the board.", FITTED, 0, 10)
    closes_own: float = share(
        0.0,
        "How readily, against any other programme, a new principal drops what the own school lives by.",
        ASSUMED,
    )
    disappointment: float = number(
        0.92,
        "per year",
        "How readily, from the second year on, what shows nothing that it was adopted for is given up (q).",
        FITTED,
        0,
        5,
    )
    drop: float = share(0.51, "Chance that a successor drops a programme of a dose of 1 that nobody wants.", FITTED)

    @property
    def principal(self) -> bool:
        """Whether it is the principal's project, alone or with the superintendent."""
        return self.decides != "superintendent"

    @property
    def superintendent(self) -> bool:
        """Whether it is the superintendent's project, alone or with the principal."""
        return self.decides != "principal"
