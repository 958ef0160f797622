"""The command that says what every column of every table holds: ``sim codebook``."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.common import JsonOption, ModuleOption, own_parties, print_json
from sim.cli.findings import FindingOption
from sim.io.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


def codebook(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A sweep's folder: describe only its tables.  [default: all]", show_default=False),
    ] = None,
    module: ModuleOption = None,
    finding: FindingOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Describe every column of every table: its unit, its meaning, and the finding or command that
    makes the table.

    Given a sweep's folder, describe only the tables in it; its factors are described as in sim
    parameters. sim analyse writes the same as codebook.csv.

    \b
    Examples:
      sim codebook
      sim codebook results/first
      sim codebook results/first --csv > codebook.csv
    """
    if as_csv and as_json:
        raise InputError("--csv and --json: accepted: one of them")
    if folder is not None and module:
        raise InputError(f"--module = {module[0]!r}: accepted: without a folder; a sweep's folder names its parties")
    parties = own_parties(module)
    from sim.findings import with_own
    from sim.findings.base import codebook as books
    from sim.io.files import csv_text

    among = with_own(finding)
    table = books.codebook(parties, among) if folder is None else books.codebook_in(folder, among)
    if as_json:
        print_json(table.to_dict(orient="records"))
    elif as_csv:
        sys.stdout.write(csv_text(table))
    else:
        _print(table)


def _print(table: pd.DataFrame) -> None:
    """A paragraph for each table, to be read at 80 columns."""
    for (source, name), rows in table.groupby(["source", "table"], sort=False):
        typer.echo(f"names in {name}" if source == "names" else f"{name} ({source})")
        for row in rows.itertuples():
            unit = "" if row.unit == "none" else f" [{row.unit}]"
            text = f"{row.column}{unit}: {row.meaning}"
            typer.echo(textwrap.fill(text, 78, initial_indent="  ", subsequent_indent="      "))
        typer.echo("")
