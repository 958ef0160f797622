"""What series of adopters say about what couples districts, and whether regions foretell later
years better than curves that know of no districts.

Draws of the region's own numbers come from priors that hold 0; parameters of the model from its
posterior. Each draw runs every region on record once, on a seed of its own, with its own pace in
each and the same couplings in all. Draws are weighed by the years that are used to fit; later years
are predicted.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import least_squares
from scipy.special import expit, logit
from scipy.stats import norm, qmc

from sim.draws import draws_named, left_by
from sim.io.files import write_table
from sim.model import let_go
from sim.region.model import RegionModel
from sim.region.region import Region, load_region
from study.document import around, marks, written

MARKS = marks("study.region")
SERIES = Path(__file__).parents[1] / "regions" / "series.csv"
PRIORS = {
    "adoption.peers": (0.0, 10.0),
    "adoption.acquaintances": (0.0, 1.0),
    "adoption.quarrel": (0.0, 6.0),
    "adoption.openness": (0.0, 1.5),
    "couplings.attention": (0.0, 1.0),
    "couplings.perception": (0.0, 0.3),
    "couplings.persistence": (0.0, 2.0),
    "couplings.knows": (0.0, 1.0),
}
"""Uniform priors of what all regions have in common (assumptions; all hold 0)."""
PACE = (0.0005, 0.6)
"""Prior of each region's pace: uniform in its logarithm."""
ERROR = 0.35
"""SD of a share on record about a region's, logit (assumption): counts are rough."""
FIRST_SEED = 3_000_000


@lru_cache(maxsize=1)
def series() -> pd.DataFrame:
    """The series on record."""
    return pd.read_csv(SERIES)


@lru_cache(maxsize=8)
def region_named(name: str) -> Region:
    """A shipped region."""
    return load_region(name)


def points(count: int) -> pd.DataFrame:
    """Draws of what is common, and of the pace in each region."""
    names = list(dict.fromkeys(series()["region"]))
    sample = qmc.Sobol(len(PRIORS) + len(names), rng=np.random.default_rng(26)).random(count)
    found = {name: low + sample[:, k] * (high - low) for k, (name, (low, high)) in enumerate(PRIORS.items())}
    for k, name in enumerate(names, start=len(PRIORS)):
        found[f"pace {name}"] = np.exp(np.log(PACE[0]) + sample[:, k] * np.log(PACE[1] / PACE[0]))
    return pd.DataFrame(found)


class Guide(NamedTuple):
    """Where a region's pace is likely, given the couplings: a line in them, and the spread about
    it, learned from a first set of draws.
    """

    line: np.ndarray
    spread: float

    def middle(self, table: pd.DataFrame) -> np.ndarray:
        """The likely pace of each draw, as a logarithm."""
        return _couplings(table) @ self.line

    def log_ratio(self, table: pd.DataFrame, region: str) -> np.ndarray:
        """Log of the prior's density of each draw's pace over that of an even mixture of prior and
        guide.
        """
        prior = -np.log(np.log(PACE[1] / PACE[0]))
        guided = norm.logpdf(np.log(table[f"pace {region}"].to_numpy()), self.middle(table), self.spread)
        return prior - np.logaddexp(prior + np.log(0.5), guided + np.log(0.5))


def _couplings(table: pd.DataFrame) -> np.ndarray:
    scaled = [(table[name].to_numpy() - low) / (high - low) for name, (low, high) in PRIORS.items()]
    return np.column_stack([np.ones(len(table)), *scaled])


def guides(table: pd.DataFrame, found: pd.DataFrame) -> dict[str, Guide]:
    """A guide for each region, from draws of the priors and the shares at them."""
    made = {}
    for name, region in dict(zip(series()["series"], series()["region"], strict=True)).items():
        weight = weights(0.25 * log_likelihood(found, name))
        design, pace = _couplings(table), np.log(table[f"pace {region}"].to_numpy())
        inner = design.T @ (weight[:, np.newaxis] * design) + 0.01 * np.eye(design.shape[1])
        line = np.linalg.solve(inner, design.T @ (weight * pace))
        spread = float(np.sqrt((weight * (pace - design @ line) ** 2).sum()))
        made[region] = Guide(line, max(0.3, 1.2 * spread))
    return made


def guided(count: int, by: Mapping[str, Guide]) -> pd.DataFrame:
    """Further draws, whose paces follow the guides."""
    table = points(2 * count).iloc[count:].reset_index(drop=True)
    draw = np.random.default_rng(27)
    for region, guide in by.items():
        pace = np.exp(guide.middle(table) + guide.spread * draw.standard_normal(count))
        table[f"pace {region}"] = np.clip(pace, PACE[0] * 1.001, PACE[1] * 0.999)
    return table


def one(row: Mapping[str, Any], number: int) -> pd.DataFrame:
    """The years of every region at a draw."""
    parameters = draws_named("posterior")
    assert parameters is not None
    common = {name: float(row[name]) for name in PRIORS}
    tables = []
    for name in dict.fromkeys(series()["region"]):
        region = region_named(name).revise({**common, "adoption.pace": float(row[f"pace {name}"])})
        left = left_by(parameters, list(region.scenarios.values()))
        assert left is not None
        seed = FIRST_SEED + number
        model = RegionModel(region, next(iter(region.strategies.values())), seed, left.at([seed]))
        for _ in range(region.settings.years):
            model.step()
        let_go(model)
        first = region.settings.first_year
        tables.append(
            pd.DataFrame(model.rows).assign(region=name, draw=number, calendar=lambda t, f=first: t["year"] + f - 1)
        )
    return pd.concat(tables, ignore_index=True)


def _one(task: tuple[int, dict[str, float]]) -> pd.DataFrame:
    return one(task[1], task[0])


def shares(years: pd.DataFrame) -> pd.DataFrame:
    """Share of each row of the series in every draw, logit: a row per draw, a column per row."""
    found = {}
    for number, row in series().iterrows():
        own = years[(years["region"] == row["region"]) & (years["calendar"] == row["year"])].set_index("draw")
        found[number] = logit((own[row["what"]] + 0.5) / (row["share_of"] + 1.0))
    return pd.DataFrame(found)


def recorded() -> np.ndarray:
    """The series' shares, logit."""
    table = series()
    return logit((table["count"] + 0.5) / (table["share_of"] + 1.0)).to_numpy()


def log_likelihood(found: pd.DataFrame, name: str) -> np.ndarray:
    """Of each draw, by the years of a series that are used to fit."""
    table = series()
    used = ((table["series"] == name) & (table["used_for"] == "fit")).to_numpy()
    apart = (found.to_numpy()[:, used] - recorded()[used]) / ERROR
    return -0.5 * (apart**2).sum(axis=1)


def weights(log: np.ndarray) -> np.ndarray:
    """Weights that sum to 1."""
    raw = np.exp(log - log.max())
    return raw / raw.sum()


def effective(weight: np.ndarray) -> float:
    """How many draws a set of weights is worth."""
    return float(1.0 / (weight**2).sum())


def quantile(values: np.ndarray, weight: np.ndarray, at: Sequence[float]) -> np.ndarray:
    """Weighted quantiles."""
    order = np.argsort(values)
    summed = np.cumsum(weight[order])
    return np.interp(at, summed - 0.5 * weight[order], values[order])


# --- curves that know of no districts ------------------------------------------------------------


def curve(kind: str, years: np.ndarray, at: np.ndarray, when: np.ndarray) -> np.ndarray:
    """Shares, logit, that a curve gives at further years, fitted to those at some.

    ``bass``: hazard p + q F; ``logistic``: a line in the logit; ``independent``: one hazard.
    """
    if kind == "logistic":
        slope, start = np.polyfit(years, at, 1)
        return start + slope * when
    first = years.min()

    def path(values: np.ndarray, at_years: np.ndarray) -> np.ndarray:
        p, q = np.exp(values[0]), np.exp(values[1]) if kind == "bass" else 0.0
        share, found = expit(values[-1]), {first: expit(values[-1])}
        for year in range(int(first) + 1, int(max(at_years.max(), years.max())) + 1):
            share = min(1.0 - 1e-9, share + (p + q * share) * (1.0 - share))
            found[year] = share
        return logit(np.clip([found[year] for year in at_years], 1e-9, 1 - 1e-9))

    start = np.array([np.log(0.01), np.log(0.3), at[0]] if kind == "bass" else [np.log(0.05), at[0]])
    fitted = least_squares(lambda values: path(values, years) - at, start, bounds=(-20.0, 20.0))
    return path(fitted.x, when)


def predictions(found: pd.DataFrame, logs: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Later years: what is on record, what regions weighed by earlier years say, and curves."""
    table, truth, rows = series(), recorded(), []
    for name, own in table.groupby("series", sort=False):
        fit, later = own[own["used_for"] == "fit"], own[own["used_for"] == "later"]
        if later.empty or len(fit) < 2:
            continue
        weight = weights(logs[str(name)])
        for number, row in later.iterrows():
            low, middle, high = quantile(found[number].to_numpy(), weight, [0.05, 0.5, 0.95])
            curves = {
                kind: float(curve(kind, fit["year"].to_numpy(), truth[fit.index], np.array([row["year"]]))[0])
                for kind in ("bass", "logistic", "independent")
            }
            rows.append({"series": name, "year": row["year"], "of": row["share_of"], "recorded": truth[number],
                         "region": middle, "low": low, "high": high, **curves})  # fmt: skip
    return pd.DataFrame(rows)


def patterns(years: pd.DataFrame) -> pd.DataFrame:
    """Which patterns each draw meets: a row per draw, a column per pattern."""
    by = {name: own.set_index(["draw", "calendar"]) for name, own in years.groupby("region")}

    def at(region: str, column: str, year: int) -> pd.Series:
        return by[region].xs(year, level="calendar")[column]

    missouri, summit = by["missouri_four_day_week"], by["summit_schools"]
    gave_up = missouri["dropped_in_year"].groupby("draw").sum()
    quits = summit["dropped_in_year"].groupby("draw").sum() / summit["ever"].groupby("draw").max().clip(lower=1)
    wave = at("summit_schools", "dropped_in_year", 2018) / at("summit_schools", "current", 2017).clip(lower=1)
    maths = at("modern_mathematics", "ever", 1963)
    late = at("missouri_four_day_week", "current", 2024)
    found = {
        "Missouri: 60 to 145 have it in 2020": at("missouri_four_day_week", "current", 2020).between(60, 145),
        "Missouri: 120 to 230 have it in 2024": late.between(120, 230),
        "Missouri: at most 6 went back": gave_up <= 6,
        "Colorado: 75 to 105 have it in 2016": at("colorado_four_day_week", "current", 2016).between(75, 105),
        "Colorado: 95 to 135 have it in 2021": at("colorado_four_day_week", "current", 2021).between(95, 135),
        "Summit: 240 to 440 have it in 2017": at("summit_schools", "current", 2017).between(240, 440),
        "Summit: no more than a fifth more in 2018": at("summit_schools", "current", 2018)
        <= 1.2 * at("summit_schools", "current", 2017).clip(lower=1),
        "Summit: .15 to .35 of 2017's schools gone a year later": wave.between(0.15, 0.35),
        "Summit: .10 to .30 of all that ever had it gone": quits.between(0.10, 0.30),
        "Modern mathematics: 40 to 58 of 61 by 1963": maths.between(40, 58),
        "Missouri: neighbours alike (Moran's I above .05)": at("missouri_four_day_week", "clustering", 2024) > 0.05,
    }
    return pd.DataFrame(found)


def _series_of(pattern: str) -> str:
    """The series that a pattern is of."""
    place = pattern.partition(":")[0]
    of = {"Missouri": "four_day_missouri", "Colorado": "four_day_colorado", "Summit": "summit_schools"}
    return of.get(place, "modern_mathematics")


def text(table: pd.DataFrame, years: pd.DataFrame) -> str:
    """The page's part."""
    found = shares(years)
    names = list(dict.fromkeys(series()["series"]))
    half = len(table) // 2
    first = np.arange(half)
    by = guides(table.iloc[:half], found.loc[first])
    of = dict(zip(series()["series"], series()["region"], strict=True))
    logs = {name: log_likelihood(found, name) + by[of[name]].log_ratio(table, of[name]) for name in names}
    joint = weights(np.sum(list(logs.values()), axis=0))
    worth = {name: effective(weights(each)) for name, each in logs.items()}
    met = patterns(years)
    best = int(np.argmax(met.sum(axis=1).to_numpy()))
    lines = [
        f"- {len(table)} draws, half of the priors and half with paces near likely ones. By their earlier years, "
        + ", ".join(f"{name} is worth {count:.0f}" for name, count in worth.items())
        + f" of them; all series together {effective(joint):.1f}.",
        f"- All {met.shape[1]} patterns at once: met by {int(met.all(axis=1).sum())} draws; the best draw meets "
        f"{int(met.iloc[best].sum())}.",
        "",
        "| pattern | draws of the priors | weighed by the region's own series |",
        "| --- | --- | --- |",
        *(
            f"| {name} | {met[name].iloc[:half].mean():.2f} | "
            f"{float((met[name].to_numpy() * weights(logs[_series_of(str(name))])).sum()):.2f} |"
            for name in met
        ),
        "",
        "| what couples | prior | " + " | ".join(names) + " |",
        "| --- " * (2 + len(names)) + "|",
    ]
    for name, (low, high) in PRIORS.items():
        values = table[name].to_numpy()
        cells = [f"| `{name}` | {low:g} to {high:g} |"]
        for weight in (weights(logs[each]) for each in names):
            ends = quantile(values, weight, [0.1, 0.5, 0.9])
            cells.append(f" {ends[1]:.2f} [{ends[0]:.2f}, {ends[2]:.2f}] |")
        lines.append("".join(cells))
    later = predictions(found, logs)
    lines += [
        "",
        "| later years | on record | regions [90%] | Bass | logistic | one hazard |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in later.itertuples():
        count = lambda value, of=row.of: f"{of * expit(value):.0f}"  # noqa: E731
        lines.append(
            f"| {row.series}, {row.year} | {count(row.recorded)} | {count(row.region)} [{count(row.low)}, "
            f"{count(row.high)}] | {count(row.bass)} | {count(row.logistic)} | {count(row.independent)} |"
        )
    errors = {kind: float(np.sqrt(((later[kind] - later["recorded"]) ** 2).mean()))
              for kind in ("region", "bass", "logistic", "independent")}  # fmt: skip
    inside = float(((later["low"] <= later["recorded"]) & (later["recorded"] <= later["high"])).mean())
    lines += [
        "",
        f"Root mean square error of the logit: regions {errors['region']:.2f}, Bass {errors['bass']:.2f}, logistic "
        f"{errors['logistic']:.2f}, one hazard {errors['independent']:.2f}. Inside the regions' 90%: {inside:.2f} of "
        f"{len(later)}.",
    ]
    return "\n".join(lines)


def run(count: int, workers: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draws, and the years of all regions at each: half of them of the priors, half guided by
    these.
    """
    table = points(count // 2)
    years = lived(table, 0, workers)
    further = guided(count // 2, guides(table, shares(years)))
    more = lived(further, count // 2, workers)
    return pd.concat([table, further], ignore_index=True), pd.concat([years, more], ignore_index=True)


def lived(table: pd.DataFrame, first: int, workers: int) -> pd.DataFrame:
    """The years of all regions at draws, numbered from one on."""
    rows = ({str(k): float(v) for k, v in row.items()} for _, row in table.iterrows())
    tasks = list(enumerate(rows, first))
    if workers == 1:
        return pd.concat(map(_one, tasks), ignore_index=True)
    with ProcessPoolExecutor(workers) as pool:
        return pd.concat(pool.map(_one, tasks, chunksize=4), ignore_index=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the draws, and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(".")[0] + ".")
    parser.add_argument("--draws", type=int, default=512, help="draws, a power of 2")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, help="a folder for draws and years; where it has them, nothing is run")
    parser.add_argument("--write", type=Path, help="a document whose part between its marks is written anew")
    options = parser.parse_args(arguments)
    if options.write is not None:
        around(options.write, MARKS)
    if options.out is not None and (options.out / "years.parquet").exists():
        table, years = (pd.read_parquet(options.out / f"{name}.parquet") for name in ("draws", "years"))
    else:
        table, years = run(options.draws, options.workers)
        if options.out is not None:
            options.out.mkdir(parents=True, exist_ok=True)
            write_table(options.out, "draws", table)
            write_table(options.out, "years", years)
    part = text(table, years)
    if options.write is not None:
        written(options.write, part, MARKS)
    print(part)


if __name__ == "__main__":
    main()
