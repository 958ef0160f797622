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
        "Run a scenario once: what happened, in words, the weekly table and, if asked for, a figure or a film.",
    ),
    "compare": (
        "runs.compare",
        "Run designs on the same seeds and compare risk, reach and pressure: a sweep of one design point.",
    ),
    "forecast": (
        "forecast.forecast",
        "Say how likely a case is to be discontinued, or adapted, by the end of each half year, how sure that is, what "
        "would move it most, and what on record it is like.",
    ),
    "score": (
        "score.score",
        "Hold parameters against documented cases and counted populations, beside predictions that cost nothing.",
    ),
    "case": (
        "case.case",
        "Code a case of one's own for the casebook: what the rubric asks, a file to fill in, a check of it, and the "
        "scenario that the model makes of it.",
    ),
    "explore": ("explore.explore", "Open a local page on which to play: move a lever, and see the risk answer."),
    "sweep": (
        "sweeps.sweep",
        "Run a sweep: design points, designs and seeds, written as they come; go on where it stopped.",
    ),
    "region": (
        "region.region",
        "Spread an initiative over the districts of a region, under strategies on the same seeds.",
    ),
    "status": ("sweeps.status", "Say how far a sweep has come."),
    "export": (
        "export.export",
        "Export a sweep's runs as one table, in the order of point, design and seed; or the tables that a paper "
        "prints.",
    ),
    "diff": ("diff.diff", "Compare two sweeps or comparisons: which inputs differ, and which results do."),
    "analyse": (
        "findings.analyse",
        "Write all tables and figures that a sweep supports into DIR/analysis, and say which it does not support "
        "and why.",
    ),
    "plot": ("findings.plot", "Draw the figures of one finding."),
    "report": (
        "findings.report",
        "Write DIR/report.html: question, answer, figures, assumptions, parameters, provenance, in one file that "
        "needs no network.",
    ),
    "new": (
        "new.new",
        "Write a commented scenario that runs: asks for what the rubric asks (sim docs scenario_rubric), or takes it "
        "by --set.",
    ),
    "community": (
        "community.community",
        "Write who lives in a district as sections of a scenario, from public tables.",
    ),
    "validate": ("scenarios.validate", "Check a scenario file, as written and under every named design."),
    "diagnose": (
        "scenarios.diagnose",
        "Ask before any run: how far is the initiative from each stakeholder's priorities, weighed by power?",
    ),
    "schema": ("scenarios.schema", "Print the scenario file's JSON Schema."),
    "parameters": (
        "scenarios.parameters",
        "List inputs (facts of a case) and parameters (how parties behave) with unit, accepted range, default, "
        "meaning and source.",
    ),
    "variables": (
        "scenarios.variables",
        "List every quantity of a run: its unit and meaning, the party that writes it, and those that read it.",
    ),
    "codebook": (
        "codebook.codebook",
        "Say what every column of every table holds: its unit, its meaning, and which finding or command makes "
        "the table.",
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
        bool, typer.Option("--version", help="Print the version and leave.", callback=_tell_version, is_eager=True)
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
