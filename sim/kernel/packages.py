"""Party packages: one party each, read from its folder by convention, or from what a stored
sweep says of it.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import re
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sim.io.errors import InputError, Unsupported
from sim.io.reading import is_file, is_folder
from sim.kernel.fields import Section
from sim.kernel.variables import Derived, Quantity, Stakeholder
from sim.parties import MOMENTS

if TYPE_CHECKING:
    from sim.parties.base import Acting

RENAMED = {"ledger": "variables", "phase": "compiled"}
"""Modules of a party that had another name."""

NAME = re.compile(r"[a-z][a-z0-9_]*")
"""What a party may be called: its name is that of a section of the scenario, and of columns."""


@dataclass(frozen=True)
class PartyPackage:
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
    def of(cls, package: ModuleType) -> PartyPackage:
        """Read a package."""
        if package.__file__ is None:
            raise InputError(f"module = {package.__name__!r}: is no package; accepted: a folder with __init__.py")
        name = package.__name__.rpartition(".")[2]
        if not NAME.fullmatch(name):
            raise InputError(f"module = {name!r}: accepted: a name in lower case, digits and underscores")
        return cls(name, package.__name__, Path(package.__file__).parent)

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
        return rules_of(self.part("rules"))

    @property
    def quantities(self) -> tuple[Quantity | Derived, ...]:
        """The quantities that it owns."""
        return self.get("variables", "QUANTITIES", ())

    @property
    def reads(self) -> tuple[str, ...]:
        """The quantities of others that it reads: ``school.NAME`` or ``tertile.NAME`` where it is
        not the district's.
        """
        return self.get("variables", "READS", ())

    @property
    def writes(self) -> tuple[str, ...]:
        """The quantities of others that it gives values, named likewise."""
        return self.get("variables", "WRITES", ())

    @property
    def stakeholder(self) -> Stakeholder | None:
        """How it is drawn and told, where it presses on the board."""
        return self.get("variables", "STAKEHOLDER")

    @property
    def streams(self) -> tuple[str, ...]:
        """Named random streams of its own, beside those of the model."""
        return self.get("variables", "STREAMS", ())

    @property
    def agent(self) -> type[Acting]:
        """The class that acts for it in the Mesa model: named as the folder, in capitals.

        Raises
        ------
        sim.io.errors.InputError
            Where there is none.
        """
        wanted = "".join(word.capitalize() for word in self.name.split("_"))
        found = self.get("agent", wanted)
        if found is None:
            raise InputError(f"{self.path / 'agent.py'}: class {wanted} is missing; accepted: a party of that name")
        return found

    def phase(self, moment: str) -> Callable[..., Any] | None:
        """What it does at a moment in the compiled engine."""
        return self.get("compiled", moment)

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
        variables.
        """
        rows = [(type(each).__name__, asdict(each)) for each in self.quantities]
        reported = [
            {"kind": kind, **{key: value for key, value in row.items() if key != "value"}} for kind, row in rows
        ]
        who = asdict(self.stakeholder) if self.stakeholder else None
        return {
            "party": self.name,
            "module": self.module,
            "version": self.version,
            "sha256": self.digest,
            "settings": self.settings is not None,
            "power": self.power is not None,
            "quantities": reported,
            "stakeholder": who,
        }


class StoredPackage:
    """A user's party as a stored sweep describes it: enough to read the tables, and none of its
    code.

    Parameters
    ----------
    card : dict
        As from :attr:`PartyPackage.card`. Plain data; nothing in it is executed.
    """

    reads = writes = streams = ()
    rules: dict[str, Any] = {}  # noqa: RUF012  no rules, for all of them

    def __init__(self, card: dict[str, Any]) -> None:
        self.card = card
        self.name, self.module, self.digest = str(card["party"]), str(card["module"]), str(card["sha256"])
        if not NAME.fullmatch(self.name):
            raise ValueError(f"party = {self.name!r}")
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


def package_of(given: Any) -> PartyPackage:
    """Read a party package from a module, an import name or a folder; its code is run.

    Raises
    ------
    sim.io.errors.InputError
        Where it is no package, or one that lacks what a party needs.
    """
    if isinstance(given, ModuleType):
        return PartyPackage.of(given)
    if isinstance(given, tuple):
        module, path = given
        return package_of(module if importlib.util.find_spec(module) else path)
    path = Path(given)
    if is_folder(path) and is_file(path / "__init__.py"):
        return PartyPackage.of(_from_folder(path.resolve()))
    try:
        if not all(part.isidentifier() for part in str(given).split(".")):
            raise ImportError
        return PartyPackage.of(importlib.import_module(str(given)))
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


def rules_of(module: ModuleType | None) -> dict[str, Any]:
    """Compiled functions that a module defines itself, by name."""
    if module is None:
        return {}
    functions = {name: each for name, each in vars(module).items() if hasattr(each, "py_func")}
    return {name: each for name, each in functions.items() if each.py_func.__module__ == module.__name__}


def check(package: PartyPackage) -> None:
    """Refuse a party package that lacks an engine, or acts in one engine only."""
    for part, now in RENAMED.items():
        if (package.path / f"{part}.py").is_file():
            raise InputError(f"{package.path / part}.py: is called {now}.py now; accepted: that name")
    for part in ("agent", "compiled"):
        if package.part(part) is None:
            raise InputError(f"{package.path}: {part}.py is missing; accepted: a folder with agent.py and compiled.py")
    for moment in MOMENTS[1:]:
        compiled, acts = package.phase(moment) is not None, callable(getattr(package.agent, moment, None))
        if compiled != acts:
            lacking = "compiled.py" if acts else "agent.py"
            raise InputError(f"{package.path / lacking}: has no {moment!r}; accepted: the same moments in both engines")
        if compiled and not getattr(package.phase(moment), "is_phase", False):
            raise InputError(
                f"{package.path / 'compiled.py'}: {moment!r} is no phase; accepted: a function marked with @phase"
            )
    who = package.stakeholder
    if who is not None and who.stance and not callable(getattr(package.agent, "stance", None)):
        raise InputError(
            f"{package.path / 'agent.py'}: has no 'stance' though STAKEHOLDER tells of one; "
            "accepted: a method of that name, or none told"
        )
    if who is not None and who.name != package.name:
        raise InputError(
            f"{package.path / 'variables.py'}: STAKEHOLDER is called {who.name!r}; accepted: {package.name!r}"
        )
