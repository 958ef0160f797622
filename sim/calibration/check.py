"""Print how the defaults meet the patterns: ``python -m
sim.calibration.check --replicates 200``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.calibration.patterns import measure, misfit


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenarios", type=Path, default=Path("scenarios"))
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--mixed", type=int, default=400)
    options = parser.parse_args()
    table = measure(options.scenarios, {}, options.replicates, options.mixed)
    print("| pattern | quantity | record supports | model [95%, Monte Carlo] | runs | fits |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in table.itertuples():
        value = f"{row.value:.2f} [{row.lower:.2f}, {row.upper:.2f}]"
        print(
            f"| {row.pattern} | {row.quantity} | {row.low:.2f} to {row.high:.2f} | {value} | {row.n} | "
            f"{'yes' if row.fits else 'no'} |"
        )
    print(f"\nMisfit, summed over quantities: {misfit(table):.3f}")


if __name__ == "__main__":
    main()
