"""From a set of parties and a set of rules to one compiled run: phases and schedule bound together,
kept on disk.
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

from sim.kernel import rules as rulebook
from sim.kernel.compiling import Compiler, inner, making_arrays, unbound
from sim.kernel.jit import jit
from sim.kernel.parties import DEFAULT, Parties
from sim.parties import MOMENTS
from sim.parties.board.endings import OVER_FROM
from sim.population import Population

_BUILDING = Lock()
_SWAPPED = count()

run = one_of = remember = unbound
"""The schedule, one of several communities, and all memories, in the source of the compiled run."""


def world_type(parties: Parties) -> Any:
    """The type of the world that phases see, a named tuple.

    ``p`` the scenario's numbers, ``lists`` its lists of weeks, ``people`` the community, ``keys``
    the keys of the random streams by name; ``variables``, ``schools``, ``tertiles`` and
    ``statuses`` the variables; and under the name of each party that keeps
    something to itself, its memory.
    """
    shared = ("p", "lists", "people", "keys", "variables", "schools", "tertiles", "statuses")
    name = "_".join(("World", *(package.name for package in parties.own)))
    made = namedtuple(name, (*shared, *parties.memories), module=__name__)  # type: ignore[misc]
    # What is kept on disk names its types, and must find them here.
    setattr(sys.modules[__name__], name, made)
    return made


World = world_type(DEFAULT)


def built_in_stretches(parties: Parties, rules: Any, schedule: tuple[Callable[..., Any], ...]) -> Any:
    """As :func:`built`, for one seed, whose memories are the caller's; the schedule ends in a
    function of some weeks.

    Returns
    -------
    callable
        Takes what that of :func:`built` takes, of one seed, with the memories ahead of the weekly
        table, and the first and the last week after it.
    """
    with _BUILDING:
        return _build(parties, rules, schedule, True)


def built(parties: Parties, rules: Any, schedule: tuple[Callable[..., Any], ...]) -> Any:
    """The compiled run of a set of parties and a set of rules; threads that start together build it
    once.

    Parameters
    ----------
    parties : Parties
    rules : Rules
    schedule : tuple of callable
        Functions of the schedule, each after those that it calls; the last is the run.

    Returns
    -------
    callable
        Takes the scenario's record for each of some seeds, its lists, the communities, their
        streams' keys, and, with an axis of seeds ahead, records of the district, schools, tertiles
        and statuses, and the weekly tables to fill in.
    """
    with _BUILDING:
        return _build(parties, rules, schedule)


@lru_cache(maxsize=16)
def _build(parties: Parties, rules: Any, schedule: tuple[Callable[..., Any], ...], in_stretches: bool = False) -> Any:
    """Compile the run; kept on disk with the parties's own rules, in memory with others."""
    kept = rules is parties.rules
    tag = _fingerprint(parties) if kept else f"swapped_{next(_SWAPPED)}"
    bound: dict[str, Any] = {"r": rules}
    compiler = Compiler(bound, rulebook.asked_for(rules, parties.rules), tag)
    bound["sum_of_drained"] = inner(compiler.named(_sum_of(parties.variables.drained)))
    names: dict[str, Any] = {moment: compiler.one_after_the_other(parties.phases(moment)) for moment in MOMENTS}
    record = inner(compiler.named(_record_of(tuple(parties.variables.weekly))))
    names |= {"record": record, "OVER_FROM": OVER_FROM, "__name__": __name__}
    for part in schedule:
        names[part.__name__] = inner(compiler.named(FunctionType(part.__code__, names, part.__name__)))
    world = World if parties is DEFAULT else world_type(parties)
    names |= {"run": names[schedule[-1].__name__], "World": world, "one_of": _one_of}
    names["remember"] = compiler.side_by_side(list(parties.memories.values()))
    entry = (_entry_in_stretches if in_stretches else _entry)(tag)
    whole = FunctionType(entry.__code__, names, entry.__name__, None, entry.__closure__)
    # A file on disk for each set of parties, as each has types of its own.
    parts = (package.name for package in parties.own) if kept else (tag,)
    whole.__qualname__ = "_".join((entry.__name__, *parts))
    return jit()(whole) if kept else njit(nogil=True)(whole)


def _entry(fingerprint: str) -> Any:
    def run_all(records, lists, people, keys, districts, schools, tertiles, statuses, weeks):
        fingerprint  # noqa: B018  a closed-over text is part of Numba's cache key, so an edited rule is compiled anew
        for seed in range(keys.size):
            one = one_of(people, seed)
            run(
                World(
                    records[seed], lists, one, keys[seed], districts[seed, 0], schools[seed], tertiles[seed],
                    statuses[seed],                     *remember(one),
                ),
                weeks[seed],
            )  # fmt: skip

    return run_all


def _entry_in_stretches(fingerprint: str) -> Any:
    def run_stretch(
        records, lists, people, keys, districts, schools, tertiles, statuses, memories, weeks, first, last
    ):  # fmt: skip
        fingerprint  # noqa: B018  as above
        run(
            World(
                records[0], lists, people, keys[0], districts[0, 0], schools[0], tertiles[0], statuses[0], *memories
            ),
            weeks, first, last,
        )  # fmt: skip

    return run_stretch


@making_arrays
def _one_of(people, seed):
    """One community of several that were drawn together; ``sim.population.one_of``, compiled."""
    return Population(
        people.school_start, people.cohort[seed], people.achievement[seed], people.ses[seed], people.sway[seed],
        people.tertile[seed], people.aligned[seed], people.wishes[seed], people.priorities[seed],
        people.first_contact[seed], people.contacts[seed], people.teacher_school,
    )  # fmt: skip


def _sum_of(names: tuple[str, ...]) -> Any:
    def sum_of_drained(variables):
        total = 0.0
        for name in literal_unroll(names):
            total += variables[name]
        return total

    return sum_of_drained


def _record_of(names: tuple[str, ...]) -> Any:
    def record(variables, row):
        column = 0
        for name in literal_unroll(names):
            row[column] = variables[name]
            column += 1  # noqa: SIM113  names of a record are unrolled, not enumerated

    return record


@lru_cache(maxsize=64)
def _fingerprint(parties: Parties) -> str:
    """Digest of all source that the compiled run is made of."""
    package = Path(__file__).parent
    ground = ("kernel/compiling", "kernel/variables", "kernel/streams", "building", "engine")
    packages = sorted(file for file in (package / "parties").rglob("*.py") if file.name != "agent.py")
    files = [*(package / f"{name}.py" for name in ground), *packages]
    own = "".join(package.digest for package in parties.own).encode()
    return hashlib.sha256(b"".join(file.read_bytes() for file in files) + own).hexdigest()
