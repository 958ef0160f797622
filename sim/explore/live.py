"""Runs as they come: all designs on the same seeds, in chunks, over threads; the communities of a
seed are built once and kept.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import chain, islice, pairwise
from threading import Lock
from typing import Any, TypeVar

import numpy as np

from sim.draws import Draws, left_by
from sim.engine import at_once, simulate_together
from sim.outcome import Run
from sim.population import DRAWN, Population, communities, drawn_from
from sim.scenario import Scenario

Result = TypeVar("Result")

CHUNK = 25
"""Pairs that are reported at a time."""

PIECES = 4
"""Pieces of a chunk at the least, so that two threads end at about the same time."""

KEPT = 3_000_000
"""Families of the communities that are kept: some 140 bytes each."""

Chunk = dict[str, list[Run]]
"""Runs of a chunk by design, in the order of its seeds."""


class Kept:
    """Communities by what they depend on, the least lately used given up first.

    Parameters
    ----------
    most : int
        Families of all of them together.
    """

    def __init__(self, most: int = KEPT) -> None:
        self.most, self.size = most, 0
        self._found: OrderedDict[Any, tuple[Population, int]] = OrderedDict()
        self._lock = Lock()

    def of(self, scenario: Scenario, seeds: Sequence[int], drawn: Mapping[str, np.ndarray] | None) -> Population:
        """As :func:`sim.population.communities` draws them."""
        own = {name: drawn[name].tobytes() for name in sorted(DRAWN.keys() & drawn.keys())} if drawn else {}
        key = (drawn_from(scenario), tuple(seeds), tuple(own.items()))
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key][0]
        people, size = communities(scenario, seeds, drawn), len(seeds) * max(1, scenario.simulated)
        with self._lock:
            if key not in self._found:
                self._found[key] = people, size
                self.size += size
            while self.size > self.most and len(self._found) > 1:
                self.size -= self._found.popitem(last=False)[1][1]
        return people

    def __len__(self) -> int:
        return len(self._found)


def chunks(
    points: Sequence[Scenario],
    draws: Draws | None,
    first_seed: int,
    pairs: int,
    pool: ThreadPoolExecutor,
    kept: Kept,
    go_on: Callable[[], None] = lambda: None,
) -> Iterator[Chunk]:
    """Run designs on the same seeds, a chunk of seeds at a time.

    Parameters
    ----------
    points : sequence of Scenario
        The scenario under each design.
    draws : Draws, optional
        Of parameters; what a design sets is drawn under none.
    first_seed, pairs : int
    pool : ThreadPoolExecutor
    kept : Kept
    go_on : callable
        Called between runs, in any thread; what it raises ends the work, and is raised here.

    Yields
    ------
    dict
        Runs by design: those that ``sim compare`` would give, seed for seed.

    Examples
    --------
    >>> from sim.sweep.samples import small_scenarios
    >>> with ThreadPoolExecutor(2) as pool:
    ...     found = list(chunks(small_scenarios(), None, 0, 30, pool, Kept()))
    >>> [len(chunk["retrofit"]) for chunk in found]
    [25, 5]
    """
    draws = left_by(draws, points)
    names = [point.design_name for point in points]

    def piece(seeds: Sequence[int]) -> list[list[Run]]:
        return _piece(points, draws, seeds, kept, go_on)

    for found in in_chunks(first_seed, pairs, CHUNK, pool, partial(_pieces, points), piece):
        yield {name: [run for piece in found for run in piece[place]] for place, name in enumerate(names)}


def in_chunks(
    first_seed: int, pairs: int, size: int, pool: ThreadPoolExecutor,
    pieces: Callable[[Sequence[int]], Iterable[Sequence[int]]], work: Callable[[Sequence[int]], Result],
    first: int = 0,
) -> Iterator[list[Result]]:  # fmt: skip
    """What some work gives of seeds, a chunk of seeds at a time, in their order.

    Parameters
    ----------
    first_seed, pairs, size : int
        The first seed, how many, and how many are a chunk.
    pool : ThreadPoolExecutor
    pieces : callable
        From the seeds of a chunk to those that one thread works on.
    work : callable
        From the seeds of a piece to what is given of them.
    first : int
        So many seeds of the first chunk are a chunk of their own, for numbers at once.

    Yields
    ------
    list
        What the pieces of a chunk gave.
    """
    end = first_seed + pairs
    waiting: deque[list[Future[Result]]] = deque()
    bounds = sorted({*range(first_seed, end, size), min(first_seed + first, end), end})
    starts = iter(pairwise(bounds))

    def begin() -> None:
        """Begin the next chunk, so that no thread waits while the last one is reported."""
        for start, stop in islice(starts, 1):
            waiting.append([pool.submit(work, piece) for piece in pieces(range(start, stop))])

    begin()
    try:
        while waiting:
            begin()
            found = [each.result() for each in waiting[0]]
            waiting.popleft()
            yield found
    finally:
        for each in chain(*waiting):
            each.cancel()


def _pieces(points: Sequence[Scenario], seeds: Sequence[int]) -> list[Sequence[int]]:
    size = -(-len(seeds) // PIECES)
    return [piece for start in range(0, len(seeds), size) for piece in at_once(points, seeds[start : start + size])]


def _piece(
    points: Sequence[Scenario], draws: Draws | None, seeds: Sequence[int], kept: Kept, go_on: Callable[[], None]
) -> list[list[Run]]:
    """Runs of some seeds under each design."""
    drawn = draws.at(seeds) if draws else None
    found: list[list[Run]] = []
    for point in points:
        go_on()
        found.append(simulate_together(point, seeds, people=kept.of(point, seeds, drawn), drawn=drawn))
    return found
