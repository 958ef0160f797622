"""A scenario as plain numbers for the compiled engine: one record of the same names, and the weeks
that matter.
"""

from __future__ import annotations

import hashlib
import sys
from collections import namedtuple
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from pydantic import BaseModel

from sim.kernel.fields import Section
from sim.scenario.schema import Scenario


@lru_cache(maxsize=256)
def numbers(scenario: Scenario) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Return a scenario's numbers.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    record : numpy.ndarray
        Structured array, shape (1,): a nested record per section with a number per field, named as
        in the schema, and ``offer``, see :class:`sim.scenario.Offer`. Texts and lists are left out.
    lists : named tuple of numpy.ndarray
        Lists of whole numbers, as weeks: an int64 array for each, named ``section_field``; and
        ``offers``, a record of :class:`sim.scenario.schema.Terms` for each offer, with
        ``school_offers``, which of them each school has.
    """
    tree = _tree(scenario)
    tree["offer"] = scenario.offer._asdict()
    record = np.zeros(1, _dtype(tree))
    record[0] = _values(tree)
    lists = _lists(scenario, ())
    offers = [each._asdict() for each in scenario.terms]
    lists["offers"] = np.array([_values(each) for each in offers], _dtype(offers[0]))
    lists["school_offers"] = np.array(scenario.school_offers, np.int64)
    return record, _lists_type(tuple(lists))(**lists)


def records(scenario: Scenario, count: int, drawn: Mapping[str, np.ndarray] | None = None) -> np.ndarray:
    """The record of a scenario for each of some seeds.

    Parameters
    ----------
    scenario : Scenario
    count : int
        Seeds.
    drawn : mapping, optional
        Values by dotted field name, each of shape (count,), that go with the seeds.

    Returns
    -------
    numpy.ndarray
        Structured as of :func:`numbers`, shape (count,).
    """
    made = numbers(scenario)[0].repeat(count)
    for field, values in (drawn or {}).items():
        section: Any = made
        for part in field.split("."):
            section = section[part]
        section[:] = values
    return made


@lru_cache(maxsize=64)
def _lists_type(names: tuple[str, ...]) -> Any:
    if names == Lists._fields:
        return Lists
    # Compiled runs that are kept on disk name their types, and must find them here.
    name = f"Lists_{hashlib.sha256(repr(names).encode()).hexdigest()[:16]}"
    made = namedtuple(name, names, module=__name__)  # type: ignore[misc]
    setattr(sys.modules[__name__], name, made)
    return made


def _lists(section: BaseModel, path: tuple[str, ...]) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, Section):
            found |= _lists(value, (*path, name))
        elif field.annotation == tuple[int, ...]:
            found["_".join((*path, name))] = np.array(value, dtype=np.int64)
    return found


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
        [
            (name, _dtype(value) if isinstance(value, dict) else kinds[type(value)])
            for name, value in tree.items()
            if value != {}
        ]
    )


def _values(tree: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(_values(value) if isinstance(value, dict) else value for value in tree.values() if value != {})


Lists: Any = namedtuple("Lists", [*_lists(Scenario(), ()), "offers", "school_offers"])  # type: ignore[misc]
"""The lists of a scenario with the model's own parties."""
