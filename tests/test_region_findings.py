"""Findings about regions, their report, and the command."""

import io
import json
import re
import subprocess
import sys

import matplotlib as mpl
import pytest
from command import sim as command

import sim
from sim.figures.style import subplots
from sim.io.errors import InputError
from sim.region.findings import described, regional
from sim.region.report import page, sentences


@pytest.fixture(scope="module")
def found():
    region = sim.load_region("first_region").revise(
        {"places.districts": 25, "years": 3, "places.most_families": 40, "adoption.pace": 0.3}
    )
    return sim.region(region, seeds=4)


@pytest.mark.parametrize("finding", regional(), ids=lambda finding: finding.name)
def test_a_finding_says_what_its_columns_hold_and_is_drawn(finding, found):
    tables = finding.tables(found)
    assert set(tables) == set(finding.columns)
    for table in tables.values():
        assert len(table)
        for column in table.columns:
            assert described(str(column)).meaning
    figure = finding.figure(found, tables, None)
    figure.savefig(io.BytesIO(), format="png")
    assert finding.question.endswith("?")


def test_all_columns_of_years_are_described(found):
    for column in found.years.columns:
        assert "value of the field" not in described(str(column)).meaning, column


def test_means_and_differences_are_those_of_the_seeds(found):
    last = found.last.pivot(index="seed", columns="strategy", values="reached")
    table = found.table("strategies").set_index(["strategy", "quantity"])["mean"]
    assert table["retrofit_everywhere", "reached"] == pytest.approx(last["retrofit_everywhere"].mean())
    differences = found.table("differences").set_index(["strategy", "quantity"])
    row = differences.loc[("greenfield_seeds", "reached")]
    apart = last["greenfield_seeds"] - last["retrofit_everywhere"]
    assert row["difference"] == pytest.approx(apart.mean())
    assert row["lower"] < apart.mean() < row["upper"]
    alone = found.difference("reached", of="greenfield_seeds")
    assert alone.loc[0, "difference"] == pytest.approx(apart.mean())


def test_a_figure_goes_into_the_callers_axes(found):
    figure, axes = subplots(1, 3, figsize=(6, 2))
    assert found.plot("adoption", ax=list(axes)) is figure
    with pytest.raises(InputError, match="did you mean"):
        found.plot("adoptoin")
    with mpl.rc_context({"axes.facecolor": "red"}):
        assert found.plot("frontier").axes[0].get_facecolor() == (1.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"quantity": "no_such"}, "quantity"), ({"year": 9}, "year = 9"), ({"of": "no_such"}, "of = "),
        ({"of": "greenfield_seeds", "to": "greenfield_seeds"}, "two strategies"),
    ],
)  # fmt: skip
def test_a_difference_that_is_none_is_refused(found, options, told):
    with pytest.raises(InputError, match=told):
        found.difference(**options)


def test_the_report_needs_no_network_and_says_how_far_to_trust_it(found):
    text = page(found)
    assert not re.findall(r'(?:src|href)="https?:', text)
    assert "How far to trust it" in text
    for sentence in sentences(found):
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_the_command_prints_a_table_and_writes_a_folder(tmp_path):
    out = tmp_path / "out"
    small = ["--set", "places.districts=20", "--set", "years=2", "--set", "places.most_families=30"]
    told = command("region", "first_region", "--seeds", "2", "--out", str(out), *small).stdout
    assert all(len(line) <= 110 for line in told.splitlines() if "  " in line)
    assert "retrofit everywhere" in told
    assert {"report.html", "years.csv", "adoption.png", "codebook.csv"} <= {
        each.name for each in (out / "findings").iterdir()
    }
    command("region", "first_region", "--seeds", "2", "--out", str(out), *small, code=2)
    more = command("region", "first_region", "--seeds", "3", "--out", str(out), "--resume", "--json", *small)
    assert json.loads(more.stdout)[0]["n"] == 3


@pytest.mark.parametrize(
    "given",
    [
        [], ["no_such"], ["first_region", "--set", "x"], ["first_region", "--vary", "adoption.pace="],
        ["first_region", "--set", "couplings.strength=2"], ["first_region", "--seeds", "0"],
        ["first_region", "--resume"], ["first_region", "--strategies", "no_such"],
        ["first_region", "--parameters", "no_such"],
    ],
)  # fmt: skip
def test_the_command_refuses_in_a_line(given):
    assert command("region", *given, code=2).stderr.startswith("error: ")


def test_fields_are_listed():
    told = command("region", "--fields", "--json")
    fields = {row["field"] for row in json.loads(told.stdout)}
    assert {"couplings.strength", "strategy.mandate", "adoption.pace"} <= fields


def test_the_package_is_called_whatever_was_imported_before():
    code = "import sim; sim.load_region('first_region'); print(callable(sim.region))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
