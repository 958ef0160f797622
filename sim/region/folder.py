"""A region's folder: a manifest, parts in Parquet written whole or not at all, and a log with a
checksum for each. Nothing in it is executed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock, Timeout

from sim.io.errors import InputError
from sim.io.files import has_something, taking_its_place, write_whole
from sim.io.parquet import about_table, read_table, table_bytes
from sim.io.provenance import provenance
from sim.io.reading import MOST_TABLE, is_file, read_bytes, read_text
from sim.region.runs import Part, Plan
from sim.sweep.code import computing
from sim.sweep.log import Log

FORMAT = "sim region 1"


class RegionFolder:
    """The folder of one plan.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path, self.log = path, Log(path / "log.jsonl")
        self._lock = FileLock(path / ".lock")

    @property
    def manifest_path(self) -> Path:
        """The manifest."""
        return self.path / "manifest.json"

    def manifest(self) -> dict[str, Any]:
        """Read the manifest.

        Raises
        ------
        sim.io.errors.InputError
            Where the folder is not one of a region, or its specification was changed.
        """
        try:
            found = json.loads(read_text(self.manifest_path, "the manifest as sim region wrote it", MOST_TABLE))
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise InputError(f"{self.path}: is not a region's folder; accepted: a folder made by sim region")
        said = hashlib.sha256(json.dumps(found.get("specification"), sort_keys=True).encode()).hexdigest()
        if said != found.get("specification_sha256"):
            raise InputError(
                f"{self.manifest_path}: specification: was changed since sim wrote it; accepted: the manifest as sim "
                "region wrote it"
            )
        return found

    def create(self, plan: Plan) -> None:
        """Make the folder of a new plan.

        Raises
        ------
        sim.io.errors.InputError
            Where it exists with something in it.
        """
        if has_something(self.path):
            raise InputError(f"--out = {self.path}: exists; accepted: a new folder, or --resume to go on in it")
        manifest = {
            "format": FORMAT, "command": "region", "specification": plan.data, "specification_sha256": plan.digest,
            "computing": computing(), "seeds": list(plan.seeds), **provenance(), "finished": False,
        }  # fmt: skip
        with taking_its_place(self.path) as place:
            (place / "parts").mkdir()
            write_whole(place / "log.jsonl", b"")
            write_whole(place / "manifest.json", (json.dumps(manifest, indent=1) + "\n").encode())

    def take_up(self, plan: Plan) -> None:
        """Go on with a plan, or with the same one of more seeds.

        Raises
        ------
        sim.io.errors.InputError
            Where the folder is of another plan or model, or has seeds that this one has not.
        """
        manifest = self.manifest()
        if manifest["specification_sha256"] != plan.digest:
            raise InputError(f"{self.path}: holds another region; accepted: the one it was begun with, or a new folder")
        if manifest.get("computing") != computing():
            raise InputError(
                f"{self.path}: was begun with another version of sim, Python or a library; accepted: that version, or "
                "a new folder"
            )
        before = manifest.get("seeds")
        if not isinstance(before, list) or list(plan.seeds)[: len(before)] != before:
            raise InputError(f"{self.path}: seeds: accepted: those that it has, and more")
        self._enter({"seeds": list(plan.seeds), "finished": False})

    def finish(self, finished: bool) -> None:
        """Enter how it ended."""
        self._enter({"finished": finished})

    def _enter(self, entries: dict[str, Any]) -> None:
        write_whole(self.manifest_path, (json.dumps({**self.manifest(), **entries}, indent=1) + "\n").encode())

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Have the folder for writing within a block.

        Raises
        ------
        sim.io.errors.InputError
            Where another process has it.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise InputError(f"{self.path}: another process is writing to it; accepted: wait for it") from None
        try:
            yield
        finally:
            self._lock.release()

    def write(self, plan: Plan, part: Part, table: pd.DataFrame) -> None:
        """Write a part, and enter it in the log."""
        content = table_bytes(table, {"specification": plan.digest, "seeds": list(part.seeds)})
        write_whole(self.path / "parts" / part.name, content)
        self.log.enter(
            {"part": part.name, "sha256": hashlib.sha256(content).hexdigest(), "rows": len(table), "errors": 0,
             "specification": plan.digest}
        )  # fmt: skip

    def read(self, plan: Plan, part: Part) -> pd.DataFrame | None:
        """A part, where it is there as it was written: of this plan, these seeds; else None."""
        entry, path = self.log.parts().get(part.name), self.path / "parts" / part.name
        if entry is None or not is_file(path) or entry.specification != plan.digest:
            return None
        content = read_bytes(path, "a part", MOST_TABLE)
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            return None
        about, _ = about_table(content)
        if about.get("seeds") != list(part.seeds):
            return None
        rows = len(part.seeds) * len(plan.region.strategies) * plan.region.settings.years
        table = read_table(content, None, rows)
        return table if len(table) == rows else None
