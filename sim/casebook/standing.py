"""What the model has shown so far, in sentences that stand wherever it forecasts."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

STANDING = (
    "This model has not shown which of two like initiatives ends. How many of a kind end it told better than one rate "
    "for all, each kind left out in turn, but its makers had seen these counts. Read a risk as what its rules imply, "
    "not as a tested forecast."
)
"""True of the shipped posterior: tests/test_score.py holds it against ``sim score``."""

FILE = Path(__file__).with_name("shown.csv")
"""What ``python -m study.score --ship`` found for each population, with its programme left out."""


class Shown(NamedTuple):
    """A counted population beside what the model expected of it, its programme left out: units,
    how many ended, and the expected number with the 90% interval of the count.
    """

    population: str
    programme: str
    units: int
    ended: int
    expected: float
    lower: float
    upper: float

    @property
    def inside(self) -> bool:
        """Whether the interval holds the count."""
        return self.lower <= self.ended <= self.upper


@cache
def shown() -> tuple[Shown, ...]:
    """What was found for each counted population.

    Examples
    --------
    >>> {each.programme for each in shown()} >= {"summit", "four_day_week"}
    True
    """
    with FILE.open(newline="", encoding="utf-8") as file:
        return tuple(
            Shown(
                row["population"], row["programme"], int(row["units"]), int(row["ended"]),
                *(float(row[name]) for name in ("expected", "lower", "upper")),
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def standing_of(programme: str) -> str:
    """Return what the model has shown for a kind of programme: its level, or neither level nor
    rank. That it ranks places of one kind it has shown for none.

    Examples
    --------
    >>> standing_of("nothing").split(":")[0]
    'Of nothing no population was counted'
    """
    kind, own = programme.replace("_", " "), [each for each in shown() if each.programme == programme]
    if not own:
        return f"Of {kind} no population was counted: for this kind the model has shown neither level nor rank."
    told = "; ".join(
        f"{each.population}: {each.ended} of {each.units} ended, expected {each.expected:.0f} (90% {each.lower:.0f} "
        f"to {each.upper:.0f})"
        for each in own
    )
    if all(each.inside for each in own):
        return (
            f"For {kind} the model's level holds, by an interval, where that programme was left out ({told}); that it "
            "ranks places of this kind it has not shown."
        )
    return f"For {kind} the model's level missed where that programme was left out ({told}), and its rank is not shown."
