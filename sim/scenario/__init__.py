"""The scenario: what a user writes in TOML, checked, documented and turned into numbers."""

from sim.scenario.describe import json_schema, parameter_table
from sim.scenario.load import design_names, load_scenario
from sim.scenario.numbers import numbers, records
from sim.scenario.schema import AS_WRITTEN, Offer, Scenario, scenario_type

__all__ = [
    "AS_WRITTEN",
    "Offer",
    "Scenario",
    "design_names",
    "json_schema",
    "load_scenario",
    "numbers",
    "parameter_table",
    "records",
    "scenario_type",
]
