"""Who talks with whom in a synthetic community: a small world along an axis of likeness.

Each family starts ties to the next few along that axis and sends a share of them to somebody at
random: a small world (Watts & Strogatz 1998) on a line of likeness instead of a ring. Neighbours in
the network are neighbours in memory, which is what makes a million families fast; within a stretch
of ``STRETCH`` they are numbered by how many contacts they have, so that the processor guesses right
when a family's contacts end.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.jit import jit
from sim.kernel.streams import uniform, word

_TIES, _TARGET, _REWIRE = 0, 1, 2

STRETCH = 256
"""Families along the axis of likeness that are numbered by their contacts."""


@jit()
def connect(school_start, mean_degree, random_ties, keys):
    """Draw the ties of each seed, and number families by them; return (first_contact, contacts) in
    the new numbers, and the old number of each new one.
    """
    seeds, n = keys.size, school_start[-1]
    first, old = np.zeros((seeds, n + 1), dtype=np.int64), np.empty((seeds, n), dtype=np.int64)
    number = np.empty((seeds, n), dtype=np.int64)
    space = np.int64(n * (mean_degree / 2.0 + 1.0)) + 16
    heads, tails = np.empty((seeds, space), dtype=np.int32), np.empty((seeds, space), dtype=np.int32)
    counts = np.empty(seeds, dtype=np.int64)
    longest = 0
    for seed in range(seeds):
        degree = np.zeros(n + 1, dtype=np.int64)
        counts[seed] = _tie(school_start, mean_degree, random_ties, keys[seed], heads[seed], tails[seed], degree)
        _number_by_degree(school_start, degree, number[seed], old[seed])
        for i in range(n):
            first[seed, i + 1] = first[seed, i] + degree[old[seed, i]]
        longest = max(longest, first[seed, n])
    contacts = np.empty((seeds, longest), dtype=np.uint32)
    for seed in range(seeds):
        place = first[seed, :-1].copy()
        for tie in range(counts[seed]):
            i, j = number[seed, heads[seed, tie]], number[seed, tails[seed, tie]]
            contacts[seed, place[i]] = j
            place[i] += 1
            contacts[seed, place[j]] = i
            place[j] += 1
    return first, contacts, old


@jit()
def _tie(school_start, mean_degree, random_ties, key, heads, tails, degree):
    """Fill in the ends of ties, and how many each family has; return how many ties."""
    n = degree.size - 1
    ties_key, target_key, rewire_key = word(key, _TIES), word(key, _TARGET), word(key, _REWIRE)
    count = 0
    for school in range(school_start.size - 1):
        end = school_start[school + 1]
        for i in range(school_start[school], end):
            wanted = int(mean_degree / 2.0 + uniform(ties_key, i))
            for k in range(1, wanted + 1):
                j = i + k
                draw = i * 64 + k
                if uniform(rewire_key, draw) < random_ties:
                    j = int(uniform(target_key, draw) * n)
                    if abs(j - i) <= wanted:
                        continue
                elif j >= end:
                    continue
                heads[count] = i
                tails[count] = j
                count += 1
                degree[i] += 1
                degree[j] += 1
    return count


@jit()
def _number_by_degree(school_start, degree, number, old):
    """Number families anew, by degree within each stretch of a school: the new number of each old
    one, and the old number of each new one.
    """
    n = number.size
    most = 0
    for i in range(n):
        most = max(most, degree[i])
    before = np.empty(most + 2, dtype=np.int64)
    for school in range(school_start.size - 1):
        for start in range(school_start[school], school_start[school + 1], STRETCH):
            stop = min(start + STRETCH, school_start[school + 1])
            before[:] = 0
            for i in range(start, stop):
                before[degree[i] + 1] += 1
            for k in range(1, before.size):
                before[k] += before[k - 1]
            for i in range(start, stop):
                new = start + before[degree[i]]
                before[degree[i]] += 1
                number[i] = new
                old[new] = i
