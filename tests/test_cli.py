"""The command as a user runs it: in its own process, its output in a pipe."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from command import heeding, sim
from conftest import ROOT, SCENARIOS, SHIPPED

from sim import InputError
from sim.findings import read
from sim.findings.base.write import write_findings
from sim.io.files import check_folder
from sim.kernel.variables import OUTCOMES
from sim.sweep.folder import COMPARISON, SweepFolder, files_of
from sim.sweep.local import run_locally
from sim.sweep.plan import comparison
from sim.sweep.results import open_sweep
from sim.sweep.samples import small_scenarios

FIVE = ["retrofit", "opt_out", "strand", "school_within_school", "greenfield"]
TWO = ["retrofit", "greenfield"]
MOUNTAIN_VIEW = str(SCENARIOS / "mountain_view.toml")


def refused(*arguments: object, cwd=ROOT) -> str:
    done = sim(*arguments, code=2, cwd=cwd)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert "accepted" in done.stderr
    return done.stderr


def test_help_shows_every_command_and_examples():
    text = sim("--help").stdout
    for command in ("run", "compare", "validate", "diagnose", "schema", "parameters", "version"):
        assert command in text
        assert "Example" in sim(command, "--help").stdout


def test_version_names_the_libraries():
    assert "mesa" in sim("version").stdout
    assert "numba" in json.loads(sim("version", "--json").stdout)["libraries"]


@pytest.mark.parametrize("name", SHIPPED)
def test_validate_passes_what_is_shipped(name):
    reported = sim("validate", SCENARIOS / f"{name}.toml").stdout
    assert "note" not in reported
    assert "valid; designs: as_written, " in reported
    assert "greenfield" in reported
    assert "retrofit" in reported


@pytest.mark.once
def test_what_is_odd_about_a_scenario_is_noted(tmp_path):
    path = tmp_path / "odd.toml"
    path.write_text(
        "schema = 2\n[population]\nfamilies = 90\ngrades = 13\n[students]\nyoungest_grade = 6\n"
        '[design]\nassignment = "opt_in"\nsetting = "new_school"\ncapacity = 300\nviable_enrolment = 100\n'
    )
    reported = sim("validate", path).stdout
    assert "note: population.families = 90 is below design.viable_enrolment = 100" in reported
    assert "grade 18" in reported
    assert len(json.loads(sim("validate", path, "--json").stdout)["notes"]) == 3
    reported = sim("forecast", path, "--others", "", "--replicates", 20, "--years", 1).stdout
    assert "Note: population.families = 90" in reported
    path.write_text(path.read_text().replace("viable_enrolment = 100", "viable_enrolment = 40"))
    assert "population.families = 90 for design.capacity = 300 places" in sim("validate", path).stdout


def test_run_prints_the_same_from_both_engines():
    reported = [
        sim("run", MOUNTAIN_VIEW, "--seed", 3, "--engine", engine, "--json").stdout for engine in ("compiled", "mesa")
    ]
    assert reported[0] == reported[1], "not the same bytes"
    one = json.loads(reported[0])
    assert one["outcome"]["outcome"] in OUTCOMES
    assert one["weekly"][0]["week"] == 1
    assert one["calibration"] == "parameters drawn from the posterior"


@pytest.mark.longer
def test_run_shows_events_and_writes_a_figure(tmp_path):
    done = sim("run", MOUNTAIN_VIEW, "--design", "retrofit", "--seed", 2, "--out", tmp_path / "one")
    assert "Weekly table" in done.stdout
    assert "take part" in done.stdout
    assert "of 5 board members" in done.stdout
    assert {"run.png", "run.pdf", "weekly.csv", "weekly.parquet", "events.csv", "outcome.csv", "manifest.json"} <= {
        path.name for path in (tmp_path / "one").iterdir()
    }


@pytest.mark.once
@pytest.mark.longer
def test_compare_prints_and_writes_what_it_promises(tmp_path):
    out = tmp_path / "demo"
    command = ("compare", MOUNTAIN_VIEW, "--designs", "retrofit,greenfield", "--replicates", 20, "--out", out)
    done = sim(*command, "--full")
    for words in (
        "by week 20",
        "by week 108",
        "Wilson",
        "discontinued, in any way",
        "adapted (diluted or optional)",
        "of the n runs that opened",
        "the greenfield school did not open in",
        "Median week of being discontinued",
        "Differences from the retrofit",
        "families reached",
        "student-weeks",
        "low third",
        "Share of pressure",
        "parameters drawn from the posterior",
    ):
        assert words in done.stdout
    found = open_sweep(out)
    assert found.finished
    assert len(found.runs) == 40
    assert len(found.weekly) > 0
    written = out / "analysis"
    for table in (
        "risk",
        "risk_by_point",
        "not_opened",
        "median_by_point",
        "differences_by_point",
        "differences_by_week",
        "means_by_point",
        "causes",
        "pressure",
        "curves",
        "diagnosis",
    ):
        assert len(pd.read_parquet(written / f"{table}.parquet")) == len(pd.read_csv(written / f"{table}.csv")) > 0
    for figure in ("overview", "risk", "comparison", "adoption", "support", "pressure", "value_network"):
        assert (written / f"{figure}.png").stat().st_size > 10_000
        assert (written / f"{figure}.pdf").read_bytes().startswith(b"%PDF")
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["runs"] == 40
    assert manifest["specification"]["spec"]["replicates"]["count"] == 20
    assert manifest["specification"]["base"]["greenfield"]["design"]["assignment"] == "opt_in"
    assert manifest["libraries"]["mesa"]
    assert str(ROOT) not in (out / "manifest.json").read_text()


@pytest.mark.slow
@pytest.mark.usefixtures("drafts")
def test_the_folder_of_a_comparison_is_a_sweeps(tmp_path):
    out = tmp_path / "demo"
    compare = ("compare", MOUNTAIN_VIEW, "--designs", ",".join(TWO), "--replicates", 20)
    reported = json.loads(sim(*compare, "--out", out, "--json").stdout)
    assert "40 of at most 40 runs" in sim("status", out).stdout
    assert len(sim("export", out).stdout.splitlines()) == 41
    rows = {row["finding"]: row for row in json.loads(sim("analyse", out, "--json").stdout)["findings"]}
    assert {"overview", "risk", "delivery", "comparison", "pressure", "curves", "network"} <= {
        name for name, row in rows.items() if row["supported"]
    }
    assert sim("plot", out, "--figure", "overview", "--out", tmp_path).stdout.strip() == str(tmp_path / "overview.png")
    assert "Mountain View" in Path(sim("report", out).stdout.strip()).read_text()
    # A part is lost, and resuming does it again, to the same tables.
    runs = open_sweep(out).runs
    sorted((out / "parts").glob("part-0*"))[0].unlink()
    assert "1 parts damaged" in sim("status", out).stdout
    sim("sweep", out, "--resume")
    pd.testing.assert_frame_equal(open_sweep(out).runs, runs, check_exact=True)
    # With a folder or without one, the same numbers.
    assert json.loads(sim(*compare, "--json").stdout) == reported


@pytest.mark.slow
def test_compare_is_the_same_on_any_number_of_workers_and_again(tmp_path):
    reported = [
        sim("compare", MOUNTAIN_VIEW, "--replicates", 12, "--workers", workers, "--json").stdout
        for workers in (1, 3, 3)
    ]
    assert reported[0] == reported[1] == reported[2]
    bare = json.loads(reported[0])
    assert bare["calibration"] == "parameters drawn from the posterior"
    absent = {row["design"]: round(12 * row["share"]) for row in bare["not_opened"]}
    assert list(absent) == FIVE
    assert {row["design"]: 12 - row["n"] for row in bare["risk_by_point"]} == absent
    assert bare["event"] == "was discontinued by week 108"


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_compare_refuses_an_existing_folder_and_replaces_with_force(tmp_path):
    out = tmp_path / "demo"
    two = ("compare", MOUNTAIN_VIEW, "--designs", ",".join(TWO), "--out", out)
    sim(*two, "--replicates", 3)
    before = (out / "manifest.json").read_bytes()
    assert "exists" in refused(*two, "--replicates", 3)
    assert (out / "manifest.json").read_bytes() == before
    sim(*two, "--replicates", 4, "--force")
    assert json.loads((out / "manifest.json").read_text())["runs"] == 4 * 2
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


@pytest.mark.slow
@pytest.mark.usefixtures("drafts")
def test_force_keeps_the_older_folder_where_the_new_one_fails(tmp_path, monkeypatch):
    from sim.cli import runs

    def fail(*_, **__):
        raise InputError("no")

    comparison_in(tmp_path / "demo")
    before = contents(tmp_path)
    monkeypatch.setattr(runs, "sit", fail)
    with pytest.raises(InputError, match="no"):
        runs.compare(Path(MOUNTAIN_VIEW), replicates=2, out=tmp_path / "demo", force=True)
    assert contents(tmp_path) == before


def comparison_in(folder: Path) -> None:
    """A comparison's folder, as sim compare leaves it, with its analysis and a report."""
    sweep = comparison(small_scenarios(), 4)
    made = SweepFolder(folder)
    made.create(sweep, COMPARISON)
    run_locally(sweep, folder)
    write_findings(read(folder))
    made.write_beside("report.html", b"<html>")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}


@pytest.mark.slow
@pytest.mark.usefixtures("drafts")
def test_force_never_replaces_what_sim_did_not_write(tmp_path):
    out = tmp_path / "out"
    comparison_in(out)
    check_folder(out, True, COMPARISON, files_of)
    # By another command.
    assert "holds results of sim compare" in refused("run", MOUNTAIN_VIEW, "--out", out, "--force")
    sweep = tmp_path / "sweep"
    SweepFolder(sweep).create(comparison(small_scenarios(), 4))
    assert "holds results of sim sweep" in refused("compare", MOUNTAIN_VIEW, "--out", sweep, "--force")
    # What is beside our files, or is one of ours no more, or only looks like it.
    for name, text in {
        "notes.txt": "years of work",
        "analysis/notes.txt": "",
        "analysis/risk.csv": "mine now",
        "report.html": "mine now",
        "parts/part-00099-000099.parquet": "",
        "deep/er/manifest.json": "{}",
    }.items():
        file = out / name
        before = file.read_bytes() if file.exists() else None
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        reported = refused("compare", MOUNTAIN_VIEW, "--replicates", 2, "--out", out, "--force")
        assert f"--force would lose it: {name}; accepted" in reported
        assert file.read_text() == text
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)
    (out / "link").symlink_to(tmp_path)
    with pytest.raises(InputError, match="would lose it: link"):
        check_folder(out, True, COMPARISON, files_of)
    (out / "link").unlink()
    check_folder(out, True, COMPARISON, files_of)
    # A manifest of somebody else's.
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "manifest.json").write_text('{"name": "a web application", "command": "run", "files": {}}')
    (tmp_path / "app" / "index.js").write_text("source")
    assert "would lose it: index.js" in refused("run", MOUNTAIN_VIEW, "--out", tmp_path / "app", "--force")


@pytest.mark.slow
@pytest.mark.usefixtures("drafts")
def test_a_run_is_replaced_by_a_run_with_force(tmp_path):
    out = tmp_path / "one"
    sim("run", MOUNTAIN_VIEW, "--out", out)
    sim("run", MOUNTAIN_VIEW, "--seed", 7, "--out", out, "--force")
    assert json.loads((out / "manifest.json").read_text())["seed"] == 7
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


@pytest.mark.slow
@pytest.mark.usefixtures("drafts")
def test_what_others_put_beside_findings_is_kept(tmp_path):
    out = tmp_path / "out"
    comparison_in(out)
    notes, deep = out / "analysis" / "notes.txt", out / "analysis" / "mine" / "deep.txt"
    notes.write_text("years of work")
    deep.parent.mkdir()
    deep.write_text("more")
    write_findings(read(out))
    assert (notes.read_text(), deep.read_text()) == ("years of work", "more")
    (out / "analysis" / "risk.csv").write_text("mine now")
    before = contents(out)
    with pytest.raises(InputError, match=r"risk\.csv: not written by sim, or changed since"):
        write_findings(read(out))
    assert contents(out) == before
    (out / "report.html").write_text("mine now")
    assert "report.html: not written by sim" in refused("report", out)


DRAFTING = (
    "from sim.cli import main; from sim.figures import style;"
    "style.STYLE['savefig.dpi'], style.save.__defaults__ = 40, (('png',),); main()"
)
"""The command with figures as the fixture ``drafts`` has them."""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.once
@pytest.mark.longer
def test_an_interrupt_keeps_finished_replicates_and_says_so(tmp_path):
    out = tmp_path / "demo"
    process = subprocess.Popen(
        [sys.executable, "-c", DRAFTING, "compare", MOUNTAIN_VIEW, "--designs", ",".join(TWO), "--replicates", "20000",
         "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=heeding,
    )  # fmt: skip
    assert process.stderr is not None
    # Where the engine has to be compiled first, the first line can tell of a single run, which is
    # no replicate of two designs yet.
    reported = 0
    while reported < 10:
        line = process.stderr.readline()
        assert line.startswith("runs: "), line
        reported = int(line.split()[1])
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=240)
    assert process.returncode == 130, stderr
    assert "interrupted" in stderr
    assert "they are kept" in stderr
    assert "Traceback" not in stderr
    manifest, found = json.loads((out / "manifest.json").read_text()), open_sweep(out)
    assert manifest["finished"] is False
    each = manifest["runs"] // len(TWO)
    assert 0 < each < manifest["specification"]["spec"]["replicates"]["count"] == 20_000
    assert found.runs.groupby("design").size().tolist() == [each] * len(TWO)
    assert found.runs["seed"].max() == each - 1
    assert "replicates per design on the same seeds" in " ".join(stdout.split())
    assert (out / "analysis" / "risk.png").is_file()


@pytest.mark.longer
def test_diagnose_says_who_stands_where(tmp_path):
    done = sim("diagnose", MOUNTAIN_VIEW, "--communities", 2, "--figure", tmp_path / "map.png")
    assert "retrofit" in done.stdout
    assert (tmp_path / "map.png").stat().st_size > 10_000
    rows = pd.DataFrame(json.loads(sim("diagnose", MOUNTAIN_VIEW, "--communities", 2, "--json").stdout)["diagnosis"])
    families = rows[rows["stakeholder"] == "families"].set_index("design")
    assert list(families.index) == FIVE
    assert families.loc["retrofit", "stance"] < families.loc["greenfield", "stance"]


def test_schema_and_parameters_are_printed():
    assert "properties" in json.loads(sim("schema").stdout)
    assert "voice_rate" in sim("parameters", "families").stdout
    rows = json.loads(sim("parameters", "--json").stdout)
    assert {row["role"] for row in rows} == {"input", "parameter", "switch"}
    assert len(rows) > 150
    assert "accepted: " in refused("parameters", "nonsense")


def test_parameters_are_searched_and_read_at_eighty_columns():
    shown = sim("parameters", "--search", "sway").stdout
    assert "families.sway_slope = " in shown
    assert "Source: " in shown
    assert "families.voice_rate" not in shown
    meanings = [line for line in sim("parameters").stdout.splitlines() if line.startswith(" ")]
    assert max(map(len, meanings)) <= 80
    rows = json.loads(sim("parameters", "--unknown", "--json").stdout)
    assert {row["prior_against_posterior"] for row in rows} <= {"", "prior only"}
    assert all(row["assumed"] for row in rows)
    every = json.loads(sim("parameters", "--json").stdout)
    assert any(row["prior_against_posterior"] in ("clearly", "somewhat") for row in every)
    assert sim("parameters", "--search", "no such thing").stdout.strip() == "None."


@pytest.mark.once
@pytest.mark.longer
def test_each_thing_wrong_with_a_file_is_a_line(tmp_path):
    path = tmp_path / "sweep.toml"
    path.write_text('schema = 2\nscenario = "mountain_view"\n[replicates]\ncount = -3\nbach = 4\n')
    lines = sim("sweep", path, "--dry-run", code=2, process=True).stderr.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"error: {path}: line 4: replicates.count = -3: accepted: ")
    assert "line 5: replicates.bach = 4: unknown field; did you mean batch?" in lines[1]


def test_the_version_is_reported_at_the_top():
    assert sim("--version").stdout.startswith("sim 0.")


def test_assumptions_that_move_the_headline_are_reported_largest_first():
    rows = json.loads(sim("parameters", "--influential", "--json").stdout)
    assert rows == sorted(rows, key=lambda row: -row["moves"])
    assert all(row["moves"] > 0.05 and row["assumed"] and row["role"] == "parameter" for row in rows)
    every = json.loads(sim("parameters", "--json").stdout)
    assert 0 < len(rows) == sum(row["moves"] > 0.0 for row in every) < len(every)


@pytest.mark.once
@pytest.mark.longer
def test_output_in_a_closed_pipe_ends_quietly():
    done = subprocess.run(
        f"{sys.executable} -m sim parameters | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert "Traceback" not in done.stderr


def test_bad_input_is_one_line_and_exit_code_2(tmp_path):
    (tmp_path / "bad.toml").write_text("schema = 2\n[design]\ndose = 1.7\n")
    assert "design.dose = 1.7" in refused("validate", tmp_path / "bad.toml")
    assert "design.dose = 1.7" in refused("run", tmp_path / "bad.toml")
    assert "no such file" in refused("compare", tmp_path / "none.toml")
    (tmp_path / "text.toml").write_text("hello")
    assert "not TOML" in refused("diagnose", tmp_path / "text.toml")
    assert "--replicates = 0" in refused("compare", MOUNTAIN_VIEW, "--replicates", 0)
    assert "--seed = -1" in refused("run", MOUNTAIN_VIEW, "--seed", -1)
    assert "--workers = 0" in refused("compare", MOUNTAIN_VIEW, "--workers", 0)
    assert "design = 'bluefield'" in refused("compare", MOUNTAIN_VIEW, "--designs", "bluefield")
    assert "named twice" in refused("compare", MOUNTAIN_VIEW, "--designs", "retrofit,retrofit")
    assert "--designs = ''" in refused("compare", MOUNTAIN_VIEW, "--designs", "")
    assert "--figure" in refused("diagnose", MOUNTAIN_VIEW, "--figure", tmp_path / "map.txt")
    (tmp_path / "file").write_text("x")
    assert "cannot be written" in refused("compare", MOUNTAIN_VIEW, "--out", tmp_path / "file" / "out")
    assert "cannot be written" in refused("compare", MOUNTAIN_VIEW, "--out", "/proc/out")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "Missing argument"),
        (["compare", MOUNTAIN_VIEW, "--replicas", "3"], "No such option"),
        (["compare", MOUNTAIN_VIEW, "--replicates", "many"], "valid integer"),
        (["run", MOUNTAIN_VIEW, "--engine", "steam"], "'mesa', 'compiled'"),
        (["fly"], "No such command"),
    ],
)
def test_a_wrong_command_line_is_one_line_too(arguments, words):
    done = sim(*arguments, code=2)
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


def test_without_a_command_it_shows_help():
    assert "compare" in sim(code=2, process=True).stdout


@pytest.mark.slow
@pytest.mark.usefixtures("drafts")
def test_edges_run_from_the_command_line(tmp_path):
    for name, text in {"none": "families = 0", "one": "families = 1"}.items():
        (tmp_path / f"{name}.toml").write_text(f"schema = 2\n[population]\n{text}\n")
        sim(
            "compare",
            tmp_path / f"{name}.toml",
            "--designs",
            "retrofit,greenfield",
            "--replicates",
            3,
            "--out",
            tmp_path / name,
        )
    (tmp_path / "weeks.toml").write_text("schema = 2\n[horizon]\nweeks = 0\n")
    sim("run", tmp_path / "weeks.toml", "--out", tmp_path / "r")
    sim("compare", tmp_path / "weeks.toml", "--replicates", 2, "--out", tmp_path / "c")


def test_a_comparison_starts_at_once():
    """Not a benchmark: guards against work at import."""
    start = time.monotonic()
    sim("version")
    assert time.monotonic() - start < 20
