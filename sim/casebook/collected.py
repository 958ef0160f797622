"""Cases out of a collection: a CSV table with a row per case, as files of a casebook.

What a table cannot hold is left to whoever codes: why and in which manner a case ended stand as
``other`` and ``year_end`` until then, and each file says so.
"""

from __future__ import annotations

import calendar
import csv
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

from sim.casebook.files import Case, Days, checked
from sim.io.errors import InputError, did_you_mean, telling
from sim.io.reading import read_text

NEEDED = (
    "id", "place", "initiative", "kind", "programme", "design", "begun", "start_date", "known_at_start",
    "what_happened", "outcome", "last_known_date", "how_found", "confidence", "sources",
)  # fmt: skip
"""Columns that a collection has."""

OPTIONAL = ("state", "grades", "schools", "students", "decided_by", "outcome_date", "effective_date")
"""Columns that it may have."""

LARGEST = 20
"""Megabytes of a table at the most."""

TO_CODE = "Not coded yet: manner and causes stand in."
"""What the notes of an ended case say."""

_DATE = re.compile(r"(?<!\d)((?:1[89]|20)\d\d)(?:-(\d\d)(?:-(\d\d))?)?(?!\d)")
_DECADE = re.compile(r"(?<!\d)((?:1[89]|20)\d)0s")


def days_of(text: str) -> Days | None:
    """The earliest and latest day that a date means: its first year, month or day; None where there
    is none.

    Examples
    --------
    >>> [str(day) for day in days_of("2014-02 (vote)")]
    ['2014-02-01', '2014-02-28']
    >>> [str(day) for day in days_of("mid-1990s")], days_of("unknown")
    (['1990-01-01', '1999-12-31'], None)
    """
    decade = _DECADE.search(text)
    if decade:
        first = 10 * int(decade[1])
        return date(first, 1, 1), date(first + 9, 12, 31)
    found = _DATE.search(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    if not 1 <= month <= 12:
        return date(year, 1, 1), date(year, 12, 31)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        return date(year, month, 1), date(year, month, last)
    return date(year, month, day), date(year, month, day)


def collected(path: Path) -> dict[str, str]:
    """The files of a collection's cases.

    Parameters
    ----------
    path : Path
        A CSV file with the columns ``NEEDED``, and perhaps ``OPTIONAL``; others are left aside.

    Returns
    -------
    dict of str
        TOML by the case's id.

    Raises
    ------
    sim.io.errors.InputError
        A line for each thing that is wrong.
    """
    text = read_text(path, "a CSV file with a row per case", LARGEST)
    try:
        rows = list(csv.reader(StringIO(text)))
    except csv.Error as error:
        raise InputError(f"{path}: {error}; accepted: a CSV file with a row per case") from None
    names = rows[0] if rows else []
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise InputError(
            *(
                f"{path}: column {name} is missing; {did_you_mean(name, names)}accepted: {', '.join(NEEDED)}"
                for name in missing
            )
        )
    files: dict[str, str] = {}
    wrong: list[str] = []
    for number, row in enumerate(rows[1:], start=2):
        held = dict(zip(names, row, strict=False))
        given = {name: held.get(name, "").strip() for name in (*NEEDED, *OPTIONAL)}
        place = f"{path}: row {number}"
        faults = _faults(given, files)
        wrong += [f"{place}: {each}" for each in faults]
        if not faults:
            made = _file(given)
            with telling(wrong):
                data = tomllib.loads(made)
                checked({name: data[name] for name in ("case", "start", "outcome")}, Path(place), Case)
            files[given["id"]] = made
    if wrong:
        raise InputError(*wrong)
    if not files:
        raise InputError(f"{path}: holds no case; accepted: a row per case")
    return files


def _faults(row: Mapping[str, str], others: Mapping[str, str]) -> list[str]:
    """What cannot be made into a file."""
    found = []
    if not re.fullmatch(r"[a-z0-9_]+", row["id"]):
        found.append(f"id = {row['id'][:40]!r}: accepted: small letters, digits and _")
    elif row["id"] in others:
        found.append(f"id = {row['id']!r}: is there twice; accepted: an id for each case")
    if not row["begun"].lower().startswith(("yes", "no")):
        found.append(f"begun = {row['begun'][:40]!r}: accepted: yes or no")
    for name in ("start_date", "last_known_date"):
        if days_of(row[name]) is None:
            found.append(f"{name} = {row[name][:40]!r}: accepted: a year, a month or a day, as 2014-02")
    try:
        float(row["confidence"])
    except ValueError:
        found.append(f"confidence = {row['confidence'][:40]!r}: accepted: 0 to 1")
    return found


def _file(row: Mapping[str, str]) -> str:
    """A case as TOML."""
    start, last = days_of(row["start_date"]), days_of(row["last_known_date"])
    assert start is not None
    assert last is not None
    begun = row["begun"].lower().startswith("yes")
    ended = row["outcome"] != "sustained"
    decided = (days_of(row["outcome_date"]) or days_of(row["effective_date"]) or (start[0], last[1])) if ended else None
    if decided and begun:
        # A coarse date of the decision may begin before the start did.
        decided = max(decided[0], start[0]), max(decided[1], start[0] + timedelta(days=1))
    as_of = max(last[1], decided[0]) if decided else last[1]
    about = {
        "place": row["place"], "region": row["state"], **{name: row[name] for name in (
            "initiative", "programme", "kind", "design", "grades", "schools", "students", "decided_by", "how_found",
        )},
    }  # fmt: skip
    lines = ["schema = 1", "", "[case]", *(f"{name} = {_text(value)}" for name, value in about.items())]
    lines += [f"confidence = {float(row['confidence'])}", "sources = ["]
    lines += [f"  {_text(source.strip())}," for source in row["sources"].split("|") if source.strip()]
    lines += ["]", "", "[start]", f"date = {_days(start)}", f"begun = {str(begun).lower()}"]
    lines += [f"known = {_text(row['known_at_start'])}", "", "[outcome]", f"happened = {_text(row['what_happened'])}"]
    lines += [f"state = {_text(row['outcome'])}", f'as_of = "{as_of}"']
    if decided:
        effective = days_of(row["effective_date"])
        manner = "year_end" if begun else "before_start"
        lines += [f"decided = {_days(decided)}", *([f"effective = {_days(effective)}"] if effective else [])]
        lines += [f'manner = "{manner}"', 'first_cause = "other"', 'causes = ["other"]', f"notes = {_text(TO_CODE)}"]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """A text as TOML has it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _days(days: Days) -> str:
    return f'["{days[0]}", "{days[1]}"]'
