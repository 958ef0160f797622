"""``sim.score``: any set of parameters, held against the casebook.

Frames say how many; cases say which, when and why. Each figure has beside it what costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from sim.casebook import baselines
from sim.casebook.concordance import BAND_NAMES, Pairs, band_of, compared, concordances, pairs_of
from sim.casebook.drawing import codes_of
from sim.casebook.files import Case, Casebook, Frame, open_casebook
from sim.casebook.frame_rates import Rate, chances, counts_of, fitted_sd, log_score, predictive
from sim.casebook.left_out import left_out
from sim.casebook.runs import (
    CONTEXTS,
    cases_of,
    followed,
    frames_of,
    horizon,
    runs_of,
    start_of,
    thinned,
    thinned_rows,
    year_of,
)
from sim.draws import Draws, draws_named
from sim.parties.board.endings import CAUSES
from sim.statistics.weights import effective

MILESTONES = (1.0, 3.0, 5.0)
"""Years by which a case's risk is told."""
FOR_A_FRAME = 4
"""Runs of a frame for each of a case: its units differ."""
MODEL = "model"
SEEN = "model, fitted to them"
CLOSER = 0.7
"""SD of a population's error over that of one rate for all, from which the model's rates are called
closer, where their log score is better too.
"""
WARNING = (
    "Most cases were found because of how they went: the share of them that ended is no base rate, and is used as none."
)
FIT = "These parameters are the posterior's own, with no programme left out: on its casebook this is a fit, no test."
ALL, WITHIN, UNRECOGNISED = "all pairs", "same programme and design", "all pairs, place not recognised"
PREDICTORS = {
    MODEL: "the model's risk by the time the ended one ended; of what the posterior was fitted to, each programme by "
    "draws weighed as if it were not on record",
    SEEN: "the same by the posterior as it is: a fit, and no test",
    "rate per design": "the share that ended of other programmes' cases of that design",
    "one-line rule": "departure from the usual school, the more so the less it is chosen",
    "ridge, four features": "logistic ridge on who chooses, an order, departure, outside money; other programmes",
    "ridge, all codes": "logistic ridge on all coded facts; other programmes (a ceiling test)",
    "reader's rating": "the coders' own chance of an ending, from the same page (a ceiling test)",
    "how it was found": "whether it was found in news of a controversy (what selection alone ranks)",
}
"""What ranks cases, in words."""


class Score(NamedTuple):
    """How a set of parameters does on a casebook.

    Attributes
    ----------
    cases : pandas.DataFrame
        A row per case: ``case, programme, design, state, followed`` (years), ``recognised,
        opened``, ``risk_1, risk_3, risk_5`` (chance that nobody takes part any more, of runs that
        opened; NaN where it is not followed as long), ``risk`` (by the time it was followed to),
        ``runs``.
    ranks : pandas.DataFrame
        ``pairs_of, predictor, concordance, lower, upper`` (95%, bootstrap over cases), ``pairs,
        ended, sustained``, and less the model's: ``less_first, less_lower, less_upper``.
    timing : pandas.DataFrame
        ``case, seen`` (band), a column per band, ``log_score, baseline`` (other programmes'
        endings). Of cases that ended, given that they ended.
    causes : pandas.DataFrame
        ``case, seen, likeliest, chance`` (of the seen one), ``baseline_likeliest,
        baseline_chance``.
    adapted : pandas.DataFrame
        As ``ranks``, of adapted against sustained cases.
    frames : pandas.DataFrame
        ``frame, programme, design, predictor, units, ended, rate`` (seen), ``expected, lower,
        upper`` (90% of the count, with the frame's error), ``inside, log_score``.
    fit : pandas.DataFrame
        ``predictor, frames, sd`` (of a frame's error, logit), ``log_score`` (mean), ``inside``,
        ``width`` (of the 90% interval, share of units), ``rank`` (Spearman of rates).
    left_out : pandas.DataFrame
        ``programme, effective``: how many draws the posterior is worth without each programme; no
        rows where the parameters were not fitted to the casebook.
    parameters : str
    replicates : int
    """

    cases: pd.DataFrame
    ranks: pd.DataFrame
    timing: pd.DataFrame
    causes: pd.DataFrame
    adapted: pd.DataFrame
    frames: pd.DataFrame
    fit: pd.DataFrame
    left_out: pd.DataFrame
    parameters: str
    replicates: int


def score(
    casebook: str | Path | Casebook | None = None, parameters: str | Draws | None = "posterior", replicates: int = 256,
    *, first_seed: int = 0, workers: int | None = None,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Score:  # fmt: skip
    """Score parameters on a casebook.

    The shipped posterior was fitted to the shipped casebook. What it says of a programme that it
    was fitted to is said by its draws weighed as if that programme were not on record
    (:mod:`sim.casebook.left_out`).

    Parameters
    ----------
    casebook : str, Path or Casebook, optional
        A folder of coded cases and frames; the one that comes with the package by default.
    parameters : str, Draws or None
        ``posterior``, ``prior``, ``medoid``, ``defaults``, or a file of draws.
    replicates : int
        Runs of each case; four times as many of each frame.
    first_seed : int
    workers : int, optional
        Threads.
    tell : callable
        Called with runs done, and of how many.

    Returns
    -------
    Score

    Raises
    ------
    sim.io.errors.InputError
        Where the casebook has faults.

    Examples
    --------
    >>> from sim.casebook.files import of, open_casebook
    >>> two = of(["seminole_year_round_1994", "bardstown_year_round"], open_casebook())
    >>> found = score(two, "defaults", 4)
    >>> found.cases["state"].tolist()
    ['sustained', 'discontinued']
    """
    book = casebook if isinstance(casebook, Casebook) else open_casebook(casebook)
    draws = parameters if isinstance(parameters, Draws) or parameters is None else draws_named(parameters)
    cases, frames = cases_of(book), frames_of(book)
    first, second = replicates * len(cases), FOR_A_FRAME * replicates * len(frames)
    few = thinned(draws, FOR_A_FRAME * replicates // CONTEXTS)
    runs = runs_of(cases, draws, replicates, first_seed, workers, lambda done: tell(done.done, first + second))
    units = runs_of(
        frames, few, FOR_A_FRAME * replicates, first_seed, workers, lambda done: tell(first + done.done, first + second)
    )
    fitted = left_out() if draws and draws.digest == _shipped().digest else {}
    weighed = {name: _weighed(each, fitted.get(_programme(book, name))) for name, each in runs.items()}
    rows = thinned_rows(len(draws), FOR_A_FRAME * replicates // CONTEXTS) if draws else np.zeros(1, int)
    counted = {
        name: _weighed(each, fitted.get(book.frames[name].frame.programme), rows) for name, each in units.items()
    }
    return scored(book, weighed, counted, draws.name if draws else "defaults", replicates, fitted)


def _shipped() -> Draws:
    """The draws that the weights of :func:`left_out` are of, and no others of that name."""
    draws = draws_named("posterior")
    assert draws is not None
    return draws


def _weighed(runs: pd.DataFrame, weight: np.ndarray | None, rows: np.ndarray | None = None) -> pd.DataFrame:
    """Runs with what each weighs, 1 in the mean: by its draw, of those at ``rows``."""
    if weight is None or not len(runs):
        return runs.assign(weight=1.0)
    own = (weight if rows is None else weight[rows])[runs["draw"].to_numpy()]
    return runs.assign(weight=own / own.mean())


def scored(
    book: Casebook, runs: Mapping[str, pd.DataFrame], units: Mapping[str, pd.DataFrame], parameters: str,
    replicates: int, fitted: Mapping[str, np.ndarray],
) -> Score:  # fmt: skip
    """The score of runs of cases and frames, see :func:`score`, with ``weight`` of each; and the
    weights of draws without each programme that they were fitted to.
    """
    frames, fit = _frames(book, units, bool(fitted))
    worth = pd.DataFrame({"programme": list(fitted), "effective": [effective(each) for each in fitted.values()]})
    return Score(
        _cases(book, runs), _ranks(book, runs, "discontinued", bool(fitted)), _timing(book, runs), _causes(book, runs),
        _ranks(book, runs, "adapted", bool(fitted)), frames, fit, worth, parameters, replicates,
    )  # fmt: skip


def _risk(runs: pd.DataFrame, years: float, event: str = "ended", seen: bool = False) -> float:
    """Chance of an event by a year, of runs that opened; ``seen``: by the draws as they are."""
    opened = runs[runs["opened"]]
    weight = None if seen else opened["weight"].to_numpy()
    return float(np.average(opened[event] <= years, weights=weight)) if len(opened) else np.nan


def _cases(book: Casebook, runs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    rows = []
    for name, found in runs.items():
        case, longest = book.cases[name], horizon(book.cases[name])
        assert case.outcome is not None
        rows.append(
            {
                "case": name, "programme": case.case.programme, "design": case.case.design,
                "state": case.outcome.state, "followed": followed(case), "recognised": _recognised(book, name),
                "opened": float(found["opened"].mean()),
                **{f"risk_{years:g}": _risk(found, years) if years <= longest else np.nan for years in MILESTONES},
                "risk": _risk(found, min(followed(case), longest)), "runs": len(found),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _recognised(book: Casebook, name: str) -> bool:
    return any(each.recognised != "no" for each in book.readings[name])


def _ranks(book: Casebook, runs: Mapping[str, pd.DataFrame], event: str, fitted: bool) -> pd.DataFrame:
    """Concordance of each predictor, of cases that met an event against sustained ones."""
    names = list(runs)
    if not names:
        return pd.DataFrame()
    about = [book.cases[name].case for name in names]
    years = np.array([_until(book.cases[name], event) for name in names])
    kind = {event: "discontinued", "sustained": "sustained"}
    state = np.array([kind.get(_state(book, name), "other") for name in names])
    pairs = pairs_of(state.tolist(), years)
    column = {"discontinued": "ended"}.get(event, event)
    higher = {MODEL: _model(runs, names, pairs, column, False)}
    if fitted:
        higher[SEEN] = _model(runs, names, pairs, column, True)
    higher |= _free(book, names, state, pairs)
    alike = np.array([f"{each.programme} {each.design}" for each in about])
    recognised = np.array([_recognised(book, name) for name in names])
    subsets = {
        ALL: np.ones(len(pairs.years), bool),
        WITHIN: alike[pairs.ended] == alike[pairs.sustained],
        UNRECOGNISED: ~(recognised[pairs.ended] | recognised[pairs.sustained]),
    }
    tables = [
        concordances(
            {predictor: each[kept] for predictor, each in higher.items()},
            Pairs(*(each[kept] for each in pairs)),
            len(names),
        ).assign(pairs_of=words)
        for words, kept in subsets.items()
    ]
    table = pd.concat(tables, ignore_index=True)
    return table[["pairs_of", *[each for each in table if each != "pairs_of"]]]


def _model(runs: Mapping[str, pd.DataFrame], names: Sequence[str], pairs: Pairs, event: str, seen: bool) -> np.ndarray:
    """Which of two the model gives the higher risk by the time the one met the event."""
    risk = [
        [_risk(runs[names[place]], float(years), event, seen) for place in (one, other)]
        for one, other, years in zip(*pairs, strict=True)
    ]
    return compared(*np.array(risk, dtype=float).reshape(-1, 2).T)


def _free(book: Casebook, names: Sequence[str], state: np.ndarray, pairs: Pairs) -> dict[str, np.ndarray]:
    """What costs nothing, for each pair; fits have seen neither case's programme."""
    readings = [book.readings[name] for name in names]
    codes = [codes_of(each) for each in readings]
    about = [book.cases[name].case for name in names]
    programme, met, used = [each.programme for each in about], state == "discontinued", state != "other"

    def ridge(fields: Sequence[str] | None) -> np.ndarray:
        table = pd.DataFrame([baselines.features(each, fields) for each in codes])
        return baselines.left_out(baselines.ridge_of(table, met, used), programme, pairs)

    def fixed(values: Sequence[float]) -> np.ndarray:
        known = np.array(values, dtype=float)
        return compared(known[pairs.ended], known[pairs.sustained])

    return {
        "rate per design": baselines.left_out(
            baselines.rate_of([each.design for each in about], met, used), programme, pairs
        ),
        "one-line rule": fixed([baselines.heuristic(each) for each in codes]),
        "ridge, four features": ridge(baselines.FOUR),
        "ridge, all codes": ridge(None),
        "reader's rating": fixed([baselines.rating(each) for each in readings]),
        "how it was found": fixed([each.how_found == "news_of_controversy" for each in about]),
    }


def _until(case: Case, event: str) -> float:
    """Years from the start to the event, or to when a case without it was last known."""
    assert case.outcome is not None
    if event == "adapted" and case.outcome.state == "adapted":
        days = case.outcome.effective or case.outcome.decided
        assert days is not None
        return max(0.02, year_of(days) - start_of(case))
    return followed(case)


def _timing(book: Casebook, runs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    ended = {name: found for name, found in runs.items() if _state(book, name) == "discontinued"}
    seen = {name: int(band_of(followed(book.cases[name]))) for name in ended}
    rows = []
    for name, found in ended.items():
        over = found[found["opened"] & np.isfinite(found["ended"])]
        bands = len(BAND_NAMES)
        counts = np.bincount(band_of(over["ended"].to_numpy()), over["weight"].to_numpy(), bands)
        shares = (counts + 1.0 / bands) / (counts.sum() + 1.0)
        others = [seen[each] for each in ended if _programme(book, each) != _programme(book, name)]
        base = (np.bincount(others, minlength=bands) + 1.0 / bands) / (len(others) + 1.0)
        rows.append(
            {
                "case": name, "seen": BAND_NAMES[seen[name]], **dict(zip(BAND_NAMES, shares, strict=True)),
                "log_score": float(np.log(shares[seen[name]])), "baseline": float(np.log(base[seen[name]])),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _causes(book: Casebook, runs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    over = {name: book.cases[name] for name in runs if _state(book, name) != "sustained"}
    usual = baselines.most_common(over)
    rows = []
    for name, case in over.items():
        assert case.outcome is not None
        assert case.outcome.first_cause is not None
        own = runs[name][runs[name]["cause"] != ""]
        shares = _smoothed(own.groupby("cause")["weight"].sum())
        base = _smoothed(usual[name] * 10.0)
        seen = case.outcome.first_cause
        rows.append((name, seen, shares.idxmax(), shares[seen], base.idxmax(), base[seen]))
    return pd.DataFrame(rows, columns=["case", "seen", "likeliest", "chance", "baseline_likeliest", "baseline_chance"])


def _smoothed(counts: pd.Series) -> pd.Series:
    """Shares of causes, with one of them spread over all."""
    full = counts.reindex(list(CAUSES), fill_value=0.0) + 1.0 / len(CAUSES)
    return full / full.sum()


def _state(book: Casebook, name: str) -> str:
    outcome = book.cases[name].outcome
    assert outcome is not None
    return outcome.state


def _programme(book: Casebook, name: str) -> str:
    return book.cases[name].case.programme


def _frames(book: Casebook, units: Mapping[str, pd.DataFrame], fitted: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    frames = {name: book.frames[name] for name in units if book.frames[name].frame.usable == "rate"}
    if not frames:
        return pd.DataFrame(), pd.DataFrame()
    counts = counts_of(frames)
    own_rates = {name: chances(units[name], counts[name]) for name in frames}
    said: dict[str, dict[str, Rate]] = {
        MODEL: own_rates,
        **({SEEN: {name: Rate.alike(rate.values) for name, rate in own_rates.items()}} if fitted else {}),
        "one rate": _rates(baselines.hazards(frames), frames),
        "rate per design": _rates(baselines.hazards(frames, lambda each: each.frame.design), frames),
        "ridge, four features": _rates(baselines.ridge_hazards(frames), frames),
    }
    rows, fit = [], []
    for predictor, rates in said.items():
        sd = fitted_sd(rates, counts)
        own = []
        for name, count in counts.items():
            rate = rates[name]
            drawn = predictive(rate, count, sd) if np.isfinite(rate.values).all() else np.array([np.nan])
            low, high = np.quantile(drawn, [0.05, 0.95])
            own.append(
                {
                    "frame": name, "programme": frames[name].frame.programme, "design": frames[name].frame.design,
                    "predictor": predictor, "units": count.units, "ended": count.ended,
                    "rate": count.ended / count.units, "expected": rate.mean,
                    "lower": low, "upper": high, "inside": bool(low <= count.ended <= high),
                    "log_score": log_score(rate, count, sd),
                }
            )  # fmt: skip
        table = pd.DataFrame(own)
        varies = len(table) > 2 and predictor != "one rate"
        ranks = stats.spearmanr(table["rate"], table["expected"]).statistic if varies else np.nan
        width = float(((table["upper"] - table["lower"]) / table["units"]).mean())
        fit.append((predictor, len(table), sd, table["log_score"].mean(), table["inside"].mean(), width, float(ranks)))
        rows.append(table)
    names = ["predictor", "frames", "sd", "log_score", "inside", "width", "rank"]
    return pd.concat(rows, ignore_index=True), pd.DataFrame(fit, columns=names)


def _rates(hazard: Mapping[str, float], frames: Mapping[str, Frame]) -> dict[str, Rate]:
    """The rate that a yearly hazard gives by the end of a count."""
    return {
        name: Rate.alike(np.array([np.mean(1.0 - np.exp(-hazard[name] * np.linspace(*frame.count[0].years, 12)))]))
        for name, frame in frames.items()
    }


def verdict(found: Score) -> list[str]:
    """What the figures come to, in sentences, failures first."""
    said = [(False, FIT)] if found.parameters in ("medoid", "defaults") else []
    named = {
        WITHIN: "Cases of the same programme and design",
        ALL: "Cases of all kinds",
    }
    for subset, words in named.items():
        rows = found.ranks[found.ranks["pairs_of"] == subset].set_index("predictor") if len(found.ranks) else None
        if rows is not None and rows.loc[MODEL, "pairs"] > 0:
            said.append((rows.loc[MODEL, "lower"] > 0.5, _ranked(words, rows)))
    if len(found.fit):
        fit = found.fit.set_index("predictor")
        own, one = fit.loc[MODEL], fit.loc["one rate"]
        closer = own["sd"] <= CLOSER * one["sd"] and own["log_score"] > one["log_score"]
        hardly = "hardly closer" if own["sd"] < one["sd"] else "no closer"
        said.append(
            (
                bool(closer),
                f"How many end: over {own['frames']:.0f} counted populations the model's rates are "
                f"{'closer' if closer else hardly} than one rate for all (SD of a population's error "
                f"{own['sd']:.2f} against {one['sd']:.2f}; mean log score, higher is better, {own['log_score']:.2f} "
                f"against {one['log_score']:.2f}).",
            )
        )
    if not any(len(table) and table["pairs"].any() for table in (found.ranks, found.adapted)):
        said.append(
            (False, "No pair of an ended and a sustained case that was followed as long: nothing can be ranked.")
        )
    return [line for _, line in sorted(said, key=lambda each: each[0])]


def _ranked(words: str, rows: pd.DataFrame) -> str:
    own = rows.loc[MODEL]
    skill = "ranks them better than a coin" if own["lower"] > 0.5 else "does not show that it ranks them"
    rest = ", ".join(
        f"{rows.loc[name, 'concordance']:.2f} by {name}"
        for name in rows.index
        if name not in (MODEL, SEEN, "rate per design")
    )
    return (
        f"{words}: the model {skill}: the ended case has the higher risk in {own['concordance']:.2f} "
        f"[{own['lower']:.2f}, {own['upper']:.2f}] of {own['pairs']:.0f} pairs; {rest}."
    )
