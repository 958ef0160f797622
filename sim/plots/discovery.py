"""The figure of scenario discovery: which part of each factor's range a box leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.analysis.factors import short_names
from sim.analysis.hypotheses import HOLDS
from sim.plots.axes import designs_of, panel_grid
from sim.plots.style import caption, label, styled

HAPPENED, NOT = "#D55E00", "#0072B2"
"""Colours of what happened, or fails, and of what did not, or holds."""


def discovery(boxes: pd.DataFrame, limits: pd.DataFrame, ranges: pd.DataFrame, note: str) -> Figure:
    """Draw a panel per design: a bar for each factor that a box restricts, over the range that was
    swept.

    Parameters
    ----------
    boxes, limits : DataFrame
        As from :func:`sim.analysis.discovery.discover`.
    ranges : DataFrame
        ``factor, low, high``: what was swept; missing ends for factors of names.
    note : str
        Caption line.

    Examples
    --------
    >>> import pandas as pd
    >>> from sim.analysis.discovery import discover
    >>> from sim.analysis.samples import runs
    >>> points = pd.DataFrame({"l.training": [k / 30 for k in range(30)]})
    >>> boxes, limits = discover(runs(points, {"retrofit": lambda p: 0.9 - 0.8 * p["l.training"]},
    ...     20), ["l.training"])
    >>> ranges = pd.DataFrame({"factor": ["l.training"], "low": [0.0], "high": [1.0]})
    >>> figure = discovery(boxes, limits, ranges, "A sample.")
    >>> len(figure.axes)
    1
    """
    designs = designs_of(boxes)
    swept = ranges.set_index("factor")
    factors = [name for name in swept.index if name in set(limits["factor"])] or list(swept.index[:1])
    with styled():
        figure, panels, _ = panel_grid(len(designs), 1.2 + 0.3 * len(factors), most=2, more=0.3, sharey=True)
        for axes, design in zip(panels, designs, strict=True):
            reported = []
            for row in boxes[boxes["design"] == design].to_dict("records"):
                kind = row["kind"]
                offset, colour = (0.19, NOT) if kind.startswith("not_") or kind == HOLDS else (-0.19, HAPPENED)
                reported.append(
                    f"{label(kind)}: density {row['held_back_density']:.0%} "
                    f"[{100 * row['held_back_density_lower']:.0f}, {100 * row['held_back_density_upper']:.0f}], "
                    f"coverage {row['held_back_coverage']:.0%}"
                )
                own = limits[(limits["design"] == design) & (limits["kind"] == kind)].set_index("factor")
                for y, name in enumerate(factors):
                    low, high, text = _share(own, swept, name)
                    faint = name not in own.index
                    axes.barh(
                        y + offset,
                        high - low,
                        0.34,
                        left=low,
                        color=colour,
                        alpha=0.12 if faint else 0.75,
                        label=label(kind) if y == 0 else None,
                    )
                    if text:
                        axes.text(0.02, y + offset, text, va="center", fontsize=5.5)
            axes.set_xlim(0, 1)
            axes.set_title(f"{label(design)}\n" + "\n".join(reported), fontsize=6)
            axes.set_xlabel("Part of the range swept")
        names = short_names(ranges["factor"])
        axis = [f"{names[name]} ({_range(swept.at[name, 'low'], swept.at[name, 'high'])})" for name in factors]
        panels[0].set_yticks(range(len(factors)), axis)
        panels[0].invert_yaxis()
        caption(figure, note)
    return figure


def _share(own: pd.DataFrame, swept: pd.DataFrame, name: str) -> tuple[float, float, str]:
    if name not in own.index:
        return 0.0, 1.0, ""
    edge = own.loc[name]
    if edge["settings"]:
        return 0.0, 1.0, str(edge["settings"])
    low, high = float(swept.at[name, "low"]), float(swept.at[name, "high"])
    width = max(high - low, 1e-12)
    start = 0.0 if np.isnan(edge["low"]) else (float(edge["low"]) - low) / width
    stop = 1.0 if np.isnan(edge["high"]) else (float(edge["high"]) - low) / width
    return start, stop, ""


def _range(low: float, high: float) -> str:
    return "by name" if np.isnan(low) else f"{low:.3g} to {high:.3g}"
