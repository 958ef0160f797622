"""A small comparison that runs in a moment: for examples and tests."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.scenario import Scenario
from sim.sweep.local import run_locally
from sim.sweep.plan import comparison

SMALL = {"population.families": 40, "board.constituency": 40, "horizon.weeks": 40}


def small_scenarios() -> list[Scenario]:
    """A community of forty families under two designs, for all and for those who opt in."""
    opt_in = {"design.assignment": "opt_in", "design.capacity": 20, "design_name": "greenfield"}
    return [Scenario().revise({**SMALL, "design_name": "retrofit"}), Scenario().revise({**SMALL, **opt_in})]


def small_folder() -> Path:
    """The folder of a comparison of them, done once and gone when Python ends."""
    return Path(_place().name) / "small"


@lru_cache(maxsize=1)
def _place() -> TemporaryDirectory[str]:
    place = TemporaryDirectory(prefix="sim-")
    run_locally(comparison(small_scenarios(), 20), Path(place.name) / "small")
    return place
