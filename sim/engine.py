"""One run, compiled: the week of docs/odd.md as a schedule of the parties' phases over arrays.

It calls the same rules as the Mesa model (``sim/model.py``) at the same moments and gives the same
run bit for bit. Sums run in the order of families and teachers, no fast-math is used, and every
draw comes from ``sim/streams.py``.
"""

from __future__ import annotations

import hashlib
from collections import namedtuple
from functools import lru_cache
from pathlib import Path
from threading import Lock
from types import FunctionType
from typing import Any

import numpy as np
from numba import literal_unroll, njit

from sim import rules as rulebook
from sim.cast import DEFAULT, Cast
from sim.compiled import Compiler, inner, phase, unbound
from sim.ledger import THIRDS, Over
from sim.outcome import Run, finish
from sim.parties.board.ladder import OVER_FROM
from sim.population import Population, populate
from sim.scenario import Scenario, numbers
from sim.streams import named_keys

_BUILDING = Lock()


# --- the schedule --------------------------------------------------------------------------------

# What all parties do at a moment, and how a week is written down: bound when the run is compiled.
begin = supply = teach = live = respond = press = decide = leave = renew = enrol = close = record = unbound


@phase
def run(w, weeks):
    """Live through all weeks, and write down each."""
    first_week, horizon = w.p.offer.first_week, weeks.shape[0]
    begin(w, w.ledger.week)
    if horizon > 0 and first_week == 0:
        enrol(w, w.ledger.week)
    for week in range(horizon):
        w.ledger.week = week
        w.ledger.week_of_year = week % w.p.horizon.weeks_per_year + 1
        if week >= first_week:
            live_through(w, week)
        if w.ledger.rung < OVER_FROM and week + 1 < horizon:
            turn(w, week)
        if w.ledger.rung >= OVER_FROM:
            close(w, week)
        record(w.ledger, weeks[week])
        if w.ledger.rung >= OVER_FROM:
            return


@phase
def live_through(w, week):
    """One week of the programme."""
    supply(w, week)
    teach(w, week)
    live(w, week)
    respond(w, week)
    press(w, week)
    decide(w, week)
    if w.ledger.rung < OVER_FROM:
        leave(w, week)


@phase
def turn(w, week):
    """Between weeks: at the year's end cohorts change; then, and when a unit starts, there is an
    intake.
    """
    coming = week + 1
    year_ends = coming % w.p.horizon.weeks_per_year == 0
    if year_ends:
        renew(w, week)
    starts = False
    for start in w.lists.design_start_weeks:
        starts = starts or start == coming
    if (year_ends or starts) and coming >= w.p.offer.first_week:
        enrol(w, coming)


# --- running it ----------------------------------------------------------------------------------


def simulate(scenario: Scenario, seed: int, rules: Any = None, population: Population | None = None) -> Run:
    """Run a scenario once with the compiled engine.

    Parameters
    ----------
    scenario : Scenario
        With the parties of its cast.
    seed : int
        0 or more; names the community and its weather.
    rules : Rules, optional
        A variant of the rules, see :func:`sim.rules.replace`.
    population : Population, optional
        The community to use instead of ``populate(scenario, seed)``.

    Returns
    -------
    Run
        A pure function of (scenario, seed, rules). The call releases the GIL.

    Examples
    --------
    >>> import sim
    >>> run = sim.simulate(sim.Scenario(), seed=1)
    >>> run.outcome.ending
    'survived'
    """
    cast, people = scenario.cast, populate(scenario, seed) if population is None else population
    ledger = cast.ledger
    district, thirds = ledger.open("district"), ledger.open("third", len(THIRDS))
    schools, rungs = ledger.open("school", len(people.school_start) - 1), ledger.open("rung", len(ledger.rungs))
    memories = tuple(memory(people) for memory in cast.memories.values())
    weeks = np.full((scenario.horizon.weeks, len(ledger.weekly)), np.nan)
    record, lists = numbers(scenario)
    _compiled(cast, cast.rules if rules is None else rules)(
        record, lists, people, named_keys(seed, cast.streams), district, schools, thirds, rungs, memories, weeks
    )
    records = {"district": district, "school": schools, "third": thirds, "rung": rungs}
    pages: dict[Over, list[dict[str, Any]]] = {over: _by_name(each) for over, each in records.items()}  # type: ignore[misc]
    return finish(scenario, seed, pages, people, weeks)


def _by_name(records: np.ndarray) -> list[dict[str, Any]]:
    return [dict(zip(records.dtype.names or (), row, strict=True)) for row in records.tolist()]


# --- compiling it --------------------------------------------------------------------------------


def world_type(cast: Cast) -> Any:
    """The type of the world that phases see, a named tuple.

    ``p`` the scenario's numbers, ``lists`` its lists of weeks, ``people`` the community, ``keys``
    the keys of the random streams by name; ``ledger``, ``schools``, ``thirds`` and ``rungs`` the
    quantities of the ledger; and under the name of each party that keeps something to itself, its
    memory.
    """
    shared = ("p", "lists", "people", "keys", "ledger", "schools", "thirds", "rungs")
    return namedtuple("World", (*shared, *cast.memories), module=__name__)


World = world_type(DEFAULT)


def _compiled(cast: Cast, rules: Any) -> Any:
    """The run for a cast and a set of rules; threads that start together build it once."""
    with _BUILDING:
        return _build(cast, rules)


@lru_cache(maxsize=16)
def _build(cast: Cast, rules: Any) -> Any:
    """Compile the run; kept on disk for the model as it is, in memory for others."""
    bound = {"r": rules, "sum_of_drained": _sum_of(cast.ledger.drained)}
    compiler = Compiler(bound, rulebook.asked_for(rules, cast.rules))
    moments = ("begin", "supply", "teach", "live", "respond", "press", "decide", "leave", "renew", "enrol", "close")
    schedule = {moment: compiler.one_after_the_other(cast.phases(moment)) for moment in moments}
    schedule |= {"record": _record_of(tuple(cast.ledger.weekly)), "OVER_FROM": OVER_FROM, "__name__": __name__}
    for part in (turn, live_through, run):
        schedule[part.__name__] = inner(FunctionType(part.__code__, schedule, part.__name__))
    names = {"run": schedule["run"], "World": World if cast is DEFAULT else world_type(cast), "__name__": __name__}
    as_it_is = cast is DEFAULT and rules is cast.rules
    entry = _entry(_fingerprint() if as_it_is else "")
    return njit(nogil=True, cache=as_it_is)(FunctionType(entry.__code__, names, "run_once", None, entry.__closure__))


def _entry(fingerprint: str) -> Any:
    def run_once(records, lists, people, keys, district, schools, thirds, rungs, memories, weeks):
        fingerprint  # noqa: B018  a closed-over text is part of Numba's cache key, so an edited rule is compiled anew
        run(World(records[0], lists, people, keys[0], district[0], schools, thirds, rungs, *memories), weeks)

    return run_once


def _sum_of(names: tuple[str, ...]) -> Any:
    @inner
    def sum_of_drained(ledger):
        total = 0.0
        for name in literal_unroll(names):
            total += ledger[name]
        return total

    return sum_of_drained


def _record_of(names: tuple[str, ...]) -> Any:
    @inner
    def record(ledger, row):
        column = 0
        for name in literal_unroll(names):
            row[column] = ledger[name]
            column += 1  # noqa: SIM113  names of a record are unrolled, not enumerated

    return record


@lru_cache(maxsize=1)
def _fingerprint() -> str:
    """Digest of all source that the compiled run is made of."""
    package = Path(__file__).parent
    ground = ("compiled", "ledger", "streams", "engine")
    files = [*(package / f"{name}.py" for name in ground), *sorted((package / "parties").rglob("*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
