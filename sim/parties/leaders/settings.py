"""Whose project it is, how often leaders go, and what their successors do (R13)."""

from __future__ import annotations

from typing import Literal

from sim.kernel.fields import ASSUMED, FITTED, Section, choice, number, share

Decides = Literal["principal", "superintendent", "both"]


class Settings(Section, title="Leaders"):
    """Leaders who sponsor the programme (R13)."""

    decides: Decides = choice("superintendent", "Who sponsors the programme.", ASSUMED)
    principal_leaves: float = share(
        0.18, "Chance per year that a principal leaves.", "the casebook (principal_turnover): NCES 2018-066"
    )
    superintendent_leaves: float = share(
        0.155,
        "Chance per year that a superintendent leaves.",
        "the casebook (superintendent_turnover): White 2023",
    )
    sponsorship: float = number(0.35, "capital", "Weight of a sponsor's word in a vote of the board.", FITTED, 0, 10)
    closes_own: float = share(
        0.0,
        "How readily a new principal drops a programme that the school depends on, relative to any other programme.",
        ASSUMED,
    )
    disappointment: float = number(
        0.92,
        "per year",
        "How readily a programme is given up, from the second year on, if it does not show the results that it "
        "was adopted for (q).",
        FITTED,
        0,
        5,
    )
    drop: float = share(0.51, "Chance that a successor drops a programme at a dose of 1 that nobody wants.", FITTED)

    @property
    def principal(self) -> bool:
        """Whether it is the principal's project, alone or with the superintendent."""
        return self.decides != "superintendent"

    @property
    def superintendent(self) -> bool:
        """Whether it is the superintendent's project, alone or with the principal."""
        return self.decides != "principal"
