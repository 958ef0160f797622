"""The codebook: no column of any table is without a meaning, and each is what the table has."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from command import sim
from sweeping import done, written
from test_findings import TINY

from sim import Scenario, simulate
from sim.calibration.forecast import followed, forecast, with_unknowns
from sim.draws import draws_named
from sim.events import events
from sim.findings import find_all, findings, read
from sim.findings.base.codebook import NOT_KNOWN, codebook, codebook_in, factor_columns, table_named
from sim.findings.base.codebook import tables as every_table
from sim.findings.base.columns import FOLLOWING, OTHERS, SHARED, described, names
from sim.findings.base.write import write_findings
from sim.findings.hypothesis import counterexamples, judge, where
from sim.kernel.parties import DEFAULT
from sim.kernel.variables import Column
from sim.outcome import VARIABLES
from sim.scenario import parameter_table
from sim.statistics import naming
from sim.statistics.naming import ANY, NAMED, OPENED
from sim.statistics.quantities import WAYS
from sim.statistics.samples import grid, runs
from sim.sweep.folder import SweepFolder
from sim.sweep.load import load_sweep
from sim.sweep.samples import small_folder

pytestmark = pytest.mark.once
TABLES = every_table()

RANGES = TINY.replace("levels = [0.1, 0.9]", "low = 0.0\nhigh = 1.0").replace('weekly = "quantiles"', 'weekly = "full"')
TWO_NUMBERS = '[[factors]]\nfield = "leadership.training"\nlow = 0.0\nhigh = 1.0\n[replicates]'
CLAIM = (
    RANGES.replace("[replicates]", TWO_NUMBERS) + '[design_of_experiments]\nmethod = "latin_hypercube"\npoints = 24\n'
)
MORRIS = RANGES.replace('[[factors]]\nfield = "horizon.weeks"\nlevels = [40]\n', "").replace(
    "population.families", "horizon.weeks = 40\npopulation.families"
)

THREE = TINY.replace("[replicates]", '[[factors]]\nfield = "leadership.training"\nlevels = [0.1, 0.9]\n[replicates]')
THREE = THREE.replace('"greenfield"]', '"greenfield", "strand"]')


def swept(place, text, name, seeds):
    few = text.replace("count = 20", f"count = {seeds}").replace("batch = 10", f"batch = {seeds}")
    done(load_sweep(written(place, few, name)), place / name)
    SweepFolder(place / name).finish({"finished": True})
    return place / name


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Sweeps that support every finding between them."""
    place = tmp_path_factory.mktemp("codebook")
    return [
        small_folder(),
        small_folder(factorial=True),
        swept(place, f'hypothesis = "H1"\n{CLAIM}', "claim", 6),
        swept(place, f'{MORRIS}[design_of_experiments]\nmethod = "morris"\npoints = 4\n', "morris", 3),
        swept(place, f'{THREE}[design_of_experiments]\nmethod = "factorial"\n', "three", 3),
    ]


def checked(table, columns, factors):
    """The columns are those declared, and each has a meaning."""
    assert sorted(map(str, columns)) == sorted(table.names(VARIABLES, factors)), table.name
    for name in columns:
        column = described(table, name, VARIABLES, factors)
        assert column is not None, (table.name, name)
        assert len(column.meaning) > 3
        assert column.unit


@pytest.mark.longer
def test_every_column_of_every_table_has_a_meaning(folders):
    seen = set()
    for folder in folders:
        evidence = read(folder)
        factors = factor_columns(evidence.results.sweep)
        assert list(factors) == evidence.factors
        for found in find_all(evidence):
            assert not found.failed, found.unsupported
            for name, table in found.tables.items():
                # An overview shares the tables of others; a claim with few conditions has no box.
                known = next(each for each in TABLES if each.name == name and each.source in map(_name, findings()))
                if list(table.columns) != ["words"] and name != "verdicts_counterexamples":
                    here = factors if name != "attribution" else {}
                    checked(known, [*table.columns, "calibration"], here)
                    seen.add(name)
    of_findings = {table.name for table in TABLES if table.source in map(_name, findings())}
    assert of_findings - seen <= {"verdicts_boxes", "verdicts_limits", "verdicts_counterexamples"}


NO_NUMBER_OF_RUNS = {
    ("sweep", "points"): "what was run",
    ("sweep", "runs"): "a row per run",
    ("sweep", "weekly"): "curves of single points, of which the table curves is made",
    ("sweep", "weekly_full"): "a row per run and week",
    ("run", "outcome"): "one run",
    ("run", "weekly"): "one run",
    ("run", "events"): "one run",
    ("forecast", "like"): "the record",
    ("hypothesis", "verdicts_limits"): "ends of boxes",
    ("discovery", "discovery_limits"): "ends of boxes",
    ("analyse", "index"): "names",
    ("analyse", "codebook"): "names",
}
"""Tables that hold no risk, rate or mean over runs, and what they hold instead."""
COUNTED = {"n", "seeds", "points", "base_points", "runs", f"{OTHERS} n"}
"""Columns of which each table has one: how many its numbers are of."""


def test_every_table_declares_its_event_its_week_and_its_denominator():
    for table in TABLES:
        columns = set(table.names(VARIABLES))
        if (table.source, table.name) in NO_NUMBER_OF_RUNS:
            assert "denominator" not in columns, table.name
        else:
            assert {*NAMED} <= columns, (table.source, table.name)
            assert columns & COUNTED, (table.source, table.name)


@pytest.mark.parametrize(("event", "week"), [("discontinued", None), ("adapted", 20)])
@pytest.mark.longer
def test_every_row_of_every_table_says_what_its_number_is_of(folders, event, week):
    spared = {name for _, name in NO_NUMBER_OF_RUNS} | {"verdicts_boxes"}
    for folder in folders:
        evidence = read(folder, event, week)
        for found in find_all(evidence):
            for name, table in found.tables.items():
                if name in spared or table.empty:
                    continue
                assert table[[*NAMED]].notna().all(axis=None), name
                assert (table["denominator"].str.len() > 5).all(), name
                if "quantity" in table.columns and found.finding.name != "hypothesis":
                    risk = table["quantity"].isin(WAYS)
                    assert (table.loc[risk, "event"] == table.loc[risk, "quantity"]).all(), name
                    assert (table.loc[~risk, "event"] == ANY).all(), name
                    if name != "differences_by_week":
                        assert set(table.loc[risk, "week"]) <= {evidence.event.week}, name
                        assert set(table.loc[~risk, "week"]) <= {evidence.horizon}, name
    assert set(read(folders[0]).not_opened["week"]) == {0}


def test_numbers_are_of_as_many_as_their_denominator_says(folders):
    evidence = read(folders[0])
    tables = {name: table for found in find_all(evidence) for name, table in found.tables.items()}
    opened = evidence.runs.groupby("design").size()
    for name in ("risk", "risk_by_point", "median_by_point", "means_by_point", "frontier", "risk_at_milestones"):
        own = tables[name][tables[name]["denominator"] == OPENED]
        if "quantity" in own.columns:
            own = own[own["quantity"].isin(WAYS)]
        assert (own["n"] == own["design"].map(opened)).all(), name
    wide = evidence.runs.pivot(index="seed", columns="design", values="opened")
    assert (tables["differences_by_week"]["n"] == len(wide.dropna())).all()
    everybody = evidence.results.runs.groupby("design").size()
    assert (tables["not_opened"]["n"] == tables["not_opened"]["design"].map(everybody)).all()


def _name(finding):
    return finding.name


def test_tables_of_a_claim_have_meanings():
    points = grid(training=[k / 40 for k in range(40)])
    table = runs(points, {"retrofit": lambda point: 0.95 if point["training"] < 0.5 else 0.05}, 40)
    verdicts = judge(table, "H1")
    boxes, limits = where(verdicts, points.rename_axis("point").reset_index(), ["training"])
    boxes = naming.named(boxes, "discontinued", 108, naming.BOX_OF_CONDITIONS)
    checked(table_named("hypothesis", "verdicts_boxes"), [*boxes.columns, "calibration"], {})
    checked(table_named("hypothesis", "verdicts_limits"), [*limits.columns, "calibration"], {})
    failed = naming.named(counterexamples(verdicts), "discontinued", 108, OPENED)
    known = table_named("hypothesis", "verdicts_counterexamples")
    assert len(failed) > 0
    assert [name.replace("retrofit", OTHERS) for name in failed.columns] == known.names(VARIABLES, ())[:-1]
    assert described(known, "retrofit lower", VARIABLES, {}).meaning == "lower end of the 95% interval of retrofit"
    assert described(known, "retrofit n", VARIABLES, {}).unit == "runs"


def test_tables_of_one_run_have_meanings():
    scenario = Scenario().revise({"population.families": 20, "horizon.weeks": 10})
    run = simulate(scenario, 1)
    weekly = run.weekly()
    made = {"weekly": weekly.reset_index(), "outcome": pd.DataFrame([run.outcome.as_dict()])}
    made["events"] = events(weekly, scenario)
    for name, table in made.items():
        checked(table_named("run", name), [*table.columns, "calibration"], {})


def test_tables_of_a_forecast_have_meanings():
    case = followed(Scenario().revise({"population.families": 20, "teachers.count": 2}), 1)
    draws = with_unknowns(case, draws_named("posterior").taken(np.arange(6)))
    made = forecast(case, {}, draws, 12, 0, 1)
    tables = {"risk": made.risk, "levers": made.levers, "unknowns": made.unknowns, "like": pd.DataFrame(made.like)}
    for name, table in tables.items():
        checked(table_named("forecast", name), [*table.columns, "calibration"], {})


def test_no_text_stands_twice_or_idle():
    """What the variables knows is not told anew, and every text is of a column that a table has."""
    used = {name for table in TABLES for name in table.names(VARIABLES)}
    assert set(SHARED) <= used
    for table in TABLES:
        assert set(table.own) - {OTHERS} <= {*table.names(VARIABLES), *used}
        assert set(FOLLOWING) & set(table.own) == set()
    known = {column.meaning for column in (*VARIABLES.outcome_columns.values(), *VARIABLES.weekly_columns.values())}
    known |= set(parameter_table()["meaning"])
    assert not known & {column.meaning for column in SHARED.values()}


def test_names_that_stand_in_columns_are_reported(folders):
    reported = names(VARIABLES)
    for folder in folders[:2]:
        evidence = read(folder)
        for found in find_all(evidence):
            for table in found.tables.values():
                for column in {"event", "quantity", "column", "stakeholder"} & set(table.columns):
                    if found.finding.name != "hypothesis":
                        assert set(table[column]) <= set(reported[column]), (found.finding.name, column)


@pytest.mark.longer
def test_analyse_writes_the_codebook_of_what_is_there(folders, monkeypatch):
    monkeypatch.setattr("sim.findings.base.write.drawn", lambda found, evidence: (found, {}))
    for folder in (folders[1], folders[2]):
        write_findings(read(folder))
        book = pd.read_csv(folder / "analysis" / "codebook.csv")
        assert not book.isna().any().any()
        assert NOT_KNOWN.meaning not in set(book["meaning"])
        for path in (folder / "analysis").glob("*.csv"):
            with path.open(newline="") as file:
                header = next(csv.reader(file))
            assert book.loc[book["table"] == path.stem, "column"].tolist() == header, path.stem
        runs_of = book[book["table"] == "runs"]
        assert runs_of["column"].tolist() == list(read(folder).results.runs.columns)
        again = codebook_in(folder)
        pd.testing.assert_frame_equal(again, book.drop(columns="calibration"))
    claim = again.set_index(["table", "column"])
    assert claim.loc[("weekly_full", "capital"), "meaning"] == VARIABLES.weekly["capital"]
    assert claim.loc[("runs", "size"), "meaning"].endswith("large: population.families = 80")
    field = parameter_table().set_index("field").loc["leadership.communication"]
    assert field["meaning"] in claim.loc[("verdicts", "leadership.communication"), "meaning"]
    assert claim.loc[("points", "leadership.communication"), "unit"] == field["unit"]


def test_an_event_asked_for_has_its_columns(folders):
    (found,) = (each for each in find_all(read(folders[1], "adapted", 20)) if each.finding.name == "frontier")
    known = table_named("frontier", "frontier")
    for name in found.tables["frontier"].columns:
        assert described(
            known, name, VARIABLES, {"leadership.training": Column("-", "x"), "leadership.vetting": Column("-", "x")}
        )


@pytest.mark.slow
def test_the_command_prints_all_that_is_known_and_what_is_there(folders):
    every = json.loads(sim("codebook", "--json").stdout)
    assert every == codebook(DEFAULT).to_dict(orient="records")
    rows = list(csv.DictReader(io.StringIO(sim("codebook", folders[3], "--csv").stdout)))
    assert {row["table"] for row in rows} >= {"points", "runs", "weekly_full"}
    shown = sim("codebook", folders[0]).stdout
    assert "risk [probability]" in shown or "runs (sweep)" in shown
    assert max(map(len, shown.splitlines())) <= 80
    module = sim("codebook", "--module", "notebooks/parent_association", "--json").stdout
    assert "drained_parent_association" in module


@pytest.mark.parametrize(
    ("arguments", "reported"),
    [
        (["no/such"], "is not a sweep's folder"),
        (["--csv", "--json"], "accepted: one of them"),
        ([".", "--module", "notebooks/parent_association"], "accepted: without a folder"),
        (["--module", "no_such_party"], "no such folder or package"),
    ],
)
@pytest.mark.longer
def test_bad_requests_are_one_clear_line(arguments, reported):
    refused = sim("codebook", *arguments, code=2)
    assert reported in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert refused.stdout == ""


def test_a_damaged_table_is_reported(folders, tmp_path):
    folder = tmp_path / "out"
    (folder / "analysis").mkdir(parents=True)
    (folder / "manifest.json").write_bytes((folders[0] / "manifest.json").read_bytes())
    (folder / "analysis" / "manifest.json").write_text('{"files": {"risk.parquet": "", "gone.parquet": ""}}')
    (folder / "analysis" / "risk.parquet").write_text("no table")
    assert "risk.parquet: is no table; accepted" in sim("codebook", folder, code=2).stderr


def test_a_party_without_its_code_is_reported(folders):
    sweep = SweepFolder(folders[1]).sweep()
    other = replace(sweep, points=sweep.points.rename(columns={"leadership.vetting": "parent_association.memory"}))
    assert "code is not read here" in factor_columns(other)["parent_association.memory"].meaning
