"""What must come out: quantities of the model beside bands that the record supports.

Each band rests on the casebook. Every school of a population has its own seed, and its community
is made once for all sets of values, which is why schools are run one by one rather than as a sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.populations import School, new_schools, summit_schools, teach_to_one_schools
from sim.engine import simulate
from sim.outcome import COLUMN, VARIABLES, Run
from sim.population import Population, populate
from sim.scenario import load_scenario
from sim.statistics.intervals import wilson

YEAR = 36
THREADS = 2


class Sample(NamedTuple):
    """Where runs come from: cases on seeds of their own, or a population of schools."""

    name: str
    schools: Callable[[Path, int, int], list[School]]
    size: int


def _case(name: str, weeks: int) -> Callable[[Path, int, int], list[School]]:
    def seeds(folder: Path, size: int, first: int) -> list[School]:
        scenario = load_scenario(folder / f"{name}.toml").revise({"horizon.weeks": weeks})
        return [School(scenario, seed) for seed in range(first, first + size)]

    return seeds


SAMPLES = (
    Sample("mountain_view", _case("mountain_view", 36), 48),
    Sample("cheshire", _case("cheshire", 36), 48),
    Sample("elizabeth", _case("elizabeth", 108), 24),
    Sample("school_of_one", _case("school_of_one", 72), 48),
    Sample("summit", summit_schools, 200),
    Sample("teach_to_one", teach_to_one_schools, 120),
    Sample("new_schools", new_schools, 160),
    Sample("village_high", _case("village_high", 180), 24),
)
"""Samples with the runs of each at size 1."""


class Runs(NamedTuple):
    """What the patterns ask of a sample's runs that opened, each an array over runs.

    ``over``: week of discontinuation, infinite where it went on. ``ending``: place on the ladder.
    ``on_record``: share of families of the programme's grades and next in line on record by week
    16. ``start``, ``last``: children taking part in the first and the last week. ``opened``: share
    of runs that opened.
    """

    over: np.ndarray
    ending: np.ndarray
    on_record: np.ndarray
    start: np.ndarray
    last: np.ndarray
    opened: float


class Target(NamedTuple):
    """A quantity of the model that the record says something of.

    ``of`` maps the runs of a sample to a boolean array (the quantity is its mean) or to a number.
    ``scale`` is a miss that counts as 1.
    """

    name: str
    sample: str
    low: float
    high: float
    scale: float
    of: Callable[[Runs], Any]
    words: str


def _by(week: int) -> Callable[[Runs], Any]:
    return lambda runs: runs.over <= week


def _hazard(year: int) -> Callable[[Runs], Any]:
    def of(runs: Runs) -> np.ndarray:
        at_risk = runs.over > YEAR * (year - 1)
        return runs.over[at_risk] <= YEAR * year

    return of


def _among_closed(ending: str) -> Callable[[Runs], Any]:
    place = list(VARIABLES.statuses).index(ending)
    return lambda runs: runs.ending[runs.over <= 3 * YEAR] == place


def _rather_than(ending: str, other: str) -> Callable[[Runs], Any]:
    places = [list(VARIABLES.statuses).index(each) for each in (ending, other)]

    def of(runs: Runs) -> np.ndarray:
        ended = runs.ending[runs.over <= 3 * YEAR]
        return ended[np.isin(ended, places)] == places[0]

    return of


_SUSTAINED = [place for place, status in enumerate(VARIABLES.statuses.values()) if status.outcome == "sustained"]

TARGETS = (
    Target("mv24", "mountain_view", 0.4, 1, 0.3, _by(24), "Mountain View: discontinued by week 24"),
    Target("mv36", "mountain_view", 0.7, 1, 0.3, _by(36), "Mountain View: discontinued within the year"),
    Target(
        "mv_record", "mountain_view", 0.09, 0.33, 0.08, lambda runs: float(runs.on_record.mean()),
        "Mountain View: share of two grades' families on record by week 16",
    ),
    Target("ch24", "cheshire", 0.3, 1, 0.25, _by(24), "Cheshire: discontinued by week 24"),
    Target(
        "el", "elizabeth", 0.7, 1, 0.25, lambda runs: runs.over > 107, "Elizabeth: not discontinued through week 107"
    ),
    Target("so", "school_of_one", 0.45, 0.9, 0.25, _by(36), "School of One: discontinued by the first year's end"),
    Target("sm1", "summit", 0.15, 0.30, 0.08, _hazard(1), "Summit: discontinued in the first year"),
    Target("sm2", "summit", 0.05, 0.18, 0.08, _hazard(2), "Summit: of those left, discontinued in the second year"),
    Target("sm3", "summit", 0.05, 0.18, 0.08, _hazard(3), "Summit: of those left, discontinued in the third year"),
    Target(
        "year_end", "summit", 0.55, 1, 0.25,
        lambda runs: runs.over[np.isfinite(runs.over)] % YEAR == 0, "Summit: endings at a year's end",
    ),
    Target(
        "tto", "teach_to_one", 0.15, 0.38, 0.12, lambda runs: np.isfinite(runs.over),
        "Teach to One: stopped by 2017",
    ),
    Target("new3", "new_schools", 0.12, 0.25, 0.08, _by(108), "New schools: closed by year 3, of those that opened"),
    Target(
        "want", "new_schools", 0.3, 0.65, 0.25, _among_closed("closed"),
        "New schools: closures for want of students, of all",
    ),
    Target(
        "want_first", "new_schools", 0.5, 1, 0.2, _rather_than("closed", "dropped"),
        "New schools: closures for want of students, of these and a successor's",
    ),
    Target(
        "vh", "village_high", 0.8, 1, 0.25, lambda runs: np.isin(runs.ending, _SUSTAINED),
        "Village High: sustained over five years, once opened",
    ),
    Target(
        "vh_grows", "village_high", 0.5, 1, 0.5, lambda runs: runs.last > runs.start,
        "Village High: more children at the end than at the start",
    ),
)  # fmt: skip


def measure(
    folder: Path, changes: Mapping[str, Any] | None = None, size: float = 1.0, first: int = 0,
    samples: Iterable[str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Measure all targets under changed parameters.

    Parameters
    ----------
    folder : Path
        The folder of scenarios.
    changes : mapping, optional
        Values by dotted field name, laid over every scenario.
    size : float
        Runs of each sample over those of ``SAMPLES``.
    first : int
        First seed: give one that no search has used to see what a fit is worth.
    samples : iterable of str, optional
        Names of the samples to run; all by default.

    Returns
    -------
    pandas.DataFrame
        A row per target: ``target, quantity, low, high`` (the band that the record supports),
        ``value, lower, upper`` (95% interval, Monte Carlo error only), ``n``, ``miss`` (distance to
        the band), ``scaled`` (the same over its scale), ``opened`` (share of the sample's runs that
        opened).
    """
    wanted = [each for each in SAMPLES if samples is None or each.name in set(samples)]
    runs = {
        each.name: _lived(str(folder), each.name, max(4, round(size * each.size)), first, changes) for each in wanted
    }
    return pd.DataFrame([_row(target, runs[target.sample]) for target in TARGETS if target.sample in runs])


def misfit(table: pd.DataFrame) -> float:
    """How far the values lie outside their bands: scaled misses, each at most 2, summed."""
    return float(table["scaled"].clip(upper=2.0).sum())


def _row(target: Target, runs: Runs) -> dict[str, Any]:
    found = target.of(runs)
    if isinstance(found, float):
        value, n = found, len(runs.over)
        error = 1.96 * float(runs.on_record.std(ddof=1)) / np.sqrt(n)
        lower, upper = value - error, value + error
    else:
        n = len(found)
        value = float(np.mean(found)) if n else np.nan
        lower, upper = wilson(int(np.sum(found)), n) if n else (0.0, 1.0)
    miss = max(0.0, target.low - value, value - target.high) if n else target.scale
    return {
        "target": target.name, "quantity": target.words, "low": target.low, "high": target.high, "value": value,
        "lower": lower, "upper": upper, "n": n, "miss": miss, "scaled": miss / target.scale, "opened": runs.opened,
    }  # fmt: skip


def _lived(folder: str, name: str, size: int, first: int, changes: Mapping[str, Any] | None) -> Runs:
    schools, people = _schools(folder, name, size, first)
    changed: dict[int, Any] = {}
    scenarios = []
    for school in schools:
        key = id(school.scenario)
        if key not in changed:
            changed[key] = school.scenario.revise(dict(changes)) if changes else school.scenario
        scenarios.append(changed[key])

    def live(k: int) -> tuple[float, ...]:
        # The community is that of the seed as long as the changes leave it alone.
        own = people[k] if _same_people(schools[k].scenario, scenarios[k]) else None
        asked = scenarios[k].population.families + scenarios[k].next_in_line
        return _summary(simulate(scenarios[k], schools[k].seed, population=own), asked)

    with ThreadPoolExecutor(THREADS) as pool:
        table = np.array(list(pool.map(live, range(len(schools)))))
    opened = table[:, 5] == 1.0
    over, ending, record, start, last = (table[opened, column] for column in range(5))
    return Runs(over, ending.astype(int), record, start, last, float(opened.mean()))


def _same_people(before: Any, after: Any) -> bool:
    return before.population == after.population and before.network == after.network


@lru_cache(maxsize=32)
def _schools(folder: str, name: str, size: int, first: int) -> tuple[list[School], list[Population]]:
    sample = next(each for each in SAMPLES if each.name == name)
    schools = sample.schools(Path(folder), size, first)
    return schools, [populate(*school) for school in schools]


def _summary(run: Run, asked: float) -> tuple[float, ...]:
    """What :class:`Runs` holds of a run; ``asked`` are the families of its grades and next in
    line.
    """
    lived = run.weeks[~np.isnan(run.weeks[:, 0])]
    taking, record = lived[:, COLUMN["taking_part"]], lived[:16, COLUMN["on_record"]]
    over = np.inf if np.isnan(run.outcome.week_over) else run.outcome.week_over
    return over, lived[-1, COLUMN["status"]], record[-1] / asked, taking[0], taking[-1], float(run.outcome.opened)
