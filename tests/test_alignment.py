"""Two engines, one model: bit-identical runs for any scenario and seed (docking, Axtell et al.
1996).
"""

import inspect
from collections import Counter
from itertools import chain
from typing import Any

import numpy as np
import pytest
from conftest import NO_POWER, PROOF_SEED, SCENARIOS, SHIPPED, of_a_proof
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import MISALIGNED, scenarios, seeded

from sim import Run, Scenario, ValueNetworkModel, load_scenario, rules, simulate, simulate_with_agents
from sim.outcome import ENDINGS
from sim.scenario import design_names


def assert_same(compiled: Run, agents: Run) -> None:
    """The same numbers, and the same signs of zero."""
    np.testing.assert_array_equal(compiled.weeks, agents.weeks)
    np.testing.assert_array_equal(np.signbit(lived(compiled)), np.signbit(lived(agents)))
    assert compiled.outcome.as_dict() == agents.outcome.as_dict()
    assert signs(compiled) == signs(agents)


def lived(run: Run) -> np.ndarray:
    return run.weeks[~np.isnan(run.weeks)]


def signs(run: Run) -> dict[str, bool]:
    """Signs of the outcome's numbers; NaN has none."""
    values = run.outcome.as_dict()
    return {name: bool(np.signbit(value)) for name, value in values.items() if isinstance(value, int | float)}


def misaligned(**changes) -> Scenario:
    """A misaligned initiative in a small district; names with two underscores stand for dotted
    fields.
    """
    return Scenario().revise({**MISALIGNED, **{name.replace("__", "."): value for name, value in changes.items()}})


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(scenario=scenarios(), seed=st.integers(0, 2**63 - 1))
@pytest.mark.longer
def test_engines_agree_bit_for_bit_on_random_scenarios(scenario: Scenario, seed: int):
    assert_same(simulate(scenario, seed), simulate_with_agents(scenario, seed))


@pytest.mark.slow
@pytest.mark.parametrize("thousand", [(PROOF_SEED + number) % 10 for number in range(of_a_proof(10))])
def test_engines_agree_bit_for_bit_on_ten_thousand_scenarios_with_every_switch_on_and_off(thousand: int):
    """Each thousand, and where it takes more as many as it takes, also has every way of ending in
    it, and everything that can befall people.
    """
    endings: Counter[str] = Counter()
    befell: Counter[str] = Counter()
    more = range(10_000 + 2000 * thousand, 10_000 + 2000 * (thousand + 1))
    for seed in chain(range(1000 * thousand, 1000 * (thousand + 1)), more):
        if seed in more and set(endings) == set(ENDINGS) and all(befell[name] for name in BEFALLS):
            break
        scenario = seeded(seed)
        compiled = simulate(scenario, seed)
        try:
            assert_same(compiled, simulate_with_agents(scenario, seed))
        except AssertionError as difference:
            raise AssertionError(f"strategies.seeded({seed}) under seed {seed}") from difference
        endings[compiled.outcome.ending] += 1
        befell.update({name: compiled.outcome[name] > 0 for name in BEFALLS})
    assert set(endings) == set(ENDINGS)
    assert all(befell[name] for name in BEFALLS)


BEFALLS = (
    "reached", "on_record", "left_programme", "walkouts", "staff_left", "leaders_gone", "seats_lost",
)  # fmt: skip


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == "mountain_view" else pytest.mark.once) for name in SHIPPED]
)
@pytest.mark.longer
def test_engines_agree_on_every_shipped_scenario_and_design(name: str):
    """With more families than the compiled engine handles together."""
    file = SCENARIOS / f"{name}.toml"
    for design in ("as_written", *design_names(file)):
        scenario = load_scenario(file, design).revise(
            {"population.families": 130, "board.constituency": 3000, "horizon.weeks": 50}
        )
        assert_same(simulate(scenario, 5), simulate_with_agents(scenario, 5))


CALM = {
    "board__can_suspend": False,
    "board__can_decline": False,
    "leaders__drop": 0.0,
    "leadership__responsiveness": 1.0,
    "board__answer_below": 1.0,
    "teachers__lapse": 0.0,
    "leaders__disappointment": 0.0,
    "funder__cut": 0.0,
    "vendor__fault": 0.0,
    "regulator__order": 0.0,
}
"""A board that never ends it, and answers whatever happens."""

ENDS = {
    "sustained": {**CALM, "board__can_concede": False, "board__can_make_optional": False},
    "diluted": {**CALM, "board__can_make_optional": False},
    "made_optional": CALM,
    "suspended": {"board__suspend_below": 1.0, "leaders__sponsorship": 0.0},
    "not_renewed": {"board__can_suspend": False, "board__doubt": 5.0},
    "dropped": {**CALM, "leaders__superintendent_leaves": 1.0, "leaders__drop": 1.0, "board__can_concede": False},
    "closed": {**CALM, "design__viable_enrolment": 90, "design__grant": 0.0},
    "mismanaged": {"factors__setting__existing_school__mismanagement": 1.0},
    "stopped": {
        **CALM,
        "initiative__seat_time": 0.0,
        "regulator__required_seat_time": 1.0,
        "regulator__notices_to_stop": 1,
    },
    "never_filled": {
        "design__assignment": "opt_in",
        "design__capacity": 90,
        "design__smallest_class": 40.0,
        "families__inertia": 2.0,
    },
    "not_opened": {"factors__setting__existing_school__opens": 0.0},
}
"""What leads to each way of ending, whatever the defaults are."""


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_way_of_ending_is_reached_and_alike_in_both_engines(ending: str):
    scenario = misaligned(**ENDS[ending])
    compiled = simulate(scenario, 3)
    assert compiled.outcome.ending == ending
    assert_same(compiled, simulate_with_agents(scenario, 3))


def test_what_does_not_open_enrols_nobody_and_is_over_in_week_0():
    for first_week in (1, 6):
        scenario = misaligned(**ENDS["not_opened"], design__start_weeks=(first_week,))
        run = simulate_with_agents(scenario, 1)
        assert (run.outcome.opened, run.outcome.week_over, run.outcome.reached, len(run.weekly())) == (0, 0.0, 0, 1)
        assert_same(simulate(scenario, 1), run)


def test_without_power_and_without_a_stake_nothing_drains_in_either_engine():
    unheard = Scenario().revise({**MISALIGNED, **NO_POWER})
    no_dose = misaligned(design__dose=0.0, leaders__drop=1.0)
    for scenario in (unheard, no_dose):
        run = simulate_with_agents(scenario, 1)
        assert run.weekly().filter(like="drained_").to_numpy().any() == np.False_
        assert_same(simulate(scenario, 1), run)


@pytest.mark.slow
@pytest.mark.xdist_group("swapped")
def test_swapped_rule_changes_both_engines_alike(swapped):
    """Whoever is against it says so at once, and whoever is not says nothing."""
    scenario = misaligned()
    compiled, agents = simulate(scenario, 3, swapped), simulate_with_agents(scenario, 3, swapped)
    assert_same(compiled, agents)
    usual = simulate(scenario, 3)
    assert compiled.outcome.on_record > usual.outcome.on_record > 0
    nobody = misaligned(families__threshold=1.0)
    assert simulate(nobody, 3, swapped).outcome.on_record == 0


LIVELY = {
    "horizon__weeks": 50,
    "horizon__weeks_per_year": 12,
    "results__weeks": (6, 12),
    "population__schools": 2,
    "population__grades": 2,
    "population__outside": 40,
    "board__constituency": 300,
    "board__renewal_week": 9,
    "board__meeting_interval": 1,
    "beside__schools": 1,
    "beside__assignment": "opt_in",
    "beside__setting": "school_within_school",
    "beside__capacity": 30,
    "students__walkout": 0.1,
    "funder__borne": 0.5,
    "funder__loss": 0.5,
    "funder__promised": 0.2,
    "regulator__required_seat_time": 1.0,
    "regulator__required_grade_level": 1.0,
    "initiative__seat_time": 0.8,
    "community__election_weeks": (11, 21, 31),
    "community__electorate": 50,
    "families__threshold": 0.0,
    "families__return_rate": 0.3,
    "leaders__decides": "both",
    "leaders__superintendent_leaves": 0.6,
    "leaders__principal_leaves": 0.6,
}
"""Much happens in it, and much is there to happen to."""


MOVED = {
    "calmed": ("calm", "1.0 - calm"),
    "grade_of": ("year", "year + 1"),
    "capital": ("drained", "0.8 * drained"),
    "response": ("capital", "capital - 0.2"),
    "support": ("in_favour", "taking_part - in_favour"),
    "votes_to_suspend": ("capital", "capital - 0.2"),
    "votes_to_end": ("margin", "margin - 0.2"),
    "review_due": ("since", "0.8 * since"),
    "stop_ordered": ("notices", "0.8 * notices"),
    "walks_out": ("ready", "0.8 * ready"),
    "pupil_unhappy": ("sensitivity", "0.8 * sensitivity"),
}
"""The argument that is moved where a rule's result cannot be scaled, or that would do too little
or too much.
"""

SEEDS = range(1000)


def moved(name: str) -> Any:
    """A rule that says something else than usual, though not much."""
    usual = getattr(rules.DEFAULT, name)
    arguments = list(inspect.signature(usual).parameters)
    at, instead = MOVED.get(name, ("", ""))
    given = ", ".join(instead if argument == at else argument for argument in arguments)
    scope: dict[str, Any] = {"usual_rule": usual}
    exec(f"def moved({', '.join(arguments)}):\n    return usual_rule({given}){'' if at else ' * 0.8'}", scope)
    return scope["moved"]


@pytest.fixture(scope="session")
def all_moved() -> Any:
    return rules.replace(**{name: moved(name) for name in rules.Rules._fields})


@pytest.fixture(scope="session")
def reported(all_moved) -> list[Run]:
    """Runs in which each rule says something else; both engines agree on them."""
    runs = [simulate_with_agents(seeded(seed), seed, all_moved) for seed in SEEDS]
    for seed, run in zip(SEEDS, runs, strict=True):
        assert_same(simulate(seeded(seed), seed, all_moved), run)
    return runs


@pytest.mark.slow
@pytest.mark.xdist_group("moved")
@pytest.mark.parametrize("name", rules.Rules._fields)
def test_every_rule_is_called_by_both_engines(name: str, all_moved, reported):
    """Put one rule back, and a run changes: the rule is used. An engine that had it written a
    second time would have differed before.
    """
    put_back = all_moved._replace(**{name: getattr(rules.DEFAULT, name)})
    changed = (simulate_with_agents(seeded(seed), seed, put_back) != reported[seed] for seed in SEEDS)
    assert any(changed)


class Shuffled(ValueNetworkModel):
    """Agents act in random order."""

    def activate(self, agents, method):
        agents.shuffle_do(method)


@pytest.mark.parametrize("changes", [{}, CALM], ids=["ends", "goes on"])
def test_order_in_which_agents_act_changes_nothing(changes):
    scenario = misaligned(**LIVELY, **changes)
    model = Shuffled(scenario, 11)
    while model.running:
        model.step()
    assert_same(simulate(scenario, 11), model.result())
