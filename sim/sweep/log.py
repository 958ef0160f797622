"""The log of a sweep's folder: a line for each part and each file beside the runs, written after
the file itself.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sim.io.reading import is_file

PART_NAME = re.compile(r"part-\d{5}-\d{6}\.parquet")


class Entry(NamedTuple):
    """What the log says of a part.

    Attributes
    ----------
    sha256 : str
        Digest of the file.
    rows, errors : int
        Rows of the table, and those of them that are of a run that raised.
    specification : str
        Digest of the sweep that the part is of.
    """

    sha256: str
    rows: int
    errors: int
    specification: str


class Log:
    """The log of a sweep's folder.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def parts(self) -> dict[str, Entry]:
        """What it says of each part; a line cut short by a crash is passed over."""
        found: dict[str, Entry] = {}
        for line in self._lines():
            try:
                if PART_NAME.fullmatch(str(line["part"])):
                    found[str(line["part"])] = Entry(
                        str(line["sha256"]), int(line["rows"]), int(line["errors"]), str(line.get("specification"))
                    )
            except (ValueError, LookupError, TypeError, OverflowError):
                continue
        return found

    def files(self) -> dict[str, str]:
        """Files beside the runs: SHA-256 by name."""
        return {str(line["file"]): str(line["sha256"]) for line in self._lines() if {"file", "sha256"} <= set(line)}

    def enter(self, line: dict[str, Any]) -> None:
        """Add a line."""
        text = json.dumps(line)
        with self.path.open("a+b") as file:
            if file.seek(0, os.SEEK_END) > 0:
                file.seek(-1, os.SEEK_END)
                text = text if file.read(1) == b"\n" else f"\n{text}"
            file.write(f"{text}\n".encode())
            file.flush()
            os.fsync(file.fileno())

    def _lines(self) -> Iterator[dict[str, Any]]:
        """Lines that can be read."""
        if not is_file(self.path):
            return
        for text in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                line = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(line, dict):
                yield line
