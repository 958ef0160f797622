"""How bad input of a section is reported: a line for each fault, with file, field, value and what
is accepted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sim.io.errors import InputError, did_you_mean
from sim.io.reading import line_of
from sim.kernel.fields import REFUSED
from sim.scenario.renamed import FIELDS, called_now

Origin = dict[str, Path]

MOST_REPORTED = 20
"""Things wrong with one file that are reported at the most."""


def refused(error: ValidationError, path: Path, model: type[BaseModel], origin: Origin | None = None) -> InputError:
    """Return the error that tells all that is wrong, a line each.

    Parameters
    ----------
    error : ValidationError
    path : Path
        File that the values are from, or the option or call that gave them.
    model : type
        The section that refused them.
    origin : dict, optional
        File of each field, by dotted name, where several files extend each other.
    """
    origin = origin or {}
    lines = list(dict.fromkeys(_explained(each, path, origin, model) for each in error.errors(include_url=False)))
    left = len(lines) - MOST_REPORTED
    return InputError(*lines[:MOST_REPORTED], *([f"{path}: {left} more; accepted: see sim schema"] if left > 0 else []))


def _explained(first: Any, path: Path, origin: Origin, model: type[BaseModel]) -> str:
    """A line for one thing that is wrong: file, line, field, value, what is accepted."""
    names, section, field = _place(first["loc"], model)
    dotted, kind = ".".join(names), first["type"]
    file: Path | str = _origin_of(dotted, origin, path)
    number = line_of(Path(file), dotted, first["input"]) if kind not in ("missing", "value_error") else None
    file = file if number is None else f"{file}: line {number}"
    if kind == "extra_forbidden" and section is not None:
        known = list(section.model_fields)
        while isinstance(first["input"], dict) and len(first["input"]) == 1:
            # A field of a section that does not exist is named as a whole.
            ((leaf, inner),) = first["input"].items()
            dotted, first = f"{dotted}.{leaf}", {**first, "input": inner}
        if old := called_now(dotted, FIELDS):
            return f"{file}: {dotted} = {short(first['input'])}: {old}"
        alone = dotted == ".".join(names)
        near, fields = did_you_mean(names[-1], known), list(fields_of(model))
        hint = (near or did_you_mean(dotted, fields)) if alone else (did_you_mean(dotted, fields) or near)
        return f"{file}: {dotted} = {short(first['input'])}: unknown field; {hint}accepted: {', '.join(known)}"
    if kind == "missing":
        return f"{file}: {dotted} is missing; accepted: {first['msg'] if field is None else _accepted(field)}"
    if kind == "value_error":
        message = str(first["ctx"]["error"])
        within = f"{dotted}." if dotted else ""
        named = message.split(" ")[0].rstrip(",:")
        return f"{_origin_of(f'{within}{named}', origin, path)}: {within}{message}"
    reported = str(first["msg"]) if kind == REFUSED or field is None else _accepted(field)
    return f"{file}: {dotted} = {short(first['input'])}: {_meant(first['input'], field)}accepted: {reported}"


def unknown_field(given: str, known: Collection[str]) -> str:
    """Say of a dotted name that it is no field: what it is called now, or what was probably meant.

    Examples
    --------
    >>> unknown_field("families.heat_kept", ["families.mobilisation_kept"])
    'is called families.mobilisation_kept now'
    >>> unknown_field("design.doze", ["design.dose"])
    'unknown field; did you mean design.dose? accepted: a dotted field name, see sim parameters'
    """
    hint = did_you_mean(given, known)
    return called_now(given, FIELDS) or f"unknown field; {hint}accepted: a dotted field name, see sim parameters"


def fields_of(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Yield the dotted names of a section's fields, and of those of its sections."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from fields_of(inner, f"{above}{name}.")
        else:
            yield f"{above}{name}"


def _meant(value: Any, field: FieldInfo | None) -> str:
    """Which of the names that a field takes is meant by another text."""
    known = [each for each in get_args(field.annotation) if isinstance(each, str)] if field is not None else []
    return did_you_mean(value, known) if isinstance(value, str) else ""


def _origin_of(dotted: str, origin: Origin, path: Path) -> Path:
    """The file that set a field, or the nearest table above it."""
    while dotted:
        if dotted in origin:
            return origin[dotted]
        dotted = dotted.rpartition(".")[0]
    return path


def _place(
    loc: tuple[int | str, ...], model: type[BaseModel]
) -> tuple[list[str], type[BaseModel] | None, FieldInfo | None]:
    """Where a validation error is: the names on the way, and the last section and field among them.

    Within a field, numbers are places in a list and words the keys of a table, or which of several
    types was tried: that is left out.
    """
    names: list[str] = []
    section: type[BaseModel] | None = model
    inner: type[BaseModel] | None = model
    field: FieldInfo | None = None
    for part in loc:
        if isinstance(part, str) and inner is not None:
            section, field = inner, inner.model_fields.get(part)
            inner = _section_of(field.annotation) if field is not None else None
        elif isinstance(part, str) and (field is None or get_origin(field.annotation) is not dict):
            continue
        names.append(str(part))
    return names, section, field


def _section_of(annotation: Any) -> type[BaseModel] | None:
    """The section that a field holds: one, several or at most one; None where it has none."""
    if get_origin(annotation) in (tuple, Union, UnionType):
        annotation = get_args(annotation)[0]
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _accepted(field: FieldInfo) -> str:
    from sim.scenario.describe import accepted_range

    return accepted_range(field)


def short(value: Any, length: int = 60) -> str:
    """Return a value as Python writes it, cut where that is long."""
    text = repr(value)
    return text if len(text) <= length else text[: length - 3] + "..."
