"""Which designs does no other design beat on risk, reach and gain at once? None
wins by serving nobody.
"""

from __future__ import annotations

import textwrap
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.designs import label, looks
from sim.figures.style import Panels, designs_of, finish, panel_grid, styled
from sim.findings.base.columns import RISK, Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, Tables
from sim.kernel.variables import Column
from sim.statistics.means import means_by_point
from sim.statistics.quantities import HEADLINE, MORE, STUDENT_WEEK, WAYS, Event, words

DRAWS = 400
"""Bootstrap draws of seeds."""
WITH_WHISKERS = 40
"""Points that are drawn with their intervals; beyond that the intervals are in the table."""


def frontier(runs: pd.DataFrame, way: str = HEADLINE, draws: int = DRAWS) -> pd.DataFrame:
    """Means of risk, reach and gain by design point and design, and whether anything beats them.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs.
    way : str
        The event whose risk is meant.
    draws : int
        Bootstrap draws; seeds are drawn, the same for all points and designs, so that pairing is
        kept.

    Returns
    -------
    DataFrame
        As ``FINDING`` tells; ``frontier_share`` says how sure it is, and is NaN with one seed.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> frontier(small_sweep(), draws=20)[["point", "design", "discontinued", "weeks_per_100",
    ...     "on_frontier"]].head(4)
       point      design  discontinued  weeks_per_100  on_frontier
    0      0    retrofit         0.825         566.45        False
    1      0  greenfield         0.525         966.65        False
    2      1    retrofit         0.825         566.45        False
    3      1  greenfield         0.125        1500.25         True
    """
    signs = {way: -1.0, **dict.fromkeys(MORE, 1.0)}
    table = means_by_point(runs, signs)
    keys = list(dict.fromkeys(zip(table["point"], table["design"], strict=True)))
    wide = pd.DataFrame(keys, columns=["point", "design"])
    for quantity in signs:
        rows = table[table["quantity"] == quantity].reset_index(drop=True)
        wide[quantity], wide[f"{quantity}_lower"], wide[f"{quantity}_upper"] = (
            rows["mean"],
            rows["lower"],
            rows["upper"],
        )
    wide["on_frontier"] = _unbeaten(np.column_stack([sign * wide[name] for name, sign in signs.items()]))
    wide["frontier_share"] = _shares(runs, signs, keys, draws)
    wide["n"] = table.loc[table["quantity"] == way, "n"].to_numpy()
    return wide


def _shares(runs: pd.DataFrame, signs: dict[str, float], keys: list[tuple[int, str]], draws: int) -> np.ndarray:
    place = {key: k for k, key in enumerate(keys)}
    row = np.array([place[key] for key in zip(runs["point"], runs["design"], strict=True)])
    seeds, column = np.unique(runs["seed"].to_numpy(), return_inverse=True)
    cells = np.full((len(signs), len(keys), len(seeds)), np.nan)
    for k, (name, sign) in enumerate(signs.items()):
        cells[k, row, column] = sign * runs[name].to_numpy(float)
    if len(seeds) < 2:
        return np.full(len(keys), np.nan)
    there = ~np.isnan(cells[0])
    filled = np.nan_to_num(cells)
    generator = np.random.default_rng(0)
    kept = np.zeros(len(keys))
    for _ in range(draws):
        weight = np.bincount(generator.integers(0, len(seeds), len(seeds)), minlength=len(seeds)).astype(float)
        with np.errstate(invalid="ignore"):
            means = (filled @ weight) / (there @ weight)
        kept += _unbeaten(np.where(np.isnan(means), -np.inf, means).T)
    return kept / draws


def _unbeaten(values: np.ndarray) -> np.ndarray:
    """Rows of (rows, criteria), larger is better, that no other row dominates."""
    order = np.lexsort(values.T[::-1])[::-1]
    best = np.ones(len(values), dtype=bool)
    for i in order:
        if best[i]:
            beaten = (values <= values[i]).all(axis=1) & (values < values[i]).any(axis=1)
            best[beaten] = False
    return best


def _tables(e: Evidence) -> Tables:
    return {"frontier": e.with_factors(e.named(frontier(e.runs, e.event.way)))}


def figure(table: pd.DataFrame, note: str, event: Event, ax: Panels = None) -> Figure:
    """Risk against what is delivered (left) and against what is learned (right); what nothing beats
    is filled.

    Parameters
    ----------
    table : DataFrame
        As from :func:`frontier`.
    note, event, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> from sim.statistics.quantities import Event
    >>> from sim.statistics.samples import small_sweep
    >>> table = frontier(small_sweep(), draws=20)
    >>> len(figure(table, "A sample.", Event("discontinued", 108)).axes)
    2
    """
    designs = designs_of(table)
    with styled():
        figured, panels, _ = panel_grid(2, 2.4, ax=ax, sharex=True)
        for axes, quantity in zip(panels, MORE, strict=True):
            for design in designs:
                own = table[table["design"] == design]
                colour, marker = looks(designs)[design].colour, looks(designs)[design].marker
                risk = own[event.way]
                if len(table) <= WITH_WHISKERS:
                    across = [risk - own[f"{event.way}_lower"], own[f"{event.way}_upper"] - risk]
                    up = [own[quantity] - own[f"{quantity}_lower"], own[f"{quantity}_upper"] - own[quantity]]
                    axes.errorbar(
                        risk.to_numpy(),
                        own[quantity].to_numpy(),
                        xerr=np.array(across),
                        yerr=np.array(up),
                        fmt="none",
                        ecolor=colour,
                        elinewidth=0.7,
                        alpha=0.8,
                    )
                shown: dict[bool, dict[str, Any]] = {
                    False: {"s": 13, "facecolor": "white", "edgecolor": colour, "lw": 0.7, "alpha": 0.8},
                    True: {"s": 20, "facecolor": colour, "edgecolor": "black", "lw": 0.5, "zorder": 3},
                }
                for best, drawn in shown.items():
                    rows = own[own["on_frontier"] == best]
                    axes.scatter(rows[event.way], rows[quantity], marker=marker, **drawn)
                axes.scatter([], [], marker=marker, color=colour, s=20, label=label(design))
            axes.set_xlabel(event.risk.capitalize())
            axes.set_xlim(-0.03, 1.03)
            axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            axes.set_ylabel(textwrap.fill(words(quantity)[0].upper() + words(quantity)[1:], 40))
        return finish(figured, panels, note, ax)


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    filled = "One mark per design point and design; filled: no other beats it on risk, student-weeks and gain at once"
    bars = "; bars: 95% intervals (Monte Carlo error only)" if len(t["frontier"]) <= WITH_WHISKERS else ""
    return {"frontier": partial(figure, t["frontier"], e.note(f"{filled}{bars}; {STUDENT_WEEK}"), e.event)}


FINDING = Finding(
    order=60,
    columns=(
        Table(
            "frontier",
            "point FACTORS design NAMED discontinued discontinued_lower discontinued_upper weeks_per_100 "
            "weeks_per_100_lower weeks_per_100_upper gain gain_lower gain_upper on_frontier frontier_share n",
            {
                "on_frontier": Column(
                    "yes or no",
                    "whether no other is at least as good on risk, reach and gain and better on one of them",
                ),
                "frontier_share": Column("share", "share of bootstrap draws of seeds in which it is on the frontier"),
            },
            {**dict.fromkeys(WAYS, RISK), "weeks_per_100": "Student's", "gain": "Student's"},
        ),
    ),
    tables=_tables,
    figures=_figures,
)
