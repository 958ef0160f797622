"""How much does each level of a factor change the outcome?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from sim.designs import label, looks
from sim.figures.bars import LEAST, across, changes
from sim.figures.style import PAGE, Panels, designs_of, finish, panel_grid, styled
from sim.findings.base.columns import ALIKE, CLUSTERED, Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, Tables
from sim.io.errors import Unsupported
from sim.kernel.variables import Column
from sim.statistics.factors import FactorLabel
from sim.statistics.naming import LEVELS
from sim.statistics.pooling import pooled_mean
from sim.statistics.quantities import MEASURES, MORE, Event, is_risk

MOST_LEVELS = 24
"""Levels above which a factor is taken for a continuous one."""
RECURRING = (
    f"a factor with 2 to {MOST_LEVELS} levels that recur with all else equal (a factorial design); this sweep has none"
)


def level_effects(runs: pd.DataFrame, factors: Sequence[str], quantities: Iterable[str] = MEASURES) -> pd.DataFrame:
    """What each level of a factor changes against the factor's first level, all else alike, paired
    by seed.

    With a factor whose settings set one stakeholder's power to zero after another, this is the
    counterfactual risk without it.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs of a factorial sweep.
    factors : sequence of str
    quantities : iterable of str

    Returns
    -------
    DataFrame
        As ``FINDING`` tells.

    Raises
    ------
    sim.io.errors.Unsupported
        Where no factor has from 2 to ``MOST_LEVELS`` levels that recur with all else alike.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = level_effects(small_sweep(), ["leadership.training", "who chooses"],
    ...     ["discontinued"])
    >>> table[["design", "factor", "level", "difference"]].round(2)
           design               factor     level  difference
    0    retrofit  leadership.training       0.9        -0.4
    1  greenfield  leadership.training       0.9         0.0
    2    retrofit          who chooses  families         0.0
    3  greenfield          who chooses  families        -0.4
    """
    rows = []
    for factor in factors:
        levels = list(dict.fromkeys(runs[factor]))
        if not 2 <= len(levels) <= MOST_LEVELS:
            continue
        others = [name for name in factors if name != factor]
        for design, group in runs.groupby("design", sort=False):
            for quantity in quantities:
                for level in levels[1:]:
                    both = alike_but_for(group, factor, others, (levels[0], level), quantity)
                    if both.empty:
                        continue
                    kind = "difference" if is_risk(quantity) else "number"
                    change = (both["own"] - both["first"]).to_numpy(float)
                    pooled = pooled_mean(change, both["where"].to_numpy(), both["seed"].to_numpy(), kind)
                    mean = float(both.groupby("where")["own"].mean().mean())
                    where = (design, factor, level_text(level), level_text(levels[0]), quantity)
                    rows.append((*where, mean, *pooled[:3], *pooled[5:]))
    if not rows:
        raise Unsupported(f"effects of levels need {RECURRING}")
    columns = [
        "design",
        "factor",
        "level",
        "reference",
        "quantity",
        "mean",
        "difference",
        "lower",
        "upper",
        "points",
        "seeds",
        "n",
    ]
    return pd.DataFrame(rows, columns=columns)


def alike_but_for(
    runs: pd.DataFrame, factor: str, others: Sequence[str], ends: tuple[object, object], quantity: str
) -> pd.DataFrame:
    """Runs at two levels of a factor side by side, where all other factors and the seed are alike.

    Parameters
    ----------
    runs : DataFrame
        Of one design: the factors, ``seed``, and the quantity.
    factor : str
    others : sequence of str
        All other factors.
    ends : tuple
        The two levels.
    quantity : str

    Returns
    -------
    DataFrame
        The other factors, ``seed, own, first`` (the quantity at the second level and at the first),
        ``where`` (a number for each combination of the others). Without rows where combinations of
        levels do not recur, or more than once.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> own = small_sweep().query("design == 'retrofit'")
    >>> alike_but_for(own, "leadership.training", ["who chooses"], (0.1, 0.9), "gain").head(2)
      who chooses  seed   own  first  where
    0    district     0  0.05   0.01      0
    1    district     1  0.05   0.05      0
    """
    cells = runs.set_index([*others, "seed"])
    first, own = (cells.loc[cells[factor] == level, quantity] for level in ends)
    both = pd.DataFrame({"own": own, "first": first}) if first.index.is_unique and own.index.is_unique else None
    both = pd.DataFrame(columns=[*others, "seed", "own", "first"]) if both is None else both.dropna().reset_index()
    return both.assign(where=both.groupby(list(others), sort=False).ngroup() if len(others) else 0)


def level_text(level: object) -> str:
    """A level as a text, so that one column holds numbers and names.

    Examples
    --------
    >>> level_text(0.10000000001), level_text("families")
    ('0.1', 'families')
    """
    return f"{level:.6g}" if isinstance(level, float) else str(level)


def _tables(e: Evidence) -> Tables:
    e.need_factorial("effects of levels need")
    return {"effects": e.of_quantities(level_effects(e.runs, e.factors, (e.event.way, *MORE)), LEVELS)}


def figure(
    table: pd.DataFrame, note: str, event: Event, named: Mapping[str, FactorLabel] | None = None, ax: Panels = None
) -> Figure:
    """What each level of each factor changes in the risk, against the factor's first level.

    Parameters
    ----------
    table : DataFrame
        As from :func:`level_effects`.
    note, event, named, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = level_effects(small_sweep(), ["leadership.training", "who chooses"])
    >>> len(figure(table, "A sample.", Event("discontinued", 108)).axes)
    1
    """
    rows = table[table["quantity"] == event.way]
    place, names = changes(rows["factor"], rows["reference"], rows["level"], named)
    designs = designs_of(rows)
    row = min(max(0.2, 0.085 * len(designs)), max(LEAST, (PAGE - 1.4) / max(len(names), 1)))
    with styled():
        drawn, (axes,), _ = panel_grid(1, row * max(len(names), 4), more=1.0, ax=ax)
        for index, design in enumerate(designs):
            own = (rows["design"] == design).to_numpy()
            y = place[own] + (index - (len(designs) - 1) / 2) * min(0.22, 0.75 / len(designs))
            look = looks(designs)[design]
            across(axes, y, rows[own], ("difference", "lower", "upper"), look.colour, look.marker, label(design))
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        for between in range(1, len(names)):
            axes.axhline(between - 0.5, color="#DDDDDD", lw=0.5, zorder=0)
        axes.axvline(0, color="black", lw=0.6)
        axes.set_xlabel(f"Change in the {event.risk}")
        return finish(drawn, [axes], note, ax)


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    note = e.note(
        "All else equal, paired by seed, averaged over the other factors; 95% intervals (Monte Carlo error, "
        "seeds as clusters)"
    )
    return {"effects": partial(figure, t["effects"], note, e.event, e.labels)}


FINDING = Finding(
    order=80,
    columns=(
        Table(
            "effects",
            "design factor level reference quantity NAMED mean difference ENDS points seeds n",
            {
                "level": Column("as the factor", "level"),
                "reference": Column("as the factor", "first level, with which the level is compared"),
                "points": Column("combinations", "combinations of the other factors' levels, each with equal weight"),
                "n": Column(
                    "pairs of runs", "seeds, at each combination, on which the programme opened at both levels"
                ),
                "mean": Column(ALIKE, "mean at the level"),
                "difference": Column(ALIKE, "mean at the level minus mean at the first level, all else equal"),
            },
            {"difference": CLUSTERED},
        ),
    ),
    tables=_tables,
    figures=_figures,
    shown=("effects",),
)
