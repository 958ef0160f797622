"""Sweeps: the same table on any number of workers, in any number of sittings."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from sim import InputError, open_sweep, simulate, simulate_with_agents
from sim.agents import Family
from sim.analysis.intervals import paired_difference
from sim.outcome import WEEKLY
from sim.sweep.folder import SweepFolder
from sim.sweep.plan import Sweep, load_sweep
from sim.sweep.results import status
from sim.sweep.run import Precision, Progress, run_part, run_sweep

SHIPPED = sorted((ROOT / "sweeps").glob("*.toml"))

SMALL = """
scenario = "mountain_view"
designs = ["retrofit", "greenfield"]
[[factors]]
field = "leadership.communication"
levels = [0.1, 0.9]
[[factors]]
field = "population.families"
levels = [40, 80]
[[factors]]
field = "horizon.weeks"
levels = [40]
[replicates]
count = 25
batch = 10
"""


def written(tmp_path: Path, text: str, name: str = "small") -> Path:
    path = tmp_path / f"{name}.toml"
    path.write_text(text)
    return path


def done(sweep: Sweep, path: Path, executor=None, workers=2, **options) -> tuple[pd.DataFrame, Progress, bool]:
    folder = SweepFolder(path)
    if not folder.manifest_path.exists():
        folder.create(sweep)
    with executor or ThreadPoolExecutor(workers) as pool, folder.hold():
        progress, finished = run_sweep(sweep, folder, pool, workers, **options)
    return open_sweep(path).runs, progress, finished


@pytest.fixture
def small(tmp_path) -> Sweep:
    return load_sweep(written(tmp_path, SMALL))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
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
            [(point, design, seed) for point in range(4) for design in ("retrofit", "greenfield") for seed in range(25)],
            columns=["point", "design", "seed"],
        )
    )
    for row in (runs.iloc[3], runs.iloc[-1]):
        outcome = simulate(small.scenario(row["point"], row["design"]), row["seed"]).outcome
        assert (row["ending"], row["reached"], row["student_weeks"]) == (outcome.ending, outcome.reached, outcome.student_weeks)
        assert row["leadership.communication"] == small.points["leadership.communication"].iloc[row["point"]]


def test_threads_and_processes_on_any_number_of_workers_give_the_same_table(small, tmp_path):
    one, _, _ = done(small, tmp_path / "one", workers=1)
    three, _, _ = done(small, tmp_path / "three", workers=3)
    processes, _, _ = done(small, tmp_path / "processes", ProcessPoolExecutor(2))
    pd.testing.assert_frame_equal(one, three, check_exact=True)
    pd.testing.assert_frame_equal(one, processes, check_exact=True)


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


def failing(scenario, seed):
    if seed == 7 and scenario.population.families == 40:
        raise ZeroDivisionError("seven")
    return simulate(scenario, seed)


def test_a_run_that_raises_is_recorded_and_the_rest_go_on(small, tmp_path):
    runs, progress, finished = done(small, tmp_path / "out", simulate=failing)
    assert finished
    assert progress.errors == runs["error"].notna().sum() == 4
    assert set(runs.loc[runs["error"].notna(), "error"]) == {"ZeroDivisionError: seven"}
    assert runs["ending"].notna().sum() == len(runs) - 4


def test_the_command_tells_errors_by_its_exit_code(small, tmp_path):
    done(small, tmp_path / "out", simulate=failing)
    assert "4 with an error" in sim("sweep", tmp_path / "out", "--resume", code=1).stdout


class Silent(Family):
    """A family that never speaks."""

    def speak(self) -> None:
        self.next_heat = 0.0


def silent(scenario, seed):
    return simulate_with_agents(scenario, seed, agent_classes={Family: Silent})


def test_mesa_models_with_subclassed_agents_run_in_processes(small, tmp_path):
    few = Sweep(
        small.spec.model_copy(update={"replicates": small.spec.replicates.model_copy(update={"count": 3})}), small.base, small.points
    )
    runs, _, finished = done(few, tmp_path / "out", ProcessPoolExecutor(2), simulate=silent)
    assert finished
    assert len(runs) == 4 * 2 * 3
    assert (runs["on_record"] == 0).all()


@pytest.mark.parametrize("weekly", ["quantiles", "full"])
def test_weekly_curves_are_those_of_the_runs(tmp_path, weekly):
    sweep = load_sweep(written(tmp_path, SMALL + f'[outputs]\nweekly = "{weekly}"\n'))
    done(sweep, tmp_path / "out")
    found = open_sweep(tmp_path / "out").weekly
    runs = [simulate(sweep.scenario(2, "greenfield"), seed) for seed in range(25)]
    if weekly == "full":
        mine = found[(found["point"] == 2) & (found["design"] == "greenfield") & (found["seed"] == 7)].set_index("week")
        pd.testing.assert_frame_equal(mine[list(WEEKLY)], runs[7].weekly(), check_exact=True, check_index_type=False)
    else:
        rows = found[(found["point"] == 2) & (found["design"] == "greenfield") & (found["column"] == "taking_part")].set_index("week")
        expected = np.median([np.nan_to_num(run.weeks[:, 0]) for run in runs], axis=0)
        assert (rows["median"].to_numpy() == expected).all()
    assert status(tmp_path / "out")["runs"] == 200


def test_precision_stops_points_one_by_one_and_alike_on_any_number_of_workers(tmp_path):
    text = SMALL.replace("count = 25\nbatch = 10", 'batch = 10\ntarget = "difference"\nhalf_width = 0.12\nby_week = 22\nmost = 200')
    sweep = load_sweep(written(tmp_path, text))
    runs, _, _ = done(sweep, tmp_path / "one", workers=1)
    again, _, _ = done(sweep, tmp_path / "two", workers=2)
    pd.testing.assert_frame_equal(runs, again, check_exact=True)
    seeds = runs.groupby("point")["seed"].nunique()
    assert seeds.min() < 200
    assert (seeds % 10 == 0).all()
    precision = Precision(sweep)
    precision.add(runs[["point", "design", "seed", "week", "error"]])
    for point, count in seeds.items():
        assert count == 200 or precision.half_width(point) <= 0.12


def test_pairing_narrows_the_interval_of_a_difference(tmp_path):
    """Common random numbers, against the same runs paired with those of other seeds: an SD less than half as large."""
    text = (
        SMALL.replace('"retrofit", "greenfield"', '"retrofit"')
        .replace("levels = [40, 80]", "levels = [200]")
        .replace("[0.1, 0.9]", "[0.3, 0.5]")
    )
    runs, _, _ = done(load_sweep(written(tmp_path, text.replace("count = 25", "count = 400"))), tmp_path / "out")
    weeks = runs.pivot_table(index="seed", columns="point", values="student_weeks")
    paired, unpaired = (weeks[1] - weeks[0]).std(), (weeks[1].to_numpy()[1:] - weeks[0].to_numpy()[:-1]).std()
    assert paired / unpaired < 0.5
    ended = runs.assign(ended=runs["week"] <= 20).pivot_table(index="seed", columns="point", values="ended").astype(bool)
    widths = []
    for second in (ended[1].to_numpy(), np.roll(ended[1].to_numpy(), 1)):
        _, lower, upper = paired_difference(second, ended[0].to_numpy())
        widths.append(upper - lower)
    assert widths[0] < 0.95 * widths[1]
    print(f"paired to unpaired: SD {paired / unpaired:.2f}, width of the risk difference's interval {widths[0] / widths[1]:.2f}")


def test_designs_of_experiments_cover_the_space(tmp_path):
    base = 'scenario = "mountain_view"\ndesigns = ["retrofit"]\n'
    factors = (
        '[[factors]]\nfield = "leadership.training"\nlow = 0.2\nhigh = 0.6\nsteps = 5\n'
        '[[factors]]\nfield = "population.families"\nlow = 50.0\nhigh = 90.0\nsteps = 3\n'
    )
    sizes = {"factorial": 15, "latin_hypercube": 16, "sobol": 16, "saltelli": 16 * 4, "morris": 16 * 3}
    for method, size in sizes.items():
        points = "" if method == "factorial" else "points = 16\n"
        sweep = load_sweep(written(tmp_path, f'{base}{factors}[design_of_experiments]\nmethod = "{method}"\n{points}', method))
        assert len(sweep.points) == size, method
        training = sweep.points["leadership.training"]
        assert training.between(0.2, 0.6).all()
        assert training.max() - training.min() > 0.3
        assert sweep.points["population.families"].map(lambda value: float(value).is_integer()).all()
        pd.testing.assert_frame_equal(sweep.points, load_sweep(tmp_path / f"{method}.toml").points)
    (tmp_path / "points.csv").write_text("leadership.training,population.families\n0.1,50\n0.9,60\n")
    sweep = load_sweep(written(tmp_path, base + '[design_of_experiments]\nmethod = "list"\nfile = "points.csv"\n', "list"))
    assert sweep.points.to_dict("list") == {"leadership.training": [0.1, 0.9], "population.families": [50, 60]}


def test_distributions_are_drawn_by_their_quantiles(tmp_path):
    text = (
        'scenario = "mountain_view"\ndesigns = ["retrofit"]\n'
        '[[factors]]\nfield = "population.ses_mean"\ndistribution = "normal"\nparameters = [0.1, 0.3]\n'
        '[[factors]]\nfield = "population.aligned_minority"\ndistribution = "beta"\nparameters = [2.0, 8.0]\n'
        '[[factors]]\nfield = "family.contagion"\ndistribution = "lognormal"\nparameters = [4.0, 0.2]\n'
        '[[factors]]\nfield = "board.drain"\ndistribution = "triangular"\nparameters = [0.1, 0.3, 0.5]\n'
        '[design_of_experiments]\nmethod = "latin_hypercube"\npoints = 400\n'
    )
    points = load_sweep(written(tmp_path, text)).points
    assert points["population.ses_mean"].mean() == pytest.approx(0.1, abs=0.01)
    assert points["population.ses_mean"].std() == pytest.approx(0.3, abs=0.02)
    assert points["population.aligned_minority"].mean() == pytest.approx(0.2, abs=0.01)
    assert np.log(points["family.contagion"]).std() == pytest.approx(0.2, abs=0.02)
    assert points["board.drain"].mean() == pytest.approx(0.3, abs=0.01)


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
    "empty levels": (SMALL.replace("levels = [0.1, 0.9]", "levels = []"), ["leadership.communication", "at least one value"]),
    "no replicates": (SMALL.replace("count = 25", "count = 0"), ["replicates.count = 0", "from 1"]),
    "unknown design": (SMALL.replace('"greenfield"', '"bluefield"'), ["bluefield", "accepted"]),
    "unknown method": (
        SMALL + '[design_of_experiments]\nmethod = "magic"\n',
        ["design_of_experiments.method = 'magic'", "factorial | latin_hypercube"],
    ),
    "no points": (SMALL + '[design_of_experiments]\nmethod = "sobol"\n', ["points is missing"]),
    "not a power of two": (SMALL + '[design_of_experiments]\nmethod = "sobol"\npoints = 12\n', ["points = 12", "a power of two"]),
    "range in a factorial": (
        SMALL.replace("levels = [0.1, 0.9]", "low = 0.1\nhigh = 0.9"),
        ["leadership.communication", "a range with steps"],
    ),
    "upside-down range": (SMALL.replace("levels = [0.1, 0.9]", "low = 0.9\nhigh = 0.1"), ["low below high"]),
    "levels and range": (SMALL.replace("levels = [0.1, 0.9]", "levels = [0.1]\nlow = 0.1\nhigh = 0.9"), ["one of levels"]),
    "difference of one design": (SMALL.replace(', "greenfield"', "").replace("count = 25", 'target = "difference"'), ["one design"]),
    "field twice": (SMALL.replace("population.families", "leadership.communication"), ["twice"]),
    "missing list": (SMALL + '[design_of_experiments]\nmethod = "list"\nfile = "none.csv"\n', ["none.csv", "no such file"]),
    "unknown scenario": (SMALL.replace('"mountain_view"', '"atlantis"'), ["scenario = 'atlantis'"]),
    "unknown field": (SMALL + "[replicas]\ncount = 3\n", ["replicas", "did you mean replicates?"]),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_sweeps_are_told_in_one_line_before_the_first_run(tmp_path, what):
    text, expected = BAD[what]
    with pytest.raises(InputError) as caught:
        load_sweep(written(tmp_path, text))
    message = str(caught.value)
    assert "\n" not in message
    assert "accepted" in message
    for part in expected:
        assert part in message, message


def sim(*arguments: object, code: int = 0) -> subprocess.CompletedProcess:
    finished = subprocess.run(
        [sys.executable, "-m", "sim", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert finished.returncode == code, finished.stderr
    assert "Traceback" not in finished.stderr
    return finished


def test_the_command_runs_resumes_and_exports(tmp_path):
    path, out = written(tmp_path, SMALL), tmp_path / "out"
    assert "up to 200 runs" in sim("sweep", path, "--dry-run").stdout
    assert "200 runs, 0 with an error" in sim("sweep", path, "--out", out).stdout
    assert "200 of at most 200 runs" in sim("status", out).stdout
    assert json.loads(sim("status", out, "--json").stdout)["runs"] == 200
    csv = sim("export", out).stdout
    assert len(csv.splitlines()) == 201
    sim("export", out, "--to", "parquet", "--file", tmp_path / "runs.parquet")
    assert len(pd.read_parquet(tmp_path / "runs.parquet")) == 200
    sim("sweep", out, "--resume")
    assert sim("export", out).stdout == csv
    manifest = json.loads((out / "manifest.json").read_text())
    assert (manifest["finished"], manifest["runs"], manifest["errors"]) == (True, 200, 0)
    assert manifest["written"] <= manifest["ended"]
    assert "exists" in sim("sweep", path, "--out", out, code=2).stderr
    other = written(tmp_path, SMALL.replace("count = 25", "count = 26"), "other")
    assert "spec.name was small and is other" in sim("sweep", other, "--out", out, "--resume", code=2).stderr
    assert "is not a sweep's folder" in sim("status", tmp_path, code=2).stderr
    assert "--to = 'xml'" in sim("export", out, "--to", "xml", code=2).stderr
    huge = written(tmp_path, SMALL.replace("count = 25", "count = 10000000"), "huge")
    assert "--yes" in sim("sweep", huge, "--out", tmp_path / "huge", code=2).stderr
    assert "--out is missing" in sim("sweep", path, code=2).stderr


def test_a_second_sweep_on_the_same_folder_is_refused(small, tmp_path):
    folder = SweepFolder(tmp_path / "out")
    folder.create(small)
    with folder.hold():
        assert "another sweep is writing" in sim("sweep", tmp_path / "out", "--resume", code=2).stderr


def test_a_full_disk_keeps_finished_parts_and_resumes(small, tmp_path, monkeypatch):
    import sim.sweep.folder as module

    whole, _, _ = done(small, tmp_path / "whole")
    real, count = module.write_whole, [0]

    def full(path, content):
        count[0] += 1
        if count[0] > 5:
            raise OSError(28, "No space left on device")
        real(path, content)

    monkeypatch.setattr(module, "write_whole", full)
    with pytest.raises(OSError, match="No space left"):
        done(small, tmp_path / "out")
    monkeypatch.setattr(module, "write_whole", real)
    assert 0 < len(open_sweep(tmp_path / "out").runs) < len(whole)
    resumed, _, _ = done(small, tmp_path / "out")
    pd.testing.assert_frame_equal(resumed, whole, check_exact=True)


def interrupted(arguments: list[str], signals: int) -> tuple[int, str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stderr is not None
    process.stderr.readline()
    for _ in range(signals):
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
    _, stderr = process.communicate(timeout=120)
    assert "Traceback" not in stderr
    return process.returncode, stderr


def test_an_interrupt_finishes_the_parts_under_way_and_a_second_one_stops_now(tmp_path):
    text = SMALL.replace("levels = [40, 80]", "levels = [900]").replace("count = 25", "count = 20000").replace("batch = 10", "batch = 400")
    path, out = written(tmp_path, text), tmp_path / "out"
    code, told = interrupted(["sweep", str(path), "--out", str(out)], 1)
    assert code == 130
    assert "finishing the parts under way" in told
    assert "--resume" in told
    first = status(out)
    assert first["runs"] > 0
    assert first["damaged"] == 0
    code, told = interrupted(["sweep", str(out), "--resume"], 2)
    # The second may meet the interpreter as it shuts down, after all was written: a shell calls that 130 too.
    assert code in (130, -signal.SIGINT)
    assert status(out)["runs"] >= first["runs"]
    assert status(out)["damaged"] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size")
def test_what_cannot_be_written_is_one_line_and_resume_works(tmp_path):
    """A limit on the size of files stands in for a full disk."""
    import resource

    path, out = written(tmp_path, SMALL), tmp_path / "out"
    finished = subprocess.run(
        [sys.executable, "-m", "sim", "sweep", str(path), "--out", str(out)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (12_500, 12_500)),
    )
    assert finished.returncode == 2, finished.stderr
    assert "Traceback" not in finished.stderr
    last = finished.stderr.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert "File too large" in last
    if (out / "manifest.json").exists():
        assert status(out)["damaged"] == 0
        sim("sweep", out, "--resume")
        assert status(out)["runs"] == 200


def test_a_scheduler_that_does_not_answer_is_told(tmp_path):
    assert "no scheduler answers" in sim(
        "sweep", written(tmp_path, SMALL), "--out", tmp_path / "out", "--cluster", "tcp://127.0.0.1:9", code=2
    ).stderr.replace("\n", " ")


@pytest.mark.slow
def test_the_command_runs_on_a_cluster(small, tmp_path):
    distributed = pytest.importorskip("distributed")
    whole, _, _ = done(small, tmp_path / "whole")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        sim("sweep", tmp_path / "small.toml", "--out", tmp_path / "out", "--cluster", cluster.scheduler_address)
    pd.testing.assert_frame_equal(open_sweep(tmp_path / "out").runs, whole, check_exact=True)


@pytest.mark.slow
def test_a_dask_worker_killed_in_mid_sweep_changes_nothing(small, tmp_path):
    distributed = pytest.importorskip("distributed")
    whole, _, _ = done(small, tmp_path / "whole")
    big = Sweep(
        small.spec.model_copy(update={"replicates": small.spec.replicates.model_copy(update={"count": 400})}), small.base, small.points
    )
    expected, _, _ = done(big, tmp_path / "expected")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        killed = []

        def kill_one(progress):
            if not killed and progress.done > 400:
                pids = client.run(os.getpid)
                killed.append(next(iter(pids.values())))
                os.kill(killed[0], signal.SIGKILL)

        runs, _, finished = done(big, tmp_path / "out", client.get_executor(pure=False), tell=kill_one)
        assert finished
        assert killed
    pd.testing.assert_frame_equal(runs, expected, check_exact=True)
    assert len(whole) == 200


@pytest.mark.slow
def test_killed_at_random_moments_it_loses_nothing_and_does_nothing_twice(tmp_path):
    """Kill -9, at least thirty times, and resume each time."""
    text = (
        SMALL.replace("levels = [40, 80]", "levels = [400, 500]").replace("count = 25", "count = 1200").replace("batch = 10", "batch = 20")
    )
    path, out = written(tmp_path, text), tmp_path / "out"
    whole, _, _ = done(load_sweep(path), tmp_path / "whole")
    SweepFolder(out).create(load_sweep(path))
    luck, kills = random.Random(1), 0
    while kills < 30:
        process = subprocess.Popen(
            [sys.executable, "-m", "sim", "sweep", str(out), "--resume"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        time.sleep(luck.uniform(0.8, 2.2))
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += 1
    sim("sweep", out, "--resume")
    pd.testing.assert_frame_equal(open_sweep(out).runs, whole, check_exact=True)
    assert kills >= 30, "the sweep was done before it could be killed often enough"
