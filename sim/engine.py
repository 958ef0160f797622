"""One run, compiled: the week of docs/odd.md as a schedule of the parties' phases over arrays.

It calls the same rules as the Mesa model (``sim/model.py``) at the same moments and gives the same
run bit for bit. Sums run in the order of families and teachers, no fast-math is used, and every
draw comes from ``sim/kernel/streams.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.building import built
from sim.kernel.compiling import unbound
from sim.kernel.parties import Parties
from sim.kernel.streams import named_keys, seed_of
from sim.kernel.variables import TERTILES, Over
from sim.outcome import Run, finish
from sim.parties.board.endings import OVER_FROM
from sim.population import Population, alone, communities, one_of
from sim.scenario import Scenario, numbers, records, scenario_type

# --- the schedule --------------------------------------------------------------------------------

# What all parties do at a moment, and how a week is written down: bound when the run is compiled.
begin = supply = teach = live = respond = press = decide = leave = conclude = renew = enrol = close = unbound
record = unbound


def run(w, weeks):
    """Live through all weeks, from 1, and write down each."""
    begin(w, w.variables.week)
    go_on(w, weeks, 1, weeks.shape[0])


def stretch(w, weeks, first, last):
    """Live through some weeks of a run: before the first of them the run begins where ``last`` is
    0.
    """
    if last == 0:
        begin(w, w.variables.week)
    else:
        go_on(w, weeks, first, last)


def go_on(w, weeks, first, last):
    """Live through the weeks from ``first`` to ``last``, and write down each."""
    first_week, horizon = w.p.offer.first_week, w.p.horizon.weeks
    if first == 1 and horizon > 0 and first_week == 1 and w.variables.status < OVER_FROM:
        enrol(w, w.variables.week)
    for week in range(first, last + 1):
        w.variables.week = week
        w.variables.week_of_year = (week - 1) % w.p.horizon.weeks_per_year + 1
        if week >= first_week and w.variables.status < OVER_FROM:
            live_through(w, week)
        if w.variables.status < OVER_FROM and week < horizon:
            turn(w, week)
        if w.variables.status >= OVER_FROM:
            close(w, week)
        record(w.variables, weeks[week - first])
        if w.variables.status >= OVER_FROM:
            return


def live_through(w, week):
    """One week of the programme."""
    supply(w, week)
    teach(w, week)
    live(w, week)
    respond(w, week)
    press(w, week)
    decide(w, week)
    if w.variables.status < OVER_FROM:
        leave(w, week)
        if week % w.p.horizon.weeks_per_year == 0:
            conclude(w, week)


def turn(w, week):
    """Between weeks: at the year's end cohorts change; then, and when a unit starts, there is an
    intake.
    """
    coming = week + 1
    year_ends = week % w.p.horizon.weeks_per_year == 0
    if year_ends:
        renew(w, week)
    starts = False
    for start in w.lists.design_start_weeks:
        starts = starts or start == coming
    if (year_ends or starts) and coming >= w.p.offer.first_week:
        enrol(w, coming)


# --- running it ----------------------------------------------------------------------------------

FAMILIES_AT_ONCE = 10_000
"""Families of the seeds that are run in one compiled call, about: some milliseconds of work, in
which no other thread waits for Python's lock.
"""


def simulate(scenario: Scenario, seed: int, rules: Any = None, population: Population | None = None) -> Run:
    """Run a scenario once with the compiled engine.

    Parameters
    ----------
    scenario : Scenario
        With the parties of its parties.
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

    Raises
    ------
    TypeError
        Where the seed is not a whole number from 0.

    Examples
    --------
    >>> import sim
    >>> run = sim.simulate(sim.Scenario(), seed=1)
    >>> run.outcome.opened, run.outcome.families
    (1, 1500)
    """
    return simulate_together(scenario, (seed,), rules, None if population is None else alone(population))[0]


def simulate_together(
    scenario: Scenario,
    seeds: Sequence[int],
    rules: Any = None,
    people: Population | None = None,
    drawn: Mapping[str, np.ndarray] | None = None,
) -> list[Run]:
    """Run a scenario under several seeds in one compiled call.

    Parameters
    ----------
    scenario, rules
        As for :func:`simulate`.
    seeds : sequence of int
        All are at work at once: see :func:`at_once` for how many are best.
    people : Population, optional
        The communities to use instead of ``communities(scenario, seeds, drawn)``.
    drawn : mapping, optional
        Values by dotted field name, each of shape (len(seeds),), that go with the seeds instead of
        the scenario's own: those of draws of the parameters, see :class:`sim.draws.Draws`.

    Returns
    -------
    list of Run
        Each as :func:`simulate` gives it, to the bit, of the scenario revised by what goes with its
        seed.

    Examples
    --------
    >>> import sim
    >>> [run.outcome.seed for run in simulate_together(sim.Scenario(), range(3))]
    [0, 1, 2]
    """
    seeds = [seed_of(seed) for seed in seeds]
    parties, count = scenario.parties, len(seeds)
    people = communities(scenario, seeds, drawn) if people is None else people
    kept = opened(parties, count, len(people.school_start) - 1)
    variables = parties.variables
    weeks = np.full((count, scenario.horizon.weeks, len(variables.weekly)), np.nan)
    lists = numbers(scenario)[1]
    keys = named_keys(seeds, parties.streams)
    built(parties, parties.rules if rules is None else rules, (turn, live_through, go_on, run))(
        records(scenario, count, drawn), lists, people, keys, *kept.values(), weeks
    )
    pages = {over: by_name(each) for over, each in kept.items()}
    return [
        finish(scenario, seed, {over: each[place] for over, each in pages.items()}, one_of(people, place), weeks[place])
        for place, seed in enumerate(seeds)
    ]


def opened(parties: Parties, count: int, schools: int) -> dict[Over, np.ndarray]:
    """Records of all that is kept, before the first week, each of shape (seeds, rows)."""
    variables = parties.variables
    return {
        "district": variables.open("district", count).reshape(count, 1),
        "school": variables.open("school", count * schools).reshape(count, schools),
        "tertile": variables.open("tertile", count * len(TERTILES)).reshape(count, len(TERTILES)),
        "status": variables.open("status", count * len(variables.statuses)).reshape(count, len(variables.statuses)),
    }


def compile_for(parties: Parties) -> None:
    """Compile the engine for the parties of a set of parties, or read what was compiled before: a
    first run is then as fast as any.
    """
    small = {"population.families": 2, "horizon.weeks": 1}
    simulate(scenario_type(parties)().revise(small), 0)


def at_once(scenarios: Iterable[Scenario], seeds: Sequence[int]) -> list[Sequence[int]]:
    """Seeds in the pieces in which they are best run together, for the largest of some scenarios.

    Examples
    --------
    >>> import sim
    >>> [len(piece) for piece in at_once([sim.Scenario()], range(25))]
    [10, 10, 5]
    """
    size = max(1, FAMILIES_AT_ONCE // max(1, *(scenario.simulated for scenario in scenarios)))
    return [seeds[start : start + size] for start in range(0, len(seeds), size)]


def by_name(records: np.ndarray) -> list[list[dict[str, Any]]]:
    """Records, shape (seeds, rows), as values by name."""
    names = records.dtype.names or ()
    return [[dict(zip(names, row, strict=True)) for row in rows] for rows in records.tolist()]
