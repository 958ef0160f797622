"""How many units of a frame end: its rate under each draw, and how likely the count that was seen
is, with an error that all units of a frame share.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from sim.casebook.files import Count, Frame

ERRORS = np.linspace(-4.5, 4.5, 161)
"""Points of the error of a frame, in SDs: close enough for a thousand units, whose count leaves a
rate open by less than a tenth of a logit.
"""
WEIGHTS: np.ndarray = special.log_softmax(stats.norm.logpdf(ERRORS))
"""Log of the weight of each."""


class Rate(NamedTuple):
    """A frame's rate as somebody has it: values, and what each weighs; weights sum to 1."""

    values: np.ndarray
    weights: np.ndarray

    @classmethod
    def alike(cls, values: np.ndarray) -> Rate:
        """Values that weigh alike."""
        return cls(values, np.full(len(values), 1.0 / len(values)))

    @property
    def mean(self) -> float:
        """The weighted mean."""
        return float(self.values @ self.weights)


def seen_share(ended: np.ndarray, count: Count, steps: int = 12) -> np.ndarray:
    """The share of a frame's units that end within its years at risk, by unit of a run: units
    joined at times alike likely between the shortest and longest, and had gone on for some years
    where they were found in use.

    Parameters
    ----------
    ended : numpy.ndarray
        Years until each run ended, infinite where it went on.
    count : Count

    Returns
    -------
    numpy.ndarray, shape (2, runs)
        For each run its weight at the beginning of the count (had it gone on?), and in how much of
        it it ended.
    """
    ages = np.linspace(*count.age, steps if count.age[1] > count.age[0] else 1)
    spans = np.linspace(*count.years, steps if count.years[1] > count.years[0] else 1)
    at_risk = (ended[:, None] > ages).astype(float)
    gone = (at_risk[:, :, None] * (ended[:, None, None] <= ages[:, None] + spans)).mean(2)
    return np.array([at_risk.mean(1), gone.mean(1)])


def chances(runs: pd.DataFrame, count: Count) -> Rate:
    """A frame's rate under each draw of the parameters, smoothed by half a unit each way; a draw
    weighs what its runs do (``weight``).
    """
    opened = runs[runs["opened"]]
    at_risk, gone = seen_share(opened["ended"].to_numpy(), count)
    draw = opened["draw"].to_numpy()
    total = np.bincount(draw, at_risk)
    happened = np.bincount(draw, gone)
    weight = np.zeros(len(total))
    weight[draw] = opened["weight"].to_numpy()
    kept = total > 0
    return Rate((happened[kept] + 0.5) / (total[kept] + 1.0), weight[kept] / max(weight[kept].sum(), 1e-300))


def log_score(rate: Rate, count: Count, sd: float) -> float:
    """Log of the chance of a frame's count: binomial, with a normal error of the logit that all its
    units share, averaged over draws.
    """
    each = _log_pmf(rate.values, count, sd, np.array([count.ended]))[0]
    return float(special.logsumexp(each, b=rate.weights))


def _log_pmf(chance: np.ndarray, count: Count, sd: float, seen: np.ndarray) -> np.ndarray:
    logit = special.logit(np.clip(chance, 1e-9, 1 - 1e-9))[:, None] + sd * ERRORS
    each = stats.binom.logpmf(seen[:, None, None], count.units, special.expit(logit))
    return np.asarray(special.logsumexp(each + WEIGHTS, axis=2))


def fitted_sd(rates: Mapping[str, Rate], counts: Mapping[str, Count]) -> float:
    """The SD of a frame's error that makes the counts likeliest."""
    known = [name for name in counts if np.isfinite(rates[name].values).all()]

    def missed(sd: float) -> float:
        return -sum(log_score(rates[name], counts[name], sd) for name in known)

    return float(optimize.minimize_scalar(missed, bounds=(0.02, 4.0), method="bounded").x) if known else np.nan


def predictive(rate: Rate, count: Count, sd: float, seed: int = 1, size: int = 20000) -> np.ndarray:
    """Draws of a frame's count."""
    draw = np.random.default_rng(seed)
    values = np.clip(draw.choice(rate.values, size, p=rate.weights), 1e-9, 1 - 1e-9)
    logit = special.logit(values) + sd * draw.standard_normal(size)
    return draw.binomial(count.units, special.expit(logit))


def counts_of(frames: Mapping[str, Frame]) -> dict[str, Count]:
    """The count that a frame is scored on: its first: further ones are of the same units."""
    return {name: frame.count[0] for name, frame in frames.items()}
