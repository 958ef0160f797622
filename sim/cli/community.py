"""The command that codes who lives in a place from public tables: ``sim community``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.common import JsonOption, print_json
from sim.io.errors import shown
from sim.io.files import check_file, unwritable_file, write_whole


def community(
    tables: Annotated[
        list[Path],
        typer.Option(
            "--from",
            help="A public table (CSV); repeat for more. Where several tables give the same "
            "fact, the first one counts.",
            show_default=False,
        ),
    ],
    district: Annotated[
        str,
        typer.Option(
            help="District's name, part of its name, or NCES id.  [default: the only one]", show_default=False
        ),
    ] = "",
    grades: Annotated[str, typer.Option(help="Grades of the programme: 6-8, K-5, or 5,7-8.", show_default=False)] = "",
    schools: Annotated[
        str,
        typer.Option(
            help="Schools of the programme, by name or NCES id, comma-separated.  [default: all with these grades]",
            show_default=False,
        ),
    ] = "",
    out: Annotated[Path | None, typer.Option(help="New TOML file to write.", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Turn public tables about a district into the sections of a scenario that describe its
    families.

    Accepted tables: the Common Core of Data (from NCES or the Urban Institute), the Stanford
    Education Data Archive, and our own communities.csv; see sim docs community. Each number is
    followed by its source, or by the word assumption; the first lines say how each table was read.

    \b
    Examples:
      sim docs communities.csv > places.csv
      sim community --from places.csv --district "mountain view" --out community.toml
      sim community --from ccd.csv --from seda.csv --district 0626280 --grades 6-8
    """
    from sim.scenario.community import community as coded

    if out is not None:
        check_file(out, force, kinds=(".toml",))
    found = coded(tables, district, grades, schools)
    if out is not None:
        try:
            write_whole(out, found.toml.encode())
        except OSError as error:
            raise unwritable_file("--out", out, error) from None
    if as_json:
        print_json(found.data)
    elif out is None:
        typer.echo(found.toml, nl=False)
    else:
        missing = [line.field for line in found.lines if line.value is None]
        typer.echo(f"written: {out}" + (f"; left out: {', '.join(missing)}" if missing else ""))
        for table in found.tables:
            typer.echo(shown(table.reported))
