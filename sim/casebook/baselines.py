"""What costs nothing: predictions of cases and frames that need no simulation.

Each is made for a programme from the *other* programmes only, so that none has seen what it
predicts. A model is worth what it adds to these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from sim.casebook.concordance import Pairs, compared
from sim.casebook.files import Case, Code, Frame, Reading
from sim.casebook.rubric import Field, fields

FOUR = ("chooses", "above", "departure", "outside")
"""The four features of the small ridge: who chooses, whether an order stands behind it, how far it
departs from the usual school, how much outside money pays for it.
"""
ORDINAL = {
    "chooses": {"mandatory": 0.0, "opt_out": 0.5, "opt_in": 1.0},
    "above": {"none": 0.0, "allowed": 0.0, "encouraged": 0.5, "required": 1.0},
}
"""Categories that are steps of a scale."""
PENALTY = 1.0
"""Of the ridge, on standardised features: a prior SD of 1 for a coefficient."""


def features(readings: Sequence[Mapping[str, Code]], names: Sequence[str] | None = None) -> dict[str, float]:
    """The coded facts of a case as numbers: the mean over readings; what is not coded is as usual,
    or in the middle of what is unknown.

    Parameters
    ----------
    readings : sequence of mapping
    names : sequence of str, optional
        Fields; all by default. Categories that are no scale become one number each, 0 or 1.

    Examples
    --------
    >>> features([], FOUR)["departure"]
    0.4
    """
    found: dict[str, float] = {}
    for name in names or fields():
        field = fields()[name]
        coded = [each[name].value for each in readings if name in each] or [_default(field)]
        if field.name in ORDINAL:
            found[name] = float(np.mean([ORDINAL[name][value] for value in coded]))
        elif field.is_text:
            for each in field.accepted:
                found[f"{name}.{each}"] = float(np.mean([each == value or each in _listed(value) for value in coded]))
        else:
            value = float(np.mean([np.mean(each) for each in coded]))
            found[name] = float(np.log1p(value)) if field.kind == "count" else value
    return found


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _default(field: Field) -> object:
    if field.usual is not None:
        return field.usual
    if field.kind == "choices":
        return list(field.unknown)
    return field.unknown[0] if field.is_text else float(np.mean(field.unknown))


def heuristic(readings: Sequence[Mapping[str, Code]]) -> float:
    """The one-line rule: what departs more from usual and is not chosen ends sooner."""
    coded = features(readings, ("departure", "chooses"))
    return coded["departure"] * (1.5 - coded["chooses"])


def rating(readings: Sequence[Reading]) -> float:
    """The readers' own chance that it ends within five years; NaN where none gave one."""
    given = [each.risk_thought for each in readings if each.risk_thought is not None]
    return float(np.mean(given)) if given else np.nan


def left_out(
    predict: Callable[[np.ndarray, np.ndarray], np.ndarray], groups: Sequence[str], pairs: Pairs
) -> np.ndarray:
    """Which of two cases has the higher risk, by a prediction that has seen neither's programme.

    Both cases of a pair get their risk from one fit: leaving out one alone would push its
    prediction away from what happened to it.

    Parameters
    ----------
    predict : callable
        From which cases may be seen and which are asked, both by place or as a mask, to their
        risks.
    groups : sequence of str
        The programme of each case.
    pairs : Pairs

    Returns
    -------
    numpy.ndarray, shape (pairs,)
        See :func:`sim.casebook.concordance.compared`.
    """
    group, fits = np.array(groups), dict[frozenset[str], np.ndarray]()
    found = np.full((len(pairs.years), 2), np.nan)
    for number, pair in enumerate(zip(pairs.ended, pairs.sustained, strict=True)):
        out = frozenset(group[list(pair)].tolist())
        if out not in fits:
            fits[out] = predict(~np.isin(group, list(out)), np.arange(len(group)))
        found[number] = fits[out][list(pair)]
    return compared(found[:, 0], found[:, 1])


def ridge_of(table: pd.DataFrame, met: np.ndarray, used: np.ndarray) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A logistic ridge of an event on features, for :func:`left_out`.

    Parameters
    ----------
    table : pandas.DataFrame
        Features, a row per case.
    met : numpy.ndarray of bool
        Whether each met the event.
    used : numpy.ndarray of bool
        The cases that a fit may see.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def predict(seen: np.ndarray, asked: np.ndarray) -> np.ndarray:
        fitted = seen & used
        if len(np.unique(met[fitted])) < 2:
            return np.full(len(asked), np.nan)
        made = make_pipeline(StandardScaler(), LogisticRegression(C=PENALTY)).fit(table[fitted], met[fitted])
        return np.asarray(made.predict_proba(table.iloc[asked])[:, 1])

    return predict


def rate_of(kind: Sequence[str], met: np.ndarray, used: np.ndarray) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """The share of the same kind that met an event, for :func:`left_out`; of all where none is."""
    kinds = np.array(kind)

    def predict(seen: np.ndarray, asked: np.ndarray) -> np.ndarray:
        fitted = seen & used
        alike = [fitted & (kinds == kinds[place]) for place in asked]
        return np.array([met[each if each.any() else fitted].mean() if fitted.any() else np.nan for each in alike])

    return predict


def hazards(frames: Mapping[str, Frame], alike: Callable[[Frame], object] = lambda _: None) -> dict[str, float]:
    """A yearly hazard for each frame from the other programmes' frames: endings over years at risk,
    frames of the same design alone where ``alike`` says so, each frame counted once.
    """
    found = {}
    for name, frame in frames.items():
        others = [each for each in frames.values() if each.frame.programme != frame.frame.programme]
        pooled = [each for each in others if alike(each) == alike(frame)] or others
        found[name] = float(np.exp(np.mean([np.log(hazard(each)) for each in pooled])))
    return found


def hazard(frame: Frame) -> float:
    """A frame's yearly hazard by its first count: endings (half a one more) over years at risk."""
    count = frame.count[0]
    return (count.ended + 0.5) / ((count.units - count.ended / 2.0) * float(np.mean(count.years)))


def ridge_hazards(frames: Mapping[str, Frame]) -> dict[str, float]:
    """A yearly hazard for each frame by a ridge on four features, from other programmes."""
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    names = list(frames)
    table = pd.DataFrame([features([frames[name].codes], FOUR) for name in names], index=names)
    logged = np.log([hazard(frames[name]) for name in names])
    group = np.array([frames[name].frame.programme for name in names])
    found = {}
    for number, name in enumerate(names):
        others = group != group[number]
        if not others.any():
            found[name] = np.nan
            continue
        made = make_pipeline(StandardScaler(), Ridge(alpha=1.0 / PENALTY)).fit(table[others], logged[others])
        found[name] = float(np.exp(made.predict(table.iloc[[number]])[0]))
    return found


def most_common(cases: Mapping[str, Case]) -> dict[str, pd.Series]:
    """For each ended or adapted case, how the other programmes' first causes are shared out."""
    found = {}
    for name, case in cases.items():
        others = [
            each.outcome.first_cause
            for each in cases.values()
            if each.outcome and each.outcome.first_cause and each.case.programme != case.case.programme
        ]
        found[name] = pd.Series(others, dtype=object).value_counts(normalize=True)
    return found
