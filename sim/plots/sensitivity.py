"""Figures of sensitivity: Sobol' indices as bars, Morris screening as effect against spread."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.factors import FactorLabel, labels
from sim.analysis.quantities import UNITS, Event
from sim.plots.axes import designs_of, shared_legend
from sim.plots.style import DESIGN_COLOURS, FULL_WIDTH, PAGE, caption, label, styled, subplots

SOBOL = {"S1": ("first-order S1: by itself", "#56B4E9", ""), "ST": ("total ST: with interactions", "#0072B2", "////")}
MORRIS = {"mu_star": ("mean absolute effect μ*", "#0072B2", ""), "sigma": ("SD of effects σ", "#56B4E9", "////")}

ROW, AROUND, BESIDE = 0.19, 0.3, 1.3
"""Inches: of a factor, what a design's panels have around theirs, and all of them around."""
LINE, LONGEST = 0.115, 34
"""Inches that a line of a factor's label takes, and characters in one."""


def sensitivity(
    indices: pd.DataFrame,
    convergence: pd.DataFrame,
    note: str,
    event: Event,
    named: Mapping[str, FactorLabel] | None = None,
) -> Figure:
    """Draw the indices at all base points, a row of panels per design and a column per quantity.

    Parameters
    ----------
    indices, convergence : DataFrame
        As from :func:`sim.analysis.sensitivity.sensitivity`.
    note : str
        Caption line.
    event : Event
        Whose risk is meant.
    named : mapping, optional
        Labels of the factors, see :func:`sim.analysis.factors.labels`.

    Examples
    --------
    >>> import pandas as pd
    >>> from sim.analysis.sensitivity import COLUMNS
    >>> from sim.analysis.quantities import Event
    >>> rows = [("retrofit", "discontinued", 64, factor, "ST", 0.5, 0.4, 0.6, 0.45,
    ...     0.55) for factor in ("a", "b")]
    >>> convergence = pd.DataFrame({"design": ["retrofit"], "quantity": ["discontinued"],
    ...     "converged": [True]})
    >>> figure = sensitivity(pd.DataFrame(rows, columns=COLUMNS), convergence, "A sample.",
    ...     Event("discontinued", 108))
    >>> len(figure.axes)
    1
    """
    rows = indices[indices["base_points"] == indices["base_points"].max()]
    designs, quantities = designs_of(rows), list(dict.fromkeys(rows["quantity"]))
    morris = "mu_star" in set(rows["index"])
    names = {**labels(rows["factor"]), **(named or {})}
    words = {name: textwrap.fill(str(reported), LONGEST) for name, reported in names.items()}
    row = max(ROW, 0.03 + LINE * (1 + max(each.count("\n") for each in words.values())))
    factors, every = _telling(rows, len(designs), row), rows["factor"].nunique()
    if len(factors) < every:
        note = f"{note} The {len(factors)} of {every} factors that tell most; the table has all."
    reported = convergence.set_index(["design", "quantity"])
    height = (AROUND + row * len(factors)) * len(designs) + BESIDE
    with styled():
        figure, panels = subplots(
            len(designs), len(quantities), figsize=(FULL_WIDTH, height), sharex="col", sharey=True, squeeze=False
        )
        for line, design in zip(panels, designs, strict=True):
            for axes, quantity in zip(line, quantities, strict=True):
                own = rows[(rows["design"] == design) & (rows["quantity"] == quantity)]
                _bars(axes, own, factors, MORRIS if morris else SOBOL)
                state = "converged" if reported.loc[(design, quantity), "converged"] else "not converged"
                if own["estimate"].isna().all():
                    state = "does not vary"
                axes.set_title(f"{label(design)}: {state}", fontsize=7)
        for axes, quantity in zip(panels[-1], quantities, strict=True):
            what = f"risk ({event})" if quantity == event.way else UNITS[quantity]
            axis = textwrap.fill(what, 40)
            axes.set_xlabel(f"{'Effect on' if morris else 'Share of variance of'}\n{axis}", fontsize=7)
            if not morris:
                # Of shares of variance an interval can reach far out, where hardly anything varies.
                left, right = axes.get_xlim()
                axes.set_xlim(max(left, -0.5), min(right, 1.5))
        panels[0, 0].set_yticks(range(len(factors)), [words[name] for name in factors])
        panels[0, 0].invert_yaxis()
        shared_legend(figure, panels.flat)
        caption(figure, note)
    return figure


def _telling(rows: pd.DataFrame, designs: int, row: float) -> list[str]:
    """Factors in their order: all, or those of the largest indices where a page has no room for
    all.
    """
    space = int(((PAGE - BESIDE) / designs - AROUND) / row)
    largest = (
        rows[rows["index"].isin(["ST", "mu_star"])]
        .groupby(["quantity", "factor"], sort=False)["estimate"]
        .max()
        .groupby("quantity")
        .rank(ascending=False, method="first")
        .groupby("factor")
        .min()
        .nsmallest(max(space, 1))
    )
    return [name for name in dict.fromkeys(rows["factor"]) if name in set(largest.index)]


def _bars(axes: Axes, rows: pd.DataFrame, factors: list[str], kinds: dict[str, tuple[str, str, str]]) -> None:
    for place, (index, (name, colour, hatch)) in enumerate(kinds.items()):
        own = rows[rows["index"] == index].set_index("factor").reindex(factors)
        y = np.arange(len(factors)) + (place - 0.5) * 0.38
        estimate = own["estimate"].fillna(0.0)
        axes.barh(y, estimate, 0.36, color=colour, hatch=hatch, edgecolor="white", linewidth=0.2, label=name)
        for low, high, width, colour_of in (
            ("lower", "upper", 0.8, "black"),
            ("mc_lower", "mc_upper", 2.4, DESIGN_COLOURS[1]),
        ):
            known = own[low].notna() & own[high].notna() & own["estimate"].notna()
            if known.any():
                axes.hlines(
                    y[known.to_numpy()],
                    own.loc[known, low],
                    own.loc[known, high],
                    color=colour_of,
                    lw=width,
                    alpha=0.9,
                    zorder=3 if width < 1 else 2,
                )
    axes.axvline(0, color="black", lw=0.5)
