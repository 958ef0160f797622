"""Many runs from Python: designs, what varies and seeds in; a tidy table, figures, a report out.

The commands ``sim compare`` and ``sim sweep`` take the same way; ``sim.experiment`` with the same
input gives the same table to the bit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from sim.draws import Draws
from sim.engine import simulate as compiled
from sim.io.errors import InputError, Unsupported
from sim.kernel.parties import DEFAULT, Parties
from sim.scenario import Scenario
from sim.sweep.asked import Precision, asked
from sim.sweep.folder import SweepFolder
from sim.sweep.local import begun_in, carried_out, default_workers
from sim.sweep.memory import Memory
from sim.sweep.meter import Meter
from sim.sweep.plan import Part, Sweep
from sim.sweep.results import SweepResults, open_sweep
from sim.sweep.work import Simulate, weekly_part

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.findings import Evidence, Finding

Method = Literal["factorial", "list", "latin_hypercube", "sobol", "saltelli", "morris"]


def experiment(
    scenario: str | Path | Scenario | Sequence[str | Path | Scenario],
    designs: Sequence[str] | Mapping[str, Mapping[str, Any]] | None = None,
    vary: Mapping[str, Any] | None = None,
    *,
    method: Method = "factorial",
    points: int | pd.DataFrame | Sequence[Mapping[str, Any]] | None = None,
    seeds: int | Sequence[int] = 100,
    until: Precision | None = None,
    first_seed: int = 0,
    parameters: str | Draws | None = "posterior",
    outcomes: Mapping[str, Any] | None = None,
    weekly: Literal["none", "quantiles", "full"] = "none",
    parties: Parties = DEFAULT,
    rules: Any = None,
    simulate: Simulate | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    name: str = "",
    sampling_seed: int = 1,
    progress: bool | None = None,
) -> Results:
    """Run designs of a scenario over what varies, on the same seeds.

    Parameters
    ----------
    scenario : str, Path, Scenario, or a list of these
        The name of a shipped scenario, a file, or a scenario that was read already. Of a list, each
        is run; the table then has a column ``scenario``.
    designs : sequence of str, or mapping, optional
        Names of designs; or by name the fields that each sets. The first is the one others are
        compared with. By default those of :func:`sim.designs.by_default`; a :class:`sim.Scenario`
        is taken as it is.
    vary : mapping, optional
        By dotted field name (``sim parameters`` lists them), a list of levels or
        :func:`sim.between`; or by a name of one's own, settings by name, each with the fields that
        it sets; or a :class:`sim.Factor`.
    method : str
        How the space is covered: every combination (``factorial``), or ``latin_hypercube``,
        ``sobol`` (Sobol' points), ``saltelli`` (for Sobol' indices), ``morris``, which take a
        number of ``points``.
    points : int, table or list of dict, optional
        How many base points a method that samples takes; or the design points themselves.
    seeds : int or sequence of int
        How many seeds every design point and design meets, or which.
    until : Precision, optional
        Instead of a number of seeds: how precise a quantity is to be, see :func:`sim.precision`.
    first_seed : int
        Where a number of seeds begins.
    parameters : str, Draws or None
        Where parameters come from that neither scenario nor ``vary`` sets: drawn with the seed from
        the ``posterior`` or the ``prior``, the ``medoid``, the ``defaults``, or a file of draws.
    outcomes : mapping, optional
        Columns of one's own: a function from a :class:`sim.Run` to a number, by name; or
        ``(function, unit, meaning)``.
    weekly : str
        Weekly curves that are kept beside the runs, at the cost of a second pass; those of
        :attr:`Results.weekly` are made when they are asked for.
    parties : Parties
        Parties of one's own beside the model's, see :func:`sim.parties_of`.
    rules : Rules, optional
        A variant of the rules, see :func:`sim.rules.replace`.
    simulate : callable, optional
        How a run is done instead of by the compiled engine: from a scenario and a seed to a run.
    executor : concurrent.futures.Executor, optional
        Threads, processes, or ``dask.distributed.Client.get_executor(pure=False)``; threads, one
        per processor, by default. The result is the same on any.
    workers : int, optional
        How many workers there are; those of the executor by default.
    out : str or Path, optional
        Folder to keep the runs in, as ``sim sweep`` does; in memory by default. Where the folder
        holds the same experiment, begun or with fewer seeds or points, what is there stays and the
        rest is run.
    name : str
        What the experiment is called; as the first scenario by default.
    sampling_seed : int
        Of a method that samples.
    progress : bool, optional
        Whether a line says how far it has come; by default on a terminal and in a notebook.

    Returns
    -------
    Results

    Raises
    ------
    sim.io.errors.InputError
        A line for each thing that is wrong, before the first run.

    Examples
    --------
    >>> import sim
    >>> small = sim.Scenario().revise({"population.families": 40, "board.constituency": 40})
    >>> r = sim.experiment(small, ["retrofit", "greenfield"],
    ...     {"leadership.communication": [0.1, 0.9]}, seeds=5)
    >>> r.runs.groupby(["leadership.communication", "design"], sort=False).size().tolist()
    [5, 5, 5, 5]
    """
    if until is not None and not isinstance(until, Precision):
        raise InputError(f"sim.experiment: until = {until!r}: accepted: sim.precision(...)")
    if rules is not None and simulate is not None:
        raise InputError(
            "sim.experiment: rules and simulate: accepted: one of them, as in partial(simulate, rules=...)"
        )
    planned = asked(
        scenario, designs, dict(vary or {}), method, points, seeds if until is None else until, first_seed,
        parameters, outcomes, weekly, parties, name, sampling_seed,
    )  # fmt: skip
    how = partial(compiled, rules=rules) if rules is not None else simulate or compiled
    store: SweepFolder | Memory = Memory()
    if out is not None:
        store, planned = begun_in(Path(out), planned)
    return _carried_out(planned, store, how, executor, workers, progress)


def open_results(folder: str | Path) -> Results:
    """Open a folder of results, finished or not: of an experiment, or of ``sim sweep`` or ``sim
    compare``.

    Parameters
    ----------
    folder : str or Path

    Raises
    ------
    sim.io.errors.InputError
        Where the folder is none, or was changed since it was written.

    Examples
    --------
    >>> from sim.sweep.samples import small_folder
    >>> r = open_results(small_folder())
    >>> r.finished, len(r.runs)
    (True, 40)
    """
    found = open_sweep(folder)
    return Results(found, SweepFolder(Path(folder)))


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
    >>> from sim.sweep.samples import small_folder
    >>> open_results(small_folder())
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
            tables = list(self._second_pass("full"))
            table = pd.concat(tables, ignore_index=True).drop(columns="error")
        points = self.sweep.points.reset_index()
        order = {design: place for place, design in enumerate(self.sweep.spec.designs)}
        table = table.assign(_place=table["design"].map(order))
        table = table.sort_values(["point", "_place", "seed", "week"], kind="stable").drop(columns="_place")
        return points.merge(table, on="point", how="right")

    def _second_pass(self, weekly: Literal["quantiles", "full"]) -> Iterator[pd.DataFrame]:
        """Weekly tables of all runs, made anew."""
        outputs = self.sweep.spec.outputs.model_copy(update={"weekly": weekly})
        sweep = replace(self.sweep, spec=self.sweep.spec.model_copy(update={"outputs": outputs}), grown=())
        met = self.runs.groupby("point")["seed"].nunique().to_dict()
        parts = sweep.weekly_parts({int(point): int(count) for point, count in met.items()})
        with ThreadPoolExecutor(default_workers()) as pool:
            yield from pool.map(partial(_weekly, sweep, how=self.how), parts)

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
            As for :func:`experiment`.

        Raises
        ------
        sim.io.errors.InputError
            Where that is no growth, or seeds are listed or follow from a precision.

        Examples
        --------
        >>> from sim.sweep.samples import small_scenarios
        >>> r = experiment(small_scenarios(), seeds=5)
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
        store = self.store
        if isinstance(store, SweepFolder) and grown.stages != self.sweep.stages:
            with store.hold():
                store.grow(grown)
        return _carried_out(grown, store, self.how, executor, workers, progress)

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
            A row per design point: ``point``, the factors, ``design, baseline, quantity, week,
            difference, lower, upper`` (95%, Newcombe's of a risk, Student's of a number), ``n``
            (pairs).

        Raises
        ------
        sim.io.errors.InputError
            Where there is no such quantity, week or design.

        Examples
        --------
        >>> from sim.sweep.samples import small_folder
        >>> table = open_results(small_folder()).difference("discontinued", by=36)
        >>> table[["design", "baseline", "n"]].to_records(index=False).tolist()
        [('greenfield', 'retrofit', 20)]
        """
        from sim.sweep.pairs import paired_differences

        designs = list(self.sweep.spec.designs)
        of, to = of or designs[min(1, len(designs) - 1)], to or designs[0]
        for option, design in (("of", of), ("to", to)):
            if design not in designs:
                raise InputError(f"{option} = {design!r}: accepted: {', '.join(designs)}")
        if of == to:
            raise InputError(f"of = {of!r}, to = {to!r}: accepted: two designs")
        return paired_differences(self.found, quantity, by, of, to, opened_only)

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
        >>> from sim.sweep.samples import small_folder
        >>> open_results(small_folder()).table("not_opened")[["design", "share"]]
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
            A factor: a row of panels for each of its levels.

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
        >>> from sim.sweep.samples import small_folder
        >>> len(open_results(small_folder()).plot("risk").axes)
        2
        """
        from sim.findings import with_own

        among = with_own(findings)
        finding, figure = next((each for each in among if each.name == name), None), ""
        if facet is not None:
            return self._faceted(name, facet, ax, event, by, designs, [*(where or ())], findings)
        if finding is None:
            for each in among:
                try:
                    evidence, tables = self._answer(each, event, by, designs, where)
                except Unsupported:
                    continue
                if name in each.figures(evidence, tables):
                    finding, figure = each, name
                    break
        if finding is None:
            raise InputError(f"figure = {name!r}: accepted: {', '.join(each.name for each in among)}")
        evidence, tables = self._answer(finding, event, by, designs, where)
        return finding.figure(evidence, tables, figure, ax)

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
        from sim.figures.style import styled, subplots

        if ax is not None or facet not in self.sweep.points.columns:
            known = ", ".join(map(str, self.sweep.points.columns)) or "none, as nothing varies"
            raise InputError(f"facet = {facet!r}: accepted: without ax, one of {known}")
        levels = list(dict.fromkeys(self.sweep.points[facet]))
        alone = [
            partial(self.plot, name, event=event, by=by, designs=designs, where=[*where, f"{facet}={level}"],
                    findings=findings)
            for level in levels
        ]  # fmt: skip
        first = alone[0]()
        panels = len(first.axes)
        width, height = first.get_size_inches()
        with styled():
            figure, grid = subplots(len(levels), panels, figsize=(width, height * len(levels)), squeeze=False)
            for level, row, draw in zip(levels, grid, alone, strict=True):
                draw(ax=list(row))
                row[0].set_title(f"{facet} = {level}" + f"\n{row[0].get_title(loc='left')}".rstrip(), loc="left")
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
        import pandas as pd

        from sim.findings import evidence_of

        folder = self.store.path if isinstance(self.store, SweepFolder) else None
        evidence = evidence_of(self.found, event, by, designs, where, folder)
        try:
            return evidence, finding.tables(evidence)
        except Unsupported:
            if len(self.found.weekly):
                raise
            curves = [table.drop(columns="error") for table in self._second_pass("quantiles")]
            found = replace(self.found, weekly=pd.concat(curves, ignore_index=True))
            evidence = evidence_of(found, event, by, designs, where, folder)
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
                kept = open_results(self.save(Path(place) / "runs"))
                return kept.report(path, event=event, by=by, designs=designs, where=where, findings=findings)
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
        >>> from sim.sweep.samples import small_scenarios
        >>> with tempfile.TemporaryDirectory() as place:
        ...     saved = experiment(small_scenarios(), seeds=5).save(f"{place}/runs")
        ...     len(open_results(saved).runs)
        10
        """
        if isinstance(self.store, SweepFolder):
            raise InputError(f"{self.store.path}: holds the runs already; accepted: a copy of the folder")
        target = SweepFolder(Path(folder))
        target.create(self.sweep)
        with target.hold():
            self.store.save(self.sweep, target)
            target.finish(_counts(self.found))
        return target.path

    def __repr__(self) -> str:
        sweep, points = self.sweep, len(self.sweep.points)
        many = f"{points} design point{'s' * (points != 1)}, designs {', '.join(sweep.spec.designs)}"
        return f"Results({sweep.spec.name}: {len(self.runs):,} runs, {many}{'' if self.finished else ', unfinished'})"


def _weekly(sweep: Sweep, part: Part, how: Simulate) -> pd.DataFrame:
    return weekly_part(sweep, part, how)


def _counts(found: SweepResults) -> dict[str, Any]:
    return {
        "finished": found.finished,
        "runs": len(found.runs),
        "errors": int(found.runs["error"].notna().sum()),
    }


def _carried_out(
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
