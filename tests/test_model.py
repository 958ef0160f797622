"""The Mesa model works as Mesa models do."""

import copy
import gc
import pickle
import warnings
import weakref

import mesa
import numpy as np
import pytest
from strategies import MISALIGNED

import sim
from sim import Scenario, ValueNetworkModel, simulate, simulate_with_agents
from sim.kernel.parties import DEFAULT
from sim.outcome import WEEKLY
from sim.parties.base import Party
from sim.parties.board.agent import Board
from sim.parties.community.agent import Community
from sim.parties.families.family import Family
from sim.parties.funder.agent import Funder
from sim.parties.leaders.agent import Leaders
from sim.parties.regulator.agent import Regulator
from sim.parties.teachers.agent import Teacher
from sim.parties.union.agent import Union
from sim.parties.vendor.agent import Vendor

SMALL = {**MISALIGNED, "population.families": 60, "teachers.count": 6, "horizon.weeks": 12, "board.constituency": 180}


@pytest.fixture
def small() -> Scenario:
    return Scenario().revise(SMALL)


def test_every_party_is_a_mesa_agent(small):
    model = ValueNetworkModel(small, rng=1)
    counts = {kind: len(agents) for kind, agents in model.agents_by_type.items()}
    single = {package.agent: 1 for package in DEFAULT.packages if issubclass(package.agent, Party)}
    everybody = small.population.families + small.next_in_line + small.outside_sampled
    assert counts == {Family: everybody, Teacher: 6, **single}
    assert {Union, Regulator, Community, Vendor, Funder, Leaders, Board} <= set(single)
    assert all(isinstance(agent, mesa.Agent) for agent in model.agents)


def test_step_select_and_aggregate(small):
    model = ValueNetworkModel(small, rng=1)
    for _ in range(5):
        model.step()
    assert (model.steps, model.week) == (5, 5)
    inside = model.families.select(lambda family: family.inside)
    unhappy = inside.select(lambda family: family.attitude < 0)
    assert 0 < len(unhappy) <= len(inside) == 60
    assert inside.agg("attitude", np.mean) == pytest.approx(model.variables.attitude)
    assert model.agents.select(agent_type=Teacher).agg("skill", min) > 0


def test_data_collector_holds_the_weekly_table(small):
    model = ValueNetworkModel(small, rng=1)
    while model.running:
        model.step()
    table = model.datacollector.get_model_vars_dataframe()
    assert list(table.columns) == list(WEEKLY)
    np.testing.assert_array_equal(table.to_numpy(), simulate(small, 1).weekly().to_numpy())


def test_mesa_batch_run_works_without_deprecation_warnings(small):
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        warnings.simplefilter("error", PendingDeprecationWarning)
        warnings.simplefilter("error", FutureWarning)
        if "rng" in mesa.batch_run.__code__.co_varnames:
            rows = mesa.batch_run(ValueNetworkModel, {"scenario": small}, rng=[1, 2, 3], display_progress=False)
        else:
            rows = mesa.batch_run(ValueNetworkModel, {"scenario": small, "rng": [1, 2, 3]}, display_progress=False)
    assert len(rows) == 3
    for row in rows:
        seed = row.get("rng", row.get("seed"))
        assert row["capital"] == simulate(small, seed).weekly()["capital"].iloc[-1]


@pytest.mark.parametrize("seed", ["seven", None, -1, 1.0, True, np.float64(2.0)])
def test_a_run_is_named_by_a_whole_number(seed):
    for run in (ValueNetworkModel, simulate, simulate_with_agents):
        with pytest.raises(TypeError, match="accepted: a whole number from 0"):
            run(Scenario(), seed)


def test_seeds_may_be_of_any_whole_number_type(small):
    assert ValueNetworkModel(small, np.uint8(7)).seed == 7
    assert simulate(small, np.int32(7)) == simulate(small, 7)


def test_iterations_of_batch_run_are_refused_as_they_name_no_seeds(small):
    warnings.simplefilter("ignore", DeprecationWarning)  # Newer Mesa deprecates iterations.
    with pytest.raises(TypeError, match=r"For mesa\.batch_run give rng=range\(3\)"):
        mesa.batch_run(ValueNetworkModel, {"scenario": [small]}, iterations=3, display_progress=False)


def calm_summers(mobilisation_before, spoke, kept, week_of_year):
    return 0.0 if week_of_year > 30 else max(kept * mobilisation_before, 1.0 if spoke else 0.0)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
@pytest.mark.parametrize("rules", [None, sim.rules.replace(mobilisation=calm_summers)])
def test_a_copied_or_pickled_model_goes_on_as_the_original_does(small, copied, rules):
    model = ValueNetworkModel(small, 3, rules)
    for _ in range(4):
        model.step()
    twin = copied(model)
    while twin.running:
        twin.step()
    assert model.week == 4
    while model.running:
        model.step()
    assert twin.result() == model.result() == simulate_with_agents(small, 3, rules)


def test_a_model_that_nobody_holds_is_released(small):
    model = ValueNetworkModel(small, 3)
    model.step()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


class Patient(Family):
    """A family that speaks only every other week."""

    def speak(self) -> None:
        super().speak()
        if self.model.week % 2 == 0:
            self.spoke = False
            self.next_mobilisation = self.rules.mobilisation(
                self.mobilisation, False, self.scenario.families.mobilisation_kept
            )


def test_an_agent_can_be_subclassed(small):
    plain, patient = simulate_with_agents(small, 1), simulate_with_agents(small, 1, agent_classes={Family: Patient})
    assert patient.outcome.on_record < plain.outcome.on_record
    assert (patient.weekly()["voices_against"].iloc[1::2] == 0).all()


class Deaf(Board):
    """A board that feels nothing."""

    def weigh_pressure(self) -> dict[str, float]:
        return dict.fromkeys(super().weigh_pressure(), 0.0)


def test_a_board_can_be_subclassed(small):
    strict = {"board.suspend_below": 0.9, "board.doubt": -5.0, "leaders.sponsorship": 0.0, "leaders.drop": 0.0}
    longer = small.revise({"horizon.weeks": 40, "board.tolerance_sd": 0.0, **strict})
    assert simulate_with_agents(longer, 1).outcome.ending == "suspended"
    assert simulate_with_agents(longer, 1, agent_classes={Board: Deaf}).outcome.ending == "sustained"


def test_members_hold_their_own_tolerance_and_a_seat_that_is_won_brings_another(small):
    angry = small.revise({"community.election_weeks": (4,), "community.electorate": 1, "community.turnout": 0.0})
    model = ValueNetworkModel(angry.revise({"families.voice_rate": 1.0, "board.can_suspend": False}), rng=1)
    before = list(model.board.tolerance)
    while model.running:
        model.step()
    won = [seat for seat, tolerance in enumerate(model.board.tolerance) if tolerance != before[seat]]
    assert len(before) == 5
    assert won == [0, 2, 4]
    assert model.variables.seats_lost == 3


def test_a_teacher_who_goes_is_followed_by_who_comes_untrained(small):
    """Who stays is trained by then."""
    years = small.revise({"horizon.weeks": 37, "teachers.turnover": 1.0, "board.can_suspend": False, **KEPT})
    model = ValueNetworkModel(years, rng=1)
    assert all(teacher.trained for teacher in model.teachers)
    while model.running:
        model.step()
    assert model.variables.staff_left == 6
    assert not any(teacher.trained for teacher in model.teachers)


KEPT = {"board.can_decline": False, "leaders.drop": 0.0}


def test_mesas_own_random_numbers_are_not_used(small):
    """A model's run does not hang on Mesa's generator, whose stream differs between versions."""
    model = ValueNetworkModel(small, rng=1)
    model.rng.random(100)
    model.random.random()
    while model.running:
        model.step()
    np.testing.assert_array_equal(model.result().weeks, simulate(small, 1).weeks)
