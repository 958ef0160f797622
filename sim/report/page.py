"""The page: findings, figures, assumptions, parameters and provenance, put into a template; every
text is escaped.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from sim.calibration.influential import reported
from sim.calibration.similar import most_like, on_record
from sim.casebook.standing import STANDING, standing_of
from sim.designs import label
from sim.figures.style import styled
from sim.findings import Evidence, Finding, Found, drawn, find_all
from sim.findings.base.codebook import UNREAD
from sim.io.errors import InputError
from sim.io.files import unwritable_file, write_whole
from sim.report.answer import answer
from sim.report.plain import GLOSSARY, plain
from sim.report.plain import drawn as drawn_with_the_seed
from sim.scenario import Scenario, parameter_table
from sim.sweep.folder import SweepFolder

MOST_ROWS = 100
"""Of a table, so many that what runs of five designs are compared by is all there."""


NARROW = 5.0
"""Inches: a figure for one column of a journal, which is not drawn out to the width of the page."""


def report_name(evidence: Evidence) -> str:
    """Name of the report's file, which says which question it answers, where that is not the usual
    one: see :attr:`sim.findings.Evidence.question`.
    """
    return f"report{evidence.question}.html"


def write_report(evidence: Evidence, out: Path | None = None, among: Sequence[Finding] | None = None) -> Path:
    """Write the report, whole or not at all, and return its path.

    Parameters
    ----------
    evidence : Evidence
    out : Path, optional
        The file, which is replaced; that of :func:`report_name` in the sweep's folder by default.
    among : sequence of Finding, optional
        As from :func:`sim.findings.with_own`; those of the package by default.

    Raises
    ------
    sim.io.errors.InputError
        Where it cannot be written, or there is one that we did not write.
    """
    folder = _folder_of(evidence)
    content, path = page(evidence, among).encode(), out or folder / report_name(evidence)
    try:
        if out is None:
            return SweepFolder(folder).write_beside(path.name, content)
        write_whole(path, content)
        return path
    except OSError as error:
        raise unwritable_file("--out", path, error) from None


def _folder_of(evidence: Evidence) -> Path:
    """The sweep's folder, from which a report knows how its runs were made."""
    if evidence.folder is None:
        raise InputError("report: the sweep is in no folder; accepted: a sweep that was run into one")
    return evidence.folder


def page(evidence: Evidence, among: Sequence[Finding] | None = None) -> str:
    """Return the report as one HTML text that asks nothing of the network."""
    pairs = [drawn(each, evidence) for each in find_all(evidence, among=among)]
    found = {each.finding.name: each for each, _ in pairs}
    environment = Environment(
        loader=PackageLoader("sim.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = _cell
    environment.filters["glossed"] = _glossed
    environment.filters["capitalised"] = lambda text: f"{text[:1].upper()}{text[1:]}"
    environment.filters["label"] = label
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    sweep = evidence.results.sweep
    base = sweep.base[evidence.designs[0]]
    folder = SweepFolder(_folder_of(evidence))
    manifest = folder.manifest()
    given = drawn_with_the_seed(evidence)
    return environment.get_template("report.html.j2").render(
        title=evidence.title,
        spec=sweep.spec,
        question=sweep.spec.question,
        base=base,
        first=evidence.designs[0],
        points=evidence.points,
        calibration=evidence.calibration,
        influential=reported(),
        incomplete=evidence.gaps,
        saturated=evidence.saturated,
        standing=STANDING,
        likest=(likest := most_like(base)[0]),
        shown=standing_of(likest.programme),
        fitted=evidence.weighed_by_record and base.name in {each.name for each in on_record().known},
        own_communities=any(field.split(".")[0] in ("population", "network") for field in evidence.varied),
        again=_again(evidence, manifest),
        damaged=evidence.results.damaged,
        sample=evidence.sample,
        event=str(evidence.event),
        plain=plain(evidence, found),
        glossary=GLOSSARY,
        drawn=given,
        answer=answer(evidence, found),
        sections=[_section(each, figures) for each, figures in pairs if not each.unsupported],
        unsupported=[each for each in found.values() if each.unsupported],
        factors=_factors(evidence),
        designs=_designs(evidence),
        assumed=_assumed(base, {*evidence.varied, *given["field"]}),
        parameters=_parameters(base, set(evidence.varied)).drop(columns=["assumed", "whole"]),
        provenance=folder.provenance(),
        ended=manifest.get("ended", "not yet"),
        libraries=manifest.get("libraries", {}),
        digest=hashlib.sha256(evidence.results.runs.to_csv(index=False).encode()).hexdigest(),
    )


def _again(evidence: Evidence, manifest: dict[str, Any]) -> list[str]:
    """The commands that make the same runs and the same page; none where runs were not made by a
    command.
    """
    if (manifest.get("model") or {}).get("simulate"):
        return []
    modules = "".join(f" --module {package.module}" for package in evidence.results.sweep.parties.own)
    chosen = f" --design {','.join(evidence.selection.designs)}" if evidence.selection.designs else ""
    chosen += "".join(f' --where "{condition}"' for condition in evidence.selection.where)
    event = f" --event {evidence.event.way} --by-week {evidence.event.week}"
    return [
        f"sim sweep manifest.json --out again{modules}",
        "sim export again | sha256sum",
        f"sim report again{event}{chosen}",
    ]


def _section(found: Found, figures: dict[str, Figure]) -> dict[str, Any]:
    tables = {name: found.tables[name] for name in found.finding.shown}
    return {
        "name": found.finding.name,
        "question": found.finding.question,
        "figures": [
            (name, _picture(figure), _caption(figure), figure.get_figwidth() < NARROW)
            for name, figure in figures.items()
        ],
        "tables": [
            (name, table.head(MOST_ROWS), max(0, len(table) - MOST_ROWS))
            for name, table in tables.items()
            if len(table)
        ],
    }


def _glossed(text: str) -> Markup:
    """A text with the first of each word of the glossary explained on hover."""
    reported = str(escape(text))
    for word, meaning in GLOSSARY.items():
        marked = f'<abbr tabindex="0" title="{escape(meaning)}">\\g<0></abbr>'
        # Not within a tag: what was marked before has words of the glossary in its title.
        reported = re.sub(rf"\b{re.escape(word)}\b(?![^<]*>)", marked, reported, count=1, flags=re.IGNORECASE)
    return Markup(reported)


def _picture(figure: Figure) -> str:
    """A figure as an SVG in a data address, its text as outlines, so that it looks alike
    everywhere.
    """
    for text in figure.texts:
        # The page shows the caption as text of its own.
        text.set_visible(text.get_gid() != "caption")
    sink = io.BytesIO()
    with styled(), mpl.rc_context({"svg.fonttype": "path"}):
        figure.savefig(sink, format="svg", bbox_inches="tight", metadata={"Date": None})
    return f"data:image/svg+xml;base64,{base64.b64encode(sink.getvalue()).decode()}"


def _caption(figure: Figure) -> str:
    return " ".join(text.get_text().replace("\n", " ") for text in figure.texts if text.get_gid() == "caption")


def _factors(evidence: Evidence) -> list[dict[str, str]]:
    rows = []
    by_column = {factor.column: factor for factor in evidence.results.sweep.spec.factors}
    for name in evidence.factors:
        factor = by_column.get(name)
        values = list(dict.fromkeys(evidence.results.sweep.points[name]))
        shown = (
            ", ".join(_cell(value) for value in values)
            if len(values) <= 12
            else f"{_cell(min(values))} to {_cell(max(values))} ({len(values)} values)"
        )
        moves = "" if factor is None else factor.moves(_cell)
        rows.append({"name": name, "levels": shown, "moves": moves})
    return rows


def _designs(evidence: Evidence) -> pd.DataFrame:
    """Fields in which the designs differ, or that make up the design where there is one."""
    flat = {design: _flat(scenario) for design, scenario in evidence.results.sweep.base.items()}
    first = next(iter(flat.values()))
    chosen = [
        field
        for field in first
        if field != "design_name"
        and (len({str(table[field]) for table in flat.values()}) > 1 or field.partition(".")[0] == "design")
    ]
    return pd.DataFrame(
        [{"field": field, **{design: _cell(table[field]) for design, table in flat.items()}} for field in chosen]
    )


def _parameters(base: Scenario, varied: set[str]) -> pd.DataFrame:
    """All parameters with their value in the base scenario: the columns of ``parameter_table``,
    ``value`` and ``swept``.

    Settings of a party of one's own are reported too where its code is not at hand: by name and
    value.
    """
    table = parameter_table(base.parties)
    values = _flat(base)
    known = {*table["field"], "name", "title", "summary", "sources", "design_name"}
    more = pd.DataFrame([{"field": field, "meaning": UNREAD} for field in values if field not in known])
    table = (
        pd.concat([table, more], ignore_index=True).fillna({"assumed": False, "whole": False}).fillna("")
        if len(more)
        else table
    )
    table.insert(1, "value", [_cell(values.get(field, "")) for field in table["field"]])
    table["swept"] = table["field"].isin(varied)
    return table[~table["field"].isin(["name", "title", "summary", "sources", "design_name"])].reset_index(drop=True)


def _assumed(base: Scenario, varied: set[str]) -> pd.DataFrame:
    """Parameters that rest on an assumption and were not swept: the answer is given them."""
    table = _parameters(base, varied)
    return table[table["assumed"].astype(bool) & ~table["swept"]][["field", "value", "unit", "meaning", "source"]]


def _flat(scenario: Scenario) -> dict[str, Any]:
    flat: dict[str, Any] = {}

    def walk(table: dict[str, Any], prefix: str) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                walk(value, f"{prefix}{key}.")
            else:
                flat[f"{prefix}{key}"] = value

    walk(scenario.model_dump(), "")
    return flat


def _cell(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if value != value else f"{value:.4g}".replace("-", "−")
    if isinstance(value, list | tuple):
        return ", ".join(_cell(item) for item in value) or "none"
    return str(value)
