"""Files and folders of results: written whole or not at all, tables as Parquet and CSV, a manifest
in JSON.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from sim.io.errors import InputError, shown
from sim.io.parquet import table_bytes
from sim.io.provenance import CALIBRATION, provenance
from sim.io.reading import MOST_TABLE, is_file, is_folder, read_text

if TYPE_CHECKING:
    import pandas as pd


MANIFEST = "manifest.json"
FORMULA = frozenset("=+-@\t\r")
"""What a formula in a spreadsheet begins with, or the cell that holds it."""
LINE_END = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"})
"""Unicode's categories of what cannot be seen by itself: controls, formats, marks, white space."""
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn as nothing: Hangul fillers, the blank Braille pattern."""
_LEFT_BY_US = re.compile(r"(.*/)?\.[^/]+\.partial")
"""A file that a process of ours was writing when it was killed."""

Known = Mapping[str, str | None]
"""Files that are ours, relative to their folder: SHA-256, or None where any content is."""


def check_folder(path: Path, force: bool, command: str, known: Callable[[Path], Known] | None = None) -> None:
    """Refuse an output folder before any work is done.

    Parameters
    ----------
    path : Path
    force : bool
        Replace it where it exists, if all that is in it was written by the same command.
    command : str
        Which one.
    known : callable, optional
        What is ours in an older folder, where its manifest does not list all; as :func:`listed`.

    Raises
    ------
    InputError
        Where it has something in it and ``force`` is not given, is not a folder of that command's
        results, holds anything that is not ours or was changed since, or cannot be written.
    """
    if has_something(path):
        if not force:
            raise InputError(f"--out = {path}: exists; accepted: a new folder, or --force to replace it")
        _refuse_to_move(path)
        _refuse_to_lose(path, command, known or listed)
    _refuse_unwritable(path.absolute() if is_empty(path) else path.absolute().parent, path)


def check_file(path: Path, force: bool, option: str = "--out", kinds: Sequence[str] = ()) -> None:
    """Refuse a file to be written that would be lost, is of another kind, or cannot be written,
    before any work is done; and make the folder for it.

    Parameters
    ----------
    path : Path
    force : bool
        Replace a file that is there.
    option : str
        The option that names it.
    kinds : sequence of str
        Ends of a name, of which it must have one; any by default.

    Raises
    ------
    InputError
    """
    if kinds and path.suffix.lower() not in kinds:
        ends = f"{', '.join(kinds[:-1])} or {kinds[-1]}" if len(kinds) > 1 else kinds[0]
        raise InputError(f"{option} = {path}: accepted: a name that ends in {ends}")
    if path.absolute().parent.name == "parts" and is_file(path.absolute().parent.parent / MANIFEST):
        raise InputError(f"{option} = {path}: is among the parts of a sweep; accepted: a file elsewhere")
    if is_there(path) and not path.is_dir() and (path.is_symlink() or not (force and is_file(path))):
        raise InputError(f"{option} = {path}: exists; accepted: a new file, or --force to replace one")
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        path.parent.mkdir(parents=True, exist_ok=True)
        # As it is written later, under a name that is longer than its own.
        partial = _partial(path)
        partial.open("wb").close()
        partial.unlink()
    except OSError as error:
        raise unwritable_file(option, path, error) from None


def unwritable_file(option: str, path: Path, error: OSError) -> InputError:
    """What is reported of a file that cannot be written."""
    return InputError(f"{option} = {path}: cannot be written ({error.strerror}); accepted: a file in a folder that can")


def has_something(path: Path) -> bool:
    """Whether there is something of the name of an output, other than an empty folder; what killed
    processes left when they filled one of that name is put in order first.
    """
    if is_there(path) or is_folder(path.absolute().parent):
        _clear(path.absolute())
    return is_there(path) and not (is_folder(path) and not any(path.iterdir()))


def is_empty(path: Path) -> bool:
    """Whether it is a folder with nothing in it."""
    return is_folder(path) and not has_something(path)


def _refuse_unwritable(place: Path, path: Path) -> None:
    """Refuse an output under a folder in which nothing can be made."""
    ancestor = next(parent for parent in (place, *place.parents) if is_there(parent))
    try:
        tempfile.TemporaryDirectory(prefix=".sim-", dir=ancestor).cleanup()
    except OSError as error:
        raise _unwritable(path, error) from None


def _refuse_to_move(path: Path) -> None:
    """Refuse to replace a folder in which the command is called: its shell would be nowhere."""
    here, there = Path.cwd().resolve(), path.resolve()
    if there == here or there in here.parents:
        raise InputError(
            f"--out = {path}: is the folder that the command is called in, or holds it, and is not empty; accepted: "
            "another folder, or an empty one"
        )


def is_there(path: Path) -> bool:
    """Whether there is anything of the name of an output, be it a link that leads nowhere.

    Raises
    ------
    InputError
        Where nothing can have that name, as one that is too long.
    """
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise _unwritable(path, error) from None
    return True


def _refuse_to_lose(path: Path, command: str, known: Callable[[Path], Known]) -> None:
    if not is_folder(path) or (any(path.iterdir()) and not is_file(path / MANIFEST)):
        raise InputError(
            f"--out = {path}: is not a folder of results (no {MANIFEST}), so --force does not replace it; accepted: "
            "a new folder"
        )
    if not any(path.iterdir()):
        return
    made_by = manifest_of(path).get("command")
    if made_by != command:
        what = f"of sim {shown(str(made_by))}" if made_by else "of something else"
        raise InputError(
            f"--out = {path}: holds results {what}, which --force of sim {command} does not replace; accepted: a "
            "new folder"
        )
    others = not_ours(path, known(path))
    if others:
        raise InputError(
            f"--out = {path}: holds what sim did not write, or what was changed since, and --force would lose it: "
            f"{_some(others)}; accepted: a new folder, or this one without them"
        )


def listed(folder: Path) -> Known:
    """Files that the manifest of a folder lists, and the manifest itself; none where there is
    none.
    """
    files = manifest_of(folder).get("files")
    if not isinstance(files, dict):
        return {}
    # Only what is made here can say that any content is ours, never what is read from a file.
    return {**{name: sha for name, sha in files.items() if isinstance(sha, str)}, MANIFEST: None}


def not_ours(folder: Path, known: Known) -> list[str]:
    """Names of files in a folder, relative to it, that are not known, or not with that content."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_dir() or _as_written(path, name, known)):
            found.append(name)
    return found


def _as_written(path: Path, name: str, known: Known) -> bool:
    if name not in known or not is_file(path):
        return is_file(path) and _LEFT_BY_US.fullmatch(name) is not None
    return known[name] is None or known[name] == digest(path)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a folder; empty where there is none that can be read."""
    try:
        manifest = json.loads(read_text(folder / MANIFEST, "a manifest", MOST_TABLE))
    except (ValueError, RecursionError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _some(names: Sequence[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


@contextmanager
def new_folder(path: Path, force: bool, command: str, known: Callable[[Path], Known] | None = None) -> Iterator[Path]:
    """Yield a folder to fill; it takes its name only when the block ends without an error.

    An older folder of that name (``force``) stays as it was until then. Parameters and errors as
    for :func:`check_folder`.
    """
    check_folder(path, force, command, known)
    older = has_something(path)
    with taking_its_place(path) as partial:
        yield partial
        if older:
            # What came while we wrote is not lost either.
            _refuse_to_lose(path, command, known or listed)


@contextmanager
def renewed_folder(path: Path) -> Iterator[Path]:
    """Yield a folder to fill, as :func:`new_folder`; what others put into an older one of that name
    is kept.

    Raises
    ------
    InputError
        Where one of the files to be written is there already and is not ours, or was changed.
    """
    older = has_something(path)
    with taking_its_place(path) as partial:
        yield partial
        if not older:
            return
        others = not_ours(path, listed(path))
        in_the_way = [name for name in others if (partial / name).exists() or (partial / name).is_symlink()]
        if in_the_way:
            raise InputError(
                f"{path}: {_some(in_the_way)}: not written by sim, or changed since; accepted: the folder without it"
            )
        for name in others:
            (partial / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path / name, partial / name, follow_symlinks=False)


@contextmanager
def taking_its_place(path: Path) -> Iterator[Path]:
    """Yield a folder to fill, which takes the place of another at the end of the block, where that
    ends without an error.

    It is filled in a folder beside, under a lock, so that what a killed process leaves is known by
    it and taken away by the next one of the same name. An older folder is renamed; an empty one,
    which may be the folder that the command is called in, is filled in its place.

    Raises
    ------
    InputError
        Where it cannot be written, or would move the folder that the command is called in.
    """
    path = Path(os.path.abspath(path))
    empty, older = is_empty(path), has_something(path)
    if older:
        _refuse_to_move(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{path.name}.partial-", dir=path if empty else path.parent))
        held = FileLock(work / HELD)
        held.acquire(timeout=0)
        (work / "new").mkdir()
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        yield work / "new"
        # The manifest last: with it, all is there.
        made = sorted((work / "new").iterdir(), key=lambda each: each.name == MANIFEST)
        if any(is_there(path / each.name) for each in made) if empty else not older and is_there(path):
            raise InputError(f"--out = {path}: came into being meanwhile; accepted: a new folder")
        if empty:
            for each in made:
                each.rename(path / each.name)
        else:
            if older:
                path.rename(work / "old")
            (work / "new").rename(path)
    except OSError as error:
        raise InputError(
            f"--out = {path}: could not be written ({error.strerror}); nothing was left half-written"
        ) from None
    finally:
        held.release()
        shutil.rmtree(work, ignore_errors=True)


HELD = "held.lock"
"""Lock of a folder that is being filled, beside it."""
FORGOTTEN = 3600.0
"""Seconds after which a folder without a lock is no longer one that is just being made."""


def _clear(path: Path) -> None:
    """Take away what killed processes left when they filled a folder of this name, and put back an
    older folder that one of them had moved and not yet replaced.
    """
    pattern = f".{glob.escape(path.name)}.partial-*"
    for work in [*path.parent.glob(pattern), *path.glob(pattern)]:
        try:
            if (work / HELD).exists():
                with FileLock(work / HELD, timeout=0):
                    if (work / "old").exists() and not path.exists():
                        (work / "old").rename(path)
            elif time.time() - work.stat().st_mtime < FORGOTTEN:
                continue
        except (Timeout, OSError):
            continue
        shutil.rmtree(work, ignore_errors=True)


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(f"--out = {path}: cannot be written ({error.strerror}); accepted: a folder under one that can")


def write_table(folder: Path, name: str, table: pd.DataFrame, calibration: str = CALIBRATION) -> None:
    """Write a table as ``NAME.parquet`` and ``NAME.csv``, the same values in both, but for texts
    that a spreadsheet would run: see :func:`csv_text`; with where the parameters come from.
    """
    whole = table.assign(calibration=calibration)
    (folder / f"{name}.parquet").write_bytes(table_bytes(whole))
    (folder / f"{name}.csv").write_text(csv_text(whole), encoding="utf-8")


def file_name(text: str) -> str:
    """A text as the name of a file: what such a name cannot have, or not everywhere, becomes ``_``.

    Examples
    --------
    >>> file_name("reach: here/there")
    'reach_here_there'
    """
    return re.sub(r"[^\w.-]+", "_", text)


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV, a line per row. A text that a spreadsheet would take for a formula, once it
    has left out what cannot be seen ahead of it and read wide signs as plain ones, has an
    apostrophe ahead, so that it is shown; numbers are as they are.
    """
    texts = table.select_dtypes(exclude=["number", "bool"])
    safe = {name: texts[name].map(_harmless) for name in texts.columns}
    return table.assign(**safe).rename(columns=_harmless).to_csv(index=False)


def _harmless(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    # Some readers take a line's end within quotation marks for the end of the row.
    text = LINE_END.sub(" ", cell)
    begins = (_first_seen(each) for each in (cell, unicodedata.normalize("NFKC", cell)))
    return f"'{text}" if any(first in FORMULA for first in begins) else text


def _first_seen(text: str) -> str | None:
    """The first character that is not left out as invisible; a tab and a carriage return are not:
    they part cells.
    """
    return next((each for each in text if each in FORMULA or not _is_invisible(each)), None)


def _is_invisible(character: str) -> bool:
    return character.isspace() or character in BLANK_LETTERS or unicodedata.category(character) in INVISIBLE


def write_manifest(folder: Path, command: str, entries: dict[str, Any]) -> None:
    """Write ``manifest.json``, last: the command, the entries given, where and with what they were
    made, and the files of the folder with their SHA-256, which are ours to replace.
    """
    files = {path.relative_to(folder).as_posix(): digest(path) for path in sorted(folder.rglob("*")) if is_file(path)}
    manifest = {"calibration": CALIBRATION, "command": command, **entries, **provenance(), "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, default=str) + "\n", encoding="utf-8")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all: temporary name, fsync, rename."""
    partial = _partial(path)
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.partial")
