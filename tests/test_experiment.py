"""One way to run: the same table from Python and from the command, on any executor, in memory or in
a folder, and grown or begun at its full size.
"""

import json
import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from command import sim as command

import sim
from sim import InputError, Scenario, simulate_with_agents
from sim.designs import by_default
from sim.draws import draws_named
from sim.statistics import naming
from sim.sweep.local import run_locally
from sim.sweep.samples import SMALL, small_scenarios

SMALL_CASE = Scenario().revise(SMALL)
VARY = {"leadership.communication": [0.1, 0.9]}
BOTH = ["retrofit", "greenfield"]


def small(designs=BOTH, **asked):
    return sim.experiment(SMALL_CASE, designs, **{"vary": VARY, "seeds": 6, **asked})


def rows(results, *by):
    """Runs in an order that does not depend on how design points are numbered."""
    order = [*by, "design", "seed"]
    return results.runs.drop(columns="point").sort_values(order, ignore_index=True)


def last_week(run):
    """Last week that was lived through."""
    return run.weekly().index[-1]


# --- one path ------------------------------------------------------------------------------------


SWEEP = """schema = 2
scenario = "mountain_view"
designs = ["retrofit", "greenfield"]
[[factors]]
field = "leadership.training"
levels = [0.1, 0.9]
[[factors]]
field = "population.families"
levels = [40, 60]
[replicates]
count = 7
"""


def test_a_sweep_file_and_the_same_input_in_python_give_the_same_table(tmp_path):
    (tmp_path / "tiny.toml").write_text(SWEEP)
    assert command("sweep", tmp_path / "tiny.toml", "--out", tmp_path / "out").returncode == 0
    vary = {"leadership.training": [0.1, 0.9], "population.families": [40, 60]}
    found = sim.experiment("mountain_view", BOTH, vary, seeds=7)
    pd.testing.assert_frame_equal(sim.open_results(tmp_path / "out").runs, found.runs, check_exact=True)


@pytest.mark.usefixtures("undrawn")
@pytest.mark.once
@pytest.mark.longer
def test_compare_and_an_experiment_without_designs_ask_the_same(tmp_path):
    assert command("compare", "cheshire", "--replicates", 3, "--out", tmp_path / "out").returncode == 0
    found = sim.experiment("cheshire", seeds=3)
    assert tuple(found.sweep.spec.designs) == by_default()
    pd.testing.assert_frame_equal(sim.open_results(tmp_path / "out").runs, found.runs, check_exact=True)


@pytest.mark.parametrize("parameters", ["posterior", "defaults"])
def test_run_gives_what_the_command_prints(parameters):
    printed = command("run", "mountain_view", "--design", "retrofit", "--seed", 7, "--parameters", parameters, "--json")
    told = json.loads(printed.stdout)
    one = sim.run("mountain_view", "retrofit", 7, parameters=parameters)
    assert one.outcome.as_dict() == told["outcome"]
    assert one.story == "\n".join(told["story"])
    assert one.parameters == told["calibration"]
    assert len(one.weekly) == len(told["weekly"])


def test_one_run_is_a_row_of_the_experiment_and_either_engine_makes_it():
    row = sim.experiment("mountain_view", ["retrofit"], seeds=[7]).runs.iloc[0]
    one = sim.run("mountain_view", "retrofit", 7)
    agents = sim.run("mountain_view", "retrofit", 7, simulate=simulate_with_agents)
    assert one.run == agents.run
    assert (row["ending"], row["gain"]) == (one.outcome.ending, one.outcome.gain)


# --- any executor, memory or a folder ------------------------------------------------------------


@pytest.mark.once
@pytest.mark.longer
def test_threads_processes_and_a_folder_give_the_same(tmp_path):
    whole = small(outcomes={"last_week": (last_week, "weeks")})
    with ThreadPoolExecutor(3) as pool:
        threads = small(outcomes={"last_week": last_week}, executor=pool)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        processes = small(outcomes={"last_week": last_week}, executor=pool, out=tmp_path / "out")
    for other in (threads, processes, sim.open_results(tmp_path / "out")):
        pd.testing.assert_frame_equal(other.runs, whole.runs, check_exact=True)
    assert (whole.runs["last_week"] >= 1).all()


def test_a_dask_client_gives_the_same():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = small(executor=client.get_executor(pure=False))
    pd.testing.assert_frame_equal(found.runs, small().runs, check_exact=True)


def test_what_was_saved_opens_again_and_a_full_folder_is_not_replaced(tmp_path):
    found = small(outcomes={"last_week": (last_week, "weeks", "The last week.")})
    saved = found.save(tmp_path / "saved")
    again = sim.open_results(saved)
    assert again.finished
    pd.testing.assert_frame_equal(again.runs, found.runs, check_exact=True)
    assert again.sweep.outcomes["last_week"].column == ("weeks", "The last week.")
    with pytest.raises(InputError, match="exists"):
        found.save(tmp_path / "saved")
    with pytest.raises(InputError, match="holds the runs already"):
        again.save(tmp_path / "other")


def test_weekly_is_a_row_per_run_and_week():
    found = small(seeds=3)
    weekly = found.weekly
    assert weekly.groupby(["point", "design", "seed"]).ngroups == len(found.runs)
    draws = found.sweep.draws
    for (point, design, seed), own in weekly.groupby(["point", "design", "seed"]):
        scenario = found.sweep.scenario(point, design)
        run = sim.simulate(draws.scenario(scenario, seed), seed)
        columns = list(run.weekly().columns)
        assert np.array_equal(own[columns].to_numpy(float), run.weekly().to_numpy(float), equal_nan=True)
        assert own["week"].tolist() == run.weekly().index.tolist()
        assert own["leadership.communication"].eq(scenario.leadership.communication).all()


# --- growing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["memory", "folder"])
@pytest.mark.once
def test_more_seeds_and_points_keep_what_was_run(where, tmp_path):
    out = tmp_path / "out" if where == "folder" else None
    ran = []

    def counting(scenario, seed):
        ran.append(seed)
        return sim.simulate(scenario, seed)

    found = small(seeds=5, simulate=counting, out=out)
    assert len(ran) == len(found.runs) == 2 * 2 * 5
    more = found.more(seeds=8)
    assert len(ran) == len(more.runs) == 2 * 2 * 8
    most = more.more(points=[{"leadership.communication": 0.5}])
    assert len(ran) == len(most.runs) == 3 * 2 * 8
    assert most.finished
    fresh = small(vary={"leadership.communication": [0.1, 0.9, 0.5]}, seeds=8)
    by = "leadership.communication"
    pd.testing.assert_frame_equal(rows(most, by), rows(fresh, by), check_exact=True)
    if out is not None:
        pd.testing.assert_frame_equal(sim.open_results(out).runs, most.runs, check_exact=True)


@pytest.mark.once
def test_an_experiment_goes_on_in_the_folder_where_it_was_begun(tmp_path):
    out = tmp_path / "out"
    first = small(seeds=4, out=out)
    assert small(seeds=4, out=out).runs.equals(first.runs)
    assert len(small(seeds=9, out=out).runs) == 2 * 2 * 9
    with pytest.raises(InputError, match="replicates = 3: accepted: 9 or more"):
        small(seeds=3, out=out)
    with pytest.raises(InputError, match=r"holds another sweep: draws\.name was posterior and is medoid"):
        small(seeds=9, out=out, parameters="medoid")


@pytest.mark.once
@pytest.mark.longer
def test_the_command_adds_seeds_and_base_points(tmp_path):
    sampled = SWEEP.replace("levels = [0.1, 0.9]", "low = 0.1\nhigh = 0.9").replace(
        "levels = [40, 60]", "low = 40\nhigh = 60"
    )
    sampled += '[design_of_experiments]\nmethod = "sobol"\npoints = 4\n[outputs]\nweekly = "quantiles"\n'
    (tmp_path / "tiny.toml").write_text(sampled)
    out = tmp_path / "out"
    assert command("sweep", tmp_path / "tiny.toml", "--out", out).returncode == 0
    before = sim.open_results(out)
    assert command("sweep", out, "--resume", "--replicates", 9, "--points", 8).returncode == 0
    after = sim.open_results(out)
    assert len(after.runs) == 8 * 2 * 9
    kept = after.runs[(after.runs["point"] < 4) & (after.runs["seed"] < 7)].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, before.runs, check_exact=True)
    assert (
        command("sweep", tmp_path / "tiny.toml", "--out", tmp_path / "all", "--replicates", 9, "--points", 8).returncode
        == 0
    )
    whole = sim.open_results(tmp_path / "all")
    pd.testing.assert_frame_equal(after.runs, whole.runs, check_exact=True)
    pd.testing.assert_frame_equal(after.found.weekly, whole.found.weekly, check_exact=True)


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"seeds": 2}, "replicates = 2: accepted: 5 or more"),
        ({"points": [{"leadership.training": 0.5}]}, "leadership.training: accepted: leadership.communication"),
        ({"points": [{"leadership.communication": 7.0}]}, r"leadership.communication = 7.0: accepted"),
    ],
)
@pytest.mark.once
def test_growth_that_is_none_is_refused(changed, line):
    with pytest.raises(InputError, match=line):
        small(seeds=5).more(**changed)


@pytest.mark.once
def test_listed_seeds_are_those_and_no_more_are_added():
    found = small(seeds=[11, 0, 7])
    assert sorted(found.runs["seed"].unique()) == [0, 7, 11]
    alone = small(seeds=1, first_seed=7).runs
    pd.testing.assert_frame_equal(found.runs[found.runs["seed"] == 7].reset_index(drop=True), alone, check_exact=True)
    with pytest.raises(InputError, match="lists its seeds"):
        found.more(seeds=9)


# --- what is asked for ---------------------------------------------------------------------------


@pytest.mark.once
def test_several_scenarios_stand_in_one_table():
    other = SMALL_CASE.revise({"name": "other", "leadership.training": 0.0})
    found = sim.experiment([SMALL_CASE, other], BOTH, VARY, seeds=3)
    assert found.runs.groupby(["scenario", "leadership.communication"]).size().tolist() == [6, 6, 6, 6]
    alone = sim.experiment(other, BOTH, VARY, seeds=3).runs.drop(columns="point")
    own = found.runs[found.runs["scenario"] == "other"].drop(columns=["point", "scenario"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone, check_exact=True)


@pytest.mark.once
def test_designs_may_be_changes_by_name():
    found = sim.experiment(SMALL_CASE, {"calm": {"leadership.communication": 1.0}, "as_it_is": {}}, seeds=3)
    assert found.runs["design"].unique().tolist() == ["calm", "as_it_is"]
    assert found.sweep.base["calm"].leadership.communication == 1.0


@pytest.mark.once
def test_settings_ranges_and_lists_are_points():
    settings = {"who": {"nobody": {"union.size": 0.0}, "all": {"leadership.training": 0.9, "leadership.vetting": 0.9}}}
    with pytest.raises(InputError, match=r"union\.size"):
        small(vary=settings)
    settings["who"]["nobody"] = {"leadership.training": 0.1}
    assert small(vary=settings, seeds=1).runs["who"].unique().tolist() == ["nobody", "all"]
    drawn = small(vary={"population.ses_mean": sim.between(-1, 1)}, method="latin_hypercube", points=5, seeds=1)
    assert drawn.sweep.points["population.ses_mean"].between(-1, 1).all()
    stepped = small(vary={"leadership.training": sim.between(0.1, 0.5, steps=3)}, seeds=1)
    assert stepped.sweep.points["leadership.training"].tolist() == [0.1, 0.3, 0.5]
    listed = small(vary={}, points=pd.DataFrame({"leadership.training": [0.2, 0.7]}), seeds=1)
    assert listed.runs["leadership.training"].unique().tolist() == [0.2, 0.7]


@pytest.mark.parametrize("method", ["sobol", "saltelli", "morris"])
def test_methods_that_sample_take_base_points(method):
    if method != "sobol":
        pytest.importorskip("SALib")
    found = small(vary={"leadership.training": sim.between(0, 1), **VARY}, method=method, points=2, seeds=1)
    assert len(found.sweep.points) == {"sobol": 2, "saltelli": 8, "morris": 6}[method]


@pytest.mark.once
def test_a_quantity_is_made_precise():
    found = small(until=sim.precision("gain", half_width=1e-4, most=400), vary={})
    for _, own in found.runs[found.runs["opened"] == 1].groupby("design"):
        half = 1.96 * own["gain"].std(ddof=1) / np.sqrt(len(own))
        assert half < 1.1e-4 or len(own) >= 390
    risk = small(until=sim.precision("adapted", by=36, half_width=0.2, of="difference", most=400), vary={})
    assert len(risk.runs) <= 800
    with pytest.raises(InputError, match="quantity = 'luck'"):
        small(until=sim.precision("luck"))


@pytest.mark.once
def test_parameters_are_drawn_from_the_posterior_where_nothing_is_said():
    drawn, defaults = small(), small(parameters=None)
    assert drawn.sweep.draws.name == "posterior"
    assert defaults.sweep.draws is None
    assert not drawn.runs.equals(defaults.runs)
    mine = draws_named("posterior").taken(np.array([3]), "mine")
    assert small(parameters=mine).sweep.spec.parameters == "mine"


@pytest.mark.once
def test_difference_pairs_by_seed_and_counts_schools_that_never_open_where_asked():
    shut = SMALL_CASE.revise({"factors.setting.new_school.opens": 0.5})
    found = sim.experiment(shut, BOTH, seeds=40, parameters="defaults")
    opened = found.difference("weeks_per_100")
    tried = found.difference("weeks_per_100", opened_only=False)
    never = (found.runs["opened"] == 0).groupby(found.runs["seed"]).any().sum()
    assert never > 0
    assert (opened["n"].item(), tried["n"].item()) == (40 - never, 40)
    assert (opened["denominator"].item(), tried["denominator"].item()) == (naming.BOTH, naming.PAIRS)
    wide = found.runs.pivot(index="seed", columns="design", values="weeks_per_100")
    assert tried["difference"].item() == pytest.approx((wide["greenfield"] - wide["retrofit"]).mean())
    risk = found.difference("discontinued", by=20, of="retrofit", to="greenfield")
    assert risk["lower"].item() <= risk["difference"].item() <= risk["upper"].item()


# --- findings ------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.usefixtures("drafts")
@pytest.mark.longer
def test_tables_figures_and_the_report_are_those_of_the_commands(tmp_path):
    found = small(seeds=12)
    saved = found.save(tmp_path / "out")
    assert command("analyse", saved).returncode == 0
    for name in ("risk_by_point", "means", "effects", "not_opened"):
        written = pd.read_parquet(saved / "analysis" / f"{name}.parquet").drop(columns="calibration")
        pd.testing.assert_frame_equal(found.table(name), written, check_dtype=False)
    report = found.report(tmp_path / "mine.html", by=20).read_text()
    assert "by week 20" in report
    assert str(tmp_path) not in report


@pytest.mark.once
@pytest.mark.longer
def test_weekly_curves_are_made_when_a_table_needs_them():
    lean, kept = small(seeds=12), small(seeds=12, weekly="quantiles")
    assert not len(lean.found.weekly)
    pd.testing.assert_frame_equal(lean.table("curves"), kept.table("curves"), check_exact=True)


def test_a_figure_takes_axes_designs_and_facets():
    import matplotlib.pyplot as plt

    found = small(seeds=12)
    figure, axes = plt.subplots(1, 2)
    assert found.plot("risk", ax=list(axes)) is figure
    plt.close(figure)
    assert len(found.plot("risk", designs=["greenfield"]).axes) == 1
    faceted = found.plot("risk", facet="leadership.communication")
    assert len(faceted.axes) == 4
    assert faceted.axes[0].get_title(loc="left").startswith("communication = 0.1")


def test_a_figure_takes_labels_colours_and_a_size():
    found = small(seeds=12)
    labels = {"greenfield": "a new school", "leadership.communication": "what families hear"}
    figure = found.plot("risk", labels=labels, palette=["navy", "#123456"], size=(3.4, 2.0))
    assert figure.get_size_inches().tolist() == [3.4, 2.0]
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["retrofit", "a new school"]
    faceted = found.plot("risk", facet="leadership.communication", labels=labels)
    assert faceted.axes[0].get_title(loc="left").startswith("what families hear = 0.1")
    bars = found.plot("pressure", palette={"greenfield": "navy"}).axes[0].patches
    assert (0.0, 0.0, 128 / 255, 1.0) in {bar.get_facecolor() for bar in bars}
    assert [axes.get_title(loc="left") for axes in found.plot("risk").axes] == ["retrofit", "greenfield"]


def test_facets_keep_the_labels_and_colours_of_designs():
    found = small(seeds=12)
    asked = {"labels": {"greenfield": "a new school"}, "palette": {"greenfield": "#123456"}}
    faceted = found.plot("risk", facet="leadership.communication", **asked)
    assert faceted.axes[1].get_title(loc="left") == "a new school"
    with_bars = found.plot("pressure", facet="leadership.communication", **asked)
    assert "a new school" in [text.get_text() for text in with_bars.legends[0].get_texts()]


def test_facets_of_a_figure_with_blank_panels():
    found = small(seeds=8, designs=["retrofit", "opt_out", "strand", "greenfield"])
    assert len(found.plot("risk", facet="leadership.communication").axes) == 8


def test_a_panel_per_design_on_request():
    found = small(seeds=12)
    assert len(found.plot("adoption").axes) == 3
    assert len(found.plot("adoption", facet="design").axes) == 4


@pytest.mark.parametrize(
    ("ask", "line"),
    [
        (lambda r: r.plot("risk", facet="design"), "accepted: for adoption; other figures have a panel per design"),
        (lambda r: r.plot("risk", labels={"grenfield": "x"}), "did you mean greenfield"),
        (lambda r: r.plot("risk", palette={"retrofit": "nocolour"}), "retrofit = 'nocolour': accepted: a colour"),
        (lambda r: r.plot("risk", palette={"strand": "navy"}), "palette: 'strand': accepted: retrofit, greenfield"),
        (lambda r: r.plot("risk", size=(0, 3)), "accepted: width and height, 1 to 40 inches each"),
        (lambda r: r.table("luck"), "table = 'luck': accepted: "),
        (lambda r: r.plot("luck"), "figure = 'luck': accepted: "),
        (lambda r: r.plot("risk", facet="luck"), "facet = 'luck': accepted: .*leadership.communication"),
        (lambda r: r.table("risk", event="luck"), "event = 'luck'"),
        (lambda r: r.table("risk", by=99), "99: accepted: a week from 1 to 40"),
        (lambda r: r.table("risk", designs=["bluefield"]), "bluefield"),
        (lambda r: r.table("sensitivity"), "sensitivity"),
        (lambda r: r.difference("luck"), "quantity = 'luck'"),
        (lambda r: r.difference(by=99), "by = 99: accepted: a week from 1 to 40"),
        (lambda r: r.difference(of="retrofit", to="retrofit"), "two designs"),
    ],
)
@pytest.mark.once
@pytest.mark.longer
def test_what_there_is_no_answer_to_is_a_line(ask, line):
    with pytest.raises(InputError, match=line) as caught:
        ask(small(seeds=3))
    assert "\n" not in str(caught.value)


# --- columns of one's own ------------------------------------------------------------------------


@pytest.mark.once
def test_a_folder_is_not_grown_by_what_is_refused(tmp_path):
    small(outcomes={"own": lambda run: 1}, out=tmp_path / "out")
    before = (tmp_path / "out" / "manifest.json").read_bytes()
    with pytest.raises(InputError, match="was begun with another model: outcomes"):
        small(outcomes={"own": lambda run: 2}, seeds=9, out=tmp_path / "out")
    with pytest.raises(InputError, match="own: its code is not here"):
        sim.open_results(tmp_path / "out").more(seeds=9)
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before


@pytest.mark.slow
@pytest.mark.xdist_group("swapped")
def test_weekly_tables_are_made_by_the_model_that_made_the_runs_or_not_at_all(tmp_path, swapped):
    found = small(seeds=2, rules=swapped, out=tmp_path / "out")
    assert len(found.weekly)
    with pytest.raises(InputError, match="was begun with another model: simulate"):
        _ = sim.open_results(tmp_path / "out").weekly


@pytest.mark.once
def test_what_grew_leaves_the_smaller_one_as_it_was(tmp_path):
    found = small(seeds=3)
    found.more(seeds=5)
    saved = found.save(tmp_path / "three")
    pd.testing.assert_frame_equal(sim.open_results(saved).runs, found.runs, check_exact=True)


@pytest.mark.once
def test_own_outcomes_that_raise_or_return_no_number_are_errors_of_their_runs():
    def text(run):
        return "late"

    def fails(run):
        raise RuntimeError("no")

    found = small(outcomes={"word": text, "fails": fails}, seeds=1)
    assert found.runs["error"].str.startswith("outcomes: word: TypeError: returned str").all()
    assert small(outcomes={"none": lambda run: None}, seeds=1).runs["none"].isna().all()


@pytest.mark.once
@pytest.mark.longer
def test_own_outcomes_are_in_every_table_by_which_runs_are_compared(tmp_path):
    outcomes = {"last_week": (last_week, "weeks", "Last week lived through.")}
    found = small(vary={}, seeds=12, outcomes=outcomes)
    assert "last_week" in set(found.table("means")["quantity"])
    assert "last_week" in set(found.table("differences")["quantity"])
    saved = found.save(tmp_path / "out")
    assert re.search(r"<td>last.week</td>", found.report(tmp_path / "report.html").read_text())
    assert command("export", saved, "--paper", "--out", tmp_path / "paper").returncode == 0
    assert "last week lived through, weeks" in (tmp_path / "paper" / "means.csv").read_text()
    book = json.loads(command("codebook", saved, "--json").stdout)
    (row,) = [each for each in book if each["table"] == "runs" and each["column"] == "last_week"]
    assert (row["unit"], row["meaning"]) == ("weeks", "Last week lived through.")


@pytest.mark.once
def test_another_function_in_the_same_folder_is_refused(tmp_path):
    small(outcomes={"own": lambda run: 1}, out=tmp_path / "out")
    with pytest.raises(InputError, match="was begun with another model: outcomes"):
        small(outcomes={"own": lambda run: 2}, out=tmp_path / "out")


def test_a_function_that_cannot_be_sent_is_refused_before_the_first_run():
    with ProcessPoolExecutor(1) as pool, pytest.raises(InputError, match="outcomes: own: cannot be sent"):
        small(outcomes={"own": lambda run: 1}, executor=pool)


# --- bad input -----------------------------------------------------------------------------------

BAD = {
    "scenario": ((3,), {}, "scenario = 3: accepted: a file"),
    "no scenario": (([],), {}, "at least one"),
    "unknown scenario": (("atlantis",), {}, "atlantis: no such file"),
    "unknown design": ((SMALL_CASE, ["bluefield"]), {}, "design = 'bluefield': accepted: as_written"),
    "design twice": ((SMALL_CASE, ["retrofit", "retrofit"]), {}, "each once"),
    "scenario twice": (([SMALL_CASE, SMALL_CASE],), {}, "stands there twice"),
    "bare tuple": ((SMALL_CASE, BOTH, {"leadership.training": (0, 1)}), {}, "accepted: a list of levels"),
    "unknown field": ((SMALL_CASE, BOTH, {"leadership.trainin": [1]}), {}, "did you mean leadership.training"),
    "value": ((SMALL_CASE, BOTH, {"leadership.training": [2.0]}), {}, "leadership.training = 2.0: accepted: a number"),
    "no levels": ((SMALL_CASE, BOTH, {"leadership.training": []}), {}, "at least one value"),
    "reversed": ((SMALL_CASE, BOTH, {"leadership.training": sim.between(1, 0)}), {}, "low below high"),
    "method": ((SMALL_CASE,), {"method": "grid"}, "method = 'grid'"),
    "no points": ((SMALL_CASE, BOTH, VARY), {"method": "morris"}, "points is missing"),
    "odd points": ((SMALL_CASE, BOTH, VARY), {"method": "sobol", "points": 3}, "a power of two"),
    "seeds": ((SMALL_CASE,), {"seeds": -1}, "count = -1: accepted: a whole number from 1"),
    "no seeds": ((SMALL_CASE,), {"seeds": []}, r"seeds = \[\]: accepted"),
    "seeds of another kind": ((SMALL_CASE,), {"seeds": "many"}, "seeds = 'many': accepted"),
    "until": ((SMALL_CASE,), {"until": 0.02}, r"until = 0.02: accepted: sim.precision"),
    "parameters": ((SMALL_CASE,), {"parameters": "none.csv"}, "none.csv"),
    "weekly": ((SMALL_CASE,), {"weekly": "daily"}, "weekly = 'daily'"),
    "outcome's name": ((SMALL_CASE,), {"outcomes": {"seed": len}}, "of no other column"),
    "outcome": ((SMALL_CASE,), {"outcomes": {"own": 3}}, "accepted: a function of a run"),
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.once
def test_bad_input_is_a_line_before_the_first_run(what):
    given, options, line = BAD[what]
    with pytest.raises(InputError, match=line) as caught:
        sim.experiment(*given, **options)
    assert "\n" not in str(caught.value)
    assert "accepted" in str(caught.value)


@pytest.mark.once
def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(InputError) as caught:
        small(vary={"leadership.training": (0, 1), "leadership.vetting": "high"})
    assert len((str(caught.value), *caught.value.more)) == 2


@pytest.mark.once
def test_folders_of_a_comparison_open_too(tmp_path):
    from sim.sweep.plan import comparison

    run_locally(comparison(small_scenarios(), 4), tmp_path / "out")
    assert len(sim.open_results(tmp_path / "out").runs) == 8
