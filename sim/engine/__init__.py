"""The compiled engine: the same model as the Mesa agents, for sweeps."""

from sim.engine.run import simulate

__all__ = ["simulate"]
