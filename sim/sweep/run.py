"""Running a sweep: rounds of parts over an executor, each part written as it is done, stopping by
count or precision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace

import pandas as pd

from sim.engine import simulate
from sim.engine import simulate as compiled
from sim.io.errors import InputError
from sim.sweep.code import computing, model_of
from sim.sweep.folder import SweepFolder
from sim.sweep.memory import Memory
from sim.sweep.outcomes import refuse_unsent
from sim.sweep.plan import Part, Sweep
from sim.sweep.precision import Precision
from sim.sweep.progress import Load, Progress
from sim.sweep.work import Simulate, Work, run_part, weekly_part, work_alike

Store = SweepFolder | Memory
"""Where the runs of a sweep are kept."""
IN_FLIGHT = 2
"""Parts submitted per worker, so that none waits and memory stays flat."""


def run_sweep(
    sweep: Sweep,
    store: Store,
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
    store : SweepFolder or Memory
        Where runs are kept; a folder is held for writing by the caller.
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
    sim.io.errors.InputError
        Where the folder was begun with another model: other parties, rules, another source of
        ``sim`` or another ``simulate``; where what is in it is of another sweep; or where a worker
        computes with other versions or another source than this process.

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
    _refuse_absent(sweep, executor)
    store.check(sweep)
    store.claim(model_of(sweep.parties, None if simulate is compiled else simulate, sweep.outcomes))
    store.grow(sweep)
    store.adopt(sweep)
    progress, precision, load = Progress(), Precision(sweep), Load(sweep)
    points = list(range(len(sweep.points)))
    seeds = dict.fromkeys(points, 0)
    rounds = sweep.ahead(0)
    load.foresee(progress, seeds, points)
    while parts := [part for number in rounds for part in sweep.parts(number, points)]:
        for part in parts:
            seeds.update({point: seeds[point] + part.seeds for point in part.points})
        progress.known += sum(len(part.points) * part.seeds for part in parts) * len(sweep.spec.designs)
        missing = _resumed(sweep, store, parts, progress, precision, load)
        for part, table in _completed(run_part, sweep, missing, executor, workers, stop, simulate):
            store.write_part(sweep, part, table)
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

    def reported(part: Part, fresh: bool) -> None:
        progress.work += load.of(part)
        progress.work_before += 0 if fresh else load.of(part)
        tell(progress)

    return progress, _write_weekly(sweep, store, sweep.weekly_parts(seeds), executor, workers, stop, simulate, reported)


def _refuse_absent(sweep: Sweep, executor: Executor) -> None:
    """Refuse code that is not here, or cannot be where the runs are done."""
    for package in sweep.parties.own:
        _ = package.agent
    absent = next((name for name, each in sweep.outcomes.items() if each.function is None), None)
    if absent is not None:
        raise InputError(f"outcomes: {absent}: its code is not here; accepted: sim.experiment with that outcome")
    if not isinstance(executor, ThreadPoolExecutor):
        refuse_unsent(sweep.outcomes)


def _resumed(
    sweep: Sweep, store: Store, parts: list[Part], progress: Progress, precision: Precision, load: Load
) -> list[Part]:
    """Count the parts that are there, and return those that are not."""
    logged, missing = store.entries(), []
    for part in parts:
        entry = logged.get(part.name)
        table = store.read_part(sweep, part.name, entry, precision.columns) if entry else None
        if entry is None or table is None:
            missing.append(part)
            continue
        precision.add(table)
        progress.done += entry.rows
        progress.work += load.of(part)
        progress.work_before += load.of(part)
        progress.errors += entry.errors
    return missing


def _write_weekly(
    sweep: Sweep,
    store: Store,
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
    logged, designs = store.entries(), sweep.spec.designs
    missing = {}
    for part in parts:
        if part.name in logged and store.read_part(sweep, part.name, logged[part.name], ["point"]) is not None:
            tell(part, False)
        else:
            missing[part.name] = part
    pieces = [replace(part, design=design) for part in missing.values() for design in designs]
    found: dict[str, dict[str | None, pd.DataFrame]] = {name: {} for name in missing}
    for piece, table in _completed(weekly_part, sweep, pieces, executor, workers, stop, simulate):
        own = found[piece.name]
        own[piece.design] = table
        tell(piece, True)
        if len(own) == len(designs):
            # A design whose runs all raised has no curves.
            kept = [own[design] for design in designs if len(own[design])] or [table]
            whole = pd.concat(kept, ignore_index=True)
            whole = whole.sort_values("point", kind="stable", ignore_index=True)
            store.write_part(sweep, missing[piece.name], whole)
            del found[piece.name]
    return not found


def _completed(
    work: Work,
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
                with _losing_workers(executor):
                    future = executor.submit(work_alike, computing(), work, sweep.only(part.points), part, simulate)
                waiting[future] = part
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda future: waiting[future].index):
                with _losing_workers(executor):
                    table = future.result()
                yield waiting.pop(future), table
    finally:
        for future in waiting:
            future.cancel()


@contextmanager
def _losing_workers(executor: Executor) -> Iterator[None]:
    """Tell in a line of workers elsewhere that are lost within a block. What a run raises is in its
    row, so that whatever else comes from elsewhere is of the workers, or of the scheduler.
    """
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        if isinstance(executor, ThreadPoolExecutor):
            raise
        what = " ".join(f"{type(error).__name__}: {error}".split()).strip(": ")
        raise InputError(
            f"the workers, or their scheduler, were lost ({what}); all finished parts are kept; accepted: --resume "
            "with workers that answer"
        ) from None
