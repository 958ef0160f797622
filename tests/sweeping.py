"""A small sweep to test with, and how the tests run one."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from sim import simulate
from sim.sweep.folder import SweepFolder
from sim.sweep.plan import Sweep
from sim.sweep.results import open_sweep
from sim.sweep.run import Progress, run_sweep

SMALL = """
scenario = "mountain_view"
designs = ["retrofit", "greenfield"]
[[factors]]
field = "leadership.communication"
levels = [0.1, 0.9]
[[factors]]
field = "population.families"
levels = [40, 80]
[[factors]]
field = "horizon.weeks"
levels = [40]
[[factors]]
field = "design.smallest_class"
levels = [0.0]
[replicates]
count = 25
batch = 10
"""


def written(tmp_path: Path, text: str, name: str = "small") -> Path:
    path = tmp_path / f"{name}.toml"
    path.write_text(f"schema = 2\n{text}")
    return path


def done(sweep: Sweep, path: Path, executor=None, workers=2, **options) -> tuple[pd.DataFrame, Progress, bool]:
    folder = SweepFolder(path)
    if not folder.manifest_path.exists():
        folder.create(sweep)
    with executor or ThreadPoolExecutor(workers) as pool, folder.hold():
        progress, finished = run_sweep(sweep, folder, pool, workers, **options)
    return open_sweep(path).runs, progress, finished


def failing(scenario, seed):
    if seed == 7 and scenario.population.families == 40:
        raise ZeroDivisionError("seven")
    return simulate(scenario, seed)
