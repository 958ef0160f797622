"""What the page asks for: a scenario with changes, designs, draws and seeds; as a link holds it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Any

from sim.designs import by_default
from sim.draws import Draws, draws_named
from sim.io.errors import InputError, shown
from sim.io.reading import read_toml
from sim.io.shipped import named_file
from sim.scenario import AS_WRITTEN, Scenario, design_names
from sim.scenario.convert import SCHEMA
from sim.scenario.draft import value_of
from sim.scenario.load import chain_of, scenario_of

DRAWN_FROM = ("posterior", "medoid", "defaults")
"""Where parameters that nothing sets may come from."""

DESIGNS = by_default()
"""Designs that stand side by side where nothing else is asked for."""

MOST_DESIGNS, MOST_PAIRS, LAST_SEED = 7, 2000, 2**62
MOST_WORK = 2_000_000_000
"""Weeks of all people of all runs that one request may ask for: some minutes of work."""
MOST_AT_ONCE = 150_000_000
"""Weeks of all people of one run: some seconds of work, which cannot be abandoned in its midst."""
MOST_PEOPLE = 500_000
"""People of one run: some hundred megabytes."""
MOST_WEEKS = 7000
"""Weeks of all designs together."""
LEAST_PEOPLE = 400
"""A run takes at least as long, and as much room, as one of so many people."""

MOST_CHANGES = 100
LONGEST_NAME, DEEPEST = 120, 8
"""Characters of the name of a field, and tables that it, and its value, may be in."""
FILES = re.compile(r"^.*?\.toml: (line \d+: )?")
"""What stands before the field in a line of an error."""
UNREADABLE = "\ufffd"
"""What stands for bytes of a query that are no text."""
FILE = "explored"
"""Name of the scenario, and of its file, that the page's changes make; see :func:`made_of`."""


class Refused(Exception):
    """What is wrong with a request: a line for each field.

    Attributes
    ----------
    lines : list of (str, str)
        The field, empty where it is none's, and the line.
    status : int
        That an answer has which says so.
    """

    status = 422

    def __init__(self, *lines: tuple[str, str]) -> None:
        self.lines = [(shown(name), shown(line)) for name, line in lines]
        super().__init__("; ".join(line for _, line in self.lines))


class Malformed(Refused):
    """A request whose query cannot be a state, whatever the scenario."""

    status = 400


@dataclass(frozen=True)
class State:
    """What the page stands at.

    Attributes
    ----------
    scenario : str
        Name of one of the scenarios that are offered.
    changes : dict
        Values by dotted field that differ from the scenario's; a named design lays its own over
        them.
    designs : tuple of str
        Named designs, or ``as_written``; others are compared with the first.
    parameters : str
        One of ``DRAWN_FROM``.
    seed, pairs : int
        First seed, and how many all designs meet.
    """

    scenario: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    designs: tuple[str, ...] = DESIGNS
    parameters: str = "posterior"
    seed: int = 0
    pairs: int = 400

    @classmethod
    def from_query(cls, pairs: Iterable[tuple[str, str]], offered: Mapping[str, Path]) -> State:
        """Read a query: ``scenario, designs, parameters, seed, pairs``, and values by dotted field.

        Parameters
        ----------
        pairs : iterable of (str, str)
        offered : mapping
            File of each scenario that may be asked for, by name.

        Raises
        ------
        Refused

        Examples
        --------
        >>> state = State.from_query([("scenario", "cheshire"), ("leadership.training", "0.9")],
        ...     {"cheshire": Path("cheshire")})
        >>> state.changes
        {'leadership.training': 0.9}
        """
        given = once(pairs)
        changes = {name: value_of(text) for name, text in given.items() if "." in name}
        if len(changes) > MOST_CHANGES:
            raise Malformed(("", f"{len(changes)} changes; accepted: up to {MOST_CHANGES}"))
        for name, value in changes.items():
            if _is_deeper(value, DEEPEST - name.count(".")):
                raise Malformed((name, f"{name}: accepted: a value in up to {DEEPEST} tables or lists"))
        name = given.get("scenario", next(iter(offered)))
        if name not in offered:
            raise Refused(("scenario", f"scenario = {_short(name)}: accepted: {', '.join(offered)}"))
        known = [AS_WRITTEN, *design_names(offered[name])]
        designs = tuple(given["designs"].split(",")) if "designs" in given else DESIGNS
        if len(set(designs)) < len(designs) or not set(designs) <= set(known) or len(designs) > MOST_DESIGNS:
            accepted = f"up to {MOST_DESIGNS} of {', '.join(known)}, each once"
            raise Refused(("designs", f"designs = {_short(given['designs'])}: accepted: {accepted}"))
        parameters = given.get("parameters", "posterior")
        if parameters not in DRAWN_FROM:
            raise Refused(("parameters", f"parameters = {_short(parameters)}: accepted: {', '.join(DRAWN_FROM)}"))
        return cls(
            name, changes, designs, parameters, whole(given, "seed", 0, 0, LAST_SEED),
            whole(given, "pairs", 400, 1, MOST_PAIRS),
        )  # fmt: skip

    def data(self, file: Path) -> dict[str, Any]:
        """What a scenario file holds that says the same: it extends the scenario's ``file``, whose
        title it keeps.
        """
        reported: dict[str, Any] = {"schema": SCHEMA, "extends": file.stem, "name": made_of(file)}
        reported |= {"title": title} if (title := read_toml(file).get("title")) else {}
        for dotted, value in self.changes.items():
            *parents, leaf = dotted.split(".")
            table = reported
            for parent in parents:
                table = table.setdefault(parent, {})
                if not isinstance(table, dict):
                    break
            if not isinstance(table, dict) or leaf in table:
                raise Refused((dotted, f"{dotted}: accepted: the name of a field, of which no other is a part"))
            table[leaf] = value
        return reported

    def points(self, file: Path) -> list[Scenario]:
        """The scenario under each design.

        Raises
        ------
        Refused
            With a line for each field that is not accepted.
        """
        place = named_file(file)
        try:
            held = self.data(place)
            there = place.with_name(f"{held['name']}.toml")
            made = [scenario_of(deepcopy(held), there, each) for each in self.designs]
        except InputError as error:
            raise Refused(*map(_reported, [str(error), *error.more])) from None
        check_size(made, self.pairs)
        return made

    def draws(self) -> Draws | None:
        """The draws of what nothing sets, as yet of all fields."""
        return draws_named(self.parameters)


def check_size(points: Sequence[Scenario], pairs: int) -> None:
    """Refuse what would take too long, or too much room.

    Raises
    ------
    Refused
    """
    runs = [max(LEAST_PEOPLE, people(each)) * each.horizon.weeks for each in points]
    sizes = (
        (pairs * sum(runs), MOST_WORK, "person-weeks of all runs", "families or pairs"),
        (max(map(people, points)), MOST_PEOPLE, "people of a run", "families or teachers"),
        (max(runs), MOST_AT_ONCE, "person-weeks of a run", "families, teachers or weeks"),
        (sum(each.horizon.weeks for each in points), MOST_WEEKS, "weeks of all designs", "weeks or designs"),
    )
    for size, most, what, fewer in sizes:
        if size > most:
            reported = f"{size:,} {what}; accepted: up to {most:,}: fewer {fewer}"
            raise Refused(("population.families", reported))


def people(scenario: Scenario) -> int:
    """Families and teachers that are simulated."""
    return scenario.simulated + scenario.teachers.count


def made_of(file: Path) -> str:
    """Name of the scenario that the page's changes make of a file: no file has it that this one is
    read from, so that they can stand beside each other, and what was taken from the page can be
    opened on it anew.

    Examples
    --------
    >>> made_of(Path("cheshire"))
    'explored'
    """
    taken = {each.stem for each in chain_of(file)}
    names = chain([FILE], (f"{FILE}_{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What is given by name, where each name can be one and comes once.

    Raises
    ------
    Malformed
    """
    given: dict[str, str] = {}
    for name, text in pairs:
        if len(name) > LONGEST_NAME or name.count(".") >= DEEPEST:
            accepted = f"a name of up to {LONGEST_NAME} characters, with up to {DEEPEST} parts"
            raise Malformed(("", f"{_short(name)}: accepted: {accepted}"))
        if name in given:
            raise Malformed((name, f"{_short(name)}: given more than once; accepted: once"))
        if UNREADABLE in name + text:
            raise Malformed((name, f"{_short(name)}: not UTF-8; accepted: text in UTF-8"))
        given[name] = text
    return given


def _is_deeper(value: Any, most: int) -> bool:
    """Whether a value has more tables and lists in each other than it may."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else None
    return inner is not None and (most <= 0 or any(_is_deeper(each, most - 1) for each in inner))


def whole(given: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """A whole number of a query.

    Raises
    ------
    Refused
        Where it is none, or out of range.
    """
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
        raise Refused((name, f"{name} = {_short(text)}: accepted: a whole number from {least} to {most}"))
    return int(text)


def _reported(line: str) -> tuple[str, str]:
    """The field that a line of an error is of, and the line without the files before it."""
    reported = FILES.sub("", line)
    return re.split(r"[ :]", reported, maxsplit=1)[0], reported


def _short(text: str, most: int = 40) -> str:
    return json.dumps(text if len(text) <= most else f"{text[:most]}...", ensure_ascii=False)
