"""Figures of effects: paired differences, levels of factors, and attribution to factors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.attribution import EVERYTHING, SINGLE
from sim.analysis.factors import FactorLabel, labels, short_names
from sim.analysis.quantities import UNITS, Event, manner
from sim.plots.axes import designs_of, panel_grid, shared_legend, week_axis
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
            axes.set_ylim(-1.03, 1.03)
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
    designs = designs_of(table)
    with styled():
        figure, axes = subplots(figsize=(FULL_WIDTH, 2.6))
        for index, design in enumerate(designs):
            rows = table[table["design"] == design]
            # Designs stand side by side, so that none hides another.
            week = rows["week"] + 2.0 * (index - (len(designs) - 1) / 2)
            colour, _, _, marker = look(index + 1)
            name = f"{label(design)} minus {label(rows['baseline'].iloc[0])}"
            _whiskers(axes, week.to_numpy(), rows, "difference", colour, marker, name)
        axes.axhline(0, color="black", lw=0.6)
        week_axis(axes, int(table["week"].max()) + 2 if len(table) else 0)
        axes.set_ylim(-1.03, 1.03)
        axes.set_ylabel(f"Difference in risk\n({manner(table['quantity'].iloc[0])} by then)")
        shared_legend(figure, [axes])
        caption(figure, note)
    return figure


def level_effects(
    table: pd.DataFrame, note: str, event: Event, named: Mapping[str, FactorLabel] | None = None
) -> Figure:
    """What each level of each factor changes in the risk, against the factor's first level.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.analysis.effects.level_effects`.
    note : str
        Caption line.
    event : Event
        Whose risk is meant.
    named : mapping, optional
        Labels of the factors, see :func:`sim.analysis.factors.labels`.

    Examples
    --------
    >>> from sim.analysis import effects
    >>> from sim.analysis.samples import small_sweep
    >>> table = effects.level_effects(small_sweep(), ["leadership.training", "who chooses"])
    >>> figure = level_effects(table, "A sample.",
    ...     Event("discontinued", 108))
    >>> len(figure.axes)
    1
    """
    rows = table[table["quantity"] == event.way]
    keys = list(dict.fromkeys(zip(rows["factor"], rows["level"], rows["reference"], strict=True)))
    places = {key: k for k, key in enumerate(keys)}
    names = {**labels(rows["factor"]), **(named or {})}
    designs = designs_of(rows)
    with styled():
        figure, axes = subplots(figsize=(FULL_WIDTH, 1.1 + 0.2 * max(len(keys), 4)))
        for index, design in enumerate(designs):
            own = rows[rows["design"] == design]
            y = np.array(
                [places[key] for key in zip(own["factor"], own["level"], own["reference"], strict=True)], dtype=float
            )
            y += (index - (len(designs) - 1) / 2) * min(0.22, 0.7 / len(designs))
            _across(axes, y, own, "difference", index, label(design))
        axes.set_yticks(
            range(len(keys)), [f"{names[name]}: {_level(level)} (from {_level(first)})" for name, level, first in keys]
        )
        axes.invert_yaxis()
        axes.axvline(0, color="black", lw=0.6)
        axes.set_xlabel(f"Change in risk ({event})")
        shared_legend(figure, [axes])
        caption(figure, note)
    return figure


def attribution(table: pd.DataFrame, note: str, event: Event) -> Figure:
    """Shapley values of the factors, a panel per quantity and stratum, with the effect alone and
    the effect when changed last.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.analysis.attribution.attribution`.
    note : str
        Caption line.
    event : Event
        Whose risk is meant.

    Examples
    --------
    >>> from sim.analysis import attribution as attributing
    >>> from sim.analysis.samples import small_sweep
    >>> table = attributing.attribution(small_sweep(), ["leadership.training", "who chooses"])
    >>> figure = attribution(table, "A sample.",
    ...     Event("discontinued", 108))
    >>> len(figure.axes)
    2
    """
    strata = list(table.columns[: list(table.columns).index("design")])
    quantities = (
        list(dict.fromkeys(table["quantity"])) if not strata and table["design"].nunique() == 1 else [event.way]
    )
    groups = [
        (key, group)
        for key, group in table[table["quantity"].isin(quantities)].groupby([*strata, "design", "quantity"], sort=False)
    ]
    kinds = dict(zip(table["factor"], table["kind"], strict=True))
    factors = list(kinds)
    parts = np.array([kinds[name] != EVERYTHING for name in factors])
    names = short_names([*factors, *strata])
    with styled():
        figure, panels, _ = panel_grid(len(groups), 0.6 + 0.24 * len(factors), more=0.7, sharey=True)
        for axes, (key, group) in zip(panels, groups, strict=True):
            *stratum, design, quantity = key
            own = group.set_index("factor").reindex(factors)
            y = np.arange(len(factors))
            colours = ["#0072B2" if kinds[name] == SINGLE else "#BBBBBB" for name in factors]
            axes.barh(y, own["contribution"], 0.62, color=colours, label="Shapley value")
            error = np.vstack([own["contribution"] - own["lower"], own["upper"] - own["contribution"]]).clip(min=0)
            axes.errorbar(own["contribution"], y, xerr=error, fmt="none", ecolor="black", elinewidth=0.9, capsize=1.8)
            axes.plot(own["alone"][parts], y[parts] - 0.2, "^", ms=3.5, color="#D55E00", label="changed alone")
            axes.plot(own["last"][parts], y[parts] + 0.2, "v", ms=3.5, color="#009E73", label="changed last")
            axes.axvline(0, color="black", lw=0.6)
            where = ", ".join(f"{names[name]} = {_level(level)}" for name, level in zip(strata, stratum, strict=True))
            axes.set_title(where or (f"{label(design)}" if table["design"].nunique() > 1 else ""), fontsize=7)
            axes.set_xlabel(f"Change in risk\n({event})" if quantity == event.way else f"Change in\n{UNITS[quantity]}")
        panels[0].set_yticks(range(len(factors)), [names[name] for name in factors])
        panels[0].invert_yaxis()
        shared_legend(figure, panels)
        caption(figure, note)
    return figure


def _level(level: object) -> str:
    return f"{level:.3g}" if isinstance(level, float) else label(str(level))


def _whiskers(axes: Axes, x: np.ndarray, rows: pd.DataFrame, column: str, colour: str, marker: str, name: str) -> None:
    error = np.vstack([rows[column] - rows["lower"], rows["upper"] - rows[column]]).clip(min=0)
    axes.errorbar(
        x, rows[column], yerr=error, fmt=marker, ms=2.8, color=colour, elinewidth=0.8, capsize=1.2, label=name
    )


def _across(axes: Axes, y: np.ndarray, rows: pd.DataFrame, column: str, index: int, name: str) -> None:
    error = np.vstack([rows[column] - rows["lower"], rows["upper"] - rows[column]]).clip(min=0)
    colour, _, _, marker = look(index)
    axes.errorbar(
        rows[column], y, xerr=error, fmt=marker, ms=3.2, color=colour, elinewidth=0.9, capsize=1.5, label=name
    )
