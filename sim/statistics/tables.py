"""Runs as tables: what analysis reads, also where no sweep's folder stands behind it, as in a
notebook.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.io.errors import InputError
from sim.outcome import Run
from sim.statistics.quantities import prepared
from sim.statistics.weekly import weekly_of_runs


def runs_table(runs: Sequence[Run], week: int | None = None) -> pd.DataFrame:
    """Prepare runs of one scenario under one or more designs for the functions of analysis.

    Parameters
    ----------
    runs : sequence of Run
        Each design on the same seeds, as from :func:`sim.simulate`. The first design is the
        baseline of differences.
    week : int, optional
        By when events are counted; the horizon by default.

    Returns
    -------
    DataFrame
        As from :func:`sim.statistics.quantities.prepared`, with ``point`` (0).

    Raises
    ------
    sim.io.errors.InputError
        Where there are no runs.

    Examples
    --------
    >>> import sim
    >>> from sim.sweep.samples import small_scenarios
    >>> two = small_scenarios()
    >>> runs = runs_table([sim.simulate(each, seed) for seed in range(3) for each in two])
    >>> runs[["point", "design", "seed"]].head(2)
       point      design  seed
    0      0    retrofit     0
    1      0  greenfield     0
    """
    lived = horizon(runs)
    table = pd.DataFrame([dict(run.outcome) for run in runs])
    return prepared(table, lived if week is None else week, lived).assign(point=0)


def weekly_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Weekly curves of runs, as a sweep of one design point writes them.

    Parameters
    ----------
    runs : sequence of Run

    Returns
    -------
    DataFrame
        ``point`` (0), then as :func:`sim.statistics.weekly.weekly_quantiles`.

    Examples
    --------
    >>> import sim
    >>> from sim.sweep.samples import small_scenarios
    >>> two = small_scenarios()
    >>> weekly = weekly_table([sim.simulate(each, seed) for seed in range(3) for each in two])
    >>> weekly[["point", "design", "week", "column", "n", "median"]].head(2)
       point    design  week       column  n  median
    0      0  retrofit     1  taking_part  3    40.0
    1      0  retrofit     2  taking_part  3    40.0
    """
    horizon(runs)
    by_design: dict[str, list[Run]] = {}
    for run in runs:
        by_design.setdefault(run.outcome.design, []).append(run)
    tables = [weekly_of_runs(design, own) for design, own in by_design.items()]
    return pd.concat(tables, ignore_index=True).assign(point=0)


def horizon(runs: Sequence[Run]) -> int:
    """Weeks that all runs lived through.

    Raises
    ------
    sim.io.errors.InputError
        Where there are no runs.

    Examples
    --------
    >>> from sim import simulate
    >>> from sim.sweep.samples import small_scenarios
    >>> horizon([simulate(small_scenarios()[0], 0)])
    40
    """
    if not runs:
        raise InputError("runs are empty; accepted: at least one run")
    return min(len(run.weeks) for run in runs)
