"""Will a school initiative live? An agent-based simulator of value networks: retrofit against
greenfield.
"""

import os

# Vector maths of an optional Intel library may differ in the last bit from the scalar one, and so
# would the two engines.
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

from sim import rules
from sim.cast import Cast, cast_of
from sim.engine import simulate
from sim.errors import InputError
from sim.model import ValueNetworkModel, simulate_with_agents
from sim.outcome import Outcome, Run
from sim.population import Population, populate
from sim.scenario import Scenario, load_scenario
from sim.sweep.results import open_sweep

__all__ = [
    "Cast",
    "InputError",
    "Outcome",
    "Population",
    "Run",
    "Scenario",
    "ValueNetworkModel",
    "cast_of",
    "load_scenario",
    "open_sweep",
    "populate",
    "rules",
    "simulate",
    "simulate_with_agents",
]
