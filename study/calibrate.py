"""The calibration, from scratch: ``python -m study.calibrate --out results/calibration``.

1. A first wave over the priors (Sobol' points), and emulators of each source's shares.
2. A second wave where the first says that the record is likely, and emulators of both.
3. A third wave of draws from the prior by the emulated likelihood of the record, with many runs
   each, and emulators of all three: these know the region that counts.
4. Draws by the likelihood of the last emulators, run by the model itself, their shares told by
   these runs, with the emulator as a prior for as many runs as its error at points of the third
   wave held back is worth; weights by this likelihood over the emulator's; draws by these weights
   are the posterior.
5. Records made up from known parameters, for the checks of ``coverage.py``.

Each wave is kept part by part, so one that is killed goes on. Tables of what was found are written
beside the waves, and the posterior where it is shipped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.beliefs import effective, resampled
from sim.calibration.prior_against_posterior import FILE
from sim.calibration.sources import Source, record
from sim.draws import POSTERIOR
from sim.io.errors import Unsupported
from sim.io.files import write_whole
from sim.io.parquet import table_bytes
from sim.io.provenance import provenance
from sim.priors import points
from study.coverage import covered, made_up, reported
from study.emulator import Emulator, Learned, scores, write_csv
from study.posterior import (
    contraction,
    directions,
    emulated,
    log_likelihoods,
    sensitivity,
    smoothed,
    spread_out,
    weights,
)
from study.waves import wave

FLOOR = 500
"""Least effective sample size of the draws, after the model's own weights."""

MADE_UP_RUNS = 4
"""Runs of a source at a point whose record is made up, over what its observations are worth."""

SEEDS = {
    "first": 10_000_000, "second": 20_000_000, "third": 30_000_000, "fourth": 40_000_000, "made_up": 50_000_000,
}  # fmt: skip
"""First seed of each wave: no run of one is a run of another."""


class Size(NamedTuple):
    """How much is done: points of the first two waves, draws of the other two, draws shipped,
    records made up, points that are looked at and weighed, and runs at a point, of a case and of a
    rate: in the first two waves, in the third, and in the last.
    """

    first: int = 4096
    second: int = 2048
    draws: int = 1024
    shipped: int = 500
    made_up: int = 160
    looked_at: int = 2**17
    weighed: int = 2**20
    few: tuple[int, int] = (32, 64)
    many: tuple[int, int] = (128, 640)
    last: tuple[int, int] = (32, 160)

    def runs(self, source: Source, runs: tuple[int, int]) -> int:
        """Runs of a source at a point, from those of a case and of a rate."""
        case, rate = runs
        return max(2, round(source.effort * (case if source.case else rate)))


WHOLE = Size()
"""As it was shipped."""

SMALL = Size(64, 32, 32, 16, 4, 2**9, 2**10, (4, 8), (8, 16), (4, 8))
"""A calibration in seconds, for the tests: of no use."""


def calibrate(
    out: Path, size: Size = WHOLE, sources: tuple[Source, ...] | None = None, seed: int = 1,
    workers: int | None = None, floor: float = FLOOR,
) -> pd.DataFrame:  # fmt: skip
    """Do the calibration, or what is missing of it.

    Parameters
    ----------
    out : Path
        Folder of the waves and tables.
    size : Size
    sources : tuple of Source, optional
        The record by default.
    seed : int
        Of points and draws.
    workers : int, optional
        Threads.
    floor : float
        Effective sample size below which it is refused.

    Returns
    -------
    pandas.DataFrame
        The posterior's draws, a column per parameter, all alike in weight.

    Raises
    ------
    sim.io.errors.Unsupported
        Where the draws' effective sample size is below the floor.
    """
    sources = record() if sources is None else sources
    learned = Learned(out, seed)

    def run(name: str, at: pd.DataFrame, runs: tuple[int, int]) -> dict[str, np.ndarray]:
        each = {source.name: size.runs(source, runs) for source in sources}
        return wave(out / name, at, each, sources, SEEDS[name], workers)

    first = pd.DataFrame(points(size.first, seed))
    learned.add("first", scores(first), run("first", first, size.few))
    looked = pd.DataFrame(points(size.looked_at, seed + 1))
    likelihood = log_likelihoods(sources, emulated(learned.emulators, scores(looked))).sum(axis=1)
    second = looked.iloc[resampled(weights(likelihood, 0.5), size.second, seed)].reset_index(drop=True)
    learned.add("second", scores(second), run("second", second, size.few))

    prior = pd.DataFrame(points(size.weighed, seed + 3))
    prior_inputs = scores(prior)
    likelihood = log_likelihoods(sources, emulated(learned.emulators, prior_inputs)).sum(axis=1)
    chosen = resampled(weights(likelihood), size.draws, seed)
    third = prior.iloc[chosen].reset_index(drop=True)
    learned.add("third", prior_inputs[chosen], run("third", third, size.many))

    emulators, worth = learned.emulators, learned.worth
    shares = emulated(emulators, prior_inputs)
    each = log_likelihoods(sources, shares)
    weight = weights(each.sum(axis=1))
    chosen = resampled(weight, size.draws, seed + 4)
    draws = prior.iloc[chosen].reset_index(drop=True)
    own = run("fourth", draws, size.last)
    ours = {name: smoothed(own[name], shares[name][chosen], worth[name]) for name in own}
    moved = log_likelihoods(sources, ours) - each[chosen]
    last = weights(moved.sum(axis=1))
    found: dict[str, Any] = {
        "effective_by_emulator": effective(weight),
        "effective_by_model": effective(np.bincount(chosen, last)),
        "distinct": len(np.unique(chosen)),
        "worth": worth,
        "moved": {source.name: float(moved[:, place].std()) for place, source in enumerate(sources)},
    }
    if found["effective_by_model"] < floor:
        raise Unsupported(
            f"effective sample size of the draws {found['effective_by_model']:.0f}; accepted: from {floor:.0f}"
        )

    write_csv(
        out, "shares_fourth", pd.concat([pd.DataFrame(ours[name]).add_prefix(f"{name}_") for name in ours], axis=1)
    )
    write_csv(out, "draws_fourth", draws.assign(weight=last))
    names = list(prior.columns)
    write_csv(out, "sensitivity", sensitivity(each, sources, prior_inputs, names, shares))
    write_csv(out, "prior_predictive", _predicted(sources, shares, np.full(len(prior), 1.0 / len(prior)), weight))
    last_inputs = prior_inputs[chosen]
    write_csv(out, "directions", directions(last_inputs, last, names))
    write_csv(out, "coverage", _covered(out, size, sources, emulators, seed, workers))

    kept = resampled(last, size.shipped, seed + 2)
    posterior = draws.iloc[kept].reset_index(drop=True)
    risk = sum(source.chances(ours[source.name])[:, 0] for source in sources if source.case)
    posterior = posterior.iloc[spread_out(np.asarray(risk)[kept])].reset_index(drop=True)
    write_whole(out / "posterior.parquet", table_bytes(posterior, _about(found, seed, sources)))
    write_csv(out, "prior_against_posterior", summary(posterior, scores(posterior), contraction(last_inputs, last)))
    made = {**found, "draws": len(posterior), "sources": [source.name for source in sources], **provenance()}
    write_whole(out / "calibration.json", (json.dumps(made, indent=2, default=str) + "\n").encode())
    return posterior


def summary(draws: pd.DataFrame, inputs: np.ndarray, contraction: np.ndarray) -> pd.DataFrame:
    """What the record says of each parameter: the table that is shipped.

    Parameters
    ----------
    draws : pandas.DataFrame
        Of the posterior, alike in weight.
    inputs : numpy.ndarray, shape (draws, parameters)
        The same as standard scores of the priors.
    contraction : numpy.ndarray, shape (parameters,)
    """
    quantiles = draws.quantile([0.1, 0.5, 0.9]).to_numpy()
    low, median, high = quantiles
    return pd.DataFrame(
        {
            "field": draws.columns, "low": low, "median": median, "high": high, "contraction": contraction,
            "shift": inputs.mean(axis=0),
        }
    ).round(4)  # fmt: skip


def _about(found: Mapping[str, Any], seed: int, sources: Iterable[Source]) -> dict[str, Any]:
    """Where the draws come from, as the file that is shipped tells: alike for alike draws."""
    text = json.dumps([source.model_dump(mode="json") for source in sources], sort_keys=True)
    made = provenance()
    return {
        "made_by": "python -m study.calibrate",
        "seed": seed,
        "record_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "effective_by_model": found["effective_by_model"],
        **{name: made[name] for name in ("package", "python", "libraries")},
    }


def _covered(
    out: Path, size: Size, sources: tuple[Source, ...], emulators: dict[str, Emulator], seed: int, workers: int | None
) -> pd.DataFrame:
    """The checks on records made up from points of the prior that no emulator has seen."""
    truth = pd.DataFrame(points(2 * size.made_up, seed + 7)).iloc[size.made_up :].reset_index(drop=True)
    runs = {
        source.name: MADE_UP_RUNS * round(max(16.0, *(each.of for each in source.observations), 1.0))
        for source in sources
    }
    counts = wave(out / "made_up", truth, runs, sources, SEEDS["made_up"], workers)
    at = scores(pd.DataFrame(points(min(size.weighed, 2**15), seed + 9)))
    records = made_up(sources, counts, seed)
    found = covered(sources, records, scores(truth), at, emulated(emulators, at), seed)
    np.savez_compressed(out / "coverage.npz", **found._asdict())
    return reported(list(truth.columns), found)


def _predicted(
    sources: tuple[Source, ...], shares: dict[str, np.ndarray], prior: np.ndarray, posterior: np.ndarray
) -> pd.DataFrame:
    """Chance of each observation before and after the record: mean and 80% of points, emulated."""
    rows = []
    for source in sources:
        chances = source.chances(shares[source.name])
        for place, each in enumerate(source.observations):
            row: dict[str, object] = {
                "source": source.name, "observation": each.words, "seen": each.seen / each.of, "worth": each.of
            }  # fmt: skip
            for name, weight in (("prior", prior), ("posterior", posterior)):
                order = np.argsort(chances[:, place])
                ends = np.searchsorted(np.cumsum(weight[order]), [0.1, 0.9])
                low, high = chances[order[np.minimum(ends, len(order) - 1)], place]
                row |= {name: float(weight @ chances[:, place]), f"{name}_low": low, f"{name}_high": high}
            rows.append(row)
    return pd.DataFrame(rows)


def main() -> None:
    """Calibrate and ship."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=Path("results/calibration"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--ship", action="store_true", help="put the draws where they are shipped")
    options = parser.parse_args()
    posterior = calibrate(options.out, seed=options.seed, workers=options.workers)
    if options.ship:
        for name, place in (("posterior.parquet", POSTERIOR), ("prior_against_posterior.csv", FILE)):
            write_whole(place, (options.out / name).read_bytes())
    print(f"{len(posterior)} draws: {POSTERIOR if options.ship else options.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
