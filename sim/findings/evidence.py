"""What a sweep's folder offers to analysis: prepared runs, factors, designs, tables that several
findings draw from.

It also writes the line that every figure carries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.analysis.factors import FactorLabel, labels
from sim.analysis.naming import ALL, ANY, BEFORE, DRAINED, NOT_OPENED, OPENED, named, of_curves, over_lengths
from sim.analysis.pressure import shares
from sim.analysis.quantities import HEADLINE, Event, prepared, without_error
from sim.analysis.risk import milestones, not_opened, pooled_incidence
from sim.analysis.weekly import pooled_curves
from sim.findings.codebook import factor_inputs
from sim.io.errors import InputError, Unsupported
from sim.io.files import file_name
from sim.io.provenance import calibration
from sim.kernel.variables import Variables
from sim.plots.style import label
from sim.sweep.results import SweepResults, open_sweep
from sim.sweep.selection import Selection, select
from sim.sweep.specification import digest_of, specification

NEARLY_ALL = 0.97
"""Share of runs from which on, at every design point, differences are too small to rank by."""
LONGEST = 120
"""Letters of the name of a question at the most: names of files have an end."""


@dataclass(frozen=True)
class Evidence:
    """A sweep read for analysis.

    Attributes
    ----------
    folder : Path
    results : SweepResults
        Of what was selected.
    event : Event
        Whose risk is meant, and by when.
    horizon, longest : int
        Weeks that all runs lived through: the shortest horizon of the design points; and the
        longest.
    selection : Selection
        Which designs and design points are looked at.
    whole : SweepResults
        All that the folder holds, selected or not.
    """

    folder: Path
    results: SweepResults
    event: Event
    horizon: int
    longest: int
    selection: Selection
    whole: SweepResults

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Runs that opened and raised no error, with the columns of
        :data:`sim.analysis.quantities.KINDS`.
        """
        return prepared(self.results.runs, self.event.week, self.horizon)

    @cached_property
    def not_opened(self) -> pd.DataFrame:
        """Share of runs that did not open, see :func:`sim.analysis.risk.not_opened`."""
        return named(not_opened(self.results.runs), NOT_OPENED, BEFORE, ALL)

    @cached_property
    def incidence(self) -> pd.DataFrame:
        """Cumulative incidence week by week, see :func:`sim.analysis.risk.pooled_incidence`."""
        return self.named(pooled_incidence(self.runs, self.horizon))

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Weekly curves, see :func:`sim.analysis.weekly.pooled_curves`.

        Raises
        ------
        sim.io.errors.Unsupported
            Where the sweep wrote none.
        """
        return of_curves(pooled_curves(self.results.weekly, self.families, self.variables), self.variables)

    @cached_property
    def pressure(self) -> pd.DataFrame:
        """Shares of pressure over the whole run, see :func:`sim.analysis.pressure.shares`."""
        return named(shares(self.runs, self.variables), ANY, self.longest, over_lengths(DRAINED, self.lengths))

    def named(self, table: pd.DataFrame, denominator: str = OPENED) -> pd.DataFrame:
        """A table with the event asked for, where its rows do not name one, its week, and what its
        numbers are of.
        """
        return named(table, self.event.way, self.event.week, denominator)

    @property
    def lengths(self) -> tuple[int, int]:
        """The shortest and the longest horizon of the design points."""
        return self.horizon, self.longest

    @property
    def weeks(self) -> list[int]:
        """Weeks by which risks are reported: milestones, and the event's own."""
        return sorted({*milestones(self.horizon), self.event.week})

    @property
    def variables(self) -> Variables:
        """The quantities of the parties that took part."""
        return self.results.sweep.parties.variables

    @property
    def title(self) -> str:
        """The base scenario's title, or its name where it has none."""
        base = self.results.sweep.base[self.designs[0]]
        return base.title or base.name

    @property
    def points(self) -> int:
        """Design points that have runs that opened."""
        return int(self.runs["point"].nunique())

    @property
    def asked(self) -> tuple[str, ...]:
        """Designs that are looked at, opened or not, in the order of the sweep file."""
        return self.selection.designs or tuple(self.results.sweep.spec.designs)

    @property
    def designs(self) -> list[str]:
        """Those of them that opened in any run."""
        opened = set(self.runs["design"])
        return [design for design in self.asked if design in opened]

    @property
    def factors(self) -> list[str]:
        """Factors, each a column of the runs."""
        return [str(column) for column in self.results.sweep.points.columns]

    @property
    def varied(self) -> list[str]:
        """Fields of the scenario that the factors move."""
        by_column = {factor.column: factor.fields for factor in self.results.sweep.spec.factors}
        return [field for column in self.factors for field in by_column.get(column, [column])]

    @cached_property
    def labels(self) -> dict[str, FactorLabel]:
        """Factors as figures name them: with unit, in the input's own words."""
        return labels(self.factors, factor_inputs(self.results.sweep))

    @property
    def method(self) -> str:
        """How the design points were chosen."""
        return self.results.sweep.spec.design_of_experiments.method

    @property
    def families(self) -> pd.Series:
        """Families of the community at each design point."""
        sweep = self.results.sweep
        points = sorted(self.runs["point"].unique())
        return pd.Series(
            [sweep.scenario(int(point), self.designs[0]).population.families for point in points], index=points
        )

    @property
    def failed(self) -> int:
        """Runs that raised; they are left out."""
        return int(self.results.runs["error"].notna().sum())

    @property
    def absent(self) -> str:
        """Designs that did not always open, and in what share of runs; empty where all did."""
        rows = self.not_opened[self.not_opened["share"] > 0]
        reported = [
            f"{row.design.replace('_', ' ')} did not open in {100 * row.share:.1f}% of runs "
            f"[{100 * row.lower:.1f}, {100 * row.upper:.1f}]"
            for row in rows.itertuples()
        ]
        return f"only runs that opened count; {', '.join(reported)}" if reported else ""

    @property
    def incomplete(self) -> str:
        """How much of an unfinished sweep is there; empty where it is whole."""
        results = self.whole
        if results.finished:
            return ""
        damaged = f", {len(results.damaged)} parts damaged" if results.damaged else ""
        return f"UNFINISHED: {len(results.runs):,} of at most {results.sweep.most_runs:,} runs{damaged}"

    @property
    def gaps(self) -> str:
        """What is missing of an unfinished sweep, and what to do about it; empty where it is
        whole.
        """
        if self.results.finished:
            return ""
        each = self.whole.runs.groupby("point").size()
        points, few, many = len(self.whole.sweep.points), int(each.min()), int(each.max())
        reported = f"{len(each)} of {points} design points have runs, {few}{f' to {many}' * (few != many)} each"
        if damaged := self.results.damaged:
            reported += f"; left out as damaged: {', '.join(damaged[:3])}{', ...' * (len(damaged) > 3)}"
        return f"{self.incomplete}; {reported}; sim sweep {self.folder} --resume does what is missing"

    @cached_property
    def saturated(self) -> str:
        """That the event came in nearly all runs, or in nearly none, at every design point, so that
        the order cannot be reported; empty where it can.
        """
        risks = self.runs.groupby(["design", "point"])[self.event.way].mean()
        ends = risks.groupby("design").agg(["min", "max"]).reindex(self.designs)
        reported = []
        for alike in (ends[ends["min"] >= NEARLY_ALL], ends[ends["max"] <= 1.0 - NEARLY_ALL]):
            if (len(alike) < 2 and self.points < 2) or alike.empty:
                continue
            low, high = (f"{100.0 * each:.0f}" for each in (alike["min"].min(), alike["max"].max()))
            names = ", ".join(label(str(design)) for design in alike.index)
            whose = "the" if len(alike) == len(ends) else "these"
            order = f"{whose} designs' order" if len(alike) > 1 else "the order of its design points"
            each = f" at each of {self.points} design points" if self.points > 1 else ""
            reported.append(
                f"under {names} the programme {self.event} in {low if low == high else f'{low} to {high}'}% of runs"
                f"{each}: this range cannot tell {order}"
            )
        return "; ".join(reported)

    @property
    def sample(self) -> str:
        """Runs, design points, designs and seeds, in words."""
        runs, points, seeds = self.runs, self.points, self.runs["seed"]
        per_point = runs.groupby(["point", "design"]).size()
        each = f"{per_point.min()}" if per_point.min() == per_point.max() else f"{per_point.min()} to {per_point.max()}"
        text = (
            f"n = {len(runs):,} runs: {points} design point{'s' * (points != 1)}, {', '.join(self.designs)}, "
            f"{each} paired seeds each ({seeds.min()} to {seeds.max()})"
        ).replace("_", " ")
        failed = f"{self.failed} runs failed and are left out" if self.failed else ""
        return "; ".join(part for part in (text, str(self.selection), self.absent, failed) if part)

    @property
    def question(self) -> str:
        """What was asked, as the end of the name of a file or folder: the event and week where they
        are not the headline by the horizon, and what was selected; empty where all is as usual.

        Examples
        --------
        >>> from sim.sweep.samples import small_folder
        >>> read(small_folder(), "adapted", 20, ["retrofit"]).question
        '_adapted_by_week_20_only_retrofit'
        """
        asked = self.event != Event(HEADLINE, self.horizon)
        reported = [f"{self.event.way} by week {self.event.week}"] if asked else []
        words = " ".join([*reported, self.selection.name]).strip()
        return file_name(f"_{words}").rstrip("_.")[:LONGEST] if words else ""

    @property
    def calibration(self) -> str:
        """Where parameters come from that nothing in the sweep sets, in words."""
        return calibration(self.results.sweep.spec.parameters)

    @property
    def weighed_by_record(self) -> bool:
        """Whether parameters were drawn from the posterior."""
        draws = self.results.sweep.draws
        return draws is not None and draws.name.partition(" ")[0] == "posterior"

    @property
    def replicates(self) -> int:
        """Seeds that all designs have met, opened or not."""
        return int(without_error(self.results.runs).groupby("design").size().min())

    @property
    def weekly_sample(self) -> str:
        """How many seeds the weekly curves rest on, where these are fewer than the runs'; else
        empty.
        """
        weekly = self.results.weekly
        if "n" not in weekly.columns:
            return ""
        most = int(self.runs.groupby(["point", "design"]).size().max())
        taken = int(weekly["n"].max())
        return f"weekly curves: n = {taken:,}, the first seeds of each design point" if taken < most else ""

    @property
    def entries(self) -> dict[str, Any]:
        """What a manifest says of tables that are made of it."""
        return {
            "sweep": self.results.sweep.spec.name,
            "event": str(self.event),
            "selection": str(self.selection),
            "sample": self.sample,
            "calibration": self.calibration,
            "finished": self.results.finished,
            "incomplete": self.incomplete,
            "saturated": self.saturated,
            "specification_sha256": self._specification,
        }

    @cached_property
    def _specification(self) -> str:
        """Digest of what the sweep is."""
        return digest_of(specification(self.results.sweep))

    def note(self, intervals: str) -> str:
        """The caption line of a figure: what is shown with which interval, n, seeds, whether whole,
        and calibration.
        """
        parts = [f"{self.results.sweep.spec.name}. {intervals}", self.sample, self.incomplete, self.calibration]
        return "; ".join(part for part in parts if part) + "."


def read(
    folder: Path,
    way: str = HEADLINE,
    week: int | None = None,
    designs: Iterable[str] | None = None,
    where: Iterable[str] | None = None,
) -> Evidence:
    """Read a sweep's folder, finished or not.

    Parameters
    ----------
    folder : Path
    way : str
        The event whose risk is meant, see :data:`sim.analysis.quantities.WAYS`.
    week : int, optional
        By when; the horizon by default.
    designs, where : iterable of str, optional
        Only these designs, and only design points at which conditions hold; all by default. See
        :func:`sim.sweep.selection.select`.

    Raises
    ------
    sim.io.errors.InputError
        Where it is not a sweep's folder, has no runs yet, the week is beyond the horizon, or
        nothing is as the selection says.
    sim.io.errors.Unsupported
        Where a horizon has no weeks, or the programme opened in no run.

    Examples
    --------
    >>> from sim.sweep.samples import small_folder
    >>> evidence = read(small_folder(), "adapted", week=20)
    >>> str(evidence.event)
    'was diluted or made optional, whatever came after, by week 20'
    >>> evidence.sample
    'n = 40 runs: 1 design point, retrofit, greenfield, 20 paired seeds each (0 to 19)'
    """
    whole = open_sweep(folder)
    results, selection = select(whole, designs, where)
    good = without_error(results.runs)
    if good.empty:
        of = f" ({selection})" if str(selection) else ""
        raise InputError(
            f"{folder}: has no run to analyse yet{of}; accepted: a sweep with runs, see sim sweep {folder} --resume"
        )
    sweep = results.sweep
    lengths = [sweep.scenario(int(point), sweep.spec.designs[0]).horizon.weeks for point in good["point"].unique()]
    horizon = min(lengths)
    if horizon == 0:
        raise Unsupported(
            f"{folder}: horizon.weeks = 0 at a design point, so nothing was lived through; accepted: 1 or more"
        )
    if week is not None and not 1 <= week <= horizon:
        raise InputError(f"--by-week = {week}: accepted: a week from 1 to {horizon}, the horizon of this sweep")
    if not (good["opened"] == 1).any():
        raise Unsupported(f"{folder}: the programme opened in no run, so there is no rate; accepted: one that opens")
    return Evidence(folder, results, Event(way, week or horizon), horizon, max(lengths), selection, whole)
