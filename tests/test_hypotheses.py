"""Verdicts on the theory's claims: each can come out either way, and says when the runs do not
tell.
"""

import numpy as np
import pandas as pd
import pytest

from sim.findings.hypothesis import CLAIMS, FAILS, HOLDS, NEUTRAL, OPEN, counterexamples, judge, summary, where
from sim.findings.hypothesis import figure as verdicts_figure
from sim.io.errors import Unsupported
from sim.statistics.samples import grid, runs

pytestmark = pytest.mark.once

POINTS = grid(a=[0.0, 1.0])


def verdicts(claim, risks, seeds=200, points=POINTS):
    return judge(runs(points, risks, seeds), claim).drop_duplicates("point")["verdict"].tolist()


def test_h1_follows_the_well_led_design():
    assert verdicts("H1", {"poor": lambda p: 0.9, "well": lambda p: 0.9 - 0.8 * p["a"]}) == [HOLDS, FAILS]
    assert verdicts("H1", {"well": lambda p: 0.5}, seeds=20) == [OPEN, OPEN]


def test_h2_needs_leadership_to_decide():
    assert verdicts("H2", {"poor": lambda p: 0.9, "well": lambda p: 0.9 * p["a"]}) == [HOLDS, FAILS]
    assert verdicts("H2", {"poor": lambda p: 0.1, "well": lambda p: 0.05}) == [FAILS, FAILS]
    assert verdicts("H2", {"poor": lambda p: 0.1, "well": lambda p: 0.9}) == [FAILS, FAILS]


def test_h3_needs_the_choice_to_be_safer_and_to_go_on():
    assert verdicts("H3", {"retrofit": lambda p: 0.9, "greenfield": lambda p: 0.2 + 0.5 * p["a"]}) == [HOLDS, FAILS]
    assert verdicts("H3", {"retrofit": lambda p: 0.6, "greenfield": lambda p: 0.9}) == [FAILS, FAILS]
    assert verdicts("H3", {"retrofit": lambda p: 0.6, "greenfield": lambda p: 0.5}, seeds=40) == [OPEN, OPEN]


def test_h3_is_put_where_the_mandatory_design_is_mostly_discontinued():
    risks = {"retrofit": lambda p: 0.9 * p["a"], "greenfield": lambda p: 0.05}
    assert judge(runs(POINTS, risks, 100), "H3")["point"].unique().tolist() == [1]
    with pytest.raises(Unsupported, match="under no condition is the retrofit discontinued in more than half"):
        judge(runs(POINTS, {"retrofit": lambda p: 0.1, "greenfield": lambda p: 0.3}, 100), "H3")


def test_h3_chooses_its_conditions_on_other_seeds_than_those_that_answer():
    """Chance that made a retrofit look worse where conditions are chosen makes no answer."""
    table = runs(POINTS, {"retrofit": lambda p: 0.0, "greenfield": lambda p: 0.0}, 80)
    table.loc[(table["design"] == "retrofit") & (table["seed"] % 2 == 0), "discontinued"] = 1.0
    found = judge(table, "H3")
    gap = found[found["measure"] == "risk difference"]
    assert (gap["estimate"] == 0.0).all()
    assert set(found["verdict"]) == {OPEN}
    assert found["n"].max() == 40
    with pytest.raises(Unsupported, match="odd seeds, and there are none"):
        judge(table[table["seed"] % 2 == 0], "H3")


def test_h3_judges_each_other_design_against_the_mandatory_one():
    risks = {"retrofit": lambda p: 0.9, "opt_out": lambda p: 0.8, "greenfield": lambda p: 0.1 + 0.8 * p["a"]}
    found = judge(runs(POINTS, risks, 200), "H3")
    each = found.drop_duplicates(["point", "design"]).set_index(["design", "point"])["verdict"]
    assert each.to_dict() == {
        ("opt_out", 0): FAILS,
        ("opt_out", 1): FAILS,
        ("greenfield", 0): HOLDS,
        ("greenfield", 1): FAILS,
    }
    shares = summary(found).set_index(["design", "verdict"])["conditions"]
    assert shares["opt_out", FAILS] == 2
    assert shares["greenfield", HOLDS] == 1
    titles = [panel.get_title(loc="left") for panel in verdicts_figure(found, "note").axes if panel.axison]
    assert [title.partition(" (")[0] for title in titles] == [
        "opt-out",
        "opt-out minus retrofit",
        "greenfield",
        "greenfield minus retrofit",
    ]
    assert titles[0].endswith("(holds 0, fails 2, not resolved 0)")


def test_counterexamples_are_listed_with_their_numbers():
    risks = {"retrofit": lambda p: 0.9, "greenfield": lambda p: 0.1 + 0.8 * p["a"]}
    found = judge(runs(POINTS, risks, 200), "H3")
    (row,) = counterexamples(found).to_dict("records")
    assert (row["point"], row["design"]) == (1, "greenfield")
    assert row["greenfield lower"] < row["greenfield"] < row["greenfield upper"]
    assert {"retrofit", "retrofit upper", "greenfield minus retrofit lower"} <= set(row)
    assert counterexamples(judge(runs(POINTS, {"well": lambda p: 0.9}, 100), "H1")).empty


def test_a_claim_is_judged_on_the_event_asked_for():
    table = runs(POINTS, {"well": lambda p: 0.9}, 100)
    assert set(judge(table, "H1")["verdict"]) == {HOLDS}
    assert set(judge(table, "H1", "adapted")["verdict"]) == {FAILS}


@pytest.mark.parametrize(
    ("sway", "high", "gain", "verdict"),
    [(0.6, 40, 0.05, HOLDS), (0.4, 40, 0.05, FAILS), (0.6, 5, 0.05, FAILS), (0.6, 40, -0.05, "")],
)
def test_h4_looks_at_sway_and_tertiles_where_children_gain(sway, high, gain, verdict):
    table = runs(POINTS, {"retrofit": lambda p: 0.5}, 50)
    jitter = np.random.default_rng(0).normal(0, 0.01, len(table))
    table = table.assign(sway=0.5, sway_on_record=sway + jitter, on_record_high=high, on_record_low=20 + 10 * jitter)
    table = table.assign(voice_high=10.0, voice_middle=5.0, voice_low=5.0, gain=gain + jitter / 10)
    if not verdict:
        with pytest.raises(Unsupported, match="under no condition is the mean gain above 0"):
            judge(table, "H4")
        return
    assert judge(table, "H4").drop_duplicates("point")["verdict"].tolist() == [verdict, verdict]


def test_shares_of_conditions_have_intervals_and_add_up():
    points = pd.DataFrame({"a": np.linspace(0, 1, 40), "b": np.random.default_rng(1).random(40)})
    found = judge(runs(points, {"well": lambda p: 0.95 if p["a"] > 0.5 else 0.05}, 40), "H1")
    shares = summary(found).set_index("verdict")
    assert shares["share"].sum() == pytest.approx(1.0)
    assert shares.loc[HOLDS, "conditions"] == 20
    assert shares.loc[HOLDS, "lower"] < 0.5 < shares.loc[HOLDS, "upper"]
    boxes, limits = where(found, points.rename_axis("point").reset_index(), ["a", "b"])
    words = boxes.set_index("kind")["words"]
    assert "a is at most" in words[FAILS]
    assert "a is at least" in words[HOLDS]
    assert set(limits["factor"]) == {"a"}


def test_what_a_quantity_measures_does_not_hang_on_its_name():
    table = runs(POINTS, {"sway of a minus b": lambda p: 0.9, "learning": lambda p: 0.2}, 40)
    found = judge(table, "H3")
    assert found.drop_duplicates("quantity")["measure"].tolist() == ["risk", "risk", "risk difference"]
    lines = [panel.get_lines()[-1].get_ydata()[0] for panel in verdicts_figure(found, "note").axes]
    assert lines == [0.5, 0.5, 0.0]
    assert set(judge(table.assign(sway_on_record=0.6), "H4")["measure"]) <= set(NEUTRAL)


def test_a_sweep_that_tests_nothing_or_lacks_a_design_is_reported():
    table = runs(POINTS, {"one": lambda p: 0.5}, 5)
    with pytest.raises(Unsupported, match="tests no claim"):
        judge(table, "none")
    with pytest.raises(Unsupported, match="H2 compares 2 designs"):
        judge(table, "H2")
    assert set(CLAIMS) == {"H1", "H2", "H3", "H4"}


def test_a_condition_in_which_the_judged_design_did_not_open_has_no_verdict():
    points = grid(a=[float(k) for k in range(4)])
    table = runs(points, {"poor": lambda p: 0.9, "well": lambda p: 0.1}, 100)
    table = table[~((table["design"] == "well") & (table["point"] < 2))]
    for claim, verdict in (("H1", FAILS), ("H2", HOLDS)):
        found = judge(table, claim, designs=["poor", "well"])
        assert found["point"].unique().tolist() == [2, 3]
        assert set(found["verdict"]) == {verdict}
        assert summary(found)["n"].tolist() == [2, 2, 2]
    # The worst led is absent likewise: nothing to compare.
    other = table[~((table["design"] == "poor") & (table["point"] == 2))]
    assert judge(other, "H2", designs=["poor", "well"])["point"].unique().tolist() == [3]


def test_designs_keep_their_roles_where_the_first_did_not_open_first():
    points = grid(a=[0.0, 1.0])
    table = runs(points, {"poor": lambda p: 0.9, "well": lambda p: 0.1}, 100)
    table = table[~((table["design"] == "poor") & (table["point"] == 0))]
    assert set(judge(table, "H1", designs=["poor", "well"])["design"]) == {"well"}
    never = table[table["design"] != "poor"]
    assert set(judge(never, "H1", designs=["poor", "well"])["verdict"]) == {FAILS}
    alone = table[table["design"] == "poor"]
    with pytest.raises(Unsupported, match="none of those opened in any run"):
        judge(alone, "H3", designs=["poor", "well"])
    for claim in ("H2", "H3", "H4"):
        with pytest.raises(Unsupported, match='the design "poor", which did not open in any run'):
            judge(never, claim, designs=["poor", "well"])
