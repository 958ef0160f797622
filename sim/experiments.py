"""Many runs from Python: designs, what varies and seeds in; a tidy table, figures, a report out.

The commands ``sim compare`` and ``sim sweep`` take the same way; ``sim.experiment`` with the same
input gives the same table to the bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sim.draws import Draws
from sim.engine import simulate as compiled
from sim.io.errors import InputError
from sim.kernel.parties import DEFAULT, Parties
from sim.results import Results, results_of
from sim.scenario import Scenario
from sim.sweep.asked import Precision, asked
from sim.sweep.folder import SweepFolder
from sim.sweep.local import begun_in
from sim.sweep.memory import Memory
from sim.sweep.results import open_sweep
from sim.sweep.work import Simulate

if TYPE_CHECKING:
    import pandas as pd

Method = Literal["factorial", "list", "latin_hypercube", "sobol", "saltelli", "morris"]


def experiment(
    scenario: str | Path | Scenario | Sequence[str | Path | Scenario],
    designs: Sequence[str] | Mapping[str, Mapping[str, Any]] | None = None,
    vary: Mapping[str, Any] | None = None,
    *,
    method: Method = "factorial",
    points: int | pd.DataFrame | Sequence[Mapping[str, Any]] | None = None,
    seeds: int | Sequence[int] = 100,
    until: Precision | None = None,
    first_seed: int = 0,
    parameters: str | Draws | None = "posterior",
    outcomes: Mapping[str, Any] | None = None,
    weekly: Literal["none", "quantiles", "full"] = "none",
    parties: Parties = DEFAULT,
    rules: Any = None,
    simulate: Simulate | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    name: str = "",
    sampling_seed: int = 1,
    progress: bool | None = None,
) -> Results:
    """Run designs of a scenario over what varies, on the same seeds.

    Parameters
    ----------
    scenario : str, Path, Scenario, or a list of these
        The name of a shipped scenario, a file, or a scenario that was read already. Of a list, each
        is run; the table then has a column ``scenario``.
    designs : sequence of str, or mapping, optional
        Names of designs; or by name the fields that each sets. The first is the one others are
        compared with. By default those of :func:`sim.designs.by_default`; a :class:`sim.Scenario`
        is taken as it is.
    vary : mapping, optional
        By dotted field name (``sim parameters`` lists them), a list of levels or
        :func:`sim.between`; or by a name of one's own, settings by name, each with the fields that
        it sets; or a :class:`sim.Factor`.
    method : str
        How the space is covered: every combination (``factorial``), or ``latin_hypercube``,
        ``sobol`` (Sobol' points), ``saltelli`` (for Sobol' indices), ``morris``, which take a
        number of ``points``.
    points : int, table or list of dict, optional
        How many base points a method that samples takes; or the design points themselves.
    seeds : int or sequence of int
        How many seeds every design point and design meets, or which.
    until : Precision, optional
        Instead of a number of seeds: how precise a quantity is to be, see :func:`sim.precision`.
    first_seed : int
        Where a number of seeds begins.
    parameters : str, Draws or None
        Where parameters come from that neither scenario nor ``vary`` sets: drawn with the seed from
        the ``posterior`` or the ``prior``, the ``medoid``, the ``defaults``, or a file of draws.
    outcomes : mapping, optional
        Columns of one's own: a function from a :class:`sim.Run` to a number, by name; or
        ``(function, unit, meaning)``.
    weekly : str
        Weekly curves that are kept beside the runs, at the cost of a second pass; those of
        :attr:`Results.weekly` are made when they are asked for.
    parties : Parties
        Parties of one's own beside the model's, see :func:`sim.parties_of`.
    rules : Rules, optional
        A variant of the rules, see :func:`sim.rules.replace`.
    simulate : callable, optional
        How a run is done instead of by the compiled engine: from a scenario and a seed to a run.
    executor : concurrent.futures.Executor, optional
        Threads, processes, or ``dask.distributed.Client.get_executor(pure=False)``; threads, one
        per processor, by default. The result is the same on any.
    workers : int, optional
        How many workers there are; those of the executor by default.
    out : str or Path, optional
        Folder to keep the runs in, as ``sim sweep`` does; in memory by default. Where the folder
        holds the same experiment, begun or with fewer seeds or points, what is there stays and the
        rest is run.
    name : str
        What the experiment is called; as the first scenario by default.
    sampling_seed : int
        Of a method that samples.
    progress : bool, optional
        Whether a line says how far it has come; by default on a terminal and in a notebook.

    Returns
    -------
    Results

    Raises
    ------
    sim.io.errors.InputError
        A line for each thing that is wrong, before the first run.

    Examples
    --------
    >>> import sim
    >>> small = sim.Scenario().revise({"population.families": 40, "board.constituency": 40})
    >>> r = sim.experiment(small, ["retrofit", "greenfield"],
    ...     {"leadership.communication": [0.1, 0.9]}, seeds=5)
    >>> r.runs.groupby(["leadership.communication", "design"], sort=False).size().tolist()
    [5, 5, 5, 5]
    """
    if until is not None and not isinstance(until, Precision):
        raise InputError(f"sim.experiment: until = {until!r}: accepted: sim.precision(...)")
    if rules is not None and simulate is not None:
        raise InputError(
            "sim.experiment: rules and simulate: accepted: one of them, as in partial(simulate, rules=...)"
        )
    planned = asked(
        scenario, designs, dict(vary or {}), method, points, seeds if until is None else until, first_seed,
        parameters, outcomes, weekly, parties, name, sampling_seed,
    )  # fmt: skip
    how = partial(compiled, rules=rules) if rules is not None else simulate or compiled
    store: SweepFolder | Memory = Memory()
    if out is not None:
        store, planned = begun_in(Path(out), planned)
    return results_of(planned, store, how, executor, workers, progress)


def open_results(folder: str | Path) -> Results:
    """Open a folder of results, finished or not: of an experiment, or of ``sim sweep`` or ``sim
    compare``.

    Parameters
    ----------
    folder : str or Path

    Raises
    ------
    sim.io.errors.InputError
        Where the folder is none, or was changed since it was written.

    Examples
    --------
    >>> from sim.sweep.samples import small_folder
    >>> r = open_results(small_folder())
    >>> r.finished, len(r.runs)
    (True, 40)
    """
    found = open_sweep(folder)
    return Results(found, SweepFolder(Path(folder)))
