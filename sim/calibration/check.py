"""Print how the defaults meet the record, misfits first: ``python -m sim.calibration.check``.

On seeds and schools that no search has used; with ``--ensemble`` for each of its sets too.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.calibration.ensemble import ensemble
from sim.calibration.patterns import measure, misfit

FIRST = 1_200_000
"""First seed: none that a search has used."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenarios", type=Path, default=Path("scenarios"))
    parser.add_argument("--size", type=float, default=5.0, help="runs, over those of a search's point")
    parser.add_argument("--ensemble", action="store_true", help="measure its sets too")
    options = parser.parse_args()
    table = measure(options.scenarios, size=options.size, first=FIRST)
    columns = ["record supports", "defaults [95%, Monte Carlo]", "n", "within"]
    if options.ensemble:
        sets = [measure(options.scenarios, values, options.size / 5.0, FIRST)["value"] for values in ensemble()]
        table["least"], table["most"] = (
            [pick(each[row] for each in sets) for row in table.index] for pick in (min, max)
        )
        columns.insert(2, "over the ensemble")
    table = table.sort_values("miss", ascending=False, kind="stable")
    print(f"| quantity | {' | '.join(columns)} |")
    print(f"| --- |{' --- |' * len(columns)}")
    for row in table.itertuples():
        told = [f"{row.low:.2f} to {row.high:.2f}", f"{row.value:.2f} [{row.lower:.2f}, {row.upper:.2f}]"]
        told += [f"{row.least:.2f} to {row.most:.2f}"] if options.ensemble else []
        met = "yes" if row.miss < 0.005 else f"misses by {row.miss:.2f}"
        print(f"| {row.quantity} | {' | '.join([*told, str(row.n), met])} |")
    print(f"\nMisfit, scaled and summed over quantities: {misfit(table):.2f}")


if __name__ == "__main__":
    main()
