"""Parts of documents that scripts write anew, between marks of their own."""

from __future__ import annotations

from pathlib import Path

from sim.io.errors import InputError
from sim.io.files import write_whole
from sim.io.reading import read_text

MOST_PAGE = 10
"""Megabytes of such a document at the most."""


def marks(script: str) -> tuple[str, str]:
    """The lines of a document between which a script writes."""
    return f"<!-- {script} writes from here -->", "<!-- to here -->"


def written(path: Path, part: str, marks: tuple[str, str]) -> None:
    """Put the part between the marks of a document, whole or not at all.

    Raises
    ------
    sim.io.errors.InputError
        As :func:`around`.
    """
    ahead, after = around(path, marks)
    write_whole(path, f"{ahead}\n{part}\n{after}".encode())


def around(path: Path, marks: tuple[str, str]) -> tuple[str, str]:
    """What stands before the part between the marks of a document, and after it, marks included.

    Raises
    ------
    sim.io.errors.InputError
        Where there is no such document, or it has no such marks.
    """
    whole = read_text(path, "a document with the marks of a part", MOST_PAGE)
    begin, end = marks
    start = whole.find(begin)
    stop = whole.find(end, start)
    if whole.count(begin) != 1 or stop < 0:
        raise InputError(f"{path}: has no lines {begin!r} and {end!r}; accepted: a document with each once")
    return whole[: start + len(begin)], whole[stop:]
