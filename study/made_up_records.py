"""Whether the walk finds parameters again: simulation-based calibration on made-up records.

A set of values is drawn from the prior, and a record made up from it, with an error of its own for
each population and a share of strange cases, as the likelihood has them. A walk by that record then
has to rank the values that made it like any other of its points (Talts et al. 2018). Emulators
stand for the model on both sides, so what is tested is the likelihood and the walk, not the
emulators; those are tested by the model's own runs (docs/calibration.md).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special, stats

from sim.casebook.files import open_casebook
from sim.casebook.likelihood import ERROR_PRIOR, SPREADS, STRANGE, STRANGE_LOG, Source, evidence, sources_of
from sim.priors import PRIORS
from study.calibrate import SMALL, WHOLE, Size, learn
from study.chain import chain
from study.document import around, marks, written
from study.emulator import Emulator
from study.posterior import emulated

MARKS = marks("study.made_up_records")
KEPT = 63
"""Points of a walk among which the values are ranked."""
BINS = 8
LIGHT = 2
"""Networks of an emulator: as simulators of themselves, few do."""


def made_up(sources: Sequence[Source], shares: Mapping[str, np.ndarray], draw: np.random.Generator) -> list[Source]:
    """The sources with a record made up at shares of the categories, shape (1, categories) each."""
    spread = SPREADS[int(draw.choice(len(SPREADS), p=np.exp(ERROR_PRIOR)))]
    strange = STRANGE[int(draw.choice(len(STRANGE), p=np.exp(STRANGE_LOG)))]
    found = []
    for source in sources:
        chances = source.chances(shares[source.name])[0]
        error = spread * draw.standard_normal()
        seen, left, went_on = [], source.observations[0].of, True
        for chance, each in zip(chances, source.observations, strict=True):
            if source.is_frame:
                count = int(draw.binomial(left, special.expit(special.logit(chance) + error)))
                seen.append(each._replace(seen=count, of=left))
                left -= count
            else:
                # Of a case that goes on, why it was adapted is seen only where it was.
                of = each.of if went_on else 0
                count = int(draw.binomial(of, (1.0 - strange) * chance + strange * each.blind))
                seen.append(each._replace(seen=count, of=of))
                went_on = count > 0 or len(source.labels) != 4
        found.append(replace(source, observations=tuple(seen)))
    return found


def ranks(
    sources: Sequence[Source], emulators: Mapping[str, Emulator], walkers: int, steps: int, looked_at: int, seed: int
) -> np.ndarray:
    """Ranks of the values that made a record among points of a walk by it, 0 to ``KEPT``; the last
    is of the log-likelihood.
    """
    draw = np.random.default_rng([seed, 25])
    truth = draw.standard_normal((1, len(PRIORS)))
    record = made_up(sources, emulated(emulators, truth), draw)

    def log_likelihood(inputs: np.ndarray) -> np.ndarray:
        return np.asarray(evidence(record, emulated(emulators, inputs)).together())

    looked = draw.standard_normal((looked_at, len(PRIORS)))
    start = looked[np.argsort(log_likelihood(looked), kind="stable")[-walkers:]]
    walked = chain(lambda inputs: log_likelihood(inputs) - 0.5 * (inputs**2).sum(axis=1), start, steps, seed)
    kept = walked.points[draw.choice(len(walked.points), KEPT, replace=False)]
    below = (kept < truth).sum(axis=0)
    return np.append(below, (log_likelihood(kept) < log_likelihood(truth)).sum())


_KNOWN: dict[str, Any] = {}


def _begin(sources: Sequence[Source], emulators: Mapping[str, Emulator], sizes: tuple[int, int, int]) -> None:
    _KNOWN.update(sources=sources, emulators=emulators, sizes=sizes)


def _one(seed: int) -> np.ndarray:
    return ranks(_KNOWN["sources"], _KNOWN["emulators"], *_KNOWN["sizes"], seed)


def many(
    sources: Sequence[Source], emulators: Mapping[str, Emulator], count: int, sizes: tuple[int, int, int], workers: int
) -> np.ndarray:
    """Ranks of several records, shape (records, parameters + 1)."""
    if workers == 1:
        _begin(sources, emulators, sizes)
        return np.array([_one(seed) for seed in range(count)])
    with ProcessPoolExecutor(
        workers, mp_context=get_context("fork"), initializer=_begin, initargs=(sources, emulators, sizes)
    ) as pool:
        return np.array(list(pool.map(_one, range(count))))


def text(found: np.ndarray) -> str:
    """The page's part."""
    names = [*PRIORS, "log-likelihood"]
    each = [stats.kstest((found[:, k] + 0.5) / (KEPT + 1), "uniform").pvalue for k in range(found.shape[1])]
    pooled = found[:, :-1].ravel()
    counts = np.bincount(pooled * BINS // (KEPT + 1), minlength=BINS)
    # Ranks of one record depend on each other, so the spread of the bins is over records.
    by_record = np.array([np.bincount(row * BINS // (KEPT + 1), minlength=BINS) for row in found[:, :-1]])
    error = by_record.std(axis=0, ddof=1) / np.sqrt(len(found)) / (found.shape[1] - 1)
    share = counts / len(pooled)
    lowest = sorted(zip(each, names, strict=True))[:3]
    inside = float(((pooled >= 0.1 * (KEPT + 1)) & (pooled < 0.9 * (KEPT + 1))).mean())
    lines = [
        f"- {len(found)} made-up records, {found.shape[1] - 1} parameters each: the values that made the record lie in "
        f"the middle 80% of the walk's points in {inside:.2f} of cases.",
        "- Share of ranks in each eighth, where 0.125 is right: "
        + ", ".join(f"{value:.3f} (±{2 * each:.3f})" for value, each in zip(share, error, strict=True)) + ".",
        f"- Of {len(each)} tests of uniform ranks (Kolmogorov-Smirnov), {sum(p < 0.05 for p in each)} have p < .05; "
        f"by chance {0.05 * len(each):.1f} would. Smallest: "
        + ", ".join(f"{name} {p:.3f}" for p, name in lowest) + f"; log-likelihood {each[-1]:.2f}.",
    ]  # fmt: skip
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make records up, walk by each, and write what the ranks say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0] + ".")
    parser.add_argument("--waves", type=Path, default=Path("results/calibration"), help="the calibration's folder")
    parser.add_argument("--records", type=int, default=48)
    parser.add_argument("--steps", type=int, default=800)
    parser.add_argument("--small", action="store_true", help="as the tests do: of no use")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", type=Path, help="a document whose part between its marks is written anew")
    options = parser.parse_args(arguments)
    if options.write is not None:
        around(options.write, MARKS)
    size: Size = SMALL if options.small else WHOLE
    sources = sources_of(open_casebook())
    learned, _, _ = learn(options.waves, size, sources, 1, options.workers, LIGHT)
    sizes = (80, 8, 96) if options.small else (96, options.steps, 2048)
    part = text(many(sources, learned.emulators, options.records, sizes, options.workers))
    if options.write is not None:
        written(options.write, part, MARKS)
    print(part)


if __name__ == "__main__":
    main()
