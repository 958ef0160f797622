"""Who takes part and where do the parties stand, week by week?"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from sim.designs import label, looks
from sim.figures.style import (
    NEUTRAL,
    PAGE,
    Panels,
    caption,
    designs_of,
    finish,
    label_below,
    panel_grid,
    styled,
    week_axis,
)
from sim.findings.base.columns import Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, Tables
from sim.kernel.variables import Column, Variables
from sim.outcome import VARIABLES
from sim.statistics.naming import ANY, DRAINED, named, of_curves
from sim.statistics.weekly import GOING_ON, QUANTILES, need_curves, pooled_curves

ADOPTION = {"taking_part": "Taking part,\nof all families", "in_favour": "In favour of it,\nof all families"}
"""Column of the weekly table -> words for its axis."""
SUPPORT = {
    "attitude": ("families:\nmean attitude,\n−1 to 1", (-1.0, 1.0)),
    "teacher_attitude": ("teachers:\nmean attitude,\n−1 to 1", (-1.0, 1.0)),
    "unhappy_share": ("union:\nshare of teachers\nunhappy", (-0.03, 1.03)),
    "notices": ("regulator:\nnotices served", (-0.1, 3.1)),
    "attention": ("community:\nattention,\n0 to 1", (-0.03, 1.03)),
    "capital": ("board:\npolitical capital,\nat most 1", (-0.2, 1.03)),
}
"""Column of the weekly table -> words for its axis, and the axis's limits."""
FEWEST = 0.1
"""Share of a design's runs that must still go on for a curve of attitudes to be drawn."""
BANDS = {"90%": ("q05", "q95", 0.2), "50%": ("q25", "q75", 0.35)}
"""What a band holds -> the columns of its ends, and how dark it is."""
LINES = {
    "taking_part": "Families taking part",
    "in_favour": "Families in favour",
    GOING_ON: "Programmes still running",
}
"""Column of the curves -> the title of its panel."""
ACROSS = 5
"""Panels of designs side by side at the most."""
MEDIAN: dict[str, Any] = {"linestyle": "-", "lw": 1.4}
MEAN: dict[str, Any] = {"linestyle": (0, (4, 1.5)), "lw": 0.9, "color": "black"}
ALIVE: dict[str, Any] = {"linestyle": ":", "lw": 1.1, "color": "black"}


def curves(evidence: Evidence) -> pd.DataFrame:
    """Weekly curves, see :func:`sim.statistics.weekly.pooled_curves`.

    Raises
    ------
    sim.io.errors.Unsupported
        Where the sweep wrote none.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> curves(read(small_folder()))["column"].iloc[0]
    'taking_part'
    """
    table = pooled_curves(evidence.results.weekly, evidence.families, evidence.variables)
    return of_curves(table, evidence.variables)


def shares_over_time(weekly: pd.DataFrame, variables: Variables = VARIABLES) -> pd.DataFrame:
    """Share of the capital drained so far, by stakeholder and week, averaged over design points.

    Parameters
    ----------
    weekly : DataFrame
        Weekly quantiles, see :func:`sim.statistics.weekly.weekly_quantiles`, with ``point``.
    variables : Variables
        Of the parties that took part.

    Returns
    -------
    DataFrame
        As ``FINDING`` tells. Over several design points intervals are as wide as theirs are on
        average, for points that share their seeds add little certainty.

    Raises
    ------
    sim.io.errors.Unsupported
        Where there are no weekly quantiles.

    Examples
    --------
    >>> from sim.statistics.samples import small_weekly
    >>> shares_over_time(small_weekly())[["design", "week", "stakeholder",
    ...     "share"]].head(2).round(2)
         design  week stakeholder  share
    0  retrofit     1    families   0.34
    1  retrofit     2    families   0.35
    """
    need_curves(weekly)
    whose = {f"share_{who}": who for who in variables.pressing}
    rows = weekly[weekly["column"].isin(whose.keys())].copy()
    rows["stakeholder"] = rows["column"].map(whose)
    rows["half"] = (rows["upper"] - rows["lower"]) / 2
    grouped = rows.groupby(["design", "week", "stakeholder"], sort=False)
    asked = {"share": ("mean", "mean"), "half": ("half", "mean"), "points": ("mean", "count"), "n": ("n", "sum")}
    table = grouped.agg(**asked).reset_index()
    half = table.pop("half")
    table.insert(4, "lower", (table["share"] - half).clip(lower=0.0))
    table.insert(5, "upper", (table["share"] + half).clip(upper=1.0))
    return table[table["points"] > 0].reset_index(drop=True)


def _tables(e: Evidence) -> Tables:
    shares = shares_over_time(e.results.weekly, e.variables)
    return {"curves": curves(e), "pressure_over_time": named(shares, ANY, shares["week"], DRAINED)}


def adoption(curves: pd.DataFrame, note: str, ax: Panels = None) -> Figure:
    """Draw by week, a line per design: the share of families taking part, the share of them in
    favour, and the share of runs in which the programme goes on.

    Parameters
    ----------
    curves : DataFrame
        As from :func:`sim.statistics.weekly.pooled_curves`.
    note, ax
        As of all figures, see :mod:`sim.findings`.

    Returns
    -------
    Figure
        Means, with bands of their 95% intervals.

    Examples
    --------
    >>> from sim.statistics.samples import small_weekly
    >>> from sim.statistics.weekly import pooled_curves
    >>> figure = adoption(pooled_curves(small_weekly(), 100), "A sample.")
    >>> len(figure.axes)
    3
    """
    designs = designs_of(curves)
    with styled():
        figure, panels, _ = panel_grid(len(LINES), 2.1, sharex=True, sharey=True, ax=ax)
        for axes, (column, words) in zip(panels, LINES.items(), strict=True):
            for design, look in looks(designs).items():
                rows = curves[(curves["design"] == design) & (curves["column"] == column)]
                axes.fill_between(rows["week"], rows["lower"], rows["upper"], color=look.colour, alpha=0.18, lw=0)
                axes.plot(rows["week"], rows["mean"], color=look.colour, linestyle=look.dash, label=label(design))
            axes.set_title(textwrap.fill(words, max(8, int(4.6 * figure.get_figwidth()))))
            axes.set_ylim(0, 1.02)
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            week_axis(axes, int(curves["week"].max()), narrow=True)
            if ax is None:
                axes.set_xlabel("")
        label_below(figure, panels, "Instructional week", ax)
        return finish(figure, panels, note, ax)


def adoption_by_design(curves: pd.DataFrame, note: str, ax: Panels = None) -> Figure:
    """Draw the same with a panel per design, and how runs differ.

    Parameters
    ----------
    curves : DataFrame
        As from :func:`sim.statistics.weekly.pooled_curves`.
    note, ax
        As of all figures, see :mod:`sim.findings`.

    Returns
    -------
    Figure
        Median, mean, and bands of 50% and 90% of the shares of all families; the dotted line is a
        share of runs, the same in both rows.

    Examples
    --------
    >>> from sim.statistics.samples import small_weekly
    >>> from sim.statistics.weekly import pooled_curves
    >>> figure = adoption_by_design(pooled_curves(small_weekly(), 100), "A sample.")
    >>> len(figure.axes)
    4
    """
    with styled():
        figure, panels = _fans(curves, ADOPTION, 1.5, ax)
        for axes, column, design in panels:
            own = curves[curves["design"] == design]
            for name, drawn in ((column, MEAN), (GOING_ON, ALIVE)):
                rows = own[own["column"] == name]
                axes.plot(rows["week"], rows["mean"], **drawn)
            axes.set_ylim(0, 1.03)
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        return _finish(figure, note, ax, {"mean": MEAN, "share of programmes still running": ALIVE})


def support(curves: pd.DataFrame, note: str, ax: Panels = None) -> Figure:
    """Draw where each stakeholder stands by week, in the runs in which the programme goes on.

    Curves stop where fewer than a tenth of the runs go on.

    Parameters
    ----------
    curves : DataFrame
        As from :func:`sim.statistics.weekly.pooled_curves`.
    note, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> from sim.statistics.samples import small_weekly
    >>> from sim.statistics.weekly import pooled_curves
    >>> figure = support(pooled_curves(small_weekly(), 100), "A sample.")
    >>> len(figure.axes)
    12
    """
    enough = curves["n"] >= FEWEST * curves.groupby("design")["n"].transform("max")
    going_on = curves.assign(**{name: curves[name].where(enough) for name in QUANTILES})
    with styled():
        figure, panels = _fans(going_on, {column: reported for column, (reported, _) in SUPPORT.items()}, 0.95, ax)
        for axes, column, _ in panels:
            low, high = SUPPORT[column][1]
            axes.set_ylim(min(low, going_on.loc[going_on["column"] == column, "q05"].min() - 0.05), high)
        return _finish(figure, note, ax)


def fan(axes: Axes, rows: pd.DataFrame, colour: str) -> None:
    """Draw the weekly median of one column under one design, and bands that hold 50% and 90%."""
    for low, high, alpha in BANDS.values():
        axes.fill_between(rows["week"], rows[low], rows[high], color=colour, alpha=alpha, lw=0)
    axes.plot(rows["week"], rows["median"], color=colour, **MEDIAN)
    week_axis(axes, int(rows["week"].max()) if len(rows) else 0, narrow=True)


def _fans(
    curves: pd.DataFrame, rows: Mapping[str, str], height: float, ax: Panels
) -> tuple[Figure, list[tuple[Axes, str, str]]]:
    """A fan in each panel; panels come with their column of the table and their design."""
    designs = designs_of(curves)
    # Blocks of rows, of as many designs as a page is wide, alike in size.
    across = -(-len(designs) // -(-len(designs) // ACROSS))
    blocks = [designs[start : start + across] for start in range(0, len(designs), across)]
    places = [
        (column, block[place] if place < len(block) else None)
        for block in blocks
        for column in rows
        for place in range(across)
    ]
    whose = [(column, design) for column, design in places if design is not None]
    count = len(places) if ax is None else len(whose)
    height = min(height, (PAGE - 1.2) / (len(blocks) * len(rows)))
    figure, panels, _ = panel_grid(count, height, most=across, more=0.8, sharex=True, sharey="row", ax=ax)
    if ax is None:
        blank = [axes for axes, (_, design) in zip(panels, places, strict=True) if design is None]
        panels = [axes for axes in panels if axes not in blank]
        for axes in blank:
            axes.axis("off")
    for axes, (column, design) in zip(panels, whose, strict=True):
        fan(axes, curves[(curves["design"] == design) & (curves["column"] == column)], looks(designs)[design].colour)
        if ax is None:
            axes.set_xlabel("")
        if column == next(iter(rows)):
            axes.set_title(textwrap.fill(label(design), 16))
        if any(design == block[0] for block in blocks):
            axes.set_ylabel(rows[column], fontsize=7)
    if ax is None:
        figure.supxlabel("Instructional week", fontsize=8)
    return figure, [(axes, column, design) for axes, (column, design) in zip(panels, whose, strict=True)]


def _finish(figure: Figure, note: str, ax: Panels, lines: Mapping[str, dict[str, Any]] | None = None) -> Figure:
    """Name bands and lines, in no design's colour, and write the caption of a new figure."""
    if ax is not None:
        return figure
    bands = [Patch(color=NEUTRAL, alpha=alpha, lw=0, label=f"{share} band") for share, (*_, alpha) in BANDS.items()]
    reported = {"median": {**MEDIAN, "color": NEUTRAL}, **(lines or {})}
    handles = [Line2D([], [], label=name, **drawn) for name, drawn in reported.items()]
    figure.legend(handles=[*handles, *bands], loc="outside upper center", ncols=len(handles) + len(bands))
    caption(figure, note)
    return figure


def pressure_over_time(table: pd.DataFrame, note: str, variables: Variables = VARIABLES, ax: Panels = None) -> Figure:
    """Share of the capital drained so far, by stakeholder and week, a panel per design, with 95%
    bands of the mean.

    Parameters
    ----------
    table : DataFrame
        As from :func:`shares_over_time`.
    note, variables, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> from sim.statistics.samples import small_weekly
    >>> figure = pressure_over_time(shares_over_time(small_weekly()), "A sample.")
    >>> len(figure.axes)
    2
    """
    designs = designs_of(table)
    with styled():
        figure, panels, grid = panel_grid(len(designs), 2.1, sharey=True, ax=ax)
        for axes, design in zip(panels, designs, strict=True):
            rows = table[table["design"] == design]
            for who in variables.pressing.values():
                line = rows[rows["stakeholder"] == who.name]
                if table.loc[table["stakeholder"] == who.name, "share"].max() < 0.005:
                    continue
                axes.plot(line["week"], line["share"], color=who.colour, linestyle=who.dash, label=who.label)
                axes.fill_between(line["week"], line["lower"], line["upper"], color=who.colour, alpha=0.2, lw=0)
            axes.set_title(label(design))
            axes.set_ylim(0, 1.02)
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            week_axis(axes, int(table["week"].max()))
        for row in grid:
            row[0].set_ylabel("Share of capital drained so far")
        return finish(figure, panels, note, ax)


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    bands = "50% and 90% of the design points' means" if e.points > 1 else "50% and 90% of runs"
    over = "over design points; shares of all families" if e.points > 1 else "over runs; shares of all families"
    lines = "Solid: median; dashed: mean; dotted: share of programmes still running"
    going_on = (
        f"Medians and bands of {bands}, over runs in which the programme goes on, while a tenth of runs or more do"
    )
    figures: dict[str, Drawing] = {
        "adoption": partial(adoption, t["curves"], e.note_of_curves(f"Means {over}; bands: 95% intervals of the mean")),
        "adoption_by_design": partial(adoption_by_design, t["curves"], e.note_of_curves(f"{lines}; bands: {bands}")),
        "support": partial(support, t["curves"], e.note_of_curves(going_on)),
    }
    # Where nothing ever drains the capital, nobody has a share.
    if len(t["pressure_over_time"]):
        note = e.note_of_curves("Mean share of the capital drained so far; bands: 95% intervals of the mean")
        figures["pressure_over_time"] = partial(pressure_over_time, t["pressure_over_time"], note, e.variables)
    return figures


_OVER = "over several design points, over their means, with families as shares"
_WEEK = Column("week from 1", "week")


FINDING = Finding(
    order=110,
    columns=(
        Table(
            "curves",
            "design column NAMED n mean ENDS q05 q25 median q75 q95",
            {
                "n": Column("runs", "runs that opened and that the value of the week is taken over"),
                "week": _WEEK,
                "mean": Column("as the column", f"mean over runs; {_OVER}"),
                "median": Column("as the column", f"median over runs; {_OVER}"),
                **{
                    f"q{place}": Column("as the column", f"{int(place)}% quantile over runs; {_OVER}")
                    for place in ("05", "25", "75", "95")
                },
            },
            {
                "mean": "Student's, or Wilson's for going_on; over several design points, as wide as their "
                "intervals on average"
            },
        ),
        Table(
            "pressure_over_time",
            "design stakeholder NAMED share ENDS points n",
            {
                "share": Column("share", "share of the capital drained so far in a run, mean over runs"),
                "n": Column("runs", "runs that opened and in which capital was drained"),
                "week": _WEEK,
            },
            {"share": "Student's; over several design points, as wide as their intervals on average"},
        ),
    ),
    tables=_tables,
    figures=_figures,
)
