"""Which assumptions move the headline: each parameter that nobody has measured, at both ends of its
range, one at a time.

The headline is the risk of being discontinued within three years, over conditions drawn as for the
claims, of the retrofit and of the greenfield. Shipped as ``screening.csv``, which ``sim
parameters`` and every headline read. Conditions are run one by one, as for the claims, and for the
same reason.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration.influential import FILE, MOVES
from sim.engine import simulate
from sim.priors import PRIORS
from sim.scenario import Scenario, parameter_table
from study.document import around, marks, written
from study.questions import THREADS, conditions

DESIGNS = ("retrofit", "greenfield")


def ranges() -> dict[str, tuple[float, float]]:
    """Range of each parameter that is assumed: 5 to 95% of its prior where it has one,
    else half to twice its default, as far as accepted.
    """
    table = parameter_table()
    assumed = table[table["assumed"] & (table["role"] == "parameter") & ~table["whole"]]
    found = {}
    for row in assumed.itertuples():
        field = str(row.field)
        if field in PRIORS:
            low, high = (float(PRIORS[field].ppf(share)) for share in (0.05, 0.95))
        else:
            default = float(row.default)
            low, high = sorted((0.5 * default, 2.0 * default))
        found[field] = (low, high)
    return {field: _accepted(field, span) for field, span in found.items()}


def _accepted(field: str, span: tuple[float, float]) -> tuple[float, float]:
    """The range as far as a scenario takes it, found by halving the way back to the default."""
    default = Scenario().at(field)

    def end(value: float) -> float:
        for _ in range(6):
            try:
                Scenario().revise({field: value})
            except ValueError:
                value = 0.5 * (value + default)
            else:
                return value
        return default

    return end(span[0]), end(span[1])


def screen(folder: Path, count: int = 40, seeds: int = 8, first: int = 400_000) -> pd.DataFrame:
    """Move each assumption to both ends of its range.

    Parameters
    ----------
    folder : Path
        Scenarios.
    count, seeds : int
        Conditions, and seeds of each.
    first : int
        Number of the first condition.

    Returns
    -------
    pandas.DataFrame
        A row per field, largest change first: ``field, low, high``, for each design the risk at the
        default, and the change of risk at the low and at the high end; ``largest`` in size of all;
        ``error``, the standard error of that change, over conditions.
    """
    found = ranges()
    base = _risks(folder, {}, count, seeds, first)
    rows = []
    for number, (field, span) in enumerate(found.items(), 1):
        row: dict[str, Any] = {"field": field}
        changes = {}
        for name, end in zip(("low", "high"), span, strict=True):
            row[name], risks = _reached(folder, field, end, count, seeds, first)
            for design in DESIGNS:
                changes[f"{design}_{name}"] = risks[design] - base[design]
        row |= {f"{design}_risk": float(base[design].mean()) for design in DESIGNS}
        row |= {name: float(change.mean()) for name, change in changes.items()}
        largest = max(changes, key=lambda name: abs(float(changes[name].mean())))
        row["largest"] = abs(float(changes[largest].mean()))
        row["error"] = float(changes[largest].std(ddof=1) / np.sqrt(count))
        rows.append(row)
        print(f"\r{number} of {len(found)} assumptions", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return pd.DataFrame(rows).sort_values("largest", ascending=False, ignore_index=True)


def _reached(
    folder: Path, field: str, end: float, count: int, seeds: int, first: int
) -> tuple[float, dict[str, np.ndarray]]:
    """The end of a range, as far as all conditions accept it, and the risks there."""
    default = Scenario().at(field)
    for _ in range(6):
        try:
            return end, _risks(folder, {field: end}, count, seeds, first)
        except ValueError:
            end = 0.5 * (end + default)
    return default, _risks(folder, {}, count, seeds, first)


def _risks(folder: Path, changes: Mapping[str, Any], count: int, seeds: int, first: int) -> dict[str, np.ndarray]:
    """Risk of each condition, of runs that opened, by design."""
    found = conditions(folder, count, first, changes)

    def risk(scenario: Scenario, number: int) -> float:
        outcomes = [simulate(scenario, 1000 * number + seed).outcome for seed in range(seeds)]
        opened = [each.outcome == "discontinued" for each in outcomes if each.opened]
        return float(np.mean(opened)) if opened else 0.0

    numbers = [each.number for each in found]
    with ThreadPoolExecutor(THREADS) as pool:
        return {
            design: np.array(list(pool.map(risk, [each.scenarios[design] for each in found], numbers)))
            for design in DESIGNS
        }


MARKS = marks("study.screening")


def text(table: pd.DataFrame) -> str:
    """The page's part: assumptions that move the headline, from the one that moves it most."""
    moved = table[table["largest"] > MOVES]
    lines = [
        f"{len(moved)} of {len(table)} move it by more than {MOVES:g}:",
        "",
        "| assumption | from | to | largest change of risk | standard error |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{row.field}` | {row.low:.3g} | {row.high:.3g} | {row.largest:.2f} | {row.error:.2f} |"
        for row in moved.itertuples()
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Screen, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scenarios", type=Path, default=Path("scenarios"))
    parser.add_argument("--conditions", type=int, default=40)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--write", type=Path, help="a document whose part between its marks is written anew")
    options = parser.parse_args(arguments)
    if options.write is not None:
        around(options.write, MARKS)
    table = screen(options.scenarios, options.conditions, options.seeds)
    table.round(5).to_csv(options.out, index=False)
    part = text(table)
    if options.write is not None:
        written(options.write, part, MARKS)
    print(part)


if __name__ == "__main__":
    main()
