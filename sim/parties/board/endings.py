"""The ladder: where a programme can stand, from as designed to over; each step said once.

The board takes the first four steps (R10); a programme can also close for want of students (R5) or
be stopped by the regulator (R8). Colours: Okabe & Ito 2008, told apart by people with any common
colour blindness; dashes repeat the distinction in print. Steps after which it is over come last.
"""

from collections import namedtuple
from typing import Any

from sim.ledger import Rung

LADDER = (
    Rung("as_designed", "as designed"),
    Rung("repaired", "repaired"),
    Rung("diluted", "diluted", "#56B4E9", "--", ending=True, words="ended diluted"),
    Rung("made_optional", "made optional", "#E69F00", "-.", ending=True, words="was made optional"),
    Rung("cancelled", "cancelled", "#D55E00", "-", ending=True, over=True, words="was cancelled"),
    Rung("closed", "closed", "#009E73", ":", ending=True, over=True, words="was closed"),
    Rung("stopped", "stopped", "#CC79A7", (0, (5, 1, 1, 1, 1, 1)), ending=True, over=True, words="was stopped"),
)

STEP: Any = namedtuple("Step", [rung.name for rung in LADDER])(*range(len(LADDER)))
"""Places on the ladder by name, as in ``STEP.cancelled``."""

OVER_FROM = next(place for place, rung in enumerate(LADDER) if rung.over)
"""From this step on nobody takes part any more."""
