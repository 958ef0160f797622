"""The runs of a sweep in memory: what a folder holds, without files."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.sweep.folder import SweepFolder
from sim.sweep.log import Entry
from sim.sweep.parts import in_types
from sim.sweep.plan import Part, Sweep


class Memory:
    """The runs of one sweep, part by part; offers what :func:`sim.sweep.run.run_sweep` asks of a
    :class:`sim.sweep.folder.SweepFolder`.
    """

    def __init__(self) -> None:
        self.tables: dict[str, tuple[Part, pd.DataFrame]] = {}
        self.model: dict[str, Any] = {}

    def check(self, sweep: Sweep) -> dict[str, Entry]:
        """Nothing that is here can be of another sweep."""
        return self.entries()

    def claim(self, model: dict[str, Any]) -> None:
        """Remember which model runs."""
        self.model = model

    def grow(self, sweep: Sweep) -> None:
        """What a sweep's size is stands in the sweep alone."""

    def adopt(self, sweep: Sweep) -> None:
        """No part is ever half written here."""

    def entries(self) -> dict[str, Entry]:
        """What is here, by the name of the part."""
        return {
            name: Entry("", len(table), int(table["error"].notna().sum()), "")
            for name, (_, table) in self.tables.items()
        }

    def read_part(self, sweep: Sweep, name: str, entry: Entry, columns: list[str] | None = None) -> pd.DataFrame | None:
        """A part, or some of its columns."""
        table = self.tables[name][1]
        return table if columns is None else table[list(dict.fromkeys([*columns, "error"]))]

    def copy(self) -> Memory:
        """Another one with the same parts, to which further ones can be added."""
        other = Memory()
        other.tables, other.model = dict(self.tables), self.model
        return other

    def write_part(self, sweep: Sweep, part: Part, table: pd.DataFrame) -> None:
        """Keep a part."""
        self.tables[part.name] = (part, in_types(sweep, part, table))

    def save(self, sweep: Sweep, folder: SweepFolder) -> None:
        """Write all parts to a folder that was made for the sweep and is held for writing."""
        folder.claim(self.model)
        for part, table in self.tables.values():
            folder.write_part(sweep, part, table)
