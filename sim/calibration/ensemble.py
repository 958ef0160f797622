"""The ensemble: sets of values that the first fit found, shipped as data.

No posterior: each set meets the record about as well as the others, on seeds and schools that the
search did not use, and nothing says that they are all there are.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("ensemble.csv")


@cache
def ensemble() -> tuple[dict[str, float], ...]:
    """Return the sets, best first, each the values by dotted field name.

    Examples
    --------
    >>> len(ensemble()) >= 10
    True
    """
    with FILE.open(newline="") as file:
        return tuple({name: float(value) for name, value in row.items() if "." in name} for row in csv.DictReader(file))


def member(number: int) -> dict[str, float]:
    """The set that goes with a number, as of a seed or a condition: they take turns."""
    sets = ensemble()
    return dict(sets[number % len(sets)])
