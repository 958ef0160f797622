"""A sweep ready to run: scenarios by design point and design, parts of runs in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pandas as pd

from sim.draws import Draws, left_by
from sim.io.errors import InputError
from sim.kernel.parties import Parties
from sim.kernel.variables import Variables
from sim.scenario import Scenario
from sim.sweep.doe import whole_number_fields
from sim.sweep.factors import Factor
from sim.sweep.outcomes import OwnOutcome
from sim.sweep.spec import Outputs, Replicates, SweepSpec

RUNS_PER_PART = 2000
"""Runs in a part at the most, about: few files however many runs, a few seconds of work between two
writes.
"""
PARTS_AT_LEAST = 16
"""Parts of what can be done without a look at results, where there are as many batches of points,
so that a small sweep keeps several workers busy.
"""
WEEKLY_ROUND = 99_999
"""Round under which the parts with weekly curves are filed; one less each time a sweep grows."""
MOST_STAGES = 1000
"""Times that a sweep can grow."""
WEEKLY_SEEDS = 2000
"""Seeds of a design point that its weekly quantiles are made of at the most: quantiles need all
values at once.
"""
RUNS_AT_ONCE = 16
"""Parts that one design point is done in at the least, where it has as many seeds."""
FAMILY_WEEKS = 50_000_000
"""Families times weeks in such a part at the most, about: some seconds of work."""
SCENARIO = "scenario"
"""Column of the design points where several scenarios are compared."""


@dataclass(frozen=True)
class Part:
    """A piece of work that is written whole or not at all.

    Attributes
    ----------
    round : int
        Batch of seeds that it belongs to, from 0.
    index : int
        Place within the round.
    points : tuple of int
        Design points.
    first_seed, seeds : int
        The seeds ``first_seed`` up to ``first_seed + seeds``; where a sweep lists its seeds, places
        in that list. See :meth:`Sweep.seeds`.
    design : str, optional
        Where it is a piece of a part, of one design only; the part has all designs.
    """

    round: int
    index: int
    points: tuple[int, ...]
    first_seed: int
    seeds: int
    design: str | None = None

    @property
    def name(self) -> str:
        """File name, which sorts by round and place."""
        return f"part-{self.round:05d}-{self.index:06d}.parquet"


class Stage(NamedTuple):
    """A size that a sweep had before it grew, or has: design points, and seeds of each at the
    most.
    """

    points: int
    seeds: int


class Block(NamedTuple):
    """Runs that a stage added: some design points on some seeds, places from 0."""

    points: range
    seeds: range


@dataclass(frozen=True)
class Sweep:
    """A sweep ready to run.

    Attributes
    ----------
    spec : SweepSpec
    base : dict
        The base scenario under each design, by design name; the first one's, where several
        scenarios are compared.
    points : DataFrame
        Design points: a row each, a column per factor.
    path : Path
        File that it was read from, for messages.
    draws : Draws, optional
        Values of parameters that go with the seed, under every design; none that a factor or the
        base scenario sets.
    several : dict
        Where several scenarios are compared: each by its name, under each design. Which one a
        design point is of stands in its column ``scenario``.
    outcomes : dict
        Columns of one's own, by name.
    grown : tuple of Stage
        Sizes before it grew.
    """

    spec: SweepSpec
    base: dict[str, Scenario]
    points: pd.DataFrame
    path: Path = Path("sweep")
    draws: Draws | None = None
    several: Mapping[str, dict[str, Scenario]] = field(default_factory=dict)
    outcomes: Mapping[str, OwnOutcome] = field(default_factory=dict)
    grown: tuple[Stage, ...] = ()

    @property
    def parties(self) -> Parties:
        """The parties that take part."""
        return next(iter(self.base.values())).parties

    @cached_property
    def variables(self) -> Variables:
        """What the parties report of a run, and columns of one's own."""
        variables = self.parties.variables
        own = {name: each.column for name, each in self.outcomes.items()}
        return variables.with_outcomes(own) if own else variables

    @property
    def scenarios(self) -> list[Scenario]:
        """Every base scenario under every design."""
        return [each for designs in self.several.values() for each in designs.values()] or list(self.base.values())

    def scenario(self, point: int, design: str, seed: int | None = None) -> Scenario:
        """The scenario of a design point under a design.

        Parameters
        ----------
        point : int
        design : str
        seed : int, optional
            With the parameters that are drawn with it: what a run of that seed is of.

        Raises
        ------
        sim.io.errors.InputError
            Where a value of the point is not accepted.
        """
        changes: dict[str, Any] = {} if seed is None or self.draws is None else dict(self.draws.row(seed))
        base = self.base[design]
        for column, value in zip(self.points.columns, self._values[point], strict=True):
            factor = self._factors.get(column)
            if column == SCENARIO and self.several:
                base = self.several[value][design]
            else:
                changes.update(factor.changes(value, whole_number_fields(type(base))) if factor else {column: value})
        try:
            return base.revise(changes, self.path) if changes else base
        except InputError as told:
            where = f"(design point {point}, design {design})"
            raise InputError(*(f"{line} {where}" for line in (str(told), *told.more))) from None

    def only(self, points: tuple[int, ...]) -> Sweep:
        """The same sweep with the rows of some points only: all that a worker elsewhere needs."""
        return replace(self, points=self.points.loc[list(points)])

    @cached_property
    def _factors(self) -> dict[str, Factor]:
        return {factor.column: factor for factor in self.spec.factors}

    @cached_property
    def _values(self) -> dict[int, tuple[Any, ...]]:
        """The rows of the design points as plain values, which are looked up again and again."""
        columns = [[plain(value) for value in self.points[column]] for column in self.points.columns]
        rows = zip(*columns, strict=True) if columns else [()] * len(self.points)
        return dict(zip(self.points.index.tolist(), rows, strict=True))

    @cached_property
    def longest(self) -> int:
        """Weeks of the longest horizon of the design points."""
        return max(
            self.by_point(
                {"horizon.weeks"}, lambda point: max(self.scenario(point, each).horizon.weeks for each in self.base)
            ).values()
        )

    def by_point(self, fields: set[str], measure: Callable[[int], int]) -> dict[int, int]:
        """A number at each design point that follows from some fields alone, so that it is asked
        for once of all points that are alike in them.

        Parameters
        ----------
        fields : set of str
            Dotted names of the fields.
        measure : callable
            From a design point to the number.
        """
        moved = {name: {name} for name in map(str, self.points.columns)}
        moved |= {factor.column: set(factor.fields) for factor in self.spec.factors}
        if self.several:
            moved[SCENARIO] = fields
        columns = [name for name in self.points.columns if moved[str(name)] & fields]
        alike: dict[tuple[Any, ...], int] = {}
        found = {}
        for point, *values in self.points[columns].itertuples():
            key = tuple(values)
            if key not in alike:
                alike[key] = measure(point)
            found[point] = alike[key]
        return found

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what it was begun as, see :func:`sim.sweep.specification.digest`."""
        from sim.sweep.specification import digest

        return digest(self)

    def in_order(self, table: pd.DataFrame, *further: str) -> pd.DataFrame:
        """Rows by design point, design as the sweep names them, seed, and further columns."""
        order = {design: place for place, design in enumerate(self.spec.designs)}
        by = ["point", "_place", "seed", *further]
        return table.assign(_place=table["design"].map(order)).sort_values(by, kind="stable").drop(columns="_place")

    # --- which runs, in which order --------------------------------------------------------------

    @property
    def most_seeds(self) -> int:
        """Seeds that a design point can meet at the most."""
        return self.spec.replicates.at_most

    @property
    def most_runs(self) -> int:
        """Runs of the whole sweep at the most."""
        return len(self.points) * len(self.spec.designs) * self.most_seeds

    def seeds(self, part: Part) -> Sequence[int]:
        """The seeds of a part."""
        listed = self.spec.replicates.seeds
        last = part.first_seed + part.seeds
        return listed[part.first_seed : last] if listed else range(part.first_seed, last)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Sizes that it had before it grew, and the one that it has."""
        return (*self.grown, Stage(len(self.points), self.most_seeds))

    @cached_property
    def _rounds(self) -> list[tuple[Block, int]]:
        """By round: the block that it belongs to, and the place of its first seed."""
        blocks, before = [], Stage(0, 0)
        for now in self.stages:
            old, new = range(before.points), range(before.points, now.points)
            blocks += [Block(old, range(before.seeds, now.seeds)), Block(new, range(now.seeds))]
            before = now
        batch = self.spec.replicates.batch
        return [(block, start) for block in blocks if block.points for start in block.seeds[::batch]]

    def _points_per_part(self, block: Block) -> int:
        """How many design points of a block share a part."""
        replicates = self.spec.replicates
        rounds = len(block.seeds[:: replicates.batch]) if replicates.target == "none" else 1
        most = RUNS_PER_PART // (replicates.batch * len(self.spec.designs))
        return max(1, min(most, len(block.points) * rounds // PARTS_AT_LEAST))

    def ahead(self, number: int) -> range:
        """Rounds from this one on that can be done without a look at their results: all, where no
        precision is aimed at.
        """
        return range(number, number + 1 if self.spec.replicates.target != "none" else len(self._rounds))

    def parts(self, number: int, points: list[int]) -> list[Part]:
        """The parts of a round, over those points that need it; empty when all seeds are used
        up.
        """
        if number >= len(self._rounds):
            return []
        replicates = self.spec.replicates
        block, start = self._rounds[number]
        seeds, size = min(replicates.batch, block.seeds.stop - start), self._points_per_part(block)
        own = [point for point in points if point in block.points]
        groups = [tuple(own[k : k + size]) for k in range(0, len(own), size)]
        first = start if replicates.seeds else replicates.first_seed + start
        return [Part(number, index, group, first, seeds) for index, group in enumerate(groups)]

    def part_named(self, name: str, said: Part) -> Part | None:
        """The part that has a file name; None where the sweep has none of that name.

        Parameters
        ----------
        name : str
        said : Part
            Points and seeds that the file itself names. They hold where the sweep aims at a
            precision, if it can have them: which points go on follows from results there.
        """
        number, index = (int(each) for each in name.removesuffix(".parquet").split("-")[1:])
        known = self.spec.replicates.target == "none"
        if is_weekly(name):
            return self._weekly_by_name.get(name) if known else replace(said, round=number, index=index)
        if number >= len(self._rounds):
            return None
        block = self._rounds[number][0]
        size = self._points_per_part(block)
        if not known and (len(said.points) > size or list(said.points) != sorted(set(said.points) & set(block.points))):
            return None
        # Of the points that go on, those of this part; where all do, they follow from its place.
        mine = said.points if not known else block.points[index * size : (index + 1) * size]
        (part,) = self.parts(number, list(mine)) or (None,)
        return part and replace(part, index=index)

    @property
    def weekly_round(self) -> int:
        """Round under which its weekly curves are filed."""
        return WEEKLY_ROUND - len(self.grown)

    @cached_property
    def _weekly_by_name(self) -> dict[str, Part]:
        """The parts of the second pass, where all points meet all seeds."""
        return {part.name: part for part in self.weekly_parts(dict.fromkeys(range(len(self.points)), self.most_seeds))}

    def weekly_parts(self, seeds: dict[int, int]) -> list[Part]:
        """The parts of the second pass, which writes weekly curves.

        Parameters
        ----------
        seeds : dict
            How many seeds each point met.

        Returns
        -------
        list of Part
            For quantiles a part has all seeds of its points, up to the first ``WEEKLY_SEEDS``: they
            are exchangeable, and memory stays flat. Runs in full are written for all seeds, some at
            a time.
        """
        weekly, replicates = self.spec.outputs.weekly, self.spec.replicates
        if weekly == "none":
            return []
        first = 0 if replicates.seeds else replicates.first_seed
        parts: list[Part] = []
        for count in sorted(set(seeds.values())):
            taken = min(count, WEEKLY_SEEDS) if weekly == "quantiles" else count
            step = taken if weekly == "quantiles" else max(1, min(taken, RUNS_PER_PART // len(self.spec.designs)))
            alike = [point for point in sorted(seeds) if seeds[point] == count]
            size = max(1, RUNS_PER_PART // (taken * len(self.spec.designs)))
            for k in range(0, len(alike), size):
                for start in range(0, taken, step):
                    group, some = tuple(alike[k : k + size]), min(step, taken - start)
                    parts.append(Part(self.weekly_round, len(parts), group, first + start, some))
        return parts

    # --- the same sweep, otherwise ---------------------------------------------------------------

    def drawn_by(self, draws: Draws | None) -> Sweep:
        """The same sweep with parameters that neither a factor nor a base scenario sets drawn."""
        fields = {name for factor in self.spec.factors for name in factor.fields} | set(map(str, self.points.columns))
        name = "defaults" if draws is None else draws.name
        spec = self.spec.model_copy(update={"parameters": name})
        return replace(self, spec=spec, draws=left_by(draws, self.scenarios, fields))

    def larger(self, count: int | None = None, points: pd.DataFrame | None = None) -> Sweep:
        """The same sweep with more seeds or more design points; what was run stays a part of it.

        Parameters
        ----------
        count : int, optional
            Seeds of each design point.
        points : DataFrame, optional
            Design points with the columns of the present ones. Those that are not among the present
            ones follow them.

        Raises
        ------
        sim.io.errors.InputError
            Where that is no growth, or the sweep aims at a precision or lists its seeds.
        """
        replicates = self.spec.replicates
        if replicates.target != "none" or replicates.seeds:
            how = "aims at a precision" if replicates.target != "none" else "lists its seeds"
            raise InputError(
                f"{self.spec.name}: {how}; accepted: more seeds or points of one that has replicates.count"
            )
        count = replicates.count if count is None else count
        table = self.points if points is None else self._with_points(points)
        if count < replicates.count:
            raise InputError(f"replicates = {count}: accepted: {replicates.count} or more, which the sweep has already")
        if (count, len(table)) == (replicates.count, len(self.points)):
            return self
        if len(self.grown) >= MOST_STAGES:
            raise InputError(f"{self.spec.name}: has grown {MOST_STAGES} times; accepted: a new sweep")
        spec = self.spec.model_copy(update={"replicates": replicates.model_copy(update={"count": count})})
        return replace(self, spec=spec, points=table, grown=self.stages)

    def _with_points(self, points: pd.DataFrame) -> pd.DataFrame:
        """The present design points, and after them those that are new."""
        if set(points.columns) != set(self.points.columns):
            raise InputError(
                f"points: columns {', '.join(map(str, points.columns)) or 'none'}: accepted: "
                f"{', '.join(map(str, self.points.columns)) or 'none'}, as the sweep has"
            )
        points = points[list(self.points.columns)]
        known = set(self._values.values())
        new = [place for place, row in enumerate(points.itertuples(index=False)) if tuple(map(plain, row)) not in known]
        if len(points) - len(new) < len(self.points):
            raise InputError("points: some that the sweep has are not among them; accepted: those, and more")
        table = pd.concat([self.points, points.iloc[new]], ignore_index=True)
        table.index.name = "point"
        return table


def comparison(
    scenarios: Sequence[Scenario],
    count: int,
    first_seed: int = 0,
    weekly: Literal["none", "quantiles"] = "quantiles",
    draws: Draws | None = None,
) -> Sweep:
    """The sweep of one design point that compares designs of a scenario.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The scenario under each design; the first is the baseline of differences.
    count, first_seed : int
        Seeds, which all designs meet.
    weekly : str
        Weekly curves, or none.
    draws : Draws, optional
        Of parameters that the scenarios do not set.

    Raises
    ------
    sim.io.errors.InputError
        Where two scenarios have the same ``design_name``, or there is none.

    Examples
    --------
    >>> from sim.sweep.samples import small_scenarios
    >>> sweep = comparison(small_scenarios(), 50)
    >>> sweep.spec.designs, sweep.most_runs
    (('retrofit', 'greenfield'), 100)
    """
    base = {scenario.design_name: scenario for scenario in scenarios}
    if len(base) < len(scenarios) or not base:
        names = ", ".join(scenario.design_name for scenario in scenarios) or "none"
        raise InputError(
            f"comparison: design_name = {names}: accepted: at least one scenario, each with a design_name of its own"
        )
    spec = SweepSpec(
        name=scenarios[0].name,
        scenario=scenarios[0].name,
        designs=tuple(base),
        replicates=Replicates(count=count, first_seed=first_seed, batch=batch_of_one(scenarios, count)),
        outputs=Outputs(weekly=weekly),
    )
    return Sweep(spec, base, pd.DataFrame(index=pd.RangeIndex(1, name="point"))).drawn_by(draws)


def batch_of_one(scenarios: Sequence[Scenario], count: int) -> int:
    """Seeds in a part of one design point, so that there are parts for several workers, none of
    which takes long.
    """
    work = max(scenario.population.families * scenario.horizon.weeks for scenario in scenarios) * len(scenarios)
    return max(1, min(-(-count // RUNS_AT_ONCE), RUNS_PER_PART // len(scenarios), FAMILY_WEEKS // max(work, 1)))


def is_weekly(name: str) -> bool:
    """Whether a part of that name holds weekly curves.

    Examples
    --------
    >>> is_weekly("part-99999-000000.parquet"), is_weekly("part-00000-000000.parquet")
    (True, False)
    """
    return int(name.split("-")[1]) >= WEEKLY_ROUND - MOST_STAGES


def is_of_now(sweep: Sweep, name: str) -> bool:
    """Whether a part with weekly curves is of the size that a sweep has now."""
    return int(name.split("-")[1]) == sweep.weekly_round


def refuse_more_than(most: float, runs: int) -> None:
    """Refuse a sweep of more runs than some.

    Raises
    ------
    InputError
    """
    if runs > most:
        raise InputError(f"up to {runs} runs; accepted: at most {most:.0f}, or --yes")


def plain(value: Any) -> Any:
    """A NumPy scalar as a plain number."""
    return value.item() if hasattr(value, "item") else value
