"""A scenario as plain numbers for the compiled engine: one record of the same names, and the weeks
that matter.
"""

from __future__ import annotations

import hashlib
import sys
from collections import namedtuple
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, get_type_hints

import numpy as np
from pydantic import BaseModel

from sim.kernel.fields import Section
from sim.scenario.schema import Offer, Scenario, Terms


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
    record = np.array([(*_values(scenario), tuple(scenario.offer))], _record_type(type(scenario)))
    lists = {name: np.array(_at(scenario, path), dtype=np.int64) for name, path in _paths_of_lists(type(scenario))}
    lists["offers"] = np.array([tuple(each) for each in scenario.terms], _plain_type(Terms))
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


KINDS: dict[Any, Any] = {bool: np.bool_, int: np.int64, float: np.float64}
"""What a record holds of a field: texts and lists are left out."""


@lru_cache(maxsize=64)
def _fields(kind: type[BaseModel]) -> tuple[tuple[str, Any], ...]:
    """Fields of a section that are numbers, or sections with numbers, each with its kind."""
    found: list[tuple[str, Any]] = [(name, each.annotation) for name, each in kind.model_fields.items()]
    return tuple((name, of) for name, of in found if of in KINDS or (_is_section(of) and _fields(of)))


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)


def _values(section: BaseModel) -> tuple[Any, ...]:
    """The numbers of a section, those of sections in it nested."""
    return tuple(
        getattr(section, name) if kind in KINDS else _values(getattr(section, name))
        for name, kind in _fields(type(section))
    )


@lru_cache(maxsize=64)
def _dtype(kind: type[BaseModel]) -> np.dtype:
    return np.dtype([(name, KINDS[of] if of in KINDS else _dtype(of)) for name, of in _fields(kind)])


@lru_cache(maxsize=64)
def _record_type(kind: type[BaseModel]) -> np.dtype:
    """The type of a scenario's record."""
    own = _dtype(kind)
    return np.dtype([*((name, own[name]) for name in own.names or ()), ("offer", _plain_type(Offer))])


@lru_cache(maxsize=8)
def _plain_type(kind: Any) -> np.dtype:
    """The type of a named tuple of numbers."""
    return np.dtype([(name, KINDS[of]) for name, of in get_type_hints(kind).items()])


@lru_cache(maxsize=64)
def _paths_of_lists(kind: type[BaseModel], above: tuple[str, ...] = ()) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Lists of whole numbers, of a section and those in it: the name of each, and the way to it."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, field in kind.model_fields.items():
        path = (*above, name)
        if _is_section(field.annotation):
            found += _paths_of_lists(field.annotation, path)  # type: ignore[arg-type]
        elif field.annotation == tuple[int, ...]:
            found.append(("_".join(path), path))
    return tuple(found)


def _at(section: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        section = getattr(section, name)
    return section


Lists: Any = namedtuple("Lists", [*(name for name, _ in _paths_of_lists(Scenario)), "offers", "school_offers"])  # type: ignore[misc]
"""The lists of a scenario with the model's own parties."""
