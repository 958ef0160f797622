"""The map of the value network: who has what power over the board, and where they stand."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from sim.plots.axes import panel_grid
from sim.plots.style import caption, label, styled

_STANCE = colormaps["PuOr"]


def value_network(diagnosis: pd.DataFrame, note: str) -> Figure:
    """Draw the stakeholders around the board, a panel per design.

    Parameters
    ----------
    diagnosis : DataFrame
        As returned by :func:`sim.diagnose.diagnose`, for one or more designs.
    note : str
        Caption line.

    Returns
    -------
    Figure
        Size of a disc and width of its tie: power. Colour: stance before the first week, from
        against (orange) over neutral (white) to for (purple); the number repeats it.

    Examples
    --------
    >>> from sim.diagnose import diagnose
    >>> from sim.sweep.samples import small_scenarios
    >>> figure = value_network(diagnose(small_scenarios()[0], 1), "A sample.")
    >>> len(figure.axes)
    2
    """
    designs = list(dict.fromkeys(diagnosis["design"]))
    with styled():
        figure, panels, _ = panel_grid(len(designs), 2.1, most=2 if len(designs) == 2 else 3, more=0.7)
        for axes, design in zip(panels, designs, strict=True):
            _panel(axes, diagnosis[diagnosis["design"] == design])
            axes.set_title(label(design))
        colours = ScalarMappable(Normalize(-1, 1), _STANCE)
        bar = figure.colorbar(colours, ax=panels, location="bottom", shrink=0.5, aspect=30, pad=0.02)
        bar.set_label("Stance before the first week (−1 against, 1 for)")
        caption(figure, note)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(rows)) / max(len(rows), 1)
    for angle, row in zip(angles, rows.itertuples(), strict=True):
        x, y = np.cos(angle), np.sin(angle)
        axes.plot([0, x], [0, y], color="#777777", lw=0.4 + 4.0 * row.power, zorder=1, solid_capstyle="round")
        axes.scatter(
            [x],
            [y],
            s=230 + 250 * row.power,
            color=[_STANCE((row.stance + 1) / 2)],
            edgecolor="#333333",
            linewidth=0.8,
            zorder=2,
        )
        dark = abs(row.stance) > 0.65
        axes.text(
            x,
            y,
            f"{row.stance:+.2f}".replace("-", "−"),
            ha="center",
            va="center",
            fontsize=6,
            zorder=3,
            color="white" if dark else "black",
        )
        side = "center" if abs(x) < 0.1 else "left" if x > 0 else "right"
        level = "center" if abs(x) >= 0.1 else "bottom" if y > 0 else "top"
        away = 1.5 + 0.05 * row.power
        words = f"{textwrap.fill(row.label, 10)}\npower {row.power:.1f}"
        axes.text(away * x, away * y, words, ha=side, va=level, fontsize=6, zorder=3)
    axes.scatter([0], [0], s=640, color="white", edgecolor="black", linewidth=1.2, zorder=2)
    axes.text(0, 0, "board", ha="center", va="center", fontsize=6.5, fontweight="bold", zorder=3)
    axes.set_xlim(-2.2, 2.2)
    axes.set_ylim(-1.7, 2.1)
    axes.set_aspect("equal")
    axes.axis("off")
