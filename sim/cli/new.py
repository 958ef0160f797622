"""The command that writes a scenario to begin with: ``sim new``."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from sim.io.errors import InputError, telling
from sim.io.files import check_file, write_whole
from sim.io.reading import is_file
from sim.scenario import Scenario, load_scenario, parameter_table
from sim.scenario.draft import ASKED, as_typed, draft, value_of
from sim.scenario.refusals import unknown_field

FROM_ELSEWHERE = {"name": "NAME, which is given before", "design_name": "design_name, which --designs gives"}
"""Fields that are not set here, and what gives them."""


def new(
    name: Annotated[str, typer.Argument(help="Name of the scenario: letters, digits and _.", show_default=False)],
    start: Annotated[
        str | None,
        typer.Option(
            "--from", help="A scenario to start from: a file, or the name of a shipped scenario.", show_default=False
        ),
    ] = None,
    values: Annotated[
        list[str] | None, typer.Option("--set", help="Set a field: FIELD=VALUE; repeat for more.", show_default=False)
    ] = None,
    ask: Annotated[
        bool, typer.Option("--ask/--no-ask", help="Ask on the terminal for the fields that are not set.")
    ] = True,
    out: Annotated[Path | None, typer.Option(help="File.  [default: NAME.toml]", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Write a commented scenario that is ready to run: answer the rubric's questions (sim docs
    scenario_rubric), or give values with --set.

    \b
    Examples:
      sim new our_district
      sim new our_district --from mountain_view --set population.families=900 --set design.dose=0.5
      sim new a_school --no-ask --set design.assignment=opt_in --set design.capacity=200
    """
    if not re.fullmatch(r"\w{1,80}", name):
        raise InputError(f"name = {name!r}: accepted: up to 80 letters, digits and _")
    path = out or Path(f"{name}.toml")
    check_file(path, force)
    base = load_scenario(start) if start else None
    given, wrong = dict[str, object](), list[str]()
    for text in values or []:
        with telling(wrong):
            field, value = _pair(text)
            given[field] = value
    if wrong:
        with telling(wrong):
            (base or Scenario()).revise(given, "--set")
        raise InputError(*wrong)
    extended = start
    if start and is_file(Path(start)):
        extended = Path(os.path.relpath(start, path.absolute().parent)).as_posix()

    def made() -> str:
        return draft(name, given, extended, base)

    if ask and sys.stdin.isatty():
        typer.echo(
            "Press Enter to keep the value in brackets, which is then marked as an assumption. The points of "
            "each scale are explained in sim docs scenario_rubric."
        )
        _answer([field for field in ASKED if field not in given], given, base or Scenario())
        _agree(made, given, base or Scenario())
    write_whole(path, made().encode())
    load_scenario(path)
    typer.echo(f"written: {path}; next: sim validate {path}, sim forecast {path}")


def _pair(text: str) -> tuple[str, object]:
    field, _, value = (part.strip() for part in text.partition("="))
    if not field or not value or not _printable(value):
        raise InputError(f"--set {text!r}: accepted: FIELD=VALUE")
    if field in FROM_ELSEWHERE:
        raise InputError(f"--set {text!r}: accepted: a field beside {FROM_ELSEWHERE[field]}")
    if field not in set(parameter_table()["field"]):
        raise InputError(f"--set {text!r}: {unknown_field(field, parameter_table()['field'])}")
    return field, _value(field, value)


def _printable(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def _value(field: str, text: str) -> object:
    """A value as it is typed; words stay words, as a title that is a number does, and a file has no
    null.
    """
    value, is_words = value_of(text), isinstance(Scenario().at(field), str)
    return text if value is None or (is_words and not isinstance(value, str)) else value


def _answer(fields: Sequence[str], given: dict[str, object], base: Scenario) -> None:
    """Ask for each field, again where the field does not take the answer; an empty one leaves it as
    it is.
    """
    table = parameter_table().set_index("field")
    for field in fields:
        row, standing = table.loc[field], given.get(field, base.at(field))
        typer.echo(f"\n{row['meaning']} ({row['unit']}; {row['accepted']})")
        suffix = f" [{'none' if standing is None else as_typed(standing)}]: "
        while answer := typer.prompt(field, default="", show_default=False, prompt_suffix=suffix).strip():
            value = _value(field, answer)
            if _printable(answer) and _taken(field, value, base):
                given[field] = value
                break
            typer.echo(f"{answer!r}: accepted: {row['accepted']}")


def _taken(field: str, value: object, base: Scenario) -> bool:
    """Whether a field takes a value, whatever stands in the others."""
    section, _, name = field.rpartition(".")
    try:
        (type(base.at(section)) if section else type(base)).model_validate({name: value})
    except ValidationError as error:
        return all(each["type"] == "value_error" for each in error.errors(include_url=False))
    return True


def _agree(made: Callable[[], str], given: dict[str, object], base: Scenario) -> None:
    """Ask again for what does not go together, until it does."""
    while True:
        try:
            made()
            return
        except InputError as error:
            reported = [str(error), *error.more]
            fields = [field for field in ASKED if re.search(rf"\b{field.rpartition('.')[2]}\b", " ".join(reported))]
            if not fields:
                raise
            typer.echo("\nThese values are not consistent:\n" + "\n".join(reported))
            _answer(fields, given, base)
