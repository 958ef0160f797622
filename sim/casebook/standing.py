"""What the model has shown so far, in sentences that stand wherever it forecasts."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

STANDING = (
    "The model has not been shown to tell which of two similar initiatives will end. It predicts what share of each "
    "kind of initiative ends, and does so better than one rate for all kinds, each kind left out in turn; but its "
    "authors had seen these counts. Read a risk as what the model's rules imply, not as a tested forecast."
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
    """Return what has been shown of the model for a kind of programme: its level, or neither level
    nor ranking; for no kind has it been shown to rank places.

    Examples
    --------
    >>> standing_of("nothing").split(",")[0]
    'No population of nothing has been counted'
    """
    kind, own = programme.replace("_", " "), [each for each in shown() if each.programme == programme]
    if not own:
        return f"No population of {kind} has been counted, so for this kind neither level nor ranking has been tested."
    told = "; ".join(
        f"{each.ended} of {each.units} ended, {each.expected:.0f} expected (90% {each.lower:.0f} to {each.upper:.0f})"
        for each in own
    )
    count = "count lies" if len(own) == 1 else "counts lie"
    level = "within" if all(each.inside for each in own) else "outside"
    return (
        f"For {kind}, with that kind left out of the fit, the {count} {level} the model's interval: {told}. The model "
        "has not been shown to rank places of this kind."
    )
