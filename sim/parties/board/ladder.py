"""The ladder: where a programme can stand, from as designed to over; each step said once.

The board takes the first four steps (R10); a programme can also close for want of students (R5) or
be stopped by the regulator (R8). Colours: Okabe & Ito 2008, told apart by people with any common
colour blindness; dashes repeat the distinction in print. Steps after which it is over come last.
"""

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

_PLACE = {rung.name: place for place, rung in enumerate(LADDER)}
REPAIRED = _PLACE["repaired"]
DILUTED = _PLACE["diluted"]
OPTIONAL = _PLACE["made_optional"]
CANCELLED = _PLACE["cancelled"]
CLOSED = _PLACE["closed"]
STOPPED = _PLACE["stopped"]
OVER_FROM = next(place for place, rung in enumerate(LADDER) if rung.over)
"""From this step on nobody takes part any more."""
