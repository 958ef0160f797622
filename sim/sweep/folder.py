"""A sweep's folder: a manifest, parts in Parquet written whole or not at all, and a log with a
checksum for each.

``manifest.json`` holds the specification and where it was run; ``points.parquet`` the design
points; ``parts/`` the runs; ``log.jsonl`` a line per part: name, SHA-256, rows, errors. A part that
the log does not name, or whose checksum differs, is not there: resuming does it again. One process
writes at a time.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from filelock import FileLock, Timeout

from sim.cast import Cast
from sim.errors import InputError
from sim.files import Known, digest, is_there, listed, read_table, table_bytes, taking_its_place, write_whole
from sim.provenance import calibration, provenance
from sim.reading import MOST_TABLE, is_file, read_bytes, read_text
from sim.sweep.plan import Sweep

FORMAT = "sim sweep 1"
PART_NAME = re.compile(r"part-\d{5}-\d{6}\.parquet")


ANALYSIS, PAPER = "analysis", "paper"
"""Folders within a sweep's, of its findings and of what a paper prints of them; for another
question than the usual one its name follows.
"""
COMPARISON = "compare"
"""Command whose sweeps ``sim compare --force`` replaces."""


def files_of(path: Path) -> Known:
    """Files of a sweep's folder that are ours, its analysis and the tables of a paper included."""
    parts = {f"parts/{name}": entry["sha256"] for name, entry in SweepFolder(path).log().items()}
    folders = [each.name for each in path.glob("*") if each.name.partition("_")[0] in (ANALYSIS, PAPER)]
    made = {f"{folder}/{name}": known for folder in folders for name, known in listed(path / folder).items()}
    return {"log.jsonl": None, ".lock": None, **listed(path), **SweepFolder(path).beside(), **parts, **made}


class SweepFolder:
    """The folder of one sweep.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts = path / "parts"
        self._lock = FileLock(path / ".lock")

    @property
    def manifest_path(self) -> Path:
        """The manifest."""
        return self.path / "manifest.json"

    def manifest(self) -> dict[str, Any]:
        """Read the manifest.

        Raises
        ------
        InputError
            Where the folder is not one of a sweep.
        """
        try:
            manifest = json.loads(read_text(self.manifest_path, "the manifest as sim sweep wrote it", MOST_TABLE))
        except (ValueError, RecursionError):
            raise InputError(
                f"{self.path}: is not a sweep's folder (no readable manifest.json); accepted: a folder made by "
                "sim sweep"
            ) from None
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise InputError(f"{self.path}: is not a sweep's folder; accepted: a folder made by sim sweep")
        return manifest

    def specification(self) -> Any:
        """The specification as the manifest holds it; None where it holds none."""
        return self.manifest().get("specification")

    def sweep(self, cast: Cast | None = None) -> Sweep:
        """Rebuild the sweep from the manifest's specification.

        Parameters
        ----------
        cast : Cast, optional
            See :meth:`Sweep.from_specification`.

        Raises
        ------
        InputError
            Where the folder is not one of a sweep, or its specification was changed into something
            that is none.
        """
        try:
            return Sweep.from_specification(self.specification(), cast, self.manifest_path)
        except InputError:
            raise
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError):
            raise InputError(
                f"{self.manifest_path}: holds no valid specification; accepted: the manifest as sim sweep wrote it"
            ) from None

    def create(self, sweep: Sweep, command: str = "sweep") -> None:
        """Make the folder of a new sweep.

        Parameters
        ----------
        sweep : Sweep
        command : str
            Whose it is.

        Raises
        ------
        InputError
            Where it exists with something in it, or cannot be written.
        """
        if is_there(self.path) and (not self.path.is_dir() or any(self.path.iterdir())):
            raise InputError(
                f"--out = {self.path}: exists; accepted: a new folder, or --resume to go on with the sweep in it"
            )
        points = table_bytes(sweep.points.reset_index())
        manifest = {
            "format": FORMAT,
            "command": command,
            "calibration": calibration(sweep.spec.parameters),
            "files": {"points.parquet": hashlib.sha256(points).hexdigest()},
            "specification": sweep.specification(),
            **provenance(),
            "finished": False,
        }
        # There with its manifest or not at all, so that whatever is there can be gone on with.
        with taking_its_place(self.path) as place:
            (place / "parts").mkdir()
            write_whole(place / "points.parquet", points)
            write_whole(place / "manifest.json", (json.dumps(manifest, indent=1) + "\n").encode())

    def claim(self, model: dict[str, Any]) -> None:
        """Enter which model runs here: parties, swapped rules, and how a run is done. One folder
        holds one model.

        Parameters
        ----------
        model : dict
            Plain data that differs where the model does.

        Raises
        ------
        InputError
            Where runs of another model are here already.
        """
        manifest = self.manifest()
        known = manifest.get("model")
        if known is not None and not isinstance(known, dict):
            raise InputError(
                f"{self.manifest_path}: model = {_told(known)}: accepted: the manifest as sim sweep wrote it"
            )
        if known is not None and known != model and self.log():
            what = next(key for key in (*model, *known) if known.get(key) != model.get(key))
            raise InputError(
                f"{self.path}: was begun with another model: {what} was {_told(known.get(what))} and is "
                f"{_told(model.get(what))}; accepted: the model it was begun with, or another folder"
            )
        if known != model:
            write_whole(self.manifest_path, (json.dumps({**manifest, "model": model}, indent=1) + "\n").encode())

    def finish(self, counts: dict[str, Any]) -> None:
        """Enter the end and the counts in the manifest."""
        ended = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = {**self.manifest(), **counts, "ended": ended}
        write_whole(self.manifest_path, (json.dumps(manifest, indent=1) + "\n").encode())

    def write_beside(self, name: str, content: bytes) -> Path:
        """Write a file of ours beside the runs, as a report, and enter it in the log.

        Raises
        ------
        InputError
            Where there is one that is not ours, or was changed since.
        """
        path = self.path / name
        if (path.exists() or path.is_symlink()) and (not is_file(path) or self.beside().get(name) != digest(path)):
            raise InputError(f"{path}: not written by sim, or changed since; accepted: the folder without it")
        self._enter({"file": name, "sha256": hashlib.sha256(content).hexdigest()})
        write_whole(path, content)
        return path

    def beside(self) -> dict[str, str]:
        """Files of ours beside the runs: SHA-256 by name."""
        return {
            str(entry["file"]): str(entry["sha256"]) for entry in self._entries() if {"file", "sha256"} <= set(entry)
        }

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Have the folder for writing within a block; the system frees it when the process ends,
        however it ends.

        Raises
        ------
        InputError
            Where another process has it.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise InputError(
                f"{self.path}: another sweep is writing to it; accepted: wait for it, or another folder"
            ) from None
        except OSError as error:
            raise InputError(
                f"{self.path}: cannot be held for writing ({error.strerror}); accepted: a folder that can be written"
            ) from None
        try:
            yield
        finally:
            self._lock.release()

    def log(self) -> dict[str, dict[str, Any]]:
        """Entries of the log by part; a line cut short by a crash is passed over."""
        entries: dict[str, dict[str, Any]] = {}
        for entry in self._entries():
            try:
                if PART_NAME.fullmatch(str(entry["part"])):
                    entries[str(entry["part"])] = {
                        "sha256": str(entry["sha256"]),
                        "rows": int(entry["rows"]),
                        "errors": int(entry["errors"]),
                    }
            except (ValueError, LookupError, TypeError, OverflowError):
                continue
        return entries

    def _entries(self) -> Iterator[dict[str, Any]]:
        """Lines of the log that can be read."""
        path = self.path / "log.jsonl"
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if is_file(path) else ():
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(entry, dict):
                yield entry

    def _enter(self, entry: dict[str, Any]) -> None:
        """Add a line to the log."""
        line = json.dumps(entry)
        with (self.path / "log.jsonl").open("a+b") as file:
            if file.seek(0, os.SEEK_END) > 0:
                file.seek(-1, os.SEEK_END)
                line = line if file.read(1) == b"\n" else f"\n{line}"
            file.write(f"{line}\n".encode())
            file.flush()
            os.fsync(file.fileno())

    def intact(self, name: str, entry: dict[str, Any]) -> bool:
        """Whether a part is there, as it was written."""
        try:
            content = read_bytes(self.parts / name, "a part", MOST_TABLE)
        except InputError:
            return False
        return hashlib.sha256(content).hexdigest() == entry["sha256"]

    def write_part(self, name: str, table: pd.DataFrame) -> None:
        """Write a part whole, then enter it in the log."""
        content = table_bytes(table)
        write_whole(self.parts / name, content)
        errors = int(table["error"].notna().sum())
        self._enter({"part": name, "sha256": hashlib.sha256(content).hexdigest(), "rows": len(table), "errors": errors})

    def read_part(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Read a part.

        Raises
        ------
        InputError
            Where it is no part of this sweep, whatever the log says.
        """
        try:
            return read_table(self.parts / name, columns)
        except (pa.ArrowException, ValueError, LookupError, OSError):
            raise InputError(
                f"{self.parts / name}: is no table of runs; accepted: a part as sim sweep wrote it"
            ) from None


def differing(old: object, new: object, name: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two specifications, or parts of them, differ: the dotted name of each place, what is
    there in the one, and in the other.

    Examples
    --------
    >>> old, new = {"name": "a", "levels": [1, 2]}, {"name": "a", "levels": [1, 3], "seed": 7}
    >>> list(differing(old, new))
    [('levels.1', 2, 3), ('seed', None, 7)]
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from differing(old.get(key), new.get(key), f"{name}.{key}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differing(one, other, f"{name}.{place}".lstrip("."))
    elif old != new:
        yield name, old, new


def _told(part: Any, length: int = 80) -> str:
    text = json.dumps(part) if part else "the model as it is"
    return text if len(text) <= length else f"{text[: length - 3]}..."
