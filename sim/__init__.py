"""Will a school initiative live? An agent-based simulator of value networks: retrofit against
greenfield.

What the package offers is imported when it is first asked for, so that a command which needs
little starts at once.
"""

import importlib
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim import rules
    from sim.cast import Cast, cast_of
    from sim.engine import simulate
    from sim.errors import InputError
    from sim.model import ValueNetworkModel, simulate_with_agents
    from sim.outcome import Outcome, Run
    from sim.population import Population, populate
    from sim.scenario import Scenario, load_scenario
    from sim.sweep.results import open_sweep

# Vector maths of an optional Intel library may differ in the last bit from the scalar one, and so
# would the two engines.
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

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

_HOME = {
    "Cast": "cast",
    "InputError": "errors",
    "Outcome": "outcome",
    "Population": "population",
    "Run": "outcome",
    "Scenario": "scenario",
    "ValueNetworkModel": "model",
    "cast_of": "cast",
    "load_scenario": "scenario",
    "open_sweep": "sweep.results",
    "populate": "population",
    "simulate": "engine",
    "simulate_with_agents": "model",
}
"""Name -> the module that it is from."""


def __getattr__(name: str) -> Any:
    if name == "rules":
        return importlib.import_module("sim.rules")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"sim.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
