"""What walks and emulators say of the parameters: shares of every source at points, how far each
parameter is informed, and in which directions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from sim.sweep.local import default_workers
from study.emulator import Emulator


def emulated(emulators: Mapping[str, Emulator], inputs: np.ndarray) -> dict[str, np.ndarray]:
    """Shares of every source at points, by its emulator; sources side by side, in threads."""
    from threadpoolctl import threadpool_limits

    # One thread within each: sums in one order.
    with threadpool_limits(1), ThreadPoolExecutor(default_workers()) as pool:
        return dict(zip(emulators, pool.map(lambda each: each.shares(inputs), emulators.values()), strict=True))


def weights(log_weight: np.ndarray) -> np.ndarray:
    """Weights that sum to 1, from their logarithms, shape (points,)."""
    found = np.exp(log_weight - log_weight.max())
    return np.asarray(found / found.sum())


def spread_out(values: np.ndarray) -> np.ndarray:
    """An order of rows in which any few in a row cover the range of a value: rows by rank in van
    der Corput's order.

    Examples
    --------
    >>> spread_out(np.array([0.0, 1.0, 2.0, 3.0])).tolist()
    [0, 2, 1, 3]
    """
    from scipy.stats import qmc

    sequence = qmc.Halton(1, scramble=False).random(len(values))[:, 0]
    return np.argsort(values, kind="stable")[np.argsort(np.argsort(sequence, kind="stable"), kind="stable")]


def contraction(inputs: np.ndarray) -> np.ndarray:
    """How far each parameter's variance has shrunk from its prior's: 0 not at all, 1 all known.

    Parameters
    ----------
    inputs : numpy.ndarray, shape (points, parameters)
        Points of the posterior as standard scores of the priors, where variances were 1.
    """
    return 1.0 - inputs.var(axis=0)


def directions(inputs: np.ndarray, names: Sequence[str]) -> pd.DataFrame:
    """Directions of the parameters' space, from the one that the record informs most.

    The principal axes of the posterior in standard scores of the prior, smallest variance first.

    Returns
    -------
    pandas.DataFrame
        A row per direction: ``variance`` (1 under the prior), ``shift`` (of the mean, in SDs of the
        prior), and a column of weights per parameter.
    """
    values, vectors = np.linalg.eigh(np.cov(inputs.T))
    table = pd.DataFrame(vectors.T, columns=list(names))
    table.insert(0, "shift", np.abs(inputs.mean(axis=0) @ vectors))
    table.insert(0, "variance", values)
    return table
