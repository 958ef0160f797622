"""Intervals for proportions, means and paired differences; Monte Carlo error only."""

from __future__ import annotations

import numpy as np
from scipy import stats

CONFIDENCE = 0.95


def wilson(count: int, n: int) -> tuple[float, float]:
    """Wilson interval of a proportion at 95%.

    Parameters
    ----------
    count, n : int
        Events and replicates.

    Returns
    -------
    lower, upper : float
        0 and 1 where there are no replicates. Source: Wilson 1927, as in ``scipy.stats.binomtest``.
    """
    if n == 0:
        return 0.0, 1.0
    interval = stats.binomtest(count, n).proportion_ci(CONFIDENCE, "wilson")
    return float(interval.low), float(interval.high)


def mean_interval(values: np.ndarray) -> tuple[float, float, float]:
    """Mean and its 95% interval by Student's t.

    Parameters
    ----------
    values : numpy.ndarray
        Shape (n,); NaN are left out.

    Returns
    -------
    mean, lower, upper : float
        All NaN without values; an interval without bounds where there is one value.
    """
    values = values[~np.isnan(values)]
    if len(values) == 0:
        return np.nan, np.nan, np.nan
    mean = float(values.mean())
    if len(values) == 1:
        return mean, -np.inf, np.inf
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return mean, mean - half, mean + half
