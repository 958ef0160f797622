"""One run, compiled: the week of docs/odd.md as a schedule of phases over arrays.

It calls the same rules as the Mesa model (``sim/model.py``) in the same order and gives the same run bit for bit. Sums
run in the order of families and teachers, no fast-math is used, and every draw comes from ``sim/streams.py``.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from pathlib import Path
from threading import Lock
from types import FunctionType
from typing import Any

import numpy as np
from numba import njit

from sim import rules as rules_module
from sim.engine.board import board_week
from sim.engine.families import departures_week, families_week, judged_fit
from sim.engine.parties import community_week, delivery_week, regulator_week, results_week, teachers_week, vendor_week
from sim.engine.state import DISTRICT, PHASES, State, phase, r
from sim.engine.turnover import intake, turn_of_the_year
from sim.outcome import AS_DESIGNED, CANCELLED, COLUMN, RUNGS, STAKEHOLDERS, WEEKLY, Run, Tally, finish
from sim.population import Population, populate
from sim.rules import DEFAULT, Rules
from sim.scenario import Scenario, numbers
from sim.streams import stream_keys

_BUILDING = Lock()
_DRAINED = COLUMN[f"drained_{STAKEHOLDERS[0]}"]


def simulate(scenario: Scenario, seed: int, rules: Rules = DEFAULT, population: Population | None = None) -> Run:
    """Run a scenario once with the compiled engine.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        0 or more; names the community and its weather.
    rules : Rules, optional
        A variant of the model's rules, see :func:`sim.rules.replace`.
    population : Population, optional
        The community to use instead of ``populate(scenario, seed)``.

    Returns
    -------
    Run
        A pure function of (scenario, seed, rules). The call releases the GIL.
    """
    people = populate(scenario, seed) if population is None else population
    n, teachers, schools = len(people.ses), len(people.teacher_school), len(people.school_start) - 1
    state = State(
        fit=np.empty(n),
        w_reliability=np.empty(n),
        means=np.empty(n),
        mood=np.zeros((2, n, 2)),
        inside=np.zeros(n, np.uint8),
        gone=np.zeros(n, np.uint8),
        spoken=np.zeros(n, np.uint8),
        been_inside=np.zeros(n, np.uint8),
        teacher_attitude=np.empty(teachers),
        skill=np.empty(teachers),
        school_quality=np.ones(schools),
        school_inside=np.zeros(schools, np.int64),
        school_attitude=np.zeros(schools),
        school_against=np.zeros(schools, np.int64),
        third_inside=np.zeros(3, np.int64),
        third_on_record=np.zeros(3, np.int64),
        third_voice=np.zeros(3),
        evidence=np.zeros(3),
        week_gain=np.zeros(3),
        year_gain=np.zeros(3),
        year_weeks=np.zeros(3, np.int64),
        gains=np.zeros(3),
        children=np.zeros(3, np.int64),
        drained=np.zeros(len(STAKEHOLDERS)),
        step_weeks=np.full(len(RUNGS), np.nan),
    )
    district = np.zeros(1, DISTRICT)
    weeks = np.full((scenario.horizon.weeks, len(WEEKLY)), np.nan)
    record, calendar = numbers(scenario)
    _compiled(rules)(record, calendar, people, state, district, stream_keys(seed), weeks)
    tally = Tally(
        student_weeks=float(district["student_weeks"][0]),
        gains=state.gains,
        children=state.children,
        peak_applicants=int(district["peak_applicants"][0]),
        step_weeks=state.step_weeks,
        on_record=state.third_on_record,
        voice=state.third_voice,
        sway_on_record=float(district["sway_on_record"][0]),
        sway=float(people.sway.mean()) if n else math.nan,
    )
    return finish(scenario.name, scenario.design_name, seed, weeks, tally)


def _compiled(rules: Rules) -> Any:
    """The run for a set of rules; threads that start together build it once."""
    with _BUILDING:
        return _build(rules)


@lru_cache(maxsize=16)
def _build(rules: Rules) -> Any:
    """Compile the run against a set of rules; kept on disk for the default set, in memory for others."""
    namespace: dict[str, Any] = {}
    for function in PHASES:
        namespace.update(function.__globals__)
    namespace["r"] = rules
    for function in PHASES:
        namespace[function.__name__] = njit(nogil=True, error_model="numpy")(FunctionType(function.__code__, namespace, function.__name__))
    entry = _entry(_fingerprint())
    return njit(nogil=True, cache=rules is DEFAULT)(FunctionType(entry.__code__, namespace, "run_once", None, entry.__closure__))


def _entry(fingerprint: str) -> Any:
    def run_once(records, calendar, people, s, districts, keys, weeks):
        fingerprint  # noqa: B018  a closed-over text is part of Numba's cache key, so an edited rule is compiled anew
        run(records[0], calendar, people, s, districts[0], keys, weeks)

    return run_once


def _fingerprint() -> str:
    """Digest of all source that the compiled run is made of."""
    package = Path(rules_module.__file__).parent
    files = [package / "rules.py", package / "streams.py", package / "outcome.py", *sorted((package / "engine").glob("*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


@phase
def run(p, calendar, people, s, d, keys, weeks):
    """Live through all weeks; fill in the weekly table, the state and the district."""
    prepare(p, people, s, d)
    if weeks.shape[0] > 0 and p.offer.first_week == 0:
        intake(p, calendar, people, s, d, keys, 0, 0)
    for week in range(weeks.shape[0]):
        if week >= p.offer.first_week:
            vendor_week(p, d, keys, week)
            delivery_week(p, people, s, d)
            families_week(p, people, s, d, keys, week)
            teachers_week(p, people, s, d)
            results_week(p, calendar, s, d, keys, week)
            notice = regulator_week(p, s, d, keys, week)
            community_week(p, calendar, s, d, week)
            board_week(p, s, d, week, notice)
            departures_week(p, people, s, d, keys, week)
        if d.rung < CANCELLED and week + 1 < weeks.shape[0]:
            turn_of_the_year(p, calendar, people, s, d, keys, week)
        record(s, d, weeks[week])
        if d.rung >= CANCELLED:
            return


@phase
def prepare(p, people, s, d):
    """Everybody before the first week."""
    d.rung = AS_DESIGNED
    d.dose = p.offer.dose
    d.return_ease = p.offer.return_ease
    d.capital = 1.0
    d.repair_speed = 1.0
    d.funded = p.vendor.funded
    d.quality = 1.0
    d.mean_effort = 1.0
    d.last_review = p.offer.first_week
    rise = p.initiative.technology - p.status_quo.technology
    d.defects = r.defects_at_start(p.vendor.defects_at_start, rise, p.leadership.vetting, p.vendor.vetting_weight)
    for i in range(people.ses.size):
        s.fit[i] = judged_fit(p, people, i, i)
        s.w_reliability[i] = people.priorities[i, 6]
        s.means[i] = r.means(people.ses[i])
        s.children[people.third[i]] += 1
    new = r.novelty(p.initiative.role_change, p.initiative.workload, rise)
    for t in range(people.teacher_school.size):
        s.teacher_attitude[t] = p.teachers.choice_bonus * p.offer.staff_choice
        s.skill[t] = r.skill_at_start(new, p.leadership.training, p.teachers.dip, p.teachers.dip_training, people.teacher_draw[t])


@phase
def record(s, d, row):
    """Write the week's row of the weekly table, in the order of ``WEEKLY``."""
    values = (
        np.float64(d.taking_part),
        np.float64(d.in_favour),
        np.float64(d.attitude),
        np.float64(d.voices_against),
        np.float64(d.voices_for),
        np.float64(d.on_record),
        np.float64(d.reached),
        np.float64(d.left_school),
        np.float64(d.left_programme),
        np.float64(d.applicants),
        np.float64(d.teacher_attitude),
        np.float64(d.unhappy_share),
        np.float64(d.quality),
        np.float64(d.defects),
        np.float64(d.union_level),
        np.float64(d.notices),
        np.float64(d.attention),
        np.float64(d.funded),
        np.float64(d.dose),
        np.float64(d.rung),
        np.float64(d.capital),
    )
    for column in range(len(values)):
        row[column] = values[column]
    for who in range(s.drained.size):
        row[_DRAINED + who] = s.drained[who]
