"""What a sweep offers to findings: prepared runs, factors, designs, and the line that every figure
carries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.designs import label, the
from sim.io.errors import InputError, Unsupported
from sim.io.files import file_name
from sim.io.provenance import calibration
from sim.kernel.variables import Column, Variables
from sim.scenario import parameter_table
from sim.statistics.factors import FactorLabel, is_numeric, labels
from sim.statistics.means import not_opened
from sim.statistics.naming import ALL, BEFORE, NOT_OPENED, OPENED, named, of_quantities
from sim.statistics.quantities import HEADLINE, Event, milestones, prepared, units, without_error
from sim.sweep.plan import Sweep
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
        All runs, selected or not.
    folder : Path, optional
        Where they are kept; None of runs in memory.
    """

    results: SweepResults
    event: Event
    horizon: int
    longest: int
    selection: Selection
    whole: SweepResults
    folder: Path | None = None

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Runs that opened and raised no error, see
        :func:`sim.statistics.quantities.prepared`.
        """
        return prepared(self.results.runs, self.event.week, self.horizon)

    @cached_property
    def not_opened(self) -> pd.DataFrame:
        """Share of runs that did not open, see :func:`sim.statistics.means.not_opened`."""
        return named(not_opened(self.results.runs), NOT_OPENED, BEFORE, ALL)

    def named(self, table: pd.DataFrame, denominator: str = OPENED) -> pd.DataFrame:
        """A table with the event asked for, where its rows do not name one, its week, and what its
        numbers are of.
        """
        return named(table, self.event.way, self.event.week, denominator)

    def of_quantities(self, table: pd.DataFrame, denominator: str) -> pd.DataFrame:
        """A table of quantities with the event and week of each, and what its numbers are of."""
        return of_quantities(table, self.event, self.lengths, denominator)

    def with_factors(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table with the factors' values beside the number of the design point."""
        points = self.results.sweep.points.reset_index()
        return points.merge(table, on="point", how="right") if len(self.factors) else table

    @property
    def quantities(self) -> tuple[str, ...]:
        """The event asked for, and all that runs are compared by, columns of own parties too."""
        return tuple(dict.fromkeys([self.event.way, *units(self.variables)]))

    @property
    def ranges(self) -> pd.DataFrame:
        """What was swept of each factor: ``factor, low, high``; no ends for names."""
        rows = []
        for name in self.factors:
            values = self.results.sweep.points[name]
            ends = (float(values.min()), float(values.max())) if is_numeric(values) else (np.nan, np.nan)
            rows.append((name, *ends))
        return pd.DataFrame(rows, columns=["factor", "low", "high"])

    def need_one_point(self, what: str) -> None:
        """Refuse a sweep of several design points."""
        if self.points > 1:
            raise Unsupported(f"{what} needs a sweep of one design point; this sweep has {self.points}")

    def need_factorial(self, what: str) -> None:
        """Refuse a sweep whose points are neither a factorial nor a list."""
        if self.method not in ("factorial", "list"):
            raise Unsupported(
                f"{what} a factorial design (or a list); this sweep is {self.method}: see sensitivity and discovery"
            )

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
        return self.results.sweep.variables

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
            f"{the(row.design)} did not open in {100 * row.share:.1f}% of runs "
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
        more = f"; sim sweep {self.folder} --resume does what is missing" if self.folder else ""
        return f"{self.incomplete}; {reported}{more}"

    @cached_property
    def saturated(self) -> str:
        """That the event came in nearly all runs, or in nearly none, at every design point, so that
        the order cannot be determined; empty where it can.
        """
        risks = self.runs.groupby(["design", "point"])[self.event.way].mean()
        ends = risks.groupby("design").agg(["min", "max"]).reindex(self.designs)
        reported = []
        for alike in (ends[ends["min"] >= NEARLY_ALL], ends[ends["max"] <= 1.0 - NEARLY_ALL]):
            if (len(alike) < 2 and self.points < 2) or alike.empty:
                continue
            low, high = (f"{100.0 * each:.0f}" for each in (alike["min"].min(), alike["max"].max()))
            names = ", ".join(the(str(design)) for design in alike.index)
            whose = "the" if len(alike) == len(ends) else "these"
            order = f"{whose} designs" if len(alike) > 1 else "its design points"
            each = f" at each of {self.points} design points" if self.points > 1 else ""
            reported.append(
                f"under {names}, the programme {self.event} in {low if low == high else f'{low} to {high}'}% of runs"
                f"{each}, so these runs cannot rank {order}"
            )
        return "; ".join(reported)

    @property
    def sample(self) -> str:
        """Runs, design points, designs and seeds, in words."""
        runs, points, seeds = self.runs, self.points, self.runs["seed"]
        per_point = runs.groupby(["point", "design"]).size()
        each = f"{per_point.min()}" if per_point.min() == per_point.max() else f"{per_point.min()} to {per_point.max()}"
        names = ", ".join(map(label, self.designs))
        text = (
            f"n = {len(runs):,} runs: {points} design point{'s' * (points != 1)}, {names}, "
            f"{each} {'paired ' if len(self.designs) > 1 else ''}seeds each ({seeds.min()} to {seeds.max()})"
        )
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

    def note_of_means(self, marks: str, spread: str = "", what: str = "Mean", more: str = "") -> str:
        """Caption of means with intervals: over runs, or over several design points."""
        if self.points == 1:
            return self.note(f"{what} over runs; {marks}: 95% intervals (Monte Carlo error only){more}")
        error = f"95% intervals (Monte Carlo error, seeds as clusters){spread}{more}"
        return self.note(f"{what} over design points; {marks}: {error}")

    def note_of_curves(self, what: str) -> str:
        """Caption of weekly curves, which may rest on fewer seeds than the table of runs."""
        return self.note("; ".join(part for part in (what, self.weekly_sample) if part))


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
    way, week, designs, where
        As of :func:`evidence_of`.

    Raises
    ------
    sim.io.errors.InputError, sim.io.errors.Unsupported
        Where it is not a sweep's folder, or as of :func:`evidence_of`.

    Examples
    --------
    >>> from sim.sweep.samples import small_folder
    >>> evidence = read(small_folder(), "adapted", week=20)
    >>> str(evidence.event)
    'was diluted or made optional at some point by week 20'
    >>> evidence.sample
    'n = 40 runs: 1 design point, retrofit, greenfield, 20 paired seeds each (0 to 19)'
    """
    return evidence_of(open_sweep(folder), way, week, designs, where, folder)


def evidence_of(
    whole: SweepResults,
    way: str = HEADLINE,
    week: int | None = None,
    designs: Iterable[str] | None = None,
    where: Iterable[str] | None = None,
    folder: Path | None = None,
) -> Evidence:
    """Prepare the results of a sweep for findings.

    Parameters
    ----------
    whole : SweepResults
    way : str
        The event whose risk is meant, see :data:`sim.statistics.quantities.WAYS`.
    week : int, optional
        By when; the horizon by default.
    designs, where : iterable of str, optional
        Only these designs, and only design points at which conditions hold; all by default. See
        :func:`sim.sweep.selection.select`.
    folder : Path, optional
        Where the results are kept; of results in memory there is none.

    Raises
    ------
    sim.io.errors.InputError
        Where there are no runs yet, the week is beyond the horizon, or nothing is as the selection
        says.
    sim.io.errors.Unsupported
        Where a horizon has no weeks, or the programme opened in no run.

    Examples
    --------
    >>> import sim
    >>> from sim.sweep.samples import small_folder
    >>> evidence_of(sim.open_results(small_folder()).found, designs=["retrofit"]).designs
    ['retrofit']
    """
    results, selection = select(whole, designs, where)
    place = folder or results.sweep.spec.name
    good = without_error(results.runs)
    if good.empty:
        of = f" ({selection})" if str(selection) else ""
        raise InputError(
            f"{place}: has no runs to analyse yet{of}; accepted: a sweep with runs, see sim sweep {place} --resume"
        )
    sweep = results.sweep
    lengths = [sweep.scenario(int(point), sweep.spec.designs[0]).horizon.weeks for point in good["point"].unique()]
    horizon = min(lengths)
    if horizon == 0:
        raise Unsupported(
            f"{place}: horizon.weeks = 0 at a design point, so no week was simulated; accepted: 1 or more"
        )
    if week is not None and not 1 <= week <= horizon:
        raise InputError(f"--by-week = {week}: accepted: a week from 1 to {horizon}, the horizon of this sweep")
    if not (good["opened"] == 1).any():
        raise Unsupported(
            f"{place}: the programme did not open in any run, so there is no rate; accepted: one that opens"
        )
    return Evidence(results, Event(way, week or horizon), horizon, max(lengths), selection, whole, folder)


def factor_inputs(sweep: Sweep) -> dict[str, Column]:
    """Unit and meaning of each factor of a sweep, in the words of the input that it is.

    Examples
    --------
    >>> from sim.sweep.folder import SweepFolder
    >>> from sim.sweep.samples import small_folder
    >>> factor_inputs(SweepFolder(small_folder(factorial=True)).sweep())["leadership.vetting"]
    Column(unit='0-1', meaning='How well the product was chosen and tried.')
    """
    fields = parameter_table(sweep.parties).set_index("field")
    factors = {factor.column: factor for factor in sweep.spec.factors}
    found = {}
    for name in map(str, sweep.points.columns):
        factor = factors.get(name)
        field = factor.field if factor is not None else name
        if factor is not None and factor.blend:
            found[name] = Column(
                "0 to 1", f"{len(factor.blend)} inputs moved together, from one end at 0 to the other at 1"
            )
        elif field in fields.index:
            found[name] = Column(*fields.loc[field, ["unit", "meaning"]])
        else:
            found[name] = Column("-", "")
    return found
