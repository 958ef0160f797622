"""Some of a sweep: only some designs or design points, in every command that reads one; and
findings of one question beside those of another.
"""

import json
import shutil

import pandas as pd
import pytest
from command import sim

from sim import InputError
from sim.cli.app import app
from sim.diff import diff
from sim.findings import find, find_all, read
from sim.findings.base.write import place_of, write_findings
from sim.report.paper import paper
from sim.statistics.quantities import Event
from sim.sweep.results import open_sweep
from sim.sweep.samples import small_folder
from sim.sweep.selection import select

pytestmark = pytest.mark.once

TRAINED = "leadership.training>=0.5"


@pytest.fixture(scope="module")
def folder():
    return small_folder(factorial=True)


@pytest.fixture
def own(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "own", ignore=shutil.ignore_patterns("analysis*"))


@pytest.fixture
def reported(capsys):
    def of(*arguments) -> str:
        try:
            code = app([*map(str, arguments)], standalone_mode=False)
        except SystemExit as left:
            code = left.code
        assert not code
        return capsys.readouterr().out

    return of


@pytest.mark.parametrize(
    ("designs", "where", "runs", "points"),
    [
        (None, None, 80, {0, 1, 2, 3}),
        (["greenfield"], None, 40, {0, 1, 2, 3}),
        (["greenfield, retrofit"], None, 80, {0, 1, 2, 3}),
        (None, [TRAINED], 40, {2, 3}),
        (None, ["leadership.training = 0.9", "leadership.vetting<.5"], 20, {2}),
        (None, ["leadership.training != 0.9"], 40, {0, 1}),
        (None, ["point<=1", "leadership.vetting == 0.1"], 20, {0}),
        (["retrofit"], ["point=3"], 10, {3}),
    ],
)
@pytest.mark.longer
def test_what_is_selected_is_what_is_read(folder, designs, where, runs, points):
    some, _ = select(open_sweep(folder), designs, where)
    assert (len(some.runs), set(some.runs["point"])) == (runs, points)
    evidence = read(folder, designs=designs, where=where)
    assert len(evidence.runs) == runs
    for each in find_all(evidence):
        assert not each.failed, (each.finding.name, each.unsupported)
        for name, table in each.tables.items():
            if "point" in table.columns:
                assert set(table["point"]) <= points, name
            if "design" in table.columns:
                assert set(table["design"]) <= set(evidence.designs), name


def test_numbers_that_differ_in_the_last_digit_are_alike(folder):
    results = open_sweep(folder)
    sweep = results.sweep
    sweep.points["leadership.training"] = [0.1 + 0.2, 0.3, 0.5, 0.5]
    for where, count in (("= 0.3", 2), (">= 0.3", 4), ("> 0.3", 2), ("< 0.3", 0), ("!= 0.3", 2)):
        if count:
            assert len(select(results, None, [f"leadership.training{where}"])[1].points) == count
        else:
            with pytest.raises(InputError, match="no design point"):
                select(results, None, [f"leadership.training{where}"])


def test_names_are_compared_whole_and_words_of_a_factor_may_hold_a_sign(folder):
    results = open_sweep(folder)
    points = results.sweep.points
    points["leadership.training"] = ["A", "a=b", "b", "b"]
    points.columns = ["who", "who >= whom"]
    assert select(results, None, ["who = a"])[1].points == (0,)
    assert select(results, None, ["who=a=b"])[1].points == (1,)
    assert select(results, None, ["who >= whom > 0.5"])[1].points == (1, 3)
    with pytest.raises(InputError, match=r"'who > a': accepted: = or !=, with A, a=b, b"):
        select(results, None, ["who > a"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--design", "retro"], "--design = 'retro': accepted: retrofit, greenfield"),
        (["--design", "retrofit,"], "--design = ''"),
        (["--where", "leadership.trianing>1"], "accepted: FACTOR>=VALUE"),
        (["--where", "leadership.training"], "accepted: FACTOR>=VALUE"),
        (["--where", "leadership.training>=high"], "accepted: a number, 0.1, 0.9"),
        (["--where", "leadership.training=0.4"], "no design point; accepted: 0.1, 0.9"),
        (["--where", "point>2", "--where", "leadership.training<0.5"], "no design point has all of point > 2 and"),
    ],
)
@pytest.mark.parametrize("command", ["analyse", "plot", "report", "export", "status", "diff"])
@pytest.mark.longer
def test_what_cannot_be_selected_is_one_clear_line(folder, command, options, said, monkeypatch):
    arguments = {"plot": [folder, "--figure", "risk"], "diff": [folder, folder]}.get(command, [folder])
    with pytest.raises(InputError) as refused:
        app([command, *map(str, [*arguments, *options])], standalone_mode=False)
    assert said in str(refused.value)
    assert "accepted" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_captions_reports_and_tables_say_what_was_selected(folder):
    evidence = read(folder, designs=["greenfield"], where=[TRAINED])
    words = "only greenfield; only where leadership.training >= 0.5 (2 of 4 points)"
    assert words in evidence.sample
    assert evidence.entries["selection"] == words
    (figure,) = find("risk", evidence).figures(evidence).values()
    (caption,) = [each.get_text() for each in figure.texts if each.get_gid() == "caption"]
    assert words in " ".join(caption.split())
    assert all(words in each.caption for each in paper(evidence).printed)


def test_a_selection_keeps_what_is_missing_of_the_whole_apart(folder):
    evidence = read(folder, where=["point=0"])
    assert (evidence.incomplete, evidence.gaps) == ("", "")


def test_a_claim_is_not_judged_on_some_of_its_designs(folder):
    evidence = read(folder, designs=["retrofit"])
    claim = evidence.results.sweep.spec.model_copy(update={"hypothesis": "H1"})
    object.__setattr__(evidence.results.sweep, "spec", claim)
    (found,) = find_all(evidence, ["hypothesis"])
    assert found.unsupported == "H1 is judged on all designs of the sweep; accepted: without --design"


def test_commands_look_at_what_is_selected_only(own, tmp_path, monkeypatch, reported):
    monkeypatch.chdir(tmp_path)
    some = ["--design", "greenfield", "--where", TRAINED]
    state = json.loads(reported("status", own, *some, "--json"))
    assert state["selected"] == {
        "selection": "only greenfield; only where leadership.training >= 0.5 (2 of 4 points)", "runs": 20, "errors": 0,
    }  # fmt: skip
    assert "20 runs, 0 with an error" in reported("status", own, *some)
    reported("export", own, *some, "--file", "some.csv")
    table = pd.read_csv("some.csv")
    assert (set(table["design"]), set(table["leadership.training"]), len(table)) == ({"greenfield"}, {0.9}, 20)
    again = json.loads(reported("diff", own, own, *some, "--json"))
    assert {row["design"] for row in again["results"]} == {"greenfield"}
    assert len(again["points"]) == 2
    reported("export", own, "--paper", *some)
    (place,) = own.glob("paper*")
    assert place.name == "paper_only_greenfield_where_leadership.training_at_least_0.5"
    assert set(pd.read_csv(place / "risk.csv")["design"]) == {"greenfield"}


def test_a_diff_is_of_the_points_selected(folder):
    whole, some = (read(folder, where=where) for where in (None, [TRAINED]))
    assert diff(some, some).points["a_point"].tolist() == [2, 3]
    assert diff(whole, some).points["a_point"].tolist() == [2, 3]
    assert len(diff(some, some).changes) == len(diff(whole, whole).changes) / 2


@pytest.mark.slow
def test_each_question_has_findings_of_its_own(own, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.findings.base.write.drawn", lambda found, evidence: (found, {}))
    questions = [read(own), read(own, "adapted"), read(own, week=20), read(own, designs=["retrofit"])]
    places = {place_of(each) for each in questions}
    assert len(places) == 4
    for each in questions:
        write_findings(each)
    before = {path: path.read_bytes() for path in own.glob("analysis*/risk.csv")}
    assert {path.parent for path in before} == places
    # Repeating a request replaces its own folder, in its place and elsewhere.
    elsewhere = tmp_path / "elsewhere"
    for _ in range(2):
        write_findings(questions[1], out=elsewhere)
        write_findings(questions[1])
    assert {path: path.read_bytes() for path in before} == before
    assert (elsewhere / "risk.csv").read_bytes() == before[place_of(questions[1]) / "risk.csv"]
    # Another one does not, unless that is asked for.
    with pytest.raises(InputError, match=r"elsewhere: exists; accepted: a new folder, or --force"):
        write_findings(questions[0], out=elsewhere)
    assert json.loads((elsewhere / "manifest.json").read_text())["event"] == str(Event("adapted", 40))
    write_findings(questions[0], out=elsewhere, force=True)
    assert json.loads((elsewhere / "manifest.json").read_text())["event"] == str(Event("discontinued", 40))
    # Nor where it would take a folder's name by chance, or what is not ours.
    shutil.copytree(elsewhere, own / "analysis_adapted_by_week_40", dirs_exist_ok=True)
    with pytest.raises(InputError, match="exists; accepted"):
        write_findings(questions[1])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("years of work")
    for force in (False, True):
        with pytest.raises(InputError, match="accepted: a new folder"):
            write_findings(questions[0], out=tmp_path / "mine", force=force)


@pytest.mark.slow
@pytest.mark.usefixtures("drafts")
def test_the_command_says_where_it_wrote(own):
    reported = sim("analyse", own, "--event", "adapted", "--design", "retrofit").stdout
    place = own / "analysis_adapted_by_week_40_only_retrofit"
    assert f"written: {place}" in reported
    assert "only retrofit" in reported.splitlines()[0]
    assert (place / "risk.png").is_file()
    report = sim("report", own, "--design", "retrofit").stdout.strip()
    assert report == str(own / "report_only_retrofit.html")
    assert "only retrofit" in (own / "report_only_retrofit.html").read_text()
