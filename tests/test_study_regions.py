"""Small runs of the studies of regions, of one thing moved at a time, and of made-up records."""

import numpy as np
import pytest
from conftest import SCENARIOS

from sim.casebook.files import open_casebook
from sim.casebook.likelihood import sources_of
from study import made_up_records, one_at_a_time, region

pytestmark = pytest.mark.once


@pytest.mark.longer
def test_series_weigh_draws_and_later_years_are_predicted():
    table, years = region.run(4, 1)
    part = region.text(table, years)
    assert "Root mean square error" in part
    assert part.count("| four_day_missouri, ") == 3


def test_curves_go_through_what_they_were_fitted_to():
    years, at = np.array([2010.0, 2015.0, 2020.0]), np.array([-4.0, -2.0, 0.0])
    np.testing.assert_allclose(region.curve("logistic", years, at, years), at, atol=1e-6)
    assert abs(region.curve("bass", years, at, years) - at).max() < 0.5
    later = region.curve("bass", years, at, np.array([2025.0]))
    assert later[0] > at[-1]


@pytest.mark.longer
def test_one_thing_is_moved_at_a_time():
    rows = [*one_at_a_time.identical(3), *one_at_a_time.hazards(SCENARIOS, 4)]
    text = one_at_a_time.table(rows)
    assert "| an identical programme | retrofit | 0.00" in text
    assert "hazard" in text


def test_a_made_up_record_is_one_that_could_have_been_seen():
    sources, draw = sources_of(open_casebook()), np.random.default_rng(1)
    shares = {each.name: np.full((1, each.categories), 1.0 / each.categories) for each in sources}
    record = made_up_records.made_up(sources, shares, draw)
    assert [each.name for each in record] == [each.name for each in sources]
    for one, other in zip(sources, record, strict=True):
        assert all(0 <= seen.seen <= seen.of for seen in other.observations)
        assert other.observations[0].of == one.observations[0].of
