"""The answer with numbers: a row per design, and a sentence for a claim or for what moves the risk
most; from the tables of the findings.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.designs import label, the
from sim.findings import Evidence, Found
from sim.findings.attribution import EVERYTHING, SINGLE
from sim.findings.discovery import DENSITY
from sim.findings.hypothesis import CLAIMS, FAILS, HOLDS, OPEN
from sim.statistics.factors import short_names
from sim.statistics.quantities import ADAPTED, MORE, manner

INTERVAL = ["mean", "lower", "upper"]
NEEDED = ("delivery", "comparison", "hypothesis")
"""Findings without which there is no answer with numbers."""


class Cell(NamedTuple):
    """A number of the table: its value, its 95% interval, and a line more where there is one: the
    range over what is unknown, or over design points.
    """

    value: str
    interval: str = ""
    more: str = ""


class Answer(NamedTuple):
    """The answer with numbers.

    Attributes
    ----------
    columns : list of str
        Headings, the first that of the designs.
    rows : list of (str, list of Cell)
        A design and its numbers.
    more : str
        What the lines in parentheses are; empty where there are none.
    sentences : list of str
        What a claim of the theory comes to, or what moves the risk most; empty where neither was
        asked.
    failed : str
        Why there is no answer; empty where there is one.
    """

    columns: list[str]
    rows: list[tuple[str, list[Cell]]]
    more: str
    sentences: list[str]
    failed: str = ""


def answer(evidence: Evidence, found: dict[str, Found]) -> Answer:
    """How designs differ, and what was delivered, as a table; what was asked beside it, in words.

    Parameters
    ----------
    evidence : Evidence
    found : dict
        Findings by name, supported or not.

    Returns
    -------
    Answer
        Intervals are 95% and hold Monte Carlo error, shares of conditions the sampling of
        conditions.
    """
    for name in NEEDED:
        if found[name].failed:
            return Answer([], [], "", [], f"{name}: {found[name].unsupported}")
    if not found["hypothesis"].unsupported:
        tables = found["hypothesis"].tables
        sentences = [_claim(evidence, tables["verdicts_summary"]), _where(tables["verdicts_boxes"])]
    else:
        sentences = [_driver(found, evidence.factors, evidence.event.way)]
    reported = [
        f"{text[0].upper()}{text[1:]}.".replace("[-", "[−").replace(", -", ", −").replace(" -", " −")
        for text in sentences
        if text
    ]
    columns, rows, more = _table(evidence, found)
    return Answer(columns, rows, more, reported)


def _table(e: Evidence, found: dict[str, Found]) -> tuple[list[str], list[tuple[str, list[Cell]]], str]:
    means = found["delivery"].tables["means"].set_index(["quantity", "design"])
    absent = e.not_opened.set_index("design")["share"]
    compared = not found["comparison"].unsupported
    tables = found["comparison"].tables if compared else {}
    gaps, by_point = (
        table[table["quantity"] == e.event.way] if (table := tables.get(name)) is not None else pd.DataFrame()
        for name in ("differences", "differences_by_point")
    )
    ranges = _ranges(e, found)
    columns = ["design", str(e.event).removeprefix("was ")]
    columns += [f"difference from {the(e.designs[0])}, percentage points"] if compared else []
    columns += [] if e.event.way == ADAPTED else [manner(ADAPTED).removeprefix("was ").partition(",")[0]]
    columns += ["full-dose student-weeks per 100 children", "of what was planned", "learning gain, SD per child"]
    columns += ["did not open"] if absent.any() else []
    rows = []
    for design in e.designs:
        cells = [_share(means.loc[(e.event.way, design), INTERVAL], ranges.get(design, ""))]
        if compared:
            cells.append(_difference(gaps[gaps["design"] == design], by_point[by_point["design"] == design]))
        if e.event.way != ADAPTED:
            cells.append(_share(means.loc[(ADAPTED, design), INTERVAL]))
        weeks, gain = (means.loc[(quantity, design), INTERVAL] for quantity in MORE)
        cells += [_number(weeks, ",.0f"), _share(means.loc[("delivered", design), INTERVAL]), _number(gain, ".3f")]
        cells += [Cell(f"{100 * absent.get(design, 0.0):.0f}%")] if absent.any() else []
        rows.append((label(design), cells))
    more = ""
    if ranges:
        more = (
            "the range over design points (5% to 95%)"
            if e.points > 1
            else "the range that holds 80% of draws of the unmeasured parameters"
        )
    return columns, rows, more


def _ranges(e: Evidence, found: dict[str, Found]) -> dict[str, str]:
    """The range of the risk over design points, or over draws, for each design that has one."""
    if e.points > 1:
        means = found["delivery"].tables["means"]
        rows, ends = means[means["quantity"] == e.event.way], ["spread_low", "spread_high"]
    elif found["risk"].failed or found["risk"].unsupported:
        return {}
    else:
        table = found["risk"].tables["risk_by_point"]
        rows = table[(table["event"] == e.event.way) & (table["week"] == e.event.week)]
        ends = ["parameter_low", "parameter_high"]
    known = rows.set_index("design")[ends].dropna()
    return {str(design): f"{100 * low:.0f} to {100 * high:.0f}" for design, (low, high) in known.T.items()}


def _share(row: pd.Series, more: str = "") -> Cell:
    """A share in percent."""
    value, lower, upper = (100 * float(each) for each in row)
    return Cell(f"{value:.1f}%", _interval(lower, upper, ".1f"), f"({more})" if more else "")


def _number(row: pd.Series, style: str) -> Cell:
    value, lower, upper = (float(each) for each in row)
    return Cell(_minus(f"{value:{style}}"), _interval(lower, upper, style))


def _interval(lower: float, upper: float, style: str) -> str:
    """An interval, where it has bounds."""
    return _minus(f"[{lower:{style}}, {upper:{style}}]") if np.isfinite([lower, upper]).all() else ""


def _difference(gap: pd.DataFrame, by_point: pd.DataFrame) -> Cell:
    """The paired difference of a design; over several design points, at how many it is resolved."""
    if gap.empty:
        return Cell("–")
    row = gap.iloc[0]
    value, lower, upper = (_minus(f"{100 * row[name]:+.1f}") for name in ("difference", "lower", "upper"))
    more = "not resolved" if row["lower"] <= 0 <= row["upper"] else ""
    if len(by_point) > 1:
        less, higher = int((by_point["upper"] < 0).sum()), int((by_point["lower"] > 0).sum())
        more = f"lower at {less}, higher at {higher} of {len(by_point)} design points"
    return Cell(value, f"[{lower}, {upper}]", more)


def _minus(text: str) -> str:
    return text.replace("-", "−")


def percent(value: float, lower: float, upper: float) -> str:
    """A share with its interval."""
    return f"{100 * value:.1f}% [{100 * lower:.1f}, {100 * upper:.1f}]"


def points(value: float, lower: float, upper: float) -> str:
    """A difference of shares with its interval, in percentage points."""
    return f"{100 * value:+.1f} points [{100 * lower:+.1f}, {100 * upper:+.1f}]"


def _driver(found: dict[str, Found], factors: list[str], way: str) -> str:
    """What moves the risk most, by the best analysis that the sweep supports."""
    names = short_names(factors)
    if not found["attribution"].unsupported:
        table = found["attribution"].tables["attribution"]
        table = table[table["quantity"] == way]
        single = table[table["kind"] == SINGLE]
        row = single.loc[single["contribution"].abs().idxmax()]
        strata = list(table.columns[: list(table.columns).index("design")])
        same = np.logical_and.reduce([table[name] == row[name] for name in [*strata, "design"]])
        total = table[same & (table["kind"] == EVERYTHING)].iloc[0]
        where = "".join(
            f", {names[name]} {row[name]:g}" if isinstance(row[name], float) else f", {names[name]} {row[name]}"
            for name in strata
        )
        return (
            f"all factors together change the risk under {the(row['design'])} by "
            f"{points(*total[['contribution', 'lower', 'upper']])}; the largest Shapley contribution is "
            f"that of {names[row['factor']]}, {points(*row[['contribution', 'lower', 'upper']])} "
            f"({label(row['from_level'])} to {label(row['to_level'])}{where})"
        )
    if not found["effects"].unsupported:
        table = found["effects"].tables["effects"]
        rows = table[table["quantity"] == way]
        row = rows.loc[rows["difference"].abs().idxmax()]
        if row["lower"] <= 0 <= row["upper"]:
            return "these runs show of none of the factors that it moves the risk"
        most = (
            f"of the factors, {names[row['factor']]} moves the risk most" if len(factors) > 1 else names[row["factor"]]
        )
        return (
            f"{most}: "
            f"{points(*row[['difference', 'lower', 'upper']])} "
            f"from {label(row['reference'])} to {label(row['level'])}, under {the(row['design'])}"
        )
    if not found["sensitivity"].unsupported:
        table = found["sensitivity"].tables["sensitivity"]
        last = table["base_points"] == table["base_points"].max()
        rows = table[last & (table["quantity"] == way) & table["index"].isin(["ST", "mu_star"])]
        if rows["estimate"].notna().any():
            row = rows.loc[rows["estimate"].idxmax()]
            what = "total index" if row["index"] == "ST" else "mean absolute effect"
            return (
                f"of the factors, {names[row['factor']]} moves the risk most under {the(row['design'])} "
                f"({what} {row['estimate']:.2f} [{row['lower']:.2f}, {row['upper']:.2f}])"
            )
    return ""


def _claim(e: Evidence, summary: pd.DataFrame) -> str:
    claim = e.results.sweep.spec.hypothesis
    parts = []
    for design, group in summary.groupby("design", sort=False):
        rows = group.set_index("verdict")
        reported = [
            f"{verdict} at {percent(*rows.loc[verdict, ['share', 'lower', 'upper']])}" for verdict in (HOLDS, FAILS)
        ]
        parts.append(
            f"under {the(str(design))} {_listed(reported)} of {int(rows['conditions'].sum())} conditions, and at "
            f"{int(rows.loc[OPEN, 'conditions'])} the runs do not tell"
        )
    return f"{claim}, that {CLAIMS[claim]} (the event: {e.event}; conditions swept: {e.points}): {_listed(parts, '; ')}"


def _where(boxes: pd.DataFrame) -> str:
    if "kind" not in boxes.columns:
        return f"where it fails cannot be reported in words: {boxes['words'].iloc[0]}"
    reported = []
    for kind in (FAILS, HOLDS):
        for row in boxes[boxes["kind"] == kind].itertuples():
            who = f"under {the(row.design)} it" if boxes["design"].nunique() > 1 else "it"
            if np.isnan(row.held_back_density):
                reported.append(f"{who} {kind} where {row.words}, a box with no held-back condition to check it on")
                continue
            density = percent(row.held_back_density, row.held_back_density_lower, row.held_back_density_upper)
            aimed = "" if row.reached else f", short of the {DENSITY:.0%} looked for"
            reported.append(
                f"{who} {kind} in {density} of held-back "
                f"conditions where {row.words}{aimed} (a box with {row.held_back_coverage:.0%} of all in which "
                f"it {kind})"
            )
    return _listed(reported, "; ")


def _listed(parts: list[str], comma: str = ", ") -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{comma.join(parts[:-1])}{';' if comma != ', ' else ''} and {parts[-1]}"
