"""The first fit: a search through the priors for sets of values that carry the record together.

No calibration yet: it weighs nothing, and asks which sets meet all bands, and what pulls against
what. A first wave goes through the priors, a second looks around its best points on other seeds.
Run as ``python -m sim.calibration.search --points 512 --second 256 --out results/search.csv``; the
best sets of both are measured anew on seeds and schools that neither used, and those that still
meet the bands are the ensemble.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from sim.calibration.patterns import measure, misfit
from sim.calibration.priors import PRIORS, around, points

BEST = 24
"""Points of the first wave that the second looks around."""

SECOND, FRESH = 50_000, 100_000
"""First seeds of the second wave, and of looking again."""


def search(folder: Path, settings: list[dict[str, float]], size: float = 1.0, first: int = 0) -> pd.DataFrame:
    """Measure the targets at points.

    Parameters
    ----------
    folder : Path
        Scenarios.
    settings : list of dict
        Values by field, one dict for each point.
    size, first : float, int
        As for :func:`sim.calibration.patterns.measure`.

    Returns
    -------
    pandas.DataFrame
        A row per point, best first: the fields, a column per target, and ``misfit``.
    """
    rows = []
    for number, changes in enumerate(settings, 1):
        table = measure(folder, changes, size, first)
        rows.append({**changes, **dict(zip(table["target"], table["value"], strict=True)), "misfit": misfit(table)})
        print(f"\r{number} of {len(settings)} points", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return pd.DataFrame(rows).sort_values("misfit", ignore_index=True)


def again(folder: Path, table: pd.DataFrame, count: int, size: float, first: int) -> pd.DataFrame:
    """Measure the best points of a search anew, on seeds and schools that it did not use.

    Parameters
    ----------
    table : pandas.DataFrame
        As from :func:`search`.
    count : int
        Points, from the best.
    size, first : float, int
        As for :func:`sim.calibration.patterns.measure`.
    """
    return search(folder, [values_of(row) for _, row in table.head(count).iterrows()], size, first)


def values_of(row: Any) -> dict[str, float]:
    """The fields of a row of a search."""
    return {name: float(row[name]) for name in PRIORS}


def main() -> None:
    """Search, look again, and write both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scenarios", type=Path, default=Path("scenarios"))
    parser.add_argument("--points", type=int, default=1024)
    parser.add_argument("--second", type=int, default=256, help="points of the second wave")
    parser.add_argument("--from", dest="start", type=Path, help="table of a first wave, instead of a new one")
    parser.add_argument("--seed", type=int, default=1, help="of the points")
    parser.add_argument("--again", type=int, default=40, help="points measured anew on other seeds")
    parser.add_argument("--size", type=float, default=2.0, help="runs of these, over those of the search")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    if options.start:
        first = pd.read_csv(options.start)
    else:
        first = search(options.scenarios, points(options.points, options.seed))
        first.to_csv(options.out.with_stem(f"{options.out.stem}_first"), index=False)
    best = [values_of(row) for _, row in first.head(BEST).iterrows()]
    table = search(options.scenarios, around(best, options.second, options.seed + 1), first=SECOND)
    table.to_csv(options.out, index=False)
    fresh = again(options.scenarios, table, options.again, options.size, FRESH)
    fresh.to_csv(options.out.with_stem(f"{options.out.stem}_again"), index=False)


if __name__ == "__main__":
    main()
