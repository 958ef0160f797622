"""The command that says what is installed."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from sim.io.provenance import provenance


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
