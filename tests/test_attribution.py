"""Attribution on cases whose answer is known."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import simulate
from sim.findings.attribution import TOTAL, attribution
from sim.io.errors import Unsupported
from sim.statistics.quantities import prepared
from sim.statistics.samples import grid, runs

pytestmark = pytest.mark.libraries


def game(value, k=3, seeds=5, noise=0.0):
    """Runs whose student-weeks are a function of which factors have changed."""
    generator = np.random.default_rng(5)
    rows = []
    for point, bits in enumerate(itertools.product((0, 1), repeat=k)):
        for seed in range(seeds):
            payoff = value(bits) + noise * generator.standard_normal()
            rows.append(
                {
                    "point": point,
                    "design": "d",
                    "seed": seed,
                    "student_weeks": payoff,
                    **{f"f{i}": bit for i, bit in enumerate(bits)},
                }
            )
    return pd.DataFrame(rows), [f"f{i}" for i in range(k)]


def contributions(table):
    return table.set_index("factor")["contribution"]


def test_additive_effects_go_to_their_factors():
    table, factors = game(lambda bits: 2 * bits[0] - 3 * bits[1] + 0 * bits[2])
    found = attribution(table, factors, ["student_weeks"])
    assert contributions(found).to_dict() == pytest.approx({"f0": 2.0, "f1": -3.0, "f2": 0.0, TOTAL: -1.0})
    assert found.set_index("factor").loc["f0", ["alone", "last"]].tolist() == pytest.approx([2.0, 2.0])


def test_an_interaction_is_shared_alike():
    found = attribution(*game(lambda bits: 6.0 * bits[0] * bits[1] * bits[2]), ["student_weeks"])
    assert contributions(found)[["f0", "f1", "f2"]].tolist() == pytest.approx([2.0, 2.0, 2.0])
    assert found.set_index("factor").loc["f0", ["alone", "last"]].tolist() == pytest.approx([0.0, 6.0])


def test_the_glove_game_has_its_textbook_answer():
    """Shapley 1953's market with one left glove (f0) and two right ones: 2/3, 1/6, 1/6."""
    found = attribution(*game(lambda bits: float(bits[0] and (bits[1] or bits[2]))), ["student_weeks"])
    assert contributions(found)[["f0", "f1", "f2"]].tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6])


@given(st.lists(st.floats(-10, 10), min_size=16, max_size=16))
@settings(max_examples=40)
def test_contributions_add_up_to_the_total(values):
    table, factors = game(lambda bits: values[int("".join(map(str, bits)), 2)], k=4, seeds=2)
    found = contributions(attribution(table, factors, ["student_weeks"]))
    assert found[factors].sum() == pytest.approx(found[TOTAL], abs=1e-9)


def test_intervals_cover_the_truth():
    table, factors = game(lambda bits: 1.0 * bits[0] + 0.5 * bits[1], k=2, seeds=400, noise=1.0)
    found = attribution(table, factors, ["student_weeks"]).set_index("factor")
    assert found.at["f0", "lower"] < 1.0 < found.at["f0", "upper"]
    assert found.at["f1", "lower"] < 0.5 < found.at["f1", "upper"]
    assert found.at["f0", "upper"] - found.at["f0", "lower"] < 0.4


def test_factors_with_more_levels_make_strata():
    table = runs(
        grid(a=[0, 1], b=["no", "yes"], gamma=[0.0, 0.5, 1.0]),
        {"x": lambda p: 0.2 + 0.5 * p["a"] * p["gamma"]},
        seeds=200,
    )
    found = attribution(table, ["a", "b", "gamma"], ["discontinued"]).set_index(["gamma", "factor"])
    assert found.loc[(0.0, "a"), "contribution"] == 0
    assert found.loc[(1.0, "a"), "lower"] < 0.5 < found.loc[(1.0, "a"), "upper"]
    assert (found.xs("b", level="factor")["contribution"] == 0).all()
    assert found.loc[(0.0, "b"), "from_level"] == "no"


def test_levers_of_one_section_are_added_up():
    table = runs(
        grid(**{"l.a": [0, 1], "l.b": [0, 1], "fit": [0, 1]}),
        {"x": lambda p: 0.6 - 0.2 * p["l.a"] - 0.1 * p["fit"]},
        seeds=50,
    )
    found = contributions(attribution(table, ["l.a", "l.b", "fit"], ["discontinued"]))
    assert found["l (sum)"] == pytest.approx(found["l.a"] + found["l.b"])


def test_what_a_row_is_does_not_hang_on_its_name():
    names = {"all together": [0, 1], "costs (sum)": [0, 1], "l.a": [0, 1], "l.b": [0, 1]}
    table = runs(grid(**names), {"x": lambda p: 0.6 - 0.2 * p["l.a"]}, seeds=20)
    found = attribution(table, list(names), ["discontinued"])
    assert found["kind"].tolist() == ["factor"] * 4 + ["section", "total"]
    assert found.loc[found["kind"] == "section", "factor"].tolist() == ["l (sum)"]


def test_the_model_itself_gives_a_factor_that_does_nothing_nothing(mountain_view):
    """Whether the title changes does nothing; dose does all there is: a known answer through the
    engine.
    """
    rows = []
    for point, (title, dose) in enumerate(itertools.product(("a", "b"), (0.3, 1.0))):
        scenario = mountain_view.revise(
            {"title": title, "design.dose": dose, "horizon.weeks": 36, "population.families": 100}
        )
        rows += [
            {"point": point, "title": title, "dose": dose, **simulate(scenario, seed).outcome} for seed in range(12)
        ]
    found = attribution(prepared(pd.DataFrame(rows), 36, 36), ["title", "dose"])
    found = found.set_index(["quantity", "factor"])["contribution"]
    for quantity in ("discontinued", "weeks_per_100", "gain"):
        assert found[quantity, "title"] == 0.0
        assert found[quantity, "dose"] == found[quantity, TOTAL]
    assert found["weeks_per_100", "dose"] != 0


def test_only_seeds_on_which_it_opened_at_all_corners_count():
    table = runs(grid(a=[0, 1], b=[0, 1]), {"x": lambda p: 0.5}, seeds=10)
    table.loc[(table["seed"] == 3) & (table["point"] == 2), "opened"] = 0
    found = attribution(prepared(table, 108, 108), ["a", "b"], ["discontinued"])
    assert (found["seeds"] == 9).all()


def test_what_is_no_factorial_is_refused():
    table = runs(grid(a=[0, 1], b=[0, 1]), {"x": lambda p: 0.5}, seeds=4)
    with pytest.raises(Unsupported, match="at least two factors"):
        attribution(table, ["a"])
    with pytest.raises(Unsupported, match="all 4 combinations"):
        attribution(table[table["point"] != 3], ["a", "b"])
    with pytest.raises(Unsupported, match="once"):
        attribution(pd.concat([table, table]), ["a", "b"])
