"""Whether posteriors are what they say: simulation-based calibration (Talts et al. 2018) and TARP
coverage (Lemos et al. 2023) on records made up from known parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from sim.calibration.beliefs import effective
from sim.calibration.sources import Source
from study.posterior import log_likelihoods, weights

BINS = 10
"""Bins of a rank histogram."""


class Coverage(NamedTuple):
    """What the checks found.

    ``ranks``: shape (records, parameters), each 0 to 1, alike if posteriors are right. ``levels``:
    of TARP, a credibility for each record, alike likewise. ``recovered``: true values' standard
    scores beside posterior means, shape (2, records, parameters). ``effective``: sample size of
    each posterior.
    """

    ranks: np.ndarray
    levels: np.ndarray
    recovered: np.ndarray
    effective: np.ndarray


def made_up(sources: Sequence[Source], counts: Mapping[str, np.ndarray], seed: int) -> list[dict[str, np.ndarray]]:
    """Records made up at points, drawn at the chances that the model's own runs give there.

    Parameters
    ----------
    sources : sequence of Source
    counts : mapping
        By source, of runs at the points, shape (points, categories): several times as many as an
        observation is worth, as their own error adds to the draw's.
    seed : int
        Of the draws.

    Returns
    -------
    list of dict
        For each point, by source, what was seen, shape (observations,).
    """
    draw = np.random.default_rng(seed)
    seen = {}
    for source in sources:
        runs = counts[source.name]
        chances = source.chances(runs / np.maximum(runs.sum(axis=1, keepdims=True), 1.0))
        of = np.array([round(each.of) for each in source.observations])
        seen[source.name] = draw.binomial(of, np.clip(chances, 0.0, 1.0)).astype(float)
    points = len(next(iter(seen.values())))
    return [{name: each[point] for name, each in seen.items()} for point in range(points)]


def covered(
    sources: Sequence[Source], records: Sequence[Mapping[str, np.ndarray]], truth: np.ndarray,
    inputs: np.ndarray, shares: Mapping[str, np.ndarray], seed: int,
) -> Coverage:  # fmt: skip
    """Posteriors of made-up records, against what made them.

    Parameters
    ----------
    sources, records
        As of :func:`made_up`.
    truth : numpy.ndarray, shape (records, parameters)
        Standard scores of what made each.
    inputs : numpy.ndarray, shape (points, parameters)
        Points of the prior, standard scores, and ``shares`` at them by source.
    seed : int
        Of ties and of TARP's reference points.
    """
    draw = np.random.default_rng(seed)
    reference = draw.standard_normal(truth.shape)
    ranks, levels, means, sizes = [], [], [], []
    for number, seen in enumerate(records):
        weight = weights(log_likelihoods(sources, shares, seen).sum(axis=1))
        ranks.append(weight @ (inputs < truth[number]))
        far = np.linalg.norm(inputs - reference[number], axis=1)
        levels.append(float(weight @ (far < np.linalg.norm(truth[number] - reference[number]))))
        means.append(weight @ inputs)
        sizes.append(effective(weight))
    return Coverage(np.array(ranks), np.array(levels), np.stack([truth, np.array(means)]), np.array(sizes))


def reported(names: Sequence[str], found: Coverage) -> pd.DataFrame:
    """The checks by parameter, and TARP's as a row of its own.

    Returns
    -------
    pandas.DataFrame
        ``quantity, p`` (of a Kolmogorov-Smirnov test that ranks are uniform), ``low, high`` (share
        of ranks below .1 and above .9), ``recovery`` (correlation of posterior mean with truth),
        ``n``.
    """
    rows = []
    for place, name in enumerate(names):
        ranks = found.ranks[:, place]
        truth, mean = found.recovered[:, :, place]
        rows.append({"quantity": name, **_uniform(ranks), "recovery": float(np.corrcoef(truth, mean)[0, 1])})
    rows.append({"quantity": "TARP, all parameters together", **_uniform(found.levels), "recovery": np.nan})
    return pd.DataFrame(rows)


def _uniform(ranks: np.ndarray) -> dict[str, float]:
    return {
        "p": float(stats.kstest(ranks, "uniform").pvalue),
        "low": float((ranks < 0.1).mean()),
        "high": float((ranks > 0.9).mean()),
        "n": len(ranks),
    }
