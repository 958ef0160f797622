"""Draws by tables of quantiles follow their distributions."""

import numpy as np
import pytest
from numba import njit
from scipy import stats

from sim.kernel.quantiles import gamma_table, normal_table, quantile
from sim.kernel.streams import word


@njit
def draws(table, key, count):
    found = np.empty(count)
    for k in range(count):
        found[k] = quantile(table, word(key, k))
    return found


@pytest.mark.parametrize(
    ("table", "distribution"),
    [(normal_table(), stats.norm()), *((gamma_table(shape), stats.gamma(shape)) for shape in (0.3, 1.0, 2.5, 20.0))],
)
def test_draws_follow_their_distribution(table, distribution):
    found = draws(table, np.uint64(11), 400_000)
    assert stats.kstest(found, distribution.cdf).statistic < 1.63 / np.sqrt(len(found))
    assert found.mean() == pytest.approx(distribution.mean(), abs=5 * distribution.std() / np.sqrt(len(found)))
    assert found.std() == pytest.approx(distribution.std(), rel=0.02)


def test_a_word_of_either_end_is_a_number_of_that_tail():
    ends = [np.uint64(0), np.uint64(2**63 - 1), np.uint64(2**63), np.uint64(2**64 - 1)]
    low, middle_low, high, middle_high = (quantile(normal_table(), end) for end in ends)
    assert low < -5.0 < 5.0 < high
    assert middle_low == pytest.approx(0.0, abs=1e-9)
    assert middle_high == pytest.approx(0.0, abs=1e-9)


def test_a_shape_of_0_is_nothing():
    assert (draws(gamma_table(0.0), np.uint64(1), 1000) == 0.0).all()
