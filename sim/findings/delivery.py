"""Whom does the initiative reach, how much is delivered, and who learns?"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.designs import label, looks
from sim.figures.style import Panels, designs_of, finish, panel_grid, styled
from sim.findings.base.columns import MEAN, MEANS, Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, PaperTable, Tables
from sim.outcome import TERTILES
from sim.statistics.means import means_by_point
from sim.statistics.naming import OPENED
from sim.statistics.pooling import Pooled, pooled_mean
from sim.statistics.quantities import COMPARED, STUDENT_WEEK, WAYS, is_risk, words


def pooled_means(runs: pd.DataFrame, quantities: Iterable[str] = COMPARED) -> pd.DataFrame:
    """Mean of each quantity over all design points, by design: ``design, quantity`` and the fields
    of :class:`Pooled`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> pooled_means(small_sweep(), ["discontinued"])[["design", "mean", "lower", "upper",
    ...     "points"]].round(2)
           design  mean  lower  upper  points
    0    retrofit  0.62   0.51   0.73       4
    1  greenfield  0.32   0.23   0.44       4
    """
    rows: list[tuple[object, ...]] = []
    for design, group in runs.groupby("design", sort=False):
        points, seeds = group["point"].to_numpy(), group["seed"].to_numpy()
        rows.extend(
            (
                design,
                name,
                *pooled_mean(group[name].to_numpy(float), points, seeds, "proportion" if is_risk(name) else "number"),
            )
            for name in quantities
        )
    return pd.DataFrame(rows, columns=["design", "quantity", *Pooled._fields])


def _tables(e: Evidence) -> Tables:
    return {
        "means": e.of_quantities(pooled_means(e.runs, e.quantities), OPENED),
        "means_by_point": e.with_factors(e.of_quantities(means_by_point(e.runs, e.quantities), OPENED)),
    }


def figure(table: pd.DataFrame, note: str, ax: Panels = None) -> Figure:
    """Draw bars by design, with intervals, and the spread over design points where there are
    several.

    Parameters
    ----------
    table : DataFrame
        As from :func:`pooled_means`.
    note, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> len(figure(pooled_means(small_sweep()), "A sample.").axes)
    3
    """
    designs = designs_of(table)
    rows = table.set_index(["quantity", "design"])
    with styled():
        drawn, panels, _ = panel_grid(3, 2.0, ax=ax, width_ratios=(1, 1, 2.2))
        for axes, quantities in zip(
            panels, (["weeks_per_100"], ["delivered"], [f"gain_{tertile}" for tertile in TERTILES]), strict=True
        ):
            _bars(axes, rows, quantities, designs)
        for axes, quantity in zip(panels[:2], ("weeks_per_100", "delivered"), strict=True):
            axes.set_xticks([])
            axes.set_ylabel(textwrap.fill(words(quantity)[0].upper() + words(quantity)[1:], 34))
        panels[2].set_xticks(range(3), [f"{tertile} tertile" for tertile in TERTILES])
        panels[2].set_xlabel("Prior achievement")
        panels[2].set_ylabel("Learning gain, SD per child of it")
        panels[2].axhline(0, color="black", lw=0.5)
        return finish(drawn, panels, note, ax)


def _bars(axes: Axes, rows: pd.DataFrame, quantities: list[str], designs: list[str]) -> None:
    width = 0.8 / len(designs)
    for index, design in enumerate(designs):
        own = rows.loc[[(quantity, design) for quantity in quantities]]
        x = np.arange(len(quantities)) + (index - (len(designs) - 1) / 2) * width
        error = np.vstack([own["mean"] - own["lower"], own["upper"] - own["mean"]]).clip(min=0)
        error[~np.isfinite(error)] = 0.0
        own_look = looks(designs)[design]
        axes.bar(
            x,
            own["mean"],
            width * 0.9,
            color=own_look.colour,
            hatch=own_look.hatch,
            edgecolor="white",
            linewidth=0.3,
            label=label(design),
        )
        if (own["points"] > 1).any():
            axes.vlines(x, own["spread_low"], own["spread_high"], color="#999999", lw=2.5, alpha=0.6)
        axes.errorbar(x, own["mean"], yerr=error, fmt="none", ecolor="#222222", elinewidth=0.9, capsize=1.8)


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    note = e.note_of_means("whiskers", "; grey: 90% of the design points", more=f"; {STUDENT_WEEK}")
    return {"delivery": partial(figure, t["means"], note)}


def _numbers(e: Evidence, t: Tables) -> pd.DataFrame:
    return t["means"][~t["means"]["quantity"].isin(WAYS)]


FINDING = Finding(
    order=40,
    columns=(
        Table("means", "design quantity NAMED mean ENDS POOLED", intervals={"mean": MEANS}),
        Table("means_by_point", "point FACTORS design quantity NAMED mean ENDS n", intervals={"mean": MEAN}),
    ),
    tables=_tables,
    figures=_figures,
    shown=("means",),
    printed=(PaperTable("means", "What was delivered", "means", "what design NAMED n mean ENDS SPREAD", _numbers),),
)
