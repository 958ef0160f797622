"""Figures of a comparison: risk by way of ending, adoption, support, pressure; and all on one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, PercentFormatter

from sim.outcome import ENDINGS, STAKEHOLDERS
from sim.plots.style import (
    DESIGN_COLOURS,
    DESIGN_DASHES,
    ENDING_COLOURS,
    ENDING_DASHES,
    FULL_WIDTH,
    caption,
    label,
    styled,
)

YEAR = 36
SUPPORT = {
    "attitude": ("families: mean attitude, −1 to 1", (-1.0, 1.0)),
    "teacher_attitude": ("teachers: mean attitude, −1 to 1", (-1.0, 1.0)),
    "union_level": ("union: level, 0 quiet to 3 action", (-0.1, 3.1)),
    "notices": ("regulator: notices served", (-0.1, 3.1)),
    "attention": ("community: attention, 0 to 1", (-0.03, 1.03)),
    "capital": ("board: political capital, at most 1", (-0.2, 1.03)),
}
"""Column of the weekly table -> title of its panel, and the limits of its axis."""

FEWEST = 0.1
"""Share of runs that must still go on for a curve of attitudes to be drawn."""


def cumulative_incidence(risk: pd.DataFrame, note: str) -> Figure:
    """Cumulative incidence of each way of ending by week, a panel per design, with 95% Wilson bands.

    Parameters
    ----------
    risk : DataFrame
        As :attr:`sim.analysis.compare.Comparison.risk`.
    note : str
        Caption line.
    """
    designs = _designs(risk)
    with styled():
        figure, panels = plt.subplots(1, len(designs), figsize=(FULL_WIDTH, 2.6), sharey=True, squeeze=False, layout="constrained")
        for axes, design in zip(panels[0], designs, strict=True):
            _incidence(axes, risk[risk["design"] == design])
            axes.set_title(label(design))
        panels[0][0].set_ylabel("Cumulative incidence")
        _shared_legend(figure, panels[0])
        caption(figure, note)
    return figure


def adoption(weekly: pd.DataFrame, families: int, note: str) -> Figure:
    """Share of the community's families taking part, and in favour, by week, with 50% and 90% bands over runs.

    Parameters
    ----------
    weekly : DataFrame
        As :attr:`sim.analysis.compare.Comparison.weekly`.
    families : int
        Families of the community at a time.
    note : str
        Caption line.
    """
    with styled():
        figure, panels = plt.subplots(1, 2, figsize=(FULL_WIDTH, 2.6), sharey=True, layout="constrained")
        for axes, column, title in zip(panels, ("taking_part", "in_favour"), ("Taking part", "Taking part and in favour"), strict=True):
            _bands(axes, weekly, column, 1.0 / max(families, 1))
            axes.set_title(title)
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            axes.set_ylim(0, 1.02)
        panels[0].set_ylabel("Families of the community")
        _shared_legend(figure, panels)
        caption(figure, note)
    return figure


def support(weekly: pd.DataFrame, note: str) -> Figure:
    """Where each stakeholder stands by week: median and 50% band over the runs in which the programme goes on.

    Curves stop where fewer than a tenth of the runs go on.
    """
    with styled():
        figure, panels = plt.subplots(2, 3, figsize=(FULL_WIDTH, 4.0), layout="constrained")
        for axes, (column, (title, limits)) in zip(panels.flat, SUPPORT.items(), strict=True):
            _bands(axes, weekly[weekly["n"] >= FEWEST * weekly["n"].max()], column, 1.0, wide=False)
            _weeks(axes, int(weekly["week"].max()))
            axes.set_title(title, fontsize=7)
            axes.set_ylim(*limits)
        _shared_legend(figure, panels.flat)
        caption(figure, note)
    return figure


def pressure(table: pd.DataFrame, note: str) -> Figure:
    """Share of all drained capital by stakeholder and design, with 95% intervals of the mean share."""
    with styled():
        figure, axes = plt.subplots(figsize=(FULL_WIDTH, 2.6), layout="constrained")
        _pressure_bars(axes, table)
        axes.legend(loc="best")
        caption(figure, note)
    return figure


def overview(risk: pd.DataFrame, weekly: pd.DataFrame, drained: pd.DataFrame, families: int, title: str, note: str) -> Figure:
    """One page: risk by way of ending for each design, adoption, and who drained the board's capital."""
    designs = _designs(risk)
    width = max(2, len(designs))
    with styled():
        figure = plt.figure(figsize=(FULL_WIDTH, 5.2), layout="constrained")
        grid = figure.add_gridspec(2, 2 * width)
        share = 2 * width // len(designs)
        first: Axes | None = None
        tops = []
        for index, design in enumerate(designs):
            axes = figure.add_subplot(grid[0, index * share : (index + 1) * share], sharey=first)
            first = first or axes
            _incidence(axes, risk[risk["design"] == design])
            axes.set_title(f"{'abcdefgh'[index]}  Ways of ending: {label(design)}")
            tops.append(axes)
        tops[0].set_ylabel("Cumulative incidence")
        tops[0].legend(*_handles(tops), loc="best", fontsize=6.5)
        axes = figure.add_subplot(grid[1, :width])
        _bands(axes, weekly, "taking_part", 1.0 / max(families, 1))
        axes.set_title(f"{'abcdefgh'[len(designs)]}  Families taking part")
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.set_ylim(0, 1.02)
        axes.set_ylabel("Families of the community")
        axes.legend(loc="best", fontsize=6.5)
        axes = figure.add_subplot(grid[1, width:])
        _pressure_bars(axes, drained)
        axes.set_title(f"{'abcdefgh'[len(designs) + 1]}  Who drained the board's capital")
        figure.suptitle(title, fontsize=9.5, x=0.01, ha="left", fontweight="bold")
        caption(figure, note)
    return figure


def _incidence(axes: Axes, risk: pd.DataFrame) -> None:
    for ending in ("any", *ENDINGS[1:]):
        rows = risk[risk["ending"] == ending]
        if ending != "any" and rows["count"].max() == 0:
            continue
        name = "any ending" if ending == "any" else label(ending)
        x = np.concatenate(([0], rows["week"]))
        colour = ENDING_COLOURS[ending]
        axes.step(
            x,
            np.concatenate(([0.0], rows["risk"])),
            where="post",
            color=colour,
            linestyle=ENDING_DASHES[ending],
            label=name,
            lw=0.9 if ending == "any" else 1.5,
        )
        axes.fill_between(
            x, np.concatenate(([0.0], rows["lower"])), np.concatenate(([0.0], rows["upper"])), step="post", color=colour, alpha=0.18, lw=0
        )
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    _weeks(axes, int(risk["week"].max()) if len(risk) else 0)


def _bands(axes: Axes, weekly: pd.DataFrame, column: str, scale: float, wide: bool = True) -> None:
    for index, design in enumerate(_designs(weekly)):
        rows = weekly[(weekly["design"] == design) & (weekly["column"] == column)]
        colour = DESIGN_COLOURS[index % len(DESIGN_COLOURS)]
        axes.plot(
            rows["week"], rows["median"] * scale, color=colour, linestyle=DESIGN_DASHES[index % len(DESIGN_DASHES)], label=label(design)
        )
        if wide:
            axes.fill_between(rows["week"], rows["q05"] * scale, rows["q95"] * scale, color=colour, alpha=0.12, lw=0)
        axes.fill_between(rows["week"], rows["q25"] * scale, rows["q75"] * scale, color=colour, alpha=0.25, lw=0)
    _weeks(axes, int(weekly["week"].max()) if len(weekly) else 0)


def _pressure_bars(axes: Axes, table: pd.DataFrame) -> None:
    designs = _designs(table)
    height = 0.8 / max(len(designs), 1)
    present = [who for who in STAKEHOLDERS if table.loc[table["stakeholder"] == who, "share"].max() > 0] or list(STAKEHOLDERS)
    for index, design in enumerate(designs):
        rows = table[table["design"] == design].set_index("stakeholder").loc[present]
        share = rows["share"].fillna(0.0)
        y = np.arange(len(present)) + (index - (len(designs) - 1) / 2) * height
        error = np.vstack([(share - rows["lower"]).clip(lower=0), (rows["upper"] - share).clip(lower=0)])
        error[~np.isfinite(error)] = 0.0
        axes.barh(
            y,
            share,
            height * 0.9,
            color=DESIGN_COLOURS[index % len(DESIGN_COLOURS)],
            hatch=("", "////", "....", "xxxx")[index % 4],
            edgecolor="white",
            linewidth=0.3,
            xerr=error,
            error_kw={"elinewidth": 0.8, "ecolor": "#222222", "capsize": 1.5},
            label=label(design),
        )
    axes.set_yticks(range(len(present)), [label(who) for who in present])
    axes.invert_yaxis()
    axes.set_xlabel("Mean share of drained capital")
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def _weeks(axes: Axes, horizon: int) -> None:
    axes.set_xlim(0, max(horizon, 1))
    axes.set_xlabel("Instructional week")
    if horizon >= YEAR:
        axes.xaxis.set_major_locator(MultipleLocator(YEAR if horizon > 3 * YEAR else YEAR / 2))
        for year in range(YEAR, horizon, YEAR):
            axes.axvline(year, color="#BBBBBB", lw=0.5, zorder=0)


def _designs(table: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(table["design"]))


def _handles(panels: Sequence[Axes]) -> tuple[list[Any], list[str]]:
    found: dict[str, Any] = {}
    for axes in panels:
        for handle, name in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(name, handle)
    return list(found.values()), list(found)


def _shared_legend(figure: Figure, panels: Sequence[Axes]) -> None:
    handles, names = _handles(list(panels))
    figure.legend(handles, names, loc="outside upper center", ncols=max(len(names), 1))
