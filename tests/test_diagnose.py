"""The alignment question, asked before any run."""

from typing import Any

import pytest
from conftest import NO_POWER, SCENARIOS

from sim import Scenario, load_scenario
from sim.diagnose import diagnose
from sim.outcome import VARIABLES

pytestmark = pytest.mark.once


def opposition(scenario: Scenario) -> float:
    return diagnose(scenario, 3)["opposition"].sum()


def of(scenario: Scenario, who: str) -> Any:
    return diagnose(scenario, 3).set_index("stakeholder").loc[who]


def test_an_initiative_equal_to_the_status_quo_is_aligned_with_all():
    table = diagnose(Scenario().revise({"funder.cost": 0.0}), 3)
    assert table["opposition"].to_numpy() == pytest.approx(0.0)
    assert table["stance"].to_numpy() == pytest.approx(0.0)


def test_an_aligned_initiative_meets_less_than_a_misaligned_one():
    aligned, misaligned = (
        load_scenario(SCENARIOS / f"{name}.toml") for name in ("aligned_curriculum", "mountain_view")
    )
    assert opposition(aligned) < 0.2 * opposition(misaligned)


def test_families_next_in_line_are_asked_as_far_as_they_have_a_stake(mountain_view):
    """A family that cannot say no is heard by the board before its child is inside."""
    unknowing = mountain_view.revise({"population.next_in_line": 0.0, "families.stake_outside": 0.0})
    knowing = unknowing.revise({"population.next_in_line": 1.0})
    assert of(knowing, "families")["opposition"] > of(unknowing, "families")["opposition"] > 0.0
    assert of(knowing, "families")["stance"] < 0.0


@pytest.mark.parametrize(
    ("money", "strained"),
    [
        ({}, False),
        ({"funder.borne": 0.8, "funder.loss": 0.0}, False),
        ({"funder.borne": 0.8, "funder.loss": 0.0, "funder.end_week": 109}, False),
        ({"funder.borne": 0.8, "funder.loss": 0.0, "funder.end_week": 37}, True),
        ({"funder.borne": 0.8, "funder.loss": 0.5}, True),
        ({"funder.promised": 0.5}, True),
        ({"funder.promised": 0.5, "funder.cost": 0.0}, False),
        ({"funder.borne": 0.8, "funder.end_week": 37, "design.dose": 0.0}, False),
    ],
)
@pytest.mark.longer
def test_money_is_against_where_new_strain_is_to_be_expected_within_a_year(money, strained):
    stance = of(Scenario().revise(money), "funder")["stance"]
    assert (stance < 0.0) == strained
    assert -1.0 <= stance <= 0.0


def test_a_grant_is_counted_from_the_start_of_the_programme():
    money = {"funder.borne": 0.8, "funder.loss": 0.0}
    now = Scenario().revise({**money, "funder.end_week": 37})
    later = Scenario().revise({**money, "funder.end_week": 77, "design.start_weeks": (41,)})
    assert of(later, "funder")["stance"] == of(now, "funder")["stance"] < 0.0


def test_what_may_not_open_is_judged_as_if_it_did(mountain_view):
    sure = of(mountain_view, "families")["stance"]
    doubtful = mountain_view.revise({f"factors.setting.{mountain_view.design.setting}.opens": 0.0})
    assert of(doubtful, "families")["stance"] == sure != 0.0


def test_without_power_nobody_opposes(mountain_view):
    assert opposition(mountain_view.revise(NO_POWER)) == 0.0


@pytest.mark.parametrize(
    "changes", [{"horizon.weeks": 0}, {"population.families": 0}, {"teachers.count": 0}, {"design.start_weeks": (41,)}]
)
def test_edges_are_defined(changes):
    table = diagnose(Scenario().revise(changes), 2)
    assert table["stakeholder"].tolist() == [name for name, who in VARIABLES.stakeholders.items() if who.stance]
    assert len(table) >= 5
    assert table["stance"].notna().all()
