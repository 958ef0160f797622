"""Many regions: strategies x points x seeds, in parts that are done whole or not at all."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import qmc

from sim.draws import Draws, left_by
from sim.io.errors import InputError, telling
from sim.model import let_go
from sim.region.agents import STATES
from sim.region.model import RegionModel, ground
from sim.region.region import Region
from sim.sweep.asked import Between

SEEDS_AT_ONCE = 5
"""Seeds of a part."""
IN_FLIGHT = 2
"""Parts submitted per worker."""
TEXTS = ("strategy", "map")
"""Columns of a table of years that are no numbers."""
MOST_POINTS = 10_000
Method = Literal["factorial", "list", "latin_hypercube"]


class Part(NamedTuple):
    """Seeds of a point under all strategies, and its place among the parts."""

    point: int
    chunk: int
    seeds: tuple[int, ...]

    @property
    def name(self) -> str:
        """File name."""
        return f"part-{self.point:05d}-{self.chunk:06d}.parquet"


@dataclass(frozen=True)
class Plan:
    """Regions ready to be run.

    Attributes
    ----------
    region : Region
    points : DataFrame
        A row per point, a column per field that varies.
    seeds : tuple of int
    draws : Draws, optional
        Of the parameters that nothing sets, which go with the seed. What a scenario sets itself is
        not known any more where it was sent to another process.
    """

    region: Region
    points: pd.DataFrame
    seeds: tuple[int, ...]
    draws: Draws | None = None

    @property
    def parts(self) -> list[Part]:
        """The parts, in order."""
        chunks = [self.seeds[start : start + SEEDS_AT_ONCE] for start in range(0, len(self.seeds), SEEDS_AT_ONCE)]
        return [Part(point, place, chunk) for point in range(len(self.points)) for place, chunk in enumerate(chunks)]

    def at(self, point: int) -> Region:
        """The region at a point."""
        changes = {str(name): _plain(self.points[name].iloc[point]) for name in self.points.columns}
        return self.region.revise(changes, f"point {point}") if changes else self.region

    def with_seeds(self, seeds: tuple[int, ...]) -> Plan:
        """The same with other seeds."""
        return replace(self, seeds=seeds)

    @cached_property
    def data(self) -> dict[str, Any]:
        """All of it but its seeds, as plain data."""
        points = {str(name): [_plain(value) for value in self.points[name]] for name in self.points.columns}
        draws = None if self.draws is None else {"name": self.draws.name, "sha256": self.draws.digest}
        data = {"region": self.region.data, "points": points, "number_of_points": len(self.points), "draws": draws}
        return json.loads(json.dumps(data))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of it, the number of seeds apart."""
        return hashlib.sha256(json.dumps(self.data, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def planned(
    region: Region, vary: Mapping[str, Any], method: Method, points: Any, seeds: int | Sequence[int], first_seed: int,
    draws: Draws | None, sampling_seed: int = 1,
) -> Plan:  # fmt: skip
    """The regions that are asked for; every point is checked.

    Raises
    ------
    sim.io.errors.InputError
        A line for each thing that is wrong.
    """
    table = _points(vary, method, points, sampling_seed)
    listed = range(first_seed, first_seed + seeds) if isinstance(seeds, int) else seeds
    if not len(listed) or any(not isinstance(seed, int | np.integer) or seed < 0 for seed in listed):
        raise InputError(f"seeds = {seeds!r}: accepted: a number from 1, or whole numbers from 0")
    left = left_by(draws, list(region.scenarios.values()), map(str, table.columns))
    plan = Plan(region, table, tuple(int(seed) for seed in dict.fromkeys(listed)), left)
    wrong: list[str] = []
    for point in range(len(table)):
        with telling(wrong):
            plan.at(point)
    if wrong:
        raise InputError(*dict.fromkeys(wrong))
    return plan


def _points(vary: Mapping[str, Any], method: str, points: Any, sampling_seed: int) -> pd.DataFrame:
    """The points: each combination of levels, or a sample of ranges, or those that are listed."""
    if isinstance(points, pd.DataFrame) or (isinstance(points, Sequence) and not isinstance(points, str)):
        table = pd.DataFrame(points).reset_index(drop=True)
        if table.empty or table.isna().any(axis=None):
            raise InputError("points: accepted: a table with a value in every cell")
        return table
    if not vary:
        return pd.DataFrame(index=pd.RangeIndex(1))
    ranges = {name: value for name, value in vary.items() if isinstance(value, Between)}
    levels = {name: list(value) for name, value in vary.items() if name not in ranges and _is_listed(value)}
    odd = [name for name in vary if name not in ranges and name not in levels]
    if odd or (ranges and levels) or any(not each for each in levels.values()):
        raise InputError(f"vary = {dict(vary)!r}: accepted: lists of levels, or of each field sim.between(low, high)")
    if levels:
        rows = list(itertools.product(*levels.values()))
        if len(rows) > MOST_POINTS:
            raise InputError(f"vary: {len(rows)} points; accepted: up to {MOST_POINTS}")
        return pd.DataFrame(rows, columns=list(levels))
    if not isinstance(points, int) or isinstance(points, bool) or not 1 <= points <= MOST_POINTS:
        raise InputError(f"points = {points!r}: accepted with ranges: a whole number from 1 to {MOST_POINTS}")
    sample = qmc.LatinHypercube(len(ranges), rng=np.random.default_rng(sampling_seed)).random(points)
    low, high = (np.array([each[end] for each in ranges.values()]) for end in (0, 1))
    return pd.DataFrame(low + sample * (high - low), columns=list(ranges))


def _is_listed(value: Any) -> bool:
    return isinstance(value, list | range | np.ndarray | pd.Series | tuple)


def run_part(plan: Plan, part: Part) -> pd.DataFrame:
    """The years of a part: a row per strategy, seed and year.

    Returns
    -------
    DataFrame
        ``point, strategy, seed``, then as :attr:`sim.region.model.RegionModel.rows`; ``map`` has a
        digit per district, its place among ``STATES``, of the first seed only.
    """
    region = plan.at(part.point)
    rows = []
    for seed in part.seeds:
        on = ground(region, seed)
        drawn = plan.draws.at([seed]) if plan.draws else None
        for strategy in region.strategies.values():
            model = RegionModel(region, strategy, seed, drawn, on)
            for _ in range(region.settings.years):
                model.step()
            for row, state in zip(model.rows, model.history[1:], strict=True):
                shown = "".join(str(STATES.index(each)) for each in state) if seed == plan.seeds[0] else ""
                rows.append({"point": part.point, "strategy": strategy.name, "seed": seed, **row, "map": shown})
            let_go(model)
    return pd.DataFrame(rows)


def completed(
    plan: Plan, parts: Sequence[Part], executor: Executor, workers: int, stop: Callable[[], bool] = lambda: False
) -> Iterator[tuple[Part, pd.DataFrame]]:
    """Yield parts as they are done."""
    waiting: dict[Future[pd.DataFrame], Part] = {}
    upcoming = iter(parts)
    try:
        while True:
            while len(waiting) < IN_FLIGHT * workers and not stop() and (part := next(upcoming, None)) is not None:
                waiting[executor.submit(run_part, plan, part)] = part
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda each: waiting[each]):
                table = future.result()
                yield waiting.pop(future), table
    finally:
        for future in waiting:
            future.cancel()
