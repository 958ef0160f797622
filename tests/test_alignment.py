"""Two engines, one model: bit-identical runs for any scenario and seed (docking, Axtell et al.
1996).
"""

import numpy as np
import pytest
from conftest import NO_POWER, SCENARIOS, SHIPPED
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import scenarios

from sim import Run, Scenario, ValueNetworkModel, load_scenario, rules, simulate, simulate_with_agents


def assert_same(compiled: Run, agents: Run) -> None:
    np.testing.assert_array_equal(compiled.weeks, agents.weeks)
    assert compiled.outcome.as_dict() == agents.outcome.as_dict()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(scenario=scenarios(), seed=st.integers(0, 2**63 - 1))
def test_engines_agree_bit_for_bit_on_random_scenarios(scenario: Scenario, seed: int):
    assert_same(simulate(scenario, seed), simulate_with_agents(scenario, seed))


@pytest.mark.parametrize("design", ["as_written", "retrofit", "greenfield"])
@pytest.mark.parametrize("name", SHIPPED)
def test_engines_agree_on_every_shipped_scenario(name: str, design: str):
    scenario = load_scenario(SCENARIOS / f"{name}.toml", design).revise(
        {"population.families": 120, "board.constituency": 3000}
    )
    assert_same(simulate(scenario, 5), simulate_with_agents(scenario, 5))


ENDS = {
    "survived": (
        "aligned_curriculum",
        {"board.can_concede": False, "board.can_make_optional": False, "board.can_cancel": False},
    ),
    "diluted": ("mountain_view", {"board.can_make_optional": False, "board.can_cancel": False}),
    "made_optional": ("mountain_view", {"board.can_cancel": False}),
    "cancelled": ("mountain_view", {}),
    "closed": ("village_high", {"design.viable_enrolment": 160}),
    "stopped": (
        "mountain_view",
        {
            **NO_POWER,
            "power.regulator.regulation": 0.01,
            "initiative.seat_time": 0.0,
            "regulator.required_seat_time": 1.0,
        },
    ),
}


@pytest.mark.parametrize("ending", ENDS)
def test_every_way_of_ending_is_reached_and_alike_in_both_engines(ending: str):
    name, changes = ENDS[ending]
    scenario = load_scenario(SCENARIOS / f"{name}.toml").revise({"population.families": 200, **changes})
    compiled = simulate(scenario, 3)
    assert compiled.outcome.ending == ending
    assert_same(compiled, simulate_with_agents(scenario, 3))


def test_swapped_rule_changes_both_engines_alike(mountain_view: Scenario):
    def silent(
        feeling, sway, own_heat, hot_contacts, attention, rate, threshold, persistence, contagion, organising, amplifies
    ):
        return 0.0

    variant = rules.replace(voice_probability=silent)
    compiled, agents = simulate(mountain_view, 3, variant), simulate_with_agents(mountain_view, 3, variant)
    assert_same(compiled, agents)
    assert compiled.outcome.on_record == 0
    assert simulate(mountain_view, 3).outcome.on_record > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", rules.Rules._fields)
def test_every_rule_is_called_by_both_engines(name: str):
    """Break one rule at a time: both engines must notice, or the rule is written twice or never
    used.
    """
    arguments = ", ".join(list(__import__("inspect").signature(getattr(rules.DEFAULT, name)).parameters))
    whole = {"union_step": "(3, 0, 0)", "board_step": "4", "short_counts": "2", "stop_ordered": "True"}
    result = whole.get(name, "0.93")
    scope: dict[str, object] = {}
    exec(f"def broken({arguments}):\n    return {result}", scope)
    variant = rules.replace(**{name: scope["broken"]})  # type: ignore[arg-type]
    lively = {
        "population.families": 80,
        "population.aligned_minority": 0.5,
        "horizon.weeks": 50,
        "vendor.funded": True,
        "vendor.funding_loss": 0.5,
        "regulator.required_grade_level": 1.0,
        "regulator.required_seat_time": 1.0,
        "design.capacity": 60,
        "community.election_weeks": (20, 30),
        "teachers.count": 8,
        "board.drain": 0.02,
        "families.exit_threshold": 0.0,
        "families.leave_school_rate": 0.3,
        "population.schools": 2,
    }
    noticed = False
    # With little drained a run goes on and much happens in it; with more, the board takes its
    # steps.
    steps = {"board.drain": 0.32, "board.can_cancel": False}
    for design, changes in (("retrofit", {}), ("greenfield", {}), ("retrofit", steps)):
        scenario = load_scenario(SCENARIOS / "mountain_view.toml", design).revise(
            {**lively, "design.viable_enrolment": 0, **changes}
        )
        compiled, agents = simulate(scenario, 2, variant), simulate_with_agents(scenario, 2, variant)
        assert_same(compiled, agents)
        noticed = noticed or not np.array_equal(compiled.weeks, simulate(scenario, 2).weeks, equal_nan=True)
    assert noticed


class Shuffled(ValueNetworkModel):
    """Agents act in random order."""

    def activate(self, agents, method):
        agents.shuffle_do(method)


def test_order_in_which_agents_act_changes_nothing(greenfield: Scenario, mountain_view: Scenario):
    for scenario in (mountain_view, greenfield):
        model = Shuffled(scenario, 11)
        while model.running:
            model.step()
        assert_same(simulate(scenario, 11), model.result())
