"""The posterior of version 3 by the casebook: ``python -m study.fit --out results/fit``.

1. A first wave of runs over the prior (Sobol' points), and emulators of what a source comes to.
2. A second wave where a walk by the emulated likelihood to the power of one half goes, and
   emulators of both.
3. A third wave, of more runs each, where a walk by the whole likelihood goes, and emulators of all.
4. Draws of a walk by these, run by the model itself, their shares told by these runs, with the
   emulator as a prior for as many runs as its error is worth; weights by this likelihood over the
   emulator's; draws by these weights are the posterior.

Each wave is kept part by part, so one that is killed goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.beliefs import effective, resampled
from sim.casebook.files import open_casebook
from sim.casebook.likelihood import Source, evidence, sources_of
from sim.io.files import write_whole
from sim.io.parquet import table_bytes
from sim.io.provenance import provenance
from sim.priors import SWITCHED, VERSION3, points
from study.chain import Chain, chain
from study.emulator import Learned, at_scores, scores, write_csv
from study.posterior import contraction, emulated, smoothed, weights
from study.waves import wave

SEEDS = {"first": 110_000_000, "second": 120_000_000, "third": 130_000_000, "fourth": 140_000_000}
"""First seed of each wave: no run of one is a run of another."""


class Size(NamedTuple):
    """How much is done: points of the first three waves, draws of the last and those shipped;
    walkers and their steps, points of the prior that they start from; runs of a case and of a frame
    at a point: in the first two waves, in the third, in the last.
    """

    first: int = 1024
    second: int = 768
    third: int = 384
    draws: int = 768
    shipped: int = 500
    walkers: int = 256
    steps: int = 2000
    looked_at: int = 2**13
    few: tuple[int, int] = (4, 8)
    many: tuple[int, int] = (12, 24)
    last: tuple[int, int] = (8, 16)


WHOLE = Size()
SMALL = Size(32, 16, 16, 16, 8, 80, 4, 128, (1, 2), (1, 2), (1, 2))
"""For the tests: of no use."""


def fit(
    out: Path, size: Size = WHOLE, sources: Sequence[Source] | None = None, seed: int = 1, workers: int | None = None,
    waves: int = 4,
) -> pd.DataFrame:  # fmt: skip
    """Do the calibration, or what is missing of it.

    Parameters
    ----------
    out : Path
        Folder of the waves and tables.
    size : Size
    sources : sequence of Source, optional
        The casebook's by default.
    seed : int
        Of points and draws.
    workers : int, optional
        Threads.
    waves : int
        It stops after so many.

    Returns
    -------
    pandas.DataFrame
        The posterior's draws, a column per parameter, all alike in weight; of a walk by the
        emulators where fewer than four waves are run.
    """
    sources = sources_of(open_casebook()) if sources is None else sources
    learned = Learned(out, seed)
    walks: list[dict[str, Any]] = []

    def run(name: str, at: pd.DataFrame, runs: tuple[int, int]) -> dict[str, np.ndarray]:
        each = {source.name: runs[source.is_frame] for source in sources}
        return wave(out / name, at.assign(**SWITCHED), each, sources, SEEDS[name], workers)

    def walked(name: str, power: float) -> Chain:
        found = walk(sources, learned, size, power, seed + len(walks))
        walks.append({"walk": name, "effective": found.effective, "accepted": found.accepted})
        write_csv(out, "walks", pd.DataFrame(walks))
        return found

    first = pd.DataFrame(points(size.first, seed, VERSION3))
    learned.add("first", scores(first, VERSION3), run("first", first, size.few))
    found = walked("first", 0.5)
    for place, (name, count, runs, power) in enumerate(
        (("second", size.second, size.few, 1.0), ("third", size.third, size.many, 1.0)), 2
    ):
        if waves < place:
            return at_scores(some(found.points, size.shipped, seed), VERSION3)
        inputs = some(found.points, count, seed + place)
        learned.add(name, inputs, run(name, at_scores(inputs, VERSION3), runs))
        found = walked(name, power)
    inputs = some(found.points, size.draws, seed + 4)
    draws = at_scores(inputs, VERSION3)
    if waves < 4:
        return draws.iloc[: size.shipped]
    shares = emulated(learned.emulators, inputs)
    own = run("fourth", draws, size.last)
    ours = {name: smoothed(own[name], shares[name], learned.worth[name]) for name in own}
    after, before = evidence(sources, ours), evidence(sources, shares)
    weight = weights(after.together() - before.together())
    kept = resampled(weight, size.shipped, seed + 5)
    posterior = draws.iloc[kept].reset_index(drop=True)
    told = {"effective": effective(weight), "distinct": len(np.unique(kept)), "walks": walks, **provenance()}
    write_whole(out / "fit.json", (json.dumps(told, indent=2, default=str) + "\n").encode())
    write_csv(out, "fourth", told_of(sources, ours, weight))
    write_csv(out, "contraction", pd.DataFrame({"field": list(VERSION3), "contraction": contraction(inputs, weight)}))
    write_whole(out / "posterior.parquet", table_bytes(posterior.assign(**SWITCHED)))
    return posterior


def walk(
    sources: Sequence[Source], learned: Learned, size: Size, power: float, seed: int, without: Iterable[str] = ()
) -> Chain:
    """Walk by the emulated likelihood, to a power, of all sources but some."""
    left_out = tuple(without)

    def log_posterior(inputs: np.ndarray) -> np.ndarray:
        told = evidence(sources, emulated(learned.emulators, inputs)).together(left_out)
        return np.asarray(power * told - 0.5 * (inputs**2).sum(axis=1))

    looked = scores(pd.DataFrame(points(size.looked_at, seed + 10, VERSION3)), VERSION3)
    likelihood = evidence(sources, emulated(learned.emulators, looked)).together(left_out)
    start = np.argsort(likelihood, kind="stable")[-size.walkers :]
    return chain(log_posterior, looked[start], size.steps, seed)


def some(found: np.ndarray, count: int, seed: int) -> np.ndarray:
    """So many of the points of a walk, without one twice where there are enough."""
    draw = np.random.default_rng(seed)
    return found[draw.choice(len(found), count, replace=len(found) < count)]


def told_of(sources: Sequence[Source], shares: dict[str, np.ndarray], weight: np.ndarray) -> pd.DataFrame:
    """Each observation beside its chance: the weighted mean and the 80% of draws in the middle."""
    rows = []
    for source in sources:
        chances = source.chances(shares[source.name])
        for place, each in enumerate(source.observations):
            order = np.argsort(chances[:, place])
            ends = np.minimum(np.searchsorted(np.cumsum(weight[order]), [0.1, 0.9]), len(order) - 1)
            rows.append(
                (source.name, each.words, each.seen / each.of, each.of, float(weight @ chances[:, place]),
                 *chances[order[ends], place])
            )  # fmt: skip
    return pd.DataFrame(rows, columns=["source", "observation", "seen", "of", "chance", "low", "high"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit version 3."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("results/fit"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--waves", type=int, default=4, help="stop after so many of the four waves")
    asked = parser.parse_args(arguments)
    draws = fit(asked.out, seed=asked.seed, workers=asked.workers, waves=asked.waves)
    print(f"{len(draws)} draws: {asked.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
