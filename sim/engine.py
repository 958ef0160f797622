"""One run, compiled: the week of docs/odd.md as a schedule of the parties' phases over arrays.

It calls the same rules as the Mesa model (``sim/model.py``) at the same moments and gives the same
run bit for bit. Sums run in the order of families and teachers, no fast-math is used, and every
draw comes from ``sim/streams.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.building import built
from sim.compiled import unbound
from sim.ledger import THIRDS, Over
from sim.outcome import Run, finish
from sim.parties.board.endings import OVER_FROM
from sim.population import Population, populate
from sim.scenario import Scenario, numbers
from sim.streams import named_keys

# --- the schedule --------------------------------------------------------------------------------

# What all parties do at a moment, and how a week is written down: bound when the run is compiled.
begin = supply = teach = live = respond = press = decide = leave = conclude = renew = enrol = close = unbound
record = unbound


def run(w, weeks):
    """Live through all weeks, and write down each."""
    first_week, horizon = w.p.offer.first_week, weeks.shape[0]
    begin(w, w.ledger.week)
    if horizon > 0 and first_week == 0 and w.ledger.rung < OVER_FROM:
        enrol(w, w.ledger.week)
    for week in range(horizon):
        w.ledger.week = week
        w.ledger.week_of_year = week % w.p.horizon.weeks_per_year + 1
        if week >= first_week and w.ledger.rung < OVER_FROM:
            live_through(w, week)
        if w.ledger.rung < OVER_FROM and week + 1 < horizon:
            turn(w, week)
        if w.ledger.rung >= OVER_FROM:
            close(w, week)
        record(w.ledger, weeks[week])
        if w.ledger.rung >= OVER_FROM:
            return


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
        if (week + 1) % w.p.horizon.weeks_per_year == 0:
            conclude(w, week)


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
    >>> run.outcome.opened, run.outcome.families
    (1, 1500)
    """
    cast, people = scenario.cast, populate(scenario, seed) if population is None else population
    ledger = cast.ledger
    district, thirds = ledger.open("district"), ledger.open("third", len(THIRDS))
    schools, rungs = ledger.open("school", len(people.school_start) - 1), ledger.open("rung", len(ledger.rungs))
    memories = tuple(memory(people) for memory in cast.memories.values())
    weeks = np.full((scenario.horizon.weeks, len(ledger.weekly)), np.nan)
    values, lists = numbers(scenario)
    built(cast, cast.rules if rules is None else rules, (turn, live_through, run))(
        values, lists, people, named_keys(seed, cast.streams), district, schools, thirds, rungs, memories, weeks
    )
    records = {"district": district, "school": schools, "third": thirds, "rung": rungs}
    pages: dict[Over, list[dict[str, Any]]] = {over: _by_name(each) for over, each in records.items()}  # type: ignore[misc]
    return finish(scenario, seed, pages, people, weeks)


def _by_name(records: np.ndarray) -> list[dict[str, Any]]:
    return [dict(zip(records.dtype.names or (), row, strict=True)) for row in records.tolist()]
