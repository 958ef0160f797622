"""How large is the risk of being discontinued, by cause, or of being adapted, and when does it
happen?

Every run is followed to the horizon, so cumulative incidence is a plain proportion: of the runs
that opened. How many did not is reported apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.designs import label
from sim.figures.style import (
    DESIGN_HATCHES,
    DISCONTINUED,
    MARGIN,
    WAS_ADAPTED,
    Panels,
    designs_of,
    finish,
    panel_grid,
    styled,
    week_axis,
)
from sim.findings.base.columns import RISK, RISKS, Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, PaperTable, Tables
from sim.io.errors import Unsupported
from sim.kernel.variables import Column
from sim.outcome import VARIABLES
from sim.statistics.intervals import median_interval, wilson
from sim.statistics.naming import OPENED, named
from sim.statistics.pooling import Pooled, pooled_mean
from sim.statistics.quantities import ADAPTED, CAUSES, HEADLINE, WAYS, event_week
from sim.statistics.unknown import ranges

ORDER = [DISCONTINUED.label, WAS_ADAPTED.label, *(VARIABLES.statuses[cause].label for cause in CAUSES)]
"""Names in the legend, in their order."""


def cumulative_incidence(runs: pd.DataFrame, weeks: Iterable[int], ways: Iterable[str] = WAYS) -> pd.DataFrame:
    """Cumulative incidence by each week, of the runs of one design point and one or more designs.

    Parameters
    ----------
    runs : DataFrame
        ``design``, and the fields of an outcome.
    weeks : iterable of int
        Weeks, in order.
    ways : iterable of str
        See :data:`sim.statistics.quantities.WAYS`.

    Returns
    -------
    DataFrame
        As ``FINDING`` tells of the table ``risk_by_point``.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = small_sweep()
    >>> cumulative_incidence(table[table["point"] == 0], [36], ["discontinued"]).round(2)
           design         event  week  count   n  risk  lower  upper
    0    retrofit  discontinued    36     33  40  0.82   0.68   0.91
    1  greenfield  discontinued    36     21  40  0.52   0.37   0.67
    """
    at = np.array(list(weeks), dtype=int)
    rows = []
    for design, group in runs.groupby("design", sort=False):
        n = len(group)
        for way in ways:
            counts = np.searchsorted(np.sort(event_week(group, way)), at, side="right")
            for week, count in zip(at.tolist(), counts.tolist(), strict=True):
                rows.append((design, way, week, count, n, count / n, *wilson(count, n)))
    return pd.DataFrame(rows, columns=["design", "event", "week", "count", "n", "risk", "lower", "upper"])


def risk_by_point(runs: pd.DataFrame, weeks: Iterable[int]) -> pd.DataFrame:
    """As :func:`cumulative_incidence`, for each design point: ``point`` comes first.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> risk_by_point(small_sweep(), [36])[["point", "design", "event", "count", "n",
    ...     "risk"]].head(2)
       point    design         event  count   n   risk
    0      0  retrofit  discontinued     33  40  0.825
    1      0  retrofit       adapted      0  40  0.000
    """
    weeks = list(weeks)
    tables = [
        cumulative_incidence(group, weeks).assign(point=point) for point, group in runs.groupby("point", sort=True)
    ]
    table = pd.concat(tables, ignore_index=True)
    return table[["point", *table.columns.drop("point")]]


def pooled_incidence(runs: pd.DataFrame, horizon: int, weeks: Iterable[int] | None = None) -> pd.DataFrame:
    """Cumulative incidence over all design points, each of equal weight.

    Parameters
    ----------
    runs : DataFrame
        ``point, design, seed`` and the fields of an outcome.
    horizon : int
        Weeks that all runs lived through.
    weeks : iterable of int, optional
        Weeks to report; by default each at which anything changes, the first and the last.

    Returns
    -------
    DataFrame
        As ``FINDING`` tells of the table ``risk``.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = pooled_incidence(small_sweep(), 108, [36])
    >>> own = table["event"] == "discontinued"
    >>> table.loc[own, ["design", "week", "risk", "lower", "upper"]].round(2).reset_index(drop=True)
           design  week  risk  lower  upper
    0    retrofit    36  0.62   0.51   0.73
    1  greenfield    36  0.32   0.23   0.44
    """
    rows = []
    for design, group in runs.groupby("design", sort=False):
        points, seeds = group["point"].to_numpy(), group["seed"].to_numpy()
        for way in WAYS:
            when = event_week(group, way)
            happened = np.unique(when[when <= horizon]).astype(int).tolist() if weeks is None else weeks
            wanted = {*happened, 1, horizon} if weeks is None else {*happened}
            for week in sorted(week for week in wanted if 0 < week <= horizon):
                pooled = pooled_mean(when <= week, points, seeds, "proportion")
                rows.append((design, way, week, *pooled))
    fields = ["risk" if name == "mean" else name for name in Pooled._fields]
    return pd.DataFrame(rows, columns=["design", "event", "week", *fields])


def median_by_point(runs: pd.DataFrame, way: str = HEADLINE) -> pd.DataFrame:
    """Median week of an event at each design point and design.

    Parameters
    ----------
    runs : DataFrame
        ``point, design`` and the fields of an outcome.
    way : str
        See :data:`sim.statistics.quantities.WAYS`.

    Returns
    -------
    DataFrame
        As ``FINDING`` tells; an interval from 0 to infinity where runs are too few, infinite where
        it did not befall half of them.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> median_by_point(small_sweep()).head(2)
       point      design  median  lower  upper   n
    0      0    retrofit    20.0   20.0   20.0  40
    1      0  greenfield    20.0   20.0    inf  40
    """
    groups = runs.groupby(["point", "design"], sort=False)
    rows = [(*key, *median_interval(event_week(group, way)), len(group)) for key, group in groups]
    table = pd.DataFrame(rows, columns=["point", "design", "median", "lower", "upper", "n"])
    return table.assign(lower=table["lower"].clip(lower=0.0))


def incidence(evidence: Evidence) -> pd.DataFrame:
    """Cumulative incidence at each week at which anything changes, as the figure shows it.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> incidence(read(small_folder()))["denominator"].unique().tolist()
    ['runs that opened']
    """
    return evidence.named(pooled_incidence(evidence.runs, evidence.horizon))


def _tables(e: Evidence) -> Tables:
    by_point = e.named(_with_ranges(risk_by_point(e.runs, e.weeks), e))
    medians = named(median_by_point(e.runs, e.event.way), e.event.way, e.horizon, OPENED)
    return {
        "risk": incidence(e),
        "risk_at_milestones": e.named(pooled_incidence(e.runs, e.horizon, e.weeks)),
        "risk_by_point": e.with_factors(by_point),
        "not_opened": e.not_opened,
        "median_by_point": e.with_factors(medians),
    }


def _with_ranges(table: pd.DataFrame, e: Evidence) -> pd.DataFrame:
    """Risks with the range over what we do not know beside their Monte Carlo error."""
    if e.results.sweep.draws is None:
        return table.assign(parameter_low=np.nan, parameter_high=np.nan)
    found = ranges(e.runs, len(e.results.sweep.draws), e.weeks)
    return table.merge(found, on=["point", "design", "event", "week"], how="left")


def figure(table: pd.DataFrame, note: str, ax: Panels = None) -> Figure:
    """Cumulative incidence of each event by week, a panel per design.

    Parameters
    ----------
    table : DataFrame
        As from :func:`pooled_incidence`.
    note, ax
        As of all figures, see :mod:`sim.findings`.

    Returns
    -------
    Figure
        A line for being discontinued in any way, with a narrow band of Monte Carlo error, over the
        causes that add up to it; a thin line for being adapted, whatever came after. Where there
        are several design points, a hatched band holds 90% of their risks of being discontinued.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> len(figure(pooled_incidence(small_sweep(), 108), "A sample.").axes)
    2
    """
    designs = designs_of(table)
    with styled():
        drawn, panels, grid = panel_grid(len(designs), 2.0, sharey=True, ax=ax)
        for axes, design in zip(panels, designs, strict=True):
            rows = table[table["design"] == design]
            incidence_panel(axes, rows)
            _spread(axes, rows[(rows["event"] == DISCONTINUED.name) & (rows["points"] > 1)])
            axes.set_title(label(design))
        for row in grid:
            row[0].set_ylabel("Cumulative incidence")
        return finish(drawn, panels, note, ax, ORDER)


def _spread(axes: Axes, rows: pd.DataFrame) -> None:
    """Hatch what 90% of the design points have of a risk."""
    if rows.empty:
        return
    axes.fill_between(
        rows["week"],
        rows["spread_low"],
        rows["spread_high"],
        step="post",
        facecolor="none",
        edgecolor="#AAAAAA",
        hatch="....",
        lw=0.4,
        zorder=0,
        label="discontinued: 90% of design points",
    )


def incidence_panel(axes: Axes, risk: pd.DataFrame, narrow: bool = False) -> None:
    """Draw the risks of one design: the causes that happened as layers, and both lines over
    them.
    """
    horizon = int(risk["week"].max()) if len(risk) else 0
    weeks = np.append(np.arange(horizon + 1), MARGIN * horizon)
    by_week = risk.set_index("week")[["event", "risk", "lower", "upper"]]
    known = {
        event: rows.drop(columns="event").reindex(weeks).ffill().fillna(0.0) for event, rows in by_week.groupby("event")
    }
    below = np.zeros(len(weeks))
    for status, hatch in zip((VARIABLES.statuses[cause] for cause in CAUSES), cycle(DESIGN_HATCHES), strict=False):
        share = known[status.name]["risk"].to_numpy()
        if share.max() > 0:
            axes.fill_between(
                weeks, below, below + share, step="post", facecolor=(status.colour, 0.45), edgecolor=status.colour,
                linestyle=status.dash, lw=0.6, hatch=hatch, label=status.label,
            )  # fmt: skip
            below = below + share
    for status, width in ((DISCONTINUED, 1.5), (WAS_ADAPTED, 0.9)):
        rows = known[status.name]
        axes.step(
            weeks, rows["risk"], where="post", color=status.colour, linestyle=status.dash, lw=width, label=status.label
        )
        axes.fill_between(weeks, rows["lower"], rows["upper"], step="post", color=status.colour, alpha=0.18, lw=0)
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    week_axis(axes, horizon, narrow)


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    return {"risk": partial(figure, t["risk"], e.note_of_means("bands", "; dots: 90% of the design points"))}


MOST_POINTS = 24
"""Design points up to which medians are printed, which are known point by point."""


def _printed_risks(e: Evidence, t: Tables) -> pd.DataFrame:
    """Of causes, those that came to pass; what is not known of none is left out."""
    table = t["risk_by_point" if e.points == 1 else "risk_at_milestones"]
    befell = set(table.loc[table["risk"] > 0.0, "event"])
    kept = {HEADLINE, ADAPTED, e.event.way, *befell.intersection(CAUSES)}
    return table[table["event"].isin(kept)].dropna(axis="columns", how="all")


def _printed_medians(e: Evidence, t: Tables) -> pd.DataFrame:
    if e.points > MOST_POINTS:
        raise Unsupported(
            f"medians are reported for each design point, up to {MOST_POINTS} of them; this sweep has {e.points}"
        )
    return t["median_by_point"]


FINDING = Finding(
    order=30,
    columns=(
        Table("risk", "design NAMED risk ENDS POOLED", intervals={"risk": RISKS}),
        Table("risk_at_milestones", "design NAMED risk ENDS POOLED", intervals={"risk": RISKS}),
        Table(
            "risk_by_point",
            "point FACTORS design NAMED count n risk ENDS parameter_low parameter_high",
            intervals={"risk": RISK},
        ),
        Table(
            "not_opened",
            "design NAMED share ENDS POOLED",
            {
                "share": Column("share", "share of all runs whose programme did not open"),
                "n": Column("runs", "all runs that raised no error, opened or not"),
            },
            {"share": RISKS},
        ),
        Table(
            "median_by_point", "point FACTORS design NAMED median ENDS n", intervals={"median": "by order statistics"}
        ),
    ),
    tables=_tables,
    figures=_figures,
    shown=("risk_at_milestones", "not_opened"),
    printed=(
        PaperTable(
            "risk",
            "Risk by design and week",
            "risk_by_point",
            "design NAMED n count risk ENDS parameter_low parameter_high SPREAD",
            _printed_risks,
        ),
        PaperTable("not_opened", "Share of runs that did not open", "not_opened", "design NAMED n share ENDS SPREAD"),
        PaperTable(
            "medians",
            "Median week of the event",
            "median_by_point",
            "FACTORS design NAMED n median ENDS",
            _printed_medians,
            infinite="not reached",
        ),
    ),
)
