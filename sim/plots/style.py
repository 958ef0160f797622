"""One look for all figures: column width, colours that survive print and colour blindness, a
caption line.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from sim.io.files import write_whole
from sim.kernel.variables import Status

COLUMN_WIDTH = 3.4
"""Inches: a column of a journal."""
FULL_WIDTH = 7.2
"""Inches: both columns."""
PAGE = 9.0
"""Inches: the height that a page has for a figure, caption and all."""

# Okabe & Ito 2008, told apart by people with any common colour blindness; dashes repeat it in
# print. Those of ways of ending and of stakeholders stand with them: sim/parties/board/endings.py,
# sim/parties/*/variables.py.
DISCONTINUED = Status("discontinued", "discontinued, in any way", "#000000")
WAS_ADAPTED = Status("adapted", "adapted (diluted or optional)", "#444444", (0, (4, 1.5)))
NEUTRAL = "#444444"
DESIGN_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DESIGN_DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), "-")
DESIGN_HATCHES = ("", "////", "....", "xxxx", "\\\\", "++++", "----")
DESIGN_MARKERS = ("o", "s", "D", "^", "v", "P", "X")

STYLE: dict[Any, Any] = {
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "lines.linewidth": 1.4,
    "savefig.dpi": 300,
    "figure.dpi": 120,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "value-network-sim",
    "hatch.linewidth": 0.4,
}


class PaperFigure(Figure):
    """A figure that no window or global list knows of; a notebook shows it once, as it would be
    saved.
    """

    def _repr_png_(self) -> bytes:
        sink = io.BytesIO()
        with styled():
            self.savefig(sink, format="png", dpi=110, bbox_inches="tight")
        return sink.getvalue()


def subplots(
    rows: int = 1, columns: int = 1, *, figsize: tuple[float, float], **options: Any
) -> tuple[PaperFigure, Any]:
    """Make a figure with a constrained layout and its axes, as :func:`matplotlib.pyplot.subplots`
    would.
    """
    figure = PaperFigure(figsize=figsize, layout="constrained")
    return figure, figure.subplots(rows, columns, **options)


@contextmanager
def styled() -> Iterator[None]:
    """Apply the style within a block: over Matplotlib's own defaults, not over the user's
    ``matplotlibrc``, so that a figure is the same everywhere.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


def look(index: int) -> tuple[str, Any, str, str]:
    """Colour, dashes, hatch and marker of the design at a place."""
    place = index % len(DESIGN_COLOURS)
    return DESIGN_COLOURS[place], DESIGN_DASHES[place], DESIGN_HATCHES[place], DESIGN_MARKERS[place]


def label(name: str) -> str:
    """Turn a column name into words."""
    return name.replace("_", " ")


def fitted(text: str, points: float, font: FontProperties) -> list[str]:
    """A text in lines that are no longer than so many points, where no word is.

    Examples
    --------
    >>> fitted("31 families complain", 60, FontProperties(size=7))
    ['31 families', 'complain']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_to_path.get_text_width_height_descent(longer, font, ismath=False)[0] <= points:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def caption(figure: Figure, text: str) -> None:
    """Write the line that says n, intervals, seeds and calibration below a figure."""
    characters = int(figure.get_figwidth() * 22)
    figure.text(
        0.01, -0.015, textwrap.fill(text, characters), ha="left", va="top", fontsize=6, color="#444444", gid="caption"
    )


def save(figure: Figure, folder: Path, name: str, formats: tuple[str, ...] = ("png", "pdf")) -> None:
    """Write a figure in each format; files carry no date, so that the same run writes the same
    bytes.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as place:
    ...     save(subplots(figsize=(3, 2))[0], Path(place), "empty", ("png",))
    ...     print([path.name for path in Path(place).iterdir()])
    ['empty.png']
    """
    dates = {"png": {"Software": None}, "pdf": {"CreationDate": None}, "svg": {"Date": None}}
    with styled():
        for suffix in formats:
            sink = io.BytesIO()
            figure.savefig(sink, format=suffix, bbox_inches="tight", metadata=dates.get(suffix))
            write_whole(folder / f"{name}.{suffix}", sink.getvalue())
