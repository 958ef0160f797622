"""The command that hands results on: ``sim export``, of runs, or of what a paper prints."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.common import OnlyDesigns, WhereOption, output_file
from sim.cli.exits import OK, SOME_FAILED
from sim.cli.findings import EventOption, FolderArgument, WeekOption, caution, warn
from sim.io.errors import InputError
from sim.io.files import check_file
from sim.statistics.quantities import HEADLINE

if TYPE_CHECKING:
    from sim.findings import Evidence


def export(
    folder: FolderArgument,
    to: Annotated[
        str | None,
        typer.Option(help="csv or parquet.  [default: by the file's extension, else csv]", show_default=False),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="File to write, .csv or .parquet, instead of standard output.", show_default=False),
    ] = None,
    paper: Annotated[
        bool, typer.Option("--paper", help="Write tables for a paper instead, as CSV, LaTeX, Markdown and HTML.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder to write to, or a file as with --file; with --paper, a new folder.  [default: DIR/paper]",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file; with --paper, the folder.")] = False,
    event: EventOption = HEADLINE,
    by_week: WeekOption = None,
    design: OnlyDesigns = None,
    where: WhereOption = None,
) -> None:
    """Export a sweep's runs as one table, ordered by point, design and seed; or export tables for a
    paper.

    The tables of --paper are: risks, causes, medians, means, differences, pressure and, where the
    sweep supports them, attribution and verdicts on a claim. Each has columns for the event, the
    week and the denominator.

    \b
    Examples:
      sim export results/first > runs.csv
      sim export results/first --file runs.parquet
      sim export results/first --out tables
      sim export results/first --where "leadership.communication>=0.5" > some.csv
      sim export results/first --paper --out tables
    """
    if to not in (None, "csv", "parquet"):
        raise InputError(f"--to = {to!r}: accepted: csv or parquet")
    if paper:
        if file is not None or to is not None:
            raise InputError(f"{f'--file = {file}' if file else f'--to = {to!r}'}: accepted: without --paper")
        from sim.findings import read

        raise SystemExit(_paper(read(folder, event, by_week, design, where), out, force))
    given = {"--event": event != HEADLINE, "--by-week": by_week is not None}
    for option, there in given.items():
        if there:
            raise InputError(f"{option}: accepted: with --paper only")
    _runs(folder, to or "csv", _file(to, file, out, force), design, where)


def _file(to: str | None, file: Path | None, out: Path | None, force: bool) -> Path | None:
    """The file that is written, whose name says of which kind it is; None for standard output."""
    if file is not None and out is not None:
        raise InputError(f"--file = {file}: accepted: without --out")
    if file is not None:
        check_file(file, force, "--file", (".csv", ".parquet"))
    elif out is not None:
        file = output_file(out, "runs.parquet" if to == "parquet" or out.suffix == ".parquet" else "runs.csv", force)
    if file is not None and to is not None and file.suffix.lower() != f".{to}":
        raise InputError(f"--to = {to!r}: accepted: {file.suffix[1:]}, as the name of {file} ends, or another name")
    return file


def _runs(folder: Path, to: str, file: Path | None, design: list[str] | None, where: list[str] | None) -> None:
    """All runs, or those selected, as one table."""
    from sim.io.files import csv_text, unwritable_file, write_whole
    from sim.io.parquet import table_bytes
    from sim.sweep.results import open_sweep
    from sim.sweep.selection import select

    found, _ = select(open_sweep(folder), design, where)
    if found.damaged:
        sys.stderr.write(
            f"note: {len(found.damaged)} damaged parts are left out; sim sweep {folder} --resume runs them again\n"
        )
    if found.runs.empty:
        raise InputError(f"{folder}: has no runs yet; accepted: a sweep with runs, see sim sweep {folder} --resume")
    kind = to if file is None else file.suffix.lower()[1:]
    content = table_bytes(found.runs) if kind == "parquet" else csv_text(found.runs).encode()
    if file is None:
        sys.stdout.buffer.write(content)
        return
    try:
        write_whole(file, content)
    except OSError as error:
        raise unwritable_file("--file", file, error) from None


def _paper(evidence: Evidence, out: Path | None, force: bool) -> int:
    """The tables that a paper prints, into a folder; return the exit code that follows."""
    from sim.report.paper import write_paper
    from sim.sweep.folder import PAPER

    target = out or (evidence.folder or Path()) / f"{PAPER}{evidence.question}"
    warn(evidence)
    made = write_paper(evidence, target, force)
    caution(evidence)
    for each in made.printed:
        typer.echo(f"  {each.name:<12} {len(each.table)} rows: {', '.join(map(str, each.table.columns))}")
    for name, reason in made.left_out.items():
        typer.echo(f"  {name:<12} not available: {reason}")
    typer.echo(f"written: {target}")
    for name, reason in made.failed.items():
        sys.stderr.write(f"note: {name}: {reason}; the other tables were written\n")
    return SOME_FAILED if made.failed else OK
