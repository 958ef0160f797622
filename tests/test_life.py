"""A run that is lived a stretch at a time: the same run, however it is cut."""

import gc
import weakref

import numpy as np
import pytest
from conftest import DESIGNS, SCENARIOS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import scenarios

from sim import Scenario, ValueNetworkModel, load_scenario, simulate, simulate_with_agents
from sim.stretches import Life


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(scenario=scenarios(), seed=st.integers(0, 2**63 - 1), cuts=st.lists(st.integers(0, 200), max_size=6))
def test_a_run_is_the_same_however_it_is_cut(scenario: Scenario, seed: int, cuts: list[int]):
    life = Life(scenario, seed)
    for week in [*sorted(cuts), scenario.horizon.weeks]:
        life.live(to=week)
    assert life.run() == simulate(scenario, seed)


@pytest.mark.parametrize("design", DESIGNS)
def test_years_of_a_shipped_scenario_add_up_to_its_run(design):
    scenario = load_scenario(SCENARIOS / "mountain_view.toml", design)
    for seed in range(3):
        life, whole = Life(scenario, seed), simulate(scenario, seed)
        for year in (1, 2, 3):
            life.live(to=36 * year)
            lived = life.weekly("taking_part")
            np.testing.assert_array_equal(lived, whole.weekly()["taking_part"].to_numpy()[: len(lived)])
        assert life.run() == whole
        assert life.over == (not np.isnan(whole.outcome.week_over))


def test_drawn_parameters_are_those_of_the_revised_scenario(mountain_view):
    life = Life(mountain_view, 4, drawn={"families.contagion": np.array([3.0])})
    life.live(to=108)
    revised = simulate(mountain_view.revise({"families.contagion": 3.0}), 4)
    np.testing.assert_array_equal(life.run().weeks, revised.weeks)


def test_what_is_changed_between_stretches_holds_from_then_on(mountain_view):
    usual, other = Life(mountain_view, 4), Life(mountain_view, 4)
    for life in (usual, other):
        life.live(to=5)
    other.numbers["families"]["voice_rate"] = 0.0
    for life in (usual, other):
        life.live(to=15)
    np.testing.assert_array_equal(usual.weekly("voices_against")[:5], other.weekly("voices_against")[:5])
    assert usual.weekly("voices_against")[5:].sum() > other.weekly("voices_against")[5:].sum() == 0


def test_a_life_that_is_over_goes_no_further(mountain_view):
    life = Life(mountain_view, next(seed for seed in range(40) if simulate(mountain_view, seed).outcome.week_over < 60))
    life.live(to=72)
    there = life.week
    life.live(to=108)
    assert life.over
    assert life.week == there


def test_models_that_are_done_are_let_go_of(mountain_view):
    kept = []

    class Watched(ValueNetworkModel):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            kept.append(weakref.ref(self))

    import sim.model

    before = sim.model.ValueNetworkModel
    sim.model.ValueNetworkModel = Watched
    try:
        simulate_with_agents(mountain_view.revise({"population.families": 20, "horizon.weeks": 2}), 1)
    finally:
        sim.model.ValueNetworkModel = before
    gc.collect()
    assert [each() for each in kept] == [None]


@pytest.mark.parametrize("last", [1, 20, 36, 50, 500])
def test_the_last_weeks_of_a_column_are_its_end_however_it_was_cut(last):
    life = Life(load_scenario("mountain_view", "retrofit"), 5)
    for week in (10, 36, 50, 108):
        life.live(week)
        assert life.weekly("capital", last).tolist() == life.weekly("capital")[-last:].tolist()
