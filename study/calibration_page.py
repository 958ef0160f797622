"""What a calibration found, as the part of docs/calibration.md that is written anew:
``python -m study.calibration_page --of results/calibration --write docs/calibration.md``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.calibration.prior_against_posterior import CLEARLY, Informed
from study.document import around, marks, written

MARKS = marks("study.calibration_page")
SHOWN, WEIGHTS = 8, 4
"""Directions that are shown, and parameters that each is told by."""


def text(folder: Path) -> str:
    """The page's part, from the tables of a calibration's folder."""
    about = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
    names = ("emulators", "prior_against_posterior", "directions", "observations", "left_out")
    tables = {name: pd.read_csv(folder / f"{name}.csv") for name in names}
    walks = {
        name: json.loads((folder / f"{name}_walk.json").read_text(encoding="utf-8"))["effective"]
        for name in ("first", "second", "third", "fourth", "fifth")
        if (folder / f"{name}_walk.json").is_file()
    }
    return "\n".join(
        [
            *_worth(about, tables["emulators"], walks, tables["left_out"]),
            "",
            *_parameters(tables["prior_against_posterior"]),
            "",
            *_directions(tables["directions"]),
            "",
            *_observations(tables["observations"]),
            "",
            *_left_out(tables["left_out"]),
        ]
    )


def _worth(
    about: dict[str, float], emulators: pd.DataFrame, walks: dict[str, float], left_out: pd.DataFrame
) -> list[str]:
    told = ", ".join(f"{name} {value:,.0f}" for name, value in walks.items())
    at_least = 500.0 * np.exp(-max(0.0, about["own"] - about["by_chance"] + 1.64 * about["by_chance_sd"]))
    return [
        f"**Worth**: the 500 draws are worth {about['worth']:.0f} of the model's own, at 95% no fewer than "
        f"{at_least:.0f}: at points of the posterior the "
        f"emulated log-likelihood less the model's has a variance of {about['own']:.2f}, and the few runs alone would "
        f"leave one of {about['by_chance']:.2f} (SD {about['by_chance_sd']:.2f}). Independent points of each walk, of "
        f"its worst parameter: {told}. At points held back from the last wave of each source the emulators explain a "
        f"median of {emulators['explained'].median():.2f} of the variance between points (10% of sources below "
        f"{emulators['explained'].quantile(0.1):.2f}), and are worth a median of {emulators['worth'].median():.0f} "
        f"runs at a point. Without a programme the draws are worth {left_out['effective'].min():.0f} to "
        f"{left_out['effective'].max():.0f}.",
    ]


def _parameters(table: pd.DataFrame) -> list[str]:
    said = [Informed(row.low, row.median, row.high, row.contraction, row.shift).words for row in table.itertuples()]
    counts = pd.Series(said).value_counts()
    order = table.assign(said=said).sort_values("contraction", ascending=False)
    lines = [
        f"**By parameter**: {counts.get('clearly', 0)} of {len(table)} are informed clearly (the record takes away at "
        f"least {CLEARLY:g} of the prior's variance), {counts.get('somewhat', 0)} somewhat, "
        f"{counts.get('prior only', 0)} are prior only.",
        "",
        "| parameter | median [80% of draws] | variance taken away | mean moved, SDs of the prior | informed |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{row.field}` | {row.median:.3g} [{row.low:.3g}, {row.high:.3g}] | {row.contraction:.2f} | "
        f"{row.shift:+.1f} | {row.said} |"
        for row in order.itertuples()
    ]
    return lines


def _directions(table: pd.DataFrame) -> list[str]:
    names = [name for name in table.columns if name not in ("variance", "shift")]
    lines = [
        "**By direction**: principal axes of the posterior in standard scores of the priors (variance 1 before the "
        f"record), the {SHOWN} that it informs most.",
        "",
        "| variance left | largest weights |",
        "| --- | --- |",
    ]
    for row in table.head(SHOWN).to_dict("records"):
        most = sorted(names, key=lambda name: -abs(row[name]))[:WEIGHTS]
        sign = np.sign(row[most[0]])
        told = ", ".join(f"{name.split('.')[1].replace('_', ' ')} {sign * row[name]:+.2f}" for name in most)
        lines.append(f"| {row['variance']:.2f} | {told} |")
    return lines


def _observations(table: pd.DataFrame) -> list[str]:
    frames, cases = table[table["frame"]], table[~table["frame"]]
    lines = [
        "**Before and after**, by the emulators: populations, chance of a unit's ending, mean [80% of draws].",
        "",
        "| population | what was seen | share | prior | posterior |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row.source} | {row.observation} | {row.seen:.2f} | {row.prior:.2f} [{row.prior_low:.2f}, "
        f"{row.prior_high:.2f}] | {row.posterior:.2f} [{row.posterior_low:.2f}, {row.posterior_high:.2f}] |"
        for row in frames.itertuples()
    ]
    kinds = {
        "when it ended (its band of years)": cases["observation"].str.startswith("it ended in"),
        "who ended or adapted it": cases["observation"].str.startswith("by "),
        "in mid-year or at a year's end": cases["observation"].str.contains("mid-year|year's end"),
        "whether a case that goes on was adapted": cases["observation"] == "it was adapted",
    }
    lines += [
        "",
        "Cases, mean chance given to what was seen:",
        "",
        "| | cases | prior | posterior |",
        "| --- " * 4 + "|",
    ]
    for words, which in kinds.items():
        own = cases[which]
        chance = [np.where(own["seen"] == 1, own[name], 1.0 - own[name]).mean() for name in ("prior", "posterior")]
        lines.append(f"| {words} | {len(own)} | {chance[0]:.2f} | {chance[1]:.2f} |")
    return lines


def _left_out(table: pd.DataFrame) -> list[str]:
    told = ", ".join(
        f"{row.programme.replace('_', ' ')} {row.effective:.0f}" for row in table.sort_values("effective").itertuples()
    )
    return [f"**What each programme contributes**: draws in effect once it is left out, fewest first: {told}."]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the part, and write it where asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--of", type=Path, default=Path("results/calibration"), help="folder of a calibration")
    parser.add_argument("--write", type=Path, help="a document whose part between its marks is written anew")
    asked = parser.parse_args(arguments)
    if asked.write is not None:
        around(asked.write, MARKS)
    part = text(asked.of)
    if asked.write is not None:
        written(asked.write, part, MARKS)
    print(part)


if __name__ == "__main__":
    main()
