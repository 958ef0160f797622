"""Means over design points: equal weights, seeds as clusters, intervals
that cover and never close.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.findings.comparison import differences_by_point, pooled_differences
from sim.findings.delivery import pooled_means
from sim.findings.effects import level_effects
from sim.findings.risk import pooled_incidence, risk_by_point
from sim.io.errors import InputError, Unsupported
from sim.statistics.intervals import mean_interval, paired_ratio, wilson
from sim.statistics.means import means_by_point, two_designs
from sim.statistics.pooling import pooled_mean, pooled_ratio
from sim.statistics.quantities import event_week, happened_by, prepared
from sim.statistics.samples import grid, runs

pytestmark = pytest.mark.once


def test_one_point_is_the_plain_interval():
    draw = np.random.default_rng(1).random(80)
    zero, seeds = np.zeros(80, int), np.arange(80)
    assert pooled_mean(draw, zero, seeds)[:3] == pytest.approx(mean_interval(draw))
    events = (draw < 0.3).astype(float)
    plain = wilson(int(events.sum()), 80)
    assert pooled_mean(events, zero, seeds, "proportion")[1:3] == pytest.approx(plain, abs=0.003)


@given(st.lists(st.booleans(), min_size=2, max_size=60), st.integers(1, 5))
def test_pooled_proportions_stay_within_0_and_1_and_keep_a_width(events, points):
    values = np.tile(np.array(events, float), points)
    place, seeds = np.repeat(np.arange(points), len(events)), np.tile(np.arange(len(events)), points)
    mean, lower, upper, *_ = pooled_mean(values, place, seeds, "proportion")
    assert 0 <= lower <= mean <= upper <= 1
    assert upper - lower > 0


def test_points_weigh_alike_however_many_seeds_they_met():
    values = np.array([1.0] * 10 + [0.0] * 90)
    points = np.array([0] * 10 + [1] * 90)
    assert pooled_mean(values, points, np.arange(100)).mean == pytest.approx(0.5)


def test_copies_of_a_point_add_no_certainty():
    """The same chance at ten points is worth no more than at one: that is what clusters by seed are
    for.
    """
    own = (np.random.default_rng(2).random(100) < 0.4).astype(float)
    seeds = np.arange(100)
    one = pooled_mean(own, np.zeros(100, int), seeds, "proportion")
    ten = pooled_mean(np.tile(own, 10), np.repeat(np.arange(10), 100), np.tile(seeds, 10), "proportion")
    assert ten[:3] == pytest.approx(one[:3])


@pytest.mark.parametrize("risk", [0.05, 0.5])
def test_pooled_interval_covers_the_truth(risk):
    draw = np.random.default_rng(3)
    hits = 0
    for _ in range(400):
        chance = draw.random(60)
        values = np.concatenate([(chance < risk * weight).astype(float) for weight in (0.5, 1.0, 1.5)])
        _, lower, upper, *_ = pooled_mean(values, np.repeat([0, 1, 2], 60), np.tile(np.arange(60), 3), "proportion")
        hits += lower <= risk <= upper
    assert hits / 400 > 0.92


def test_agreeing_differences_keep_a_width():
    same = pooled_mean(np.zeros(50), np.zeros(50, int), np.arange(50), "difference")
    assert same.lower < same.mean == 0 < same.upper
    always = pooled_mean(-np.ones(50), np.zeros(50, int), np.arange(50), "difference")
    assert always.lower == always.mean == -1 < always.upper < -0.8


def test_nothing_known_gives_nothing_claimed():
    pooled = pooled_mean(np.array([np.nan]), np.array([0]), np.array([0]), "proportion")
    assert np.isnan(pooled.mean)
    assert (pooled.lower, pooled.upper, pooled.n) == (0.0, 1.0, 0)


def test_paired_ratio_covers_the_truth_and_is_defined_at_0():
    draw = np.random.default_rng(4)
    hits = 0
    for _ in range(400):
        chance = draw.random(120)
        _, lower, upper = paired_ratio(chance < 0.3, (chance < 0.2) | (draw.random(120) < 0.25))
        hits += lower <= 0.3 / (0.2 + 0.8 * 0.25) <= upper
    assert hits / 400 > 0.92
    none, some = np.zeros(30, bool), np.arange(30) < 9
    assert np.isnan(paired_ratio(none, none)[0])
    assert paired_ratio(some, none)[0] == paired_ratio(some, none)[2] == np.inf
    assert paired_ratio(none, some)[0] == 0.0
    assert 0 < paired_ratio(none, some)[2] < np.inf


def test_ratio_of_a_thing_with_itself_is_1():
    some = np.arange(60) % 3 == 0
    ratio, lower, upper = paired_ratio(some, some)
    assert lower <= ratio == 1.0 <= upper


@pytest.mark.longer
def test_pooled_ratio_is_the_paired_one_at_one_point_and_covers_over_many():
    draw = np.random.default_rng(6)
    hits = 0
    for _ in range(400):
        chance = draw.random(80)
        first = np.concatenate([(chance < 0.2).astype(float), (chance < 0.4).astype(float)])
        second = np.concatenate(
            [(chance < 0.5).astype(float), ((chance < 0.5) & (draw.random(80) < 0.8)).astype(float)]
        )
        _, lower, upper = pooled_ratio(first, second, np.repeat([0, 1], 80), np.tile(np.arange(80), 2))
        hits += lower <= 0.3 / 0.45 <= upper
    assert hits / 400 > 0.92
    first, second = chance < 0.3, chance < 0.5
    one = pooled_ratio(first.astype(float), second.astype(float), np.zeros(80), np.arange(80))
    assert one == pytest.approx(paired_ratio(first, second), rel=0.12)


def test_pooled_ratio_is_defined_where_nothing_or_everything_ends():
    zero, one = np.zeros(40), np.ones(40)
    points, seeds = np.repeat([0, 1], 20), np.tile(np.arange(20), 2)
    assert np.isnan(pooled_ratio(zero, zero, points, seeds)[0])
    assert pooled_ratio(one, zero, points, seeds)[0] == np.inf
    ratio, lower, upper = pooled_ratio(zero, one, points, seeds)
    assert ratio == lower == 0.0 < upper < 0.5
    ratio, lower, upper = pooled_ratio(one, one, points, seeds)
    assert lower < ratio == 1.0 < upper


def test_effects_are_the_ones_put_in():
    table = runs(grid(a=[0, 1], b=[0, 1]), {"x": lambda p: 0.2 + 0.4 * p["a"], "y": lambda p: 0.1}, seeds=400)
    effects = level_effects(table, ["a", "b"]).set_index(["design", "factor", "quantity"])
    row = effects.loc[("x", "a", "discontinued")]
    assert row["lower"] < 0.4 < row["upper"]
    assert effects.loc[("x", "b", "discontinued"), "difference"] == 0.0
    assert effects.loc[("x", "b", "discontinued"), "lower"] < 0 < effects.loc[("x", "b", "discontinued"), "upper"]
    pooled = pooled_differences(table).set_index("quantity").loc["discontinued"]
    assert pooled["lower"] < 0.1 - 0.4 < pooled["upper"]
    assert pooled["spread_low"] < -0.4 < -0.2 < pooled["spread_high"] + 0.2


def test_tables_by_point_agree_with_scipy():
    table = runs(grid(a=[0, 1]), {"x": lambda p: 0.3}, seeds=50)
    row = means_by_point(table).set_index(["point", "quantity"]).loc[(1, "discontinued")]
    events = int(table.loc[table["point"] == 1, "discontinued"].sum())
    known = stats.binomtest(events, 50).proportion_ci(method="wilson")
    assert (row["lower"], row["upper"]) == pytest.approx((known.low, known.high))


def test_restricted_mean_time_is_the_area_under_the_survival_curve():
    table = runs(grid(a=[0]), {"x": lambda p: 0.5}, seeds=40)
    risk = pooled_incidence(table, 108)
    at = risk[risk["event"] == "discontinued"].set_index("week")["risk"].reindex(range(1, 109)).ffill()
    area = 108 - at.iloc[:-1].sum()
    assert pooled_means(table).set_index("quantity").loc["restricted_mean_weeks", "mean"] == pytest.approx(area)


@pytest.mark.parametrize("risk", [0.0, 1.0])
def test_all_alike_is_defined_everywhere(risk):
    table = runs(grid(a=[0, 1], b=[0, 1]), {"x": lambda p: risk, "y": lambda p: risk}, seeds=20)
    means = pooled_means(table).set_index(["design", "quantity"]).loc[("x", "discontinued")]
    assert means["mean"] == risk
    assert means["upper"] - means["lower"] > 0.01
    by_point = differences_by_point(table).set_index(["quantity", "point"]).loc[("discontinued", 0)]
    assert by_point["difference"] == 0
    assert by_point["lower"] < 0 < by_point["upper"]
    assert risk_by_point(table, [36, 108])["risk"].isin([0.0, 1.0]).all()


def test_one_design_is_no_comparison():
    with pytest.raises(Unsupported, match="needs two designs"):
        two_designs(runs(grid(a=[0]), {"x": lambda p: 0.5}, seeds=3))


def test_runs_that_failed_or_did_not_open_are_left_out_and_unknown_events_refused():
    table = runs(grid(a=[0]), {"x": lambda p: 0.5}, seeds=10)
    table["error"] = ["ZeroDivisionError: seven", *[None] * 9]
    assert len(prepared(table, 36, 108)) == 9
    table.loc[table["seed"] == 4, ["opened", "week_over"]] = 0
    assert prepared(table, 36, 108)["seed"].tolist() == [1, 2, 3, 5, 6, 7, 8, 9]
    with pytest.raises(InputError, match="accepted: discontinued, adapted, diluted"):
        happened_by(table, 36, "exploded")


def test_what_is_adapted_is_no_end_and_what_ends_may_have_been_adapted():
    nan = np.nan
    table = pd.DataFrame(
        {
            "week": [10.0, 12.0, nan, 30.0],
            "ending": ["diluted", "closed", "sustained", "suspended"],
            "week_diluted": [10.0, nan, nan, 14.0],
            "week_made_optional": [nan, nan, nan, 20.0],
            "week_over": [nan, 12.0, nan, 30.0],
        }
    )
    assert happened_by(table, 20).tolist() == [False, True, False, False]
    assert happened_by(table, 30).tolist() == [False, True, False, True]
    assert event_week(table, "adapted").tolist() == [10.0, np.inf, np.inf, 14.0]
    assert event_week(table, "diluted").tolist() == [10.0, np.inf, np.inf, np.inf]
    assert event_week(table, "made_optional").tolist() == [np.inf] * 4
    assert event_week(table, "suspended").tolist() == [np.inf, np.inf, np.inf, 30.0]
