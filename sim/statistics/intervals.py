"""Intervals for proportions, means and paired differences; Monte Carlo error only."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import stats

CONFIDENCE = 0.95
_Z = float(stats.norm.ppf(0.5 + CONFIDENCE / 2))


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

    Examples
    --------
    >>> lower, upper = wilson(779, 1000)
    >>> round(lower, 3), round(upper, 3)
    (0.752, 0.804)
    """
    return _wilson(int(count), int(n))


@lru_cache(maxsize=65536)
def _wilson(count: int, n: int) -> tuple[float, float]:
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

    Examples
    --------
    >>> import numpy as np
    >>> mean, lower, upper = mean_interval(np.array([1.0, 2.0, 3.0]))
    >>> round(mean, 2), round(lower, 2), round(upper, 2)
    (2.0, -0.48, 4.48)
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
        By Newcombe's square-and-add method for paired proportions (Newcombe 1998, method 10), which
        keeps a width where all pairs agree.

    Examples
    --------
    >>> import numpy as np
    >>> first, second = np.arange(50) < 20, np.arange(50) < 10
    >>> [round(float(value), 2) for value in paired_difference(first, second)]
    [0.2, 0.08, 0.31]
    """
    both, neither = int((first & second).sum()), int((~first & ~second).sum())
    return paired_difference_of_counts(int((first & ~second).sum()), int((~first & second).sum()), both, neither)


def paired_difference_of_counts(
    only_first: int, only_second: int, both: int, neither: int
) -> tuple[float, float, float]:
    """As :func:`paired_difference`, from the four counts of pairs.

    Examples
    --------
    >>> [round(float(value), 2) for value in paired_difference_of_counts(10, 0, 10, 30)]
    [0.2, 0.08, 0.31]
    """
    n = only_first + only_second + both + neither
    if n == 0:
        return np.nan, -1.0, 1.0
    p, q = (both + only_first) / n, (both + only_second) / n
    excess = float(both * neither - only_first * only_second)
    if excess > 0:
        excess = max(0.0, excess - n / 2)
    margins = float((both + only_first) * (only_second + neither) * (both + only_second) * (only_first + neither))
    phi = excess / np.sqrt(margins) if margins > 0 else 0.0
    return _squared_and_added(p, wilson(both + only_first, n), q, wilson(both + only_second, n), phi)


def unpaired_difference(first: int, first_n: int, second: int, second_n: int) -> tuple[float, float, float]:
    """Difference of two proportions of runs that are not paired, and its 95% interval.

    Parameters
    ----------
    first, first_n, second, second_n : int
        Events and replicates of each.

    Returns
    -------
    difference, lower, upper : float
        First less second, by Newcombe's square-and-add method for independent proportions (Newcombe
        1998, method 10).

    Examples
    --------
    >>> [round(value, 3) for value in unpaired_difference(56, 70, 48, 80)]
    [0.2, 0.052, 0.334]
    """
    if first_n == 0 or second_n == 0:
        return np.nan, -1.0, 1.0
    p, q = first / first_n, second / second_n
    return _squared_and_added(p, wilson(first, first_n), q, wilson(second, second_n), 0.0)


def _squared_and_added(
    p: float, bounds_p: tuple[float, float], q: float, bounds_q: tuple[float, float], phi: float
) -> tuple[float, float, float]:
    """Newcombe's interval of a difference of proportions, from the interval of each and their
    correlation.
    """
    (lower_p, upper_p), (lower_q, upper_q) = bounds_p, bounds_q
    down = np.sqrt((p - lower_p) ** 2 - 2 * phi * (p - lower_p) * (upper_q - q) + (upper_q - q) ** 2)
    up = np.sqrt((q - lower_q) ** 2 - 2 * phi * (q - lower_q) * (upper_p - p) + (upper_p - p) ** 2)
    return p - q, max(-1.0, p - q - float(down)), min(1.0, p - q + float(up))


def unpaired_means(first: np.ndarray, second: np.ndarray) -> tuple[float, float, float]:
    """Difference of two means of runs that are not paired, ``first - second``, and its 95% interval
    by Welch's t.

    Parameters
    ----------
    first, second : numpy.ndarray
        Shape (n,) and (m,); NaN are left out.

    Returns
    -------
    difference, lower, upper : float
        All NaN where one has no values; an interval without bounds where one has one.

    Examples
    --------
    >>> import numpy as np
    >>> first, second = np.array([3.0, 4.0, 5.0]), np.array([1.0, 2.0, 3.0])
    >>> [round(value, 2) for value in unpaired_means(first, second)]
    [2.0, -0.27, 4.27]
    """
    parts = [values[~np.isnan(values)] for values in (first, second)]
    if min(map(len, parts)) == 0:
        return np.nan, np.nan, np.nan
    difference = float(parts[0].mean() - parts[1].mean())
    if min(map(len, parts)) == 1:
        return difference, -np.inf, np.inf
    spreads = [float(values.var(ddof=1)) / len(values) for values in parts]
    total = sum(spreads)
    if total == 0.0:
        return difference, difference, difference
    free = total**2 / sum(spread**2 / (len(values) - 1) for spread, values in zip(spreads, parts, strict=True))
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, free) * np.sqrt(total))
    return difference, difference - half, difference + half


def paired_ratio(first: np.ndarray, second: np.ndarray) -> tuple[float, float, float]:
    """Ratio of two proportions on the same seeds, ``first / second``, and its 95% interval.

    Parameters
    ----------
    first, second : numpy.ndarray
        Booleans, shape (n,), paired.

    Returns
    -------
    ratio, lower, upper : float
        By the hybrid Wilson method for paired proportions (Bonett & Price 2006), which holds where
        a count is 0. The ratio is NaN where neither ever happened and infinite where only the
        second never did.

    Examples
    --------
    >>> import numpy as np
    >>> first, second = np.arange(50) < 20, np.arange(50) < 10
    >>> [round(float(value), 2) for value in paired_ratio(first, second)]
    [2.0, 1.28, 3.12]
    """
    both = int((first & second).sum())
    a, b = int(first.sum()), int(second.sum())
    events = a + b - both
    if events == 0:
        return np.nan, 0.0, np.inf
    ratio = a / b if b else np.inf
    spread = np.sqrt((events - both + 2) / ((a + 1) * (b + 1)))
    parts = sum(np.sqrt((1 - (count + 1) / (events + 2)) / (count + 1)) for count in (a, b))
    z = float(stats.norm.ppf(0.5 + CONFIDENCE / 2)) * (spread / parts if parts > 0 else 1.0)
    (lower_a, upper_a), (lower_b, upper_b) = (wilson_real(count / events, events, z) for count in (a, b))
    return ratio, lower_a / upper_b if upper_b > 0 else 0.0, upper_a / lower_b if lower_b > 0 else np.inf


def wilson_band(counts: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Wilson intervals of many proportions of the same replicates: as :func:`wilson`, but for the
    last digits, and in one step.

    Parameters
    ----------
    counts : numpy.ndarray
        Events, any shape.
    n : int
        Replicates.

    Examples
    --------
    >>> lower, upper = wilson_band(np.array([0, 779]), 1000)
    >>> lower.round(3).tolist(), upper.round(3).tolist()
    ([0.0, 0.752], [0.004, 0.804])
    """
    if n == 0:
        return np.zeros(np.shape(counts)), np.ones(np.shape(counts))
    p, z = np.asarray(counts) / n, _Z
    centre, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return np.clip((centre - half) / whole, 0.0, 1.0), np.clip((centre + half) / whole, 0.0, 1.0)


def wilson_real(p: float, n: float, z: float) -> tuple[float, float]:
    """Wilson's formula for a real number of replicates and any quantile.

    Examples
    --------
    >>> lower, upper = wilson_real(0.25, 41.5, 1.96)
    >>> round(lower, 3), round(upper, 3)
    (0.143, 0.399)
    """
    centre, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, float((centre - half) / (1 + z * z / n))), min(1.0, float((centre + half) / (1 + z * z / n)))


def median_interval(values: np.ndarray) -> tuple[float, float, float]:
    """Median and its 95% interval by order statistics.

    Parameters
    ----------
    values : numpy.ndarray
        Shape (n,); infinity stands for what was not reached.

    Returns
    -------
    median, lower, upper : float
        Infinite where not reached by half of the values; ends that so few values cannot tell (up to
        five) are infinite too; NaN without values.

    Examples
    --------
    >>> import numpy as np
    >>> median_interval(np.array([12.0, 14.0, 20.0, 20.0, 30.0, np.inf]))
    (20.0, 12.0, inf)
    >>> median_interval(np.array([20.0]))
    (20.0, -inf, inf)
    """
    n = len(values)
    if n == 0:
        return np.nan, np.nan, np.nan
    low, high = stats.binom.interval(CONFIDENCE, n, 0.5)
    # The values in order, between what no value can tell.
    ordered = np.concatenate([[-np.inf], np.sort(values), [np.inf]])
    return float(ordered[(n + 1) // 2]), float(ordered[int(low)]), float(ordered[int(high) + 1])
