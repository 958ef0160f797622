"""Factors are named shortly, and never alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.statistics.factors import short_names

pytestmark = pytest.mark.libraries


def test_names_are_as_short_as_they_can_be():
    reported = short_names(["power.families.governance", "power.results.governance", "design.dose", "who chooses"])
    assert list(reported.values()) == ["families governance", "results governance", "dose", "who chooses"]


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3).map(".".join), max_size=8))
def test_different_factors_have_different_names(factors):
    reported = short_names(factors)
    assert len(set(reported.values())) == len(reported)
