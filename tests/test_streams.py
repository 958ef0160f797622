"""Named streams: independent, reproducible, the same under every design."""

import numpy as np
import pytest
from conftest import DESIGNS, SCENARIOS
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim import ValueNetworkModel, load_scenario, populate
from sim.kernel.streams import STREAMS, deviate, stream_keys, uniform, week_key


def draws(kind, n=20_000, seed=1, stream="experience", week=3):
    key = np.uint64(week_key(stream_keys(seed)[STREAMS.index(stream)], week))
    return np.array([kind(key, index) for index in range(n)])


def test_uniform_draws_are_uniform():
    assert stats.kstest(draws(uniform), "uniform").pvalue > 1e-3


def test_deviates_have_mean_0_sd_1_and_bounds():
    values = draws(deviate)
    assert abs(values.mean()) < 0.03
    assert abs(values.std() - 1) < 0.02
    assert np.abs(values).max() < 3.47


@pytest.mark.parametrize(
    ("first", "second"), [(("experience", 3), ("experience", 4)), (("experience", 3), ("exit", 3))]
)
def test_streams_and_weeks_are_uncorrelated(first, second):
    a, b = (draws(uniform, stream=stream, week=week) for stream, week in (first, second))
    assert abs(np.corrcoef(a, b)[0, 1]) < 4 / np.sqrt(len(a))
    assert abs(np.corrcoef(a[1:], a[:-1])[0, 1]) < 4 / np.sqrt(len(a))


@given(seed=st.integers(0, 2**63 - 1), week=st.integers(0, 4000), index=st.integers(0, 5_000_000))
def test_a_draw_is_a_pure_function_of_its_name(seed, week, index):
    key = np.uint64(week_key(stream_keys(seed)[4], week))
    assert 0 <= uniform(key, index) < 1
    assert uniform(key, index) == uniform(key, index)


def test_a_new_stream_at_the_end_moves_no_other():
    """Keys are read off one by one: a longer list begins with the shorter one."""
    longer = np.random.SeedSequence(9).generate_state(len(STREAMS) + 5, np.uint64)
    np.testing.assert_array_equal(stream_keys(9), longer[: len(STREAMS)])
    assert len(set(STREAMS)) == len(STREAMS)


def test_keys_of_two_names_differ():
    assert len(set(stream_keys(1).tolist())) == len(STREAMS)


def test_the_same_seed_gives_the_same_families_under_every_design():
    communities = [populate(load_scenario(SCENARIOS / "misaligned.toml", design), 8) for design in DESIGNS]
    for arrays in zip(*communities, strict=True):
        for other in arrays[1:]:
            np.testing.assert_array_equal(arrays[0], other)


def test_the_same_seed_gives_the_same_chance_under_every_design():
    """Families' weekly draws do not depend on what happened: after many weeks they are the same
    under both designs.
    """
    models = [ValueNetworkModel(load_scenario(SCENARIOS / "misaligned.toml", design), 8) for design in DESIGNS]
    for _ in range(7):
        for model in models:
            model.step()
    for stream in STREAMS[4:]:
        first, *others = ([model.uniform(stream, index) for index in range(50)] for model in models)
        assert others == [first] * (len(DESIGNS) - 1)


def test_a_leadership_lever_does_not_change_who_lives_there():
    scenario = load_scenario(SCENARIOS / "cheshire.toml")
    for first, second in zip(
        populate(scenario, 3),
        populate(scenario.revise({"leadership.training": 0.1, "design.dose": 0.3}), 3),
        strict=True,
    ):
        np.testing.assert_array_equal(first, second)


def test_a_larger_minority_keeps_those_who_were_aligned():
    scenario = load_scenario(SCENARIOS / "cheshire.toml")
    few, many = (populate(scenario.revise({"population.aligned_minority": share}), 3).aligned for share in (0.1, 0.4))
    assert not (few & ~many).any()
    assert many.sum() > few.sum()
