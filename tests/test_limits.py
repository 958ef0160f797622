"""Limits: settings of the factors in which designs are one and the same, to the bit. And no code
that acts asks which design it is.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from conftest import ROOT, SCENARIOS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import scenarios, seeded
from test_laws import Engine, assert_same

from sim import Scenario, simulate, simulate_with_agents
from sim.scenario import load_scenario
from sim.scenario.programme import Assignment, RegulatoryStatus, Setting

pytestmark = pytest.mark.once


def willing(scenario: Scenario) -> Scenario:
    """Everybody's guess beats inertia; there is something to choose."""
    doses = {"design.dose": scenario.design.dose, "board.concede_dose": scenario.board.concede_dose}
    some = {name: max(0.01, dose) for name, dose in doses.items()}
    return scenario.revise({**some, "families.inertia": -10.0, "families.inertia_contacts": 0.0})


NOBODY_LEAVES = {"families.return_rate": 0.0}


def offered(**fields: Any) -> dict[str, Any]:
    """Both offers alike in some fields."""
    return {f"{offer}.{name}": value for offer in ("design", "beside") for name, value in fields.items()}


def opting_in_with_all_willing_and_seats_for_all_is_opting_out(engine: Engine, scenario: Scenario, seed: int) -> None:
    """What else the two names stand for alike."""
    ease = scenario.factors.assignment.opt_out.return_ease
    opt_in = {"factors.assignment.opt_in.return_ease": ease, "factors.assignment.opt_in.exclusive": 0.0}
    alike = willing(scenario).revise({**opt_in, "design.viable_enrolment": 0, "design.smallest_class": 0.0})
    seats = 20 * alike.population.families * alike.population.schools
    assert_same(
        engine,
        seed,
        alike.revise(offered(assignment="opt_in", capacity=seats)),
        alike.revise(offered(assignment="opt_out", capacity=seats)),
    )


def opting_out_with_nobody_leaving_is_mandatory(engine: Engine, scenario: Scenario, seed: int) -> None:
    """What else it is to have a choice, is to have one when one is next in line, and nothing left
    to be made optional.
    """
    fixed = scenario.revise({**NOBODY_LEAVES, "population.next_in_line": 0.0, "board.can_make_optional": False})
    assert_same(engine, seed, *(fixed.revise(offered(assignment=name)) for name in ("opt_out", "mandatory")))


def a_new_school_that_is_sure_to_open_to_last_and_to_be_paid_for_is_an_existing_one(
    engine: Engine, scenario: Scenario, seed: int
) -> None:
    numbers = scenario.factors.setting.existing_school.model_dump()
    sure = {**numbers, "opens": 1.0, "mismanagement": 0.0}
    rows = {
        f"factors.setting.{name}.{field}": value
        for name in ("new_school", "existing_school")
        for field, value in sure.items()
    }
    alike = scenario.revise({**rows, "design.viable_enrolment": 0})
    assert_same(engine, seed, *(alike.revise(offered(setting=name)) for name in ("new_school", "existing_school")))


def a_second_offer_of_the_same_numbers_is_the_single_offer(engine: Engine, scenario: Scenario, seed: int) -> None:
    """Also where families choose, as long as there are seats for all of them."""
    seats = 20 * scenario.population.families * scenario.population.schools
    same = {name: getattr(scenario.design, name) for name in ("assignment", "setting", "regulatory_status")}
    single = scenario.revise({**offered(**same, capacity=seats), "beside.schools": 0})
    for beside in range(1, scenario.population.schools):
        assert_same(engine, seed, single, single.revise({"beside.schools": beside}))


LIMITS = (
    opting_in_with_all_willing_and_seats_for_all_is_opting_out,
    opting_out_with_nobody_leaving_is_mandatory,
    a_new_school_that_is_sure_to_open_to_last_and_to_be_paid_for_is_an_existing_one,
    a_second_offer_of_the_same_numbers_is_the_single_offer,
)
EACH_LIMIT = pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.__name__)


@EACH_LIMIT
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
@pytest.mark.longer
def test_in_the_compiled_engine(limit: Any, scenario: Scenario, seed: int):
    limit(simulate, scenario, seed)


@EACH_LIMIT
def test_among_agents(limit: Any):
    for seed in range(6):
        limit(simulate_with_agents, seeded(seed), seed)


@EACH_LIMIT
def test_in_a_community_of_500(limit: Any):
    scenario = load_scenario(SCENARIOS / "side_by_side.toml")
    for seed in range(3):
        limit(simulate, scenario, seed)


# --- the source ----------------------------------------------------------------------------------

ACTING = sorted(
    path
    for place in ("engine.py", "model.py", "parties")
    for path in ([ROOT / "sim" / place] if place.endswith(".py") else (ROOT / "sim" / place).rglob("*.py"))
    if path.name != "settings.py"
)
"""Where something acts; a party's settings say what a scenario may hold."""

NAMES = {name for names in (Assignment, Setting, RegulatoryStatus) for name in get_args(names)} | {
    path.stem for path in (SCENARIOS / "designs").glob("*.toml")
}
FIELDS = {"assignment", "setting", "regulatory_status", "design_name"}


def asked(tree: ast.AST) -> Iterator[str]:
    """Names of designs and of the levels of their factors, and the fields that hold them, as a
    source uses them outside of its documentation.
    """
    reported = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in NAMES | FIELDS and id(node) not in reported:
            yield f"line {node.lineno}: {node.value!r}"
        if isinstance(node, ast.Attribute) and node.attr in NAMES | FIELDS:
            yield f"line {node.lineno}: .{node.attr}"
        if isinstance(node, ast.Name) and node.id in NAMES | FIELDS:
            yield f"line {node.lineno}: {node.id}"


@pytest.mark.parametrize("path", ACTING, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_rule_phase_or_agent_asks_which_design_it_is(path: Path):
    assert list(asked(ast.parse(path.read_text()))) == []


@pytest.mark.parametrize(
    "source",
    [
        "if w.design_name == name: pass",
        "x = scenario.design.assignment",
        "x = getattr(scenario.design, 'setting')",
        "if name == 'greenfield': pass",
        "if status in ('charter', 'virtual'): pass",
        "match name:\n    case 'opt_in':\n        pass",
    ],
)
def test_it_would_be_noticed(source: str):
    assert list(asked(ast.parse(source)))
