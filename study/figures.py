"""Figures of the study: how the posterior fits the record, whether its forecasts are reliable, and
what each mechanism, switched off, does to each pattern and claim.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from sim.designs import label
from sim.figures.style import DESIGN_COLOURS, FULL_WIDTH, NEUTRAL, caption, styled, subplots
from sim.statistics.intervals import wilson

EDGES = (0.2, 0.4, 0.6, 0.8)
"""Edges between the bins of a reliability plot."""

SHOWN = 0.02
"""Change from which a cell holds a number."""

TITLES = {"pattern": "Patterns", "claim": "Claims", "case": "Own case"}
"""Kind of a quantity -> title of its panel."""

MOST = 0.6
"""Change at which the colour is full."""


def fit(table: pd.DataFrame, note: str) -> Figure:
    """Draw what was seen beside what is predicted, worst first.

    Parameters
    ----------
    table : DataFrame
        As returned by :func:`study.scoring.fitted`.
    note : str
        Caption line.

    Examples
    --------
    >>> row = {"source": "summit", "observation": "quit in the first year", "seen": 0.25}
    >>> row |= {"predicted": 0.2, "lower": 0.1, "upper": 0.3}
    >>> len(fit(pd.DataFrame([row]), "A sample.").axes)
    1
    """
    places = np.arange(len(table))[::-1]
    with styled():
        figure, axes = subplots(figsize=(FULL_WIDTH, 1.1 + 0.24 * len(table)))
        axes.hlines(places, table["lower"], table["upper"], DESIGN_COLOURS[0], linewidth=5, alpha=0.35)
        axes.plot([], [], color=DESIGN_COLOURS[0], linewidth=5, alpha=0.35, label="80% of draws")
        axes.plot(table["predicted"], places, "o", color=DESIGN_COLOURS[0], markersize=4.5, label="mean of draws")
        axes.plot(table["seen"], places, "x", color="black", markersize=6, markeredgewidth=1.5, label="on record")
        axes.set_yticks(places, [f"{label(row.source)}: {row.observation}" for row in table.itertuples()])
        axes.set_ylim(-0.6, len(table) - 0.4)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel("chance of what was seen, or share")
        axes.grid(axis="y", color="#e5e5e5", linewidth=0.5)
        figure.legend(loc="outside upper center", ncols=3)
        caption(figure, note)
    return figure


def reliability(table: pd.DataFrame, forecasters: Sequence[str], note: str) -> Figure:
    """Draw what share came true of forecasts of about a chance, a panel for each forecaster.

    Parameters
    ----------
    table : DataFrame
        As returned by :func:`study.scoring.forecasts`.
    forecasters : sequence of str
        Columns of it.
    note : str
        Caption line.

    Examples
    --------
    >>> table = pd.DataFrame({"ended": [0.0, 1.0], "model": [0.1, 0.7]})
    >>> len(reliability(table, ["model"], "A sample.").axes)
    1
    """
    with styled():
        figure, axes = subplots(1, len(forecasters), figsize=(FULL_WIDTH, 2.3), sharey=True, sharex=True, squeeze=False)
        for panel, who in zip(axes[0], forecasters, strict=True):
            panel.plot([0, 1], [0, 1], color=NEUTRAL, linewidth=0.8, linestyle=":")
            for _, group in table.groupby(np.digitize(table[who], EDGES)):
                count, n, reported = int(group["ended"].sum()), len(group), float(group[who].mean())
                low, high = wilson(count, n)
                panel.vlines(reported, low, high, DESIGN_COLOURS[0], linewidth=1.2)
                panel.plot(reported, count / n, "o", color=DESIGN_COLOURS[0], markersize=4)
                panel.annotate(f"{n}", (reported, count / n), (4, 3), textcoords="offset points", fontsize=6)
            panel.set_title(who)
            panel.set_xlim(-0.04, 1.04)
            panel.set_ylim(-0.04, 1.04)
            panel.set_xlabel("forecast")
        axes[0, 0].set_ylabel("share that had ended")
        caption(figure, note)
    return figure


def ablation(table: pd.DataFrame, note: str) -> Figure:
    """Draw the ablation table: mechanisms down, patterns, claims and cases of their own across.

    Parameters
    ----------
    table : DataFrame
        As returned by :func:`study.ablation.ablate`.
    note : str
        Caption line.

    Returns
    -------
    Figure
        Colour and number: the quantity without the mechanism less with it, in hundredths. Where the
        95% interval of the change holds 0 the cell is empty, as where it is below two hundredths.

    Examples
    --------
    >>> row = {"mechanism": "next", "words": "voice of those next in line", "kind": "pattern"}
    >>> row |= {"quantity": "mv24", "change": -0.4, "lower": -0.5, "upper": -0.3}
    >>> len(ablation(pd.DataFrame([row]), "A sample.").axes)
    2
    """
    kinds = [kind for kind in TITLES if (table["kind"] == kind).any()]
    words = table.drop_duplicates("mechanism")["words"].tolist()
    counts = [table.loc[table["kind"] == kind, "quantity"].nunique() for kind in kinds]
    with styled():
        figure, axes = subplots(
            1,
            len(kinds),
            figsize=(FULL_WIDTH, 1.6 + 0.165 * len(words)),
            squeeze=False,
            sharey=True,
            width_ratios=counts,
        )
        for each, kind in zip(axes[0], kinds, strict=True):
            _matrix(each, table[table["kind"] == kind], kind, table["mechanism"].drop_duplicates())
        axes[0][0].set_yticks(range(len(words)), words)
        colours = ScalarMappable(Normalize(-MOST, MOST), "PuOr")
        bar = figure.colorbar(colours, ax=list(axes[0]), shrink=0.5, aspect=30, pad=0.01)
        bar.set_label("change when switched off")
        caption(figure, note)
    return figure


def _matrix(axes: Axes, table: pd.DataFrame, kind: str, order: pd.Series) -> None:
    quantities = table["quantity"].drop_duplicates()
    cells = table.pivot(index="mechanism", columns="quantity", values="change")
    change = cells.reindex(index=order, columns=quantities).to_numpy()
    clear = (table["lower"] > 0.0) | (table["upper"] < 0.0)
    reported = table.assign(reported=clear & (table["change"].abs() >= SHOWN))
    marks = reported.pivot(index="mechanism", columns="quantity", values="reported")
    shown = marks.reindex(index=order, columns=quantities, fill_value=False).fillna(False).to_numpy(bool)
    axes.imshow(np.where(shown, change, np.nan), cmap="PuOr", vmin=-MOST, vmax=MOST, aspect="auto")
    for row, column in zip(*np.nonzero(shown), strict=True):
        value = change[row, column]
        colour = "white" if abs(value) > 0.7 * MOST else "black"
        axes.text(column, row, f"{100 * value:+.0f}", ha="center", va="center", fontsize=5.5, color=colour)
    axes.set_xticks(range(len(quantities)), quantities, rotation=60, ha="right", rotation_mode="anchor")
    axes.set_xticks(np.arange(len(quantities) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(order) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="#eeeeee", linewidth=0.5)
    axes.tick_params(which="minor", length=0)
    axes.set_title(TITLES[kind])
