"""The ladder: where a programme can stand, from as designed to over; each step said once.

A run is counted by the outcome of the step it came to: as designed or repaired, it was *sustained*;
at part of its dose, or optional, it was *adapted*; over, it was *discontinued*, by the board in
mid-year or at the year's end, by a new leader, for want of students, for mismanagement, or by the
regulator. What never opened is counted apart. Colours: Okabe & Ito 2008, told apart by people with
any common colour blindness; dashes repeat the distinction in print. Steps after which it is over
come last.
"""

from collections import namedtuple
from typing import Any

from sim.kernel.variables import Status

LADDER = (
    Status("as_designed", "as designed"),
    Status("repaired", "repaired"),
    Status("diluted", "diluted", "#56B4E9", (0, (1, 1)), "adapted", "was diluted"),
    Status("made_optional", "made optional", "#F0E442", (0, (3, 1)), "adapted", "was made optional"),
    Status("suspended", "suspended in mid-year", "#D55E00", "-", "discontinued", "was suspended in mid-year"),
    Status("not_renewed", "not renewed", "#E69F00", "--", "discontinued", "was not renewed"),
    Status("dropped", "dropped by a new leader", "#0072B2", "-.", "discontinued", "was dropped by a new leader"),
    Status("closed", "closed for want of students", "#009E73", ":", "discontinued", "was closed for want of students"),
    Status("mismanaged", "mismanaged", "#000000", (0, (5, 1, 1, 1)), "discontinued", "was closed for mismanagement"),
    Status(
        "stopped", "stopped by the regulator", "#CC79A7", (0, (5, 1, 1, 1, 1, 1)), "discontinued",
        "was stopped by the regulator",
    ),
    Status("not_opened", "not opened", "#999999", (0, (1, 3)), "not_opened", "never opened"),
)  # fmt: skip

STEP: Any = namedtuple("Step", [status.name for status in LADDER])(*range(len(LADDER)))
"""Places on the ladder by name, as in ``STEP.suspended``."""

OVER_FROM = next(place for place, status in enumerate(LADDER) if status.over)
"""From this step on nobody takes part any more."""
