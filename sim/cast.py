"""The cast: which parties take part in a model, and all that follows from the list of them.

A room (``sim/parties/<party>/``, or a user's own package of the same shape) is read by convention;
of the rooms of a cast come the sections of a scenario, the set of rules, and the ledger.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pandas as pd
from pydantic import BaseModel, create_model

from sim.errors import InputError, Unsupported
from sim.fields import Section
from sim.ledger import Derived, Ledger, Quantity, Stakeholder
from sim.parties import ROOMS
from sim.parties import rules as shared_rules
from sim.parties.base import MOMENTS, Acting
from sim.parties.board.ladder import LADDER

PARTS = ("settings", "rules", "ledger", "agent", "phase")
"""Modules that a room may hold; of a user's own the last two are needed."""


@dataclass(frozen=True)
class Room:
    """One party, read from its folder.

    Attributes
    ----------
    name : str
        Of the folder; also of its section of the scenario.
    module : str
        Import name of the folder.
    path : Path
        The folder.
    """

    name: str
    module: str
    path: Path

    @classmethod
    def of(cls, package: ModuleType) -> Room:
        """Read a package."""
        if package.__file__ is None:
            raise InputError(f"module = {package.__name__!r}: is no package; accepted: a folder with __init__.py")
        return cls(package.__name__.rpartition(".")[2], package.__name__, Path(package.__file__).parent)

    def part(self, name: str) -> ModuleType | None:
        """One of its modules; None where it has none of that name."""
        if not (self.path / f"{name}.py").is_file():
            return None
        return importlib.import_module(f"{self.module}.{name}")

    def get(self, part: str, name: str, default: Any = None) -> Any:
        """A name of one of its modules."""
        return getattr(self.part(part), name, default)

    @property
    def settings(self) -> type[Section] | None:
        """Its section of a scenario."""
        return self.get("settings", "Settings")

    @property
    def power(self) -> type[Section] | None:
        """Its row of the power table."""
        return self.get("settings", "Power")

    @property
    def rules(self) -> dict[str, Any]:
        """Its rules by name, in the order of its file."""
        return _rules_of(self.part("rules"))

    @property
    def quantities(self) -> tuple[Quantity | Derived, ...]:
        """The quantities that it owns."""
        return self.get("ledger", "QUANTITIES", ())

    @property
    def reads(self) -> tuple[str, ...]:
        """The quantities of others that it reads."""
        return self.get("ledger", "READS", ())

    @property
    def stakeholder(self) -> Stakeholder | None:
        """How it is drawn and told, where it presses on the board."""
        return self.get("ledger", "STAKEHOLDER")

    @property
    def streams(self) -> tuple[str, ...]:
        """Named random streams of its own, beside those of the model."""
        return self.get("ledger", "STREAMS", ())

    @property
    def agent(self) -> type[Acting]:
        """The class that acts for it in the Mesa model: named as the room, in capitals.

        Raises
        ------
        sim.errors.InputError
            Where there is none.
        """
        wanted = "".join(word.capitalize() for word in self.name.split("_"))
        found = self.get("agent", wanted)
        if found is None:
            raise InputError(f"{self.path / 'agent.py'}: class {wanted} is missing; accepted: a party of that name")
        return found

    def phase(self, moment: str) -> Callable[..., Any] | None:
        """What it does at a moment in the compiled engine."""
        return self.get("phase", moment)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all its Python source."""
        files = sorted(self.path.rglob("*.py"))
        return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()

    @property
    def version(self) -> str:
        """Version that its package gives itself; empty where it gives none."""
        return str(getattr(sys.modules[self.module], "__version__", ""))

    @property
    def card(self) -> dict[str, Any]:
        """What a stored sweep must know to be read without its code: who it is, and its rows of the
        ledger.
        """
        rows = [(type(each).__name__, asdict(each)) for each in self.quantities]
        told = [{"kind": kind, **{key: value for key, value in row.items() if key != "value"}} for kind, row in rows]
        who = asdict(self.stakeholder) if self.stakeholder else None
        return {
            "party": self.name,
            "module": self.module,
            "version": self.version,
            "sha256": self.digest,
            "settings": self.settings is not None,
            "power": self.power is not None,
            "quantities": told,
            "stakeholder": who,
        }


class StoredRoom:
    """A user's party as a stored sweep tells of it: enough to read the tables, and none of its
    code.

    Parameters
    ----------
    card : dict
        As from :attr:`Room.card`. Plain data; nothing in it is executed.
    """

    reads = streams = ()
    rules: dict[str, Any] = {}  # noqa: RUF012  no rules, for all of them

    def __init__(self, card: dict[str, Any]) -> None:
        self.card = card
        self.name, self.module, self.digest = str(card["party"]), str(card["module"]), str(card["sha256"])
        self.settings = Stored if card["settings"] else None
        self.power = Stored if card["power"] else None
        self.quantities = tuple(_quantity(row) for row in card["quantities"])
        who = card["stakeholder"]
        self.stakeholder = Stakeholder(**{**who, "dash": _dash(who["dash"])}) if who else None

    def get(self, part: str, name: str, default: Any = None) -> Any:
        """Refuse: its code is not here."""
        raise self.absent

    @property
    def agent(self) -> type[Acting]:
        """Refuse: its code is not here."""
        raise self.absent

    def phase(self, moment: str) -> Callable[..., Any] | None:
        """Refuse: its code is not here."""
        raise self.absent

    @property
    def absent(self) -> Unsupported:
        """The error that says so."""
        return Unsupported(
            f"the party {self.name!r} is not loaded, and a results folder is never executed; "
            f"accepted: --module with its folder or package ({self.module})"
        )


class Stored(Section, extra="allow"):
    """A section of a party whose code is not here, as it was stored."""


def _quantity(row: dict[str, Any]) -> Quantity | Derived:
    values = {key: value for key, value in row.items() if key != "kind"}
    if row["kind"] == "Derived":
        return Derived(**values, value=lambda final: None)
    return Quantity(**values)


def _dash(stored: Any) -> Any:
    """A dash pattern as Matplotlib takes it: JSON has no tuples."""
    return (stored[0], tuple(stored[1])) if isinstance(stored, list) else stored


class Cast:
    """The parties of a model.

    Parameters
    ----------
    own : tuple of Room or StoredRoom
        A user's own parties, beside the model's.

    Attributes
    ----------
    rooms : tuple of Room
        In the order in which they act.
    """

    def __init__(self, own: tuple[Room | StoredRoom, ...] = ()) -> None:
        self.own = own
        self.rooms: tuple[Any, ...] = (
            *(Room.of(importlib.import_module(f"sim.parties.{name}")) for name in ROOMS),
            *own,
        )
        names = [room.name for room in self.rooms]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise InputError(f"module = {twice!r}: there is a party of that name; accepted: another name")
        for room in own:
            if isinstance(room, Room):
                _check(room)

    def __reduce__(self) -> tuple[Any, ...]:
        if any(isinstance(room, StoredRoom) for room in self.own):
            return stored_cast, (self.cards,)
        return cast_of, tuple((room.module, str(room.path)) for room in self.own if isinstance(room, Room))

    @cached_property
    def ledger(self) -> Ledger:
        """The quantities of all parties."""
        owned = [(room.name, each) for room in self.rooms for each in room.quantities]
        return Ledger(owned, [room.stakeholder for room in self.rooms if room.stakeholder], LADDER)

    @cached_property
    def rules(self) -> Any:
        """All rules, a named tuple whose class names the quantities that a
        swapped one may ask for.
        """
        every = _rules_of(shared_rules)
        for room in self.rooms:
            for name, rule in room.rules.items():
                if name in every:
                    raise InputError(f"{room.name}: there is a rule {name!r} already; accepted: another name")
                every[name] = rule
        fields: list[tuple[str, Any]] = [(name, Any) for name in every]
        kind = NamedTuple("Rules", fields)  # type: ignore[misc]
        kind.quantities = frozenset(self.ledger.kept["district"])  # type: ignore[attr-defined]
        return kind(**every)

    @cached_property
    def streams(self) -> tuple[str, ...]:
        """Random streams that parties bring themselves, beside those of ``sim/streams.py``."""
        return tuple(name for room in self.rooms for name in room.streams)

    @cached_property
    def memories(self) -> dict[str, Callable[..., Any]]:
        """What makes the memory of each party that keeps something to itself, in the compiled
        engine.
        """
        found = {room.name: room.get("phase", "memory") for room in self.rooms}
        return {name: memory for name, memory in found.items() if memory is not None}

    def phases(self, moment: str) -> list[Callable[..., Any]]:
        """What the parties do at a moment, in the compiled engine, in order."""
        found = [room.phase(moment) for room in self.rooms]
        return [phase for phase in found if phase is not None]

    def sections(self, base: type[BaseModel], name: str, module: str) -> Any:
        """A scenario's schema: a base, a section for each party that has
        one, and the power table.
        """
        fields = {room.name: (room.settings, room.settings()) for room in self.rooms if room.settings}
        rows = {room.name: (room.power, room.power()) for room in self.rooms if room.power}
        power: Any = create_model("Power", __base__=Power, __module__=module, **rows)  # type: ignore[call-overload]
        return create_model(name, __base__=base, __module__=module, **fields, power=(power, power()))  # type: ignore[call-overload]

    def ledger_table(self) -> pd.DataFrame:
        """List every quantity of a run.

        Returns
        -------
        pandas.DataFrame
            A row per quantity, in the order of the tables: ``quantity``, ``over`` (what it is kept
            over: the district, each school, third or rung; ``outcome`` for what follows from
            others), ``unit``, ``meaning``, ``owner`` (the party that writes it), ``readers`` (the
            parties that read it), ``weekly`` and ``outcome`` (whether it is a column there).
        """
        board = "board" if any(room.name == "board" for room in self.rooms) else ""
        rows = []
        for (over, name), owner in self.ledger.owners.items():
            each = self.ledger.kept[over][name] if over != "outcome" else self.ledger.derived[name]
            drained = name in self.ledger.drained
            reading = [room.name for room in self.rooms if name in room.reads and room.name != owner]
            rows.append(
                {
                    "quantity": name,
                    "over": over,
                    "unit": each.unit,
                    "meaning": each.meaning,
                    "owner": owner,
                    "readers": ", ".join([board] if drained else reading),
                    "weekly": isinstance(each, Quantity) and each.weekly,
                    "outcome": isinstance(each, Derived) or drained or each.outcome != "",
                }
            )
        return pd.DataFrame(rows)

    @property
    def cards(self) -> list[dict[str, Any]]:
        """What is stored of each of the user's own parties."""
        return [room.card for room in self.own]


class Power(Section):
    """Who can move the board, through which channel. A cell that is missing has no signal in the
    model.
    """


def cast_of(*own: Any) -> Cast:
    """Return the cast with parties of one's own beside the model's.

    Parameters
    ----------
    *own : module, str or Path
        Each a package of the shape of ``sim/parties/<party>/``: imported, its import name, or its
        folder. Its code is run: give only what you trust.

    Raises
    ------
    sim.errors.InputError
        Where one is not such a package.

    Examples
    --------
    >>> import sim
    >>> cast = sim.cast_of("notebooks/parent_association")
    >>> scenario = sim.load_scenario("scenarios/mountain_view.toml", "retrofit", cast)
    >>> scenario.parent_association.memory
    0.8
    """
    return _cast(tuple(_room(each) for each in own))


def stored_cast(cards: list[dict[str, Any]]) -> Cast:
    """The cast of a stored sweep, to read it by: the user's own parties without their code.

    Parameters
    ----------
    cards : list of dict
        As from :attr:`Cast.cards`.
    """
    return _cast(tuple(_stored(json.dumps(card)) for card in cards))


@lru_cache(maxsize=64)
def _stored(card: str) -> StoredRoom:
    return StoredRoom(json.loads(card))


@lru_cache(maxsize=64)
def _cast(own: tuple[Room | StoredRoom, ...]) -> Cast:
    return Cast(own) if own else DEFAULT


def _room(given: Any) -> Room:
    if isinstance(given, ModuleType):
        return Room.of(given)
    if isinstance(given, tuple):
        module, path = given
        return _room(module if importlib.util.find_spec(module) else path)
    path = Path(given)
    if path.is_dir() and (path / "__init__.py").is_file():
        return Room.of(_from_folder(path.resolve()))
    try:
        return Room.of(importlib.import_module(str(given)))
    except ImportError:
        raise InputError(
            f"module = {str(given)!r}: no such folder or package; accepted: a folder of the shape of "
            "sim/parties/<party>/"
        ) from None


def _from_folder(path: Path) -> ModuleType:
    """Import a package from its folder, wherever that lies."""
    known = sys.modules.get(path.name)
    if known is not None and getattr(known, "__file__", None) == str(path / "__init__.py"):
        return known
    if known is not None:
        raise InputError(f"module = {str(path)!r}: another package is called {path.name!r}; accepted: another name")
    spec = importlib.util.spec_from_file_location(
        path.name, path / "__init__.py", submodule_search_locations=[str(path)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[path.name] = package
    spec.loader.exec_module(package)
    return package


def _rules_of(module: ModuleType | None) -> dict[str, Any]:
    """Compiled functions that a module defines itself, by name."""
    if module is None:
        return {}
    functions = {name: each for name, each in vars(module).items() if hasattr(each, "py_func")}
    return {name: each for name, each in functions.items() if each.py_func.__module__ == module.__name__}


def _check(room: Room) -> None:
    """Refuse a room that lacks an engine, or acts in one engine only."""
    for part in ("agent", "phase"):
        if room.part(part) is None:
            raise InputError(f"{room.path}: {part}.py is missing; accepted: a folder with agent.py and phase.py")
    for moment in MOMENTS[1:]:
        compiled, acts = room.phase(moment) is not None, callable(getattr(room.agent, moment, None))
        if compiled != acts:
            lacking = "phase.py" if acts else "agent.py"
            raise InputError(f"{room.path / lacking}: has no {moment!r}; accepted: the same moments in both engines")
    if room.stakeholder is not None and room.stakeholder.name != room.name:
        raise InputError(
            f"{room.path / 'ledger.py'}: STAKEHOLDER is called {room.stakeholder.name!r}; accepted: {room.name!r}"
        )


DEFAULT = Cast()
"""The model's own parties."""
