"""``sim new``: a scenario to begin with, which runs."""

import os
import pty
import subprocess
import sys

import pytest
from command import sim
from conftest import ROOT

from sim.cli.new import FROM_ELSEWHERE
from sim.scenario import Scenario, load_scenario, parameter_table
from sim.scenario.draft import ASKED, as_typed, draft, value_of

pytestmark = pytest.mark.once


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


def test_words_and_lists_are_set_as_the_file_has_them(tmp_path):
    path, title = tmp_path / "ours.toml", 'Guilford "2013" \\ \U0001f3eb'
    sim(
        "new", "ours", "--no-ask", "--set", f"title={title}", "--set", "summary=2013",
        "--set", 'sources=["a letter"]', "--set", "community.election_weeks=[46, 118]",
        "--set", "design.phasing=by_grade", "--set", "population.grades=2", "--set", "design.start_weeks=[1, 37]",
        "--set", "factors.flexibility.charter=0.8", "--out", path,
    )  # fmt: skip
    made = load_scenario(path)
    assert (made.title, made.summary, made.sources) == (title, "2013", ("a letter",))
    assert (made.community.election_weeks, made.design.start_weeks) == ((46, 118), (1, 37))
    assert made.factors.flexibility.charter == 0.8


@pytest.mark.longer
def test_every_field_can_be_set_to_what_it_is(tmp_path):
    plain = Scenario()
    for field in parameter_table()["field"]:
        value = plain.at(field)
        if field in FROM_ELSEWHERE or value is None or value == "":
            continue
        assert Scenario().revise({field: value_of(as_typed(value).strip('"'))}).at(field) == value
        path = tmp_path / "one.toml"
        path.write_text(draft("scenario", {field: value}))
        assert load_scenario(path).at(field) == value, field


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
    ("arguments", "reported"),
    [
        (("new", "a b"), "letters, digits"),
        (("new", "x", "--set", "population.families"), "FIELD=VALUE"),
        (("new", "x", "--set", "population.people=3"), "unknown field"),
        (("new", "x", "--set", "population.families=-3"), "population.families = -3: accepted"),
        (("new", "x", "--set", "community.election_weeks=[45.5]"), "a list of whole numbers"),
        (("new", "x", "--set", "design.capacity=null"), "design.capacity = 'null': accepted"),
        (("new", "x", "--set", "name=y"), "accepted: a field beside NAME"),
        (("new", "x", "--set", "design_name=y"), "--designs"),
        (("new", "x", "--set", "title=\udcff"), "FIELD=VALUE"),
        (("new", "x", "--from", "nowhere"), "nowhere"),
        (("new", "x", "--out", "/proc/x/x.toml"), "--out = /proc/x/x.toml: cannot be written"),
    ],
)
def test_wrong_input_gets_one_line_and_writes_nothing(tmp_path, arguments, reported):
    done = sim(*arguments, code=2, cwd=tmp_path)
    assert len(done.stderr.strip().splitlines()) == 1
    assert reported in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_gets_one_line(tmp_path):
    (tmp_path / "adir").mkdir()
    for place in ("adir", "x" * 300, "x" * 250, "/proc/ours.toml"):
        reported = sim("new", "ours", "--no-ask", "--out", place, "--force", code=2, cwd=tmp_path).stderr
        assert len(reported.splitlines()) == 1
        assert "cannot be written" in reported
    assert [path.name for path in tmp_path.iterdir()] == ["adir"]
    assert list((tmp_path / "adir").iterdir()) == []


def test_a_file_that_is_there_stays(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("name = 'mine'\n")
    assert "--force" in sim("new", "mine", "--out", path, code=2).stderr
    assert path.read_text() == "name = 'mine'\n"
    sim("new", "mine", "--out", path, "--force")
    assert "[population]" in path.read_text()


def asked(path, reported: str) -> tuple[int, str, str]:
    """What ``sim new`` says on a terminal on which so much is typed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "new", "asked", "--out", str(path)],
        stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env={**os.environ},
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, reported.encode())
    out, errors = process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, out.decode(), errors.decode()


def answers(**given: str) -> list[str]:
    """A line for each field that is asked for, empty but for some."""
    return [given.get(field.replace(".", "__"), "") for field in ASKED]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal")
@pytest.mark.longer
def test_on_a_terminal_it_asks(tmp_path):
    path = tmp_path / "asked.toml"
    code, out, errors = asked(path, "\n".join(answers(population__families="700")) + "\n")
    assert code == 0, errors
    assert "population.families" in out
    made = load_scenario(path)
    assert made.population.families == 700


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal")
@pytest.mark.longer
def test_an_answer_that_is_not_taken_is_asked_for_again(tmp_path):
    path = tmp_path / "asked.toml"
    lines = answers(
        population__families="many\n700", board__constituency="600", community__election_weeks="45\n[45]",
        design__assignment="opt_in",
    )  # fmt: skip
    # What does not go together: an option's places, which come first, then the constituency.
    code, out, errors = asked(path, "\n".join([*lines, "", "200", "", "900"]) + "\n")
    assert code == 0, errors + out
    assert "'many': accepted: a whole number" in out
    assert "'45': accepted: a list of whole numbers" in out
    made = load_scenario(path)
    assert (made.population.families, made.board.constituency, made.design.capacity) == (700, 900, 200)
    assert made.community.election_weeks == (45,)


def test_all_that_is_wrong_with_set_is_reported_at_once(tmp_path):
    wrong = ("--set", "population.familes=1", "--set", "leadership.training=5", "--set", "horizon.weeks=x")
    lines = sim("new", "x", "--no-ask", *wrong, code=2, cwd=tmp_path).stderr.splitlines()
    assert len(lines) == 3
    assert "did you mean population.families?" in lines[0]
    assert not list(tmp_path.iterdir())
