"""The alignment question, asked before any run."""

import pytest
from conftest import NO_POWER, SCENARIOS

from sim import Scenario, load_scenario
from sim.diagnose import diagnose
from sim.outcome import LEDGER


def opposition(scenario: Scenario) -> float:
    return diagnose(scenario, 3)["opposition"].sum()


def test_an_initiative_equal_to_the_status_quo_is_aligned_with_all():
    table = diagnose(Scenario().revise({"vendor.funding_loss": 0.0}), 3)
    assert table["opposition"].to_numpy() == pytest.approx(0.0)
    assert table["stance"].to_numpy() == pytest.approx(0.0)


def test_an_aligned_initiative_meets_less_than_a_misaligned_one():
    aligned, misaligned = (
        load_scenario(SCENARIOS / f"{name}.toml") for name in ("aligned_curriculum", "mountain_view")
    )
    assert opposition(aligned) < 0.2 * opposition(misaligned)


def test_without_power_nobody_opposes(mountain_view):
    assert opposition(mountain_view.revise(NO_POWER)) == 0.0


@pytest.mark.parametrize(
    "changes", [{"horizon.weeks": 0}, {"population.families": 0}, {"teachers.count": 0}, {"design.start_weeks": (40,)}]
)
def test_edges_are_defined(changes):
    table = diagnose(Scenario().revise(changes), 2)
    assert table["stakeholder"].tolist() == [name for name, who in LEDGER.stakeholders.items() if who.stance]
    assert len(table) >= 6
    assert table["stance"].notna().all()
