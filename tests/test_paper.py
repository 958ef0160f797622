"""What a paper prints: complete, escaped, rounded, and never in the place of somebody's work."""

import csv
import io
import json
import os
import re
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from command import sim
from sweeping import done, written
from test_codebook import CLAIM, swept
from test_findings import TINY

from sim import InputError
from sim.draws import Draws
from sim.findings import find, read
from sim.findings.base.codebook import factor_columns, table_named
from sim.findings.base.columns import described
from sim.findings.risk import risk_by_point
from sim.io.files import check_folder, csv_text
from sim.outcome import VARIABLES
from sim.report.markup import LONGEST, Printed, latex, markdown, rounded
from sim.report.paper import paper, write_paper
from sim.statistics.naming import NAMED
from sim.sweep.folder import COMPARISON, SweepFolder, files_of
from sim.sweep.load import load_sweep
from sim.sweep.local import run_locally
from sim.sweep.plan import comparison
from sim.sweep.results import open_sweep
from sim.sweep.samples import small_folder, small_scenarios

pytestmark = pytest.mark.once

KINDS = ("csv", "tex", "md", "html")
SPITEFUL = (
    TINY.replace('name = "size"', 'name = "a_b & 5% $x$ #1 ~^ {c} \\\\input{d} [e] <f> |g|"')
    .replace("settings.small", 'settings."=1+1"')
    .replace("settings.large", 'settings."*[2pt] `rm` _x_"')
    .replace('weekly = "quantiles"', 'weekly = "none"')
)


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    """A comparison of draws enough to tell what is not known, and what a paper prints of it."""
    place = tmp_path_factory.mktemp("paper")
    run_locally(comparison(small_scenarios(), 20), place / "out")
    return place / "out", write_paper(read(place / "out"), place / "paper"), place / "paper"


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    place = tmp_path_factory.mktemp("paper")
    return [small_folder(factorial=True), swept(place, f'hypothesis = "H1"\n{CLAIM}', "claim", 6)]


def rows_of(tex: str) -> list[list[str]]:
    """Cells of a LaTeX table, its heading first."""
    lines = [line.removesuffix(" \\\\") for line in tex.splitlines() if line.endswith(" \\\\")]
    return [re.split(r"(?<!\\) ?& ?", line) for line in lines]


def check_latex(each: Printed) -> None:
    tex = latex(each)
    rows = rows_of(tex)
    assert {len(row) for row in rows} == {len(each.table.columns)}
    assert len(rows) >= len(each.table) + 1
    assert tex.count("\\begin{") == tex.count("\\end{")
    plain = tex.replace("\\\\", "").replace("$-$", "")
    text = re.sub(r"\\[{}&%$#_]", "", "\n".join(plain.splitlines()[1:]))
    assert text.count("{") == text.count("}")
    for line in text.splitlines():
        assert not re.search(r"[%$#_~^<>|]", re.sub(r"\\(label|setlength)\{[^}]*\}", "", line)), line


@pytest.mark.longer
def test_every_table_names_its_event_week_and_denominator(one, several):
    printed = [each for folder in several for each in paper(read(folder)).printed] + one[1].printed
    assert {each.name for each in printed} == {
        "risk", "causes", "not_opened", "medians", "differences", "means", "pressure", "attribution", "claims",
    }  # fmt: skip
    for each in printed:
        table = each.table
        assert set(NAMED) <= set(table.columns), each.name
        for name in ("event", "denominator"):
            assert (table[name].str.len() > 3).all()
            assert all(word in each.caption for word in set(table[name]))
        assert pd.api.types.is_integer_dtype(table["week"])
        assert pd.api.types.is_integer_dtype(table["n"])
        assert {"lower", "upper"} <= set(table.columns)
        error = "conditions as a sample" if each.name == "claims" else "Monte Carlo error only"
        for words in (f"95% intervals ({error}): of ", "n = ", "seeds each (0 to "):
            assert words in each.caption, each.caption
        assert each.caption.endswith(("parameters drawn from the posterior.", "uncalibrated defaults."))
        check_latex(each)


def test_numbers_are_those_of_the_findings(one):
    folder, made, out = one
    evidence = read(folder)
    known = risk_by_point(evidence.runs, evidence.weeks).set_index(["design", "event", "week"])
    table = pd.read_csv(out / "risk.csv")
    assert set(table["week"]) == {20, 36, 40}
    for row in table.itertuples():
        own = known.loc[(row.design, row.event.replace(" ", "_"), row.week)]
        assert row.n == own["n"]
        assert row.risk == round(own["risk"], 3)
        assert row.upper == pytest.approx(own["upper"], abs=5e-4)
    assert (table["calibration"] == evidence.calibration).all()
    assert (table["denominator"] == "runs that opened").all()
    gaps = pd.read_csv(out / "differences.csv")
    by_week = find("comparison", evidence).tables["differences_by_week"].set_index("week")["difference"]
    own = gaps[gaps["event"] == "discontinued"].set_index("week")["difference"]
    assert own.to_dict() == by_week.round(3).to_dict()
    assert {"adapted", "whatever became of it"} <= set(gaps["event"])
    assert made.failed == {}
    assert set(made.left_out) == {"attribution", "claims"}


def test_what_is_not_known_stands_beside_the_risk(tmp_path):
    # Families who feel nothing, and families who feel all: what ends is the draw's doing.
    draws = Draws("two", {"families.sensitivity": np.array([0.05, 8.0])})
    run_locally(comparison(small_scenarios(), 60, weekly="none", draws=draws), tmp_path / "out")
    (risk,) = (each for each in paper(read(tmp_path / "out")).printed if each.name == "risk")
    assert {"parameter_low", "parameter_high"} <= set(risk.table.columns)
    assert "unknown: 80% of the draws" in risk.caption


@pytest.mark.longer
def test_tables_of_claims_and_of_many_points(several):
    made = {each.name: each for each in paper(read(several[1])).printed}
    claims = made["claims"].table
    assert (claims.groupby("design")["conditions"].sum() == claims.groupby("design")["n"].first()).all()
    assert claims["claim"].str.startswith("H1: a retrofit").all()
    assert {"spread_low", "spread_high", "points"} <= set(made["risk"].table.columns)
    factorial = {each.name: each for each in paper(read(several[0])).printed}
    medians = factorial["medians"]
    assert "leadership.training" in medians.table.columns
    assert medians.cells(str)[0][0] in ("0.1", "0.9")
    assert re.fullmatch(r"\d+|not reached", medians.cells(str)[0][-1])
    assert (factorial["attribution"].table["denominator"] == "seeds on which every corner opened").all()


def test_the_event_and_week_asked_for_are_reported(several):
    made = {each.name: each for each in paper(read(several[0], "adapted", 30)).printed}
    assert 30 in set(made["risk"].table["week"])
    gaps = made["differences"].table
    assert set(gaps.loc[gaps["event"] == "adapted", "week"]) == {30}
    assert set(made["medians"].table["event"]) == {"adapted"}


@pytest.mark.longer
def test_every_column_is_in_the_codebook(one, several):
    for folder in (one[0], *several):
        evidence = read(folder)
        factors = factor_columns(evidence.results.sweep)
        for each in paper(evidence).printed:
            known = table_named("paper", each.name)
            names = known.names(VARIABLES, factors)
            for name in each.table.columns:
                assert name in names, (each.name, name)
                assert described(known, name, VARIABLES, factors) is not None


def test_every_text_is_escaped(tmp_path):
    few = SPITEFUL.replace("count = 20", "count = 4").replace("batch = 10", "batch = 4")
    done(load_sweep(written(tmp_path, few)), tmp_path / "out")
    made = write_paper(read(tmp_path / "out"), tmp_path / "paper")
    assert "attribution" in {each.name for each in made.printed}
    for each in made.printed:
        check_latex(each)
        lines = [line for line in markdown(each).splitlines() if line.startswith("|")]
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {len(each.table.columns) + 1}
        assert "<f>" not in markdown(each)
    text = (tmp_path / "paper" / "medians.tex").read_text()
    assert r"a\_b \& 5\% \$x\$ \#1 \textasciitilde{}\textasciicircum{} \{c\} \textbackslash{}input\{d\} {[}e{]}" in text
    assert "\\input{" not in text
    assert "{*}{[}2pt{]} `rm` \\_x\\_" in text
    cells = [cell for row in csv.reader(io.StringIO((tmp_path / "paper" / "medians.csv").read_text())) for cell in row]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "@"))]


def test_a_long_table_goes_over_pages():
    table = pd.DataFrame({"design": ["[a]"] * (LONGEST + 1), "risk": np.linspace(-1.0, 1.0, LONGEST + 1)})
    tex = latex(Printed("risk", "Long.", table))
    assert "\\begin{longtable}{lr}" in tex
    assert tex.count("\\toprule") == 2
    assert "\\begin{tabular}" not in tex
    check_latex(Printed("risk", "Long.", table))
    assert "\n[" not in tex, "would be an option of the row before"


def test_numbers_are_rounded_sensibly():
    table = pd.DataFrame({"n": [7], "mean": [np.inf], "lower": [np.nan], "upper": [0.00041], "all": [True]})
    assert Printed("x", "", table, "not reached").cells(str) == [["7", "not reached", "", "0.0004", "True"]]
    assert rounded(123.45678, 3) == 123.457
    assert str(rounded(-1e-12, 3)) == "0.0"
    assert rounded(0.00098, 3) == 0.001


def test_export_as_it_was_is_unchanged(one):
    assert sim("export", one[0]).stdout == csv_text(open_sweep(one[0]).runs)


@pytest.mark.slow
def test_the_command_writes_beside_the_sweep_and_replaces_only_its_own(one, tmp_path):
    folder = tmp_path / "out"
    made = SweepFolder(folder)
    sweep = comparison(small_scenarios(), 4, weekly="none")
    made.create(sweep, COMPARISON)
    run_locally(sweep, folder)
    reported = sim("export", folder, "--paper")
    out = folder / "paper"
    assert f"written: {out}" in reported.stdout
    assert "attribution  not available: " in reported.stdout
    manifest = json.loads((out / "manifest.json").read_text())
    assert {f"{name}.{kind}" for name in [*manifest["captions"], "designs"] for kind in KINDS} == set(manifest["files"])
    assert manifest["calibration"] == "uncalibrated defaults"
    assert "exists" in sim("export", folder, "--paper", code=2).stderr
    evidence = read(folder)
    write_paper(evidence, out, force=True)
    # A comparison that replaces the folder knows the paper's tables for ours.
    check_folder(folder, True, COMPARISON, files_of)
    (out / "notes.txt").write_text("years of work")
    refused = sim("export", folder, "--paper", "--force", code=2)
    assert "would lose it: notes.txt" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert (out / "notes.txt").read_text() == "years of work"
    with pytest.raises(InputError, match=r"paper/notes\.txt"):
        check_folder(folder, True, COMPARISON, files_of)
    (out / "notes.txt").unlink()
    (out / "risk.tex").write_text("mine now")
    for place, reported in ((out, r"would lose it: risk\.tex"), (folder, "holds results of sim compare")):
        with pytest.raises(InputError, match=reported):
            write_paper(evidence, place, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_unfinished_sweep_says_so(tmp_path):
    sweep = load_sweep(written(tmp_path, TINY.replace("count = 20", "count = 40")))
    parts: list[int] = []
    done(sweep, tmp_path / "out", stop=lambda: len(parts) >= 1, tell=lambda _: parts.append(1), workers=1)
    reported = sim("export", tmp_path / "out", "--paper", "--out", tmp_path / "paper")
    assert "UNFINISHED" in reported.stderr
    assert "UNFINISHED" in (tmp_path / "paper" / "risk.tex").read_text()
    assert not json.loads((tmp_path / "paper" / "manifest.json").read_text())["finished"]


def test_a_table_that_fails_loses_no_other(one, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("no")

    monkeypatch.setattr("sim.findings.delivery.pooled_means", fail)
    made = paper(read(one[0]))
    assert set(made.failed) == {"means"}
    assert "ZeroDivisionError" in made.failed["means"]
    assert {"risk", "differences", "pressure"} <= {each.name for each in made.printed}


@pytest.mark.parametrize(
    ("arguments", "reported"),
    [
        (["--paper", "--to", "parquet"], "--to = 'parquet': accepted: without --paper"),
        (["--paper", "--file", "x.csv"], "--file = x.csv: accepted: without --paper"),
        (["--out", "x", "--file", "x.csv"], "--file = x.csv: accepted: without --out"),
        (["--out", "/proc/x"], "--out = /proc/x"),
        (["--event", "adapted"], "--event: accepted: with --paper only"),
        (["--paper", "--by-week", "41"], "accepted: a week from 1 to 40"),
        (["--paper", "--out", "/proc/out"], "cannot be written"),
    ],
)
def test_bad_requests_are_one_clear_line(one, arguments, reported):
    refused = sim("export", one[0], *arguments, code=2)
    assert reported in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert refused.stdout == ""


def test_a_folder_that_is_no_sweep_is_reported(tmp_path):
    assert "is not a sweep's folder" in sim("export", tmp_path, "--paper", code=2).stderr
    assert not list(tmp_path.iterdir())


def test_designs_by_week_fit_a_column_and_say_what_they_are_of(one):
    folder, _, place = one
    text = (place / "designs.md").read_text()
    risks = find("risk", read(folder)).tables["risk_at_milestones"]
    own = risks[(risks["event"] == "discontinued") & (risks["design"] == "retrofit")].iloc[-1]
    assert f"{own['risk']:.2f}".removeprefix("0") in text
    rows = rows_of((place / "designs.tex").read_text())
    assert len({len(row) for row in rows}) == 1
    assert "Monte Carlo error only" in (place / "designs.html").read_text()
    for table in place.glob("*.html"):
        assert "<script" not in table.read_text()


@pytest.mark.skipif(
    shutil.which("pdflatex") is None and not os.environ.get("SIM_REQUIRE_LATEX"),
    reason="no pdflatex (texlive-latex-base)",
)
def test_latex_compiles(one, tmp_path):
    """With Debian's LaTeX: what needs a package that it has not is given the plain box instead."""
    tables = sorted(one[2].glob("*.tex"))
    body = "\n".join(table.read_text() for table in tables)
    stub = "\\newenvironment{adjustbox}[1]{}{}"
    ahead = f"\\documentclass{{article}}\\usepackage{{booktabs,longtable}}{stub}"
    source = f"{ahead}\\begin{{document}}\n{body}\n\\end{{document}}"
    (tmp_path / "paper.tex").write_text(source)
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")
