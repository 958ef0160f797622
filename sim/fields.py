"""How a field of a scenario is declared: one line that carries unit, range, default and source."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

PRIOR = "design prior, docs/odd.md"
SEARCHED = "coarse search, docs/validation.md"


class Assumption(str):
    """A source that is none: nobody has measured it."""


class Section(BaseModel):
    """A table of a scenario file: immutable, strict about types, closed to unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def number(
    default: float | int | bool | None,
    unit: str,
    meaning: str,
    source: str,
    low: float | None = None,
    high: float | None = None,
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

    Returns
    -------
    Any
        A pydantic field; typed ``Any`` so that it can stand as a default.
    """
    return Field(default, ge=low, le=high, description=meaning, json_schema_extra=_extra(unit, source))


def share(default: float, meaning: str, source: str) -> Any:
    """Declare a field between 0 and 1."""
    return number(default, "0-1", meaning, source, 0.0, 1.0)


def choice(default: Any, meaning: str, source: str) -> Any:
    """Declare a field that takes one of a few names, a text, or a list."""
    return Field(default, description=meaning, json_schema_extra=_extra("-", source))


def _extra(unit: str, source: str) -> dict[str, Any]:
    """What a field says beside its range: unit, source, and whether that is an assumption."""
    return {"unit": unit, "source": str(source), "assumed": isinstance(source, Assumption)}
