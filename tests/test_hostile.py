"""Whatever a file holds, the answer is one line that names the file, and never a traceback."""

import hashlib
import json
import math
import os
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from command import sim
from conftest import PROOF_SEED, ROOT, SCENARIOS, of_a_proof
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from mutations import file_of, mutated
from sweeping import SMALL, done, written
from test_alignment import assert_same

from sim import InputError, Scenario, load_scenario, simulate, simulate_with_agents
from sim.draws import draws_named
from sim.io.errors import CONTROL
from sim.io.parquet import about_table, table_bytes
from sim.io.reading import read_toml
from sim.scenario import design_names, parameter_table
from sim.sweep.folder import SweepFolder
from sim.sweep.load import load_sweep
from sim.sweep.plan import Sweep
from sim.sweep.results import open_sweep, status
from sim.sweep.specification import digest_of, specification, sweep_of

pytestmark = pytest.mark.once

FIELDS = parameter_table()["field"].tolist()
SCENARIO_FILES = {path.stem: read_toml(path) for path in sorted(SCENARIOS.glob("*.toml"))}
SWEEP_FIELDS = [
    "name", "scenario", "designs", "hypothesis", "outputs.weekly", "replicates.count", "replicates.batch",
    "replicates.target", "replicates.first_seed", "replicates.half_width", "design_of_experiments.method",
    "design_of_experiments.points", "design_of_experiments.seed", "design_of_experiments.file",
]  # fmt: skip
FEW = settings(
    max_examples=150, derandomize=True, database=None, suppress_health_check=list(HealthCheck), deadline=None
)
MANY = settings(FEW, max_examples=of_a_proof(10_000), derandomize=PROOF_SEED == 0)
PART = seed(PROOF_SEED) if PROOF_SEED else lambda check: check


def small_sweep_files() -> dict[str, dict[str, Any]]:
    """The shipped sweeps, those that sample with few points; and small ones of each way to vary."""
    files = {path.stem: dict(read_toml(path)) for path in sorted((ROOT / "sweeps").glob("*.toml"))}
    for data in files.values():
        doe = data.get("design_of_experiments", {})
        if "points" in doe:
            data["design_of_experiments"] = {**doe, "points": 2}
    ways = {
        "whole": {"field": "teachers.count", "low": 1, "high": 9, "steps": 3},
        "normal": {"field": "population.ses_mean", "distribution": "normal", "parameters": [0.0, 0.1]},
        "lognormal": {"field": "families.contagion", "distribution": "lognormal", "parameters": [4.0, 0.2]},
        "triangular": {"field": "board.doubt", "distribution": "triangular", "parameters": [0.1, 0.3, 0.5]},
        "levels": {"field": "leadership.training", "levels": [0.1, 0.9]},
    }
    for method in ("factorial", "latin_hypercube", "sobol", "saltelli", "morris"):
        for name, factor in ways.items():
            if method != "factorial" or "distribution" not in factor:
                files[f"{method}_{name}"] = {
                    "schema": 2,
                    "scenario": "mountain_view",
                    "designs": ["retrofit"],
                    "factors": [factor, {"field": "leadership.vetting", "low": 0.0, "high": 1.0, "steps": 2}],
                    "design_of_experiments": {"method": method, "points": 4, "seed": 1},
                }
    return files


def refused(load: Any, path: Path) -> str:
    """What a file is refused with; empty where it is not. The message is one line that names it,
    and no warning goes with it.
    """
    try:
        with warnings.catch_warnings(action="error"):
            load(path)
    except InputError as error:
        message = str(error)
        assert str(path.parent) in message, message
        assert not CONTROL.search(message), message
        assert "accepted" in message, message
        return message
    return ""


def under_every_design(path: Path) -> None:
    """As the command validates a scenario."""
    for name in (None, *design_names(path)):
        load_scenario(path, name)


def tiny(scenario: Scenario) -> Scenario | None:
    """The scenario with few families and weeks, where its other fields let it be."""
    weeks, beside = min(scenario.horizon.weeks, 20), scenario.beside.schools
    changes = {
        "horizon.weeks": weeks,
        "population.families": min(scenario.population.families, 12),
        "population.outside": min(scenario.outside, 6),
        "population.schools": min(scenario.population.schools, max(beside, 3)),
        "teachers.count": min(scenario.teachers.count, 6),
        "design.phasing": "all_at_once",
        "design.start_weeks": (min(*scenario.design.start_weeks, max(weeks, 1)),),
    }
    try:
        return scenario.revise(changes)
    except ValueError:
        return None


def check_scenario(data: dict[str, Any], found: Counter[str], runs: bool = False) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "odd.toml"
        path.write_text(file_of(data))
        reported = refused(under_every_design, path)
        found["refused" if reported else "valid"] += 1
        scenario = tiny(load_scenario(path)) if runs and not reported else None
        if scenario is not None:
            found["run"] += 1
            assert_same(simulate(scenario, 3), simulate_with_agents(scenario, 3))


def check_sweep(data: dict[str, Any], found: Counter[str]) -> None:
    data.pop("module", None)  # Its code would be run.
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "odd.toml"
        path.write_text(file_of(data))
        reported = refused(load_sweep, path)
        found["refused" if reported else "valid"] += 1
        if not reported:
            stored = specification(load_sweep(path))
            assert specification(sweep_of(json.loads(json.dumps(stored)))) == stored


@FEW
@given(data=mutated(SCENARIO_FILES, FIELDS))
def test_a_scenario_file_is_valid_or_refused(data: dict[str, Any]):
    check_scenario(data, Counter())


@FEW
@given(data=mutated(small_sweep_files(), SWEEP_FIELDS))
@pytest.mark.longer
def test_a_sweep_file_is_valid_or_refused(data: dict[str, Any]):
    check_sweep(data, Counter())


@pytest.mark.slow
def test_thousands_of_scenario_files_are_valid_or_refused_and_both_engines_agree_on_the_valid_ones():
    found: Counter[str] = Counter()

    @PART
    @MANY
    @given(data=mutated(SCENARIO_FILES, FIELDS))
    def check(data: dict[str, Any]) -> None:
        check_scenario(data, found, runs=True)

    check()
    print(dict(found))
    assert min(found["refused"], found["run"]) > of_a_proof(500)


@pytest.mark.slow
def test_thousands_of_sweep_files_are_valid_or_refused():
    found: Counter[str] = Counter()

    @PART
    @MANY
    @given(data=mutated(small_sweep_files(), SWEEP_FIELDS))
    def check(data: dict[str, Any]) -> None:
        check_sweep(data, found)

    check()
    print(dict(found))
    assert min(found["refused"], found["valid"]) > of_a_proof(300)


# --- files that no fuzzer would think of ----------------------------------------------------------

LONG = "x" * 5000
SCENARIO_TEXTS = {
    "weeks beyond what is held": ("[community]\nelection_weeks = [1e30]\n", "community.election_weeks.0 = 1e+30"),
    "weeks of 31 digits": (f"[community]\nelection_weeks = [{10**30}]\n", "at most 64 bits"),
    "weeks beyond a million": ("[community]\nelection_weeks = [1000001]\n", "as weeks from 1 to 1000000"),
    "5,000 digits": (f"[population]\nfamilies = {'9' * 5000}\n", "not TOML"),
    "5,000 digits in hexadecimal": (f"[population]\nfamilies = 0x{'f' * 5000}\n", "population.families"),
    "designs are no table": ("designs = 5\n", "designs = 5: accepted: a table per design"),
    "designs are a text": ('designs = "abc"\n', "designs = 'abc'"),
    "a design is no table": ("[designs]\nmine = 5\n", "designs.mine = 5: accepted: a table"),
    "a design called as written": ("[designs.as_written.design]\ndose = 0.5\n", "designs.as_written"),
    "a design of a long name": (f"[designs.{LONG}.design]\ndose = 0.5\n", "names of at most 100 characters"),
    "extends a long name": (f'extends = "{LONG}"\n', "no such file"),
    "extends no name": ('extends = "a\\u0000b"\n', "no such file"),
    "extends a list": ('extends = ["mountain_view"]\n', "the name of a scenario file"),
    "an unknown section": ("[leadrship.x]\ny = 1\n", "leadrship.x.y = 1: unknown field; did you mean leadership"),
    "a name with a dot": ('[leadership]\n"a.b" = 1\n', "leadership.a.b = 1: unknown field"),
    "a number as a section": ("[5]\nx = 1\n", "5.x = 1: unknown field"),
    "sections as a list": ("[[leadership]]\ntraining = 0.5\n", "a table with vetting"),
    "deep arrays": (f"x = {'[' * 100_000}\n", "more than 16 deep"),
    "deep tables": (f"x = {'{a=' * 100_000}\n", "more than 16 deep"),
    "deep names": (f"{'a.' * 100_000}b = 1\n", "more than 16 deep"),
    "seventeen deep": (f"x = {'[' * 17}{']' * 17}\n", "more than 16 deep"),
    "terminal escapes in a value": ('name = "\\u001b[2J"\n', "name = '\\x1b[2J'"),
    "terminal escapes in a field": ('"\\u001b[2J" = 1\n', "\\x1b[2J = 1: unknown field"),
    "writing from right to left": ('title = "\\u202e"\n', "a text without control characters"),
    "a date": ("[population]\nfamilies = 1979-05-27\n", "population.families"),
}


@pytest.mark.parametrize("what", SCENARIO_TEXTS)
def test_odd_scenario_files_are_refused(tmp_path: Path, what: str):
    text, expected = SCENARIO_TEXTS[what]
    assert expected in refused(under_every_design, written(tmp_path, text))


def varied(factor: str, method: str = "latin_hypercube", points: int = 8) -> str:
    """A sweep file with one factor."""
    doe = f'[design_of_experiments]\nmethod = "{method}"\n' + (f"points = {points}\n" if method != "factorial" else "")
    return f'scenario = "mountain_view"\ndesigns = ["retrofit"]\n[[factors]]\n{factor}\n{doe}'


BLEND = 'name = "b"\nlow = 0.0\nhigh = 1.0\n[factors.blend]\nteachers.count = {}\n'
SWEEP_TEXTS = {
    "Morris asks a normal distribution for its ends": (
        varied('field = "teachers.count"\ndistribution = "normal"\nparameters = [8, 1]', "morris"),
        "'normal' has no value at a quantile of",
    ),
    "Morris asks a lognormal distribution for its ends": (
        varied('field = "families.contagion"\ndistribution = "lognormal"\nparameters = [4, 1]', "morris"),
        "'lognormal' has no value at a quantile of",
    ),
    "a triangle with equal ends": (
        varied('field = "board.doubt"\ndistribution = "triangular"\nparameters = [0.5, 0.5, 0.5]'),
        "low, mode and high",
    ),
    "a mode outside": (
        varied('field = "board.doubt"\ndistribution = "triangular"\nparameters = [0.1, 0.9, 0.5]'),
        "low, mode and high",
    ),
    "an SD of 0": (varied('field = "board.doubt"\ndistribution = "normal"\nparameters = [0.5, 0]'), "an SD above 0"),
    "a parameter that is none": (
        varied('field = "board.doubt"\ndistribution = "normal"\nparameters = [nan, 1]'),
        "factors.0.parameters.0 = nan",
    ),
    "a level that is none": (
        varied('field = "board.doubt"\nlevels = [0.1, nan]', "factorial"),
        "factors.0.levels.1 = nan",
    ),
    "an endless level": (varied('field = "board.doubt"\nlevels = [inf]', "factorial"), "factors.0.levels.0 = inf"),
    "a blend of what is none": (varied(BLEND.format("[nan, 1]")), "= nan"),
    "a blend that overflows": (varied(BLEND.format("[-1e308, 1e308]")), "numbers up to 1e+15"),
    "a level twice": (varied('field = "board.doubt"\nlevels = [0.1, 0.2, 0.1]', "factorial"), "0.1 twice"),
    "a level in two ways": (varied('field = "board.seats"\nlevels = [5, 5.0]', "factorial"), "5.0 twice"),
    "10.7 teachers": (
        varied('field = "teachers.count"\nlevels = [10.7, 12]', "factorial"),
        "'teachers.count' = 10.7: accepted: whole numbers",
    ),
    "more steps than whole numbers": (
        varied('field = "teachers.count"\nlow = 1\nhigh = 3\nsteps = 5', "factorial"),
        "steps = 5: accepted: 3",
    ),
    "more points than can be held": (
        varied('field = "board.doubt"\nlow = 0\nhigh = 1', "latin_hypercube", 10_000_000),
        "at most 1000000",
    ),
    "designs are a number": ('scenario = "mountain_view"\ndesigns = 5\n', "designs = 5: accepted: a list of texts"),
    "a long design": (f'scenario = "mountain_view"\ndesigns = ["{LONG}"]\n', "design = 'xxx"),
    "a long scenario": (f'scenario = "{LONG}"\n', "no such file"),
    "a long module": (f'scenario = "mountain_view"\nmodule = "{LONG}"\n', "no such folder or package"),
    "a module that is no name": ('scenario = "mountain_view"\nmodule = "..x"\n', "no such folder or package"),
    "factors as a table": ('scenario = "mountain_view"\n[factors]\nfield = "x"\n', "a list of tables"),
    "terminal escapes in a setting": (
        'scenario = "mountain_view"\n[[factors]]\nname = "f"\n[factors.settings."\\u001b[2J"]\nboard.seats = 3\n',
        "without control characters",
    ),
}


@pytest.mark.parametrize("what", SWEEP_TEXTS)
def test_odd_sweep_files_are_refused(tmp_path: Path, what: str):
    text, expected = SWEEP_TEXTS[what]
    assert expected in refused(load_sweep, written(tmp_path, text))


LISTED = (
    'scenario = "mountain_view"\ndesigns = ["retrofit"]\n'
    '[design_of_experiments]\nmethod = "list"\nfile = "points.csv"\n'
)
TABLES = {
    "an empty cell": ("teachers.count,board.doubt\n8,0.5\n,0.5\n", "row 3, column 'teachers.count': is empty"),
    "a cell that is no number": ("teachers.count\nnan\n", "row 2, column 'teachers.count': 'nan'"),
    "10.7 teachers": ("teachers.count\n8\n10.7\n", "'teachers.count' = 10.7: accepted: whole numbers"),
    "a text for a number": ("teachers.count\nmany\n", "teachers.count = 'many'"),
    "a number of 5,000 digits": (f"teachers.count\n{'9' * 5000}\n", "teachers.count"),
    "a number that overflows": ("board.doubt\n1e999\n", "board.doubt = inf"),
    "a cell too many": ("teachers.count\n8,9\n", "row 2: has 2 cells; accepted: 1"),
    "a cell too few": ("teachers.count,board.doubt\n8\n", "row 2: has 1 cells; accepted: 2"),
    "a column twice": ("board.doubt,board.doubt\n1,2\n", "a name for each column, each once"),
    "a column without a name": ("board.doubt,\n1,2\n", "a name for each column, each once"),
    "nothing": ("", "a name for each column"),
    "no rows": ("board.doubt\n", "no points"),
    "a quote that does not end": ('board.doubt\n"1\n', "not CSV"),
    "an endless cell": (f"board.doubt\n{'1' * 200_000}\n", "not CSV"),
    "terminal escapes": ("\x1b[2J\n1\n", "\\x1b[2J"),
}


@pytest.mark.parametrize("what", TABLES)
def test_odd_tables_of_points_are_refused(tmp_path: Path, what: str):
    text, expected = TABLES[what]
    (tmp_path / "points.csv").write_text(text)
    assert expected in refused(load_sweep, written(tmp_path, LISTED))


def test_a_factor_needs_its_column_in_a_list(tmp_path: Path):
    (tmp_path / "points.csv").write_text("board.doubt\n0.5\n")
    factor = '[[factors]]\nfield = "board.seats"\nlevels = [3, 5]\n'
    assert "factor 'board.seats': has no column" in refused(load_sweep, written(tmp_path, LISTED + factor))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_byte_order_marks_and_ends_of_lines_are_read(tmp_path: Path, mark: bytes, end: bytes):
    (tmp_path / "s.toml").write_bytes(mark + b"schema = 2\n[board]\nseats = 3\n".replace(b"\n", end))
    assert load_scenario(tmp_path / "s.toml").board.seats == 3
    (tmp_path / "points.csv").write_bytes(
        mark + b"board.seats,board.doubt\n3,0.1\n5,0.30000000000000004\n".replace(b"\n", end)
    )
    (tmp_path / "w.toml").write_bytes(mark + b"schema = 2\n" + LISTED.encode())
    points = load_sweep(tmp_path / "w.toml").points
    assert points.to_dict("list") == {"board.seats": [3, 5], "board.doubt": [0.1, 0.30000000000000004]}


def test_a_list_may_hold_whole_numbers_with_a_point(tmp_path: Path):
    (tmp_path / "points.csv").write_text('teachers.count,board.can_repair,name\n8.0,true,"a, b"\n9,False,c\n')
    points = load_sweep(written(tmp_path, LISTED)).points
    assert points.to_dict("list") == {
        "teachers.count": [8, 9], "board.can_repair": [True, False], "name": ["a, b", "c"],
    }  # fmt: skip


@pytest.mark.parametrize("name", ["scenario.toml", "points.csv", "manifest.json"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, name: str):
    """A folder, a pipe that nobody writes to, a device without an end, a link to itself."""
    path = tmp_path / name
    load = {
        "scenario.toml": load_scenario,
        "points.csv": lambda _: load_sweep(written(tmp_path, LISTED)),
        "manifest.json": lambda _: open_sweep(tmp_path),
    }[name]
    for make, undo in (
        (path.mkdir, path.rmdir),
        (lambda: os.mkfifo(path), path.unlink),
        (lambda: path.symlink_to("/dev/zero"), path.unlink),
        (lambda: path.symlink_to(path.name), path.unlink),
        (lambda: path.write_bytes(b"\xff\xfe\x00"), path.unlink),
    ):
        make()
        assert refused(load, path)
        undo()


def test_a_file_without_end_is_refused(tmp_path: Path):
    path = tmp_path / "long.toml"
    with path.open("wb") as file:
        file.truncate(57_000_000)
    assert "larger than 2 MB" in refused(load_scenario, path)
    with (tmp_path / "points.csv").open("wb") as file:
        file.truncate(1_000_000_001)
    assert "larger than 1000 MB" in refused(load_sweep, written(tmp_path, LISTED))


def test_many_files_that_extend_each_other_are_refused(tmp_path: Path):
    for place in range(1200):
        (tmp_path / f"s{place}.toml").write_text(f'schema = 2\nextends = "s{place + 1}"\n')
    (tmp_path / "s1200.toml").write_text("schema = 2\n")
    assert "more than 32 files extend each other" in refused(load_scenario, tmp_path / "s0.toml")
    assert load_scenario(tmp_path / "s1180.toml").name == "s1180"


def test_links_that_lead_back_are_refused(tmp_path: Path):
    (tmp_path / "a.toml").write_text('schema = 2\nextends = "b"\n')
    (tmp_path / "b.toml").symlink_to("a.toml")
    assert "in a circle" in refused(load_scenario, tmp_path / "a.toml")
    (tmp_path / "inner").symlink_to(tmp_path)
    (tmp_path / "c.toml").write_text('schema = 2\nextends = "inner/inner/c"\n')
    assert "in a circle" in refused(load_scenario, tmp_path / "c.toml")


def test_zero_has_one_sign():
    """So that scenarios that are equal are one and the same to both engines."""
    zeros = {name: -0.0 for name in FIELDS if isinstance(_value(Scenario(), name), float)}
    for field in zeros:
        try:
            scenario = Scenario().revise({field: -0.0})
        except ValueError:
            continue
        assert math.copysign(1.0, _value(scenario, field)) == 1.0, field


def _value(scenario: Scenario, field: str) -> Any:
    value: Any = scenario
    for name in field.split("."):
        value = getattr(value, name)
    return value


# --- the command, and folders of results ----------------------------------------------------------


def test_the_command_answers_in_one_line_that_a_terminal_does_not_obey(tmp_path: Path):
    path = written(tmp_path, '"\\u001b[2J" = "\\u001b]0;title\\u0007"\n')
    for arguments in (("validate", path), ("run", path), ("sweep", path, "--dry-run")):
        (line,) = sim(*arguments, code=2).stderr.splitlines()
        assert line.startswith(f"error: {path}: \\x1b[2J = ")
    assert "cannot be read" in sim("validate", tmp_path / LONG, code=2).stderr
    for command in (
        ("sweep", "first_try", "--resume", "--out", tmp_path / LONG),
        ("community", "--from", path, "--out", tmp_path / f"{LONG}.toml"),
    ):
        assert "cannot be written (File name too long)" in sim(*command, code=2).stderr
    assert sim("validate", written(tmp_path, 'name = "[/b] :smile:"\n[horizon]\nweeks = 3\n')).stdout
    assert "[/b] :smile:" in sim("diagnose", tmp_path / "small.toml", "--designs", "retrofit").stdout


MANIFESTS = {
    "brackets": lambda manifest: "[" * 100_000,
    "nothing": lambda manifest: "",
    "a list": lambda manifest: "[]",
    "digits": lambda manifest: "9" * 5000,
    "halves of letters": lambda manifest: json.dumps({**manifest, "specification": {"parties": ["\ud800"]}}),
}


@pytest.mark.parametrize("what", MANIFESTS)
def test_odd_manifests_are_refused(small: Sweep, tmp_path: Path, what: str):
    folder = SweepFolder(tmp_path / "out")
    folder.create(small)
    folder.manifest_path.write_text(MANIFESTS[what](folder.manifest()))
    before = folder.manifest_path.read_bytes()
    assert refused(open_sweep, tmp_path / "out")
    assert refused(status, tmp_path / "out")
    assert folder.manifest_path.read_bytes() == before


def manifests() -> st.SearchStrategy[dict[str, Any]]:
    """Manifests of a small sweep, changed."""
    with tempfile.TemporaryDirectory() as place:
        folder = SweepFolder(Path(place) / "out")
        some = draws_named("posterior").taken(np.arange(20))
        folder.create(load_sweep(written(Path(place), SMALL)).drawn_by(some))
        whole = folder.manifest()
    fields = ["points", "number_of_points", "base", "base.retrofit.name", "parties", "spec.designs", "spec.factors"]
    fields += [f"spec.{name}" for name in SWEEP_FIELDS]
    few = {**whole, "specification": {**whole["specification"], "base": {}}}
    return mutated({"whole": whole, "few": few}, ["format", "model", *(f"specification.{name}" for name in fields)])


def check_manifest(data: dict[str, Any], found: Counter[str]) -> None:
    try:
        if isinstance(data.get("specification"), dict):
            # Signed anew, so that what it holds is looked at.
            data["specification_sha256"] = digest_of(data["specification"])
        text = json.dumps(data)
    except ValueError:  # Whole numbers that Python does not write.
        return
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "manifest.json").write_text(text)
        reported = refused(_opened, Path(place) / "manifest.json")
        assert refused(_reported, Path(place) / "manifest.json"), "there is neither a log nor a part"
        found["refused" if reported else "valid"] += 1


def _opened(path: Path) -> None:
    sweep = SweepFolder(path.parent).sweep()
    for design in sweep.spec.designs:
        sweep.scenario(len(sweep.points) - 1, design)


def _reported(path: Path) -> None:
    status(path.parent)


@FEW
@given(data=manifests())
@pytest.mark.longer
def test_a_manifest_is_valid_or_refused(data: dict[str, Any]):
    check_manifest(data, Counter())


@pytest.mark.slow
def test_thousands_of_manifests_are_valid_or_refused():
    found: Counter[str] = Counter()

    @PART
    @MANY
    @given(data=manifests())
    def check(data: dict[str, Any]) -> None:
        check_manifest(data, found)

    check()
    print(dict(found))
    assert min(found["refused"], found["valid"]) > of_a_proof(300)


@pytest.mark.longer
def test_parts_that_are_no_tables_of_runs_are_refused_and_kept(small: Sweep, tmp_path: Path):
    """Even where the log says that they are."""
    done(small, tmp_path / "out")
    folder = SweepFolder(tmp_path / "out")
    name, entry = sorted(folder.log.parts().items())[0]
    part = folder.parts / name
    runs, (about, of) = folder.read_part(small, name, entry), about_table(part.read_bytes())
    without = of.remove(of.get_field_index("seed"))
    for content in (
        b"no Parquet",
        table_bytes(runs),
        table_bytes(runs.drop(columns="seed"), about, without),
        table_bytes(runs.assign(point=99), about, of),
        table_bytes(runs.assign(seed=99), about, of),
        table_bytes(runs[::-1], about, of),
        table_bytes(pd.concat([runs, runs]), about, of),
        table_bytes(runs, {**about, "points": [0, 1]}, of),
        table_bytes(runs, {**about, "seeds": 1}, of),
        table_bytes(runs, {}, of),
    ):
        part.write_bytes(content)
        reported = entry._replace(sha256=hashlib.sha256(content).hexdigest())
        folder.log.enter({"part": name, **reported._asdict()})
        assert refused(open_sweep, tmp_path / "out")
        assert part.read_bytes() == content


def test_a_log_is_read_as_far_as_it_can_be(small: Sweep, tmp_path: Path):
    folder = SweepFolder(tmp_path / "out")
    folder.create(small)
    name = "part-00000-000000.parquet"
    odd = [
        json.dumps({"part": name, "sha256": "0", "rows": 1e999, "errors": 0}),
        "[" * 100_000,
        "9" * 5000,
        "\x00",
        "{}",
    ]
    (tmp_path / "out" / "log.jsonl").write_text("\n".join(odd) + "\n")
    assert folder.log.parts() == {}
    assert status(tmp_path / "out")["runs"] == 0
