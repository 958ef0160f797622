"""Replicates of several scenarios on the same seeds (common random numbers), over threads."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

from sim.engine import at_once, simulate_together
from sim.outcome import Run
from sim.scenario import Scenario


def default_workers() -> int:
    """Number of processors this process may use.

    Examples
    --------
    >>> default_workers() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def replicate(
    scenarios: Sequence[Scenario], seeds: Sequence[int], workers: int | None = None, rules: Any = None
) -> Iterator[Run]:
    """Run every scenario on every seed with the compiled engine.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Design points; each meets the same seeds.
    seeds : sequence of int
    workers : int, optional
        Threads; the compiled run releases the GIL. Default: one per processor.
    rules : Rules, optional

    Yields
    ------
    Run
        Seed by seed, within a seed in the order of ``scenarios``: the same on any number of
        workers. An unfinished iteration is an even sample of all scenarios.

    Examples
    --------
    >>> from sim.sweep.samples import small_scenarios
    >>> [(run.outcome.design, run.outcome.seed) for run in replicate(small_scenarios(), range(2))]
    [('retrofit', 0), ('greenfield', 0), ('retrofit', 1), ('greenfield', 1)]
    """
    workers = workers or default_workers()
    with ThreadPoolExecutor(workers) as pool:

        def start(piece: Sequence[int]) -> list[Future[list[Run]]]:
            return [pool.submit(simulate_together, scenario, piece, rules) for scenario in scenarios]

        pieces = iter(at_once(scenarios, seeds))
        waiting = deque(start(piece) for piece in islice(pieces, 2 * workers))
        try:
            while waiting:
                together = [future.result() for future in waiting.popleft()]
                waiting.extend(start(piece) for piece in islice(pieces, 1))
                for runs in zip(*together, strict=True):
                    yield from runs
        finally:
            for futures in waiting:
                for future in futures:
                    future.cancel()
