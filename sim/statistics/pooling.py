"""Means over many design points that met the same seeds.

All points of a sweep share their seeds (common random numbers), so runs of different points are not
independent: a seed is a cluster. Every design point weighs the same, however many seeds it met.
Intervals hold Monte Carlo error only; how an answer differs from point to point is the spread over
points, and is reported apart.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from sim.statistics.intervals import CONFIDENCE, paired_difference_of_counts, wilson_real

SPREAD = (0.05, 0.95)
"""Quantiles over design points that tables give as their spread."""

REACH = {"difference": 1.0, "change": 2.0}
"""Kind of value -> how far from 0 it can be."""


class Pooled(NamedTuple):
    """A mean over design points.

    ``mean, lower, upper``: with a 95% interval of Monte Carlo error. ``spread_low, spread_high``:
    5% and 95% quantiles over design points of the points' own means. ``points, seeds, n``: how many
    of each, and of runs.
    """

    mean: float
    lower: float
    upper: float
    spread_low: float
    spread_high: float
    points: int
    seeds: int
    n: int


def pooled_mean(values: np.ndarray, points: np.ndarray, seeds: np.ndarray, kind: str = "number") -> Pooled:
    """Mean over design points, each of equal weight, with an interval clustered by seed.

    Parameters
    ----------
    values : numpy.ndarray
        A value per run, shape (n,); NaN are left out.
    points, seeds : numpy.ndarray
        Of each run.
    kind : str
        ``"number"``: Student's interval. ``"proportion"`` (values 0 or 1): Wilson's interval at the
        effective number of replicates (Korn & Graubard 1998 use one likewise), about the number of
        seeds where all runs agree. ``"difference"`` (values -1 to 1): Student's, and Newcombe's at
        the number of seeds where all runs agree. ``"change"`` (values -2 to 2: one difference less
        another): Student's, and where all seeds agree Newcombe's of either, squared and added.

    Returns
    -------
    Pooled
        The variance is the linearised one of a mean of means with seeds as clusters. NaN throughout
        without values.

    Examples
    --------
    >>> import numpy as np
    >>> over, points, seeds = np.array([1.0, 0.0, 1.0, 1.0]), np.array([0, 0, 1,
    ...     1]), np.array([0, 1, 0, 1])
    >>> pooled = pooled_mean(over, points, seeds, "proportion")
    >>> pooled.mean, pooled.points, pooled.seeds
    (0.75, 2, 2)
    """
    known = ~np.isnan(values)
    values, points, seeds = values[known].astype(float), points[known], seeds[known]
    if len(values) == 0:
        reach = REACH.get(kind, np.nan)
        lower, upper = (0.0, 1.0) if kind == "proportion" else (-reach, reach)
        return Pooled(np.nan, lower, upper, np.nan, np.nan, 0, 0, 0)
    _, place = np.unique(points, return_inverse=True)
    _, cluster = np.unique(seeds, return_inverse=True)
    count = np.bincount(place)
    own = np.bincount(place, values) / count
    mean = float(own.mean())
    parts = _parts(values, place, cluster)
    s = len(parts)
    variance = float(s / (s - 1) * (parts**2).sum()) if s > 1 else np.inf
    low, high = np.quantile(own, SPREAD)
    if kind == "proportion":
        lower, upper = _share_bounds(mean, parts, len(values))
    else:
        lower, upper = _bounds(mean, variance, s, kind)
    return Pooled(mean, lower, upper, float(low), float(high), len(own), s, len(values))


def _parts(values: np.ndarray, place: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """What each seed adds to the mean of the points' means, above what is expected of it: sums to
    0.
    """
    count = np.bincount(place)
    own = np.bincount(place, values) / count
    return np.bincount(cluster, (values - own[place]) / (len(count) * count[place]))


def _share_bounds(mean: float, parts: np.ndarray, n: int) -> tuple[float, float]:
    """Wilson's interval at the effective number of replicates: as many as would give the variance
    among seeds.

    Two seeds more, one in which everything ends and one in which nothing does, keep that number
    near the number of seeds where events are few: what few seeds agree on says little about how
    alike the points are. At one design point it is the number of seeds, and the interval Wilson's.
    """
    s = len(parts)
    mean = min(1.0, max(0.0, mean))
    prior = (mean * s + 1.0) / (s + 2.0)
    spread = float(((mean + parts * s - prior) ** 2).sum()) + (1.0 - prior) ** 2 + prior**2
    effective = min(prior * (1.0 - prior) * s * (s + 2.0) / spread, float(n))
    lower, upper = wilson_real(mean, max(effective, 1.0), float(stats.norm.ppf(0.5 + CONFIDENCE / 2)))
    return min(lower, mean), max(upper, mean)


def _bounds(mean: float, variance: float, seeds: int, kind: str) -> tuple[float, float]:
    same = variance <= 1e-15 * max(1.0, mean * mean)
    if kind == "difference" and same and seeds > 0:
        first, second = round(seeds * max(mean, 0.0)), round(seeds * max(-mean, 0.0))
        _, lower, upper = paired_difference_of_counts(first, second, 0, seeds - first - second)
        return min(lower, mean), max(upper, mean)
    reach = REACH.get(kind, np.inf)
    if seeds < 2:
        return -reach, reach
    if kind == "change" and same:
        half = float(np.sqrt(2.0)) * paired_difference_of_counts(0, 0, 0, seeds)[2]
    else:
        half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, seeds - 1) * np.sqrt(variance))
    return max(-reach, mean - half), min(reach, mean + half)


def pooled_ratio(
    first: np.ndarray, second: np.ndarray, points: np.ndarray, seeds: np.ndarray
) -> tuple[float, float, float]:
    """Ratio of two pooled risks on the same points and seeds, ``first / second``, and its 95%
    interval.

    Parameters
    ----------
    first, second : numpy.ndarray
        0 or 1 per pair of runs, shape (n,).
    points, seeds : numpy.ndarray
        Of each pair.

    Returns
    -------
    ratio, lower, upper : float
        Student's interval of the logarithm, linearised with seeds as clusters. Where a risk is 0,
        or seeds do not differ, the bounds follow from those of the two risks. NaN where neither
        ever happened, infinite where only the second never did.

    Examples
    --------
    >>> import numpy as np
    >>> first, second = np.array([1.0, 0.0, 1.0, 0.0]), np.array([1.0, 1.0, 1.0, 0.0])
    >>> ratio, lower, upper = pooled_ratio(first, second, np.array([0, 0, 1, 1]), np.array([0, 1,
    ...     0, 1]))
    >>> round(ratio, 2)
    0.67
    """
    both = [pooled_mean(values, points, seeds, "proportion") for values in (first, second)]
    if not both[0].n or max(both[0].mean, both[1].mean) == 0.0:
        return np.nan, 0.0, np.inf
    ratio = both[0].mean / both[1].mean if both[1].mean > 0 else np.inf
    if min(both[0].mean, both[1].mean) > 0:
        _, place = np.unique(points, return_inverse=True)
        _, cluster = np.unique(seeds, return_inverse=True)
        parts = _parts(first / both[0].mean - second / both[1].mean, place, cluster)
        variance = len(parts) / max(len(parts) - 1, 1) * float((parts**2).sum())
        if variance > 1e-15 and len(parts) > 1:
            half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, len(parts) - 1) * np.sqrt(variance))
            return ratio, ratio * float(np.exp(-half)), ratio * float(np.exp(half))
    upper = both[0].upper / both[1].lower if both[1].lower > 0 else np.inf
    return ratio, both[0].lower / both[1].upper if both[1].upper > 0 else 0.0, upper
