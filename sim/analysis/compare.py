"""A comparison of designs on the same seeds, as tidy tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from sim.analysis.intervals import mean_interval, median_interval, paired_difference, wilson
from sim.outcome import ENDINGS, STAKEHOLDERS, THIRDS, WEEKLY, Run

ANY = "any"
MILESTONES = (20, 36, 72, 108)
"""Weeks at which risks are printed: Mountain View's January, and the ends of three school years."""

ZERO_AFTER_THE_END = ("taking_part", "in_favour", "voices_against", "voices_for")
KEPT_AFTER_THE_END = ("on_record", "reached", "left_school", "left_programme")
QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
REACH = ("reached", "student_weeks", *(f"gain_{third}" for third in THIRDS))
"""What a design delivers: families, full-dose student-weeks, and SD per child of each third of prior achievement."""


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
        ``design, baseline, quantity, week, difference, lower, upper, n``: paired by seed, design minus baseline;
        ``week`` is 0 for what is measured over the whole run.
    reach : DataFrame
        ``design, quantity, mean, lower, upper, n``.
    pressure : DataFrame
        ``design, stakeholder, drained, share, lower, upper, n``: mean capital drained, and mean share of all that was
        drained in a run.
    weekly : DataFrame
        ``design, week, column, n, mean`` and quantiles over runs of each column of the weekly table. After the
        end of a programme counts of participants and voices are 0, cumulative counts stay, and other columns are left out
        (``n`` tells how many runs are left).
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
    table = pd.DataFrame([asdict(run.outcome) for run in runs])
    horizon = len(runs[0].weeks) if runs else 0
    designs = list(dict.fromkeys(table["design"])) if len(table) else []
    groups = {design: table[table["design"] == design].set_index("seed") for design in designs}
    weeks = {design: np.stack([run.weeks for run in runs if run.outcome.design == design]) for design in designs}
    return Comparison(
        runs=table,
        risk=pd.concat([_risk(design, group, horizon) for design, group in groups.items()], ignore_index=True),
        median=pd.DataFrame([_median(design, group) for design, group in groups.items()]),
        difference=_differences(groups, milestones(horizon)),
        reach=pd.concat([_reach(design, group) for design, group in groups.items()], ignore_index=True),
        pressure=pd.concat([_pressure(design, group) for design, group in groups.items()], ignore_index=True),
        weekly=pd.concat([weekly_quantiles(design, stack) for design, stack in weeks.items()], ignore_index=True),
    )


def ended_by(group: pd.DataFrame, week: int, ending: str = ANY) -> np.ndarray:
    """Booleans, a row each: whether a run had reached that way of ending (or any) by a week."""
    hit = group["week"].to_numpy() <= week
    return hit if ending == ANY else hit & (group["ending"] == ending).to_numpy()


def _risk(design: str, group: pd.DataFrame, horizon: int) -> pd.DataFrame:
    n = len(group)
    bounds: dict[int, tuple[float, float]] = {}
    rows = []
    for ending in (ANY, *ENDINGS[1:]):
        ended = group["week"].where((group["ending"] == ending) | (ending == ANY))
        counts = np.searchsorted(np.sort(ended.dropna().to_numpy()), np.arange(1, horizon + 1), side="right")
        for week, count in enumerate(counts.tolist(), start=1):
            if count not in bounds:
                bounds[count] = wilson(count, n)
            lower, upper = bounds[count]
            rows.append((design, ending, week, count, n, count / n, lower, upper))
    return pd.DataFrame(rows, columns=["design", "ending", "week", "count", "n", "risk", "lower", "upper"])


def _median(design: str, group: pd.DataFrame) -> dict[str, object]:
    median, lower, upper = median_interval(group["week"].fillna(np.inf).to_numpy())
    return {"design": design, "median": median, "lower": lower, "upper": upper, "n": len(group)}


def _differences(groups: dict[str, pd.DataFrame], weeks: Sequence[int]) -> pd.DataFrame:
    columns = ["design", "baseline", "quantity", "week", "difference", "lower", "upper", "n"]
    names = list(groups)
    rows = []
    for name in names[1:]:
        seeds = groups[names[0]].index.intersection(groups[name].index)
        baseline, group = groups[names[0]].loc[seeds], groups[name].loc[seeds]
        for week in weeks:
            rows.append(
                (name, names[0], "risk of ending", week, *paired_difference(ended_by(group, week), ended_by(baseline, week)), len(seeds))
            )
        rows.extend(
            (name, names[0], quantity, 0, *mean_interval((group[quantity] - baseline[quantity]).to_numpy(float)), len(seeds))
            for quantity in REACH
        )
    return pd.DataFrame(rows, columns=columns)


def _reach(design: str, group: pd.DataFrame) -> pd.DataFrame:
    rows = [(design, quantity, *mean_interval(group[quantity].to_numpy(float)), len(group)) for quantity in REACH]
    return pd.DataFrame(rows, columns=["design", "quantity", "mean", "lower", "upper", "n"])


def _pressure(design: str, group: pd.DataFrame) -> pd.DataFrame:
    drained = group[[f"drained_{who}" for who in STAKEHOLDERS]].clip(lower=0.0)
    total = drained.sum(axis=1)
    rows = []
    for who in STAKEHOLDERS:
        share = (drained[f"drained_{who}"] / total.where(total > 0)).to_numpy(float)
        mean, lower, upper = mean_interval(share)
        bounds = (max(0.0, lower), min(1.0, upper)) if np.isfinite(mean) else (np.nan, np.nan)
        rows.append((design, who, float(group[f"drained_{who}"].mean()), mean, *bounds, int((total > 0).sum())))
    return pd.DataFrame(rows, columns=["design", "stakeholder", "drained", "share", "lower", "upper", "n"])


def weekly_quantiles(design: str, stack: np.ndarray) -> pd.DataFrame:
    """Return mean and quantiles over runs of each column of the weekly table.

    Parameters
    ----------
    design : str
    stack : numpy.ndarray
        Weekly tables of the runs, shape (runs, weeks, len(WEEKLY)).

    Returns
    -------
    DataFrame
        As :attr:`Comparison.weekly`, for one design.
    """
    horizon = stack.shape[1]
    tables = []
    for column, name in enumerate(WEEKLY):
        values = stack[:, :, column]
        if name in ZERO_AFTER_THE_END:
            values = np.nan_to_num(values, nan=0.0)
        elif name in KEPT_AFTER_THE_END:
            values = pd.DataFrame(values).ffill(axis=1).to_numpy()
        n = (~np.isnan(values)).sum(axis=0)
        alive = n > 0
        table = pd.DataFrame({"design": design, "week": np.arange(1, horizon + 1), "column": name, "n": n, "mean": np.nan})
        if alive.any():
            table.loc[alive, "mean"] = np.nanmean(values[:, alive], axis=0)
            for label, row in zip(QUANTILES, np.nanquantile(values[:, alive], list(QUANTILES.values()), axis=0), strict=True):
                table.loc[alive, label] = row
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
