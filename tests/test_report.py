"""The report: one file that holds all, escapes what it is given, and
reads well in a real browser.
"""

import hashlib
import os
import re
from html.parser import HTMLParser

import pytest
from command import sim
from conftest import NO_POWER
from sweeping import done, written
from test_findings import TINY

from sim.designs import label
from sim.draws import draws_named
from sim.findings import find_all, read
from sim.report.page import page
from sim.report.plain import GLOSSARY, plain
from sim.scenario import load_scenario
from sim.sweep.folder import COMPARISON, SweepFolder
from sim.sweep.load import load_sweep
from sim.sweep.plan import comparison

pytestmark = [pytest.mark.once, pytest.mark.xdist_group("report")]

SPITEFUL = """schema = 2
extends = "mountain_view"
title = "<script>document.title = 'owned'</script> & \\"quotes\\""
summary = "{{ 7 * 7 }} {% raw %} <img src=x onerror=alert(1)> </section>"
sources = ["</li><script>alert(2)</script>"]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("report")
    (place / "spiteful.toml").write_text(SPITEFUL)
    # A school that need not pay for itself: else all of its few families close it.
    text = TINY.replace('scenario = "mountain_view"', 'scenario = "spiteful"')
    text += '[[factors]]\nfield = "design.viable_enrolment"\nlevels = [0]\n'
    done(load_sweep(written(place, text)), place / "out")
    SweepFolder(place / "out").finish({"finished": True})
    assert sim("report", place / "out").stdout.strip() == str(place / "out" / "report.html")
    return place / "out"


def opened(browser, path, width, height=900):
    page = browser.new_page(viewport={"width": width, "height": height})
    reported: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: reported.append(message.text))
    page.on("pageerror", lambda error: reported.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    return page, reported, [url for url in asked if not url.startswith("data:") and url != path.as_uri()]


class Tags(HTMLParser):
    """Checks that tags are closed in order, and collects their attributes."""

    VOID = frozenset({"meta", "link", "img", "br"})

    def __init__(self):
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.longer
def test_it_is_well_formed_self_contained_and_escaped(folder):
    text = (folder / "report.html").read_text()
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    assert not [tag for tag, _ in tags.seen if tag in ("script", "iframe", "object", "form")]
    for tag, attributes in tags.seen:
        for name in ("src", "href"):
            assert attributes.get(name, "#").startswith(("data:", "#")), (tag, attributes)
        assert not [name for name in attributes if name.startswith("on")]
    assert [attributes for tag, attributes in tags.seen if tag == "img" and not attributes.get("alt")] == []
    assert "&lt;script&gt;" in text
    assert "{{ 7 * 7 }}" in text
    assert " object at 0x" not in text
    assert "built-in method" not in text
    assert "What &lt;b&gt;matters&lt;/b&gt; &amp; why?" in text


def test_it_answers_with_a_row_per_design_whose_numbers_are_those_of_the_findings(folder):
    text = (folder / "report.html").read_text()
    table = re.search(r'<table class="answer">(.*?)</table>', text, re.S).group(1)
    headings = re.findall(r'<th scope="col">(.*?)</th>', table)
    assert headings == [
        "Design", "Discontinued by week 40", "Difference from the retrofit, percentage points",
        "Diluted or made optional at some point", "Full-dose student-weeks per 100 children", "Of what was planned",
        "Learning gain, SD per child", "Did not open",
    ]  # fmt: skip
    evidence = read(folder)
    found = {each.finding.name: each for each in find_all(evidence)}
    means = found["delivery"].tables["means"].set_index(["quantity", "design"])
    gaps = found["comparison"].tables["differences"].set_index(["quantity", "design"])
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table, re.S)
    assert [words for words, _ in rows] == [label(design) for design in evidence.designs]
    for design, (_, cells) in zip(evidence.designs, rows, strict=True):
        shown = [re.sub(r"<[^>]+>", " ", each) for each in re.findall(r"<td.*?>(.*?)</td>", cells, re.S)]
        value, lower, upper = 100 * means.loc[("discontinued", design), ["mean", "lower", "upper"]].astype(float)
        assert f"{value:.1f}%" in shown[0]
        assert f"[{lower:.1f}, {upper:.1f}]" in shown[0]
        if design != evidence.designs[0]:
            assert f"{100 * gaps.loc[('discontinued', design), 'difference']:+.1f}".replace("-", "−") in shown[1]
            assert f"of {evidence.points} design points" in shown[1]
        assert len(shown) == len(headings) - 1
    assert "of the factors, " in text or "of none of the factors" in text or "Shapley" in text


def test_it_says_what_it_rests_on_and_how_to_get_it_again(folder):
    text = (folder / "report.html").read_text()
    for part in (
        "parameters drawn from the posterior",
        "leadership.communication",
        "Not supported",
        "saltelli or morris",
        "git revision",
        "sim sweep manifest.json",
    ):
        assert part in text
    digest = hashlib.sha256(sim("export", folder).stdout.encode()).hexdigest()
    assert digest in text


@pytest.mark.longer
def test_the_same_sweep_gives_the_same_page(folder):
    assert page(read(folder)) == (folder / "report.html").read_text()


@pytest.mark.longer
def test_it_cannot_be_written_is_one_line(folder):
    os.rename(folder / "report.html", folder / "kept.html")
    (folder / "report.html").mkdir()
    try:
        (reported,) = sim("report", folder, code=2).stderr.splitlines()
        assert "report.html: not written by sim" in reported
    finally:
        (folder / "report.html").rmdir()
        os.rename(folder / "kept.html", folder / "report.html")


@pytest.mark.parametrize("width", [390, 1100])
@pytest.mark.longer
def test_a_browser_shows_it_without_a_complaint_or_a_request(browser, folder, width):
    shown, reported, asked = opened(browser, folder / "report.html", width)
    assert reported == []
    assert asked == []
    assert shown.title().startswith("<script>")
    broken = shown.evaluate("[...document.images].filter(i => !i.complete || i.naturalWidth === 0).length")
    assert broken == 0
    assert shown.locator("figure img").count() >= 8


def test_it_reads_at_phone_width(browser, folder):
    shown, _, _ = opened(browser, folder / "report.html", 390, 844)
    shown.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert shown.evaluate("document.documentElement.scrollWidth") <= 390
    small = shown.evaluate(
        "[...document.querySelectorAll('p, td, th, li, figcaption, summary')].filter(e => "
        "parseFloat(getComputedStyle(e).fontSize) < 12).length"
    )
    assert small == 0
    first = shown.locator(".plain p").first.bounding_box()
    assert first["y"] + first["height"] < 844
    narrow = shown.evaluate("[...document.querySelectorAll('figure img')].filter(i => i.clientWidth < 560).length")
    assert narrow == 0


def test_details_open_and_links_lead_somewhere(browser, folder):
    shown, _, _ = opened(browser, folder / "report.html", 1100)
    shown.locator("summary", has_text="The numbers: risk at milestones").click()
    assert shown.locator("details[open] table").first.is_visible()
    missing = shown.evaluate(
        "[...document.querySelectorAll('nav a')].filter(a => !document.querySelector(a.getAttribute('href'))).length"
    )
    assert missing == 0


@pytest.mark.parametrize("width", [1100, 390])
@pytest.mark.longer
def test_it_is_accessible_by_axe(browser, folder, width):
    from axe_playwright_python.sync_playwright import Axe

    shown, reported, asked = opened(browser, folder / "report.html", width)
    found = Axe().run(shown)
    assert found.violations_count == 0, found.generate_report()
    assert reported == asked == []
    shown.close()


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    place = tmp_path_factory.mktemp("compared") / "c"
    points = [load_scenario("mountain_view", name) for name in ("retrofit", "school_within_school")]
    planned = comparison(points, 40, draws=draws_named("posterior"))
    SweepFolder(place).create(planned, COMPARISON)
    done(planned, place)
    SweepFolder(place).finish({"finished": True})
    sim("report", place)
    return place


@pytest.mark.longer
def test_the_first_screen_says_risk_how_sure_what_carries_and_what_would_change_it(compared):
    evidence = read(compared)
    found = {each.finding.name: each for each in find_all(evidence)}
    reported = plain(evidence, found)
    rows = found["risk"].tables["risk_by_point"]
    rows = rows[(rows["event"] == "discontinued") & (rows["week"] == evidence.event.week)].set_index("design")
    for each in reported.chances:
        assert each.number == round(100 * rows.loc[each.design, "risk"])
        assert each.low <= each.number <= each.high
    text = (compared / "report.html").read_text()
    screen = re.search(r'<section id="plain".*?</section>', text, re.S).group(0)
    assert f"about {reported.chances[0].number} would see" in screen
    assert screen.count("<svg") == 2
    assert screen.count("<circle") == 200
    assert screen.count('fill="#1b1b1b"') == sum(each.number for each in reported.chances)
    # Two runs of a draw are needed to tell what we do not know from chance.
    assert not reported.chances[0].known
    assert "from chance alone" in re.sub(r"<[^>]+>", "", screen)
    assert "families" in reported.carries
    assert "fewer in 100" in reported.changes
    assert "used 40 of 500 draws" in reported.unknown
    assert len(re.sub(r"<[^>]+>", " ", screen).split()) < 260


def test_the_first_screen_calls_better_only_what_the_pairs_resolve(compared):
    evidence = read(compared)
    found = {each.finding.name: each for each in find_all(evidence)}
    differences = found["comparison"].tables["differences"]
    for ends, said in (
        ((-0.6, 0.1), "These runs do not show that any other design does better"),
        ((0.1, 0.6), "Every other design does worse"),
        ((-0.6, -0.1), "fewer in 100"),
    ):
        differences[["lower", "upper"]] = ends
        assert said in plain(evidence, found).changes


@pytest.mark.longer
def test_the_first_screen_says_that_chances_are_of_those_that_open(compared):
    evidence = read(compared)
    found = {each.finding.name: each for each in find_all(evidence)}
    assert "opens" not in " ".join(plain(evidence, found).answer)
    vars(evidence)["not_opened"] = evidence.not_opened.assign(share=[0.0, 0.22])
    reported = plain(evidence, found)
    assert "where it opens at all" not in reported.answer[0]
    assert ", where it opens at all, about" in reported.answer[1]
    assert "22 in 100 never open" in reported.changes
    assert re.search(r"a school reaches \d+ \(where it opens\) and the retrofit reaches \d+\.", reported.changes)


def test_words_are_explained_once_on_hover_and_all_at_the_end(compared):
    text = (compared / "report.html").read_text()
    screen = re.search(r'<section id="plain".*?</section>', text, re.S).group(0)
    assert screen.count('title="Nobody takes part any more') == 1
    assert text.count("<dt>") == len(GLOSSARY)


def test_what_was_drawn_is_reported_and_not_called_fixed(compared):
    text = (compared / "report.html").read_text()
    fixed = re.search(r"<h3>Assumed and held fixed</h3>.*?</details>", text, re.S).group(0)
    drawn = re.search(r"<h3>Drawn with the seed</h3>.*?</details>", text, re.S).group(0)
    assert "families.contagion" in drawn
    assert "families.contagion" not in fixed


def reported_of(tmp_path, text, scenario=""):
    """The page of a sweep of one's own, and its first screen."""
    (tmp_path / "ours.toml").write_text(f'schema = 2\nextends = "mountain_view"\n{scenario}')
    done(load_sweep(written(tmp_path, text, "asked")), tmp_path / "out")
    SweepFolder(tmp_path / "out").finish({"finished": True})
    evidence = read(tmp_path / "out")
    return page(evidence), plain(evidence, {each.finding.name: each for each in find_all(evidence)})


SIZES = "population.families = 40\nboard.constituency = 40\nhorizon.weeks = 40\n"
OURS = 'scenario = "ours"\ndesigns = ["retrofit", "opt_out"]\n[replicates]\ncount = 20\nbatch = 20\n'


def test_a_district_that_starts_from_a_case_is_not_reported_as_that_case(tmp_path):
    text, first = reported_of(tmp_path, OURS, SIZES)
    assert "<h1>ours</h1>" in text
    assert load_scenario("mountain_view").summary not in text
    assert "Nothing was fitted to this community" in text
    assert "All designs and design points meet the same synthetic communities" in text
    assert "Every mean over design points weighs them equally" not in text
    assert "varied here: see Findings" not in first.changes


@pytest.mark.longer
def test_what_was_varied_is_not_said_to_be_varied_elsewhere(tmp_path):
    factors = (
        '[[factors]]\nfield = "leadership.responsiveness"\nlevels = [0.1, 0.9]\n'
        '[[factors]]\nfield = "population.ses_mean"\nlevels = [-1.0, 1.0]\n'
    )
    text, first = reported_of(tmp_path, OURS + factors, SIZES)
    assert "sim forecast varies it" not in first.changes
    assert "design points that differ in who lives there differ in their communities too" in text
    assert "Every mean over design points weighs them equally" in text


@pytest.mark.longer
def test_a_case_on_record_under_the_posterior_is_called_a_fit(tmp_path):
    shipped = OURS.replace('"ours"', '"mountain_view"') + '[[factors]]\nfield = "population.families"\nlevels = [40]\n'
    text, _ = reported_of(tmp_path, shipped)
    assert "a fit, not a forecast" in text


@pytest.mark.longer
def test_draws_that_are_no_posterior_are_not_said_to_be_weighed_by_the_record(tmp_path):
    _, first = reported_of(tmp_path, OURS.replace("designs", 'parameters = "prior"\ndesigns'), SIZES)
    assert "favouring those" not in first.unknown
    assert "(prior)" in first.unknown


@pytest.mark.longer
def test_a_sweep_at_its_ceiling_or_floor_says_that_it_cannot_rank(tmp_path, capsys):
    quiet = "".join(f"{field} = {value}\n" for field, value in NO_POWER.items())
    lasting = "".join(
        f"{field} = 0.0\n"
        for field in (
            "leaders.principal_leaves", "leaders.superintendent_leaves", "leaders.disappointment", "teachers.lapse",
            "funder.cut", "vendor.fault", "regulator.order",
        )
    )  # fmt: skip
    lasting += "board.can_suspend = false\n"
    text, first = reported_of(tmp_path, OURS, SIZES + quiet + lasting)
    said = "under the retrofit, the opt-out, the programme was discontinued by week 40 in 0% of runs"
    assert said[1:] in first.changes
    assert "so these runs cannot rank the designs" in text
    assert said in sim("report", tmp_path / "out").stderr
    some = read(tmp_path / "out", designs=["retrofit"])
    assert some.saturated == "", "one design at one point has no order"
