"""Bars and marks of what factors do, with whiskers: shared by the findings on effects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.designs import label
from sim.figures.style import DESIGN_COLOURS
from sim.statistics.factors import FactorLabel, labels

BAR, WHOLE = DESIGN_COLOURS[5], "#BBBBBB"
"""Colours of the bar of a factor, and of that of several."""
LEAST = 0.13
"""Inches: the least that a row with a name takes."""


def changes(
    factors: pd.Series, first: pd.Series, levels: pd.Series, known: Mapping[str, FactorLabel] | None
) -> tuple[np.ndarray, list[str]]:
    """A place for each row, one for each change of a factor from its first level, and the changes
    in words.
    """
    each = list(zip(factors, first, levels, strict=True))
    places = {change: place for place, change in enumerate(dict.fromkeys(each))}
    names = {**labels(factors), **(known or {})}
    reported = [f"{names[factor]}: {level_words(level)} (from {level_words(start)})" for factor, start, level in places]
    return np.array([places[change] for change in each], dtype=float), reported


def level_words(level: object) -> str:
    """A level in words, with a proper minus."""
    text = f"{level:.3g}" if isinstance(level, float) else label(str(level))
    return re.sub(r"^-(?=[\d.])", "−", text)


def alone_and_with(
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
        across(axes, y + away, rows, ends, colour, drawn.pop("fmt"), drawn.pop("label", ""), **drawn)
    axes.axvline(0, color="black", lw=0.6)


def across(
    axes: Axes,
    y: np.ndarray,
    rows: pd.DataFrame,
    ends: tuple[str, str, str],
    colour: str,
    marker: str,
    name: str,
    **drawn: Any,
) -> None:
    """Marks with whiskers along a row; ``ends`` are the columns of middle, lower and upper end."""
    middle, lower, upper = (rows[column].astype(float) for column in ends)
    error = np.vstack([middle - lower, upper - middle]).clip(min=0)
    error[~np.isfinite(error)] = 0.0
    axes.errorbar(
        middle, y, xerr=error, fmt=marker, ms=3.2, color=colour, elinewidth=0.9, capsize=1.5, label=name, **drawn
    )
