"""What a run returns: read off the variables by name, and equal where all is equal."""

import math
import pickle

import pytest

from sim import Scenario, simulate
from sim.io.errors import InputError
from sim.kernel.variables import OUTCOMES, Quantity, Variables, in_order
from sim.outcome import ENDINGS, OUTCOME, OVER, PRESSING, STATUSES, VARIABLES, WEEKLY, Outcome
from sim.parties.board.endings import LADDER, OVER_FROM, STEP
from sim.statistics.quantities import CAUSES, WAYS


def test_two_identical_runs_are_equal_though_weeks_are_missing(mountain_view):
    one, two, other = simulate(mountain_view, 1), simulate(mountain_view, 1), simulate(mountain_view, 2)
    assert math.isnan(simulate(Scenario(), 1).outcome.week)
    assert simulate(Scenario(), 1).outcome == simulate(Scenario(), 1).outcome
    assert one == two
    assert one.outcome == two.outcome
    assert hash(one.outcome) == hash(two.outcome)
    assert one != other
    assert one.outcome != other.outcome


def test_an_outcome_is_read_by_name_and_cannot_be_changed(mountain_view):
    outcome = simulate(mountain_view, 1).outcome
    assert list(outcome) == list(OUTCOME)
    assert outcome["ending"] == outcome.ending
    assert outcome.ending in ENDINGS
    assert pickle.loads(pickle.dumps(outcome)) == outcome
    with pytest.raises(AttributeError, match="cannot be changed"):
        outcome.ending = "sustained"
    with pytest.raises(AttributeError, match="has no 'endings'; it has: scenario, design"):
        _ = outcome.endings
    assert Outcome({"week": math.nan}).as_dict() == {"week": None}


SMALL = {"population.families": 60, "board.constituency": 120}


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({}, 60),
        ({"design.assignment": "opt_out"}, 60),
        ({"design.assignment": "opt_in", "design.capacity": 25}, 25),
        ({"design.assignment": "opt_in", "design.capacity": 500}, 60),
        ({"population.schools": 3, "beside.schools": 1, "beside.assignment": "opt_in", "beside.capacity": 7}, 47),
    ],
)
def test_reach_is_reported_per_child_of_the_community_and_per_place(mountain_view, changes, places):
    outcome = simulate(mountain_view.revise({**SMALL, **changes}), 3).outcome
    assert outcome.places == places
    for name, count in (("reached", outcome.reached), ("weeks", outcome.student_weeks)):
        assert outcome[f"{name}_per_100"] * outcome.families / 100 == pytest.approx(count)
        assert outcome[f"{name}_per_place"] * places == pytest.approx(count)
    assert 0 < outcome.reached_per_100 <= 100


def test_without_places_nothing_is_reported_per_place(mountain_view):
    none = mountain_view.revise({**SMALL, "design.assignment": "opt_in", "design.capacity": 0})
    outcome = simulate(none, 3).outcome
    assert (outcome.places, outcome.reached_per_100) == (0, 0.0)
    assert math.isnan(outcome.reached_per_place)
    assert math.isnan(outcome.weeks_per_place)


def test_every_column_says_what_it_is():
    for name, meaning in (*WEEKLY.items(), *OUTCOME.items()):
        assert len(meaning) > 10, name


def test_capital_drained_has_a_column_for_each_stakeholder():
    assert [name for name in WEEKLY if name.startswith("drained_")] == [f"drained_{who}" for who in PRESSING]
    assert list(OUTCOME)[-len(PRESSING) :] == [f"drained_{who}" for who in PRESSING]


def test_the_ladder_is_one_table():
    assert tuple(status.name for status in LADDER) == STATUSES
    assert ENDINGS[0] == "sustained"
    assert set(OVER) < set(ENDINGS) < {"sustained", *STATUSES}
    # The rules of the board know its own steps by number.
    assert (STEP.repaired, STEP.diluted, STEP.made_optional, STEP.suspended) == (1, 2, 3, 4)
    assert all(status.over for status in LADDER[OVER_FROM:])
    assert not any(status.over for status in LADDER[:OVER_FROM])


def test_every_step_has_one_outcome_and_no_dilution_is_an_end():
    assert {status.outcome for status in LADDER} == set(OUTCOMES)
    assert VARIABLES.of_outcome("adapted") == ("diluted", "made_optional")
    assert (*VARIABLES.of_outcome("discontinued"), "never_filled", "not_opened") == OVER
    assert VARIABLES.of_outcome("discontinued") == CAUSES
    assert set(WAYS) == {"discontinued", "adapted", *ENDINGS[1:]} - {"never_filled", "not_opened"}
    assert all(status.words for status in LADDER if status.ending)


def test_a_name_is_given_once():
    row = Quantity("level", "0-1", "a level of some kind", 0.0)
    with pytest.raises(InputError, match="quantity 'level' is declared by one already"):
        Variables([("one", row), ("two", row)], [], LADDER)


def test_a_sum_is_the_same_on_every_interpreter():
    """The built-in sum compensates from CPython 3.12 on: 1.0 here."""
    assert in_order([1e16, 1.0, -1e16]) == 0.0
    assert in_order(iter([0.1] * 10)) == 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1
