"""``sim score``: what is counted, by limits that are known; the baselines; the command."""

import json

import numpy as np
import pandas as pd
import pytest
from command import sim
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from test_casebook import few

from sim.casebook import baselines
from sim.casebook.concordance import Pairs, band_of, compared, concordances, pairs_of
from sim.casebook.files import Code, Count, open_casebook
from sim.casebook.frame_rates import Rate, chances, fitted_sd, log_score, predictive, seen_share
from sim.casebook.runs import Unit, runs_of, thinned
from sim.casebook.score import ALL, CLOSER, FIT, MODEL, SEEN, WITHIN, _risk, _weighed, score, verdict
from sim.casebook.standing import STANDING, shown, standing_of
from sim.draws import draws_named
from study.score import MARKS
from study.score import main as write_page

pytestmark = pytest.mark.once
few = few
BOOK = open_casebook()


# --- ranks ----------------------------------------------------------------------------------------


def test_a_pair_is_an_ended_case_and_one_that_was_followed_as_long():
    pairs = pairs_of(["discontinued", "sustained", "adapted", "sustained"], np.array([2.0, 1.9, 9.0, 2.0]))
    assert (pairs.ended.tolist(), pairs.sustained.tolist(), pairs.years.tolist()) == ([0], [3], [2.0])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=8), st.integers(1, 5))
def test_a_perfect_rank_is_1_its_reverse_0_and_no_difference_a_half(risks, sustained):
    cases = len(risks) + sustained
    state = ["discontinued"] * len(risks) + ["sustained"] * sustained
    pairs = pairs_of(state, np.ones(cases))
    known = np.array([1.0 + risk for risk in risks] + [0.0] * sustained)
    higher = compared(known[pairs.ended], known[pairs.sustained])
    table = concordances({"right": higher, "wrong": 1.0 - higher, "coin": np.full_like(higher, 0.5)}, pairs, cases)
    assert table["concordance"].tolist() == [1.0, 0.0, 0.5]
    assert (table["lower"] <= table["concordance"]).all()
    assert (table["concordance"] <= table["upper"]).all()


def test_the_interval_of_a_rank_holds_what_many_cases_would_give():
    """Risks one SD apart have a concordance of .76; of 200 sets of 40 cases nine in ten and more of
    the 95% intervals hold it.
    """
    truth = stats.norm.cdf(1.0 / np.sqrt(2.0))
    held = 0
    for number in range(60):
        draw = np.random.default_rng(number)
        risk = np.concatenate([draw.normal(1.0, 1.0, 20), draw.normal(0.0, 1.0, 20)])
        pairs = pairs_of(["discontinued"] * 20 + ["sustained"] * 20, np.ones(40))
        row = concordances({"x": compared(risk[pairs.ended], risk[pairs.sustained])}, pairs, 40).iloc[0]
        held += row["lower"] <= truth <= row["upper"]
    assert held >= 52


def test_a_baseline_has_seen_neither_programme_of_a_pair():
    seen = []

    def predict(may_see, asked):
        seen.append(may_see)
        return np.zeros(len(asked))

    programmes = ["a", "a", "b", "c"]
    baselines.left_out(predict, programmes, Pairs(np.array([0, 3]), np.array([2, 3]), np.ones(2)))
    assert [each.tolist() for each in seen] == [[False, False, False, True], [True, True, True, False]]


def test_a_ridge_finds_what_separates_cases_and_says_nothing_of_one_outcome():
    draw = np.random.default_rng(1)
    met = np.arange(16) % 2 == 0
    table = pd.DataFrame({"x": met + 0.2 * draw.normal(size=16), "noise": draw.normal(size=16)})
    pairs = pairs_of(["discontinued" if each else "sustained" for each in met], np.ones(16))
    groups = [str(number) for number in range(16)]
    ridge = baselines.ridge_of(table, met, np.ones(16, bool))
    assert np.nanmean(baselines.left_out(ridge, groups, pairs)) > 0.95
    alike = baselines.ridge_of(table, np.ones(16, bool), np.ones(16, bool))
    assert np.isnan(baselines.left_out(alike, groups, pairs)).all()


# --- when -----------------------------------------------------------------------------------------


def test_a_year_is_through_once_its_summer_is():
    assert band_of(np.array([0.1, 1.0, 1.14, 1.2, 3.1, 6.2, 11.0])).tolist() == [0, 0, 0, 1, 1, 3, 3]


# --- frames ---------------------------------------------------------------------------------------


def constant_hazard(rate: float, size: int = 40_000) -> pd.DataFrame:
    ended = np.random.default_rng(1).exponential(1.0 / rate, size)
    return pd.DataFrame({"ended": ended, "draw": np.zeros(size, int), "opened": True, "weight": 1.0})


@pytest.mark.parametrize(
    ("years", "age", "share"),
    [
        ((3.0, 3.0), (0.0, 0.0), 1 - np.exp(-0.3)),
        ((3.0, 3.0), (0.0, 8.0), 1 - np.exp(-0.3)),  # a constant hazard knows no age
        ((0.0, 6.0), (0.0, 0.0), 1 - (1 - np.exp(-0.6)) / 0.6),
    ],
)
def test_a_constant_hazard_gives_the_share_that_it_must(years, age, share):
    found = chances(constant_hazard(0.1), Count(units=10, ended=1, years=years, age=age))
    assert found.mean == pytest.approx(share, abs=0.01)


def test_a_unit_that_had_ended_before_the_count_began_is_not_counted():
    at_risk, gone = seen_share(np.array([1.0, 4.0, np.inf]), Count(units=3, ended=1, years=(3.0, 3.0), age=(2.0, 2.0)))
    assert at_risk.tolist() == [0.0, 1.0, 1.0]
    assert gone.tolist() == [0.0, 1.0, 0.0]


def test_the_log_score_is_the_binomials_where_frames_have_no_error():
    count = Count(units=40, ended=7, years=(1.0, 1.0))
    assert log_score(Rate.alike(np.array([0.2])), count, 1e-6) == pytest.approx(
        stats.binom.logpmf(7, 40, 0.2), abs=1e-6
    )
    both = log_score(Rate.alike(np.array([0.2, 0.4])), count, 1e-6)
    assert both == pytest.approx(np.log(np.mean(stats.binom.pmf(7, 40, [0.2, 0.4]))), abs=1e-6)
    weighed = log_score(Rate(np.array([0.2, 0.4]), np.array([0.9, 0.1])), count, 1e-6)
    assert weighed == pytest.approx(np.log([0.9, 0.1] @ stats.binom.pmf(7, 40, [0.2, 0.4])), abs=1e-6)


def test_the_sd_of_frames_is_found_again():
    draw = np.random.default_rng(2)
    counts, chance = {}, {}
    for number in range(100):
        logit = -1.0 + 0.8 * draw.normal()
        counts[str(number)] = Count(
            units=200, ended=int(draw.binomial(200, 1 / (1 + np.exp(-logit)))), years=(1.0, 1.0)
        )
        chance[str(number)] = Rate.alike(np.array([1 / (1 + np.exp(1.0))]))
    assert fitted_sd(chance, counts) == pytest.approx(0.8, abs=0.15)


def test_a_predictive_interval_holds_what_it_says():
    count = Count(units=100, ended=0, years=(1.0, 1.0))
    drawn = predictive(Rate.alike(np.array([0.3])), count, 0.5)
    low, high = np.quantile(drawn, [0.05, 0.95])
    fresh = predictive(Rate.alike(np.array([0.3])), count, 0.5, seed=9)
    assert np.mean((low <= fresh) & (fresh <= high)) == pytest.approx(0.91, abs=0.03)


def test_hazards_of_baselines_are_of_other_programmes():
    rated = {name: frame for name, frame in BOOK.frames.items() if frame.frame.usable == "rate"}
    one = baselines.hazards(rated)
    assert one["csr_395"] == one["csr_fl_tx_200"]
    assert one["csr_395"] != one["pbis_915"]
    by_design = baselines.hazards(rated, lambda each: each.frame.design)
    assert by_design["utc_58"] != one["utc_58"]


# --- the whole ------------------------------------------------------------------------------------


def test_runs_are_a_function_of_case_and_seed_on_any_number_of_workers():
    unit = Unit([BOOK.readings["roots_elementary"][0].codes], 2.0)
    draws = thinned(draws_named("posterior"), 4)
    one = runs_of({"roots": unit}, draws, 12, workers=1)["roots"]
    beside = runs_of({"other": Unit([], 1.0), "roots": unit}, draws, 12, workers=2)["roots"]
    pd.testing.assert_frame_equal(one, beside)
    rest = runs_of({"roots": unit}, draws, 6, first_seed=6)["roots"]
    pd.testing.assert_frame_equal(one[6:].reset_index(drop=True), rest)
    assert set(one["draw"]) == {0, 1, 2, 3}


def test_codes_that_two_readings_dispute_reach_the_runs():
    """A mandatory platform and a chosen school: half of the runs are of each."""
    codes = [
        {name: Code(value=value, basis="fact") for name, value in {"chooses": chooses, "setting": setting}.items()}
        for chooses, setting in (("mandatory", "existing_school"), ("opt_in", "new_school"))
    ]
    runs = runs_of({"disputed": Unit(codes, 1.0)}, None, 60)["disputed"]
    assert 5 < (~runs["opened"]).sum() < 55


@pytest.mark.longer
def test_a_small_casebook_is_scored(few, tmp_path):
    found = score(few, "posterior", 6)
    assert set(found.cases["case"]) == {each.stem for each in (few / "cases").glob("*.toml")}
    ranks = found.ranks.set_index(["pairs_of", "predictor"])
    assert ranks.loc[(ALL, MODEL), "pairs"] >= ranks.loc[(WITHIN, MODEL), "pairs"] > 0
    assert ranks.loc[(ALL, SEEN), "pairs"] == ranks.loc[(ALL, MODEL), "pairs"]
    assert set(found.left_out["programme"]) >= set(found.cases["programme"])
    assert set(found.frames["frame"]) == {"pbis_915", "four_day_missouri", "utc_58"}
    assert found.frames["lower"].le(found.frames["upper"]).all()
    assert len(verdict(found)) == 3
    again = score(few, "posterior", 6, workers=1)
    for first, second in zip(found[:8], again[:8], strict=True):
        pd.testing.assert_frame_equal(first, second)


def test_a_programme_that_is_left_out_is_told_by_draws_that_have_not_seen_it():
    """Weights of 0 and 1 leave one draw, whatever the others say."""
    runs = pd.DataFrame({"draw": [0, 1, 0, 1], "opened": True, "ended": [1.0, 9.0, 2.0, 9.0]})
    assert _risk(_weighed(runs, None), 3.0) == 0.5
    assert _risk(_weighed(runs, np.array([1.0, 0.0])), 3.0) == 1.0
    assert _risk(_weighed(runs, np.array([1.0, 0.0])), 3.0, seen=True) == 0.5
    assert _risk(_weighed(runs, np.array([0.0, 9.0, 1.0]), np.array([2, 0])), 3.0) == 1.0


def test_only_the_shipped_draws_are_weighed_and_a_fit_is_called_one(few):
    """Some of the posterior's draws keep its name; weights of all would go to the wrong ones."""
    found = score(few, draws_named("posterior").taken(np.arange(6)[::-1]), 2)
    assert found.left_out.empty
    assert verdict(score(few, "defaults", 2))[0] == FIT
    assert FIT not in verdict(score(few, "prior", 2))


@pytest.mark.longer
def test_the_command_writes_what_it_says(few, tmp_path):
    said = sim("score", few, "--replicates", 4, "--parameters", "defaults", "--out", tmp_path / "score").stdout
    assert "no base rate" in said
    assert "ridge, all codes" in said
    assert "pbis_915" in said
    manifest = json.loads((tmp_path / "score" / "manifest.json").read_text())
    assert manifest["parameters"] == "defaults"
    shown = json.loads(sim("score", few, "--replicates", 4, "--parameters", "defaults", "--json").stdout)
    written = pd.read_csv(tmp_path / "score" / "cases.csv")
    assert [row["risk"] for row in shown["cases"]] == pytest.approx(written["risk"].tolist())


@pytest.mark.longer
def test_the_page_is_written_between_its_marks(few, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("\n".join(["ahead", MARKS[0], "old", MARKS[1], "after", MARKS[1]]))
    write_page(["--casebook", str(few), "--replicates", "3", "--out", str(tmp_path / "out"), "--write", str(page)])
    text = page.read_text()
    assert text.startswith(f"ahead\n{MARKS[0]}\n")
    assert text.endswith(f"{MARKS[1]}\nafter\n{MARKS[1]}")
    assert "old" not in text
    for said in ("**Which ends.**", "**When**", "**Why**", "| model, draws of the prior |", "| pbis_915 | 915 | 64 |"):
        assert said in text
    assert (tmp_path / "out" / "prior_ranks.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "reported"),
    [
        (("nowhere",), "nowhere: no such folder; accepted: a casebook"),
        (("--replicates", 0), "--replicates = 0: accepted: a whole number from 1"),
        (("--parameters", "nothing"), "nothing"),
    ],
)
def test_wrong_input_is_told_in_a_line(arguments, reported):
    done = sim("score", *arguments, code=2)
    assert reported in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_the_warning_that_forecasts_carry_is_true():
    """What it says is not shown goes once the posterior ranks cases of a kind; and what it says is
    shown goes if it is not.
    """
    found = score(None, "posterior", 60)
    own = found.ranks.set_index(["pairs_of", "predictor"]).loc[(WITHIN, MODEL)]
    assert own["lower"] <= 0.5
    assert "has not been shown to tell which of two similar initiatives will end" in STANDING
    fit = found.fit.set_index("predictor")
    own, one = fit.loc[MODEL], fit.loc["one rate"]
    assert own["sd"] <= CLOSER * one["sd"]
    assert own["log_score"] > one["log_score"]
    assert "better than one rate for all kinds" in STANDING


def test_what_was_shown_for_a_kind_is_told_by_its_counted_populations():
    assert {each.programme for each in shown()} == {
        frame.frame.programme for frame in BOOK.frames.values() if frame.frame.usable == "rate"
    }
    for each in shown():
        said = standing_of(each.programme)
        assert f"{each.ended} of {each.units} ended" in said
        alike = all(other.inside for other in shown() if other.programme == each.programme)
        assert ("within the model's interval" in said) == alike
        assert ("outside the model's interval" in said) != alike
    assert "neither level nor ranking" in standing_of("uniforms")
