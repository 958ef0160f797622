"""What the runs say so far: risk over time, who takes part, pressure, what was delivered, and how
designs differ, seed by seed, with intervals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.designs import label, looks, the
from sim.explore.live import Chunk
from sim.kernel.variables import Variables
from sim.parties.board.endings import IN_SHORT
from sim.scenario import Scenario
from sim.statistics.intervals import mean_interval, paired_difference, wilson, wilson_band
from sim.statistics.quantities import ADAPTED, HEADLINE, MORE, STEPS, event_week, milestones
from sim.statistics.unknown import range_over

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
    called : mapping, optional
        What designs are called where it is not by their label.
    """

    def __init__(self, points: Sequence[Scenario], draws: int = 0, called: Mapping[str, str] | None = None) -> None:
        self.points = {point.design_name: point for point in points}
        self.called = {name: label(name) for name in self.points} | dict(called or {})
        self.in_sentences = {name: the(name) for name in self.points} | dict(called or {})
        self.draws = draws
        self.horizon = min(point.horizon.weeks for point in points)
        self.weeks = milestones(self.horizon)
        self.variables: Variables = points[0].parties.variables
        self.places = [list(self.variables.weekly).index(name) for name in CURVES]
        self.columns = (
            "seed",
            "opened",
            "cause",
            "ending",
            "week",
            "week_over",
            *STEPS,
            *MORE,
            *self.variables.drained,
        )
        self.blocks: dict[str, list[dict[str, np.ndarray]]] = {name: [] for name in self.points}
        self.curves: dict[str, list[np.ndarray]] = {name: [] for name in self.points}
        self.pairs = 0

    def add(self, chunk: Chunk, families: Mapping[str, Sequence[int]] | None = None) -> None:
        """Take the runs of a chunk.

        Parameters
        ----------
        chunk : dict
        families : mapping, optional
            The programme's families in each run, by design; those of the points by default.
        """
        for design, runs in chunk.items():
            block = {name: np.array([run.outcome[name] for run in runs]) for name in self.columns}
            self.blocks[design].append(block)
            sizes = families[design] if families else [self.points[design].population.families] * len(runs)
            opened = [
                run.weeks[: self.horizon, self.places] / max(1, size)
                for run, size in zip(runs, sizes, strict=True)
                if run.outcome["opened"]
            ]
            if opened:
                self.curves[design].append(np.nan_to_num(np.array(opened)))
        self.pairs += len(next(iter(chunk.values())))

    def summary(self) -> dict[str, Any]:
        """What there is so far, as plain data.

        Returns
        -------
        dict
            ``pairs``, ``horizon``, ``weeks`` (at which risks are reported), ``designs`` (by name)
            and ``differences`` (a row per design beside the first, and week).
        """
        runs = {design: _Runs(blocks) for design, blocks in self.blocks.items()}
        return {
            "pairs": self.pairs,
            "horizon": self.horizon,
            "weeks": self.weeks,
            "designs": {name: self._design(name, runs[name]) for name in self.points},
            "differences": self._differences(runs),
        }

    def _design(self, name: str, runs: _Runs) -> dict[str, Any]:
        n, over = len(runs.seeds), runs.over <= self.horizon
        return {
            "label": self.called[name],
            "colour": looks(self.points)[name].colour,
            "n": n,
            "not_opened": _share(self.pairs - n, self.pairs),
            "risk": self._incidence(runs.over),
            "adapted": _share(int((runs.adapted <= self.horizon).sum()), n),
            "causes": {
                str(cause): _share(int((over & (runs.ending == cause)).sum()), n)
                for cause in np.unique(runs.ending[over])
            },
            "why": {
                IN_SHORT[str(cause)]: _share(int((over & (runs.columns["cause"] == cause)).sum()), n)
                for cause in np.unique(runs.columns["cause"][over])
            },
            "unknown": self._unknown(runs),
            "adoption": {curve: self._curve(name, place) for place, curve in enumerate(CURVES)},
            "pressure": self._pressure(runs),
            "delivered": {name: _mean(runs.columns[name]) for name in MORE},
        }

    def _incidence(self, when: np.ndarray) -> dict[str, list[float]]:
        """Share discontinued by each week from 1, with Wilson's interval."""
        counts = np.searchsorted(np.sort(when), np.arange(1, self.horizon + 1), side="right")
        lower, upper = wilson_band(counts, len(when))
        return {"share": _rounded(counts / max(1, len(when))), "lower": _rounded(lower), "upper": _rounded(upper)}

    def _unknown(self, runs: _Runs) -> list[float] | None:
        """Range of the risk by the horizon over what we do not know, where draws were met twice."""
        if self.draws < 2 or self.pairs < 2 * self.draws or not len(runs.seeds):
            return None
        low, high = range_over((runs.over <= self.horizon).astype(float), runs.seeds % self.draws)
        return _rounded([low, high]) if math.isfinite(low) else None

    def by_draw(self, name: str) -> dict[int, float]:
        """The share of a design's runs that were discontinued by the horizon, for each draw."""
        runs = _Runs(self.blocks[name])
        number, over = runs.seeds % max(1, self.draws), runs.over <= self.horizon
        return {int(draw): float(over[number == draw].mean()) for draw in np.unique(number)}

    def _pressure(self, runs: _Runs) -> dict[str, list[float] | None]:
        """Mean share of what was drained in a run, by stakeholder, as
        :func:`sim.findings.pressure.shares` has it.
        """
        drained = np.column_stack([runs.columns[name] for name in self.variables.drained]).clip(min=0.0)
        drained = drained[drained.sum(axis=1) > 0]
        parts = drained / drained.sum(axis=1, keepdims=True)
        return {who: _mean(parts[:, place]) for place, who in enumerate(self.variables.pressing)}

    def _curve(self, name: str, place: int) -> dict[str, list[float]]:
        """Share of the programme's families, by week: mean and quantiles over runs that opened; 0
        after the end.
        """
        if not self.curves[name]:
            return {}
        values = np.concatenate([block[:, :, place] for block in self.curves[name]])
        found = np.quantile(values, list(QUANTILES.values()), axis=0)
        return {"mean": _rounded(values.mean(axis=0))} | {
            key: _rounded(row) for key, row in zip(QUANTILES, found, strict=True)
        }

    def _differences(self, runs: Mapping[str, _Runs]) -> list[dict[str, Any]]:
        """Risk minus that of the first design, on the seeds on which both opened."""
        first, *others = self.points
        rows = []
        for design in others:
            both, one, two = np.intersect1d(runs[first].seeds, runs[design].seeds, return_indices=True)
            for week in self.weeks:
                ends = runs[design].over[two] <= week, runs[first].over[one] <= week
                gap = paired_difference(*ends) if len(both) else (math.nan, -1.0, 1.0)
                rows.append(
                    {
                        "design": design,
                        "baseline": first,
                        "week": week,
                        "pairs": len(both),
                        "difference": _finite(*gap),
                        "sentence": sentence(self.in_sentences[design], self.in_sentences[first], week, len(both), gap),
                    }
                )
        return rows


class _Runs:
    """Runs of a design that opened: their columns, seeds, endings, and weeks of the two events."""

    def __init__(self, blocks: list[dict[str, np.ndarray]]) -> None:
        whole = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
        opened = whole["opened"] == 1
        self.columns = {name: values[opened] for name, values in whole.items()}
        self.seeds, self.ending = self.columns["seed"], self.columns["ending"]
        self.over, self.adapted = event_week(self.columns, HEADLINE), event_week(self.columns, ADAPTED)


def sentence(design: str, first: str, week: int, pairs: int, gap: tuple[float, float, float]) -> str:
    """A paired difference of risks in words.

    Examples
    --------
    >>> sentence("the opt-out", "the retrofit", 108, 100, (-0.38, -0.5, -0.25))[32:]
    '38 fewer end by week 108 under the opt-out than under the retrofit (25 to 50 fewer).'
    >>> sentence("the opt-out", "the retrofit", 108, 100, (-0.03, -0.1, 0.04))
    'By week 108, 100 pairs cannot tell the opt-out from the retrofit (10 fewer to 4 more of 100).'
    """
    value, lower, upper = (100 * each for each in gap)
    if not pairs:
        return f"There is no seed on which both {design} and {first} opened."
    if lower <= 0 <= upper:
        return (
            f"By week {week}, {pairs} pairs cannot tell {design} from {first} ({_word(lower)} to "
            f"{_word(upper)} of 100)."
        )
    ends = sorted((abs(round(lower)), abs(round(upper))))
    more = "more" if value > 0 else "fewer"
    return (
        f"Of 100 districts like this one, {abs(round(value))} {more} end by week {week} under {design} than under "
        f"{first} ({ends[0]} to {ends[1]} {more})."
    )


def _word(points: float) -> str:
    return f"{abs(round(points))} {'fewer' if points < 0 else 'more'}"


def _mean(values: np.ndarray) -> list[float] | None:
    return _finite(*mean_interval(values)) if len(values) else None


def _share(count: int, n: int) -> list[float] | None:
    return _finite(count / n, *wilson(count, n)) if n else None


def _finite(value: float, lower: float, upper: float = math.nan) -> list[float] | None:
    """Rounded numbers; None where the first is none, and no bound where there is none."""
    reported = [value, lower, upper]
    if not math.isfinite(value):
        return None
    return [round(float(each), DIGITS) if math.isfinite(each) else None for each in reported]  # type: ignore[misc]


def _rounded(values: Any) -> list[float]:
    return np.round(np.asarray(values, float), DIGITS).tolist()
