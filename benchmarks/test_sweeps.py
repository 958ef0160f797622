"""What the sweep machinery costs: run with ``make bench``. Ratios within one run."""

import time
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import mesa
import numpy as np
import pytest
from memory import peak_mib
from test_speed import scenario

from sim import ValueNetworkModel
from sim.engine import at_once, simulate_together
from sim.population import communities
from sim.sweep.folder import SweepFolder
from sim.sweep.load import load_sweep
from sim.sweep.plan import Sweep
from sim.sweep.run import run_sweep

TEXT = """
schema = 2
scenario = "elizabeth"
designs = ["all_at_once"]
[[factors]]
field = "leadership.training"
low = 0.1
high = 0.9
steps = 10
[[factors]]
field = "population.families"
levels = [500]
[[factors]]
field = "population.schools"
levels = [1]
[[factors]]
field = "board.can_suspend"
levels = [false]
[[factors]]
field = "board.can_decline"
levels = [false]
[[factors]]
field = "leaders.drop"
levels = [0.0]
[replicates]
count = 200
batch = 50
"""


WEEKS = '[[factors]]\nfield = "horizon.weeks"\nlevels = [{}]\n'
ROOT = Path(__file__).resolve().parents[1]


def text(families: int, seeds: int) -> str:
    return TEXT.replace("levels = [500]", f"levels = [{families}]").replace("count = 200", f"count = {seeds}")


def of(folder: Path, families: int, seeds: int) -> Sweep:
    path = folder / "sweep.toml"
    path.write_text(text(families, seeds))
    return load_sweep(path)


def reported(ratios: np.ndarray) -> str:
    """Median, least and most."""
    return f"{np.median(ratios):.2f} ({ratios.min():.2f} to {ratios.max():.2f})"


def seconds(sweep: Sweep, path: Path, workers: int, executor: Executor | None = None) -> float:
    """How long a sweep takes, by threads of its own or an executor that is up."""
    folder = SweepFolder(path)
    with ExitStack() as stack:
        pool = executor or stack.enter_context(ThreadPoolExecutor(workers))
        start = time.perf_counter()
        folder.create(sweep)
        stack.enter_context(folder.hold())
        _, finished = run_sweep(sweep, folder, pool, workers)
        assert finished
        return time.perf_counter() - start


def bare_seconds(sweep: Sweep) -> float:
    """The same runs without the machinery, in one thread, with communities shared as a part shares
    them.
    """
    scenarios = [sweep.scenario(point, "all_at_once") for point in range(len(sweep.points))]
    start = time.perf_counter()
    for piece in at_once(scenarios, range(sweep.spec.replicates.count)):
        people = communities(scenarios[0], piece)
        for each in scenarios:
            simulate_together(each, piece, people=people)
    return time.perf_counter() - start


@pytest.mark.parametrize(("families", "seeds"), [(60, 3200), (500, 800)])
def test_overhead_over_bare_runs_and_two_workers_against_one(benchmark, tmp_path, families, seeds):
    """At most 8% over bare runs; two workers at least 1.8 times one at 500 families, 1.6 at 60.
    Interleaved; medians of ratios within a round. Eight thousand runs and more, so that the last
    part's lone worker does not count.
    """
    sweep, numbers = of(tmp_path, families, seeds), iter(range(100))
    bare_seconds(sweep)
    rounds = []

    def once() -> None:
        times = [bare_seconds(sweep), *(seconds(sweep, tmp_path / f"{next(numbers)}", workers) for workers in (1, 2))]
        rounds.append(times)

    benchmark.pedantic(once, rounds=5)
    bare, one, two = np.array(rounds).T
    benchmark.extra_info.update(
        {
            "overhead_of_the_sweep": reported(one / bare - 1.0),
            "two_workers_against_one": reported(one / two),
            "microseconds_a_run": round(float(np.median(one)) / sweep.most_runs * 1e6),
        }
    )


def test_one_worker_against_mesa_batch_run(benchmark, tmp_path):
    """At least 50 times mesa.batch_run, disk included."""
    sweep, numbers = of(tmp_path, 500, 200), iter(range(100))
    benchmark.pedantic(lambda: seconds(sweep, tmp_path / f"{next(numbers)}", 1), rounds=3, warmup_rounds=1)
    given = {"parameters": {"scenario": sweep.scenario(0, "all_at_once")}, "display_progress": False}
    start = time.perf_counter()
    if "rng" in mesa.batch_run.__code__.co_varnames:
        mesa.batch_run(ValueNetworkModel, **given, rng=[1, 2, 3, 4])
    else:
        given["parameters"]["rng"] = [1, 2, 3, 4]
        mesa.batch_run(ValueNetworkModel, **given)
    each = (time.perf_counter() - start) / 4
    benchmark.extra_info["one_worker_against_mesa_batch_run"] = round(
        each * sweep.most_runs / benchmark.stats.stats.median
    )


@pytest.mark.slow
def test_a_cluster_against_threads(benchmark, tmp_path):
    """Two Dask workers within 10% of two threads here, once they are up."""
    distributed = pytest.importorskip("distributed")
    sweep, numbers, rounds = of(tmp_path, 500, 400), iter(range(100)), []
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        pool = client.get_executor(pure=False)
        seconds(sweep, tmp_path / "warm", 2, pool)

        def once() -> None:
            here = seconds(sweep, tmp_path / f"{next(numbers)}", 2)
            rounds.append(seconds(sweep, tmp_path / f"{next(numbers)}", 2, pool) / here)

        benchmark.pedantic(once, rounds=7)
    benchmark.extra_info["cluster_over_threads"] = reported(np.array(rounds))


def test_a_hundred_pairs_when_communities_are_at_hand(benchmark):
    """100 pairs of a 500-family comparison over 108 weeks on one core, at most 250 ms."""
    pair = [scenario(500, 108).revise(change) for change in ({}, {"leadership.training": 0.9})]
    seeds = range(100)
    people = [communities(pair[0], piece) for piece in at_once(pair, seeds)]

    def once() -> None:
        for piece, own in zip(at_once(pair, seeds), people, strict=True):
            for each in pair:
                simulate_together(each, piece, people=own)

    benchmark.pedantic(once, rounds=20, warmup_rounds=2)
    benchmark.extra_info["milliseconds"] = round(1e3 * benchmark.stats.stats.median)


@pytest.mark.slow
def test_memory_is_flat_in_the_number_of_runs(benchmark, tmp_path):
    """A sweep of a small district at 10,000 and at 1,000,000 runs, and the analysis of these within
    2 GiB.
    """
    sweeping = (
        "from pathlib import Path; from sim.cli.sweeps import sweep;"
        "sweep(Path(sys.argv[1]), out=Path(sys.argv[2]), workers=2, yes=True)"
    )
    analysing = "from pathlib import Path; from sim.cli.findings import analyse; analyse(Path(sys.argv[1]))"

    def peaks(runs: int) -> tuple[float, float]:
        path = tmp_path / f"{runs}.toml"
        path.write_text(text(20, runs // 10).replace("batch = 50", "batch = 200") + WEEKS.format(36))
        out = tmp_path / f"out{runs}"
        return peak_mib(sweeping, path, out), peak_mib(analysing, out)

    few = peaks(10_000)
    many = benchmark.pedantic(lambda: peaks(1_000_000), rounds=1)
    for name, (sweep, analysis) in {"10_000": few, "1_000_000": many}.items():
        benchmark.extra_info |= {f"MiB_{name}_runs": round(sweep), f"MiB_analysis_of_{name}": round(analysis)}


@pytest.mark.slow
def test_memory_of_a_comparison_is_flat_in_the_number_of_seeds(benchmark, tmp_path):
    """As of `sim compare --out`, with weekly curves: 1,000 and 20,000 pairs."""
    code = (
        "from pathlib import Path; from sim.cli.runs import compare;"
        "compare(Path('mountain_view'), 'retrofit,greenfield', int(sys.argv[1]), out=Path(sys.argv[2]))"
    )

    def peak(pairs: int) -> float:
        return peak_mib(code, pairs, tmp_path / f"{pairs}")

    few = peak(1_000)
    many = benchmark.pedantic(lambda: peak(20_000), rounds=1)
    benchmark.extra_info |= {"MiB_1_000_pairs": round(few), "MiB_20_000_pairs": round(many)}
