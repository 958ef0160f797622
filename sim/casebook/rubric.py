"""The rubric: the fields by which any initiative is coded, as ``rubric.toml`` has them.

Fields are facts that do not depend on a model: :mod:`sim.casebook.to_scenario` turns them into
fields of a scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from sim.io.reading import read_toml

Kind = Literal["share", "scale", "number", "count", "dollars", "weeks", "choice", "choices"]

BOUNDS: dict[str, tuple[float, float]] = {
    "share": (0.0, 1.0),
    "scale": (-1.0, 1.0),
    "count": (1.0, 1e7),
    "dollars": (-1e5, 1e5),
    "weeks": (0.0, 600.0),
}
"""Between what a field of each kind lies; a ``number`` says so itself."""

TOLERANCE = 0.15
"""Two codes agree within this: of the scale for shares and scales, of the range for numbers, of the
larger one for counts, dollars and weeks.
"""


class Field(BaseModel):
    """One field of the rubric.

    Attributes
    ----------
    name, group : str
    question : str
        What the coder answers.
    kind : str
        What its value is: ``share`` (0 to 1), ``scale`` (-1 to 1), ``number``, ``count``,
        ``dollars`` (per child), ``weeks``, ``choice`` or ``choices`` (several).
    accepted : list of str
        The categories of a choice.
    usual
        Its value where the initiative does not touch the matter; left out of a reading, this
        stands.
    unknown : list
        Where nobody knows: the two ends between which it is drawn, or the categories among which.
    only : dict
        The field applies only where other fields have these values.
    anchors : dict
        Words by value, which two coders share.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    group: str
    question: str
    kind: Kind
    accepted: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    usual: Any = None
    unknown: tuple[Any, ...] = ()
    only: Mapping[str, str] = {}
    anchors: Mapping[str, str] = {}

    @property
    def bounds(self) -> tuple[float, float]:
        """Between what its values lie."""
        low, high = BOUNDS.get(self.kind, (0.0, 0.0))
        return (low if self.lowest is None else self.lowest, high if self.highest is None else self.highest)

    @property
    def is_text(self) -> bool:
        """Whether its values are categories."""
        return self.kind in ("choice", "choices")

    @property
    def scale(self) -> str:
        """Its values in words."""
        if self.is_text:
            return f"{'one' if self.kind == 'choice' else 'several'} of {', '.join(self.accepted)}"
        low, high = self.bounds
        words = {"count": "a whole number", "dollars": "dollars", "weeks": "weeks"}
        return words.get(self.kind) or f"{low:g} to {high:g}"

    @property
    def absent(self) -> str:
        """What stands where it is left out, in words."""
        if self.usual is not None:
            usual = f"{self.usual:g}" if isinstance(self.usual, float) else self.usual
            return f"usual: {usual if self.usual not in ([], ()) else 'none'}"
        if self.is_text:
            return f"unknown: {' or '.join(self.unknown)}"
        return f"unknown: {self.unknown[0]:g} to {self.unknown[1]:g}"

    def fault(self, value: Any) -> str | None:
        """What is accepted, where a value is not; None where it is."""
        if self.kind == "choice":
            return None if value in self.accepted else f"one of {', '.join(self.accepted)}"
        if self.kind == "choices":
            fine = isinstance(value, list | tuple) and all(each in self.accepted for each in value)
            return None if fine else f"a list of {', '.join(self.accepted)}"
        low, high = self.bounds
        ends = value if isinstance(value, list | tuple) else [value]
        whole = self.kind == "count"
        fine = (
            len(ends) in (1, 2)
            and all(isinstance(each, int | float) and not isinstance(each, bool) for each in ends)
            and all(low <= each <= high and not (whole and each != int(each)) for each in ends)
            and list(ends) == sorted(ends)
        )
        noun = "a whole number" if whole else "a number"
        span = f"{low:,.0f} to {high:,.0f}" if high > 1e5 else f"{low:g} to {high:g}"
        return None if fine else f"{noun}, or a list of two, the lower first, from {span}"

    def agree(self, first: Any, second: Any) -> bool:
        """Whether two codes of it agree: the same categories, or middles within ``TOLERANCE``.

        Examples
        --------
        >>> fields()["departure"].agree(0.4, 0.5), fields()["children"].agree(100, 120)
        (True, False)
        """
        if self.kind == "choice":
            return bool(first == second)
        if self.kind == "choices":
            return set(first) == set(second)
        one, other = (float(np.mean(each)) for each in (first, second))
        if self.kind in ("count", "dollars", "weeks"):
            return abs(one - other) <= TOLERANCE * max(abs(one), abs(other))
        low, high = self.bounds
        scale = high - low if self.kind == "number" else 1.0
        return abs(one - other) <= TOLERANCE * scale + 1e-9


@cache
def fields() -> dict[str, Field]:
    """The fields by name, in the order of the file."""
    data = read_toml(Path(__file__).with_name("rubric.toml"))
    return {name: Field(name=name, **each) for name, each in data["fields"].items()}
