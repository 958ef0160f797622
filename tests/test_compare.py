"""A comparison of designs on the same seeds: intervals that are right, and figures that add up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import InputError
from sim.analysis.effects import differences_by_point, differences_by_week, means_by_point, pooled_differences
from sim.analysis.events import events
from sim.analysis.intervals import mean_interval, median_interval, paired_difference, paired_ratio, wilson
from sim.analysis.pressure import shares
from sim.analysis.quantities import ended_by
from sim.analysis.risk import median_by_point, milestones, pooled_incidence, risk_by_point
from sim.analysis.tables import runs_table, weekly_table
from sim.errors import Unsupported
from sim.outcome import ENDINGS, Run
from sim.sweep import replicate


@pytest.fixture(scope="module")
def finished(mountain_view, greenfield) -> list[Run]:
    retrofit = mountain_view.revise({"design_name": "retrofit"})
    return list(replicate([retrofit, greenfield], range(60)))


@pytest.fixture(scope="module")
def runs(finished) -> pd.DataFrame:
    return runs_table(finished)


@pytest.fixture(scope="module")
def risk(runs) -> pd.DataFrame:
    return risk_by_point(runs, range(1, 109))


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
    """Newcombe 1998, Table II row (a): 36 both, 12, 2 and 0 of 50: method 10 gives 0.0569 to 0.3404
    for 0.2.
    """
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


def test_ways_of_ending_add_up_to_any_at_the_horizon(risk):
    counts = risk.pivot_table(index=["design", "week"], columns="ending", values="count")
    settled = counts[list(ENDINGS[1:])].sum(axis=1)
    assert (settled <= counts["any"]).all()
    assert (settled == counts["any"]).xs(108, level="week").all()
    assert counts["any"].groupby("design").is_monotonic_increasing.all()


def test_risk_counts_runs(runs, risk):
    own = runs[runs["design"] == "greenfield"]
    row = risk.set_index(["design", "ending", "week"]).loc[("greenfield", "any", 72)]
    assert row["count"] == ended_by(own, 72).sum()
    assert row["lower"] <= row["risk"] <= row["upper"]
    assert (row["lower"], row["upper"]) == wilson(row["count"], 60)


def test_pooled_risk_of_one_design_point_is_wilsons(runs, risk):
    keys = ["design", "ending", "week"]
    pooled, plain = pooled_incidence(runs, 108).set_index(keys), risk.set_index(keys)
    for column in ("risk", "lower", "upper"):
        assert pooled[column].to_numpy() == pytest.approx(plain.loc[pooled.index, column].to_numpy(), abs=1e-12)


def test_differences_are_paired_by_seed(runs):
    wide = runs.pivot_table(index="seed", columns="design", values="student_weeks")
    row = differences_by_point(runs).set_index("quantity").loc["student_weeks"]
    assert row["difference"] == pytest.approx((wide["greenfield"] - wide["retrofit"]).mean())
    assert (row["design"], row["baseline"], row["n"]) == ("greenfield", "retrofit", 60)


def test_differences_by_week_are_newcombes_of_the_pairs(runs):
    table = differences_by_week(runs, milestones(108)).set_index("week")
    assert table.index.tolist() == [20, 36, 72, 108]
    ended = {design: ended_by(group.sort_values("seed"), 72) for design, group in runs.groupby("design")}
    pair = ended["greenfield"], ended["retrofit"]
    assert table.loc[72, ["difference", "lower", "upper"]].tolist() == list(paired_difference(*pair))
    assert table.loc[72, ["ratio", "ratio_lower", "ratio_upper"]].tolist() == list(paired_ratio(*pair))
    assert differences_by_week(runs, [72], "diluted")["difference"].iloc[0] > 0


def test_pooled_differences_of_one_design_point_are_its_own(runs):
    pooled, own = pooled_differences(runs).set_index("quantity"), differences_by_point(runs).set_index("quantity")
    for column in ("difference", "lower", "upper", "ratio", "ratio_lower", "ratio_upper", "n"):
        pd.testing.assert_series_equal(pooled[column], own[column])


def test_shares_of_pressure_sum_to_1(runs):
    assert shares(runs).groupby("design")["share"].sum().to_numpy() == pytest.approx(1.0)


def test_after_the_end_nobody_takes_part(finished):
    weekly = weekly_table(finished).set_index(["design", "column", "week"])
    assert weekly.loc[("retrofit", "taking_part", 100), "q95"] == 0
    assert weekly.loc[("retrofit", "taking_part", 1), "median"] == 500
    assert weekly.loc[("retrofit", "on_record", 100), "median"] > 100
    assert weekly.loc[("retrofit", "capital", 100), "n"] == 0


def test_all_surviving_and_all_ending_give_defined_tables(mountain_view):
    calm = mountain_view.revise(
        {"board.drain": 0.0, "community.election_weeks": (), "results.board_weight": 0.0, "horizon.weeks": 30}
    )
    table = runs_table(list(replicate([calm], range(5))))
    for risk in (risk_by_point(table, range(1, 31)), pooled_incidence(table, 30)):
        assert risk["risk"].max() == 0
        assert risk["upper"].min() > 0
    assert median_by_point(table)["median"].iloc[0] == np.inf
    assert shares(table)["share"].isna().all()
    with pytest.raises(Unsupported, match="needs two designs"):
        differences_by_week(table, [20])


def test_no_weeks_give_defined_tables(mountain_view):
    none = list(replicate([mountain_view.revise({"horizon.weeks": 0})], range(3)))
    table = runs_table(none)
    assert milestones(0) == []
    assert risk_by_point(table, milestones(0)).empty
    assert pooled_incidence(table, 0).empty
    assert weekly_table(none).empty
    assert len(table) == 3
    assert means_by_point(table).set_index("quantity").loc["survived_weeks", "mean"] == 0


def test_no_runs_are_refused():
    for tabulate in (runs_table, weekly_table):
        with pytest.raises(InputError, match="accepted: at least one run"):
            tabulate([])


def test_the_event_can_be_another(finished):
    table = runs_table(finished, "over", 20)
    assert (table["ended"] == (table["week_over"] <= 20)).all()
    assert table["ended"].sum() > 0


def test_events_tell_the_board_steps_in_order(mountain_view):
    weekly = next(iter(replicate([mountain_view], [1]))).weekly()
    told = events(weekly)
    steps = told.loc[told["party"] == "board", "event"].tolist()
    assert steps == ["repaired", "diluted", "made optional", "cancelled"]
    assert told["week"].is_monotonic_increasing
    assert events(pd.DataFrame()).empty
