"""The figure of a single run: its curves, and beside them what happened, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator

from sim.events import most_important
from sim.figures.style import FULL_WIDTH, MARGIN, PaperFigure, caption, fitted, styled
from sim.kernel.variables import Variables
from sim.outcome import VARIABLES

MOST_REPORTED = 24
"""Events that are reported beside the curves."""

SHORTEST, PANEL = 5.6, 1.22
"""Inches: of the figure, and of each panel with its legend."""

SIZE, LINE, BETWEEN, GUTTER = 6.5, 8.6, 3.4, 22.0
"""Points: letters of the story, its lines, what is left between two weeks, and where it starts."""

WORDS = 0.51
"""Share of the width that the story has."""

PACKAGE = 72 * FULL_WIDTH * WORDS - GUTTER - 20.0
"""Points: longest line of the story."""

BADGE: dict[str, Any] = {"boxstyle": "round,pad=0.22", "facecolor": "white", "linewidth": 0.6}
STEP, EVENT = "#D55E00", "#777777"
"""Colours of weeks with a step of the board, or the end, and of others."""


def one_run(
    weekly: pd.DataFrame, events: pd.DataFrame, families: int, title: str, note: str, variables: Variables = VARIABLES
) -> Figure:
    """Draw one run: participation and voice, attitudes, the board's capital, and who drained it;
    beside them what happened, week by week, the weeks marked on the curves.

    Parameters
    ----------
    weekly : DataFrame
        Weekly table of a run, index ``week``.
    events : DataFrame
        As from :func:`sim.events.events`; at most ``MOST_REPORTED`` are reported, those
        that :func:`sim.events.most_important` keeps.
    families : int
        Families of the programme's grades at a time; those on record may be more, with the next in
        line.
    title, note : str
        Heading and caption line.
    variables : Variables
        Of the parties that took part.

    Examples
    --------
    >>> from sim import simulate
    >>> from sim.events import events
    >>> from sim.sweep.samples import small_scenarios
    >>> scenario = small_scenarios()[0]
    >>> weekly = simulate(scenario, 0).weekly()
    >>> figure = one_run(weekly, events(weekly, scenario), 40, "One run", "A sample.")
    >>> [axes.get_ylabel() for axes in figure.axes if axes.axison]
    ['Families, share', 'Mean attitude', 'Capital', 'Drained a week']
    """
    reported = most_important(events, MOST_REPORTED)
    if len(reported) < len(events):
        note = (
            f"{note} Told are {len(reported)} of {len(events)} events: the board's steps and the end first, then what "
            "moved the board, then the rest; of equals, the earlier."
        )
    weeks = {int(week): rows for week, rows in reported.groupby("week")}
    last = int(weekly.index[-1]) if len(weekly) else 1
    rows = _rows(list(weeks), space=last / 12)
    strip = 0.19 * (1 + max(rows, default=0))
    height = max(SHORTEST, 0.7 + _story_height(weeks) / 72, 0.7 + strip + 4 * PANEL)
    with styled():
        figure = PaperFigure(figsize=(FULL_WIDTH, height), layout="constrained")
        halves: Any = figure.subfigures(1, 2, width_ratios=(1 - WORDS, WORDS))
        curves, words = halves
        panel = (height - 0.7 - strip) / 4
        marks, *panels = curves.subplots(5, 1, sharex=True, height_ratios=(strip, panel, panel, panel, panel))
        _curves(panels, weekly, families, variables)
        _mark(marks, panels, weeks, rows)
        panels[-1].set_xlim(0, MARGIN * last + 0.5)
        panels[-1].xaxis.set_major_locator(MaxNLocator("auto", integer=True))
        panels[-1].set_xlabel("Instructional week")
        _tell(words.subplots(), weeks)
        figure.suptitle(title, fontsize=9.5, x=0.01, ha="left", fontweight="bold")
        caption(figure, note)
    return figure


def _curves(panels: Sequence[Axes], weekly: pd.DataFrame, families: int, variables: Variables) -> None:
    people, feelings, board, drained = panels
    for name, colour, dashes, words in (
        ("taking_part", "#0072B2", "-", "taking part"),
        ("in_favour", "#009E73", "--", "in favour"),
        ("on_record", "#D55E00", "-.", "on record against"),
    ):
        people.plot(weekly.index, weekly[name] / max(families, 1), color=colour, ls=dashes, label=words)
    people.set_ylim(bottom=0)
    people.set_ylabel("Families, share")
    for name, colour, dashes, words in (
        ("attitude", "#0072B2", "-", "families"),
        ("teacher_attitude", "#E69F00", "--", "teachers"),
        ("attention", "#009E73", ":", "public attention (0 to 1)"),
    ):
        feelings.plot(weekly.index, weekly[name], color=colour, ls=dashes, label=words)
    feelings.axhline(0, color="#BBBBBB", lw=0.5)
    feelings.set_ylim(-1.05, 1.05)
    feelings.set_ylabel("Mean attitude")
    board.plot(weekly.index, weekly["capital"], color="black", label="the board's political capital (at most 1)")
    board.axhline(0, color="#BBBBBB", lw=0.5)
    board.set_ylabel("Capital")
    who = list(variables.pressing.values())
    layers = [weekly[each.drained].clip(lower=0) for each in who]
    if len(weekly):
        colours, names = [each.colour for each in who], [each.label for each in who]
        stacks = drained.stackplot(weekly.index, layers, colors=colours, labels=names)
        for stack, each in zip(stacks, who, strict=True):
            stack.set_hatch(each.hatch)
            stack.set_edgecolor("white")
            stack.set_linewidth(0.0)
    drained.set_ylim(bottom=0)
    drained.set_ylabel("Drained a week")
    for axes in panels:
        axes.legend(
            fontsize=6,
            loc="lower left",
            bbox_to_anchor=(-0.01, 0.98),
            ncols=4,
            columnspacing=1.0,
            handlelength=1.8,
            borderpad=0.1,
        )


def _rows(weeks: Sequence[int], space: float) -> list[int]:
    """Row above the curves for the badge of each week, so that two in a row are ``space`` weeks
    apart.
    """
    ends: list[float] = []
    rows = []
    for week in weeks:
        row = next((row for row, end in enumerate(ends) if end <= week), len(ends))
        ends[row : row + 1] = [week + space]
        rows.append(row)
    return rows


def _mark(marks: Axes, panels: Sequence[Axes], weeks: dict[int, pd.DataFrame], rows: Sequence[int]) -> None:
    """Put the badge of each week that is reported above the curves, and a line through them."""
    marks.axis("off")
    marks.set_ylim(-0.5, max(rows, default=0) + 0.5)
    for (week, reported), row in zip(weeks.items(), rows, strict=True):
        colour = _colour(reported)
        marks.plot([week, week], [-0.5, row], color=colour, lw=0.5)
        marks.text(week, row, str(week), fontsize=6, ha="center", va="center", bbox=BADGE | {"edgecolor": colour})
        for axes in panels:
            axes.axvline(week, color=colour, lw=0.5, ls="-" if colour == STEP else ":", zorder=0)


def _tell(axes: Axes, weeks: dict[int, pd.DataFrame]) -> None:
    """Write the story: the badge of each week, and what happened in it."""
    axes.axis("off")
    axes.set_title("What happened, and in which week")
    down = 4.0
    for week, reported in weeks.items():
        first = down
        for lines, font in _wrapped(reported):
            for line in lines:
                _write(axes, line, GUTTER, down, fontproperties=font)
                down += LINE
        _write(axes, str(week), 7.0, first, ha="center", fontsize=6, bbox=BADGE | {"edgecolor": _colour(reported)})
        down += BETWEEN


def _write(axes: Axes, text: str, right: float, down: float, **options: Any) -> None:
    """Write a text, points right of and below the upper left corner."""
    place: dict[str, Any] = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "va": "top",
        "parse_math": False,
    }
    axes.annotate(text, (0, 1), (right, -down), **place, **options).set_in_layout(False)


def _wrapped(reported: pd.DataFrame) -> list[tuple[list[str], FontProperties]]:
    """Lines of each event of a week, and their font: steps of the board and the end are bold."""
    fonts = [FontProperties(size=SIZE, weight="bold" if rank == 1 else "normal") for rank in reported["rank"]]
    return [(fitted(event, PACKAGE, font), font) for event, font in zip(reported["event"], fonts, strict=True)]


def _story_height(weeks: dict[int, pd.DataFrame]) -> float:
    """Points that the story takes."""
    return sum(BETWEEN + LINE * sum(len(lines) for lines, _ in _wrapped(reported)) for reported in weeks.values())


def _colour(reported: pd.DataFrame) -> str:
    return STEP if (reported["rank"] == 1).any() else EVENT
