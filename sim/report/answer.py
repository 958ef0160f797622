"""The answer in three sentences, with numbers and intervals, from the tables of the findings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.analysis.discovery import DENSITY
from sim.analysis.hypotheses import CLAIMS, FAILS, HOLDS, OPEN
from sim.findings import Evidence, Found


def answer(evidence: Evidence, found: dict[str, Found]) -> list[str]:
    """Three sentences: what was asked, how designs differ or where it depends, and what was delivered.

    Parameters
    ----------
    evidence : Evidence
    found : dict
        Findings by name, supported or not.

    Returns
    -------
    list of str
        Plain text; intervals are 95% and hold Monte Carlo error, shares of conditions the sampling of conditions.
    """
    means = found["risk"].tables["means"]
    third = _delivered(means, evidence.designs)
    if not found["hypothesis"].unsupported:
        tables = found["hypothesis"].tables
        return [_claim(evidence, tables["verdicts_summary"]), _where(tables["verdicts_boxes"]), f"{_risks(evidence, means)} {third}"]
    first = _risks(evidence, means)
    if found["comparison"].unsupported:
        return [first, _spread(evidence, means), third]
    return [first, _compared(found["comparison"].tables, evidence), third]


def percent(value: float, lower: float, upper: float) -> str:
    """A share with its interval."""
    return f"{100 * value:.1f}% [{100 * lower:.1f}, {100 * upper:.1f}]"


def points(value: float, lower: float, upper: float) -> str:
    """A difference of shares with its interval, in percentage points."""
    return f"{100 * value:+.1f} points [{100 * lower:+.1f}, {100 * upper:+.1f}]".replace("-", "−")


def _risks(e: Evidence, means: pd.DataFrame) -> str:
    rows = means[means["quantity"] == "ended"].set_index("design")
    told = [
        f"the {name(design)} in {percent(*rows.loc[design, ['mean', 'lower', 'upper']])}" for design in e.designs if design in rows.index
    ]
    number = e.runs["point"].nunique()
    over = f"Over {number} design points" if number > 1 else "Here"
    return f"{over}, runs were {e.event} so often: {_listed(told)} of runs."


def _compared(tables: dict[str, pd.DataFrame], e: Evidence) -> str:
    pooled = tables["differences"][tables["differences"]["quantity"] == "ended"]
    each = tables["differences_by_point"][tables["differences_by_point"]["quantity"] == "ended"]
    parts = []
    for row in pooled.itertuples():
        own = each[each["design"] == row.design]
        lower, higher = int((own["upper"] < 0).sum()), int((own["lower"] > 0).sum())
        where = (
            f", lower at {lower}, higher at {higher} and not resolved at {len(own) - lower - higher} of {len(own)} design points"
            if len(own) > 1
            else ""
        )
        resolved = "" if row.lower > 0 or row.upper < 0 else ", which these runs cannot tell from no difference"
        parts.append(f"{name(row.design)} minus {name(row.baseline)} is {points(row.difference, row.lower, row.upper)}{resolved}{where}")
    return f"Paired seed by seed, the difference in risk of {_listed(parts)}."


def _spread(e: Evidence, means: pd.DataFrame) -> str:
    row = means[means["quantity"] == "ended"].iloc[0]
    if row["points"] < 2:
        return "There is one design and one design point, so nothing is compared."
    return (
        f"There is one design, so nothing is compared; from design point to design point its risk runs from {100 * row['spread_low']:.0f}% "
        f"to {100 * row['spread_high']:.0f}% (5% to 95% of the points)."
    )


def _delivered(means: pd.DataFrame, designs: list[str]) -> str:
    rows = means.set_index(["quantity", "design"])
    told = []
    for design in designs:
        if ("student_weeks", design) not in rows.index:
            continue
        weeks, gain, reached = (rows.loc[(quantity, design)] for quantity in ("student_weeks", "gain", "reached"))
        told.append(
            f"the {name(design)} reached {reached['mean']:,.0f} families [{reached['lower']:,.0f}, {reached['upper']:,.0f}], delivered "
            f"{weeks['mean']:,.0f} full-dose student-weeks [{weeks['lower']:,.0f}, {weeks['upper']:,.0f}] and a gain of "
            f"{gain['mean']:.3f} SD per child [{gain['lower']:.3f}, {gain['upper']:.3f}]"
        )
    text = _listed(told, "; ")
    return f"{text[0].upper()}{text[1:]}.".replace("[-", "[−").replace(" -", " −")


def _claim(e: Evidence, summary: pd.DataFrame) -> str:
    claim = e.results.sweep.spec.hypothesis
    rows = summary.set_index("verdict")
    told = [
        f"{verb} at {percent(*rows.loc[verdict, ['share', 'lower', 'upper']])}" for verdict, verb in ((HOLDS, "holds"), (FAILS, "fails"))
    ]
    unresolved = rows.loc[OPEN]
    return (
        f"{claim}, that {CLAIMS[claim]}, {_listed(told)} of {int(rows['conditions'].sum())} conditions (ending: {e.event}); at "
        f"{int(unresolved['conditions'])} the runs do not tell."
    )


def _where(boxes: pd.DataFrame) -> str:
    if "kind" not in boxes.columns:
        return f"Where it fails cannot be told: {boxes['words'].iloc[0]}."
    told = []
    for kind in (FAILS, HOLDS):
        for row in boxes[boxes["kind"] == kind].itertuples():
            if np.isnan(row.held_back_density):
                told.append(f"it {kind} where {row.words}, a box with no held-back condition to check it on")
                continue
            aimed = "" if row.reached else f", short of the {DENSITY:.0%} looked for"
            told.append(
                f"it {kind} in {percent(row.held_back_density, row.held_back_density_lower, row.held_back_density_upper)} of held-back "
                f"conditions where {row.words}{aimed} (a box with {row.held_back_coverage:.0%} of all in which it {kind})"
            )
    text = _listed(told, "; ")
    return f"{text[0].upper()}{text[1:]}." if text else "It does the same wherever it was resolved."


def name(design: object) -> str:
    """A design's name in words."""
    return str(design).replace("_", " ")


def _listed(parts: list[str], comma: str = ", ") -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{comma.join(parts[:-1])}{comma.rstrip() if comma != ', ' else ''} and {parts[-1]}"
