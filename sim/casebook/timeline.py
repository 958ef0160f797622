"""Cases as lines of time: from the first day with children to the end, or to the last day known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.casebook.files import Case, Casebook
from sim.casebook.runs import start_of, year_of
from sim.figures.style import FULL_WIDTH, NEUTRAL, PAGE, styled, subplots

STATES = {
    "discontinued": ("#D55E00", "X", "discontinued"),
    "adapted": ("#56B4E9", "D", "adapted"),
    "sustained": ("#009E73", ">", "sustained, as of the last source"),
}
"""Colour, marker and words of what became of a case (Okabe & Ito 2008)."""
ROW = 0.105
"""Inches of a row of the figure of all cases."""


def draw(axes: Any, case: Case, row: float) -> None:
    """Draw a case as a line in a row of an axis of years."""
    outcome, start = case.outcome, start_of(case)
    colour, marker, _ = STATES[outcome.state if outcome else "sustained"]
    decided = year_of(outcome.decided) if outcome and outcome.decided else None
    known = year_of((outcome.as_of, outcome.as_of)) if outcome else start
    effective = year_of(outcome.effective) if outcome and outcome.effective else decided
    last = max(known, effective or known)
    begun = case.start.begun
    ended = outcome is not None and outcome.state == "discontinued"
    lived = start if not begun else effective if ended and effective else last
    axes.plot(
        [start, max(lived, start)], [row, row], color=colour, lw=1.6, solid_capstyle="butt", ls="-" if begun else ":"
    )
    axes.plot([start], [row], "|", color=NEUTRAL, ms=5)
    axes.plot([decided if decided is not None else last], [row], marker, color=colour, ms=4, mec="white", mew=0.4)
    if outcome and outcome.adapted_before and outcome.adapted:
        axes.plot(
            [year_of(outcome.adapted)], [row], STATES["adapted"][1], color=STATES["adapted"][0], ms=3.5, mec="white"
        )


def overview(book: Casebook, names: Sequence[str] | None = None) -> Figure:
    """All cases, or some, by programme and start, in one figure of a page.

    Parameters
    ----------
    book : Casebook
    names : sequence of str, optional
        Cases; all by default.
    """
    chosen = list(names or book.cases)
    order = sorted(chosen, key=lambda name: (book.cases[name].case.programme, start_of(book.cases[name])))
    with styled():
        figure, axes = subplots(1, 1, figsize=(FULL_WIDTH, min(PAGE, 0.9 + ROW * len(order))))
        for row, name in enumerate(order):
            draw(axes, book.cases[name], -row)
        axes.set_yticks([-row for row in range(len(order))], [name.replace("_", " ") for name in order], fontsize=5.5)
        axes.set_ylim(-len(order), 1)
        axes.set_xlabel("year")
        axes.grid(axis="x", lw=0.3, color="#cccccc")
        axes.tick_params(axis="y", length=0)
        handles = [
            Line2D([], [], color=c, marker=m, ms=4, mec="white", mew=0.4, label=words)
            for c, m, words in STATES.values()
        ]
        handles.append(Line2D([], [], color=NEUTRAL, ls=":", label="never began"))
        figure.legend(handles=handles, loc="outside upper center", ncols=4)
    return figure


def alone(case: Case) -> Figure:
    """One case as a thin figure."""
    with styled():
        figure, axes = subplots(1, 1, figsize=(FULL_WIDTH, 0.55))
        draw(axes, case, 0.0)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_ylim(-1, 1)
        low, high = axes.get_xlim()
        axes.set_xlim(np.floor(low) - 0.1, np.ceil(high) + 0.1)
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    return figure


def words(case: Case) -> str:
    """The same in words, for who cannot see it."""
    outcome = case.outcome
    began = (
        f"began in {case.start.date[0]:%B %Y}" if case.start.begun else f"was to begin in {case.start.date[0]:%B %Y}"
    )
    if outcome is None:
        return f"{began}; to be forecast"
    if outcome.state == "sustained":
        return f"{began}; sustained as of {outcome.as_of:%B %Y}"
    assert outcome.decided is not None
    return f"{began}; {outcome.state} by a decision of {outcome.decided[0]:%B %Y}"
