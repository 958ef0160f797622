"""How precise the design points of a sweep are, counted as parts come."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from sim.statistics.intervals import paired_difference_of_counts, wilson
from sim.statistics.quantities import STEPS, WAYS, counted, happened_by
from sim.sweep.plan import Sweep


class Precision:
    """Counts and sums by design point from which intervals follow; memory does not grow with the
    number of runs.

    Of an event, ``counts`` has shape (points, designs, 2): runs in which it came by the week, and
    runs that opened; ``pairs`` has shape (points, 4): both of the first two designs, only the
    first, only the second, neither, of the seeds on which both opened. Of a number, ``moments`` has
    shape (points, designs + 1, 3): how many values there are, their sum and the sum of their
    squares, for each design and, last, for the paired difference of the first two.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        points, designs = len(sweep.points), len(sweep.spec.designs)
        self.event = sweep.spec.replicates.quantity in WAYS
        self.counts = np.zeros((points, designs, 2), dtype=np.int64)
        self.pairs = np.zeros((points, 4), dtype=np.int64)
        self.moments = np.zeros((points, designs + 1, 3))

    @property
    def columns(self) -> list[str]:
        """Columns of runs that it is counted from."""
        events = ["week_over", "ending", "week", *STEPS]
        return ["point", "design", "seed", "error", "opened", *(events if self.event else [self._quantity])]

    @property
    def _quantity(self) -> str:
        return self.sweep.spec.replicates.quantity

    def add(self, table: pd.DataFrame) -> None:
        """Count the runs of a part that opened and raised no error, for a sweep with a target."""
        if self.sweep.spec.replicates.target == "none":
            return
        designs = list(self.sweep.spec.designs)
        good = counted(table)
        if self.event:
            value = happened_by(good, self.sweep.spec.replicates.by_week, self._quantity)
        else:
            value = good[self._quantity].to_numpy(float)
        points, place = good["point"].to_numpy(), good["design"].map({name: k for k, name in enumerate(designs)})
        wide = pd.DataFrame()
        if len(designs) > 1:
            wide = good.assign(_value=value).pivot_table(
                index=["point", "seed"], columns="design", values="_value", aggfunc="first"
            )
            wide = wide.reindex(columns=designs[:2]).dropna()
        both = wide.index.get_level_values("point").to_numpy() if len(wide) else np.array([], np.int64)
        if self.event:
            np.add.at(self.counts, (points, place.to_numpy(np.int64), 0), value.astype(np.int64))
            np.add.at(self.counts, (points, place.to_numpy(np.int64), 1), 1)
            if len(wide):
                first, second = (wide[name].astype(bool) for name in designs[:2])
                cell = np.where(first, np.where(second, 0, 1), np.where(second, 2, 3))
                np.add.at(self.pairs, (both, cell), 1)
            return
        known = ~np.isnan(value)
        self._enter(points[known], place.to_numpy(np.int64)[known], value[known])
        if len(wide):
            self._enter(both, np.full(len(wide), len(designs)), (wide[designs[1]] - wide[designs[0]]).to_numpy(float))

    def _enter(self, points: np.ndarray, place: np.ndarray, value: np.ndarray) -> None:
        for k, power in enumerate((np.ones_like(value), value, value * value)):
            np.add.at(self.moments, (points, place, np.full(len(value), k)), power)

    def unresolved(self, points: list[int]) -> tuple[list[int], float]:
        """Those points whose intervals are still too wide, and the widest half-width; all points
        where there is no target.
        """
        replicates = self.sweep.spec.replicates
        if replicates.target == "none":
            return points, float("nan")
        widths = {point: self.half_width(point) for point in points}
        return [point for point in points if widths[point] > replicates.half_width], max(
            widths.values(), default=float("nan")
        )

    def half_width(self, point: int) -> float:
        """Half-width of the interval aimed at, for a point."""
        paired = self.sweep.spec.replicates.target == "difference"
        if not self.event:
            moments = self.moments[point]
            return max(_students(*each) for each in (moments[-1:] if paired else moments[:-1]))
        if paired:
            both, first, second, neither = (int(count) for count in self.pairs[point])
            _, lower, upper = paired_difference_of_counts(second, first, both, neither)
            return (upper - lower) / 2
        bounds = [wilson(int(count), int(n)) for count, n in self.counts[point]]
        return max((upper - lower) / 2 for lower, upper in bounds)


def _students(n: float, total: float, squares: float) -> float:
    """Half-width of Student's 95% interval of a mean; infinite of fewer than two values."""
    if n < 2:
        return float("inf")
    variance = max(squares - total * total / n, 0.0) / (n - 1)
    return float(stats.t.ppf(0.975, n - 1) * np.sqrt(variance / n))
