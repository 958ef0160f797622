"""The figure of a single run."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from sim.ledger import Ledger
from sim.outcome import LEDGER
from sim.plots.style import FULL_WIDTH, caption, styled, subplots


def one_run(
    weekly: pd.DataFrame, events: pd.DataFrame, families: int, title: str, note: str, ledger: Ledger = LEDGER
) -> Figure:
    """Draw one run: participation and voice, attitudes, capital with the board's steps, and who
    drained it.

    Parameters
    ----------
    weekly : DataFrame
        Weekly table of a run, index ``week``.
    events : DataFrame
        ``week, event``; the steps of the ladder are marked in the panel of the board's capital.
    families : int
        Families of the programme's grades at a time; those on record may be more, with the next in
        line.
    title, note : str
        Heading and caption line.
    ledger : Ledger
        Of the parties that took part.

    Examples
    --------
    >>> from sim import simulate
    >>> from sim.analysis.events import events
    >>> from sim.sweep.samples import small_scenarios
    >>> scenario = small_scenarios()[0]
    >>> weekly = simulate(scenario, 0).weekly()
    >>> figure = one_run(weekly, events(weekly, scenario), 40, "One run", "A sample.")
    >>> len(figure.axes)
    4
    """
    with styled():
        figure, panels = subplots(2, 2, figsize=(FULL_WIDTH, 4.6), sharex=True)
        people, feelings, board, drained = panels.flat
        people.plot(weekly.index, weekly["taking_part"] / max(families, 1), color="#0072B2", label="taking part")
        people.plot(weekly.index, weekly["in_favour"] / max(families, 1), color="#009E73", ls="--", label="in favour")
        people.plot(
            weekly.index,
            weekly["on_record"] / max(families, 1),
            color="#D55E00",
            ls="-.",
            label="on record against, next in line too",
        )
        people.set_ylabel("Families / programme's families")
        feelings.plot(weekly.index, weekly["attitude"], color="#0072B2", label="families' mean attitude")
        feelings.plot(
            weekly.index, weekly["teacher_attitude"], color="#E69F00", ls="--", label="teachers' mean attitude"
        )
        feelings.plot(weekly.index, weekly["attention"], color="#009E73", ls=":", label="public attention (0 to 1)")
        feelings.axhline(0, color="#BBBBBB", lw=0.5)
        feelings.set_ylim(-1.05, 1.05)
        feelings.set_ylabel("Attitude, −1 to 1")
        board.plot(weekly.index, weekly["capital"], color="black", label="political capital")
        board.set_ylabel("Capital, at most 1")
        steps = events[events["event"].isin([rung.label for rung in ledger.rungs.values()])]
        for week, names in steps.groupby("week")["event"]:
            board.axvline(week, color="#D55E00", lw=0.8, ls=":")
            board.text(week, board.get_ylim()[1], " " + ", ".join(names), rotation=90, va="top", ha="right", fontsize=6)
        who = list(ledger.pressing.values())
        layers = [weekly[each.drained].clip(lower=0) for each in who]
        if len(weekly):
            colours, names = [each.colour for each in who], [each.label for each in who]
            stacks = drained.stackplot(weekly.index, layers, colors=colours, labels=names)
            for stack, each in zip(stacks, who, strict=True):
                stack.set_hatch(each.hatch)
                stack.set_edgecolor("white")
                stack.set_linewidth(0.0)
        drained.set_ylabel("Capital drained a week")
        for axes in (people, feelings, drained):
            axes.legend(fontsize=6.5)
        for axes in (board, drained):
            axes.set_xlabel("Instructional week")
        figure.suptitle(title, fontsize=9.5, x=0.01, ha="left", fontweight="bold")
        caption(figure, note)
    return figure
