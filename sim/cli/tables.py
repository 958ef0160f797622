"""A comparison as tables on a terminal, and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.calibration.influential import influential, reported
from sim.designs import label, the
from sim.figures.style import DISCONTINUED, WAS_ADAPTED
from sim.findings.base.evidence import Evidence
from sim.findings.causes import happened
from sim.findings.comparison import DIFFERENCE, RATIO
from sim.kernel.variables import Variables
from sim.outcome import VARIABLES
from sim.parties.board.endings import IN_SHORT
from sim.statistics.quantities import ADAPTED, CAUSES, EXPLAINED, HEADLINE, is_risk, units

Tables = dict[str, pd.DataFrame]

COMPARED = ("risk", "causes", "delivery", "comparison", "pressure")
"""Findings whose tables a comparison prints."""
TABLES = (
    "not_opened",
    "risk_by_point",
    "causes",
    "median_by_point",
    "differences_by_week",
    "differences_by_point",
    "means_by_point",
    "pressure",
)
"""Their tables that it prints."""
RISK, MEAN, SHARE = (["risk", "lower", "upper"], ["mean", "lower", "upper"], ["share", "lower", "upper"])


def print_comparison(out: Console, evidence: Evidence, tables: Tables, full: bool, folder: Path | None) -> None:
    """Print a comparison, a sweep of one design point: one table, a design a row, or all tables.

    Parameters
    ----------
    out : Console
    evidence : Evidence
    tables : dict
        Of the findings in ``COMPARED``.
    full : bool
        Whether all tables are printed.
    folder : Path, optional
        Where its files are.
    """
    if full:
        _print_all(out, evidence, tables)
        return
    week = evidence.event.week
    out.print(_brief(evidence, tables))
    known = tables["risk_by_point"]["parameter_low"].notna().any()
    unknown = " (in parentheses: parameter uncertainty, the range over 80% of draws)" if known else ""
    out.print(
        f"{evidence.replicates} replicates per design on the same seeds; {evidence.calibration}. Values are for "
        f"runs that opened, by week {week} [95% intervals: Monte Carlo error only]{unknown}.",
        highlight=False,
    )
    where = f"in {folder / 'analysis'}, or add --full" if folder else "add --full, or --out for a folder"
    out.print(f"Causes, medians, paired differences, delivery and pressure by stakeholder: {where}.", highlight=False)


def _brief(evidence: Evidence, tables: Tables) -> Table:
    """A row per design: its risk, what it delivered, and who pressed most."""
    week, designs = evidence.event.week, evidence.designs
    risk = tables["risk_by_point"]
    risk = risk[risk["week"] == risk["week"].max()].set_index(["design", "event"])
    means = tables["means_by_point"].set_index(["quantity", "design"])
    pressure, absent = tables["pressure"], tables["not_opened"].set_index("design")["share"]
    shown = _table(
        evidence.title, ["design"], [f"discontinued\nby week {week}", "adapted", "student-weeks\nper 100 children"]
    )
    shown.add_column("pressed most")
    shown.add_column("did not\nopen", justify="right")
    for design in designs:
        cell = risk.loc[(design, HEADLINE)]
        adapted = risk.loc[(design, ADAPTED)]
        own = pressure[pressure["design"] == design].sort_values("share", ascending=False, kind="stable").iloc[0]
        who = evidence.variables.stakeholders[own["stakeholder"]].label
        shown.add_row(
            label(design), _whole(cell, True), _whole(adapted, False),
            _two_lines("{:,.0f} [{:,.0f}, {:,.0f}]".format(*means.loc[("weeks_per_100", design), MEAN])),
            f"{who}, {100 * own['share']:.0f}%" if own["share"] > 0 else "nobody", f"{100 * absent[design]:.0f}%",
        )  # fmt: skip
    return shown


def _whole(cell: pd.Series, unknown: bool) -> str:
    """A risk in whole percents with its interval, above its range over what we do not know."""
    reported = "{:.0f}% [{:.0f}, {:.0f}]".format(*(100 * cell[name] for name in RISK))
    low, high = cell["parameter_low"], cell["parameter_high"]
    return reported if not unknown or math.isnan(low) else f"{reported}\n({100 * low:.0f} to {100 * high:.0f})"


def _print_all(out: Console, evidence: Evidence, tables: Tables) -> None:
    """Print all tables of a comparison."""
    seeds = evidence.results.runs["seed"]
    absent = f"; {evidence.absent}" if evidence.absent else ""
    out.print(
        f"{evidence.title}: {evidence.replicates} replicates per design, seeds {seeds.min()} to {seeds.max()}; "
        f"95% intervals, Monte Carlo error only; {evidence.calibration}{absent}",
        highlight=False,
    )
    assumptions = reported()
    out.print(f"{assumptions[:1].upper()}{assumptions[1:]}.", highlight=False)
    out.print(_risks(tables["risk_by_point"], evidence.designs))
    out.print(_causes(tables["causes"], evidence.designs))
    out.print(_medians(tables["median_by_point"]))
    if "differences_by_point" in tables:
        out.print(_differences(tables["differences_by_week"], tables["differences_by_point"], evidence.variables))
    out.print(_delivered(tables["means_by_point"], evidence.designs, evidence.variables))
    out.print(EXPLAINED, highlight=False)
    out.print(_pressure(tables["pressure"], evidence.designs, evidence.variables))


def comparison_as_json(evidence: Evidence, tables: Tables) -> dict[str, Any]:
    """Return the tables of a comparison, the weekly curves and single runs left out."""
    kept = {name: tables[name] for name in TABLES if name in tables}
    return {
        "scenario": evidence.results.sweep.spec.name,
        "calibration": evidence.calibration,
        "influential_assumptions": influential(),
        "replicates": evidence.replicates,
        "first_seed": int(evidence.results.runs["seed"].min()),
        "event": str(evidence.event),
        "incomplete": evidence.incomplete,
        "saturated": evidence.saturated,
        **{name: json.loads(table.to_json(orient="records", double_precision=15)) for name, table in kept.items()},
    }


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
    rows = risk.set_index(["design", "event", "week"])
    headings = [f"by week {week}" for week in weeks]
    known = risk["parameter_low"].notna().any()
    title = "Risk, of the n runs that opened [95% Wilson intervals, Monte Carlo error]"
    title += " (80% of draws, parameter uncertainty)" if known else ""
    shown = _table(title, ["design", "event"], ["n", *headings])
    reported = {each.name: each.label for each in (DISCONTINUED, WAS_ADAPTED)}
    reported |= {cause: f"  {VARIABLES.statuses[cause].label}" for cause in CAUSES}
    for design in designs:
        for way in (DISCONTINUED.name, *CAUSES, WAS_ADAPTED.name):
            cells = [rows.loc[(design, way, week)] for week in weeks]
            if way not in CAUSES or any(cell["count"] for cell in cells):
                n = str(cells[0]["n"])
                shown.add_row(label(design), reported[way], n, *(_risk(cell, way not in CAUSES) for cell in cells))
        shown.add_section()
    return shown


def _risk(cell: pd.Series, unknown: bool) -> str:
    """A risk above its Monte Carlo error, above what it is over what we do not know."""
    reported = _two_lines(percent(*cell[RISK]))
    low, high = cell["parameter_low"], cell["parameter_high"]
    return reported if not unknown or math.isnan(low) else f"{reported}\n({100 * low:.0f} to {100 * high:.0f})"


def _causes(causes: pd.DataFrame, designs: list[str]) -> Table:
    """Why programmes were discontinued, of the causes for which any was."""
    title = f"Causes: share of the n runs that opened that were discontinued by week {causes['week'].max()}, by cause"
    shown = _table(title, ["cause"], [label(design) for design in designs])
    _count(shown, causes, designs)
    rows = causes.set_index(["cause", "design"])
    for cause in happened(causes):
        shown.add_row(IN_SHORT[cause], *(_two_lines(percent(*rows.loc[(cause, design), RISK])) for design in designs))
    return shown


def _medians(medians: pd.DataFrame) -> Table:
    shown = _table("Medians, of the n runs that opened", ["design"], ["n", "Median week of being discontinued [95%]"])
    for row in medians.itertuples():
        shown.add_row(label(str(row.design)), str(row.n), _weeks(row.median, row.lower, row.upper))
    return shown


def _differences(by_week: pd.DataFrame, differences: pd.DataFrame, variables: Variables) -> Table:
    """Risks of being discontinued by each milestone, then what is measured over the whole run."""
    designs = list(dict.fromkeys(differences["design"]))
    title = f"Differences from {the(str(differences['baseline'].iloc[0]))}, on the n seeds on which both opened"
    shown = _table(title, ["quantity"], [label(design) for design in designs])
    whole = by_week["week"].max()
    _count(shown, differences, designs)
    words = units(variables)
    rows = {f"{words[HEADLINE]} by week {week}": group for week, group in by_week.groupby("week", sort=False)}
    rows |= {f"{words[ADAPTED]} by week {whole}": differences[differences["quantity"] == ADAPTED]}
    rows |= {name: differences[differences["quantity"] == each] for each, name in _numbers(variables).items()}
    for name, group in rows.items():
        own = group.set_index("design")
        shown.add_row(name, *(_difference(own.loc[design]) if design in own.index else "" for design in designs))
    return shown


def _difference(row: pd.Series) -> str:
    """A difference of risks in points, with their ratio; or of numbers."""
    value, lower, upper = row[list(DIFFERENCE)]
    if not is_risk(row["quantity"]):
        return _two_lines(number(value, lower, upper))
    points = _two_lines(percent(value, lower, upper, sign=True, unit=" points"))
    return f"{points}\n{_two_lines('ratio ' + _ratio(*row[list(RATIO)]))}"


def _delivered(means: pd.DataFrame, designs: list[str], variables: Variables) -> Table:
    title = f"What was delivered by week {means['week'].max()} (mean over n runs that opened)"
    shown = _table(title, ["quantity"], [label(design) for design in designs])
    _count(shown, means, designs)
    rows = means.set_index(["quantity", "design"])
    for quantity, words in _numbers(variables).items():
        cells = [rows.loc[(quantity, design)] for design in designs]
        shown.add_row(words, *(_two_lines(number(*cell[MEAN])) for cell in cells))
    return shown


def _numbers(variables: Variables) -> dict[str, str]:
    """What a design delivers over the whole run, and what else parties report of it, in words."""
    return {quantity: words for quantity, words in units(variables).items() if not is_risk(quantity)}


def _pressure(shares: pd.DataFrame, designs: list[str], variables: Variables) -> Table:
    week = shares["week"].max()
    title = f"Share of pressure by stakeholder, by week {week} (mean over n runs that opened, of the capital drained)"
    shown = _table(title, ["stakeholder"], [label(design) for design in designs])
    _count(shown, shares, designs)
    rows = shares.set_index(["stakeholder", "design"])
    for who in dict.fromkeys(shares["stakeholder"]):
        cells = [rows.loc[(who, design)] for design in designs]
        shown.add_row(variables.stakeholders[who].label, *(_two_lines(percent(*cell[SHARE])) for cell in cells))
    return shown


def _count(shown: Table, table: pd.DataFrame, designs: list[str]) -> None:
    """A row that says of how many each design's numbers are."""
    counts = table.groupby("design")["n"].max()
    shown.add_row("n", *(str(counts[design]) for design in designs), end_section=True)


def _two_lines(reported: str) -> str:
    """A number above its interval, so that five designs stand side by side."""
    return reported.replace(" [", "\n[")


def percent(value: float, lower: float, upper: float, sign: bool = False, unit: str = "%") -> str:
    """A share, or a difference of shares, with its interval."""
    if math.isnan(value):
        return "none"
    style = "+.1f" if sign else ".1f"
    return f"{100 * value:{style}}{unit} [{100 * lower:{style}}, {100 * upper:{style}}]"


def number(value: float, lower: float, upper: float) -> str:
    """A number with its interval."""
    if math.isnan(value):
        return "none"
    digits = 3 if abs(value) < 1 else 1
    return f"{value:.{digits}f} [{lower:.{digits}f}, {upper:.{digits}f}]"


def _ratio(value: float, lower: float, upper: float) -> str:
    def word(number: float) -> str:
        return "undefined" if math.isnan(number) else "unbounded" if math.isinf(number) else f"{number:.2f}"

    return f"{word(value)} [{word(lower)}, {word(upper)}]"


def _weeks(median: float, lower: float, upper: float) -> str:
    def word(week: float) -> str:
        return "not reached" if math.isinf(week) else f"{week:.0f}"

    return word(median) if math.isinf(lower) else f"{word(median)} [{word(lower)}, {word(upper)}]"
