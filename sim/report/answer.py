"""The answer in three sentences, with numbers and intervals, from the tables of the findings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.designs import label
from sim.findings import Evidence, Found
from sim.findings.attribution import EVERYTHING, SINGLE
from sim.findings.discovery import DENSITY
from sim.findings.hypothesis import CLAIMS, FAILS, HOLDS, OPEN
from sim.scenario.schema import AS_WRITTEN
from sim.statistics.factors import short_names
from sim.statistics.quantities import ADAPTED, MORE, manner

INTERVAL = ["mean", "lower", "upper"]


def answer(evidence: Evidence, found: dict[str, Found]) -> list[str]:
    """Three sentences: what was asked, how designs differ or where it depends, and what was
    delivered.

    Parameters
    ----------
    evidence : Evidence
    found : dict
        Findings by name, supported or not.

    Returns
    -------
    list of str
        Plain text; intervals are 95% and hold Monte Carlo error, shares of conditions the sampling
        of conditions.
    """
    for name in ("delivery", "comparison", "hypothesis"):
        if found[name].failed:
            return [f"No answer in words: what it needs, {name}, {found[name].unsupported}."]
    means = found["delivery"].tables["means"]
    risks, delivered = _risks(evidence, means), _delivered(means, evidence.designs)
    if not found["hypothesis"].unsupported:
        tables = found["hypothesis"].tables
        sentences = [
            _claim(evidence, tables["verdicts_summary"]),
            _where(tables["verdicts_boxes"]),
            f"{risks}; {delivered}",
        ]
    else:
        alone = bool(found["comparison"].unsupported)
        way = evidence.event.way
        second = _spread(evidence, means) if alone else _compared(found["comparison"].tables, way)
        sentences = [risks, f"{second}{_driver(found, evidence.factors, way)}", delivered]
    return [
        f"{text[0].upper()}{text[1:]}.".replace("[-", "[−").replace(", -", ", −").replace(" -", " −")
        for text in sentences
    ]


def percent(value: float, lower: float, upper: float) -> str:
    """A share with its interval."""
    return f"{100 * value:.1f}% [{100 * lower:.1f}, {100 * upper:.1f}]"


def points(value: float, lower: float, upper: float) -> str:
    """A difference of shares with its interval, in percentage points."""
    return f"{100 * value:+.1f} points [{100 * lower:+.1f}, {100 * upper:+.1f}]"


def _risks(e: Evidence, means: pd.DataFrame) -> str:
    rows = means[means["quantity"] == e.event.way].set_index("design")
    reported = [
        f"{percent(*rows.loc[design, INTERVAL])} of runs {_as(design)}" for design in e.designs if design in rows.index
    ]
    over = f"over {e.points} design points" if e.points > 1 else "under the conditions given"
    beside = "" if e.event.way == ADAPTED else f"; it {manner(ADAPTED)} in {_listed(_adapted(e, means))}"
    absent = f" ({e.absent})" if e.absent else ""
    return f"{over} the programme {e.event} in {_listed(reported)}{absent}{beside}"


def _adapted(e: Evidence, means: pd.DataFrame) -> list[str]:
    """What share was adapted under each design: told beside what was discontinued."""
    rows = means[means["quantity"] == ADAPTED].set_index("design")
    return [f"{percent(*rows.loc[design, INTERVAL])} {_as(design)}" for design in e.designs]


def _compared(tables: dict[str, pd.DataFrame], way: str) -> str:
    pooled = tables["differences"][tables["differences"]["quantity"] == way]
    each = tables["differences_by_point"][tables["differences_by_point"]["quantity"] == way]
    parts = []
    for row in pooled.itertuples():
        own = each[each["design"] == row.design]
        lower, higher = int((own["upper"] < 0).sum()), int((own["lower"] > 0).sum())
        part = f"{_as(row.design)} minus that {_as(row.baseline)} is {points(row.difference, row.lower, row.upper)}"
        if row.lower <= 0 <= row.upper:
            part += ", which these runs cannot tell from no difference"
        if len(own) > 1:
            rest = len(own) - lower - higher
            part += f" (lower at {lower}, higher at {higher}, not resolved at {rest} of {len(own)} design points)"
        parts.append(part)
    return f"paired seed by seed, the risk {_listed(parts)}"


def _spread(e: Evidence, means: pd.DataFrame) -> str:
    row = means[means["quantity"] == e.event.way].iloc[0]
    if row["points"] < 2:
        return "there is one design and one design point, so nothing is compared"
    return (
        f"there is one design, so nothing is compared, and from design point to design point its risk runs from "
        f"{100 * row['spread_low']:.0f}% to {100 * row['spread_high']:.0f}% (5% to 95% of the points)"
    )


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
            f"; all factors together change the risk {_as(row['design'])} by "
            f"{points(*total[['contribution', 'lower', 'upper']])}; the largest contribution by Shapley's value is "
            f"that of {names[row['factor']]}, {points(*row[['contribution', 'lower', 'upper']])} "
            f"({label(row['from_level'])} to {label(row['to_level'])}{where})"
        )
    if not found["effects"].unsupported:
        table = found["effects"].tables["effects"]
        rows = table[table["quantity"] == way]
        row = rows.loc[rows["difference"].abs().idxmax()]
        if row["lower"] <= 0 <= row["upper"]:
            return "; of nothing that was varied do these runs tell that it moves the risk"
        most = f"of what was varied, {names[row['factor']]} moves it most" if len(factors) > 1 else names[row["factor"]]
        return (
            f"; {most}: "
            f"{points(*row[['difference', 'lower', 'upper']])} "
            f"from {label(row['reference'])} to {label(row['level'])}, {_as(row['design'])}"
        )
    if not found["sensitivity"].unsupported:
        table = found["sensitivity"].tables["sensitivity"]
        last = table["base_points"] == table["base_points"].max()
        rows = table[last & (table["quantity"] == way) & table["index"].isin(["ST", "mu_star"])]
        if rows["estimate"].notna().any():
            row = rows.loc[rows["estimate"].idxmax()]
            what = "total index" if row["index"] == "ST" else "mean absolute effect"
            return (
                f"; of what was varied, {names[row['factor']]} moves it most, {_as(row['design'])} "
                f"({what} {row['estimate']:.2f} [{row['lower']:.2f}, {row['upper']:.2f}])"
            )
    return ""


def _delivered(means: pd.DataFrame, designs: list[str]) -> str:
    rows = means.set_index(["quantity", "design"])
    reported = []
    for design in designs:
        weeks, gain, share = (rows.loc[(quantity, design), INTERVAL] for quantity in (*MORE, "delivered"))
        reported.append(
            f"{_as(design)} it delivered {_number(weeks, ',.0f')} full-dose student-weeks for every 100 children of "
            f"the community ({percent(*share)} of what was planned) and a gain of {_number(gain, '.3f')} SD per child"
        )
    return _listed(reported, "; ")


def _claim(e: Evidence, summary: pd.DataFrame) -> str:
    claim = e.results.sweep.spec.hypothesis
    parts = []
    for design, group in summary.groupby("design", sort=False):
        rows = group.set_index("verdict")
        reported = [
            f"{verdict} at {percent(*rows.loc[verdict, ['share', 'lower', 'upper']])}" for verdict in (HOLDS, FAILS)
        ]
        parts.append(
            f"{_as(design)} {_listed(reported)} of {int(rows['conditions'].sum())} conditions, and at "
            f"{int(rows.loc[OPEN, 'conditions'])} the runs do not tell"
        )
    return f"{claim}, that {CLAIMS[claim]} (the event: {e.event}; conditions swept: {e.points}): {_listed(parts, '; ')}"


def _where(boxes: pd.DataFrame) -> str:
    if "kind" not in boxes.columns:
        return f"where it fails cannot be reported in words: {boxes['words'].iloc[0]}"
    reported = []
    for kind in (FAILS, HOLDS):
        for row in boxes[boxes["kind"] == kind].itertuples():
            who = f"{_as(row.design)} it" if boxes["design"].nunique() > 1 else "it"
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


def _as(design: object) -> str:
    return "as written" if design == AS_WRITTEN else f"as {label(str(design))}"


def _number(row: pd.Series, style: str) -> str:
    return f"{row['mean']:{style}} [{row['lower']:{style}}, {row['upper']:{style}}]"


def _listed(parts: list[str], comma: str = ", ") -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{comma.join(parts[:-1])}{';' if comma != ', ' else ''} and {parts[-1]}"
