"""The mechanisms by which programmes end and last, and their laws (docs/odd.md), over draws of the
prior. Statistical laws compare risks on the same seeds: the whole interval lies within a margin.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import DESIGNS, SCENARIOS, part_of
from strategies import seeded

import sim
from sim import load_scenario, simulate, simulate_with_agents
from sim.casebook.drawing import drawn
from sim.casebook.files import Code
from sim.casebook.rubric import fields
from sim.casebook.to_scenario import UNUSED, changes
from sim.draws import draws_named
from sim.parties.board.endings import CAUSES
from sim.priors import PRIORS
from sim.scenario import Scenario, parameter_table
from sim.statistics.intervals import paired_difference
from study.mechanisms import MECHANISMS

pytestmark = pytest.mark.once

MARGIN = 0.05
PAIRS = 500
QUIET = {"regulator.order": 0.0, "vendor.fault": 0.0, "funder.cut": 0.0}
"""No orders from above, faults of a product or lean budgets."""


def community(design: str = "retrofit", **fields: Any) -> Scenario:
    """Mountain View, a third of its size."""
    smaller = {
        "population.families": 160, "population.schools": 1, "board.constituency": 1600, "teachers.count": 8,
        "funder.budget_students": 1600,
    }  # fmt: skip
    places = {"design.capacity": 60} if load_scenario(SCENARIOS / "mountain_view.toml", design).design.capacity else {}
    base = load_scenario(SCENARIOS / "mountain_view.toml", design).revise({**smaller, **places})
    return base.revise({name.replace("__", "."): value for name, value in fields.items()})


def runs_of(scenario: Scenario, pairs: int = PAIRS) -> pd.DataFrame:
    """Runs over draws of the prior, in the order of seeds."""
    found = sim.experiment(scenario, seeds=pairs, parameters="prior").runs
    return found.sort_values("seed", ignore_index=True)


def over(runs: pd.DataFrame) -> np.ndarray:
    return (runs["outcome"] == "discontinued").to_numpy()


def less_different(scenario: Scenario, share: float) -> Scenario:
    """A programme of so much of the difference from the usual class, at so much of the cost."""
    usual, made = scenario.status_quo, scenario.initiative
    profile = {
        f"initiative.{name}": value + share * (getattr(made, name) - value)
        for name, value in usual.model_dump().items()
    }
    rest = {
        f"initiative.{name}": share * getattr(made, name) for name in ("role_change", "workload", "effect", "appeal")
    }
    departure = share * scenario.offer.unfamiliar
    return scenario.revise({**profile, **rest, "initiative.departure": departure, "funder.cost": share * 1000.0})


# --- switches ------------------------------------------------------------------------------------


def test_every_mechanism_has_values_that_switch_it_off_and_are_accepted():
    known = set(parameter_table()["field"])
    for each in MECHANISMS:
        assert set(each.off) <= known
        Scenario().revise(each.off)
    assert len({each.name for each in MECHANISMS}) == len({each.words for each in MECHANISMS}) == len(MECHANISMS)
    assert set(draws_named("prior").values) == set(PRIORS)


def test_both_engines_agree_at_draws_of_the_prior_and_with_each_mechanism_off():
    draws = draws_named("prior")
    for seed, each in enumerate(MECHANISMS):
        scenario = seeded(seed).revise({**draws.row(seed), **each.off})
        assert simulate(scenario, seed) == simulate_with_agents(scenario, seed)


def test_every_end_and_adaptation_has_a_cause_and_nothing_else_has():
    runs = pd.concat(runs_of(community(design), 150) for design in ("retrofit", "strand"))
    caused = runs["outcome"].isin(["discontinued", "adapted", "never_filled"])
    assert set(runs.loc[caused, "cause"]) <= set(CAUSES)
    assert (runs.loc[~caused, "cause"].fillna("") == "").all()
    by = dict(zip(runs["ending"], runs["cause"], strict=True))
    assert by.get("dropped", "new_leader") == "new_leader"
    assert by.get("never_filled", "enrolment") == "enrolment"


# --- law (a): nothing new, nothing ended ---------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("design", part_of(DESIGNS))
def test_what_is_no_different_is_left_alone_and_the_risk_goes_there_continuously(design: str):
    """A new school may be mismanaged whatever it does; it is not, here. Whoever gains nothing by a
    programme does not choose it, unless inertia is less than none.
    """
    fields = {**QUIET, "factors.setting.new_school.mismanagement": 0.0, "families.inertia": -0.2}
    scenario = community(design).revise({**fields, "design.viable_enrolment": 0, "horizon.weeks": 108})
    # A risk of .02 is told from .03 by as many.
    pairs = {0.0: 300, 0.02: 1500, 0.1: 300, 1.0: 300}
    risks = {share: over(runs_of(less_different(scenario, share), seeds)).mean() for share, seeds in pairs.items()}
    assert risks[0.0] == 0.0
    assert risks[0.02] <= 0.02
    assert risks[0.1] <= 0.1 + 0.5 * risks[1.0]


def test_places_differ_in_how_loud_they_are_and_are_the_same_place_under_every_design():
    """Runs spread out around the same middle; a seed that is loud under one design is under
    another.
    """
    counts = {}
    for design, spread in (("retrofit", 0.0), ("retrofit", 1.5), ("opt_out", 1.5)):
        scenario = community(design, families__voice_spread=spread)
        counts[design, spread] = [simulate(scenario, seed).outcome.on_record for seed in range(60)]
    alike, apart, other = (np.array(each) for each in counts.values())
    assert apart.std() > 1.5 * alike.std()
    assert np.corrcoef(apart, other)[0, 1] > 0.5
    assert (apart < alike).sum() in range(15, 46)


def test_a_chosen_programme_that_nobody_enters_is_never_filled():
    runs = runs_of(community("strand", design__smallest_class=1.0, families__inertia=2.0), 60)
    assert set(runs["outcome"]) == {"never_filled"}
    assert set(runs["reached"]) == {0}
    assert set(runs["opened"]) == {0}


# --- law (b): rates are per unit of time ---------------------------------------------------------


@pytest.mark.slow
def test_how_often_the_board_meets_changes_no_risk():
    found = {weeks: over(runs_of(community(board__meeting_interval=weeks))) for weeks in (1, 2, 4, 8)}
    for weeks in (2, 4, 8):
        _, lower, upper = paired_difference(found[weeks], found[weeks // 2])
        assert -MARGIN <= lower <= upper <= MARGIN, {name: risk.mean() for name, risk in found.items()}


@pytest.mark.slow
def test_at_full_responsiveness_the_wait_for_an_answer_is_that_of_the_rate():
    always = {"board.answer_below": 1.0, "board.can_suspend": False, "leadership.responsiveness": 1.0}
    for interval in (1, 8):
        runs = runs_of(community(board__meeting_interval=interval).revise({**always, "horizon.weeks": 36}), 300)
        waited = runs["week_repaired"].dropna()
        assert 1.5 <= waited.mean() <= 4.0, (interval, waited.describe())


# --- law (c): what nobody minds more of ----------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "less", "more"),
    [
        ("teachers.disposition_mean", -0.5, 0.5),
        ("leadership.training", 0.1, 0.9),
        ("initiative.staff_gain", 0.0, 0.4),
        ("funder.cost", 0.0, -300.0),
        ("families.leaning_mean", 0.0, 0.2),
    ],
)
def test_more_support_belief_training_savings_or_satisfaction_never_raise_the_risk(
    field: str, less: float, more: float
):
    one, other = (over(runs_of(community().revise({field: value}))) for value in (less, more))
    _, _, upper = paired_difference(other, one)
    assert upper <= MARGIN, (field, one.mean(), other.mean())


@pytest.mark.slow
def test_each_lever_and_the_staff_matter():
    def moved(field: str, low: float, high: float) -> float:
        one, other = (over(runs_of(community().revise({field: value}))) for value in (low, high))
        return float(one.mean() - other.mean())

    assert moved("teachers.disposition_mean", -0.6, 0.6) > 0.1


# --- law (d): a school does not close itself -----------------------------------------------------


@pytest.mark.slow
def test_no_new_principal_closes_the_school_that_it_leads():
    school = community("greenfield", leaders__decides="principal", leaders__principal_leaves=0.9)
    runs = runs_of(school.revise({"design.viable_enrolment": 10}), 200)
    assert not (runs["ending"] == "dropped").any()
    inside = runs_of(community("strand", leaders__decides="principal", leaders__principal_leaves=0.9), 200)
    assert (inside["ending"] == "dropped").any()


# --- law (e): populations and cases under one rubric ---------------------------------------------


@pytest.mark.slow
def test_a_population_coded_case_by_case_has_the_risk_of_the_distribution_of_its_codes():
    draws = draws_named("prior")

    def ended(values: Mapping[str, Any], seed: int) -> bool:
        scenario = Scenario().revise({**changes("unit", values, 3.0, 80), **draws.row(seed)})
        return simulate(scenario, seed).outcome.outcome == "discontinued"

    units = [drawn("units", [], seed) for seed in range(300)]
    cases = [{name: Code(value=value, basis="fact", why="x") for name, value in unit.items()} for unit in units]
    one = np.array([ended(unit, seed) for seed, unit in enumerate(units)])
    other = np.array([ended(drawn(f"case_{seed}", [case], seed), seed) for seed, case in enumerate(cases)])
    assert 0.0 < one.mean() < 1.0
    _, lower, upper = paired_difference(other, one)
    assert -0.03 <= lower <= upper <= 0.03


# --- law (f): each source by its switch ----------------------------------------------------------

SOURCES = {
    "staff": {"teachers.lapse": 0.0, "power.union.regulation": 0.0},
    "order": {"regulator.order": 0.0, "power.regulator.regulation": 0.0},
    "product": {"vendor.fault": 0.0},
    "new_leader": {"leaders.drop": 0.0},
}


@pytest.mark.slow
@pytest.mark.parametrize("cause", part_of(SOURCES))
def test_a_source_of_endings_that_is_off_takes_its_own_and_frees_no_more(cause: str):
    scenario = community("strand", regulator__hold=1.0)
    with_it, without = runs_of(scenario, 800), runs_of(scenario.revise(SOURCES[cause]), 800)
    mine = (with_it["cause"] == cause).mean()
    assert mine > 0.0
    assert not (without["cause"] == cause).any()
    _, lower, upper = paired_difference(over(without), over(with_it))
    assert upper <= MARGIN
    assert lower >= -mine - MARGIN


# --- outsiders -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_those_outside_mind_bears_on_a_chosen_programme_that_shares_with_them():
    shares = {"factors.setting.strand.shared": 0.8, "families.stake_outside": 0.6}
    risk = {
        each: over(runs_of(community("strand").revise({**shares, "families.grievance": each}))) for each in (0, 0.4)
    }
    _, lower, _ = paired_difference(risk[0.4], risk[0])
    assert lower > 0.0


# --- the map -------------------------------------------------------------------------------------


def test_every_field_of_the_rubric_is_used_or_named_as_not_used():
    class Read(dict[str, Any]):
        def __getitem__(self, name: str) -> Any:
            asked.add(name)
            return super().__getitem__(name)

    asked: set[str] = set()
    for chooses, board in (("opt_in", "elected"), ("mandatory", "own")):
        for setting in ("new_school", "existing_school"):
            given = drawn("x", [], 1)
            given |= {name: drawn("x", [], 1).get(name, field.unknown[0]) for name, field in fields().items()
                      if name not in given}  # fmt: skip
            changes("x", Read({**given, "chooses": chooses, "board": board, "setting": setting, "outside": 0.5}), 3.0)
    assert asked | set(UNUSED) == set(fields())
    assert not asked & set(UNUSED)
