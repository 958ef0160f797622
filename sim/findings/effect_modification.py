"""Which factor makes the difference between designs larger or smaller, alone and together with the
others?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from sim.designs import label, the
from sim.figures.bars import LEAST, alone_and_with, changes
from sim.figures.style import PAGE, Panels, designs_of, finish, label_below, panel_grid, styled
from sim.findings.base.columns import ALIKE, CLUSTERED, Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, Tables
from sim.findings.effects import MOST_LEVELS, RECURRING, alike_but_for, level_text
from sim.io.errors import Unsupported
from sim.kernel.variables import Column
from sim.statistics.factors import FactorLabel
from sim.statistics.means import paired, two_designs
from sim.statistics.naming import GAPS as OF_GAPS
from sim.statistics.pooling import pooled_mean
from sim.statistics.quantities import MEASURES, MORE, Event, is_risk

WAYS_OF_CHANGING = ("alone", "averaged", "with_others")
"""All else at its first level, over all levels of all else, all else at its last level."""


def effect_modification(
    runs: pd.DataFrame,
    factors: Sequence[str],
    quantities: Iterable[str] = MEASURES,
    designs: Sequence[str] | None = None,
) -> pd.DataFrame:
    """What each level of a factor changes, against its first level, in the paired difference of a
    design from the first one.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs of a factorial sweep with two designs or more.
    factors : sequence of str
        In the order of the runs' levels, first and last are the ends.
    quantities : iterable of str
    designs : sequence of str, optional
        Their order, see :func:`sim.statistics.means.two_designs`.

    Returns
    -------
    DataFrame
        As ``FINDING`` tells. A positive number says that the level raises the difference, 0 that it
        does to both designs alike.

    Raises
    ------
    sim.io.errors.Unsupported
        Where there is one design only, the first one never opened, or no factor has from 2 to
        ``MOST_LEVELS`` levels that recur with all else alike.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = effect_modification(small_sweep(), ["leadership.training", "who chooses"],
    ...     ["discontinued"])
    >>> table[["design", "factor", "to_level", "alone", "averaged", "with_others"]].round(2)
           design               factor  to_level  alone  averaged  with_others
    0  greenfield  leadership.training       0.9    0.4       0.4          0.4
    1  greenfield          who chooses  families   -0.4      -0.4         -0.4
    """
    baseline, compared = two_designs(runs, designs)
    levels = {name: list(dict.fromkeys(runs[name])) for name in factors}
    points = runs.drop_duplicates("point").set_index("point")[list(factors)]
    rows = []
    for design in compared:
        for quantity in quantities:
            kind = "change" if is_risk(quantity) else "number"
            pairs = paired(runs, baseline, design, quantity).join(points, on="point")
            pairs["difference"] = pairs["first"] - pairs["second"]
            for factor in factors:
                if not 2 <= len(levels[factor]) <= MOST_LEVELS:
                    continue
                others = [name for name in factors if name != factor]
                for level in levels[factor][1:]:
                    ends = (levels[factor][0], level)
                    both = alike_but_for(pairs, factor, others, ends, "difference")
                    if both.empty:
                        continue
                    at_first, at_last = (
                        both[(both[others] == [levels[name][end] for name in others]).all(axis=1)] for end in (0, -1)
                    )
                    alone, averaged, with_others = (
                        pooled_mean(
                            (part["own"] - part["first"]).to_numpy(float),
                            part["where"].to_numpy(),
                            part["seed"].to_numpy(),
                            kind,
                        )
                        for part in (at_first, both, at_last)
                    )
                    intervals = (*alone[:3], *averaged[:3], *with_others[:3])
                    rows.append((design, baseline, quantity, factor, *map(level_text, ends), *intervals, *averaged[5:]))
    if not rows:
        raise Unsupported(f"the difference between designs, by factor, needs {RECURRING}")
    ahead = ["design", "baseline", "quantity", "factor", "from_level", "to_level"]
    ends_of = [f"{name}{end}" for name in WAYS_OF_CHANGING for end in ("", "_lower", "_upper")]
    return pd.DataFrame(rows, columns=[*ahead, *ends_of, "points", "seeds", "n"])


def _tables(e: Evidence) -> Tables:
    what = "the difference between designs, by factor, needs"
    e.need_factorial(what)
    if len(e.designs) < 2:
        raise Unsupported(
            f"{what} two designs that open, and there is only {the(e.designs[0])}; if the factors are the "
            f"features in which designs differ, see attribution"
        )
    found = effect_modification(e.runs, e.factors, (e.event.way, *MORE), e.asked)
    return {"effect_modification": e.of_quantities(found, OF_GAPS)}


def figure(
    table: pd.DataFrame, note: str, event: Event, named: Mapping[str, FactorLabel] | None = None, ax: Panels = None
) -> Figure:
    """What each level of each factor changes in the paired difference in risk from the first
    design, alone and with the others, a panel per design compared.

    Parameters
    ----------
    table : DataFrame
        As from :func:`effect_modification`.
    note, event, named, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> factors = ["leadership.training", "who chooses"]
    >>> table = effect_modification(small_sweep(), factors)
    >>> len(figure(table, "A sample.", Event("discontinued", 108)).axes)
    1
    """
    rows = table[table["quantity"] == event.way]
    place, names = changes(rows["factor"], rows["from_level"], rows["to_level"], named)
    designs = designs_of(rows)
    lines = -(-len(designs) // 2)
    row = max(LEAST, min(0.34, ((PAGE - 1.6) / lines - 0.3) / max(len(names), 1)))
    with styled():
        drawn, panels, _ = panel_grid(len(designs), 0.3 + row * len(names), 2, 1.2, ax, sharex=True, sharey=True)
        for axes, design in zip(panels, designs, strict=True):
            own = (rows["design"] == design).to_numpy()
            alone_and_with(
                axes, place[own], rows[own], "averaged", "with_others", ("averaged over the others", "with the others")
            )
            axes.set_title(f"{label(design)} minus {label(rows.loc[own, 'baseline'].iloc[0])}")
            axes.tick_params(labelbottom=True)
        panels[0].set_yticks(range(len(names)), names)
        panels[0].set_ylim(len(names) - 0.4, -0.6)
        label_below(drawn, panels, f"Change in the difference in the {event.risk}", ax)
        return finish(drawn, panels, note, ax)


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    note = e.note(
        f"How far a level changes a design's difference in risk from {the(e.designs[0])}; below 0, the level "
        f"favours the design; open: all other factors at their first level; filled: at their last level; bars: "
        f"mean over all their levels; 95% intervals, paired by seed (Monte Carlo error only)"
    )
    return {"effect_modification": partial(figure, t["effect_modification"], note, e.event, e.labels)}


FINDING = Finding(
    order=90,
    columns=(
        Table(
            "effect_modification",
            "design baseline quantity factor NAMED from_level to_level alone alone_lower alone_upper averaged "
            "averaged_lower averaged_upper with_others with_others_lower with_others_upper points seeds n",
            {
                "from_level": Column("as the factor", "its first level"),
                "to_level": Column("as the factor", "level that it is changed to"),
                "alone": Column(ALIKE, "change in the difference, all other factors at their first level"),
                "averaged": Column(ALIKE, "change in the difference, averaged over all levels of all other factors"),
                "with_others": Column(ALIKE, "change in the difference, all other factors at their last level"),
                "points": Column("combinations", "combinations of the other factors' levels behind averaged"),
                "seeds": Column("seeds", "seeds behind averaged"),
                "n": Column(
                    "pairs of differences", "pairs behind averaged: seeds on which both designs opened at both levels"
                ),
            },
            dict.fromkeys(WAYS_OF_CHANGING, CLUSTERED),
        ),
    ),
    tables=_tables,
    figures=_figures,
    shown=("effect_modification",),
)
