"""The film of a single run: the families' contact network, week by week."""

from __future__ import annotations

import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, PillowWriter
from matplotlib.cm import ScalarMappable
from matplotlib.collections import Collection, LineCollection
from matplotlib.colors import Normalize
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from PIL import Image

from sim.events import story
from sim.figures.style import FULL_WIDTH, NEUTRAL, PaperFigure, fitted, styled
from sim.io.errors import InputError
from sim.io.files import write_whole
from sim.parties.families.variables import STAGES

if TYPE_CHECKING:
    from sim.trace import Trace

MOST_FAMILIES = 2500
"""Families that can be told apart in a frame."""

PER_SECOND, DPI, HEIGHT = 4, 100, 5.6
"""Weeks a second; dots an inch, and inches, which make an even number of dots, as MP4 wants it."""

SUFFIXES = (".gif", ".mp4")

BETWEEN_SCHOOLS = 0.03
"""Margin of a school's box, as a share of it."""

_ATTITUDE = colormaps["PuOr"].resampled(10)
"""A GIF has few colours: classes of attitude keep theirs."""

_LOOK = dict(zip(STAGES, (("o", 1.0), ("o", 0.35), ("^", 0.8), ("s", 0.35), ("X", 0.8)), strict=True))
"""Marker of each stage, and its area against that of one taking part."""

_NETWORK = (0.03, 0.07, 0.645, 0.86)
"""Left and lower edge, width and height of the network, as shares of the figure's."""

_COLUMN = (0.69, 0.295)
"""Left edge and width of the column of words, as shares of the figure's."""

_LINES = 12
"""Lines of events that the column holds."""

_FONT, _LINE = FontProperties(size=7), 9.6
"""Of the column; points from line to line."""


class _GifWriter(PillowWriter):
    """Matplotlib's, with one palette for all frames: else each would choose its own, by what is
    frequent, and lose the colour of a few families. What stays as it was is written once.
    """

    _frames: list[Image.Image]

    def finish(self) -> None:
        """Write the file."""
        greys = np.repeat(np.arange(0, 256, 15), 3).reshape(-1, 3)
        colours = 255 * _ATTITUDE(np.arange(_ATTITUDE.N))[:, :3]
        blends = [mixed for share in (1.0, 0.7, 0.4) for mixed in (share * colours, 255 - share * (255 - colours))]
        palette = Image.new("P", (1, 1))
        palette.putpalette(np.vstack([greys, *blends]).round().astype(np.uint8).ravel().tolist())
        plain = (frame.convert("RGB") for frame in self._frames)
        self._frames = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in plain]
        super().finish()


def write_film(path: Path, traced: Trace, events: pd.DataFrame, title: str, note: str) -> None:
    """Write the film of a run, a frame a week, as GIF or MP4 by the name's ending.

    Parameters
    ----------
    path : Path
        Ends in one of ``SUFFIXES``.
    traced : Trace
        As from :func:`sim.trace.trace`.
    events : DataFrame
        As from :func:`sim.events.events`.
    title, note : str
        Heading and caption line.

    Raises
    ------
    sim.io.errors.InputError
        As of :func:`check_film`.
    """
    check_film(path, len(traced.school))
    writer: AbstractMovieWriter = (FFMpegWriter if path.suffix == ".mp4" else _GifWriter)(fps=PER_SECOND)
    shown = Film(traced, events, title, note)
    with TemporaryDirectory(prefix="sim-") as place, styled():
        made = Path(place) / path.name
        with writer.saving(shown.figure, str(made), DPI):
            for week in traced.run.weekly().index:
                shown.show(int(week))
                writer.grab_frame()
        write_whole(path, made.read_bytes())


def check_film(path: Path, families: int) -> None:
    """Refuse a film that cannot be made, before anything is run.

    Parameters
    ----------
    path : Path
        Ends in one of ``SUFFIXES``.
    families : int
        Of the community, those outside that are simulated included.

    Raises
    ------
    sim.io.errors.InputError
        Where there are more than ``MOST_FAMILIES``, or MP4 is asked for and there is no ffmpeg.
    """
    if families > MOST_FAMILIES:
        raise InputError(
            f"--animate = {path}: the community has {families:,} families, too many to tell apart; accepted: a "
            f"scenario with at most {MOST_FAMILIES:,}, those next in line and outside included"
        )
    if path.suffix == ".mp4" and not FFMpegWriter.isAvailable():
        raise InputError(
            f"--animate = {path}: MP4 is written by the program ffmpeg, which is not installed; accepted: a name that "
            "ends in .gif, or .mp4 once ffmpeg is installed"
        )


class Film:
    """A frame of the film, which shows one week after another.

    Parameters
    ----------
    traced, events, title, note
        As of :func:`write_film`.

    Attributes
    ----------
    figure : Figure

    Examples
    --------
    >>> import sim
    >>> from sim.events import events
    >>> from sim.trace import trace
    >>> small = sim.Scenario().revise({"population.families": 20, "horizon.weeks": 4})
    >>> traced = trace(small, 1)
    >>> film = Film(traced, events(traced.run.weekly(), small), "A small school", "A sample.")
    >>> film.show(3)
    >>> film.heading.get_text()
    'Week 3 of 4'
    """

    def __init__(self, traced: Trace, events: pd.DataFrame, title: str, note: str) -> None:
        self.traced, self.events, self.weekly = traced, events, traced.run.weekly()
        self.places = layout(traced.school, traced.achievement, traced.contacts)
        self.area = min(60.0, 0.32 * (72 * FULL_WIDTH * _NETWORK[2]) ** 2 / max(len(traced.school), 1))
        with styled():
            self.figure = PaperFigure(figsize=(FULL_WIDTH, HEIGHT))
            self.network = self.figure.add_axes(_NETWORK)
            self.words = self.figure.add_axes((_COLUMN[0], 0.05, _COLUMN[1], 0.88))
            self.figure.text(0.012, 0.955, title, fontsize=9.5, fontweight="bold", parse_math=False)
            self.figure.text(0.012, 0.02, note, fontsize=6, color=NEUTRAL)
            self._furnish()

    def show(self, week: int) -> None:
        """Show a week, from 1."""
        with styled():
            self._people(week)
            self._tell(week)

    def _furnish(self) -> None:
        """Draw what stays, and make room for what changes."""
        for axes in (self.network, self.words):
            axes.axis("off")
        axes = self.network
        axes.text(0.5, -0.005, "Prior achievement: low to high", ha="center", va="top", fontsize=7)
        axes.text(-0.005, 0.5, _up(self.traced.school), ha="right", va="center", rotation=90, fontsize=7)
        self.network.set_xlim(-0.01, 1.01)
        self.network.set_ylim(-0.01, 1.01)
        axes.add_collection(self._ties(np.ones(len(self.traced.contacts), bool), "#DDDDDD", 0.25))
        self.heading = self._write(0, fontsize=11, fontweight="bold")
        self.counts = self._write(18)
        self.happened = self._write(146)
        self.people: list[Collection] = []
        left, width = _COLUMN
        capital = self.figure.add_axes((left + 0.045, 0.65, width - 0.05, 0.12))
        self.capital = capital.set_title("", fontsize=7)
        capital.tick_params(labelsize=6)
        capital.set_xlim(0, len(self.weekly) + 0.5)
        capital.set_ylim(min(0.0, self.weekly["capital"].min()) - 0.05, 1.05)
        capital.axhline(0, color="#BBBBBB", lw=0.5)
        (self.line,) = capital.plot([], [], color="black")
        bar = self.figure.add_axes((left + 0.01, 0.215, width - 0.04, 0.014))
        self.figure.colorbar(ScalarMappable(Normalize(-1, 1), _ATTITUDE), bar, orientation="horizontal")
        bar.set_title("Attitude: −1 against, 1 for", fontsize=7)
        bar.tick_params(labelsize=6)
        self.words.legend(handles=_key(), loc="lower left", bbox_to_anchor=(-0.02, -0.02), fontsize=6.5, ncols=2)

    def _write(self, down: float, **options: Any) -> Annotation:
        """Room for a text, points below the top of the column."""
        options = {"fontproperties": _FONT, "linespacing": 1.25, "va": "top", "parse_math": False, **options}
        return self.words.annotate(
            "", (0, 1), (0, -down), xycoords="axes fraction", textcoords="offset points", **options
        )

    def _people(self, week: int) -> None:
        """Draw each family as it was in the week."""
        for drawn in self.people:
            drawn.remove()
        row = week - 1
        voice, stage = self.traced.voice[row], self.traced.stage[row]
        self.people = [self._ties(voice[self.traced.contacts].any(axis=1), "#555555", 0.5)]
        self.network.add_collection(self.people[0])
        colours = _ATTITUDE((self.traced.attitude[row] + 1) / 2)
        for place, name in enumerate(STAGES):
            who, (marker, size) = stage == place, _LOOK[name]
            self._draw(who, marker, size, facecolors=colours[who], edgecolors="#333333", linewidths=0.35, zorder=2)
        self._draw(voice, "o", 2.6, facecolors="none", edgecolors="black", linewidths=1.2, zorder=3)

    def _ties(self, which: np.ndarray, colour: str, width: float) -> LineCollection:
        return LineCollection(self.places[self.traced.contacts[which]], colors=colour, linewidths=width, zorder=width)

    def _draw(self, who: np.ndarray, marker: str, size: float, **options: Any) -> None:
        x, y = self.places[who].T
        self.people.append(self.network.scatter(x, y, s=size * self.area, marker=marker, **options))

    def _tell(self, week: int) -> None:
        """Write the week's numbers, and what happened last, the newest first."""
        row = self.weekly.loc[week]
        self.heading.set_text(f"Week {week} of {len(self.weekly)}")
        reported = (
            f"{row['taking_part']:.0f} families take part, {row['in_favour']:.0f} in favour",
            f"{row['voices_against'] + row['voices_next']:.0f} of them or next in line complain",
            f"{row['on_record']:.0f} have complained by now",
        )
        self.counts.set_text("\n".join(reported))
        self.capital.set_text(f"The board's political capital: {row['capital']:.2f}".replace("-", "−"))
        self.line.set_data(self.weekly.index[:week], self.weekly["capital"].iloc[:week])
        so_far = self.events[self.events["week"] <= week]
        lines: list[str] = []
        for event in reversed(story(so_far)):
            more = fitted(event, 72 * FULL_WIDTH * _COLUMN[1] - 8, _FONT)
            if len(lines) + len(more) > _LINES:
                break
            lines += more
        self.happened.set_text("\n".join(["What happened, newest first:", *lines]))


def layout(school: np.ndarray, achievement: np.ndarray, contacts: np.ndarray) -> np.ndarray:
    """Places of families, none on another: each school in a box of its own, in columns by prior
    achievement, and in a column by how many contacts they have.

    Parameters
    ----------
    school : numpy.ndarray
        School of each family from 0, shape (N,).
    achievement : numpy.ndarray
        SD units, shape (N,).
    contacts : numpy.ndarray
        Pairs, shape (E, 2).

    Returns
    -------
    numpy.ndarray
        Float64, shape (N, 2), 0 to 1.

    Examples
    --------
    >>> school, achievement = np.zeros(4, int), np.array([-1.0, -0.9, 0.0, 1.0])
    >>> layout(school, achievement, np.array([[0, 2], [2, 3]])).round(1).tolist()
    [[0.3, 0.7], [0.3, 0.3], [0.7, 0.7], [0.7, 0.3]]
    """
    degree = np.bincount(contacts.ravel(), minlength=len(school))
    schools = int(school.max(initial=0)) + 1
    across = math.ceil(math.sqrt(schools / 2))
    up = math.ceil(schools / across)
    places = np.empty((len(school), 2))
    for number in range(schools):
        order = np.flatnonzero(school == number)
        order = order[np.argsort(achievement[order], kind="stable")]
        deep = max(1, round(math.sqrt(len(order) * across / up)))
        column, row = np.divmod(np.arange(len(order)), deep)
        order = order[np.lexsort((degree[order], column))]
        place = np.column_stack([(column + 0.5) / math.ceil(len(order) / deep), (row + 0.5) / deep])
        box = np.array([number % across, up - 1 - number // across])
        places[order] = (box + BETWEEN_SCHOOLS + (1 - 2 * BETWEEN_SCHOOLS) * place) / (across, up)
    return places


def _up(school: np.ndarray) -> str:
    return "Contacts: few to many" + (", in each school" if school.max(initial=0) else "")


def _key() -> list[Line2D]:
    """What the markers mean."""
    plain: dict[str, Any] = {"color": "white", "markeredgecolor": "#333333", "ls": ""}
    stages = [
        Line2D([], [], marker=marker, markersize=6 * size**0.5, label=name, **plain)
        for name, (marker, size) in _LOOK.items()
    ]
    voice = Line2D([], [], marker="o", ls="", markersize=8.5, mfc="none", mec="black", mew=1.2, label="complains")
    return [*stages, voice, Line2D([], [], color="#555555", lw=0.7, label="its contacts")]
