"""A sweep's folder: a manifest, parts in Parquet written whole or not at all, and a log with a
checksum for each.

``manifest.json`` holds the specification and where it was run; ``points.parquet`` the design
points; ``parts/`` the runs; ``log.jsonl`` a line per part: name, SHA-256, rows, errors, and the
digest of the specification. A part that the log names and that is missing or damaged is done again
when the sweep is resumed; a file of another sweep is refused, and stays as it is. One process
writes at a time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock, Timeout

from sim.io.errors import InputError
from sim.io.files import MANIFEST, Known, digest, has_something, listed, taking_its_place, write_whole
from sim.io.parquet import table_bytes
from sim.io.provenance import calibration, provenance
from sim.io.reading import MOST_TABLE, is_file, is_folder, read_bytes, read_text
from sim.kernel.parties import Parties
from sim.sweep.log import PART_NAME, Entry, Log
from sim.sweep.parts import is_of_another, part_bytes, part_table
from sim.sweep.plan import Part, Sweep, is_weekly
from sim.sweep.specification import digest_of, specification, sweep_of

FORMAT = "sim sweep 3"
AS_WRITTEN = "accepted: the folder as sim sweep wrote it, or a new one"


ANALYSIS, PAPER = "analysis", "paper"
"""Folders within a sweep's, of its findings and of what a paper prints of them; for another
question than the usual one its name follows.
"""
COMPARISON = "compare"
"""Command whose sweeps ``sim compare --force`` replaces."""


def files_of(path: Path) -> Known:
    """Files of a sweep's folder that are ours, its analysis and the tables of a paper included."""
    ours = SweepFolder(path).log
    parts = {f"parts/{name}": entry.sha256 for name, entry in ours.parts().items()}
    folders = [each.name for each in path.glob("*") if each.name.partition("_")[0] in (ANALYSIS, PAPER)]
    made = {f"{folder}/{name}": known for folder in folders for name, known in listed(path / folder).items()}
    # Of the folder itself the manifest vouches for the table of points only.
    points = {name: known for name, known in listed(path).items() if name in (MANIFEST, "points.parquet")}
    return {**points, **ours.files(), **parts, **made, "log.jsonl": None, ".lock": None}


class SweepFolder:
    """The folder of one sweep.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts = path / "parts"
        self.log = Log(path / "log.jsonl")
        self._claimed = ""
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
        made = manifest.get("format") if isinstance(manifest, dict) else None
        if made != FORMAT:
            what = "is not a sweep's folder"
            if str(made).startswith("sim sweep"):
                what = f"format = {made!r}: was written by another version of sim"
            raise InputError(f"{self.path}: {what}; accepted: a folder made by sim sweep, of format {FORMAT!r}")
        return manifest

    def specification(self) -> Any:
        """The specification as the manifest holds it; None where it holds none."""
        return self.manifest().get("specification")

    def sweep(self, parties: Parties | None = None) -> Sweep:
        """Rebuild the sweep from the manifest's specification.

        Parameters
        ----------
        parties : Parties, optional
            See :func:`sim.sweep.specification.sweep_of`.

        Raises
        ------
        InputError
            Where the folder is not one of a sweep, or its specification is none, or was changed
            since it was written.
        """
        manifest = self.manifest()
        try:
            sweep = sweep_of(manifest["specification"], parties, self.manifest_path)
            found = digest_of(manifest["specification"])
        except InputError:
            raise
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError):
            raise InputError(
                f"{self.manifest_path}: holds no valid specification; accepted: the manifest as sim sweep wrote it"
            ) from None
        if found != manifest.get("specification_sha256"):
            raise InputError(
                f"{self.manifest_path}: specification: was changed since sim wrote it (SHA-256 was "
                f"{str(manifest.get('specification_sha256'))[:12]}, is {found[:12]}); accepted: the manifest as sim "
                "sweep wrote it"
            )
        return sweep

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
        if has_something(self.path):
            raise InputError(
                f"--out = {self.path}: exists; accepted: a new folder, or --resume to go on with the sweep in it"
            )
        points, data = table_bytes(sweep.points.reset_index()), specification(sweep)
        manifest = {
            "format": FORMAT,
            "command": command,
            "calibration": calibration(sweep.spec.parameters),
            "files": {"points.parquet": hashlib.sha256(points).hexdigest()},
            "specification": data,
            "specification_sha256": digest_of(data),
            **provenance(),
            "finished": False,
        }
        # There with its manifest or not at all, so that whatever is there can be gone on with.
        with taking_its_place(self.path) as place:
            (place / "parts").mkdir()
            write_whole(place / "log.jsonl", b"")
            write_whole(place / "points.parquet", points)
            write_whole(place / "manifest.json", (json.dumps(manifest, indent=1) + "\n").encode())

    def grow(self, sweep: Sweep) -> None:
        """Enter the sweep where it has more seeds or points than what is here."""
        manifest, data = self.manifest(), specification(sweep)
        if manifest.get("specification") == data:
            return
        points = table_bytes(sweep.points.reset_index())
        files = {"points.parquet": hashlib.sha256(points).hexdigest()}
        entries = {"files": files, "specification": data, "specification_sha256": digest_of(data), "finished": False}
        write_whole(self.path / "points.parquet", points)
        self._write({**manifest, **entries})

    def claim(self, model: dict[str, Any]) -> None:
        """Enter a sitting: where it runs, and which model: parties, swapped rules, the source, and
        how a run is done. One folder holds one model.

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
        sittings = self._entry(manifest, "sittings", list, [])
        self.refuse_other(model)
        self._write({**manifest, "model": model, "sittings": [*sittings, provenance()]})
        self._claimed = digest_of(model)

    def refuse_other(self, model: dict[str, Any], but: Collection[str] = ()) -> None:
        """Refuse a model that is not the one of the runs that are here.

        Parameters
        ----------
        model : dict
            As for :meth:`claim`.
        but : collection of str
            Entries of it that may differ.

        Raises
        ------
        InputError
            Where there are runs of another model.
        """
        known = self._entry(self.manifest(), "model", dict | None, None)
        if known is None or not self.log.parts():
            return
        for what in dict.fromkeys([*model, *known]):
            if what not in but and known.get(what) != model.get(what):
                raise InputError(
                    f"{self.path}: was begun with another model: {what} was {_reported(known.get(what))} and is "
                    f"{_reported(model.get(what))}; accepted: the model it was begun with, or another folder"
                )

    def _entry(self, manifest: dict[str, Any], name: str, kind: Any, otherwise: Any) -> Any:
        value = manifest.get(name, otherwise)
        if not isinstance(value, kind):
            raise InputError(
                f"{self.manifest_path}: {name} = {_reported(value)}: accepted: the manifest as sim sweep wrote it"
            )
        return value

    def provenance(self) -> dict[str, str]:
        """What all sittings ran with, by name; where they differ, each in the order in which it
        came.
        """
        manifest = self.manifest()
        stored = manifest.get("sittings")
        sittings = [each for each in stored if isinstance(each, dict)] if isinstance(stored, list) else [manifest]
        names = ("package", "git_revision", "python", "platform", "written")
        reported = {name: dict.fromkeys(str(each[name]) for each in sittings if name in each) for name in names}
        return {name: ", ".join(values) for name, values in reported.items() if values}

    def _write(self, manifest: dict[str, Any]) -> None:
        write_whole(self.manifest_path, (json.dumps(manifest, indent=1) + "\n").encode())

    @property
    def _model(self) -> str:
        """Digest of the model that the folder is of."""
        self._claimed = self._claimed or digest_of(self.manifest().get("model") or {})
        return self._claimed

    def finish(self, counts: dict[str, Any]) -> None:
        """Enter the end and the counts in the manifest."""
        ended = datetime.now(UTC).isoformat(timespec="seconds")
        self._write({**self.manifest(), **counts, "ended": ended})

    def write_beside(self, name: str, content: bytes) -> Path:
        """Write a file of ours beside the runs, as a report, and enter it in the log.

        Raises
        ------
        InputError
            Where there is one that is not ours, or was changed since.
        """
        path = self.path / name
        if (path.exists() or path.is_symlink()) and (not is_file(path) or self.log.files().get(name) != digest(path)):
            raise InputError(f"{path}: not written by sim, or changed since; accepted: the folder without it")
        self.log.enter({"file": name, "sha256": hashlib.sha256(content).hexdigest()})
        write_whole(path, content)
        return path

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

    def entries(self) -> dict[str, Entry]:
        """What the log says of each part."""
        return self.log.parts()

    def check(self, sweep: Sweep) -> dict[str, Entry]:
        """Refuse a folder whose files are not those of its sweep; what is in a part is checked when
        it is read.

        Returns
        -------
        dict
            What the log says of each part.

        Raises
        ------
        InputError
            Where the log, the folder of parts or the table of points is lost or of another sweep,
            a line for each.
        """
        # The log is read last, as another process may be writing.
        there = {each.name for each in self.parts.iterdir()} if is_folder(self.parts) else set()
        manifest, log, wrong = self.manifest(), self.log.parts(), []
        if not is_folder(self.parts):
            wrong.append(f"{self.parts}: is missing; {AS_WRITTEN}")
        if not is_file(self.log.path):
            raise InputError(*wrong, f"{self.log.path}: is missing; {AS_WRITTEN}")
        points, listing = self.path / "points.parquet", manifest.get("files")
        known = listing.get(points.name) if isinstance(listing, dict) else None
        if not is_file(points) or digest(points) != known:
            wrong.append(f"{points}: is missing, or was changed, or is of another sweep; {AS_WRITTEN}")
        unnamed = sorted(name for name in there - log.keys() if PART_NAME.fullmatch(name))
        # A sitting that was killed leaves one at the most.
        if len(unnamed) > 1:
            wrong.append(
                f"{self.log.path}: does not name {len(unnamed)} parts that are in {self.parts.name}, as {unnamed[0]}; "
                f"{AS_WRITTEN}"
            )
        wrong += [
            f"{self.parts / name}: is of another sweep or model; {AS_WRITTEN}"
            for name in unnamed[:1]
            if is_of_another(sweep, read_bytes(self.parts / name, "a part", MOST_TABLE), self._model)
        ]
        runs, reported = sum(entry.rows for name, entry in log.items() if not is_weekly(name)), manifest.get("runs", 0)
        if isinstance(reported, int) and reported > runs:
            wrong.append(
                f"{self.log.path}: names {runs} runs of the {reported} of {self.manifest_path.name}; {AS_WRITTEN}"
            )
        other = [name for name, entry in log.items() if entry.specification != sweep.digest]
        if other:
            wrong.append(f"{self.log.path}: {other[0]}: is of another sweep; {AS_WRITTEN}")
        if wrong:
            raise InputError(*wrong)
        return log

    def adopt(self, sweep: Sweep) -> None:
        """Enter in the log a part that a killed sitting wrote and could not enter any more.

        Raises
        ------
        InputError
            Where it is no part of the sweep.
        """
        log = self.log.parts()
        for path in sorted(self.parts.iterdir()):
            if PART_NAME.fullmatch(path.name) and path.name not in log:
                content = read_bytes(path, "a part", MOST_TABLE)
                self._enter(sweep, path.name, content, self._table(sweep, path.name, content))

    def write_part(self, sweep: Sweep, part: Part, table: pd.DataFrame) -> None:
        """Write a part whole, then enter it in the log."""
        content = part_bytes(sweep, part, table, self._model)
        write_whole(self.parts / part.name, content)
        self._enter(sweep, part.name, content, table)

    def _enter(self, sweep: Sweep, name: str, content: bytes, table: pd.DataFrame) -> None:
        errors = int(table["error"].notna().sum())
        reported = Entry(hashlib.sha256(content).hexdigest(), len(table), errors, sweep.digest)
        self.log.enter({"part": name, **reported._asdict()})

    def read_part(self, sweep: Sweep, name: str, entry: Entry, columns: list[str] | None = None) -> pd.DataFrame | None:
        """Read a part that the log names; None where it is missing or damaged, so that it has to be
        done again.

        Raises
        ------
        InputError
            Where it is not the part that the sweep has under that name.
        """
        if not is_file(self.parts / name):
            return None
        content = read_bytes(self.parts / name, "a part", MOST_TABLE)
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            if is_of_another(sweep, content, self._model):
                raise InputError(f"{self.parts / name}: is of another sweep or model; {AS_WRITTEN}")
            return None
        table = self._table(sweep, name, content, [*columns, "error"] if columns else None)
        rows = (len(table), int(table["error"].notna().sum()))
        if rows != (entry.rows, entry.errors):
            raise InputError(
                f"{self.log.path}: {name}: rows, errors = {entry.rows}, {entry.errors}: accepted: "
                f"{rows[0]}, {rows[1]}, as in the part"
            )
        return table

    def _table(self, sweep: Sweep, name: str, content: bytes, columns: list[str] | None = None) -> pd.DataFrame:
        try:
            return part_table(sweep, name, content, self._model, columns)
        except InputError as error:
            raise InputError(f"{self.parts / name}: {error}; accepted: a part as sim sweep wrote it") from None


def _reported(part: Any, length: int = 80) -> str:
    text = json.dumps(part) if part else "the model as it is"
    return text if len(text) <= length else f"{text[: length - 3]}..."
