"""Phase diagrams: cells, surfaces, differences, and what is not known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import qmc

from sim.figures.planes import Diagram
from sim.figures.planes import figure as phase_figure
from sim.findings import Evidence, find, read
from sim.findings.phase import BINS, GRID, axis_cells, pairs, phase, phase_diagram
from sim.io.errors import Unsupported
from sim.kernel.variables import Column
from sim.statistics.factors import labels
from sim.statistics.quantities import Event
from sim.statistics.samples import grid, runs
from sim.statistics.surface import STRIPS, covered, surface
from sim.sweep.samples import small_folder

pytestmark = pytest.mark.libraries

EVENT = Event("discontinued", 108)
FIVE = [0.0, 0.25, 0.5, 0.75, 1.0]
ALONG = np.linspace(0.05, 0.95, 10)
PLACES = np.array([(x, y) for x in ALONG for y in ALONG])
CHANGES = 0.6
"""Where along x the better design changes."""


def where(points, seed=0):
    return qmc.LatinHypercube(2, rng=seed).random(points)


def lived(places, risks, seeds, generator, shared=0.0):
    """Runs as arrays; ``shared``: how much of a seed's chance all points have in common, 0 to 1."""
    point, seed = np.repeat(np.arange(len(places)), seeds), np.tile(np.arange(seeds), len(places))
    chance = (generator.random(seeds)[seed] + (1.0 - shared) * generator.random(len(seed))) % 1.0
    return point, seed, [(chance < risk[point]).astype(float) for risk in risks]


def table(places, risks, seeds=40, seed=0, shared=0.5):
    point, chance, over = lived(places, list(risks.values()), seeds, np.random.default_rng(seed), shared)
    base = {"point": point, "seed": chance, "a": places[point, 0], "b": places[point, 1]}
    return pd.concat(
        [pd.DataFrame({**base, "design": name, "discontinued": each}) for name, each in zip(risks, over, strict=True)],
        ignore_index=True,
    )


def crossing(places):
    """Two designs whose risks cross at ``CHANGES``."""
    return {"x": np.full(len(places), 0.5), "y": 0.5 + 0.6 * (places[:, 0] - CHANGES)}


def test_the_better_design_changes_where_it_was_put():
    points = grid(a=[0.0, 0.5, 1.0], b=[0.0, 1.0])
    table = runs(points, {"x": lambda p: 0.5, "y": lambda p: 0.1 + 0.8 * p["a"]}, seeds=300)
    diagram = phase(table, "a", "b")
    assert len(diagram.levels) == 12
    assert len(diagram.surface) == len(diagram.surface_differences) == 0
    found = diagram.differences.set_index(["x", "y"])
    assert found.loc[(0.0, 0.0), "difference"] < 0 < found.loc[(1.0, 0.0), "difference"]
    assert found.loc[(0.0, 0.0), "resolved"]
    assert not found.loc[(0.5, 1.0), "resolved"]
    assert found.loc[(0.0, 1.0), "lower"] < -0.4 < found.loc[(0.0, 1.0), "upper"]


def test_other_factors_are_averaged_and_their_spread_is_reported():
    table = runs(grid(a=[0, 1], b=[0, 1], c=[0, 1]), {"x": lambda p: 0.1 + 0.8 * p["c"]}, seeds=200)
    levels, gaps, *_ = phase(table, "a", "b")
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


@pytest.mark.parametrize(
    ("kind", "shared", "sweeps", "least"),
    [
        ("proportion", 0.0, 20, 0.9),
        ("difference", 0.7, 20, 0.9),
        pytest.param("proportion", 0.0, 200, 0.93, marks=pytest.mark.slow),
        pytest.param("proportion", 0.7, 200, 0.93, marks=pytest.mark.slow),
        pytest.param("difference", 0.7, 200, 0.93, marks=pytest.mark.slow),
    ],
)
def test_intervals_of_a_surface_hold_the_truth_as_often_as_they_say(kind, shared, sweeps, least):
    """Over many synthetic sweeps of a known surface; one factor that is not shown adds scatter."""

    def truth(places):
        risk = 0.15 + 0.5 / (1 + np.exp(-8 * (places[:, 0] - 0.5))) + 0.2 * places[:, 1]
        return risk if kind == "proportion" else risk - 0.4

    held = []
    for sweep in range(sweeps):
        generator = np.random.default_rng(sweep)
        places = where(60, sweep)
        scatter = 0.1 * generator.uniform(-1, 1, len(places))
        first, second = truth(places) + 0.4 * (kind == "difference") + scatter, np.full(len(places), 0.4)
        point, seed, (one, two) = lived(places, [first, second], 40, generator, shared)
        values = one if kind == "proportion" else one - two
        _, lower, upper = surface(values, point, seed, places[point], PLACES, kind)
        held.append(((lower <= truth(PLACES)) & (truth(PLACES) <= upper)).mean())
    assert least <= np.mean(held) <= 0.99


def test_rare_events_do_not_draw_the_surface_down():
    """Weights that went with the outcome would give most to points at which nothing happened."""
    found = []
    for sweep in range(8):
        point, seed, (over,) = lived(where(150, sweep), [np.full(150, 0.06)], 20, np.random.default_rng(sweep))
        found.append(surface(over, point, seed, where(150, sweep)[point], PLACES, "proportion")[0].mean())
    assert np.mean(found) == pytest.approx(0.06, abs=0.008)


def test_more_places_than_a_fit_takes_are_gathered_and_tell_the_same():
    places = where(3 * STRIPS**2)
    point, seed, (over,) = lived(places, [0.2 + 0.6 * places[:, 0]], 20, np.random.default_rng(0))
    mean, lower, upper = surface(over, point, seed, places[point], PLACES, "proportion")
    assert mean == pytest.approx(0.2 + 0.6 * PLACES[:, 0], abs=0.04)
    assert (upper - lower < 0.1).all()


def test_the_same_data_give_the_same_surface_to_the_bit():
    places = where(50)
    first, second = (phase(table(places, crossing(places)), "a", "b") for _ in range(2))
    for one, two in zip(first, second, strict=True):
        pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_the_line_of_no_difference_is_open_and_far_from_it_is_known():
    line, missed = [], []
    for sweep in range(5):
        places = where(60, sweep)
        gaps = phase(table(places, crossing(places), 60, sweep), "a", "b").surface_differences
        near = gaps[(gaps["x"] - CHANGES).abs() < 0.5 / GRID]
        line.append((~near["resolved"]).mean())
        far = gaps[gaps["x"] < 0.15]
        missed.append((far["resolved"] & (far["difference"] < 0)).mean())
    assert np.mean(line) > 0.9
    assert np.mean(missed) > 0.95


@pytest.mark.parametrize("sweeps", [8, pytest.param(100, marks=pytest.mark.slow)])
def test_pure_noise_is_open_and_has_no_line(sweeps):
    """Each interval is at 95%: a few sweeps in a hundred have a line by chance."""
    lines = 0
    for sweep in range(sweeps):
        generator, places = np.random.default_rng(sweep), where(60, sweep)
        point, seed, (one,) = lived(places, [np.full(60, 0.4)], 30, generator)
        _, _, (two,) = lived(places, [np.full(60, 0.4)], 30, generator)
        mean, lower, upper = surface(one - two, point, seed, places[point], PLACES, "difference")
        assert (lower < mean).all()
        lines += bool(((lower > 0) | (upper < 0)).any())
    assert lines <= 0.12 * sweeps


def test_what_is_all_open_has_no_line():
    places = np.array([(x, y) for x in FIVE for y in FIVE])
    same = {"x": np.full(25, 0.4), "y": np.full(25, 0.4)}
    made = table(places, same, 30, shared=0.0)
    own = np.random.default_rng(1).random(len(made)) < 0.4
    noise = made.assign(discontinued=np.where(made["design"] == "y", own, made["discontinued"]))
    assert not phase(noise, "a", "b").surface_differences["resolved"].any()
    for each in (noise, made):
        assert contours(phase_figure(phase(each, "a", "b"), "A sample.", EVENT)) == []


def contours(figure):
    """Lines, not hatches, that are drawn in the panels of a figure."""
    return [
        each
        for axes in figure.axes
        for each in axes.collections
        if hasattr(each, "levels") and not each.filled and any(len(path.vertices) for path in each.get_paths())
    ]


def test_edges_of_what_is_known_are_drawn_on_both_sides_of_what_is_open():
    places = np.array([(x, y) for x in FIVE for y in FIVE])
    diagram = phase(table(places, crossing(places), 300), "a", "b")
    (line,) = contours(phase_figure(diagram, "A sample.", EVENT))
    below, above = sorted(part[:, 0].mean() for part in line.allsegs[0])
    assert below < CHANGES < above


def test_cells_known_to_differ_in_sign_have_a_line_between_them_and_no_others():
    points = grid(a=[0.0, 0.5, 1.0], b=[0.0, 1.0])
    apart = runs(points, {"x": lambda p: 0.5, "y": lambda p: 0.9 if p["a"] == 1.0 else 0.1}, seeds=300)
    over = runs(points, {"x": lambda p: 0.5, "y": lambda p: 0.1 + 0.8 * p["a"]}, seeds=300)
    lines = {
        name: [line for axes in phase_figure(phase(made, "a", "b"), "A sample.", EVENT).axes for line in axes.lines]
        for name, made in (("apart", apart), ("over", over))
    }
    assert {tuple(line.get_xdata()) for line in lines["apart"]} == {(1.5, 1.5)}
    assert len(lines["over"]) == 0


def test_nothing_is_reported_far_from_all_points():
    left = np.array([(x, y) for x in np.linspace(0, 0.3, 5) for y in FIVE])
    assert not covered(left, np.array([[0.5, 0.5], [1.0, 1.0]])).any()
    frame = np.array([(x, y) for x in FIVE for y in FIVE if x in (0.0, 1.0) or y in (0.0, 1.0)])
    assert covered(frame, np.array([[0.5, 0.5], [0.1, 0.5]])).tolist() == [False, True]


def test_points_that_leave_the_plane_empty_are_refused_in_one_sentence():
    line = np.column_stack([np.linspace(0, 1, 30)] * 2)
    with pytest.raises(
        Unsupported, match="leave part of the plane empty; accepted: the methods factorial, latin_hyper"
    ):
        phase(table(line, crossing(line), 5), "a", "b")
    corner = runs(pd.DataFrame({"a": [0, 0, 1], "b": [0, 1, 0]}), {"x": lambda p: 0.5}, seeds=5)
    with pytest.raises(Unsupported, match="of a and b cannot be drawn"):
        phase(corner, "a", "b")


def test_few_points_over_names_get_fewer_cells_and_none_is_empty():
    points = pd.DataFrame({"a": where(24)[:, 0], "b": [f"name {k % 3}" for k in range(24)]})
    levels = phase(runs(points, {"x": lambda p: 0.5}, seeds=5), "a", "b").levels
    across = levels["x"].nunique()
    assert 2 <= across < BINS
    assert len(levels) == 3 * across


def test_a_figure_is_drawn_of_its_tables_as_they_are_written():
    """Places of several diagrams share a column, so that numbers are held as texts."""
    places = np.array([(x, y) for x in FIVE for y in FIVE[:3]])
    made = phase(table(places, crossing(places)), "a", "b")
    texts = Diagram(*(each.astype({"x": str, "y": str}) for each in made[:2]), *made[2:])
    both = [phase_figure(each, "A sample.", EVENT) for each in (made, texts)]
    first, second = ([axes.collections[0].get_array() for axes in figure.axes[:3]] for figure in both)
    for one, two in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, two)


def test_axes_are_labelled_in_the_inputs_words_and_units():
    inputs = {"a": Column("weeks", "Length of a run."), "b": Column("-", "Who decides; default the district.")}
    made = phase(runs(grid(a=[1, 2], b=["x", "y"]), {"x": lambda p: 0.5}, seeds=5), "a", "b")
    figure = phase_figure(made, "A sample.", EVENT, labels(inputs, inputs))
    assert figure.get_supxlabel() == "a (weeks): length of a run"
    assert figure.get_supylabel() == "b: who decides"


def test_long_labels_are_wrapped_and_cut():
    label = labels(["a"], {"a": Column("dollars per student and year", "What it costs " * 20)})["a"]
    lines = label.axis(30).splitlines()
    assert len(lines) == 3
    assert max(map(len, lines)) <= 30
    assert lines[-1].endswith("...")


def test_morris_is_refused_asked_or_not(monkeypatch):
    monkeypatch.setattr(Evidence, "method", "morris")
    evidence = read(small_folder(factorial=True))
    asked = [
        lambda: find("phase", evidence),
        lambda: phase_diagram(evidence, "leadership.training", "leadership.vetting"),
    ]
    for made in asked:
        with pytest.raises(Unsupported, match="Morris design lie on trajectories") as reported:
            made()
        assert all(method in str(reported.value) for method in ("factorial", "latin_hypercube", "sobol", "saltelli"))


def three(risks=(0.8, 0.5, 0.2), seeds=30):
    places = grid(a=[0.0, 1.0], b=[0.0, 1.0])
    return runs(places, {name: lambda p, risk=risk: risk for name, risk in zip("xyz", risks, strict=True)}, seeds=seeds)


def test_the_best_design_of_a_cell_and_how_far_it_is_from_the_next():
    best = phase(three(), "a", "b").best
    assert set(best["design"]) == {"z"}
    assert set(best["baseline"]) == {"y"}
    assert best["resolved"].all()
    assert (best["difference"] < 0).all()
    assert len(phase(three().query("design != 'x'"), "a", "b").best) == 0, "two designs have their difference"


def test_a_cell_in_which_one_design_opened_has_no_best_and_the_others_have():
    table = three()
    left = phase(table[(table["point"] > 0) | (table["design"] == "x")], "a", "b")
    assert len(left.best) == 3
    assert len(left.levels) == 10


def test_a_best_design_that_is_worse_on_common_seeds_is_not_resolved():
    """Designs that open on different seeds are ranked by means over different seeds."""
    table = three((0.9, 0.5, 0.5), 60)
    one, other = table["design"] == "y", table["design"] == "z"
    common = table["seed"] < 20
    table.loc[one, "discontinued"] = np.where(common[one], 0.0, 1.0)
    table.loc[other, "discontinued"] = np.where(common[other], 0.5 + 0.5 * (table.loc[other, "seed"] % 2), 0.0)
    table = table[~(one & (table["seed"] >= 40)) & ~(other & (table["seed"] >= 20) & (table["seed"] < 40))]
    best = phase(table, "a", "b").best
    assert (best["design"] == "z").all()
    assert (best["difference"] > 0).all()
    assert not best["resolved"].any()
