"""Figures: functions from a tidy table to a Matplotlib figure."""

from sim.plots.comparison import adoption, cumulative_incidence, overview, pressure, support
from sim.plots.network import value_network
from sim.plots.run import one_run
from sim.plots.style import save

__all__ = ["adoption", "cumulative_incidence", "one_run", "overview", "pressure", "save", "support", "value_network"]
