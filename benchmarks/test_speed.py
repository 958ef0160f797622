"""How fast: run with ``make bench``. Compare as ratios within one run; machines and neighbours
differ.

The scenario is Elizabeth's with a board that cannot end it and no successor who drops it, so that
no run is short because it ended. A family-week is one of a family that can act in it: inside, next
in line, or outside and simulated.
"""

import resource
import time
from pathlib import Path

import numpy as np
import pytest
from memory import peak_mib

from sim import Scenario, load_scenario, simulate, simulate_with_agents

ROOT = Path(__file__).resolve().parents[1]
YEARS = 108


def scenario(families: int, weeks: int) -> Scenario:
    base = load_scenario(ROOT / "scenarios" / "elizabeth.toml")
    return base.revise(
        {
            "population.families": families,
            "population.schools": min(1000, max(1, families // 500)),
            "teachers.count": max(24, families // 20),
            "board.constituency": max(20_000, families),
            "horizon.weeks": weeks,
            "board.can_make_optional": False,
            "board.can_suspend": False,
            "board.can_decline": False,
            "leaders.drop": 0.0,
        }
    )


def lived_through(point: Scenario, seed: int) -> int:
    run = simulate(point, seed)
    assert run.outcome.outcome in ("sustained", "adapted"), "the benchmark's run must go on to the horizon"
    return len(run.weekly())


def tell(benchmark, point: Scenario) -> None:
    families, weeks = point.population.families, point.horizon.weeks
    for name, count in (("ns_per_family_week", point.simulated), ("ns_per_week_of_a_family_inside", families)):
        benchmark.extra_info[name] = round(benchmark.stats.stats.median / (count * weeks) * 1e9, 1)


def test_compiled_engine_500_families(benchmark):
    """At most 25 ns per family-week, the community's set-up included."""
    point = scenario(500, YEARS)
    assert lived_through(point, 1) == YEARS
    benchmark.pedantic(simulate, args=(point, 1), rounds=200, warmup_rounds=3)
    tell(benchmark, point)


def test_mesa_engine_500_families(benchmark):
    """The compiled engine is at least 100 times as fast."""
    point = scenario(500, YEARS)
    benchmark.pedantic(simulate_with_agents, args=(point, 1), rounds=3, warmup_rounds=1)
    tell(benchmark, point)


def test_compiled_engine_100_000_families(benchmark):
    """At most 30 ns per family-week, the community's set-up included."""
    point = scenario(100_000, 36)
    assert lived_through(point, 1) == 36
    benchmark.pedantic(simulate, args=(point, 1), rounds=10)
    tell(benchmark, point)


@pytest.mark.slow
def test_compiled_engine_1_000_000_families(benchmark):
    """At most 40 ns per family-week, the community's set-up included, and within 4 GiB."""
    point = scenario(1_000_000, 36)
    assert lived_through(point, 1) == 36
    benchmark.pedantic(simulate, args=(point, 1), rounds=3)
    tell(benchmark, point)
    code = (
        "sys.path.insert(0, 'benchmarks'); from test_speed import scenario, simulate;"
        "simulate(scenario(1_000_000, 36), 1)"
    )
    benchmark.extra_info["peak_GiB"] = round(peak_mib(code) / 1024, 2)


def test_two_threads_against_one(benchmark):
    """The compiled run releases the GIL. Interleaved; the median of ratios within a round."""
    from replicates import replicate

    point = scenario(500, YEARS)

    def timed(workers: int) -> float:
        start = time.perf_counter()
        for _ in replicate([point, point], range(1200), workers):
            pass
        return time.perf_counter() - start

    rounds = []
    timed(2)
    benchmark.pedantic(lambda: rounds.append(timed(1) / timed(2)), rounds=7)
    benchmark.extra_info["speed_up_of_two_threads"] = (
        f"{np.median(rounds):.2f} ({min(rounds):.2f} to {max(rounds):.2f})"
    )
    benchmark.extra_info["peak_MiB_of_the_process"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
