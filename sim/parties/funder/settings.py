"""What it costs, who bears it and until when, and what a district can move (R12)."""

from __future__ import annotations

from sim.kernel.fields import ASSUMED, FITTED, Assumption, Section, number, share


class Settings(Section, title="Funder"):
    """Money (R12)."""

    cost: float = number(
        100.0,
        "dollars per student and year",
        "What the programme costs (+) or saves (-) beside the usual class, at a dose of 1.",
        ASSUMED,
        -100_000,
        100_000,
        fact=True,
    )
    borne: float = share(0.0, "Share of that cost that outside money bears at the start.", ASSUMED, fact=True)
    promised: float = share(
        0.0, "Share that was promised from outside, and failed to come before the start.", ASSUMED, fact=True
    )
    end_week: int | None = number(
        None,
        "weeks",
        "First week of the run, from 1, without the grant that was agreed for a time; default beyond the run.",
        "the case",
        1,
        100_000,
        fact=True,
    )
    loss: float = share(0.05, "Chance a year that outside money falls through before its end.", ASSUMED, fact=True)
    budget_students: int | None = number(
        None,
        "students",
        "Students that the deciding budget is for; default the constituency's families.",
        "the case",
        1,
        50_000_000,
        fact=True,
    )
    movable: float = number(
        300.0, "dollars per student and year", "What a budget can move in a year without a fight.", ASSUMED, 1, 100_000
    )
    budget_sd: float = number(0.4, "log", "How much tighter or looser a year's budget is than the last.", ASSUMED, 0, 2)
    fixed_share: float = share(
        0.45,
        "Share of revenue per child that is left for fixed cost.",
        Assumption("assumption: staff follows enrolment"),
    )
    cut: float = share(
        0.1, "Chance a year that a programme is cut for a lean budget whose posts all exist for it alone.", FITTED
    )
    weight: float = number(0.5, "capital", "What a new strain of 1 weighs when renewal is voted on.", FITTED, 0, 10)


class Power(Section, title="FunderPower"):
    """Money."""

    resources: float = number(1.0, "weight", "Weight of new cost; 1 is as usual.", "convention", 0, 10, fact=True)
