"""From a sweep file to a sweep: every design point is checked before any run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from sim.draws import Draws, draws_named
from sim.io.errors import InputError, telling
from sim.io.reading import is_file, is_folder
from sim.io.shipped import found_in, named_file, shipped_folders
from sim.kernel.parties import DEFAULT, Parties, parties_of
from sim.scenario import Scenario, load_scenario, parameter_table, scenario_type
from sim.scenario.refusals import MOST_REPORTED, refused, unknown_field
from sim.statistics.quantities import WAYS
from sim.sweep.doe import SAMPLED, design_points, number_of_points
from sim.sweep.plan import SCENARIO, Sweep, refuse_more_than
from sim.sweep.spec import SweepSpec, load_spec
from sim.sweep.specification import wrong_values


def load_sweep(
    path: str | Path,
    most_runs: float = math.inf,
    tell: Callable[[int, int], None] = lambda *_: None,
    parameters: str | None = None,
    count: int | None = None,
    base_points: int | None = None,
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
    base_points : int, optional
        Base points of a method that samples, instead of what the file says.

    Raises
    ------
    InputError
        Where the file is wrong, a factor is not a field of the scenario, or a point's value is
        outside its range.

    Examples
    --------
    >>> import tempfile
    >>> lines = ["schema = 2", 'scenario = "mountain_view"', "[[factors]]",
    ...     'field = "leadership.training"', "levels = [0.1, 0.9]"]
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
    if base_points is not None:
        spec = _with_points(spec, base_points, path)
    sweep = _checked(spec, path, math.inf if wrong else most_runs, wrong, tell)
    if sweep is None:
        raise InputError(*dict.fromkeys(wrong))
    return sweep.drawn_by(_draws(spec, path) if parameters is None else draws_named(parameters))


def _checked(
    spec: SweepSpec, path: Path, most_runs: float, wrong: list[str], tell: Callable[[int, int], None]
) -> Sweep | None:
    """The sweep of a file, with every design point checked; None where anything is wrong, all of
    which is added to the lines that report it: what is wrong is left out, and the rest is checked.
    """
    try:
        refuse_more_than(most_runs, number_of_points(spec) * len(spec.designs) * spec.replicates.at_most)
    except InputError as error:
        raise InputError(f"{path}: {error}", *wrong) from None
    parties, base = DEFAULT, dict[str, Scenario]()
    with telling(wrong, f"{path}: "):
        parties = _parties_of(spec, path)
    with telling(wrong):
        source = _base_file(spec, path)
        for design in spec.designs:
            with telling(wrong, f"{path}: "):
                base[design] = load_scenario(source, design, parties)
    return checked(Sweep(spec, base, NO_POINTS, path), parties, wrong, most_runs, tell)


NO_POINTS = pd.DataFrame(index=pd.RangeIndex(0, name="point"))
"""The design points of a sweep whose points are still to be made."""


def checked(
    sweep: Sweep,
    parties: Parties,
    wrong: list[str],
    most_runs: float = math.inf,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Sweep | None:
    """A sweep whose design points are made, where it has none yet, and checked.

    Parameters
    ----------
    sweep : Sweep
    parties : Parties
        Whose fields a factor may move.
    wrong : list of str
        What is wrong is added to it, a line each.
    most_runs, tell
        As for :func:`load_sweep`.

    Returns
    -------
    Sweep or None
        None where anything is wrong.
    """
    spec, path, points = sweep.spec, sweep.path, None
    numbers = [*WAYS, *(name for name, holds in parties.variables.outcome_holds.items() if holds != "text")]
    known_quantities = [*numbers, *sweep.outcomes]
    if spec.replicates.quantity not in known_quantities:
        wrong.append(
            f"{path}: replicates.quantity = {spec.replicates.quantity!r}: accepted: {', '.join(known_quantities)}"
        )
    unknown = _unknown_fields({name: each.column for each in spec.factors for name in each.fields}, path, parties)
    wrong += unknown.values()
    spec = spec.model_copy(update={"factors": tuple(each for each in spec.factors if each.column not in unknown)})
    with telling(wrong, f"{path}: "):
        points = sweep.points if len(sweep.points) else design_points(spec, path.parent, scenario_type(parties))
        # Only the file itself says how many points it lists.
        refuse_more_than(most_runs, len(points) * len(spec.designs) * spec.replicates.at_most)
    if points is not None:
        known = {factor.column for factor in spec.factors} | set(unknown) | ({SCENARIO} if sweep.several else set())
        listed = _unknown_fields({column: column for column in points.columns if column not in known}, path, parties)
        wrong += listed.values()
        points = points.drop(columns=[*listed, *(name for name in unknown if name in points.columns)])
        values = wrong_values(spec, points, path)
        wrong += values
        # Values that no factor takes make no scenarios that could be checked.
        points = None if values else points
    if points is None or len(sweep.base) < len(spec.designs):
        return None
    found = replace(sweep, spec=spec, points=points)
    if not wrong or len(points) <= MOST_POINTS_REPORTED:
        wrong += _wrong_points(found, tell)
    return None if wrong else found


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
    if spec.replicates.target != "none" or spec.replicates.seeds:
        how = "lists its seeds" if spec.replicates.seeds else "aims at a precision"
        raise InputError(f"--replicates = {count}: {path} {how}; accepted: a sweep with replicates.count")
    batch = min(spec.replicates.batch, count)
    return spec.model_copy(update={"replicates": spec.replicates.model_copy(update={"count": count, "batch": batch})})


def _with_points(spec: SweepSpec, points: int, path: Path) -> SweepSpec:
    """The same with another number of base points."""
    doe = spec.design_of_experiments
    if doe.method not in SAMPLED:
        raise InputError(f"--points = {points}: {path} has the method {doe.method}; accepted: {', '.join(SAMPLED)}")
    try:
        changed = type(doe)(**{**doe.model_dump(), "points": points})
    except ValidationError as error:
        raise refused(error, Path("--points"), type(doe)) from None
    return spec.model_copy(update={"design_of_experiments": changed})


def larger(sweep: Sweep, count: int | None = None, base_points: int | None = None) -> Sweep:
    """A sweep that was read from its folder, with more seeds or base points; what was run stays.

    Parameters
    ----------
    sweep : Sweep
    count : int, optional
        Seeds of each design point.
    base_points : int, optional
        Of a method that samples.

    Raises
    ------
    sim.io.errors.InputError
        Where that is no growth, or the method's first points depend on how many there are.
    """
    if base_points is None:
        return sweep if count is None else sweep.larger(count)
    spec = _with_points(sweep.spec, base_points, sweep.path)
    table = design_points(spec, Path(), type(next(iter(sweep.base.values()))))
    if not table.iloc[: len(sweep.points)].equals(sweep.points):
        raise InputError(
            f"--points = {base_points}: {spec.design_of_experiments.method} draws other points of more, or "
            "these are fewer; accepted: more points of sobol or saltelli, or a new sweep"
        )
    grown = sweep.larger(count, table)
    doe = {"design_of_experiments": spec.design_of_experiments}
    return replace(grown, spec=grown.spec.model_copy(update=doe))


def _draws(spec: SweepSpec, path: Path) -> Draws | None:
    """The draws that a sweep file names, a file relative to it."""
    beside = path.parent / spec.parameters
    try:
        return draws_named(str(beside) if is_file(beside) else spec.parameters)
    except InputError as error:
        raise InputError(f"{path}: parameters: {error}") from None


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
    """Factors that name an unknown field, each with the line that says so."""
    known = parameter_table(parties)["field"].tolist()
    wrong: dict[str, str] = {}
    for field, column in set_by.items():
        if field not in known:
            where = f"factor {column!r}" if column == field else f"factor {column!r}: {field!r}"
            wrong[column] = f"{path}: {where}: {unknown_field(field, known)}"
    return wrong
