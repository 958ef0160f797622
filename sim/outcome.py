"""What a run returns: its weekly table and its outcome, read off the variables by name."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.kernel.parties import DEFAULT
from sim.kernel.variables import TERTILES, Over, Variables

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

VARIABLES = DEFAULT.variables
"""The variables of the model's own parties; a run carries that of its parties."""

PRESSING = tuple(VARIABLES.pressing)
"""Whose pressure drains the board's capital; ``results`` is the board's own judgement of published
results.
"""

STATUSES = tuple(VARIABLES.statuses)
"""Where a programme can stand; see ``sim/parties/board/endings.py``."""

ENDINGS = VARIABLES.endings
"""What can become of a programme. A run has one: the last step it reached. ``sustained`` is as
designed, repaired or not; what each is counted as is its status's outcome.
"""

OVER = VARIABLES.over
"""Those after which nobody takes part any more; the last is of what never opened."""

WEEKLY = VARIABLES.weekly
"""Columns of the weekly table with their meaning; one row per week from 1, as at the end of the
week.
"""

COLUMN = {name: index for index, name in enumerate(WEEKLY)}

OUTCOME = VARIABLES.outcome
"""Columns of the outcome with their meaning."""

__all__ = [
    "COLUMN",
    "ENDINGS",
    "OUTCOME",
    "OVER",
    "PRESSING",
    "STATUSES",
    "TERTILES",
    "VARIABLES",
    "WEEKLY",
    "Outcome",
    "Run",
]  # fmt: skip


class Outcome(Mapping[str, Any]):
    """How one run went: a value for each of its columns, by name or as an attribute.

    Two outcomes are equal where all values are, NaN being like NaN.

    Parameters
    ----------
    values : mapping
        By name; the columns and their meaning are in ``sim.outcome.OUTCOME``.

    Examples
    --------
    >>> import sim
    >>> outcome = sim.simulate(sim.Scenario(), seed=1).outcome
    >>> outcome.seed, outcome["opened"]
    (1, 1)
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_values", values if isinstance(values, dict) else dict(values))

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"an outcome has no {name!r}; it has: {', '.join(self._values)}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"an outcome cannot be changed ({name})")

    def __reduce__(self) -> tuple[Any, ...]:
        return Outcome, (self._values,)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._values]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Outcome) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash(tuple(self.as_dict().items()))

    def __repr__(self) -> str:
        return f"Outcome({', '.join(f'{name}={value!r}' for name, value in self._values.items())})"

    def as_dict(self) -> dict[str, Any]:
        """Return the values by name, with None for NaN (as JSON wants it)."""
        return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in self.items()}


@dataclass(frozen=True, eq=False)
class Run:
    """One run: outcome and weekly table.

    Two runs are equal where outcomes and weekly tables are, NaN being like NaN.

    Attributes
    ----------
    outcome : Outcome
    weeks : numpy.ndarray
        Float64, shape (weeks of the horizon, columns of the weekly table); rows after the end of
        the programme are NaN.
    variables : Variables
        Of the parties that took part.
    """

    outcome: Outcome
    weeks: np.ndarray
    variables: Variables = field(default=VARIABLES, repr=False)

    def weekly(self) -> pd.DataFrame:
        """Return the weekly table: a row per week lived through, columns as in ``WEEKLY``, index
        ``week`` from 1.

        Examples
        --------
        >>> import sim
        >>> sim.simulate(sim.Scenario(), seed=1).weekly()["taking_part"].iloc[0]
        np.float64(500.0)
        """
        import pandas as pd

        index = pd.RangeIndex(1, len(self.weeks) + 1, name="week")
        return pd.DataFrame(self.weeks, columns=list(self.variables.weekly), index=index).dropna(how="all")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Run)
            and self.outcome == other.outcome
            and list(self.variables.weekly) == list(other.variables.weekly)
            and np.array_equal(self.weeks, other.weeks, equal_nan=True)
        )

    __hash__ = None  # type: ignore[assignment]


def finish(
    scenario: Scenario, seed: int, pages: Mapping[Over, list[dict[str, Any]]], people: Any, weeks: np.ndarray
) -> Run:
    """Make a run of what an engine leaves behind.

    Parameters
    ----------
    scenario : Scenario
    seed : int
    pages : mapping
        Quantities by name at the end: a list of one for the district, and a list each for schools,
        tertiles and statuses.
    people : Population
    weeks : numpy.ndarray
        Weekly table, see :class:`Run`.
    """
    variables = scenario.parties.variables
    return Run(Outcome(variables.conclude(scenario, seed, pages, people, weeks)), weeks, variables)
