"""Whether draws of the parameters meet the record: counted populations within a factor of two, and
with them what is known of Elizabeth, of Village High, of opinion, and of endings in mid-year where
a programme is mandatory.

Of draws of the prior this tells what the model could say before it was fitted, of draws of the
posterior what it says after: a fit, and no test.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import special, stats

from sim.casebook import to_scenario
from sim.casebook.drawing import drawn
from sim.casebook.files import Casebook, Count, open_casebook
from sim.casebook.frame_rates import seen_share
from sim.casebook.runs import Unit, cases_of, frames_of, thinned
from sim.draws import draws_named
from sim.engine import simulate
from sim.io.files import write_table, write_whole
from sim.outcome import COLUMN
from sim.scenario import Scenario
from study.document import around, marks, written

CASES = ("elizabeth", "village_high", "mountain_view", "cheshire")
MANDATORY = ("summit", "teach_to_one", "csr_395", "pbis_915", "elizabeth")
"""Units whose programme is mandatory, over which opinion, manner and causes of endings are told."""
PLATFORMS = ("summit", "teach_to_one")
BANDS = {
    "elizabeth_alive": (0.6, 1.0),
    "elizabeth_as_designed": (0.3, 1.0),
    "village_high_alive": (0.75, 1.0),
    "in_favour": (0.3, 0.6),
    "mid_year": (0.0, 0.15),
    "as_designed": (0.33, 1.0),
    "by_staff": (0.0, 0.4),
    "by_families": (0.1, 1.0),
}
"""What is asked beside populations, as shares. Elizabeth and Village High go on, the first as
designed in a third of runs or more. Where a programme is mandatory: families in favour after a year
of what lives; endings in mid-year, by staff and by families, of all endings; personalised platforms
that are as designed, of those that live.
"""
WHO = ("by_staff", "by_families")
"""Of these, who ended it."""
BUT_WHO, AT_ONCE = "all but who ended it", "all at once"
FACTOR = 2.0
"""How far a population's rate may be off, where its count does not leave more open."""
LEVEL = 0.9
WIDTH, MOST = 0.5, 25.0
"""Scale of a miss of a rate, logit, and the most that one target adds to the misfit."""
MOST_FAMILIES = 200
"""Families that are simulated in the search, at the most; its check has them all."""
SCALE = 0.1
"""Scale of a miss of a share."""
MARKS = marks("study.targets")
WEEKS = to_scenario.WEEKS
FIRST = 1_000_000
"""First seed: no run of the calibration is one of these."""


class Target(NamedTuple):
    """A population's rate: the band in which it is met, and whether it is a rate or a check."""

    count: Count
    low: float
    high: float
    is_rate: bool


@lru_cache(maxsize=1)
def book() -> Casebook:
    """The casebook that is shipped."""
    return open_casebook()


@lru_cache(maxsize=1)
def units() -> dict[str, Unit]:
    """What is run: populations that are rates or checks, and four cases."""
    frames = {name: unit for name, unit in frames_of(book()).items() if name in targets()}
    return {**frames, **{name: unit for name, unit in cases_of(book()).items() if name in CASES}}


@lru_cache(maxsize=1)
def targets() -> dict[str, Target]:
    """The counted populations."""
    found = {}
    for name, frame in book().frames.items():
        if frame.count and frame.codes and frame.frame.usable in ("rate", "check"):
            count = frame.count[0]
            posterior = stats.beta(count.ended + 0.5, count.units - count.ended + 0.5)
            seen = (count.ended + 0.5) / (count.units + 1.0)
            low, high = (float(posterior.ppf(share)) for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
            found[name] = Target(
                count, min(seen / FACTOR, low), max(1 - (1 - seen) / FACTOR if seen > 0.5 else FACTOR * seen, high),
                frame.frame.usable == "rate",
            )  # fmt: skip
    return found


@lru_cache(maxsize=5_000)
def _scenario(name: str, seed: int, most: int) -> Scenario:
    unit = units()[name]
    return Scenario().revise(to_scenario.changes(name, drawn(name, unit.readings, seed), unit.years, most))


def runs(name: str, values: Mapping[str, Any], seeds: Iterable[int], most: int) -> pd.DataFrame:
    """Runs of a unit that opened, a row each: ``ended`` (years), ``outcome, ending, cause`` and
    ``in_favour`` (share of families taking part after a year; NaN where it did not last as long).
    """
    rows = []
    for seed in seeds:
        run = simulate(_scenario(name, seed, most).revise(values), seed)
        outcome = run.outcome
        if outcome.opened:
            over = outcome.outcome == "discontinued"
            rows.append((outcome.week_over / WEEKS if over else np.inf, outcome.outcome, outcome.ending, outcome.cause,
                         _in_favour(run.weeks)))  # fmt: skip
    return pd.DataFrame(rows, columns=["ended", "outcome", "ending", "cause", "in_favour"])


def _in_favour(weeks: np.ndarray) -> float:
    if len(weeks) <= WEEKS:
        return np.nan
    taking_part, in_favour = weeks[WEEKS, COLUMN["taking_part"]], weeks[WEEKS, COLUMN["in_favour"]]
    return float(in_favour / taking_part) if taking_part > 0 else np.nan


def quantities(values: Mapping[str, Any], seeds: Sequence[int], most: int = MOST_FAMILIES) -> dict[str, float]:
    """Every rate and share that is asked for, at a set of values of the parameters.

    Parameters
    ----------
    values : mapping
        By dotted field name.
    seeds : sequence of int
        Of each unit; codes that are open go with them.
    most : int
        Families that are simulated, at the most.
    """
    found = {name: runs(name, values, seeds, most) for name in units()}
    rates = {name: _rate(found[name], target.count) for name, target in targets().items()}
    mandatory = pd.concat([found[name] for name in MANDATORY])
    over = mandatory[mandatory["outcome"] == "discontinued"]
    lived = mandatory[mandatory["ended"] > 1.0]
    platforms = pd.concat([found[name] for name in PLATFORMS])
    elizabeth, village = found["elizabeth"], found["village_high"]
    return {
        **rates,
        "elizabeth_alive": _share(~(elizabeth["outcome"] == "discontinued")),
        "elizabeth_as_designed": _share(elizabeth["outcome"] == "sustained"),
        "village_high_alive": _share(~(village["outcome"] == "discontinued")),
        "in_favour": float(lived["in_favour"].mean()),
        "mid_year": _share(over["ending"] == "suspended"),
        "as_designed": _share((platforms["outcome"] == "sustained")[platforms["outcome"] != "discontinued"]),
        "by_staff": _share(over["cause"] == "staff"),
        "by_families": _share(over["cause"] == "families"),
        "mountain_view_by_week_24": _share(found["mountain_view"]["ended"] <= 24 / WEEKS),
        "cheshire_by_week_24": _share(found["cheshire"]["ended"] <= 24 / WEEKS),
    }


def _share(which: pd.Series) -> float:
    return float((which.sum() + 0.5) / (len(which) + 1.0))


def _rate(found: pd.DataFrame, count: Count) -> float:
    if not len(found):
        return np.nan
    at_risk, gone = seen_share(found["ended"].to_numpy(), count)
    return float((gone.sum() + 0.5) / (at_risk.sum() + 1.0))


def meets(found: Mapping[str, float], slack: float = 0.0) -> dict[str, bool]:
    """Which of the rates and shares are met."""
    rates = {name: each.low <= found[name] <= each.high for name, each in targets().items() if each.is_rate}
    return rates | {name: low - slack <= found[name] <= high + slack for name, (low, high) in BANDS.items()}


def misfit(found: Mapping[str, float]) -> float:
    """Sum of squared, scaled misses; checks count half."""
    total = 0.0
    for name, each in targets().items():
        if not np.isfinite(found[name]):
            total += MOST
            continue
        low, high, value = (special.logit(np.clip(x, 1e-6, 1 - 1e-6)) for x in (each.low, each.high, found[name]))
        missed = max(low - value, value - high, 0.0) / WIDTH
        total += (1.0 if each.is_rate else 0.5) * min(MOST, missed * missed)
    for name, (low, high) in BANDS.items():
        missed = max(low - found[name], found[name] - high, 0.0) / SCALE
        total += min(MOST, missed * missed)
    return float(total)


def _evaluated(at: tuple[dict[str, Any], Sequence[int], int]) -> dict[str, float]:
    return quantities(*at)


def evaluated(
    sets: Sequence[Mapping[str, Any]], seeds: Sequence[int], workers: int, most: int = MOST_FAMILIES
) -> pd.DataFrame:
    """Rates and shares of each set, and its misfit; each set has seeds of its own, as many after
    those given: units that are drawn unluckily are so for one set.
    """
    asked = [(dict(values), [seed + number * len(seeds) for seed in seeds], most) for number, values in enumerate(sets)]
    if workers == 1:
        found = [_evaluated(each) for each in asked]
    else:
        with ProcessPoolExecutor(workers) as pool:
            found = list(pool.map(_evaluated, asked))
    return pd.DataFrame(found).assign(misfit=[misfit(each) for each in found])


def stored(out: Path | None, name: str, made: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """A table of the folder, made where it is not there yet."""
    path = out / f"{name}.parquet" if out else None
    if path and path.is_file():
        return pd.read_parquet(path)
    table = made()
    if path:
        write_whole(path, table.to_parquet(index=False))
    return table


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """For each rate and share the band that is asked for, its median over points, and the share of
    points that meet it; the last two rows are of all but who ended it, and of all at once.
    """
    met = pd.DataFrame([meets(row._asdict()) for row in found.itertuples(index=False)])
    rows: list[dict[str, Any]] = []
    for name in met:
        low, high = BANDS[name] if name in BANDS else (targets()[name].low, targets()[name].high)
        rows.append({"target": name, "low": low, "high": high, "median": found[name].median(), "met": met[name].mean()})
    for name, which in ((BUT_WHO, met.drop(columns=list(WHO))), (AT_ONCE, met)):
        rows.append(
            dict.fromkeys(("low", "high", "median"), np.nan) | {"target": name, "met": which.all(axis=1).mean()}
        )
    columns = ["target", "low", "high", "median", "met"]
    return pd.DataFrame(rows, columns=columns)


def excluding(found: pd.DataFrame, least: float = 10.0) -> pd.DataFrame:
    """Which rates and shares keep each other from being met.

    Parameters
    ----------
    found : DataFrame
        All sets that were tried.
    least : float
        Sets that would meet both if one had nothing to do with the other: pairs with fewer are left
        out.

    Returns
    -------
    DataFrame
        A row per pair, the worst first: ``one, other``; ``both``, sets that meet both;
        ``expected``, as many as would by chance; ``ratio`` of these.
    """
    met = pd.DataFrame([meets(row) for row in found.to_dict("records")])
    rows = [
        (one, other, int((met[one] & met[other]).sum()), float(met[one].mean() * met[other].sum()))
        for one, other in combinations(met, 2)
    ]
    table = pd.DataFrame(rows, columns=["one", "other", "both", "expected"])
    table = table[table["expected"] >= least]
    return table.assign(ratio=table["both"] / table["expected"]).sort_values("ratio", ignore_index=True)


def text(prior: pd.DataFrame, posterior: pd.DataFrame, excluded: pd.DataFrame, sizes: tuple[int, int]) -> str:
    """The page's part: what draws of the prior and of the posterior meet, and what excludes what.

    Parameters
    ----------
    prior, posterior : pandas.DataFrame
        As from :func:`summary`.
    excluded : pandas.DataFrame
        As from :func:`excluding`, of draws of the prior.
    sizes : tuple of int
        How many draws of each there are.
    """
    by = {name: table.set_index("target")["met"] for name, table in (("prior", prior), ("posterior", posterior))}
    lines = [
        f"- **{name[0].upper()}{name[1:]}**: met by {by['prior'][name]:.2f} of {sizes[0]} draws of the prior, and by "
        f"{by['posterior'][name]:.2f} of {sizes[1]} draws of the posterior."
        for name in (BUT_WHO, AT_ONCE)
    ]
    single = ~posterior["target"].isin((BUT_WHO, AT_ONCE))
    missed = posterior[(posterior["met"] < 0.5) & single]
    short = ", ".join(f"{row.target} ({row.median:.2f})" for row in missed.itertuples()) or "none"
    lines += [
        f"- Missed by most draws of the posterior: {short}.",
        "",
        "| rate or share | asked for | prior | posterior |",
        "| --- | --- | --- | --- |",
    ]
    for before, after in zip(prior[single].itertuples(), posterior[single].itertuples(), strict=True):
        lines.append(
            f"| {before.target} | {after.low:.3f} to {after.high:.3f} | {before.median:.2f} ({before.met:.2f}) | "
            f"{after.median:.2f} ({after.met:.2f}) |"
        )
    apart = ", ".join(
        f"{row.one} with {row.other} ({row.both} draws, {row.expected:.0f} by chance)"
        for row in excluded.head(5).itertuples()
    )
    lines += [
        "",
        "Medians, and in brackets the share of draws that meet what is asked for.",
        "",
        f"**What excludes what**: of draws of the prior, these are least often met together: {apart or 'none'}.",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run draws of prior and posterior, and tell what they meet."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0].replace("\n", " "))
    parser.add_argument("--out", type=Path, default=Path("results/targets"), help="folder; it goes on where it was")
    parser.add_argument("--prior", type=int, default=256, help="draws of the prior")
    parser.add_argument("--posterior", type=int, default=64, help="draws of the posterior")
    parser.add_argument("--replicates", type=int, default=40, help="runs of each unit at a draw")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", type=Path, help="a document whose part between its marks is written anew")
    asked = parser.parse_args(arguments)
    if asked.write is not None:
        around(asked.write, MARKS)
    asked.out.mkdir(parents=True, exist_ok=True)
    found, sizes = {}, (asked.prior, asked.posterior)
    for name, count in zip(("prior", "posterior"), sizes, strict=True):
        draws = thinned(draws_named(name), count)
        assert draws is not None
        sets = [draws.row(number) for number in range(len(draws))]
        seeds = range(FIRST, FIRST + asked.replicates)
        found[name] = stored(asked.out, name, partial(evaluated, sets, seeds, asked.workers))
        write_table(asked.out, f"{name}_summary", summary(found[name]))
    part = text(summary(found["prior"]), summary(found["posterior"]), excluding(found["prior"]), sizes)
    if asked.write is not None:
        written(asked.write, part, MARKS)
    print(part)


if __name__ == "__main__":
    main()
