"""The families' passes hold packed arithmetic: a loop that no longer vectorises gives the same
results, slower, and nobody would notice.
"""

import platform
import re

import llvmlite.binding as llvm
import numpy as np
import pytest
from numba import njit

from sim import Scenario, populate, rules
from sim.building import World
from sim.kernel.compiling import Compiler, ask_for
from sim.kernel.streams import named_keys
from sim.parties.families import passes
from sim.scenario import numbers

pytestmark = pytest.mark.libraries

FEATURES = llvm.get_host_cpu_features()
WIDE = platform.machine() in ("x86_64", "AMD64") and FEATURES.get("avx2", False)
MASKED = FEATURES.get("avx512f", False)
"""Whether there are masked registers, without which LLVM leaves the loop of gains as it is."""
NO_MORE = llvm.llvm_version_info[0] < 20
"""Older versions of LLVM leave some of these loops as they are."""

REAL, MARK, GRADE, MOOD = np.zeros(64), np.zeros(64, np.uint8), np.zeros(64, np.int16), np.zeros(128)
TIES, KEY = np.arange(65), np.uint64(1)
TAKEN = {
    "be_drawn": (MOOD, TIES, REAL, REAL, REAL),
    "hold": (MARK, GRADE, 3, 0.5, 0.1, REAL),
    "feel": (0, KEY, 0.9, REAL, REAL, MARK, REAL),
    "guess": (MARK, REAL, REAL, 0.1, REAL),
    "get_used": (MARK, REAL, REAL),
    "move": (MOOD, REAL, REAL, REAL),
    "speak": (0, KEY, MOOD, REAL, REAL, REAL, REAL, MARK),
    "settle": (MOOD, REAL, MARK, MOOD),
    "gain": (0.9, MARK, MARK, REAL, REAL, REAL, REAL),
    "mask": (MARK, REAL, REAL),
    "count": (MARK, MARK, REAL),
    "count_older": (MARK, GRADE, REAL, REAL, REAL),
    "go_back": (0, KEY, 1.0, MOOD, MARK, MARK),
}
"""Arguments of each pass, of the kinds that the week hands on."""

WORLDLESS = ("hold", "mask", "count")
HOTTEST = ("feel", "move", "speak")
LEAST = {
    "be_drawn": 6, "hold": 6, "feel": 16, "guess": 4, "get_used": 4, "move": 24, "speak": 20, "settle": 3, "gain": 3,
    "mask": 1, "count": 10, "count_older": 30, "go_back": 12,
}  # fmt: skip
"""Packed instructions that a pass holds at least: well below what it holds, and above what is left
where its loop does not vectorise.
"""
PACKED = re.compile(
    r"^\s+v(?!mov|zero|extract|insert|broadcast|perm|unpck|shuf|align|compress|expand)\w+\s[^\n]*%[yz]mm"
    r"|^\s+vmov\w+\s[^\n]*%[yz]mm\d+ \{%k\d\}",
    re.MULTILINE,
)
"""Arithmetic, comparisons and choices of several numbers; not what only moves them about."""


def assembly(name: str) -> str:
    """Machine code of a pass, as it is compiled into a run."""
    scenario = Scenario()
    people, parties = populate(scenario, 1), scenario.parties
    act = Compiler({"r": rules.DEFAULT}, {}, f"test_of_{name}")(getattr(passes, name))
    given = TAKEN[name]
    names = ", ".join(f"a{place}" for place in range(len(given)))
    first = "" if name in WORLDLESS else "w, "
    source = (
        f"def go(records, lists, people, keys, district, schools, tertiles, statuses, memories, {names}):\n"
        "    w = World(records[0], lists, people, keys[0], district[0], schools, tertiles, statuses, *memories)\n"
        f"    return act({first}{names})\n"
    )
    made = {"World": World, "act": act}
    exec(source, made)
    go = njit(nogil=True, error_model="numpy")(made["go"])
    values, lists = numbers(scenario)
    variables = parties.variables
    world = (
        values,
        lists,
        people,
        named_keys((1,), parties.streams),
        variables.open("district"),
        variables.open("school"),
    )
    pages = (variables.open("tertile", 3), variables.open("status", len(variables.statuses)))
    go(*world, *pages, tuple(memory(people) for memory in parties.memories.values()), *given)
    (reported,) = go.inspect_asm().values()
    return reported


@pytest.mark.skipif(not WIDE, reason="this processor, or its instructions as named here, has no wide registers")
@pytest.mark.skipif(NO_MORE, reason="this version of LLVM is too old to handle several at once")
@pytest.mark.parametrize(
    "name", [name if name in HOTTEST else pytest.param(name, marks=pytest.mark.slow) for name in TAKEN]
)
@pytest.mark.longer
def test_a_pass_handles_several_families_at_once(name: str):
    if name == "gain" and not MASKED:
        pytest.skip("LLVM packs this loop in masked registers only, and this processor has none")
    assert len(PACKED.findall(assembly(name))) >= LEAST[name]


@pytest.mark.skipif(not WIDE, reason="as above")
def test_a_loop_that_does_not_vectorise_would_be_noticed():
    @njit
    def follow(x):
        for k in range(1, x.size):
            x[k] = 0.5 * x[k - 1] + x[k]

    follow(np.ones(64))
    (reported,) = follow.inspect_asm().values()
    assert len(PACKED.findall(reported)) == 0


def test_every_pass_is_looked_at():
    phases = {name for name, each in vars(passes).items() if getattr(each, "is_phase", False)}
    assert phases == {*TAKEN, "call_up", "listen"}


def test_what_is_asked_for_ahead_is_left_as_it_is():
    @njit
    def ask(x):
        for place in range(np.uint64(x.size)):
            ask_for(x, np.uint64(place))

    x = np.arange(64.0)
    ask(x)
    assert x.tolist() == list(range(64))
    (reported,) = ask.inspect_asm().values()
    assert re.search("prefetch|prfm", reported)
