"""A sweep from Python, on this machine's threads: what a notebook needs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sim.engine import simulate
from sim.sweep.folder import SweepFolder
from sim.sweep.load import load_sweep
from sim.sweep.plan import Sweep
from sim.sweep.replicates import default_workers
from sim.sweep.results import SweepResults, open_sweep
from sim.sweep.run import Simulate, run_sweep
from sim.sweep.specification import specification


def run_locally(
    sweep: Sweep | str | Path, path: str | Path, workers: int | None = None, simulate: Simulate = simulate
) -> SweepResults:
    """Do what is missing of a sweep and open it.

    Parameters
    ----------
    sweep : Sweep, str or Path
        A sweep, or a sweep file.
    path : str or Path
        Its folder: a new one, or one in which the same sweep was begun.
    workers : int, optional
        Threads; one per processor by default.
    simulate : callable
        How a run is done, see :func:`sim.sweep.run.run_sweep`.

    Raises
    ------
    sim.io.errors.InputError
        Where the file is wrong, or the folder holds another sweep.

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
    folder, workers = SweepFolder(Path(path)), workers or default_workers()
    if not folder.manifest_path.exists() or folder.specification() != specification(planned):
        folder.create(planned)
    with folder.hold(), ThreadPoolExecutor(workers) as pool:
        progress, finished = run_sweep(planned, folder, pool, workers, simulate=simulate)
        folder.finish({"finished": finished, "runs": progress.done, "errors": progress.errors})
    return open_sweep(path)
