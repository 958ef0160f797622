"""From a sweep file to its work: design points checked, scenarios by point and design, parts of
runs in a fixed order.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from sim.draws import Draws, draws_named, left_by
from sim.io.errors import InputError, telling
from sim.io.reading import is_file, is_folder
from sim.kernel.parties import DEFAULT, Parties, parties_of, stored_parties
from sim.scenario import Scenario, load_scenario, parameter_table, scenario_type
from sim.scenario.load import found_in, named_file, shipped_folders
from sim.scenario.refusals import MOST_REPORTED, unknown_field
from sim.sweep.doe import design_points, number_of_points, whole_number_fields
from sim.sweep.factors import LARGEST, Factor, is_number
from sim.sweep.spec import Outputs, Replicates, SweepSpec, load_spec

RUNS_PER_PART = 2000
"""Runs in a part at the most, about: few files however many runs, a few seconds of work between two
writes.
"""
PARTS_AT_LEAST = 16
"""Parts of what can be done without a look at results, where there are as many batches of points,
so that a small sweep keeps several workers busy.
"""
WEEKLY_ROUND = 99_999
"""Round under which the parts with weekly curves are filed."""
WEEKLY_SEEDS = 2000
"""Seeds of a design point that its weekly quantiles are made of at the most: quantiles need all
values at once.
"""
RUNS_AT_ONCE = 16
"""Parts that a comparison is done in at the least, where it has as many seeds."""
FAMILY_WEEKS = 50_000_000
"""Families times weeks in a part of a comparison at the most, about: some seconds of work."""


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
        The seeds ``first_seed`` up to ``first_seed + seeds``.
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


@dataclass(frozen=True)
class Sweep:
    """A sweep ready to run.

    Attributes
    ----------
    spec : SweepSpec
    base : dict
        The base scenario under each design, by design name.
    points : DataFrame
        Design points: a row each, a column per factor.
    path : Path
        File that it was read from, for messages.
    draws : Draws, optional
        Values of parameters that go with the seed, under every design; none that a factor or the
        base scenario sets.
    """

    spec: SweepSpec
    base: dict[str, Scenario]
    points: pd.DataFrame
    path: Path = Path("sweep")
    draws: Draws | None = None

    @property
    def parties(self) -> Parties:
        """The parties that take part."""
        return next(iter(self.base.values())).parties

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
        for column, value in zip(self.points.columns, self._values[point], strict=True):
            factor = self._factors.get(column)
            changes.update(
                {column: value}
                if factor is None
                else factor.changes(value, whole_number_fields(type(self.base[design])))
            )
        base = self.base[design]
        try:
            return base.revise(changes, self.path) if changes else base
        except InputError as reported:
            where = f"(design point {point}, design {design})"
            raise InputError(*(f"{line} {where}" for line in (str(reported), *reported.more))) from None

    def only(self, points: tuple[int, ...]) -> Sweep:
        """The same sweep with the rows of some points only: all that a worker elsewhere needs."""
        return replace(self, points=self.points.loc[list(points)])

    @cached_property
    def _factors(self) -> dict[str, Factor]:
        return {factor.column: factor for factor in self.spec.factors}

    @cached_property
    def _values(self) -> dict[int, tuple[Any, ...]]:
        """The rows of the design points as plain values, which are looked up again and again."""
        columns = [[_plain(value) for value in self.points[column]] for column in self.points.columns]
        rows = zip(*columns, strict=True) if columns else [()] * len(self.points)
        return dict(zip(self.points.index.tolist(), rows, strict=True))

    @cached_property
    def points_per_part(self) -> int:
        """How many design points share a part."""
        most = RUNS_PER_PART // (self.spec.replicates.batch * len(self.spec.designs))
        return max(1, min(most, len(self.points) * len(self.ahead(0)) // PARTS_AT_LEAST))

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
        """SHA-256 of the specification but for the number of seeds of a design point: with more
        seeds, what was done stays a part of the sweep.
        """
        specification = self.specification()
        del specification["spec"]["replicates"]["count"]
        return digest_of(specification)

    @property
    def most_seeds(self) -> int:
        """Seeds that a design point can meet at the most."""
        return self.spec.replicates.at_most

    @property
    def most_runs(self) -> int:
        """Runs of the whole sweep at the most."""
        return len(self.points) * len(self.spec.designs) * self.most_seeds

    def ahead(self, number: int) -> range:
        """Rounds from this one on that can be done without a look at their results: all, where no
        precision is aimed at.
        """
        replicates = self.spec.replicates
        return range(number, number + 1 if replicates.target != "none" else -(-self.most_seeds // replicates.batch))

    def parts(self, number: int, points: list[int]) -> list[Part]:
        """The parts of a round, over those points that need it; empty when
        all seeds are used up.
        """
        replicates = self.spec.replicates
        start = number * replicates.batch
        seeds = min(replicates.batch, self.most_seeds - start)
        if seeds <= 0:
            return []
        size = self.points_per_part
        blocks = [tuple(points[k : k + size]) for k in range(0, len(points), size)]
        return [Part(number, index, block, replicates.first_seed + start, seeds) for index, block in enumerate(blocks)]

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
        if number == WEEKLY_ROUND:
            return self._weekly_by_name.get(name) if known else replace(said, round=number, index=index)
        size = self.points_per_part
        points = tuple(range(len(self.points)))
        if not known and (len(said.points) > size or list(said.points) != sorted(set(said.points) & set(points))):
            return None
        # Of the points that go on, those of this part; where all do, they follow from its place.
        mine = said.points if not known else points[index * size : (index + 1) * size]
        (part,) = self.parts(number, list(mine)) or (None,)
        return part and replace(part, index=index)

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
        weekly, first = self.spec.outputs.weekly, self.spec.replicates.first_seed
        if weekly == "none":
            return []
        parts: list[Part] = []
        for count in sorted(set(seeds.values())):
            taken = min(count, WEEKLY_SEEDS) if weekly == "quantiles" else count
            step = taken if weekly == "quantiles" else max(1, min(taken, RUNS_PER_PART // len(self.spec.designs)))
            alike = [point for point in sorted(seeds) if seeds[point] == count]
            size = max(1, RUNS_PER_PART // (taken * len(self.spec.designs)))
            for k in range(0, len(alike), size):
                for start in range(0, taken, step):
                    block, some = tuple(alike[k : k + size]), min(step, taken - start)
                    parts.append(Part(WEEKLY_ROUND, len(parts), block, first + start, some))
        return parts

    def specification(self) -> dict[str, Any]:
        """The whole resolved specification, as JSON holds it."""
        return json.loads(
            json.dumps(
                {
                    "spec": self.spec.model_dump(mode="json"),
                    "parties": self.parties.cards,
                    "base": {name: scenario.model_dump(mode="json") for name, scenario in self.base.items()},
                    "points": {
                        str(field): [_plain(value) for value in self.points[field]] for field in self.points.columns
                    },
                    "number_of_points": len(self.points),
                    "draws": self.draws.as_data() if self.draws else None,
                }
            )
        )

    @classmethod
    def from_specification(
        cls, data: dict[str, Any], parties: Parties | None = None, path: Path = Path("manifest.json")
    ) -> Sweep:
        """Rebuild a sweep from :meth:`specification`; plain data, nothing in it is executed.

        Parameters
        ----------
        data : dict
        parties : Parties, optional
            The user's own parties with their code, where the sweep has any and is to be run.
            Without it such a sweep can be read, not run.
        path : Path
            File that it was read from, for messages.

        Raises
        ------
        sim.io.errors.InputError
            Where the parties is not the one that the sweep ran with.
        ValueError
            Where the data are no specification; other errors of plain data that is not what it
            should be may come too.
        """
        stored = stored_parties(data["parties"])
        if parties is not None and parties is not DEFAULT:
            same_parties(parties, stored)
        model = scenario_type(stored if parties is None else parties)
        base = {name: model.model_validate_json(json.dumps(scenario)) for name, scenario in data["base"].items()}
        spec = SweepSpec.model_validate_json(json.dumps(data["spec"]))
        columns, count = {name: list(values) for name, values in data["points"].items()}, data["number_of_points"]
        if set(base) != set(spec.designs) or count < 1 or {len(each) for each in columns.values()} - {count}:
            raise ValueError("designs or design points")
        points = pd.DataFrame(columns, index=pd.RangeIndex(count if columns else 1, name="point"))
        _check_values(spec, points, path)
        drawn = data.get("draws")
        sweep = cls(spec, base, points, path, Draws.from_data(drawn) if drawn else None)
        for design in spec.designs:
            sweep.scenario(0, design)
        return sweep

    def drawn_by(self, draws: Draws | None) -> Sweep:
        """The same sweep with parameters that neither a factor nor the base scenario sets drawn."""
        fields = {field for factor in self.spec.factors for field in factor.fields} | set(map(str, self.points.columns))
        name = "defaults" if draws is None else draws.name
        spec = self.spec.model_copy(update={"parameters": name})
        return replace(self, spec=spec, draws=left_by(draws, self.base.values(), fields))


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
    work = max(scenario.population.families * scenario.horizon.weeks for scenario in scenarios) * len(base)
    batch = min(-(-count // RUNS_AT_ONCE), RUNS_PER_PART // len(base), FAMILY_WEEKS // max(work, 1))
    spec = SweepSpec(
        name=scenarios[0].name,
        scenario=scenarios[0].name,
        designs=tuple(base),
        replicates=Replicates(count=count, first_seed=first_seed, batch=max(1, batch)),
        outputs=Outputs(weekly=weekly),
    )
    return Sweep(spec, base, pd.DataFrame(index=pd.RangeIndex(1, name="point"))).drawn_by(draws)


def digest_of(specification: dict[str, Any]) -> str:
    """SHA-256 of a specification, in whatever order its entries stand.

    Examples
    --------
    >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(json.dumps(specification, sort_keys=True).encode()).hexdigest()


def is_weekly(name: str) -> bool:
    """Whether a part of that name holds weekly curves.

    Examples
    --------
    >>> is_weekly("part-99999-000000.parquet"), is_weekly("part-00000-000000.parquet")
    (True, False)
    """
    return name.split("-")[1] == f"{WEEKLY_ROUND:05d}"


def load_sweep(
    path: str | Path,
    most_runs: float = math.inf,
    tell: Callable[[int, int], None] = lambda *_: None,
    parameters: str | None = None,
    count: int | None = None,
) -> Sweep:
    """Read a sweep file, or a shipped one by its name, and check every design point before any run.

    Parameters
    ----------
    path : str or Path
    most_runs : float
        Runs from which on it is refused: counted before points are made.
    tell : callable
        Called with how many design points are checked, and of how many, again and again.
    parameters : str, optional
        Where parameters come from, instead of what the file says; see
        :func:`sim.draws.draws_named`.
    count : int, optional
        Seeds of each design point, instead of what the file says.

    Raises
    ------
    InputError
        Where the file is wrong, a factor is not a field of the scenario, or a point's value is
        outside its range.

    Examples
    --------
    >>> import tempfile
    >>> lines = ['scenario = "mountain_view"', "[[factors]]", 'field = "leadership.training"',
    ...     "levels = [0.1, 0.9]"]
    >>> with tempfile.TemporaryDirectory() as place:
    ...     file = Path(place) / "training.toml"
    ...     size = file.write_text(chr(10).join(lines))
    ...     sweep = load_sweep(file)
    >>> sweep.points
           leadership.training
    point
    0                      0.1
    1                      0.9
    >>> sweep.spec.designs, sweep.most_runs
    (('retrofit', 'greenfield'), 400)
    """
    path = named_file(path, "sweeps")
    spec, wrong = load_spec(path)
    if spec is None:
        raise InputError(*wrong)
    if count is not None:
        spec = _with_seeds(spec, count, path)
    sweep = _checked(spec, path, math.inf if wrong else most_runs, wrong, tell)
    if sweep is None:
        raise InputError(*dict.fromkeys(wrong))
    return sweep.drawn_by(_draws(spec, path) if parameters is None else draws_named(parameters))


def _checked(
    spec: SweepSpec, path: Path, most_runs: float, wrong: list[str], tell: Callable[[int, int], None]
) -> Sweep | None:
    """The sweep of a file, with every design point checked; None where anything is wrong, all of
    which is added to the lines that tell it: what is wrong is left out, and the rest is checked.
    """
    runs_each = len(spec.designs) * spec.replicates.at_most
    try:
        refuse_more_than(most_runs, number_of_points(spec) * runs_each)
    except InputError as error:
        raise InputError(f"{path}: {error}", *wrong) from None
    parties, base, points = DEFAULT, dict[str, Scenario](), None
    with telling(wrong, f"{path}: "):
        parties = _parties_of(spec, path)
    with telling(wrong):
        source = _base_file(spec, path)
        for design in spec.designs:
            with telling(wrong, f"{path}: "):
                base[design] = load_scenario(source, design, parties)
    unknown = _unknown_fields(
        {field: factor.column for factor in spec.factors for field in factor.fields}, path, parties
    )
    wrong += unknown.values()
    spec = spec.model_copy(update={"factors": tuple(each for each in spec.factors if each.column not in unknown)})
    with telling(wrong, f"{path}: "):
        points = design_points(spec, path.parent, scenario_type(parties))
        # Only the file itself says how many points it lists.
        refuse_more_than(most_runs, len(points) * runs_each)
    if points is not None:
        known = {factor.column for factor in spec.factors} | set(unknown)
        listed = _unknown_fields({column: column for column in points.columns if column not in known}, path, parties)
        wrong += listed.values()
        points = points.drop(columns=[*listed, *(name for name in unknown if name in points.columns)])
        values = _wrong_values(spec, points, path)
        wrong += values
        # Values that no factor takes make no scenarios that could be checked.
        points = None if values else points
    if points is None or len(base) < len(spec.designs):
        return None
    sweep = Sweep(spec, base, points, path)
    if not wrong or len(points) <= MOST_POINTS_REPORTED:
        wrong += _wrong_points(sweep, tell)
    return None if wrong else sweep


MOST_POINTS_REPORTED = 10_000
"""Design points up to which they are checked where something else is wrong already."""


def _wrong_points(sweep: Sweep, tell: Callable[[int, int], None]) -> list[str]:
    """What is wrong with design points, each told of the first that has it."""
    found: dict[str, str] = {}
    for point in range(len(sweep.points)):
        for design in sweep.spec.designs:
            try:
                sweep.scenario(point, design)
            except InputError as error:
                for line in (str(error), *error.more):
                    found.setdefault(line.partition(" (design point ")[0], line)
        if len(found) >= MOST_REPORTED:
            break
        tell(point + 1, len(sweep.points))
    return list(found.values())


def _with_seeds(spec: SweepSpec, count: int, path: Path) -> SweepSpec:
    """The same with other seeds: so many of each point."""
    if spec.replicates.target != "none":
        raise InputError(f"--replicates = {count}: {path} aims at a precision; accepted: a sweep with replicates.count")
    batch = min(spec.replicates.batch, count)
    return spec.model_copy(update={"replicates": spec.replicates.model_copy(update={"count": count, "batch": batch})})


def _draws(spec: SweepSpec, path: Path) -> Draws | None:
    """The draws that a sweep file names, a file relative to it."""
    beside = path.parent / spec.parameters
    try:
        return draws_named(str(beside) if is_file(beside) else spec.parameters)
    except InputError as error:
        raise InputError(f"{path}: parameters: {error}") from None


def refuse_more_than(most: float, runs: int) -> None:
    """Refuse a sweep of more runs than some.

    Raises
    ------
    InputError
    """
    if runs > most:
        raise InputError(f"up to {runs} runs; accepted: at most {most:.0f}, or --yes")


def same_parties(parties: Parties, stored: Parties) -> None:
    """Refuse parties that are not those of a stored sweep, naming the first difference."""
    mine = {package.name: package.digest for package in parties.own}
    theirs = {package.name: package.digest for package in stored.own}
    for name in dict.fromkeys([*theirs, *mine]):
        if mine.get(name) != theirs.get(name):
            how = (
                "is another version"
                if name in mine and name in theirs
                else "is missing"
                if name in theirs
                else "is new"
            )
            raise InputError(
                f"--module: the party {name!r} {how} (SHA-256 was {theirs.get(name, 'none')[:12]}, is "
                f"{mine.get(name, 'none')[:12]}); accepted: the parties that the sweep was started with"
            )


def _parties_of(spec: SweepSpec, path: Path) -> Parties:
    if not spec.module:
        return DEFAULT
    beside = path.parent / spec.module
    return parties_of(beside if is_folder(beside) else spec.module)


def _base_file(spec: SweepSpec, path: Path) -> Path:
    found = found_in(spec.scenario, [path.parent, *shipped_folders()])
    if found is None:
        raise InputError(
            f"{path}: scenario = {spec.scenario!r}: no such file; accepted: a file relative to this one, or a "
            "shipped scenario"
        )
    return found


def _unknown_fields(set_by: dict[str, str], path: Path, parties: Parties) -> dict[str, str]:
    """Factors that move what is no field, with a line for each; given field and factor."""
    known = parameter_table(parties)["field"].tolist()
    wrong: dict[str, str] = {}
    for field, column in set_by.items():
        if field not in known:
            where = f"factor {column!r}" if column == field else f"factor {column!r}: {field!r}"
            wrong[column] = f"{path}: {where}: {unknown_field(field, known)}"
    return wrong


def _check_values(spec: SweepSpec, points: pd.DataFrame, path: Path) -> None:
    """Refuse what :func:`_wrong_values` finds."""
    wrong = _wrong_values(spec, points, path)
    if wrong:
        raise InputError(*wrong)


def _wrong_values(spec: SweepSpec, points: pd.DataFrame, path: Path) -> list[str]:
    """What is wrong of factors without values, and of values that a factor cannot take whatever its
    fields: a line each.
    """
    wrong = []
    for factor in spec.factors:
        if factor.column not in points.columns:
            wrong.append(f"{path}: factor {factor.column!r}: has no column in the list; accepted: one per factor")
            continue
        known = list(factor.settings)
        for value in points[factor.column]:
            said = f"{path}: factor {factor.column!r} = {value!r}: accepted:"
            if factor.settings and value not in known:
                wrong.append(f"{said} its settings, {', '.join(known)}")
            if factor.blend and not is_number(value):
                wrong.append(f"{said} a number up to {LARGEST:g}, as it is a blend")
    return list(dict.fromkeys(wrong))[:MOST_REPORTED]


def _plain(value: Any) -> Any:
    """A NumPy scalar as a plain number."""
    return value.item() if hasattr(value, "item") else value
