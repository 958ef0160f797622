"""Runs of several scenarios on the same seeds, as objects; for tables there is sim.experiment."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sim import Run, Scenario
from sim.engine import at_once, simulate_together
from sim.sweep.local import default_workers


def replicate(
    scenarios: Sequence[Scenario], seeds: Sequence[int], workers: int | None = None, rules: Any = None
) -> Iterator[Run]:
    """Yield runs seed by seed, within a seed in the order of the scenarios."""
    with ThreadPoolExecutor(workers or default_workers()) as pool:
        for piece in at_once(scenarios, seeds):
            found = list(pool.map(lambda scenario, some=piece: simulate_together(scenario, some, rules), scenarios))
            yield from (run for runs in zip(*found, strict=True) for run in runs)
