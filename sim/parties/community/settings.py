"""How attention rises and fades, and when seats are elected (R9)."""

from __future__ import annotations

from sim.kernel.fields import ASSUMED, Assumption, Section, choice, number, share


class Settings(Section, title="Community"):
    """Voters and press (R9)."""

    election_weeks: tuple[int, ...] = choice(
        (83,),
        "Weeks of the run, from 1, in which half of the seats are elected; elections come before the board's "
        "decisions of the week.",
        Assumption("assumption: a November election in the third year"),
    )
    turnout: float = share(
        0.25,
        "Share of voters who vote for the board.",
        "Anzia 2014: often 5 to 25% where boards are elected apart",
        fact=True,
    )
    electorate: int | None = number(
        None,
        "voters",
        "Number of voters who elect the board; default: in proportion to the families of its constituency.",
        "the case",
        1,
        1_000_000_000,
        fact=True,
    )
    voters_per_family: float = number(
        5.0,
        "voters per family",
        "Voters for each family with a child in school, used if the electorate is not given.",
        Assumption("assumption: one household in four has a child in school; some vote in none"),
        1,
        100,
        fact=True,
    )
    attention_kept: float = share(0.9, "Attention kept from one week to the next.", ASSUMED)
    attention_gain: float = number(
        2.0,
        "per share",
        "Attention added by a week in which families with all of the sway speak against the programme.",
        ASSUMED,
        0,
        50,
    )


class Power(Section, title="CommunityPower"):
    """Voters and press."""

    governance: float = number(
        1.0, "weight", "Weight of families on record in an election; 1 is as usual.", "convention", 0, 10, fact=True
    )
