"""Reading a sweep: its runs as one tidy table in a fixed order, whole or not yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.io.errors import InputError
from sim.io.files import is_there
from sim.kernel.variables import Column
from sim.sweep.folder import AS_WRITTEN, SweepFolder
from sim.sweep.plan import Sweep, is_of_now, is_weekly

COLUMNS = {
    "point": Column("-", "design point, row of the table of points"),
    "error": Column("-", "what a run that failed raised; missing where it did not"),
}
"""Columns of the table of runs beside the factors and the fields of :class:`sim.outcome.Outcome`.
"""


@dataclass(frozen=True)
class SweepResults:
    """What a sweep has found so far.

    Attributes
    ----------
    sweep : Sweep
        The specification it ran under.
    runs : DataFrame
        A row per run, ordered by point, design and seed: ``point``, a column per factor,
        ``design``, ``seed``, the fields of an outcome, ``error``; see ``COLUMNS``.
    weekly : DataFrame
        Weekly curves, where the sweep asks for them: ``point``, a row per design, week and column
        with mean and quantiles, or a row per run and week; see :func:`sim.sweep.work.weekly_part`.
        Empty otherwise.
    damaged : list of str
        Parts that the log names and that are missing or changed; resuming does them again.
    finished : bool
        Whether all runs that it asked for are there.
    """

    sweep: Sweep
    runs: pd.DataFrame
    weekly: pd.DataFrame
    damaged: list[str]
    finished: bool


def open_sweep(path: str | Path) -> SweepResults:
    """Open a sweep's folder, finished or not.

    Raises
    ------
    sim.io.errors.InputError
        Where it is not a sweep's folder.

    Examples
    --------
    >>> from sim.sweep.samples import small_folder
    >>> found = open_sweep(small_folder())
    >>> found.finished, len(found.runs), len(found.weekly) > 0
    (True, 40, True)
    """
    folder = SweepFolder(Path(path))
    sweep = folder.sweep()
    tables, damaged = _read(folder, sweep)
    finished = bool(folder.manifest().get("finished")) and not damaged
    return gathered(sweep, tables, damaged, finished)


def gathered(sweep: Sweep, tables: Mapping[str, pd.DataFrame], damaged: list[str], finished: bool) -> SweepResults:
    """The parts of a sweep, by name, as one tidy table in a fixed order.

    Parameters
    ----------
    sweep : Sweep
    tables : mapping
        Parts by name.
    damaged : list of str
        Names of parts that could not be read.
    finished : bool
        Whether all runs are there.
    """
    parts = [table for name, table in tables.items() if not is_weekly(name)]
    weekly = [table.drop(columns="error") for name, table in tables.items() if is_weekly(name)]
    runs = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["point", "design", "seed", "error"])
    runs = sweep.in_order(runs)
    points = sweep.points.reset_index()
    runs = points.merge(runs, on="point", how="right") if len(points.columns) > 1 else runs
    table = pd.concat(weekly, ignore_index=True) if weekly else pd.DataFrame()
    return SweepResults(sweep, runs.reset_index(drop=True), table, damaged, finished)


def _read(
    folder: SweepFolder, sweep: Sweep, columns: list[str] | None = None
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """The parts of a sweep by name, in the order of their names; and those that are missing or
    damaged.
    """
    log = folder.check(sweep)
    # Curves of before it grew are of fewer seeds or points.
    log = {name: entry for name, entry in log.items() if not is_weekly(name) or is_of_now(sweep, name)}
    read = {name: folder.read_part(sweep, name, log[name], columns) for name in sorted(log)}
    found = {name: table for name, table in read.items() if table is not None}
    if log and not any(is_there(folder.parts / name) for name in log):
        raise InputError(
            f"{folder.parts}: has none of the {len(log)} parts that {folder.log.path.name} names; {AS_WRITTEN}, or "
            "--resume, which does them again"
        )
    met: set[tuple[str, int]] = set()
    for name, table in found.items():
        keys = {(name.split("-")[1], int(point)) for point in table["point"].unique()} if not is_weekly(name) else set()
        if keys & met:
            raise InputError(f"{folder.parts / name}: has runs of points of another part; {AS_WRITTEN}")
        met |= keys
    return found, [name for name in read if name not in found]


def status(path: Path) -> dict[str, Any]:
    """How far a sweep has come, from its manifest and log: ``runs, most_runs, parts, damaged,
    errors, points, designs``.

    Examples
    --------
    >>> from sim.sweep.samples import small_folder
    >>> reported = status(small_folder())
    >>> reported["runs"], reported["most_runs"], reported["damaged"]
    (40, 40, 0)
    """
    folder = SweepFolder(path)
    sweep = folder.sweep()
    tables, damaged = _read(folder, sweep, ["point"])
    return {
        "name": sweep.spec.name,
        "points": len(sweep.points),
        "designs": list(sweep.spec.designs),
        "runs": sum(len(table) for name, table in tables.items() if not is_weekly(name)),
        "most_runs": sweep.most_runs,
        "errors": sum(int(table["error"].notna().sum()) for table in tables.values()),
        "parts": len(tables),
        "damaged": len(damaged),
    }
