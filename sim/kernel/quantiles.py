"""Draws from a distribution by its quantile function in a table: a random word in, a number out.

Half of a word says which tail and how deep; between nodes, which are close together towards the
tails, the quantile is a straight line. So a draw costs a few operations, whatever the
distribution.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import gammainccinv, gammaincinv, ndtri

from sim.kernel.jit import jit

_OCTAVES = 24
"""Halvings of 1/2 down to the deepest node: beyond it, one draw in 30 million, it is as there."""
_FINE = 6
"""Of each octave, the logarithm of the number of cells."""
_CELLS = (_OCTAVES << _FINE) + 1

_DEEPEST = 2.0 ** -(_OCTAVES + 1)
_SHALLOWEST = 0.5 * (1.0 - 2.0**-53)
_BELOW = np.uint64(52 - _FINE)
_FIRST_CELL = np.uint64((1023 - _OCTAVES - 1) << _FINE)
_REST = (1 << (52 - _FINE)) - 1
_TO_UNIT = 2.0 ** -(52 - _FINE)


def _nodes() -> np.ndarray:
    """Chances of the nodes, from the deepest to 1/2."""
    octave, cell = np.divmod(np.arange(_CELLS), 1 << _FINE)
    return np.ldexp(1.0 + cell / (1 << _FINE), octave - _OCTAVES - 1)


@lru_cache(maxsize=1)
def normal_table() -> np.ndarray:
    """Quantiles of the standard normal distribution, for :func:`quantile`."""
    lower = ndtri(_nodes())
    return _table(lower, -lower)


@lru_cache(maxsize=256)
def gamma_table(shape: float) -> np.ndarray:
    """Quantiles of the gamma distribution of a shape and scale 1, for :func:`quantile`; zeros at a
    shape of 0.
    """
    nodes = _nodes()
    if shape == 0.0:
        return _table(np.zeros(_CELLS), np.zeros(_CELLS))
    return _table(gammaincinv(shape, nodes), gammainccinv(shape, nodes))


def _table(lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    table = np.concatenate((lower, upper))
    table.flags.writeable = False
    return table


@jit(error_model="numpy")
def quantile(table, word):
    """The number that a random word stands for, by a table of quantiles."""
    chance = np.float64((word << np.uint64(1)) >> np.uint64(12)) * 2.0**-53
    bits = np.float64(min(_SHALLOWEST, max(_DEEPEST, chance))).view(np.uint64)
    cell = (bits >> _BELOW) - _FIRST_CELL + (word >> np.uint64(63)) * np.uint64(_CELLS)
    part = np.float64(np.int64(bits) & np.int64(_REST)) * _TO_UNIT
    low = table[cell]
    return low + part * (table[cell + np.uint64(1)] - low)
