"""Draws of the parameters: sets of values, and which of them goes with a seed.

A seed names its draw as it names its community, so every design meets the same draws in the same
order (common random numbers): of D draws seed i has draw i modulo D. Seeds beyond D meet the draws
anew, with other chance: what differs between two runs of a draw is chance, what differs between
draws beyond that is what we do not know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from sim.io.errors import InputError
from sim.io.parquet import read_table
from sim.io.reading import read_bytes
from sim.population import DRAWN
from sim.scenario import Scenario, parameter_table

POSTERIOR = Path(__file__).with_name("calibration") / "posterior.parquet"
"""The draws that are shipped: the posterior given the record, see docs/validation.md."""

PRIOR_DRAWS, PRIOR_SEED = 500, 3
"""Draws of the priors, and the seed of their points: none that the calibration used."""

FIXED = ("horizon", "network", "design", "beside", "population")
"""Sections whose values do not go with a seed, the fields of ``sim.population.DRAWN`` apart."""

LARGEST_FILE = 50
"""Megabytes of a file of draws at the most."""


@dataclass(frozen=True)
class Draws:
    """Sets of values of the parameters.

    Attributes
    ----------
    name : str
        What they are: posterior, medoid, or a file's name.
    values : dict
        Values by dotted field name, each of shape (draws,).
    """

    name: str
    values: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        return len(next(iter(self.values.values()))) if self.values else 0

    def number(self, seeds: Sequence[int] | np.ndarray) -> np.ndarray:
        """Which draw goes with each seed."""
        return np.asarray(seeds) % len(self)

    def at(self, seeds: Sequence[int]) -> dict[str, np.ndarray]:
        """Values that go with seeds, by field, each of shape (len(seeds),).

        Examples
        --------
        >>> draws = Draws("two", {"families.contagion": np.array([1.0, 2.0])})
        >>> draws.at([0, 1, 2, 3, 4])["families.contagion"].tolist()
        [1.0, 2.0, 1.0, 2.0, 1.0]
        """
        rows = self.number(seeds)
        return {field: values[rows] for field, values in self.values.items()}

    def row(self, number: int) -> dict[str, float]:
        """The values of a draw; beyond the last they begin anew.

        Examples
        --------
        >>> Draws("two", {"families.contagion": np.array([1.0, 2.0])}).row(3)
        {'families.contagion': 2.0}
        """
        return {field: float(values[number % len(self)]) for field, values in self.values.items()}

    def scenario(self, base: Scenario, seed: int) -> Scenario:
        """A scenario with the values that go with a seed."""
        return base.revise(self.row(seed))

    def without(self, fields: Collection[str]) -> Draws | None:
        """The draws without some fields; None where none is left."""
        left = {field: values for field, values in self.values.items() if field not in fields}
        return Draws(self.name, left) if left else None

    def taken(self, rows: np.ndarray, name: str | None = None) -> Draws:
        """Some of the draws, in an order."""
        return Draws(name or self.name, {field: values[rows] for field, values in self.values.items()})

    @cached_property
    def digest(self) -> str:
        """SHA-256 of fields and values."""
        hashed = hashlib.sha256()
        for field in sorted(self.values):
            hashed.update(field.encode() + np.ascontiguousarray(self.values[field], np.float64).tobytes())
        return hashed.hexdigest()

    def as_data(self) -> dict[str, Any]:
        """Plain data, as a manifest holds it."""
        return {"name": self.name, "values": {field: values.tolist() for field, values in self.values.items()}}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Draws:
        """Rebuild from :meth:`as_data`.

        Raises
        ------
        ValueError
            Where it is no such data.
        """
        values = {str(field): np.array(each, np.float64) for field, each in data["values"].items()}
        if not values or len({each.shape for each in values.values()}) > 1 or next(iter(values.values())).ndim != 1:
            raise ValueError("draws")
        return cls(str(data["name"]), values)


def draws_named(named: str) -> Draws | None:
    """The draws that are meant by a name.

    Parameters
    ----------
    named : str
        ``posterior`` (shipped), ``medoid`` (the one draw in its middle), ``prior`` (as many draws
        as if nothing were on record), ``defaults`` (each parameter as the scenario has it), or a
        CSV or Parquet file with a column per field and a row per draw.

    Returns
    -------
    Draws or None
        None for the defaults.

    Raises
    ------
    sim.io.errors.InputError

    Examples
    --------
    >>> len(draws_named("posterior")) >= 500, len(draws_named("medoid")), draws_named("defaults")
    (True, 1, None)
    """
    if named == "defaults":
        return None
    if named in ("posterior", "medoid"):
        draws = _of_table(named, _read(POSTERIOR), POSTERIOR)
        return draws if named == "posterior" else draws.taken(np.array([_middle(draws)]))
    if named == "prior":
        from sim import priors

        drawn = pd.DataFrame(priors.points(PRIOR_DRAWS, PRIOR_SEED))
        return Draws(named, {str(field): drawn[field].to_numpy() for field in drawn})
    path = Path(named)
    draws = _of_table(path.name, _read(path), path)
    _check(draws, path)
    return draws


def set_by(scenario: BaseModel, above: str = "") -> set[str]:
    """Fields that a scenario sets itself: these stay as they are.

    Examples
    --------
    >>> "funder.cost" in set_by(Scenario().revise({"funder.cost": 90.0}))
    True
    """
    found = set()
    for name in scenario.model_fields_set:
        value = getattr(scenario, name)
        found |= set_by(value, f"{above}{name}.") if isinstance(value, BaseModel) else {f"{above}{name}"}
    return found


def left_by(draws: Draws | None, scenarios: Iterable[Scenario], fields: Iterable[str] = ()) -> Draws | None:
    """The draws of what scenarios, and factors, do not set themselves.

    Parameters
    ----------
    draws : Draws, optional
    scenarios : iterable of Scenario
        The designs that meet the same draws: what one of them sets is drawn under none.
    fields : iterable of str
        Fields that something else sets.
    """
    if draws is None:
        return None
    return draws.without(set(fields).union(*(set_by(each) for each in scenarios)))


def may_be_drawn(field: str) -> bool:
    """Whether a field's value may go with the seed: a number that nothing else is derived from.

    Examples
    --------
    >>> may_be_drawn("families.contagion"), may_be_drawn("population.families")
    (True, False)
    """
    table = parameter_table()
    row = table[table["field"] == field]
    known = len(row) == 1 and row.iloc[0]["role"] == "parameter" and not row.iloc[0]["whole"]
    return known and (field in DRAWN or field.split(".")[0] not in FIXED)


def _read(path: Path) -> pd.DataFrame:
    accepted = "a CSV or Parquet file with a column per parameter and a row per draw"
    content = read_bytes(path, accepted, LARGEST_FILE)
    try:
        return read_table(content) if path.suffix == ".parquet" else pd.read_csv(BytesIO(content))
    except Exception as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{path}: {first}; accepted: {accepted}") from None


def _of_table(name: str, table: pd.DataFrame, path: Path) -> Draws:
    values = {}
    for field in table.columns:
        column = pd.to_numeric(table[field], errors="coerce").to_numpy(np.float64)
        if not np.isfinite(column).all():
            wrong = table[field][~np.isfinite(column)].iloc[0]
            raise InputError(f"{path}: {field} = {wrong!r}: accepted: a number")
        values[str(field)] = column
    if not len(table) or not values:
        raise InputError(f"{path}: no draws; accepted: a column per parameter and a row per draw")
    return Draws(name, values)


def _check(draws: Draws, path: Path) -> None:
    """Refuse fields that cannot be drawn, and values that a scenario would not take."""
    for field, values in draws.values.items():
        if not may_be_drawn(field):
            raise InputError(f"{path}: {field}: accepted: a parameter that is a number, see sim parameters")
        for value in {float(values.min()), float(values.max())}:
            Scenario().revise({field: value}, path)


def _middle(draws: Draws) -> int:
    """The medoid: the draw whose ranks are nearest to all others', by mean distance."""
    ranks = np.column_stack([np.argsort(np.argsort(values)) / len(values) for values in draws.values.values()])
    far = np.array([np.linalg.norm(ranks - row, axis=1).mean() for row in ranks])
    return int(far.argmin())
