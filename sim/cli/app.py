"""The command's entry: what it offers, and how errors are reported."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
import typer.core
import typer.main

from sim.cli.exits import BAD_INPUT, CLOSED_PIPE, INTERRUPTED, OK, SIGNALS
from sim.io.errors import InputError, shown

COMMANDS = {
    "run": (
        "runs.run",
        "Run a scenario once and show what happened, in words and week by week; a figure and a film on request.",
    ),
    "compare": (
        "runs.compare",
        "Run designs on the same seeds and compare risk, reach and pressure: a sweep of one design point.",
    ),
    "forecast": (
        "forecast.forecast",
        "Forecast a case: its chance of being discontinued or adapted by the end of each half year, how certain "
        "that is, what would change it most, and which documented cases are most similar.",
    ),
    "score": (
        "score.score",
        "Score parameters against documented cases and counted populations, next to simple baseline predictions.",
    ),
    "case": (
        "case.case",
        "Code a case of your own for the casebook: the rubric's questions, a file to fill in, a check of that "
        "file, and the scenario that the model makes of it.",
    ),
    "explore": (
        "explore.explore",
        "Open a local page: describe your initiative, or move a scenario's levers, and see how the risk changes.",
    ),
    "sweep": (
        "sweeps.sweep",
        "Run a sweep over design points, designs and seeds, saving runs as they finish; resume one that stopped.",
    ),
    "region": (
        "region.region",
        "Simulate how an initiative spreads among the districts of a region, under strategies on the same seeds.",
    ),
    "status": ("sweeps.status", "Show how far a sweep has progressed."),
    "export": (
        "export.export",
        "Export a sweep's runs as one table, ordered by point, design and seed; or export tables for a paper.",
    ),
    "diff": ("diff.diff", "Compare two sweeps or comparisons: which inputs and which results differ."),
    "analyse": (
        "findings.analyse",
        "Write every table and figure that a sweep supports into DIR/analysis, and explain which findings it "
        "does not support.",
    ),
    "plot": ("findings.plot", "Draw the figures of one finding."),
    "report": (
        "findings.report",
        "Write DIR/report.html: question, answer, figures, assumptions, parameters and provenance, in one file "
        "that works offline.",
    ),
    "new": (
        "new.new",
        "Write a commented scenario that is ready to run: answer the rubric's questions (sim docs "
        "scenario_rubric), or give values with --set.",
    ),
    "community": (
        "community.community",
        "Turn public tables about a district into the sections of a scenario that describe its families.",
    ),
    "validate": ("scenarios.validate", "Check a scenario file, as written and under every named design."),
    "diagnose": (
        "scenarios.diagnose",
        "Measure, before any run, how far the initiative is from each stakeholder's priorities, weighted by power.",
    ),
    "schema": ("scenarios.schema", "Print the scenario file's JSON Schema."),
    "parameters": (
        "scenarios.parameters",
        "List inputs (facts of a case) and parameters (how parties behave) with unit, accepted range, default, "
        "meaning and source.",
    ),
    "variables": (
        "scenarios.variables",
        "List every quantity of a run: its unit and meaning, the party that writes it, and the parties that read it.",
    ),
    "codebook": (
        "codebook.codebook",
        "Describe every column of every table: its unit, its meaning, and the finding or command that makes the table.",
    ),
    "docs": ("docs.docs", "Print a page of the documentation, or a table of the record, as text."),
    "version": (
        "version.version",
        "Print the version of this package and of the libraries it runs with.",
    ),
}
"""Command -> the function that does it, and the first paragraph of its help."""

PLAIN: dict[str, Any] = {"rich_markup_mode": None, "pretty_exceptions_enable": False}


class Group(typer.core.TyperGroup):
    """Commands that are imported when they are called: help starts at once, and no command waits
    for what another needs.
    """

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Put the command itself in the place of the line that stands for it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else imported(name), rest


def imported(name: str) -> Any:
    """Import a command, or a group of them."""
    module, _, function = COMMANDS[name][0].partition(".")
    found = getattr(importlib.import_module(f"sim.cli.{module}"), function)
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    alone = typer.Typer(add_completion=False, **PLAIN)
    alone.command(name)(found)
    return typer.main.get_command(alone)


def _stand_in() -> None:
    """Stands for a command in the list of commands."""


app = typer.Typer(
    cls=Group,
    name="sim",
    no_args_is_help=True,
    help="Will families, teachers, union and regulators let an initiative live? "
    "And would it fare better as a school they choose?",
    **PLAIN,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from sim.io.provenance import package_version

        typer.echo(f"sim {package_version()}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    pass


for _name, (_, _line) in COMMANDS.items():
    app.command(_name, help=_line)(_stand_in)


class Stopped(BaseException):
    """A signal asked to stop: what is half done is taken away on the way out."""


def _stop(number: int, _: FrameType | None) -> NoReturn:
    raise Stopped(number)


def main() -> None:
    """Run the command; for bad input a line on standard error for each thing wrong, exit code 2."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Closed by whoever called: what is said goes nowhere.
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  open as long as the process
    # A notebook hands its own backend on to the commands that it starts; we open no window.
    os.environ["MPLBACKEND"] = "agg"
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    try:
        code = app(standalone_mode=False)
    except InputError as error:
        _fail(BAD_INPUT, str(error), *error.more)
    except Stopped as stopped:
        _fail(128 + stopped.args[0], "interrupted")
    except typer.Abort:
        _fail(INTERRUPTED, "interrupted")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(CLOSED_PIPE) from None
    except Exception as error:
        # What the command line itself finds wrong: an unknown option, a missing argument, or no
        # command at all.
        reported = getattr(error, "format_message", None)
        if reported is None:
            raise
        if len(sys.argv) < 2:
            sys.stdout.write(reported() + "\n")
            raise SystemExit(BAD_INPUT) from None
        _fail(getattr(error, "exit_code", BAD_INPUT), reported())
    else:
        raise SystemExit(code if isinstance(code, int) else OK)


def _fail(code: int, *messages: str) -> NoReturn:
    for message in messages:
        sys.stderr.write(f"error: {shown(' '.join(message.split()))}\n")
    raise SystemExit(code) from None
