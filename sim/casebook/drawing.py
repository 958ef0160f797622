"""Values of a coded case, drawn: what two readings leave open, and what nobody knows.

A field that a reading coded has its value; where two readings differ (:meth:`Field.agree`), runs
draw between both. A field that no reading coded has the value of an untouched school where the
rubric gives one, else a draw from the rubric's range. Every draw is a function of case, field and
seed, so that designs and versions of the model meet the same values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.casebook.files import Code, Reading
from sim.casebook.rubric import Field, fields

Values = dict[str, Any]
"""A value for every field of the rubric that applies."""

PROPORTIONAL = ("count", "weeks")
"""Kinds whose unknown values are alike likely on a logarithmic scale."""


def drawn(name: str, readings: Sequence[Mapping[str, Code]], seed: int | None) -> Values:
    """The values of a coded case, or of a unit of a frame, that go with a seed.

    Parameters
    ----------
    name : str
        Of the case or frame.
    readings : sequence of mapping
        The codes of each reading.
    seed : int or None
        None takes the middle of what is open, for which nothing is drawn.

    Returns
    -------
    dict
        Fields that do not apply (``only``) are left out.

    Examples
    --------
    >>> values = drawn("none", [], 1)
    >>> values["success"], 0.2 <= values["departure"] <= 0.6, "places" in values
    (0.5, True, False)
    """
    values: Values = {}
    for field in fields().values():
        if all(values.get(other) == wanted for other, wanted in field.only.items()):
            values[field.name] = _value(
                name, field, [each[field.name] for each in readings if field.name in each], seed
            )
    return values


def codes_of(readings: Sequence[Reading]) -> list[Mapping[str, Code]]:
    """What each reading coded."""
    return [each.codes for each in readings]


def _value(name: str, field: Field, codes: Sequence[Code], seed: int | None) -> Any:
    share = 0.5 if seed is None else _uniform(name, field, seed)
    if not codes:
        if field.usual is not None:
            return field.usual
        if field.kind == "choices":
            return list(field.unknown)
        if field.is_text:
            return _one_of(field.unknown, share)
        return _between(field, field.unknown[0], field.unknown[-1], share)
    if field.is_text:
        chosen = _one_of([each.value for each in codes], share)
        return list(chosen) if field.kind == "choices" else chosen
    ends = [list(each.value) if isinstance(each.value, list | tuple) else [each.value] for each in codes]
    alike = all(field.agree(ends[0], other) for other in ends[1:])
    if alike and max(len(each) for each in ends) == 1:
        return _whole(field, float(np.mean(ends)))
    flat = [value for each in ends for value in each]
    return _between(field, min(flat), max(flat), share)


def _uniform(name: str, field: Field, seed: int) -> float:
    """A number from 0 to 1, its own for each case, field and seed; a generator for each would take
    longer than the run.
    """
    digest = hashlib.blake2b(f"{seed}\0{name}\0{field.name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64


def _one_of(values: Sequence[Any], share: float) -> Any:
    return values[min(int(share * len(values)), len(values) - 1)]


def _between(field: Field, low: float, high: float, share: float) -> Any:
    if field.kind in PROPORTIONAL and low > 0:
        return _whole(field, float(low * (high / low) ** share))
    return _whole(field, float(low + share * (high - low)))


def _whole(field: Field, value: float) -> Any:
    return round(value) if field.kind == "count" or field.name == "youngest_grade" else value
