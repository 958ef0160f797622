"""A comparison of designs on the same seeds: intervals that are right, and figures that add up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from replicates import replicate
from scipy import stats

from sim import InputError, Scenario
from sim.findings.comparison import differences_by_point, differences_by_week, pooled_differences
from sim.findings.pressure import shares
from sim.findings.risk import median_by_point, pooled_incidence, risk_by_point
from sim.io.errors import Unsupported
from sim.outcome import COLUMN, Run
from sim.statistics.intervals import mean_interval, median_interval, paired_difference, paired_ratio, wilson
from sim.statistics.means import means_by_point, not_opened
from sim.statistics.quantities import CAUSES, happened_by, milestones
from sim.statistics.tables import runs_table, weekly_table
from sim.sweep.plan import comparison

pytestmark = pytest.mark.libraries


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


@pytest.mark.parametrize("n", range(1, 13))
def test_the_interval_of_a_median_covers_it_as_often_as_it_says(n):
    """By counting: each of n values lies below the median with an even chance."""
    _, lower, upper = median_interval(np.arange(1.0, n + 1.0))
    below = stats.binom(n, 0.5)
    missed = (0.0 if lower == -np.inf else below.cdf(lower - 1)) + (0.0 if upper == np.inf else below.sf(upper - 1))
    assert missed <= 0.05
    assert np.isfinite(lower) == np.isfinite(upper) == (n > 5)


def test_causes_add_up_to_being_discontinued_in_every_week(risk):
    counts = risk.pivot_table(index=["design", "week"], columns="event", values="count")
    assert (counts[list(CAUSES)].sum(axis=1) == counts["discontinued"]).all()
    assert counts["discontinued"].max() > 0
    assert counts["discontinued"].groupby("design").is_monotonic_increasing.all()


def test_what_was_adapted_counts_whatever_came_after(finished, risk):
    """A programme that is diluted and suspended later has been adapted, and then discontinued."""
    outcomes = pd.DataFrame([dict(run.outcome) for run in finished])
    steps = outcomes[["week_diluted", "week_made_optional"]].min(axis=1) <= 108
    assert (steps & (outcomes["outcome"] == "discontinued")).any()
    counts = risk[risk["week"] == 108].set_index(["design", "event"])["count"]
    for design, group in steps.groupby(outcomes["design"]):
        assert counts[design, "adapted"] == group.sum()


def test_risk_counts_runs(runs, risk):
    own = runs[runs["design"] == "greenfield"]
    row = risk.set_index(["design", "event", "week"]).loc[("greenfield", "discontinued", 72)]
    assert row["count"] == happened_by(own, 72).sum()
    assert row["lower"] <= row["risk"] <= row["upper"]
    assert (row["lower"], row["upper"]) == wilson(row["count"], len(own))


def test_rates_are_of_runs_that_opened_and_the_rest_is_reported(finished, runs, risk):
    """What did not open is over in week 0: it counts neither as a run nor as discontinued."""
    outcomes = pd.DataFrame([dict(run.outcome) for run in finished]).assign(point=0)
    closed = outcomes[outcomes["opened"] == 0]
    assert set(closed["design"]) == {"greenfield"}
    assert (closed["week_over"] == 0).all()
    assert len(runs) == len(finished) - len(closed)
    n = {design: len(group) for design, group in runs.groupby("design")}
    assert (risk["n"] == risk["design"].map(n)).all()
    reported = not_opened(outcomes).set_index("design")
    assert reported["share"].to_dict() == pytest.approx({"retrofit": 0.0, "greenfield": len(closed) / 60})
    assert reported["n"].tolist() == [60, 60]
    # In pairs a seed counts where both designs opened.
    both = differences_by_point(runs, ["discontinued", "gain"])
    assert (both["n"] == 60 - len(closed)).all()
    weekly = weekly_table(finished).set_index(["design", "column", "week"])
    assert weekly.loc[("greenfield", "taking_part", 1), "n"] == 60 - len(closed)


def test_a_design_that_never_opens_has_no_rates(mountain_view, greenfield):
    shut = greenfield.revise({"factors.setting.new_school.opens": 0.0, "horizon.weeks": 10})
    pair = list(replicate([mountain_view.revise({"horizon.weeks": 10}), shut], range(4)))
    table = runs_table(pair)
    assert table["design"].unique().tolist() == ["as_written"]
    curves = weekly_table(pair)
    assert (curves.loc[curves["design"] == "greenfield", "n"] == 0).all()
    with pytest.raises(Unsupported, match="needs two designs"):
        differences_by_point(table)


def test_pooled_risk_of_one_design_point_is_wilsons(runs, risk):
    keys = ["design", "event", "week"]
    pooled, plain = pooled_incidence(runs, 108).set_index(keys), risk.set_index(keys)
    for column in ("risk", "lower", "upper"):
        assert pooled[column].to_numpy() == pytest.approx(plain.loc[pooled.index, column].to_numpy(), abs=1e-12)


def test_differences_are_paired_by_seed(runs):
    wide = runs.pivot_table(index="seed", columns="design", values="student_weeks")
    row = differences_by_point(runs).set_index("quantity").loc["student_weeks"]
    assert row["difference"] == pytest.approx((wide["greenfield"] - wide["retrofit"]).mean())
    assert (row["design"], row["baseline"], row["n"]) == ("greenfield", "retrofit", len(wide.dropna()))


def test_differences_by_week_are_newcombes_of_the_pairs(runs):
    table = differences_by_week(runs, milestones(108)).set_index("week")
    assert table.index.tolist() == [20, 36, 72, 108]
    both = runs.assign(over=happened_by(runs, 72)).pivot(index="seed", columns="design", values="over").dropna()
    pair = both["greenfield"].to_numpy(bool), both["retrofit"].to_numpy(bool)
    assert table.loc[72, ["difference", "lower", "upper"]].tolist() == list(paired_difference(*pair))
    assert table.loc[72, ["ratio", "ratio_lower", "ratio_upper"]].tolist() == list(paired_ratio(*pair))
    assert differences_by_week(runs, [72], "closed")["difference"].iloc[0] >= 0


def test_pooled_differences_of_one_design_point_are_its_own(runs):
    pooled, own = pooled_differences(runs).set_index("quantity"), differences_by_point(runs).set_index("quantity")
    for column in ("difference", "lower", "upper", "ratio", "ratio_lower", "ratio_upper", "n"):
        pd.testing.assert_series_equal(pooled[column], own[column])


def test_shares_of_pressure_sum_to_1(runs):
    assert shares(runs).groupby("design")["share"].sum().to_numpy() == pytest.approx(1.0)


def test_after_the_end_nobody_takes_part(finished):
    weekly = weekly_table(finished).set_index(["design", "column", "week"])
    retrofits = [run for run in finished if run.outcome.design == "retrofit"]
    lasting = [run.weeks[99, COLUMN["taking_part"]] for run in retrofits if not run.outcome.week_over <= 99]
    assert 0 < len(lasting) < 60
    assert weekly.loc[("retrofit", "taking_part", 100), "mean"] == pytest.approx(sum(lasting) / 60)
    assert weekly.loc[("retrofit", "taking_part", 100), "n"] == 60
    assert weekly.loc[("retrofit", "capital", 100), "n"] == len(lasting)
    assert weekly.loc[("retrofit", "taking_part", 1), "median"] == 500
    record = [run.outcome.on_record for run in retrofits if run.outcome.week_over <= 99]
    assert weekly.loc[("retrofit", "on_record", 100), "q95"] >= min(record)


def test_where_nothing_happens_tables_are_defined():
    """At a dose of 0 nothing drains, from anybody, and nothing is discontinued."""
    calm = Scenario().revise({"design.dose": 0.0, "horizon.weeks": 30, "population.families": 60})
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
    assert means_by_point(table).set_index("quantity").loc["restricted_mean_weeks", "mean"] == 0


def test_no_runs_are_refused():
    for tabulate in (runs_table, weekly_table):
        with pytest.raises(InputError, match="accepted: at least one run"):
            tabulate([])


def test_events_are_counted_by_the_week_asked_for(finished):
    table = runs_table(finished, 20)
    assert (table["discontinued"] == (table["week_over"] <= 20)).all()
    assert table["discontinued"].sum() > 0
    assert (table["suspended"] <= table["discontinued"]).all()


def test_scenarios_that_would_hide_each_other_are_refused(mountain_view):
    for scenarios in ([mountain_view, mountain_view.revise({"leadership.training": 0.9})], []):
        with pytest.raises(InputError, match="each with a design_name of its own"):
            comparison(scenarios, 2)
