"""Arithmetic that must give the same bits one by one, many at a time, and in plain Python."""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.jit import jit

_STEP = math.log(2.0) / 2.0
_HIGH = float((np.float64(_STEP).view(np.uint64) & np.uint64(0xFFFF_FFFF_0000_0000)).view(np.float64))
"""Half of ln 2, cut so that a product with a small whole number is exact; and what is missing."""
_LOW = (math.log(2.0) - 2.0 * _HIGH) / 2.0
_ROUND = 1.5 * 2.0**52
"""Added and taken away again, it rounds to a whole number, which its lowest bits then hold."""


@jit(error_model="numpy")
def tanh(x):
    """Hyperbolic tangent, to a few units in the last place: without a call or a branch, so that a
    processor computes several at once.

    With ``x = k ln(2) / 2 + h``, ``exp(2 x) = 2^k exp(2 h)``, and ``tanh(h) = a / b`` by Lambert's
    continued fraction (1768), cut after 11, as ``h`` is at most ln(2) / 4.
    """
    x = min(20.0, max(-20.0, x))
    shifted = x * (1.0 / _STEP) + _ROUND
    k = shifted - _ROUND
    h = (x - k * _HIGH) - k * _LOW
    power = np.int64((np.float64(shifted).view(np.int64) + np.int64(1023)) << np.int64(52)).view(np.float64)
    q = h * h
    a = h * (10395.0 + q * (1260.0 + q * 21.0))
    b = 10395.0 + q * (4725.0 + q * (210.0 + q))
    return (a * (power + 1.0) + b * (power - 1.0)) / (b * (power + 1.0) + a * (power - 1.0))
