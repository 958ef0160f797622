"""Two sweeps side by side: what differs is named, and by intervals that are right."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from command import sim
from sweeping import SMALL, done, written

from sim import InputError
from sim.diff import changes, diff
from sim.findings import read
from sim.findings.comparison import differences_by_point, differences_by_week
from sim.statistics.intervals import unpaired_difference, unpaired_means
from sim.statistics.quantities import counted, prepared
from sim.statistics.samples import small_sweep
from sim.sweep.load import load_sweep
from sim.sweep.local import run_locally
from sim.sweep.plan import comparison
from sim.sweep.results import open_sweep
from sim.sweep.samples import small_scenarios

pytestmark = pytest.mark.once

FEW = SMALL.replace("count = 25\nbatch = 10", "count = 6\nbatch = 6")
HARSH = {"board.suspend_below": 1.0, "board.patience": 0.0, "leaders.sponsorship": 0.0}


def swept(place, text, name):
    done(load_sweep(written(place, text, name)), place / name)
    return read(place / name)


def compared(place, name, count=12, first_seed=0, **changed):
    scenarios = [each.revise(changed) for each in small_scenarios()]
    run_locally(comparison(scenarios, count, first_seed, weekly="none"), place / name)
    return read(place / name)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("diff")


@pytest.fixture(scope="module")
def base(place):
    return compared(place, "base")


@pytest.fixture(scope="module")
def harsher(place):
    """The same seeds with a board that suspends at once, and nobody who would hold it back."""
    return compared(place, "harsher", **HARSH)


def test_newcombes_interval_of_independent_proportions_is_the_textbooks():
    """Newcombe 1998, Table II, rows (a), (d) and (g): method 10."""
    assert unpaired_difference(56, 70, 48, 80) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert unpaired_difference(5, 56, 0, 29) == pytest.approx((0.0893, -0.0381, 0.1926), abs=5e-5)
    assert unpaired_difference(10, 10, 0, 10) == pytest.approx((1.0, 0.6075, 1.0), abs=5e-5)
    assert unpaired_difference(9, 10, 3, 10) == pytest.approx((0.6, 0.1705, 0.8090), abs=5e-5)
    difference, lower, upper = unpaired_difference(0, 0, 3, 10)
    assert np.isnan(difference)
    assert (lower, upper) == (-1.0, 1.0)


def test_welchs_interval_is_scipys():
    from scipy import stats

    draw = np.random.default_rng(1)
    first, second = draw.normal(1.0, 1.0, 30), draw.normal(0.0, 3.0, 12)
    expected = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    difference, lower, upper = unpaired_means(first, np.append(second, np.nan))
    assert (lower, upper) == pytest.approx((expected.low, expected.high))
    assert difference == pytest.approx(first.mean() - second.mean())
    assert unpaired_means(np.array([1.0]), second)[1:] == (-np.inf, np.inf)
    assert np.isnan(unpaired_means(np.array([]), second)).all()
    assert unpaired_means(np.ones(3), np.zeros(3)) == (1.0, 1.0, 1.0)


def test_a_sweep_does_not_differ_from_itself(base):
    found = diff(base, base)
    assert found.inputs.empty
    assert found.notes == []
    assert found.changes["paired"].all()
    assert not found.changes["changed"].any()
    assert not found.changes["resolved"].any()
    assert (found.changes["a"].fillna(-1.0) == found.changes["b"].fillna(-1.0)).all()


def test_what_differs_is_named_and_paired_by_seed(base, harsher):
    found = diff(base, harsher)
    inputs = found.inputs.set_index("what")
    assert set(inputs.index) == set(HARSH)
    assert inputs.loc["board.suspend_below", "designs"] == "retrofit, greenfield"
    assert inputs.loc["board.suspend_below", "b"] == "1.0"
    assert found.changes["paired"].all()
    # As a comparison of two designs on the same seeds would tell.
    both = [each.results.runs[each.results.runs["design"] == "retrofit"] for each in (base, harsher)]
    pair = pd.concat([both[0].assign(design="a"), both[1].assign(design="b")])
    runs = prepared(pair, 40, 40)
    by_week = differences_by_week(runs, [20, 36, 40]).set_index("week")
    own = found.changes[found.changes["design"] == "retrofit"]
    risks = own[own["quantity"] == "discontinued"].set_index("week")
    assert risks.index.tolist() == [20, 36, 40]
    assert risks["resolved"].any()
    for name in ("difference", "lower", "upper"):
        assert risks[name].to_dict() == by_week[name].to_dict()
    rest = differences_by_point(runs, ["gain", "reached"]).set_index("quantity")
    for name in ("gain", "reached"):
        row = own.set_index("quantity").loc[name]
        assert row["difference"] == pytest.approx(rest.loc[name, "difference"])
        assert row["upper"] == pytest.approx(rest.loc[name, "upper"])
        assert row["a"] == pytest.approx(runs.loc[runs["design"] == "a", name].mean())


def test_other_seeds_are_not_paired(base, place):
    other = compared(place, "other_seeds", 8, 1000)
    found = diff(base, other)
    what = found.inputs.set_index("what")
    assert what.loc["replicates.count", "b"] == "8"
    assert what.loc["replicates.first_seed", "b"] == "1000"
    assert not found.changes["paired"].any()
    assert (found.changes["pairs"] == 0).all()
    rows = found.changes[found.changes["design"] == "retrofit"].set_index(["quantity", "week"])
    one, two = (counted(each.results.runs).query("design == 'retrofit'") for each in (base, other))
    row = rows.loc[("discontinued", 36)]
    counts = [(int((runs["week_over"] <= 36).sum()), len(runs)) for runs in (two, one)]
    assert tuple(row[["difference", "lower", "upper"]]) == unpaired_difference(*counts[0], *counts[1])
    assert tuple(rows.loc[("gain", 40), ["difference", "lower", "upper"]]) == unpaired_means(
        two["gain"].to_numpy(), one["gain"].to_numpy()
    )
    assert (row["n_a"], row["n_b"]) == (12, 8)


def test_points_are_matched_by_their_factors(place):
    """In another order, with one more level, and a factor more that is constant."""
    one = swept(place, FEW, "one")
    text = FEW.replace("[0.1, 0.9]", "[0.9, 0.5, 0.1]").replace(
        "[replicates]", '[[factors]]\nfield = "leadership.training"\nlevels = [0.5]\n[replicates]'
    )
    two = swept(place, text, "two")
    found = diff(one, two)
    points = found.points
    assert len(points) == 4
    for row in points.itertuples():
        for name in ("leadership.communication", "population.families"):
            first, second = one.results.sweep.points[name], two.results.sweep.points[name]
            assert first[row.a_point] == second[row.b_point]
    what = found.inputs.set_index("what")
    assert what.loc["factors.leadership.communication.levels", "b"] == "[0.9, 0.5, 0.1]"
    assert what.loc["factors.leadership.training", "a"] == "none"
    assert what.loc["number_of_points", "b"] == "6"
    own = found.changes[found.changes["point"] == 0]
    runs = open_sweep(place / "two").runs
    there = counted(runs[(runs["point"] == points.loc[0, "b_point"]) & (runs["design"] == "retrofit")])
    assert own[(own["design"] == "retrofit") & (own["quantity"] == "gain")]["b"].item() == pytest.approx(
        there["gain"].mean()
    )


def test_what_cannot_be_compared_is_reported(place, base):
    varied = swept(place, FEW.replace("levels = [40]", "levels = [20]"), "varied")
    reported = diff(base, varied)
    assert reported.changes.empty
    assert "only one varies leadership.communication (B), population.families (B)" in reported.notes[0]
    other = swept(place, FEW.replace("[0.1, 0.9]", "[0.2, 0.8]"), "others")
    assert "have no values in common" in diff(varied, other).notes[0]
    longer = compared(place, "longer", 4, **{"horizon.weeks": 60})
    found = diff(base, longer)
    assert found.inputs.set_index("what").loc["horizon.weeks", "b"] == "60"
    assert set(found.changes["quantity"]) == {"discontinued", "adapted", "restricted_mean_weeks"}
    assert found.changes["week"].max() == 40
    assert "not of the same number of weeks" in found.notes[0]


def test_designs_draws_and_versions_that_differ_are_named(place, base):
    from sim.draws import draws_named

    posterior = draws_named("posterior")
    pairs = [posterior.taken(np.arange(5)), posterior.taken(np.arange(5, 12)).without({"funder.cost"})]
    some = small_scenarios()
    found = []
    for number, draws in enumerate(pairs):
        run_locally(comparison(some[: 2 - number], 3, weekly="none", draws=draws), place / f"drawn_{number}")
        found.append(place / f"drawn_{number}")
    manifest = json.loads((found[1] / "manifest.json").read_text())
    manifest["python"], manifest["libraries"]["numpy"] = "2.7", "0.1"
    (found[1] / "manifest.json").write_text(json.dumps(manifest))
    reported = diff(*map(read, found))
    what = reported.inputs.set_index("what")
    assert what.loc["designs", "b"] == '["retrofit"]'
    assert (what.loc["draws.number", "a"], what.loc["draws.number", "b"]) == ("5", "7")
    assert what.loc["draws.values", "a"] != what.loc["draws.values", "b"]
    assert what.loc["versions.python", "b"] == "2.7"
    assert what.loc["versions.libraries.numpy", "b"] == "0.1"
    assert set(reported.changes["design"]) == {"retrofit"}
    beside = diff(base, read(found[0])).inputs.set_index("what")
    assert beside.loc["parameters", "a"] == "defaults"
    assert beside.loc["draws.number", "a"] == "none"


def test_runs_that_failed_or_did_not_open_are_in_no_pair():
    runs = small_sweep()
    other = runs.assign(
        opened=np.where(runs["seed"] == 3, 0, 1), error=[None if seed != 5 else "no" for seed in runs["seed"]]
    )
    table = changes(runs, other, 108)
    assert table["paired"].all()
    assert (table["pairs"] == 38).all()
    assert (table["n_a"] == 40).all()
    assert (table["n_b"] == 38).all()
    fewer = changes(runs, runs[runs["seed"] != 3], 108)
    assert not fewer["paired"].any()
    closed = changes(runs, runs.assign(opened=0), 108)
    assert closed["difference"].isna().all()
    assert not closed["resolved"].any()


@pytest.mark.slow
def test_the_command_tells_both(base, harsher):
    shown = sim("diff", base.folder, harsher.folder).stdout
    assert "Inputs that differ" in shown
    assert "board.suspend_below" in shown
    assert "paired by seed, because the seeds are the same" in shown
    assert "risk of being discontinued by week" in shown
    assert "differences are resolved" in shown
    reported = json.loads(sim("diff", base.folder, harsher.folder, "--json").stdout)
    assert {row["what"] for row in reported["inputs"]} == set(HARSH)
    assert reported["a"]["folder"] == str(base.folder)
    assert len(reported["results"]) == len(diff(base, harsher).changes)
    same = sim("diff", base.folder, base.folder).stdout
    assert "The inputs are the same." in same
    assert "No value differs in any pair of runs." in same


@pytest.mark.longer
def test_the_command_tells_where_over_many_points(place):
    one = swept(place, FEW, "first")
    text = FEW.replace("count = 6", "count = 5").replace(
        "[replicates]", '[[factors]]\nfield = "design.dose"\nlevels = [0.1]\n[replicates]'
    )
    two = swept(place, text, "second")
    shown = sim("diff", one.folder, two.folder).stdout
    assert "B higher at" in shown
    assert "unpaired, because the seeds differ" in shown
    assert "Design points in both: 4; 4 in A, 4 in B" in shown


def test_a_manifest_nested_too_deep_is_reported(base, tmp_path):
    deep = tmp_path / "deep"
    shutil.copytree(base.folder, deep)
    manifest = json.loads((deep / "manifest.json").read_text())
    nested = 600 * '{"a":' + "1" + 600 * "}"
    text = json.dumps({**manifest, "platform": "DEEP"}).replace('"DEEP"', nested)
    (deep / "manifest.json").write_text(text)
    with pytest.raises(InputError, match="nested too deep; accepted"):
        diff(base, read(deep))


@pytest.mark.slow
def test_bad_folders_are_one_clear_line(base, place, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(base.folder, broken)
    (broken / "manifest.json").write_text("{}")
    for arguments in ([base.folder, "no/such"], [broken, base.folder]):
        refused = sim("diff", *arguments, code=2)
        assert "is not a sweep's folder" in refused.stderr
        assert refused.stderr.count("\n") == 1
        assert refused.stdout == ""
    assert "Missing argument" in sim("diff", base.folder, code=2).stderr


@pytest.mark.longer
def test_levels_typed_and_levels_by_steps_are_the_same_points(place):
    few = "[replicates]\ncount = 2\nbatch = 2\n"
    head = 'scenario = "mountain_view"\ndesigns = ["retrofit"]\n[[factors]]\nfield = "leadership.communication"\n'
    typed = swept(place, f"{head}levels = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]\n{few}", "typed")
    steps = swept(place, f"{head}low = 0.0\nhigh = 1.0\nsteps = 11\n{few}", "steps")
    found = diff(typed, steps)
    assert len(found.points) == 11
    assert not found.changes["changed"].any()
