"""The record as data, emulators, posteriors and their checks."""

import hashlib
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from sim.calibration.beliefs import belief, believed, effective, resampled
from sim.calibration.sources import Observation, Source, load_source, record, unknowns, variants
from sim.casebook.files import open_casebook
from sim.draws import POSTERIOR, draws_named
from sim.io.errors import InputError, Unsupported
from sim.priors import PRIORS, points
from sim.scenario import Scenario
from study.calibrate import FLOOR, SMALL, calibrate
from study.coverage import covered, made_up, reported
from study.emulator import Emulator, check, scores
from study.page import BEGIN, END, text, written
from study.posterior import contraction, directions, log_likelihoods, sensitivity, weights
from study.scoring import MILESTONES, by_week, fitted, forecasts, schools, scored, validate, without
from study.validate import main
from study.waves import schools_of, wave

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[1]
CASES = tuple(source for source in record() if source.name in ("mountain_view", "cheshire"))


def toy(seen: float, of: float, **more) -> Source:
    """A source of two categories, ended and went on."""
    observation = Observation(words="ended", numerator=(1.0, 0.0), denominator=(1.0, 1.0), seen=seen, of=of)
    return Source(
        name="toy", words="a toy", scenario="mountain_view", weeks=36, spans=(36,), rests=("made up",),
        observations=(observation,), **more,
    )  # fmt: skip


# --- the record -----------------------------------------------------------------------------------


def test_every_source_is_one_of_the_documented_cases():
    book = open_casebook()
    frames = {"new_schools": "charters_by_cohort"}
    known = book.cases.keys() | book.frames.keys()
    assert {frames.get(source.name, source.name) for source in record()} <= known


@pytest.mark.parametrize("source", record(), ids=lambda source: source.name)
def test_a_source_says_what_it_rests_on_and_its_variants_stay_within_what_is_unknown(source):
    assert source.rests
    assert source.disagree
    if not source.case:
        return
    made = variants(source)
    asked = unknowns(made[0].scenario, source.unknown)
    assert {f"leadership.{lever}" for lever in ("vetting", "training", "communication", "responsiveness")} <= set(asked)
    for field, (low, high) in source.unknown.items():
        values = [_value(each.scenario, field) for each in made]
        assert low - 0.5 <= min(values) < max(values) <= high + 0.5
        assert max(values) - min(values) > 0.8 * (high - low)


def _value(scenario: Scenario, field: str) -> float:
    value = scenario
    for part in field.split("."):
        value = getattr(value, part)
    return float(value)


@pytest.mark.parametrize(
    ("change", "reported"),
    [
        ("spans = [16, 21, 36]|spans = [21, 16, 36]", "spans = [21, 16, 36]: accepted: rising weeks"),
        ("seen = 1.0|seen = 2.0", "seen = 2.0: accepted: 0 to of = 1.0"),
        ("numerator = [0.0, 1.0|numerator = [0.0, 2.0", "numerator: accepted: weights from 0"),
        ("numerator = [0.0, 1.0, 0.0, 0.0, 0.0]|numerator = [1.0]", "as many weights in the one"),
        ('scenario = "mountain_view"|population = "nowhere"', "population = 'nowhere': accepted: summit"),
        ("discrepancy = 0.1|discrepancy = 1.5", "discrepancy = 1.5"),
        ("weeks = 36|weeks = 36\nwekes = 36", "unknown field; did you mean weeks"),
        ("weeks = 36|", "weeks is missing"),
    ],
)
def test_a_bad_source_is_refused_in_one_line_that_names_file_and_field(tmp_path, change, reported):
    before, after = change.split("|")
    own = (ROOT / "sim" / "calibration" / "record" / "mountain_view.toml").read_text()
    assert before in own
    path = tmp_path / "mountain_view.toml"
    path.write_text(own.replace(before, after, 1))
    with pytest.raises(InputError) as found:
        load_source(path)
    assert str(path) in str(found.value)
    assert reported in str(found.value)
    assert "\n" not in str(found.value)


@given(st.floats(0.01, 0.99), st.integers(0, 20))
def test_the_likelihood_is_binomial_and_highest_where_the_chance_is_the_share_seen(share, seen):
    source = toy(float(seen), 20.0)
    own = source.log_likelihood(np.array([share, 1.0 - share]))
    assert own == pytest.approx(seen * np.log(share) + (20 - seen) * np.log1p(-share), abs=1e-6)
    best = np.clip(seen / 20.0, 1e-6, 1 - 1e-6)
    assert source.log_likelihood(np.array([best, 1.0 - best])) >= own - 1e-9


def test_a_discrepancy_bounds_what_one_case_can_rule_out():
    bounded, free = toy(1.0, 1.0, discrepancy=0.1), toy(1.0, 1.0)
    never = np.array([0.0, 1.0])
    assert np.exp(bounded.log_likelihood(never)) == pytest.approx(0.05)
    assert free.log_likelihood(never) < -20.0


# --- waves ----------------------------------------------------------------------------------------


@pytest.mark.longer
def test_a_wave_goes_on_where_it_stopped_and_is_the_same_on_any_number_of_workers(tmp_path):
    at = pd.DataFrame(points(8, seed=4))
    runs = {source.name: 4 for source in CASES}
    whole = wave(tmp_path / "one", at, runs, CASES, 5_000, workers=1)
    again = wave(tmp_path / "two", at, runs, CASES, 5_000, workers=2)
    for name in whole:
        assert np.array_equal(whole[name], again[name])
        assert whole[name].sum() == pytest.approx(8 * 4)
    for place, path in enumerate(sorted((tmp_path / "two").glob("*.parquet"))):
        if place % 3:
            path.unlink()
    resumed = wave(tmp_path / "two", at, runs, CASES, 5_000, workers=2)
    assert all(np.array_equal(whole[name], resumed[name]) for name in whole)
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
    source = max(CASES, key=lambda each: len(variants(each)))
    with pytest.raises(KeyboardInterrupt):
        wave(tmp_path / "one", pd.DataFrame(points(2, seed=4)), {source.name: 1}, [source], 1, workers=1)
    assert len(begun) <= 3 < len(variants(source))


def test_every_school_of_a_source_is_met_as_often_as_any_other():
    whom = schools_of(CASES[0], 32, 8)
    assert set(np.bincount(whom.ravel())) == {4}


# --- emulators and posteriors ---------------------------------------------------------------------


def test_scores_are_standard_normal_under_the_priors():
    found = scores(pd.DataFrame(points(1024)))
    assert np.abs(found.mean(axis=0)).max() < 0.1
    assert np.abs(found.std(axis=0) - 1.0).max() < 0.1


@pytest.mark.longer
def test_an_emulator_finds_a_smooth_function_through_the_noise():
    draw = np.random.default_rng(1)
    inputs = draw.standard_normal((1600, 3))
    share = expit(1.2 * inputs[:, 0] - inputs[:, 1] * inputs[:, 2])
    ended = draw.binomial(20, share)
    counts = np.column_stack([ended, 20 - ended]).astype(float)
    emulator = Emulator(inputs[:1300], counts[:1300])
    fit = check(emulator, inputs[1300:], counts[1300:])
    assert fit.explained > 0.9
    assert np.allclose(emulator.shares(inputs[:10]).sum(axis=1), 1.0)


def conjugate(seed: int, count: int = 20_000) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Points of two parameters, and shares of a toy that depend on the first."""
    inputs = np.random.default_rng(seed).standard_normal((count, 2))
    share = expit(inputs[:, 0])
    return inputs, {"toy": np.column_stack([share, 1.0 - share])}


def test_a_posterior_by_weights_is_the_one_by_quadrature():
    inputs, shares = conjugate(1)
    source = toy(16.0, 20.0)
    weight = weights(log_likelihoods([source], shares).sum(axis=1))
    grid = np.linspace(-6, 6, 4001)
    density = np.exp(-0.5 * grid**2) * expit(grid) ** 16 * (1 - expit(grid)) ** 4
    density /= density.sum()
    assert weight @ inputs[:, 0] == pytest.approx(density @ grid, abs=0.03)
    assert effective(weight) > 1000
    shrunk = contraction(inputs, weight)
    assert shrunk[0] > 0.5
    assert abs(shrunk[1]) < 0.05
    table = directions(inputs, weight, ["informed", "not"])
    assert abs(table["informed"].iloc[0]) > 0.99
    assert table["variance"].iloc[0] < 0.5 < 0.9 < table["variance"].iloc[1]


def test_resampling_takes_each_row_as_often_as_its_weight_says():
    weight = np.array([0.5, 0.25, 0.125, 0.125])
    assert np.bincount(resampled(weight, 800, 1), minlength=4).tolist() == [400, 200, 100, 100]


def test_sensitivity_tells_a_source_that_matters_from_a_prior_that_does_not():
    inputs, shares = conjugate(2)
    source = toy(16.0, 20.0)
    table = sensitivity(log_likelihoods([source], shares), [source], inputs, ["informed", "not"], shares)
    own = table.set_index(["change", "what"])["toy"]
    assert own["left out", "toy"] == pytest.approx(0.5, abs=0.02)
    assert own["counted twice", "toy"] > own["none", ""] > own["left out", "toy"] + 0.1
    assert own["prior narrowed", "not"] == pytest.approx(own["none", ""], abs=0.01)
    assert own["prior narrowed", "informed"] < own["none", ""] - 0.01


@pytest.mark.parametrize(("taken_for", "right"), [(1.0, True), (12.0, False)])
@pytest.mark.longer
def test_coverage_passes_a_right_posterior_and_fails_one_that_is_too_sure(taken_for, right):
    """Records of 20 are taken for so many times their worth."""
    truth, shares = conjugate(3, 400)
    inputs, at = conjugate(4)
    records = made_up([toy(0.0, 20.0)], {"toy": 10_000.0 * shares["toy"]}, 1)
    stretched = [{"toy": taken_for * each["toy"]} for each in records]
    found = covered([toy(0.0, 20.0 * taken_for)], stretched, truth, inputs, at, 1)
    table = reported(["informed", "not"], found).set_index("quantity")
    assert (table.loc["informed", "p"] > 0.01) == right
    assert table.loc["not", "p"] > 0.01
    assert table.loc["informed", "recovery"] > 0.7


# --- the whole ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    place = tmp_path_factory.mktemp("calibration")
    return place, calibrate(place, SMALL, CASES, workers=1, floor=0.0)


@pytest.mark.longer
def test_a_small_calibration_gives_draws_and_tables_and_goes_on_to_the_same_after_a_kill(small, monkeypatch):
    place, draws = small
    assert list(draws.columns) == list(PRIORS)
    assert len(draws) == SMALL.shipped
    for name in ("emulators", "prior_against_posterior", "directions", "coverage", "sensitivity", "prior_predictive"):
        assert len(pd.read_csv(place / f"{name}.csv"))
    before = (place / "posterior.parquet").read_bytes()
    for name in ("third", "fourth"):
        for path in sorted((place / name).glob("*.parquet"))[::2]:
            path.unlink()
    again = calibrate(place, SMALL, CASES, workers=2, floor=0.0)
    assert again.equals(draws)
    assert (place / "posterior.parquet").read_bytes() == before


@pytest.mark.longer
def test_draws_that_are_worth_too_few_are_refused(small):
    with pytest.raises(Unsupported, match="effective sample size of the draws"):
        calibrate(small[0], SMALL, CASES, floor=FLOOR)


def test_the_shipped_posterior_is_of_the_priors_and_lies_within_them():
    draws = draws_named("posterior")
    assert set(draws.values) == set(PRIORS)
    assert len(draws) >= 500
    for field, values in draws.values.items():
        assert ((PRIORS[field].cdf(values) > 0.0) & (PRIORS[field].cdf(values) < 1.0)).all()
    for number in range(0, len(draws), 50):
        Scenario().revise(draws.row(number))


def test_the_shipped_posterior_tells_where_it_comes_from():
    about = json.loads(pq.read_schema(POSTERIOR).metadata[b"about"])
    assert about["effective_by_model"] >= FLOOR
    shipped = json.dumps([source.model_dump(mode="json") for source in record()], sort_keys=True)
    assert about["record_sha256"] == hashlib.sha256(shipped.encode()).hexdigest()
    assert {"made_by", "seed", "package", "libraries"} <= set(about)


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


# --- scores ---------------------------------------------------------------------------------------


def test_outcomes_are_reported_as_far_as_the_record_goes():
    known = {school.case: school.ended.tolist() for school in schools(record())}
    assert known["mountain_view"] == [0.0, 1.0, 1.0, 1.0]
    assert known["cheshire"] == [1.0, 1.0, 1.0, 1.0]
    assert known["elizabeth"][:3] == [0.0, 0.0, 0.0]
    assert np.isnan(known["elizabeth"][3])
    assert sum(school.case == "school_of_one" for school in schools(record())) == 3


def test_leaving_a_case_out_takes_its_likelihood_from_the_weights():
    source = toy(1.0, 1.0, discrepancy=0.1)
    counts = np.array([[1000.0, 0.0], [0.0, 1000.0]])
    weight = without(source, counts)
    assert weight[1] > 0.9
    assert weight.sum() == pytest.approx(1.0)


def test_scores_call_a_perfect_forecaster_better_and_like_ones_uninformative():
    draw = np.random.default_rng(1)
    ended = np.tile([0.0, 1.0], 40)
    sure = np.where(ended == 1.0, 0.95, 0.05)
    table = pd.DataFrame({"case": np.repeat([f"case {k}" for k in range(20)], 4), "ended": ended})
    table = table.assign(**{"model": sure, "base rate": 0.5, "logistic": sure, "heuristic": draw.uniform(0, 1, 80)})
    own = scored(table).set_index(["score", "forecaster"])
    assert own.loc[("Brier", "model"), "value"] == pytest.approx(0.0025)
    assert own.loc[("Brier", "base rate"), "says"] == "better"
    assert own.loc[("log", "base rate"), "says"] == "better"
    assert own.loc[("Brier", "logistic"), "says"] == "uninformative"


def test_a_misfit_has_a_small_tail():
    counts = np.tile([30.0, 70.0], (50, 1))
    bad, good = (fitted([toy(seen, 40.0)], {"toy": counts})["tail"].iloc[0] for seen in (30.0, 12.0))
    assert bad < 0.001 < 0.5 < good


@settings(max_examples=25)
@given(st.integers(1, 200))
def test_a_case_followed_by_weeks_has_a_category_for_each_span(week):
    followed = by_week(CASES[0])
    assert followed.categories == len(MILESTONES) + 1
    assert followed.spans[-1] == followed.weeks == 108


@pytest.mark.longer
def test_validation_is_written_between_the_marks_of_a_document(tmp_path):
    few = draws_named("prior").taken(np.arange(6))
    found = validate(tmp_path / "runs", few, CASES, (4, 4))
    assert set(found.forecasts["week"]) <= set(MILESTONES)
    assert found.forecasts[["model", "base rate", "logistic", "heuristic"]].stack().between(0.0, 1.0).all()
    path = tmp_path / "page.md"
    path.write_text(f"# Title\n\n{BEGIN}\nold\n{END}\n\nThe end.\n")
    written(path, text(found, 6))
    page = path.read_text()
    assert page.startswith("# Title")
    assert page.endswith("The end.\n")
    assert "old" not in page
    assert page.index("observations") < page.index("Forecasts of cases left out") < page.index("The forecasts, chance")
    path.write_text("no marks")
    with pytest.raises(InputError, match="has no lines"):
        written(path, "new")


def test_the_script_refuses_a_document_that_cannot_take_the_part_before_any_run(tmp_path, capsys):
    (tmp_path / "bare.md").write_text("no marks")
    for name, why in (("missing.md", "no such file"), ("bare.md", "has no lines")):
        out = tmp_path / "out"
        with pytest.raises(SystemExit, match="2"):
            main(["--out", str(out), "--write", str(tmp_path / name), "--draws", "2"])
        assert why in capsys.readouterr().err
        assert not out.exists()


@pytest.mark.longer
def test_the_script_writes_tables_figures_and_the_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("study.validate.record", lambda: CASES)
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n")
    main(["--out", str(tmp_path / "out"), "--write", str(page), "--draws", "4", "--runs", "4"])
    for name in ("fit", "forecasts", "scores"):
        assert len(pd.read_csv(tmp_path / "out" / f"{name}.csv"))
    assert (tmp_path / "out" / "reliability.png").stat().st_size > 1000
    assert "Forecasts of cases left out" in page.read_text()
    assert str(tmp_path / "out") in capsys.readouterr().out


def test_forecasts_of_a_case_do_not_use_it():
    """What became of a case does not move any forecast of it."""
    counts = {source.name: np.full((4, source.categories), 5.0) for source in CASES}
    ahead = {source.name: np.full((4, 5), 2.0) for source in CASES}
    whole = forecasts(CASES, counts, ahead)
    other = tuple(
        source.model_copy(update={"outcomes": (source.outcomes[0].model_copy(update={"ended": None}),)})
        if source.name == "cheshire"
        else source
        for source in CASES
    )
    moved = forecasts(other, counts, ahead)
    own = ["case", "week", "model", "base rate", "logistic", "heuristic"]
    alone = whole["case"] == "cheshire"
    assert whole.loc[alone, own].equals(moved.loc[moved["case"] == "cheshire", own])
