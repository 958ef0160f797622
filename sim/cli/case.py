"""The commands for a case of one's own: ``sim case``."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.common import JsonOption, console, print_json
from sim.io.errors import InputError, did_you_mean

case = typer.Typer(
    name="case",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Code a case of your own for the casebook: the rubric's questions, a file to fill in, a check of that "
    "file, and the scenario that the model makes of it.",
)

FolderOption = Annotated[
    Path | None,
    typer.Option("--casebook", help="A folder of cases.  [default: the shipped casebook]", show_default=False),
]


@case.command("rubric")
def rubric(
    group: Annotated[str | None, typer.Argument(help="Only this group of fields.", show_default=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the rubric's questions, field by field.

    \b
    Examples:
      sim case rubric
      sim case rubric money
    """
    from sim.casebook.rubric import fields

    groups = list(dict.fromkeys(field.group for field in fields().values()))
    if group is not None and group not in groups:
        raise InputError(f"group = {group!r}: {did_you_mean(group, groups)}accepted: {', '.join(groups)}")
    asked = [field for field in fields().values() if group in (None, field.group)]
    if as_json:
        print_json([field.model_dump(mode="json") for field in asked])
        return
    for name in dict.fromkeys(field.group for field in asked):
        typer.echo(f"[{name}]")
        for field in (each for each in asked if each.group == name):
            typer.echo(f"  {field.name} ({field.scale}; {field.absent})\n    {field.question}")
            for value, words in field.anchors.items():
                typer.echo(f"      {value}: {words}")


@case.command("list")
def listed(casebook: FolderOption = None, as_json: JsonOption = False) -> None:
    """List the cases of a casebook and count them.

    \b
    Examples:
      sim case list
      sim case list --json
    """
    from rich.table import Table

    from sim.casebook.files import open_casebook
    from sim.casebook.tables import cases_table, counts

    book = open_casebook(casebook)
    table = cases_table(book)
    if as_json:
        print_json(table.astype(object).where(table.notna(), None).to_dict("records"))
        return
    shown = Table()
    names = ("case", "place", "programme", "design", "start", "state", "first_cause", "readings")
    for name in names:
        shown.add_column(name)
    for row in table.to_dict("records"):
        shown.add_row(*("" if row[name] is None or row[name] != row[name] else str(row[name]) for name in names))
    console(160).print(shown)
    for by, count in counts(book).items():
        typer.echo(f"{by}: " + ", ".join(f"{value} {number}" for value, number in count.items()))


@case.command("import")
def imported(
    table: Annotated[Path, typer.Argument(help="A CSV file with a row per case.", show_default=False)],
    out: Annotated[Path, typer.Option(help="New folder for the casebook.", show_default=False)],
) -> None:
    """Make the files of a casebook from a CSV table with one row per case.

    \b
    Examples:
      sim case import cases.csv --out my_casebook
      sim case check my_casebook
    """
    from sim.casebook.collected import TO_CODE, collected
    from sim.io.files import new_folder

    files = collected(table)
    with new_folder(out, False, "casebook") as folder:
        place = folder / "cases"
        place.mkdir()
        for name, text in files.items():
            (place / f"{name}.toml").write_text(text, encoding="utf-8")
    ended = sum(TO_CODE in text for text in files.values())
    typer.echo(f"written: {out}, {len(files)} cases")
    typer.echo(f"next: code causes and manner of the {ended} that ended or were adapted, and read each case, with")
    typer.echo(f"  sim case new {next(iter(files))} --casebook {out}")


@case.command("tell")
def tell(
    name: Annotated[str, typer.Argument(help="Name of a case; see sim case list.", show_default=False)],
    casebook: FolderOption = None,
) -> None:
    """Describe a case in words: what was known at the start, what happened, and the sources.

    \b
    Examples:
      sim case tell cheshire
    """
    from sim.casebook.files import open_casebook
    from sim.casebook.page import as_text

    book = open_casebook(casebook, name)
    if name not in book.cases:
        raise _no_case(name, book.cases, casebook)
    typer.echo(as_text(name, book))


@case.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Name of the case: letters, digits and _.", show_default=False)],
    folder: Annotated[Path, typer.Option("--casebook", help="Folder of the casebook; created if needed.")] = Path(
        "casebook"
    ),
    coder: Annotated[str, typer.Option(help="Letter or name of the coder.")] = "a",
) -> None:
    """Write two files to fill in: the case, and a first reading (coding) of it.

    \b
    Examples:
      sim case new our_district
      sim case new our_district --casebook cases_of_2027 --coder b
    """
    from sim.casebook.draft import case_file, reading_file
    from sim.io.files import check_file, write_whole

    for option, value in (("name", name), ("--coder", coder)):
        if not re.fullmatch(r"\w{1,80}", value):
            raise InputError(f"{option} = {value!r}: accepted: up to 80 letters, digits and _")
    about, reading = folder / "cases" / f"{name}.toml", folder / "readings" / f"{name}.{coder}.toml"
    for path in (about, reading):
        path.parent.mkdir(parents=True, exist_ok=True)
    wanted = [(reading, reading_file(name, coder))]
    if not about.exists():
        wanted.insert(0, (about, case_file()))
    for path, _ in wanted:
        check_file(path, False)
    for path, text in wanted:
        write_whole(path, text.encode())
        typer.echo(f"written: {path}")
    typer.echo(f"next: fill them in (questions: sim case rubric), then run sim case check {folder}")


@case.command("check")
def check(
    folder: Annotated[Path, typer.Argument(help="A folder with cases/, readings/ or frames/.", show_default=False)],
) -> None:
    """Check a casebook: list every fault, and every field in which two readings differ.

    \b
    Examples:
      sim case check casebook
    """
    from sim.casebook.agreement import overall
    from sim.casebook.files import idle, open_casebook
    from sim.casebook.rubric import fields

    book = open_casebook(folder)
    readings = sum(len(each) for each in book.readings.values())
    held = ((len(book.cases), "case"), (readings, "reading"), (len(book.frames), "frame"))
    counted = ", ".join(f"{number} {word}{'' if number == 1 else 's'}" for number, word in held)
    typer.echo(f"{folder}: {counted}: no faults")
    for name in sorted(book.cases.keys() - book.readings.keys()):
        typer.echo(f"note: {name} has no reading yet; write one with sim case new {name} --casebook {folder}")
    for name, each in book.readings.items():
        for reading in each:
            for said in idle(reading, book.cases[name]):
                typer.echo(f"note: {name}.{reading.coder}: {said}")
        for first, second in pairwise(each):
            differ = [
                field.name
                for field in fields().values()
                if field.name in first.codes
                and field.name in second.codes
                and not field.agree(first.codes[field.name].value, second.codes[field.name].value)
            ]
            if differ:
                typer.echo(
                    f"note: {name}: {first.coder} and {second.coder} differ in {', '.join(differ)}: both are kept"
                )
    share, number = overall(book, None)
    if number:
        typer.echo(f"two readings agree on {share:.2f} of {number} codes")


@case.command("scenario")
def scenario(
    name: Annotated[str, typer.Argument(help="Name of a coded case.", show_default=False)],
    casebook: FolderOption = None,
    years: Annotated[
        float | None, typer.Option(help="Years from the start.  [default: as long as the case was followed]")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed for drawing whatever the readings leave open or nobody knows.")] = 0,
    out: Annotated[Path | None, typer.Option(help="File.  [default: NAME.toml]", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Write the scenario that the model makes of a coded case, to run, forecast or compare.

    The file holds facts only.

    \b
    Examples:
      sim case scenario volusia_uniforms_2016
      sim case scenario our_district --casebook casebook --years 5
    """
    from sim.casebook.draft import scenario_file
    from sim.casebook.files import open_casebook
    from sim.cli.common import at_least
    from sim.io.files import check_file, write_whole

    book = open_casebook(casebook, name)
    if name not in book.coded():
        raise _no_case(name, book.coded(), casebook)
    at_least("--seed", seed, 0, 2**62)
    if years is not None and not 0.1 <= years <= 20:
        raise InputError(f"--years = {years}: accepted: a number from 0.1 to 20")
    path = out or Path(f"{name}.toml")
    check_file(path, force)
    write_whole(path, scenario_file(name, book, years, seed).encode())
    typer.echo(f"written: {path}; next: sim validate {path}, sim forecast {path}")


@case.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="New folder.", show_default=False)],
    casebook: FolderOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the folder.")] = False,
) -> None:
    """Write a casebook as tables (CSV) with a Frictionless data package that describes them.

    \b
    Examples:
      sim case export casebook_tables
    """
    from sim.casebook.files import open_casebook
    from sim.casebook.tables import write_package
    from sim.io.files import new_folder

    book = open_casebook(casebook)
    with new_folder(folder, force, "case") as place:
        write_package(book, place)
    typer.echo(f"written: {folder}")


def _no_case(name: str, known: Collection[str], casebook: Path | None) -> InputError:
    option = f" --casebook {casebook}" if casebook else ""
    return InputError(f"case = {name!r}: {did_you_mean(name, known)}accepted: a coded case, see sim case list{option}")
