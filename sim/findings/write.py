"""Writing all findings of a sweep into a folder of their own, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from sim.files import renewed_folder, write_manifest, write_table
from sim.findings.catalogue import drawn, find_all
from sim.findings.codebook import COLUMNS, codebook_of, tables_of_runs
from sim.findings.evidence import Evidence
from sim.plots import save
from sim.sweep.folder import ANALYSIS


def write_findings(
    evidence: Evidence, tell: Callable[[str], None] = lambda _: None
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Write all that the sweep supports into ``DIR/analysis``; what others put there is kept.

    Tables are written as Parquet and CSV, figures as PNG and PDF; ``codebook`` says what every
    column holds.

    Parameters
    ----------
    evidence : Evidence
    tell : callable
        Called with the name of each finding before it is drawn.

    Returns
    -------
    index : DataFrame
        ``finding, question, supported, failed, tables, figures, reason``: a row per finding of the
        catalogue.
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
    with renewed_folder(evidence.folder / ANALYSIS) as folder:
        for made in find_all(evidence):
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
        write_table(folder, "codebook", _codebook(evidence, {**tables, "index": index}), evidence.calibration)
        write_manifest(folder, "analyse", evidence.entries)
    return index, tables


def _codebook(evidence: Evidence, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What the columns of the sweep's tables hold, of those of its analysis and of itself."""
    columns = {name: list(map(str, table.columns)) for name, table in tables.items()} | {"codebook": COLUMNS}
    written = {name: [*own, "calibration"] for name, own in columns.items()}
    sweep = evidence.results.sweep
    return codebook_of(sweep, {**tables_of_runs(evidence.folder, sweep), **written})
