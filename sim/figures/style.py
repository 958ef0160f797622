"""One look for all figures: widths, colours that survive print and colour blindness, grids of
panels, the axis of weeks, legends, the caption line, and how a figure is saved.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import is_color_like, to_hex
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MultipleLocator
from matplotlib.transforms import Bbox

from sim.designs import COLOURS, HATCHES, drawn_as, label, looks
from sim.io.errors import InputError, did_you_mean
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
DESIGN_COLOURS, DESIGN_HATCHES = COLOURS, HATCHES

YEAR = 36
MARGIN = 1.02
"""So much further than the horizon an axis of weeks goes, that the last week shows."""

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


_SIZE: ContextVar[tuple[float, float] | None] = ContextVar("size", default=None)
SMALLEST, LARGEST = 1.0, 40.0
"""Inches that a figure may be wide or high."""


@contextmanager
def drawn_with(
    designs: Sequence[str],
    factors: Iterable[str] = (),
    labels: Mapping[str, str] | None = None,
    palette: Mapping[str, str] | Sequence[str] | None = None,
    size: tuple[float, float] | None = None,
) -> Iterator[None]:
    """Within a block, draw with other labels, colours and size.

    Parameters
    ----------
    designs : sequence of str
    factors : iterable of str
    labels : mapping, optional
        By name of a design or factor.
    palette : mapping or sequence of str, optional
        Colours by design, or in the order of ``designs``.
    size : (float, float), optional
        Width and height in inches.

    Raises
    ------
    sim.io.errors.InputError
        With a line for each thing that is not accepted.

    Examples
    --------
    >>> with drawn_with(["retrofit"], size=(3.4, 2.0)):
    ...     subplots(figsize=(7.2, 3.0))[0].get_size_inches().tolist()
    [3.4, 2.0]
    """
    colours = dict(palette) if isinstance(palette, Mapping) else dict(zip(designs, palette or (), strict=False))
    wrong = [
        f"labels: {name!r}: {did_you_mean(name, [*designs, *factors])}accepted: {', '.join([*designs, *factors])}"
        for name in labels or {}
        if name not in {*designs, *factors}
    ]
    for name, colour in colours.items():
        if name not in designs:
            wrong.append(f"palette: {name!r}: {did_you_mean(name, designs)}accepted: {', '.join(designs)}")
        elif not is_color_like(colour):
            wrong.append(f"palette: {name} = {colour!r}: accepted: a colour, as #0072B2 or navy")
    if size is not None and not (len(size) == 2 and all(SMALLEST <= each <= LARGEST for each in size)):
        wrong.append(f"size = {size}: accepted: width and height, {SMALLEST:g} to {LARGEST:g} inches each")
    if wrong:
        raise InputError(*wrong)
    before = _SIZE.set(size)
    try:
        with drawn_as(labels, {name: to_hex(colour) for name, colour in colours.items()}):
            yield
    finally:
        _SIZE.reset(before)


def subplots(
    rows: int = 1, columns: int = 1, *, figsize: tuple[float, float], **options: Any
) -> tuple[PaperFigure, Any]:
    """Make a figure with a constrained layout and its axes, as :func:`matplotlib.pyplot.subplots`
    would; in the size of :func:`drawn_with`, where that is set.
    """
    figure = PaperFigure(figsize=_SIZE.get() or figsize, layout="constrained")
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


Panels = Axes | Sequence[Axes] | None
"""Axes of the caller's to draw into, as many as a figure has panels; None for a new figure."""


def panel_grid(
    count: int, height: float, most: int = 3, more: float = 0.6, ax: Panels = None, **options: Any
) -> tuple[Figure, list[Axes], np.ndarray]:
    """Make a figure of as many panels, in rows of at most ``most``; or take the caller's axes.

    Parameters
    ----------
    count, most : int
    height, more : float
        Inches: of a row, and of what stands above and below all.
    ax : Axes or sequence of Axes, optional
        The caller's, one for each panel.
    **options
        As of :func:`subplots`.

    Returns
    -------
    figure : Figure
    panels : list of Axes
        Those asked for; what is left of the last row is blank.
    grid : numpy.ndarray
        All axes, shape (rows, columns).

    Raises
    ------
    sim.io.errors.InputError
        Where the caller's axes are not as many as the panels.
    """
    if ax is not None:
        given = list(np.atleast_1d(np.asarray(ax, dtype=object)).flat)
        if len(given) != count:
            raise InputError(f"ax: {len(given)} axes for {count} panels; accepted: one for each panel")
        figure: Any = given[0].figure
        return figure, given, np.array([given], dtype=object)
    columns = max(1, min(most, count))
    rows = max(1, -(-count // columns))
    figure, grid = subplots(rows, columns, figsize=(FULL_WIDTH, more + height * rows), squeeze=False, **options)
    for axes in grid.flat[count:]:
        axes.axis("off")
    return figure, list(grid.flat[:count]), grid


def finish(figure: Figure, panels: Iterable[Axes], note: str, ax: Panels = None, order: Sequence[str] = ()) -> Figure:
    """Put the legend of all panels above them and the caption below; on the caller's axes, the
    legend into the last one, and no caption.
    """
    panels = list(panels)
    handles, names = handles_of(panels)
    if ax is not None and names:
        panels[-1].legend(handles, names)
    elif names:
        shared_legend(figure, panels, order=order)
    if ax is None:
        caption(figure, note)
    return figure


def label_below(figure: Any, panels: Iterable[Axes], text: str, ax: Panels = None) -> None:
    """Name the horizontal axis that all panels share: once; each on the caller's axes."""
    if ax is None:
        figure.supxlabel(text, fontsize=8)
        return
    for axes in panels:
        axes.set_xlabel(text)


def week_axis(axes: Axes, horizon: int, narrow: bool = False) -> None:
    """Label the horizontal axis in weeks, with a thin line at the end of each school year."""
    axes.set_xlim(0, MARGIN * max(horizon, 1))
    axes.set_xlabel("Instructional week")
    if horizon >= YEAR:
        years = 1 if narrow or horizon > 3 * YEAR else 0.5
        axes.xaxis.set_major_locator(MultipleLocator(YEAR * years * (2 if narrow and horizon > 3 * YEAR else 1)))
        for year in range(YEAR, horizon, YEAR):
            axes.axvline(year, color="#BBBBBB", lw=0.5, zorder=0)


def designs_of(table: pd.DataFrame) -> list[str]:
    """Designs in the order of the table."""
    return list(dict.fromkeys(table["design"]))


def handles_of(panels: Sequence[Axes]) -> tuple[list[Any], list[str]]:
    """Handles and names for a legend, each name once."""
    found: dict[str, Any] = {}
    for axes in panels:
        for handle, name in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(name, handle)
    return list(found.values()), list(found)


def shared_legend(
    figure: Figure | SubFigure, panels: Iterable[Any], fontsize: float = 7.0, order: Sequence[str] = ()
) -> None:
    """One legend above all panels, in as many columns as fit; names in ``order`` come first."""
    found = sorted(
        zip(*handles_of(list(panels)), strict=True),
        key=lambda each: order.index(each[1]) if each[1] in order else len(order),
    )
    handles, names = [handle for handle, _ in found], [name for _, name in found]
    # A letter is about half as wide as high; its line, patch or marker takes about four letters.
    widest = (max(map(len, names), default=0) + 8) * 0.5 * fontsize
    columns = max(1, min(len(names), int(72 * figure.bbox.width / figure.dpi / widest)))
    figure.legend(handles, names, loc="outside upper center", ncols=columns, fontsize=fontsize)


def caption(figure: Figure, text: str) -> None:
    """Write the line that says n, intervals, seeds and calibration below a figure."""
    if not text:
        return
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
        box = _laid_out(figure)
        for suffix in formats:
            sink = io.BytesIO()
            figure.savefig(sink, format=suffix, bbox_inches=box, metadata=dates.get(suffix))
            write_whole(folder / f"{name}.{suffix}", sink.getvalue())


def _laid_out(figure: Figure) -> Bbox:
    """Lay a figure out once for all formats, each of which would do it anew and draw it twice for
    that; return the box around all that is in it, in inches.
    """
    dpi, figure.dpi = figure.dpi, mpl.rcParams["savefig.dpi"]
    figure.draw_without_rendering()
    box = figure.get_tightbbox().padded(mpl.rcParams["savefig.pad_inches"])
    figure.dpi = dpi
    figure.set_layout_engine("none")
    return box


DARK = ("#000000", "#882255")
"""Colours on which a dark whisker is not seen."""


def grouped_bars(
    axes: Axes, table: pd.DataFrame, key: str, value: str, present: Mapping[str, str], colour: str = ""
) -> None:
    """Draw a bar per key and design, with 95% intervals, where ``present`` names the keys in words;
    ``colour`` takes the place of the designs' own, where each has a panel.
    """
    designs = designs_of(table)
    height = 0.8 / max(len(designs), 1)
    for index, design in enumerate(designs):
        own, hatch = (colour, "") if colour else (looks(designs)[design].colour, looks(designs)[design].hatch)
        rows = table[table["design"] == design].set_index(key).loc[list(present)]
        share = rows[value].fillna(0.0)
        y = np.arange(len(present)) + (index - (len(designs) - 1) / 2) * height
        error = np.vstack([(share - rows["lower"]).clip(lower=0), (rows["upper"] - share).clip(lower=0)])
        error[~np.isfinite(error)] = 0.0
        axes.barh(
            y,
            share,
            height * 0.9,
            color=own,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.3,
            xerr=error,
            error_kw={"elinewidth": 0.8, "ecolor": "#999999" if own in DARK else "#222222", "capsize": 1.5},
            label=label(design),
        )
    axes.set_yticks(range(len(present)), list(present.values()))
    axes.set_ylim(len(present) - 0.4, -0.6)
