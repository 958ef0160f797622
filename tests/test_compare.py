"""Tables of a comparison: intervals that are right, and figures that add up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.compare import Comparison, compare
from sim.analysis.events import events
from sim.analysis.intervals import mean_interval, median_interval, paired_difference, wilson
from sim.analysis.quantities import ended_by
from sim.outcome import ENDINGS
from sim.sweep import replicate


@pytest.fixture(scope="module")
def comparison(mountain_view, greenfield) -> Comparison:
    retrofit = mountain_view.revise({"design_name": "retrofit"})
    return compare(list(replicate([retrofit, greenfield], range(60))))


@given(st.integers(0, 400), st.integers(1, 400))
def test_wilson_holds_the_share_and_never_closes(count, n):
    count = min(count, n)
    lower, upper = wilson(count, n)
    assert 0 <= lower <= count / n <= upper <= 1
    assert upper - lower > 0


def test_wilson_is_the_textbook_value():
    assert wilson(0, 100) == pytest.approx((0.0, 0.0369935), abs=1e-6)
    assert wilson(0, 0) == (0.0, 1.0)


def test_paired_difference_is_newcombes():
    """Newcombe 1998, Table II row (a): 36 both, 12, 2 and 0 of 50: method 10 gives 0.0569 to 0.3404 for 0.2."""
    first = np.array([True] * 36 + [True] * 12 + [False] * 2)
    second = np.array([True] * 36 + [False] * 12 + [True] * 2)
    assert paired_difference(first, second) == pytest.approx((0.2, 0.0569, 0.3404), abs=2e-4)


def test_paired_difference_keeps_a_width_where_all_agree():
    difference, lower, upper = paired_difference(np.ones(50, bool), np.zeros(50, bool))
    assert difference == upper == 1.0
    assert 0.85 < lower < 1.0
    difference, lower, upper = paired_difference(np.ones(50, bool), np.ones(50, bool))
    assert lower < difference == 0 < upper


def test_pairing_narrows_the_interval_of_a_correlated_difference():
    draw = np.random.default_rng(1)
    base = draw.random(400)
    first, second = base < 0.6, base < 0.5
    _, lower, upper = paired_difference(first, second)
    _, loose_lower, loose_upper = paired_difference(first, draw.permutation(second))
    assert upper - lower < 0.6 * (loose_upper - loose_lower)


def test_paired_difference_covers_the_truth():
    draw = np.random.default_rng(2)
    hits = 0
    for _ in range(400):
        base = draw.random(80)
        _, lower, upper = paired_difference(base < 0.5, (base < 0.3) | (draw.random(80) < 0.1))
        hits += lower <= 0.5 - (0.3 + 0.7 * 0.1) <= upper
    assert hits / 400 > 0.92


def test_mean_interval_of_few_values():
    assert np.isnan(mean_interval(np.array([]))).all()
    assert mean_interval(np.array([2.0]))[0] == 2.0
    mean, lower, upper = mean_interval(np.array([1.0, 2.0, 3.0, np.nan]))
    assert lower < mean == 2.0 < upper


def test_median_is_infinite_where_most_live_on():
    assert median_interval(np.array([5.0, np.inf, np.inf]))[0] == np.inf
    median, lower, upper = median_interval(np.arange(1.0, 102.0))
    assert (lower, median, upper) == (41.0, 51.0, 61.0)


def test_ways_of_ending_add_up_to_any_at_the_horizon(comparison):
    risk = comparison.risk.pivot_table(index=["design", "week"], columns="ending", values="count")
    settled = risk[list(ENDINGS[1:])].sum(axis=1)
    assert (settled <= risk["any"]).all()
    assert (settled == risk["any"]).xs(108, level="week").all()
    assert risk["any"].groupby("design").is_monotonic_increasing.all()


def test_risk_counts_runs(comparison):
    runs = comparison.runs[comparison.runs["design"] == "greenfield"]
    row = comparison.risk.set_index(["design", "ending", "week"]).loc[("greenfield", "any", 72)]
    assert row["count"] == ended_by(runs, 72).sum()
    assert row["lower"] <= row["risk"] <= row["upper"]


def test_differences_are_paired_by_seed(comparison):
    wide = comparison.runs.pivot_table(index="seed", columns="design", values="student_weeks")
    row = comparison.difference.set_index("quantity").loc["student_weeks"]
    assert row["difference"] == pytest.approx((wide["greenfield"] - wide["retrofit"]).mean())
    assert (row["design"], row["baseline"], row["n"]) == ("greenfield", "retrofit", 60)


def test_shares_of_pressure_sum_to_1(comparison):
    assert comparison.pressure.groupby("design")["share"].sum().to_numpy() == pytest.approx(1.0)


def test_after_the_end_nobody_takes_part(comparison):
    weekly = comparison.weekly.set_index(["design", "column", "week"])
    assert weekly.loc[("retrofit", "taking_part", 100), "q95"] == 0
    assert weekly.loc[("retrofit", "taking_part", 1), "median"] == 500
    assert weekly.loc[("retrofit", "on_record", 100), "median"] > 100
    assert weekly.loc[("retrofit", "capital", 100), "n"] == 0


def test_all_surviving_and_all_ending_give_defined_tables(mountain_view):
    calm = mountain_view.revise({"board.drain": 0.0, "community.election_weeks": (), "results.board_weight": 0.0, "horizon.weeks": 30})
    table = compare(list(replicate([calm], range(5))))
    assert table.risk["risk"].max() == 0
    assert table.risk["upper"].min() > 0
    assert table.median["median"].iloc[0] == np.inf
    assert table.pressure["share"].isna().all()
    assert table.difference.empty


def test_no_weeks_give_defined_tables(mountain_view):
    table = compare(list(replicate([mountain_view.revise({"horizon.weeks": 0})], range(3))))
    assert table.risk.empty
    assert table.horizon == 0
    assert len(table.runs) == 3


def test_events_tell_the_board_steps_in_order(mountain_view):
    weekly = next(iter(replicate([mountain_view], [1]))).weekly()
    told = events(weekly)
    steps = told.loc[told["party"] == "board", "event"].tolist()
    assert steps == ["repaired", "diluted", "made optional", "cancelled"]
    assert told["week"].is_monotonic_increasing
    assert events(pd.DataFrame()).empty
