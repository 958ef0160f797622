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
from sim.plots.style import DESIGN_COLOURS, FULL_WIDTH, caption, label, styled, subplots

LONGEST = 30
"""Characters of a factor's label in a line."""

BARS = {"S1": ("first-order S1: by itself", "#56B4E9", ""), "ST": ("total ST: with interactions", "#0072B2", "////")}


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
    factors = list(dict.fromkeys(rows["factor"]))
    names = {**labels(factors), **(named or {})}
    morris = "mu_star" in set(rows["index"])
    told = convergence.set_index(["design", "quantity"])
    height = (0.75 + 0.19 * len(factors)) * len(designs) + 0.6
    with styled():
        figure, panels = subplots(
            len(designs), len(quantities), figsize=(FULL_WIDTH, height), sharey=True, squeeze=False
        )
        for line, design in zip(panels, designs, strict=True):
            for axes, quantity in zip(line, quantities, strict=True):
                own = rows[(rows["design"] == design) & (rows["quantity"] == quantity)]
                _bars(
                    axes,
                    own,
                    factors,
                    {
                        "mu_star": ("mean absolute effect μ*", "#0072B2", ""),
                        "sigma": ("SD of effects σ", "#56B4E9", "////"),
                    }
                    if morris
                    else BARS,
                )
                state = "converged" if told.loc[(design, quantity), "converged"] else "not converged"
                if own["estimate"].isna().all():
                    state = "does not vary"
                what = f"risk ({event})" if quantity == event.way else UNITS[quantity]
                axes.set_title(f"{label(design)}: {state}", fontsize=7)
                axes.set_xlabel(f"{'Effect on' if morris else 'Share of variance of'}\n{what}", fontsize=7)
            line[0].set_yticks(range(len(factors)), [textwrap.fill(str(names[name]), LONGEST) for name in factors])
            line[0].invert_yaxis()
        shared_legend(figure, panels.flat)
        caption(figure, note)
    return figure


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
    if "ST" in kinds:
        # Shares of variance: where hardly anything varies, an interval can reach far beyond.
        left, right = axes.get_xlim()
        axes.set_xlim(max(left, -0.5), min(right, 1.5))
