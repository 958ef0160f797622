"""The notebooks run from top to bottom, and are kept without their outputs."""

import json
import re

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

pytestmark = pytest.mark.once

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS = 120


def test_there_are_seven():
    assert [path.name[0] for path in NOTEBOOKS] == list("1234567")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_stripped(path):
    for cell in json.loads(path.read_text())["cells"]:
        assert cell["metadata"] == {}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


def small(source: str) -> str:
    """The same with a quarter of the seeds, where there are many."""
    return re.sub(r"(?i)\b(seeds ?= ?)(\d{2,})", lambda many: f"{many[1]}{max(10, int(many[2]) // 4)}", source)


LONG = ("2_", "3_", "4_", "5_", "6_")
"""Beginnings of the names of notebooks that take long."""
WITH_ASSOCIATION = pytest.mark.xdist_group("association")
"""Where the engine with the association is compiled, once for all tests with it."""


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path,
            marks=[pytest.mark.slow, *([WITH_ASSOCIATION] if path.stem.startswith("6_") else ())]
            if path.stem.startswith(LONG)
            else (),
        )
        for path in NOTEBOOKS
    ],
    ids=lambda path: path.stem,
)
@pytest.mark.longer
def test_it_runs_and_shows_something(path):
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code" and not path.stem.startswith("6_"):
            cell.source = small(cell.source)
    NotebookClient(book, timeout=SECONDS, resources={"metadata": {"path": str(path.parent)}}).execute()
    shown = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    reported = [output.text for output in shown if output.output_type == "stream" and output.name == "stderr"]
    # A library of progress bars misses its widgets here.
    assert not [text for text in reported if "ipywidgets" not in text]
    assert any("image/png" in output.get("data", {}) for output in shown)
