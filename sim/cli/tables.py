"""Results as tables on a terminal, and as JSON."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.analysis.compare import REACH, Comparison, milestones
from sim.analysis.quantities import UNITS
from sim.outcome import ENDINGS, Run
from sim.provenance import CALIBRATION


def print_run(out: Console, run: Run, weekly: pd.DataFrame, happened: pd.DataFrame) -> None:
    """Print one run: outcome, events, and every fourth week."""
    outcome = run.outcome
    when = "" if math.isnan(outcome.week) else f" in week {outcome.week:.0f}"
    out.print(
        f"{outcome.scenario}, {outcome.design}, seed {outcome.seed}: {outcome.ending.replace('_', ' ')}{when} ({CALIBRATION})",
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
    shown = Table(title="Weekly table (every fourth week and the last; all columns with --json or --out)", title_justify="left")
    shown.add_column("week", justify="right")
    for heading in columns.values():
        shown.add_column(heading, justify="right")
    for week, row in weekly.iterrows():
        if int(str(week)) % 4 == 0 or week == weekly.index[-1]:
            shown.add_row(
                str(week),
                *(f"{row[name]:.0f}" if float(row[name]).is_integer() and name != "capital" else f"{row[name]:.2f}" for name in columns),
            )
    out.print(shown)


def print_comparison(out: Console, comparison: Comparison, title: str, replicates: int, seed: int) -> None:
    """Print the tables of a comparison."""
    out.print(
        f"{title}: {replicates} replicates per design, seeds {seed} to {seed + replicates - 1}; 95% intervals, Monte Carlo error only; {CALIBRATION}",
        highlight=False,
    )
    weeks = milestones(comparison.horizon)
    risk = comparison.risk.set_index(["design", "ending", "week"])
    shown = Table(title="Risk of ending, by way of ending (Wilson intervals)", title_justify="left")
    shown.add_column("design")
    shown.add_column("way of ending")
    for week in weeks:
        shown.add_column(f"by week {week}", justify="right")
    medians = comparison.median.set_index("design")
    for design in comparison.designs:
        for ending in ("any", *ENDINGS[1:]):
            cells = [risk.loc[(design, ending, week)] for week in weeks]
            if ending != "any" and not any(cell["count"] for cell in cells):
                continue
            shares = (_percent(cell["risk"], cell["lower"], cell["upper"]) for cell in cells)
            shown.add_row(design, ending.replace("_", " "), *(share.replace(" [", "\n[") for share in shares))
        shown.add_section()
    out.print(shown)
    shown = Table(title="Median week of ending", title_justify="left")
    shown.add_column("design")
    shown.add_column("median [95%]", justify="right")
    for design in comparison.designs:
        row = medians.loc[design]
        shown.add_row(design, _weeks(row["median"], row["lower"], row["upper"]))
    out.print(shown)
    if len(comparison.difference):
        shown = Table(title="Paired differences, seed by seed", title_justify="left")
        for heading in ("quantity", "design minus baseline", "difference [95%]", "ratio [95%]"):
            shown.add_column(heading, justify="right" if "95" in heading else "left")
        for row in comparison.difference.itertuples():
            name = f"{row.quantity} by week {row.week}" if row.week else UNITS[str(row.quantity)]
            cell = (
                _percent(row.difference, row.lower, row.upper, sign=True, unit=" points")
                if row.week
                else _number(row.difference, row.lower, row.upper)
            )
            shown.add_row(
                name, f"{row.design} - {row.baseline}", cell, _ratio(row.ratio, row.ratio_lower, row.ratio_upper) if row.week else ""
            )
        out.print(shown)
    shown = Table(title="What was delivered (mean over runs, whole run)", title_justify="left")
    shown.add_column("quantity")
    for design in comparison.designs:
        shown.add_column(design, justify="right")
    reach = comparison.reach.set_index(["quantity", "design"])
    for quantity in REACH:
        cells = [reach.loc[(quantity, design)] for design in comparison.designs]
        shown.add_row(UNITS[quantity], *(_number(cell["mean"], cell["lower"], cell["upper"]) for cell in cells))
    out.print(shown)
    shown = Table(title="Share of pressure by stakeholder (mean share of the capital drained in a run)", title_justify="left")
    shown.add_column("stakeholder")
    for design in comparison.designs:
        shown.add_column(design, justify="right")
    drained = comparison.pressure.set_index(["stakeholder", "design"])
    for who in dict.fromkeys(comparison.pressure["stakeholder"]):
        cells = [drained.loc[(who, design)] for design in comparison.designs]
        shown.add_row(who, *(_percent(cell["share"], cell["lower"], cell["upper"]) for cell in cells))
    out.print(shown)


def comparison_as_json(comparison: Comparison, scenario: str, replicates: int, seed: int) -> dict[str, Any]:
    """Return the tables of a comparison, the weekly curves and single runs left out."""
    weeks = milestones(comparison.horizon)
    tables = {name: table for name, table in comparison.tables.items() if name not in ("runs", "weekly")}
    tables["risk"] = tables["risk"][tables["risk"]["week"].isin(weeks)]
    return {
        "scenario": scenario,
        "calibration": CALIBRATION,
        "replicates": replicates,
        "first_seed": seed,
        **{name: json.loads(table.to_json(orient="records", double_precision=15)) for name, table in tables.items()},
    }


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
