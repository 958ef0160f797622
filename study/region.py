"""Where in its prior version 3 of the model meets the record, and how small that region is.

A search through the prior of version 3 for sets of values that meet the counted populations within
a factor of two, and with them what is known of Elizabeth, Village High and of opinion and of
endings in mid-year where a programme is mandatory. What it keeps is checked on seeds that the
search has not used. It is no posterior: it says that such sets exist, not how likely each is.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from importlib import import_module
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import special, stats

from sim.casebook import map_to_version2, map_to_version3
from sim.casebook.drawing import drawn
from sim.casebook.files import Casebook, Count, open_casebook
from sim.casebook.frame_rates import seen_share
from sim.casebook.runs import Unit, cases_of, frames_of
from sim.engine import simulate
from sim.io.files import write_table, write_whole
from sim.outcome import COLUMN
from sim.priors import SWITCHED, VERSION3, points
from sim.scenario import Scenario
from study.page import around, written

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
MARKS = "<!-- study.region writes from here -->", "<!-- to here -->"
STEPS, NUGGET = (0.15, 0.3, 0.6), 0.02
"""How far from a kept set, in SD of those kept, a new one is proposed."""
EDGE = 1e-3
WEEKS = map_to_version3.WEEKS
FRESH, AFRESH = 1_000_000, 2_000_000
"""First seeds of the check and of the ablation, which the search has not used."""
OFF: dict[str, dict[str, float]] = {
    "unease with the usual class": {"families.leaning_mean": 0.0, "families.leaning_sd": 0.0},
    "what it gives and takes beside the class": {"families.appeal_weight": 0.0},
    "habituation": {"families.habituation": 0.0},
    "places that differ in how loud they are": {"families.voice_spread": 0.0},
    "grievance of those outside": {"families.grievance": 0.0},
    "staff who stop": {"teachers.lapse": 0.0},
    "a promise that is not kept": {"leaders.disappointment": 0.0},
    "cuts of posts of its own": {"funder.cut": 0.0},
    "orders from above": {"regulator.order": 0.0},
    "faults of the product": {"vendor.fault": 0.0},
    "doubt in proportion to the difference": {"board.by_change": 0.0},
    "answers by a rate": {"board.answer_weeks": 0.0},
    "emergencies that last": {"board.patience": 0.0},
    "no principal closes the own school": {"leaders.closes_own": 1.0},
}
"""What version 3 adds, mechanism by mechanism, with the values that switch each off."""


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


@lru_cache(maxsize=100_000)
def _scenario(name: str, seed: int, most: int, version: ModuleType) -> Scenario:
    unit = units()[name]
    return Scenario().revise(version.changes(name, drawn(name, unit.readings, seed), unit.years, most))


def runs(
    name: str, values: Mapping[str, float], seeds: Iterable[int], most: int, version: ModuleType = map_to_version3
) -> pd.DataFrame:
    """Runs of a unit that opened, a row each: ``ended`` (years), ``outcome, ending, cause`` and
    ``in_favour`` (share of families taking part after a year; NaN where it did not last as long).
    """
    rows = []
    for seed in seeds:
        run = simulate(_scenario(name, seed, most, version).revise(values), seed)
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


def quantities(
    values: Mapping[str, float], seeds: Sequence[int], most: int = MOST_FAMILIES, version: ModuleType = map_to_version3
) -> dict[str, float]:
    """Every rate and share that is asked for, at a set of values of the parameters.

    Parameters
    ----------
    values : mapping
        By dotted field name.
    seeds : sequence of int
        Of each unit; codes that are open go with them.
    most : int
        Families that are simulated, at the most.
    version : module
        The map from codes to a scenario.
    """
    fixed = SWITCHED if version is map_to_version3 else {}  # Values given win.
    found = {name: runs(name, {**fixed, **values}, seeds, most, version) for name in units()}
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


def proposed(kept: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Points near those kept, as shares of the prior: a normal step on the scale of scores."""
    scores = stats.norm.ppf(np.clip(kept, EDGE, 1 - EDGE))
    spread = np.cov(scores.T) + NUGGET * np.eye(kept.shape[1])
    steps = rng.multivariate_normal(np.zeros(kept.shape[1]), spread, count)
    far = rng.choice(STEPS, count)[:, np.newaxis]
    return stats.norm.cdf(scores[rng.integers(len(scores), size=count)] + far * steps)


def values_at(shares: np.ndarray) -> dict[str, float]:
    """The values at a point of the prior."""
    inside = np.clip(shares, EDGE, 1 - EDGE)
    return {name: float(prior.ppf(share)) for (name, prior), share in zip(VERSION3.items(), inside, strict=True)}


def _evaluated(at: tuple[dict[str, float], Sequence[int], int, str]) -> dict[str, float]:
    values, seeds, most, version = at
    return quantities(values, seeds, most, import_module(version))


def evaluated(
    sets: Sequence[Mapping[str, float]],
    seeds: Sequence[int],
    workers: int,
    most: int = MOST_FAMILIES,
    version: ModuleType = map_to_version3,
) -> pd.DataFrame:
    """Rates and shares of each set, and its misfit."""
    asked = [(dict(values), seeds, most, version.__name__) for values in sets]
    if workers == 1:
        found = [_evaluated(each) for each in asked]
    else:
        with ProcessPoolExecutor(workers) as pool:
            found = list(pool.map(_evaluated, asked))
    return pd.DataFrame(found).assign(misfit=[misfit(each) for each in found])


def searched(
    first: int, later: Sequence[int], keep: int, replicates: int, workers: int, out: Path | None = None
) -> pd.DataFrame:
    """Points of the prior, then rounds of points near the best so far.

    Each round has seeds of its own, on which the points that it starts from are run again: a point
    that did well by luck alone loses its place.

    Parameters
    ----------
    first : int
        Points of the prior.
    later : sequence of int
        Points of each round after it.
    keep : int
        Best points that a round starts from.
    replicates : int
        Runs of each unit at a point in each round.
    workers : int
        Processes.
    out : Path, optional
        Folder for the points of each round, which a later search goes on from.

    Returns
    -------
    pandas.DataFrame
        A row per point, see :func:`pooled`.
    """
    done: list[pd.DataFrame] = []
    for number, count in enumerate([first, *later]):
        seeds = range(number * replicates, (number + 1) * replicates)
        done.append(stored(out, f"round_{number}", partial(_round, done, number, count, keep, seeds, workers)))
    return pooled(done)


def _round(
    done: Sequence[pd.DataFrame], number: int, count: int, keep: int, seeds: Sequence[int], workers: int
) -> pd.DataFrame:
    """A round's points on its seeds: new ones, and again the best so far."""
    if number == 0:
        sets, names = points(count, priors=VERSION3)[:count], np.arange(count)
    else:
        before = pooled(done)
        best = before.nsmallest(keep, "misfit")
        kept = np.column_stack([prior.cdf(best[name].to_numpy()) for name, prior in VERSION3.items()])
        near = proposed(kept, count, np.random.default_rng(number))
        sets = [*best[list(VERSION3)].to_dict("records"), *(values_at(row) for row in near)]
        names = np.append(best["point"].to_numpy(), len(before) + np.arange(count))
    return pd.DataFrame(sets).join(evaluated(sets, seeds, workers)).assign(round=number, point=names)


def pooled(rounds: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Every point with the mean over its rounds of what it gave.

    Returns
    -------
    pandas.DataFrame
        A row per point: ``point``; ``round``, its first; ``rounds``, how many; the values of the
        parameters; rates and shares; ``misfit``, of the means.
    """
    points_of = pd.concat(rounds, ignore_index=True).groupby("point", as_index=False)
    found = points_of.mean().assign(round=points_of["round"].min()["round"], rounds=points_of.size()["size"])
    return found.assign(misfit=[misfit(row) for row in found.to_dict("records")])


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


def excluding(found: pd.DataFrame, least: float = 20.0) -> pd.DataFrame:
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


def text(
    prior: pd.DataFrame, met: pd.DataFrame, kept: pd.DataFrame, carried: pd.DataFrame, excluded: pd.DataFrame,
    tried: int, asked: argparse.Namespace,
) -> str:  # fmt: skip
    """The page's part: what draws of the prior and the best sets meet, what carries it, and where
    the best sets lie.
    """
    joint = met.merge(prior[["target", "met_version3", "met"]], on="target", suffixes=("", "_version2"))
    joint = joint.set_index("target").loc[[BUT_WHO, AT_ONCE], ["met", "met_version3", "met_version2"]]
    single = ~met["target"].isin((BUT_WHO, AT_ONCE))
    missed = met[(met["met"] < 0.5) & single]
    short = ", ".join(f"{row.target} ({row.median:.2f})" for row in missed.itertuples()) or "none"
    lines = [
        *(
            f"- **{name[0].upper()}{name[1:]}**: met by {sets:.2f} of the {asked.best} best sets, on fresh seeds; by "
            f"{version3:.2f} of {asked.points} draws of the prior, and {version2:.2f} of version 2's."
            for name, sets, version3, version2 in joint.itertuples()
        ),
        f"- {tried} sets were tried. Missed by most of the best: {short}.",
        "",
        "| rate or share | asked for | version 2, prior | version 3, prior | version 3, best sets |",
        "| --- | --- | --- | --- | --- |",
    ]
    for before, after in zip(prior[single].itertuples(), met[single].itertuples(), strict=True):
        lines.append(
            f"| {before.target} | {after.low:.3f} to {after.high:.3f} | {before.median:.2f} ({before.met:.2f}) | "
            f"{before.median_version3:.2f} ({before.met_version3:.2f}) | {after.median:.2f} ({after.met:.2f}) |"
        )
    lines += [
        "",
        "Medians, and in brackets the share of draws or sets that meet what is asked for.",
        "",
        f"**What carries it**: each mechanism switched off at the {asked.ablate} best sets, on the same seeds. The "
        "misfit is a sum of squared, scaled misses; where all is met it is 0.",
        "",
        "| mechanism | misfit added, median [quartiles] | what moves most |",
        "| --- | --- | --- |",
    ]
    lines += [
        f"| {row.mechanism} | {row.added:+.1f} [{row.lower:+.1f}, {row.upper:+.1f}] | {row.moves} |"
        for row in carried.sort_values("added", ascending=False).itertuples()
    ]
    apart = ", ".join(
        f"{row.one} with {row.other} ({row.both} sets, {row.expected:.0f} by chance)"
        for row in excluded.head(5).itertuples()
    )
    lines += ["", f"**What excludes what**: of all sets tried, these are least often met together: {apart}."]
    narrow = ", ".join(f"`{row.parameter}` ({row.low:.2g} to {row.high:.2g})" for row in kept.head(8).itertuples())
    lines += ["", f"**Where the best sets lie** (10% to 90% of them; the most narrowed parameters): {narrow}."]
    return "\n".join(lines)


def compared(version2: pd.DataFrame, version3: pd.DataFrame) -> pd.DataFrame:
    """What draws of the prior say under either version: medians, and the share that meets each
    band.
    """
    one, other = (summary(each).set_index("target") for each in (version2, version3))
    return one.join(other[["median", "met"]].add_suffix("_version3")).reset_index()


def ablated(
    sets: Sequence[Mapping[str, float]], seeds: Sequence[int], workers: int, out: Path | None = None
) -> pd.DataFrame:
    """What each mechanism carries at sets of values: it is switched off, on the same seeds.

    Parameters
    ----------
    sets : sequence of mapping
    seeds : sequence of int
    workers : int
    out : Path, optional
        Folder for what each mechanism's runs gave, which a later call goes on from.

    Returns
    -------
    DataFrame
        A row per mechanism: ``mechanism``; ``added``, median over sets of the misfit that it adds
        when it is off, with its quartiles ``lower, upper``; ``moves``, the three targets that then
        move most, each with its median before and after.
    """
    whole = stored(out, "with_all", lambda: evaluated(sets, seeds, workers))
    rows = []
    for place, (name, off) in enumerate(OFF.items()):
        fewer = [{**each, **off} for each in sets]
        without = stored(out, f"without_{place}", partial(evaluated, fewer, seeds, workers))
        added = without["misfit"] - whole["misfit"]
        change = (without - whole).drop(columns="misfit").median()
        most = change.abs().nlargest(3).index
        moves = [f"{each} {whole[each].median():.2f} to {without[each].median():.2f}" for each in most if change[each]]
        rows.append((name, *added.quantile([0.5, 0.25, 0.75]), ", ".join(moves)))
    return pd.DataFrame(rows, columns=["mechanism", "added", "lower", "upper", "moves"])


def narrowed(sets: pd.DataFrame) -> pd.DataFrame:
    """How much of its prior each parameter keeps in some sets: ``parameter``; ``low, median, high``
    of the sets (10%, 50%, 90%); ``prior_low, prior_high``; ``kept``, the share of the prior between
    the sets' 10% and 90%, of which a sample of the prior would have .80.
    """
    rows = []
    for name, prior in VERSION3.items():
        low, median, high = sets[name].quantile([0.1, 0.5, 0.9])
        ends = (float(prior.ppf(share)) for share in (0.1, 0.9))
        rows.append((name, low, median, high, *ends, float(prior.cdf(high) - prior.cdf(low))))
    columns = ["parameter", "low", "median", "high", "prior_low", "prior_high", "kept"]
    return pd.DataFrame(rows, columns=columns).sort_values("kept", ignore_index=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Search, check on fresh seeds, and write what is kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("results/region"), help="folder; a search goes on in it")
    parser.add_argument("--points", type=int, default=128, help="points of the prior")
    parser.add_argument("--rounds", type=int, nargs="*", default=[80] * 5, help="points of each later round")
    parser.add_argument("--keep", type=int, default=24, help="best points that a round starts from")
    parser.add_argument("--replicates", type=int, default=20, help="runs of each unit at a point")
    parser.add_argument("--check", type=int, default=64, help="runs of each unit in the check on fresh seeds")
    parser.add_argument("--best", type=int, default=24, help="points that are checked")
    parser.add_argument("--ablate", type=int, default=5, help="points at which each mechanism is switched off")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", type=Path, help="a document whose part between its marks is written anew")
    parser.add_argument("--ship", type=Path, help="file for the draws that pass the check")
    asked = parser.parse_args(arguments)
    if asked.write is not None:
        around(asked.write, MARKS)
    asked.out.mkdir(parents=True, exist_ok=True)
    found = searched(asked.points, asked.rounds, asked.keep, asked.replicates, asked.workers, asked.out)
    before, seeds = points(asked.points)[: asked.points], range(asked.replicates)
    version2 = stored(asked.out, "version2", lambda: evaluated(before, seeds, asked.workers, version=map_to_version2))
    prior = compared(version2, pd.read_parquet(asked.out / "round_0.parquet"))
    best = found.nsmallest(asked.best, "misfit")
    sets: list[Mapping[str, float]] = best[list(VERSION3)].to_dict("records")
    fresh = range(FRESH, FRESH + asked.check)
    checked = stored(
        asked.out,
        "check",
        lambda: pd.DataFrame(sets).join(evaluated(sets, fresh, asked.workers, map_to_version2.MOST_FAMILIES)),
    )
    passed = checked.nsmallest(max(1, asked.best // 2), "misfit")
    few: list[Mapping[str, float]] = passed[list(VERSION3)].head(asked.ablate).to_dict("records")
    carried = ablated(few, range(AFRESH, AFRESH + max(1, asked.check // 3)), asked.workers, asked.out)
    met, lie, apart = summary(checked), narrowed(passed), excluding(found)
    tables = {
        "prior_predictive": prior,
        "checked": checked,
        "checked_summary": met,
        "narrowed": lie,
        "ablated": carried,
        "excluding": apart,
    }
    for name, table in tables.items():
        write_table(asked.out, name, table)
    part = text(prior, met, lie, carried, apart, len(found), asked)
    if asked.write is not None:
        written(asked.write, part, MARKS)
    print(part)
    if asked.ship:
        passed[list(VERSION3)].assign(**SWITCHED).reset_index(drop=True).to_parquet(asked.ship, index=False)


if __name__ == "__main__":
    main()
