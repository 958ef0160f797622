"""From likelihoods to draws: weights over the prior, draws of them, and weights of the draws by the
model itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from sim.calibration.beliefs import effective
from sim.calibration.sources import Source
from sim.sweep.local import default_workers
from study.emulator import Emulator


def log_likelihoods(
    sources: Iterable[Source], shares: Mapping[str, np.ndarray], seen: Mapping[str, np.ndarray] | None = None
) -> np.ndarray:
    """Log-likelihood of each source at points, shape (points, sources).

    Parameters
    ----------
    sources : iterable of Source
    shares : mapping
        By source, shares of its categories, shape (points, categories).
    seen : mapping, optional
        By source, counts instead of those on record, shape (observations,).
    """
    return np.column_stack(
        [source.log_likelihood(shares[source.name], None if seen is None else seen[source.name]) for source in sources]
    )


def emulated(emulators: Mapping[str, Emulator], inputs: np.ndarray) -> dict[str, np.ndarray]:
    """Shares of every source at points, by its emulator; sources side by side, in threads."""
    from threadpoolctl import threadpool_limits

    # One thread within each: sums in one order.
    with threadpool_limits(1), ThreadPoolExecutor(default_workers()) as pool:
        return dict(zip(emulators, pool.map(lambda each: each.shares(inputs), emulators.values()), strict=True))


def weights(log_likelihood: np.ndarray, power: float = 1.0) -> np.ndarray:
    """Weights that sum to 1, from log-likelihoods, shape (points,); tempered by a power."""
    moved = power * (log_likelihood - log_likelihood.max())
    found = np.exp(moved)
    return found / found.sum()


def smoothed(counts: np.ndarray, reported: np.ndarray, worth: float) -> np.ndarray:
    """Shares from the model's own counts, with what is reported beforehand worth so many runs.

    Parameters
    ----------
    counts : numpy.ndarray, shape (points, categories)
    told : numpy.ndarray, shape (points, categories)
        Shares by the emulator.
    worth : float
        Runs that what is reported is worth, by its error at points held back.
    """
    return (counts + worth * reported) / (counts.sum(axis=1, keepdims=True) + worth)


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


def contraction(inputs: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """How far each parameter's variance has shrunk from its prior's: 0 not at all, 1 all known.

    Parameters
    ----------
    inputs : numpy.ndarray, shape (points, parameters)
        Standard scores, of variance 1 under the prior.
    weight : numpy.ndarray, shape (points,)
    """
    mean = weight @ inputs
    variance = weight @ (inputs - mean) ** 2
    return 1.0 - variance


def directions(inputs: np.ndarray, weight: np.ndarray, names: Sequence[str]) -> pd.DataFrame:
    """Directions of the parameters' space, from the one that the record informs most.

    The principal axes of the posterior in standard scores of the prior, smallest variance first.

    Returns
    -------
    pandas.DataFrame
        A row per direction: ``variance`` (1 under the prior), ``shift`` (of the mean, in SDs of the
        prior), and a column of weights per parameter.
    """
    mean = weight @ inputs
    centred = inputs - mean
    values, vectors = np.linalg.eigh((centred * weight[:, np.newaxis]).T @ centred)
    table = pd.DataFrame(vectors.T, columns=list(names))
    table.insert(0, "shift", np.abs(mean @ vectors))
    table.insert(0, "variance", values)
    return table


def sensitivity(
    likelihood: np.ndarray, sources: Sequence[Source], inputs: np.ndarray, names: Sequence[str],
    shares: Mapping[str, np.ndarray],
) -> pd.DataFrame:  # fmt: skip
    """What each source, and each prior, does to what the posterior says.

    Parameters
    ----------
    likelihood : numpy.ndarray, shape (points, sources)
        Log-likelihoods at points of the priors.
    sources : sequence of Source
    inputs : numpy.ndarray, shape (points, parameters)
        Standard scores.
    names : sequence of str
        Of the parameters.
    shares : mapping
        By source, at the points.

    Returns
    -------
    pandas.DataFrame
        ``change`` (none; a source left out, or counted twice; a parameter's prior narrowed to the
        power 2, or widened to the power .5: Kallioinen et al. 2024), ``what``, ``effective``
        sample size, and for each source the chance that it ends within its weeks.
    """
    ended = {source.name: 1.0 - shares[source.name][:, source.went_on()] for source in sources}
    whole = likelihood.sum(axis=1)
    changes: list[tuple[str, str, np.ndarray]] = [("none", "", whole)]
    for place, source in enumerate(sources):
        changes.append(("left out", source.name, whole - likelihood[:, place]))
        changes.append(("counted twice", source.name, whole + likelihood[:, place]))
    for place, name in enumerate(names):
        density = -0.5 * inputs[:, place] ** 2
        changes.append(("prior narrowed", name, whole + density))
        changes.append(("prior widened", name, whole - 0.5 * density))
    rows = []
    for change, what, moved in changes:
        weight = weights(moved)
        rows.append(
            {
                "change": change, "what": what, "effective": effective(weight),
                **{name: float(weight @ each) for name, each in ended.items()},
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
