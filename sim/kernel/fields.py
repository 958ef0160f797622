"""How a field of a scenario is declared: one line that carries unit, range, default and source."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from sim.io.errors import CONTROL


class Assumption(str):
    """A source that is none: nobody has measured it."""


class Fitted(Assumption):
    """The median of the posterior stands in for a source."""


ASSUMED = Assumption("assumption")
FITTED = Fitted("median of the posterior, sim docs calibration")

LAST_WEEK = 1_000_000
"""Largest whole number in a list: lists of whole numbers are lists of weeks."""
WEEKS = f"a list of whole numbers, as weeks from 1 to {LAST_WEEK}"
REFUSED = "refused"
"""Type of a validation error whose message says what is accepted."""


class Section(BaseModel):
    """A table of a scenario file: immutable, strict about types, closed to unknown fields.

    Attributes
    ----------
    facts : bool
        Whether its fields are inputs, facts of a case, where they do not say themselves; else they
        are parameters, which say how parties behave everywhere.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
    facts: ClassVar[bool] = False

    @model_validator(mode="before")
    @classmethod
    def _without_arrays(cls, data: Any) -> Any:
        return {name: plain(value) for name, value in data.items()} if isinstance(data, dict) else data

    @field_validator("*", mode="after")
    @classmethod
    def _as_it_is_held(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, tuple) and cls.model_fields[str(info.field_name)].annotation == tuple[int, ...]:
            if not all(1 <= week <= LAST_WEEK for week in value):
                raise PydanticCustomError(REFUSED, WEEKS)
            return value
        return held(value)


class Rows(Section):
    """A table whose fields are sections of one kind, each with defaults of its own: where a file or
    a change gives some fields of a row, the row's others stay as they are here.
    """

    @model_validator(mode="before")
    @classmethod
    def _over_its_own_defaults(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        rows = {name: cls.model_fields[name].default for name in data.keys() & cls.model_fields.keys()}
        return data | {
            name: {field: getattr(row, field) for field in row.model_fields_set} | data[name]
            for name, row in rows.items()
            if isinstance(data[name], dict)
        }


def plain(value: Any) -> Any:
    """Return scalars and arrays of NumPy as Python's own, and lists as tuples, at any depth.

    Examples
    --------
    >>> import numpy as np
    >>> plain([np.float64(0.5), np.arange(2)])
    (0.5, (0, 1))
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return tuple(map(plain, value))
    return {key: plain(each) for key, each in value.items()} if isinstance(value, dict) else value


def held(value: Any) -> Any:
    """A value as a section holds it: zero has one sign, and a text nothing that a terminal obeys.

    Examples
    --------
    >>> held((-0.0, 1.0))
    (0.0, 1.0)
    """
    if isinstance(value, float):
        return value + 0.0
    if isinstance(value, str):
        if CONTROL.search(value.replace("\n", " ").replace("\t", " ")):
            raise PydanticCustomError(REFUSED, "a text without control characters")
        return value
    if isinstance(value, tuple):
        return tuple(held(item) for item in value)
    if isinstance(value, dict):
        return {held(key): held(item) for key, item in value.items()}
    return value


def number(
    default: float | int | bool | None,
    unit: str,
    meaning: str,
    source: str,
    low: float | None = None,
    high: float | None = None,
    fact: bool | None = None,
) -> Any:
    """Declare a numeric field.

    Parameters
    ----------
    default : number or None
        Value where a file says nothing.
    unit : str
        Unit of the value, as printed by ``sim parameters``.
    meaning : str
        What the number is, in one sentence.
    source : str
        Where the default comes from: a paper or a case; or an :class:`Assumption`.
    low, high : float, optional
        Closed range that is accepted.
    fact : bool, optional
        Whether it is an input, a fact of a case, and no parameter; by default as its section has
        it.

    Returns
    -------
    Any
        A pydantic field; typed ``Any`` so that it can stand as a default.
    """
    return Field(default, ge=low, le=high, description=meaning, json_schema_extra=_extra(unit, source, fact))


def share(default: float, meaning: str, source: str, fact: bool | None = None) -> Any:
    """Declare a field between 0 and 1."""
    return number(default, "0-1", meaning, source, 0.0, 1.0, fact)


def choice(default: Any, meaning: str, source: str) -> Any:
    """Declare a field that takes one of a few names, a text, or a list: always an input."""
    return Field(default, description=meaning, json_schema_extra=_extra("-", source, True))


def _extra(unit: str, source: str, fact: bool | None) -> dict[str, Any]:
    """What a field says beside its range: unit, source, whether that is an assumption, and whether
    the field is a fact of a case.
    """
    return {"unit": unit, "source": str(source), "assumed": isinstance(source, Assumption), "fact": fact}
