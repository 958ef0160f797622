"""What an experiment has found: runs, tables, figures, differences, a report; and its growth."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from sim.engine import simulate as compiled
from sim.io.errors import InputError, Unsupported
from sim.statistics.naming import BOTH, PAIRS, of_quantities
from sim.statistics.quantities import HEADLINE, WAYS, Event, happened_by, without_error
from sim.statistics.weekly import NoCurves
from sim.sweep.code import model_of
from sim.sweep.folder import SweepFolder
from sim.sweep.local import carried_out, default_workers
from sim.sweep.memory import Memory
from sim.sweep.meter import Meter
from sim.sweep.plan import Sweep
from sim.sweep.results import SweepResults
from sim.sweep.work import Simulate, weekly_part

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.findings import Evidence, Finding


@dataclass(frozen=True, repr=False)
class Results:
    """What an experiment has found.

    Attributes
    ----------
    found : SweepResults
        The runs, and what they are runs of.
    store : SweepFolder or Memory
        Where they are kept.
    how : callable
        How a run is done.

    Examples
    --------
    >>> import sim
    >>> from sim.sweep.samples import small_folder
    >>> sim.open_results(small_folder())
    Results(scenario: 40 runs, 1 design point, designs retrofit, greenfield)
    """

    found: SweepResults
    store: SweepFolder | Memory = field(default_factory=Memory)
    how: Simulate = compiled

    @property
    def sweep(self) -> Sweep:
        """What was run."""
        return self.found.sweep

    @property
    def runs(self) -> pd.DataFrame:
        """A row per run, ordered by point, design and seed: ``point``, a column for each factor,
        ``design``, ``seed``, the outcome, columns of one's own, and ``error``. Runs whose programme
        never opened are there, with ``opened`` 0.
        """
        return self.found.runs

    @property
    def finished(self) -> bool:
        """Whether all runs that were asked for are there."""
        return self.found.finished

    @property
    def weekly(self) -> pd.DataFrame:
        """A row per run and week lived through: ``point``, a column for each factor, ``design``,
        ``seed``, ``week`` from 1, and the columns of a run's weekly table. Made when it is asked
        for, by running everything once more, where the experiment did not keep it.
        """
        import pandas as pd

        if self.sweep.spec.outputs.weekly == "full" and len(self.found.weekly):
            table = self.found.weekly
        else:
            table = pd.concat(self._second_pass("full"), ignore_index=True)
        return self.sweep.points.reset_index().merge(self.sweep.in_order(table, "week"), on="point", how="right")

    def _second_pass(self, weekly: Literal["quantiles", "full"]) -> Iterator[pd.DataFrame]:
        """Weekly tables of all runs, made anew by the model that made the runs."""
        for package in self.sweep.parties.own:
            _ = package.agent
        if isinstance(self.store, SweepFolder):
            how = None if self.how is compiled else self.how
            self.store.refuse_other(model_of(self.sweep.parties, how), but=("outcomes",))
        outputs = self.sweep.spec.outputs.model_copy(update={"weekly": weekly})
        sweep = replace(self.sweep, spec=self.sweep.spec.model_copy(update={"outputs": outputs}), grown=())
        met = self.runs.groupby("point")["seed"].nunique().to_dict()
        parts = sweep.weekly_parts({int(point): int(count) for point, count in met.items()})
        with ThreadPoolExecutor(default_workers()) as pool:
            yield from pool.map(lambda part: weekly_part(sweep, part, self.how).drop(columns="error"), parts)

    @cached_property
    def _with_curves(self) -> SweepResults:
        """The same with weekly curves, made anew once."""
        import pandas as pd

        return replace(self.found, weekly=pd.concat(self._second_pass("quantiles"), ignore_index=True))

    def more(
        self,
        seeds: int | None = None,
        points: pd.DataFrame | Sequence[Mapping[str, Any]] | None = None,
        *,
        executor: Executor | None = None,
        workers: int | None = None,
        progress: bool | None = None,
    ) -> Results:
        """The same experiment with more seeds or more design points; what was run stays.

        Parameters
        ----------
        seeds : int, optional
            How many seeds every design point and design meets, those that it met included.
        points : table or list of dict, optional
            Further design points, with a value of each factor.
        executor, workers, progress
            As for :func:`sim.experiment`.

        Raises
        ------
        sim.io.errors.InputError
            Where that is no growth, or seeds are listed or follow from a precision.

        Examples
        --------
        >>> import sim
        >>> from sim.sweep.samples import small_scenarios
        >>> r = sim.experiment(small_scenarios(), seeds=5)
        >>> len(r.runs), len(r.more(seeds=8).runs)
        (10, 16)
        """
        import pandas as pd

        table = None
        if points is not None:
            new = points if isinstance(points, pd.DataFrame) else pd.DataFrame(list(points))
            table = pd.concat([self.sweep.points, new], ignore_index=True).drop_duplicates(ignore_index=True)
        grown = self.sweep.larger(seeds, table)
        for point in range(len(self.sweep.points), len(grown.points)):
            for design in grown.spec.designs:
                grown.scenario(point, design)
        store = self.store.copy() if isinstance(self.store, Memory) else self.store
        return results_of(grown, store, self.how, executor, workers, progress)

    def difference(
        self,
        quantity: str = "discontinued",
        by: int | None = None,
        of: str | None = None,
        to: str | None = None,
        opened_only: bool = True,
    ) -> pd.DataFrame:
        """Paired differences between two designs: one less the other, on the seeds of both.

        Parameters
        ----------
        quantity : str
            An event, or a column of the runs that is a number.
        by : int, optional
            Week by which an event is meant; the horizon by default.
        of, to : str, optional
            The design, and the one that it is compared with; by default the second and the first.
        opened_only : bool
            Whether only seeds count on which the programme opened under both. If not, a programme
            that never opened enters with the values it has: no event, nothing delivered.

        Returns
        -------
        DataFrame
            A row per design point: ``point``, the factors, then as
            :func:`sim.findings.comparison.differences_by_point`, with ``event, week, denominator``.

        Raises
        ------
        sim.io.errors.InputError
            Where there is no such quantity, week or design.

        Examples
        --------
        >>> import sim
        >>> from sim.sweep.samples import small_folder
        >>> table = sim.open_results(small_folder()).difference("discontinued", by=36)
        >>> table[["design", "baseline", "n"]].to_records(index=False).tolist()
        [('greenfield', 'retrofit', 20)]
        """
        from sim.findings.comparison import differences_by_point

        designs, runs = list(self.sweep.spec.designs), without_error(self.runs)
        of, to = of or designs[min(1, len(designs) - 1)], to or designs[0]
        for option, design in (("of", of), ("to", to)):
            if design not in designs:
                raise InputError(f"{option} = {design!r}: accepted: {', '.join(designs)}")
        if of == to:
            raise InputError(f"of = {of!r}, to = {to!r}: accepted: two designs")
        numbers = [name for name, holds in self.sweep.variables.outcome_holds.items() if holds != "text"]
        if quantity not in WAYS and quantity not in numbers:
            raise InputError(f"quantity = {quantity!r}: accepted: {', '.join((*WAYS, *numbers))}")
        lengths = [self.sweep.scenario(int(point), of).horizon.weeks for point in runs["point"].unique()]
        horizon = min(lengths, default=0)
        if by is not None and not 1 <= by <= horizon:
            raise InputError(f"by = {by}: accepted: a week from 1 to {horizon}, the horizon")
        week, opened = by or horizon, (runs["opened"] == 1).to_numpy()
        if quantity in WAYS:
            # A programme that never opened is over from week 0 on in the table of runs.
            happened = happened_by(runs, week, quantity) & opened
            runs = runs.assign(**{quantity: happened.astype(float)})
        table = differences_by_point(runs[opened | (not opened_only)], [quantity], [to, of])
        denominator = BOTH if opened_only else PAIRS
        table = of_quantities(table, Event(quantity if quantity in WAYS else HEADLINE, week),
                              (horizon, max(lengths, default=0)), denominator)  # fmt: skip
        return self.sweep.points.reset_index().merge(table, on="point", how="right")

    # --- findings --------------------------------------------------------------------------------

    def table(
        self,
        name: str,
        *,
        event: str = "discontinued",
        by: int | None = None,
        designs: Sequence[str] | None = None,
        where: Sequence[str] | None = None,
        findings: Sequence[str | Path] = (),
    ) -> pd.DataFrame:
        """A table of a finding.

        Parameters
        ----------
        name : str
            Of a finding, whose first table is meant, or of one of its tables; ``sim codebook``
            lists them with their columns.
        event : str
            The event whose risk is meant.
        by : int, optional
            The week by which it is meant; the horizon by default.
        designs, where : sequence of str, optional
            Only these designs; only design points at which conditions hold, as
            ``"leadership.training>=0.5"``.
        findings : sequence of str or Path
            Files of one's own that each are a finding. Their code is run.

        Raises
        ------
        sim.io.errors.InputError
            Where there is no such table, event, week or design.
        sim.io.errors.Unsupported
            Where these runs cannot answer it; the message says why.

        Examples
        --------
        >>> import sim
        >>> from sim.sweep.samples import small_folder
        >>> sim.open_results(small_folder()).table("not_opened")[["design", "share"]]
               design  share
        0    retrofit    0.0
        1  greenfield    0.0
        """
        from sim.findings import with_own

        among = with_own(findings)
        tables = {table.name: each for each in among for table in each.columns}
        finding = next((each for each in among if each.name == name), tables.get(name))
        if finding is None:
            known = [each.name for each in among if each.columns]
            raise InputError(f"table = {name!r}: accepted: {', '.join(dict.fromkeys([*known, *tables]))}")
        _, found = self._answer(finding, event, by, designs, where)
        wanted = name if name in found else next((each.name for each in finding.columns if each.name in found), "")
        if not wanted:
            raise InputError(f"table = {name!r}: has no rows of these runs; accepted: {', '.join(found)}")
        return found[wanted]

    def plot(
        self,
        name: str,
        *,
        ax: Any = None,
        event: str = "discontinued",
        by: int | None = None,
        designs: Sequence[str] | None = None,
        where: Sequence[str] | None = None,
        facet: str | None = None,
        labels: Mapping[str, str] | None = None,
        palette: Mapping[str, str] | Sequence[str] | None = None,
        size: tuple[float, float] | None = None,
        findings: Sequence[str | Path] = (),
    ) -> Figure:
        """Draw a figure of a finding.

        Parameters
        ----------
        name : str
            Of a finding, whose first figure is meant, or of one of its figures.
        ax : Axes or sequence of Axes, optional
            The caller's axes to draw into, one for each panel; a new figure by default.
        event, by, designs, where, findings
            As for :meth:`table`.
        facet : str, optional
            A factor: a row of panels for each of its levels. ``"design"``: a panel for each design,
            of a figure that draws them into one.
        labels : mapping, optional
            By name of a design or factor, what it is called in the figure.
        palette : mapping or sequence of str, optional
            Colours of the designs, by name or in their order.
        size : (float, float), optional
            Width and height in inches.

        Returns
        -------
        matplotlib.figure.Figure
            Its axes, and all that is in them, can be changed.

        Raises
        ------
        sim.io.errors.InputError, sim.io.errors.Unsupported
            As for :meth:`table`.

        Examples
        --------
        >>> import sim
        >>> from sim.sweep.samples import small_folder
        >>> len(sim.open_results(small_folder()).plot("risk").axes)
        2
        """
        from sim.figures.style import drawn_with

        with drawn_with(list(designs or self.sweep.base), self.sweep.points.columns, labels, palette, size):
            return self._drawn(name, ax, event, by, designs, where, facet, findings)

    def _drawn(
        self,
        name: str,
        ax: Any,
        event: str,
        by: int | None,
        designs: Sequence[str] | None,
        where: Sequence[str] | None,
        facet: str | None,
        findings: Sequence[str | Path],
    ) -> Figure:
        from sim.findings import with_own
        from sim.findings.base.finding import BY_DESIGN

        if facet == "design":
            if name not in ("curves", "adoption"):
                raise InputError(
                    f"facet = 'design': {name}: accepted: for adoption; other figures have a panel per design"
                )
            name = f"adoption{BY_DESIGN}"
        elif facet is not None:
            return self._faceted(name, facet, ax, event, by, designs, [*(where or ())], findings)
        among = with_own(findings)
        named = [each for each in among if each.name == name]
        for finding in named or among:
            try:
                evidence, tables = self._answer(finding, event, by, designs, where)
            except Unsupported:
                if named:
                    raise
                continue
            if named or name in finding.figures(evidence, tables):
                return finding.figure(evidence, tables, "" if named else name, ax)
        raise InputError(f"figure = {name!r}: accepted: {', '.join(each.name for each in among)}")

    def _faceted(
        self,
        name: str,
        facet: str,
        ax: Any,
        event: str,
        by: int | None,
        designs: Sequence[str] | None,
        where: list[str],
        findings: Sequence[str | Path],
    ) -> Figure:
        from sim.figures.style import caption, handles_of, shared_legend, styled, subplots
        from sim.statistics.factors import short_names

        if ax is not None or facet not in self.sweep.points.columns:
            known = ", ".join(map(str, self.sweep.points.columns)) or "none, as nothing varies"
            raise InputError(f"facet = {facet!r}: accepted: without ax, one of {known}")
        levels = list(dict.fromkeys(self.sweep.points[facet]))

        def drawn(only: list[str], into: Any = None) -> Figure:
            return self._drawn(name, into, event, by, designs, only or None, None, findings)

        first = drawn([*where, f"{facet}={levels[0]}"])
        panels = sum(axes.axison and axes.get_label() != "<colorbar>" for axes in first.axes)
        width, height = first.get_size_inches()
        whole = drawn(where)
        with styled():
            figure, grid = subplots(len(levels), panels, figsize=(width, height * len(levels)), squeeze=False)
            words = short_names(map(str, self.sweep.points.columns))[facet]
            for level, row in zip(levels, grid, strict=True):
                drawn([*where, f"{facet}={level}"], list(row))
                row[0].set_title(f"{words} = {level}" + f"\n{row[0].get_title(loc='left')}".rstrip(), loc="left")
                for axes in row:
                    if axes.get_legend():
                        axes.get_legend().remove()
            if handles_of(list(grid.flat))[1]:
                shared_legend(figure, grid.flat)
            caption(figure, " ".join(text.get_text() for text in whole.texts if text.get_gid() == "caption"))
        return figure

    def _answer(
        self,
        finding: Finding,
        event: str,
        by: int | None,
        designs: Sequence[str] | None,
        where: Sequence[str] | None,
    ) -> tuple[Evidence, dict[str, pd.DataFrame]]:
        """The evidence for a finding and its tables; weekly curves are made where it needs them."""
        from sim.findings import evidence_of

        folder = self.store.path if isinstance(self.store, SweepFolder) else None
        evidence = evidence_of(self.found, event, by, designs, where, folder)
        try:
            return evidence, finding.tables(evidence)
        except NoCurves:
            evidence = evidence_of(self._with_curves, event, by, designs, where, folder)
            return evidence, finding.tables(evidence)

    def report(
        self,
        path: str | Path,
        *,
        event: str = "discontinued",
        by: int | None = None,
        designs: Sequence[str] | None = None,
        where: Sequence[str] | None = None,
        findings: Sequence[str | Path] = (),
    ) -> Path:
        """Write the report, one HTML file that needs no network, and return its path.

        Parameters
        ----------
        path : str or Path
            The file, which is replaced.
        event, by, designs, where, findings
            As for :meth:`table`.
        """
        from sim.findings import evidence_of, with_own
        from sim.report import write_report

        if isinstance(self.store, Memory):
            # A report says how its runs were made, which stands in a folder's manifest.
            with TemporaryDirectory(prefix="sim-") as place:
                kept = SweepFolder(self.save(Path(place) / "runs"))
                return Results(self.found, kept, self.how).report(
                    path, event=event, by=by, designs=designs, where=where, findings=findings
                )
        evidence = evidence_of(self.found, event, by, designs, where, self.store.path)
        return write_report(evidence, Path(path), with_own(findings))

    def save(self, folder: str | Path) -> Path:
        """Write the runs to a new folder, as ``sim sweep`` does, and return its path.

        Raises
        ------
        sim.io.errors.InputError
            Where it exists, or the runs lie in a folder already.

        Examples
        --------
        >>> import tempfile
        >>> import sim
        >>> from sim.sweep.samples import small_scenarios
        >>> with tempfile.TemporaryDirectory() as place:
        ...     saved = sim.experiment(small_scenarios(), seeds=5).save(f"{place}/runs")
        ...     len(sim.open_results(saved).runs)
        10
        """
        if isinstance(self.store, SweepFolder):
            raise InputError(f"{self.store.path}: holds the runs already; accepted: a copy of the folder")
        target = SweepFolder(Path(folder))
        target.create(self.sweep)
        with target.hold():
            self.store.save(self.sweep, target)
            errors = int(self.runs["error"].notna().sum())
            target.finish({"finished": self.finished, "runs": len(self.runs), "errors": errors})
        return target.path

    def __repr__(self) -> str:
        sweep, points = self.sweep, len(self.sweep.points)
        many = f"{points} design point{'s' * (points != 1)}, designs {', '.join(sweep.spec.designs)}"
        return f"Results({sweep.spec.name}: {len(self.runs):,} runs, {many}{'' if self.finished else ', unfinished'})"


def results_of(
    sweep: Sweep,
    store: SweepFolder | Memory,
    how: Simulate,
    executor: Executor | None,
    workers: int | None,
    progress: bool | None,
) -> Results:
    """Do what is missing of a sweep, and say how far it has come."""
    with _reported(progress) as tell:
        return Results(carried_out(sweep, store, how, executor, workers, tell), store, how)


@contextmanager
def _reported(progress: bool | None) -> Iterator[Callable[[Any], None]]:
    """What is called with the progress after each part."""
    notebook = "ipykernel" in sys.modules
    if not (sys.stderr.isatty() or notebook if progress is None else progress):
        yield lambda _: None
        return
    meter = Meter(in_place=notebook)
    try:
        yield meter.tell
    finally:
        meter.close()
