"""What we do not know, told apart from chance: how far a chance itself differs between draws of the
parameters.

Two runs of one draw differ by chance only; what runs of a draw have in common beyond all runs is
the draw's. So the variance between draws is the mean product of two runs of a draw less the squared
mean: the moment estimate of a beta-binomial.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import stats

from sim.statistics.quantities import WAYS, event_week

SHARE = 0.8
"""Share of draws that a range holds."""


def variance_between(happened: np.ndarray, draws: np.ndarray) -> float:
    """Variance of a chance between draws; NaN where no draw has two runs.

    Parameters
    ----------
    happened : numpy.ndarray, shape (runs,)
        Whether, by run.
    draws : numpy.ndarray, shape (runs,)
        Number of each run's draw.

    Examples
    --------
    >>> variance_between(np.array([1, 1, 0, 0]), np.array([0, 0, 1, 1]))
    0.25
    >>> variance_between(np.array([1, 0, 0, 1]), np.array([0, 0, 1, 1]))
    0.0
    """
    _, place = np.unique(draws, return_inverse=True)
    runs, counts = np.bincount(place), np.bincount(place, happened)
    several = runs > 1
    if not several.any():
        return float("nan")
    runs, counts = runs[several], counts[several]
    both = (counts * (counts - 1.0) / (runs * (runs - 1.0))).mean()
    mean = float(np.mean(happened))
    return float(np.clip(both - mean * mean, 0.0, mean * (1.0 - mean)))


def range_between(mean: float, variance: float, share: float = SHARE) -> tuple[float, float]:
    """Range that holds a share of draws, of a chance with a mean and a variance between draws: of
    the beta distribution with both.

    Examples
    --------
    >>> [round(end, 2) for end in range_between(0.5, 0.02)]
    [0.31, 0.69]
    >>> range_between(0.3, 0.0)
    (0.3, 0.3)
    """
    if not np.isfinite(variance):
        return float("nan"), float("nan")
    if variance <= 1e-9 or not 0.0 < mean < 1.0:
        return mean, mean
    worth = max(mean * (1.0 - mean) / variance - 1.0, 1e-2)
    low, high = stats.beta(mean * worth, (1.0 - mean) * worth).ppf([0.5 - share / 2.0, 0.5 + share / 2.0])
    return float(low), float(high)


def range_over(happened: np.ndarray, draws: np.ndarray) -> tuple[float, float]:
    """Range that holds 80% of draws, of the chance of what happened or not; NaN where draws do not
    differ by more than the error of their variance: what may be chance is no range of
    none.

    Parameters
    ----------
    happened, draws : numpy.ndarray, shape (runs,)
        As for :func:`variance_between`.

    Examples
    --------
    >>> draws = np.repeat(np.arange(200), 2)
    >>> [bool(np.isnan(end)) for end in range_over((draws % 2).astype(float), draws)]
    [False, False]
    >>> range_over(np.tile([0.0, 1.0], 200), draws)
    (nan, nan)
    """
    variance = variance_between(happened, draws)
    mean = float(np.mean(happened)) if len(happened) else float("nan")
    if not variance > _error(happened, draws, mean):
        return float("nan"), float("nan")
    return range_between(mean, variance)


def _error(happened: np.ndarray, draws: np.ndarray, mean: float) -> float:
    """Standard error of the variance between draws: of the mean product of two runs' departures."""
    _, place = np.unique(draws, return_inverse=True)
    runs, counts = np.bincount(place), np.bincount(place, happened - mean)
    squares = np.bincount(place, (happened - mean) ** 2)
    several = runs > 1
    products = (counts[several] ** 2 - squares[several]) / (runs[several] * (runs[several] - 1.0))
    return float(products.std() / np.sqrt(max(1, len(products)))) if len(products) else float("nan")


def ranges(runs: pd.DataFrame, draws: int, weeks: Iterable[int], ways: Iterable[str] = WAYS) -> pd.DataFrame:
    """Ranges over what we do not know, of the risk by each week at each design point.

    Parameters
    ----------
    runs : DataFrame
        ``point, design, seed``, and the fields of an outcome.
    draws : int
        How many there are: seed i has draw i modulo so many.
    weeks : iterable of int
    ways : iterable of str
        See :data:`sim.statistics.quantities.WAYS`.

    Returns
    -------
    DataFrame
        ``point, design, event, week, parameter_low, parameter_high``: 80% of draws. NaN where fewer
        than half of the draws were met twice, or draws do not differ by more than chance.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> table = ranges(small_sweep(), 20, [36], ["discontinued"])
    >>> table.columns.tolist()[2:]
    ['event', 'week', 'parameter_low', 'parameter_high']
    """
    rows = []
    for (point, design), group in runs.groupby(["point", "design"], sort=False):
        number = group["seed"].to_numpy() % draws
        enough = (np.bincount(number, minlength=draws) > 1).sum() >= draws / 2
        for way in ways:
            when = event_week(group, way)
            for week in weeks:
                happened = (when <= week).astype(float)
                low, high = range_over(happened, number) if enough else (float("nan"), float("nan"))
                rows.append((point, design, way, week, low, high))
    return pd.DataFrame(rows, columns=["point", "design", "event", "week", "parameter_low", "parameter_high"])
