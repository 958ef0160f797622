"""What a source's runs come to, learned over the parameters: shares of its categories as a smooth
function of a point, from the counts of a wave.
"""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from sim.priors import EDGE, PRIORS

NETWORKS = 8
"""Networks that are averaged, each from another start."""


def scores(points: pd.DataFrame) -> np.ndarray:
    """Points as standard scores of the priors, shape (points, parameters): what is learned from is
    standard normal before any record.
    """
    return np.column_stack(
        [
            ndtri(np.clip(PRIORS[str(name)].cdf(points[name].to_numpy()), EDGE / 2, 1.0 - EDGE / 2))
            for name in points.columns
        ]
    )


MOST_WORTH = 1000.0
"""Runs that an emulator is taken to be worth at the most: a check on few points can flatter it."""

CHUNK = 2**17
"""Points that are emulated at a time, so that memory stays flat."""


class Emulator:
    """Shares of the categories of one source.

    Parameters
    ----------
    inputs : numpy.ndarray, shape (points, parameters)
        Standard scores.
    counts : numpy.ndarray, shape (points, categories)
        Of a wave.
    seed : int
        Of the networks' starts.
    """

    def __init__(self, inputs: np.ndarray, counts: np.ndarray, seed: int = 1) -> None:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPClassifier
        from threadpoolctl import threadpool_limits

        self.categories = counts.shape[1]
        rows, labels = np.nonzero(counts)
        weights = counts[rows, labels]
        self._networks: list[Any] = []
        for number in range(NETWORKS):
            network = MLPClassifier(
                (64, 32), alpha=0.3, batch_size=min(512, len(rows)), learning_rate_init=2e-3, max_iter=30, tol=0.0,
                n_iter_no_change=30, random_state=seed + number,
            )  # fmt: skip
            # So many rounds are meant: more would learn the noise. One thread: sums in one order.
            with warnings.catch_warnings(), threadpool_limits(1):
                warnings.simplefilter("ignore", ConvergenceWarning)
                network.fit(inputs[rows], labels, sample_weight=weights / weights.mean())
            self._networks.append(network)
        self.labels = self._networks[0].classes_

    def shares(self, inputs: np.ndarray) -> np.ndarray:
        """Shares at points, shape (points, categories)."""
        if len(inputs) > CHUNK:
            chunks = range(0, len(inputs), CHUNK)
            return np.concatenate([self.shares(inputs[start : start + CHUNK]) for start in chunks])
        found = np.full((len(inputs), self.categories), 1e-6)
        found[:, self.labels] += np.mean([network.predict_proba(inputs) for network in self._networks], axis=0)
        return found / found.sum(axis=1, keepdims=True)


class Fit(NamedTuple):
    """How well an emulator does at points held back.

    ``error``: root mean square of share minus emulated share beyond what so few runs leave.
    ``explained``: share of the variance between points, noise taken out, that it explains.
    ``worth``: runs at a point that would tell its shares as well as the emulator does.
    """

    error: float
    explained: float
    worth: float


def check(emulator: Emulator, inputs: np.ndarray, counts: np.ndarray) -> Fit:
    """Compare an emulator with counts at points that it was not made from.

    Both figures are over all categories, each run's noise taken out.
    """
    runs = counts.sum(axis=1, keepdims=True)
    shares, reported = counts / runs, emulator.shares(inputs)
    noise = float((shares * (1.0 - shares) / np.maximum(runs - 1.0, 1.0)).mean(axis=0).sum())
    missed = float(((shares - reported) ** 2).mean(axis=0).sum()) - noise
    spread = float(shares.var(axis=0).sum()) - noise
    one_run = float((reported * (1.0 - reported)).mean(axis=0).sum())
    missed = max(missed, one_run / MOST_WORTH)
    return Fit(float(np.sqrt(missed / counts.shape[1])), 1.0 - missed / max(spread, 1e-12), one_run / missed)
