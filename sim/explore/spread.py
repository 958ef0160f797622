"""The live page's regions: what can be moved, and one seed of some strategies at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from sim.draws import draws_named, left_by
from sim.explore.gate import GoOn
from sim.explore.state import Refused
from sim.io.shipped import shipped_names
from sim.model import let_go
from sim.region.agents import STATES
from sim.region.findings.flows import COLOURS, WORDS
from sim.region.looks import looks_of
from sim.region.model import RegionModel, ground
from sim.region.region import Region, Settings, fields_of, load_region

MOST_DISTRICTS, MOST_YEARS, MOST_SEEDS = 600, 16, 200
"""What is shown live at the most: all else is for the command."""
MOVED: dict[str, tuple[str, float, float, float]] = {
    "years": ("Years", 2, MOST_YEARS, 1),
    "places.districts": ("Districts", 10, MOST_DISTRICTS, 10),
    "adoption.pace": ("Pace of adoption", 0.0, 0.3, 0.005),
    "adoption.peers": ("Pull of peers that have it", 0.0, 10.0, 0.5),
    "adoption.quarrel": ("Deterrence by quarrels elsewhere", 0.0, 6.0, 0.5),
    "couplings.strength": ("Strength of all couplings", 0.0, 1.0, 0.1),
    "couplings.attention": ("Attention after quarrels elsewhere", 0.0, 1.0, 0.05),
    "couplings.persistence": ("Staying power where peers have it", 0.0, 2.0, 0.1),
    "leadership.communication": ("Communication with families", 0.0, 1.0, 0.05),
    "leadership.responsiveness": ("Responsiveness of leaders", 0.0, 1.0, 0.05),
    "leadership.training": ("Training of teachers", 0.0, 1.0, 0.05),
}
"""What the page can move: its words, and least, most and step of its slider."""
YEARLY = ("ever", "current", "dropped", "reached")


@lru_cache(maxsize=32)
def _region(name: str) -> Region:
    return load_region(name)


def regions() -> list[dict[str, Any]]:
    """The shipped regions: title, strategies, and what each slider stands at."""
    found = []
    for name in sorted(shipped_names("regions"), key=lambda each: (each != "first_region", each)):
        region = _region(name)
        looks = looks_of(list(region.strategies))
        found.append(
            {
                "name": name,
                "title": region.title,
                "summary": region.settings.summary,
                "first_year": region.settings.first_year,
                "strategies": [
                    {"name": each.name, "words": each.words, "colour": looks[each.name].colour}
                    for each in region.strategies.values()
                ],
                "controls": [_control(region, field) for field in MOVED],
                "states": [{"name": state, "words": WORDS[state], "colour": COLOURS[state]} for state in STATES],
            }
        )
    return found


def _control(region: Region, field: str) -> dict[str, Any]:
    words, low, high, step = MOVED[field]
    known = fields_of(Settings)
    if field in known:
        value: Any = region.settings
        for part in field.split("."):
            value = getattr(value, part)
        about = known[field]
    else:
        scenario = next(iter(region.scenarios.values()))
        value, section = scenario.at(field), field.partition(".")[0]
        about = type(getattr(scenario, section)).model_fields[field.partition(".")[2]]
    extra = about.json_schema_extra or {}
    return {
        "field": field, "label": words, "value": value, "low": low, "high": max(high, value),
        "step": step, "meaning": about.description, "source": extra.get("source", ""), "unit": extra.get("unit", "-"),
    }  # fmt: skip


def asked(items: Sequence[tuple[str, str]]) -> tuple[Region, int]:
    """The region and the seed of a request.

    Raises
    ------
    sim.explore.state.Refused
        With a line for each thing that is not accepted.
    """
    given = dict(items)
    name, wrong = given.pop("region", "first_region"), list[tuple[str, str]]()
    if name not in shipped_names("regions"):
        raise Refused(("region", f"region = {name[:40]!r}: accepted: {', '.join(shipped_names('regions'))}"))
    seed, strategies = given.pop("seed", "0"), given.pop("strategies", "")
    if not (seed.isascii() and seed.isdigit() and len(seed) < 16):
        wrong.append(("seed", f"seed = {seed[:40]!r}: accepted: a whole number from 0"))
    changes: dict[str, Any] = {}
    for field, text in given.items():
        if field not in MOVED:
            wrong.append((field[:40], f"{field[:40]}: accepted: {', '.join(MOVED)}"))
            continue
        _, low, high, step = MOVED[field]
        value = _number(text)
        high = max(high, _control(_region(name), field)["value"])
        if not low <= value <= high:
            wrong.append((field, f"{field} = {text[:40]!r}: accepted: a number from {low:g} to {high:g}"))
        changes[field] = int(value) if step >= 1 and value == value else value
    if wrong:
        raise Refused(*wrong)
    region = _region(name).revise(changes, "the page") if changes else _region(name)
    return (region.only(strategies.split(",")) if strategies else region), int(seed)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def spread(region: Region, seed: int, go_on: GoOn) -> Mapping[str, Any]:
    """One seed of a region: where its districts lie, and what became of them under each strategy.

    Returns
    -------
    dict
        ``x, y, size`` of each district; and by strategy a digit per district for every year
        (``maps``), and a number per year of ``YEARLY``.
    """
    on = ground(region, seed)
    draws = left_by(draws_named("posterior"), list(region.scenarios.values()))
    drawn = draws.at([seed]) if draws else None
    found: dict[str, Any] = {}
    for strategy in region.strategies.values():
        model = RegionModel(region, strategy, seed, drawn, on)
        for _ in range(region.settings.years):
            go_on()
            model.step()
        found[strategy.name] = {
            "maps": ["".join(str(STATES.index(each)) for each in states) for states in model.history[1:]],
            **{name: [float(row[name]) for row in model.rows] for name in YEARLY},
            "lost": sum(int(row[f"by_{cause}"]) for row in model.rows for cause in ("families", "staff", "new_board")),
        }
        let_go(model)
    return {
        "seed": seed, "years": region.settings.years, "first_year": region.settings.first_year,
        "x": _scaled(on.found.x), "y": _scaled(on.found.y), "size": np.sqrt(on.found.students).round(1).tolist(),
        "strategies": found,
    }  # fmt: skip


def _scaled(values: np.ndarray) -> list[float]:
    low, high = float(values.min()), float(values.max())
    return ((values - low) / (high - low if high > low else 1.0)).round(4).tolist()
