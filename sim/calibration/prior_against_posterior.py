"""What the record says of each parameter, as shipped in ``prior_against_posterior.csv``; how that
was found is in ``study/calibrate.py``.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("prior_against_posterior.csv")

CLEARLY, SOMEWHAT = 0.3, 0.1
"""Share of the prior's variance that the record takes away, from which it is said to inform."""


class Informed(NamedTuple):
    """A parameter after the record.

    ``low, median, high``: 10%, half and 90% of the posterior's draws. ``contraction``: share of the
    prior's variance, in standard scores, that the record takes away. ``shift``: of the mean, in SDs
    of the prior.
    """

    low: float
    median: float
    high: float
    contraction: float
    shift: float

    @property
    def words(self) -> str:
        """Whether the record informs it: clearly, somewhat, or prior only."""
        if self.contraction >= CLEARLY:
            return "clearly"
        moved = self.contraction >= SOMEWHAT or abs(self.shift) >= 0.5
        return "somewhat" if moved else "prior only"


@cache
def prior_against_posterior() -> dict[str, Informed]:
    """What the record says, by field.

    Examples
    --------
    >>> from sim.priors import PRIORS
    >>> set(prior_against_posterior()) == set(PRIORS)
    True
    """
    with FILE.open(newline="") as file:
        return {
            row["field"]: Informed(*(float(row[name]) for name in Informed._fields)) for row in csv.DictReader(file)
        }
