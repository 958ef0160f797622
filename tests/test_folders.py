"""What lies in a results folder is what the folder says it is, and nothing in it is lost."""

import glob
import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from command import sim
from conftest import ROOT
from sweeping import SMALL, done, failing, written

from sim import InputError
from sim.io.files import check_folder, new_folder, taking_its_place, write_manifest
from sim.io.parquet import read_table, table_bytes
from sim.io.reading import read_bytes
from sim.outcome import VARIABLES
from sim.sweep import code
from sim.sweep.folder import SweepFolder
from sim.sweep.load import load_sweep
from sim.sweep.parts import schema
from sim.sweep.results import open_sweep, status
from sim.sweep.work import run_part, work_alike

pytestmark = pytest.mark.once


def all_fail(scenario, seed):
    raise ValueError("every run fails")


# --- one schema for all parts ---------------------------------------------------------------------


@pytest.mark.parametrize("weekly", ["quantiles", pytest.param("full", marks=pytest.mark.slow)])
@pytest.mark.longer
def test_parts_have_one_schema_whatever_runs_raise(tmp_path, weekly):
    few = SMALL.replace("count = 25", "count = 10").replace("batch = 10", "batch = 5")
    sweep = load_sweep(written(tmp_path, few + f'[outputs]\nweekly = "{weekly}"\n'))
    for name, how in (("none", None), ("some", failing), ("all", all_fail)):
        done(sweep, tmp_path / name, **({"simulate": how} if how else {}))
    runs = sorted(glob.glob(f"{tmp_path}/*/parts/part-0*.parquet"))
    assert ds.dataset(runs).to_table().num_rows == 3 * 4 * 2 * 10
    curves = sorted(glob.glob(f"{tmp_path}/*/parts/part-9*.parquet"))
    ds.dataset(curves).to_table()
    for parts, wanted in ((runs, schema(sweep)), (curves, schema(sweep, weekly=True))):
        assert {pq.read_schema(part).remove_metadata() == wanted for part in parts} == {True}
    assert not any(pa.types.is_null(of) or pa.types.is_large_string(of) for of in schema(sweep).types)
    assert open_sweep(tmp_path / "all").runs["error"].notna().all()


def test_columns_hold_what_the_variables_says(small):
    table = run_part(small, small.parts(0, [0])[0])
    holds = {"i": "whole", "f": "number"}
    for name, reported in VARIABLES.outcome_holds.items():
        if name != "scenario":
            assert holds.get(table[name].dtype.kind, "text") == reported, name


# --- bound to the specification -------------------------------------------------------------------


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Folders of two sweeps that differ in a level."""
    place = tmp_path_factory.mktemp("two")
    text = SMALL.replace("count = 25", "count = 10").replace("batch = 10", "batch = 5")
    for name, level in (("one", "0.9"), ("two", "0.8")):
        done(load_sweep(written(place, text.replace("0.9", level), name)), place / name)
    return place


def copied(source, target):
    shutil.copytree(source, target)
    return target


def edited(*path, to):
    def edit(one, _):
        manifest = json.loads((one / "manifest.json").read_text())
        place = manifest["specification"]
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = to
        (one / "manifest.json").write_text(json.dumps(manifest))

    return edit


def replaced(*names):
    def replace(one, two):
        for name in names:
            if (two / name).is_dir():
                shutil.rmtree(one / name)
                shutil.copytree(two / name, one / name)
            else:
                shutil.copy(two / name, one / name)

    return replace


FIRST = "parts/part-00000-000000.parquet"
FOREIGN = {
    "parts and log of another": (replaced("parts", "log.jsonl"), "is of another sweep"),
    "one part of another": (replaced(FIRST), "is of another sweep or model"),
    "one part more": (
        lambda one, two: shutil.copy(two / FIRST, one / "parts" / "part-00007-000000.parquet"),
        "part-00007-000000.parquet: is of another sweep or model",
    ),
    "manifest of another": (replaced("manifest.json"), "points.parquet: is missing, or was changed"),
    "points of another": (replaced("points.parquet"), "points.parquet: is missing, or was changed"),
    "count": (edited("spec", "replicates", "count", to=20), "specification: was changed"),
    "fewer": (edited("spec", "replicates", "count", to=5), "specification: was changed"),
    "batch": (edited("spec", "replicates", "batch", to=2), "specification: was changed"),
    "first seed": (edited("spec", "replicates", "first_seed", to=3), "specification: was changed"),
    "draws": (edited("draws", to=None), "specification: was changed"),
    "log lost": (lambda one, _: (one / "log.jsonl").unlink(), "log.jsonl: is missing"),
    "log emptied": (lambda one, _: (one / "log.jsonl").write_text(""), "log.jsonl: does not name "),
    "parts lost": (lambda one, _: shutil.rmtree(one / "parts"), "parts: is missing"),
    "points lost": (lambda one, _: (one / "points.parquet").unlink(), "points.parquet: is missing"),
}


@pytest.mark.parametrize("what", FOREIGN)
@pytest.mark.longer
def test_what_is_of_another_sweep_is_reported_and_kept(two, tmp_path, what):
    change, said = FOREIGN[what]
    out = copied(two / "one", tmp_path / "out")
    change(out, two / "two")
    before = {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.suffix in (".parquet", ".jsonl")}
    for command in (["export", out], ["status", out], ["sweep", out, "--resume"]):
        reported = sim(*command, code=2)
        assert said in reported.stderr
        assert "accepted" in reported.stderr
        assert not reported.stdout
    assert {path: path.read_bytes() for path in before} == before


def test_a_part_that_is_copied_to_another_name_is_reported(two, tmp_path):
    """Even where the log agrees."""
    out = copied(two / "one", tmp_path / "out")
    folder = SweepFolder(out)
    first, other = sorted(folder.log.parts())[:2]
    shutil.copy(out / "parts" / first, out / "parts" / other)
    entry = folder.log.parts()[first]
    folder.log.enter({"part": other, **entry._asdict()})
    with pytest.raises(InputError, match=r"points = .* where the sweep has"):
        open_sweep(out)


def test_an_edited_count_that_is_signed_anew_gives_right_runs_or_is_reported(two, tmp_path):
    """The digest of parts leaves the number of seeds out, so that seeds can be added."""
    sweep = SweepFolder(two / "one").sweep()
    more = sweep.spec.replicates.model_copy(update={"count": 20})
    assert replace(sweep, spec=sweep.spec.model_copy(update={"replicates": more})).digest == sweep.digest
    fewer = sweep.spec.replicates.model_copy(update={"batch": 2})
    assert replace(sweep, spec=sweep.spec.model_copy(update={"replicates": fewer})).digest != sweep.digest


def test_runs_of_another_model_are_reported(two, tmp_path, monkeypatch):
    out = copied(two / "one", tmp_path / "out")
    sorted((out / "parts").iterdir())[0].unlink()
    monkeypatch.setattr("sim.sweep.code.code_digest", lambda: "another")
    reported = sim("sweep", out, "--resume", code=2).stderr
    assert "was begun with another model: source was" in reported


def test_a_sweep_without_runs_says_so_and_goes_on(small, tmp_path):
    out = tmp_path / "out"
    SweepFolder(out).create(small)
    assert status(out)["runs"] == 0
    assert len(open_sweep(out).runs) == 0
    assert "has no runs yet" in sim("export", out, code=2).stderr
    assert len(done(small, out)[0]) == 200


def test_a_part_that_a_killed_sitting_could_not_log_is_adopted(two, tmp_path):
    out = copied(two / "one", tmp_path / "out")
    log, manifest = out / "log.jsonl", json.loads((out / "manifest.json").read_text())
    manifest.pop("runs", None)
    (out / "manifest.json").write_text(json.dumps(manifest))
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:-1]))
    stamp = {path: path.stat().st_mtime_ns for path in (out / "parts").iterdir()}
    runs, _, _ = done(SweepFolder(out).sweep(), out)
    pd.testing.assert_frame_equal(runs, open_sweep(two / "one").runs)
    assert {path: path.stat().st_mtime_ns for path in (out / "parts").iterdir()} == stamp


def test_every_sitting_is_reported(two, tmp_path, monkeypatch):
    out = copied(two / "one", tmp_path / "out")
    monkeypatch.setattr("sim.io.provenance.platform.python_version", lambda: "3.99.0")
    folder = SweepFolder(out)
    done(folder.sweep(), out)
    assert [each["python"] for each in folder.manifest()["sittings"]][-1] == "3.99.0"
    assert len(folder.manifest()["sittings"]) == 2
    assert "3.99.0" in folder.provenance()["python"]


def test_an_older_format_is_named(small, tmp_path):
    SweepFolder(tmp_path / "out").create(small)
    path = tmp_path / "out" / "manifest.json"
    path.write_text(path.read_text().replace("sim sweep 3", "sim sweep 2"))
    assert "format = 'sim sweep 2': was written by another version" in sim("status", tmp_path / "out", code=2).stderr


# --- workers elsewhere ----------------------------------------------------------------------------


def test_a_worker_with_another_source_refuses_its_part(small):
    part = small.parts(0, [0])[0]
    with pytest.raises(InputError, match=r"has the source of sim .*, and this process has other; accepted: workers"):
        work_alike({**code.computing(), "the source of sim": "other"}, run_part, small, part, all_fail)
    with pytest.raises(InputError, match="has numpy"):
        work_alike({**code.computing(), "numpy": "1.0"}, run_part, small, part, all_fail)


def test_the_digest_of_the_source_knows_every_file(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(code, "__file__", str(tmp_path / "sim" / "sweep" / "code.py"))

    def now():
        return code.code_digest.__wrapped__()

    before = now()
    assert before == code.code_digest()
    for name, counts in (("sweep/work.py", True), ("parties/rules.py", True), ("figures/style.py", False)):
        file = tmp_path / "sim" / name
        text = file.read_bytes()
        file.write_bytes(text + b"\n# another\n")
        assert (now() != before) == counts, name
        file.write_bytes(text.replace(b"\n", b"\r\n"))
        assert now() == before, name
        file.write_bytes(text)


def lost(pid):
    os.kill(pid, signal.SIGKILL)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_workers_that_are_lost_are_reported_in_a_line(small, tmp_path):
    from concurrent.futures import ProcessPoolExecutor

    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    lost(pool.submit(os.getpid).result())
    with pytest.raises(InputError, match=r"the workers, or their scheduler, were lost \(BrokenProcessPool"):
        done(small, tmp_path / "out", pool)
    assert len(done(small, tmp_path / "out")[0]) == 200


@pytest.mark.slow
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "tls://127.0.0.1:1"])
def test_a_wrong_address_leaves_nothing_in_the_way(tmp_path, address):
    pytest.importorskip("distributed")
    path, out = written(tmp_path, SMALL), tmp_path / "out"
    (line,) = sim("sweep", path, "--out", out, "--cluster", address, code=2, process=True).stderr.splitlines()
    assert line.startswith(f"error: --cluster = {address}: no scheduler answers")
    assert not out.exists()


@pytest.mark.slow
def test_dask_workers_with_another_source_are_reported(tmp_path):
    distributed = pytest.importorskip("distributed")
    for name in ("sim", "scenarios"):
        shutil.copytree(ROOT / name, tmp_path / "other" / name, ignore=shutil.ignore_patterns("__pycache__"))
    work = tmp_path / "other" / "sim" / "sweep" / "work.py"
    work.write_text(work.read_text() + "\n")
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as cluster:
        worker = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", cluster.scheduler_address, "--no-dashboard"],
            stderr=subprocess.DEVNULL,
            cwd=tmp_path / "other",
            env={**os.environ, "PYTHONPATH": str(tmp_path / "other")},
        )
        cluster.get_client().wait_for_workers(1, timeout=60)
        reported = sim(
            "sweep", written(tmp_path, SMALL), "--out", tmp_path / "out", "--cluster", cluster.scheduler_address,
            code=2, process=True,
        ).stderr  # fmt: skip
        worker.kill()
    assert "has the source of sim" in reported
    assert reported.count("\n") == 1
    assert not (tmp_path / "out").exists()


# --- writing --------------------------------------------------------------------------------------


def test_a_digest_that_is_null_makes_no_file_ours(tmp_path):
    out = tmp_path / "out"
    with new_folder(out, False, "run") as folder:
        write_manifest(folder, "run", {})
    manifest = json.loads((out / "manifest.json").read_text())
    for sha in (None, True, ["x"], 0):
        (out / "thesis.txt").write_text("years of work")
        manifest["files"] = {"thesis.txt": sha}
        (out / "manifest.json").write_text(json.dumps(manifest))
        with pytest.raises(InputError, match=r"would lose it: thesis\.txt"):
            check_folder(out, True, "run")


HALF = """
import sys, time
from pathlib import Path
from sim.io.files import taking_its_place
with taking_its_place(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("half")
    print("begun", flush=True)
    time.sleep(60)
"""


def begun(path):
    process = subprocess.Popen(
        [sys.executable, "-c", HALF, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


def test_what_a_killed_start_left_goes_with_the_next_one_and_that_of_a_live_one_stays(tmp_path):
    dead, live = begun(tmp_path / "out"), begun(tmp_path / "out")
    dead.kill()
    dead.wait()
    assert len(list(tmp_path.glob(".out.partial-*"))) == 2
    with taking_its_place(tmp_path / "out") as folder:
        (folder / "whole").write_text("whole")
    assert len(list(tmp_path.glob(".out.partial-*"))) == 1
    live.kill()
    live.wait()
    with taking_its_place(tmp_path / "out") as folder:
        (folder / "anew").write_text("anew")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["anew"]


def test_an_older_folder_that_a_killed_process_had_moved_is_put_back(tmp_path):
    process = begun(tmp_path / "out")
    process.kill()
    process.wait()
    (work,) = tmp_path.glob(".out.partial-*")
    (work / "old").mkdir()
    (work / "old" / "thesis").write_text("years of work")
    with pytest.raises(InputError, match="exists"):
        check_folder(tmp_path / "out", False, "run")
    assert (tmp_path / "out" / "thesis").read_text() == "years of work"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("out", [".", "", "./", "here", "link"])
def test_the_folder_that_one_stands_in_is_filled_in_its_place_or_refused(small, tmp_path, monkeypatch, out):
    here = tmp_path / "here"
    here.mkdir()
    (tmp_path / "link").symlink_to(here)
    monkeypatch.chdir(here)
    path = here if out == "here" else tmp_path / "link" if out == "link" else out
    before = os.stat(".").st_ino
    sweep = ["sweep", tmp_path / "small.toml", "--out", path]
    SweepFolder(type(here)(path)).create(small)
    assert os.stat(here).st_ino == before
    assert sorted(each.name for each in here.iterdir()) == ["log.jsonl", "manifest.json", "parts", "points.parquet"]
    assert "accepted: " in sim(*sweep, code=2, cwd=here).stderr
    with pytest.raises(InputError, match="is the folder that the command is called in, or holds it"):
        check_folder(type(here)(path), True, "sweep")
    assert os.stat(here).st_ino == before


def test_a_folder_above_is_not_moved(tmp_path, monkeypatch):
    out = tmp_path / "out"
    with new_folder(out, False, "run") as folder:
        (folder / "deep").mkdir()
        write_manifest(folder, "run", {})
    monkeypatch.chdir(out / "deep")
    for path in ("..", out):
        with pytest.raises(InputError, match="is the folder that the command is called in, or holds it"):
            check_folder(type(out)(path), True, "run")


# --- where results go -----------------------------------------------------------------------------


def test_the_end_of_the_name_says_what_is_exported(two, tmp_path):
    one = two / "one"
    sim("export", one, "--file", tmp_path / "r.parquet", process=False)
    assert len(pd.read_parquet(tmp_path / "r.parquet")) == 80
    sim("export", one, "--out", tmp_path / "deep" / "er", process=False)
    assert len(pd.read_csv(tmp_path / "deep" / "er" / "runs.csv")) == 80
    before = (tmp_path / "r.parquet").read_bytes()
    for arguments, reported in (
        (["--file", tmp_path / "r.parquet"], "exists; accepted: a new file, or --force"),
        (["--file", tmp_path / "r.xlsx"], "a name that ends in .csv or .parquet"),
        (["--file", tmp_path / "r"], "a name that ends in .csv or .parquet"),
        (["--file", tmp_path / "x.csv", "--to", "parquet"], "--to = 'parquet': accepted: csv"),
        (["--out", tmp_path / "x.html"], "a name that ends in .csv"),
        (["--out", tmp_path / "deep", "--file", "x.csv"], "accepted: without --out"),
    ):
        assert reported in sim("export", one, *arguments, code=2).stderr
    assert (tmp_path / "r.parquet").read_bytes() == before
    assert not (tmp_path / "x.csv").exists()
    sim("export", one, "--where", "population.families=40", "--file", tmp_path / "r.parquet", "--force", process=False)
    assert len(pd.read_parquet(tmp_path / "r.parquet")) == 40


@pytest.mark.slow
def test_out_names_where_figures_and_the_report_go(two, tmp_path):
    one = two / "one"
    sim("report", one, "--out", tmp_path / "deep" / "mine.html")
    assert "<html" in (tmp_path / "deep" / "mine.html").read_text()
    sim("report", one, "--out", tmp_path / "more")
    assert (tmp_path / "more" / "report.html").is_file()
    plot = ["plot", one, "--figure", "risk", "--out", tmp_path / "new" / "figures"]
    sim(*plot)
    assert (tmp_path / "new" / "figures" / "risk.png").is_file()
    for again in (plot, ["report", one, "--out", tmp_path / "more"]):
        assert "exists; accepted: a new file, or --force" in sim(*again, code=2).stderr
        sim(*again, "--force")
    assert "ends in .html" in sim("report", one, "--out", tmp_path / "r.pdf", code=2).stderr


# --- reading --------------------------------------------------------------------------------------


def test_a_small_file_of_many_rows_is_refused_before_it_is_decoded(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.io.parquet.MOST_TABLE", 10)
    path = tmp_path / "many.parquet"
    pq.write_table(pa.table({"families.contagion": pa.array([4.0]).take(pa.array([0] * 3_000_000))}), path)
    assert path.stat().st_size < 100_000
    with pytest.raises(ValueError, match="3000000 rows; accepted: at most 1000000"):
        read_table(path)
    wide = pa.table({f"c{k}": pa.array([1.0]).take(pa.array([0] * 90_000)) for k in range(15)})
    pq.write_table(wide, path)
    with pytest.raises(ValueError, match="10 MB when decoded; accepted: at most 10 MB"):
        read_table(path)
    long = pa.table({"text": pa.array(["x" * 10_000]).take(pa.array([0] * 2_000))})
    pq.write_table(long, path)
    assert path.stat().st_size < 200_000
    with pytest.raises(ValueError, match="20 MB of texts; accepted: at most 10 MB"):
        read_table(path)
    pq.write_table(pa.table({"list": [[1], [2]]}), path)
    with pytest.raises(ValueError, match=r"column 'list' = list.*; accepted: numbers and texts"):
        read_table(path)
    assert "accepted" in sim("run", "mountain_view", "--parameters", path, code=2).stderr


def test_a_part_of_too_many_rows_is_reported(two, tmp_path):
    out = copied(two / "one", tmp_path / "out")
    folder = SweepFolder(out)
    name, entry = sorted(folder.log.parts().items())[0]
    part = out / "parts" / name
    table = pq.read_table(part)
    pq.write_table(pa.concat_tables([table] * 3), part)
    content = part.read_bytes()
    folder.log.enter({"part": name, **entry._replace(sha256=hashlib.sha256(content).hexdigest())._asdict()})
    with pytest.raises(InputError, match=r"rows; accepted: at most"):
        open_sweep(out)
    assert part.read_bytes() == content


def test_memory_is_taken_for_what_is_there(tmp_path):
    import tracemalloc

    path = tmp_path / "manifest.json"
    path.write_bytes(b"x" * 400_000)
    tracemalloc.start()
    assert len(read_bytes(path, "a manifest", 1000)) == 400_000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000


def test_types_of_a_table_are_those_of_its_values_on_any_pandas():
    texts = pd.DataFrame({"a": ["x", None], "b": [None, None], "c": [1, 2], "d": pd.array(["x", None], "string")})
    found = pq.read_schema(pa.BufferReader(table_bytes(texts)))
    assert [str(of) for of in found.types] == ["string", "string", "int64", "string"]
    assert found.metadata is None
