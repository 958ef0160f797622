"""A casebook as tables, for those who use it without the simulator: CSV files that a Frictionless
data package describes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from sim.casebook.files import Casebook, Days
from sim.casebook.rubric import fields
from sim.io.files import csv_text, write_whole
from sim.parties.board.endings import CAUSES

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}

COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    "cases": {
        "case": ("string", "id of the case, the name of its file"),
        "place": ("string", "where"),
        "region": ("string", "US state code, or the country"),
        "initiative": ("string", "what, in a line"),
        "programme": ("string", "groups cases of one programme"),
        "kind": ("string", "school_model, schedule, grading, curriculum, technology or other"),
        "design": (
            "string",
            "who chooses and where: mandatory, opt_out, opt_in_inside, school_within_school, "
            "new_school",
        ),
        "grades": ("string", "grades that it covers"),
        "schools": ("string", "schools, as known at the start"),
        "students": ("string", "children whom it is meant for, as known at the start"),
        "decided_by": ("string", "who decided to start it"),
        "begun": ("boolean", "whether any child met it"),
        "start": ("date", "earliest first day with children"),
        "start_latest": ("date", "latest first day with children"),
        "known": ("string", "what was known at the start"),
        "happened": ("string", "what happened"),
        "state": (
            "string",
            "discontinued (nobody takes part any more), adapted (made optional, cut back, replaced in "
            "part), sustained: as of as_of",
        ),
        "as_of": ("date", "last day on which the state is known"),
        "decided": ("date", "earliest day of the decision that ended or adapted it"),
        "decided_latest": ("date", "latest day of that decision"),
        "effective": ("date", "earliest day on which it took effect"),
        "effective_latest": ("date", "latest day on which it took effect"),
        "manner": ("string", "before_start, mid_year or year_end"),
        "first_cause": ("string", "the reason without which it would have gone on"),
        "causes": ("string", "all reasons that held, separated by semicolons"),
        "adapted_before": ("boolean", "whether it had been made optional or cut back before it ended"),
        "as_designed": ("boolean", "whether it was what it was designed to be while it lived"),
        "in_favour": ("number", "share in favour, where a figure is on record"),
        "in_favour_of": ("string", "of whom, and when"),
        "voices": ("integer", "most families or signers on record against it"),
        "how_found": (
            "string",
            "how the case was found: news_of_controversy, sampled_from_list, evaluation_report, "
            "other",
        ),
        "confidence": ("number", "the collector's own, 0 to 1"),
        "readings": ("integer", "how many readers coded it"),
        "recognised": ("boolean", "whether a reader recognised the place"),
        "notes": ("string", "what was inferred, what is unsure"),
        "sources": ("string", "separated by |"),
    },
    "readings": {
        "case": ("string", "id of the case"),
        "coder": ("string", "who coded it"),
        "field": ("string", "field of the rubric"),
        "low": ("number", "value, or the lower end where the reader left it open; empty for categories"),
        "high": ("number", "value, or the upper end"),
        "category": ("string", "category, several separated by semicolons; empty for numbers"),
        "basis": ("string", "fact or judgement"),
        "why": ("string", "the fact, or the reason"),
    },
    "frames": {
        "frame": ("string", "id of the population"),
        "population": ("string", "what it is"),
        "programme": ("string", "as in cases"),
        "design": ("string", "as in cases"),
        "usable": (
            "string",
            "rate (a count of endings among known units), check (compare, do not fit), cause (one "
            "decision), no",
        ),
        "why": ("string", "why"),
        "entry": ("string", "whether units are followed from adoption"),
        "units": ("integer", "known units at risk"),
        "ended": ("integer", "of these, ended"),
        "years_low": ("number", "shortest time at risk of a unit"),
        "years_high": ("number", "longest time at risk of a unit"),
        "age_low": ("number", "least years that units had gone on when counting began"),
        "age_high": ("number", "most years"),
        "definition": ("string", "of an ending"),
        "overlaps": ("string", "cases and frames that count the same units"),
        "confidence": ("number", "the collector's own, 0 to 1"),
        "notes": ("string", "further facts"),
        "sources": ("string", "separated by |"),
    },
    "rubric": {
        "field": ("string", "name"),
        "group": ("string", "what it belongs to"),
        "question": ("string", "what the coder answers"),
        "scale": ("string", "its values"),
        "absent": ("string", "what stands where it is left out"),
        "anchors": ("string", "words by value"),
    },
}  # fmt: skip
"""The tables, and type and meaning of their columns."""


def cases_table(book: Casebook) -> pd.DataFrame:
    """A row per case; columns as ``COLUMNS["cases"]`` says."""
    rows = []
    for name, case in book.cases.items():
        outcome = case.outcome.model_dump() if case.outcome else {}
        readings = book.readings.get(name, [])
        rows.append(
            {
                "case": name, **case.case.model_dump(exclude={"sources"}),
                "begun": case.start.begun, **_days("start", case.start.date), "known": case.start.known,
                **{key: value for key, value in outcome.items() if key in COLUMNS["cases"]},
                **{k: v for each in ("decided", "effective") for k, v in _days(each, outcome.get(each)).items()},
                "as_of": str(outcome["as_of"]) if outcome else None,
                "causes": "; ".join(outcome.get("causes", ())), "readings": len(readings),
                "recognised": any(each.recognised != "no" for each in readings) if readings else None,
                "sources": " | ".join(case.case.sources),
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS["cases"]))


def readings_table(book: Casebook) -> pd.DataFrame:
    """A row per code; columns as ``COLUMNS["readings"]`` says."""
    rows = []
    for readings in book.readings.values():
        for each in readings:
            for name, code in each.codes.items():
                text = fields()[name].is_text
                ends = code.value if isinstance(code.value, list | tuple) else [code.value]
                low, high = (None, None) if text else (ends[0], ends[-1])
                category = "; ".join(ends) if text else None
                rows.append((each.case, each.coder, name, low, high, category, code.basis, code.why))
    return pd.DataFrame(rows, columns=list(COLUMNS["readings"]))


def frames_table(book: Casebook) -> pd.DataFrame:
    """A row per count of a frame, one row for a frame without."""
    rows = []
    for name, frame in book.frames.items():
        about = frame.frame.model_dump(exclude={"sources", "overlaps", "units"})
        joined = {"overlaps": "; ".join(frame.frame.overlaps), "sources": " | ".join(frame.frame.sources)}
        for count in frame.count or (None,):
            counted = {} if count is None else {
                "units": count.units, "ended": count.ended, "years_low": count.years[0], "years_high": count.years[1],
                "age_low": count.age[0], "age_high": count.age[1],
            }  # fmt: skip
            rows.append({"frame": name, **about, **joined, **counted})
    return pd.DataFrame(rows, columns=list(COLUMNS["frames"]))


def rubric_table() -> pd.DataFrame:
    """A row per field of the rubric."""
    rows = [
        (
            each.name, each.group, each.question, each.scale, each.absent,
            "; ".join(f"{value}: {words}" for value, words in each.anchors.items()),
        )
        for each in fields().values()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS["rubric"]))


def counts(book: Casebook) -> dict[str, dict[str, int]]:
    """How many cases there are by kind, design, state, cause, manner and year of the start."""
    table = cases_table(book).assign(year=lambda each: each["start"].str[:4])
    by_size = {by: table[by].value_counts() for by in ("kind", "design", "state", "first_cause", "manner")}
    counted = {**by_size, "year": table["year"].value_counts().sort_index()}
    return {by: {str(value): int(number) for value, number in each.items()} for by, each in counted.items()}


def write_package(book: Casebook, folder: Path) -> None:
    """Write the tables and ``datapackage.json`` into a folder."""
    tables = {
        "cases": cases_table(book), "readings": readings_table(book), "frames": frames_table(book),
        "rubric": rubric_table(),
    }  # fmt: skip
    for name, table in tables.items():
        whole = [column for column, (kind, _) in COLUMNS[name].items() if kind == "integer"]
        table[whole] = table[whole].astype("Int64")
        write_whole(folder / f"{name}.csv", csv_text(table).encode())
    write_whole(folder / "datapackage.json", (json.dumps(package(), indent=2) + "\n").encode())


def package() -> dict[str, Any]:
    """The data package that describes the tables (Frictionless Data Package, version 2)."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "casebook-of-school-initiatives",
        "title": "A casebook of school initiatives: what was known at the start, and what happened",
        "licenses": [LICENCE],
        "resources": [
            {
                "name": name, "path": f"{name}.csv", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
                "schema": {
                    "fields": [
                        {"name": column, "type": kind, "description": words}
                        for column, (kind, words) in columns.items()
                    ],
                    "missingValues": [""],
                },
            }
            for name, columns in COLUMNS.items()
        ],
        "causes": CAUSES,
    }  # fmt: skip


def _days(name: str, days: Days | None) -> dict[str, str | None]:
    return {name: str(days[0]) if days else None, f"{name}_latest": str(days[1]) if days else None}
