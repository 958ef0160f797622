"""How large is the difference between designs, paired by seed?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.designs import label, looks
from sim.figures.style import DESIGN_COLOURS, Panels, designs_of, finish, panel_grid, styled
from sim.findings.base.columns import PAIRED, PAIRS, Table
from sim.findings.base.columns import RATIO as OF_RATIOS
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, PaperTable, Tables
from sim.statistics.intervals import mean_interval, paired_difference, paired_ratio
from sim.statistics.means import paired, two_designs
from sim.statistics.naming import BOTH
from sim.statistics.pooling import Pooled, pooled_mean, pooled_ratio
from sim.statistics.quantities import COMPARED, HEADLINE, Event, happened_by, is_risk, manner

Interval = tuple[float, float, float]
DIFFERENCE = ("difference", "lower", "upper")
RATIO = ("ratio", "ratio_lower", "ratio_upper")
NO_RATIO: Interval = (np.nan, np.nan, np.nan)
"""In place of a ratio, which only risks have."""
MOST_ROWS = 60
"""Design points drawn one by one; more are drawn as a ribbon."""


def differences_by_point(
    runs: pd.DataFrame, quantities: Iterable[str] = COMPARED, designs: Sequence[str] | None = None
) -> pd.DataFrame:
    """Paired differences from the first design, and ratios of risks, at each design point.

    Parameters
    ----------
    runs : DataFrame
    quantities : iterable of str
    designs : sequence of str, optional
        Their order, see :func:`two_designs`.

    Returns
    -------
    DataFrame
        ``point, design, baseline, quantity, difference, lower, upper, ratio, ratio_lower,
        ratio_upper, n``: Newcombe's interval for a difference of risks and Bonett & Price's for
        their ratio; Student's for the rest, which have no ratio.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = differences_by_point(small_sweep(), ["discontinued"])
    >>> table[["point", "design", "baseline", "difference", "lower", "upper"]].head(2).round(2)
       point      design  baseline  difference  lower  upper
    0      0  greenfield  retrofit        -0.3  -0.44  -0.14
    1      1  greenfield  retrofit        -0.7  -0.81  -0.51
    """
    baseline, others = two_designs(runs, designs)
    rows = []
    for design in others:
        for quantity in quantities:
            for point, group in paired(runs, baseline, design, quantity).groupby("point", sort=True):
                difference, ratio = _at_a_point(group, is_risk(quantity))
                rows.append((point, design, baseline, quantity, *difference, *ratio, len(group)))
    return pd.DataFrame(rows, columns=["point", "design", "baseline", "quantity", *DIFFERENCE, *RATIO, "n"])


def differences_by_week(
    runs: pd.DataFrame, weeks: Iterable[int], way: str = HEADLINE, designs: Sequence[str] | None = None
) -> pd.DataFrame:
    """Paired differences in the risk of an event by each week, at each design point.

    Parameters
    ----------
    runs : DataFrame
        As from :func:`sim.statistics.quantities.prepared`.
    weeks : iterable of int
    way : str
        See :data:`sim.statistics.quantities.WAYS`.
    designs : sequence of str, optional
        Their order, see :func:`two_designs`.

    Returns
    -------
    DataFrame
        ``week``, then as :func:`differences_by_point`.

    Raises
    ------
    sim.io.errors.Unsupported
        As of :func:`two_designs`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = differences_by_week(small_sweep(), [10, 36])
    >>> table.loc[table["point"] == 0, ["week", "design", "difference", "lower", "upper"]].round(2)
       week      design  difference  lower  upper
    0    10  greenfield         0.0  -0.09   0.09
    4    36  greenfield        -0.3  -0.44  -0.14
    """
    two_designs(runs, designs)
    tables = []
    for week in weeks:
        by_then = runs.assign(**{way: happened_by(runs, week, way).astype(float)})
        tables.append(differences_by_point(by_then, [way], designs).assign(week=week))
    columns = ["week", "point", "design", "baseline", "quantity", *DIFFERENCE, *RATIO, "n"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


def pooled_differences(
    runs: pd.DataFrame, quantities: Iterable[str] = COMPARED, designs: Sequence[str] | None = None
) -> pd.DataFrame:
    """Paired differences from the first design over all design points, and ratios of risks.

    Parameters
    ----------
    runs : DataFrame
    quantities : iterable of str
    designs : sequence of str, optional
        Their order, see :func:`two_designs`.

    Returns
    -------
    DataFrame
        ``design, baseline, quantity, difference`` and the other fields of :class:`Pooled`, then
        ``ratio, ratio_lower, ratio_upper`` (missing where the quantity is not a risk). Where there
        is one design point, intervals are those of :func:`differences_by_point`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = pooled_differences(small_sweep(), ["discontinued"])
    >>> table[["design", "difference", "lower", "upper", "spread_low", "spread_high"]].round(2)
           design  difference  lower  upper  spread_low  spread_high
    0  greenfield        -0.3  -0.38  -0.22       -0.64         0.04
    """
    baseline, others = two_designs(runs, designs)
    rows = []
    for design in others:
        for quantity in quantities:
            pairs = paired(runs, baseline, design, quantity)
            first, second = pairs["first"].to_numpy(float), pairs["second"].to_numpy(float)
            points, seeds = pairs["point"].to_numpy(), pairs["seed"].to_numpy()
            risk = is_risk(quantity)
            if pairs["point"].nunique() == 1:
                own, ratio = _at_a_point(pairs, risk)
                pooled = Pooled(*own, own[0], own[0], 1, len(pairs), len(pairs))
            else:
                pooled = pooled_mean(first - second, points, seeds, "difference" if risk else "number")
                ratio = pooled_ratio(first, second, points, seeds) if risk else NO_RATIO
            rows.append((design, baseline, quantity, *pooled, *ratio))
    fields = ["difference" if name == "mean" else name for name in Pooled._fields]
    return pd.DataFrame(rows, columns=["design", "baseline", "quantity", *fields, *RATIO])


def _at_a_point(pairs: pd.DataFrame, risk: bool) -> tuple[Interval, Interval]:
    """Difference and ratio of the runs of one design point, each with its interval."""
    first, second = pairs["first"].to_numpy(float), pairs["second"].to_numpy(float)
    if not risk:
        return mean_interval(first - second), NO_RATIO
    return paired_difference(first > 0, second > 0), paired_ratio(first > 0, second > 0)


def _tables(e: Evidence) -> Tables:
    by_point = differences_by_point(e.runs, e.quantities, e.asked)
    by_week = differences_by_week(e.runs, e.weeks, e.event.way, e.asked)
    return {
        "differences": e.of_quantities(pooled_differences(e.runs, e.quantities, e.asked), BOTH),
        "differences_by_point": e.with_factors(e.of_quantities(by_point, BOTH)),
        "differences_by_week": e.with_factors(e.named(by_week, BOTH)),
    }


def figure_by_point(table: pd.DataFrame, note: str, event: Event, ax: Panels = None) -> Figure:
    """Paired differences in risk from the first design at every design point, in order of size.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.findings.comparison.differences_by_point`.
    note, event, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> figure = figure_by_point(differences_by_point(small_sweep()), "A sample.",
    ...     Event("discontinued", 108))
    >>> len(figure.axes)
    1
    """
    rows = table[table["quantity"] == event.way]
    designs = designs_of(rows)
    with styled():
        figure, panels, grid = panel_grid(len(designs), 2.1, most=2, sharey=True, ax=ax)
        for axes, design in zip(panels, designs, strict=True):
            own = rows[rows["design"] == design].sort_values("difference", kind="stable").reset_index(drop=True)
            resolved = (own["lower"] > 0) | (own["upper"] < 0)
            place = np.arange(1, len(own) + 1)
            if len(own) > MOST_ROWS:
                axes.fill_between(
                    place,
                    own["lower"],
                    own["upper"],
                    color=DESIGN_COLOURS[0],
                    alpha=0.25,
                    lw=0,
                    step="mid",
                    label="95% interval",
                )
                axes.plot(place, own["difference"], color=DESIGN_COLOURS[0], drawstyle="steps-mid", label="difference")
            else:
                for known, colour, marker, name in (
                    (True, DESIGN_COLOURS[0], "o", "resolved"),
                    (False, "#777777", "s", "not resolved"),
                ):
                    part = own[resolved == known]
                    if len(part):
                        _whiskers(axes, place[(resolved == known).to_numpy()], part, "difference", colour, marker, name)
            axes.axhline(0, color="black", lw=0.6)
            baseline = own["baseline"].iloc[0] if len(own) else ""
            axes.set_title(f"{label(design)} minus {label(baseline)}")
            axes.set_xlabel("Design point, in order of difference")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        for row in grid:
            row[0].set_ylabel(f"Difference in risk\n({event})")
        return finish(figure, panels, note, ax)


def figure_by_week(table: pd.DataFrame, note: str, ax: Panels = None) -> Figure:
    """Paired differences in the risk of an event by each week, of one design point.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.findings.comparison.differences_by_week`.
    note, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = differences_by_week(small_sweep(), [36, 72])
    >>> figure = figure_by_week(table[table["point"] == 0], "A sample.")
    >>> len(figure.axes)
    1
    """
    designs, weeks = designs_of(table), sorted(set(table["week"]))
    with styled():
        figure, (axes,), _ = panel_grid(1, 1.8, ax=ax)
        own_looks = looks([*table["baseline"].unique(), *designs])
        for index, design in enumerate(designs):
            rows = table[table["design"] == design]
            # Designs stand side by side, so that none hides another.
            beside = (index - (len(designs) - 1) / 2) * min(0.15, 0.7 / len(designs))
            place = np.array([weeks.index(week) for week in rows["week"]]) + beside
            _whiskers(
                axes, place, rows, "difference", own_looks[design].colour, own_looks[design].marker, label(design)
            )
        axes.axhline(0, color="black", lw=0.6)
        axes.set_xticks(range(len(weeks)), [f"{week:g}" for week in weeks])
        axes.set_xlim(-0.5, max(len(weeks), 1) - 0.5)
        axes.set_xlabel("By instructional week")
        baseline = label(table["baseline"].iloc[0]) if len(table) else ""
        axes.set_ylabel(f"Difference in risk\nfrom {baseline}\n({manner(table['quantity'].iloc[0])} by then)")
        return finish(figure, [axes], note, ax)


def _whiskers(axes: Axes, x: np.ndarray, rows: pd.DataFrame, column: str, colour: str, marker: str, name: str) -> None:
    error = np.vstack([rows[column] - rows["lower"], rows["upper"] - rows[column]]).clip(min=0)
    axes.errorbar(
        x, rows[column], yerr=error, fmt=marker, ms=2.8, color=colour, elinewidth=0.8, capsize=1.2, label=name
    )


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    note = e.note("Paired by seed; 95% intervals (Newcombe; Monte Carlo error only)")
    if e.points == 1:
        return {"comparison": partial(figure_by_week, t["differences_by_week"], note)}
    return {"comparison": partial(figure_by_point, t["differences_by_point"], note, e.event)}


def _printed(e: Evidence, t: Tables) -> pd.DataFrame:
    if e.points > 1:
        return t["differences"]
    rest = t["differences_by_point"][t["differences_by_point"]["quantity"] != e.event.way]
    return pd.concat([t["differences_by_week"], rest], ignore_index=True)


FINDING = Finding(
    order=50,
    columns=(
        Table(
            "differences",
            "design baseline quantity NAMED difference ENDS POOLED ratio ratio_lower ratio_upper",
            {"n": PAIRS},
            {
                "difference": f"{PAIRED}, over several design points Student's with seeds as clusters",
                "ratio": OF_RATIOS,
            },
        ),
        Table(
            "differences_by_point",
            "point FACTORS design baseline quantity NAMED difference ENDS ratio ratio_lower ratio_upper n",
            {"n": PAIRS},
            {"difference": PAIRED, "ratio": OF_RATIOS},
        ),
        Table(
            "differences_by_week",
            "point FACTORS design baseline quantity NAMED difference ENDS ratio ratio_lower ratio_upper n",
            {"n": PAIRS},
            {"difference": PAIRED, "ratio": OF_RATIOS},
        ),
    ),
    tables=_tables,
    figures=_figures,
    shown=("differences",),
    printed=(
        PaperTable(
            "differences",
            "Differences from the baseline",
            "differences",
            "what design baseline NAMED n difference ENDS ratio ratio_lower ratio_upper SPREAD",
            _printed,
        ),
    ),
)
