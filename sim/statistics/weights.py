"""Weighted samples: how many alike ones they are worth, and drawing from them."""

from __future__ import annotations

import numpy as np


def effective(weight: np.ndarray) -> float:
    """Return the effective sample size of weights (Kish).

    Examples
    --------
    >>> round(effective(np.array([0.25, 0.25, 0.25, 0.25])), 6)
    4.0
    """
    return float(weight.sum() ** 2 / (weight**2).sum())


def resampled(weight: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return rows drawn in proportion to weights, systematically: each as often as its share.

    Examples
    --------
    >>> np.bincount(resampled(np.array([0.5, 0.25, 0.25]), 8, 1)).tolist()
    [4, 2, 2]
    """
    start = np.random.default_rng(seed).random()
    steps = (np.arange(count) + start) / count
    return np.minimum(np.searchsorted(np.cumsum(weight) / weight.sum(), steps), len(weight) - 1)
