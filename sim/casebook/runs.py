"""What the model says of coded cases and frames: runs, with parameters and open codes drawn
together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.casebook import to_scenario
from sim.casebook.drawing import codes_of, drawn
from sim.casebook.files import Case, Casebook, Code, Days, Frame
from sim.draws import Draws
from sim.engine import simulate
from sim.io.errors import InputError
from sim.outcome import Run
from sim.scenario import Scenario
from sim.statistics.quantities import HEADLINE, event_week
from sim.sweep.local import carried_out
from sim.sweep.memory import Memory
from sim.sweep.plan import comparison
from sim.sweep.progress import Progress

LONGEST = 12.0
"""Years that a case is followed at the most: schools that lived longer are told to here."""
SEARCHED = 2026.5
"""When the casebook's cases were searched: what had not happened by then is not in it."""
YEAR_DAYS = 365.2425
CONTEXTS = 16
"""Units of a frame that meet each draw of the parameters, about."""


class Unit(NamedTuple):
    """What is run: the codes of each reading of a case, or of a frame's units, and the years for
    which it is followed.
    """

    readings: Sequence[Mapping[str, Code]]
    years: float


def runs_of(
    units: Mapping[str, Unit], draws: Draws | None, replicates: int, first_seed: int = 0,
    workers: int | None = None, tell: Callable[[Progress], None] = lambda _: None,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Runs of coded cases or of frames' units, all on the same seeds.

    Parameters
    ----------
    units : mapping
        By name.
    draws : Draws, optional
        Of the parameters; seed ``i`` meets draw ``i`` modulo their number.
    replicates, first_seed : int
        Seeds of each.
    workers : int, optional
        Threads; one per processor by default.
    tell : callable
        Called with the progress.

    Returns
    -------
    dict of pandas.DataFrame
        By name, a row per run: ``seed, draw, opened, ended`` (years from the start until nobody
        took part; infinite where it went on), ``adapted`` (likewise), ``cause``.

    Raises
    ------
    sim.io.errors.InputError
        Where a run failed.
    """
    if not units:
        return {}
    base = [
        Scenario().revise(
            {"name": name, "design_name": name, "horizon.weeks": max(1, round(unit.years * to_scenario.WEEKS))}
        )
        for name, unit in units.items()
    ]
    how = partial(_run, dict(units), draws)
    sweep = comparison(base, replicates, first_seed, "none")
    done = carried_out(sweep, Memory(), how, workers=workers, tell=tell).runs
    wrong = done[done["error"].notna()]
    if len(wrong):
        first = wrong.iloc[0]
        raise InputError(f"{first['design']}: {first['error'].removeprefix('InputError: ')}")
    seeds = done["seed"].to_numpy()
    table = pd.DataFrame(
        {
            "name": done["design"].to_numpy(),
            "seed": seeds,
            "draw": draws.number(seeds) if draws else np.zeros(len(seeds), int),
            "opened": done["opened"].to_numpy() == 1,
            "ended": _years(done, HEADLINE),
            "adapted": _years(done, "adapted"),
            "cause": done["cause"].fillna("").to_numpy(str),
        }
    )
    by = dict(tuple(table.groupby("name", sort=False)))
    return {name: by[name].drop(columns="name").sort_values("seed", ignore_index=True) for name in units}


def _run(units: Mapping[str, Unit], draws: Draws | None, scenario: Scenario, seed: int) -> Run:
    """One run: codes and parameters go with the seed."""
    name = scenario.design_name
    coded = to_scenario.changes(name, drawn(name, units[name].readings, seed), units[name].years)
    return simulate(scenario.revise({**coded, **(draws.row(seed) if draws else {})}), seed)


def _years(runs: pd.DataFrame, event: str) -> np.ndarray:
    when = event_week(runs, event).astype(float)
    return np.where(np.isfinite(when), when / to_scenario.WEEKS, np.inf)


def start_of(case: Case) -> float:
    """The first day with children as a year with its fraction: the middle of what is possible."""
    return year_of(case.start.date)


def year_of(days: Days) -> float:
    """The middle of two days as a year with its fraction."""
    return _year(float(np.mean([day.toordinal() for day in days])))


def followed(case: Case) -> float:
    """Years from the start until it ended, or until the last day it is known to have gone on."""
    outcome = case.outcome
    assert outcome is not None
    if outcome.state == "discontinued":
        days = outcome.effective or outcome.decided
        assert days is not None
        return max(0.02, year_of(days) - start_of(case))
    return max(0.02, _year(outcome.as_of.toordinal()) - start_of(case))


def horizon(case: Case) -> float:
    """How long its runs are followed: as the case was; one that ended, as long as a search could
    have found it; twelve years at the most.
    """
    ended = case.outcome is not None and case.outcome.state == "discontinued"
    years = SEARCHED - start_of(case) if ended else followed(case)
    return float(np.clip(years, 0.5, LONGEST))


def cases_of(book: Casebook) -> dict[str, Unit]:
    """The cases that began, ended or not, and are coded."""
    return {
        name: Unit(codes_of(book.readings[name]), horizon(case))
        for name, case in book.coded().items()
        if case.start.begun and case.outcome is not None
    }


def frames_of(book: Casebook) -> dict[str, Unit]:
    """The units of the frames that are counted and coded."""
    return {
        name: Unit([frame.codes], longest(frame)) for name, frame in book.frames.items() if frame.count and frame.codes
    }


def thinned(draws: Draws | None, count: int) -> Draws | None:
    """So many of the draws, evenly spaced."""
    return draws.taken(thinned_rows(len(draws), count)) if draws else None


def thinned_rows(draws: int, count: int) -> np.ndarray:
    """Which of so many draws are left by :func:`thinned`: one at the least, and all of few.

    Examples
    --------
    >>> thinned_rows(9, 3).tolist(), thinned_rows(2, 3).tolist()
    ([0, 4, 8], [0, 1])
    """
    return np.linspace(0, draws - 1, min(max(count, 1), draws)).round().astype(int)


def longest(frame: Frame) -> float:
    """Years that a frame's units are followed: to the end of its longest count."""
    return float(min(max(each.years[1] + each.age[1] for each in frame.count), LONGEST))


def _year(ordinal: float) -> float:
    return 1.0 + (ordinal - 1.0) / YEAR_DAYS
