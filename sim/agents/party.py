"""What all agents share: the scenario, the rules and their luck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel
    from sim.rules import Rules
    from sim.scenario import Scenario


class Party(mesa.Agent):
    """A stakeholder.

    Attributes
    ----------
    rules : Rules
        The shared behavioural rules.
    """

    model: ValueNetworkModel

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        self.rules: Rules = model.rules

    @property
    def scenario(self) -> Scenario:
        """Parameters, by section."""
        return self.model.scenario

    def luck(self, stream: str, index: int = 0) -> Any:
        """Draw from [0, 1) in a named stream: the same number for the same week and index under every design."""
        return self.model.uniform(stream, index)
