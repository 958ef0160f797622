"""How a prediction orders cases: pairs of an ended and a sustained case, their concordance, and the
band of years of an ending.

Cases were found because of how they went, so their share of endings is no base rate: only their
order is scored, and given an ending when and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

RESAMPLES = 2000
"""Of a bootstrap."""
BANDS = ((0.0, 1.0), (1.0, 3.0), (3.0, 6.0), (6.0, np.inf))
"""Years after the start in which an ending falls; a year is through once its summer is."""
BAND_NAMES = ("year 1", "years 2-3", "years 4-6", "year 7 and later")
SUMMER = 0.15
"""A decision that takes effect in the summer after a school year belongs to that year."""


class Pairs(NamedTuple):
    """Pairs of an ended and a sustained case, by place in the list of cases, and how long the ended
    one went on.
    """

    ended: np.ndarray
    sustained: np.ndarray
    years: np.ndarray


def pairs_of(state: Sequence[str], years: np.ndarray) -> Pairs:
    """Pairs of an ended and a sustained case that was followed at least as long.

    Parameters
    ----------
    state : sequence of str
        ``discontinued``, ``sustained`` or another.
    years : numpy.ndarray
        How long each was followed.

    Examples
    --------
    >>> state = ["discontinued", "sustained", "sustained"]
    >>> pairs_of(state, np.array([2.0, 1.0, 5.0])).sustained.tolist()
    [2]
    """
    found = [
        (one, other, years[one])
        for one, first in enumerate(state)
        for other, second in enumerate(state)
        if (first, second) == ("discontinued", "sustained") and years[other] >= years[one]
    ]
    columns = np.array(found, dtype=float).reshape(-1, 3)
    return Pairs(columns[:, 0].astype(int), columns[:, 1].astype(int), columns[:, 2])


def concordances(higher: Mapping[str, np.ndarray], pairs: Pairs, cases: int, seed: int = 1) -> pd.DataFrame:
    """In what share of pairs the ended case has the higher risk, ties as half.

    Parameters
    ----------
    higher : mapping
        By predictor, for each pair 1 where the ended case has the higher risk, .5 where both are
        alike, 0 where the sustained one has, NaN where it does not say.
    pairs : Pairs
    cases : int
        How many cases there are: they are resampled, and pairs with them.

    Returns
    -------
    pandas.DataFrame
        ``predictor, concordance, lower, upper`` (95%, bootstrap over cases), ``pairs, ended,
        sustained, less_first, less_lower, less_upper``: less the first predictor's on the same
        resamples.
    """
    draw = np.random.default_rng(seed)
    names = list(higher)
    values = np.array([higher[name] for name in names], dtype=float).reshape(len(names), len(pairs.years))
    times = draw.multinomial(cases, np.full(cases, 1.0 / cases), RESAMPLES).astype(float)
    weights = times[:, pairs.ended] * times[:, pairs.sustained]
    rows = []
    resampled = [_weighted(each, weights) for each in values]
    for number, name in enumerate(names):
        own = values[number]
        less = resampled[number] - resampled[0]
        rows.append(
            (
                name, _mean(own), *_interval(resampled[number]), int(np.isfinite(own).sum()),
                len(set(pairs.ended[np.isfinite(own)])), len(set(pairs.sustained[np.isfinite(own)])),
                _mean(own) - _mean(values[0]) if number else 0.0, *(_interval(less) if number else (0.0, 0.0)),
            )
        )  # fmt: skip
    columns = "predictor concordance lower upper pairs ended sustained less_first less_lower less_upper"
    return pd.DataFrame(rows, columns=columns.split())


def compared(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """1 where the first is higher, .5 where both are alike, 0 where it is lower, NaN where unknown.

    Examples
    --------
    >>> compared(np.array([0.2, 0.1, np.nan]), np.array([0.1, 0.1, 0.5])).tolist()
    [1.0, 0.5, nan]
    """
    return np.where(np.isnan(first) | np.isnan(second), np.nan, 0.5 + 0.5 * np.sign(first - second))


def _mean(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else np.nan


def _weighted(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    total = weights[:, known].sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, weights[:, known] @ values[known] / total, np.nan)


def _interval(values: np.ndarray) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    return tuple(np.quantile(finite, [0.025, 0.975])) if len(finite) else (np.nan, np.nan)


def band_of(years: float | np.ndarray) -> np.ndarray:
    """The place in ``BANDS`` of an ending after so many years.

    Examples
    --------
    >>> band_of(np.array([0.4, 1.1, 2.9, 8.0])).tolist()
    [0, 0, 1, 3]
    """
    return np.searchsorted([high for _, high in BANDS[:-1]], np.asarray(years) - SUMMER, side="left")
