"""Shares of pressure: they add up, run by run and week by week, and design points that share seeds
add no false certainty.
"""

import numpy as np
import pandas as pd
import pytest
from replicates import replicate

from sim.findings.curves import shares_over_time
from sim.findings.pressure import shares
from sim.io.errors import Unsupported
from sim.outcome import PRESSING
from sim.statistics.quantities import prepared
from sim.statistics.samples import small_sweep, small_weekly
from sim.statistics.weekly import QUANTILES, pooled_curves, weekly_quantiles

pytestmark = pytest.mark.libraries


@pytest.fixture(scope="module")
def lived(mountain_view):
    scenario = mountain_view.revise({"horizon.weeks": 30, "population.families": 120, "union.pressure": 0.3})
    finished = list(replicate([scenario], range(30)))
    return finished, weekly_quantiles("retrofit", np.stack([run.weeks for run in finished]))


def test_shares_over_time_add_up_and_end_where_the_run_does(lived):
    finished, weekly = lived
    table = shares_over_time(weekly.assign(point=0))
    assert table.groupby("week")["share"].sum().to_numpy() == pytest.approx(1.0)
    runs = prepared(pd.DataFrame([dict(run.outcome) for run in finished]), 30, 30).assign(point=0)
    whole = shares(runs).set_index("stakeholder")["share"]
    last = table[table["week"] == 30].set_index("stakeholder")["share"]
    for who in PRESSING:
        assert last[who] == pytest.approx(whole[who])


def test_the_same_curves_at_ten_points_are_no_surer_than_at_one(lived):
    _, weekly = lived
    one = shares_over_time(weekly.assign(point=0)).set_index(["week", "stakeholder"])
    ten = shares_over_time(pd.concat([weekly.assign(point=point) for point in range(10)])).set_index(
        ["week", "stakeholder"]
    )
    for column in ("share", "lower", "upper"):
        assert ten[column].to_numpy() == pytest.approx(one[column].to_numpy(), nan_ok=True)
    assert (one["upper"] - one["lower"]).max() > 0.01


def test_capital_drained_is_of_the_runs_in_which_any_was():
    table = small_sweep()
    own = table["design"] == "retrofit"
    whole = shares(table).set_index(["design", "stakeholder"])["drained"]
    table.loc[own & (table["seed"] % 2 == 0), [f"drained_{who}" for who in PRESSING]] = 0.0
    half = shares(table).set_index(["design", "stakeholder"])
    pd.testing.assert_series_equal(half["drained"], whole)
    assert half.loc[("retrofit", "families"), "n"] == own.sum() / 2


def test_a_point_at_which_nothing_opened_has_no_curve():
    lived = small_weekly()
    absent = lived.assign(point=1, n=0, **dict.fromkeys(["mean", "lower", "upper", *QUANTILES], np.nan))
    both = pooled_curves(pd.concat([lived, absent], ignore_index=True), 100)
    pd.testing.assert_frame_equal(both, pooled_curves(lived, 100))


def test_without_weekly_curves_it_is_said(lived):
    with pytest.raises(Unsupported, match="quantiles"):
        shares_over_time(pd.DataFrame())
