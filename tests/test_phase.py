"""Phase diagrams: cells, differences, and what is not resolved."""

import numpy as np
import pandas as pd
import pytest

from sim.analysis.phase import BINS, axis_cells, pairs, phase
from sim.analysis.samples import grid, runs
from sim.errors import Unsupported


def test_the_better_design_changes_where_it_was_put():
    points = grid(a=[0.0, 0.5, 1.0], b=[0.0, 1.0])
    table = runs(points, {"x": lambda p: 0.5, "y": lambda p: 0.1 + 0.8 * p["a"]}, seeds=300)
    levels, gaps = phase(table, "a", "b")
    assert len(levels) == 12
    found = gaps.set_index(["x", "y"])
    assert found.loc[(0.0, 0.0), "difference"] < 0 < found.loc[(1.0, 0.0), "difference"]
    assert found.loc[(0.0, 0.0), "resolved"]
    assert not found.loc[(0.5, 1.0), "resolved"]
    assert found.loc[(0.0, 1.0), "lower"] < -0.4 < found.loc[(0.0, 1.0), "upper"]


def test_other_factors_are_averaged_and_their_spread_is_told():
    table = runs(grid(a=[0, 1], b=[0, 1], c=[0, 1]), {"x": lambda p: 0.1 + 0.8 * p["c"]}, seeds=200)
    levels, gaps = phase(table, "a", "b")
    assert gaps.empty
    assert levels["mean"].to_numpy() == pytest.approx(0.5, abs=0.06)
    assert (levels["spread_high"] - levels["spread_low"] > 0.6).all()


def test_many_values_fall_into_cells_and_names_stay_names():
    values = pd.Series(np.linspace(-1, 1, 200))
    cells, places = axis_cells(values)
    assert len(places) == BINS == len(set(cells))
    assert np.bincount(cells).min() >= 24
    cells, places = axis_cells(pd.Series(["b", "a", "b"]))
    assert (cells.tolist(), places) == ([0, 1, 0], ["b", "a"])


def test_pairs_of_the_factors_that_tell_most_come_first():
    draw = np.random.default_rng(0).random((60, 6))
    points = pd.DataFrame(draw, columns=list("abcdef"))
    table = runs(points, {"x": lambda p: p["d"] * 0.6 + p["f"] * 0.4}, seeds=10)
    found = pairs(table, list("abcdef"), 3)
    assert ("d", "f") in found
    assert len(found) == 3
    assert len(pairs(table, list("abcdef"))) == 15


def test_one_factor_is_no_plane():
    with pytest.raises(Unsupported, match="two factors"):
        pairs(runs(grid(a=[0, 1], b=[0]), {"x": lambda p: 0.5}, seeds=2), ["a", "b"])
