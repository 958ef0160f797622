"""A run that is continued a stretch of weeks at a time: to the bit the engine's unbroken run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.building import built_in_stretches
from sim.engine import by_name, go_on, live_through, opened, stretch, turn
from sim.kernel.streams import named_keys, seed_of
from sim.outcome import Run, finish
from sim.parties.board.endings import OVER_FROM
from sim.population import Population, communities, one_of
from sim.scenario import Scenario, numbers, records


class Life:
    """A run that is lived through a stretch at a time: to the bit the run of :func:`simulate`,
    however it is cut.

    Between two stretches all that it is at can be read and changed, as a region does at the end of
    a school year.

    Parameters
    ----------
    scenario, seed, rules, population
        As for :func:`simulate`.
    drawn : mapping, optional
        Values by dotted field name, each of shape (1,), instead of the scenario's own.

    Attributes
    ----------
    week : int
        Weeks lived through so far.
    memories : tuple of named tuples
        What parties keep to themselves, in the order of ``scenario.parties.memories``.
    numbers : numpy.ndarray
        The scenario's numbers as the engine reads them, shape (1,): what is set there holds from
        the next week on.

    Examples
    --------
    >>> import sim
    >>> life = Life(sim.Scenario(), seed=1)
    >>> life.live(to=36)
    >>> life.week, life.over
    (36, False)
    >>> life.live(to=108)
    >>> life.run() == sim.simulate(sim.Scenario(), seed=1)
    True
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        rules: Any = None,
        population: Population | None = None,
        drawn: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        self.scenario, self.seed, self.week = scenario, seed_of(seed), 0
        parties = scenario.parties
        self.people = one_of(communities(scenario, [self.seed], drawn), 0) if population is None else population
        self.numbers, self._lists = records(scenario, 1, drawn), numbers(scenario)[1]
        self._kept = opened(parties, 1, len(self.people.school_start) - 1)
        self._keys = named_keys([self.seed], parties.streams)
        self._rules = parties.rules if rules is None else rules
        self._weeks: list[np.ndarray] = []
        self.memories = tuple(make(self.people) for make in parties.memories.values())
        self._begun = False

    @property
    def variables(self) -> np.void:
        """The quantities of the district by name, which can be set."""
        return self._kept["district"][0, 0]

    @property
    def tertiles(self) -> np.ndarray:
        """The quantities of each third of achievement, shape (3,)."""
        return self._kept["tertile"][0]

    @property
    def over(self) -> bool:
        """Whether nobody takes part any more, or ever did."""
        return bool(self.variables["status"] >= OVER_FROM)

    def begin(self) -> None:
        """Have all parties do what they do before the first week; what is in ``numbers`` by then
        holds for it. Living on does so where it was not done.
        """
        if not self._begun:
            self._begun = True
            self._stretch(0)

    def live(self, to: int) -> None:
        """Live on to the end of a week, of the horizon at the most; no further than it goes on.

        Parameters
        ----------
        to : int
            A week from 1.
        """
        self.begin()
        last = min(to, self.scenario.horizon.weeks)
        if last > self.week and not (self.over and self.week > 0):
            self._stretch(last)

    def _stretch(self, last: int) -> None:
        parties = self.scenario.parties
        weeks = np.full((last - self.week, len(parties.variables.weekly)), np.nan)
        built_in_stretches(parties, self._rules, (turn, live_through, go_on, stretch))(
            self.numbers, self._lists, self.people, self._keys, *self._kept.values(), self.memories, weeks,
            self.week + 1, last,
        )  # fmt: skip
        self.week = last
        if len(weeks):
            self._weeks.append(weeks)

    def weekly(self, name: str, last: int | None = None) -> np.ndarray:
        """A column of the weekly table, of the weeks lived through, or of the last of them."""
        column, parts, missing = self.scenario.parties.variables.places[name], [], math.inf if last is None else last
        for each in reversed(self._weeks):
            values = each[:, column]
            parts.append(values[~np.isnan(values)])
            missing -= len(parts[-1])
            if missing <= 0:
                break
        found = np.concatenate(parts[::-1]) if parts else np.empty(0)
        return found if last is None else found[-last:]

    def run(self) -> Run:
        """The run as far as it was lived through."""
        self.begin()
        columns = len(self.scenario.parties.variables.weekly)
        weeks = np.full((self.scenario.horizon.weeks, columns), np.nan)
        if self._weeks:
            lived = np.concatenate(self._weeks)
            weeks[: len(lived)] = lived
        pages = {over: by_name(each)[0] for over, each in self._kept.items()}
        return finish(self.scenario, self.seed, pages, self.people, weeks)
