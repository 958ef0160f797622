"""A comparison of designs on the same seeds, as tidy tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.analysis.intervals import mean_interval, paired_difference, paired_ratio
from sim.analysis.pressure import shares
from sim.analysis.quantities import ANY, ended_by, prepared
from sim.analysis.risk import cumulative_incidence, median_time
from sim.analysis.weekly import weekly_quantiles
from sim.outcome import THIRDS, Run

MILESTONES = (20, 36, 72, 108)
"""Weeks at which risks are printed: Mountain View's January, and the ends of three school years."""

REACH = ("survived_weeks", "reached", "student_weeks", "gain", *(f"gain_{third}" for third in THIRDS))
"""What a design delivers: weeks survived (restricted mean), families, full-dose student-weeks, SD per child, and of each third."""
RISK = "risk of ending"


@dataclass(frozen=True)
class Comparison:
    """Tidy tables of a comparison.

    Attributes
    ----------
    runs : DataFrame
        A row per run: the fields of :class:`sim.outcome.Outcome`.
    risk : DataFrame
        ``design, ending, week, count, n, risk, lower, upper``: cumulative incidence of each way of ending, and of any,
        by each week of the horizon, with 95% Wilson intervals.
    median : DataFrame
        ``design, median, lower, upper, n``: week of ending of any kind, infinite where half of the runs lived on.
    difference : DataFrame
        ``design, baseline, quantity, week, difference, lower, upper, ratio, ratio_lower, ratio_upper, n``: paired by seed, design
        minus baseline, and for risks design over baseline; ``week`` is 0 for what is measured over the whole run.
    reach : DataFrame
        ``design, quantity, mean, lower, upper, n``.
    pressure : DataFrame
        ``design, stakeholder, drained, share, lower, upper, n``: mean capital drained, and mean share of all that was
        drained in a run.
    weekly : DataFrame
        Curves over runs, see :func:`sim.analysis.weekly.weekly_quantiles`.
    """

    runs: pd.DataFrame
    risk: pd.DataFrame
    median: pd.DataFrame
    difference: pd.DataFrame
    reach: pd.DataFrame
    pressure: pd.DataFrame
    weekly: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name."""
        return {
            "runs": self.runs,
            "risk": self.risk,
            "median": self.median,
            "difference": self.difference,
            "reach": self.reach,
            "pressure": self.pressure,
            "weekly": self.weekly,
        }

    @property
    def designs(self) -> list[str]:
        """Designs in the order given."""
        return list(dict.fromkeys(self.runs["design"]))

    @property
    def horizon(self) -> int:
        """Weeks of a run."""
        return int(self.risk["week"].max()) if len(self.risk) else 0


def milestones(horizon: int) -> list[int]:
    """Weeks at which risks are told: the usual ones within the horizon, and the horizon itself."""
    return sorted({week for week in MILESTONES if week <= horizon} | ({horizon} if horizon > 0 else set()))


def compare(runs: Sequence[Run]) -> Comparison:
    """Make the tables of a comparison.

    Parameters
    ----------
    runs : sequence of Run
        Runs of one scenario under one or more designs, each design on the same seeds. The first design is the baseline of the
        differences.
    """
    table = pd.DataFrame([dict(run.outcome) for run in runs])
    horizon = len(runs[0].weeks) if runs else 0
    designs = list(dict.fromkeys(table["design"])) if len(table) else []
    full = prepared(table, ANY, horizon, horizon).assign(point=0)
    groups = {design: full[full["design"] == design].set_index("seed") for design in designs}
    weeks = {design: np.stack([run.weeks for run in runs if run.outcome.design == design]) for design in designs}
    return Comparison(
        runs=table,
        risk=cumulative_incidence(table, range(1, horizon + 1)),
        median=median_time(table),
        difference=_differences(groups, milestones(horizon)),
        reach=pd.concat([_reach(design, group) for design, group in groups.items()], ignore_index=True),
        pressure=shares(full)[["design", "stakeholder", "drained", "share", "lower", "upper", "n"]],
        weekly=pd.concat([weekly_quantiles(design, stack) for design, stack in weeks.items()], ignore_index=True),
    )


def _differences(groups: dict[str, pd.DataFrame], weeks: Sequence[int]) -> pd.DataFrame:
    names = list(groups)
    rows: list[tuple[object, ...]] = []
    for name in names[1:]:
        seeds = groups[names[0]].index.intersection(groups[name].index)
        baseline, group = groups[names[0]].loc[seeds], groups[name].loc[seeds]
        for week in weeks:
            ended, before = ended_by(group, week), ended_by(baseline, week)
            rows.append((name, names[0], RISK, week, *paired_difference(ended, before), *paired_ratio(ended, before), len(seeds)))
        for quantity in REACH:
            difference = mean_interval((group[quantity] - baseline[quantity]).to_numpy(float))
            rows.append((name, names[0], quantity, 0, *difference, np.nan, np.nan, np.nan, len(seeds)))
    columns = ["design", "baseline", "quantity", "week", "difference", "lower", "upper", "ratio", "ratio_lower", "ratio_upper", "n"]
    return pd.DataFrame(rows, columns=columns)


def _reach(design: str, group: pd.DataFrame) -> pd.DataFrame:
    rows = [(design, quantity, *mean_interval(group[quantity].to_numpy(float)), len(group)) for quantity in REACH]
    return pd.DataFrame(rows, columns=["design", "quantity", "mean", "lower", "upper", "n"])
