"""Designs of experiments: from factors to design points. Libraries do the sampling."""

from __future__ import annotations

import csv
import io
import itertools
import math
import re
import typing
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel

from sim.io.errors import InputError
from sim.io.reading import MOST_TABLE, WHOLE, read_text
from sim.kernel.distributions import DISTRIBUTIONS, quantiles
from sim.scenario import Scenario
from sim.sweep.factors import LARGEST, Factor
from sim.sweep.spec import SweepSpec

SAMPLED = ("latin_hypercube", "sobol", "saltelli", "morris")
"""Methods that draw points from the unit cube."""
MOST_POINTS = 1_000_000
"""Design points of a sweep at the most."""


def design_points(spec: SweepSpec, folder: Path, model: type[Scenario] = Scenario) -> pd.DataFrame:
    """Return the design points of a sweep.

    Parameters
    ----------
    spec : SweepSpec
    folder : Path
        Folder of the sweep file, for a list in a CSV file.
    model : type
        Schema of the scenario, with the parties that take part.

    Returns
    -------
    DataFrame
        A row per design point, index ``point`` from 0, a column per factor. For a field that takes
        whole numbers, each has an equal share of a range that is drawn from, steps of a range are
        rounded, and levels must be whole.

    Raises
    ------
    InputError
        Where the design is empty, a file cannot be read, or a library is missing.
    """
    doe = spec.design_of_experiments
    number_of_points(spec)
    if doe.method == "list":
        table = _listed(spec, folder)
    elif not spec.factors:
        table = pd.DataFrame(index=pd.RangeIndex(1))
    elif doe.method == "factorial":
        rows = itertools.product(*(_levels(factor) for factor in spec.factors))
        table = pd.DataFrame(rows, columns=[factor.column for factor in spec.factors], dtype=object)
    else:
        cube = _cube(spec)
        fields = whole_number_fields(model)
        drawn = {each.column: _values(each, cube[:, k], each.field in fields) for k, each in enumerate(spec.factors)}
        table = pd.DataFrame(drawn)
    if len(table) == 0:
        raise InputError("the design of experiments has no points; accepted: at least one")
    return in_kind(table, spec, model)


def in_kind(table: pd.DataFrame, spec: SweepSpec, model: type[Scenario] = Scenario) -> pd.DataFrame:
    """Design points with whole numbers where a field takes them, numbered from 0.

    Raises
    ------
    InputError
        Where a field that takes whole numbers has others.
    """
    doe = spec.design_of_experiments
    table, whole = table.astype(object), whole_number_fields(model)
    factors = {factor.column: factor for factor in spec.factors}
    for column in table.columns:
        factor = factors.get(column)
        if (factor.field if factor else column) in whole:
            stepped = factor if doe.method == "factorial" and factor and factor.named_levels is None else None
            table[column] = _whole_numbers(column, list(table[column]), stepped is not None)
            if stepped:
                _check_steps(stepped, table[column])
        table[column] = table[column].infer_objects()
    table.index = pd.RangeIndex(len(table), name="point")
    return table


def number_of_points(spec: SweepSpec) -> int:
    """Design points that a sweep asks for, before they are made; 1 where a file lists them.

    Raises
    ------
    InputError
        Where there are more than can be held.
    """
    doe, k = spec.design_of_experiments, len(spec.factors)
    each = {"saltelli": k + 2, "morris": k + 1}.get(doe.method, 1)
    count = 1 if doe.method == "list" or not k else each * int(doe.points or 0)
    if doe.method == "factorial":
        count = math.prod(len(factor.named_levels or ()) or factor.steps or 1 for factor in spec.factors)
    if count > MOST_POINTS:
        raise InputError(f"the design of experiments has {count} points; accepted: at most {MOST_POINTS}")
    return count


def _whole_numbers(column: str, values: list[typing.Any], stepped: bool) -> list[typing.Any]:
    """Values of a field that takes whole numbers; only steps of a range are rounded."""
    for place, value in enumerate(values):
        if isinstance(value, float):
            if not stepped and not value.is_integer():
                raise InputError(f"factor {column!r} = {value}: accepted: whole numbers")
            values[place] = round(value)
    return values


def _check_steps(factor: Factor, values: pd.Series) -> None:
    """Refuse more steps than there are whole numbers."""
    if values.nunique() < (factor.steps or 0):
        raise InputError(
            f"factor {factor.column!r}: steps = {factor.steps}: accepted: {values.nunique()}, as many as there are "
            f"whole numbers from {factor.low:g} to {factor.high:g}, or fewer"
        )


def _levels(factor: Factor) -> list[object]:
    if factor.named_levels is not None:
        return list(factor.named_levels)
    if factor.distribution not in (None, "uniform") or factor.steps is None:
        raise InputError(f"factor {factor.column!r}: accepted in a factorial design: levels, or a range with steps")
    # In decimal fractions, so that a step is the number that one would type: 0.3, not 0.1 + 0.2.
    low, high = Fraction(repr(factor.low)), Fraction(repr(factor.high))
    return [float(low + (high - low) * step / (factor.steps - 1)) for step in range(factor.steps)]


def _cube(spec: SweepSpec) -> np.ndarray:
    """Points in the unit cube, shape (points, factors)."""
    doe, k = spec.design_of_experiments, len(spec.factors)
    if doe.method not in SAMPLED:
        raise InputError(f"method = {doe.method!r}: accepted: factorial, list, {', '.join(SAMPLED)}")
    points = int(doe.points or 0)
    from scipy.stats import qmc

    if doe.method == "latin_hypercube":
        return qmc.LatinHypercube(k, rng=doe.seed).random(points)
    if doe.method == "sobol":
        return qmc.Sobol(k, rng=doe.seed).random(points)
    try:
        from SALib.sample import morris, sobol
    except ImportError:
        raise InputError(
            f"method = {doe.method!r} needs SALib; accepted: install the extra 'analysis', or another method"
        ) from None
    problem = {"num_vars": k, "names": [factor.column for factor in spec.factors], "bounds": [[0.0, 1.0]] * k}
    if doe.method == "saltelli":
        return np.asarray(sobol.sample(problem, points, calc_second_order=False, seed=doe.seed))
    return np.asarray(morris.sample(problem, points, seed=doe.seed))


def _values(factor: Factor, unit: np.ndarray, whole: bool) -> list[object]:
    """Map points of the unit interval to a factor's values by its inverse distribution function."""
    if factor.named_levels is not None:
        picks = np.minimum((unit * len(factor.named_levels)).astype(int), len(factor.named_levels) - 1)
        return [factor.named_levels[pick] for pick in picks]
    name, parameters = factor.distribution or "uniform", factor.parameters or (factor.low or 0.0, factor.high or 0.0)
    with np.errstate(all="ignore"):
        values = quantiles(name, parameters, unit, whole)
    if whole and DISTRIBUTIONS[name].bounded and np.isnan(values).all():
        raise InputError(f"factor {factor.column!r}: no whole number lies between its bounds; accepted: a wider range")
    if not (np.abs(values) <= LARGEST).all():
        raise InputError(
            f"factor {factor.column!r}: distribution = {factor.distribution!r} has no value at a quantile of "
            f"{unit[~(np.abs(values) <= LARGEST)][0]:g}, which this method asks for; accepted: a range, a beta, "
            "triangular or truncated_normal distribution, or the method latin_hypercube"
        )
    return [int(value) if whole else float(value) for value in values]


def _listed(spec: SweepSpec, folder: Path) -> pd.DataFrame:
    path = folder / str(spec.design_of_experiments.file)
    accepted = "a CSV file with a column per field"
    try:
        text = read_text(path, accepted, MOST_TABLE)
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except InputError as error:
        raise InputError(f"design_of_experiments.file = {error}") from None
    except csv.Error as error:
        raise InputError(f"design_of_experiments.file = {path}: not CSV ({error}); accepted: {accepted}") from None
    where = f"design_of_experiments.file = {path}"
    header = [name.strip() for name in rows[0]] if rows else []
    if not all(header) or len(set(header)) < len(header) or not header:
        raise InputError(f"{where}: line 1: accepted: a name for each column, each once")
    kept = [(line, row) for line, row in enumerate(rows[1:], start=2) if row]
    if len(kept) > MOST_POINTS:
        raise InputError(f"{where}: has {len(kept)} rows; accepted: at most {MOST_POINTS}")
    for line, row in kept:
        if len(row) != len(header):
            raise InputError(f"{where}: row {line}: has {len(row)} cells; accepted: {len(header)}, one per column")
    table = {
        name: [_cell(row[place], f"{where}: row {line}, column {name!r}") for line, row in kept]
        for place, name in enumerate(header)
    }
    return pd.DataFrame(table, dtype=object)


_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,5})?")


def _cell(text: str, where: str) -> object:
    """The value of a cell: a whole number, a number, true or false, or a text."""
    text = text.strip()
    if text.lower() in ("", "nan", "na", "n/a", "null", "none", "inf", "-inf", "+inf"):
        raise InputError(f"{where}: {repr(text) if text else 'is empty'}; accepted: a value in every cell")
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if _INTEGER.fullmatch(text) and -WHOLE <= int(text) < WHOLE:
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


@lru_cache(maxsize=64)
def whole_number_fields(model: type[Scenario] = Scenario) -> frozenset[str]:
    """Fields of a scenario that take whole numbers, by their declared type."""
    return frozenset(_whole(model, ""))


def _whole(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if typing.get_origin(field.annotation) is tuple:
            continue
        for kind in typing.get_args(field.annotation) or (field.annotation,):
            if kind is int:
                yield f"{prefix}{name}"
            elif isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _whole(kind, f"{prefix}{name}.")
