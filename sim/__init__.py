"""Will a school initiative live? An agent-based simulator of value networks: retrofit against
greenfield.

A **scenario** says what is rolled out, how, where, and who lives there; a **design** how families
come to it; a **seed** names a community and its chance. Many runs are an experiment:

>>> import sim
>>> r = sim.experiment("mountain_view", ["retrofit", "greenfield"],
...     {"leadership.communication": [0.1, 0.9]}, seeds=5)
>>> runs = r.runs                                         # a row per run, with every factor
>>> risk = r.table("risk")                                # a finding, with intervals
>>> figure = r.plot("risk")
>>> one = sim.run("mountain_view", "retrofit", seed=7)    # one run, as `sim run` prints it
>>> one.outcome.outcome
'discontinued'

Parameters that the scenario does not set are drawn with the seed from the posterior, here and in
every command. Exactly a scenario, nothing drawn, is what both engines run, with the same result to
the bit:

>>> case = sim.load_scenario("mountain_view", "retrofit")
>>> run = sim.simulate(case, seed=7)                      # compiled: a millisecond
>>> week = run.weekly()                                   # a row per week, a column per quantity
>>> model = sim.ValueNetworkModel(case, 7)                # the same run as Mesa agents
>>> model.step()
>>> len(model.families) > case.population.families        # with the next grade's
True

Change anything by its dotted name (``sim parameters`` lists them), and a rule by its name:

>>> best = case.revise({"leadership.training": 0.9, "design.dose": 0.5})
>>> calm = sim.rules.replace(mobilisation=lambda mobilisation_before, spoke, kept: 0.0)
>>> other = sim.simulate(best, 7, calm)                   # doctest: +SKIP

The model is described in docs/odd.md, the whole of the project in README.md. What the package
offers is imported when it is first asked for, so that a command which needs little starts at once.
"""

import importlib
import importlib.util
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim import region
    from sim.casebook.files import open_casebook
    from sim.casebook.score import score
    from sim.engine import simulate
    from sim.experiments import experiment, open_results
    from sim.io.errors import InputError
    from sim.kernel import rules
    from sim.kernel.parties import Parties, parties_of
    from sim.model import ValueNetworkModel, simulate_with_agents
    from sim.one_run import run
    from sim.outcome import Outcome, Run
    from sim.population import Population, populate
    from sim.region.region import Region, load_region
    from sim.region.results import RegionResults
    from sim.results import Results
    from sim.scenario import Scenario, load_scenario
    from sim.sweep.asked import between, precision
    from sim.sweep.factors import Factor

# Vector maths of an optional Intel library may differ in the last bit from the scalar one, and so
# would the two engines.
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

# A notebook hands its backend for figures on to the scripts that it starts, also where this is not
# installed; Matplotlib then refuses to be imported.
_package = os.environ.get("MPLBACKEND", "").partition("module://")[2].partition(".")[0]
if _package and importlib.util.find_spec(_package) is None:
    del os.environ["MPLBACKEND"]

__all__ = [
    "Factor",
    "InputError",
    "Outcome",
    "Parties",
    "Population",
    "Region",
    "RegionResults",
    "Results",
    "Run",
    "Scenario",
    "ValueNetworkModel",
    "between",
    "experiment",
    "load_region",
    "load_scenario",
    "open_casebook",
    "open_results",
    "parties_of",
    "populate",
    "precision",
    "region",
    "rules",
    "run",
    "score",
    "simulate",
    "simulate_with_agents",
]

_HOME = {
    "Parties": "kernel.parties",
    "InputError": "io.errors",
    "Outcome": "outcome",
    "Population": "population",
    "Run": "outcome",
    "Scenario": "scenario",
    "ValueNetworkModel": "model",
    "parties_of": "kernel.parties",
    "load_scenario": "scenario",
    "open_casebook": "casebook.files",
    "score": "casebook.score",
    "open_results": "experiments",
    "experiment": "experiments",
    "Results": "results",
    "run": "one_run",
    "between": "sweep.asked",
    "precision": "sweep.asked",
    "Factor": "sweep.factors",
    "populate": "population",
    "Region": "region.region",
    "RegionResults": "region.results",
    "load_region": "region.region",
    "simulate": "engine",
    "simulate_with_agents": "model",
}
"""Name -> the module that it is from."""


def __getattr__(name: str) -> Any:
    if name == "rules":
        return importlib.import_module("sim.kernel.rules")
    if name == "region":
        return importlib.import_module("sim.region")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"sim.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
