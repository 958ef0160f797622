"""What all agents of a Mesa model share: the scenario, the rules, the variables and their chance.

A party acts at the moments of the week that it has a method for; the others pass it by. The moments
are those of the compiled engine's phases, and ``sim/model.py`` says when each comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import mesa

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Stance(NamedTuple):
    """Where a stakeholder stands before the first week.

    Attributes
    ----------
    stance : float
        -1 against to 1 for.
    heard : float
        How much of it is against and would be heard, 0 to 1.
    """

    stance: float
    heard: float


class Acting:
    """What an agent or a party can see and do.

    Attributes
    ----------
    scenario : Scenario
        Parameters, by section.
    rules : Rules
        The shared behavioural rules.
    variables : SimpleNamespace
        What everybody knows: a quantity by name, and ``schools``, ``tertiles`` and ``statuses``.
    """

    model: ValueNetworkModel
    # Newer Mesa gives agents a scenario of its own; this name stands in for it.
    scenario: Any = None

    def look_around(self, model: ValueNetworkModel) -> None:
        """Take hold of what is shared."""
        self.scenario = model.scenario
        self.rules: Any = model.rules
        self.variables: Any = model.variables

    def chance(self, stream: str, index: int = 0) -> Any:
        """Draw from [0, 1) in a named stream: the same for the same week and index under every
        design.
        """
        return self.model.uniform(stream, index)

    def counted(self, number: float, body: float | None = None, own: float | None = None) -> float:
        """Count voices, over the board's constituency and the programme's families if not told
        over whom.
        """
        offer, gamma = self.scenario.offer, self.scenario.board.constituency_exponent
        body, own = offer.constituency if body is None else body, offer.programme if own is None else own
        return self.rules.counted(number, body, own, gamma)


class Body(Acting):
    """A party of many agents, or of none.

    Attributes
    ----------
    members : mesa.agent.AgentSet or Body
        What the model shows under the party's name.
    """

    def __init__(self, model: ValueNetworkModel) -> None:
        self.model = model
        self.look_around(model)
        self.members: Any = self


class Counters:
    """Counts the agents of each model, without keeping the model alive."""

    def __init__(self) -> None:
        self._by_model: WeakKeyDictionary[Any, Iterator[int]] = WeakKeyDictionary()

    def __getitem__(self, model: Any) -> Iterator[int]:
        return self._by_model.setdefault(model, count(1))


class Agent(Acting, mesa.Agent):
    """One of many: a family, a teacher."""

    # Mesa before 3.4 numbers agents by a table that holds on to every model there ever was; that is
    # the newest Mesa for CPython 3.11.
    _ids = Counters()

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        self.look_around(model)


class Party(Agent):
    """A party that is a single agent: a union, a board.

    Subclass it, and give it a method for each moment at which it acts (see
    ``sim.parties.MOMENTS``); give it ``stance`` too where it is a stakeholder with one.
    """

    @property
    def members(self) -> Party:
        """What the model shows under the party's name: itself."""
        return self
