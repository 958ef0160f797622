"""What a party of one's own reports of a run reaches all tables by which runs are compared."""

import io
import shutil

import pandas as pd
import pytest
from conftest import ROOT, SCENARIOS
from rich.console import Console

from sim import load_scenario, parties_of
from sim.cli.tables import COMPARED, print_comparison
from sim.diff import diff
from sim.findings import find, read, tables_of
from sim.findings.base.codebook import codebook, codebook_in
from sim.findings.base.write import write_findings
from sim.report.page import page
from sim.report.paper import write_paper
from sim.sweep.local import run_locally
from sim.sweep.plan import comparison

pytestmark = [pytest.mark.once, pytest.mark.longer, pytest.mark.xdist_group("reported")]

WORDS = "highest resolve of the council, 0 to 1"
OWN = "peak_resolve"


@pytest.fixture(scope="module")
def council(tmp_path_factory):
    """A party as that of the notebooks, that reports its highest resolve."""
    place = tmp_path_factory.mktemp("party") / "school_council"
    shutil.copytree(ROOT / "notebooks" / "parent_association", place, ignore=shutil.ignore_patterns("__pycache__"))
    for path in place.glob("*.py"):
        text = path.read_text().replace("parent_association", "school_council").replace("ParentAsso", "SchoolAsso")
        path.write_text(text.replace("SchoolAssociation", "SchoolCouncil"))
    variables = place / "variables.py"
    text = variables.read_text()
    assert 'outcome="last")' in text
    variables.write_text(text.replace('outcome="last")', f'outcome="last", reported="{WORDS}")'))
    return place


@pytest.fixture(scope="module")
def folder(council, tmp_path_factory):
    """A comparison of two designs with the party, and its analysis."""
    few = {"population.families": 60, "horizon.weeks": 40}
    parties = parties_of(council)
    points = [load_scenario(SCENARIOS / "mountain_view.toml", each, parties) for each in ("retrofit", "opt_out")]
    place = tmp_path_factory.mktemp("runs") / "out"
    run_locally(comparison([point.revise(few) for point in points], 10), place)
    return place


def test_it_is_in_the_tables_of_means_and_differences(folder):
    evidence = read(folder)
    runs = evidence.runs.set_index(["design", "seed"])[OWN]
    tables = {**find("delivery", evidence).tables, **find("comparison", evidence).tables}
    for name in ("means", "means_by_point"):
        rows = tables[name][tables[name]["quantity"] == OWN].set_index("design")
        assert rows["mean"].to_dict() == pytest.approx(runs.groupby("design").mean().to_dict())
        assert set(rows["event"]) == {"any"}
    gap = (runs["opt_out"] - runs["retrofit"]).mean()
    for name in ("differences", "differences_by_point"):
        (row,) = tables[name][tables[name]["quantity"] == OWN].to_dict("records")
        assert row["difference"] == pytest.approx(gap)
        assert pd.isna(row["ratio"])


def test_it_is_in_what_a_paper_prints(folder, tmp_path):
    write_paper(read(folder), tmp_path / "paper")
    for name, column in (("means", "mean"), ("differences", "difference")):
        table = pd.read_csv(tmp_path / "paper" / f"{name}.csv")
        assert table.loc[table["what"] == WORDS, column].notna().all()
        assert WORDS in set(table["what"])


def test_it_is_in_a_comparison_on_the_terminal(folder):
    shown = Console(file=io.StringIO(), width=120)
    evidence = read(folder)
    print_comparison(shown, evidence, tables_of(evidence, COMPARED), full=True, folder=None)
    lines = [line for line in shown.file.getvalue().splitlines() if WORDS in line]
    assert len(lines) == 2, "among what was delivered, and among differences"


def test_it_is_in_the_codebook(council, folder, monkeypatch):
    monkeypatch.setattr("sim.findings.base.write.drawn", lambda found, evidence: (found, {}))
    write_findings(read(folder))
    for book in (codebook(parties_of(council)), codebook_in(folder)):
        own = book[(book["source"] == "names") & (book["table"] == "quantity") & (book["column"] == OWN)]
        assert own["meaning"].tolist() == [WORDS]
        assert own["unit"].tolist() == ["0-1"]


def test_it_is_in_the_report(folder, monkeypatch):
    monkeypatch.setattr("sim.report.page.drawn", lambda found, evidence: (found, {}))
    shown = page(read(folder))
    assert shown.count(f">{OWN}<") >= 2 or shown.count(OWN.replace("_", " ")) >= 2


def test_it_is_in_a_diff_of_two_sweeps(folder):
    evidence = read(folder)
    assert OWN in set(diff(evidence, evidence).changes["quantity"])
