"""Findings as a user asks for them: all that a sweep supports, why not the rest, and bad input."""

import csv
import io
import json
from dataclasses import replace

import pandas as pd
import pytest
from command import sim
from conftest import ROOT
from sweeping import done, written

from sim.findings import find, find_all, findings, read
from sim.sweep.folder import SweepFolder
from sim.sweep.load import load_sweep
from sim.sweep.parts import outcome_fields

pytestmark = pytest.mark.libraries

TINY = """
question = "What <b>matters</b> & why?"
scenario = "mountain_view"
designs = ["retrofit", "greenfield"]
[[factors]]
field = "leadership.communication"
levels = [0.1, 0.9]
[[factors]]
name = "size"
[factors.settings.small]
population.families = 40
[factors.settings.large]
population.families = 80
[[factors]]
field = "horizon.weeks"
levels = [40]
[replicates]
count = 20
batch = 10
[outputs]
weekly = "quantiles"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("findings")
    done(load_sweep(written(place, TINY)), place / "out")
    SweepFolder(place / "out").finish({"finished": True})
    return place / "out"


def swept(tmp_path, text, **options):
    done(load_sweep(written(tmp_path, text)), tmp_path / "out", **options)
    return tmp_path / "out"


@pytest.mark.once
@pytest.mark.longer
def test_analyse_writes_what_is_supported_and_says_why_not_the_rest(folder):
    reported = json.loads(sim("analyse", folder, "--json").stdout)
    rows = {row["finding"]: row for row in reported["findings"]}
    assert set(rows) == {finding.name for finding in findings()}
    supported = {name for name, row in rows.items() if row["supported"]}
    assert supported == {
        "risk",
        "causes",
        "delivery",
        "comparison",
        "frontier",
        "attribution",
        "effects",
        "effect_modification",
        "pressure",
        "curves",
        "phase",
    }
    assert "saltelli or morris" in rows["sensitivity"]["reason"]
    assert "tests no claim" in rows["hypothesis"]["reason"]
    assert reported["incomplete"] == ""
    for name in supported:
        for table in rows[name]["tables"].split(", "):
            written_table = pd.read_parquet(folder / "analysis" / f"{table}.parquet")
            assert len(written_table) == len(pd.read_csv(folder / "analysis" / f"{table}.csv"))
            assert (written_table["calibration"] == "parameters drawn from the posterior").all()
        for figure in rows[name]["figures"].split(", "):
            assert (folder / "analysis" / f"{figure}.png").stat().st_size > 5000
            assert (folder / "analysis" / f"{figure}.pdf").is_file()


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_analysing_again_gives_the_same_tables(folder):
    sim("analyse", folder)
    first = {path.name: path.read_bytes() for path in (folder / "analysis").glob("*.csv")}
    assert "risk.csv" in first
    sim("analyse", folder)
    assert first == {path.name: path.read_bytes() for path in (folder / "analysis").glob("*.csv")}
    assert not list(folder.glob(".analysis*"))


@pytest.mark.longer
def test_every_figure_carries_n_interval_seeds_and_calibration(folder):
    evidence = read(folder)
    for found in find_all(evidence):
        if found.unsupported:
            continue
        for name, figure in found.figures(evidence).items():
            text = " ".join(text.get_text().replace("\n", " ") for text in figure.texts if text.get_gid() == "caption")
            assert f"n = {len(evidence.runs)} runs" in text, name
            assert "the greenfield school did not open in" in text, name
            assert "(0 to 19)" in text, name
            assert "parameters drawn from the posterior" in text, name
            assert "95%" in text or "90% of" in text or "50% band" in text, name
            assert figure.get_figwidth() <= 7.2


def test_every_risk_has_an_interval_that_holds_it(folder):
    evidence = read(folder)
    for found in find_all(evidence):
        for table in found.tables.values():
            if {"lower", "upper"} <= set(table.columns):
                value = next(
                    name
                    for name in ("risk", "difference", "mean", "median", "contribution", "share", "estimate")
                    if name in table.columns
                )
                known = table[[value, "lower", "upper"]].dropna()
                assert (known["lower"] <= known[value] + 1e-12).all()
                assert (known[value] <= known["upper"] + 1e-12).all()


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
@pytest.mark.longer
def test_plot_writes_the_figure_asked_for(folder, tmp_path, kind):
    out = sim("plot", folder, "--figure", "risk", "--format", kind, "--out", tmp_path).stdout.strip()
    assert out == str(tmp_path / f"risk.{kind}")
    assert (tmp_path / f"risk.{kind}").stat().st_size > 2000
    assert [path.name for path in tmp_path.iterdir()] == [f"risk.{kind}"]


def test_plot_draws_any_pair_of_factors(folder, tmp_path):
    sim("plot", folder, "--figure", "phase", "--x", "size", "--y", "leadership.communication", "--out", tmp_path)
    assert (tmp_path / "phase_size_by_communication.png").is_file()


@pytest.mark.parametrize(
    ("arguments", "reported"),
    [
        (["--figure", "nonsense"], "accepted: hypothesis, overview, risk, causes, delivery"),
        (["--figure", "risk", "--format", "gif"], "accepted: png, pdf, svg"),
        (["--figure", "phase", "--x", "size"], "accepted: both, or neither"),
        (["--figure", "phase", "--x", "size", "--y", "size"], "accepted: another factor"),
        (
            ["--figure", "phase", "--x", "size", "--y", "horizon.weeks"],
            "--y = 'horizon.weeks': accepted: leadership.communication, size",
        ),
        (["--figure", "risk", "--x", "a", "--y", "b"], "with --figure phase only"),
        (["--figure", "sensitivity"], "saltelli or morris"),
        (["--figure", "risk", "--event", "exploded"], "accepted: discontinued, adapted, diluted"),
        (["--figure", "risk", "--by-week", "41"], "accepted: a week from 1 to 40"),
        (["--figure", "risk", "--out", "risk.png"], "accepted: a folder"),
    ],
)
@pytest.mark.once
def test_bad_requests_are_one_clear_line(folder, arguments, reported):
    done = sim("plot", folder, *arguments, code=2)
    assert reported in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["analyse", "report", "plot"])
@pytest.mark.once
def test_a_folder_that_is_no_sweep_is_reported(tmp_path, command):
    more = ["--figure", "risk"] if command == "plot" else []
    done = sim(command, tmp_path, *more, code=2)
    assert "is not a sweep's folder" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_an_unfinished_sweep_is_analysed_with_a_visible_note(tmp_path):
    sweep = load_sweep(written(tmp_path, TINY.replace("count = 20", "count = 40")))
    parts: list[int] = []
    done(sweep, tmp_path / "out", stop=lambda: len(parts) >= 2, tell=lambda _: parts.append(1), workers=1)
    reported = sim("analyse", tmp_path / "out")
    assert "UNFINISHED" in reported.stderr
    evidence = read(tmp_path / "out")
    assert f"UNFINISHED: {len(evidence.results.runs)} of at most 320 runs" in evidence.note("95%")
    manifest = json.loads((tmp_path / "out" / "analysis" / "manifest.json").read_text())
    assert not manifest["finished"]
    sim("report", tmp_path / "out")
    assert "UNFINISHED" in (tmp_path / "out" / "report.html").read_text()


@pytest.mark.slow
def test_names_that_no_file_can_have_and_formulas_are_harmless(tmp_path):
    """Factors named as paths, alike but for what a file's name cannot have, and settings that a
    spreadsheet would run.
    """
    text = (
        TINY.replace(
            'field = "leadership.communication"\nlevels = [0.1, 0.9]',
            'name = "../to/word"\n[factors.settings."-1"]\nleadership.communication = 0.1\n'
            '[factors.settings."+1"]\nleadership.communication = 0.9',
        )
        .replace('name = "size"', 'name = "../to word"')
        .replace("settings.small", 'settings."=1+1"')
        .replace("settings.large", 'settings."@SUM(A1)"')
    )
    out = swept(tmp_path, text)
    before = {each for each in tmp_path.rglob("*") if out not in each.parents}
    sim("analyse", out, code=0)
    assert {each for each in tmp_path.rglob("*") if out not in each.parents} == before
    pictures = [each.name for each in (out / "analysis").glob("phase_*.png")]
    assert len(pictures) == len({each.name for each in (out / "analysis").glob("phase_*.pdf")}) > 0
    cells = [
        cell
        for table in [sim("export", out).stdout, *(each.read_text() for each in (out / "analysis").glob("*.csv"))]
        for row in csv.reader(io.StringIO(table))
        for cell in row
    ]
    assert {"'=1+1", "'@SUM(A1)"} <= set(cells)
    assert not [cell for cell in cells if cell[:1] in ("=", "@", "\t", "\r")]
    # A sign may stand before a number only, and these two are texts.
    assert {"'-1", "'+1"} <= set(cells)
    assert [float(cell) for cell in cells if cell[:1] in ("+", "-")]


def test_adoption_pools_communities_of_different_sizes_as_shares(folder):
    """Half of the points have 40 families and half 80: all take part
    in the retrofit's first week.
    """
    curves = find("curves", read(folder)).tables["curves"].set_index(["design", "column", "week"])
    first = curves.loc[("retrofit", "taking_part", 1)]
    assert first["mean"] == first["q05"] == first["q95"] == 1.0
    assert 0 < curves.loc[("greenfield", "taking_part", 1), "mean"] < 1


@pytest.mark.once
def test_means_over_runs_of_other_lengths_say_so(tmp_path):
    text = TINY.replace("levels = [40]", "levels = [30, 40]").replace('weekly = "quantiles"', 'weekly = "none"')
    found = find("delivery", read(swept(tmp_path, text))).tables["means"].set_index(["design", "quantity"])
    own = found.loc["retrofit"]
    assert own["week"][["discontinued", "restricted_mean_weeks", "gain"]].tolist() == [30, 30, 40]
    assert own.loc["gain", "denominator"] == "runs that opened; whole runs of 30 to 40 weeks"
    assert own.loc["restricted_mean_weeks", "denominator"] == "runs that opened"


def test_a_horizon_of_no_weeks_is_reported(tmp_path):
    text = TINY.replace("levels = [40]", "levels = [0]").replace('weekly = "quantiles"', 'weekly = "none"')
    assert "no week was simulated" in sim("analyse", swept(tmp_path, text), code=2).stderr


@pytest.mark.once
@pytest.mark.longer
def test_runs_of_another_version_are_reported(tmp_path, monkeypatch):
    small = load_sweep(written(tmp_path, TINY))
    older = [name for name in outcome_fields(small) if name != "voice_high"]
    with monkeypatch.context() as patched:
        patched.setattr("sim.sweep.parts.outcome_fields", lambda sweep: older)
        folder = swept(tmp_path, TINY)
    reported = sim("analyse", folder, code=2).stderr
    assert "has no column 'voice_high'" in reported
    assert reported.count("\n") == 1


def test_a_sweep_without_any_run_is_reported(tmp_path):
    sweep = load_sweep(written(tmp_path, TINY))
    SweepFolder(tmp_path / "out").create(sweep)
    assert "has no runs to analyse yet" in sim("analyse", tmp_path / "out", code=2).stderr


@pytest.mark.once
@pytest.mark.longer
def test_one_design_asked_for_a_comparison_is_reported(tmp_path):
    folder = swept(tmp_path, TINY.replace('"retrofit", "greenfield"', '"retrofit"'))
    assert (
        "needs two designs that open, and there is retrofit"
        in sim("plot", folder, "--figure", "comparison", code=2).stderr
    )


@pytest.mark.once
def test_a_factor_with_one_level_asked_for_sensitivity_is_reported(tmp_path):
    text = (
        TINY.replace('weekly = "quantiles"', 'weekly = "none"')
        + '[design_of_experiments]\nmethod = "morris"\npoints = 4\n'
    )
    folder = swept(tmp_path, text.replace("count = 20", "count = 10"))
    assert "horizon.weeks has one level" in sim("plot", folder, "--figure", "sensitivity", code=2).stderr


@pytest.mark.parametrize(("dose", "suspend_below", "risk"), [(0.0, -5.0, 0.0), (1.0, 1.0, 1.0)])
@pytest.mark.slow
def test_all_alike_gives_defined_findings(tmp_path, dose, suspend_below, risk):
    """Nothing drains the board's capital, or any drop of it is an emergency: no division by zero,
    and intervals that keep a width.
    """
    extra = f"""
[[factors]]
name = "board"
[factors.settings.it]
design.dose = {dose}
board.suspend_below = {suspend_below}
board.tolerance_sd = 0.0
leaders.sponsorship = 0.0
"""
    text = TINY.replace('designs = ["retrofit", "greenfield"]', 'designs = ["retrofit", "poorly_led"]').replace(
        "[replicates]", extra + "[replicates]"
    )
    folder = swept(tmp_path, text)
    evidence = read(folder)
    means = find("delivery", evidence).tables["means"].set_index(["design", "quantity"])
    row = means.loc[("retrofit", "discontinued")]
    assert row["mean"] == risk
    assert row["upper"] - row["lower"] > 0.05
    sim("analyse", folder)
    sim("report", folder)


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_rates_are_of_runs_that_opened_and_the_share_that_did_not_is_reported(folder):
    evidence = read(folder)
    every = evidence.results.runs
    assert len(evidence.runs) == every["opened"].sum() < len(every)
    tables = find("risk", evidence).tables
    absent = tables["not_opened"].set_index("design")["share"]
    closed = every[every["design"] == "greenfield"]["opened"]
    assert absent["greenfield"] == pytest.approx((closed == 0).mean())
    assert absent["retrofit"] == 0.0
    assert tables["risk_by_point"]["n"].max() == 20
    assert "the greenfield school did not open in" in sim("analyse", folder).stdout


@pytest.mark.once
@pytest.mark.longer
def test_what_opens_in_no_run_has_no_rate_and_is_reported(tmp_path):
    shut = '[[factors]]\nfield = "factors.setting.new_school.opens"\nlevels = [0.0]\n[replicates]'
    text = TINY.replace('"retrofit", "greenfield"', '"greenfield"').replace("[replicates]", shut)
    assert "the programme did not open in any run" in sim("analyse", swept(tmp_path, text), code=2).stderr


@pytest.mark.once
@pytest.mark.longer
def test_findings_are_of_the_event_asked_for(folder):
    evidence = read(folder, "adapted", 20)
    assert str(evidence.event) == "was diluted or made optional at some point by week 20"
    for name in ("attribution", "effects", "phase", "frontier", "comparison"):
        found = find(name, evidence)
        for table in found.tables.values():
            if "quantity" in table.columns:
                assert "adapted" in set(table["quantity"]), name
        assert found.figures(evidence)
    assert find("frontier", evidence).tables["frontier"]["adapted"].between(0, 1).all()


@pytest.mark.slow
@pytest.mark.usefixtures("drafts")
def test_analysis_reads_a_sweep_while_it_is_written(folder):
    """Analysis takes no lock and changes nothing of the sweep's own."""
    sweep = SweepFolder(folder)
    before = (sweep.manifest_path.read_bytes(), (folder / "log.jsonl").read_bytes())
    with sweep.hold():
        sim("analyse", folder)
    assert before == (sweep.manifest_path.read_bytes(), (folder / "log.jsonl").read_bytes())


@pytest.mark.longer
def test_a_sweep_is_done_again_from_its_manifest(folder, tmp_path):
    sim("sweep", folder / "manifest.json", "--out", tmp_path / "again")
    assert sim("export", tmp_path / "again").stdout == sim("export", folder).stdout


@pytest.mark.parametrize("claim", ["h1", "h2", "h3", "h4"])
@pytest.mark.once
@pytest.mark.longer
def test_the_sweeps_shipped_are_read_and_their_findings_follow(tmp_path, claim):
    """A corner of each hypothesis sweep, at four seeds: the claim gets its verdicts, or says that
    it is put at none of these points.
    """
    shipped = load_sweep(ROOT / "sweeps" / f"{claim}.toml")
    few = shipped.spec.replicates.model_copy(update={"count": 4, "batch": 4, "target": "none"})
    corner = replace(shipped, spec=shipped.spec.model_copy(update={"replicates": few}), points=shipped.points.head(6))
    done(corner, tmp_path / "out")
    (found,) = (each for each in find_all(read(tmp_path / "out")) if each.finding.name == "hypothesis")
    if found.unsupported:
        assert "under no condition" in found.unsupported
    else:
        assert found.tables["verdicts_summary"].groupby("design")["conditions"].sum().between(1, 6).all()
