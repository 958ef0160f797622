"""From what a researcher asks for in Python to a sweep; a sweep file asks for the same in TOML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from pydantic import BaseModel, ValidationError

from sim.designs import by_default
from sim.draws import Draws, draws_named
from sim.io.errors import InputError, all_of, telling
from sim.kernel.parties import DEFAULT, Parties
from sim.scenario import AS_WRITTEN, Scenario, load_scenario
from sim.scenario.load import lay_design
from sim.scenario.refusals import refused, short
from sim.sweep.doe import SAMPLED, design_points, in_kind
from sim.sweep.factors import Factor
from sim.sweep.load import NO_POINTS, checked
from sim.sweep.outcomes import own_outcomes
from sim.sweep.plan import SCENARIO, Sweep, batch_of_one
from sim.sweep.spec import DesignOfExperiments, Outputs, Replicates, SweepSpec

WHERE = Path("sim.experiment")
"""What messages name in place of a file."""
BATCH = 50
"""Seeds in a part of several design points."""


class Between(NamedTuple):
    """A range of a factor, see :func:`between`."""

    low: float
    high: float
    steps: int | None = None


class Precision(NamedTuple):
    """What is to be precise, see :func:`precision`."""

    quantity: str
    by: int
    half_width: float
    of: Literal["risk", "difference"]
    most: int


def between(low: float, high: float, steps: int | None = None) -> Between:
    """A range to vary a field over.

    Parameters
    ----------
    low, high : float
        Ends of the range, in the unit of the field.
    steps : int, optional
        Levels in a factorial design, both ends included; designs that sample need none.

    Examples
    --------
    >>> between(0.1, 0.9, steps=5)
    Between(low=0.1, high=0.9, steps=5)
    """
    return Between(low, high, steps)


def precision(
    quantity: str = "discontinued",
    by: int = 36,
    half_width: float = 0.03,
    of: Literal["risk", "difference"] = "risk",
    most: int = 2000,
) -> Precision:
    """How precise a quantity is to be at every design point, instead of a number of seeds.

    Parameters
    ----------
    quantity : str
        An event (``discontinued``, ``adapted``, a way of ending), whose risk is meant, or an
        outcome that is a number, whose mean is meant.
    by : int
        Week by which the risk of an event is meant.
    half_width : float
        Half-width of the 95% interval to reach, in the unit of the quantity.
    of : str
        ``risk``: the quantity under each design. ``difference``: its paired difference between the
        first two designs.
    most : int
        Seeds of a design point at the most.

    Examples
    --------
    >>> precision("discontinued", by=108, half_width=0.02).half_width
    0.02
    """
    return Precision(quantity, by, half_width, of, most)


def asked(
    scenario: Any,
    designs: Sequence[str] | Mapping[str, Mapping[str, Any]] | None,
    vary: Mapping[str, Any],
    method: str,
    points: int | pd.DataFrame | Sequence[Mapping[str, Any]] | None,
    seeds: int | Sequence[int] | Precision,
    first_seed: int,
    parameters: str | Draws | None,
    outcomes: Mapping[str, Any] | None,
    weekly: str,
    parties: Parties = DEFAULT,
    name: str = "",
    sampling_seed: int = 1,
) -> Sweep:
    """The sweep that is asked for; every design point is checked.

    Parameters
    ----------
    scenario, designs, vary, method, points, seeds, first_seed, parameters, outcomes, weekly
        As for :func:`sim.experiment`.
    parties, name, sampling_seed
        Likewise.

    Raises
    ------
    sim.io.errors.InputError
        A line for each thing that is wrong.
    """
    several, parties = _scenarios(scenario, designs, parties)
    base = next(iter(several.values()))
    wrong: list[str] = []
    factors: list[Factor] = []
    for field, values in vary.items():
        with telling(wrong):
            factors.append(_factor(str(field), values))
    if len(several) > 1 and any(each.column == SCENARIO for each in factors):
        wrong.append(f"{WHERE}: vary: {SCENARIO!r}: several scenarios are compared; accepted: another name")
    given: dict[str, Any] = {"method": method, "seed": sampling_seed}
    if isinstance(points, int) and not isinstance(points, bool):
        given["points"] = points
    elif points is not None:
        given |= {"method": "list", "file": "points"}
    sizes: dict[str, Any] = {"first_seed": first_seed, "batch": BATCH}
    if isinstance(seeds, Precision):
        sizes |= {"target": seeds.of, "quantity": seeds.quantity, "half_width": seeds.half_width}
        sizes |= {"by_week": seeds.by, "most": seeds.most}
    elif isinstance(seeds, int | np.integer) and not isinstance(seeds, bool):
        sizes["count"] = int(seeds)
    else:
        sizes["seeds"] = _listed(seeds)
    spec = None
    with telling(wrong):
        spec = _section(
            SweepSpec,
            "",
            name=name or next(iter(several)),
            scenario=next(iter(several)),
            designs=tuple(base),
            factors=tuple(factors),
            design_of_experiments=_section(DesignOfExperiments, "design of experiments", **given),
            replicates=_section(Replicates, "seeds", **sizes),
            outputs=_section(Outputs, "weekly", weekly=weekly),
        )
    if spec is None or wrong:
        raise InputError(*dict.fromkeys(wrong))
    sweep = Sweep(spec, base, NO_POINTS, WHERE, several=several if len(several) > 1 else {})
    with telling(wrong):
        table = _points(spec, points, type(next(iter(base.values()))))
        table = _crossed(table, list(several)) if len(several) > 1 else table
        sweep = replace(sweep, points=table)
        columns = {*map(str, table.columns), *parties.variables.outcome}
        sweep = replace(sweep, outcomes=own_outcomes(outcomes, columns))
    found = checked(sweep, parties, wrong) if len(sweep.points) else None
    if found is None:
        raise InputError(*dict.fromkeys(wrong))
    if len(found.points) == 1 and spec.replicates.target == "none":
        batch = batch_of_one(found.scenarios[: len(base)], found.most_seeds)
        replicates = found.spec.replicates.model_copy(update={"batch": batch})
        found = replace(found, spec=found.spec.model_copy(update={"replicates": replicates}))
    return found.drawn_by(parameters if isinstance(parameters, Draws) else draws_named(parameters or "defaults"))


def _section(kind: type[BaseModel], what: str, **values: Any) -> Any:
    try:
        return kind(**values)
    except ValidationError as error:
        raise refused(error, Path(f"{WHERE}: {what}" if what else WHERE), kind) from None


def _scenarios(
    given: Any, designs: Sequence[str] | Mapping[str, Mapping[str, Any]] | None, parties: Parties
) -> tuple[dict[str, dict[str, Scenario]], Parties]:
    """Scenarios by name, each by design; and the parties that take part."""
    listed = list(given) if isinstance(given, list | tuple) else [given]
    if not listed:
        raise InputError(f"{WHERE}: scenario = []: accepted: at least one")
    wanted = designs if isinstance(designs, Mapping) else None if designs is None else _names(designs)
    found: dict[str, dict[str, Scenario]] = {}
    for each in listed:
        made = _under(each, wanted, parties)
        parties = made[0].parties
        own = found.setdefault(made[0].name, {})
        for scenario in made:
            if scenario.design_name in own:
                raise InputError(
                    f"{WHERE}: scenario {scenario.name!r}, design {scenario.design_name!r}: stands there twice; "
                    "accepted: each scenario under a name of its own, each design once"
                )
            own[scenario.design_name] = scenario
    first, *others = found.values()
    if any(list(each) != list(first) for each in others):
        told = "; ".join(f"{name}: {', '.join(each)}" for name, each in found.items())
        raise InputError(f"{WHERE}: scenarios under other designs ({told}); accepted: the same designs of each")
    return found, parties


def _under(given: Any, wanted: Any, parties: Parties) -> list[Scenario]:
    """A scenario under each of the designs wanted; as it is where it is one already and none is."""
    if isinstance(given, Scenario):
        return [given] if wanted is None else all_of(partial(_laid, given, wanted), wanted)
    if isinstance(given, str | Path):
        names = by_default() if wanted is None else wanted
        return all_of(partial(_loaded, given, wanted, parties=parties), names)
    raise InputError(
        f"{WHERE}: scenario = {short(given)}: accepted: a file, the name of a shipped scenario, or a Scenario"
    )


def _names(designs: Any) -> list[str]:
    listed = [designs] if isinstance(designs, str) else list(designs)
    if not listed or not all(isinstance(each, str) for each in listed) or len(set(listed)) < len(listed):
        raise InputError(f"{WHERE}: designs = {short(designs)}: accepted: names, each once, or changes by name")
    return listed


def _laid(base: Scenario, changes: Any, name: str) -> Scenario:
    """A scenario under a design of that name."""
    own = changes[name] if isinstance(changes, Mapping) else lay_design(base, name)
    return base.revise({**own, "design_name": name}, f"{WHERE}: designs: {name}")


def _loaded(path: str | Path, changes: Any, name: str, parties: Parties) -> Scenario:
    if not isinstance(changes, Mapping):
        return load_scenario(path, name, parties)
    return _laid(load_scenario(path, AS_WRITTEN, parties), changes, name)


def _factor(name: str, values: Any) -> Factor:
    """What varies, as a factor of a sweep file."""
    where = Path(f"{WHERE}: vary: {name}")
    if isinstance(values, Factor):
        return values
    if isinstance(values, Between):
        given: dict[str, Any] = {"field": name, **values._asdict()}
    elif isinstance(values, Mapping):
        given = {"name": name, "settings": {str(key): each for key, each in values.items()}}
    elif isinstance(values, list | range | np.ndarray | pd.Series):
        given = {"field": name, "levels": tuple(each.item() if hasattr(each, "item") else each for each in values)}
    else:
        raise InputError(
            f"{where} = {short(values)}: accepted: a list of levels, sim.between(low, high), or settings by name, each "
            "with the fields that it sets"
        )
    try:
        return Factor(**given)
    except ValidationError as error:
        raise refused(error, where, Factor) from None


def _listed(seeds: Any) -> tuple[int, ...]:
    try:
        listed = tuple(seeds)
    except TypeError:
        listed = ()
    if not listed or not all(isinstance(each, int | np.integer) and not isinstance(each, bool) for each in listed):
        raise InputError(
            f"{WHERE}: seeds = {short(seeds)}: accepted: a whole number, a list of whole numbers, or sim.precision(...)"
        )
    return tuple(map(int, listed))


def _points(spec: SweepSpec, points: Any, model: type[Scenario]) -> pd.DataFrame:
    """The design points that are listed, or those that the method makes."""
    if spec.design_of_experiments.method != "list":
        if spec.design_of_experiments.method in SAMPLED and not spec.factors:
            raise InputError(f"{WHERE}: method = {spec.design_of_experiments.method!r}: accepted: with vary")
        return design_points(spec, Path(), model)
    try:
        table = pd.DataFrame(points if isinstance(points, pd.DataFrame) else list(points)).reset_index(drop=True)
    except (TypeError, ValueError):
        table = pd.DataFrame()
    if table.empty or table.isna().any(axis=None):
        raise InputError(
            f"{WHERE}: points = {short(points)}: accepted: a whole number, or a table with a value in every cell"
        )
    table.columns = pd.Index([str(column) for column in table.columns])
    return in_kind(table, spec, model)


def _crossed(table: pd.DataFrame, scenarios: list[str]) -> pd.DataFrame:
    """The design points of each of several scenarios."""
    names = pd.DataFrame({SCENARIO: scenarios})
    every = names.merge(table, how="cross") if len(table.columns) else names
    every.index.name = "point"
    return every
