"""What those who pay write, and what they read of others."""

from sim.kernel.variables import Quantity, Stakeholder

STAKEHOLDER = Stakeholder(
    "funder", "money", "#56B4E9", (0, (3, 1, 1, 1)), "---",
    "new strain on the budget that is to be expected within a year (as a negative stance)", drains=False,
)  # fmt: skip
QUANTITIES = (
    Quantity("outside_share", "share", "share of the cost that outside money bears", 0.0, weekly=True),
    Quantity("strain", "0-1", "new strain on the budget when renewal was last voted on", 0.0, weekly=True),
    Quantity(
        "reserves",
        "child-years",
        "reserves of what lives by enrolment, in a year's revenue of a child",
        0.0,
        weekly=True,
    ),
    Quantity("saved", "0-1", "strain that ending it would put on the budget", 0.0),
    Quantity("cut", "0 or 1", "whether a lean budget cuts it at this year's end"),
    Quantity("insolvent", "0 or 1", "whether reserves are gone at the year's end"),
    Quantity("adopted_strain", "0-1", "strain that was agreed to when the programme was adopted", 0.0),
)
READS = ("dose", "enrolled", "open_share", "tertile.year_weeks", "weeks_this_year")
