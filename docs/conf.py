"""How the book is built: ``make book``, or ``sphinx-build -c docs . results/book/html``.

The source is the repository itself, not ``docs/`` alone, so that links between the README, the
pages and the notebooks are the same on GitHub and in the book, and are checked here. The build
asks nothing of the network, and a warning fails it.
"""

import html
import io
import os
import re
from importlib import metadata
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from docutils.nodes import Element, Node
from pydantic import BaseModel
from pygments.lexers import TextLexer
from sphinx.addnodes import desc_annotation
from sphinx.application import Sphinx
from sphinx.highlighting import lexers
from sphinx.util.docutils import SphinxDirective

# A rule is compiled when it is first called; as plain functions rules keep their signatures.
os.environ["NUMBA_DISABLE_JIT"] = "1"

project = "sim"
author = "The developers of value-network-sim"
release = metadata.version("value-network-sim")
copyright = f"{author}; MIT licence"

root_doc = "docs/index"
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "benchmarks/peers/README.md",
    "study/README.md",
    "docs/**",
    "notebooks/*.ipynb",
]
exclude_patterns = [".*", "results", "sim", "tests", "scenarios", "sweeps", "regions", "build", "dist"]
"""Folders that are not looked into."""

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
lexers["csv"] = TextLexer()

# Markdown.
myst_enable_extensions = ["html_image"]
myst_heading_anchors = 3
nb_execution_mode = "off"

# Docstrings.
autodoc_member_order = "bysource"
toc_object_entries_show_parents = "hide"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_use_ivar = False

# Every reference to what is ours must lead somewhere; other projects' names lead nowhere, as the
# build asks nothing of the network. The sections that a party adds are made when they are read.
nitpicky = True
suppress_warnings = ["ref.python"]  # Two classes of one short name, as Precision: either will do.
nitpick_ignore_regex = [
    ("py:class", r"sim\.io\.errors\.(Given|Made)|sim\.scenario\.public\.tables\.Place"),
    ("py:.*", r"(?!sim\.).*"),
    ("py:class", r"sim\.parties\.\w+\.settings\.(Settings|Power)|sim\.scenario\.schema\.Power"),
]

# Pages.
html_theme = "pydata_sphinx_theme"
html_title = "sim: will a school initiative live?"
html_short_title = "sim"
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_sidebars = {"**": ["pages.html"]}
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "sim"},
    "navbar_center": [],
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
}

LONGEST_VALUE = 70
"""Characters of a constant's value that is shown."""


def _by_name(app: Sphinx, what: str, name: str, thing: Any, *_: Any) -> tuple[str, None] | None:
    """Spare readers the signature of a section with its many fields: a page of its own has them."""
    return ("(**fields)", None) if isinstance(thing, type) and issubclass(thing, BaseModel) else None


def _reported_already(app: Sphinx, what: str, name: str, thing: Any, skip: bool, options: Any) -> bool | None:
    """Leave out the fields of a named tuple and a field whose default is a function, which the
    docstring has, and what is pydantic's or Matplotlib's own.
    """
    foreign = name.endswith("model_config") or str(getattr(thing, "__module__", "")).startswith("matplotlib")
    return True if type(thing).__name__ == "_tuplegetter" or foreign or name == "how" else None


as_written: dict[str, list[str]] = {}
"""Docstrings of constants: of "this: that" napoleon would take this for a type."""


def _keep(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Note the docstring of a constant before napoleon reads it."""
    if what in ("attribute", "data"):
        as_written[name] = list(lines)


def _restore(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Put it back after."""
    lines[:] = as_written.pop(name, lines)


def _spare_values(app: Sphinx, domain: str, kind: str, content: Element) -> None:
    """Leave out the values of constants that are long."""
    for value in list(content.parent.findall(desc_annotation)) if kind in ("attribute", "data") else ():
        if value.astext().lstrip().startswith("=") and len(value.astext()) > LONGEST_VALUE:
            value.parent.remove(value)


class Fields(SphinxDirective):
    """Every field of a scenario by section, as ``sim parameters`` lists them."""

    def run(self) -> list[Node]:
        """Write them down as Markdown, and read it."""
        from sim.scenario import parameter_table

        table = parameter_table()
        lines = []
        for section, rows in table.groupby(
            table["field"].str.extract(r"^(\w+)\.", expand=False).fillna(""), sort=False
        ):
            lines += [f"## {f'`{section}`' if section else 'Of the file'}", ""]
            for row in rows.itertuples():
                default = f"{row.default or 'empty'}{'' if row.unit == '-' else f' ({row.unit})'}"
                words = f"{row.meaning} Default: {default}. Accepted: {row.accepted}. {row.role.capitalize()}; "
                words += f"source: {row.source}."
                lines.append(f"- `{row.field}`: " + re.sub(r"([_*<>|$[])", r"\\\1", words))
            lines.append("")
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


class OfTheCasebook(SphinxDirective):
    """A part of the casebook: its counts, agreement, rubric, tables or cases."""

    def run(self) -> list[Node]:
        """Write it down as Markdown, and read it."""
        from sim.casebook import page
        from sim.casebook.files import open_casebook

        book = open_casebook()
        lines = _cases(book) if self.name.startswith("cases") else page.PARTS[self.name](book)
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def _cases(book: Any) -> list[str]:
    """Every case with its line of time, by programme."""
    from sim.casebook import page, timeline

    lines, order = [], sorted(book.cases, key=lambda name: (book.cases[name].case.programme, name))
    for name in order:
        case, sink = book.cases[name], io.StringIO()
        figure = timeline.alone(case)
        figure.savefig(sink, format="svg", metadata={"Date": None})
        drawn = re.sub(r"^.*?(?=<svg)", "", sink.getvalue(), flags=re.DOTALL).replace("\n", " ")
        shown = drawn.replace(
            "<svg ",
            f'<svg role="img" style="max-width: 100%; height: auto" aria-label="{html.escape(timeline.words(case))}" ',
            1,
        )
        paragraphs = [re.sub(r"([_*<>|$[\]])", r"\\\1", each) for each in page.told(name, book)]
        lines += [page.heading(case), "", f"```{{raw}} html\n<figure>{shown}</figure>\n```", ""]
        lines += ["\n\n".join(paragraphs), ""]
    return lines


def _at_home(app: Sphinx, env: Any, node: Element, shown: Element) -> Element | None:
    """Lead a name that a package hands on, as sim.load_scenario, to where it is described."""
    package, _, name = node.get("reftarget", "").rpartition(".")
    thing = getattr(resolve_name(package), name, None) if package in ("sim", "sim.rules", "sim.scenario") else None
    if not hasattr(thing, "__qualname__"):
        return None
    home = f"{thing.__module__}.{thing.__qualname__}"
    return env.get_domain("py").resolve_xref(env, node["refdoc"], app.builder, "obj", home, node, shown)


def _doorway(app: Sphinx, error: Exception | None) -> None:
    """Make the folder of the book open at its first page."""
    if error is None and app.builder.name == "html":
        (Path(app.outdir) / "index.html").write_text(
            f'<!doctype html><title>{html_title}</title><meta http-equiv="refresh" content="0; url={root_doc}.html">'
            f'<a href="{root_doc}.html">{html_title}</a>\n'
        )


def setup(app: Sphinx) -> None:
    """Take part in the build."""
    app.add_directive("fields-of-a-scenario", Fields)
    from sim.casebook.page import PARTS

    for part in PARTS:
        app.add_directive(part, OfTheCasebook)
    app.connect("autodoc-process-signature", _by_name)
    app.connect("autodoc-skip-member", _reported_already)
    app.connect("autodoc-process-docstring", _keep, priority=400)
    app.connect("autodoc-process-docstring", _restore, priority=600)
    app.connect("object-description-transform", _spare_values)
    app.connect("missing-reference", _at_home)
    app.connect("build-finished", _doorway)
