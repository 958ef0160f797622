"""How strategies are drawn: told apart in print and by the colour-blind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sim.designs import COLOURS, DASHES, MARKERS


class Look(NamedTuple):
    """Colour, dashes and marker, as Matplotlib takes them."""

    colour: str
    dash: Any
    marker: str


def looks_of(strategies: Sequence[str]) -> dict[str, Look]:
    """The look of each strategy, by its place; where colours begin anew, dashes and markers do not.

    Examples
    --------
    >>> looks = looks_of([f"strategy_{number}" for number in range(9)])
    >>> len(set(looks.values())), looks["strategy_1"].marker
    (9, 's')
    """
    return {name: _look(place) for place, name in enumerate(strategies)}


def _look(place: int) -> Look:
    shifted = place + place // len(COLOURS)
    return Look(COLOURS[place % len(COLOURS)], DASHES[shifted % len(DASHES)], MARKERS[shifted % len(MARKERS)])
