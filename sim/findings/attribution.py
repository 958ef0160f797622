"""Which feature accounts for the difference? Shapley values over a full factorial, seed by seed."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import partial
from itertools import product
from math import factorial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.designs import label
from sim.figures.bars import BAR, WHOLE, alone_and_with, level_words
from sim.figures.style import PAGE, Panels, designs_of, finish, label_below, panel_grid, styled
from sim.findings.base.columns import ALIKE, CLUSTERED, Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, PaperTable, Tables
from sim.io.errors import Unsupported
from sim.kernel.variables import Column
from sim.statistics.factors import short_names
from sim.statistics.naming import CORNERS
from sim.statistics.pooling import pooled_mean
from sim.statistics.quantities import MEASURES, MORE, Event, is_risk, words

TOTAL = "all together"
SINGLE, SECTION, EVERYTHING = "factor", "section", "total"
"""Kinds of rows: one factor, the factors of one section added up, all of them."""
MOST_FACTORS = 12


def attribution(runs: pd.DataFrame, factors: Sequence[str], quantities: Sequence[str] = MEASURES) -> pd.DataFrame:
    """Share out the change from all factors at their first level to all at their second.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs of a full factorial. Factors with two levels are the players; the others make
        strata, each with an answer of its own.
    factors : sequence of str
    quantities : sequence of str

    Returns
    -------
    DataFrame
        As ``FINDING`` tells, a row per stratum (a column for each of its factors), design, quantity
        and factor. Contributions add up to the total; each seed has a Shapley value of its own, so
        intervals are paired.

    Raises
    ------
    sim.io.errors.Unsupported
        Where fewer than two factors have two levels, or corners of the factorial are missing.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = attribution(small_sweep(), ["leadership.training", "who chooses"],
    ...     ["discontinued"])
    >>> table.loc[table["design"] == "retrofit", ["factor", "kind", "contribution"]].round(2)
                    factor    kind  contribution
    0  leadership.training  factor          -0.4
    1          who chooses  factor           0.0
    2         all together   total          -0.4
    """
    levels = {name: list(dict.fromkeys(runs[name])) for name in factors}
    players = [name for name in factors if len(levels[name]) == 2]
    strata = [name for name in factors if len(levels[name]) > 2]
    if len(players) < 2:
        raise Unsupported("attribution needs a full factorial in which at least two factors have exactly two levels")
    if len(players) > MOST_FACTORS:
        raise Unsupported(
            f"attribution takes up to {MOST_FACTORS} factors with two levels; this sweep has {len(players)}"
        )
    tables = []
    for quantity in quantities:
        for key, group in runs.groupby([*strata, "design"], sort=False):
            *stratum, design = key
            table = _shapley(_corners(group, players, levels, quantity), players, levels, is_risk(quantity))
            ahead = {**dict(zip(strata, stratum, strict=True)), "design": design, "quantity": quantity}
            tables.append(pd.concat([pd.DataFrame([ahead] * len(table)), table], axis=1))
    return pd.concat(tables, ignore_index=True)


def _corners(group: pd.DataFrame, players: list[str], levels: dict[str, list[object]], quantity: str) -> np.ndarray:
    """Values at the corners, shape (seeds, 2 to the players); bit k of a corner's number says
    whether factor k has changed.
    """
    corner = sum(np.asarray(group[name] == levels[name][1], dtype=int) << k for k, name in enumerate(players))
    wide = pd.DataFrame({"corner": corner, "seed": group["seed"].to_numpy(), "value": group[quantity].to_numpy(float)})
    if wide.duplicated(["corner", "seed"]).any():
        raise Unsupported("attribution needs each combination of levels once")
    table = wide.pivot(index="seed", columns="corner", values="value").dropna()
    if table.shape[1] < 2 ** len(players) or table.empty:
        raise Unsupported(
            f"attribution needs all {2 ** len(players)} combinations of the two levels of {', '.join(players)}, "
            "on the same seeds"
        )
    return table.to_numpy()


def _shapley(values: np.ndarray, players: list[str], levels: dict[str, list[object]], proportion: bool) -> pd.DataFrame:
    k, everything = len(players), values.shape[1] - 1
    seeds = np.arange(len(values))
    kind = "difference" if proportion else "number"
    own = values @ _weights(k).T
    rows = []

    def row(
        name: str, what: str, ends: Sequence[object], each: np.ndarray, alone: np.ndarray, last: np.ndarray
    ) -> None:
        one = np.zeros(len(seeds), int)
        intervals = [pooled_mean(sample, one, seeds, kind)[:3] for sample in (each, alone, last)]
        rows.append((name, what, *map(str, ends), *intervals[0], *intervals[1], *intervals[2], len(seeds)))

    for place, name in enumerate(players):
        bit = 1 << place
        alone, last = values[:, bit] - values[:, 0], values[:, everything] - values[:, everything - bit]
        row(name, SINGLE, levels[name], own[:, place], alone, last)
    sections = [name.partition(".")[0] for name in players]
    for section in dict.fromkeys(sections):
        members = [place for place, name in enumerate(players) if sections[place] == section and "." in name]
        if 2 <= len(members) < k:
            bits = sum(1 << place for place in members)
            alone, last = values[:, bits] - values[:, 0], values[:, everything] - values[:, everything - bits]
            row(f"{section} (sum)", SECTION, ("", ""), own[:, members].sum(axis=1), alone, last)
    total = values[:, everything] - values[:, 0]
    row(TOTAL, EVERYTHING, ("", ""), total, total, total)
    ahead = ["factor", "kind", "from_level", "to_level", "contribution", "lower", "upper"]
    intervals = [f"{name}{end}" for name in ("alone", "last") for end in ("", "_lower", "_upper")]
    return pd.DataFrame(rows, columns=[*ahead, *intervals, "seeds"])


def _weights(k: int) -> np.ndarray:
    """Weight of each corner in each factor's Shapley value, shape (k, 2**k)."""
    weights = np.zeros((k, 2**k))
    for bits in product((0, 1), repeat=k):
        corner, size = sum(bit << place for place, bit in enumerate(bits)), sum(bits)
        for place in range(k):
            if bits[place]:
                weights[place, corner] = factorial(size - 1) * factorial(k - size) / factorial(k)
            else:
                weights[place, corner] = -factorial(size) * factorial(k - size - 1) / factorial(k)
    return weights


def _tables(e: Evidence) -> Tables:
    found = attribution(e.runs, e.factors, (e.event.way, *MORE))
    return {"attribution": e.of_quantities(found, CORNERS)}


def figure(table: pd.DataFrame, note: str, event: Event, ax: Panels = None) -> Figure:
    """Shapley values of the factors, a panel per quantity, or per stratum and design, with the
    effect alone and the effect when changed last.

    Parameters
    ----------
    table : DataFrame
        As from :func:`attribution`.
    note, event, ax
        As of all figures, see :mod:`sim.findings`.

    Returns
    -------
    Figure
        Of as many strata as a page takes; the caption says where it leaves out some.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = attribution(small_sweep(), ["leadership.training", "who chooses"])
    >>> len(figure(table, "A sample.", Event("discontinued", 108)).axes)
    2
    """
    strata = list(table.columns[: list(table.columns).index("design")])
    designs = designs_of(table)
    risk_only = bool(strata) or len(designs) > 1
    quantities = [event.way] if risk_only else list(dict.fromkeys(table["quantity"]))
    rows = table[table["quantity"].isin(quantities)]
    groups = list(rows.groupby([*strata, "design", "quantity"], sort=False))
    kinds = dict(zip(table["factor"], table["kind"], strict=True))
    factors = list(kinds)
    names = short_names([*factors, *strata])
    # Designs side by side and strata below one another, or else what there is three in a row.
    most = min(len(designs), 5) if strata and len(designs) > 1 else 3
    height = 0.6 + 0.27 * len(factors)
    shown = groups[: most * max(1, int((PAGE - 1.2) / height))]
    if len(shown) < len(groups):
        note = f"{note} Only the first {len(shown)} of {len(groups)} panels are shown; the table has all."
    with styled():
        drawn, panels, grid = panel_grid(len(shown), height, most, 0.9, ax, sharex=risk_only, sharey=True)
        for axes, (key, group) in zip(panels, shown, strict=True):
            *stratum, design, quantity = key
            own = group.set_index("factor").reindex(factors)
            own = own.rename(columns={"lower": "contribution_lower", "upper": "contribution_upper"})
            # All together have no others to be changed with.
            parts = own["kind"] != EVERYTHING
            marks = own.columns[own.columns.str.startswith(("alone", "last"))]
            own[marks] = own[marks].where(parts)
            colours = [BAR if kinds[name] == SINGLE else WHOLE for name in factors]
            y = np.arange(len(factors), dtype=float)
            alone_and_with(axes, y, own, "contribution", "last", ("Shapley value", "last"), colours)
            where = [f"{names[name]} = {level_words(level)}" for name, level in zip(strata, stratum, strict=True)]
            reported = [label(design)] * (len(designs) > 1) + [", ".join(where)] * bool(where)
            width = 100 // grid.shape[1]
            axes.set_title("\n".join(textwrap.fill(line, width) for line in reported), fontsize=7)
            axes.tick_params(labelbottom=True)
            if not risk_only:
                what = f"risk\n({event})" if quantity == event.way else f"\n{words(quantity)}"
                axes.set_xlabel(f"Change in {what}".replace(" \n", "\n"))
        if risk_only:
            label_below(drawn, panels, f"Change in the {event.risk}", ax)
        panels[0].set_yticks(range(len(factors)), [names[name] for name in factors])
        panels[0].set_ylim(len(factors) - 0.4, -0.6)
        return finish(drawn, panels, note, ax)


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    note = e.note(
        "Shapley values over the full factorial, seed by seed; open: changed alone; filled: changed after all "
        "the others; 95% intervals (Monte Carlo error only)"
    )
    return {"attribution": partial(figure, t["attribution"], note, e.event)}


def _printed(e: Evidence, t: Tables) -> pd.DataFrame:
    return t["attribution"].rename(columns={"seeds": "n"})


FINDING = Finding(
    order=70,
    columns=(
        Table(
            "attribution",
            "FACTORS design quantity NAMED factor kind from_level to_level contribution ENDS alone alone_lower "
            "alone_upper last last_lower last_upper seeds",
            {
                "kind": Column(
                    "-",
                    f"{SINGLE}: one factor; {SECTION}: the factors of one section added up; {EVERYTHING}: "
                    f"all factors together",
                ),
                "from_level": Column("as the factor", "its first level; empty in a row for several factors"),
                "to_level": Column("as the factor", "its second level; empty in a row for several factors"),
                "contribution": Column(
                    ALIKE,
                    "Shapley value: the change that the factor makes, averaged over all orders of changing the factors",
                ),
                "alone": Column(ALIKE, "change that the factor makes alone, all others at their first level"),
                "last": Column(ALIKE, "change that the factor makes with all others at their second level"),
                "seeds": Column("seeds", "seeds on which the programme opened under every combination of levels"),
            },
            {"contribution": CLUSTERED, "alone": CLUSTERED, "last": CLUSTERED},
        ),
    ),
    tables=_tables,
    figures=_figures,
    shown=("attribution",),
    printed=(
        PaperTable(
            "attribution",
            "Which feature accounts for the difference",
            "attribution",
            "FACTORS what design factor from_level to_level NAMED n contribution ENDS",
            _printed,
        ),
    ),
)
