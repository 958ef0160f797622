"""The command that hands results on: ``sim export``, of runs, or of what a paper prints."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.analysis.quantities import HEADLINE
from sim.cli.exits import OK, SOME_FAILED
from sim.cli.findings import EventOption, FolderArgument, WeekOption, warn
from sim.errors import InputError


def export(
    folder: FolderArgument,
    to: Annotated[str, typer.Option(help="csv or parquet.")] = "csv",
    file: Annotated[
        Path | None, typer.Option(help="Write here instead of to standard output.", show_default=False)
    ] = None,
    paper: Annotated[
        bool, typer.Option("--paper", help="The tables that a paper prints instead, as CSV, LaTeX and Markdown.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Of --paper: a new folder.  [default: DIR/paper]", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Of --paper: replace the folder.")] = False,
    event: EventOption = HEADLINE,
    by_week: WeekOption = None,
) -> None:
    """Export a sweep's runs as one table, in the order of point, design and seed; or the tables
    that a paper prints.

    With --paper these are: risks, differences, medians, means, pressure, and
    where the sweep has them attribution and verdicts on a claim. Each names its event, week and
    denominator in a column.

    \b
    Examples:
      sim export results/first > runs.csv
      sim export results/first --to parquet --file runs.parquet
      sim export results/first --paper --out tables
    """
    if to not in ("csv", "parquet"):
        raise InputError(f"--to = {to!r}: accepted: csv or parquet")
    if paper:
        if file is not None or to != "csv":
            raise InputError(f"{f'--file = {file}' if file else f'--to = {to!r}'}: accepted: without --paper")
        raise SystemExit(_paper(folder, out, force, event, by_week))
    given = {"--out": out, "--force": force, "--event": event != HEADLINE, "--by-week": by_week is not None}
    for option, there in given.items():
        if there:
            raise InputError(f"{option}: accepted: with --paper only")
    _runs(folder, to, file)


def _runs(folder: Path, to: str, file: Path | None) -> None:
    """All runs, as one table."""
    from sim.files import csv_text, table_bytes, write_whole
    from sim.sweep.results import open_sweep

    found = open_sweep(folder)
    if found.damaged:
        sys.stderr.write(
            f"note: {len(found.damaged)} parts are damaged and left out; sim sweep {folder} --resume does them again\n"
        )
    content = table_bytes(found.runs) if to == "parquet" else csv_text(found.runs).encode()
    if file is None:
        sys.stdout.buffer.write(content)
        return
    try:
        write_whole(file, content)
    except OSError as error:
        raise InputError(
            f"--file = {file}: cannot be written ({error.strerror}); accepted: a file in a folder that can be"
        ) from None


def _paper(folder: Path, out: Path | None, force: bool, event: str, by_week: int | None) -> int:
    """The tables that a paper prints, into a folder; return the exit code that follows."""
    from sim.files import check_folder
    from sim.findings import read
    from sim.report.paper import COMMAND, write_paper
    from sim.sweep.folder import PAPER, SweepFolder

    SweepFolder(folder).manifest()
    target = folder / PAPER if out is None else out
    check_folder(target, force, COMMAND)
    evidence = read(folder, event, by_week)
    warn(evidence)
    made = write_paper(evidence, target, force)
    for each in made.printed:
        typer.echo(f"  {each.name:<12} {len(each.table)} rows: {', '.join(map(str, each.table.columns))}")
    for name, reason in made.left_out.items():
        typer.echo(f"  {name:<12} not there: {reason}")
    typer.echo(f"written: {target}")
    for name, reason in made.failed.items():
        sys.stderr.write(f"note: {name}: {reason}; the other tables are there\n")
    return SOME_FAILED if made.failed else OK
