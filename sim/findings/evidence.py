"""What a sweep's folder offers to analysis: prepared runs, factors, designs, tables that several
findings draw from.

It also writes the line that every figure carries.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from sim.analysis.pressure import shares
from sim.analysis.quantities import ANY, ending_week, prepared, words
from sim.analysis.risk import pooled_incidence
from sim.analysis.weekly import pooled_curves
from sim.errors import InputError, Unsupported
from sim.ledger import Ledger
from sim.provenance import CALIBRATION
from sim.sweep.results import SweepResults, open_sweep


@dataclass(frozen=True)
class Evidence:
    """A sweep read for analysis.

    Attributes
    ----------
    folder : Path
    results : SweepResults
    ending : str
        Way of ending whose risk is meant, see :data:`sim.analysis.quantities.WAYS`.
    week : int
        By when.
    horizon : int
        Weeks that all runs lived through: the shortest horizon of the design points.
    """

    folder: Path
    results: SweepResults
    ending: str
    week: int
    horizon: int

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Runs without errors, with the columns of :data:`sim.analysis.quantities.KINDS`."""
        return prepared(self.results.runs, self.ending, self.week, self.horizon)

    @cached_property
    def incidence(self) -> pd.DataFrame:
        """Cumulative incidence week by week, see :func:`sim.analysis.risk.pooled_incidence`."""
        return pooled_incidence(self.runs, self.horizon)

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Weekly curves, see :func:`sim.analysis.weekly.pooled_curves`.

        Raises
        ------
        sim.errors.Unsupported
            Where the sweep wrote none.
        """
        return pooled_curves(self.results.weekly, self.families, self.ledger)

    @cached_property
    def pressure(self) -> pd.DataFrame:
        """Shares of pressure over the whole run, see :func:`sim.analysis.pressure.shares`."""
        return shares(self.runs, self.ledger)

    @property
    def ledger(self) -> Ledger:
        """The quantities of the parties that took part."""
        return self.results.sweep.cast.ledger

    @property
    def title(self) -> str:
        """The base scenario's title, or its name where it has none."""
        base = self.results.sweep.base[self.designs[0]]
        return base.title or base.name

    @property
    def points(self) -> int:
        """Design points that have runs."""
        return int(self.runs["point"].nunique())

    @property
    def designs(self) -> list[str]:
        """Designs in the order of the sweep file."""
        return list(self.results.sweep.spec.designs)

    @property
    def factors(self) -> list[str]:
        """Factors, each a column of the runs."""
        return [str(column) for column in self.results.sweep.points.columns]

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
    def event(self) -> str:
        """The event whose risk is meant, in words."""
        return words(self.ending, self.week)

    @property
    def incomplete(self) -> str:
        """How much of an unfinished sweep is there; empty where it is whole."""
        return (
            ""
            if self.results.finished
            else f"UNFINISHED: {len(self.results.runs):,} of at most {self.results.sweep.most_runs:,} runs"
        )

    @property
    def sample(self) -> str:
        """Runs, design points, designs and seeds, in words."""
        runs, points, seeds = self.runs, self.points, self.runs["seed"]
        per_point = runs.groupby(["point", "design"]).size()
        each = f"{per_point.min()}" if per_point.min() == per_point.max() else f"{per_point.min()} to {per_point.max()}"
        text = (
            f"n = {len(runs):,} runs: {points} design point{'s' * (points != 1)}, {', '.join(self.designs)}, "
            f"{each} paired seeds each ({seeds.min()} to {seeds.max()})"
        )
        return text + (f"; {self.failed} runs failed and are left out" if self.failed else "")

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

    def note(self, intervals: str) -> str:
        """The caption line of a figure: what is shown with which interval, n, seeds, whether whole,
        and calibration.
        """
        parts = [f"{self.results.sweep.spec.name}. {intervals}", self.sample, self.incomplete, CALIBRATION]
        return "; ".join(part for part in parts if part) + "."


def read(folder: Path, ending: str = ANY, week: int | None = None) -> Evidence:
    """Read a sweep's folder, finished or not.

    Parameters
    ----------
    folder : Path
    ending : str
        Way of ending whose risk is meant.
    week : int, optional
        By when; the horizon by default.

    Raises
    ------
    sim.errors.InputError
        Where it is not a sweep's folder, has no runs yet, or the week is beyond the horizon.
    sim.errors.Unsupported
        Where a horizon has no weeks.

    Examples
    --------
    >>> from sim.sweep.samples import small_folder
    >>> evidence = read(small_folder(), ending="over", week=20)
    >>> evidence.event, evidence.sample
    ('was over by week 20', 'n = 40 runs: 1 design point, retrofit, greenfield, 20 paired seeds
    each (0 to 19)')
    """
    results = open_sweep(folder)
    good = results.runs[results.runs["error"].isna()]
    if good.empty:
        raise InputError(
            f"{folder}: has no run to analyse yet; accepted: a sweep with runs, see sim sweep {folder} --resume"
        )
    lacking = [name for name in results.sweep.cast.ledger.outcome if name not in good.columns and name != "scenario"]
    if lacking:
        raise InputError(
            f"{folder}: its runs have no column {lacking[0]!r}, so another version wrote them; accepted: a "
            "sweep of this version, as by "
            f"sim sweep {folder / 'manifest.json'} --out NEW"
        )
    # Refuses an ending there is none of.
    ending_week(good, ending)
    sweep = results.sweep
    horizon = min(sweep.scenario(int(point), sweep.spec.designs[0]).horizon.weeks for point in good["point"].unique())
    if horizon == 0:
        raise Unsupported(
            f"{folder}: horizon.weeks = 0 at a design point, so nothing was lived through; accepted: 1 or more"
        )
    if week is not None and not 1 <= week <= horizon:
        raise InputError(f"--by-week = {week}: accepted: a week from 1 to {horizon}, the horizon of this sweep")
    return Evidence(folder, results, ending, week or horizon, horizon)
