"""What the sweep machinery costs: run with ``make bench``. Ratios within one run."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mesa
import pytest

from sim import ValueNetworkModel, simulate
from sim.sweep.folder import SweepFolder
from sim.sweep.plan import Sweep, load_sweep
from sim.sweep.run import run_sweep

TEXT = """
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


@pytest.fixture
def sweep(tmp_path) -> Sweep:
    path = tmp_path / "sweep.toml"
    path.write_text(TEXT)
    return load_sweep(path)


def seconds(sweep: Sweep, path: Path, workers: int) -> float:
    folder = SweepFolder(path)
    start = time.perf_counter()
    folder.create(sweep)
    with ThreadPoolExecutor(workers) as pool, folder.hold():
        _, finished = run_sweep(sweep, folder, pool, workers)
    assert finished
    return time.perf_counter() - start


def test_overhead_over_bare_runs_workers_and_mesa_batch_run(benchmark, sweep, tmp_path):
    """At most 15% over bare runs; two workers at least 1.7 times one; at least 50 times
    mesa.batch_run, disk included.
    """
    points = [sweep.scenario(point, "all_at_once") for point in range(10)]
    simulate(points[0], 0)
    start = time.perf_counter()
    for point in points:
        for seed in range(200):
            simulate(point, seed)
    bare = time.perf_counter() - start
    one = min(seconds(sweep, tmp_path / f"one{k}", 1) for k in range(2))
    rounds = iter(range(100))
    benchmark.pedantic(lambda: seconds(sweep, tmp_path / f"two{next(rounds)}", 2), rounds=3)
    two = benchmark.stats.stats.min
    start = time.perf_counter()
    if "rng" in mesa.batch_run.__code__.co_varnames:
        mesa.batch_run(ValueNetworkModel, {"scenario": points[0]}, rng=[1, 2, 3, 4], display_progress=False)
    else:
        mesa.batch_run(ValueNetworkModel, {"scenario": points[0], "rng": [1, 2, 3, 4]}, display_progress=False)
    mesa_each = (time.perf_counter() - start) / 4
    benchmark.extra_info.update(
        {
            "overhead_of_the_sweep": f"{one / bare - 1:.1%}",
            "two_workers_against_one": round(one / two, 2),
            "one_worker_against_mesa_batch_run": round(mesa_each / (one / 2000)),
        }
    )


@pytest.mark.slow
def test_memory_is_flat_in_the_number_of_runs(benchmark, tmp_path):
    """Peak memory of the process at 10,000 and at 200,000 runs of a small district."""
    import subprocess
    import sys

    code = (
        "import sys, resource; from pathlib import Path; sys.path.insert(0, 'benchmarks');"
        "from test_sweeps import seconds; from sim.sweep.plan import load_sweep;"
        "seconds(load_sweep(Path(sys.argv[1])), Path(sys.argv[2]), 2);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )

    def peak(runs: int) -> float:
        text = (
            TEXT.replace("levels = [500]", "levels = [20]")
            .replace("count = 200", f"count = {runs // 10}")
            .replace("batch = 50", "batch = 200")
        )
        path = tmp_path / f"{runs}.toml"
        path.write_text(text + '[[factors]]\nfield = "horizon.weeks"\nlevels = [36]\n')
        root = Path(__file__).resolve().parents[1]
        done = subprocess.run(
            [sys.executable, "-c", code, path, tmp_path / f"out{runs}"],
            capture_output=True,
            text=True,
            check=True,
            cwd=root,
        )
        return int(done.stdout) / 1024

    few = peak(10_000)
    many = benchmark.pedantic(lambda: peak(200_000), rounds=1)
    benchmark.extra_info.update({"peak_MiB_at_10_000_runs": round(few), "peak_MiB_at_200_000_runs": round(many)})
