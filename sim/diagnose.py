"""Before any run: how far the initiative is from each stakeholder's priorities, weighed by power."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.analysis.intervals import mean_interval
from sim.model import ValueNetworkModel
from sim.scenario import Scenario

NOTES = {
    "families": "expected attitude of those taking part, weighed by sway",
    "teachers": "expected attitude at the start",
    "union": "teachers' stance, counted where enough members are unhappy to move it",
    "regulator": "chance that a review finds a gap (as a negative stance)",
    "community": "families' stance as far as the board's constituency hears it",
    "vendor": "chance that the funding is missing within a year (as a negative stance)",
}


def diagnose(scenario: Scenario, communities: int = 10) -> pd.DataFrame:
    """Ask the agents of a few synthetic communities where they stand before the first week.

    Parameters
    ----------
    scenario : Scenario
        With the design to be judged.
    communities : int
        Seeds, from 0.

    Returns
    -------
    pandas.DataFrame
        A row per stakeholder: ``design``, ``stakeholder``, ``power`` (sum of its channels), ``stance`` (-1 against to
        1 for), ``lower`` and ``upper`` (95% interval over communities), ``opposition`` (power times the part
        of the stance that is against, as far as it is heard), ``note`` (what the stance is).
    """
    if scenario.horizon.weeks == 0:
        scenario = scenario.revise({"horizon.weeks": 1})
    scenario = scenario.revise({"design.start_weeks": tuple(week - scenario.offer.first_week for week in scenario.design.start_weeks)})
    samples = [_stances(ValueNetworkModel(scenario, seed)) for seed in range(communities)]
    power = {who: sum(getattr(scenario.power, who).model_dump().values()) for who in NOTES}
    rows = []
    for who, note in NOTES.items():
        stance, lower, upper = mean_interval(np.array([stances[who] for stances, _ in samples]))
        heard = float(np.mean([weights[who] for _, weights in samples]))
        rows.append(
            {
                "design": scenario.design_name,
                "stakeholder": who,
                "power": power[who],
                "stance": stance,
                "lower": max(-1.0, lower),
                "upper": min(1.0, upper),
                "opposition": power[who] * heard,
                "note": note,
            }
        )
    return pd.DataFrame(rows)


def _stances(model: ValueNetworkModel) -> tuple[dict[str, float], dict[str, float]]:
    """Stance of each stakeholder, and how much of it is against and heard (0 to 1)."""
    scenario, rules = model.scenario, model.rules
    model.activate(model.teachers, "teach")
    model.deliver()
    sway = against = stance = 0.0
    for family in model.families:
        if not family.inside:
            continue
        week = rules.experience(
            family.fit,
            model.board.dose,
            family.priorities[6],
            scenario.family.loss_aversion,
            model.vendor.defects,
            family.school.quality,
            scenario.family.quality_weight,
            0.0,
            0.0,
        )
        attitude = rules.squash(scenario.family.sensitivity * week)
        sway += family.sway
        stance += family.sway * attitude
        against += family.sway * max(0.0, -attitude)
    heard = min(1.0, model.share_heard(against))
    targets = [teacher.target() for school in model.schools for teacher in school.teachers if teacher.active]
    teachers = float(np.mean(targets)) if targets else 0.0
    unhappy = float(np.mean([target < scenario.teachers.unhappy for target in targets])) if targets else 0.0
    moved = unhappy if unhappy > scenario.union.rise_share else 0.0
    notice = rules.notice_probability(model.regulator.largest_gap(), scenario.offer.flexibility)
    unfunded = scenario.vendor.funding_loss if scenario.vendor.funded else 1.0
    families = stance / sway if sway > 0 else 0.0
    stances = {"families": families, "teachers": teachers, "union": -moved, "regulator": -notice, "community": -heard, "vendor": -unfunded}
    weights = {
        "families": heard,
        "teachers": max(0.0, -teachers),
        "union": moved,
        "regulator": notice,
        "community": heard,
        "vendor": unfunded,
    }
    return stances, weights
