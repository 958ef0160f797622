"""The distributions that a factor, a belief or a fact that nobody knows may have, by name; and how
whole numbers are drawn between bounds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np


class Distribution(NamedTuple):
    """A family of distributions.

    Attributes
    ----------
    numbers : str
        What its parameters are, in order.
    accepted : str
        The same for an error message.
    valid : callable
        Whether finite numbers are its parameters.
    frozen : callable
        The distribution of SciPy for given parameters.
    bounded : tuple of int
        Places of its low and high end among the parameters; empty where it has none.
    """

    numbers: str
    accepted: str
    valid: Callable[..., bool]
    frozen: Callable[..., Any]
    bounded: tuple[int, ...] = ()

    def takes(self, given: Sequence[float]) -> bool:
        """Whether numbers are its parameters."""
        count = self.numbers.count(",") + 1
        return len(given) == count and all(map(math.isfinite, given)) and self.valid(*given)


def _stats() -> Any:
    """SciPy's distributions, which take a while to import."""
    from scipy import stats

    return stats


DISTRIBUTIONS = {
    "uniform": Distribution(
        "low, high", "low and high, with low below high", lambda low, high: low < high,
        lambda low, high: _stats().uniform(low, high - low), (0, 1),
    ),
    "normal": Distribution(
        "mean, SD", "a mean, and an SD above 0", lambda mean, sd: sd > 0.0,
        lambda mean, sd: _stats().norm(mean, sd),
    ),
    "truncated_normal": Distribution(
        "mean, SD, low, high", "mean and SD before it is truncated, SD above 0, then low and high, with low below high",
        lambda mean, sd, low, high: sd > 0.0 and low < high,
        lambda mean, sd, low, high: _stats().truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd), (2, 3),
    ),
    "lognormal": Distribution(
        "median, SD of the logarithm", "a median above 0, and a sigma above 0 (the SD of the natural logarithm)",
        lambda median, sigma: median > 0.0 and sigma > 0.0,
        lambda median, sigma: _stats().lognorm(sigma, scale=median),
    ),
    "beta": Distribution(
        "a, b", "a and b, both above 0", lambda a, b: a > 0.0 and b > 0.0, lambda a, b: _stats().beta(a, b),
    ),
    "triangular": Distribution(
        "low, mode, high", "low, mode and high, in this order, with low below high",
        lambda low, mode, high: low <= mode <= high and low < high,
        lambda low, mode, high: _stats().triang((mode - low) / (high - low), low, high - low), (0, 2),
    ),
}  # fmt: skip
"""By name. A lognormal's median is that of the quantity, not of its logarithm: its mean is
``median * exp(sigma**2 / 2)``.
"""


def quantiles(name: str, parameters: Sequence[float], unit: np.ndarray, whole: bool = False) -> np.ndarray:
    """Return the quantiles of a distribution.

    Parameters
    ----------
    name : str
        One of ``DISTRIBUTIONS``.
    parameters : sequence of float
    unit : numpy.ndarray
        Probabilities in [0, 1].
    whole : bool
        Whether the quantity is a whole number. Where the distribution is bounded, the ends then
        have as large a share as any other whole number: bounds lie half a unit beyond them before
        values are rounded.

    Returns
    -------
    numpy.ndarray
        Float64, of the shape of ``unit``.

    Examples
    --------
    >>> quantiles("uniform", (1.0, 3.0), np.array([0.0, 0.3, 0.34, 0.6, 0.7, 1.0]), whole=True)
    array([1., 1., 2., 2., 3., 3.])
    """
    found = DISTRIBUTIONS[name]
    if not whole:
        return found.frozen(*parameters).ppf(unit)
    given = list(parameters)
    if found.bounded:
        low, high = found.bounded
        given[low], given[high] = math.ceil(given[low]) - 0.5, math.floor(given[high]) + 0.5
        if not given[low] < given[high]:
            return np.full(np.shape(unit), np.nan)
    values = np.floor(found.frozen(*given).ppf(unit) + 0.5)
    return np.clip(values, given[low] + 0.5, given[high] - 0.5) if found.bounded else values
