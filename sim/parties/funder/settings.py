"""What it costs, who bears it and until when, and what a district can move (R12)."""

from __future__ import annotations

from sim.kernel.fields import ASSUMED, FITTED, Assumption, Section, number, share


class Settings(Section, title="Funder"):
    """Money (R12)."""

    cost: float = number(
        100.0,
        "dollars per student and year",
        "What the programme costs (+) or saves (-) compared with the usual class, at a dose of 1.",
        ASSUMED,
        -100_000,
        100_000,
        fact=True,
    )
    borne: float = share(0.0, "Share of that cost that outside money bears at the start.", ASSUMED, fact=True)
    promised: float = share(
        0.0, "Share that was promised from outside but failed to come before the start.", ASSUMED, fact=True
    )
    end_week: int | None = number(
        None,
        "weeks",
        "First week of the run, from 1, after a grant agreed for a fixed time ends; default: after the run.",
        "the case",
        1,
        100_000,
        fact=True,
    )
    loss: float = share(0.05, "Chance a year that outside money falls through before its end.", ASSUMED, fact=True)
    budget_students: int | None = number(
        None,
        "students",
        "Number of students covered by the budget that decides; default: the constituency's families.",
        "the case",
        1,
        50_000_000,
        fact=True,
    )
    movable: float = number(
        300.0,
        "dollars per student and year",
        "Amount that a budget can shift in a year without a fight.",
        ASSUMED,
        1,
        100_000,
    )
    budget_sd: float = number(
        0.4, "log", "How much tighter or looser one year's budget is than the last.", ASSUMED, 0, 2
    )
    fixed_share: float = share(
        0.45,
        "Share of revenue per child that is left for fixed cost.",
        Assumption("assumption: staff follows enrolment"),
    )
    cut: float = share(
        0.1, "Chance per year that a lean budget cuts a programme whose posts all exist for it alone.", FITTED
    )
    weight: float = number(0.5, "capital", "Weight of a new budget strain of 1 in the vote on renewal.", FITTED, 0, 10)


class Power(Section, title="FunderPower"):
    """Money."""

    resources: float = number(1.0, "weight", "Weight of new cost; 1 is as usual.", "convention", 0, 10, fact=True)
