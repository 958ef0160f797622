"""A factor of a sweep: one field of the scenario, or several that move together, over levels, a
range or a distribution.
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import field_validator, model_validator

from sim.fields import Section, choice, number
from sim.outcome import OUTCOME

Level = float | int | bool | str
RESERVED = frozenset({"point", "error", *OUTCOME})
"""Columns of the table of runs, which a factor's own column must not hide."""


class Factor(Section):
    """What varies: a field of the scenario, or under a name several fields at once (settings, or a
    blend).
    """

    field: str = choice("", "Dotted field name of the scenario.", "the file")
    name: str = choice(
        "", "Name of the factor in tables and figures; needed where it moves several fields.", "the file"
    )
    settings: dict[str, dict[str, Any]] = choice(
        {}, "Named settings, each with the fields it sets; in the order given.", "the file"
    )
    blend: dict[str, tuple[float, float]] = choice(
        {}, "Fields that move together, each with its values where the factor is 0 and where it is 1.", "the file"
    )
    levels: tuple[Level, ...] | None = choice(None, "Values to take.", "the file")
    low: float | None = number(None, "as the field", "Low end of a range.", "the file")
    high: float | None = number(None, "as the field", "High end of a range.", "the file")
    steps: int | None = number(
        None, "levels", "Levels of a range in a factorial design, ends included.", "the file", 2, 1000
    )
    distribution: Literal["uniform", "normal", "lognormal", "beta", "triangular"] | None = choice(
        None, "Distribution to draw from, in designs that sample; a range is uniform.", "the file"
    )
    parameters: tuple[float, ...] = choice(
        (),
        "Of the distribution: (mean, SD), (median, sigma of the logarithm), (a, b), or (low, mode, high).",
        "the file",
    )

    @field_validator("settings", mode="before")
    @classmethod
    def _flat_settings(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: _flat(changes) if isinstance(changes, dict) else changes for name, changes in value.items()}

    @field_validator("blend", mode="before")
    @classmethod
    def _flat_blend(cls, value: Any) -> Any:
        return _flat(value) if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if sum([bool(self.field), bool(self.settings), bool(self.blend)]) != 1:
            raise ValueError(
                f"field = {self.field!r}, name = {self.name!r}: accepted: one of a field, settings, or a blend"
            )
        if not self.column:
            raise ValueError("name is missing where a factor has settings or a blend; accepted: a short text")
        if self.column in RESERVED:
            raise ValueError(f"name = {self.column!r}: is a column of the table of runs; accepted: another name")
        given = [
            bool(self.settings),
            self.levels is not None,
            self.low is not None or self.high is not None,
            self.distribution not in (None, "uniform"),
        ]
        if sum(given) != 1:
            raise ValueError(
                f"field = {self.column!r}: accepted: one of levels, a range (low and high), a distribution, or settings"
            )
        if self.levels is not None and len(self.levels) == 0:
            raise ValueError(f"levels of {self.column!r} are empty; accepted: at least one value")
        if self.blend and self.levels is not None and not all(isinstance(level, float | int) for level in self.levels):
            raise ValueError(f"levels = {list(self.levels)} of {self.column!r}: accepted: numbers, where it is a blend")
        if given[2] and (self.low is None or self.high is None or not self.low < self.high):
            raise ValueError(
                f"low = {self.low}, high = {self.high} of {self.column!r}: accepted: a range with low below high"
            )
        wanted = {"normal": 2, "lognormal": 2, "beta": 2, "triangular": 3}.get(self.distribution or "", 0)
        if len(self.parameters) != wanted:
            raise ValueError(f"parameters = {list(self.parameters)} of {self.column!r}: accepted: {wanted} numbers")
        return self

    @property
    def column(self) -> str:
        """Its column in the tables of points and runs."""
        return self.name or self.field

    @property
    def fields(self) -> list[str]:
        """Fields of the scenario that it sets, each once."""
        return list(
            dict.fromkeys(
                [self.field] * bool(self.field) + list(self.blend) + [f for s in self.settings.values() for f in s]
            )
        )

    @property
    def named_levels(self) -> tuple[Level, ...] | None:
        """Its levels, or the names of its settings; None where it has a range or a distribution."""
        return tuple(self.settings) if self.settings else self.levels

    def changes(self, value: Any, whole: frozenset[str]) -> dict[str, Any]:
        """Fields of the scenario at a value of the factor.

        Parameters
        ----------
        value : number or str
        whole : frozenset of str
            Fields that take whole numbers; a blend of these is rounded.
        """
        if self.settings:
            return self.settings[value]
        if self.blend:
            mixed = {field: (1.0 - value) * first + value * last for field, (first, last) in self.blend.items()}
            return {field: round(number) if field in whole else number for field, number in mixed.items()}
        return {self.field: value}


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """A table of tables as dotted names, lists as tuples."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = tuple(value) if isinstance(value, list) else value
    return flat
