"""The live page in a real browser: what a person does with it."""

import json
import re
import tomllib
import urllib.parse
from contextlib import contextmanager

import pytest
from exploring import events, got, serving

pytestmark = pytest.mark.once

DONE = "body[data-done]"


class Tab:
    """A tab, what it told on its console, and what it asked of whom."""

    def __init__(self, browser, address, link="", width=1280, height=900, page=None):
        self.page = page or browser.new_page(viewport={"width": width, "height": height})
        self.reported: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.reported.append(message.text))
        self.page.on("pageerror", lambda error: self.reported.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(f"{address}/#{link}")
        self.settle()

    def settle(self):
        """Wait until what is shown is of what is asked."""
        self.page.wait_for_function(
            "() => document.body.dataset.done && document.body.dataset.done === decodeURI(location.hash.slice(1))"
        )

    def state(self):
        return dict(urllib.parse.parse_qsl(self.page.url.partition("#")[2]))

    def see(self, part, inside):
        """Scroll to a part of the page, which is made when it is in sight."""
        self.page.locator(f"#{part}").scroll_into_view_if_needed()
        self.page.wait_for_selector(f"#{part} {inside}")

    def chances(self):
        return self.page.locator("#chances li").all_inner_texts()


@contextmanager
def held(page, path):
    """Requests of a path as they come, which wait to be let go."""
    waiting = []
    page.route(f"**/{path}?*", lambda route: waiting.append(route))
    try:
        yield waiting
    finally:
        page.unroute(f"**/{path}?*")


@pytest.fixture
def tab(browser, address):
    tab = Tab(browser, address, "scenario=small&pairs=100")
    yield tab
    tab.page.close()


@pytest.mark.longer
def test_it_loads_asks_nobody_else_and_has_no_errors(tab, address):
    assert len(tab.chances()) == 5
    assert tab.page.locator("#figure svg").count() == 1
    tab.see("network", ".disc")
    tab.see("run", ".stage:not([hidden])")
    assert {urllib.parse.urlsplit(url).netloc for url in tab.asked if not url.startswith(("data:", "blob:"))} == {
        address.removeprefix("http://")
    }
    assert tab.reported == []


@pytest.mark.longer
def test_moving_a_slider_by_keyboard_moves_the_numbers_which_are_the_servers(tab, address):
    before = tab.chances()
    slider = tab.page.locator("#leadership-training").locator("xpath=../..").locator("input[type=range]")
    slider.focus()
    slider.press("End")
    tab.settle()
    assert tab.state()["leadership.training"] == "1"
    assert tab.chances() != before
    numbers = events(got(address, "live", **tab.state())[2])[-2][1]
    for text, design in zip(tab.chances(), numbers["designs"].values(), strict=True):
        assert re.search(rf"\b{round(100 * design['risk']['share'][-1])} \[", text), (text, design["label"])
    sentences = tab.page.locator("#differences li").all_inner_texts()
    last = [row["sentence"] for row in numbers["differences"] if row["week"] == numbers["weeks"][-1]]
    assert sentences == last


@pytest.mark.longer
def test_a_number_is_typed_into_its_box_key_by_key(tab):
    tab.page.get_by_text("The initiative", exact=True).click()
    for field, typed in (("leadership-training", "0.75"), ("initiative-effect", "-0.25")):
        box = tab.page.locator(f"#{field}")
        box.click(click_count=3)
        box.press("Delete")
        for key in typed:
            box.press(key)
            tab.page.wait_for_timeout(30)
        assert box.input_value() == typed
    box.press("End")
    for key in ("ArrowLeft", "Backspace", "1"):
        box.press(key)
        tab.page.wait_for_timeout(30)
    box.press("Tab")
    assert box.input_value() == "-0.15"
    tab.settle()
    assert tab.state()["leadership.training"] == "0.75"
    assert tab.state()["initiative.effect"] == "-0.15"
    slider = box.locator("xpath=../..").locator("input[type=range]")
    assert float(slider.input_value()) == pytest.approx(-0.15)
    slider.focus()
    slider.press("Home")
    assert float(box.input_value()) == pytest.approx(-0.3)
    assert tab.reported == []


@pytest.mark.longer
def test_places_are_typed_and_taken_away_again(tab):
    box = tab.page.locator("#design-capacity")
    assert box.input_value() == ""
    box.click()
    for key in "120":
        box.press(key)
    tab.settle()
    assert tab.state()["design.capacity"] == "120"
    for _ in "120":
        box.press("Backspace")
    box.press("Tab")
    tab.settle()
    assert "design.capacity" not in tab.state()
    assert box.input_value() == ""


def test_the_newest_scenario_wins_whichever_answer_comes_last(tab):
    with held(tab.page, "start") as waiting:
        for name in ("cheshire", "small"):
            tab.page.select_option("#scenario", name)
            tab.page.wait_for_timeout(50)
        older, newer = sorted(waiting, key=lambda each: "scenario=small" in each.request.url)
        newer.continue_()
        tab.settle()
        with tab.page.expect_response("**/start?*") as answer:
            older.continue_()
        answer.value.finished()
        tab.page.wait_for_timeout(500)
    tab.settle()
    assert tab.state()["scenario"] == "small"
    assert tab.page.input_value("#population-families") == "60"
    assert "Sixty families" in tab.page.inner_text("#figure")


@pytest.mark.longer
def test_what_has_no_answer_is_asked_again(browser, address):
    page = browser.new_page()
    missed = dict.fromkeys(("offers", "start", "diagnosis", "run"), 0)

    def miss(route):
        name = urllib.parse.urlsplit(route.request.url).path.strip("/")
        missed[name] += 1
        route.abort() if missed[name] == 1 else route.continue_()

    for name in missed:
        page.route(re.compile(rf"/{name}(\?|$)"), miss)
    tab = Tab(browser, address, "scenario=small&pairs=25", page=page)
    assert page.is_hidden("#banner")
    tab.see("network", ".disc")
    tab.see("run", ".stage:not([hidden])")
    missed["start"] = 0
    page.select_option("#scenario", "cheshire")
    page.locator("#banner", has_text="does not answer").wait_for()
    tab.settle()
    assert page.is_hidden("#banner")
    assert tab.state()["scenario"] == "cheshire"
    assert min(missed.values()) == 2
    page.close()


@pytest.mark.longer
def test_the_newest_run_wins_and_a_run_that_failed_is_not_shown(tab):
    tab.see("run", ".stage:not([hidden])")
    status = tab.page.locator("#run [role=status]")
    with held(tab.page, "run") as waiting:
        for _ in range(2):
            tab.page.get_by_role("button", name="Next seed").click()
            tab.page.wait_for_timeout(50)
        older, newer = sorted(waiting, key=lambda each: "run=2" in each.request.url)
        newer.continue_()
        status.filter(has_text="Seed 2:").wait_for()
        with tab.page.expect_response("**/run?*") as answer:
            older.continue_()
        answer.value.finished()
        tab.page.wait_for_timeout(200)
        assert status.inner_text().startswith("Seed 2:")
        tab.page.get_by_role("button", name="Next seed").click()
        tab.page.wait_for_timeout(50)
        waiting[-1].fulfill(status=500, body="Internal Server Error")
        status.filter(has_text="500").wait_for()
        assert tab.page.locator("#run .stage").is_hidden()


@pytest.mark.longer
def test_a_figure_is_titled_with_what_its_numbers_are_of(tab):
    with held(tab.page, "live"):
        tab.page.fill("#seed", "5")
        tab.page.uncheck("#unknown")
        tab.page.select_option("#scenario", "cheshire")
        tab.page.set_viewport_size({"width": 1100, "height": 900})
        tab.page.wait_for_timeout(300)
        reported = tab.page.inner_text("#figure")
        assert "Sixty families" in reported
        assert "from seed 0; parameters drawn" in reported
    tab.page.fill("#seed", "6")
    tab.settle()
    assert "from seed 6; parameters of" in tab.page.inner_text("#figure")


@pytest.mark.longer
def test_a_disc_keeps_the_power_it_was_given_until_it_is_diagnosed(tab):
    tab.see("network", ".disc")
    disc = tab.page.locator("#network [data-party=families]")
    with held(tab.page, "diagnosis"):
        disc.focus()
        disc.press("ArrowRight")
        tab.settle()
        tab.page.set_viewport_size({"width": 1100, "height": 900})
        tab.page.wait_for_timeout(300)
        assert float(disc.get_attribute("aria-valuenow")) == pytest.approx(1.1)
        disc.press("ArrowRight")
    assert float(tab.state()["power.families.governance"]) == pytest.approx(1.2)
    assert float(tab.page.input_value("#power-families-governance")) == pytest.approx(1.2)


@pytest.mark.slow
def test_a_link_restores_the_state_and_a_reload_keeps_it(browser, address, tab):
    tab.page.fill("#leadership-vetting", "0.85")
    tab.settle()
    other = Tab(browser, address, tab.page.url.partition("#")[2])
    assert other.chances() == tab.chances()
    assert other.page.input_value("#leadership-vetting") == "0.85"
    tab.page.reload()
    tab.page.wait_for_selector(DONE)
    tab.settle()
    assert tab.page.input_value("#leadership-vetting") == "0.85"
    other.page.close()


@pytest.mark.slow
def test_two_tabs_do_not_disturb_each_other(browser, address, tab):
    other = Tab(browser, address, "scenario=small&pairs=100&leadership.training=0.9")
    mine, its = tab.chances(), other.chances()
    other.page.fill("#leadership-training", "0.1")
    tab.page.fill("#leadership-training", "0.9")
    tab.settle()
    other.settle()
    assert tab.chances() == its
    assert other.chances() != its or mine == its
    other.page.close()


@pytest.mark.longer
def test_a_wrong_input_shows_its_line_beside_the_field_and_goes_when_mended(tab):
    tab.page.fill("#leadership-training", "7")
    error = tab.page.locator("#leadership-training-error")
    error.filter(has_text="a number from 0 to 1").wait_for()
    assert tab.page.get_attribute("#leadership-training", "aria-invalid") == "true"
    tab.page.fill("#leadership-training", "0.7")
    tab.settle()
    assert error.inner_text() == ""
    tab.page.fill("#seed", "-3")
    tab.page.locator("#seed-error").filter(has_text="a whole number from 0").wait_for()
    assert tab.reported == []


@pytest.mark.longer
def test_a_run_is_stepped_played_and_jumped_through(tab):
    tab.see("run", ".stage:not([hidden])")
    week = tab.page.locator("#run .week")
    assert week.inner_text().startswith("Week 1 ")
    tab.page.get_by_label("A week on").click()
    assert week.inner_text().startswith("Week 2 ")
    last = tab.page.locator("#run .events button").last
    last.click()
    assert week.inner_text().startswith(last.inner_text())
    slider = tab.page.get_by_label("Week", exact=True)
    slider.press("Home")
    assert week.inner_text().startswith("Week 1 ")
    tab.page.get_by_role("button", name="Play").click()
    slider.press("Home")
    tab.page.get_by_role("button", name="Play").wait_for()
    slider.press("End")
    end = f"Week {slider.get_attribute('max')} "
    assert week.inner_text().startswith(end)
    tab.page.get_by_role("button", name="Play").click()
    tab.page.wait_for_function(f"() => !document.querySelector('#run .week').innerText.startsWith('{end}')")
    slider.press("Home")
    tab.page.get_by_role("button", name="Play").wait_for()
    assert week.inner_text().startswith("Week 1 ")
    box = tab.page.locator("#run canvas").bounding_box()
    for share in (0.3, 0.5, 0.52, 0.55, 0.6):
        tab.page.mouse.move(box["x"] + share * box["width"], box["y"] + share * box["height"])
        if "attitude" in tab.page.locator("#run .family").inner_text():
            break
    assert re.search(r"Family \d+, school \d.*attitude", tab.page.locator("#run .family").inner_text())
    label = tab.page.locator("#run canvas").get_attribute("aria-label")
    assert re.search(r"week 1: \d+ families take part", label)


@pytest.mark.slow
def test_a_discs_power_is_set_by_keyboard_and_by_dragging(tab):
    tab.see("network", ".disc")
    disc = tab.page.locator("#network [data-party=families]")
    disc.focus()
    disc.press("ArrowRight")
    tab.settle()
    assert float(tab.state()["power.families.governance"]) == pytest.approx(1.1)
    box = tab.page.locator("#network [data-party=families] circle").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.page.mouse.move(middle[0] + box["width"] / 2 - 2, middle[1])
    tab.page.mouse.down()
    tab.page.mouse.move(middle[0] + box["width"] / 2 + 8, middle[1])
    tab.page.mouse.up()
    tab.settle()
    assert float(tab.state()["power.families.governance"]) > 1.15


@pytest.mark.slow
def test_what_is_taken_away_is_what_is_shown(tab, tmp_path):
    tab.page.fill("#leadership-training", "0.9")
    tab.settle()
    taken = {}
    for button in ("get-scenario", "get-sweep", "get-svg", "get-png"):
        with tab.page.expect_download() as download:
            tab.page.click(f"#{button}")
        taken[button] = tmp_path / download.value.suggested_filename
        download.value.save_as(taken[button])
    assert tomllib.loads(taken["get-scenario"].read_text())["leadership"] == {"training": 0.9}
    assert tomllib.loads(taken["get-sweep"].read_text())["factors"][0]["field"] == "leadership.training"
    assert "100 pairs from seed 0" in taken["get-svg"].read_text()
    assert taken["get-png"].read_bytes().startswith(b"\x89PNG")
    assert "sim compare explored.toml" in tab.page.inner_text("#command")


@pytest.mark.slow
def test_the_switch_fixes_what_was_drawn(tab):
    assert tab.page.is_checked("#unknown")
    drawn = tab.page.locator(".control .note", has_text="Drawn").count()
    assert drawn > 3
    before = tab.chances()
    tab.page.uncheck("#unknown")
    tab.settle()
    assert tab.state()["parameters"] == "medoid"
    assert tab.chances() != before
    assert tab.page.locator(".control .note", has_text="Drawn").count() == 0


@pytest.mark.slow
def test_it_mends_itself_when_the_server_comes_back(browser, explorable):
    with serving(explorable) as address:
        tab = Tab(browser, address, "scenario=small&pairs=25")
        port = int(address.rpartition(":")[2])
    tab.page.fill("#leadership-training", "0.8")
    tab.page.locator("#banner", has_text="does not answer").wait_for()
    with serving(explorable, port):
        tab.settle()
        assert tab.page.is_hidden("#banner")
    tab.page.close()


@pytest.mark.longer
def test_axe_finds_nothing_and_a_phone_scrolls_one_way_only(browser, address, tab):
    from axe_playwright_python.sync_playwright import Axe

    tab.see("network", ".disc")
    tab.see("run", ".stage:not([hidden])")
    tab.page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = Axe().run(tab.page).response["violations"]
    assert found == [], json.dumps([{each["id"]: [node["html"] for node in each["nodes"]][:3]} for each in found])
    phone = Tab(browser, address, "scenario=small&pairs=25", width=390, height=800)
    assert phone.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert phone.reported == []
    phone.page.close()
