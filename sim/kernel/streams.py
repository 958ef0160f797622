"""Named random streams: one seed names one community and its weather, whatever happens in the run.

Every purpose has a stream of its own, whose key is derived from the seed by NumPy's
``SeedSequence``. Draws are counter-based (Salmon et al. 2011): a draw is a pure function of
(stream, week, index). So no draw shifts another, agents may act in any order, a draw that nobody
needs costs nothing, and the same family meets the same chance under every design (common random
numbers). The community is drawn without a week; what parties draw before the first week, they draw
as in week 1.

The mixing function is the finaliser of SplitMix64 (Steele, Lea & Flood 2014), applied to week and
index in turn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from sim.kernel.jit import jit

STREAMS = (
    "population",
    "priorities",
    "network",
    "experience",
    "voice",
    "exit",
    "lottery",
    "newcomer",
    "unused",
    "funding",
    "review",
    "results",
    "perception_error",
    "opening",
    "mismanagement",
    "hiring",
    "turnover",
    "response",
    "tolerance",
    "seats",
    "leaders",
    "review_of_leader",
    "budget",
    "leaning",
    "lapse",
    "cut",
    "order",
    "promise",
    "fault",
    "place",
)
"""Names of the streams. Their order is part of every result: add at the end only, and take none
away.
"""

_OWN = 23
"""Sets the streams of a user's own parties apart from those of the model."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_LANE = np.uint64(0xFFFF)


def seed_of(given: object, what: str = "seed", example: str = "") -> int:
    """Return a seed as a plain whole number.

    Parameters
    ----------
    given : int or numpy integer
    what : str
        Name of the argument, for the message.
    example : str
        What the message adds.

    Raises
    ------
    TypeError
        Where it is not a whole number from 0. None would be another run in every process.

    Examples
    --------
    >>> seed_of(np.int64(7))
    7
    """
    if isinstance(given, bool | np.bool_) or not isinstance(given, int | np.integer) or given < 0:
        raise TypeError(
            f"{what} = {given!r}: accepted: a whole number from 0, which names the community and its random "
            f"draws{example}"
        )
    return int(given)


def stream_keys(seed: int) -> np.ndarray:
    """Return the keys of all streams, shape (len(STREAMS),), uint64, in
    the order of ``STREAMS``.
    """
    return np.random.SeedSequence(seed).generate_state(len(STREAMS), np.uint64)


def named_keys(seeds: Sequence[int], own: tuple[str, ...] = ()) -> np.ndarray:
    """Return the keys of all streams by name: a structured array, shape (len(seeds),), of uint64.

    Parameters
    ----------
    seeds : sequence of int
        0 or more.
    own : tuple of str
        Streams of a user's own parties beside those of ``STREAMS``. Their keys follow from their
        names, so that no party shifts another's chance.
    """
    return np.array([_keys(seed, own) for seed in seeds]).view(_named((*STREAMS, *own)))[:, 0]


@lru_cache(maxsize=4096)
def _keys(seed: int, own: tuple[str, ...]) -> np.ndarray:
    keys = list(stream_keys(seed))
    for name in own:
        digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")
        keys.append(np.random.SeedSequence(seed, spawn_key=(_OWN, digest)).generate_state(1, np.uint64)[0])
    return np.array(keys, np.uint64)


@lru_cache(maxsize=64)
def _named(names: tuple[str, ...]) -> np.dtype:
    return np.dtype([(name, "u8") for name in names])


@jit()
def mix(word):
    """Scramble a 64-bit word (the finaliser of SplitMix64)."""
    word = np.uint64(word)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@jit()
def week_key(key, week):
    """Return the key of a stream for one week of the run, from 1."""
    return mix(np.uint64(key) + np.uint64(week) * _GOLDEN)


@jit()
def word(key, index):
    """Draw 64 random bits for one index under a key."""
    return mix(np.uint64(key) + (np.uint64(index) + np.uint64(1)) * _GOLDEN)


@jit()
def uniform(key, index):
    """Draw a number in [0, 1) for one index under a week's key."""
    return np.float64(word(key, index) >> np.uint64(11)) * 2.0**-53


@jit()
def deviate(key, index):
    """Draw a number with mean 0 and SD 1 for one index under a week's key.

    The sum of four uniform numbers of 16 bits (Irwin-Hall, n = 4): near normal, within 3.47 SD,
    excess kurtosis -0.3. Bounded on purpose: a week's weather has no outliers of many SD.
    """
    bits = word(key, index)
    total = (
        (bits & _LANE) + ((bits >> np.uint64(16)) & _LANE) + ((bits >> np.uint64(32)) & _LANE) + (bits >> np.uint64(48))
    )
    return (np.float64(total) - 131070.0) * (1.0 / 37837.22723720648)
