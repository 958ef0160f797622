"""What can be taken away from the page: the scenario, a sweep around it, and the runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sim.draws import Draws
from sim.explore.controls import FIELDS, controls
from sim.explore.live import Chunk
from sim.explore.state import State, made_of
from sim.io.files import csv_text
from sim.io.provenance import calibration
from sim.io.shipped import named_file
from sim.scenario import Scenario
from sim.scenario.convert import SCHEMA
from sim.scenario.load import set_by_design

LEVERS = tuple(field for field in FIELDS if field.startswith("leadership."))
"""What a sweep varies where nothing was moved."""

AROUND = 0.2
"""How far around the point a sweep goes: a share of what a slider spans, either way."""

SWEEP_POINTS = 64


def scenario_text(state: State, file: Path) -> str:
    """The scenario file that says what the page stands at.

    Examples
    --------
    >>> state = State("cheshire", {"leadership.training": 0.9}, ("retrofit",))
    >>> print(scenario_text(state, Path("cheshire.toml")))
    # Set on the page of sim explore. It runs beside cheshire.toml, or with the shipped one:
    #   sim compare explored.toml --designs retrofit --replicates 400
    schema = 2
    extends = "cheshire"
    name = "explored"
    title = "Cheshire 2017: Summit Learning"
    <BLANKLINE>
    [leadership]
    training = 0.9
    <BLANKLINE>
    """
    place = named_file(file)
    options = f"--designs {','.join(state.designs)} --replicates {state.pairs}"
    options += f" --seed {state.seed}" if state.seed else ""
    options += f" --parameters {state.parameters}" if state.parameters != "posterior" else ""
    lines = [
        f"# Set on the page of sim explore. It runs beside {place.name}, or with the shipped one:",
        f"#   sim compare {made_of(file)}.toml {options}",
        *_toml(state.data(place)),
    ]
    return "\n".join(lines) + "\n"


def _toml(table: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Lines of a table: its values, then the tables in it."""
    for key, value in table.items():
        if not isinstance(value, dict):
            yield f"{key} = {json.dumps(value)}"
    for key, value in table.items():
        if isinstance(value, dict):
            if any(not isinstance(each, dict) for each in value.values()):
                yield from ("", f"[{above}{key}]")
            yield from _toml(value, f"{above}{key}.")


def sweep_text(state: State, file: Path, points: Iterable[Scenario]) -> str:
    """The sweep file around what the page stands at.

    It varies numbers that were moved, by a fifth of their slider's span either way; where none was,
    the levers of leadership. A factor holds under every design, so what one of them sets itself
    does not vary. What was moved and does not vary is in the scenario file that the page gives,
    over which designs are laid as on the page: the sweep then needs that file beside it.
    """
    points, made = list(points), made_of(file)
    known = {each["field"]: each for group in controls() for each in group["controls"]}
    by_design = [set_by_design(file, each) for each in state.designs]
    free = {name for name in (*state.changes, *LEVERS) if not any(name in fields for fields in by_design)}
    numbers = [name for name, value in state.changes.items() if _is_number(value) and name in known and name in free]
    varied = numbers or [name for name in LEVERS if name in free]
    fixed = [name for name in state.changes if name not in varied and not all(name in fields for fields in by_design)]
    needs = f"# with {made}.toml beside it, the scenario as the page gives it, which holds {', '.join(fixed)}."
    lines = [
        "# Around the point at which the page of sim explore stood: change what varies, and by how much, and run",
        f"#   sim sweep {made}_sweep.toml --out results/{made}",
        *([needs] if fixed else []),
        f"schema = {SCHEMA}",
        f'name = "{made}_sweep"',
        f"scenario = {json.dumps(made if fixed else named_file(file).stem)}",
        f"designs = {json.dumps(list(state.designs))}",
        f'parameters = "{state.parameters}"',
    ]
    for name in varied:
        low, high = _ends(known[name], float(points[0].at(name)))
        lines += ["", "[[factors]]", f'field = "{name}"', f"low = {low:g}", f"high = {high:g}"]
    lines += ["", "[design_of_experiments]", 'method = "latin_hypercube"', f"points = {SWEEP_POINTS}"]
    lines += ["", "[replicates]", "count = 100", f"first_seed = {state.seed}", "batch = 50"]
    return "\n".join(lines) + "\n"


def _ends(control: Mapping[str, Any], value: float) -> tuple[float, float]:
    reach = AROUND * (control["high"] - control["low"])
    ends = max(control["least"], value - reach), min(control["most"], value + reach)
    whole = control["kind"] == "whole"
    return (round(ends[0]), round(ends[1])) if whole else (round(ends[0], 6), round(ends[1], 6))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def runs_table(found: Iterable[Chunk], state: State, draws: Draws | None) -> str:
    """The runs as CSV: a row per design and seed, with their outcomes and where parameters come
    from.
    """
    rows = [dict(run.outcome) for chunk in found for runs in chunk.values() for run in runs]
    table = pd.DataFrame(rows).sort_values(["seed", "design"], kind="stable", ignore_index=True)
    table["calibration"] = calibration(state.parameters if draws else "defaults")
    return csv_text(table)
