"""The model held against the casebook, as the part of a document that is written anew: failures
first.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.casebook.score import ALL, MODEL, WARNING, WITHIN, Score, score, verdict
from sim.casebook.standing import FILE
from sim.io.files import write_table, write_whole
from study.document import around, marks, written

MARKS = marks("study.score")
SUBSETS = (ALL, WITHIN)


def text(found: Score, prior: Score) -> str:
    """The page's part: what the figures come to, ranks, frames, timing and causes."""
    return "\n".join(
        [
            *(f"- {line}" for line in verdict(found)),
            "",
            f"{WARNING} Runs of each case: {found.replicates}; of each population four times as many.",
            "",
            "**Which ends.** Share of pairs of an ended case and one sustained for at least as long in which the "
            "ended one has the higher risk (95%, bootstrap over cases). Baselines have seen neither programme of a "
            "pair. A coin gives .50.",
            "",
            *_ranks(found.ranks, prior.ranks),
            "",
            "**Which is adapted**, likewise, of adapted against sustained cases:",
            "",
            *_ranks(found.adapted, prior.adapted),
            "",
            f"**When**, given that it ended ({len(found.timing)} cases): mean log score of the band of years "
            f"{found.timing['log_score'].mean():.2f}; by how the other programmes' cases ended "
            f"{found.timing['baseline'].mean():.2f} (higher is better). Years are bands: the first, 2-3, 4-6, later.",
            "",
            *_causes(found.causes),
            "",
            "**How many end.** Counted populations, each with its own error of the logit, whose SD is fitted for "
            "each predictor alike; baselines from the other programmes.",
            "",
            *_fit(found.fit, prior.fit),
            "",
            *_frames(found.frames),
        ]
    )


def _ranks(ranks: pd.DataFrame, prior: pd.DataFrame) -> list[str]:
    table = ranks.set_index(["pairs_of", "predictor"])
    own = prior.set_index(["pairs_of", "predictor"])
    names = list(dict.fromkeys(ranks["predictor"]))

    def cell(row: pd.Series) -> str:
        return f"{row['concordance']:.2f} [{row['lower']:.2f}, {row['upper']:.2f}]" if row["pairs"] else "-"

    pairs = {words: int(table.loc[(words, MODEL), "pairs"]) for words in SUBSETS}
    lines = ["| | " + " | ".join(f"{words} ({number})" for words, number in pairs.items()) + " |"]
    lines.append("| --- " * (1 + len(SUBSETS)) + "|")
    for name in names:
        lines.append(f"| {name} | {' | '.join(cell(table.loc[(words, name)]) for words in SUBSETS)} |")
    lines.insert(3, f"| model, draws of the prior | {' | '.join(cell(own.loc[(words, MODEL)]) for words in SUBSETS)} |")
    return lines


def _causes(causes: pd.DataFrame) -> list[str]:
    right = (causes["seen"] == causes["likeliest"]).sum()
    usual = (causes["seen"] == causes["baseline_likeliest"]).sum()
    return [
        f"**Why** ({len(causes)} ended or adapted cases): the model's likeliest cause was the first cause in "
        f"{right}, the other programmes' commonest in {usual}; mean chance given to the first cause "
        f"{causes['chance'].mean():.2f} against {causes['baseline_chance'].mean():.2f}."
    ]


def _fit(fit: pd.DataFrame, prior: pd.DataFrame) -> list[str]:
    lines = ["| | frames | SD of a frame's error | mean log score | inside 90% | width of the 90% | rank of rates |"]
    lines.append("| --- " * 7 + "|")
    rows = [*fit.to_dict("records"), {**prior.iloc[0].to_dict(), "predictor": "model, draws of the prior"}]
    rows.insert(1, rows.pop())
    for row in rows:
        rank = "-" if pd.isna(row["rank"]) else f"{row['rank']:.2f}"
        lines.append(
            f"| {row['predictor']} | {row['frames']} | {row['sd']:.2f} | {row['log_score']:.2f} | "
            f"{row['inside']:.2f} | {row['width']:.2f} | {rank} |"
        )
    return lines


def _frames(frames: pd.DataFrame) -> list[str]:
    lines = ["| frame | units | ended | expected by the model [90%] | by one rate [90%] |", "| --- " * 5 + "|"]
    by = frames.set_index(["predictor", "frame"])
    for name in dict.fromkeys(frames["frame"]):
        own, one = by.loc[(MODEL, name)], by.loc[("one rate", name)]
        lines.append(
            f"| {name} | {own['units']} | {own['ended']} | {own['expected'] * own['units']:.0f} [{own['lower']:.0f}, "
            f"{own['upper']:.0f}] | {one['expected'] * one['units']:.0f} [{one['lower']:.0f}, {one['upper']:.0f}] |"
        )
    return lines


def shown_of(found: Score) -> pd.DataFrame:
    """What the model expected of each population, its programme left out, beside what was counted:
    the table that is shipped, see :mod:`sim.casebook.standing`.
    """
    own = found.frames[found.frames["predictor"] == MODEL]
    table = own[["frame", "programme", "units", "ended"]].rename(columns={"frame": "population"})
    return table.assign(expected=own["expected"] * own["units"], lower=own["lower"], upper=own["upper"]).round(1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Score the posterior and the prior, and write tables and, where asked for, part of a page."""
    parser = argparse.ArgumentParser(
        prog="python -m study.score", description=" ".join((__doc__ or "").split("\n\n")[0].split())
    )
    parser.add_argument("--out", type=Path, default=Path("results/score"), help="folder for the tables")
    parser.add_argument("--write", type=Path, help="a document whose part between its marks is written anew")
    parser.add_argument("--casebook", type=Path, help="a folder; the one that is shipped by default")
    parser.add_argument("--replicates", type=int, default=500)
    parser.add_argument("--ship", action="store_true", help="put what was shown of each population where it is shipped")
    options = parser.parse_args(arguments)
    if options.write is not None:
        around(options.write, MARKS)
    found = {name: score(options.casebook, name, options.replicates) for name in ("posterior", "prior")}
    options.out.mkdir(parents=True, exist_ok=True)
    for name, each in found.items():
        for table in ("cases", "ranks", "timing", "causes", "adapted", "frames", "fit"):
            write_table(options.out, f"{name}_{table}", getattr(each, table))
    if options.ship:
        write_whole(FILE, shown_of(found["posterior"]).to_csv(index=False).encode())
    part = text(found["posterior"], found["prior"])
    if options.write is not None:
        written(options.write, part, MARKS)
    print(f"{part}\n\nwritten: {options.out}")


if __name__ == "__main__":
    main()
