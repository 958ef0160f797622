"""Arithmetic of our own: right, and the same bits by whatever way it is reached."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from sim.kernel.numerics import tanh

ANY = st.floats(allow_nan=False)


@njit(error_model="numpy")
def over(numbers, results):
    for k in range(numbers.size):
        results[k] = tanh(numbers[k])


@given(ANY)
def test_it_is_the_hyperbolic_tangent(x):
    assert tanh(x) == pytest.approx(math.tanh(x), rel=1.5e-15, abs=0.0)
    assert -1.0 <= tanh(x) <= 1.0


@given(ANY)
def test_it_is_odd_and_plain_python_gives_the_same_bits(x):
    assert tanh(-x) == -tanh(x)
    assert tanh.py_func(x) == tanh(x)


def test_many_at_a_time_give_the_same_bits_as_one():
    draw = np.random.default_rng(5)
    numbers = np.concatenate([draw.normal(0.0, scale, 20_000) for scale in (1e-9, 0.1, 1.0, 30.0)])
    together = np.empty_like(numbers)
    over(numbers, together)
    assert together.tobytes() == np.array([tanh(number) for number in numbers]).tobytes()


def test_it_rises():
    numbers = np.sort(np.random.default_rng(6).uniform(-4.0, 4.0, 200_000))
    together = np.empty_like(numbers)
    over(numbers, together)
    # To within the last place.
    assert np.diff(together).min() > -1e-15
