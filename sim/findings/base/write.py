"""Writing all findings of a sweep into a folder of their own, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pandas as pd

from sim.figures.style import save
from sim.findings.base.codebook import COLUMNS, codebook_of, tables_of_runs
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Finding
from sim.findings.base.registry import drawn, find_all
from sim.io.files import manifest_of, new_folder, renewed_folder, write_manifest, write_table
from sim.sweep.folder import ANALYSIS

COMMAND = "analyse"
"""Whose the folder is."""
QUESTION = ("specification_sha256", "event", "selection")
"""Entries of a manifest that say what was asked, and of which sweep."""


def place_of(evidence: Evidence) -> Path:
    """The folder of the findings: ``DIR/analysis``, and another one for each other question; in the
    current folder, of a sweep that has none.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> place_of(read(small_folder(), week=20)).name
    'analysis_discontinued_by_week_20'
    """
    return (evidence.folder or Path()) / f"{ANALYSIS}{evidence.question}"


def write_findings(
    evidence: Evidence,
    tell: Callable[[str], None] = lambda _: None,
    out: Path | None = None,
    force: bool = False,
    among: Sequence[Finding] | None = None,
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Write all that the sweep supports into a folder: whole or not at all. The findings of the
    same question are renewed there, and what others put beside them is kept.

    Tables are written as Parquet and CSV, figures as PNG and PDF; ``codebook`` says what every
    column holds.

    Parameters
    ----------
    evidence : Evidence
    tell : callable
        Called with the name of each finding before it is drawn.
    out : Path, optional
        The folder; that of :func:`place_of` by default.
    force : bool
        Replace a folder with findings of another question.
    among : sequence of Finding, optional
        As from :func:`sim.findings.with_own`; those of the package by default.

    Raises
    ------
    sim.io.errors.InputError
        Where the folder holds anything else, or cannot be written.

    Returns
    -------
    index : DataFrame
        ``finding, question, supported, failed, tables, figures, reason``: a row per finding.
    tables : dict
        The tables written, by name.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> index, tables = write_findings(read(small_folder()))  # doctest: +SKIP
    >>> sorted(tables)  # doctest: +SKIP
    """
    rows = []
    tables: dict[str, pd.DataFrame] = {}
    with _folder(evidence, out, force) as folder:
        for made in find_all(evidence, among=among):
            tell(made.finding.name)
            found, figures = drawn(made, evidence)
            # Findings may share a table.
            for name in found.tables.keys() - tables.keys():
                write_table(folder, name, found.tables[name], evidence.calibration)
            tables |= found.tables
            for name, figure in figures.items():
                save(figure, folder, name)
            rows.append(
                {
                    "finding": found.finding.name,
                    "question": found.finding.question,
                    "supported": not found.unsupported,
                    "failed": found.failed,
                    "tables": ", ".join(found.tables),
                    "figures": ", ".join(figures),
                    "reason": found.unsupported,
                }
            )
        index = pd.DataFrame(rows)
        write_table(folder, "index", index, evidence.calibration)
        write_table(folder, "codebook", _codebook(evidence, {**tables, "index": index}, among), evidence.calibration)
        write_manifest(folder, COMMAND, evidence.entries)
    return index, tables


def _folder(evidence: Evidence, out: Path | None, force: bool) -> AbstractContextManager[Path]:
    """A folder to fill, that loses no findings of another question."""
    path, entries = out or place_of(evidence), evidence.entries
    before = manifest_of(path)
    if before.get("command") == COMMAND and all(before.get(name, entries[name]) == entries[name] for name in QUESTION):
        return renewed_folder(path)
    if out is None and not before:
        return renewed_folder(path)
    return new_folder(path, force, COMMAND)


def _codebook(evidence: Evidence, tables: dict[str, pd.DataFrame], among: Sequence[Finding] | None) -> pd.DataFrame:
    """What the columns of the sweep's tables hold, of those of its analysis and of itself."""
    columns = {name: list(map(str, table.columns)) for name, table in tables.items()} | {"codebook": COLUMNS}
    written = {name: [*own, "calibration"] for name, own in columns.items()}
    sweep = evidence.results.sweep
    of_runs = tables_of_runs(evidence.folder, sweep) if evidence.folder else {}
    return codebook_of(sweep, {**of_runs, **written}, among)
