"""Figures of what factors do: effects of levels, what they change in the difference between
designs, and attribution.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.attribution import EVERYTHING, SINGLE
from sim.analysis.factors import FactorLabel, labels, short_names
from sim.analysis.quantities import UNITS, Event
from sim.plots.axes import designs_of, panel_grid, shared_legend
from sim.plots.style import DESIGN_COLOURS, FULL_WIDTH, PAGE, caption, label, look, styled, subplots

BAR, WHOLE = DESIGN_COLOURS[5], "#BBBBBB"
"""Colours of the bar of a factor, and of that of several."""
LEAST = 0.13
"""Inches: the least that a row with a name takes."""


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
    place, names = _changes(rows["factor"], rows["reference"], rows["level"], named)
    designs = designs_of(rows)
    row = min(max(0.2, 0.085 * len(designs)), max(LEAST, (PAGE - 1.4) / max(len(names), 1)))
    with styled():
        figure, axes = subplots(figsize=(FULL_WIDTH, 1.0 + row * max(len(names), 4)))
        for index, design in enumerate(designs):
            own = (rows["design"] == design).to_numpy()
            y = place[own] + (index - (len(designs) - 1) / 2) * min(0.22, 0.75 / len(designs))
            colour, _, _, marker = look(index)
            _across(axes, y, rows[own], ("difference", "lower", "upper"), colour, marker, label(design))
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        for between in range(1, len(names)):
            axes.axhline(between - 0.5, color="#DDDDDD", lw=0.5, zorder=0)
        axes.axvline(0, color="black", lw=0.6)
        axes.set_xlabel(f"Change in risk ({event})")
        shared_legend(figure, [axes])
        caption(figure, note)
    return figure


def effect_modification(
    table: pd.DataFrame, note: str, event: Event, named: Mapping[str, FactorLabel] | None = None
) -> Figure:
    """What each level of each factor changes in the paired difference in risk from the first
    design, alone and with the others, a panel per design compared.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.analysis.effect_modification.effect_modification`.
    note : str
        Caption line.
    event : Event
        Whose risk is meant.
    named : mapping, optional
        Labels of the factors, see :func:`sim.analysis.factors.labels`.

    Examples
    --------
    >>> from sim.analysis import effect_modification
    >>> from sim.analysis.samples import small_sweep
    >>> factors = ["leadership.training", "who chooses"]
    >>> table = effect_modification.effect_modification(small_sweep(), factors)
    >>> figure = effect_modification(table, "A sample.",
    ...     Event("discontinued", 108))
    >>> len(figure.axes)
    1
    """
    rows = table[table["quantity"] == event.way]
    place, names = _changes(rows["factor"], rows["from_level"], rows["to_level"], named)
    designs = designs_of(rows)
    lines = -(-len(designs) // 2)
    row = max(LEAST, min(0.34, ((PAGE - 1.6) / lines - 0.3) / max(len(names), 1)))
    with styled():
        figure, panels, _ = panel_grid(len(designs), 0.3 + row * len(names), 2, 1.2, sharex=True, sharey=True)
        for axes, design in zip(panels, designs, strict=True):
            own = (rows["design"] == design).to_numpy()
            _alone_and_with(
                axes, place[own], rows[own], "averaged", "with_others", ("averaged over the others", "with the others")
            )
            axes.set_title(f"{label(design)} minus {label(rows.loc[own, 'baseline'].iloc[0])}")
            axes.tick_params(labelbottom=True)
        panels[0].set_yticks(range(len(names)), names)
        panels[0].set_ylim(len(names) - 0.4, -0.6)
        figure.supxlabel(f"Change in the difference in risk ({event})", fontsize=8)
        shared_legend(figure, panels)
        caption(figure, note)
    return figure


def attribution(table: pd.DataFrame, note: str, event: Event) -> Figure:
    """Shapley values of the factors, a panel per quantity, or per stratum and design, with the
    effect alone and the effect when changed last.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.analysis.attribution.attribution`.
    note : str
        Caption line.
    event : Event
        Whose risk is meant.

    Returns
    -------
    Figure
        Of as many strata as a page takes; the caption says where it leaves out some.

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
    designs = designs_of(table)
    risk_only = bool(strata) or len(designs) > 1
    quantities = [event.way] if risk_only else list(dict.fromkeys(table["quantity"]))
    rows = table[table["quantity"].isin(quantities)]
    groups = list(rows.groupby([*strata, "design", "quantity"], sort=False))
    kinds = dict(zip(table["factor"], table["kind"], strict=True))
    factors = list(kinds)
    names = short_names([*factors, *strata])
    # Designs side by side and strata below one another, or else what there is three in a row.
    most = min(len(designs), 5) if strata and len(designs) > 1 else 3
    height = 0.6 + 0.27 * len(factors)
    shown = groups[: most * max(1, int((PAGE - 1.2) / height))]
    if len(shown) < len(groups):
        note = f"{note} The first {len(shown)} of {len(groups)} panels; the table has all."
    with styled():
        figure, panels, grid = panel_grid(len(shown), height, most, 0.9, sharex=risk_only, sharey=True)
        for axes, (key, group) in zip(panels, shown, strict=True):
            *stratum, design, quantity = key
            own = group.set_index("factor").reindex(factors)
            own = own.rename(columns={"lower": "contribution_lower", "upper": "contribution_upper"})
            # All together have no others to be changed with.
            parts = own["kind"] != EVERYTHING
            marks = own.columns[own.columns.str.startswith(("alone", "last"))]
            own[marks] = own[marks].where(parts)
            colours = [BAR if kinds[name] == SINGLE else WHOLE for name in factors]
            y = np.arange(len(factors), dtype=float)
            _alone_and_with(axes, y, own, "contribution", "last", ("Shapley value", "last"), colours)
            where = [f"{names[name]} = {_level(level)}" for name, level in zip(strata, stratum, strict=True)]
            reported = [label(design)] * (len(designs) > 1) + [", ".join(where)] * bool(where)
            width = 100 // grid.shape[1]
            axes.set_title("\n".join(textwrap.fill(line, width) for line in reported), fontsize=7)
            axes.tick_params(labelbottom=True)
            if not risk_only:
                what = f"risk\n({event})" if quantity == event.way else f"\n{UNITS[quantity]}"
                axes.set_xlabel(f"Change in {what}".replace(" \n", "\n"))
        if risk_only:
            figure.supxlabel(f"Change in risk ({event})", fontsize=8)
        panels[0].set_yticks(range(len(factors)), [names[name] for name in factors])
        panels[0].set_ylim(len(factors) - 0.4, -0.6)
        shared_legend(figure, panels)
        caption(figure, note)
    return figure


def _changes(
    factors: pd.Series, first: pd.Series, levels: pd.Series, named: Mapping[str, FactorLabel] | None
) -> tuple[np.ndarray, list[str]]:
    """A place for each row, one for each change of a factor from its first level, and the changes
    in words.
    """
    each = list(zip(factors, first, levels, strict=True))
    places = {change: place for place, change in enumerate(dict.fromkeys(each))}
    names = {**labels(factors), **(named or {})}
    reported = [f"{names[factor]}: {_level(level)} (from {_level(start)})" for factor, start, level in places]
    return np.array([places[change] for change in each], dtype=float), reported


def _level(level: object) -> str:
    text = f"{level:.3g}" if isinstance(level, float) else label(str(level))
    return re.sub(r"^-(?=[\d.])", "−", text)


def _alone_and_with(
    axes: Axes,
    y: np.ndarray,
    rows: pd.DataFrame,
    between: str,
    last: str,
    names: tuple[str, str],
    colours: str | list[str] = BAR,
) -> None:
    """A bar for an effect averaged over what else is changed, an open mark above it for that alone,
    and a filled one below for that when all others are changed; whiskers on each.
    """
    axes.barh(y, rows[between], 0.3, color=colours, label=names[0])
    for column, away, colour, drawn in (
        (between, 0.0, "black", {"fmt": "none"}),
        ("alone", -0.29, DESIGN_COLOURS[1], {"fmt": "o", "mfc": "white", "label": "changed alone"}),
        (last, 0.29, DESIGN_COLOURS[2], {"fmt": "s", "label": f"changed {names[1]}"}),
    ):
        ends = (column, f"{column}_lower", f"{column}_upper")
        _across(axes, y + away, rows, ends, colour, drawn.pop("fmt"), drawn.pop("label", ""), **drawn)
    axes.axvline(0, color="black", lw=0.6)


def _across(
    axes: Axes,
    y: np.ndarray,
    rows: pd.DataFrame,
    ends: tuple[str, str, str],
    colour: str,
    marker: str,
    name: str,
    **drawn: Any,
) -> None:
    middle, lower, upper = (rows[column].astype(float) for column in ends)
    error = np.vstack([middle - lower, upper - middle]).clip(min=0)
    error[~np.isfinite(error)] = 0.0
    axes.errorbar(
        middle, y, xerr=error, fmt=marker, ms=3.2, color=colour, elinewidth=0.9, capsize=1.5, label=name, **drawn
    )
