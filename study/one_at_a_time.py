"""What the answer does when one thing is moved, all else held.

Each lever, each rate and each condition that a reader would distrust is moved by itself, on the
same seeds, with parameters from the posterior. Hazards of a mixed population are asked of the
prior: of what the mechanisms can do before anything on record has been looked at.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

import sim
from sim.casebook import to_scenario
from sim.casebook.drawing import drawn
from sim.casebook.files import open_casebook
from sim.casebook.runs import Unit, cases_of, frames_of
from sim.designs import by_default, label
from sim.draws import draws_named
from sim.engine import simulate
from sim.outcome import COLUMN, Run
from sim.scenario.programme import Leadership
from sim.statistics.intervals import wilson
from study.document import around, marks, written
from study.questions import conditions

MARKS = marks("study.one_at_a_time")
YEAR, YEARS = 36, 5
FAMILIES = 200
"""Families that are simulated of a unit of the casebook at the most."""
THREADS = 2
NOBODY = 2.0
"""Families' inertia at which nobody enters a programme of their own accord."""


class Row(NamedTuple):
    """A number of the table: how many runs, of how many; or a mean, where ``of`` is 0."""

    moved: str
    to: str
    what: str
    count: float
    of: int = 0

    @property
    def told(self) -> str:
        """The number with its interval."""
        if not self.of:
            return f"{self.count:.2f}"
        low, high = wilson(int(self.count), self.of)
        return f"{self.count / self.of:.2f} [{low:.2f}, {high:.2f}]"


def in_favour(week: int, run: Run) -> float:
    """Share of the families taking part that are in favour in a week; NaN where it is over."""
    row = run.weeks[week - 1]
    taking_part = row[COLUMN["taking_part"]]
    return float(row[COLUMN["in_favour"]] / taking_part) if taking_part > 0 else np.nan


def on_record(week: int, run: Run) -> float:
    """Share of the families in the run that have spoken against by a week; NaN where it is over."""
    counted = run.weeks[week - 1, COLUMN["on_record"]]
    return float(counted / run.outcome.families) if run.outcome.families else np.nan


def risk_rows(moved: str, scenario: str, design: str, field: str, levels: Sequence[float], seeds: int) -> Iterator[Row]:
    """Risk by the first and third year, and what the staff and the families make of it, at levels
    of a field.
    """
    found = sim.experiment(
        scenario, [design], {field: list(levels)}, seeds=seeds, progress=False,
        outcomes={"favour": partial(in_favour, 18), "hurt": lambda run: float(run.weeks[0, COLUMN["defects"]])},
    )  # fmt: skip
    for level, runs in found.runs[found.runs["opened"] == 1].groupby(field):
        over = runs["week_over"].fillna(np.inf)
        to = f"{level:g}"
        yield Row(moved, to, "discontinued in the first year", int((over <= YEAR).sum()), len(runs))
        yield Row(moved, to, "discontinued in three years", int((over <= 3 * YEAR).sum()), len(runs))
        yield Row(moved, to, "as designed after three years", int((runs["outcome"] == "sustained").sum()), len(runs))
        yield Row(moved, to, "use by staff at the end", runs["use"].mean())
        yield Row(moved, to, "families in favour in week 18", runs["favour"].mean())
        yield Row(moved, to, "defects in week 1", runs["hurt"].mean())


def levers(seeds: int) -> Iterator[Row]:
    """Mountain View under each lever of leadership."""
    for lever in Leadership.model_fields:
        yield from risk_rows(lever, "mountain_view", "retrofit", f"leadership.{lever}", (0.1, 0.5, 0.9), seeds)


def moved_alone(seeds: int) -> Iterator[Row]:
    """Meetings, outsiders' stake and grievance, and staff."""
    yield from risk_rows("weeks between meetings", "mountain_view", "retrofit", "board.meeting_interval",
                         (1, 2, 4, 8), seeds)  # fmt: skip
    stakes = (0.0, 0.1, 0.3, 0.6)
    yield from risk_rows("outsiders' stake", "mountain_view", "strand", "families.stake_outside", stakes, seeds)
    yield from risk_rows("outsiders' grievance", "mountain_view", "strand", "families.grievance", stakes, seeds)
    dispositions = (-0.6, 0.0, 0.6)
    for scenario in ("mountain_view", "elizabeth"):
        yield from risk_rows(
            f"staff's disposition, {scenario.replace('_', ' ')}", scenario, "retrofit", "teachers.disposition_mean",
            dispositions, seeds,
        )  # fmt: skip


def identical(seeds: int) -> Iterator[Row]:
    """A programme that equals the usual class, and a strand that nobody enters."""
    same = sim.Scenario().revise(
        {"horizon.weeks": YEARS * YEAR, "funder.cost": 0.0, "regulator.order": 0.0, "vendor.fault": 0.0}
    )
    runs = sim.experiment(same, by_default(), seeds=seeds, progress=False).runs
    for design, group in runs.groupby("design", sort=False):
        for what in ("discontinued", "adapted", "never_filled", "not_opened"):
            count = int((group["outcome"] == what).sum())
            yield Row("an identical programme", label(str(design)), f"{what.replace('_', ' ')} in {YEARS} years",
                      count, len(group))  # fmt: skip
    empty = sim.experiment(
        "mountain_view", ["strand"], {"families.inertia": [NOBODY]}, seeds=seeds, progress=False
    ).runs  # fmt: skip
    for what in ("never_filled", "sustained", "discontinued"):
        yield Row("a strand that nobody enters", "", what.replace("_", " "), int((empty["outcome"] == what).sum()),
                  len(empty))  # fmt: skip


def of_runs(moved: str, runs: Sequence[Run], last: int, by: Sequence[int] = ()) -> Iterator[Row]:
    """Hazard of each year of some runs, or what has ended by some years."""
    opened = [run for run in runs if run.outcome.opened]
    ended = np.array([run.outcome.week_over if run.outcome.outcome == "discontinued" else np.inf for run in opened])
    for year in by or range(1, last + 1):
        if by:
            yield Row(moved, f"year {year}", "ended so far", int((ended <= YEAR * year).sum()), len(opened))
            continue
        at_risk = ended > YEAR * (year - 1)
        now = int((at_risk & (ended <= YEAR * year)).sum())
        yield Row(moved, f"year {year}", "hazard", now, max(1, int(at_risk.sum())))


def hazards(folder: Path, count: int) -> Iterator[Row]:
    """Hazards of a mixed population of retrofits over the prior."""
    found = conditions(folder, count, 5000, {"horizon.weeks": YEARS * YEAR}, "prior")
    with ThreadPoolExecutor(THREADS) as pool:
        runs = list(pool.map(lambda each: simulate(each.scenarios["retrofit"], each.number), found))
    yield from of_runs("a mixed population of retrofits, over the prior", runs, YEARS)


def units_over_time(seeds: int) -> Iterator[Row]:
    """Charters to year 10; and of platforms that live, opinion, record and manner by week."""
    book, posterior = open_casebook(), draws_named("posterior")
    assert posterior is not None
    units = {**frames_of(book), **cases_of(book)}

    def runs(name: str, years: float) -> list[Run]:
        unit: Unit = units[name]

        def one(seed: int) -> Run:
            changes = to_scenario.changes(name, drawn(name, unit.readings, seed), years, FAMILIES)
            return simulate(sim.Scenario().revise({**changes, **posterior.row(seed)}), seed)

        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(one, range(2_000_000, 2_000_000 + seeds)))

    yield from of_runs("new charter schools", runs("charters_by_cohort", 10), 10, (1, 3, 5, 10))
    for name, words in (("summit", "Summit's schools that live"), ("elizabeth", "Elizabeth, where it lives")):
        found = runs(name, 3)
        for week in (YEAR, 2 * YEAR, 3 * YEAR - 1):
            living = [run for run in found if run.outcome.opened and not run.outcome.week_over <= week]
            to = f"week {week}"
            yield Row(words, to, "families in favour", float(np.nanmean([in_favour(week, run) for run in living])))
            yield Row(words, to, "families on record", float(np.nanmean([on_record(week, run) for run in living])))
        living = [run for run in found if run.outcome.outcome in ("sustained", "adapted")]
        kept = sum(run.outcome.outcome == "sustained" for run in living)
        yield Row(words, "three years", "as designed", kept, len(living))


def table(rows: Sequence[Row]) -> str:
    """The page's part: a row per level, a column per number; a table for each set of numbers."""
    told = [(row.moved, row.to, row.what, row.told) for row in rows]
    frame = pd.DataFrame(told, columns=["moved", "to", "what", "n"])
    parts = []
    for _, group in frame.groupby(frame.groupby("moved", sort=False)["what"].transform(lambda s: "|".join(s.unique())),
                                  sort=False):  # fmt: skip
        whats = list(dict.fromkeys(group["what"]))
        lines = [f"| moved | to | {' | '.join(whats)} |", "| --- " * (2 + len(whats)) + "|"]
        for (moved, to), own in group.groupby(["moved", "to"], sort=False):
            by_what = dict(zip(own["what"], own["n"], strict=True))
            lines.append(f"| {moved} | {to} | {' | '.join(by_what.get(what, '-') for what in whats)} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def main(arguments: Sequence[str] | None = None) -> None:
    """Move one thing at a time, and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(".")[0] + ".")
    parser.add_argument("--seeds", type=int, default=500, help="runs of each level")
    parser.add_argument("--scenarios", type=Path, default=Path("scenarios"), help="the folder of scenarios")
    parser.add_argument("--write", type=Path, help="a document whose part between its marks is written anew")
    options = parser.parse_args(arguments)
    if options.write is not None:
        around(options.write, MARKS)
    seeds = options.seeds
    rows = [*levers(seeds), *moved_alone(seeds), *identical(seeds), *hazards(options.scenarios, 2 * seeds),
            *units_over_time(seeds)]  # fmt: skip
    part = table(rows)
    if options.write is not None:
        written(options.write, part, MARKS)
    print(part)


if __name__ == "__main__":
    main()
