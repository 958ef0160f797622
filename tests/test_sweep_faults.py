"""Sweeps from the command line, and what may go wrong: interrupts, kills, full disks, lost workers,
two at once.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial

import pandas as pd
import pytest
from command import heeding, sim
from conftest import PROOF_SEED, ROOT, SCENARIOS, of_a_proof
from sweeping import SMALL, done, failing, written

from sim import InputError, rules, simulate
from sim.sweep.folder import SweepFolder
from sim.sweep.load import load_sweep
from sim.sweep.plan import Sweep
from sim.sweep.results import open_sweep, status

pytestmark = pytest.mark.once


@pytest.mark.slow
def test_the_command_tells_errors_by_its_exit_code(tmp_path):
    """A party of one's own that raises: its runs are rows with their error, the rest go on."""
    shutil.copytree(ROOT / "notebooks" / "parent_association", tmp_path / "parent_association")
    phase = tmp_path / "parent_association" / "compiled.py"
    usual = "    own, variables = w.p.parent_association, w.variables\n"
    raising = "    if w.p.population.families == 40 and variables.on_record == 7:\n        raise ValueError('seven')\n"
    phase.write_text(phase.read_text().replace(usual, usual + raising))
    declared = tmp_path / "parent_association" / "variables.py"
    declared.write_text(declared.read_text().replace("READS = (", 'READS = ("on_record", '))
    path = written(tmp_path, f'module = "parent_association"\n{SMALL}')
    reported = json.loads(sim("sweep", path, "--out", tmp_path / "out", "--json", code=1, process=True).stdout)
    runs = open_sweep(tmp_path / "out").runs
    assert reported["errors"] == runs["error"].notna().sum() > 0
    assert set(runs["error"].dropna()) == {"ValueError: seven"}
    assert set(runs.loc[runs["error"].notna(), "population.families"]) == {40}


@pytest.mark.slow
@pytest.mark.xdist_group("swapped")
def test_a_folder_holds_one_model(small, tmp_path, swapped):
    """A sweep begun with a function of one's own, or swapped rules, is not gone on with by the
    model as it is.
    """
    done(small, tmp_path / "out", simulate=failing)
    reported = sim("sweep", tmp_path / "out", "--resume", code=2).stderr
    assert "was begun with another model: simulate was" in reported
    assert "sweeping" in reported

    def silent(attitude, sway, own_mobilisation, hot_contacts, attention, rate, voice):
        return 0.0

    mine = partial(simulate, rules=swapped)
    other = partial(simulate, rules=rules.replace(voice_probability=silent))
    done(small, tmp_path / "rules", simulate=mine)
    model = json.loads((tmp_path / "rules" / "manifest.json").read_text())["model"]
    assert list(model["simulate"]["with"]["rules"]["rules"]) == ["voice_probability"]
    done(small, tmp_path / "rules", simulate=mine)
    with pytest.raises(InputError, match="begun with another model"):
        done(small, tmp_path / "rules", simulate=other)


@pytest.mark.slow
@pytest.mark.xdist_group("association")
@pytest.mark.usefixtures("drafts")
def test_a_sweep_with_a_party_of_ones_own(tmp_path):
    """Its code is run where the sweep file or the command line names it, and never from the results
    folder.
    """
    shutil.copytree(ROOT / "notebooks" / "parent_association", tmp_path / "parent_association")
    text = (
        SMALL.replace("count = 25", "count = 20")
        + '[[factors]]\nfield = "power.parent_association.governance"\nlevels = [0.0, 1.0]\n'
    )
    path, out = written(tmp_path, f'module = "parent_association"\n{text}'), tmp_path / "out"
    sim("sweep", path, "--out", out, process=True)
    manifest = json.loads((out / "manifest.json").read_text())
    (party,) = manifest["model"]["parties"]
    assert (party["party"], len(party["sha256"])) == ("parent_association", 64)
    runs = open_sweep(out).runs
    assert (runs.loc[runs["power.parent_association.governance"] == 0.0, "drained_parent_association"] == 0).all()
    assert (runs.loc[runs["power.parent_association.governance"] == 1.0, "drained_parent_association"] > 0).any()
    part = next((out / "parts").iterdir())
    part.unlink()
    reported = sim("sweep", out, "--resume", code=2).stderr
    assert "the party 'parent_association' is not loaded" in reported
    assert "--module" in reported
    sim("sweep", out, "--resume", "--module", tmp_path / "parent_association")
    sim("sweep", path, "--out", out, "--resume", process=True)
    pd.testing.assert_frame_equal(open_sweep(out).runs, runs)
    agent = tmp_path / "parent_association" / "agent.py"
    shutil.rmtree(out / "analysis", ignore_errors=True)
    agent.write_text(agent.read_text() + "\n")
    more = ("--module", tmp_path / "parent_association")
    assert "is another version" in sim("sweep", out, "--resume", *more, code=2, process=True).stderr
    assert "is another version" in sim("sweep", path, "--out", out, "--resume", code=2, process=True).stderr
    shutil.rmtree(tmp_path / "parent_association")
    sim("analyse", out)
    pressure = pd.read_csv(out / "analysis" / "pressure.csv")
    assert pressure.set_index("stakeholder").loc["parent_association", "share"].max() > 0
    sim("report", out)
    assert "parent_association" in (out / "report.html").read_text()


@pytest.mark.slow
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


def test_size_is_asked_before_anything_is_made(tmp_path):
    def of(text, name):
        start = time.monotonic()
        reported = sim("sweep", written(tmp_path, text, name), "--out", tmp_path / name, code=2).stderr
        assert time.monotonic() - start < 20
        assert not (tmp_path / name).exists()
        return reported

    cube = SMALL.replace("levels = [0.1, 0.9]", "low = 0.1\nhigh = 0.9").replace("levels = [40, 80]", "levels = [40]")
    points = '[design_of_experiments]\nmethod = "latin_hypercube"\npoints = '
    assert "up to 10000000 runs" in of(f"{cube}{points}200000\n", "many")
    steps = "low = 0.1\nhigh = 0.9\nsteps = 1000"
    three = "".join(f'[[factors]]\nfield = "leadership.{name}"\n{steps}\n' for name in ("training", "vetting"))
    far = SMALL.replace("levels = [0.1, 0.9]", steps).replace("[replicates]", f"{three}[replicates]")
    assert "has 2000000000 points; accepted: at most 1000000" in of(far, "far")
    assert "--yes" in of(SMALL.replace("count = 25", "count = 5000000"), "seeds")
    many = ["compare", str(SCENARIOS / "mountain_view.toml"), "--replicates"]
    assert "up to 50000000 runs; accepted: at most 5000000, or --yes" in sim(*many, 10_000_000, code=2).stderr


def test_a_second_sweep_on_the_same_folder_is_refused(small, tmp_path):
    folder = SweepFolder(tmp_path / "out")
    folder.create(small)
    with folder.hold():
        assert "another sweep is writing" in sim("sweep", tmp_path / "out", "--resume", code=2).stderr


@pytest.mark.longer
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


def interrupted(
    arguments: list[str], signals: int, by: int = signal.SIGINT, before=heeding, **environment: str
) -> tuple[int, str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        preexec_fn=before,
    )
    assert process.stderr is not None
    process.stderr.readline()
    for _ in range(signals):
        process.send_signal(by)
        time.sleep(0.2)
    _, stderr = process.communicate(timeout=120)
    assert "Traceback" not in stderr
    return process.returncode, stderr


@pytest.mark.slow
def test_a_comparison_that_is_stopped_at_once_leaves_what_it_says(tmp_path):
    """With a folder of its own it can be resumed there; without one nothing stays."""
    many = ["compare", str(SCENARIOS / "mountain_view.toml"), "--replicates", "200000"]
    code, reported = interrupted(many, 2, TMPDIR=str(tmp_path))
    assert code in (130, -signal.SIGINT)
    assert "nothing was kept" in reported
    assert not list(tmp_path.glob("sim-*"))
    out = tmp_path / "demo"
    code, reported = interrupted([*many, "--out", str(out)], 2)
    assert code in (130, -signal.SIGINT)
    assert f"sim sweep {out} --resume" in reported
    assert status(out)["runs"] > 0
    assert status(out)["damaged"] == 0


@pytest.mark.slow
def test_an_interrupt_finishes_the_parts_under_way_and_a_second_one_stops_now(tmp_path):
    text = (
        SMALL.replace("levels = [40, 80]", "levels = [900]")
        .replace("count = 25", "count = 20000")
        .replace("batch = 10", "batch = 400")
    )
    path, out = written(tmp_path, text), tmp_path / "out"
    code, reported = interrupted(["sweep", str(path), "--out", str(out)], 1)
    assert code == 130
    assert "finishing the parts under way" in reported
    assert "--resume" in reported
    first = status(out)
    assert first["runs"] > 0
    assert first["damaged"] == 0
    code, reported = interrupted(["sweep", str(out), "--resume"], 2)
    # The second may meet the interpreter as it shuts down, after all was written: a shell calls
    # that 130 too.
    assert code in (130, -signal.SIGINT)
    assert status(out)["runs"] >= first["runs"]
    assert status(out)["damaged"] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size")
@pytest.mark.longer
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


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_reported(tmp_path):
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
        small.spec.model_copy(update={"replicates": small.spec.replicates.model_copy(update={"count": 400})}),
        small.base,
        small.points,
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
def test_killed_at_a_hundred_random_moments_it_loses_nothing_and_does_nothing_twice(tmp_path):
    """Kill -9 from before the folder is there to after the last part, and the same command again
    each time, until the sweep is whole; then from the start, until there were enough kills.
    """
    text = SMALL.replace("levels = [40, 80]", "levels = [400, 500]").replace("count = 25", "count = 500")
    path, out = written(tmp_path, text), tmp_path / "out"
    whole, _, _ = done(load_sweep(path), tmp_path / "whole")
    chance, killed = random.Random(1 + PROOF_SEED), 0
    while killed < of_a_proof(100):
        process = subprocess.Popen(
            [sys.executable, "-m", "sim", "sweep", str(path), "--out", str(out), "--resume"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        try:
            _, reported = process.communicate(timeout=chance.uniform(0.4, 2.0))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
            continue
        assert process.returncode == 0, reported
        pd.testing.assert_frame_equal(open_sweep(out).runs, whole, check_exact=True)
        shutil.rmtree(out)
    sim("sweep", path, "--out", out, "--resume")
    pd.testing.assert_frame_equal(open_sweep(out).runs, whole, check_exact=True)
    assert sorted(each.name for each in out.iterdir()) == [
        ".lock", "log.jsonl", "manifest.json", "parts", "points.parquet",
    ]  # fmt: skip


LONG = SMALL.replace("levels = [40, 80]", "levels = [900]").replace("count = 25", "count = 20000")


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.longer
def test_asked_to_end_it_keeps_finished_work_and_says_so(tmp_path, name):
    path, out, number = written(tmp_path, LONG), tmp_path / "out", getattr(signal, name)
    code, reported = interrupted(["sweep", str(path), "--out", str(out)], 1, number)
    assert code == 128 + number
    assert "finishing the parts under way" in reported
    assert f"continue with: sim sweep {out} --resume" in reported
    assert status(out)["runs"] > 0
    assert status(out)["damaged"] == 0


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.slow
def test_a_signal_that_was_ignored_from_the_start_stays_ignored(tmp_path):
    def deaf():
        for name in ("SIGINT", "SIGHUP"):
            signal.signal(getattr(signal, name), signal.SIG_IGN)

    path = written(tmp_path, SMALL.replace("levels = [40, 80]", "levels = [400]").replace("count = 25", "count = 1000"))
    for by in (signal.SIGINT, signal.SIGHUP):
        code, reported = interrupted(["sweep", str(path), "--out", str(tmp_path / str(by))], 2, by, deaf)
        assert code == 0, reported
        assert open_sweep(tmp_path / str(by)).finished
    many = ["compare", str(SCENARIOS / "mountain_view.toml"), "--replicates", "300", "--designs", "retrofit,opt_out"]
    code, reported = interrupted(many, 2, signal.SIGINT, deaf)
    assert code == 0, reported


def test_killed_before_its_folder_was_whole_it_begins_anew(small, tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(*_):
        raise Killed

    monkeypatch.setattr("sim.sweep.folder.provenance", kill)
    with pytest.raises(Killed):
        SweepFolder(tmp_path / "out").create(small)
    monkeypatch.undo()
    monkeypatch.setattr("sim.io.files.shutil.rmtree", lambda *_, **__: None)
    monkeypatch.setattr("sim.sweep.folder.write_whole", kill)
    with pytest.raises(Killed):
        SweepFolder(tmp_path / "out").create(small)
    monkeypatch.undo()
    assert not (tmp_path / "out").exists()
    sim("sweep", tmp_path / "small.toml", "--out", tmp_path / "out", "--resume")
    assert open_sweep(tmp_path / "out").finished


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_what_is_missing_of_a_sweep_is_reported_as_it_is(small, tmp_path):
    done(small, tmp_path / "out")
    parts = sorted((tmp_path / "out" / "parts").iterdir())
    parts[0].write_bytes(b"")
    parts[1].unlink()
    parts[1].mkdir()
    reported = sim("analyse", tmp_path / "out").stderr
    assert "even sample" not in reported
    assert f"left out as damaged: {parts[0].name}, {parts[1].name}; sim sweep {tmp_path / 'out'} --resume" in reported
    assert "of 4 design points have runs" in reported
    reported = sim("sweep", tmp_path / "out", "--resume", code=2).stderr.splitlines()
    assert "could not be written (Is a directory)" in reported[-1]
    parts[1].rmdir()
    sim("sweep", tmp_path / "out", "--resume")
    # So few families always close their school: that is said, and nothing is missing any more.
    said = sim("analyse", tmp_path / "out").stderr.splitlines()
    assert [line for line in said if "cannot rank its design points" not in line] == []


@pytest.mark.usefixtures("drafts")
@pytest.mark.longer
def test_a_finding_that_fails_loses_no_other(small, tmp_path, monkeypatch):
    from sim.cli import findings as command
    from sim.findings.base import registry

    def fail(*_):
        raise ZeroDivisionError("by nothing\nat all")

    done(small, tmp_path / "out")
    broken = [
        replace(each, tables=fail) if each.name == "delivery"
        else replace(each, figures=fail) if each.name == "risk" else each
        for each in registry.findings()
    ]  # fmt: skip
    monkeypatch.setattr(registry, "findings", lambda: tuple(broken))
    with pytest.raises(SystemExit, match="1"):
        command.analyse(tmp_path / "out")
    index = pd.read_csv(tmp_path / "out" / "analysis" / "index.csv").set_index("finding")
    assert index.index[index["failed"]].tolist() == ["risk", "delivery"]
    assert index.loc["risk", "reason"] == "failed: ZeroDivisionError: by nothing at all"
    assert (tmp_path / "out" / "analysis" / "comparison.png").is_file()
    command.report(tmp_path / "out")
    assert "failed: ZeroDivisionError: by nothing at all" in (tmp_path / "out" / "report.html").read_text()


@pytest.mark.parametrize(
    "change", [lambda manifest: manifest.pop("specification"), lambda manifest: manifest["specification"].pop("base")]
)
def test_a_manifest_that_was_changed_is_reported(small, tmp_path, change):
    folder = SweepFolder(tmp_path / "out")
    folder.create(small)
    manifest = folder.manifest()
    change(manifest)
    folder.manifest_path.write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="holds no valid specification; accepted"):
        open_sweep(tmp_path / "out")


def test_a_log_cannot_name_a_file_elsewhere(small, tmp_path):
    folder = SweepFolder(tmp_path / "out")
    folder.create(small)
    (tmp_path / "out" / "log.jsonl").write_text(
        '{"part": "../../elsewhere.parquet", "sha256": "0", "rows": 1, "errors": 0}\n'
    )
    assert folder.log.parts() == {}
