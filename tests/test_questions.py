"""The ten questions of docs/questions.md are answered where it says they are."""

import re

import pytest
from conftest import ROOT

pytestmark = pytest.mark.once

QUESTIONS = (ROOT / "docs" / "questions.md").read_text()
README = (ROOT / "README.md").read_text()
REPORT = (ROOT / "sim" / "report" / "templates" / "report.html.j2").read_text()
PAGE = (ROOT / "sim" / "explore" / "page" / "index.html").read_text()
ANSWERS = [
    (README, "on the same families with the same random draws"),
    ((ROOT / "docs" / "sweeps.md").read_text(), "any number of workers"),
    (README, "r.runs: a row per run"),
    (README, "an interval for the simulation's own random draws"),
    (README, "a range for what is unknown of people"),
    (README, "each kind left out in turn"),
    ((ROOT / "docs" / "extending.md").read_text(), "sim.rules.replace"),
    (README, "the retrofit is discontinued by week 36"),
    (README, "Surviving is not the whole answer"),
    (REPORT, "likest"),
    (PAGE, "How far to trust it"),
    (PAGE, "How it spreads among districts"),
    ((ROOT / "docs" / "region.md").read_text(), "Which strategy reaches more children, and how sure?"),
]


@pytest.mark.parametrize(("text", "words"), ANSWERS, ids=[words for _, words in ANSWERS])
def test_the_answer_stands_there(text, words):
    assert " ".join(words.split()) in " ".join(text.split())


def test_there_are_ten():
    assert len(re.findall(r"^\d+\. \*\*.*\?\*\*", QUESTIONS, re.MULTILINE)) == 10
