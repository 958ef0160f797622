"""What the posterior is worth: its fit to each observation, and its forecasts of each case made
without that case, scored beside what costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.beliefs import effective
from sim.calibration.similar import departure, led
from sim.calibration.sources import Observation, Source, variants
from sim.draws import Draws
from sim.statistics.quantities import HEADLINE
from study.posterior import smoothed
from study.waves import wave

MILESTONES = (18, 36, 72, 108)
"""Weeks by which a case is forecast to be discontinued: half a year, one, two and three years."""

SEEDS = {"fit": 70_000_000, "forecast": 80_000_000}
"""First seeds: none that the calibration used."""

RESAMPLES = 4000
"""Bootstrap samples of cases behind an interval of a score."""

DRAWN = "draws of the posterior"
"""What a chance is the mean over."""

EDGE = 0.02
"""Chances are kept so far from 0 and 1 before their logarithm is taken."""


class School(NamedTuple):
    """A school of a case, with what is known of it at the start and what became of it.

    ``features``: mean achievement, whether mandatory, mean leadership score, and how far the
    programme is from the usual class, 0 to 1. ``ended``: by each milestone, NaN where not known.
    """

    case: str
    features: np.ndarray
    ended: np.ndarray


def schools(sources: Sequence[Source]) -> list[School]:
    """The schools of all cases."""
    return [
        School(source.name, _features(source), np.array([_number(outcome.by(week)) for week in MILESTONES]))
        for source in sources
        for outcome in source.outcomes
    ]


def _number(known: bool | None) -> float:
    return np.nan if known is None else float(known)


def _features(source: Source) -> np.ndarray:
    scenario = variants(source)[0].scenario
    mandatory = float(scenario.design.assignment == "mandatory")
    return np.array([scenario.population.achievement_mean, mandatory, led(scenario), departure(scenario)])


# --- fit ----------------------------------------------------------------------------------------


def fitted(sources: Sequence[Source], counts: Mapping[str, np.ndarray], seed: int = 1) -> pd.DataFrame:
    """How each observation sits in what the posterior predicts, worst first.

    Parameters
    ----------
    sources : sequence of Source
    counts : mapping
        By source, of runs at the draws, shape (draws, categories).
    seed : int
        Of the draws of counts.

    Returns
    -------
    pandas.DataFrame
        ``source, observation`` (the event), ``week`` (by when), ``denominator, n`` (draws),
        ``seen`` (share, or whether), ``worth`` (its effective number),
        ``predicted`` (mean chance), ``lower, upper`` (80% of draws), ``tail`` (chance under the
        posterior predictive of a count at least as far to its side, 0 to 1: small is a misfit).
    """
    draw = np.random.default_rng(seed)
    rows = []
    for source in sources:
        shares = counts[source.name] / np.maximum(counts[source.name].sum(axis=1, keepdims=True), 1.0)
        chances = source.chances(shares)
        for place, each in enumerate(source.observations):
            text = chances[:, place]
            rows.append(
                {
                    "source": source.name, "observation": each.words, "week": source.weeks, "denominator": DRAWN,
                    "n": len(text), "seen": each.seen / each.of, "worth": each.of,
                    "predicted": text.mean(), "lower": np.quantile(text, 0.1), "upper": np.quantile(text, 0.9),
                    "tail": _tail(each, text, draw),
                }
            )  # fmt: skip
    return pd.DataFrame(rows).sort_values("tail", ignore_index=True)


def _tail(observation: Observation, chances: np.ndarray, draw: np.random.Generator) -> float:
    """Two-sided, at most 1; half of the chance of just what was seen counts as beyond it."""
    many = np.repeat(chances, 40)
    counts = draw.binomial(round(observation.of), np.clip(many, 0.0, 1.0))
    seen = round(observation.seen)
    below, above = (counts < seen).mean(), (counts > seen).mean()
    same = 1.0 - below - above
    return float(min(1.0, 2.0 * min(below + 0.5 * same, above + 0.5 * same)))


# --- forecasts ----------------------------------------------------------------------------------


def without(source: Source, counts: np.ndarray) -> np.ndarray:
    """Weights of the posterior's draws once a source is left out: one over its likelihood.

    Parameters
    ----------
    source : Source
    counts : numpy.ndarray, shape (draws, categories)
        Of its runs at the draws.
    """
    reported = np.broadcast_to(counts.sum(axis=0) / counts.sum(), counts.shape)
    found = np.exp(-source.log_likelihood(smoothed(counts, reported, 4.0)))
    return found / found.sum()


def by_week(source: Source) -> Source:
    """A case followed through all milestones, in spans between them."""
    same = Observation(words="went on", numerator=(0.0,) * 4 + (1.0,), denominator=(1.0,) * 5, seen=0.0, of=1.0)
    return source.model_copy(
        update={
            "name": f"{source.name}_by_week", "weeks": max(MILESTONES), "spans": MILESTONES, "on_record": None,
            "ending": "", "observations": (same,), "effort": 1.0,
        }
    )  # fmt: skip


def forecasts(
    sources: Sequence[Source], counts: Mapping[str, np.ndarray], ahead: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """Forecasts of every school of every case by each milestone, made without the case.

    Parameters
    ----------
    sources : sequence of Source
    counts : mapping
        By source, as for :func:`fitted`.
    ahead : mapping
        By case, of runs followed through all milestones, shape (draws, milestones + 1).

    Returns
    -------
    pandas.DataFrame
        ``case, school, event, week, denominator, ended`` (0 or 1), a column for each forecaster
        with its chance: ``model``, ``base rate`` (of the schools of other cases, one added to
        either side), ``logistic`` (regression on their coded features), ``heuristic`` (.9 where
        achievement is above the nation's and it is mandatory, from the first year's end on; else
        .1); and ``effective``, the sample size of the draws without the case.
    """
    known = schools(sources)
    rows = []
    for source in [each for each in sources if each.outcomes]:
        weight = without(source, counts[source.name])
        runs = ahead[source.name]
        chance = np.cumsum(weight @ (runs / runs.sum(axis=1, keepdims=True)))[:-1]
        others = [school for school in known if school.case != source.name]
        for number, school in enumerate([each for each in known if each.case == source.name], 1):
            for place, week in enumerate(MILESTONES):
                if np.isnan(school.ended[place]):
                    continue
                rows.append(
                    {
                        "case": source.name, "school": number, "event": HEADLINE, "week": week,
                        "denominator": f"{DRAWN}, weighed without the case", "ended": school.ended[place],
                        "model": float(chance[place]), **_without_model(school, others, place),
                        "effective": effective(weight),
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def _without_model(school: School, others: Sequence[School], place: int) -> dict[str, float]:
    """What costs nothing says of a school by a milestone."""
    reported = [other for other in others if not np.isnan(other.ended[place])]
    ended = np.array([other.ended[place] for other in reported])
    rate = (ended.sum() + 1.0) / (len(ended) + 2.0)
    sign = school.features[0] > 0.0 and school.features[1] == 1.0 and MILESTONES[place] >= 36
    return {
        "base rate": float(rate),
        "logistic": _logistic(np.array([other.features for other in reported]), ended, school.features, float(rate)),
        "heuristic": 0.9 if sign else 0.1,
    }


def _logistic(features: np.ndarray, ended: np.ndarray, asked: np.ndarray, rate: float) -> float:
    if len(set(ended)) < 2:
        return rate
    from sklearn.linear_model import LogisticRegression

    return float(LogisticRegression().fit(features, ended).predict_proba(asked[np.newaxis])[0, 1])


FORECASTERS = ("model", "base rate", "logistic", "heuristic")

SCORES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "Brier": lambda chance, ended: (chance - ended) ** 2,
    "log": lambda chance, ended: -np.log(
        np.clip(np.where(ended == 1.0, chance, 1.0 - chance), EDGE, 1.0)
    ),
}  # fmt: skip
"""Scores of a forecast: 0 is perfect, more is worse."""


def scored(table: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """Scores of each forecaster, with intervals over cases.

    Parameters
    ----------
    table : pandas.DataFrame
        As of :func:`forecasts`.
    seed : int
        Of the bootstrap, which draws whole cases: schools and weeks of one are not apart.

    Returns
    -------
    pandas.DataFrame
        ``score, forecaster, event, week`` (the last), ``denominator, value, lower, upper`` (95%),
        ``difference, difference_lower, difference_upper`` (from the model's: above 0 the model is
        better), ``says`` (better, worse or uninformative), ``cases, n``.
    """
    draw = np.random.default_rng(seed)
    cases = table["case"].unique()
    picked = draw.integers(0, len(cases), (RESAMPLES, len(cases)))
    rows: list[dict[str, Any]] = []
    for name, score in SCORES.items():
        own = {who: score(table[who].to_numpy(), table["ended"].to_numpy()) for who in FORECASTERS}
        sums = {
            who: np.array([values[(table["case"] == case).to_numpy()].sum() for case in cases])
            for who, values in own.items()
        }
        sizes = np.array([(table["case"] == case).sum() for case in cases])
        means = {who: each[picked].sum(axis=1) / sizes[picked].sum(axis=1) for who, each in sums.items()}
        for who in FORECASTERS:
            apart = means[who] - means["model"]
            low, high = np.quantile(apart, [0.025, 0.975])
            says = "better" if low > 0.0 else "worse" if high < 0.0 else "uninformative"
            rows.append(
                {
                    "score": name, "forecaster": who, "event": HEADLINE, "week": max(MILESTONES),
                    "denominator": "forecasts of a school by a week", "value": own[who].mean(),
                    "lower": np.quantile(means[who], 0.025), "upper": np.quantile(means[who], 0.975),
                    "difference": own[who].mean() - own["model"].mean(), "difference_lower": low,
                    "difference_upper": high, "says": "" if who == "model" else says,
                    "cases": len(cases), "n": len(table),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


class Validation(NamedTuple):
    """Fit, forecasts and scores: see :func:`fitted`, :func:`forecasts` and :func:`scored`."""

    fit: pd.DataFrame
    forecasts: pd.DataFrame
    scores: pd.DataFrame


def validate(
    folder: Path, draws: Draws, sources: Sequence[Source], runs: tuple[int, int] = (32, 64), workers: int | None = None
) -> Validation:
    """Run the record at the draws and score it.

    Parameters
    ----------
    folder : Path
        Where runs are kept, so that what was interrupted goes on.
    draws : Draws
        Of the posterior, alike in weight.
    sources : sequence of Source
    runs : tuple of int
        Runs at a draw, of a case and of a rate.
    workers : int, optional
        Threads.
    """
    points = pd.DataFrame(dict(draws.values))
    each = {source.name: max(2, round(source.effort * runs[0 if source.case else 1])) for source in sources}
    counts = wave(folder / "fit", points, each, sources, SEEDS["fit"], workers)
    followed = [by_week(source) for source in sources if source.outcomes]
    few = {source.name: max(2, runs[0] // 2) for source in followed}
    ahead = wave(folder / "forecast", points, few, followed, SEEDS["forecast"], workers)
    reported = forecasts(sources, counts, {name.removesuffix("_by_week"): each for name, each in ahead.items()})
    return Validation(fitted(sources, counts), reported, scored(reported))
