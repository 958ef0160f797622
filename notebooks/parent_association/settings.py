"""How fast the association takes up what families say, and what its word weighs."""

from sim.kernel.fields import Assumption, Section, number, share


class Settings(Section, title="ParentAssociation"):
    """The parent-teacher association."""

    memory: float = share(0.8, "Resolve kept from one week to the next.", Assumption("assumption"))
    hearing: float = number(
        10.0, "per share", "Resolve aimed at, by the share of families speaking in a week.",
        Assumption("assumption"), 0, 100,
    )  # fmt: skip
    pressure: float = number(
        0.16, "capital", "Capital drained a week at full resolve.", Assumption("assumption"), 0, 10
    )
    talkativeness: float = number(
        0.0, "resolve", "Chance part of a week: how far a meeting may stir it up.", Assumption("assumption"), 0, 1
    )


class Power(Section, title="ParentAssociationPower"):
    """The parent-teacher association."""

    governance: float = number(0.5, "weight", "Weight of its resolve.", Assumption("assumption"), 0, 10)
