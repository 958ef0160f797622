"""A coarse search for defaults: Latin hypercube over inputs that nobody has measured, judged by the
patterns.

Not a calibration: it asks whether one set of values can carry the patterns together, and takes the
one that does so with least change. Run as ``python -m sim.calibration.search --settings 400 --out
results/search.csv``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd
from scipy.stats import qmc

from sim.calibration.patterns import measure, misfit

RANGES = {
    "families.sensitivity": (2.0, 5.0),
    "families.inertia": (0.0, 0.1),
    "families.voice_rate": (0.02, 0.1),
    "families.persistence": (0.0, 8.0),
    "families.organising": (0.0, 1.0),
    "families.attention_amplifies": (0.0, 4.0),
    "teachers.role_weight": (0.02, 0.3),
    "teachers.workload_weight": (0.02, 0.25),
    "board.drain": (0.15, 0.45),
    "board.recovery": (0.03, 0.1),
    "network.degree_ses": (0.5, 2.0),
}
"""Field -> range searched. All are assumptions of the model; every other default was left as it
was.
"""


def search(folder: Path, settings: int, replicates: int, seed: int = 1) -> pd.DataFrame:
    """Measure the patterns at points of a Latin hypercube.

    Parameters
    ----------
    folder : Path
        Scenarios.
    settings : int
        Points.
    replicates : int
        Seeds per case.
    seed : int
        Of the hypercube.

    Returns
    -------
    pandas.DataFrame
        A row per point, best first: the fields searched, a column per pattern quantity, ``misfit``.
    """
    names = list(RANGES)
    points = qmc.scale(qmc.LatinHypercube(len(names), rng=seed).random(settings), *zip(*RANGES.values(), strict=True))
    rows = []
    for point in points:
        changes = dict(zip(names, (float(value) for value in point), strict=True))
        table = measure(folder, changes, replicates)
        rows.append({**changes, **dict(zip(table["quantity"], table["value"], strict=True)), "misfit": misfit(table)})
        print(f"\r{len(rows)} of {settings} settings", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return pd.DataFrame(rows).sort_values("misfit", ignore_index=True)


def main() -> None:
    """Search and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scenarios", type=Path, default=Path("scenarios"))
    parser.add_argument("--settings", type=int, default=400)
    parser.add_argument("--replicates", type=int, default=24)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    table = search(options.scenarios, options.settings, options.replicates)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(options.out, index=False)
    print(table.head(10).T.to_string(float_format=lambda value: f"{value:.3f}"))


if __name__ == "__main__":
    main()
