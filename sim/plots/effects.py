"""Figures of what a design changes: paired differences by design point, and by week."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.analysis.quantities import Event, manner
from sim.plots.axes import designs_of, panel_grid, shared_legend
from sim.plots.style import DESIGN_COLOURS, FULL_WIDTH, caption, label, look, styled, subplots

MOST_ROWS = 60
"""Design points drawn one by one; more are drawn as a ribbon."""


def differences(table: pd.DataFrame, note: str, event: Event) -> Figure:
    """Paired differences in risk from the first design at every design point, in order of size.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.analysis.effects.differences_by_point`.
    note : str
        Caption line.
    event : Event
        Whose risk is meant.

    Examples
    --------
    >>> from sim.analysis.effects import differences_by_point
    >>> from sim.analysis.samples import small_sweep
    >>> figure = differences(differences_by_point(small_sweep()), "A sample.",
    ...     Event("discontinued", 108))
    >>> len(figure.axes)
    1
    """
    rows = table[table["quantity"] == event.way]
    designs = designs_of(rows)
    with styled():
        figure, panels, grid = panel_grid(len(designs), 2.1, most=2, sharey=True)
        for axes, design in zip(panels, designs, strict=True):
            own = rows[rows["design"] == design].sort_values("difference", kind="stable").reset_index(drop=True)
            resolved = (own["lower"] > 0) | (own["upper"] < 0)
            place = np.arange(1, len(own) + 1)
            if len(own) > MOST_ROWS:
                axes.fill_between(
                    place,
                    own["lower"],
                    own["upper"],
                    color=DESIGN_COLOURS[0],
                    alpha=0.25,
                    lw=0,
                    step="mid",
                    label="95% interval",
                )
                axes.plot(place, own["difference"], color=DESIGN_COLOURS[0], drawstyle="steps-mid", label="difference")
            else:
                for known, colour, marker, name in (
                    (True, DESIGN_COLOURS[0], "o", "resolved"),
                    (False, "#777777", "s", "not resolved"),
                ):
                    part = own[resolved == known]
                    if len(part):
                        _whiskers(axes, place[(resolved == known).to_numpy()], part, "difference", colour, marker, name)
            axes.axhline(0, color="black", lw=0.6)
            baseline = own["baseline"].iloc[0] if len(own) else ""
            axes.set_title(f"{label(design)} minus {label(baseline)}")
            axes.set_xlabel("Design point, in order of difference")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        for row in grid:
            row[0].set_ylabel(f"Difference in risk\n({event})")
        shared_legend(figure, panels)
        caption(figure, note)
    return figure


def differences_by_week(table: pd.DataFrame, note: str) -> Figure:
    """Paired differences in the risk of an event by each week, of one design point.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.analysis.effects.differences_by_week`.
    note : str
        Caption line.

    Examples
    --------
    >>> from sim.analysis import effects
    >>> from sim.analysis.samples import small_sweep
    >>> table = effects.differences_by_week(small_sweep(), [36, 72])
    >>> figure = differences_by_week(table[table["point"] == 0], "A sample.")
    >>> len(figure.axes)
    1
    """
    designs, weeks = designs_of(table), sorted(set(table["week"]))
    with styled():
        figure, axes = subplots(figsize=(FULL_WIDTH, 2.4))
        for index, design in enumerate(designs):
            rows = table[table["design"] == design]
            # Designs stand side by side, so that none hides another.
            beside = (index - (len(designs) - 1) / 2) * min(0.15, 0.7 / len(designs))
            colour, _, _, marker = look(index + 1)
            place = np.array([weeks.index(week) for week in rows["week"]]) + beside
            _whiskers(axes, place, rows, "difference", colour, marker, label(design))
        axes.axhline(0, color="black", lw=0.6)
        axes.set_xticks(range(len(weeks)), [f"{week:g}" for week in weeks])
        axes.set_xlim(-0.5, max(len(weeks), 1) - 0.5)
        axes.set_xlabel("By instructional week")
        baseline = label(table["baseline"].iloc[0]) if len(table) else ""
        axes.set_ylabel(f"Difference in risk\nfrom {baseline}\n({manner(table['quantity'].iloc[0])} by then)")
        shared_legend(figure, [axes])
        caption(figure, note)
    return figure


def _whiskers(axes: Axes, x: np.ndarray, rows: pd.DataFrame, column: str, colour: str, marker: str, name: str) -> None:
    error = np.vstack([rows[column] - rows["lower"], rows["upper"] - rows[column]]).clip(min=0)
    axes.errorbar(
        x, rows[column], yerr=error, fmt=marker, ms=2.8, color=colour, elinewidth=0.8, capsize=1.2, label=name
    )
