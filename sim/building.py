"""From a cast and a set of rules to one compiled run: phases and schedule bound together, kept on
disk.
"""

from __future__ import annotations

import hashlib
import sys
from collections import namedtuple
from collections.abc import Callable
from functools import lru_cache
from itertools import count
from pathlib import Path
from threading import Lock
from types import FunctionType
from typing import Any

from numba import literal_unroll, njit

from sim import rules as rulebook
from sim.cast import DEFAULT, Cast
from sim.compiled import Compiler, inner, making_arrays, unbound
from sim.jit import jit
from sim.parties import MOMENTS
from sim.parties.board.endings import OVER_FROM
from sim.population import Population

_BUILDING = Lock()
_SWAPPED = count()

run = one_of = remember = unbound
"""The schedule, one of several communities, and all memories, in the source of the compiled run."""


def world_type(cast: Cast) -> Any:
    """The type of the world that phases see, a named tuple.

    ``p`` the scenario's numbers, ``lists`` its lists of weeks, ``people`` the community, ``keys``
    the keys of the random streams by name; ``ledger``, ``schools``, ``thirds`` and ``rungs`` the
    quantities of the ledger; and under the name of each party that keeps something to itself, its
    memory.
    """
    shared = ("p", "lists", "people", "keys", "ledger", "schools", "thirds", "rungs")
    name = "_".join(("World", *(room.name for room in cast.own)))
    made = namedtuple(name, (*shared, *cast.memories), module=__name__)  # type: ignore[misc]
    # What is kept on disk names its types, and must find them here.
    setattr(sys.modules[__name__], name, made)
    return made


World = world_type(DEFAULT)


def built(cast: Cast, rules: Any, schedule: tuple[Callable[..., Any], ...]) -> Any:
    """The compiled run of a cast and a set of rules; threads that start together build it once.

    Parameters
    ----------
    cast : Cast
    rules : Rules
    schedule : tuple of callable
        Functions of the schedule, each after those that it calls; the last is the run.

    Returns
    -------
    callable
        Takes the scenario's record for each of some seeds, its lists, the communities, their
        streams' keys, and, with an axis of seeds ahead, records of the district, schools, thirds
        and rungs, and the weekly tables to fill in.
    """
    with _BUILDING:
        return _build(cast, rules, schedule)


@lru_cache(maxsize=16)
def _build(cast: Cast, rules: Any, schedule: tuple[Callable[..., Any], ...]) -> Any:
    """Compile the run; kept on disk with the cast's own rules, in memory with others."""
    kept = rules is cast.rules
    tag = _fingerprint(cast) if kept else f"swapped_{next(_SWAPPED)}"
    bound: dict[str, Any] = {"r": rules}
    compiler = Compiler(bound, rulebook.asked_for(rules, cast.rules), tag)
    bound["sum_of_drained"] = inner(compiler.named(_sum_of(cast.ledger.drained)))
    names: dict[str, Any] = {moment: compiler.one_after_the_other(cast.phases(moment)) for moment in MOMENTS}
    record = inner(compiler.named(_record_of(tuple(cast.ledger.weekly))))
    names |= {"record": record, "OVER_FROM": OVER_FROM, "__name__": __name__}
    for part in schedule:
        names[part.__name__] = inner(compiler.named(FunctionType(part.__code__, names, part.__name__)))
    world = World if cast is DEFAULT else world_type(cast)
    names |= {"run": names[schedule[-1].__name__], "World": world, "one_of": _one_of}
    names["remember"] = compiler.side_by_side(list(cast.memories.values()))
    entry = _entry(tag)
    whole = FunctionType(entry.__code__, names, "run_all", None, entry.__closure__)
    # A file on disk for each cast, as each has types of its own.
    parts = (room.name for room in cast.own) if kept else (tag,)
    whole.__qualname__ = "_".join(("run_all", *parts))
    return jit()(whole) if kept else njit(nogil=True)(whole)


def _entry(fingerprint: str) -> Any:
    def run_all(records, lists, people, keys, districts, schools, thirds, rungs, weeks):
        fingerprint  # noqa: B018  a closed-over text is part of Numba's cache key, so an edited rule is compiled anew
        for seed in range(keys.size):
            one = one_of(people, seed)
            run(
                World(
                    records[seed], lists, one, keys[seed], districts[seed, 0], schools[seed], thirds[seed], rungs[seed],
                    *remember(one),
                ),
                weeks[seed],
            )  # fmt: skip

    return run_all


@making_arrays
def _one_of(people, seed):
    """One community of several that were drawn together; ``sim.population.one_of``, compiled."""
    return Population(
        people.school_start, people.cohort[seed], people.achievement[seed], people.ses[seed], people.sway[seed],
        people.third[seed], people.aligned[seed], people.wishes[seed], people.priorities[seed],
        people.first_contact[seed], people.contacts[seed], people.teacher_school,
    )  # fmt: skip


def _sum_of(names: tuple[str, ...]) -> Any:
    def sum_of_drained(ledger):
        total = 0.0
        for name in literal_unroll(names):
            total += ledger[name]
        return total

    return sum_of_drained


def _record_of(names: tuple[str, ...]) -> Any:
    def record(ledger, row):
        column = 0
        for name in literal_unroll(names):
            row[column] = ledger[name]
            column += 1  # noqa: SIM113  names of a record are unrolled, not enumerated

    return record


@lru_cache(maxsize=64)
def _fingerprint(cast: Cast) -> str:
    """Digest of all source that the compiled run is made of."""
    package = Path(__file__).parent
    ground = ("compiled", "ledger", "streams", "building", "engine")
    rooms = sorted(file for file in (package / "parties").rglob("*.py") if file.name != "agent.py")
    files = [*(package / f"{name}.py" for name in ground), *rooms]
    own = "".join(room.digest for room in cast.own).encode()
    return hashlib.sha256(b"".join(file.read_bytes() for file in files) + own).hexdigest()
