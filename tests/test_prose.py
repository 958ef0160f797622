"""Plain English where people read: words of the field, no riddling turns, sentences that end."""

import re

import pytest
from conftest import ROOT

pytestmark = pytest.mark.once

TURNS = {
    r"\brungs?\b": "status",
    r"\bhunch(es)?\b": "perception error",
    r"\bledger\b": "variables",
    r"\bluck\b": "random draws, or chance",
    r"\bfates?\b": "outcome",
    r"\bweeks gone on\b": "restricted mean weeks",
    r"\bthan luck tells\b": "nothing detectable",
    r"\bstands? beside (it|them)\b": "is reported separately",
    r"\bis no (end|step|draw) of\b": "does not count as",
    r"\bof which one cannot\b": "that cannot be",
    r"\bwhereof\b|\bwherefrom\b|\bthereof\b|\bthereby\b": "of which, from which, so",
    r"\bso that one\b": "so that you",
    r"\bin so far as\b": "as far as",
    r"\bbe it that\b": "if",
    r"\bnot any more so\b": "no longer",
    r"\bthe same holds of\b": "the same holds for",
    r"\bis told by\b": "follows from",
    r"\bgot at\b": "reached",
    r"\bto the effect of\b": "so that",
    r"\butili[sz]e": "use",
    r"\bin order to\b": "to",
    r"\bdue to the fact that\b": "because",
    r"\bat this point in time\b": "now",
    r"\ba number of\b(?! (districts|places|points|seeds|families|from))": "several, or the number itself",
    r"\b([a-z]{2,}) \1\b(?<!that that)(?<!had had)": "the word once",
}
"""Turns that are not to be written, and what to write instead."""
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "study" / "README.md"]
SHOWN = [
    *sorted((ROOT / "sim" / "cli").glob("*.py")),
    *sorted((ROOT / "sim" / "report").rglob("*.j2")),
    *sorted((ROOT / "sim" / "region").rglob("*.j2")),
    *sorted((ROOT / "sim" / "explore" / "page").glob("*.html")),
]
LONGEST = 60
"""Words of a sentence of the README."""


def prose(text: str) -> str:
    """A page without code, tables, links' addresses and what scripts write."""
    text = re.sub(r"```.*?```", " ", text, flags=re.DOTALL)
    text = re.sub(r"<!-- study\..*?writes from here -->.*?<!-- to here -->", " ", text, flags=re.DOTALL)
    text = re.sub(r"^\|.*$", " ", text, flags=re.MULTILINE)
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|<[^>]+>", " ", text)
    return text


@pytest.mark.parametrize("path", [*PAGES, *SHOWN], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_banned_turn(path):
    text = path.read_text()
    words = prose(text)
    if path.suffix == ".py":
        said = "\n".join(one or other for one, other in re.findall(r'"""(.*?)"""|help="([^"]*)"', text, re.DOTALL))
        words = re.sub(r"^ +sim .*$", "", said, flags=re.MULTILINE)
    elif path.suffix in (".html", ".j2"):
        words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL)
    found = [(turn.group(), instead) for pattern, instead in TURNS.items() if (turn := re.search(pattern, words, re.I))]
    assert not found, "; ".join(f"{turn!r}: write {instead!r}" for turn, instead in found)


def test_sentences_of_the_readme_end():
    for paragraph in prose((ROOT / "README.md").read_text()).split("\n\n"):
        for sentence in re.split(r"(?<=[.!?:;])\s+", paragraph):
            assert len(sentence.split()) <= LONGEST, sentence


def test_the_readme_fits_two_screens():
    assert len((ROOT / "README.md").read_text().split()) <= 900


REFERENCE = ("odd", "casebook", "cases", "rubric", "scenario_rubric")
"""Pages of the book that are looked up: the protocol of the model, and how cases are coded."""
MOST_WORDS = 14_000


def test_the_book_says_things_once():
    """Words of all other pages and the README, without code and what scripts write."""
    words = {}
    for path in PAGES:
        if path.stem not in REFERENCE and path.parent.name != "study":
            text = re.sub(r"```.*?```", " ", path.read_text(), flags=re.DOTALL)
            text = re.sub(r"<!-- study\..*?writes from here -->.*?<!-- to here -->", " ", text, flags=re.DOTALL)
            words[path.stem] = len(re.sub(r"\]\([^)]*\)", "] ", text).replace("|", " ").split())
    assert sum(words.values()) <= MOST_WORDS, words
