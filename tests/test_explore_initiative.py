"""The live page's form: from an empty form to a forecast of one's own initiative."""

import json
import tomllib
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import pytest
from exploring import events, got

from sim.casebook import to_scenario
from sim.casebook.drawing import drawn
from sim.casebook.files import Code, open_casebook
from sim.casebook.rubric import fields
from sim.draws import left_by
from sim.engine import simulate
from sim.explore.initiative import NAME, Answers, chunks, form, posterior, reading_file, taken_over, to_find_out
from sim.explore.state import Refused
from sim.scenario import Scenario, load_scenario
from sim.scenario.load import lay_design

pytestmark = pytest.mark.once
FEW = {"pairs": "30", "years": "1", "designs": "as_written,greenfield", "chooses": "mandatory", "children": "100"}


def test_the_form_asks_all_that_the_model_makes_use_of():
    asked = {each["field"] for group in form()["groups"] for each in group["questions"]}
    assert asked == fields().keys() - set(to_scenario.UNUSED)
    assert all(group["title"] and group["title"][0].isupper() for group in form()["groups"])


def test_runs_are_those_of_a_coded_case_with_the_same_answers():
    answers = Answers.from_query([*FEW.items(), ("departure", "0.3:0.5")])
    draws = posterior()
    with ThreadPoolExecutor(2) as pool:
        lived = list(chunks(answers, draws, pool))
    runs = {name: [run for each in lived for run in each.runs[name]] for name in answers.designs}
    codes = [{name: Code(value=code.value, basis="fact", why="known") for name, code in answers.codes.items()}]
    base = Scenario()
    for design in answers.designs:
        for seed in (0, 7, 29):
            values = to_scenario.changes(NAME, drawn(NAME, codes, seed % len(draws)), 1)
            point = base.revise({**values, **lay_design(base, design), "design_name": design})
            left = left_by(draws, answers.middle())
            assert simulate(point.revise(left.row(seed)), seed).outcome == runs[design][seed].outcome


def test_an_open_answer_is_drawn_with_the_parameters_and_met_again_with_them():
    answers = Answers.from_query([("departure", "0.3:0.5")])
    first = [answers.values(draw)["departure"] for draw in range(50)]
    assert len(set(first)) == 50
    assert 0.3 <= min(first) < 0.35
    assert 0.45 < max(first) <= 0.5
    assert answers.values(None)["departure"] == pytest.approx(0.4)
    # Another answer moves nothing else that is drawn.
    other = Answers.from_query([("departure", "0.9")]).values(3)
    assert {name: value for name, value in other.items() if name != "departure"} == {
        name: value for name, value in answers.values(3).items() if name != "departure"
    }


def test_what_matters_is_found_out_and_what_does_not_is_not():
    values = {draw: {"departure": draw / 100, "role_change": (draw * 37 % 100) / 100} for draw in range(100)}
    for draw in values:
        values[draw]["can_be_cut"] = "yes" if draw % 2 else "no"
    chance = {draw: 0.2 + 0.6 * values[draw]["departure"] for draw in values}
    rows = to_find_out(values, chance)
    assert rows[0]["field"] == "departure"
    found = {row["field"]: row["difference"] for row in rows}
    assert found["departure"][1] > 0.3
    for name in ("role_change", "can_be_cut"):
        assert found[name][1] < 0 < found[name][2]


@pytest.mark.parametrize("case", ["mountain_view", "cheshire", "village_high"])
def test_a_documented_programme_is_taken_over_without_its_place(case):
    found = {field: text for field, text in taken_over(case).items() if text}
    assert not found.keys() & {"children", "achievement", "vetting", "cost", "chooses"}
    answers = Answers.from_query(found.items())
    for name, code in answers.codes.items():
        coded = [each.codes[name].value for each in open_casebook().readings[case] if name in each.codes]
        assert any(fields()[name].agree(code.value, each) for each in coded) or len(coded) > 1


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"departure": "2"}, "departure = 2: accepted: a number"),
        ({"departure": "0.6:0.2"}, "the lower first"),
        ({"departure": "much"}, "departure = much"),
        ({"departure": "nan"}, "departure = nan"),
        ({"chooses": "nobody"}, "chooses = nobody: accepted: one of"),
        ({"promises": "wealth"}, "promises = wealth"),
        ({"children": "12.5"}, "children = 12.5"),
        ({"no_such": "1"}, "no_such: accepted: a field of sim case rubric"),
        ({"designs": "retrofit,retrofit"}, "each once"),
        ({"years": "99"}, "years"),
        ({"pairs": "1e9"}, "pairs"),
        ({"years": "10", "pairs": "2000", "children": "600", "designs": ",".join(form()["designs"])}, "person-weeks"),
    ],
)
def test_what_is_not_accepted_is_refused_in_a_line(address, query, told):
    status, _, text = got(address, "about", **{**FEW, **query})
    assert status in (400, 422)
    assert any(told in line for _, line in json.loads(text)["refused"])
    status, _, text = got(address, "described", **{**FEW, **query})
    ((kind, lines),) = events(text)
    assert kind == "refused"
    assert any(told in line for _, line in lines)


def test_several_faults_are_several_lines():
    with pytest.raises(Refused) as refused:
        Answers.from_query([("departure", "2"), ("chooses", "nobody")])
    assert [name for name, _ in refused.value.lines] == ["departure", "chooses"]


def test_what_is_said_of_it_has_cases_like_it_notes_and_what_was_shown(address):
    status, _, text = got(
        address,
        "about",
        **{**FEW, "places": "50", "family_time": "-1", "college_risk": "1", "loss_of_rank": "1", "displaced": "1"},
    )
    found = json.loads(text)
    assert status == 200
    assert len(found["like"]) == 5
    assert all(each["sources"] for each in found["like"])
    assert any("places is left aside" in note for note in found["notes"])
    assert any("beyond what is on record" in note for note in found["notes"])
    assert "has not been shown" in found["said"][0]


def test_numbers_come_and_the_last_say_what_to_find_out(address):
    _, _, text = got(address, "described", **{**FEW, "pairs": "200", "years": "3", "departure": "0:1"})
    *numbers, (last, data) = events(text)
    assert (last, data["pairs"]) == ("done", 200)
    final = numbers[-1][1]
    assert final["designs"]["as_written"]["label"] == "your initiative"
    assert final["designs"]["as_written"]["unknown"] is not None
    assert {row["field"] for row in final["open"]} >= {"departure", "vetting"}
    assert "children" not in {row["field"] for row in final["open"]}
    assert "your initiative" in final["differences"][0]["sentence"]
    own = final["designs"]["as_written"]
    assert sum(share for share, _, _ in own["why"].values()) == pytest.approx(own["risk"]["share"][-1], abs=1e-4)
    assert all(low <= share <= high for share, low, high in own["why"].values())


def test_files_to_take_away_are_a_scenario_and_a_reading(address, tmp_path):
    query = {**FEW, "departure": "0.3:0.5", "promises": "scores,equity", "title": 'Ours "at" last'}
    _, _, text = got(address, "our_initiative.toml", **query)
    path = tmp_path / "our_initiative.toml"
    path.write_text(text)
    scenario = load_scenario(path)
    assert scenario.initiative.departure == pytest.approx(0.4)
    assert scenario.title == 'Ours "at" last'
    _, _, text = got(address, "our_answers.toml", **query)
    codes = tomllib.loads(text)["codes"]
    assert codes["departure"]["value"] == [0.3, 0.5]
    assert codes["promises"]["value"] == ["scores", "equity"]
    # A casebook takes it as it is.
    (tmp_path / "cases").mkdir()
    (tmp_path / "readings").mkdir()
    shipped = open_casebook().folder / "cases" / "cheshire.toml"
    (tmp_path / "cases" / f"{NAME}.toml").write_text(shipped.read_text())
    (tmp_path / "readings" / f"{NAME}.a.toml").write_text(text)
    assert open_casebook(tmp_path).readings[NAME][0].codes["children"].value == 100


def test_the_reading_of_no_answers_is_one():
    assert tomllib.loads(reading_file(Answers({})))["codes"] == {}


@pytest.mark.longer
def test_from_an_empty_form_to_a_forecast_without_a_terminal(browser, address):
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": 1280, "height": 900})
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    done = "() => document.body.dataset.done && document.body.dataset.done === location.hash.slice(1)"
    page.goto(f"{address}/initiative.html#pairs=100&years=1")
    page.wait_for_function(done)
    assert page.locator("#chances li").count() == 5
    assert "0 of" in page.locator("#answered").inner_text()
    page.locator("#begin").select_option("mountain_view")
    page.wait_for_function("() => location.hash.includes('tailoring=')")
    page.wait_for_function(done)
    # An anchor is chosen by a click; a range by two boxes.
    page.get_by_role("button", name="0.2: one routine changes").click()
    page.wait_for_function("() => location.hash.includes('departure=0.2&')")
    page.locator("#ask-departure").select_option("two")
    page.wait_for_function("() => /departure=0.2%3A0.3/.test(location.hash)")
    page.locator("#ask-chooses").select_option("opt_in")
    page.wait_for_selector("#ask-places")
    page.wait_for_function(done)
    assert page.locator("#like li").count() == 5
    assert "end" in page.locator("#why").inner_text()
    assert "has not been shown" in page.locator("#standing").inner_text()
    # What is not accepted is said at its question.
    page.locator("#ask-departure-whole input[type=number]").first.fill("7")
    page.wait_for_selector("#ask-departure-error:not(:empty)")
    page.locator("#ask-departure-whole input[type=number]").first.fill("0.1")
    page.wait_for_function(done)
    asked = urllib.parse.parse_qs(page.url.partition("#")[2])
    page.reload()
    page.wait_for_function(done)
    assert urllib.parse.parse_qs(page.url.partition("#")[2]) == asked
    assert page.locator("#ask-departure").input_value() == "two"
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert Axe().run(page).response["violations"] == []
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not [text for text in told if "422" not in text]
    page.close()


def test_ends_of_an_open_answer_do_not_share_values_and_unused_ones_are_left_out():
    values = {draw: {"grades": 3 + draw % 3, "day_share": draw / 100, "children": 100 + draw} for draw in range(90)}
    chance = {draw: float(values[draw]["grades"] == 5) for draw in values}
    rows = {row["field"]: row for row in to_find_out(values, chance)}
    assert rows["grades"]["low"] == "3 or less"
    assert rows["grades"]["high"] == "5 or more"
    assert rows["grades"]["difference"][0] == 1.0
    assert "day_share" not in rows
    assert rows["children"]["low"] == "129 or less"


def test_a_title_cannot_write_lines_of_the_file(address, tmp_path):
    _, _, text = got(address, "our_initiative.toml", **{**FEW, "title": 'x\nname = "evil"\nextends = "cheshire"\n\a'})
    assert tomllib.loads(text)["name"] == NAME
    assert "extends" not in tomllib.loads(text)


def test_answers_are_taken_away_as_they_were_given():
    text = reading_file(Answers.from_query([("family_cost", "12345.6"), ("departure", "0.30001:0.50001")]))
    codes = tomllib.loads(text)["codes"]
    assert codes["family_cost"]["value"] == 12345.6
    assert codes["departure"]["value"] == [0.30001, 0.50001]


def test_a_question_is_asked_where_what_stands_without_an_answer_asks_for_it():
    questions = {each["field"]: each for group in form()["groups"] for each in group["questions"]}
    assert questions["board"]["otherwise"] == "elected"
    assert questions["chooses"]["otherwise"] == "mandatory"
    assert questions["union"]["otherwise"] == ""


def test_what_a_case_says_nothing_of_is_opened_again():
    assert {field for field, text in taken_over("cheshire").items() if not text}
