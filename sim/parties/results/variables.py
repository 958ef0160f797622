"""What published results write, and what they read of others."""

from sim.kernel.variables import Quantity, Stakeholder

STAKEHOLDER = Stakeholder("results", "results", "#999999", (0, (1, 1)), "+++")
QUANTITIES = (
    Quantity("judged_gain", "SD", "published gain of the week as the board reads it", 0.0),
    Quantity("shown_gain", "SD", "latest published gain as the board reads it", 0.0),
    Quantity(
        "evidence", "experience", "what published results of a third add to its families' experience", 0.0,
        over="tertile",
    ),
)  # fmt: skip
READS = ("dose", "taking_part", "tertile.inside", "tertile.year_gain", "tertile.year_weeks", "weeks_this_year")
