"""The ablation table: each mechanism switched off by values, in turn, and what that does to what is
asked of the model (:mod:`study.targets`) and to the theory's claims (:mod:`study.questions`).

Paired: the same draws, seeds and conditions with and without the mechanism.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.casebook.runs import thinned
from sim.draws import draws_named
from sim.io.files import write_table
from sim.io.provenance import calibration
from study.document import around, marks, written
from study.mechanisms import MECHANISMS, Mechanism
from study.questions import answers, ask, conditions
from study.targets import evaluated, stored

MARKS = marks("study.ablation")
FIRST, ASKED = 2_000_000, 300_000
"""First seed of the runs of units, and number of the first condition."""
BLOCKS = 10
"""Blocks of conditions that the interval of a claim is over."""


def ablate(
    folder: Path, out: Path | None, sets: int = 8, replicates: int = 20, asked: int = 40, seeds: int = 8,
    workers: int = 2, mechanisms: Sequence[Mechanism] = MECHANISMS,
) -> pd.DataFrame:  # fmt: skip
    """Switch each mechanism off in turn.

    Parameters
    ----------
    folder : Path
        Scenarios.
    out : Path, optional
        Folder for what each mechanism's runs gave, which a later call goes on from.
    sets : int
        Draws of the posterior.
    replicates : int
        Runs of each unit and draw.
    asked : int
        Conditions of the claims; 0 leaves them out.
    seeds : int
        Seeds of each condition and design.
    workers : int
        Processes.
    mechanisms : sequence of Mechanism
        Those to switch off.

    Returns
    -------
    pandas.DataFrame
        A row per mechanism and quantity: ``mechanism, words, kind`` (target, claim or misfit),
        ``quantity, whole`` (with the mechanism), ``without, change`` (without less with: mean over
        draws or blocks of conditions), ``lower, upper`` (95% interval of the change).
    """
    draws = thinned(draws_named("posterior"), sets)
    assert draws is not None
    values = [draws.row(number) for number in range(len(draws))]
    units = range(FIRST, FIRST + replicates)

    def measured(name: str, off: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
        at = [{**each, **off} for each in values]
        targets = stored(out, f"targets_{name}", partial(evaluated, at, units, workers))
        return targets, stored(out, f"claims_{name}", partial(_asked, folder, off, asked, seeds))

    whole, rows = measured("whole", {}), []
    for number, each in enumerate(mechanisms, 1):
        without = measured(each.name, each.off)
        for kind, before, after in zip(("target", "claim"), whole, without, strict=True):
            for quantity in before.columns:
                said = "misfit" if quantity == "misfit" else kind
                rows.append(_row(each, said, quantity, before[quantity], after[quantity]))
        print(f"\r{number} of {len(mechanisms)} mechanisms", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return pd.DataFrame(rows)


def _asked(folder: Path, off: dict[str, Any], count: int, seeds: int) -> pd.DataFrame:
    """What the claims come to, in blocks of conditions, a row for each."""
    if count == 0:
        return pd.DataFrame()
    table = ask(conditions(folder, count, ASKED, off), seeds)
    blocks = [answers(table.iloc[block::BLOCKS]) for block in range(BLOCKS)]
    return pd.DataFrame([dict(zip(block["name"], block["value"], strict=True)) for block in blocks])


def _row(mechanism: Mechanism, kind: str, quantity: str, whole: pd.Series, without: pd.Series) -> dict[str, Any]:
    change = (without - whole).dropna()
    error = 1.96 * change.std(ddof=1) / np.sqrt(len(change)) if len(change) > 1 else np.nan
    return {
        "mechanism": mechanism.name, "words": mechanism.words, "kind": kind, "quantity": quantity,
        "whole": whole.mean(), "without": without.mean(), "change": change.mean(),
        "lower": change.mean() - error, "upper": change.mean() + error,
    }  # fmt: skip


def largest(rows: pd.DataFrame, most: int = 3) -> str:
    """What a mechanism, switched off, changes most, of what is clear of 0."""
    clear = rows[(rows["lower"] > 0.0) | (rows["upper"] < 0.0)]
    first = clear.loc[clear["change"].abs().sort_values(ascending=False).index[:most]]
    found = [f"{row.quantity} {row.change:+.2f} [{row.lower:+.2f}, {row.upper:+.2f}]" for row in first.itertuples()]
    return "; ".join(found) or "nothing clear"


def text(table: pd.DataFrame) -> str:
    """The page's part: mechanisms by what they carry of the misfit, and what moves most."""
    lines = [
        "| switched off | misfit added [95%] | what is asked moves most | claims move most |",
        "| --- | --- | --- | --- |",
    ]
    misfit = table[table["kind"] == "misfit"].sort_values("change", ascending=False)
    for row in misfit.itertuples():
        own = table[table["mechanism"] == row.mechanism]
        targets, claims = (largest(own[own["kind"] == kind], 2) for kind in ("target", "claim"))
        lines.append(f"| {row.words} | {row.change:+.1f} [{row.lower:+.1f}, {row.upper:+.1f}] | {targets} | {claims} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Switch mechanisms off, and write the table."""
    parser = argparse.ArgumentParser(
        prog="python -m study.ablation", description=" ".join((__doc__ or "").split("\n\n")[0].split())
    )
    known = {each.name: each for each in MECHANISMS}
    parser.add_argument("--scenarios", type=Path, default=Path("scenarios"))
    parser.add_argument("--out", type=Path, default=Path("results/ablation"))
    parser.add_argument("--only", nargs="+", choices=known, default=list(known), metavar="MECHANISM")
    parser.add_argument("--sets", type=int, default=8, help="draws of the posterior")
    parser.add_argument("--replicates", type=int, default=20, help="runs of each unit and draw")
    parser.add_argument("--conditions", type=int, default=40, help="that the claims are asked of; 0: none")
    parser.add_argument("--seeds", type=int, default=8, help="of each condition and design")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", type=Path, help="a document whose part between its marks is written anew")
    asked = parser.parse_args(arguments)
    if asked.write is not None:
        around(asked.write, MARKS)
    asked.out.mkdir(parents=True, exist_ok=True)
    table = ablate(
        asked.scenarios, asked.out, asked.sets, asked.replicates, asked.conditions, asked.seeds, asked.workers,
        [known[name] for name in asked.only],
    )  # fmt: skip
    write_table(asked.out, "ablation", table, calibration("posterior"))
    part = text(table)
    if asked.write is not None:
        written(asked.write, part, MARKS)
    print(part)


if __name__ == "__main__":
    main()
