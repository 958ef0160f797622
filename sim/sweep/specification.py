"""What a sweep is as plain data, from which a results folder is read again; nothing in it is
executed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from sim.draws import Draws
from sim.io.errors import InputError
from sim.kernel.parties import DEFAULT, Parties, stored_parties
from sim.scenario import scenario_type
from sim.scenario.refusals import MOST_REPORTED
from sim.sweep.factors import LARGEST, is_number
from sim.sweep.outcomes import OwnOutcome
from sim.sweep.plan import SCENARIO, Stage, Sweep, plain
from sim.sweep.spec import SweepSpec


def specification(sweep: Sweep) -> dict[str, Any]:
    """The whole resolved specification, as JSON holds it."""
    data: dict[str, Any] = {
        "spec": sweep.spec.model_dump(mode="json"),
        "parties": sweep.parties.cards,
        "base": {name: scenario.model_dump(mode="json") for name, scenario in sweep.base.items()},
        "points": {str(field): [plain(value) for value in sweep.points[field]] for field in sweep.points.columns},
        "number_of_points": len(sweep.points),
        "draws": sweep.draws.as_data() if sweep.draws else None,
        "several": {
            scenario: {name: each.model_dump(mode="json") for name, each in designs.items()}
            for scenario, designs in sweep.several.items()
        },
        "outcomes": {name: {"unit": each.unit, "meaning": each.meaning} for name, each in sweep.outcomes.items()},
        "grown": [list(stage) for stage in sweep.grown],
    }
    return json.loads(json.dumps(data))


def digest(sweep: Sweep) -> str:
    """SHA-256 of the specification as the sweep was begun, but for the number of seeds: with more
    seeds or points, what was done stays a part of the sweep.
    """
    data = specification(sweep)
    del data["spec"]["replicates"]["count"], data["spec"]["design_of_experiments"]["points"], data["grown"]
    data["number_of_points"] = sweep.stages[0].points
    data["points"] = {name: values[: sweep.stages[0].points] for name, values in data["points"].items()}
    return digest_of(data)


def digest_of(data: dict[str, Any]) -> str:
    """SHA-256 of plain data, in whatever order its entries stand.

    Examples
    --------
    >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def sweep_of(data: dict[str, Any], parties: Parties | None = None, path: Path = Path("manifest.json")) -> Sweep:
    """Rebuild a sweep from its :func:`specification`.

    Parameters
    ----------
    data : dict
        Plain data; nothing in it is executed.
    parties : Parties, optional
        The user's own parties with their code, where the sweep has any and is to be run. Without
        them such a sweep can be read, not run.
    path : Path
        File that it was read from, for messages.

    Raises
    ------
    sim.io.errors.InputError
        Where the parties are not those that the sweep ran with.
    ValueError
        Where the data are no specification; other errors of plain data that is not what it should
        be may come too.
    """
    stored = stored_parties(data["parties"])
    if parties is not None and parties is not DEFAULT:
        same_parties(parties, stored)
    model = scenario_type(stored if parties is None else parties)

    def read(designs: dict[str, Any]) -> dict[str, Any]:
        return {name: model.model_validate_json(json.dumps(scenario)) for name, scenario in designs.items()}

    base = read(data["base"])
    several = {str(name): read(designs) for name, designs in data["several"].items()}
    spec = SweepSpec.model_validate_json(json.dumps(data["spec"]))
    columns, count = {name: list(values) for name, values in data["points"].items()}, data["number_of_points"]
    if set(base) != set(spec.designs) or count < 1 or {len(each) for each in columns.values()} - {count}:
        raise ValueError("designs or design points")
    if any(set(each) != set(base) for each in several.values()) or set(columns.get(SCENARIO, several)) > set(several):
        raise ValueError("scenarios")
    points = pd.DataFrame(columns, index=pd.RangeIndex(count if columns else 1, name="point"))
    check_values(spec, points, path)
    outcomes = {
        str(name): OwnOutcome(str(each["unit"]), str(each["meaning"])) for name, each in data["outcomes"].items()
    }
    grown = tuple(Stage(*map(int, stage)) for stage in data["grown"])
    drawn = data["draws"]
    sweep = Sweep(spec, base, points, path, Draws.from_data(drawn) if drawn else None, several, outcomes, grown)
    if any(later < earlier for one, next_one in zip(sweep.stages, sweep.stages[1:], strict=False)
           for earlier, later in zip(one, next_one, strict=True)):  # fmt: skip
        raise ValueError("sizes")
    for design in spec.designs:
        sweep.scenario(0, design)
    return sweep


def same_parties(parties: Parties, stored: Parties) -> None:
    """Refuse parties that are not those of a stored sweep, naming the first difference."""
    mine = {package.name: package.digest for package in parties.own}
    theirs = {package.name: package.digest for package in stored.own}
    for name in dict.fromkeys([*theirs, *mine]):
        if mine.get(name) != theirs.get(name):
            how = "is another version" if name in mine.keys() & theirs.keys() else "is new"
            how = how if name in mine else "is missing"
            raise InputError(
                f"--module: the party {name!r} {how} (SHA-256 was {theirs.get(name, 'none')[:12]}, is "
                f"{mine.get(name, 'none')[:12]}); accepted: the parties that the sweep was started with"
            )


def check_values(spec: SweepSpec, points: pd.DataFrame, path: Path) -> None:
    """Refuse what :func:`wrong_values` finds."""
    wrong = wrong_values(spec, points, path)
    if wrong:
        raise InputError(*wrong)


def wrong_values(spec: SweepSpec, points: pd.DataFrame, path: Path) -> list[str]:
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


def differing(old: object, new: object, name: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two specifications, or parts of them, differ: the dotted name of each place, what is
    there in the one, and in the other.

    Examples
    --------
    >>> old, new = {"name": "a", "levels": [1, 2]}, {"name": "a", "levels": [1, 3], "seed": 7}
    >>> list(differing(old, new))
    [('levels.1', 2, 3), ('seed', None, 7)]
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from differing(old.get(key), new.get(key), f"{name}.{key}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differing(one, other, f"{name}.{place}".lstrip("."))
    elif old != new:
        yield name, old, new


def taken_up(stored: Sweep, wanted: Sweep, where: Path) -> Sweep:
    """The sweep that a folder holds, with the code of the one that is asked for, grown to its size.

    Parameters
    ----------
    stored : Sweep
        As the folder holds it.
    wanted : Sweep
    where : Path
        The folder, for messages.

    Raises
    ------
    sim.io.errors.InputError
        Where the folder holds another sweep, or a larger one.
    """
    grown = stored
    if set(wanted.points.columns) == set(stored.points.columns) and _may_grow(stored, wanted):
        grown = stored.larger(wanted.spec.replicates.count, wanted.points)
    found, asked_for = (_but_for_size(specification(each)) for each in (grown, wanted))
    for name, was, now in differing(found, asked_for):
        raise InputError(
            f"{where}: holds another sweep: {name} was {str(was)[:60]} and is {str(now)[:60]}; accepted: the "
            "specification it was started with, with more seeds or points, or another folder"
        )
    spec = grown.spec.model_copy(update={"design_of_experiments": wanted.spec.design_of_experiments})
    return replace(
        grown, spec=spec, path=wanted.path, base=wanted.base, several=wanted.several, outcomes=wanted.outcomes
    )


def _may_grow(stored: Sweep, wanted: Sweep) -> bool:
    old, new = stored.spec.replicates, wanted.spec.replicates
    return (old.target, old.seeds) == (new.target, new.seeds) == ("none", ())


def _but_for_size(data: dict[str, Any]) -> dict[str, Any]:
    """A specification without what follows from how a sweep grew."""
    replicates = {name: value for name, value in data["spec"]["replicates"].items() if name != "batch"}
    doe = {name: value for name, value in data["spec"]["design_of_experiments"].items() if name != "points"}
    factors = [{**factor, "levels": None} for factor in data["spec"]["factors"]]
    spec = {**data["spec"], "replicates": replicates, "design_of_experiments": doe, "factors": factors}
    points = sorted(zip(*data["points"].values(), strict=True), key=repr) if data["points"] else []
    return {**data, "spec": spec, "points": [list(row) for row in points], "grown": []}
