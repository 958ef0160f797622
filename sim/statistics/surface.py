"""A smooth surface over two factors, fitted to means of design points that met the same seeds."""

from __future__ import annotations

import warnings

import numpy as np
from scipy import linalg, spatial, stats

from sim.statistics.intervals import CONFIDENCE

STRIPS = 12
"""So many strips along one factor, and parts of each along the other, to which points are gathered
where their places are more: a fit takes the cube of their number.
"""
NEAR = 0.25
"""Of an axis: so far from the nearest design point something is known."""
FLAT = 10.0
"""Prior variance of the surface's mean over that of the outcomes: so wide that it says nothing."""
LEAST = 0.05
"""Least part of a place's variance that is its own, and not shared by all places of a seed."""


def surface(
    values: np.ndarray, points: np.ndarray, seeds: np.ndarray, where: np.ndarray, grid: np.ndarray, kind: str = "number"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean outcome over two factors, by Gaussian process regression on the means of design points.

    A Gaussian process (Rasmussen & Williams 2006; scikit-learn's) and no logistic regression on
    splines: it takes risks, their paired differences and other quantities alike, the Monte Carlo
    error of each mean is known to it, how smooth the surface is follows from the data, and it knows
    less where there are fewer points.

    Parameters
    ----------
    values : numpy.ndarray
        A value per run, or per pair of runs, shape (n,).
    points, seeds : numpy.ndarray
        Of each.
    where : numpy.ndarray
        Both factors of each, 0 to 1 over the range of either, shape (n, 2).
    grid : numpy.ndarray
        Where to tell the surface, as ``where``, shape (m, 2).
    kind : str
        ``"proportion"`` (0 or 1), ``"difference"`` of two such, or ``"number"``.

    Returns
    -------
    mean, lower, upper : numpy.ndarray
        With a 95% interval at each place by itself, shape (m,). Noise has three parts. Monte Carlo
        error at a place is as the seeds have it, with two seeds more, one at either end of what can
        be, so that 0 of n and n of n have some; it is pooled over places, as weights that go with
        the outcome itself would draw the surface to where the outcome happens not to vary. What
        seeds do to all places alike shifts the surface, and is carried through the fit to its
        variance. What other factors do is a variance of its own, learned from the data and taken to
        be alike everywhere.

    Examples
    --------
    >>> import numpy as np
    >>> along = np.linspace(0, 1, 5)
    >>> where = np.repeat([[x, y] for x in along for y in along], 40, axis=0)
    >>> seeds, points = np.tile(np.arange(40), 25), np.repeat(np.arange(25), 40)
    >>> over = (np.random.default_rng(0).random(1000) < 0.2 + 0.6 * where[:, 0]).astype(float)
    >>> mean, lower, upper = surface(over, points, seeds, where, np.array([[0.5, 0.5]]),
    ...     "proportion")
    >>> bool(lower[0] < 0.5 < upper[0]), bool(upper[0] - lower[0] < 0.15)
    (True, True)
    """
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
    from threadpoolctl import threadpool_limits

    outcome, parts, raw, known, places = _means(values, points, seeds, where, kind)
    n, s = parts.shape
    shared = s / max(s - 1, 1) * float((parts.sum(axis=0) ** 2).sum() - (parts**2).sum()) / max(n * (n - 1), 1)
    own = np.maximum(known - max(shared, 0.0), LEAST * known)
    middle, scale = float(outcome.mean()), float(np.sqrt(outcome.var() + own.mean())) or 1.0
    kernel = (
        ConstantKernel(FLAT, "fixed")
        + ConstantKernel(1.0, (1e-3, 1e2)) * Matern([0.5, 0.5], (0.1, 10.0), nu=2.5)
        + WhiteKernel(0.1, (1e-4, 1e1))
    )
    # One thread: sums in one order, so that the same data give the same surface to the bit. An end
    # of a hyperparameter's range is an answer: flat along an axis, or no scatter.
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        fit = GaussianProcessRegressor(kernel, alpha=own / scale**2).fit(places, (outcome - middle) / scale)
        # Without the last term, the scatter: the surface is the mean over the other factors.
        smooth = fit.kernel_.k1
        across = smooth(grid, places)
        weights = linalg.cho_solve((fit.L_, True), across.T).T
        mean = middle + weights @ (outcome - middle)
        variance = scale**2 * (smooth.diag(grid) - np.einsum("ij,ij->i", weights, across))
        by_seed = weights @ parts
    beyond = s / max(s - 1, 1) * (by_seed**2).sum(axis=1) + weights**2 @ (known - raw - own)
    half = stats.t.ppf(0.5 + CONFIDENCE / 2, max(s - 1, 1)) * np.sqrt(variance.clip(min=0) + beyond.clip(min=0))
    low, high = {"proportion": (0.0, 1.0), "difference": (-1.0, 1.0)}.get(kind, (-np.inf, np.inf))
    return mean.clip(low, high), (mean - half).clip(low, high), (mean + half).clip(low, high)


def covered(where: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Which places of a grid lie among the design points, and near one of them.

    Parameters
    ----------
    where, grid : numpy.ndarray
        Design points and places, 0 to 1 over the range of either factor, shapes (n, 2) and (m, 2).

    Returns
    -------
    numpy.ndarray
        Booleans, shape (m,): within the points' convex hull, and within ``NEAR`` of one. None are
        where the points lie on a line.

    Examples
    --------
    >>> import numpy as np
    >>> corner = np.array([[0.0, 0.0], [0.2, 0.0], [0.0, 0.2], [1.0, 1.0]])
    >>> covered(corner, np.array([[0.1, 0.1], [0.6, 0.6], [1.0, 0.0]])).tolist()
    [True, False, False]
    """
    places = np.unique(where, axis=0)
    try:
        sides = spatial.ConvexHull(places).equations
    except (spatial.QhullError, ValueError):
        return np.zeros(len(grid), dtype=bool)
    return (grid @ sides[:, :2].T + sides[:, 2] <= 1e-9).all(axis=1) & (spatial.KDTree(places).query(grid)[0] <= NEAR)


def _means(
    values: np.ndarray, points: np.ndarray, seeds: np.ndarray, where: np.ndarray, kind: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of each place: mean over its design points, what each seed adds to it (places, seeds), its
    variance as the seeds have it and as it is taken to be, and where it is.
    """
    _, first, point = np.unique(points, return_index=True, return_inverse=True)
    _, seed = np.unique(seeds, return_inverse=True)
    place = _gathered(where[first])
    runs, members = np.bincount(point), np.bincount(place)
    own = np.bincount(point, values) / runs
    outcome = np.bincount(place, own) / members
    n, s = len(members), int(seed.max()) + 1
    into = place[point]
    added = (values - own[point]) / (members[into] * runs[point])
    parts = np.bincount(into * s + seed, added, minlength=n * s).reshape(n, s)
    met = np.bincount(into * s + seed, minlength=n * s).reshape(n, s) > 0
    count = met.sum(axis=1)
    squares = (parts**2).sum(axis=1)
    if kind == "number":
        spread = squares * count**2 / np.maximum(count - 1, 1)
    else:
        low, high = (0.0, 1.0) if kind == "proportion" else (-1.0, 1.0)
        middle = (outcome * count + low + high) / (count + 2)
        around = squares * count**2 + count * (outcome - middle) ** 2
        spread = (around + (low - middle) ** 2 + (high - middle) ** 2) / (count + 1)
    places = np.column_stack([np.bincount(place, where[first, axis]) / members for axis in (0, 1)])
    return outcome, parts, squares * s / max(s - 1, 1), spread.mean() / (count + 2 * (kind != "number")), places


def _gathered(where: np.ndarray) -> np.ndarray:
    """Number of the place of each design point: its own, or where there are many one of as many
    points each.
    """
    _, place = np.unique(where, axis=0, return_inverse=True)
    if place.max() < STRIPS**2:
        return place.ravel()
    gathered = np.empty(len(where), dtype=int)
    strips = np.array_split(np.lexsort((where[:, 1], where[:, 0])), STRIPS)
    for number, strip in enumerate(strips):
        for part, members in enumerate(np.array_split(strip[np.argsort(where[strip, 1], kind="stable")], STRIPS)):
            gathered[members] = number * STRIPS + part
    return gathered
