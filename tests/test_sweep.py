"""Sweeps: the same table on any number of workers, in any number of sittings."""

from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
import pytest
from command import sim
from conftest import ROOT
from sweeping import SMALL, done, failing, written

from sim import InputError, simulate, simulate_with_agents
from sim.findings import find, read
from sim.outcome import WEEKLY
from sim.parties.families.family import Family
from sim.statistics.intervals import paired_difference
from sim.sweep.doe import design_points, whole_number_fields
from sim.sweep.load import load_sweep
from sim.sweep.plan import Sweep, comparison
from sim.sweep.results import open_sweep, status
from sim.sweep.run import Precision, run_part

SHIPPED = sorted((ROOT / "sweeps").glob("*.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.once
@pytest.mark.longer
def test_shipped_sweeps_load_and_every_point_is_valid(path):
    sweep = load_sweep(path)
    assert len(sweep.points) > 1
    assert sweep.spec.question
    table = run_part(sweep, sweep.parts(0, [len(sweep.points) - 1])[0])
    assert table["error"].isna().all()


def test_the_table_is_that_of_single_runs(small, tmp_path):
    runs, progress, finished = done(small, tmp_path / "out")
    assert finished
    assert progress.done == progress.known == len(runs) == 4 * 2 * 25
    assert runs[["point", "design", "seed"]].equals(
        pd.DataFrame(
            [
                (point, design, seed)
                for point in range(4)
                for design in ("retrofit", "greenfield")
                for seed in range(25)
            ],
            columns=["point", "design", "seed"],
        )
    )
    for row in (runs.iloc[3], runs.iloc[-1]):
        outcome = simulate(small.scenario(row["point"], row["design"], row["seed"]), row["seed"]).outcome
        assert (row["ending"], row["reached"], row["student_weeks"]) == (
            outcome.ending,
            outcome.reached,
            outcome.student_weeks,
        )
        assert row["leadership.communication"] == small.points["leadership.communication"].iloc[row["point"]]


@pytest.mark.longer
def test_threads_and_processes_on_any_number_of_workers_give_the_same_table(small, tmp_path):
    one, _, _ = done(small, tmp_path / "one", workers=1)
    three, _, _ = done(small, tmp_path / "three", workers=3)
    processes, _, _ = done(small, tmp_path / "processes", ProcessPoolExecutor(2))
    pd.testing.assert_frame_equal(one, three, check_exact=True)
    pd.testing.assert_frame_equal(one, processes, check_exact=True)


@pytest.mark.once
def test_every_point_has_its_first_batch_before_any_has_its_second(small):
    first, second = small.parts(0, [0, 1, 2, 3]), small.parts(1, [0, 1, 2, 3])
    assert {point for part in first for point in part.points} == {0, 1, 2, 3}
    assert max(part.name for part in first) < min(part.name for part in second)
    assert [part.seeds for part in small.parts(2, [0])] == [5]
    assert small.parts(3, [0]) == []


def test_a_stopped_sweep_goes_on_to_the_same_table(small, tmp_path):
    whole, _, _ = done(small, tmp_path / "whole")
    stops = iter([False] * 3 + [True] * 100)
    some, _, finished = done(small, tmp_path / "some", workers=1, stop=lambda: next(stops))
    assert not finished
    assert 0 < len(some) < len(whole)
    resumed, _, finished = done(small, tmp_path / "some")
    assert finished
    pd.testing.assert_frame_equal(resumed, whole, check_exact=True)


@pytest.mark.once
def test_damaged_missing_and_foreign_files_are_noticed_and_mended(small, tmp_path):
    whole, _, _ = done(small, tmp_path / "out")
    parts = sorted((tmp_path / "out" / "parts").iterdir())
    parts[0].write_bytes(parts[0].read_bytes()[:100])
    parts[1].unlink()
    (tmp_path / "out" / "parts" / "notes.txt").write_text("mine")
    with (tmp_path / "out" / "log.jsonl").open("a") as log:
        log.write('{"part": "part-000')
    assert status(tmp_path / "out")["damaged"] == 2
    assert len(open_sweep(tmp_path / "out").damaged) == 2
    mended, _, finished = done(small, tmp_path / "out")
    assert finished
    pd.testing.assert_frame_equal(mended, whole, check_exact=True)
    assert (tmp_path / "out" / "parts" / "notes.txt").read_text() == "mine"


@pytest.mark.once
def test_a_run_that_raises_is_recorded_and_the_rest_go_on(small, tmp_path):
    runs, progress, finished = done(small, tmp_path / "out", simulate=failing)
    assert finished
    assert progress.errors == runs["error"].notna().sum() == 4
    assert set(runs.loc[runs["error"].notna(), "error"]) == {"ZeroDivisionError: seven"}
    assert runs["ending"].notna().sum() == len(runs) - 4


class Silent(Family):
    """A family that never speaks."""

    def speak(self) -> None:
        self.next_mobilisation = 0.0


def silent(scenario, seed):
    return simulate_with_agents(scenario, seed, agent_classes={Family: Silent})


@pytest.mark.longer
def test_mesa_models_with_subclassed_agents_run_in_processes(small, tmp_path):
    few = Sweep(
        small.spec.model_copy(update={"replicates": small.spec.replicates.model_copy(update={"count": 3})}),
        small.base,
        small.points,
    )
    runs, _, finished = done(few, tmp_path / "out", ProcessPoolExecutor(2), simulate=silent)
    assert finished
    assert len(runs) == 4 * 2 * 3
    assert (runs["on_record"] == 0).all()


@pytest.mark.parametrize("weekly", ["quantiles", "full"])
@pytest.mark.longer
def test_weekly_curves_are_those_of_the_runs(tmp_path, weekly):
    sweep = load_sweep(written(tmp_path, SMALL + f'[outputs]\nweekly = "{weekly}"\n'))
    done(sweep, tmp_path / "out")
    found = open_sweep(tmp_path / "out").weekly
    runs = [simulate(sweep.scenario(2, "greenfield", seed), seed) for seed in range(25)]
    if weekly == "full":
        mine = found[(found["point"] == 2) & (found["design"] == "greenfield") & (found["seed"] == 7)].set_index("week")
        pd.testing.assert_frame_equal(mine[list(WEEKLY)], runs[7].weekly(), check_exact=True, check_index_type=False)
    else:
        rows = found[
            (found["point"] == 2) & (found["design"] == "greenfield") & (found["column"] == "taking_part")
        ].set_index("week")
        expected = np.median([np.nan_to_num(run.weeks[:, 0]) for run in runs if run.outcome.opened], axis=0)
        assert (rows["median"].to_numpy() == expected).all()
    assert status(tmp_path / "out")["runs"] == 200


@pytest.mark.once
@pytest.mark.longer
def test_weekly_quantiles_take_the_first_seeds_of_a_point_and_say_so(tmp_path, monkeypatch):
    """Memory does not grow with the seeds of a point: quantiles need all values, so their number
    has a cap.
    """
    monkeypatch.setattr("sim.sweep.plan.WEEKLY_SEEDS", 10)
    sweep = load_sweep(written(tmp_path, SMALL + '[outputs]\nweekly = "quantiles"\n'))
    assert {part.seeds for part in sweep.weekly_parts(dict.fromkeys(range(4), 25))} == {10}
    done(sweep, tmp_path / "out")
    evidence = read(tmp_path / "out")
    weekly = evidence.results.weekly
    assert weekly["n"].max() == 10
    runs = [simulate(sweep.scenario(2, "greenfield", seed), seed) for seed in range(10)]
    rows = weekly[(weekly["point"] == 2) & (weekly["design"] == "greenfield") & (weekly["column"] == "taking_part")]
    opened = [np.nan_to_num(run.weeks[:, 0]) for run in runs if run.outcome.opened]
    assert (rows["median"].to_numpy() == np.median(opened, axis=0)).all()
    assert (rows["n"] == len(opened)).all()
    assert len(evidence.results.runs) == 200
    found = find("curves", evidence)
    assert found.tables["curves"]["n"].max() == 4 * 10
    for name, figure in found.figures(evidence).items():
        text = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
        assert "weekly curves: n = 10, the first seeds" in text, name
        assert f"n = {len(evidence.runs)} runs" in text, name


@pytest.mark.once
@pytest.mark.longer
def test_runs_in_full_are_written_for_all_seeds_some_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.sweep.plan.RUNS_PER_PART", 20)
    sweep = load_sweep(written(tmp_path, SMALL + '[outputs]\nweekly = "full"\n'))
    assert {part.seeds for part in sweep.weekly_parts(dict.fromkeys(range(4), 25))} == {10, 5}
    done(sweep, tmp_path / "out")
    seeds = open_sweep(tmp_path / "out").weekly.groupby(["point", "design"])["seed"].nunique()
    assert seeds.tolist() == [25] * 8


@pytest.mark.once
@pytest.mark.longer
def test_a_comparison_is_a_sweep_of_one_point_that_keeps_all_workers_busy(mountain_view, greenfield, tmp_path):
    small = {"population.families": 60, "board.constituency": 60, "horizon.weeks": 30}
    sweep = comparison([mountain_view.revise(small), greenfield.revise(small)], 50, 3)
    rounds = sweep.ahead(0)
    assert sum(len(sweep.parts(number, [0])) for number in rounds) == len(rounds) > 8
    one, progress, finished = done(sweep, tmp_path / "one", workers=1)
    three, _, _ = done(sweep, tmp_path / "three", workers=3)
    assert finished
    assert progress.done == progress.known == 100
    pd.testing.assert_frame_equal(one, three, check_exact=True)
    assert one.groupby("design", sort=False)["seed"].agg(["min", "max"]).to_numpy().tolist() == [[3, 52]] * 2
    pd.testing.assert_frame_equal(open_sweep(tmp_path / "one").weekly, open_sweep(tmp_path / "three").weekly)
    huge = comparison([mountain_view.revise({"population.families": 1_000_000, "board.constituency": 1_000_000})], 50)
    assert huge.spec.replicates.batch == 1


@pytest.mark.once
@pytest.mark.longer
def test_precision_stops_points_one_by_one_and_alike_on_any_number_of_workers(tmp_path):
    text = SMALL.replace(
        "count = 25\nbatch = 10", 'batch = 10\ntarget = "difference"\nhalf_width = 0.12\nby_week = 22\nmost = 200'
    )
    sweep = load_sweep(written(tmp_path, text))
    runs, _, _ = done(sweep, tmp_path / "one", workers=1)
    again, _, _ = done(sweep, tmp_path / "two", workers=2)
    pd.testing.assert_frame_equal(runs, again, check_exact=True)
    seeds = runs.groupby("point")["seed"].nunique()
    assert seeds.min() < 200
    assert (seeds % 10 == 0).all()
    precision = Precision(sweep)
    precision.add(runs)
    assert precision.counts[:, :, 1].sum() == runs["opened"].sum() < len(runs)
    both = runs.pivot(index=["point", "seed"], columns="design", values="opened").all(axis=1)
    assert precision.pairs.sum(axis=1).tolist() == both.groupby("point").sum().tolist()
    for point, count in seeds.items():
        assert count == 200 or precision.half_width(point) <= 0.12


@pytest.mark.once
@pytest.mark.longer
def test_pairing_narrows_the_interval_of_a_difference(tmp_path):
    """Common random numbers, against the same runs paired with those of other seeds: an SD less
    than half as large.
    """
    text = (
        SMALL.replace('"retrofit", "greenfield"', '"retrofit"')
        .replace("levels = [40, 80]", "levels = [200]")
        .replace("[0.1, 0.9]", "[0.3, 0.5]")
    )
    runs, _, _ = done(load_sweep(written(tmp_path, text.replace("count = 25", "count = 400"))), tmp_path / "out")
    weeks = runs.pivot_table(index="seed", columns="point", values="student_weeks")
    paired, unpaired = (weeks[1] - weeks[0]).std(), (weeks[1].to_numpy()[1:] - weeks[0].to_numpy()[:-1]).std()
    assert paired / unpaired < 0.5
    over = (
        runs.assign(over=runs["week_over"] <= 20).pivot_table(index="seed", columns="point", values="over").astype(bool)
    )
    widths = []
    for second in (over[1].to_numpy(), np.roll(over[1].to_numpy(), 1)):
        _, lower, upper = paired_difference(second, over[0].to_numpy())
        widths.append(upper - lower)
    assert widths[0] < 0.95 * widths[1]
    print(
        f"paired to unpaired: SD {paired / unpaired:.2f}, width of the risk difference's interval "
        f"{widths[0] / widths[1]:.2f}"
    )


def test_designs_of_experiments_cover_the_space(tmp_path):
    base = 'scenario = "mountain_view"\ndesigns = ["retrofit"]\n'
    factors = (
        '[[factors]]\nfield = "leadership.training"\nlow = 0.2\nhigh = 0.6\nsteps = 5\n'
        '[[factors]]\nfield = "population.families"\nlow = 50.0\nhigh = 90.0\nsteps = 3\n'
    )
    sizes = {"factorial": 15, "latin_hypercube": 16, "sobol": 16, "saltelli": 16 * 4, "morris": 16 * 3}
    for method, size in sizes.items():
        points = "" if method == "factorial" else "points = 16\n"
        sweep = load_sweep(
            written(tmp_path, f'{base}{factors}[design_of_experiments]\nmethod = "{method}"\n{points}', method)
        )
        assert len(sweep.points) == size, method
        training = sweep.points["leadership.training"]
        assert training.between(0.2, 0.6).all()
        assert training.max() - training.min() > 0.3
        assert sweep.points["population.families"].map(lambda value: float(value).is_integer()).all()
        pd.testing.assert_frame_equal(sweep.points, load_sweep(tmp_path / f"{method}.toml").points)
    (tmp_path / "points.csv").write_text("leadership.training,population.families\n0.1,50\n0.9,60\n")
    sweep = load_sweep(
        written(tmp_path, base + '[design_of_experiments]\nmethod = "list"\nfile = "points.csv"\n', "list")
    )
    assert sweep.points.to_dict("list") == {"leadership.training": [0.1, 0.9], "population.families": [50, 60]}


def test_an_unknown_design_of_experiments_is_refused_and_taken_for_no_other(small, tmp_path):
    unknown = small.spec.design_of_experiments.model_copy(update={"method": "magic", "points": 8})
    with pytest.raises(InputError, match="method = 'magic': accepted: factorial, list, latin_hypercube"):
        design_points(small.spec.model_copy(update={"design_of_experiments": unknown}), tmp_path)


def test_whole_numbers_are_known_by_their_type():
    fields = whole_number_fields()
    assert {"population.families", "design.capacity", "horizon.weeks"} <= fields
    assert fields.isdisjoint({"design.start_weeks", "board.can_suspend", "leadership.training", "name"})


def test_distributions_are_drawn_by_their_quantiles(tmp_path):
    text = (
        'scenario = "mountain_view"\ndesigns = ["retrofit"]\n'
        '[[factors]]\nfield = "population.ses_mean"\ndistribution = "normal"\nparameters = [0.1, 0.3]\n'
        '[[factors]]\nfield = "population.aligned_minority"\ndistribution = "beta"\nparameters = [2.0, 8.0]\n'
        '[[factors]]\nfield = "families.contagion"\ndistribution = "lognormal"\nparameters = [4.0, 0.2]\n'
        '[[factors]]\nfield = "board.doubt"\ndistribution = "triangular"\nparameters = [0.1, 0.3, 0.5]\n'
        '[design_of_experiments]\nmethod = "latin_hypercube"\npoints = 400\n'
    )
    points = load_sweep(written(tmp_path, text)).points
    assert points["population.ses_mean"].mean() == pytest.approx(0.1, abs=0.01)
    assert points["population.ses_mean"].std() == pytest.approx(0.3, abs=0.02)
    assert points["population.aligned_minority"].mean() == pytest.approx(0.2, abs=0.01)
    assert np.log(points["families.contagion"]).std() == pytest.approx(0.2, abs=0.02)
    assert points["board.doubt"].mean() == pytest.approx(0.3, abs=0.01)


BAD = {
    "unknown factor": (
        SMALL.replace("leadership.communication", "leadership.comunication"),
        ["leadership.comunication", "did you mean leadership.communication?"],
    ),
    "value out of range": (
        SMALL.replace("[0.1, 0.9]", "[0.1, 1.9]"),
        ["leadership.communication = 1.9", "a number from 0 to 1", "design point 2"],
    ),
    "contradiction at a point": (
        SMALL.replace("levels = [40]", "levels = [40, 0]").replace(
            "[replicates]", '[[factors]]\nfield = "board.constituency"\nlevels = [50]\n[replicates]'
        ),
        ["board.constituency = 50", "design point"],
    ),
    "empty levels": (
        SMALL.replace("levels = [0.1, 0.9]", "levels = []"),
        ["leadership.communication", "at least one value"],
    ),
    "no replicates": (SMALL.replace("count = 25", "count = 0"), ["replicates.count = 0", "from 1"]),
    "unknown design": (SMALL.replace('"greenfield"', '"bluefield"'), ["bluefield", "accepted"]),
    "unknown method": (
        SMALL + '[design_of_experiments]\nmethod = "magic"\n',
        ["design_of_experiments.method = 'magic'", "factorial | latin_hypercube"],
    ),
    "no points": (SMALL + '[design_of_experiments]\nmethod = "sobol"\n', ["points is missing"]),
    "not a power of two": (
        SMALL + '[design_of_experiments]\nmethod = "sobol"\npoints = 12\n',
        ["points = 12", "a power of two"],
    ),
    "range in a factorial": (
        SMALL.replace("levels = [0.1, 0.9]", "low = 0.1\nhigh = 0.9"),
        ["leadership.communication", "a range with steps"],
    ),
    "upside-down range": (SMALL.replace("levels = [0.1, 0.9]", "low = 0.9\nhigh = 0.1"), ["low below high"]),
    "levels and range": (
        SMALL.replace("levels = [0.1, 0.9]", "levels = [0.1]\nlow = 0.1\nhigh = 0.9"),
        ["one of levels"],
    ),
    "difference of one design": (
        SMALL.replace(', "greenfield"', "").replace("count = 25", 'target = "difference"'),
        ["one design"],
    ),
    "field twice": (SMALL.replace("population.families", "leadership.communication"), ["twice"]),
    "missing list": (
        SMALL + '[design_of_experiments]\nmethod = "list"\nfile = "none.csv"\n',
        ["none.csv", "no such file"],
    ),
    "unknown scenario": (SMALL.replace('"mountain_view"', '"atlantis"'), ["scenario = 'atlantis'"]),
    "unknown field": (SMALL + "[replicas]\ncount = 3\n", ["replicas", "did you mean replicates.count?"]),
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.once
def test_bad_sweeps_are_reported_in_one_line_before_the_first_run(tmp_path, what):
    text, expected = BAD[what]
    with pytest.raises(InputError) as caught:
        load_sweep(written(tmp_path, text))
    message = str(caught.value)
    assert "\n" not in message
    assert "accepted" in message
    for part in expected:
        assert part in message, message


THREE = {
    "of three kinds": (
        SMALL.replace("[0.1, 0.9]", "[0.1, 1.9]")
        .replace('"population.families"', '"population.familes"')
        .replace("count = 25", "count = 0"),
        ["replicates.count = 0", "did you mean population.families?", "leadership.communication = 1.9"],
    ),
    "at design points": (
        SMALL.replace("[0.1, 0.9]", "[0.1, 1.9]").replace("[40, 80]", "[40, -1]").replace("[40]", "[-5]"),
        ["leadership.communication = 1.9", "population.families = -1", "horizon.weeks = -5"],
    ),
    "of designs, parties and points": (
        'module = "no_such_party"\n' + SMALL.replace('"greenfield"', '"bluefield"').replace("[0.1, 0.9]", "[0.1, 1.9]"),
        ["no_such_party", "bluefield"],
    ),
    "in the file's own terms": (
        SMALL.replace("batch", "bacth").replace("levels = [40, 80]", "levels = []").replace("[40]", "[40, 40]"),
        ["replicates.bacth", "levels of 'population.families' are empty", "name 40 twice"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", THREE)
@pytest.mark.once
def test_all_that_is_wrong_with_a_sweep_is_reported_at_once_and_once(tmp_path, what):
    text, expected = THREE[what]
    with pytest.raises(InputError) as caught:
        load_sweep(written(tmp_path, text))
    lines = [str(caught.value), *caught.value.more]
    for part in expected:
        assert len([line for line in lines if part in line]) == 1, lines
    assert len(lines) <= len(expected) + 1
    assert all("small.toml" in line and "accepted" in line for line in lines), lines


def test_seeds_of_a_point_can_be_said_on_the_command_line(tmp_path):
    path = written(tmp_path, SMALL)
    sim("sweep", path, "--replicates", 3, "--out", tmp_path / "out")
    assert len(open_sweep(tmp_path / "out").runs) == 4 * 2 * 3
    sim("sweep", tmp_path / "out", "--resume", "--replicates", 4)
    assert len(open_sweep(tmp_path / "out").runs) == 4 * 2 * 4
    fewer = sim("sweep", tmp_path / "out", "--resume", "--replicates", 2, code=2).stderr
    assert "replicates = 2: accepted: 4 or more" in fewer
    aimed = written(tmp_path, SMALL + 'target = "risk"\n', "aimed")
    assert "precision" in sim("sweep", aimed, "--replicates", 4, "--out", tmp_path / "two", code=2).stderr


def test_a_way_to_run_that_returns_no_run_is_an_error_of_its_rows(small, tmp_path):
    runs, progress, _ = done(small, tmp_path / "out", simulate=lambda scenario, seed: None)
    assert progress.errors == len(runs) == 200
    assert runs["error"].str.contains("simulate returned NoneType; accepted: a sim.Run").all()
