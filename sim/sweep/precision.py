"""How precise the design points of a sweep are, counted as parts come."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.statistics.intervals import paired_difference_of_counts, wilson
from sim.statistics.quantities import HEADLINE, counted, happened_by
from sim.sweep.plan import Sweep


class Precision:
    """Counts by design point from which intervals follow; memory does not grow with the number of
    runs.

    ``counts`` has shape (points, designs, 2): runs discontinued by the week, and runs that opened;
    ``pairs`` has shape (points, 4): both of the first two designs, only the first, only the second,
    neither, of the seeds on which both opened.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.counts = np.zeros((len(sweep.points), len(sweep.spec.designs), 2), dtype=np.int64)
        self.pairs = np.zeros((len(sweep.points), 4), dtype=np.int64)

    def add(self, table: pd.DataFrame) -> None:
        """Count the runs of a part that opened and raised no error."""
        designs = list(self.sweep.spec.designs)
        good = counted(table)
        over = happened_by(good, self.sweep.spec.replicates.by_week)
        place = good["design"].map({name: k for k, name in enumerate(designs)}).to_numpy(np.int64)
        np.add.at(self.counts, (good["point"].to_numpy(), place, 0), over.astype(np.int64))
        np.add.at(self.counts, (good["point"].to_numpy(), place, 1), 1)
        if len(designs) > 1:
            wide = good.assign(**{HEADLINE: over}).pivot_table(
                index=["point", "seed"], columns="design", values=HEADLINE, aggfunc="first"
            )
            wide = wide.reindex(columns=designs[:2]).dropna().astype(bool)
            cell = np.where(wide[designs[0]], np.where(wide[designs[1]], 0, 1), np.where(wide[designs[1]], 2, 3))
            np.add.at(self.pairs, (wide.index.get_level_values("point").to_numpy(), cell), 1)

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
        if self.sweep.spec.replicates.target == "difference":
            both, first, second, neither = (int(count) for count in self.pairs[point])
            _, lower, upper = paired_difference_of_counts(second, first, both, neither)
            return (upper - lower) / 2
        bounds = [wilson(int(count), int(n)) for count, n in self.counts[point]]
        return max((upper - lower) / 2 for lower, upper in bounds)
