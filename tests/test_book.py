"""The pages of the book are all in it, and what its newer pages tell a reader to run, runs.

A block of commands or Python is run, in the order of its page, in one folder and at a small size.
A comment on the line above says what else is done with a block: ``not run: WHY``, ``file: NAME``
(written under that name), ``shown`` (lines that the block before printed), or ``run on a cluster of
this machine``.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pyarrow.dataset
import pytest
from command import sim
from conftest import ROOT

from sim.cli.app import app

pytestmark = pytest.mark.once

DOCS = ROOT / "docs"
TASKED = ("install", "own_scenario", "compare", "resume", "export", "own_rule", "own_party")
"""Pages of one task each."""
REPORTED = ("tutorial", "read_the_outputs", "one_run", "cluster", "architecture", *TASKED)
"""Pages whose blocks run; those of the others are run by tests of what they are about."""
SLOW = ("tutorial", "one_run", "cluster", "compare", "export", "own_rule", "own_party")
"""Pages that draw all figures, or compile the engine anew."""
RUN = ("sh", "bash", "python")
CLUSTER = "run on a cluster of this machine"
SEEDS = 6
TASKS = (
    "install", "scenario of my own", "compare", "sweep", "interruption", "export", "explain one run", "rule of my own",
    "party of my own", "forecast",
)  # fmt: skip
"""Ten things that a reader wants, each a row of the index."""


class Block(NamedTuple):
    """A fenced block of a page, with the comment above it."""

    marker: str
    language: str
    text: str


def blocks(page: str) -> list[Block]:
    text = (DOCS / f"{page}.md").read_text()
    found = re.findall(r"^(?:<!-- ([^\n]*) -->\n)?```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert len(found) == len(re.findall(r"^\s*```\w", text, re.MULTILINE)), "a block that is not read as one"
    return [Block(*each) for each in found]


@pytest.mark.parametrize("page", REPORTED)
def test_every_block_is_run_or_says_why_not(page):
    for block in blocks(page):
        if block.language in RUN:
            assert re.fullmatch(rf"|not run: .+|file: [\w./]+|{CLUSTER}", block.marker), block
        elif block.language == "toml":
            assert block.marker.startswith("file: "), block
        elif block.language != "text":
            assert block.marker.startswith("not run: "), block


@pytest.mark.usefixtures("drafts")
@pytest.mark.filterwarnings("default")  # As on a terminal, where a library's warning ends nothing.
@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=pytest.mark.slow if page in SLOW else ()) for page in REPORTED]
)
@pytest.mark.longer
def test_what_a_page_tells_to_run_runs(page, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    printed, names = "", {}
    for block in blocks(page):
        if block.marker.startswith("file: "):
            file = Path(block.marker.removeprefix("file: "))
            file.parent.mkdir(exist_ok=True)
            file.write_text(small(block.text))
        elif block.marker == "shown":
            assert [line for line in block.text.splitlines() if line not in printed] == []
        elif block.language == "r":
            read_as_r_does(block.text)
        elif block.marker or block.language not in RUN:
            continue
        elif block.language == "python":
            exec(compile(small(block.text), page, "exec"), names)
        else:
            for line in block.text.splitlines():
                follow(small(line))
            printed = capfd.readouterr().out


@pytest.mark.slow
def test_what_a_page_tells_to_run_on_a_cluster_runs(tmp_path):
    distributed = pytest.importorskip("distributed")
    (line,) = [block.text for page in REPORTED for block in blocks(page) if block.marker == CLUSTER]
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        reported = small(line).replace("tcp://scheduler:8786", cluster.scheduler_address)
        sim(*shlex.split(reported)[1:], cwd=tmp_path)
    assert list((tmp_path / "results/cluster/parts").glob("part-0*.parquet"))


def small(text: str) -> str:
    """The same at a size that takes a moment."""
    text = re.sub(r"(?m)^count = \d+", f"count = {SEEDS}", text).replace("range(40)", f"range({SEEDS})")
    many = r"(?m)^sim (compare|forecast|sweep first_try)\b(.*)$"
    return re.sub(many, lambda line: f"{re.sub(' --replicates [0-9]+', '', line[0])} --replicates {SEEDS}", text)


def follow(line: str) -> None:
    """Do what a line of a terminal says."""
    program, *arguments = shlex.split(line)
    if program == "python":
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, *arguments], check=True, env=environment)
        return
    assert program == "sim", f"a command that this test cannot run: {line}"
    if "--resume" in arguments:
        min(Path(arguments[1], "parts").glob("part-0*.parquet")).unlink()
    try:
        code = app(arguments, standalone_mode=False)
    except SystemExit as left:
        code = left.code
    assert not code, line


def read_as_r_does(text: str) -> None:
    """Read what a block in R reads, by the library that R's arrow rests on."""
    parts = next(path for path in re.findall(r'"(results/.*?)"', text) if "*" in path)
    runs = pyarrow.dataset.dataset(sorted(map(str, Path().glob(parts))))
    assert runs.to_table(["point", "design", "opened", "outcome"]).num_rows > 0
    assert {"point", "design", "opened", "outcome"} <= set(re.findall(r"\w+", text))
    for path in re.findall(r'"(results/.*?)"', text):
        assert list(Path().glob(path)), path


def named(page: str) -> set[str]:
    """What a page's tables of contents name."""
    trees = re.findall(r"```\{toctree\}\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    return {line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")}


def test_every_page_is_in_the_book():
    pages = {path.stem for path in DOCS.glob("*.md")} - {"index"}
    assert pages <= named("index.md")
    assert "../notebooks/*" in named("index.md")
    assert {path.stem for path in (DOCS / "api").glob("*.md")} - {"index"} == named("api/index.md")


def test_the_index_says_where_each_task_is_reported():
    rows = re.findall(r"^\| (.+?) \| (.*\]\(.+?) \|$", (DOCS / "index.md").read_text(), re.MULTILINE)
    for task in TASKS:
        assert [page for wanted, page in rows if task in f"{wanted} {page}"], task
