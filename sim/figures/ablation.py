"""The ablation table as a figure: what each mechanism, switched off, does to each pattern and
claim.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from sim.figures.style import FULL_WIDTH, caption, styled, subplots

SHOWN = 0.02
"""Change from which a cell holds a number."""

TITLES = {"pattern": "Patterns", "claim": "Claims", "case": "Own case"}
"""Kind of a quantity -> title of its panel."""

MOST = 0.6
"""Change at which the colour is full."""


def ablation(table: pd.DataFrame, note: str) -> Figure:
    """Draw the ablation table: mechanisms down, patterns, claims and cases of their own across.

    Parameters
    ----------
    table : DataFrame
        As returned by :func:`sim.calibration.ablation.ablate`.
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
