"""The command that shows the documentation: what an installed user has of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from sim.io.errors import InputError
from sim.io.reading import is_folder


def pages() -> dict[str, Path]:
    """Return the pages and tables of the documentation, by the name that ``sim docs`` takes.

    They lie inside the package where it was installed, beside it in a checkout.
    """
    package = Path(__file__).resolve().parents[1]
    folder = next((each for each in (package / "docs", package.parent / "docs") if is_folder(each)), None)
    files = sorted(folder.iterdir()) if folder else []
    return {file.stem if file.suffix == ".md" else file.name: file for file in files if file.suffix in (".md", ".csv")}


def docs(
    page: Annotated[
        str | None, typer.Argument(help="A page or table.  [default: the list of them]", show_default=False)
    ] = None,
) -> None:
    """Print a page of the documentation, or a table of the record, as text.

    \b
    Examples:
      sim docs
      sim docs scenario_rubric
      sim docs communities.csv > communities.csv
    """
    known = pages()
    if page is None:
        for name, file in known.items():
            heading = file.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ") if file.suffix == ".md" else ""
            typer.echo(f"  {name:<18} {heading or 'a table'}")
    elif page.removesuffix(".md") in known:
        typer.echo(_filled(known[page.removesuffix(".md")].read_text(encoding="utf-8")), nl=False)
    else:
        raise InputError(f"page = {page!r}: accepted: {', '.join(known)}")


def _filled(text: str) -> str:
    """A page with what the book makes of the casebook."""
    if "```{" not in text:
        return text
    from sim.casebook.files import open_casebook
    from sim.casebook.page import PARTS

    def made(found: re.Match[str]) -> str:
        return "\n".join(PARTS[found[1]](open_casebook())) if found[1] in PARTS else found[0]

    return re.sub(r"```\{([\w-]+)\}\n```", made, text)
