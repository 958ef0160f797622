"""What a source's runs come to, learned over the parameters: shares of its categories as a smooth
function of a point, from the counts of a wave.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, ndtr, ndtri, softmax

from sim.io.files import write_whole
from sim.priors import EDGE, PRIORS
from sim.sweep.local import default_workers
from study.waves import Counted

HELD_BACK = 8
"""One point in so many of each wave is kept from the emulators."""

NETWORKS = 8
"""Networks that are averaged, each from another start."""


def scores(points: pd.DataFrame, priors: Mapping[str, Any] = PRIORS) -> np.ndarray:
    """Points as standard scores of the priors, shape (points, parameters): what is learned from is
    standard normal before any record.
    """
    return np.column_stack(
        [
            ndtri(np.clip(priors[str(name)].cdf(points[name].to_numpy()), EDGE / 2, 1.0 - EDGE / 2))
            for name in points.columns
        ]
    )


def at_scores(inputs: np.ndarray, priors: Mapping[str, Any] = PRIORS) -> pd.DataFrame:
    """Points at standard scores of the priors, shape (points, parameters), a column for each."""
    shares = np.clip(ndtr(inputs), EDGE / 2, 1.0 - EDGE / 2)
    return pd.DataFrame({name: prior.ppf(shares[:, place]) for place, (name, prior) in enumerate(priors.items())})


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
    networks : int
        How many are averaged.
    """

    def __init__(self, inputs: np.ndarray, counts: np.ndarray, seed: int = 1, networks: int = NETWORKS) -> None:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPClassifier
        from threadpoolctl import threadpool_limits

        self.categories = counts.shape[1]
        rows, labels = np.nonzero(counts)
        weights = counts[rows, labels]
        self._networks: list[Any] = []
        for number in range(networks):
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
        found[:, self.labels] += np.mean([_said(network, inputs) for network in self._networks], axis=0)
        return found / found.sum(axis=1, keepdims=True)


def _said(network: Any, inputs: np.ndarray) -> np.ndarray:
    """What a network says, as its own ``predict_proba`` does, whose checks of its input take longer
    than a few points do.
    """
    layer, layers = inputs, list(zip(network.coefs_, network.intercepts_, strict=True))
    for weights, bias in layers[:-1]:
        layer = np.maximum(layer @ weights + bias, 0.0)
    weights, bias = layers[-1]
    last = layer @ weights + bias
    if last.shape[1] == 1 and len(network.classes_) == 2:
        yes = expit(last)
        return np.hstack([1.0 - yes, yes])
    return np.asarray(softmax(last, axis=1))


class Fit(NamedTuple):
    """How well an emulator does at points held back.

    ``error``: root mean square of share minus emulated share beyond what so few runs leave.
    ``explained``: share of the variance between points, noise taken out, that it explains.
    ``worth``: runs at a point that would tell its shares as well as the emulator does.
    """

    error: float
    explained: float
    worth: float


def check(emulator: Emulator, inputs: np.ndarray, counts: Counted) -> Fit:
    """Compare an emulator with runs at points that it was not made from.

    Figures are over all categories. The noise of few runs is taken out, by the variance of their
    own weights; points at which fewer than two runs opened say nothing.
    """
    met = counts.weights.sum(axis=1) > 1.5
    inputs, counts = inputs[met], counts.at(met)
    runs = counts.weights.sum(axis=1, keepdims=True)
    shares, reported = counts.weights / runs, emulator.shares(inputs)
    noise = float(((counts.squares / runs - shares**2) / (runs - 1.0)).mean(axis=0).sum())
    missed = float(((shares - reported) ** 2).mean(axis=0).sum()) - noise
    spread = float(shares.var(axis=0).sum()) - noise
    one_run = float((counts.squares / runs - shares**2).mean(axis=0).sum())
    missed = max(missed, one_run / MOST_WORTH, 1e-12)
    return Fit(float(np.sqrt(missed / shares.shape[1])), 1.0 - missed / max(spread, 1e-12), one_run / missed)


class Learned:
    """Emulators of all sources from the waves so far, made when they are first asked for, and
    checked on points held back from the last wave of each source.

    Parameters
    ----------
    out : pathlib.Path
        Folder, in which the check is written.
    seed : int
    workers : int, optional
        Processes; one per processor by default.
    networks : int
        Networks that each averages.
    """

    def __init__(self, out: Path, seed: int, workers: int | None = None, networks: int = NETWORKS) -> None:
        self.out, self.seed, self.workers, self.networks = out, seed, workers or default_workers(), networks
        self._waves: dict[str, list[tuple[np.ndarray, Counted]]] = {}
        self._made: dict[str, Emulator] = {}
        self._fits: dict[str, Fit] = {}

    def add(self, inputs: np.ndarray, counts: dict[str, Counted]) -> None:
        """Take in one wave more: its points as standard scores, and what its runs came to."""
        for source, each in counts.items():
            self._waves.setdefault(source, []).append((inputs, each))
            self._made.pop(source, None)

    @property
    def emulators(self) -> dict[str, Emulator]:
        """By source."""
        new = {source: _kept(waves) for source, waves in self._waves.items() if source not in self._made}
        if new:
            self._made |= _made(new, self.seed, self.workers, self.networks)
            self._fits |= {source: _checked(self._made[source], *self._waves[source][-1]) for source in new}
            fits = [{"source": source, **self._fits[source]._asdict()} for source in self._waves]
            write_csv(self.out, "emulators", pd.DataFrame(fits))
        return {source: self._made[source] for source in self._waves}

    @property
    def worth(self) -> dict[str, float]:
        """How many runs at a point each emulator is worth."""
        return {source: self._fits[source].worth for source in self.emulators}


def _kept(waves: list[tuple[np.ndarray, Counted]]) -> tuple[np.ndarray, np.ndarray]:
    """Points and counts of all waves of a source, but for those held back."""
    rows = [np.arange(len(inputs)) % HELD_BACK != 0 for inputs, _ in waves]
    return (
        np.concatenate([inputs[kept] for kept, (inputs, _) in zip(rows, waves, strict=True)]),
        np.concatenate([counts.weights[kept] for kept, (_, counts) in zip(rows, waves, strict=True)]),
    )


def _checked(emulator: Emulator, inputs: np.ndarray, counts: Counted) -> Fit:
    held = np.arange(len(inputs)) % HELD_BACK == 0
    return check(emulator, inputs[held], counts.at(held))


def _made(
    known: dict[str, tuple[np.ndarray, np.ndarray]], seed: int, workers: int, networks: int
) -> dict[str, Emulator]:
    """Emulators, in processes of their own where there are several workers."""
    make = partial(_emulator, seed, networks)
    if workers == 1:
        return {source: make(each) for source, each in known.items()}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return dict(zip(known, pool.map(make, known.values(), chunksize=2), strict=True))


def _emulator(seed: int, networks: int, known: tuple[np.ndarray, np.ndarray]) -> Emulator:
    return Emulator(*known, seed, networks)


def write_csv(out: Path, name: str, table: pd.DataFrame) -> None:
    """Write a table beside the waves."""
    write_whole(out / f"{name}.csv", table.to_csv(index=False).encode())
