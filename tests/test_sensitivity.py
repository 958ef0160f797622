"""Indices on functions whose answer is known, and where none is defined."""

import numpy as np
import pandas as pd
import pytest
from SALib.sample import morris, sobol

from sim.findings.sensitivity import sensitivity
from sim.io.errors import Unsupported

pytestmark = pytest.mark.libraries

NAMES = ["a", "b", "c"]


def sampled(method, function, base, noise=0.0, seeds=4):
    problem = {"num_vars": 3, "names": NAMES, "bounds": [[0.0, 1.0]] * 3}
    x = (
        sobol.sample(problem, base, calc_second_order=False, seed=1)
        if method == "saltelli"
        else morris.sample(problem, base, seed=1)
    )
    draw = np.random.default_rng(0)
    tables = []
    for seed in range(seeds):
        values = function(x) + noise * draw.standard_normal()
        own = pd.DataFrame(x, columns=NAMES).assign(
            point=range(len(x)), seed=seed, design="d", discontinued=values, weeks_per_100=0.0, gain=values
        )
        tables.append(own)
    return pd.concat(tables, ignore_index=True)


def last(table, quantity="discontinued"):
    rows = table[(table["quantity"] == quantity) & (table["base_points"] == table["base_points"].max())]
    return rows.set_index(["index", "factor"])


def test_sobol_indices_of_a_linear_function():
    """The shares of variance of 3a + 2b + 0c are 9/13, 4/13 and 0, and no factor interacts."""
    found, convergence = sensitivity(sampled("saltelli", lambda x: 3 * x[:, 0] + 2 * x[:, 1], 1024), NAMES, "saltelli")
    rows = last(found)
    for index in ("S1", "ST"):
        assert rows.loc[index, "estimate"].tolist() == pytest.approx([9 / 13, 4 / 13, 0.0], abs=0.02)
        own = rows.loc[index]
        assert (own["lower"] <= own["estimate"]).all()
        assert (own["estimate"] <= own["upper"]).all()
    reported = convergence.set_index("quantity")
    assert reported.loc["discontinued", "converged"]
    assert sorted(found["base_points"].unique()) == [256, 512, 1024]


def test_an_interaction_shows_in_the_total_index_only():
    found, _ = sensitivity(sampled("saltelli", lambda x: (x[:, 0] - 0.5) * (x[:, 1] - 0.5), 256), NAMES, "saltelli")
    rows = last(found)
    assert rows.loc["S1", "estimate"].abs().max() < 0.1
    assert rows.loc[("ST", "a"), "estimate"] > 0.8


def test_morris_finds_the_slope():
    found, _ = sensitivity(sampled("morris", lambda x: 3 * x[:, 0] - 2 * x[:, 1], 20), NAMES, "morris")
    rows = last(found)
    assert rows.loc["mu_star", "estimate"].tolist() == pytest.approx([3.0, 2.0, 0.0])
    assert rows.loc["sigma", "estimate"].tolist() == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


@pytest.mark.filterwarnings("error")
def test_what_does_not_vary_has_no_index_and_says_so():
    found, convergence = sensitivity(sampled("saltelli", lambda x: x[:, 0], 8), NAMES, "saltelli")
    assert last(found, "weeks_per_100")["estimate"].isna().all()
    reported = convergence.set_index("quantity").loc["weeks_per_100"]
    assert not reported["converged"]
    assert "does not vary" in reported["note"]


def test_monte_carlo_error_is_reported_apart_from_the_error_of_sampling_points():
    draw = np.random.default_rng(3)
    table = sampled("saltelli", lambda x: 3 * x[:, 0] + 2 * x[:, 1], 32, seeds=10)
    rows = last(sensitivity(table, NAMES, "saltelli")[0]).loc["ST"]
    assert (rows["mc_upper"] - rows["mc_lower"]).max() < 1e-9
    noisy = table.assign(discontinued=table["discontinued"] + draw.standard_normal(len(table)))
    rows = last(sensitivity(noisy, NAMES, "saltelli")[0]).loc["ST"]
    assert (rows["mc_upper"] - rows["mc_lower"]).min() > 0.01


def test_few_points_are_not_called_converged():
    table = sampled("saltelli", lambda x: np.sin(20 * x[:, 0]) * x[:, 1] + (x[:, 2] > 0.9), 8)
    assert not sensitivity(table, NAMES, "saltelli")[1]["converged"].any()


def test_what_it_cannot_use_is_refused():
    table = sampled("saltelli", lambda x: x[:, 0], 8)
    with pytest.raises(Unsupported, match="this sweep is factorial"):
        sensitivity(table, NAMES, "factorial")
    with pytest.raises(Unsupported, match="c has one level"):
        sensitivity(table.assign(c=1.0), NAMES, "saltelli")
    with pytest.raises(Unsupported, match="no runs yet"):
        sensitivity(table[table["point"] != 5], NAMES, "saltelli")
    with pytest.raises(Unsupported, match="two factors"):
        sensitivity(table, ["a"], "saltelli")


@pytest.mark.parametrize("seed", range(3))
def test_noise_is_not_taken_for_an_effect_by_the_monte_carlo_interval(seed):
    """Effects of nothing but chance reach 0 within their Monte Carlo error."""
    problem = {"num_vars": 3, "names": NAMES, "bounds": [[0.0, 1.0]] * 3}
    x = morris.sample(problem, 30, seed=1)
    draw = np.random.default_rng(seed)
    tables = [
        pd.DataFrame(x, columns=NAMES).assign(
            point=range(len(x)),
            seed=one,
            design="d",
            discontinued=draw.random(len(x)) < 0.5,
            weeks_per_100=0.0,
            gain=0.0,
        )
        for one in range(40)
    ]
    table = pd.concat(tables, ignore_index=True).astype({"discontinued": float})
    rows = last(sensitivity(table, NAMES, "morris", ["discontinued"])[0]).loc["mu_star"]
    assert (rows["mc_lower"] < 0.5 * rows["estimate"]).all()
    assert (rows["mc_upper"] >= rows["mc_lower"]).all()
