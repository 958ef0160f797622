"""A factor of a sweep: one field of the scenario, or several that move together, over levels, a
range or a distribution.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Self

import numpy as np
from pydantic import field_validator, model_validator

from sim.kernel.distributions import DISTRIBUTIONS, quantiles
from sim.kernel.fields import Section, choice, number
from sim.outcome import OUTCOME

Level = float | int | bool | str
LARGEST = 1e15
"""Numbers of a factor lie within this, of either sign: beyond it, ranges and blends overflow."""
RESERVED = frozenset({"point", "error", *OUTCOME} - {"scenario"})
"""Columns of the table of runs, which a factor's own column must not hide."""


class Factor(Section):
    """What varies: a field of the scenario, or under a name several fields at once (settings, or a
    blend).

    Examples
    --------
    >>> Factor(field="leadership.training", levels=(0.1, 0.9)).column
    'leadership.training'
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
    low: float | None = number(None, "as the field", "Low end of a range.", "the file", -LARGEST, LARGEST)
    high: float | None = number(None, "as the field", "High end of a range.", "the file", -LARGEST, LARGEST)
    steps: int | None = number(
        None, "levels", "Levels of a range in a factorial design, ends included.", "the file", 2, 1000
    )
    distribution: Literal["uniform", "normal", "truncated_normal", "lognormal", "beta", "triangular"] | None = choice(
        None, "Distribution to draw from, in designs that sample; a range is uniform.", "the file"
    )
    parameters: tuple[float, ...] = choice(
        (),
        "Of the distribution: " + "; ".join(f"{name}: {each.numbers}" for name, each in DISTRIBUTIONS.items()) + ".",
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
        if self.levels is not None:
            self._check_levels(self.levels)
        ends = [number for pair in self.blend.values() for number in pair]
        if not all(abs(number) <= LARGEST for number in ends):
            raise ValueError(
                f"blend of {self.column!r} holds {max(ends, key=abs)}: accepted: numbers up to {LARGEST:g}"
            )
        if given[2] and (self.low is None or self.high is None or not self.low < self.high):
            raise ValueError(
                f"low = {self.low}, high = {self.high} of {self.column!r}: accepted: a range with low below high"
            )
        drawn = DISTRIBUTIONS[self.distribution] if self.distribution not in (None, "uniform") else None
        known = all(map(is_number, self.parameters))
        if not (known and drawn.takes(self.parameters) if drawn else not self.parameters):
            wanted = drawn.accepted if drawn else "none, as a range has low and high"
            raise ValueError(f"parameters = {list(self.parameters)} of {self.column!r}: accepted: {wanted}")
        return self

    def _check_levels(self, levels: tuple[Level, ...]) -> None:
        """Refuse levels that are named twice, and those of a blend that are no numbers."""
        if self.blend and not all(is_number(level) for level in levels):
            raise ValueError(
                f"levels = {list(levels)} of {self.column!r}: accepted: numbers up to {LARGEST:g}, where it is a blend"
            )
        reported = [(isinstance(level, bool), level) for level in levels]
        twice = next((level for place, level in enumerate(levels) if reported[place] in reported[:place]), None)
        if twice is not None:
            raise ValueError(f"levels of {self.column!r} name {twice!r} twice; accepted: each once")

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

    def moves(self, text: Callable[[Any], str] = str) -> str:
        """What it moves where that is several fields, in words; empty where it is one.

        Parameters
        ----------
        told : callable
            How a value is written.
        """
        if self.settings:
            return "; ".join(
                f"{setting}: {', '.join(f'{field} = {text(value)}' for field, value in table.items()) or 'as it is'}"
                for setting, table in self.settings.items()
            )
        return ", ".join(f"{field} from {text(low)} to {text(high)}" for field, (low, high) in self.blend.items())

    def changes(self, value: Any, whole: frozenset[str]) -> dict[str, Any]:
        """Fields of the scenario at a value of the factor.

        Parameters
        ----------
        value : number or str
        whole : frozenset of str
            Fields that take whole numbers. In a blend, these are rounded at named levels; where the
            factor is drawn, each whole number has an equal share of the way from 0 to 1.
        """
        if self.settings:
            return self.settings[value]
        return {
            field: self._whole(value, *ends) if field in whole else (1.0 - value) * ends[0] + value * ends[1]
            for field, ends in self.blend.items()
        } or {self.field: value}

    def _whole(self, value: float, first: float, last: float) -> int:
        """The whole number of a blend at a value of the factor."""
        if self.levels is not None or first == last or not 0.0 <= value <= 1.0:
            return round((1.0 - value) * first + value * last)
        share = value if first < last else 1.0 - value
        return int(quantiles("uniform", sorted((first, last)), np.asarray(share), whole=True))


def is_number(value: Any) -> bool:
    """Whether a value is a number that a factor can take.

    Examples
    --------
    >>> is_number(0.5), is_number(True), is_number(float("nan"))
    (True, False, False)
    """
    return isinstance(value, float | int) and not isinstance(value, bool) and abs(value) <= LARGEST


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """A table of tables as dotted names, lists as tuples."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = tuple(value) if isinstance(value, list) else value
    return flat
