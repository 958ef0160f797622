"""The Mesa model: the week of docs/odd.md, party by party, to read, watch and extend.

It lives through the same run as ``sim/engine.py`` bit for bit. Sums run over families and teachers
in the order of their numbers, so that the order in which agents act changes nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import partial
from typing import Any

import mesa
import numpy as np

from sim.kernel.streams import deviate, named_keys, seed_of, uniform, week_key
from sim.kernel.variables import Over
from sim.outcome import Run, finish
from sim.parties.board.endings import OVER_FROM
from sim.population import populate
from sim.scenario import Scenario

BATCHES = '. For mesa.batch_run give rng=range(3), or before Mesa 3.4 "rng": range(3) among its parameters'
"""What the message for a missing seed adds, as ``iterations`` of ``mesa.batch_run`` names none."""


class ValueNetworkModel(mesa.Model):
    """A district, an initiative and the parties with power over both.

    Parameters
    ----------
    scenario : Scenario, optional
        With the parties of its parties. Default: a conventional school where nothing changes.
    rng : int
        The seed that names the community and its weather. A run without a seed could not be
        repeated, so there is no default: with ``mesa.batch_run``, vary ``rng``.
    rules : Rules, optional
        A variant of the rules, see :func:`sim.rules.replace`.
    agent_classes : mapping, optional
        Subclasses to use, by the class they stand in for: ``{Family: MyFamily}``.

    Attributes
    ----------
    week : int
        The week being lived through, from 1; 1 before the first step too.
    offer : Offer
        What the design means to the district in numbers.
    terms : tuple of Terms
        What each offer means to a school in numbers.
    school_offers : tuple of int
        Which of the offers each school has.
    variables : SimpleNamespace
        Every quantity of the run by name, and ``schools``, ``tertiles`` and ``statuses``, lists of
        such.
    parties : dict
        The parties by name, in the order in which they act. Each name is also an attribute of the
        model: ``families`` and ``teachers`` the sets of these agents, ``union``, ``board`` and the
        others the one agent.
    datacollector : mesa.DataCollector
        Model reporters named as the columns of the weekly table, collected at the end of each week.

    Raises
    ------
    TypeError
        Where ``rng`` is missing or not a whole number from 0.

    Examples
    --------
    >>> import sim
    >>> model = sim.ValueNetworkModel(sim.Scenario().revise({"population.families": 50}), rng=1)
    >>> model.step()
    >>> len(model.families), model.variables.taking_part
    (100, 50)
    """

    def __init__(
        self,
        scenario: Scenario | None = None,
        rng: int | None = None,
        rules: Any = None,
        agent_classes: Mapping[type[Any], type[Any]] | None = None,
    ) -> None:
        seed = seed_of(rng, "rng", BATCHES)
        self._scenario_of_run = scenario or Scenario()
        super().__init__(rng=seed)
        self.seed = seed
        parties = self.scenario.parties
        self.offer, self.terms = self.scenario.offer, self.scenario.terms
        self.school_offers = self.scenario.school_offers
        self.rules = rules_for_agents(self, parties.rules if rules is None else rules)
        self.week = 1
        self._keys = named_keys((self.seed,), parties.streams)[0]
        self._chance_of(1)
        self.people = populate(self.scenario, self.seed)
        self.variables = parties.variables.pages(len(self.people.school_start) - 1)
        self.stakeholders = parties.variables.stakeholders
        self.pressing = parties.variables.pressing
        self._classes = dict(agent_classes or {})
        self.parties: dict[str, Any] = {}
        for package in parties.packages:
            self.parties[package.name] = party = self.make(package.agent)
            setattr(self, package.name, party.members)
        columns = {name: [_column, [self, name]] for name in parties.variables.weekly}
        self.datacollector = mesa.DataCollector(model_reporters=columns)
        self.running = self.scenario.horizon.weeks > 0
        if self.running and self.offer.first_week == 1 and not self.over:
            self.all("enrol", 1)

    def __copy__(self) -> ValueNetworkModel:
        """Copy the model with its agents: two models that shared agents would be neither."""
        return copy.deepcopy(self)

    @property
    def scenario(self) -> Scenario:
        """The scenario being run. Mesa 3.4 and later offers a scenario of its own here; this one
        stands in for it.
        """
        return self._scenario_of_run

    @scenario.setter
    def scenario(self, _: Any) -> None:
        """Ignore the empty scenario that newer Mesa versions set."""

    # --- the schedule ----------------------------------------------------------------------------

    def step(self) -> None:
        """Live through one week, in the order of docs/odd.md, and collect its row of the weekly
        table.
        """
        self.week = self.steps
        self.variables.week = self.week
        self.variables.week_of_year = (self.week - 1) % self.scenario.horizon.weeks_per_year + 1
        self._chance_of(self.week)
        last = self.week == self.scenario.horizon.weeks
        if self.week >= self.offer.first_week and not self.over:
            self.live_through_the_week()
        if not self.over and not last:
            self.turn()
        if self.over:
            self.all("close")
        self.datacollector.collect(self)
        self.running = not self.over and not last

    def live_through_the_week(self) -> None:
        """Have all parties act, moment by moment."""
        for moment in ("supply", "teach", "live", "respond", "press", "decide"):
            self.all(moment)
        if not self.over:
            self.all("leave")
            if self.year_ends:
                self.all("conclude")

    def turn(self) -> None:
        """Between weeks: at the year's end cohorts change; then, and when a unit starts, there is
        an intake.
        """
        coming = self.week + 1
        self._chance_of(coming)
        if self.year_ends:
            self.all("renew")
        starts = coming in self.scenario.design.start_weeks
        if (self.year_ends or starts) and coming >= self.offer.first_week:
            self.all("enrol", coming)

    def all(self, moment: str, *arguments: Any) -> None:
        """Have each party act that has something to do at a moment, in order."""
        for party in self.parties.values():
            act = getattr(party, moment, None)
            if act is not None:
                act(*arguments)

    def activate(self, agents: Any, method: str) -> None:
        """Have each agent act once. Override to change the order: all read last week's state, so it
        changes nothing.
        """
        agents.do(method)

    # --- what the parties ask the model ----------------------------------------------------------

    def make(self, kind: type[Any], *arguments: Any) -> Any:
        """Make an agent of a class, or of the one that stands in for it."""
        return self._classes.get(kind, kind)(self, *arguments)

    def set_of(self, kind: type[Any]) -> Any:
        """All agents of a class, or of the one that stands in for it."""
        found = self._classes.get(kind, kind)
        return self.agents_by_type.get(found, self.agents.select(agent_type=found))

    @property
    def over(self) -> bool:
        """Whether the programme has ended."""
        return self.variables.status >= OVER_FROM

    @property
    def year_ends(self) -> bool:
        """Whether this is the last week of a school year."""
        return self.week % self.scenario.horizon.weeks_per_year == 0

    def uniform(self, stream: str, index: int) -> float:
        """Draw from [0, 1) in a named stream."""
        return uniform(self._week_key(stream), index)

    def deviate(self, stream: str, index: int) -> float:
        """Draw with mean 0 and SD 1 in a named stream."""
        return deviate(self._week_key(stream), index)

    def _week_key(self, stream: str) -> Any:
        if stream not in self._week_keys:
            self._week_keys[stream] = np.uint64(week_key(self._keys[stream], self._chance_week))
        return self._week_keys[stream]

    def _chance_of(self, week: int) -> None:
        self._chance_week = week
        self._week_keys: dict[str, Any] = {}

    # --- tables ----------------------------------------------------------------------------------

    def result(self) -> Run:
        """Return outcome and weekly table so far, as the compiled engine would."""
        variables = self.scenario.parties.variables
        weeks = np.full((self.scenario.horizon.weeks, len(variables.weekly)), np.nan)
        for column, name in enumerate(variables.weekly):
            values = self.datacollector.model_vars[name]
            weeks[: len(values), column] = values
        state = self.variables
        pages: dict[Over, list[dict[str, Any]]] = {
            "district": [vars(state)],
            "school": [vars(each) for each in state.schools],
            "tertile": [vars(each) for each in state.tertiles],
            "status": [vars(each) for each in state.statuses],
        }
        return finish(self.scenario, self.seed, pages, self.people, weeks)


def simulate_with_agents(
    scenario: Scenario, seed: int, rules: Any = None, agent_classes: Mapping[type[Any], type[Any]] | None = None
) -> Run:
    """Run a scenario once with Mesa agents; the same run as :func:`sim.engine.simulate`, slower and
    open to subclassing.

    Parameters
    ----------
    scenario, seed, rules
        As for :func:`sim.engine.simulate`.
    agent_classes : mapping, optional
        Subclasses to use, see :class:`ValueNetworkModel`.

    Examples
    --------
    >>> import sim
    >>> small = sim.Scenario().revise({"population.families": 20, "horizon.weeks": 4})
    >>> sim.simulate_with_agents(small, 1) == sim.simulate(small, 1)
    True
    """
    model = ValueNetworkModel(scenario, seed, rules, agent_classes)
    while model.running:
        model.step()
    found = model.result()
    let_go(model)
    return found


def let_go(model: mesa.Model) -> None:
    """Let go of a model that is done: Mesa up to 3.3 counts agents in a table that keeps all models
    alive.
    """
    getattr(mesa.Agent, "_ids", {}).pop(model, None)


def rules_for_agents(model: ValueNetworkModel, rules: Any) -> Any:
    """The rules as agents call them: one that asks for variables is given them."""
    from sim.kernel.rules import asked_for

    asks = asked_for(rules, model.scenario.parties.rules)
    return rules._replace(
        **{name: partial(_asking, model, getattr(rules, name), names) for name, names in asks.items()}
    )


def _asking(model: ValueNetworkModel, rule: Any, names: tuple[str, ...], *arguments: Any) -> Any:
    return rule(*arguments, *(getattr(model.variables, name) for name in names))


def _column(model: ValueNetworkModel, name: str) -> float:
    return float(getattr(model.variables, name))
