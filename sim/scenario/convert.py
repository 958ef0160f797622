"""Which schema a scenario or sweep file is written for, and how a file of the first one is
rewritten for the second.

In schema 1, which files did not name, weeks of the run were counted from 0; in schema 2 they are
counted from 1, as in all tables. The text of a file is edited where a value or a name stands, so
comments and layout are kept.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sim.io.errors import InputError
from sim.io.reading import MOST_TOML, is_file, read_bytes, read_text, read_toml
from sim.scenario.refusals import short
from sim.scenario.renamed import DESIGNS, FIELDS

SCHEMA = 2
"""The schema of scenario and sweep files that is read: ``schema = 2`` at the top of each."""

WEEKS = frozenset({"design.start_weeks", "community.election_weeks", "funder.end_week"})
"""Fields that hold weeks of the run, which schema 1 counted from 0."""

MARK = "\ufeff"
"""A byte-order mark, which a file may begin with."""

Place = tuple[str | int, ...]
"""Where something stands in a file: names of tables and keys, and numbers in arrays."""


def check_schema(data: dict[str, Any], path: Path) -> None:
    """Take ``schema`` out of what a file holds.

    Raises
    ------
    sim.io.errors.InputError
        Where it is missing, or another one than is read.

    Examples
    --------
    >>> held = {"schema": 2, "name": "ours"}
    >>> check_schema(held, Path("ours.toml"))
    >>> held
    {'name': 'ours'}
    """
    if "schema" not in data:
        raise InputError(
            f"{path}: schema is missing: written for weeks counted from 0; accepted: schema = {SCHEMA}, "
            f"see sim validate {path} --convert"
        )
    given = data.pop("schema")
    if given != SCHEMA or isinstance(given, bool | float):
        raise InputError(f"{path}: schema = {short(given)}: accepted: schema = {SCHEMA}")


class Converted(NamedTuple):
    """A file of schema 1, rewritten.

    Attributes
    ----------
    text : str
    changes : tuple of str
        What was changed, a line each.
    """

    text: str
    changes: tuple[str, ...]


def is_converted(path: Path) -> bool:
    """Whether a file is of the schema that is read already."""
    data = read_toml(path, "a scenario or sweep file in TOML")
    if "schema" not in data:
        return False
    check_schema(data, path)
    return True


def converted(path: Path) -> Converted:
    """Rewrite a scenario or sweep file of schema 1 for schema 2.

    Parameters
    ----------
    path : Path
        It is read, and left as it is.

    Returns
    -------
    Converted
        The same file with weeks of the run counted from 1, fields and designs under their names of
        now, and ``schema = 2`` before the first of its lines that is no comment.

    Raises
    ------
    sim.io.errors.InputError
        Where the file is of another schema already, or holds what cannot be converted, with a line
        for each.
    """
    accepted = "a scenario or sweep file in TOML"
    data = read_toml(path, accepted)
    if "schema" in data:
        raise InputError(f"{path}: schema = {short(data['schema'])}: accepted: a file of schema 1, which names none")
    wrong = list(_beyond(data, path))
    if wrong:
        raise InputError(*(f"{path}: {each}; accepted: a change by hand" for each in wrong))
    text = _text(path, accepted)
    mark = MARK if text.startswith(MARK) else ""
    text = text[len(mark) :]
    edits, changes, first = list[tuple[int, int, str]](), list[str](), len(text)
    for piece in _pieces(text):
        first = min(first, piece.line)
        old = text[piece.start : piece.end]
        held = str(piece.path[-1]) if piece.is_key else tomllib.loads(f"x = {old}")["x"]
        now = _name(piece.path) if piece.is_key else _changed(piece.path, held, data)
        if now != held:
            new = now if piece.is_key and _PLAIN.fullmatch(now) else json.dumps(now)
            edits.append((piece.start, piece.end, new))
            what = "" if piece.is_key else f"{'.'.join(str(part) for part in piece.path)} = "
            changes.append(f"line {text.count(chr(10), 0, piece.start) + 1}: {what}{old} is {new} now")
    end = "\r\n" if "\r\n" in text else "\n"
    gap = end if text[first : first + 1] == "[" else ""
    edits.append((first, first, f"schema = {SCHEMA}{end}{gap}"))
    made = text
    for start, stop, new in sorted(edits, reverse=True):
        made = made[:start] + new + made[stop:]
    # The text must hold what the data does, converted by themselves.
    if tomllib.loads(made) != {"schema": SCHEMA, **_tree(tomllib.loads(text), (), data)}:
        raise InputError(f"{path}: is laid out in a way that cannot be converted; accepted: a change by hand")
    return Converted(mark + made, tuple(changes))


def _text(path: Path, accepted: str) -> str:
    """The text of a file, with its byte-order mark and line ends."""
    read_text(path, accepted, MOST_TOML)
    return read_bytes(path, accepted, MOST_TOML).decode("utf-8")


def _beyond(data: Mapping[str, Any], path: Path) -> Iterator[str]:
    """What of a file cannot be converted."""
    factors = data.get("factors", ())
    for number, factor in enumerate(factors if isinstance(factors, tuple) else ()):
        if not isinstance(factor, dict) or factor.get("field") not in WEEKS:
            continue
        if factor.get("parameters"):
            yield f"factors.{number}.parameters = {short(factor['parameters'])}: is a distribution of weeks"
        levels = factor.get("levels", ())
        for level in levels if isinstance(levels, tuple) else (levels,):
            if not _is_number(level):
                yield f"factors.{number}.levels holds {short(level)}: is no week"
    listed = data.get("design_of_experiments")
    if isinstance(listed, dict) and isinstance(listed.get("file"), str):
        table = path.parent / listed["file"]
        head = read_text(table, "a CSV file", 1000).partition("\n")[0] if is_file(table) else ""
        held = sorted(WEEKS & {name.strip().strip('"') for name in head.split(",")})
        if held:
            yield f"design_of_experiments.file = {listed['file']!r}: has a column of weeks, {', '.join(held)}"


# --- what changes --------------------------------------------------------------------------------


def _field(path: Place) -> str:
    """The dotted field of a scenario that a key or value of a file stands for by its place; empty
    where it stands for none.
    """
    words = [part for part in path if isinstance(part, str)]
    if words[:1] == ["designs"]:
        return ".".join(words[2:])
    if words[:1] == ["factors"]:
        return ".".join(words[{"settings": 3, "blend": 2}.get("".join(words[1:2]), len(words)) :])
    return ".".join(words)


def _is_week(path: Place, data: Mapping[str, Any]) -> bool:
    """Whether a place in a file holds weeks of the run."""
    if path[:1] == ("factors",) and len(path) > 2 and path[2] in ("levels", "low", "high"):
        return isinstance(path[1], int) and data["factors"][path[1]].get("field") in WEEKS
    return _field(path) in WEEKS


def _name(path: Place) -> str:
    """The part of a key that a path ends with, as it is now."""
    leaf, field = str(path[-1]), _field(path)
    if path[:-1] == ("designs",):
        return DESIGNS.get(leaf, leaf)
    if field not in FIELDS:
        return leaf
    return FIELDS[field] if leaf == field else FIELDS[field].rpartition(".")[2]


def _changed(path: Place, value: Any, data: Mapping[str, Any]) -> Any:
    """A value that is no table or array, as it is now."""
    if _is_number(value) and _is_week(path, data):
        return value + 1
    if isinstance(value, str) and len(path) == 2 and path[0] == "designs" and isinstance(path[1], int):
        return DESIGNS.get(value, value)
    if isinstance(value, str) and len(path) == 3 and path[0] == "factors" and path[2] == "field":
        return FIELDS.get(value, value)
    return value


def _tree(held: Any, path: Place, data: Mapping[str, Any]) -> Any:
    """What a file holds, converted."""
    if isinstance(held, dict):
        return {_name((*path, name)): _tree(value, (*path, name), data) for name, value in held.items()}
    if isinstance(held, list):
        return [_tree(value, (*path, place), data) for place, value in enumerate(held)]
    return _changed(path, held, data)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# --- where it stands in the text -----------------------------------------------------------------


class _Piece(NamedTuple):
    """A part of a key, or a value that is no table or array: where it stands in the text."""

    is_key: bool
    path: Place
    start: int
    end: int
    line: int
    """Where its statement begins."""


_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PART = re.compile(r"""[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*""")
_STRING = re.compile(r'''"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?'{3,5}|"(?:\\.|[^"\\])*"|'[^']*\'''', re.DOTALL)
_BARE = re.compile(r"[^,\]}#\r\n]+")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


def _pieces(text: str) -> Iterator[_Piece]:
    """The keys and values of a TOML text that is known to be one, in its order."""
    table: Place = ()
    rows: dict[Place, int] = {}
    place = _skip(text, 0)
    while place < len(text):
        line = place
        if text[place] == "[":
            many = text.startswith("[[", place)
            parts, place = _parts(text, place + 1 + many)
            table = ()
            for number, (start, end, name) in enumerate(parts):
                table = (*table, name)
                yield _Piece(True, table, start, end, line)
                if many and number == len(parts) - 1:
                    rows[table] = rows.get(table, -1) + 1
                if table in rows:
                    table = (*table, rows[table])
            place += 1 + many
        else:
            place = yield from _pair(text, place, table, line)
        place = _skip(text, place)


def _pair(text: str, place: int, table: Place, line: int) -> Generator[_Piece, None, int]:
    """The pieces of a key with its value; returns where it ends."""
    parts, place = _parts(text, place)
    path = table
    for start, end, name in parts:
        path = (*path, name)
        yield _Piece(True, path, start, end, line)
    return (yield from _held(text, _skip(text, place + 1), path, line))


def _held(text: str, place: int, path: Place, line: int) -> Generator[_Piece, None, int]:
    """The pieces of a value; returns where it ends."""
    opening = text[place]
    if opening not in "[{":
        found = _STRING.match(text, place) or _BARE.match(text, place)
        assert found is not None
        end = place + len(found[0].rstrip())
        yield _Piece(False, path, place, end, line)
        return end
    number, place = 0, _skip(text, place + 1)
    while text[place] not in "]}":
        if opening == "[":
            place = yield from _held(text, place, (*path, number), line)
        else:
            place = yield from _pair(text, place, path, line)
        number, place = number + 1, _skip(text, place)
        if text[place] == ",":
            place = _skip(text, place + 1)
    return place + 1


def _parts(text: str, place: int) -> tuple[list[tuple[int, int, str]], int]:
    """The parts of a dotted key, each with where it stands, and where the key ends."""
    found = []
    while True:
        part = _PART.match(text, place)
        assert part is not None
        name = next(iter(tomllib.loads(f"{part[1]} = 0")))
        found.append((part.start(1), part.end(1), name))
        place = part.end()
        if text[place : place + 1] != ".":
            return found, place
        place += 1


def _skip(text: str, place: int) -> int:
    """Past blanks, line ends and comments."""
    found = _BLANK.match(text, place)
    assert found is not None
    return found.end()
