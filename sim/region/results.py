"""What regions have found: years, tables, figures, differences between strategies, a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.draws import Draws, draws_named
from sim.engine import compile_for
from sim.io.errors import InputError
from sim.io.files import new_folder, write_manifest, write_table, write_whole
from sim.io.provenance import calibration
from sim.region.findings import described, find, regional
from sim.region.folder import RegionFolder
from sim.region.region import Region, load_region
from sim.region.runs import Method, Plan, completed, planned
from sim.statistics.intervals import mean_interval
from sim.sweep.local import default_workers, workers_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, repr=False)
class RegionResults:
    """What regions have found.

    Attributes
    ----------
    plan : Plan
        What was run.
    years : DataFrame
        A row per point, strategy, seed and year; what the columns hold: ``sim docs region``.
    finished : bool
        Whether all that was asked for is there.

    Examples
    --------
    >>> import sim
    >>> small = sim.load_region("first_region").revise({"places.districts": 12, "years": 2})
    >>> sim.region(small, ["retrofit_everywhere", "greenfield_seeds"], seeds=2)
    RegionResults(first_region: 1 point, 2 seeds, strategies retrofit_everywhere, greenfield_seeds)
    """

    plan: Plan
    years: pd.DataFrame
    finished: bool = True
    folder: Path | None = None

    @property
    def region(self) -> Region:
        """The region."""
        return self.plan.region

    @property
    def strategies(self) -> list[str]:
        """Names of the strategies; the first is the baseline."""
        return list(self.region.strategies)

    @property
    def last(self) -> pd.DataFrame:
        """The last year of each."""
        return self.years[self.years["year"] == self.region.settings.years].reset_index(drop=True)

    @cached_property
    def note(self) -> str:
        """The line below every figure."""
        n, points = len(self.plan.seeds), len(self.plan.points)
        of = f", at {points} points" if points > 1 else ""
        drawn = "a new region for each seed" if self.region.table is None else "the same districts on every seed"
        named = "defaults" if self.plan.draws is None else self.plan.draws.name
        return f"{n} seeds{of}, {drawn}, the same under every strategy; {calibration(named)}."

    def words(self, strategy: str) -> str:
        """What a strategy is called."""
        return self.region.strategies[strategy].words

    def difference(
        self, quantity: str = "reached", year: int | None = None, of: str | None = None, to: str | None = None
    ) -> pd.DataFrame:
        """Paired differences between two strategies: one less the other, seed by seed.

        Parameters
        ----------
        quantity : str
            A column of :attr:`years` that is a number.
        year : int, optional
            The last by default.
        of, to : str, optional
            The strategy, and the one that it is compared with; by default the second and the first.

        Returns
        -------
        DataFrame
            ``point, quantity, year, strategy, baseline, difference, lower, upper, n``.

        Raises
        ------
        sim.io.errors.InputError
            Where there is no such quantity, year or strategy.
        """
        names = self.strategies
        of, to = of or names[min(1, len(names) - 1)], to or names[0]
        for option, name in (("of", of), ("to", to)):
            if name not in names:
                raise InputError(f"{option} = {name!r}: accepted: {', '.join(names)}")
        if of == to:
            raise InputError(f"of = {of!r}, to = {to!r}: accepted: two strategies")
        numbers = [name for name in self.years.columns if name not in ("point", "strategy", "seed", "year", "map")]
        if quantity not in numbers:
            raise InputError(f"quantity = {quantity!r}: accepted: {', '.join(numbers)}")
        last = self.region.settings.years
        year = year or last
        if not 1 <= year <= last:
            raise InputError(f"year = {year}: accepted: 1 to {last}")
        rows = self.years[self.years["year"] == year]
        found = []
        for point, group in rows.groupby("point"):
            wide = group.pivot(index="seed", columns="strategy", values=quantity).dropna()
            interval = mean_interval((wide[of] - wide[to]).to_numpy(float))
            found.append((point, quantity, year, of, to, *interval, len(wide)))
        names = ["point", "quantity", "year", "strategy", "baseline", "difference", "lower", "upper", "n"]
        return pd.DataFrame(found, columns=names)

    def table(self, name: str) -> pd.DataFrame:
        """A table of a finding, by its name or the finding's, whose first table is meant then.

        Raises
        ------
        sim.io.errors.InputError
            Where there is none of that name.
        """
        for finding in regional():
            if name == finding.name or name in finding.columns:
                tables = finding.tables(self)
                return tables[name] if name in tables else next(iter(tables.values()))
        known = [table for finding in regional() for table in finding.columns]
        raise InputError(f"table = {name!r}: accepted: {', '.join(known)}")

    def plot(self, name: str, *, ax: Any = None) -> Figure:
        """Draw the figure of a finding.

        Parameters
        ----------
        name : str
        ax : Axes or sequence of Axes, optional
            The caller's, one for each panel.

        Raises
        ------
        sim.io.errors.InputError
            Where there is none of that name.
        """
        finding = find(name)
        return finding.figure(self, finding.tables(self), ax)

    def report(self, path: str | Path) -> Path:
        """Write the report: one HTML file that needs no network."""
        from sim.region.report import page

        target = Path(path)
        write_whole(target, page(self).encode())
        return target

    def save(self, folder: str | Path, force: bool = False) -> Path:
        """Write years, tables, figures, codebook and report into a folder."""
        target = Path(folder)
        with new_folder(target, force, "region findings") as place:
            write_all(self, place)
        return target

    def __repr__(self) -> str:
        points, seeds = len(self.plan.points), len(self.plan.seeds)
        what = f"{points} point{'s' * (points != 1)}, {seeds} seed{'s' * (seeds != 1)}"
        return f"RegionResults({self.region.settings.name}: {what}, strategies {', '.join(self.strategies)})"


def write_all(results: RegionResults, place: Path) -> None:
    """Write years, tables, figures, codebook and report into a folder that is there."""
    from sim.figures.style import save
    from sim.region.report import page

    named = calibration("defaults" if results.plan.draws is None else results.plan.draws.name)
    write_table(place, "years", results.years, named)
    rows = [("years", name, *described(name)) for name in results.years.columns]
    for finding in regional():
        tables = finding.tables(results)
        for name, table in tables.items():
            write_table(place, name, table, named)
            rows += [(name, str(column), *described(str(column))) for column in table.columns]
        save(finding.figure(results, tables, None), place, finding.name)
    write_table(place, "codebook", pd.DataFrame(rows, columns=["table", "column", "unit", "meaning"]), named)
    write_whole(place / "report.html", page(results).encode())
    write_manifest(place, "region findings", {"specification_sha256": results.plan.digest})


def region(
    region: str | Path | Region,
    strategies: Sequence[str] | None = None,
    vary: Mapping[str, Any] | None = None,
    *,
    method: Method = "factorial",
    points: int | pd.DataFrame | Sequence[Mapping[str, Any]] | None = None,
    seeds: int | Sequence[int] = 20,
    first_seed: int = 0,
    parameters: str | Draws | None = "posterior",
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> RegionResults:
    """Run strategies of a region over what varies, all on the same seeds.

    Parameters
    ----------
    region : str, Path or Region
        The name of a shipped region, a file, or a region that was read already.
    strategies : sequence of str, optional
        Names of strategies; the first is the one that others are compared with. All by default.
    vary : mapping, optional
        By dotted field name of the region (``couplings.strength``) or of its scenario
        (``leadership.training``), a list of levels or :func:`sim.between`.
    method : str
        ``factorial``, or ``latin_hypercube`` with ``points``.
    points : int, table or list of dict, optional
        How many points a sample takes; or the points themselves.
    seeds : int or sequence of int
        How many seeds, or which; a seed names a region and its chance.
    first_seed : int
        Where a number of seeds begins.
    parameters : str, Draws or None
        As for :func:`sim.experiment`; a seed's draw is the same in all of its districts.
    executor : concurrent.futures.Executor, optional
        Threads, one per processor, by default. The result is the same on any.
    workers : int, optional
        How many it has.
    out : str or Path, optional
        Folder to keep parts in. Where it holds the same region, what is there stays and the rest
        is run.
    tell : callable
        Called with how many parts are done, and of how many.
    stop : callable
        Asked between parts; when it says yes, the parts under way are finished, and no more begun.

    Returns
    -------
    RegionResults

    Raises
    ------
    sim.io.errors.InputError
        A line for each thing that is wrong, before the first run.

    Examples
    --------
    >>> import sim
    >>> small = sim.load_region("first_region").revise({"places.districts": 20, "years": 2})
    >>> r = sim.region(small, ["retrofit_everywhere", "greenfield_seeds"], seeds=2)
    >>> len(r.years), r.difference("current")["n"].tolist()
    (8, [2])
    """
    found = region if isinstance(region, Region) else load_region(region)
    if strategies is not None:
        found = found.only([strategies] if isinstance(strategies, str) else list(strategies))
    draws = parameters if isinstance(parameters, Draws) else draws_named(parameters or "defaults")
    plan = planned(found, dict(vary or {}), method, points, seeds, first_seed, draws)
    folder = None
    if out is not None:
        folder = RegionFolder(Path(out))
        if folder.manifest_path.exists():
            folder.take_up(plan)
        else:
            folder.create(plan)
    return carried_out(plan, folder, executor, workers, tell, stop)


def carried_out(
    plan: Plan, folder: RegionFolder | None, executor: Executor | None, workers: int | None,
    tell: Callable[[int, int], None] = lambda done, of: None, stop: Callable[[], bool] = lambda: False,
) -> RegionResults:  # fmt: skip
    """Do what is missing of a plan."""
    count = workers or (workers_of(executor) if executor is not None else default_workers())
    every = plan.parts
    tables: dict[str, pd.DataFrame] = {}
    with folder.hold() if folder else nullcontext():
        for part in every if folder else []:
            assert folder is not None
            table = folder.read(plan, part)
            if table is not None:
                tables[part.name] = table
        tell(len(tables), len(every))
        missing = [part for part in every if part.name not in tables]
        if missing:
            compile_for(next(iter(plan.region.scenarios.values())).parties)
        with ThreadPoolExecutor(count) if executor is None else nullcontext(executor) as pool:
            for part, table in completed(plan, missing, pool, count, stop):
                if folder is not None:
                    folder.write(plan, part, table)
                tables[part.name] = table
                tell(len(tables), len(every))
        finished = len(tables) == len(every)
        if folder is not None:
            folder.finish(finished)
    ordered = [tables[part.name] for part in every if part.name in tables]
    years = pd.concat(ordered, ignore_index=True) if ordered else pd.DataFrame()
    if len(plan.points.columns):
        values = plan.points.reset_index(drop=True)
        values.index.name = "point"
        years = years.merge(values.reset_index(), on="point", how="left")
    return RegionResults(plan, years, finished, folder.path if folder else None)
