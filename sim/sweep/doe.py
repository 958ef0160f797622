"""Designs of experiments: from factors to design points. Libraries do the sampling."""

from __future__ import annotations

import itertools
import typing
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel

from sim.errors import InputError
from sim.scenario import Scenario
from sim.sweep.factors import Factor
from sim.sweep.spec import SweepSpec

SAMPLED = ("latin_hypercube", "sobol", "saltelli", "morris")
"""Methods that draw points from the unit cube."""


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
        A row per design point, index ``point`` from 0, a column per factor. Fields that take whole
        numbers are rounded.

    Raises
    ------
    InputError
        Where the design is empty, a file cannot be read, or a library is missing.
    """
    doe = spec.design_of_experiments
    if doe.method == "list":
        table = _listed(spec, folder)
    elif not spec.factors:
        table = pd.DataFrame(index=pd.RangeIndex(1))
    elif doe.method == "factorial":
        rows = itertools.product(*(_levels(factor) for factor in spec.factors))
        table = pd.DataFrame(rows, columns=[factor.column for factor in spec.factors], dtype=object)
    else:
        cube = _cube(spec)
        table = pd.DataFrame({factor.column: _values(factor, cube[:, k]) for k, factor in enumerate(spec.factors)})
    if table.empty and len(table) == 0:
        raise InputError("the design of experiments has no points; accepted: at least one")
    whole = whole_number_fields(model)
    columns = {factor.column: factor.field for factor in spec.factors}
    for field in table.columns:
        if columns.get(field, field) in whole:
            table[field] = [round(value) if isinstance(value, float | np.floating) else value for value in table[field]]
        table[field] = table[field].infer_objects()
    table.index = pd.RangeIndex(len(table), name="point")
    return table


def _levels(factor: Factor) -> list[object]:
    if factor.named_levels is not None:
        return list(factor.named_levels)
    if factor.distribution not in (None, "uniform") or factor.steps is None:
        raise InputError(f"factor {factor.column!r}: accepted in a factorial design: levels, or a range with steps")
    return [float(value) for value in np.linspace(float(factor.low or 0.0), float(factor.high or 0.0), factor.steps)]


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


def _values(factor: Factor, unit: np.ndarray) -> list[object]:
    """Map points of the unit interval to a factor's values by its inverse distribution function."""
    if factor.named_levels is not None:
        picks = np.minimum((unit * len(factor.named_levels)).astype(int), len(factor.named_levels) - 1)
        return [factor.named_levels[pick] for pick in picks]
    from scipy import stats

    p = factor.parameters
    if factor.distribution == "normal":
        values = stats.norm(p[0], p[1]).ppf(unit)
    elif factor.distribution == "lognormal":
        values = stats.lognorm(p[1], scale=p[0]).ppf(unit)
    elif factor.distribution == "beta":
        values = stats.beta(p[0], p[1]).ppf(unit)
    elif factor.distribution == "triangular":
        values = stats.triang((p[1] - p[0]) / (p[2] - p[0]), p[0], p[2] - p[0]).ppf(unit)
    else:
        low, high = float(factor.low or 0.0), float(factor.high or 0.0)
        values = low + unit * (high - low)
    return [float(value) for value in values]


def _listed(spec: SweepSpec, folder: Path) -> pd.DataFrame:
    path = folder / str(spec.design_of_experiments.file)
    try:
        table = pd.read_csv(path)
    except FileNotFoundError:
        raise InputError(
            f"design_of_experiments.file = {path}: no such file; accepted: a CSV file with a column per field"
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(
            f"design_of_experiments.file = {path}: cannot be read ({error}); accepted: a CSV file with a column "
            "per field"
        ) from None
    return table.astype(object)


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
