"""Files as others may write them: shipped ones with entries dropped, doubled, moved, of another
type, huge, negative, or under unknown names.
"""

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

from hypothesis import strategies as st

Path = tuple[Any, ...]

ODD = (
    0, -0.0, 1, -1, 0.5, -0.5, 2, 10.7, 1e-320, 1e30, -1e30, 1e308, float("nan"), float("inf"), -float("inf"),
    10**6, 10**6 + 1, 2**31, 2**63 - 1, -(2**63), 2**63, 10**5000,
    True, False, "", "x", "mandatory", "opt_in", "retrofit", "../x", "x" * 300, "\x1b[2J", "a\nb", "\u202e", "[/b] $x$",
    [], [0], [-1], [1e30], [10**30], [0.5], [0, 0], [float("nan")], ["a", "a"], [[]], [[[[1]]]], [True], [{}],
    {}, {"x": 1}, {"x": {}}, {"a.b": 1}, {"": 1}, {"\x1b": 1}, {"x" * 300: 1}, {"0": 1}, {"low": 0, "high": 1},
)  # fmt: skip
"""Values that a field may not expect."""

MANY = 20
"""Entries of a list from which on not each is a place of its own."""

PLAUSIBLE = (0, 0.0, -0.0, 1, 1.0, 2, 3, 8, 20, 1e-9, 0.5, 1e-300, True, False, "opt_in", "by_grade", "charter")
"""Values that many a field takes."""


def text_of(value: Any) -> str:
    """A value in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return hex(value) if value > 10**4000 else str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else ("nan" if math.isnan(value) else f"{value:+f}")
    if isinstance(value, str):
        return json.dumps(value).replace("\x7f", "\\u007f")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {text_of(each)}" for key, each in value.items()) + "}"
    return "[" + ", ".join(text_of(each) for each in value) + "]"


def file_of(data: dict[str, Any]) -> str:
    """A whole file in TOML, a line for each of its tables."""
    return "".join(f"{json.dumps(key)} = {text_of(value)}\n" for key, value in data.items())


def copied(value: Any) -> Any:
    """A copy in lists and dicts, which can be changed."""
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    return [copied(each) for each in value] if isinstance(value, list | tuple) else value


def mutated(files: dict[str, dict[str, Any]], fields: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """One of some files with one to three things changed; some of the changes are plausible."""

    @st.composite
    def one(draw: st.DrawFn) -> dict[str, Any]:
        data = copied(files[draw(st.sampled_from(sorted(files)))])
        for _ in range(draw(st.sampled_from((1, 1, 2, 3)))):
            data = _changed(draw, data, fields)
        return data

    return one()


def _changed(draw: st.DrawFn, data: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    places = list(_places(data, ()))
    where = draw(st.sampled_from(places)) if places else ("x",)
    above = _at(data, where[:-1])
    last, how = (
        where[-1],
        draw(st.sampled_from(("drop", "odd", "near", "near", "rename", "double", "add", "add", "move"))),
    )
    held = above[last] if places else 0
    if how == "drop" and places:
        del above[last]
    elif how == "near" and isinstance(held, int | float) and abs(held) < 1e15:
        above[last] = draw(st.sampled_from((-held, 2 * held, held + 1, held / 3, int(held), float(held), str(held))))
    elif how == "rename" and isinstance(above, dict):
        above[draw(st.sampled_from(("x", f"{last}s", "point", "name", "field", "design", "\x1b[31m")))] = above.pop(
            last, 0
        )
    elif how == "double" and isinstance(above, list):
        above.append(copied(held))
    elif how == "add":
        *tables, leaf = draw(st.sampled_from(fields)).split(".")
        table = data
        for name in tables:
            if not isinstance(table.get(name), dict):
                table[name] = {}
            table = table[name]
        table[leaf] = draw(st.sampled_from(PLAUSIBLE) | st.floats(0, 1)) if draw(st.booleans()) else _odd(draw)
    elif how == "move":
        above[last] = copied(_at(data, draw(st.sampled_from(places)))) if places else 0
    else:
        above[last] = _odd(draw)
    return data


def _odd(draw: st.DrawFn) -> Any:
    value = draw(
        st.sampled_from(ODD)
        | st.integers(-10, 2000)
        | st.floats(-2, 2)
        | st.floats()
        | st.text(max_size=8).filter(lambda text: not any("\ud800" <= letter <= "\udfff" for letter in text))
        | st.lists(st.integers(-5, 200), max_size=5)
    )
    return copied(value)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _places(value: Any, path: Path) -> Iterator[Path]:
    """Where something can be changed; of a long list, whose entries are alike, a few places."""
    entries: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        last = len(value) - 1
        some = range(last + 1) if last < MANY else (0, 1, last // 2, last)
        entries = [(place, value[place]) for place in some]
    for key, each in entries:
        yield (*path, key)
        yield from _places(each, (*path, key))
