"""How far a sweep has come, and how much is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.scenario import Scenario
from sim.sweep.plan import Part, Sweep
from sim.sweep.work import scenario_or_error


@dataclass
class Progress:
    """How far a sweep has come.

    Attributes
    ----------
    done, known : int
        Runs written, and runs known to be needed so far (the rest of the round under way included).
    most : int
        Runs of all rounds that may come: those known, where no precision is aimed at; else as if
        no design point that is not done yet were precise before all its seeds are used up.
    bound : bool
        Whether fewer may do.
    work, work_most : int
        The same in family-weeks, which runs cost about alike, with the second pass for weekly
        curves.
    work_before : int
        Of the work done, what an earlier sitting did.
    curves : bool
        Whether the second pass is under way.
    errors : int
        Runs that raised.
    worst : float
        Largest half-width of the intervals aimed at; NaN where there is no target yet.
    """

    done: int = 0
    known: int = 0
    most: int = 0
    bound: bool = False
    work: int = 0
    work_most: int = 0
    work_before: int = 0
    curves: bool = False
    errors: int = 0
    worst: float = float("nan")


class Load:
    """What is to be done of a sweep, in family-weeks: families times weeks.

    Design points may differ in both, so that a count of runs says little of the time that is left.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.each = family_weeks(sweep)

    def of(self, part: Part) -> int:
        """The work of a part, or a piece of one, of one design."""
        share = len(self.sweep.spec.designs) if part.design else 1
        return sum(self.each[point] for point in part.points) * part.seeds // share

    def foresee(self, progress: Progress, seeds: dict[int, int], points: Sequence[int]) -> None:
        """Enter what may come at the most.

        Parameters
        ----------
        progress : Progress
        seeds : dict
            How many seeds each point has met, or meets in the rounds under way.
        points : sequence of int
            Those that may meet more.
        """
        most = {**seeds, **dict.fromkeys(points, self.sweep.most_seeds)}
        weekly = self.sweep.weekly_parts(most)
        progress.most = sum(most.values()) * len(self.sweep.spec.designs)
        progress.work_most = sum(self.each[point] * count for point, count in most.items()) + sum(map(self.of, weekly))
        progress.bound = self.sweep.spec.replicates.target != "none" and bool(points)


def family_weeks(sweep: Sweep) -> dict[int, int]:
    """Families times weeks of one seed at each design point, all designs together: what its runs
    cost, about.

    Examples
    --------
    >>> from sim.sweep.plan import comparison
    >>> from sim.sweep.samples import small_scenarios
    >>> family_weeks(comparison(small_scenarios(), 5))
    {0: 3200}
    """

    def measure(point: int) -> int:
        scenarios = [scenario_or_error(sweep, point, design) for design in sweep.spec.designs]
        good = [each for each in scenarios if isinstance(each, Scenario)]
        return sum(each.population.families * each.horizon.weeks for each in good)

    return sweep.by_point({"population.families", "horizon.weeks"}, measure)
