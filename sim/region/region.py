"""A region as a file or Python gives it: its initiative under each design, its numbers, and the
strategies that are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError, model_validator

from sim.io.errors import InputError, did_you_mean
from sim.io.reading import read_toml
from sim.io.shipped import named_file
from sim.kernel.fields import Section, choice, number
from sim.region.places import Found, drawn, from_table
from sim.region.settings import Adoption, Couplings, Places, Posts, Vendor
from sim.region.strategies import YEARS, Strategy
from sim.scenario import Scenario, load_scenario
from sim.scenario.refusals import refused

SCHEMA = 1
SECTIONS = ("places", "posts", "adoption", "vendor", "couplings")
"""Tables of numbers of a region file."""


class Settings(Section):
    """All of a region but its scenario and its strategies."""

    name: str = choice("", "Short name, used in tables.", "the file")
    title: str = choice("", "Title for figures.", "the file")
    summary: str = choice("", "What the region stands for, in a few sentences.", "the file")
    sources: tuple[str, ...] = choice((), "Where its facts come from.", "the file")
    scenario: str = choice("", "The initiative: a scenario file, or the name of a shipped one.", "the file")
    years: int = number(10, "years", "Number of school years for which the region is followed.", "the file", 1, YEARS)
    first_year: int = number(
        1, "year", "Calendar year of the first school year, as shown in figures.", "the file", 1, 3000
    )
    places: Places = Places()
    posts: Posts = Posts()
    adoption: Adoption = Adoption()
    vendor: Vendor = Vendor()
    couplings: Couplings = Couplings()

    @model_validator(mode="after")
    def _starts(self) -> Settings:
        if self.vendor.starts > self.years:
            raise ValueError(
                f"vendor.starts = {self.vendor.starts}: accepted: 1 to {self.years}, the years of the region"
            )
        return self


@dataclass(frozen=True)
class Region:
    """A region ready to be run.

    Attributes
    ----------
    settings : Settings
    strategies : dict
        By name, in the order in which they are compared; the first is the baseline.
    scenarios : dict
        The initiative under each design that a strategy names.
    table : Found, optional
        The districts, where a table names them.
    changes : dict
        Fields of the scenario that the region sets, by dotted name.

    Examples
    --------
    >>> region = load_region("first_region")
    >>> region.title
    'A region of a hundred districts: personalised mathematics'
    >>> region.revise({"couplings.strength": 0.0}).settings.couplings.strength
    0.0
    """

    settings: Settings
    strategies: Mapping[str, Strategy]
    scenarios: Mapping[str, Scenario]
    table: Found | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Title, or its name where it has none."""
        return self.settings.title or self.settings.name.replace("_", " ")

    def places(self, seed: int) -> Found:
        """The districts of a seed."""
        return self.table if self.table is not None else drawn(self.settings.places, seed)

    def revise(self, changes: Mapping[str, Any], source: str | Path = "revise") -> Region:
        """A copy with fields of its settings changed.

        Parameters
        ----------
        changes : mapping
            New values by dotted name, as ``couplings.strength``; a field of the scenario, as
            ``leadership.training``, where the region has none of that name.
        source : str or Path
            Where they are from, for the message.

        Raises
        ------
        sim.io.errors.InputError
            A line for each that is not accepted.
        """
        known, base = fields_of(Settings), next(iter(self.scenarios.values()))
        own: dict[str, Any] = {}
        others: dict[str, Any] = {}
        for name, value in changes.items():
            # ``vendor`` is a section of both: a field that only the scenario has is meant there.
            mine = name in known or (name.partition(".")[0] in SECTIONS and not hasattr(base, name.partition(".")[0]))
            (own if mine else others)[name] = value
        settings, scenarios = self.settings, self.scenarios
        if own:
            data = settings.model_dump()
            for name, value in own.items():
                section, _, leaf = name.partition(".")
                if leaf:
                    data[section][leaf] = value
                else:
                    data[section] = value
            settings = _settings(data, Path(source))
        if others:
            scenarios = {design: each.revise(others, source) for design, each in scenarios.items()}
        return replace(self, settings=settings, scenarios=scenarios, changes={**self.changes, **others})

    def only(self, names: list[str]) -> Region:
        """The same with some of its strategies, in the order in which they are named.

        Raises
        ------
        sim.io.errors.InputError
            Where it has none of a name.
        """
        wrong = [
            f"strategy = {name!r}: {did_you_mean(name, list(self.strategies), repr)}accepted: "
            f"{', '.join(self.strategies)}"
            for name in names
            if name not in self.strategies
        ]
        if wrong or not names:
            raise InputError(*(wrong or [f"strategies = []: accepted: {', '.join(self.strategies)}"]))
        return replace(self, strategies={name: self.strategies[name] for name in dict.fromkeys(names)})

    @cached_property
    def data(self) -> dict[str, Any]:
        """All of it as plain data, as a manifest holds it."""
        return {
            "settings": self.settings.model_dump(mode="json"),
            "strategies": [each.model_dump(mode="json") for each in self.strategies.values()],
            "scenarios": {design: each.model_dump(mode="json") for design, each in self.scenarios.items()},
            "table": None if self.table is None else {
                name: list(value) if name == "names" else value.tolist() for name, value in vars(self.table).items()
            },
            "changes": dict(self.changes),
        }  # fmt: skip


def load_region(path: str | Path) -> Region:
    """Read a region file.

    Parameters
    ----------
    path : str or Path
        A TOML file, or the name of a shipped region.

    Raises
    ------
    sim.io.errors.InputError
        A line for each thing that is wrong: file, field, value, what is accepted.

    Examples
    --------
    >>> list(load_region("first_region").strategies)[0]
    'retrofit_everywhere'
    """
    file = named_file(path, "regions")
    return region_of(read_toml(file, "a region file in TOML"), file)


def region_of(data: dict[str, Any], file: Path) -> Region:
    """The region that a file would give, of what it would hold."""
    data = dict(data)
    schema = data.pop("schema", None)
    if schema != SCHEMA:
        raise InputError(f"{file}: schema = {schema!r}: accepted: {SCHEMA}, a region file of this version")
    listed, changes = data.pop("strategy", []), data.pop("set", {})
    if not isinstance(listed, list | tuple) or not all(isinstance(each, dict) for each in listed) or not listed:
        raise InputError(f"{file}: strategy: accepted: one [[strategy]] table or more")
    if not isinstance(changes, dict):
        raise InputError(f"{file}: set = {changes!r}: accepted: a table of fields of the scenario")
    settings = _settings({"name": file.stem, **data}, file)
    strategies = _strategies(list(listed), file)
    if not settings.scenario:
        raise InputError(f"{file}: scenario = '': accepted: a scenario file, or the name of a shipped one")
    beside = file.parent / settings.scenario
    named = beside if beside.is_file() else Path(settings.scenario)
    scenarios = {}
    for strategy in strategies.values():
        for design in strategy.designs:
            if design not in scenarios:
                scenarios[design] = load_scenario(named, design)
    table = from_table(_beside(file, settings.places.table)) if settings.places.table else None
    region = Region(settings, strategies, scenarios, table)
    return region.revise(_flat(changes), file) if changes else region


def _beside(file: Path, name: str) -> Path:
    return file.parent / name if not Path(name).is_absolute() and (file.parent / name).is_file() else Path(name)


def _settings(data: Mapping[str, Any], file: Path) -> Settings:
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise refused(error, file, Settings) from None


def _strategies(listed: list[dict[str, Any]], file: Path) -> dict[str, Strategy]:
    found: dict[str, Strategy] = {}
    wrong: list[str] = []
    for place, table in enumerate(listed, start=1):
        try:
            each = Strategy.model_validate(table)
        except ValidationError as error:
            told = refused(error, Path(f"{file}: strategy {table.get('name', place)}"), Strategy)
            wrong += [str(told), *told.more]
            continue
        if not each.name.isidentifier() or each.name in found:
            wrong.append(
                f"{file}: strategy {place}: name = {each.name!r}: accepted: letters, digits and underscores, as no "
                "other strategy has"
            )
        found[each.name] = each
    if wrong:
        raise InputError(*wrong)
    return found


def _flat(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{above}{key}.")
        else:
            flat[f"{above}{key}"] = value
    return flat


def fields_of(kind: type[BaseModel], above: str = "") -> dict[str, Any]:
    """Fields by dotted name, of a section and those in it."""
    found: dict[str, Any] = {}
    for name, each in kind.model_fields.items():
        inner = each.annotation
        if isinstance(inner, type) and issubclass(inner, Section):
            found |= fields_of(inner, f"{above}{name}.")
        else:
            found[f"{above}{name}"] = each
    return found
