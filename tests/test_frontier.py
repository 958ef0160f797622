"""No design wins by serving nobody."""

import pytest

from sim.findings.frontier import frontier
from sim.statistics.samples import grid, runs

pytestmark = pytest.mark.libraries


def test_a_design_that_is_safe_and_serves_nobody_does_not_beat_one_that_serves():
    table = runs(
        grid(a=[0]), {"retrofit": lambda p: 0.6, "greenfield": lambda p: 0.1, "worse": lambda p: 0.7}, seeds=80
    )
    small = table["design"] == "greenfield"
    table.loc[small, "weeks_per_100"] = 10.0
    table.loc[small, "gain"] = 0.0
    found = frontier(table).set_index("design")
    assert found["on_frontier"].to_dict() == {"retrofit": True, "greenfield": True, "worse": False}
    assert found.loc["worse", "frontier_share"] < 0.05
    assert found.loc["retrofit", "frontier_share"] > 0.95


def test_a_tie_is_reported_as_one():
    table = runs(grid(a=[0]), {"one": lambda p: 0.5, "two": lambda p: 0.5}, seeds=30)
    found = frontier(table)
    assert found["on_frontier"].all()
    assert (found["frontier_share"] == 1.0).all()


def test_one_seed_says_nothing_of_how_sure_it_is():
    table = runs(grid(a=[0]), {"one": lambda p: 0.5, "two": lambda p: 0.5}, seeds=1)
    assert frontier(table)["frontier_share"].isna().all()


def test_chance_shows_in_the_share():
    table = runs(grid(a=[0]), {"one": lambda p: 0.50, "two": lambda p: 0.51}, seeds=60, chance="own")
    assert 0.02 < frontier(table)["frontier_share"].min() < 0.98
