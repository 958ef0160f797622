"""The work of a part: a pure function of the sweep and the part, on any worker."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.draws import Draws
from sim.engine import at_once, simulate, simulate_together
from sim.outcome import Run
from sim.population import Population, communities, drawn_from
from sim.scenario import Scenario
from sim.statistics.weekly import weekly_of_runs
from sim.sweep.code import refuse_other
from sim.sweep.outcomes import OwnOutcome
from sim.sweep.parts import TYPES, schema
from sim.sweep.plan import Part, Sweep

Simulate = Callable[[Scenario, int], Run]
"""How a run is done: the compiled engine, or a picklable function of one's own, as for Mesa models
with subclassed agents.
"""
Work = Callable[[Sweep, Part, Simulate], pd.DataFrame]

COMMUNITIES = 8
"""Kinds of communities that are kept at a time, so that memory stays flat."""


def work_alike(wanted: dict[str, str], work: Work, sweep: Sweep, part: Part, simulate: Simulate) -> pd.DataFrame:
    """Do a piece of work, where this process computes with what the sweep is computed with.

    Parameters
    ----------
    wanted : dict
        What that is, as by :func:`sim.sweep.code.computing`.
    work : callable
        :func:`run_part` or :func:`weekly_part`.
    sweep : Sweep
    part : Part
    simulate : callable

    Raises
    ------
    sim.io.errors.InputError
        Where a version, or the source of ``sim``, is another here.
    """
    refuse_other(wanted)
    return work(sweep, part, simulate)


def run_part(sweep: Sweep, part: Part, simulate: Simulate = simulate) -> pd.DataFrame:
    """Do the runs of a part: a pure function of both, on any worker.

    Returns
    -------
    DataFrame
        A row per run: ``point, design, seed``, the fields of an outcome, ``error`` (None where
        there was none).
    """
    pairs = [(point, design) for point in part.points for design in sweep.spec.designs]
    scenarios = [scenario_or_error(sweep, *pair) for pair in pairs]
    rows: dict[tuple[int, str], list[dict[str, Any]]] = {pair: [] for pair in pairs}
    for seeds in _pieces(sweep, part, scenarios):
        people = Communities(seeds, sweep.draws)
        for pair, scenario in zip(pairs, scenarios, strict=True):
            rows[pair] += _rows(pair, scenario, seeds, simulate, people, sweep.outcomes)
    every = [row for own in rows.values() for row in own]
    return pd.DataFrame(
        {
            field.name: np.array(
                [row.get(field.name, math.nan) for row in every], object if field.type == TYPES["text"] else None
            )
            for field in schema(sweep)
        }
    )


def _rows(
    pair: tuple[int, str],
    scenario: Scenario | Exception,
    seeds: Sequence[int],
    how: Simulate,
    people: Communities,
    outcomes: Mapping[str, OwnOutcome],
) -> list[dict[str, Any]]:
    """The runs of a design at a point."""
    point, design = pair
    found = [scenario] * len(seeds) if isinstance(scenario, Exception) else _tried(scenario, seeds, how, people)
    return [
        {**_outcome(each, outcomes), "point": point, "design": design, "seed": seed}
        for seed, each in zip(seeds, found, strict=True)
    ]


def _outcome(run: Run | Exception, outcomes: Mapping[str, OwnOutcome]) -> dict[str, Any]:
    """The outcome of a run with columns of one's own; only the error where anything raised."""
    if isinstance(run, Exception):
        return {"error": f"{type(run).__name__}: {run}"}
    own = {}
    for name, each in outcomes.items():
        try:
            own[name] = each.value(run)
        except Exception as error:
            return {"error": f"outcomes: {name}: {type(error).__name__}: {error}"}
    return {**run.outcome, **own, "error": None}


def _tried(scenario: Scenario, seeds: Sequence[int], how: Simulate, people: Communities) -> Sequence[Run | Exception]:
    """Runs as of :func:`runs_of`, or what they raised: where one raises, each is done by itself."""
    try:
        return runs_of(scenario, seeds, how, people)
    except Exception as error:
        if len(seeds) == 1:
            return [error]
        return [each for seed in seeds for each in _tried(scenario, (seed,), how, people.alone(seed))]


def _pieces(sweep: Sweep, part: Part, scenarios: Iterable[Scenario | Exception]) -> list[Sequence[int]]:
    """The seeds of a part, in pieces that are run together."""
    good = [scenario for scenario in scenarios if isinstance(scenario, Scenario)]
    return at_once(good, sweep.seeds(part))


def scenario_or_error(sweep: Sweep, point: int, design: str) -> Scenario | Exception:
    """What a design is at a point; or why it cannot be."""
    try:
        return sweep.scenario(point, design)
    except Exception as error:
        return error


class Communities:
    """Communities of some seeds, drawn once for all scenarios that draw the same; and the draws of
    parameters that go with the seeds.
    """

    def __init__(self, seeds: Sequence[int], draws: Draws | None = None) -> None:
        self.seeds, self.draws = seeds, draws
        self.drawn = draws.at(seeds) if draws else None
        self._drawn: dict[Any, Population] = {}

    def alone(self, seed: int) -> Communities:
        """The same for one seed only."""
        return Communities((seed,), self.draws)

    def of(self, scenario: Scenario) -> Population:
        """Those of a scenario, as :func:`sim.population.communities` draws them."""
        depends = drawn_from(scenario)
        if depends not in self._drawn:
            if len(self._drawn) == COMMUNITIES:
                del self._drawn[next(iter(self._drawn))]
            self._drawn[depends] = communities(scenario, self.seeds, self.drawn)
        return self._drawn[depends]


def runs_of(scenario: Scenario, seeds: Sequence[int], how: Simulate, people: Communities) -> list[Run]:
    """Runs of a scenario: together where the compiled engine does them, else one by one."""
    if how is simulate:
        return simulate_together(scenario, seeds, people=people.of(scenario), drawn=people.drawn)
    runs = [how(people.draws.scenario(scenario, seed) if people.draws else scenario, seed) for seed in seeds]
    for run in runs:
        if not isinstance(run, Run):
            raise TypeError(f"simulate returned {type(run).__name__}; accepted: a sim.Run")
    return runs


def weekly_part(sweep: Sweep, part: Part, simulate: Simulate = simulate) -> pd.DataFrame:
    """Weekly curves of design points: quantiles over the runs of each that opened, or every run's
    in full.

    Runs that raise are left out.

    Parameters
    ----------
    sweep : Sweep
    part : Part
        Or a piece of one, of one design.
    simulate : callable
        How a run is done.

    Returns
    -------
    DataFrame
        ``point``, then as :func:`sim.statistics.weekly.weekly_quantiles`; or ``point, design, seed,
        week`` and the columns of the weekly table. ``error`` is empty.
    """
    tables: list[pd.DataFrame] = []
    for point in part.points:
        for design in [part.design] if part.design else sweep.spec.designs:
            scenario, runs = sweep.scenario(point, design), list[Run]()
            for seeds in _pieces(sweep, part, [scenario]):
                people = Communities(seeds, sweep.draws)
                runs += [each for each in _tried(scenario, seeds, simulate, people) if isinstance(each, Run)]
            if sweep.spec.outputs.weekly == "full":
                tables.extend(
                    run.weekly().reset_index().assign(point=point, design=design, seed=run.outcome.seed) for run in runs
                )
            elif runs:
                tables.append(weekly_of_runs(design, runs).assign(point=point))
    names = schema(sweep, weekly=True).names
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=names[:-1])
    return table.assign(error=None)[names].astype({"error": object})
