"""The empirical patterns P1 to P5, with enough runs that a failure means something.

The bands are those of sim/calibration/patterns.py, told there with their sources.
docs/validation.md publishes the fit.
"""

import pytest
from conftest import SCENARIOS

from sim.calibration.patterns import measure, misfit, mixed_population


@pytest.fixture(scope="module")
def table():
    return measure(SCENARIOS, {}, replicates=100, mixed=200).set_index("quantity")


@pytest.mark.parametrize(
    "quantity",
    [
        "Mountain View: ended in weeks 12 to 24",
        "Mountain View: share on record by week 16",
        "Mountain View: complaints within 5 weeks",
        "Cheshire: ended in weeks 12 to 24",
        "Elizabeth: goes on for all for three years",
        "Mixed population: ended within a year",
        "Mixed population: ended or made optional within a year",
        "School of One: dropped within two years",
        "New schools of choice: closed within three years",
        "Village High: survives five years and grows",
        "Village High: more demand than seats",
    ],
)
def test_the_defaults_carry_the_pattern(table, quantity):
    row = table.loc[quantity]
    assert row["low"] <= row["value"] <= row["high"], row.to_dict()


def test_misfit_is_the_distance_to_the_bands(table):
    assert misfit(table) == pytest.approx(0.0)
    worse = table.assign(value=table["high"] + 0.1)
    assert misfit(worse) == pytest.approx(0.1 * len(table))


def test_the_mixed_population_varies():
    schools = mixed_population(SCENARIOS, 50)
    for field in ("achievement_mean", "ses_mean", "families"):
        assert len({getattr(school.population, field) for school in schools}) > 40
    assert len({school.design.dose for school in schools}) == 50
    assert {school.design.assignment for school in schools} == {"mandatory"}
