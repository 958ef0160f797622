"""The live page of regions: what a person does with it, and what its server refuses."""

import json

import pytest
from exploring import got

pytestmark = pytest.mark.once
SMALL = {"region": "first_region", "places.districts": "12", "years": "2", "strategies": "retrofit_everywhere"}


def test_regions_are_offered_with_what_can_be_moved(address):
    status, _, text = got(address, "regions")
    offers = json.loads(text)["regions"]
    assert status == 200
    assert offers[0]["name"] == "first_region"
    for region in offers:
        assert region["strategies"]
        for each in region["controls"]:
            assert each["low"] <= each["value"] <= each["high"], each["field"]


def test_a_seed_is_the_run_of_the_command(address):
    import sim

    _, _, text = got(address, "spread", seed="3", **SMALL)
    shown = json.loads(text)["strategies"]["retrofit_everywhere"]
    region = sim.load_region("first_region").revise({"places.districts": 12, "years": 2})
    years = sim.region(region, ["retrofit_everywhere"], seeds=[3]).years
    assert shown["current"] == years["current"].tolist()
    assert shown["reached"] == years["reached"].tolist()
    assert shown["maps"] == years["map"].tolist()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"region": "no_such"}, "region = 'no_such'"),
        ({"places.districts": "90000"}, "places.districts"),
        ({"adoption.pace": "nan"}, "adoption.pace"),
        ({"adoption.pace": "fast"}, "adoption.pace"),
        ({"places.table": "/etc/passwd"}, "places.table"),
        ({"seed": "-1"}, "seed"),
        ({"strategies": "no_such"}, "no_such"),
    ],
)
def test_what_is_not_accepted_is_refused_in_a_line(address, query, told):
    status, _, text = got(address, "spread", **{**SMALL, **query})
    assert status in (400, 422)
    assert told in " ".join(json.loads(text)["refused"][0])


@pytest.mark.longer
def test_a_lever_moves_the_map_and_axe_finds_nothing(browser, address):
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": 1280, "height": 900})
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(f"{address}/region.html#region=first_region&seeds=1&places.districts=20&years=3")
    page.wait_for_function("() => document.body.dataset.done")
    assert page.locator("#maps svg").count() == 3
    assert "has reached" in page.locator("#sentences li").first.inner_text()
    before = page.locator("#table td").first.inner_text()
    page.locator("#at-adoption-pace").fill("0.3")
    page.wait_for_function("() => document.body.dataset.done && location.hash.includes('adoption.pace=0.3')")
    assert page.locator("#table td").first.inner_text() != before
    page.locator("#year").fill("1")
    assert page.locator("#shown").inner_text() == "year 1"
    page.locator("#at-adoption-pace-box").fill("7")
    page.locator("#at-adoption-pace-box").press("Tab")
    page.wait_for_selector("#at-adoption-pace-error:not(:empty)")
    found = Axe().run(page)
    assert found.response["violations"] == []
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not [text for text in told if "400" not in text and "422" not in text]
