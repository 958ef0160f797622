"""The agents of the value network, one class each, to read, watch and subclass.

Each agent keeps its own state, calls the shared rules of ``sim/rules.py``, and draws from the named streams through its
model. Subclass one and give it to the model: ``ValueNetworkModel(scenario, rng=1, agent_classes={Family: MyFamily})``.
"""

from sim.agents.board import Board
from sim.agents.family import Family
from sim.agents.outside import Community, Regulator, Vendor
from sim.agents.party import Party
from sim.agents.staff import Teacher, Union

__all__ = ["Board", "Community", "Family", "Party", "Regulator", "Teacher", "Union", "Vendor"]
