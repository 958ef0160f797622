"""Figures: functions from a tidy table to a Matplotlib figure."""

from sim.plots.comparison import overview
from sim.plots.curves import adoption, support
from sim.plots.delivery import delivery
from sim.plots.discovery import discovery
from sim.plots.effects import differences, differences_by_week
from sim.plots.factors import attribution, effect_modification, level_effects
from sim.plots.frontier import frontier
from sim.plots.hypotheses import verdicts
from sim.plots.network import value_network
from sim.plots.phase import phase
from sim.plots.pressure import pressure, pressure_over_time
from sim.plots.risk import risk_over_time
from sim.plots.run import one_run
from sim.plots.sensitivity import sensitivity
from sim.plots.style import save

__all__ = [
    "adoption",
    "attribution",
    "delivery",
    "differences",
    "differences_by_week",
    "discovery",
    "effect_modification",
    "frontier",
    "level_effects",
    "one_run",
    "overview",
    "phase",
    "pressure",
    "pressure_over_time",
    "risk_over_time",
    "save",
    "sensitivity",
    "support",
    "value_network",
    "verdicts",
]
