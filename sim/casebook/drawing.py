"""Values of a coded case, drawn: what two readings leave open, and what nobody knows.

A field that a reading coded has its value; where two readings differ (:meth:`Field.agree`), runs
draw between both. A field that no reading coded has the value of an untouched school where the
rubric gives one, else a draw from the rubric's range. Every draw is a function of case, field and
seed, so that designs and versions of the model meet the same values.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.casebook.files import Code, Reading
from sim.casebook.rubric import Field, fields

Values = dict[str, Any]
"""A value for every field of the rubric that applies."""

PROPORTIONAL = ("count", "weeks")
"""Kinds whose unknown values are alike likely on a logarithmic scale."""


def drawn(name: str, readings: Sequence[Mapping[str, Code]], seed: int) -> Values:
    """The values of a coded case, or of a unit of a frame, that go with a seed.

    Parameters
    ----------
    name : str
        Of the case or frame.
    readings : sequence of mapping
        The codes of each reading.
    seed : int

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


def _value(name: str, field: Field, codes: Sequence[Code], seed: int) -> Any:
    draw = np.random.default_rng([seed, zlib.crc32(name.encode()), zlib.crc32(field.name.encode())])
    if not codes:
        if field.usual is not None:
            return field.usual
        if field.kind == "choices":
            return list(field.unknown)
        low, high = field.unknown[0], field.unknown[-1]
        return draw.choice(field.unknown).item() if field.is_text else _between(field, low, high, draw)
    if field.is_text:
        chosen = codes[int(draw.integers(len(codes)))].value
        return list(chosen) if field.kind == "choices" else chosen
    ends = [list(each.value) if isinstance(each.value, list | tuple) else [each.value] for each in codes]
    alike = all(field.agree(ends[0], other) for other in ends[1:])
    if alike and max(len(each) for each in ends) == 1:
        return _whole(field, float(np.mean(ends)))
    flat = [value for each in ends for value in each]
    return _between(field, min(flat), max(flat), draw)


def _between(field: Field, low: float, high: float, draw: np.random.Generator) -> Any:
    if field.kind in PROPORTIONAL and low > 0:
        return _whole(field, float(np.exp(draw.uniform(np.log(low), np.log(high)))))
    return _whole(field, float(draw.uniform(low, high)))


def _whole(field: Field, value: float) -> Any:
    return round(value) if field.kind == "count" or field.name == "youngest_grade" else value
