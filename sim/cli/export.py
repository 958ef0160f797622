"""The command that hands results on: ``sim export``, of runs, or of what a paper prints."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.analysis.quantities import HEADLINE
from sim.cli.common import OnlyDesigns, WhereOption
from sim.cli.exits import OK, SOME_FAILED
from sim.cli.findings import EventOption, FolderArgument, WeekOption, warn
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.findings import Evidence


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
    design: OnlyDesigns = None,
    where: WhereOption = None,
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
      sim export results/first --where "leadership.communication>=0.5" > some.csv
      sim export results/first --paper --out tables
    """
    if to not in ("csv", "parquet"):
        raise InputError(f"--to = {to!r}: accepted: csv or parquet")
    if paper:
        if file is not None or to != "csv":
            raise InputError(f"{f'--file = {file}' if file else f'--to = {to!r}'}: accepted: without --paper")
        from sim.findings import read

        raise SystemExit(_paper(read(folder, event, by_week, design, where), out, force))
    given = {"--out": out, "--force": force, "--event": event != HEADLINE, "--by-week": by_week is not None}
    for option, there in given.items():
        if there:
            raise InputError(f"{option}: accepted: with --paper only")
    _runs(folder, to, file, design, where)


def _runs(folder: Path, to: str, file: Path | None, design: list[str] | None, where: list[str] | None) -> None:
    """All runs, or those selected, as one table."""
    from sim.files import csv_text, write_whole
    from sim.parquet import table_bytes
    from sim.sweep.results import open_sweep
    from sim.sweep.selection import select

    found, _ = select(open_sweep(folder), design, where)
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


def _paper(evidence: Evidence, out: Path | None, force: bool) -> int:
    """The tables that a paper prints, into a folder; return the exit code that follows."""
    from sim.report.paper import write_paper
    from sim.sweep.folder import PAPER

    target = evidence.folder / f"{PAPER}{evidence.question}" if out is None else out
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
