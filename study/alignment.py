"""Does alignment separate programmes that last from those that do not? An exploration: kinds of
programme are few, they differ in many ways at once, and whoever wrote this had read their rates.

The theory says that a programme which departs from the usual school is ended where it is ordered.
Beside departure stand what could explain the same: cost or savings, work for staff, an order from
above, who chooses. Codes were made blind from a programme's start.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from sim.casebook import baselines, to_scenario
from sim.casebook.concordance import compared, pairs_of
from sim.casebook.drawing import drawn
from sim.casebook.files import Casebook, open_casebook
from sim.casebook.runs import cases_of, followed, frames_of
from study.document import around, marks, written

MARKS = marks("study.alignment")
DRAWS = 16
"""How often what readings leave open is drawn."""
BOOTSTRAP, SEED = 2000, 1

FEATURES = {
    "departure": "departure of the week from the usual one",
    "class": "distance of the class from the usual one",
    "appeal": "what it takes from families (less what it gives)",
    "work": "work for staff",
    "cost": "cost (less savings)",
    "order": "an order from above",
    "choice": "families choose",
}


def features(book: Casebook) -> pd.DataFrame:
    """Coded features of each case and population that is run, a row each, with its ``programme``;
    means over what readings leave open.
    """
    rows = {}
    for name, unit in {**cases_of(book), **frames_of(book)}.items():
        made = []
        for seed in range(DRAWS):
            values = drawn(name, unit.readings, seed)
            at = to_scenario.changes(name, values, unit.years)
            apart = [abs(at[f"initiative.{each}"] - at[f"status_quo.{each}"]) for each in to_scenario.CLASS]
            made.append(
                (at["initiative.departure"], np.mean(apart), -at["initiative.appeal"], at["initiative.workload"],
                 at["funder.cost"], at["regulator.hold"], float(at["design.assignment"] == "opt_in"))
            )  # fmt: skip
        about = book.cases[name].case if name in book.cases else book.frames[name].frame
        rows[name] = dict(zip(FEATURES, np.mean(made, axis=0), strict=True)) | {"programme": about.programme}
    return pd.DataFrame.from_dict(rows, orient="index")


def hazards(book: Casebook, usable: Sequence[str]) -> pd.Series:
    """Logarithm of the yearly hazard of each kind of programme: the mean over its populations."""
    known = {
        name: each for name, each in book.frames.items() if each.count and each.codes and each.frame.usable in usable
    }
    table = pd.DataFrame(
        {"programme": [each.frame.programme for each in known.values()],
         "hazard": [np.log(baselines.hazard(each)) for each in known.values()]}
    )  # fmt: skip
    return table.groupby("programme")["hazard"].mean()


def over_kinds(book: Casebook, usable: Sequence[str]) -> pd.DataFrame:
    """Rank correlation of each feature with the hazard over kinds of programme.

    Returns
    -------
    pandas.DataFrame
        ``feature, kinds, correlation, lower, upper`` (95%, bootstrap over kinds).
    """
    hazard, table = hazards(book, usable), features(book)
    kinds = table[table["programme"].isin(hazard.index)].groupby("programme")[list(FEATURES)].mean()
    hazard = hazard.loc[kinds.index]
    draw = np.random.default_rng(SEED)
    rows = []
    for name in FEATURES:
        values = kinds[name].to_numpy()
        found = []
        for _ in range(BOOTSTRAP):
            rows_of = draw.integers(len(values), size=len(values))
            if len(np.unique(values[rows_of])) > 1 and len(np.unique(rows_of)) > 2:
                found.append(stats.spearmanr(values[rows_of], hazard.to_numpy()[rows_of]).statistic)
        rows.append(
            (name, len(values), stats.spearmanr(values, hazard).statistic, *np.nanquantile(found, [0.025, 0.975]))
        )
    return pd.DataFrame(rows, columns=["feature", "kinds", "correlation", "lower", "upper"])


def within_kinds(book: Casebook) -> pd.DataFrame:
    """How often, of an ended case and a sustained one of the same programme and design that was
    followed as long, the ended one has more of a feature.

    Returns
    -------
    pandas.DataFrame
        ``feature, pairs, share, lower, upper`` (95%, bootstrap over cases).
    """
    names = list(cases_of(book))
    table = features(book).loc[names]
    outcomes = [book.cases[name].outcome for name in names]
    state = [each.state if each else "other" for each in outcomes]
    about = [book.cases[name].case for name in names]
    pairs = pairs_of(state, np.array([followed(book.cases[name]) for name in names]))
    alike = np.array([f"{each.programme} {each.design}" for each in about])
    kept = alike[pairs.ended] == alike[pairs.sustained]
    ended, sustained = pairs.ended[kept], pairs.sustained[kept]
    draw = np.random.default_rng(SEED)
    rows = []
    for name in FEATURES:
        values = table[name].to_numpy()
        higher = compared(values[ended], values[sustained])
        found = []
        for _ in range(BOOTSTRAP):
            times = np.bincount(draw.integers(len(names), size=len(names)), minlength=len(names))
            weight = times[ended] * times[sustained]
            if weight.sum():
                found.append(np.average(higher, weights=weight))
        rows.append((name, len(higher), higher.mean(), *np.quantile(found, [0.025, 0.975])))
    return pd.DataFrame(rows, columns=["feature", "pairs", "share", "lower", "upper"])


def text(rates: pd.DataFrame, every: pd.DataFrame, within: pd.DataFrame) -> str:
    """The page's part: a row per feature."""
    lines = [
        f"| | rank correlation with the yearly hazard, {rates['kinds'].iloc[0]} kinds with a rate [95%] | "
        f"{every['kinds'].iloc[0]} kinds, with counts that are checks | of {within['pairs'].iloc[0]} pairs of a kind, "
        "the ended one has more [95%] |",
        "| --- " * 4 + "|",
    ]
    for one, other, pair in zip(rates.itertuples(), every.itertuples(), within.itertuples(), strict=True):
        lines.append(
            f"| {FEATURES[one.feature]} | {one.correlation:+.2f} [{one.lower:+.2f}, {one.upper:+.2f}] | "
            f"{other.correlation:+.2f} [{other.lower:+.2f}, {other.upper:+.2f}] | "
            f"{pair.share:.2f} [{pair.lower:.2f}, {pair.upper:.2f}] |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Explore, and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("?")[0] + "?")
    parser.add_argument("--write", type=Path, help="a document whose part between its marks is written anew")
    options = parser.parse_args(arguments)
    if options.write is not None:
        around(options.write, MARKS)
    book = open_casebook()
    part = text(over_kinds(book, ("rate",)), over_kinds(book, ("rate", "check")), within_kinds(book))
    if options.write is not None:
        written(options.write, part, MARKS)
    print(part)


if __name__ == "__main__":
    main()
