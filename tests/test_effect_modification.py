"""What a factor changes in the difference between designs, on cases whose answer is known."""

import itertools

import numpy as np
import pandas as pd
import pytest

from sim.findings.attribution import attribution
from sim.findings.effect_modification import WAYS_OF_CHANGING, effect_modification
from sim.findings.effects import level_effects
from sim.io.errors import Unsupported
from sim.statistics.pooling import pooled_mean
from sim.statistics.quantities import prepared
from sim.statistics.samples import grid, runs

pytestmark = pytest.mark.libraries

FACTORS = ["a", "b"]


def planted(seeds=20, noise=0.0):
    """Student-weeks of two designs: the first gains 1 by a, the second 3 by a, 2 by b at its middle
    level and 5 at its last, and 4 more where both have changed.
    """
    chance = np.random.default_rng(3)
    rows = []
    for point, (a, b) in enumerate(itertools.product((0, 1), ("none", "some", "all"))):
        by_b, both = {"none": 0, "some": 2, "all": 5}[b], 4 * a * (b != "none")
        for design, value in (("old", a), ("new", 3 * a + by_b + both)):
            each = {"point": point, "a": a, "b": b, "design": design}
            rows += [each | {"seed": seed, "student_weeks": value + noise * chance.normal()} for seed in range(seeds)]
    return pd.DataFrame(rows)


def of(table, *keys):
    return table.set_index(["factor", "to_level"]).loc[keys, list(WAYS_OF_CHANGING)].tolist()


def test_each_factor_has_what_was_planted_alone_and_with_the_others():
    table = effect_modification(planted(), FACTORS, ["student_weeks"])
    assert of(table, "a", "1") == pytest.approx([2, 2 + 4 * 2 / 3, 6])
    assert of(table, "b", "some") == pytest.approx([2, 4, 6])
    assert of(table, "b", "all") == pytest.approx([5, 7, 9])
    assert table["points"].tolist() == [3, 2, 2]
    assert table["n"].tolist() == [60, 40, 40]
    assert set(table["baseline"]) == {"old"}


def test_the_baseline_is_the_first_of_the_sweep_where_it_did_not_open_first():
    table = planted()
    table = table[~((table["design"] == "old") & (table["point"] == 0))]
    found = effect_modification(table, FACTORS, ["student_weeks"], ["old", "new"])
    assert set(found["baseline"]) == {"old"}
    never = table[table["design"] != "old"]
    with pytest.raises(Unsupported, match="two designs that open, and there is new"):
        effect_modification(never, FACTORS, ["student_weeks"], ["old", "new"])
    third = pd.concat([never, never.assign(design="third")])
    with pytest.raises(Unsupported, match="old, which the other designs are compared with, opened in no run"):
        effect_modification(third, FACTORS, ["student_weeks"], ["old", "new", "third"])


def test_it_is_the_difference_of_what_the_factor_does_under_each_design():
    """As the other two tables have it: effects of levels, and attribution's first and last."""
    risks = {"old": lambda p: 0.7 - 0.3 * p["a"], "new": lambda p: 0.5 - 0.2 * p["a"] * p["b"]}
    table = runs(grid(a=[0, 1], b=[0, 1]), risks, seeds=80, chance="own")
    own = effect_modification(table, FACTORS, ["discontinued"]).set_index("factor")
    levels = level_effects(table, FACTORS, ["discontinued"]).set_index(["design", "factor"])["difference"]
    shared = attribution(table, FACTORS, ["discontinued"]).query("kind == 'factor'").set_index(["design", "factor"])
    pd.testing.assert_series_equal(own["averaged"], levels["new"] - levels["old"], check_names=False)
    for here, there in (("alone", "alone"), ("with_others", "last")):
        pd.testing.assert_series_equal(
            own[here], shared.loc["new", there] - shared.loc["old", there], check_names=False
        )


def test_intervals_hold_the_truth_as_often_as_they_say():
    held, truth = [], {"a": (-0.3, -0.45, -0.6), "b": (0.2, 0.05, -0.1)}
    draw = np.random.default_rng(11)
    points = grid(a=[0, 1], b=[0, 1])
    table = runs(points, {"old": lambda p: 0.0, "new": lambda p: 0.0}, seeds=60)
    old = 0.3 + 0.1 * table["b"]
    new = 0.6 - 0.3 * table["a"] + 0.3 * table["b"] - 0.3 * table["a"] * table["b"]
    risk = np.where(table["design"] == "old", old, new)
    for _ in range(30):
        table["discontinued"] = (draw.random(len(table)) < risk).astype(float)
        for row in effect_modification(table, FACTORS, ["discontinued"]).to_dict("records"):
            held += [
                row[f"{name}_lower"] <= true <= row[f"{name}_upper"]
                for name, true in zip(WAYS_OF_CHANGING, truth[row["factor"]], strict=True)
            ]
    assert 0.9 < np.mean(held) < 0.99


@pytest.mark.parametrize("risk", [0.0, 1.0])
def test_where_no_run_differs_the_interval_keeps_a_width(risk):
    table = runs(grid(a=[0, 1], b=[0, 1]), {"old": lambda p: risk, "new": lambda p: risk}, seeds=30)
    own = effect_modification(table, FACTORS, ["discontinued"])
    for name in WAYS_OF_CHANGING:
        assert (own[name] == 0).all()
        # Three seeds in thirty may well be otherwise, and not one in three.
        assert own[f"{name}_upper"].between(0.1, 0.3).all()
        assert (own[f"{name}_lower"] == -own[f"{name}_upper"]).all()


def test_a_change_of_a_difference_reaches_from_minus_2_to_2():
    one = pooled_mean(np.array([2.0]), np.zeros(1, int), np.zeros(1, int), "change")
    none = pooled_mean(np.array([]), np.zeros(0, int), np.zeros(0, int), "change")
    assert (one.lower, one.upper) == (none.lower, none.upper) == (-2.0, 2.0)
    many = pooled_mean(np.full(50, 2.0), np.zeros(50, int), np.arange(50), "change")
    assert many.lower < many.mean == many.upper == 2.0


def test_only_seeds_on_which_both_designs_opened_at_both_levels_count():
    table = runs(grid(a=[0, 1]), {"old": lambda p: 0.5, "new": lambda p: 0.5}, seeds=10)
    table.loc[(table["seed"] == 3) & (table["point"] == 1) & (table["design"] == "new"), "opened"] = 0
    own = effect_modification(prepared(table, 108, 108), ["a"], ["discontinued"])
    assert own[["seeds", "n"]].to_numpy().tolist() == [[9, 9]]
    assert own["alone"].equals(own["averaged"])
    assert own["alone"].equals(own["with_others"])


def test_a_corner_that_is_missing_has_no_number():
    table = planted()
    own = effect_modification(table[table["point"] != 5], FACTORS, ["student_weeks"])
    assert np.isnan(of(own, "a", "1")[2])
    assert of(own, "a", "1")[:2] == pytest.approx([2, 4])


def test_what_has_no_answer_is_reported():
    table = planted(seeds=2)
    with pytest.raises(Unsupported, match="needs two designs"):
        effect_modification(table[table["design"] == "new"], FACTORS)
    with pytest.raises(Unsupported, match="2 to 24 levels"):
        effect_modification(table[table["point"] == 0], FACTORS, ["student_weeks"])
    # Each point has a value of its own: nothing recurs with all else alike.
    with pytest.raises(Unsupported, match="2 to 24 levels"):
        effect_modification(table.assign(a=table["point"], b=table["point"]), FACTORS, ["student_weeks"])
