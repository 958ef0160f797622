"""Which assumptions move the headline, as shipped in ``screening.csv``; how that was found is in
``study/screening.py``.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("screening.csv")

MOVES = 0.05
"""A change of risk from which an assumption is said to move the headline."""


@cache
def influential() -> dict[str, float]:
    """Assumptions that move a headline by more than ``MOVES`` over their range: the largest change
    of risk by field, from the largest down.

    Examples
    --------
    >>> all(abs(change) > MOVES for change in influential().values())
    True
    """
    with FILE.open(newline="") as file:
        found = {row["field"]: float(row["largest"]) for row in csv.DictReader(file)}
    moved = {field: change for field, change in found.items() if change > MOVES}
    return dict(sorted(moved.items(), key=lambda pair: -pair[1]))


def reported(most: int = 3) -> str:
    """Say which assumptions move the headline, the first few by name.

    Examples
    --------
    >>> reported().split(":")[0]
    'assumptions that each move such a risk by more than .05 over their range'
    """
    fields = list(influential())
    rest = f" and {len(fields) - most} more" if len(fields) > most else ""
    return (
        "assumptions that each move such a risk by more than .05 over their range: "
        f"{', '.join(fields[:most])}{rest} (sim parameters --influential)"
    )
