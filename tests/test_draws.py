"""Parameters drawn with the seed: the same runs on any way, under every design."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.draws import Draws, draws_named, left_by, may_be_drawn, set_by
from sim.engine import simulate, simulate_together
from sim.io.errors import InputError
from sim.model import simulate_with_agents
from sim.priors import PRIORS
from sim.scenario import Scenario, load_scenario
from sim.statistics.unknown import range_between, range_over, ranges, variance_between
from sim.sweep.load import load_sweep
from sim.sweep.local import run_locally
from sim.sweep.plan import comparison
from sim.sweep.samples import small_scenarios
from sim.sweep.specification import specification, sweep_of

ROOT = Path(__file__).resolve().parents[1]
SCENARIOS = ROOT / "scenarios"


def small() -> list[Scenario]:
    """Small scenarios that set no parameter that is drawn."""
    return [each.revise({"horizon.weeks": 40}) for each in small_scenarios()]


def test_every_prior_may_be_drawn_and_facts_may_not():
    assert all(may_be_drawn(field) for field in PRIORS)
    for field in ("population.families", "horizon.weeks", "design.dose", "leadership.training", "network.mean_degree"):
        assert not may_be_drawn(field)


def test_runs_of_drawn_parameters_are_those_of_the_revised_scenario_to_the_bit():
    draws, scenario = draws_named("prior"), small()[0]
    seeds = [0, 3, 499, 500, 1234]
    together = simulate_together(scenario, seeds, drawn=draws.at(seeds))
    for seed, run in zip(seeds, together, strict=True):
        revised = draws.scenario(scenario, seed)
        assert np.array_equal(run.weeks, simulate(revised, seed).weeks, equal_nan=True)
        assert run.outcome == simulate(revised, seed).outcome


def test_both_engines_agree_on_drawn_parameters():
    draws, scenario = draws_named("prior"), small()[0]
    for seed in (1, 2):
        revised = draws.scenario(scenario, seed)
        assert np.array_equal(simulate_with_agents(revised, seed).weeks, simulate(revised, seed).weeks, equal_nan=True)


@pytest.mark.once
@pytest.mark.longer
def test_every_design_and_any_part_of_the_seeds_meets_the_same_draws(tmp_path):
    draws = draws_named("prior")
    whole = run_locally(comparison(small(), 12, draws=draws), tmp_path / "whole").runs
    apart = run_locally(comparison(small(), 4, first_seed=5, draws=draws), tmp_path / "apart").runs
    shared = whole.merge(apart, on=["design", "seed"], suffixes=("", "_apart"))
    assert len(shared) == 8
    assert shared["gain"].equals(shared["gain_apart"])
    for row in whole.itertuples():
        scenario = next(each for each in small() if each.design_name == row.design)
        assert simulate(draws.scenario(scenario, row.seed), row.seed).outcome.gain == row.gain


@pytest.mark.once
@pytest.mark.longer
def test_an_own_way_to_run_meets_the_draws_too(tmp_path):
    draws = draws_named("prior")
    compiled = run_locally(comparison(small(), 3, draws=draws), tmp_path / "a").runs
    agents = run_locally(comparison(small(), 3, draws=draws), tmp_path / "b", simulate=simulate_with_agents).runs
    pd.testing.assert_frame_equal(compiled, agents)


def test_a_sweep_of_draws_is_rebuilt_from_its_manifest():
    sweep = comparison(small(), 6, draws=draws_named("prior"))
    again = sweep_of(json.loads(json.dumps(specification(sweep))))
    assert again.draws.digest == sweep.draws.digest
    assert specification(again) == specification(sweep)


def test_what_a_scenario_or_a_factor_sets_is_not_drawn(tmp_path):
    own = [each.revise({"families.contagion": 3.0}) for each in small()]
    assert "families.contagion" in set_by(own[0])
    assert "families.contagion" not in set_by(small()[0])
    left = left_by(draws_named("prior"), [small()[0], own[1]])
    assert set(PRIORS) - set(left.values) == {"families.contagion"}
    path = tmp_path / "one.toml"
    path.write_text(
        'schema = 2\nscenario = "mountain_view"\n[[factors]]\nfield = "board.doubt"\nlevels = [0.1, 0.9]\n'
        '[[factors]]\nname = "speak"\nlevels = [0.0, 1.0]\n[factors.blend]\nfamilies.voice_rate = [0.01, 0.1]\n'
    )
    sweep = load_sweep(path)
    assert set(PRIORS) - set(sweep.draws.values) == {"board.doubt", "families.voice_rate"}
    assert load_sweep(path, parameters="defaults").draws is None


def test_revising_keeps_what_was_set_apart_from_defaults():
    scenario = load_scenario(SCENARIOS / "mountain_view.toml")
    revised = scenario.revise({"board.doubt": 0.3})
    assert set_by(revised) - set_by(scenario) == {"board.doubt"}
    assert revised.revise({"board.doubt": scenario.board.doubt}) == scenario


def test_the_medoid_is_one_of_the_draws():
    posterior, medoid = draws_named("posterior"), draws_named("medoid")
    assert len(medoid) == 1
    rows = np.column_stack(list(posterior.values.values()))
    assert (rows == np.array(list(medoid.row(7).values()))).all(axis=1).any()


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("families.contagion\nmany\n", "families.contagion = 'many': accepted: a number"),
        ("families.contagion\n-4\n", "families.contagion = -4.0: accepted: a number"),
        ("population.families\n100\n", "population.families: accepted: a parameter"),
        ("nothing.at_all\n1\n", "nothing.at_all: accepted: a parameter"),
        ("families.contagion\n", "no draws"),
        ("", "accepted: a CSV or Parquet file"),
    ],
)
def test_a_bad_file_of_draws_is_refused_in_one_line(tmp_path, text, reported):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(InputError) as found:
        draws_named(str(path))
    assert str(path) in str(found.value)
    assert reported in str(found.value)
    assert "\n" not in str(found.value)


def test_a_file_of_draws_is_taken_relative_to_the_sweep_file(tmp_path):
    (tmp_path / "mine.csv").write_text("families.contagion,board.doubt\n1,0.2\n2,0.3\n")
    path = tmp_path / "one.toml"
    path.write_text('schema = 2\nscenario = "mountain_view"\nparameters = "mine.csv"\n')
    sweep = load_sweep(path)
    assert sweep.draws.at([0, 1, 2])["families.contagion"].tolist() == [1.0, 2.0, 1.0]
    path.write_text('schema = 2\nscenario = "mountain_view"\nparameters = "yours.csv"\n')
    with pytest.raises(InputError, match=r"parameters: .*yours\.csv"):
        load_sweep(path)


# --- what we do not know, apart from chance ----------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(st.floats(0.5, 8.0), st.floats(0.5, 8.0), st.integers(2, 4))
def test_the_variance_between_draws_is_that_of_the_chances(a, b, each):
    draw = np.random.default_rng(int(100 * a + 10 * b))
    chances = draw.beta(a, b, 4000)
    happened = draw.random((each, 4000)) < chances
    found = variance_between(happened.ravel().astype(float), np.tile(np.arange(4000), each))
    assert found == pytest.approx(a * b / ((a + b) ** 2 * (a + b + 1)), abs=0.02)


def test_chance_alone_leaves_no_range():
    draw = np.random.default_rng(1)
    happened = (draw.random(20_000) < 0.4).astype(float)
    variance = variance_between(happened, np.arange(20_000) % 10_000)
    low, high = range_between(0.4, variance)
    assert 0.25 < low <= 0.4 <= high < 0.55


def test_a_range_needs_draws_that_are_met_twice(tmp_path):
    draws = Draws("few", {"families.contagion": np.linspace(0.0, 10.0, 8)})
    runs = run_locally(comparison(small(), 16, draws=draws), tmp_path / "runs").runs
    runs = runs[runs["opened"] == 1]
    # What ends is the draw's doing: half of the draws always, the others never.
    runs = runs.assign(week_over=np.where(runs["seed"] % 8 < 4, 20.0, np.nan))
    assert ranges(runs, 8, [36], ["discontinued"])["parameter_low"].notna().all()
    assert ranges(runs, 500, [36], ["discontinued"])["parameter_low"].isna().all()


@pytest.mark.parametrize(("spread", "reported"), [(0.0, False), (0.25, True)])
def test_draws_that_differ_no_more_than_chance_tells_get_no_range(spread, reported):
    draw = np.random.default_rng(4)
    found = []
    for _ in range(40):
        chances = 0.5 + spread * draw.choice([-1.0, 1.0], 500)
        number = np.arange(1000) % 500
        found.append(range_over((draw.random(1000) < chances[number]).astype(float), number))
    share = np.mean([np.isfinite(low) for low, _ in found])
    # Without any difference, the variance is above its error in a sixth of samples.
    assert share == 1.0 if reported else share < 0.35
    if reported:
        assert np.mean([low for low, _ in found]) == pytest.approx(0.17, abs=0.08)
