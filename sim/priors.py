"""Priors of what nobody has measured: the parameters that calibration sets.

Each is a distribution; all other parameters keep their defaults, which move a headline by less than
.055 over their range (``screening.csv``). What is unknown of a case, as its leadership scores, is
with the case, in ``record/``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import stats
from scipy.stats import qmc


def _log(median: float, spread: float) -> Any:
    """Log-normal with a median and a spread of logs."""
    return stats.lognorm(spread, scale=median)


def _between(low: float, high: float) -> Any:
    return stats.uniform(low, high - low)


PRIORS: dict[str, Any] = {
    "families.sensitivity": _log(2.5, 0.3),
    "families.voice_rate": _log(0.04, 0.5),
    "families.contagion": _between(0.0, 12.0),
    "families.attention_amplifies": _between(0.0, 6.0),
    "families.pressure": _log(20.0, 0.6),
    "families.return_rate": stats.beta(1.2, 8.0),
    "families.stake_next": _between(0.2, 0.8),
    "families.inertia": stats.halfnorm(scale=0.08),
    "union.pressure": _log(0.08, 0.7),
    "teachers.demand_weight": _log(0.1, 0.5),
    "board.constituency_exponent": stats.beta(2, 2),
    "board.suspend_below": _between(-0.3, 0.5),
    "board.doubt": _between(0.0, 1.5),
    "board.tolerance_sd": stats.halfnorm(scale=0.3),
    "leaders.sponsorship": _between(0.0, 0.6),
    "leaders.drop": stats.beta(3, 2),
    "funder.weight": _between(0.2, 0.8),
    "board.concede_dose": stats.beta(8, 8),
    "board.recovery": _log(0.06, 0.5),
    "families.threshold": _log(0.1, 0.3),
    "families.mobilisation_kept": stats.beta(8, 2),
    "population.aligned_minority": stats.beta(4, 24),
    "population.aligned_distance": stats.beta(9, 11),
    "population.expectation_sd": _log(0.1, 0.3),
    "leaders.principal_leaves": stats.beta(72, 328),
    "leaders.superintendent_leaves": stats.beta(31, 169),
    "families.voice_spread": _between(0.0, 2.0),
    "families.appeal_weight": _between(0.0, 0.2),
    "families.leaning_mean": _between(-0.1, 0.2),
    "families.leaning_sd": _between(0.0, 0.3),
    "families.habituation": _between(0.0, 0.15),
    "families.grievance": stats.halfnorm(scale=0.2),
    "teachers.lapse": _between(0.0, 2.0),
    "leaders.disappointment": _between(0.0, 2.0),
    "funder.cut": _between(0.0, 1.0),
    "regulator.order": _between(0.0, 0.1),
    "vendor.fault": _between(0.0, 0.06),
}
"""Field -> prior. Spreads are wide on purpose: assumptions all, after the sources that the fields
name. Leaders' turnover is measured (the casebook: 18% of principals, 14 to 17% of superintendents
a year); its priors are as narrow as these counts differ between years and states.
"""

EDGE = 1e-4
"""Quantiles beyond which no point is taken, at either end."""


def points(count: int, seed: int = 1, priors: Mapping[str, Any] = PRIORS) -> list[dict[str, float]]:
    """Points of a scrambled Sobol' sequence through the priors.

    Parameters
    ----------
    count : int
        Points; best a power of 2.
    seed : int
        Of the scrambling.
    priors : mapping
        Field -> distribution.

    Returns
    -------
    list of dict
        Values by dotted field name.
    """
    names = list(priors)
    power = max(0, math.ceil(math.log2(max(count, 1))))
    unit = qmc.Sobol(len(names), rng=np.random.default_rng(seed)).random_base2(power)[:count]
    unit = np.clip(unit, EDGE, 1.0 - EDGE)
    columns = [priors[name].ppf(unit[:, place]) for place, name in enumerate(names)]
    return [dict(zip(names, map(float, row), strict=True)) for row in zip(*columns, strict=True)]
