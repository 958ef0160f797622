"""The casebook: files, rubric, drawing, the map to a scenario, agreement, commands."""

import csv
import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from command import sim
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import load_scenario
from sim.casebook import page, to_scenario
from sim.casebook.agreement import agreement, interval_alpha, nominal_alpha
from sim.casebook.drawing import codes_of, drawn
from sim.casebook.files import KNOWN, SHIPPED, Cause, Code, open_casebook
from sim.casebook.rubric import Field, fields
from sim.casebook.runs import followed
from sim.casebook.tables import COLUMNS, cases_table, frames_table, readings_table
from sim.io.errors import InputError
from sim.parties.board.endings import CAUSES

pytestmark = pytest.mark.once

BOOK = open_casebook()
FEW = (
    "mountain_view",
    "elizabeth",
    "seminole_year_round_1994",
    "bardstown_year_round",
    "village_high",
    "roots_elementary",
)
COMMON = {
    "School",
    "Schools",
    "District",
    "County",
    "High",
    "Public",
    "City",
    "Area",
    "Elementary",
    "Middle",
    "State",
    "Online",
}


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A small casebook: six cases and three frames of the shipped one."""
    folder = tmp_path / "few"
    for part in ("cases", "readings", "frames"):
        (folder / part).mkdir(parents=True)
    for name in FEW:
        shutil.copy(SHIPPED / "cases" / f"{name}.toml", folder / "cases")
        for reading in (SHIPPED / "readings").glob(f"{name}.*.toml"):
            shutil.copy(reading, folder / "readings")
    for name in ("pbis_915", "four_day_missouri", "utc_58"):
        shutil.copy(SHIPPED / "frames" / f"{name}.toml", folder / "frames")
    return folder


# --- the data -------------------------------------------------------------------------------------


def test_causes_are_those_of_a_run():
    assert get_args(Cause) == tuple(CAUSES)


def test_a_collection_becomes_a_casebook(tmp_path):
    """As the table says it, dates as coarse as they are; what it cannot hold is to be coded."""
    head = (
        "id,place,state,initiative,kind,programme,design,begun,start_date,known_at_start,what_happened,outcome,"
        "outcome_date,last_known_date,how_found,confidence,sources"
    )
    rest = "other,0.6,One; 2014 | Two; 2015"
    rows = [
        f'ours,Ours,CO,"A ""later"" start",schedule,start_time,mandatory,yes,2012-09,Known.,Ended.,discontinued,'
        f"2014 (vote),2015-01-31,{rest}",
        f"theirs,Theirs,CA,Tablets,technology,devices,opt_in_inside,no,mid-1990s,Known.,Dropped.,discontinued,none,2001,{rest}",
        f"kept,Kept,WA,Tablets,technology,devices,opt_in_inside,yes,2013-09-01,Known.,Kept.,sustained,,2016-12,{rest}",
    ]
    (tmp_path / "cases.csv").write_text("\n".join([head, *rows]))
    assert "3 cases" in sim("case", "import", tmp_path / "cases.csv", "--out", tmp_path / "book").stdout
    book = open_casebook(tmp_path / "book")
    ours, theirs = book.cases["ours"], book.cases["theirs"]
    assert ours.case.initiative == 'A "later" start'
    assert ours.case.sources == ("One; 2014", "Two; 2015")
    assert [str(day) for day in ours.start.date] == ["2012-09-01", "2012-09-30"]
    assert [str(day) for day in ours.outcome.decided] == ["2014-01-01", "2014-12-31"]
    assert (theirs.start.begun, theirs.outcome.manner) == (False, "before_start")
    assert "Not coded yet" in ours.outcome.notes
    assert book.cases["kept"].outcome.first_cause is None

    faulty = [head, rows[0], rows[0], f"x,X,CO,Y,schedule,other,mandatory,perhaps,unknown,K.,E.,sustained,,2015,{rest}"]
    (tmp_path / "faulty.csv").write_text("\n".join(faulty))
    said = (
        sim("case", "import", tmp_path / "faulty.csv", "--out", tmp_path / "none", code=2).stderr.strip().splitlines()
    )
    for start in ("row 3: id = 'ours': is there twice", "row 4: begun = 'perhaps'", "row 4: start_date = 'unknown'"):
        assert any(start in line for line in said), said
    assert len([line for line in said if "faulty.csv" in line]) == 3
    (tmp_path / "odd.csv").write_text("\n".join([head, rows[0].replace("schedule", "timetable")]))
    (said,) = (
        sim("case", "import", tmp_path / "odd.csv", "--out", tmp_path / "none", code=2).stderr.strip().splitlines()
    )
    assert "odd.csv: row 2: case.kind = 'timetable'" in said
    assert not (tmp_path / "none").exists()
    (tmp_path / "other.csv").write_text("id,place\na,b\n")
    said = sim("case", "import", tmp_path / "other.csv", "--out", tmp_path / "none", code=2).stderr
    assert "column initiative is missing" in said


def test_every_case_that_began_is_coded_twice():
    begun = {name for name, case in BOOK.cases.items() if case.start.begun}
    assert {name: len(BOOK.readings.get(name, [])) for name in begun} == dict.fromkeys(begun, 2)
    assert len(BOOK.cases) >= 68


PLANNED = re.compile(
    r"plan|to be |was to|were to|would|until|contract|follow|decided|voted|can |may |to (June|full)|hope|foresee"
)


@pytest.mark.parametrize("name", sorted(BOOK.cases))
def test_what_was_known_at_the_start_holds_nothing_later(name):
    """No later year than two months after the start, but in a sentence of what was planned."""
    case = BOOK.cases[name]
    last = (case.start.date[1] + timedelta(days=62)).year
    for text in (case.start.known, case.start.blind):
        for sentence in re.split(r"(?<=[.!?])\s+", " ".join(text.split())):
            years = [int(year) for year in re.findall(r"\b(?:19[5-9]\d|20[0-4]\d)\b", sentence)]
            assert all(year <= last for year in years) or PLANNED.search(sentence), sentence


@pytest.mark.parametrize("name", sorted(BOOK.cases))
def test_the_page_for_coders_does_not_name_the_place(name):
    case = BOOK.cases[name]
    named = set(re.findall(r"\b[A-Z][a-z]{3,}\b", case.case.place)) - COMMON
    programme = set(re.findall(r"\b[A-Z][a-z]{3,}\b", case.case.initiative))
    assert not named - programme & set(re.findall(r"\b[A-Z][a-z]{3,}\b", case.start.blind))


def test_dates_are_in_order():
    for name, case in BOOK.cases.items():
        outcome = case.outcome
        assert case.start.date[0] <= case.start.date[1], name
        if case.start.begun:
            assert followed(case) > 0.0, name
        if outcome.decided and outcome.effective:
            assert outcome.decided[0] <= outcome.effective[1], name


def test_frames_that_are_rates_are_counted_and_coded():
    for name, frame in BOOK.frames.items():
        if frame.frame.usable == "rate":
            assert frame.count, name
            assert len(frame.codes) > 15, name
        assert frame.frame.sources, name


# --- the rubric -----------------------------------------------------------------------------------


def test_every_field_says_what_stands_where_it_is_left_out():
    for field in fields().values():
        assert (field.usual is None) != (not field.unknown), field.name
        if field.usual is not None:
            assert field.fault(field.usual) is None
        elif field.kind == "choices":
            assert field.fault(list(field.unknown)) is None
        else:
            assert all(field.fault(value) is None for value in field.unknown)
        for value in field.anchors:
            assert field.fault(value if field.kind == "choice" else [value] if field.is_text else float(value)) is None


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("departure", 1.2, "a number, or a list of two, the lower first, from 0 to 1"),
        ("departure", [0.5, 0.2], "a number, or a list of two, the lower first, from 0 to 1"),
        ("departure", True, "a number, or a list of two, the lower first, from 0 to 1"),
        ("chooses", "maybe", "one of mandatory, opt_out, opt_in"),
        ("promises", "scores", "a list of scores"),
    ],
)
def test_a_value_that_is_not_accepted_is_refused(name, value, accepted):
    assert fields()[name].fault(value).startswith(accepted)


# --- drawing --------------------------------------------------------------------------------------


def code(value) -> Code:
    return Code(value=value, basis="fact")


def test_readings_that_agree_are_averaged_and_others_drawn_between():
    alike = [{"departure": code(0.4)}, {"departure": code(0.5)}]
    assert {drawn("x", alike, seed)["departure"] for seed in range(5)} == {0.45}
    apart = np.array(
        [drawn("x", [{"departure": code(0.2)}, {"departure": code(0.8)}], seed)["departure"] for seed in range(400)]
    )
    assert 0.2 <= apart.min() < 0.25
    assert 0.75 < apart.max() <= 0.8
    assert abs(apart.mean() - 0.5) < 0.03
    told = [
        drawn("x", [{"decider": code("board")}, {"decider": code("state")}], seed)["decider"] for seed in range(200)
    ]
    assert 70 < told.count("board") < 130


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from(sorted(BOOK.readings)))
def test_a_draw_is_a_function_of_case_and_seed_and_accepted(seed, name):
    codes = codes_of(BOOK.readings[name])
    values = drawn(name, codes, seed)
    assert values == drawn(name, codes, seed)
    assert all(fields()[field].fault(value) is None for field, value in values.items())


# --- the map to a scenario ------------------------------------------------------------------------


def any_value(field: Field) -> st.SearchStrategy:
    if field.kind == "choice":
        return st.sampled_from(field.accepted)
    if field.kind == "choices":
        return st.lists(st.sampled_from(field.accepted), unique=True)
    low, high = field.bounds
    if field.kind == "count":
        return st.integers(1, int(min(high, 20000)))
    return st.floats(low, min(high, 3000.0))


@settings(max_examples=100, deadline=None)
@given(st.data(), st.floats(0.1, 12.0))
def test_whatever_the_rubric_accepts_is_a_scenario(data, years):
    values = {field.name: data.draw(any_value(field), label=field.name) for field in fields().values()}
    made = to_scenario.scenario("any", values, years)
    assert made.horizon.weeks == max(1, round(36 * years))
    assert made.design.assignment == values["chooses"]


# --- agreement ------------------------------------------------------------------------------------


def test_alpha_is_krippendorffs():
    """The example of two coders and ten units in Krippendorff 2011, Computing Krippendorff's
    alpha-reliability: .095.
    """
    first, second = (0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0)
    pairs = list(zip(first, second, strict=True))
    assert round(nominal_alpha(pairs), 3) == 0.095
    assert round(interval_alpha(pairs), 3) == 0.095
    assert np.isnan(interval_alpha([(1.0, 1.0), (1.0, 1.0)]))


def test_agreement_counts_only_what_both_rest_on_a_fact():
    facts, everything = agreement(BOOK), agreement(BOOK, None)
    assert facts["cases"].sum() < everything["cases"].sum()
    assert facts["agree"].between(0.0, 1.0).all()


# --- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "change", "reported"),
    [
        ("cases/elizabeth.toml", ("schema = 1", "schema = 7"), "schema = 7: accepted: 1"),
        (
            "cases/elizabeth.toml",
            ('state = "sustained"', 'state = "ended"'),
            "outcome.state = 'ended': accepted: discontinued | adapted | sustained",
        ),
        (
            "cases/mountain_view.toml",
            ('manner = "mid_year"', ""),
            "state = 'discontinued': accepted: with decided, manner and first_cause",
        ),
        (
            "cases/mountain_view.toml",
            ('first_cause = "families"', 'first_cause = "order"'),
            "accepted: a list with 'order' in it",
        ),
        (
            "readings/elizabeth.a.toml",
            ("departure =", "departur ="),
            "unknown field; did you mean departure?",
        ),
        ("readings/elizabeth.a.toml", ('coder = "a"', 'coder = "c"'), "accepted: as the file's name says, elizabeth.a"),
        ("readings/elizabeth.a.toml", ('case = "elizabeth"', 'case = "elisabeth"'), "accepted"),
        (
            "frames/pbis_915.toml",
            ("ended = 64", "ended = 964"),
            "ended = 964: accepted: a whole number from 0 to units = 915",
        ),
        (
            "cases/elizabeth.toml",
            ("confidence = 0.9", "confidence = 70"),
            "case.confidence = 70: accepted: a number from 0 to 1",
        ),
        ("cases/elizabeth.toml", ("begun = true", 'begun = "yes"'), "start.begun = 'yes': accepted: true or false"),
        ("cases/elizabeth.toml", ('as_of = "', 'as_of = "in '), "accepted: a day, as 2027-08-30"),
        (
            "cases/mountain_view.toml",
            ('decided = ["2017-01-12", ', "decided = ["),
            "accepted: two days, as 2027-08-30, the earlier first",
        ),
        (
            "cases/mountain_view.toml",
            ('decided = ["2017-01-12"', 'decided = ["2017-02-12"'),
            "accepted: the earliest day, then the latest",
        ),
        (
            "cases/mountain_view.toml",
            ('manner = "mid_year"', 'manner = "before_start"'),
            "accepted: before_start where start.begun is false",
        ),
        ("readings/elizabeth.a.toml", ("basis =", "bassis ="), "did you mean basis? accepted: value, basis, why"),
        ("readings/elizabeth.a.toml", ("[codes]", "[coded]"), "codes is missing; accepted: a table [codes]"),
        (
            "readings/elizabeth.a.toml",
            ("grades = { value = 3", "grades = { value = 40"),
            "codes.grades.value = 40: accepted: a whole number",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_told_in_a_line(few, file, change, reported):
    path = few / file
    text = path.read_text()
    assert change[0] in text
    path.write_text(text.replace(*change, 1))
    with pytest.raises(InputError) as error:
        open_casebook(few)
    assert reported in str(error.value)
    assert file.rpartition("/")[2] in str(error.value)


def test_a_reading_of_no_case_is_told(few):
    (few / "cases" / "elizabeth.toml").unlink()
    with pytest.raises(InputError, match=r"case = 'elizabeth': .*accepted: a case of"):
        open_casebook(few)


def test_no_casebook_is_told(tmp_path):
    with pytest.raises(InputError, match="no such folder; accepted: a casebook"):
        open_casebook(tmp_path / "none")
    with pytest.raises(InputError, match="holds no casebook"):
        open_casebook(tmp_path)


# --- commands -------------------------------------------------------------------------------------


def test_a_case_of_ones_own_is_begun_checked_and_made_a_scenario(tmp_path):
    book = tmp_path / "book"
    sim("case", "new", "ours", "--casebook", book)
    reported = sim("case", "check", book, code=2).stderr
    assert "case.place = '': accepted: a text, not empty" in reported
    assert "start.known is as the file was begun" in reported or "case.initiative" in reported
    case = book / "cases" / "ours.toml"
    case.write_text(
        case.read_text()
        .replace('place = ""', 'place = "Ours"')
        .replace('initiative = ""', 'initiative = "Later start"')
        .replace(KNOWN, "An hour.")
    )
    reading = book / "readings" / "ours.a.toml"
    reading.write_text(reading.read_text() + 'children = { value = [400, 600], basis = "fact", why = "two schools" }\n')
    assert "no faults" in sim("case", "check", book).stdout
    sim("case", "scenario", "ours", "--casebook", book, "--out", tmp_path / "ours.toml")
    assert load_scenario(tmp_path / "ours.toml").initiative.departure is not None
    assert "valid" in sim("validate", tmp_path / "ours.toml").stdout
    assert "ours.a.toml" in sim("case", "new", "ours", "--casebook", book, code=2).stderr
    sim("case", "new", "ours", "--casebook", book, "--coder", "b")
    assert (book / "readings" / "ours.b.toml").exists()


def test_every_coded_case_is_a_scenario_file(tmp_path):
    for name in ("alamance_virtual", "boston_start_times_2017"):
        known = name in BOOK.readings
        done = sim("case", "scenario", name, "--out", tmp_path / f"{name}.toml", code=0 if known else 2)
        assert known or "accepted: a coded case" in done.stderr


def test_the_tables_are_as_the_data_package_says(tmp_path):
    sim("case", "export", tmp_path / "tables")
    described = json.loads((tmp_path / "tables" / "datapackage.json").read_text())
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    kinds = {"integer": int, "number": float, "boolean": lambda text: {"True": True, "False": False}[text]}
    for resource in described["resources"]:
        with (tmp_path / "tables" / resource["path"]).open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0]) == [field["name"] for field in resource["schema"]["fields"]]
        for field in resource["schema"]["fields"]:
            assert field["description"]
            for row in rows:
                if row[field["name"]] and field["type"] in kinds:
                    kinds[field["type"]](row[field["name"]])
    assert {each["name"] for each in described["resources"]} == set(COLUMNS)


def test_tables_lose_nothing():
    assert len(cases_table(BOOK)) == len(BOOK.cases)
    assert len(readings_table(BOOK)) == sum(len(each.codes) for readings in BOOK.readings.values() for each in readings)
    assert set(frames_table(BOOK)["frame"]) == set(BOOK.frames)


def test_each_case_is_told_in_words():
    for name, case in BOOK.cases.items():
        said = " ".join(page.told(name, BOOK))
        assert case.case.place in said
        assert case.outcome.state in said
    assert "Mountain View" in sim("case", "tell", "mountain_view").stdout
    assert "did you mean cheshire" in sim("case", "tell", "chesire", code=2).stderr


def test_the_rubric_is_printed():
    said = sim("case", "rubric").stdout
    assert all(f"  {name} (" in said for name in fields())
    assert "departure" not in sim("case", "rubric", "money").stdout
    assert "did you mean money" in sim("case", "rubric", "mony", code=2).stderr
