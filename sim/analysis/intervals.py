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


def paired_difference(first: np.ndarray, second: np.ndarray) -> tuple[float, float, float]:
    """Difference of two proportions on the same seeds, ``first - second``, and its 95% interval.

    Parameters
    ----------
    first, second : numpy.ndarray
        Booleans, shape (n,), paired.

    Returns
    -------
    difference, lower, upper : float
        By Newcombe's square-and-add method for paired proportions (Newcombe 1998, method 10), which keeps a width
        where all pairs agree.
    """
    both, neither = int((first & second).sum()), int((~first & ~second).sum())
    return paired_difference_of_counts(int((first & ~second).sum()), int((~first & second).sum()), both, neither)


def paired_difference_of_counts(only_first: int, only_second: int, both: int, neither: int) -> tuple[float, float, float]:
    """As :func:`paired_difference`, from the four counts of pairs."""
    n = only_first + only_second + both + neither
    if n == 0:
        return np.nan, -1.0, 1.0
    p, q = (both + only_first) / n, (both + only_second) / n
    (lower_p, upper_p), (lower_q, upper_q) = wilson(both + only_first, n), wilson(both + only_second, n)
    excess = float(both * neither - only_first * only_second)
    if excess > 0:
        excess = max(0.0, excess - n / 2)
    margins = float((both + only_first) * (only_second + neither) * (both + only_second) * (only_first + neither))
    phi = excess / np.sqrt(margins) if margins > 0 else 0.0
    down = np.sqrt((p - lower_p) ** 2 - 2 * phi * (p - lower_p) * (upper_q - q) + (upper_q - q) ** 2)
    up = np.sqrt((q - lower_q) ** 2 - 2 * phi * (q - lower_q) * (upper_p - p) + (upper_p - p) ** 2)
    return p - q, max(-1.0, p - q - float(down)), min(1.0, p - q + float(up))


def median_interval(values: np.ndarray) -> tuple[float, float, float]:
    """Median and its 95% interval by order statistics.

    Parameters
    ----------
    values : numpy.ndarray
        Shape (n,); infinity stands for what was not reached.

    Returns
    -------
    median, lower, upper : float
        Infinite where not reached by half of the values; NaN without values.
    """
    n = len(values)
    if n == 0:
        return np.nan, np.nan, np.nan
    ordered = np.sort(values)
    low, high = stats.binom.interval(CONFIDENCE, n, 0.5)
    return float(ordered[(n - 1) // 2]), float(ordered[max(0, int(low) - 1)]), float(ordered[min(n - 1, int(high))])
