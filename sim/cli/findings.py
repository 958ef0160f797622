"""Commands about findings: analyse a sweep, draw one figure, write the report."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.common import JsonOption, OnlyDesigns, WhereOption, output_file, print_json
from sim.cli.exits import OK, SOME_FAILED
from sim.io.errors import InputError
from sim.io.files import check_file, file_name, unwritable_file
from sim.statistics.quantities import HEADLINE, WAYS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.findings import Evidence, Finding

FolderArgument = Annotated[Path, typer.Argument(help="Folder of a sweep, finished or not.", show_default=False)]
EventOption = Annotated[str, typer.Option(help=f"Event whose risk is analysed: {', '.join(WAYS)}.")]
WeekOption = Annotated[
    int | None,
    typer.Option("--by-week", help="Week by which the event happens.  [default: the horizon]", show_default=False),
]
FindingOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--finding",
        help="A finding of your own: a Python file written like those in sim/findings/. Its code will be executed.",
        show_default=False,
    ),
]
FORMATS = ("png", "pdf", "svg")


def analyse(
    folder: FolderArgument,
    event: EventOption = HEADLINE,
    by_week: WeekOption = None,
    design: OnlyDesigns = None,
    where: WhereOption = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to.  [default: DIR/analysis]", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the folder even if it holds other findings.")] = False,
    finding: FindingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write every table and figure that a sweep supports into DIR/analysis, and explain which
    findings it does not support.

    Another event, week or selection is written to a folder of its own, such as
    DIR/analysis_adapted_by_week_36. Repeating a request replaces its own folder.

    \b
    Examples:
      sim analyse results/first
      sim analyse results/first --event adapted --by-week 36
      sim analyse results/first --where "population.ses_mean>=0" --out results/well_off
      sim analyse results/first --finding mine.py
    """
    from sim.findings import read, with_own
    from sim.findings.base.write import place_of, write_findings

    among = with_own(finding)
    evidence = read(folder, event, by_week, design, where)
    warn(evidence)
    target = out or place_of(evidence)
    index, _ = write_findings(evidence, announce, out, force, among)
    caution(evidence)
    if as_json:
        print_json(
            {
                "folder": str(target),
                "calibration": evidence.calibration,
                "event": str(evidence.event),
                "selection": str(evidence.selection),
                "sample": evidence.sample,
                "incomplete": evidence.incomplete,
                "findings": index.to_dict(orient="records"),
            }
        )
        raise SystemExit(tell_failed(index))
    typer.echo(f"{evidence.sample}; risk: {evidence.event}; {evidence.calibration}")
    for row in index.itertuples():
        typer.echo(
            f"  {row.finding:<12} {row.question}"
            if row.supported
            else f"  {row.finding:<12} {'' if row.failed else 'not supported: '}{row.reason}"
        )
    typer.echo(f"written: {target}")
    raise SystemExit(tell_failed(index))


def plot(
    folder: FolderArgument,
    figure: Annotated[str, typer.Option(help="A finding, as listed by sim analyse.", show_default=False)],
    kind: Annotated[str, typer.Option("--format", help="png, pdf or svg.")] = "png",
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to.  [default: the current one]", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace figures of the same name.")] = False,
    x: Annotated[
        str | None, typer.Option(help="Factor on the horizontal axis of a phase diagram.", show_default=False)
    ] = None,
    y: Annotated[str | None, typer.Option(help="Factor on its vertical axis.", show_default=False)] = None,
    facet: Annotated[
        str | None,
        typer.Option(help="A factor, or design: one row of panels for each of its levels.", show_default=False),
    ] = None,
    labels: Annotated[
        list[str] | None,
        typer.Option("--label", help="Label of a design or factor: NAME=WORDS.", show_default=False),
    ] = None,
    colours: Annotated[
        list[str] | None, typer.Option("--colour", help="Colour of a design: NAME=#RRGGBB.", show_default=False)
    ] = None,
    size: Annotated[
        str | None, typer.Option(help="Width and height in inches, as in 3.4x2.5.", show_default=False)
    ] = None,
    finding: FindingOption = None,
    event: EventOption = HEADLINE,
    by_week: WeekOption = None,
    design: OnlyDesigns = None,
    where: WhereOption = None,
) -> None:
    """Draw the figures of one finding.

    \b
    Examples:
      sim plot results/first --figure risk --format pdf
      sim plot results/first --figure risk --design retrofit --where "leadership.communication>=0.5"
      sim plot results/first --figure phase --x leadership.communication --y population.ses_mean
      sim plot results/first --figure adoption --size 3.4x2.5 --label "greenfield=a new school"
    """
    from sim.experiments import open_results
    from sim.figures.style import drawn_with, save
    from sim.findings import read, with_own
    from sim.findings.phase import phase_diagram

    if kind not in FORMATS:
        raise InputError(f"--format = {kind!r}: accepted: {', '.join(FORMATS)}")
    if (x is None) != (y is None):
        raise InputError("--x and --y: accepted: both, or neither")
    if facet and x:
        raise InputError("--facet: accepted: without --x and --y")
    if x is not None and figure != "phase":
        raise InputError(f"--x = {x!r}: accepted: with --figure phase only")
    target = out or Path()
    if target.suffix[1:] in FORMATS and not target.is_dir():
        raise InputError(f"--out = {target}: accepted: a folder, as a finding may have several figures")
    among = with_own(finding)
    evidence = read(folder, event, by_week, design, where)
    warn(evidence)
    inches = _inches(size)
    with drawn_with(evidence.designs, evidence.factors, _named("--label", labels), _named("--colour", colours), inches):
        if facet:
            results, only = open_results(folder), evidence.selection.designs or None
            faceted = results.plot(figure, event=event, by=by_week, designs=only, where=where, facet=facet, size=inches,
                                   findings=finding or (),
                                   labels=_named("--label", labels), palette=_named("--colour", colours))  # fmt: skip
            figures = {file_name(f"{figure}_by_{facet}"): faceted}
        elif x and y:
            figures = {name: draw() for name, draw in phase_diagram(evidence, x, y).items()}
        else:
            figures = _chosen(figure, evidence, among)
    for name in figures:
        check_file(target / f"{name}.{kind}", force)
    for name, drawn in figures.items():
        try:
            save(drawn, target, name, (kind,))
        except OSError as error:
            raise unwritable_file("--out", target / f"{name}.{kind}", error) from None
        typer.echo(target / f"{name}.{kind}")
    caution(evidence)


def _chosen(figure: str, evidence: Evidence, among: Sequence[Finding]) -> dict[str, Figure]:
    """The figures of a finding, or the one figure of that name."""
    from sim.findings import find

    if not any(each.name == figure for each in among):
        for each in among:
            try:
                drawn = each.figures(evidence, find(each.name, evidence, among).tables)
            except InputError:
                continue
            if figure in drawn:
                return {figure: drawn[figure]()}
    return find(figure, evidence, among).figures(evidence)


def _named(option: str, given: list[str] | None) -> dict[str, str]:
    """Options of the form NAME=VALUE."""
    wrong = [f"{option} {each!r}: accepted: NAME=VALUE" for each in given or () if "=" not in each]
    if wrong:
        raise InputError(*wrong)
    return dict(each.split("=", 1) for each in given or ())


def _inches(size: str | None) -> tuple[float, float] | None:
    if size is None:
        return None
    try:
        width, height = (float(each) for each in size.lower().split("x"))
    except ValueError:
        raise InputError(f"--size = {size!r}: accepted: width and height in inches, as in 3.4x2.5") from None
    return width, height


def report(
    folder: FolderArgument,
    out: Annotated[
        Path | None,
        typer.Option(help="File (.html) or folder to write to.  [default: DIR/report.html]", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file of --out.")] = False,
    finding: FindingOption = None,
    event: EventOption = HEADLINE,
    by_week: WeekOption = None,
    design: OnlyDesigns = None,
    where: WhereOption = None,
) -> None:
    """Write DIR/report.html: question, answer, figures, assumptions, parameters and provenance, in
    one file that works offline.

    Another event, week or selection is written to a file of its own, such as
    DIR/report_only_greenfield.html.

    \b
    Examples:
      sim report results/first
      sim report results/first --event adapted --by-week 36
      sim report results/first --out first.html
    """
    from sim.findings import read, with_own
    from sim.report import write_report
    from sim.report.page import report_name

    among = with_own(finding)
    evidence = read(folder, event, by_week, design, where)
    warn(evidence)
    target = None if out is None else output_file(out, report_name(evidence), force)
    typer.echo(write_report(evidence, target, among))
    caution(evidence)


def announce(name: str) -> None:
    """Say which finding is being drawn, on a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{name}\n")


def warn(evidence: Evidence) -> None:
    """Say on standard error what is missing of an unfinished sweep."""
    if evidence.gaps:
        sys.stderr.write(f"note: {evidence.gaps}\n")


def caution(evidence: Evidence) -> None:
    """Say on standard error what a sweep cannot tell, once what it can is written."""
    if evidence.saturated:
        sys.stderr.write(f"note: {evidence.saturated}\n")


def tell_failed(index: pd.DataFrame) -> int:
    """Say which findings failed, and return the exit code that follows."""
    failed = index[index["failed"]]
    for row in failed.itertuples():
        sys.stderr.write(f"note: {row.finding}: {row.reason}; the other findings were written\n")
    return SOME_FAILED if len(failed) else OK
