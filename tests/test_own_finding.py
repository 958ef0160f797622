"""A finding of one's own is one file: its tables, figures and columns are told as others are."""

import json
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from command import sim
from conftest import ROOT

from sim import InputError
from sim.findings import evidence_of, find, find_all, findings, read, with_own
from sim.findings.base.codebook import table_named
from sim.findings.base.registry import _finding_of
from sim.statistics.naming import NAMED
from sim.sweep.results import open_sweep
from sim.sweep.samples import small_folder

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The example of the documentation."""
    text = (ROOT / "docs" / "extending.md").read_text()
    (block,) = re.findall(r"<!-- file: complaints.py -->\n```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    path = tmp_path_factory.mktemp("own") / "complaints.py"
    path.write_text(block)
    return path


@pytest.mark.longer
def test_its_tables_and_figures_are_written_and_its_columns_told(file, tmp_path):
    done = sim("analyse", small_folder(), "--finding", file, "--out", tmp_path / "out", "--json")
    (row,) = (row for row in json.loads(done.stdout)["findings"] if row["finding"] == "complaints")
    assert row["supported"]
    table = pd.read_csv(tmp_path / "out" / "complaints.csv")
    assert table["complaining"].between(0, 100).all()
    assert set(NAMED) <= set(table.columns)
    assert (tmp_path / "out" / "complaints.png").stat().st_size > 2000
    book = pd.read_csv(tmp_path / "out" / "codebook.csv")
    own = book[book["source"] == "complaints"].set_index("column")
    assert list(own.index) == list(table.columns)
    assert own.loc["complaining", "unit"] == "per 100 children"
    assert own.loc["lower", "meaning"].startswith("lower end of the 95% interval of complaining (Student's")
    every = json.loads(sim("codebook", "--finding", file, "--json").stdout)
    assert {"source", "table"} <= set(every[0])
    assert any(each["table"] == "complaints" for each in every)
    sim("plot", small_folder(), "--finding", file, "--figure", "complaints", "--out", tmp_path)
    assert (tmp_path / "complaints.png").is_file()
    sim("report", small_folder(), "--finding", file, "--out", tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "How many families of a hundred complain?" in page
    assert "complaining" in page


def test_a_figure_is_drawn_into_the_callers_axes(file):
    evidence = evidence_of(open_sweep(small_folder()))
    assert evidence.folder is None
    every = with_own([file])
    figure, axes = plt.subplots()
    found = find("complaints", evidence, every)
    assert found.finding.figure(evidence, found.tables, ax=axes) is figure
    assert len(axes.patches) == 2
    assert axes.get_legend() is not None
    assert not figure.texts
    found = find("risk", evidence)
    row = plt.subplots(1, 2)[1]
    found.finding.figure(evidence, found.tables, "risk", row)
    assert all(panel.lines for panel in row)
    with pytest.raises(InputError, match="ax: 1 axes for 2 panels"):
        found.finding.figure(evidence, found.tables, ax=axes)
    with pytest.raises(InputError, match="figure = 'nonsense': accepted: risk"):
        found.finding.figure(evidence, found.tables, "nonsense")
    plt.close("all")


@pytest.mark.longer
def test_every_figure_of_a_sweep_takes_as_many_axes_as_it_has_panels():
    evidence = read(small_folder(factorial=True))
    for found in find_all(evidence):
        for name, draw in found.finding.figures(evidence, found.tables).items() if not found.unsupported else ():
            panels = [axes for axes in draw().axes if axes.get_label() != "<colorbar>" and axes.axison]
            given = plt.subplots(1, len(panels), squeeze=False)[1][0]
            draw(ax=given)
            assert all(axes.has_data() or axes.texts for axes in given), name
            plt.close("all")


@pytest.mark.parametrize(
    ("name", "text", "reported"),
    [
        ("risk.py", "EXAMPLE", "there is a finding 'risk' already; accepted: another name"),
        ("mine.py", "EXAMPLE.replace('\"complaints\",', '\"risk\",')", "there is a table 'risk' already"),
        ("mine.py", "'FINDING = 1'", "defines no FINDING; accepted: FINDING = Finding"),
        ("mine.py", "EXAMPLE.replace('complain?', 'complain.')", "begins with no question; accepted: a docstring"),
        ("mine.py", "'1 / 0'", "its code raised ZeroDivisionError: division by zero"),
        ("mine.txt", "EXAMPLE", "no such file; accepted: a Python file that defines FINDING"),
    ],
)
def test_a_file_that_is_no_finding_is_one_clear_line(file, tmp_path, name, text, reported):
    (tmp_path / name).write_text(eval(text, {"EXAMPLE": file.read_text()}))
    refused = sim("codebook", "--finding", tmp_path / name, code=2)
    assert reported in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_every_file_of_the_folder_is_a_finding_in_order():
    files = {path.stem for path in (ROOT / "sim" / "findings").glob("*.py")} - {"__init__"}
    assert {finding.name for finding in findings()} == files
    orders = [finding.order for finding in findings()]
    assert orders == sorted(set(orders))
    for finding in findings():
        for each in finding.printed:
            assert table_named(finding.name, each.of), each.name
        assert finding.question.endswith("?")
    with pytest.raises(InputError, match="defines no FINDING"):
        _finding_of(re, "re")


def test_the_documentation_names_every_finding():
    analysis, reference = ((ROOT / "docs" / name).read_text() for name in ("analysis.md", "api/findings.md"))
    for finding in findings():
        assert f"| `{finding.name}` |" in analysis, finding.name
        assert f"sim.findings.{finding.name}\n" in reference, finding.name
