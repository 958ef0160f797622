"""Before any run: how far the initiative is from each
stakeholder's priorities, weighed by power.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.analysis.intervals import mean_interval
from sim.model import ValueNetworkModel
from sim.parties.base import Stance
from sim.scenario import Scenario


def diagnose(scenario: Scenario, communities: int = 10) -> pd.DataFrame:
    """Ask the parties of a few synthetic communities where they stand before the first week.

    Parameters
    ----------
    scenario : Scenario
        With the design to be judged; parties of one's own in its cast are asked too.
    communities : int
        Seeds, from 0.

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
    ['families', 'teachers', 'union', 'regulator', 'community', 'vendor']
    """
    if scenario.horizon.weeks == 0:
        scenario = scenario.revise({"horizon.weeks": 1})
    scenario = scenario.revise(
        {"design.start_weeks": tuple(week - scenario.offer.first_week for week in scenario.design.start_weeks)}
    )
    stakeholders = [each for each in scenario.cast.ledger.stakeholders.values() if each.stance]
    samples = [_stances(ValueNetworkModel(scenario, seed)) for seed in range(communities)]
    rows = []
    for who in stakeholders:
        stance, lower, upper = mean_interval(np.array([told[who.name].stance for told in samples]))
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
                "opposition": power * float(np.mean([told[who.name].heard for told in samples])),
                "note": who.stance,
            }
        )
    return pd.DataFrame(rows)


def _power(scenario: Scenario, who: str) -> float:
    """Sum of a stakeholder's channels in the power table."""
    return sum(getattr(getattr(scenario.power, who), channel) for channel in scenario.cast.channels(who))


def _stances(model: ValueNetworkModel) -> dict[str, Stance]:
    """Stance of each stakeholder that has one, in the order in which parties act, once teachers
    have begun to teach.
    """
    model.all("teach")
    asked = [name for name, who in model.stakeholders.items() if who.stance]
    return {name: model.parties[name].stance() for name in asked}
