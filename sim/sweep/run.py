"""Running a sweep: rounds of parts over an executor, each part written as it is done, stopping by
count or precision.
"""

from __future__ import annotations

import hashlib
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim import rules as rulebook
from sim.analysis.intervals import paired_difference_of_counts, wilson
from sim.analysis.quantities import HEADLINE, counted, happened_by
from sim.analysis.weekly import weekly_of_runs
from sim.draws import Draws
from sim.engine import at_once, simulate, simulate_together
from sim.outcome import Run
from sim.population import Population, communities, drawn_from
from sim.scenario import Scenario
from sim.sweep.folder import SweepFolder
from sim.sweep.plan import Part, Sweep

Simulate = Callable[[Scenario, int], Run]
"""How a run is done: the compiled engine, or a picklable function of one's own, as for Mesa models
with subclassed agents.
"""

IN_FLIGHT = 2
"""Parts submitted per worker, so that none waits and memory stays flat."""

COMMUNITIES = 8
"""Kinds of communities that are kept at a time, so that memory stays flat."""


@dataclass
class Progress:
    """How far a sweep has come.

    Attributes
    ----------
    done, known : int
        Runs written, and runs known to be needed so far (the rest of the round under way included).
    most : int
        Runs of all rounds that may come: those known, where no precision is aimed at; else as if
        no design point that is not done yet were precise before all its seeds are used up.
    bound : bool
        Whether fewer may do.
    work, work_most : int
        The same in family-weeks, which runs cost about alike, with the second pass for weekly
        curves.
    work_before : int
        Of the work done, what an earlier sitting did.
    curves : bool
        Whether the second pass is under way.
    errors : int
        Runs that raised.
    worst : float
        Largest half-width of the intervals aimed at; NaN where there is no target yet.
    """

    done: int = 0
    known: int = 0
    most: int = 0
    bound: bool = False
    work: int = 0
    work_most: int = 0
    work_before: int = 0
    curves: bool = False
    errors: int = 0
    worst: float = float("nan")


def run_part(sweep: Sweep, part: Part, simulate: Simulate = simulate) -> pd.DataFrame:
    """Do the runs of a part: a pure function of both, on any worker.

    Returns
    -------
    DataFrame
        A row per run: ``point, design, seed``, the fields of an outcome, ``error`` (None where
        there was none).
    """
    pairs = [(point, design) for point in part.points for design in sweep.spec.designs]
    scenarios = [_scenario(sweep, *pair) for pair in pairs]
    rows: dict[tuple[int, str], list[dict[str, Any]]] = {pair: [] for pair in pairs}
    for seeds in _pieces(part, scenarios):
        people = Communities(seeds, sweep.draws)
        for pair, scenario in zip(pairs, scenarios, strict=True):
            rows[pair] += _rows(pair, scenario, seeds, simulate, people)
    columns = ["point", "design", "seed", *outcome_fields(sweep), "error"]
    every = [row for own in rows.values() for row in own]
    table = {name: [row.get(name, math.nan) for row in every] for name in columns}
    return pd.DataFrame({name: np.array(values, TEXTS.get(name)) for name, values in table.items()})


TEXTS = {"fate": object, "ending": object, "error": object}
"""Columns of runs that hold texts, or nothing."""


def _rows(
    pair: tuple[int, str], scenario: Scenario | Exception, seeds: Sequence[int], how: Simulate, people: Communities
) -> list[dict[str, Any]]:
    """The runs of a design at a point."""
    point, design = pair
    found = [scenario] * len(seeds) if isinstance(scenario, Exception) else _tried(scenario, seeds, how, people)
    return [
        {"point": point, "design": design, "seed": seed, "error": f"{type(each).__name__}: {each}"}
        if isinstance(each, Exception)
        else {"point": point, "seed": seed, **each.outcome, "design": design, "error": None}
        for seed, each in zip(seeds, found, strict=True)
    ]


def _tried(scenario: Scenario, seeds: Sequence[int], how: Simulate, people: Communities) -> Sequence[Run | Exception]:
    """Runs as of :func:`runs_of`, or what they raised: where one raises, each is done by itself."""
    try:
        return runs_of(scenario, seeds, how, people)
    except Exception as error:
        if len(seeds) == 1:
            return [error]
        return [each for seed in seeds for each in _tried(scenario, (seed,), how, people.alone(seed))]


def _pieces(part: Part, scenarios: Iterable[Scenario | Exception]) -> list[Sequence[int]]:
    """The seeds of a part, in pieces that are run together."""
    good = [scenario for scenario in scenarios if isinstance(scenario, Scenario)]
    return at_once(good, range(part.first_seed, part.first_seed + part.seeds))


def _scenario(sweep: Sweep, point: int, design: str) -> Scenario | Exception:
    """What a design is at a point; or why it cannot be."""
    try:
        return sweep.scenario(point, design)
    except Exception as error:
        return error


class Communities:
    """Communities of some seeds, drawn once for all scenarios that draw the same; and the draws of
    parameters that go with the seeds.
    """

    def __init__(self, seeds: Sequence[int], draws: Draws | None = None) -> None:
        self.seeds, self.draws = seeds, draws
        self.drawn = draws.at(seeds) if draws else None
        self._drawn: dict[Any, Population] = {}

    def alone(self, seed: int) -> Communities:
        """The same for one seed only."""
        return Communities((seed,), self.draws)

    def of(self, scenario: Scenario) -> Population:
        """Those of a scenario, as :func:`sim.population.communities` draws them."""
        depends = drawn_from(scenario)
        if depends not in self._drawn:
            if len(self._drawn) == COMMUNITIES:
                del self._drawn[next(iter(self._drawn))]
            self._drawn[depends] = communities(scenario, self.seeds, self.drawn)
        return self._drawn[depends]


def runs_of(scenario: Scenario, seeds: Sequence[int], how: Simulate, people: Communities) -> list[Run]:
    """Runs of a scenario: together where the compiled engine does them, else one by one."""
    if how is simulate:
        return simulate_together(scenario, seeds, people=people.of(scenario), drawn=people.drawn)
    return [how(people.draws.scenario(scenario, seed) if people.draws else scenario, seed) for seed in seeds]


def outcome_fields(sweep: Sweep) -> list[str]:
    """Columns of an outcome that the table of runs holds beside those that name the run."""
    return [name for name in sweep.cast.ledger.outcome if name not in ("scenario", "design", "seed")]


def run_sweep(
    sweep: Sweep,
    folder: SweepFolder,
    executor: Executor,
    workers: int,
    tell: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    simulate: Simulate = simulate,
) -> tuple[Progress, bool]:
    """Do what is missing of a sweep.

    Parameters
    ----------
    sweep : Sweep
    folder : SweepFolder
        Held for writing by the caller.
    executor : concurrent.futures.Executor
        Threads, processes, or a cluster's.
    workers : int
        How many the executor has.
    tell : callable
        Called with the progress after each part.
    stop : callable
        Asked between parts; when it says yes, the parts under way are finished and written, and no
        more are started.
    simulate : callable
        How a run is done; picklable where the executor has processes.

    Returns
    -------
    progress : Progress
    finished : bool
        False where it was stopped.

    Raises
    ------
    sim.errors.InputError
        Where the folder was begun with another model: other parties, rules, or another
        ``simulate``.

    Examples
    --------
    >>> import tempfile
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from pathlib import Path
    >>> from sim.sweep.plan import comparison
    >>> from sim.sweep.samples import small_scenarios
    >>> sweep = comparison(small_scenarios(), 5)
    >>> with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(2) as pool:
    ...     folder = SweepFolder(Path(place) / "small")
    ...     folder.create(sweep)
    ...     with folder.hold():
    ...         progress, finished = run_sweep(sweep, folder, pool, 2)
    >>> progress.done, finished
    (10, True)
    """
    for room in sweep.cast.own:
        _ = room.agent
    folder.claim({"parties": [_identity(room.card) for room in sweep.cast.own], "simulate": _who(simulate)})
    progress, precision, load = Progress(), Precision(sweep), Load(sweep)
    points = list(range(len(sweep.points)))
    seeds = dict.fromkeys(points, 0)
    rounds = sweep.ahead(0)
    load.foresee(progress, seeds, points)
    while parts := [part for number in rounds for part in sweep.parts(number, points)]:
        for part in parts:
            seeds.update({point: seeds[point] + part.seeds for point in part.points})
        progress.known += sum(len(part.points) * part.seeds for part in parts) * len(sweep.spec.designs)
        missing = _resumed(folder, parts, progress, precision, load)
        for part, table in _completed(run_part, sweep, missing, executor, workers, stop, simulate):
            folder.write_part(part.name, table)
            precision.add(table)
            progress.done += len(table)
            progress.work += load.of(part)
            progress.errors += int(table["error"].notna().sum())
            tell(progress)
        if progress.done < progress.known:
            return progress, False
        points, progress.worst = precision.unresolved(points)
        load.foresee(progress, seeds, points)
        rounds = sweep.ahead(rounds.stop)
    progress.curves, progress.bound = sweep.spec.outputs.weekly != "none", False
    load.foresee(progress, seeds, [])

    def told(part: Part, fresh: bool) -> None:
        progress.work += load.of(part)
        progress.work_before += 0 if fresh else load.of(part)
        tell(progress)

    return progress, _write_weekly(sweep, folder, sweep.weekly_parts(seeds), executor, workers, stop, simulate, told)


class Load:
    """What is to be done of a sweep, in family-weeks: families times weeks.

    Design points may differ in both, so that a count of runs says little of the time that is left.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.each = family_weeks(sweep)

    def of(self, part: Part) -> int:
        """The work of a part, or a piece of one, of one design."""
        share = len(self.sweep.spec.designs) if part.design else 1
        return sum(self.each[point] for point in part.points) * part.seeds // share

    def foresee(self, progress: Progress, seeds: dict[int, int], points: Sequence[int]) -> None:
        """Enter what may come at the most.

        Parameters
        ----------
        progress : Progress
        seeds : dict
            How many seeds each point has met, or meets in the rounds under way.
        points : sequence of int
            Those that may meet more.
        """
        most = {**seeds, **dict.fromkeys(points, self.sweep.most_seeds)}
        weekly = self.sweep.weekly_parts(most)
        progress.most = sum(most.values()) * len(self.sweep.spec.designs)
        progress.work_most = sum(self.each[point] * count for point, count in most.items()) + sum(map(self.of, weekly))
        progress.bound = self.sweep.spec.replicates.target != "none" and bool(points)


def family_weeks(sweep: Sweep) -> dict[int, int]:
    """Families times weeks of one seed at each design point, all designs together: what its runs
    cost, about.

    Examples
    --------
    >>> from sim.sweep.plan import comparison
    >>> from sim.sweep.samples import small_scenarios
    >>> family_weeks(comparison(small_scenarios(), 5))
    {0: 3200}
    """
    moved = {name: {name} for name in map(str, sweep.points.columns)}
    moved |= {factor.column: set(factor.fields) for factor in sweep.spec.factors}
    columns = [name for name in sweep.points.columns if moved[str(name)] & {"population.families", "horizon.weeks"}]
    alike: dict[tuple[Any, ...], int] = {}
    found = {}
    for point, *values in sweep.points[columns].itertuples():
        key = tuple(values)
        if key not in alike:
            scenarios = [_scenario(sweep, point, design) for design in sweep.spec.designs]
            good = [each for each in scenarios if isinstance(each, Scenario)]
            alike[key] = sum(each.population.families * each.horizon.weeks for each in good)
        found[point] = alike[key]
    return found


def _identity(card: dict[str, Any]) -> dict[str, Any]:
    return {key: card[key] for key in ("party", "module", "version", "sha256")}


def _who(how: Simulate) -> dict[str, Any] | None:
    """How runs are done, as plain data: None for the compiled engine as it is."""
    if how is simulate:
        return None
    if isinstance(how, partial):
        given: dict[Any, Any] = {**dict(enumerate(how.args)), **(how.keywords or {})}
        return {"of": _who(how.func), "with": {str(name): _given(value) for name, value in given.items()}}
    return _function(how)


def _function(how: Callable[..., Any]) -> dict[str, Any]:
    """A function as plain data: its name, and a digest of the file that it stands in, or of itself
    where that is none.
    """
    file = getattr(sys.modules.get(how.__module__), "__file__", None)
    digest = hashlib.sha256(Path(file).read_bytes()).hexdigest() if file else rulebook.digest(how)
    return {"module": how.__module__, "name": how.__qualname__, "sha256": digest}


def _given(value: Any) -> Any:
    """An argument bound to how runs are done, as plain data: a set of rules by those that are
    swapped.
    """
    if hasattr(type(value), "quantities"):
        return {"rules": rulebook.swapped(value)}
    if callable(value):
        return _function(value)
    return repr(value)


def _resumed(
    folder: SweepFolder, parts: list[Part], progress: Progress, precision: Precision, load: Load
) -> list[Part]:
    """Count the parts that are there, and return those that are not."""
    logged, missing = folder.log(), []
    for part in parts:
        entry = logged.get(part.name)
        if entry is None or not folder.intact(part.name, entry):
            missing.append(part)
            continue
        precision.add(folder.read_part(part.name, ["point", "design", "seed", "error", "opened", "week_over"]))
        progress.done += entry["rows"]
        progress.work += load.of(part)
        progress.work_before += load.of(part)
        progress.errors += entry["errors"]
    return missing


def weekly_part(sweep: Sweep, part: Part, simulate: Simulate = simulate) -> pd.DataFrame:
    """Weekly curves of design points: quantiles over the runs of each that opened, or every run's
    in full.

    Runs that raise are left out.

    Parameters
    ----------
    sweep : Sweep
    part : Part
        Or a piece of one, of one design.
    simulate : callable
        How a run is done.

    Returns
    -------
    DataFrame
        ``point``, then as :func:`sim.analysis.weekly.weekly_quantiles`; or ``point, design, seed,
        week`` and the columns of the weekly table. ``error`` is empty.
    """
    tables: list[pd.DataFrame] = []
    for point in part.points:
        for design in [part.design] if part.design else sweep.spec.designs:
            scenario, runs = sweep.scenario(point, design), list[Run]()
            for seeds in _pieces(part, [scenario]):
                people = Communities(seeds, sweep.draws)
                runs += [each for each in _tried(scenario, seeds, simulate, people) if isinstance(each, Run)]
            if sweep.spec.outputs.weekly == "full":
                tables.extend(
                    run.weekly().reset_index().assign(point=point, design=design, seed=run.outcome.seed) for run in runs
                )
            elif runs:
                tables.append(weekly_of_runs(design, runs).assign(point=point))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["point", "design", "week"])
    ahead = [name for name in ("point", "design", "seed", "week") if name in table.columns]
    columns = [*ahead, *(name for name in table.columns if name not in ahead)]
    return table[columns].assign(error=None).astype({"error": object})


def _write_weekly(
    sweep: Sweep,
    folder: SweepFolder,
    parts: list[Part],
    executor: Executor,
    workers: int,
    stop: Callable[[], bool],
    simulate: Simulate,
    tell: Callable[[Part, bool], None],
) -> bool:
    """Write the curves that are missing, each design a piece of work, and return whether all are
    there; tell of each piece, and of each part that is there already (``fresh`` is false).
    """
    logged, designs = folder.log(), sweep.spec.designs
    missing = []
    for part in parts:
        if part.name in logged and folder.intact(part.name, logged[part.name]):
            tell(part, False)
        else:
            missing.append(part)
    pieces = [replace(part, design=design) for part in missing for design in designs]
    found: dict[str, dict[str | None, pd.DataFrame]] = {part.name: {} for part in missing}
    for piece, table in _completed(weekly_part, sweep, pieces, executor, workers, stop, simulate):
        own = found[piece.name]
        own[piece.design] = table
        tell(piece, True)
        if len(own) == len(designs):
            # A design whose runs all raised has no curves.
            kept = [own[design] for design in designs if len(own[design])] or [table]
            whole = pd.concat(kept, ignore_index=True)
            folder.write_part(piece.name, whole.sort_values("point", kind="stable", ignore_index=True))
            del found[piece.name]
    return not found


def _completed(
    work: Callable[[Sweep, Part, Simulate], pd.DataFrame],
    sweep: Sweep,
    parts: list[Part],
    executor: Executor,
    workers: int,
    stop: Callable[[], bool],
    simulate: Simulate,
) -> Iterator[tuple[Part, pd.DataFrame]]:
    """Yield parts as they are done, in whatever order; their names say where they belong."""
    waiting: dict[Future[pd.DataFrame], Part] = {}
    upcoming = iter(parts)
    try:
        while True:
            while len(waiting) < IN_FLIGHT * workers and not stop():
                part = next(upcoming, None)
                if part is None:
                    break
                waiting[executor.submit(work, sweep.only(part.points), part, simulate)] = part
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda future: waiting[future].index):
                yield waiting.pop(future), future.result()
    finally:
        for future in waiting:
            future.cancel()


class Precision:
    """Counts by design point from which intervals follow; memory does not grow with the number of
    runs.

    ``counts`` has shape (points, designs, 2): runs discontinued by the week, and runs that opened;
    ``pairs`` has shape (points, 4): both of the first two designs, only the first, only the second,
    neither, of the seeds on which both opened.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.counts = np.zeros((len(sweep.points), len(sweep.spec.designs), 2), dtype=np.int64)
        self.pairs = np.zeros((len(sweep.points), 4), dtype=np.int64)

    def add(self, table: pd.DataFrame) -> None:
        """Count the runs of a part that opened and raised no error."""
        designs = list(self.sweep.spec.designs)
        good = counted(table)
        over = happened_by(good, self.sweep.spec.replicates.by_week)
        place = good["design"].map({name: k for k, name in enumerate(designs)}).to_numpy(np.int64)
        np.add.at(self.counts, (good["point"].to_numpy(), place, 0), over.astype(np.int64))
        np.add.at(self.counts, (good["point"].to_numpy(), place, 1), 1)
        if len(designs) > 1:
            wide = good.assign(**{HEADLINE: over}).pivot_table(
                index=["point", "seed"], columns="design", values=HEADLINE, aggfunc="first"
            )
            wide = wide.reindex(columns=designs[:2]).dropna().astype(bool)
            cell = np.where(wide[designs[0]], np.where(wide[designs[1]], 0, 1), np.where(wide[designs[1]], 2, 3))
            np.add.at(self.pairs, (wide.index.get_level_values("point").to_numpy(), cell), 1)

    def unresolved(self, points: list[int]) -> tuple[list[int], float]:
        """Those points whose intervals are still too wide, and the widest half-width; all points
        where there is no target.
        """
        replicates = self.sweep.spec.replicates
        if replicates.target == "none":
            return points, float("nan")
        widths = {point: self.half_width(point) for point in points}
        return [point for point in points if widths[point] > replicates.half_width], max(
            widths.values(), default=float("nan")
        )

    def half_width(self, point: int) -> float:
        """Half-width of the interval aimed at, for a point."""
        if self.sweep.spec.replicates.target == "difference":
            both, first, second, neither = (int(count) for count in self.pairs[point])
            _, lower, upper = paired_difference_of_counts(second, first, both, neither)
            return (upper - lower) / 2
        bounds = [wilson(int(count), int(n)) for count, n in self.counts[point]]
        return max((upper - lower) / 2 for lower, upper in bounds)
