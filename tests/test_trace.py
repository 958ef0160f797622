"""What a trace says of each, adds up to the weekly table."""

import json

import numpy as np
import pandas as pd
import pytest

import sim
from sim.parties.families.variables import STAGES
from sim.trace import GONE_BACK, NEVER_IN, NEXT_IN_LINE, NO_VOTE, TAKING_PART, pairs, trace

pytestmark = pytest.mark.libraries

SMALL = {"population.families": 80, "population.outside": 40, "families.stake_outside": 0.3, "horizon.weeks": 48}
"""Longer than a school year: newcomers come."""
CASES = {
    "lives on": ("retrofit", {"board.constituency": 20_000}),
    "suspended": ("retrofit", {"board.constituency": 80}),
    "families go back": ("opt_out", {"board.constituency": 20_000}),
    "families apply": ("greenfield", {"design.capacity": 40, "design.viable_enrolment": 5}),
}
SEED = 4


@pytest.fixture(scope="module", params=CASES)
def case(request):
    design, changes = CASES[request.param]
    scenario = sim.load_scenario("mountain_view", design).revise({**SMALL, **changes})
    return scenario, trace(scenario, SEED)


def test_it_is_the_run_that_either_engine_makes(case):
    scenario, reported = case
    assert reported.run == sim.simulate(scenario, SEED)
    assert len(reported.attitude) == len(reported.run.weekly())


def test_families_add_up_to_the_weekly_table(case):
    scenario, reported = case
    weekly, inside = reported.run.weekly(), reported.stage == TAKING_PART
    coming = reported.stage == NEXT_IN_LINE
    sums = {
        "taking_part": inside.sum(axis=1),
        "in_favour": (inside & (reported.attitude > 0)).sum(axis=1),
        "voices_against": (reported.voice & inside).sum(axis=1),
        "voices_next": (reported.voice & coming).sum(axis=1),
        "voices_outside": ((reported.voice & ~inside & ~coming) * reported.stands_for).sum(axis=1),
    }
    for name, column in sums.items():
        assert (column == weekly[name]).all(), name
    mean = (reported.attitude * inside).sum(axis=1) / np.maximum(inside.sum(axis=1), 1)
    assert mean == pytest.approx(weekly["attitude"].to_numpy())
    # Those on record are counted on when a newcomer, next in line, has taken their place.
    never = reported.stage == NEVER_IN
    newcomer = coming & ~np.vstack([coming[:1], coming[:-1]])
    before = np.vstack([np.zeros_like(coming[:1]), reported.on_record[:-1]]) & ~newcomer
    first_time = reported.on_record & ~before & ~never
    assert (first_time.sum(axis=1).cumsum() == weekly["on_record"]).all()
    assert (reported.on_record | ~reported.voice).all()
    assert reported.voice.any() or scenario.design_name == "greenfield"


def test_teachers_and_votes_add_up_to_the_weekly_table(case):
    scenario, reported = case
    weekly, active = reported.run.weekly(), reported.teacher_active
    staff = np.maximum(active.sum(axis=1), 1)
    assert (reported.teacher_attitude * active).sum(axis=1) / staff == pytest.approx(
        weekly["teacher_attitude"].to_numpy()
    )
    assert ((reported.teacher_unhappy & active).sum(axis=1) / staff == weekly["unhappy_share"]).all()
    voted = (reported.vote != NO_VOTE).all(axis=1)
    assert ((reported.vote == 1).sum(axis=1) == weekly["votes_against"])[voted].all()
    assert scenario.board.renewal_week in weekly.index[voted] or weekly.index[-1] < scenario.board.renewal_week
    # Between votes the table keeps the latest.
    assert (weekly["votes_against"].diff().fillna(0)[~voted] == 0).all()


def test_who_goes_back_is_reported(case):
    _, reported = case
    of_first_year = reported.run.weekly().index < 36
    gone = (reported.stage == GONE_BACK).sum(axis=1)
    # A family goes at the end of a week: it is seen as gone in the next.
    left = reported.run.weekly()["left_programme"].shift(fill_value=0)
    assert (gone == left)[of_first_year].all()


def test_weeks_before_it_starts_and_a_school_that_never_opens_are_reported():
    late = sim.Scenario().revise({**SMALL, "design.start_weeks": (4,), "horizon.weeks": 6})
    reported = trace(late, 1)
    assert ((reported.stage == TAKING_PART).sum(axis=1) == reported.run.weekly()["taking_part"]).all()
    assert reported.run.weekly()["taking_part"].tolist()[:3] == [0, 0, 0]
    assert not reported.voice[:3].any()
    closed = sim.load_scenario("mountain_view", "greenfield").revise(SMALL)
    for seed in range(30):
        run = sim.simulate(closed, seed)
        if run.outcome.outcome == "not_opened":
            reported = trace(closed, seed)
            assert reported.run == run
            assert len(reported.stage) == len(run.weekly())
            return
    pytest.fail("none of the seeds never opened")


def test_it_is_json(case):
    _, reported = case
    back = json.loads(json.dumps(reported.as_dict()))
    assert back["stages"][reported.stage[0, 0]] == STAGES[reported.stage[0, 0]]
    assert pd.DataFrame(back["attitude"]).to_numpy() == pytest.approx(reported.attitude, abs=5e-4)


def test_ties_are_those_of_the_community():
    people = sim.populate(sim.Scenario().revise(SMALL), 1)
    reported = {tuple(pair) for pair in pairs(people).tolist()}
    for family in range(len(people.ses)):
        theirs = people.contacts[people.first_contact[family] : people.first_contact[family + 1]]
        assert {tuple(sorted((family, int(other)))) for other in theirs} <= reported
