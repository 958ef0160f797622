"""The posterior by the casebook: ``python -m study.calibrate --out results/calibration``.

1. A first wave of runs over the prior (Sobol' points), and emulators of what each source comes to.
2. A second wave at points of a walk by the emulated likelihood to the power of one half.
3. A third wave, of more runs each, at points of a walk by the whole likelihood; a fourth likewise;
   and a fifth, of populations alone, whose counts tell the most.
4. The posterior: points of a last walk, by emulators of all waves. The model itself is run at some
   of its points, to tell how far the emulated likelihood is from the model's own.

Each wave is kept part by part, and each walk, so one that is killed goes on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.prior_against_posterior import FILE as SUMMARY
from sim.casebook.files import open_casebook
from sim.casebook.left_out import FILE as LEFT_OUT
from sim.casebook.likelihood import Source, evidence, sources_of
from sim.draws import POSTERIOR
from sim.io.errors import Unsupported
from sim.io.files import write_whole
from sim.io.parquet import table_bytes
from sim.io.provenance import provenance
from sim.priors import PRIORS, points
from sim.statistics.weights import effective
from study.chain import Chain, chain
from study.emulator import NETWORKS, Learned, at_scores, scores, write_csv
from study.posterior import contraction, directions, emulated, spread_out, weights
from study.waves import Counted, wave

SEEDS = {
    "first": 110_000_000, "second": 120_000_000, "third": 130_000_000, "fourth": 140_000_000, "fifth": 150_000_000,
    "check": 160_000_000,
}  # fmt: skip
"""First seed of each wave: no run of one is a run of another."""

FLOOR = 100.0
"""Draws that those shipped must be worth, after the emulators' error."""


class Size(NamedTuple):
    """How much is done: points of the five waves, of the check, and draws that are shipped;
    walkers and their steps, points of the prior that they start from; runs of a case and of a frame
    at a point: in the first two waves, in the third, in the fourth, in the fifth, in the check.
    """

    first: int = 1024
    second: int = 768
    third: int = 384
    fourth: int = 768
    fifth: int = 384
    checked: int = 32
    shipped: int = 500
    walkers: int = 256
    steps: int = 2000
    looked_at: int = 2**13
    few: tuple[int, int] = (4, 8)
    many: tuple[int, int] = (12, 24)
    last: tuple[int, int] = (8, 16)
    frames: tuple[int, int] = (0, 128)
    check: tuple[int, int] = (128, 256)


WHOLE = Size()
"""As it was shipped."""

SMALL = Size(32, 16, 16, 16, 16, 4, 8, 80, 4, 128, (1, 2), (1, 2), (1, 2), (0, 2), (4, 4))
"""For the tests: of no use."""


class Walks:
    """Walks by the emulated likelihood, each kept in a file.

    Parameters
    ----------
    out : pathlib.Path
    sources : sequence of Source
    learned : Learned
    size : Size
    seed : int
    """

    def __init__(self, out: Path, sources: Sequence[Source], learned: Learned, size: Size, seed: int) -> None:
        self.out, self.sources, self.learned, self.size, self.seed = out, sources, learned, size, seed

    def points(self, number: int, name: str, power: float = 1.0) -> np.ndarray:
        """Points of a walk by what is learned so far, to a power, as standard scores."""
        path = self.out / f"{name}.npy"
        if not path.exists():
            found = walk(self.sources, self.learned, self.size, power, self.seed + number)
            told = {"effective": found.effective, "accepted": found.accepted}
            write_whole(self.out / f"{name}_walk.json", (json.dumps(told) + "\n").encode())
            np.save(path, found.points)
        return np.asarray(np.load(path, allow_pickle=False))


def calibrate(
    out: Path, size: Size = WHOLE, sources: Sequence[Source] | None = None, seed: int = 1, workers: int | None = None,
    floor: float = FLOOR,
) -> pd.DataFrame:  # fmt: skip
    """Do the calibration, or what is missing of it.

    Parameters
    ----------
    out : Path
        Folder of the waves, the walks and the tables.
    size : Size
    sources : sequence of Source, optional
        The casebook's by default.
    seed : int
        Of points and draws.
    workers : int, optional
        Threads of the runs, and processes of the emulators.
    floor : float
        Number of independent draws that those shipped must be worth.

    Returns
    -------
    pandas.DataFrame
        The posterior's draws, a column per parameter, all alike in weight.

    Raises
    ------
    sim.io.errors.Unsupported
        Where the draws are worth fewer than the floor.
    """
    sources = sources_of(open_casebook()) if sources is None else sources
    learned, found, run = learn(out, size, sources, seed, workers)
    inputs = some(found, size.checked, seed + 7)
    far = apart(sources, emulated(learned.emulators, inputs), run("check", inputs, size.check), learned.worth, seed)
    worth = size.shipped * float(np.exp(-max(0.0, far.own - far.by_chance)))
    if worth < floor:
        raise Unsupported(f"the draws are worth {worth:.0f} independent ones; accepted: from {floor:.0f}")
    return written(out, sources, learned, found, size, seed, {"worth": worth, **far._asdict()})


Run = Callable[[str, np.ndarray, tuple[int, int]], dict[str, Counted]]
"""Runs of a wave: its name, its points, and runs of a case and of a frame at each."""


def learn(
    out: Path, size: Size, sources: Sequence[Source], seed: int = 1, workers: int | None = None,
    networks: int = NETWORKS,
) -> tuple[Learned, np.ndarray, Run]:  # fmt: skip
    """Do the five waves, or what is missing of them.

    Parameters
    ----------
    out, size, sources, seed, workers
        As for :func:`calibrate`.
    networks : int
        Networks that each emulator averages.

    Returns
    -------
    learned : Learned
    found : numpy.ndarray
        Points of the last walk.
    run : callable
        How a wave is run.
    """
    out.mkdir(parents=True, exist_ok=True)
    learned = Learned(out, seed, workers, networks)
    walks = Walks(out, sources, learned, size, seed)

    def run(name: str, inputs: np.ndarray, runs: tuple[int, int]) -> dict[str, Counted]:
        each = {source.name: runs[source.is_frame] for source in sources}
        return wave(out / name, at_scores(inputs), each, sources, SEEDS[name], workers)

    first = pd.DataFrame(points(size.first, seed))
    each = {source.name: size.few[source.is_frame] for source in sources}
    learned.add(scores(first), wave(out / "first", first, each, sources, SEEDS["first"], workers))
    found = walks.points(0, "first", 0.5)
    plan = (
        ("second", size.second, size.few), ("third", size.third, size.many), ("fourth", size.fourth, size.last),
        ("fifth", size.fifth, size.frames),
    )  # fmt: skip
    for number, (name, count, runs) in enumerate(plan, 1):
        inputs = some(found, count, seed + number + 1)
        learned.add(inputs, run(name, inputs, runs))
        found = walks.points(number, name)
    return learned, found, run


def written(
    out: Path, sources: Sequence[Source], learned: Learned, found: np.ndarray, size: Size, seed: int,
    worth: dict[str, float],
) -> pd.DataFrame:  # fmt: skip
    """Write the posterior, and what it says, from the points of the last walk."""
    inputs = some(found, size.shipped, seed + 6)
    shares = emulated(learned.emulators, inputs)
    chances = [source.chances(shares[source.name])[:, 0] for source in sources if source.is_frame]
    inputs = inputs[spread_out(np.mean(chances, axis=0) if chances else inputs[:, 0])]
    posterior = at_scores(inputs)
    shares = emulated(learned.emulators, inputs)
    before = scores(pd.DataFrame(points(size.looked_at, seed + 20)))
    write_csv(out, "observations", told_of(sources, emulated(learned.emulators, before), shares))
    write_csv(out, "prior_against_posterior", summary(at_scores(found), found))
    write_csv(out, "directions", directions(found, list(PRIORS)))
    without = without_each(sources, shares)
    write_csv(out, "left_out", pd.DataFrame({"programme": list(without), "effective": without.apply(effective)}))
    write_whole(out / "left_out.parquet", table_bytes(without))
    about = _about(seed, sources, worth)
    write_whole(out / "posterior.parquet", table_bytes(posterior, about))
    write_whole(out / "calibration.json", (json.dumps({**about, **provenance()}, default=str) + "\n").encode())
    return posterior


def walk(sources: Sequence[Source], learned: Learned, size: Size, power: float, seed: int) -> Chain:
    """Walk by the emulated likelihood of all sources, to a power."""
    emulators = learned.emulators

    def log_posterior(inputs: np.ndarray) -> np.ndarray:
        told = evidence(sources, emulated(emulators, inputs)).together()
        return np.asarray(power * told - 0.5 * (inputs**2).sum(axis=1))

    looked = scores(pd.DataFrame(points(size.looked_at, seed + 10)))
    likelihood = evidence(sources, emulated(emulators, looked)).together()
    start = np.argsort(likelihood, kind="stable")[-size.walkers :]
    return chain(log_posterior, looked[start], size.steps, seed)


def some(found: np.ndarray, count: int, seed: int) -> np.ndarray:
    """So many of the points of a walk, without one twice where there are enough."""
    draw = np.random.default_rng(seed)
    return np.asarray(found[draw.choice(len(found), count, replace=len(found) < count)])


class Apart(NamedTuple):
    """How far the emulated log-likelihood is from the model's own over points of the posterior.

    ``own``: variance of the difference. ``by_chance``: the variance that so few runs leave by
    themselves, and ``by_chance_sd`` its SD. Draws by the emulators are worth ``exp(-(own -
    by_chance))`` as many of the model's.
    """

    own: float
    by_chance: float
    by_chance_sd: float


def apart(
    sources: Sequence[Source], shares: dict[str, np.ndarray], own: dict[str, Counted], worth: dict[str, float],
    seed: int, times: int = 40,
) -> Apart:  # fmt: skip
    """Compare the emulated log-likelihood with the model's own at points of the posterior.

    The model's own shares are told by its runs, with the emulator as a prior for as many runs as it
    is worth: chances of rare events by few runs alone say next to nothing of the emulator.

    Parameters
    ----------
    sources : sequence of Source
    shares : dict
        By source, emulated at the points, shape (points, categories).
    own : dict of Counted
        The model's own runs at the points.
    worth : dict
        Runs at a point that each emulator is worth.
    seed : int
        Of runs made up at the emulated shares, which tell what few runs leave.
    times : int
        How often they are made up.

    Returns
    -------
    Apart
    """
    draw = np.random.default_rng(seed)
    told = evidence(sources, shares).together()

    def variance(counts: dict[str, np.ndarray]) -> float:
        known = {
            name: (each + worth[name] * shares[name]) / (each.sum(axis=1, keepdims=True) + worth[name])
            for name, each in counts.items()
        }
        return float((evidence(sources, known).together() - told).var(ddof=1))

    def made_up(name: str) -> np.ndarray:
        runs = own[name].weights.sum(axis=1).round().astype(int)
        return draw.multinomial(runs, shares[name] / shares[name].sum(axis=1, keepdims=True)).astype(float)

    by_chance = [variance({name: made_up(name) for name in own}) for _ in range(times)]
    seen = variance({name: each.weights for name, each in own.items()})
    return Apart(seen, float(np.mean(by_chance)), float(np.std(by_chance)))


def without_each(sources: Sequence[Source], shares: dict[str, np.ndarray]) -> pd.DataFrame:
    """Weights of the draws as if one programme were not on record: a column per programme, shape
    (draws,) each, which sums to 1.
    """
    told = evidence(sources, shares)
    whole, found = told.together(), {}
    for programme in sorted({source.programme for source in sources}):
        own = [source.name for source in sources if source.programme == programme]
        found[programme] = weights(told.together(own) - whole)
    return pd.DataFrame(found)


def told_of(sources: Sequence[Source], before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> pd.DataFrame:
    """Each observation beside its chance under prior and posterior: mean, and the 80% in the
    middle, by the emulators.
    """
    rows: list[dict[str, Any]] = []
    for source in sources:
        chances = {"prior": source.chances(before[source.name]), "posterior": source.chances(after[source.name])}
        for place, each in enumerate(source.observations):
            row = {"source": source.name, "programme": source.programme, "frame": source.is_frame,
                   "observation": each.words, "seen": each.seen / each.of, "of": each.of}  # fmt: skip
            for name, chance in chances.items():
                low, high = np.quantile(chance[:, place], [0.1, 0.9])
                row |= {name: float(chance[:, place].mean()), f"{name}_low": low, f"{name}_high": high}
            rows.append(row)
    return pd.DataFrame(rows)


def summary(draws: pd.DataFrame, inputs: np.ndarray) -> pd.DataFrame:
    """What the record says of each parameter: the table that is shipped.

    Parameters
    ----------
    draws : pandas.DataFrame
        Of the posterior, alike in weight.
    inputs : numpy.ndarray, shape (draws, parameters)
        The same as standard scores of the priors.
    """
    low, median, high = draws.quantile([0.1, 0.5, 0.9]).to_numpy()
    return pd.DataFrame(
        {
            "field": draws.columns, "low": low, "median": median, "high": high, "contraction": contraction(inputs),
            "shift": inputs.mean(axis=0),
        }
    ).round(4)  # fmt: skip


def record_digest(sources: Sequence[Source]) -> str:
    """SHA-256 of what was seen of each source, by which shipped draws say what they were fitted
    to.
    """
    text = json.dumps([[each.name, [seen._asdict() for seen in each.observations]] for each in sources], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _about(seed: int, sources: Sequence[Source], worth: dict[str, float]) -> dict[str, Any]:
    """Where the draws come from, as the file that is shipped tells: alike for alike draws."""
    made = provenance()
    return {
        "made_by": "python -m study.calibrate",
        "seed": seed,
        "record_sha256": record_digest(sources),
        **worth,
        **{name: made[name] for name in ("package", "python", "libraries")},
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Calibrate, and ship where asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("results/calibration"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--ship", action="store_true", help="put the draws where they are shipped")
    asked = parser.parse_args(arguments)
    draws = calibrate(asked.out, seed=asked.seed, workers=asked.workers)
    if asked.ship:
        for name, place in (
            ("posterior.parquet", POSTERIOR), ("prior_against_posterior.csv", SUMMARY), ("left_out.parquet", LEFT_OUT)
        ):  # fmt: skip
            write_whole(place, (asked.out / name).read_bytes())
    print(f"{len(draws)} draws: {POSTERIOR if asked.ship else asked.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
