"""Waves, emulators, the posterior and its checks, and beliefs."""

import json
import time

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scipy.special import expit

from sim.calibration.beliefs import belief, believed
from sim.calibration.prior_against_posterior import prior_against_posterior
from sim.casebook.files import open_casebook
from sim.casebook.left_out import left_out
from sim.casebook.likelihood import sources_of
from sim.draws import POSTERIOR, draws_named
from sim.io.errors import InputError, Unsupported
from sim.parties.teachers.settings import Settings as Teachers
from sim.priors import PRIORS, points
from sim.scenario import Scenario
from sim.statistics.weights import effective, resampled
from study import calibration_page
from study.calibrate import FLOOR, SMALL, apart, calibrate, record_digest, without_each
from study.document import marks, written
from study.emulator import Emulator, check, scores
from study.posterior import contraction, directions, weights
from study.waves import Counted, schools_of, wave

pytestmark = pytest.mark.once

SOURCES = {source.name: source for source in sources_of(open_casebook())}
FEW = [SOURCES[name] for name in ("xq_19", "cheshire", "davis_summit", "elizabeth")]
CASES = FEW[1:3]


# --- waves ----------------------------------------------------------------------------------------


@pytest.mark.longer
def test_a_wave_goes_on_where_it_stopped_and_is_the_same_on_any_number_of_workers(tmp_path):
    at = pd.DataFrame(points(8, seed=4))
    runs = {source.name: 4 for source in CASES}
    whole = wave(tmp_path / "one", at, runs, CASES, 5_000, workers=1)
    again = wave(tmp_path / "two", at, runs, CASES, 5_000, workers=2)
    for name in whole:
        assert np.array_equal(whole[name].weights, again[name].weights)
        assert whole[name].weights.sum() == pytest.approx(8 * 4)
        assert (whole[name].squares <= whole[name].weights + 1e-12).all()
    for place, path in enumerate(sorted((tmp_path / "two").glob("*.parquet"))):
        if place % 3:
            path.unlink()
    resumed = wave(tmp_path / "two", at, runs, CASES, 5_000, workers=2)
    assert all(np.array_equal(whole[name].squares, resumed[name].squares) for name in whole)
    with pytest.raises(InputError, match="holds another wave"):
        wave(tmp_path / "two", at, runs, CASES, 6_000)


def test_who_stops_a_wave_does_not_wait_for_what_has_not_begun(tmp_path, monkeypatch):
    begun = []

    def part(*_):
        begun.append(1)
        if len(begun) == 1:
            raise KeyboardInterrupt
        time.sleep(0.2)

    monkeypatch.setattr("study.waves._part", part)
    source = FEW[0]
    with pytest.raises(KeyboardInterrupt):
        wave(tmp_path / "one", pd.DataFrame(points(64, seed=4)), {source.name: 1}, [source], 1, workers=1)
    assert len(begun) <= 3 < len(source.variants)


def test_every_school_of_a_source_is_met_as_often_as_any_other():
    whom = schools_of(CASES[0], 32, 8)
    assert set(np.bincount(whom.ravel())) == {4}


# --- emulators and posteriors ---------------------------------------------------------------------


def test_scores_are_standard_normal_under_the_priors():
    found = scores(pd.DataFrame(points(1024)))
    assert np.abs(found.mean(axis=0)).max() < 0.1
    assert np.abs(found.std(axis=0) - 1.0).max() < 0.1


def sampled(share: np.ndarray, runs: int, seed: int) -> Counted:
    """Counts of two categories, by so many runs at each point."""
    ended = np.random.default_rng(seed).binomial(runs, share)
    counts = np.column_stack([ended, runs - ended]).astype(float)
    return Counted(counts, counts)


@pytest.mark.longer
def test_an_emulator_finds_a_smooth_function_through_the_noise():
    inputs = np.random.default_rng(1).standard_normal((1600, 3))
    counts = sampled(expit(1.2 * inputs[:, 0] - inputs[:, 1] * inputs[:, 2]), 20, 2)
    emulator = Emulator(inputs[:1300], counts.weights[:1300])
    fit = check(emulator, inputs[1300:], counts.at(np.arange(1300, 1600)))
    assert fit.explained > 0.9
    assert np.allclose(emulator.shares(inputs[:10]).sum(axis=1), 1.0)


@pytest.mark.longer
def test_the_check_takes_out_no_more_noise_than_runs_have():
    """Runs that are each spread over the categories alike leave none."""
    inputs = np.random.default_rng(1).standard_normal((400, 2))
    share = np.column_stack([expit(inputs[:, 0]), expit(-inputs[:, 0])])
    emulator = Emulator(inputs, np.full((400, 2), 4.0))
    missed = np.sqrt(((share - emulator.shares(inputs)) ** 2).mean())
    assert check(emulator, inputs, Counted(8.0 * share, 8.0 * share**2)).error == pytest.approx(missed)
    assert check(emulator, inputs, Counted(8.0 * share, 8.0 * share)).error < missed


def test_a_walks_points_tell_what_is_informed_and_in_which_direction():
    inputs = np.random.default_rng(1).standard_normal((20_000, 2)) * [0.5, 1.0] + [0.3, 0.0]
    shrunk = contraction(inputs)
    assert shrunk[0] == pytest.approx(0.75, abs=0.02)
    assert abs(shrunk[1]) < 0.05
    table = directions(inputs, ["informed", "not"])
    assert abs(table["informed"].iloc[0]) > 0.99
    assert table["variance"].tolist() == pytest.approx([0.25, 1.0], abs=0.05)


def test_resampling_takes_each_row_as_often_as_its_weight_says():
    weight = np.array([0.5, 0.25, 0.125, 0.125])
    assert np.bincount(resampled(weight, 800, 1), minlength=4).tolist() == [400, 200, 100, 100]


def test_draws_without_a_programme_weigh_more_where_it_spoke_against_them():
    draw = np.random.default_rng(1)
    shares = {source.name: draw.dirichlet(np.ones(source.categories), 50) for source in FEW}
    found = without_each(FEW, shares)
    assert set(found.columns) == {source.programme for source in FEW}
    assert found.sum().to_numpy() == pytest.approx(1.0)
    told = SOURCES["xq_19"].log_likelihood(shares["xq_19"]).mean(axis=1)
    assert np.corrcoef(np.log(found[SOURCES["xq_19"].programme]), told)[0, 1] < -0.5


def test_emulators_that_are_right_are_not_apart_from_runs_and_wrong_ones_are():
    draw = np.random.default_rng(3)
    shares = {source.name: draw.dirichlet(4.0 * np.ones(source.categories), 60) for source in FEW}

    def runs(at):
        each = draw.multinomial(256, at / at.sum(axis=1, keepdims=True)).astype(float)
        return Counted(each, each)

    worth = dict.fromkeys(shares, 30.0)
    right = apart(FEW, shares, {name: runs(each) for name, each in shares.items()}, worth, 1)
    other = {name: draw.dirichlet(4.0 * np.ones(each.shape[1]), 60) for name, each in shares.items()}
    wrong = apart(FEW, shares, {name: runs(each) for name, each in other.items()}, worth, 1)
    assert abs(right.own - right.by_chance) < 4.0 * right.by_chance_sd
    assert wrong.own - wrong.by_chance > 10.0 * wrong.by_chance_sd


def test_weights_sum_to_1_and_follow_their_logarithms():
    found = weights(np.log(np.array([1.0, 3.0])) - 800.0)
    assert found == pytest.approx([0.25, 0.75])
    assert effective(found) == pytest.approx(1.6)


# --- the whole ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_small_calibration_gives_draws_and_goes_on_to_the_same_after_a_kill(tmp_path):
    draws = calibrate(tmp_path, SMALL, FEW, workers=1, floor=0.0)
    assert list(draws.columns) == list(PRIORS)
    assert len(draws) == SMALL.shipped
    for name in ("emulators", "prior_against_posterior", "directions", "observations", "left_out"):
        assert len(pd.read_csv(tmp_path / f"{name}.csv"))
    before = (tmp_path / "posterior.parquet").read_bytes()
    for part in ("third", "fourth"):
        for path in sorted((tmp_path / part).glob("*.parquet"))[::3]:
            path.unlink()
    (tmp_path / "fourth.npy").unlink()
    pd.testing.assert_frame_equal(draws, calibrate(tmp_path, SMALL, FEW, workers=2, floor=0.0))
    assert (tmp_path / "posterior.parquet").read_bytes() == before
    assert len(pd.read_parquet(tmp_path / "left_out.parquet")) == SMALL.shipped
    page = tmp_path / "page.md"
    page.write_text("\n".join(calibration_page.MARKS))
    calibration_page.main(["--of", str(tmp_path), "--write", str(page)])
    assert "**What each programme contributes**" in page.read_text()
    with pytest.raises(Unsupported, match="worth"):
        calibrate(tmp_path, SMALL, FEW, workers=1, floor=1e6)


def test_the_shipped_posterior_is_of_the_priors_and_lies_within_them():
    draws = draws_named("posterior")
    assert set(draws.values) == set(PRIORS) == set(prior_against_posterior())
    assert len(draws) >= 500
    for field, values in draws.values.items():
        assert ((PRIORS[field].cdf(values) > 0.0) & (PRIORS[field].cdf(values) < 1.0)).all()
    for number in range(0, len(draws), 50):
        Scenario().revise(draws.row(number))


def test_the_shipped_posterior_tells_where_it_comes_from():
    about = json.loads(pq.read_schema(POSTERIOR).metadata[b"about"])
    assert about["worth"] >= FLOOR
    assert about["record_sha256"] == record_digest(list(SOURCES.values()))
    assert {"made_by", "seed", "package", "libraries"} <= set(about)


def test_every_programme_that_was_fitted_can_be_left_out():
    assert set(left_out()) == {source.programme for source in SOURCES.values()}
    for weight in left_out().values():
        assert weight.sum() == pytest.approx(1.0, abs=1e-6)
        assert (weight >= 0.0).all()


def test_measured_turnover_stays_as_it_was_measured():
    """A rate that is known from elsewhere is not moved by cases."""
    for field in ("leaders.principal_leaves", "leaders.superintendent_leaves"):
        assert abs(prior_against_posterior()[field].shift) < 0.5
    assert Teachers().turnover == pytest.approx(0.157)


# --- beliefs --------------------------------------------------------------------------------------


def test_a_belief_moves_the_draws_towards_it_and_no_others_vanish():
    draws = draws_named("prior")
    moved, worth = believed(draws, [belief("gamma=beta(8,2)")])
    own = "board.constituency_exponent"
    assert moved.values[own].mean() > draws.values[own].mean() + 0.15
    assert moved.values[own].mean() == pytest.approx(0.8, abs=0.05)
    assert 50 < worth < len(draws)
    assert len(moved) == len(draws)
    same, all_of_them = believed(draws, [belief("gamma=beta(2,2)")])
    assert all_of_them == pytest.approx(len(draws))
    assert np.array_equal(same.values[own], draws.values[own])


@pytest.mark.parametrize(
    ("wrong", "reported"),
    [
        ("gamma", "accepted: FIELD=KIND"),
        ("gamma=dirichlet(1,2)", "accepted: FIELD=KIND"),
        ("nothing=beta(1,2)", "no calibrated parameter"),
        ("gamma=beta(-1,2)", "not a distribution"),
        ("gamma=uniform(2,1)", "not a distribution"),
        ("gamma=normal(0,e)", "not a distribution"),
    ],
)
def test_a_wrong_belief_is_refused_in_one_line(wrong, reported):
    with pytest.raises(InputError) as found:
        belief(wrong)
    assert reported in str(found.value)


def test_a_belief_that_no_draw_holds_is_refused():
    with pytest.raises(InputError, match="no draw lies there"):
        believed(draws_named("prior"), [belief("gamma=uniform(5,6)")])


# --- documents ------------------------------------------------------------------------------------


def test_a_part_is_written_between_the_marks_of_a_document(tmp_path):
    path, (begin, end) = tmp_path / "page.md", marks("study.this")
    path.write_text(f"# Title\n\n{begin}\nold\n{end}\n\nThe end.\n")
    written(path, "new", (begin, end))
    assert path.read_text() == f"# Title\n\n{begin}\nnew\n{end}\n\nThe end.\n"
    path.write_text("no marks")
    with pytest.raises(InputError, match="has no lines"):
        written(path, "new", (begin, end))
