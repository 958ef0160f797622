"""The casebook in words: what the book and ``sim case tell`` say of it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import numpy as np

from sim.casebook.agreement import agreement, overall
from sim.casebook.files import Case, Casebook
from sim.casebook.rubric import Field, fields
from sim.casebook.tables import COLUMNS, counts
from sim.casebook.timeline import words

WORDS = {"first_cause": "first cause", "state": "outcome"}


def told(name: str, book: Casebook) -> list[str]:
    """A case in paragraphs: what it is, what was known, what happened, how sure that is."""
    case = book.cases[name]
    where = ", ".join(filter(None, (case.case.place, case.case.region)))
    lines = [
        f"{where}: {case.case.initiative} ({case.case.design.replace('_', ' ')}; {words(case)}).",
        " ".join(case.start.known.split()),
    ]
    if case.outcome is not None:
        lines.append(" ".join(case.outcome.happened.split()))
        lines.append(_ended(case))
    readers = book.readings.get(name, [])
    if readers:
        known = any(each.recognised != "no" for each in readers)
        count = {1: "one reader", 2: "two readers"}.get(len(readers), f"{len(readers)} readers")
        lines[-1] += f" Coded by {count}; the place was {'' if known else 'not '}recognised."
    return lines


def _ended(case: Case) -> str:
    outcome = case.outcome
    assert outcome is not None
    parts = [f"Outcome: {outcome.state} as of {outcome.as_of}"]
    if outcome.first_cause and outcome.manner:
        others = ", ".join(each.replace("_", " ") for each in outcome.causes if each != outcome.first_cause)
        parts.append(f"first cause: {outcome.first_cause.replace('_', ' ')}{f' (also {others})' if others else ''}")
        parts.append({"mid_year": "in mid-year", "year_end": "at a year's end"}.get(outcome.manner, "before it began"))
    if outcome.as_designed is not None:
        parts.append("carried out as designed" if outcome.as_designed else "not carried out as designed")
    parts.append(f"how found: {case.case.how_found.replace('_', ' ')}; confidence {case.case.confidence:g}")
    return "; ".join(parts) + "." + (f" {outcome.notes}" if outcome.notes else "")


def as_text(name: str, book: Casebook, wide: int = 100) -> str:
    """A case as plain text, with its sources."""
    paragraphs = [textwrap.fill(line, wide) for line in told(name, book)]
    sources = "\n".join(f"- {each}" for each in book.cases[name].case.sources)
    return "\n\n".join([*paragraphs, sources])


def counted(book: Casebook) -> list[str]:
    """Counts as a Markdown table."""
    lines = ["| by | cases |", "| --- | --- |"]
    for by, count in counts(book).items():
        shares = ", ".join(f"{str(value).replace('_', ' ')} {number}" for value, number in count.items())
        lines.append(f"| {WORDS.get(by, by)} | {shares} |")
    return lines


def agreed(book: Casebook) -> list[str]:
    """Agreement of the readings as Markdown: overall, and field by field."""
    facts, all_codes = overall(book), overall(book, None)
    known = sum(any(each.recognised != "no" for each in readings) for readings in book.readings.values())
    lines = [
        f"A reader recognised the place in {known} of {len(book.readings)} cases. Of {facts[1]} codes that both "
        f"readers rest on a fact, {facts[0]:.2f} agree; of all {all_codes[1]} codes that both gave, "
        f"{all_codes[0]:.2f}. The table is of codes from facts; alpha is Krippendorff's.",
        "",
        "| field | cases | agree | alpha |",
        "| --- | --- | --- | --- |",
    ]
    for row in agreement(book).itertuples():
        lines.append(
            f"| `{row.field}` | {row.cases} | {row.agree:.2f} | {'-' if np.isnan(row.alpha) else f'{row.alpha:.2f}'} |"
        )
    return lines


def asked(group: str | None = None) -> list[str]:
    """The fields of the rubric as Markdown, by group."""
    lines: list[str] = []
    for name in dict.fromkeys(field.group for field in fields().values()):
        if group in (None, name):
            lines += [
                f"### {name.capitalize()}",
                "",
                "| field | question and anchors | scale | left out |",
                "| --- | --- | --- | --- |",
            ]
            lines += [_row(field) for field in fields().values() if field.group == name] + [""]
    return lines


def _row(field: Field) -> str:
    anchors = "; ".join(f"**{value}** {words}" for value, words in field.anchors.items())
    only = "".join(f" (only where {other} is {wanted})" for other, wanted in field.only.items())
    question = " ".join(filter(None, (f"{field.question}{only}", anchors)))
    return f"| `{field.name}` | {question} | {field.scale} | {field.absent} |"


def described() -> list[str]:
    """The columns of the exported tables as Markdown."""
    lines: list[str] = []
    for table, columns in COLUMNS.items():
        lines += [f"### `{table}.csv`", "", "| column | type | meaning |", "| --- | --- | --- |"]
        lines += [f"| `{column}` | {kind} | {meaning} |" for column, (kind, meaning) in columns.items()] + [""]
    return lines


def heading(case: Case) -> str:
    """The heading of a case: where, and when it began."""
    return f"## {case.case.place}, {case.start.date[0].year}"


def all_told(book: Casebook) -> list[str]:
    """Every case in paragraphs, by programme."""
    order = sorted(book.cases, key=lambda name: (book.cases[name].case.programme, name))
    return [line for name in order for line in (heading(book.cases[name]), "", "\n\n".join(told(name, book)), "")]


PARTS: dict[str, Callable[[Casebook], list[str]]] = {
    "counts-of-the-casebook": counted,
    "agreement-of-the-readings": agreed,
    "fields-of-the-rubric": lambda _: asked(),
    "tables-of-the-casebook": lambda _: described(),
    "cases-of-the-casebook": all_told,
}
"""Parts of the book's pages that are made of the casebook."""
