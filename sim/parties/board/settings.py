"""How the board counts, what it endures, and which steps it may take (R10)."""

from __future__ import annotations

from typing import Any, Self

from pydantic import model_validator

from sim.kernel.fields import ASSUMED, FITTED, Assumption, Section, number, share


class Settings(Section, title="Board"):
    """The board and its members (R10, R14)."""

    constituency: int | None = number(
        None,
        "families",
        "Families whom the board answers to: the whole district; default: the programme's families.",
        "the case",
        1,
        50_000_000,
        fact=True,
    )
    seats: int = number(5, "members", "Seats on the board; an odd number.", ASSUMED, 1, 15, fact=True)
    meeting_interval: int = number(
        2,
        "weeks",
        "Weeks between meetings at which the board can act.",
        Assumption("assumption: twice a month"),
        1,
        52,
        fact=True,
    )
    renewal_week: int = number(
        30,
        "weeks",
        "Week of the school year, from 1, in which the board decides about the next year.",
        Assumption("assumption: with the spring budget"),
        1,
        52,
        fact=True,
    )
    can_repair: bool = number(True, "true or false", "Whether the board may order repairs.", "switch")
    can_concede: bool = number(True, "true or false", "Whether the board may cut the dose.", "switch")
    can_make_optional: bool = number(
        True, "true or false", "Whether the board may make the programme optional.", "switch"
    )
    can_suspend: bool = number(True, "true or false", "Whether the board may end the programme in mid-year.", "switch")
    can_decline: bool = number(
        True, "true or false", "Whether the board votes each spring on continuing the programme.", "switch"
    )
    constituency_exponent: float = share(
        0.3,
        "How voices are counted (gamma): at 0 a packed room counts in full, at 1 only shares of the whole "
        "constituency count.",
        FITTED,
    )
    recovery: float = share(
        0.051, "Share of lost political capital regained per week at middling responsiveness (r).", FITTED
    )
    answer_below: float = number(
        0.45,
        "capital",
        "Political capital below which the board takes the next step short of ending the programme.",
        ASSUMED,
        -5,
        1,
    )
    suspend_below: float = number(
        0.067,
        "capital",
        "Political capital below which a member with no tolerance ends the programme in mid-year, if it has no "
        "sponsor.",
        FITTED,
        -5,
        1,
    )
    repair_speed: float = number(
        2.0, "ratio", "How much faster the vendor repairs defects once the board orders it.", ASSUMED, 1, 10
    )
    by_change: float = share(
        1.0,
        "How far events, and the doubts of members and successors, count in proportion to how different the "
        "programme is (b).",
        ASSUMED,
    )
    answer_weeks: float = number(
        2.0,
        "weeks",
        "Mean number of weeks until the board responds at full responsiveness; 0: at its next meeting.",
        ASSUMED,
        0,
        52,
    )
    patience: float = number(
        4.0,
        "weeks",
        "Weeks for which a majority must see an emergency before the board ends the programme in mid-year.",
        ASSUMED,
        0,
        520,
    )
    concede_dose: float = share(0.48, "Share of the dose that is kept when the board dilutes the programme.", FITTED)
    calm: float = share(0.5, "Share of families' mobilisation that a step of the board takes away.", ASSUMED)
    doubt: float = number(
        0.31,
        "capital",
        "Political capital that a member with no tolerance requires of a programme at a dose of 1 without a sponsor.",
        FITTED,
        -5,
        5,
    )
    tolerance_sd: float = number(
        0.2, "capital", "How much members differ in how much pressure they tolerate.", FITTED, 0, 5
    )

    @model_validator(mode="after")
    def _can_decide(self) -> Self:
        if self.seats % 2 == 0:
            raise ValueError(f"seats = {self.seats}: accepted: an odd number, 1 to 15, so that a vote decides")
        return self

    def check(self, scenario: Any) -> None:
        """Refuse a constituency smaller than the community."""
        families = scenario.population.families
        if self.constituency is not None and self.constituency < families:
            raise ValueError(
                f"board.constituency = {self.constituency}: accepted: at least population.families = {families}, "
                "which the board answers to"
            )
