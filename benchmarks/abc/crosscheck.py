"""Two ways to one posterior, on a problem small enough for both: pyABC's sequential Monte Carlo
with exact matches, and the emulated likelihood with weights of this package.

Three parameters, two cases (Mountain View's window and share on record, Cheshire's window), all
other parameters at their defaults. Needs pyabc beside the project: ``pip install pyabc``, then
``python -m benchmarks.abc.crosscheck``. Not part of the tests.
"""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyabc
from scipy import stats

from sim.calibration.beliefs import effective
from sim.calibration.sources import Source, record, variants
from sim.engine import simulate_together
from sim.priors import PRIORS, points
from study.emulator import Emulator, scores
from study.posterior import log_likelihoods, weights
from study.waves import wave

FIELDS = ("families.voice_rate", "board.suspend_below", "board.constituency_exponent")
POPULATION = 500


def reduced() -> tuple[Source, ...]:
    """The two cases without selection: what is matched is what is likely."""
    return tuple(
        source.model_copy(
            update={
                "observations": tuple(
                    each.model_copy(update={"denominator": (1.0,) * source.categories}) for each in source.observations
                )
            }
        )
        for source in record()
        if source.name in ("mountain_view", "cheshire")
    )


def by_weights(sources: tuple[Source, ...]) -> pd.DataFrame:
    at = pd.DataFrame(points(2048, seed=11))[list(FIELDS)]
    with tempfile.TemporaryDirectory() as place:
        counts = wave(Path(place), at, {source.name: 32 for source in sources}, sources, 90_000_000)
    emulators = {name: Emulator(scores(at), each) for name, each in counts.items()}
    many = pd.DataFrame(points(2**15, seed=12))[list(FIELDS)]
    shares = {name: emulator.shares(scores(many)) for name, emulator in emulators.items()}
    weight = weights(log_likelihoods(sources, shares).sum(axis=1))
    print(f"by weights: effective sample size {effective(weight):.0f}")
    return many.assign(weight=weight)


def by_abc(sources: tuple[Source, ...]) -> pd.DataFrame:
    draw = np.random.default_rng(13)

    def model(values: dict[str, float]) -> dict[str, float]:
        found = {}
        for source in sources:
            scenario, families = variants(source)[draw.integers(len(variants(source)))]
            if draw.random() < source.discrepancy:
                category = draw.integers(source.categories)
            else:
                drawn = {field: np.array([values[field]]) for field in FIELDS}
                (run,) = simulate_together(scenario, [int(draw.integers(2**40))], drawn=drawn)
                category = draw.choice(source.categories, p=source.weights(run, families))
            found[source.name] = float(category)
        return found

    prior = pyabc.Distribution(**{field: pyabc.RV(_name(field), *_arguments(field)) for field in FIELDS})
    seen = {source.name: float(np.argmax(source.observations[0].numerator)) for source in sources}
    apart = lambda x, y: float(sum(x[name] != y[name] for name in seen))  # noqa: E731
    smc = pyabc.ABCSMC(
        model, prior, apart, POPULATION, eps=pyabc.ListEpsilon([1.5, 0.5]), sampler=pyabc.sampler.SingleCoreSampler()
    )
    with tempfile.TemporaryDirectory() as place:
        smc.new(f"sqlite:///{place}/abc.db", seen)
        history = smc.run(max_nr_populations=2)
        found, weight = history.get_distribution()
    return found[list(FIELDS)].assign(weight=np.asarray(weight))


def _name(field: str) -> str:
    return PRIORS[field].dist.name


def _arguments(field: str) -> tuple[float, ...]:
    prior = PRIORS[field]
    shapes, loc, scale = prior.dist._parse_args(*prior.args, **prior.kwds)
    return (*shapes, loc, scale)


def main() -> None:
    sources = reduced()
    tables = {"by weights": by_weights(sources), "pyABC": by_abc(sources)}
    rows = []
    for field in FIELDS:
        for name, table in tables.items():
            own, weight = table[field].to_numpy(), table["weight"].to_numpy() / table["weight"].sum()
            mean = weight @ own
            sd = np.sqrt(weight @ (own - mean) ** 2)
            rows.append({"field": field, "way": name, "mean": mean, "sd": sd, "prior": PRIORS[field].mean()})
        one, two = (tables[name] for name in tables)
        samples = [
            np.random.default_rng(1).choice(table[field], 1000, p=table["weight"] / table["weight"].sum())
            for table in (one, two)
        ]
        rows[-1]["ks"] = stats.ks_2samp(*samples).statistic
    print(pd.DataFrame(rows).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
