"""What can be set: the parameter table and the JSON Schema, read off the declarations."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.kernel.fields import WEEKS
from sim.kernel.parties import DEFAULT, Parties
from sim.scenario.convert import SCHEMA
from sim.scenario.schema import scenario_type

if TYPE_CHECKING:
    import pandas as pd


def parameter_table(parties: Parties = DEFAULT) -> pd.DataFrame:
    """List every parameter of a scenario.

    Parameters
    ----------
    parties : Parties, optional
        The parties that take part.

    Returns
    -------
    pandas.DataFrame
        A row per field, in the order of the schema, with columns ``field`` (dotted name), ``unit``,
        ``accepted`` (range or names), ``default``, ``meaning``, ``source`` (paper, case or the word
        *assumption*), ``assumed`` (whether it rests on an assumption), ``role`` (``input``, a fact
        of a case; ``parameter``, how parties behave everywhere; or ``switch``) and ``whole``
        (whether it takes whole numbers).

    Examples
    --------
    >>> from sim.scenario import parameter_table
    >>> table = parameter_table().set_index("field")
    >>> table.loc["horizon.weeks", ["unit", "default", "role"]].tolist()
    ['weeks', '108', 'input']
    """
    import pandas as pd

    model = scenario_type(parties)
    return pd.DataFrame(_rows(model, model(), ""))


def json_schema(parties: Parties = DEFAULT) -> dict[str, Any]:
    """The scenario file as JSON Schema, with ``schema``, and with ``extends`` and ``designs``,
    which the loader resolves.
    """
    schema = scenario_type(parties).model_json_schema()
    schema["properties"]["schema"] = {
        "const": SCHEMA,
        "description": f"Schema of the file, {SCHEMA}: weeks of the run count from 1.",
    }
    schema["required"] = ["schema"]
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "Scenario file, relative to this one, whose values hold where this one is silent.",
    }
    schema["properties"]["designs"] = {
        "type": "object",
        "description": "Named designs: tables of fields to lay over this scenario.",
    }
    return schema


def accepted_range(field: FieldInfo) -> str:
    """Say in words which values a field takes."""
    optional = typing.get_origin(field.annotation) in (typing.Union, types.UnionType)
    kinds = [kind for kind in typing.get_args(field.annotation) if kind is not types.NoneType]
    base = kinds[0] if optional else field.annotation
    return f"{_kind(base, field)}{', or left out' if optional else ''}"


def _kind(kind: Any, field: FieldInfo) -> str:
    """Say in words which values a field takes that is not left out."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"a table with {', '.join(kind.model_fields)}"
    if typing.get_origin(kind) is typing.Literal:
        return " | ".join(typing.get_args(kind))
    if kind is date:
        return "a day, as 2027-08-30"
    if kind == tuple[date, date]:
        return "two days, as 2027-08-30, the earlier first"
    if typing.get_origin(kind) is tuple:
        return f"a list of {_items(typing.get_args(kind)[0])}" if kind != tuple[int, ...] else WEEKS
    if typing.get_origin(kind) is dict:
        return f"a table of {_items(typing.get_args(kind)[1])}"
    if kind is bool:
        return "true or false"
    if kind is str:
        return "a text, not empty" if any(getattr(each, "min_length", 0) for each in field.metadata) else "a text"
    noun = "a whole number" if kind is int else "a number"
    low = next((bound.ge for bound in field.metadata if hasattr(bound, "ge")), None)
    high = next((bound.le for bound in field.metadata if hasattr(bound, "le")), None)
    return f"{noun} from {low:g} to {high:g}" if low is not None and high is not None else noun


def _items(kind: Any) -> str:
    """Say in words what a list or a table holds."""
    if kind is float:
        return "numbers"
    if kind is str:
        return "texts"
    if typing.get_origin(kind) is tuple:
        return "pairs of numbers"
    if typing.get_origin(kind) is typing.Literal:
        return " | ".join(typing.get_args(kind))
    if typing.get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return "tables"
    return "numbers, true or false, or texts"


def _role(model: type[BaseModel], field: FieldInfo, extra: dict[str, Any]) -> str:
    """Whether a field is a fact of a case, a parameter of behaviour, or a switch."""
    fact = extra.get("fact")
    if fact is None:
        fact = getattr(model, "facts", False)
    if fact:
        return "input"
    return "switch" if field.annotation is bool else "parameter"


def _rows(model: type[BaseModel], values: BaseModel, prefix: str) -> Iterator[dict[str, Any]]:
    for name, field in model.model_fields.items():
        value = getattr(values, name)
        if isinstance(value, BaseModel):
            yield from _rows(type(value), value, f"{prefix}{name}.")
            continue
        extra = typing.cast(dict[str, Any], field.json_schema_extra or {})
        yield {
            "field": f"{prefix}{name}",
            "unit": str(extra.get("unit", "-")),
            "accepted": accepted_range(field),
            "default": "none" if value is None else str(list(value) if isinstance(value, tuple) else value),
            "meaning": field.description or "",
            "source": str(extra.get("source", "")),
            "assumed": bool(extra.get("assumed", False)),
            "role": _role(model, field, extra),
            "whole": field.annotation in (int, int | None),
        }
