"""Carrying a sweep out where it is asked for: in a folder or in memory, on any executor."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from sim.engine import simulate
from sim.sweep.folder import SweepFolder
from sim.sweep.load import load_sweep
from sim.sweep.memory import Memory
from sim.sweep.plan import Sweep
from sim.sweep.progress import Progress
from sim.sweep.results import SweepResults, gathered, open_sweep
from sim.sweep.run import Simulate, run_sweep
from sim.sweep.specification import taken_up


def carried_out(
    sweep: Sweep,
    store: SweepFolder | Memory,
    simulate: Simulate = simulate,
    executor: Executor | None = None,
    workers: int | None = None,
    tell: Callable[[Progress], None] = lambda _: None,
) -> SweepResults:
    """Do what is missing of a sweep.

    Parameters
    ----------
    sweep : Sweep
    store : SweepFolder or Memory
        Where runs are kept; a folder was made for the sweep.
    simulate : callable
        How a run is done, see :func:`sim.sweep.run.run_sweep`.
    executor : concurrent.futures.Executor, optional
        Threads by default.
    workers : int, optional
        How many it has; one thread per processor by default.
    tell : callable
        Called with the progress after each part.

    Examples
    --------
    >>> from sim.sweep.plan import comparison
    >>> from sim.sweep.samples import small_scenarios
    >>> len(carried_out(comparison(small_scenarios(), 5), Memory()).runs)
    10
    """
    count = workers or workers_of(executor)
    held = store.hold() if isinstance(store, SweepFolder) else nullcontext()
    with _pool(executor, count) as pool, held:
        progress, finished = run_sweep(sweep, store, pool, count, tell, simulate=simulate)
        if isinstance(store, Memory):
            tables = {name: table for name, (_, table) in store.tables.items()}
            return gathered(sweep, tables, [], finished)
        store.finish({"finished": finished, "runs": progress.done, "errors": progress.errors})
    return replace(open_sweep(store.path), sweep=sweep)


def begun_in(path: Path, sweep: Sweep) -> tuple[SweepFolder, Sweep]:
    """The folder of a sweep, made or taken up, and the sweep as the folder has it from now on.

    Raises
    ------
    sim.io.errors.InputError
        Where the folder holds another sweep, or a larger one.
    """
    folder = SweepFolder(path)
    if not folder.manifest_path.exists():
        folder.create(sweep)
        return folder, sweep
    return folder, taken_up(folder.sweep(sweep.parties if sweep.parties.own else None), sweep, path)


def run_locally(
    sweep: Sweep | str | Path, path: str | Path, workers: int | None = None, simulate: Simulate = simulate
) -> SweepResults:
    """Do what is missing of a sweep in a folder, and open it.

    Parameters
    ----------
    sweep : Sweep, str or Path
        A sweep, or a sweep file.
    path : str or Path
        Its folder: a new one, or one in which the same sweep was begun.
    workers, simulate
        As for :func:`carried_out`.

    Examples
    --------
    >>> import tempfile
    >>> from sim.sweep.plan import comparison
    >>> from sim.sweep.samples import small_scenarios
    >>> with tempfile.TemporaryDirectory() as place:
    ...     found = run_locally(comparison(small_scenarios(), 5), f"{place}/small")
    >>> len(found.runs)
    10
    """
    planned = sweep if isinstance(sweep, Sweep) else load_sweep(Path(sweep))
    folder, planned = begun_in(Path(path), planned)
    return carried_out(planned, folder, simulate, workers=workers)


def default_workers() -> int:
    """Number of processors this process may use.

    Examples
    --------
    >>> default_workers() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers_of(executor: Executor | None) -> int:
    """How many workers an executor has, as far as it says so."""
    client = getattr(executor, "_client", None)
    if client is not None:
        return max(1, sum(client.nthreads().values()))
    return int(getattr(executor, "_max_workers", default_workers()))


@contextmanager
def _pool(executor: Executor | None, workers: int) -> Iterator[Executor]:
    if executor is not None:
        yield executor
        return
    with ThreadPoolExecutor(workers) as pool:
        yield pool
