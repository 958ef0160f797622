"""``sim new``: a scenario to begin with, which runs."""

import os
import pty
import subprocess
import sys

import pytest
from command import sim
from conftest import ROOT

from sim.scenario import Scenario, load_scenario


def test_it_writes_what_is_given_and_marks_the_rest(tmp_path):
    path = tmp_path / "ours.toml"
    sim("new", "ours", "--set", "population.families=120", "--set", "design.dose=0.5", "--out", path)
    made = load_scenario(path)
    assert (made.name, made.population.families, made.design.dose) == ("ours", 120, 0.5)
    assert made == Scenario().revise(
        {"name": "ours", "title": "ours", "sources": (), "population.families": 120, "design.dose": 0.5}
    )
    text = path.read_text()
    assert text.count("Fact: of which source?") == 2
    assert "leadership" in text
    assert "Assumption." in text
    sim("run", path)


def test_it_begins_from_another_which_stays_what_it_was(tmp_path):
    path = tmp_path / "two.toml"
    sim("new", "two", "--from", "mountain_view", "--set", "leadership.training=0.9", "--out", path)
    made, base = load_scenario(path), load_scenario("mountain_view")
    assert made.leadership.training == 0.9
    assert made.population == base.population
    third = tmp_path / "deep" / "three.toml"
    third.parent.mkdir()
    sim("new", "three", "--from", path, "--out", third)
    assert load_scenario(third).leadership == made.leadership


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("new", "a b"), "letters, digits"),
        (("new", "x", "--set", "population.families"), "FIELD=VALUE"),
        (("new", "x", "--set", "population.people=3"), "unknown field"),
        (("new", "x", "--set", "population.families=-3"), "population.families = -3: accepted"),
        (("new", "x", "--from", "nowhere"), "nowhere"),
        (("new", "x", "--out", "no/such/folder/x.toml"), "no such folder"),
    ],
)
def test_wrong_input_gets_one_line_and_writes_nothing(tmp_path, arguments, told):
    done = sim(*arguments, code=2, cwd=tmp_path)
    assert len(done.stderr.strip().splitlines()) == 1
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_gets_one_line(tmp_path):
    (tmp_path / "adir").mkdir()
    for place in ("adir", "x" * 300, "x" * 250, "/proc/ours.toml"):
        told = sim("new", "ours", "--no-ask", "--out", place, "--force", code=2, cwd=tmp_path).stderr
        assert len(told.splitlines()) == 1
        assert "cannot be written" in told
    assert [path.name for path in tmp_path.iterdir()] == ["adir"]
    assert list((tmp_path / "adir").iterdir()) == []


def test_a_file_that_is_there_stays(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("name = 'mine'\n")
    assert "--force" in sim("new", "mine", "--out", path, code=2).stderr
    assert path.read_text() == "name = 'mine'\n"
    sim("new", "mine", "--out", path, "--force")
    assert "[population]" in path.read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal")
def test_on_a_terminal_it_asks(tmp_path):
    ours, theirs = pty.openpty()
    path = tmp_path / "asked.toml"
    told = "700\n" + "\n" * 60
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "new", "asked", "--out", str(path)],
        stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env={**os.environ},
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, told.encode())
    out, errors = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0, errors.decode()
    assert b"population.families" in out
    made = load_scenario(path)
    assert made.population.families == 700
