"""A scenario as plain numbers for the compiled engine: one record of the same names, and the weeks that matter."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from pydantic import BaseModel

from sim.scenario.fields import Section
from sim.scenario.schema import Scenario


class Calendar(NamedTuple):
    """Lists of weeks, int64 arrays: starts of units, publications in a school year, elections."""

    start_weeks: np.ndarray
    results_weeks: np.ndarray
    election_weeks: np.ndarray


@lru_cache(maxsize=256)
def numbers(scenario: Scenario) -> tuple[np.ndarray, Calendar]:
    """Return a scenario's numbers.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    record : numpy.ndarray
        Structured array, shape (1,): a nested record per section with a number per field, named as in the schema, and
        ``offer``, see :class:`sim.scenario.Offer`. Texts and lists are left out.
    calendar : Calendar
    """
    tree = _tree(scenario)
    tree["offer"] = scenario.offer._asdict()
    record = np.zeros(1, _dtype(tree))
    record[0] = _values(tree)
    calendar = Calendar(
        *(
            np.array(weeks, dtype=np.int64)
            for weeks in (scenario.design.start_weeks, scenario.results.weeks, scenario.community.election_weeks)
        )
    )
    return record, calendar


def _tree(section: BaseModel) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, Section):
            fields[name] = _tree(value)
        elif field.annotation in (bool, int, float):
            fields[name] = value
    return fields


def _dtype(tree: dict[str, Any]) -> np.dtype:
    kinds = {bool: np.bool_, int: np.int64, float: np.float64}
    return np.dtype(
        [(name, _dtype(value) if isinstance(value, dict) else kinds[type(value)]) for name, value in tree.items() if value != {}]
    )


def _values(tree: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(_values(value) if isinstance(value, dict) else value for value in tree.values() if value != {})
