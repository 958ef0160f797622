"""How much power does each stakeholder have over the board, and where does it stand before the
first week?
"""

from __future__ import annotations

import textwrap
from functools import partial

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from sim.designs import label
from sim.diagnose import diagnose
from sim.figures.style import Panels, finish, panel_grid, styled
from sim.findings.base.columns import Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, Tables
from sim.io.errors import Unsupported
from sim.kernel.variables import Column
from sim.statistics.naming import ANY, BEFORE, COMMUNITIES, named

MAPPED = 20_000
"""Families up to which the map of the value network is drawn: it asks every one of them."""
_STANCE = colormaps["PuOr"]


def _tables(e: Evidence) -> Tables:
    e.need_one_point("the map of the value network")
    point = int(e.runs["point"].iloc[0])
    scenarios = [e.results.sweep.scenario(point, design) for design in e.designs]
    most = max(scenario.population.families for scenario in scenarios)
    if most > MAPPED:
        raise Unsupported(
            f"the map of the value network covers every family, and there are {most:,}; accepted: up to {MAPPED:,}"
        )
    asked = _communities(most)
    tables = [diagnose(scenario, asked, e.results.sweep.draws).assign(n=asked) for scenario in scenarios]
    return {"diagnosis": named(pd.concat(tables, ignore_index=True), ANY, BEFORE, COMMUNITIES)}


def _communities(families: int) -> int:
    """Synthetic communities that are asked: fewer where they are large."""
    return 5 if families <= 5000 else 1


def figure(diagnosis: pd.DataFrame, note: str, ax: Panels = None) -> Figure:
    """Draw the stakeholders around the board, a panel per design.

    Parameters
    ----------
    diagnosis : DataFrame
        As returned by :func:`sim.diagnose.diagnose`, for one or more designs.
    note, ax
        As of all figures, see :mod:`sim.findings`.

    Returns
    -------
    Figure
        Size of a disc and width of its tie: power. Colour: stance before the first week, from
        against (orange) over neutral (white) to for (purple); the number repeats it.

    Examples
    --------
    >>> from sim.diagnose import diagnose
    >>> from sim.sweep.samples import small_scenarios
    >>> len(figure(diagnose(small_scenarios()[0], 1), "A sample.").axes)
    2
    """
    designs = list(dict.fromkeys(diagnosis["design"]))
    with styled():
        drawn, panels, _ = panel_grid(len(designs), 2.1, most=2 if len(designs) == 2 else 3, more=0.7, ax=ax)
        for axes, design in zip(panels, designs, strict=True):
            _panel(axes, diagnosis[diagnosis["design"] == design])
            axes.set_title(label(design))
        colours = ScalarMappable(Normalize(-1, 1), _STANCE)
        bar = drawn.colorbar(colours, ax=panels, location="bottom", shrink=0.5, aspect=30, pad=0.02)
        bar.set_label("Stance before the first week (−1 against, 1 for)")
        return finish(drawn, panels, note, ax)


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


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    asked = _communities(int(e.families.max()))
    note = f"Stance before the first week, mean of {asked} synthetic communities (seeds 0 to {asked - 1})"
    return {"value_network": partial(figure, t["diagnosis"], f"{e.title}. {note}; {e.calibration}.")}


FINDING = Finding(
    order=120,
    columns=(
        Table(
            "diagnosis",
            "design stakeholder NAMED label power stance ENDS opposition note n",
            {
                "n": Column("communities", "synthetic communities averaged over"),
                "power": Column("sum of weights", "power over the board, all channels"),
                "stance": Column("-1 to 1", "stance before the first week, against to for, mean over communities"),
                "opposition": Column(
                    "power", "power times the part of the stance that is against and that the board hears"
                ),
                "note": Column("-", "what the stance measures"),
            },
            {"stance": "Student's, over communities"},
        ),
    ),
    tables=_tables,
    figures=_figures,
)
