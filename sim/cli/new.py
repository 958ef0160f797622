"""The command that writes a scenario to begin with: ``sim new``."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.errors import InputError
from sim.files import check_file, is_there, write_whole
from sim.reading import is_file
from sim.scenario import Scenario, load_scenario, parameter_table
from sim.scenario.draft import ASKED, draft, value_of


def new(
    name: Annotated[str, typer.Argument(help="Name of the scenario: letters, digits and _.", show_default=False)],
    start: Annotated[
        str | None,
        typer.Option("--from", help="A scenario to begin from: a file, or a shipped one.", show_default=False),
    ] = None,
    values: Annotated[
        list[str] | None, typer.Option("--set", help="A value: FIELD=VALUE, as often as needed.", show_default=False)
    ] = None,
    ask: Annotated[bool, typer.Option("--ask/--no-ask", help="Ask for what is not set, on a terminal.")] = True,
    out: Annotated[Path | None, typer.Option(help="File.  [default: NAME.toml]", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Write a commented scenario that runs: asks for what docs/rubric.md asks, or takes it by
    --set.

    \b
    Examples:
      sim new our_district
      sim new our_district --from mountain_view --set population.families=900 --set design.dose=0.5
      sim new a_school --no-ask --set design.assignment=opt_in --set design.capacity=200
    """
    if not re.fullmatch(r"\w{1,80}", name):
        raise InputError(f"name = {name!r}: accepted: up to 80 letters, digits and _")
    path = out or Path(f"{name}.toml")
    if is_there(path) and not force:
        raise InputError(f"{path}: exists; accepted: another --out, or --force")
    if not path.absolute().parent.is_dir():
        raise InputError(f"--out = {path}: no such folder; accepted: a file in a folder that exists")
    check_file(path)
    base = load_scenario(start) if start else None
    given = dict(_pair(text) for text in values or [])
    if ask and sys.stdin.isatty():
        given |= _answers(base or Scenario(), set(given))
    extended = start
    if start and is_file(Path(start)):
        extended = Path(os.path.relpath(start, path.absolute().parent)).as_posix()
    write_whole(path, draft(name, given, extended, base).encode())
    load_scenario(path)
    typer.echo(f"written: {path}; next: sim validate {path}, sim forecast {path}")


def _pair(text: str) -> tuple[str, object]:
    field, _, value = text.partition("=")
    if not field.strip() or not value.strip():
        raise InputError(f"--set {text!r}: accepted: FIELD=VALUE")
    if field.strip() not in set(parameter_table()["field"]):
        raise InputError(f"--set {text!r}: unknown field; accepted: one of sim parameters")
    return field.strip(), value_of(value.strip())


def _answers(base: Scenario, known: set[str]) -> dict[str, object]:
    """Ask for each field; an empty answer leaves it as it is."""
    table = parameter_table().set_index("field")
    found: dict[str, object] = {}
    typer.echo("An empty answer leaves the value in brackets, marked as an assumption. Anchors: docs/rubric.md.")
    for field in ASKED:
        if field in known:
            continue
        row, section = table.loc[field], field.partition(".")[0]
        standing = getattr(getattr(base, section), field.partition(".")[2])
        typer.echo(f"\n{row['meaning']} ({row['unit']}; {row['accepted']})")
        answer = typer.prompt(field, default="", show_default=False, prompt_suffix=f" [{standing}]: ")
        if answer.strip():
            found[field] = value_of(answer.strip())
    return found
