"""What the association writes, and what it reads of others."""

from sim.kernel.variables import Quantity, Stakeholder

STAKEHOLDER = Stakeholder(
    "parent_association", "parent association", "#44AA99", (0, (4, 1, 1, 1)), "oo",
    "resolve that a first week's voices would lead to (as a negative stance)",
)  # fmt: skip
QUANTITIES = (
    Quantity("resolve", "0-1", "the association's resolve against the programme", 0.0, weekly=True),
    Quantity("peak_resolve", "0-1", "highest resolve of the association in the run", 0.0, outcome="last"),
)
READS = ("voices_against", "taking_part", "sway_against")
STREAMS = ("association_meeting",)
