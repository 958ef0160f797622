"""Results as tables on a terminal, and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.analysis.quantities import ANY, KINDS, UNITS
from sim.findings.evidence import Evidence
from sim.outcome import ENDINGS, LEDGER, Run
from sim.provenance import CALIBRATION

Tables = dict[str, pd.DataFrame]

COMPARED = ("risk", "delivery", "comparison", "pressure")
"""Findings whose tables a comparison prints."""
TABLES = (
    "risk_by_point",
    "median_by_point",
    "differences_by_week",
    "differences_by_point",
    "means_by_point",
    "pressure",
)
"""Their tables that it prints."""
DELIVERED = tuple(quantity for quantity in KINDS if KINDS[quantity] == "number")
"""What a design delivers over the whole run."""


def print_run(out: Console, run: Run, weekly: pd.DataFrame, happened: pd.DataFrame) -> None:
    """Print one run: outcome, events, and every fourth week."""
    outcome = run.outcome
    when = "" if math.isnan(outcome.week) else f" in week {outcome.week:.0f}"
    out.print(
        f"{outcome.scenario}, {outcome.design}, seed {outcome.seed}: {outcome.ending.replace('_', ' ')}{when} "
        f"({CALIBRATION})",
        highlight=False,
    )
    listed = Table(title="Events", title_justify="left")
    for column in ("week", "party", "event"):
        listed.add_column(column, justify="right" if column == "week" else "left")
    for row in happened.itertuples():
        listed.add_row(str(row.week), str(row.party), str(row.event))
    out.print(listed)
    columns = {
        "taking_part": "taking part",
        "in_favour": "in favour",
        "voices_against": "against",
        "on_record": "on record",
        "teacher_attitude": "teachers",
        "union_level": "union",
        "notices": "notices",
        "attention": "attention",
        "dose": "dose",
        "capital": "capital",
    }
    shown = Table(
        title="Weekly table (every fourth week and the last; all columns with --json or --out)", title_justify="left"
    )
    shown.add_column("week", justify="right")
    for heading in columns.values():
        shown.add_column(heading, justify="right")
    for week, row in weekly.iterrows():
        if int(str(week)) % 4 == 0 or week == weekly.index[-1]:
            shown.add_row(
                str(week),
                *(
                    f"{row[name]:.0f}" if float(row[name]).is_integer() and name != "capital" else f"{row[name]:.2f}"
                    for name in columns
                ),
            )
    out.print(shown)


def print_comparison(out: Console, evidence: Evidence, tables: Tables) -> None:
    """Print the tables of a comparison: a sweep of one design point."""
    seeds = evidence.runs["seed"]
    out.print(
        f"{evidence.title}: {_replicates(evidence)} replicates per design, seeds {seeds.min()} to {seeds.max()}; "
        f"95% intervals, Monte Carlo error only; {CALIBRATION}",
        highlight=False,
    )
    out.print(_risks(tables["risk_by_point"], evidence.designs))
    out.print(_medians(tables["median_by_point"]))
    if "differences_by_point" in tables:
        out.print(_differences(tables["differences_by_week"], tables["differences_by_point"]))
    out.print(_delivered(tables["means_by_point"], evidence.designs))
    out.print(_pressure(tables["pressure"], evidence.designs))


def comparison_as_json(evidence: Evidence, tables: Tables) -> dict[str, Any]:
    """Return the tables of a comparison, the weekly curves and single runs left out."""
    kept = {name: tables[name] for name in TABLES if name in tables}
    return {
        "scenario": evidence.results.sweep.spec.name,
        "calibration": CALIBRATION,
        "replicates": _replicates(evidence),
        "first_seed": int(evidence.runs["seed"].min()),
        "incomplete": evidence.incomplete,
        **{name: json.loads(table.to_json(orient="records", double_precision=15)) for name, table in kept.items()},
    }


def _replicates(evidence: Evidence) -> int:
    """Seeds that all designs have met."""
    return int(evidence.runs.groupby("design").size().min())


def _table(title: str, left: Sequence[str], right: Sequence[str]) -> Table:
    """An empty table: columns of words to the left, then columns of numbers."""
    shown = Table(title=title, title_justify="left")
    for heading in left:
        shown.add_column(heading)
    for heading in right:
        shown.add_column(heading, justify="right")
    return shown


def _risks(risk: pd.DataFrame, designs: list[str]) -> Table:
    weeks = list(dict.fromkeys(risk["week"]))
    rows = risk.set_index(["design", "ending", "week"])
    headings = [f"by week {week}" for week in weeks]
    shown = _table("Risk of ending, by way of ending (Wilson intervals)", ["design", "way of ending"], headings)
    words = {name: rung.label for name, rung in LEDGER.rungs.items()}
    for design in designs:
        for ending in (ANY, *ENDINGS[1:]):
            cells = [rows.loc[(design, ending, week)] for week in weeks]
            if ending == ANY or any(cell["count"] for cell in cells):
                shares = (_percent(cell["risk"], cell["lower"], cell["upper"]) for cell in cells)
                shown.add_row(design, words.get(ending, ending), *(share.replace(" [", "\n[") for share in shares))
        shown.add_section()
    return shown


def _medians(medians: pd.DataFrame) -> Table:
    shown = _table("Median week of ending", ["design"], ["median [95%]"])
    for row in medians.itertuples():
        shown.add_row(str(row.design), _weeks(row.median, row.lower, row.upper))
    return shown


def _differences(by_week: pd.DataFrame, differences: pd.DataFrame) -> Table:
    """Risks by each milestone, then what is measured over the whole run."""
    headings = ["difference [95%]", "ratio [95%]"]
    shown = _table("Paired differences, seed by seed", ["quantity", "design minus baseline"], headings)
    for row in by_week.itertuples():
        difference = _percent(row.difference, row.lower, row.upper, sign=True, unit=" points")
        ratio = _ratio(row.ratio, row.ratio_lower, row.ratio_upper)
        shown.add_row(f"risk of ending by week {row.week}", f"{row.design} - {row.baseline}", difference, ratio)
    for row in differences[differences["quantity"].isin(DELIVERED)].itertuples():
        difference = _number(row.difference, row.lower, row.upper)
        shown.add_row(UNITS[str(row.quantity)], f"{row.design} - {row.baseline}", difference, "")
    return shown


def _delivered(means: pd.DataFrame, designs: list[str]) -> Table:
    shown = _table("What was delivered (mean over runs, whole run)", ["quantity"], designs)
    rows = means.set_index(["quantity", "design"])
    for quantity in DELIVERED:
        cells = [rows.loc[(quantity, design)] for design in designs]
        shown.add_row(UNITS[quantity], *(_number(cell["mean"], cell["lower"], cell["upper"]) for cell in cells))
    return shown


def _pressure(shares: pd.DataFrame, designs: list[str]) -> Table:
    title = "Share of pressure by stakeholder (mean share of the capital drained in a run)"
    shown = _table(title, ["stakeholder"], designs)
    rows = shares.set_index(["stakeholder", "design"])
    for who in dict.fromkeys(shares["stakeholder"]):
        cells = [rows.loc[(who, design)] for design in designs]
        shown.add_row(str(who), *(_percent(cell["share"], cell["lower"], cell["upper"]) for cell in cells))
    return shown


def _percent(value: float, lower: float, upper: float, sign: bool = False, unit: str = "%") -> str:
    if math.isnan(value):
        return "none"
    style = "+.1f" if sign else ".1f"
    return f"{100 * value:{style}}{unit} [{100 * lower:{style}}, {100 * upper:{style}}]"


def _number(value: float, lower: float, upper: float) -> str:
    digits = 3 if abs(value) < 1 else 1
    return f"{value:.{digits}f} [{lower:.{digits}f}, {upper:.{digits}f}]"


def _ratio(value: float, lower: float, upper: float) -> str:
    def word(number: float) -> str:
        return "undefined" if math.isnan(number) else "unbounded" if math.isinf(number) else f"{number:.2f}"

    return f"{word(value)} [{word(lower)}, {word(upper)}]"


def _weeks(median: float, lower: float, upper: float) -> str:
    def word(week: float) -> str:
        return "not reached" if math.isinf(week) else f"{week:.0f}"

    return f"{word(median)} [{word(lower)}, {word(upper)}]"
