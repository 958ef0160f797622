"""Before any run: how far the initiative is from each
stakeholder's priorities, weighed by power.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from sim.draws import Draws
from sim.model import ValueNetworkModel
from sim.parties.base import Stance
from sim.scenario import Scenario
from sim.statistics.intervals import mean_interval


def diagnose(
    scenario: Scenario, communities: int = 10, draws: Draws | None = None, go_on: Callable[[], None] = lambda: None
) -> pd.DataFrame:
    """Ask the parties of a few synthetic communities where they stand before the first week.

    Parameters
    ----------
    scenario : Scenario
        With the design to be judged; parties of one's own in its parties are asked too.
    communities : int
        Seeds, from 0.
    draws : Draws, optional
        Of parameters, which go with the seeds; the scenario's own by default.
    go_on : callable
        Called before each community; what it raises ends the work.

    Returns
    -------
    pandas.DataFrame
        A row per stakeholder that has a stance then: ``design``, ``stakeholder``, ``label``,
        ``power`` (sum of its channels), ``stance`` (-1 against to 1 for), ``lower`` and ``upper``
        (95% interval over communities), ``opposition`` (power times the part of the stance that is
        against, as far as it is heard), ``note`` (what the stance is).

    Examples
    --------
    >>> from sim import Scenario
    >>> from sim.diagnose import diagnose
    >>> table = diagnose(Scenario().revise({"population.families": 50}), communities=2)
    >>> table["stakeholder"].tolist()
    ['families', 'union', 'regulator', 'community', 'funder']
    """
    asked = [scenario if draws is None else draws.scenario(scenario, seed) for seed in range(communities)]
    stakeholders = [each for each in scenario.parties.variables.stakeholders.values() if each.stance]
    samples = []
    for seed, each in enumerate(asked):
        go_on()
        samples.append(_stances(ValueNetworkModel(_at_the_start(each), seed)))
    rows = []
    for who in stakeholders:
        stance, lower, upper = mean_interval(np.array([reported[who.name].stance for reported in samples]))
        power = _power(scenario, who.name)
        rows.append(
            {
                "design": scenario.design_name,
                "stakeholder": who.name,
                "label": who.label,
                "power": power,
                "stance": stance,
                "lower": max(-1.0, lower),
                "upper": min(1.0, upper),
                "opposition": power * float(np.mean([reported[who.name].heard for reported in samples])),
                "note": who.stance,
            }
        )
    return pd.DataFrame(rows)


def _at_the_start(scenario: Scenario) -> Scenario:
    """The same, opening for certain, in the first week."""
    first, money = scenario.offer.first_week, scenario.funder.end_week
    return scenario.revise(
        {
            "horizon.weeks": max(scenario.horizon.weeks, 1),
            "design.start_weeks": tuple(week - first + 1 for week in scenario.design.start_weeks),
            "funder.end_week": None if money is None else max(1, money - first + 1),
            f"factors.setting.{scenario.design.setting}.opens": 1.0,
        }
    )


def _power(scenario: Scenario, who: str) -> float:
    """Sum of a stakeholder's channels in the power table."""
    return sum(getattr(getattr(scenario.power, who), channel) for channel in scenario.parties.channels(who))


def _stances(model: ValueNetworkModel) -> dict[str, Stance]:
    """Stance of each party that has one, in the order in which parties act, once teachers
    have begun to teach.
    """
    model.all("teach")
    asked = {name: party for name, party in model.parties.items() if hasattr(party, "stance")}
    return {name: party.stance() for name, party in asked.items()}
