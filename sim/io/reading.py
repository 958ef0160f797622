"""Reading what others wrote: ordinary files only, of a bounded size, as text in UTF-8, with or
without a byte-order mark; TOML of a bounded depth.
"""

from __future__ import annotations

import io
import re
import stat
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sim.io.errors import InputError

MEGABYTE = 1_000_000
MOST_TOML = 2
"""Megabytes of a TOML file at the most; those that come with us have a hundredth of one."""
MOST_TABLE = 1000
"""Megabytes of a table or a manifest at the most."""
MOST_DEPTH = 16
"""Tables and arrays within each other at the most."""
LONGEST_KEY = 100
"""Characters of a key at the most."""
WHOLE = 2**63
"""Whole numbers are held in 64 bits."""

_TOO_MANY_PARTS = re.compile(
    r"""(?:(?:"[^"\n]*+"|'[^'\n]*+'|(?<![\w-])[\w-]++)[ \t]*+\.[ \t]*+)""" + f"{{{2 * MOST_DEPTH}}}"
)
"""A dotted key that is far too deep: the parser would take hours over a long one."""


def is_file(path: Path) -> bool:
    """Whether an ordinary file is there; a name that no file can have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def missing(path: Path) -> bool:
    """Whether nothing is there. What cannot be looked at, as a name that is too long, is not
    missing: reading it says why.
    """
    try:
        path.stat()
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    return False


def is_folder(path: Path) -> bool:
    """Whether a folder is there; a name that no folder can have is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


@contextmanager
def ordinary_file(path: Path, accepted: str, most: int) -> Iterator[IO[bytes]]:
    """Open an ordinary file to read, whose size is looked at before anything is read of it.

    Parameters
    ----------
    path : Path
    accepted : str
        What is accepted in its place, for the message.
    most : int
        Megabytes at the most.

    Raises
    ------
    sim.io.errors.InputError
        Where it is not there, is a folder, a pipe or a device, is too large, or cannot be read.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            what = "a folder" if stat.S_ISDIR(found.st_mode) else "a pipe or a device, no file"
            raise InputError(f"{path}: cannot be read ({what}); accepted: {accepted}")
        if found.st_size > most * MEGABYTE:
            raise _too_large(path, accepted, most)
        with path.open("rb") as file:
            yield file
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; accepted: {accepted}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); accepted: {accepted}") from None


def read_bytes(path: Path, accepted: str, most: int) -> bytes:
    """Read an ordinary file. Parameters and errors as for :func:`ordinary_file`."""
    with ordinary_file(path, accepted, most) as file:
        content = _at_most(file, most * MEGABYTE + 1)
    if len(content) > most * MEGABYTE:
        # It grew meanwhile, or did not tell its size.
        raise _too_large(path, accepted, most)
    return content


def _too_large(path: Path, accepted: str, most: int) -> InputError:
    return InputError(f"{path}: is larger than {most} MB; accepted: {accepted}, of at most {most} MB")


def _at_most(file: IO[bytes], most: int) -> bytes:
    """Read a file up to a number of bytes; memory is taken for what is there."""
    found = io.BytesIO()
    while chunk := file.read(min(MEGABYTE, most - found.tell())):
        found.write(chunk)
    return found.getvalue()


def read_text(path: Path, accepted: str, most: int) -> str:
    """Read a text in UTF-8; a byte-order mark is passed over. Parameters and errors as for
    :func:`read_bytes`.
    """
    try:
        return read_bytes(path, accepted, most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: cannot be read (not text in UTF-8: byte {error.start}); accepted: {accepted}"
        ) from None


def read_toml(path: Path, accepted: str = "a scenario file in TOML") -> dict[str, Any]:
    """Read a TOML file; arrays become tuples.

    Raises
    ------
    sim.io.errors.InputError
        Where it cannot be read, is not TOML, or holds more than anything here can take: tables too
        deep, names too long, whole numbers of more than 64 bits.
    """
    text = read_text(path, accepted, MOST_TOML)
    deep = f"{path}: tables or arrays within each other, more than {MOST_DEPTH} deep; accepted: {accepted}"
    if _TOO_MANY_PARTS.search(text):
        raise InputError(deep)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not TOML: {error}; accepted: {accepted}") from None
    except RecursionError:
        raise InputError(deep) from None
    except ValueError as error:
        # As of a whole number of thousands of digits, or a day that no month has.
        raise InputError(f"{path}: not TOML: {str(error).partition(';')[0]}; accepted: {accepted}") from None
    level: list[tuple[str, Any]] = [("", data)]
    for _ in range(MOST_DEPTH):
        level = [inner for name, value in level for inner in _inside(path, name, value)]
    if level:
        raise InputError(deep)
    return {key: _frozen(value) for key, value in data.items()}


def _inside(path: Path, name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The tables and arrays within one, by the name of each; what is not bounded is refused."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in entries:
        if isinstance(key, str) and len(key) > LONGEST_KEY:
            raise InputError(
                f"{path}: {name}{key[:LONGEST_KEY]}...: accepted: names of at most {LONGEST_KEY} characters"
            )
        if isinstance(item, int) and not -WHOLE <= item < WHOLE:
            raise InputError(f"{path}: {name}{key}: accepted: whole numbers of at most 64 bits")
        if isinstance(item, dict | list):
            yield f"{name}{key}.", item


_HEADER = re.compile(r"\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_PAIR = re.compile(r"\s*([\w.\"' -]+?)\s*=\s*(.*)$")


def line_of(path: Path, dotted: str, value: Any) -> int | None:
    r"""The line of a TOML file in which a field is given a value; None where it is not found, as
    in a table within a line.

    Parameters
    ----------
    path : Path
    dotted : str
        The field's name, places in arrays as numbers, within the tables of a named design or not.
    value : object
        As it was read, so that no other line is taken for it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     file = Path(place) / "case.toml"
    ...     size = file.write_text("[design]\n\ndose = 3.0  # too much")
    ...     line_of(file, "design.dose", 3.0), line_of(file, "design.dose", 2.0)
    (3, None)
    """
    try:
        lines = read_text(path, "TOML", MOST_TOML).splitlines()
    except InputError:
        return None
    table, met, found = "", dict[str, int](), None
    for number, line in enumerate(lines, 1):
        if header := _HEADER.match(line):
            table = _plain_key(header[2])
            if header[1] == "[[":
                met[table] = met.get(table, -1) + 1
                table = f"{table}.{met[table]}"
        elif pair := _PAIR.match(line):
            name = ".".join(part for part in (table, _plain_key(pair[1])) if part)
            if (name == dotted or name.endswith(f".{dotted}")) and _is_value(pair[2], value):
                found = number
    return found


def _plain_key(text: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in text.split("."))


def _is_value(text: str, value: Any) -> bool:
    """Whether the rest of a line is a value, or begins one that spans lines."""
    try:
        return bool(_frozen(tomllib.loads(f"x = {text}")["x"]) == value)
    except (ValueError, RecursionError):
        return text.lstrip().startswith(("[", "{", '"""', "'''")) and not isinstance(value, int | float)


def _frozen(value: Any) -> Any:
    """Arrays become tuples, so that a scenario cannot be changed from outside."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value
