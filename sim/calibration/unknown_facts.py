"""What is unknown of a case: facts with the two values between which they lie, and leadership
scores, on which two coders may differ.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from sim.kernel.distributions import quantiles
from sim.scenario import Scenario, parameter_table
from sim.scenario.programme import Leadership

LEADERSHIP = 0.15
"""How far two coders of a leadership score may lie apart, either way (docs/scenario_rubric.md)."""


def unknowns(base: Scenario, given: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Return what is unknown of a case: what is given, and its leadership scores.

    Parameters
    ----------
    base : Scenario
        As it is coded.
    given : dict
        Fields with the two values between which they lie.
    """
    scores = {f"leadership.{lever}": getattr(base.leadership, lever) for lever in Leadership.model_fields}
    coded = {
        field: (max(0.0, score - LEADERSHIP), min(1.0, score + LEADERSHIP))
        for field, score in scores.items()
        if field not in given
    }
    return {**given, **coded}


def spread(field: str, low: float, high: float, unit: np.ndarray) -> np.ndarray:
    """Values of a field spread evenly between two, at quantiles; whole numbers where it takes
    these.
    """
    return quantiles("uniform", (low, high), unit, field in _whole()) if low < high else np.full(unit.shape, low)


def values_at(levels: dict[str, np.ndarray], place: int) -> dict[str, Any]:
    """Return one value of each field; whole where the field is."""
    whole = _whole()
    return {
        field: round(float(values[place])) if field in whole else float(values[place])
        for field, values in levels.items()
    }


@cache
def _whole() -> frozenset[str]:
    table = parameter_table()
    return frozenset(table[table["whole"]]["field"])
