"""How strategies are drawn: told apart in print and by the colour-blind."""

from __future__ import annotations

from collections.abc import Sequence

from sim.designs import Design


def looks_of(strategies: Sequence[str]) -> dict[str, Design]:
    """Colour, dashes and marker of each strategy, by its place.

    Examples
    --------
    >>> looks_of(["one", "two"])["two"].marker
    's'
    """
    return {name: Design(name, name, place) for place, name in enumerate(strategies)}
