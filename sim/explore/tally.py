"""What the runs say so far: risk over time, who takes part, pressure, what was delivered, and how
designs differ, seed by seed, with intervals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis.intervals import mean_interval, paired_difference, wilson
from sim.analysis.pressure import shares
from sim.analysis.quantities import ADAPTED, CAUSES, HEADLINE, MORE, UNITS, event_week
from sim.analysis.risk import milestones
from sim.analysis.unknown import SHARE, range_over
from sim.explore.live import Chunk
from sim.ledger import Ledger
from sim.plots.style import label
from sim.scenario import Scenario

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
CURVES = ("taking_part", "in_favour")
DIGITS = 5


class Tally:
    """Counts of runs, added chunk by chunk.

    Parameters
    ----------
    points : sequence of Scenario
        The scenario under each design, the first of which others are compared with.
    draws : int
        How many draws of the parameters go with the seeds; 0 where none do.
    """

    def __init__(self, points: Sequence[Scenario], draws: int = 0) -> None:
        self.points = {point.design_name: point for point in points}
        self.draws = draws
        self.horizon = min(point.horizon.weeks for point in points)
        self.ledger: Ledger = points[0].cast.ledger
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in self.points}
        self.curves: dict[str, list[np.ndarray]] = {name: [] for name in self.points}

    @property
    def pairs(self) -> int:
        """Seeds so far."""
        return len(next(iter(self.rows.values())))

    def add(self, chunk: Chunk) -> None:
        """Take the runs of a chunk."""
        places = [list(self.ledger.weekly).index(name) for name in CURVES]
        for design, runs in chunk.items():
            self.rows[design] += [dict(run.outcome) for run in runs]
            self.curves[design] += [run.weeks[: self.horizon, places] for run in runs if run.outcome.opened]

    def summary(self) -> dict[str, Any]:
        """What there is so far, as plain data.

        Returns
        -------
        dict
            ``pairs``, ``horizon``, ``weeks`` (at which risks are told), ``designs`` (by name, see
            :meth:`_design`) and ``differences`` (a row per design beside the first, and week).
        """
        runs = {name: pd.DataFrame(rows) for name, rows in self.rows.items()}
        opened = {name: table[table["opened"] == 1] for name, table in runs.items()}
        return {
            "pairs": self.pairs,
            "horizon": self.horizon,
            "weeks": milestones(self.horizon),
            "designs": {name: self._design(name, runs[name], opened[name]) for name in self.points},
            "differences": self._differences(opened),
        }

    def _design(self, name: str, runs: pd.DataFrame, opened: pd.DataFrame) -> dict[str, Any]:
        when, n = event_week(opened, HEADLINE), len(opened)
        pressing = shares(opened.assign(point=0, design=name), self.ledger) if n else pd.DataFrame()
        return {
            "label": label(name),
            "n": n,
            "not_opened": _share(len(runs) - n, len(runs)),
            "risk": self._incidence(when),
            "adapted": _share(int((event_week(opened, ADAPTED) <= self.horizon).sum()), n),
            "causes": {
                cause: _share(int((event_week(opened, cause) <= self.horizon).sum()), n)
                for cause in CAUSES
                if (opened["ending"] == cause).any()
            },
            "unknown": self._unknown(opened, when),
            "adoption": {curve: self._curve(name, place) for place, curve in enumerate(CURVES)},
            "pressure": {
                row.stakeholder: _finite(row.share, row.lower, row.upper) for row in pressing.itertuples()
            },
            "delivered": {
                quantity: _finite(*mean_interval(opened[quantity].to_numpy(float))) if n else None for quantity in MORE
            },
        }

    def _incidence(self, when: np.ndarray) -> dict[str, list[float]]:
        """Share discontinued by each week from 1, with Wilson's interval."""
        counts = np.searchsorted(np.sort(when), np.arange(1, self.horizon + 1), side="right")
        bounds = {int(count): wilson(int(count), len(when)) for count in np.unique(counts)}
        n = max(1, len(when))
        return {
            "share": _rounded(counts / n),
            "lower": _rounded([bounds[int(count)][0] for count in counts]),
            "upper": _rounded([bounds[int(count)][1] for count in counts]),
        }

    def _unknown(self, opened: pd.DataFrame, when: np.ndarray) -> list[float] | None:
        """Range of the risk by the horizon over what we do not know, where draws were met twice."""
        if self.draws < 2 or self.pairs < 2 * self.draws or not len(opened):
            return None
        low, high = range_over((when <= self.horizon).astype(float), opened["seed"].to_numpy() % self.draws)
        return _rounded([low, high]) if math.isfinite(low) else None

    def _curve(self, name: str, place: int) -> dict[str, list[float]]:
        """Share of the programme's families, by week: mean and quantiles over runs that opened; 0
        after the end.
        """
        if not self.curves[name]:
            return {}
        families = max(1, self.points[name].population.families)
        values = np.nan_to_num(np.array([each[:, place] for each in self.curves[name]])) / families
        found = np.quantile(values, list(QUANTILES.values()), axis=0)
        return {"mean": _rounded(values.mean(axis=0))} | {
            key: _rounded(row) for key, row in zip(QUANTILES, found, strict=True)
        }

    def _differences(self, opened: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
        """Risk minus that of the first design, on the seeds on which both opened."""
        first, *others = self.points
        base = opened[first].set_index("seed")
        rows = []
        for design in others:
            both = base.index.intersection(opened[design]["seed"])
            one, two = base.loc[both], opened[design].set_index("seed").loc[both]
            for week in milestones(self.horizon):
                ends = event_week(two) <= week, event_week(one) <= week
                gap = paired_difference(*ends) if len(both) else (math.nan, -1.0, 1.0)
                rows.append(
                    {
                        "design": design,
                        "baseline": first,
                        "week": week,
                        "pairs": len(both),
                        "difference": _finite(*gap),
                        "sentence": sentence(design, first, week, len(both), gap),
                    }
                )
        return rows


def sentence(design: str, first: str, week: int, pairs: int, gap: tuple[float, float, float]) -> str:
    """A paired difference of risks in words.

    Examples
    --------
    >>> sentence("greenfield", "retrofit", 108, 100, (-0.38, -0.5, -0.25))
    'Of 100 districts like this one, greenfield ends 38 fewer than retrofit by week 108 (25 to 50 fewer).'
    >>> sentence("opt_out", "retrofit", 108, 100, (-0.03, -0.1, 0.04))
    'By week 108, 100 pairs cannot tell opt out from retrofit (10 fewer to 4 more of 100).'
    """
    value, lower, upper = (100 * each for each in gap)
    if not pairs:
        return f"On none of these seeds did both {label(design)} and {label(first)} open."
    if lower <= 0 <= upper:
        return (
            f"By week {week}, {pairs} pairs cannot tell {label(design)} from {label(first)} ({_word(lower)} to "
            f"{_word(upper)} of 100)."
        )
    ends = sorted((abs(round(lower)), abs(round(upper))))
    more = "more" if value > 0 else "fewer"
    return (
        f"Of 100 districts like this one, {label(design)} ends {abs(round(value))} {more} than {label(first)} by "
        f"week {week} ({ends[0]} to {ends[1]} {more})."
    )


def _word(points: float) -> str:
    return f"{abs(round(points))} {'fewer' if points < 0 else 'more'}"


def words() -> dict[str, str]:
    """What the page's quantities are, with their units."""
    return {quantity: UNITS[quantity] for quantity in MORE} | {"unknown": f"{SHARE:.0%} of the draws"}


def _share(count: int, n: int) -> list[float] | None:
    return _finite(count / n, *wilson(count, n)) if n else None


def _finite(value: float, lower: float, upper: float = math.nan) -> list[float] | None:
    """Rounded numbers; None where the first is none, and no bound where there is none."""
    told = [value, lower, upper]
    if not math.isfinite(value):
        return None
    return [round(float(each), DIGITS) if math.isfinite(each) else None for each in told]  # type: ignore[misc]


def _rounded(values: Any) -> list[float]:
    return [round(float(each), DIGITS) for each in values]
