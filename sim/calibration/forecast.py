"""What a district would ask before a contract is signed: how likely an end is by each half year,
how sure that is, and what would move it most.

The same seeds, and the same draws with them, are run as the case is coded and with one thing
changed at a time; leadership scores are drawn with the seed too, as two coders of one may differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from sim.calibration.similar import Like, beyond, most_like
from sim.calibration.unknown_facts import spread, unknowns, values_at
from sim.draws import Draws, left_by, may_be_drawn, set_by
from sim.engine import simulate
from sim.io.errors import InputError, all_of
from sim.outcome import Run
from sim.population import DRAWN
from sim.scenario import Scenario, parameter_table
from sim.scenario.programme import Leadership
from sim.statistics.intervals import paired_difference, wilson
from sim.statistics.naming import BOTH, OPENED
from sim.statistics.quantities import ADAPTED, HEADLINE, event_week
from sim.statistics.unknown import range_over
from sim.sweep.local import carried_out
from sim.sweep.memory import Memory
from sim.sweep.plan import comparison
from sim.sweep.progress import Progress

YEARS = 3
"""How long a case is followed from its start at the least, where nothing else is said."""

RAISED = 0.9
"""Where a leadership lever is put to see its worth."""

EVENTS = (HEADLINE, ADAPTED)


class Forecast(NamedTuple):
    """What is said of a case.

    Attributes
    ----------
    risk : pandas.DataFrame
        ``event, half_year, week, chance, lower, upper`` (95%, Monte Carlo error only),
        ``parameter_low, parameter_high`` (80% of draws), ``runs, opened, denominator``: chances are
        of runs that opened.
    levers : pandas.DataFrame
        ``lever, event, week, change`` (of the chance of the event by the last week), ``lower,
        upper`` (95%, paired by seed), ``chance`` with it, ``runs`` (opened both ways),
        ``denominator``; what lowers it most first.
    unknowns : pandas.DataFrame
        ``field, event, week, low, high`` (10% and 90% of draws), ``change`` (chance where it is in
        its upper tertile, less where it is in its lower tertile: as draws go together), ``lower,
        upper`` (95%, draws as clusters), ``runs`` (opened), ``denominator``; largest first.
    like : list of Like
        The cases and populations on record that it is most like.
    beyond : list of str
        In what it lies beyond the record.
    """

    risk: pd.DataFrame
    levers: pd.DataFrame
    unknowns: pd.DataFrame
    like: list[Like]
    beyond: list[str]


def followed(scenario: Scenario, years: int | None = None) -> Scenario:
    """The case followed for some years from its start; by default to its own horizon, and for
    ``YEARS`` at the least.

    Examples
    --------
    >>> followed(Scenario()).horizon.weeks, followed(Scenario(), 5).horizon.weeks
    (108, 180)
    >>> followed(Scenario().revise({"horizon.weeks": 144})).horizon.weeks
    144
    """
    before = scenario.offer.first_week - 1
    weeks = before + (years or YEARS) * scenario.horizon.weeks_per_year
    return scenario.revise({"horizon.weeks": weeks if years else max(weeks, scenario.horizon.weeks)})


def half_years(scenario: Scenario) -> list[int]:
    """The last week of each half year from the start.

    Examples
    --------
    >>> half_years(followed(Scenario()))
    [18, 36, 54, 72, 90, 108]
    """
    before, half = scenario.offer.first_week - 1, scenario.horizon.weeks_per_year / 2.0
    count = int((scenario.horizon.weeks - before) / half)
    return [before + round(half * number) for number in range(1, count + 1)]


def with_unknowns(
    scenario: Scenario, draws: Draws | None, given: Mapping[str, tuple[float, float]] | None = None
) -> Draws:
    """The draws of a case: of the parameters that it does not set, and of what is unknown of it.

    Parameters
    ----------
    scenario : Scenario
    draws : Draws, optional
        Of the parameters; none where these are as the scenario has them.
    given : mapping, optional
        Facts with the two values between which they lie. Leadership scores lie .15 either side of
        their code where they are not among them (docs/scenario_rubric.md).

    Returns
    -------
    Draws
        Latin in each unknown: all alike between its two values.

    Raises
    ------
    sim.io.errors.InputError
        Where a fact cannot be drawn.
    """
    between = unknowns(scenario, dict(given or {}))
    all_of(lambda field: _check(field, scenario, between[field]), given or {})
    left = left_by(draws, [scenario], between)
    count = len(left) if left else 500
    levels = {}
    for field, (low, high) in between.items():
        order = np.random.default_rng(list(field.encode())).permutation(count)
        levels[field] = spread(field, low, high, (order + 0.5) / count)
    return Draws(left.name if left else "defaults", {**(left.values if left else {}), **levels})


def _check(field: str, scenario: Scenario, between: tuple[float, float]) -> None:
    """Refuse a field that is no number, and ends that the case does not take."""
    table = parameter_table(scenario.parties).set_index("field")
    reported = f"--unknown {field}={between[0]:g}:{between[1]:g}"
    if field not in table.index or not table.loc[field, "accepted"].startswith(("a number", "a whole number")):
        raise InputError(f"{reported}: accepted: a field that is a number, see sim parameters")
    if field.startswith("horizon."):
        raise InputError(f"{reported}: accepted: a fact of the case; how long it is followed is said by --years")
    for value in between:
        scenario.revise(values_at({field: np.array([value])}, 0), reported)


def _drawn_case(scenario: Scenario, values: dict[str, Any]) -> Scenario:
    """A case with values that were drawn for it."""
    drawn = ", ".join(f"{field} = {value}" for field, value in values.items())
    return scenario.revise(values, f"--unknown, drawn as {drawn}")


def _shapes(field: str) -> bool:
    """Whether other things are derived from a field, so that runs with other values of it do not
    share a call.
    """
    return not (field in DRAWN or field.startswith("leadership.") or may_be_drawn(field))


def forecast(
    scenario: Scenario, others: Mapping[str, Scenario], draws: Draws,
    replicates: int = 2000, seed: int = 0, workers: int | None = None,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Forecast:  # fmt: skip
    """Forecast a case.

    Parameters
    ----------
    scenario : Scenario
        As it is coded, see :func:`followed`.
    others : mapping
        The case under other designs, by words, as long.
    draws : Draws
        As of :func:`with_unknowns`.
    replicates : int
        Runs; half as many of them for each lever.
    seed : int
        The first.
    workers : int, optional
        Threads; one per processor by default.
    tell : callable
        Called with runs done, and of how many.

    Returns
    -------
    Forecast
    """
    changed = levers(scenario, others)
    few = max(1, replicates // 2)
    jobs = [(scenario, draws, few), (scenario, draws, replicates - few)]
    starts = [seed, seed + few]
    for each, fixed in changed.values():
        left = draws.without(fixed)
        jobs.append((each, left or Draws(draws.name, {}), few))
        starts.append(seed)
    first, rest, *tables = _together(jobs, starts, workers, tell)
    own = pd.concat([first, rest], ignore_index=True)
    week = scenario.horizon.weeks
    return Forecast(
        _risk(scenario, own, draws),
        _levers(dict(zip(changed, tables, strict=True)), first, week),
        _unknowns(own, draws, week),
        most_like(scenario),
        beyond(scenario),
    )


def levers(scenario: Scenario, others: Mapping[str, Scenario]) -> dict[str, tuple[Scenario, list[str]]]:
    """What can be changed of a case, by words: the case so changed, and what is no longer drawn."""
    found: dict[str, tuple[Scenario, list[str]]] = {}
    names = [f"leadership.{lever}" for lever in Leadership.model_fields]
    for field in names:
        found[f"{field.split('.')[1]} {RAISED}"] = (scenario.revise({field: RAISED}), [field])
    found[f"all four of leadership {RAISED}"] = (scenario.revise(dict.fromkeys(names, RAISED)), names)
    half = scenario.design.dose / 2.0
    found[f"dose {half:.2f}"] = (scenario.revise({"design.dose": half}), ["design.dose"])
    if scenario.funder.cost > 0.0 and scenario.funder.borne < 1.0:
        found["somebody else pays"] = (scenario.revise({"funder.borne": 1.0}), ["funder.borne"])
    return {**found, **{words: (each, _moved(scenario, each)) for words, each in others.items()}}


def _moved(scenario: Scenario, other: Scenario) -> list[str]:
    """What another design sets to something else than the case has: there it is not drawn."""
    return sorted(field for field in set_by(scenario) | set_by(other) if scenario.at(field) != other.at(field))


def _together(
    jobs: Sequence[tuple[Scenario, Draws, int]], starts: Sequence[int], workers: int | None,
    tell: Callable[[int, int], None],
) -> list[pd.DataFrame]:  # fmt: skip
    """Runs of each job, in the order of its seeds."""
    total, before, found = sum(count for _, _, count in jobs), 0, []
    for (scenario, draws, count), start in zip(jobs, starts, strict=True):
        shaping = {field for field in draws.values if _shapes(field)}
        own, left = draws.without(draws.values.keys() - shaping), draws.without(shaping)
        sweep = replace(comparison([scenario], count, start, "none"), draws=left)
        how = partial(_shaped, own) if own else simulate

        def said(progress: Progress, ahead: int = before) -> None:
            tell(ahead + progress.done, total)

        done = carried_out(sweep, Memory(), how, workers=workers, tell=said)
        wrong = done.runs["error"].dropna()
        if len(wrong):
            raise InputError(wrong.iloc[0].removeprefix("InputError: "))
        before += count
        found.append(done.runs)
    return found


def _shaped(draws: Draws, scenario: Scenario, seed: int) -> Run:
    """A run of a case with values of facts that other things are derived from."""
    return simulate(_drawn_case(scenario, values_at(dict(draws.values), int(draws.number([seed])[0]))), seed)


def _risk(scenario: Scenario, runs: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    opened = runs[runs["opened"] == 1]
    number = draws.number(opened["seed"].to_numpy())
    enough = (np.bincount(number, minlength=len(draws)) > 1).sum() >= len(draws) / 2
    rows = []
    for event in EVENTS:
        when = event_week(opened, event)
        for half, week in enumerate(half_years(scenario), 1):
            happened = (when <= week).astype(float)
            chance = float(happened.mean()) if len(happened) else np.nan
            unknown = range_over(happened, number) if enough else (np.nan, np.nan)
            rows.append(
                (event, half, week, chance, *wilson(int(happened.sum()), len(opened)), *unknown,
                 len(runs), len(opened))
            )  # fmt: skip
    names = "event half_year week chance lower upper parameter_low parameter_high runs opened"
    return pd.DataFrame(rows, columns=names.split()).assign(denominator=OPENED)


def _levers(changed: Mapping[str, pd.DataFrame], own: pd.DataFrame, week: int) -> pd.DataFrame:
    rows = []
    for words, runs in changed.items():
        both = ((runs["opened"] == 1) & (own["opened"] == 1)).to_numpy()
        first, second = (event_week(each[both]) <= week for each in (runs, own))
        change, lower, upper = paired_difference(first, second)
        chance = first.mean() if both.any() else np.nan
        rows.append((words, HEADLINE, week, change, lower, upper, chance, int(both.sum())))
    names = ["lever", "event", "week", "change", "lower", "upper", "chance", "runs"]
    table = pd.DataFrame(rows, columns=names).assign(denominator=BOTH)
    return table.sort_values("change", ignore_index=True)


def _unknowns(runs: pd.DataFrame, draws: Draws, week: int) -> pd.DataFrame:
    opened = runs[runs["opened"] == 1]
    number = draws.number(opened["seed"].to_numpy())
    count = np.bincount(number, minlength=len(draws))
    happened = np.bincount(number, (event_week(opened) <= week).astype(float), len(draws))
    met = count > 0
    chance = happened[met] / count[met]
    rows = []
    for field, values in draws.values.items():
        own = values[met]
        low, high = np.quantile(own, [1.0 / 3.0, 2.0 / 3.0]) if len(own) else (np.nan, np.nan)
        upper_tertile, lower_tertile = chance[own >= high], chance[own <= low]
        if min(len(upper_tertile), len(lower_tertile)) < 2 or low == high:
            continue
        change = float(upper_tertile.mean() - lower_tertile.mean())
        squared = [each.var(ddof=1) / len(each) for each in (upper_tertile, lower_tertile)]
        error = float(np.sqrt(sum(squared))) * float(
            stats.t.ppf(0.975, min(len(upper_tertile), len(lower_tertile)) - 1)
        )
        ends = np.quantile(values, [0.1, 0.9])
        rows.append((field, HEADLINE, week, *ends, change, change - error, change + error, len(opened)))
    names = ["field", "event", "week", "low", "high", "change", "lower", "upper", "runs"]
    table = pd.DataFrame(rows, columns=names).assign(denominator=OPENED)
    return table.sort_values("change", key=lambda each: -each.abs(), ignore_index=True)
