"""Boxes: one that was planted is found and holds on held-back points; noise
is not taken for one.
"""

import sys

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from sim.findings.discovery import DENSITY, HAPPENED, NOT, _split, discover, telling
from sim.findings.discovery import figure as discovery_figure
from sim.findings.sensitivity import sensitivity
from sim.io.errors import Unsupported
from sim.statistics.samples import grid, runs

pytestmark = pytest.mark.libraries


def sampled(n=240, seed=0):
    return pd.DataFrame(np.random.default_rng(seed).random((n, 4)), columns=["l.a", "l.b", "l.c", "l.d"])


@pytest.mark.longer
def test_a_planted_box_is_found_and_holds_on_held_back_points():
    table = runs(sampled(), {"x": lambda p: 0.97 if p["l.a"] > 0.6 and p["l.b"] < 0.5 else 0.03}, seeds=20)
    boxes, limits = discover(table, list(sampled().columns))
    box = boxes.set_index("kind").loc["discontinued"]
    assert box["reached"]
    assert box["held_back_density"] > 0.85
    assert box["held_back_density_lower"] < box["held_back_density"] < box["held_back_density_upper"]
    assert box["held_back_coverage"] > 0.7
    ends = limits[limits["kind"] == "discontinued"].set_index("factor")
    assert set(ends.index) == {"l.a", "l.b"}
    assert ends.loc["l.a", "low"] == pytest.approx(0.6, abs=0.06)
    assert ends.loc["l.b", "high"] == pytest.approx(0.5, abs=0.06)
    assert "a is at least 0." in box["words"]


def test_noise_gives_no_box_that_reaches_the_density_on_held_back_points():
    table = runs(sampled(), {"x": lambda p: 0.5}, seeds=20, chance="own")
    boxes, _ = discover(table, list(sampled().columns))
    assert (boxes["held_back_density"] < DENSITY).all()
    assert not boxes["reached"].any()


def test_names_are_reported_by_name():
    points = grid(who=["all", "some"], a=[0.0, 0.25, 0.5, 0.75, 1.0], b=[0.0, 0.5, 1.0])
    table = runs(points, {"x": lambda p: 0.98 if p["who"] == "all" else 0.02}, seeds=20)
    boxes, limits = discover(table, ["who", "a", "b"])
    assert boxes.set_index("kind").loc["discontinued", "words"] == "who is all"
    assert limits.set_index("kind").loc["discontinued", "settings"] == "all"


def test_held_back_points_are_a_fair_sample_of_a_factorial():
    """Points are numbered by level, so that every third one would be one level of a factor with
    three.
    """
    points = grid(a=[0.0, 0.5, 1.0], b=[0.0, 0.5, 1.0], c=[0.0, 0.25, 0.5, 0.75, 1.0], d=[0.0, 0.5, 1.0])
    found, held = _split(runs(points, {"x": lambda p: 0.5}, seeds=2))
    assert set(found["point"]) | set(held["point"]) == set(range(135))
    assert not set(found["point"]) & set(held["point"])
    assert held["point"].nunique() == 45
    for factor in points.columns:
        assert set(held[factor]) == set(points[factor])


@pytest.mark.parametrize(
    ("library", "use"),
    [
        ("SALib.analyze", lambda table: sensitivity(table, ["l.a", "l.b", "l.c", "l.d"], "saltelli")),
        ("ema_workbench.analysis", lambda table: discover(table, ["l.a"])),
    ],
)
def test_a_library_that_is_not_installed_is_reported(library, use, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    table = runs(sampled(30), {"x": lambda p: p["l.a"]}, seeds=5)
    with pytest.raises(Unsupported, match="install the extra 'analysis'"):
        use(table)


def test_a_setting_with_a_comma_in_its_name_stays_one():
    points = grid(
        **{"who chooses": ["all, always", "some", "none"]}, a=list(np.linspace(0, 1, 10)), b=list(np.linspace(0, 1, 5))
    )
    table = runs(points, {"x": lambda p: 0.98 if p["who chooses"] == "all, always" else 0.02}, seeds=20)
    box = discover(table, ["who chooses", "a", "b"])[0].set_index("kind").loc["discontinued"]
    assert box["words"] == "who chooses is all, always"
    assert box["held_back_density"] > 0.9


def test_too_little_to_tell_is_said():
    with pytest.raises(Unsupported, match="20 design points"):
        discover(runs(sampled(10), {"x": lambda p: 0.5}, seeds=5), ["l.a"])
    with pytest.raises(Unsupported, match="nearly all agree"):
        discover(runs(sampled(30), {"x": lambda p: 0.0}, seeds=5), ["l.a"])


def test_an_event_whose_name_begins_with_not_is_no_absence_of_one():
    points = sampled(60)
    table = runs(points, {"x": lambda p: 0.97 if p["l.a"] > 0.5 else 0.03}, seeds=10)
    table["not_renewed"] = table["discontinued"]
    factors = list(points.columns)
    boxes, limits = discover(table, factors, "not_renewed")
    ranges = pd.DataFrame({"factor": factors, "low": 0.0, "high": 1.0})
    axes = discovery_figure(boxes, limits, ranges, "note").axes[0]
    colours = {to_hex(bar.get_facecolor()).upper() for bar in axes.patches}
    assert colours == {HAPPENED, NOT}
    assert len({round(bar.get_y(), 3) for bar in axes.patches}) == len(axes.patches)
    assert "not not" not in axes.get_title(loc="left")


def test_boxes_that_restrict_nothing_are_said_and_not_drawn():
    table = runs(sampled(60), {name: lambda p: 0.5 for name in ("x", "y")}, seeds=10)
    boxes, limits = discover(table, ["l.a"])
    ranges = pd.DataFrame({"factor": ["l.a"], "low": [0.0], "high": [1.0]})
    figure = discovery_figure(boxes, limits.iloc[:0], ranges, "note")
    assert [text.get_text() for text in figure.axes[0].texts]
    assert not figure.axes[0].patches


def test_a_box_that_holds_no_more_than_all_runs_is_not_drawn():
    """Of nothing but chance PRIM finds boxes; on the points held back they are like all others."""
    drawn = 0
    for seed in range(6):
        table = runs(sampled(120, seed), {"x": lambda p: 0.5}, seeds=3)
        table["discontinued"] = (np.random.default_rng(seed).random(len(table)) < 0.3).astype(float)
        boxes, limits = discover(table, list(sampled().columns))
        drawn += len(telling(boxes, limits).drop_duplicates("kind"))
        assert boxes["held_back_overall"].between(0.15, 0.85).all()
    assert drawn <= 2, "of twelve boxes, by intervals of 95%"
