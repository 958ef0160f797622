"""The command's entry: what it offers, and how errors are told."""

from __future__ import annotations

import json
import os
import sys
from typing import Annotated, NoReturn

import typer

from sim.cli import calibration, findings, runs, scenarios, sweeps
from sim.cli.exits import BAD_INPUT, CLOSED_PIPE, INTERRUPTED, OK
from sim.errors import InputError, shown
from sim.provenance import provenance

app = typer.Typer(
    name="sim",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Will families, teachers, union and regulators let an initiative live? "
    "And would it fare better as a school they choose?",
)
app.command("run")(runs.run)
app.command("compare")(runs.compare)
app.command("sweep")(sweeps.sweep)
app.command("status")(sweeps.status)
app.command("export")(sweeps.export)
app.command("analyse")(findings.analyse)
app.command("plot")(findings.plot)
app.command("report")(findings.report)
app.command("validate")(scenarios.validate)
app.command("diagnose")(scenarios.diagnose)
app.command("schema")(scenarios.schema)
app.command("parameters")(scenarios.parameters)
app.command("ledger")(scenarios.ledger)
app.command("ablate")(calibration.ablation)


@app.command("version")
def version(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Print the version of this package and of the libraries it runs with.

    \b
    Example:
      sim version --json
    """
    made_with = {key: value for key, value in provenance().items() if key != "written"}
    if as_json:
        typer.echo(json.dumps(made_with, indent=2))
        return
    typer.echo(
        f"sim {made_with['package']} (Python {made_with['python']}, git {made_with['git_revision'] or 'unknown'})"
    )
    typer.echo(", ".join(f"{name} {number}" for name, number in made_with["libraries"].items()))


def main() -> None:
    """Run the command; bad input is one line on standard error and exit code 2."""
    try:
        code = app(standalone_mode=False)
    except InputError as error:
        _fail(str(error), BAD_INPUT)
    except typer.Abort:
        _fail("interrupted", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(CLOSED_PIPE) from None
    except Exception as error:
        # What the command line itself finds wrong: an unknown option, a missing argument, or no
        # command at all.
        told = getattr(error, "format_message", None)
        if told is None:
            raise
        if len(sys.argv) < 2:
            sys.stdout.write(told() + "\n")
            raise SystemExit(BAD_INPUT) from None
        _fail(told(), getattr(error, "exit_code", BAD_INPUT))
    else:
        raise SystemExit(code if isinstance(code, int) else OK)


def _fail(message: str, code: int) -> NoReturn:
    sys.stderr.write(f"error: {shown(' '.join(message.split()))}\n")
    raise SystemExit(code) from None
