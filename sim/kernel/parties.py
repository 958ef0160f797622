"""The parties: which parties take part in a model, and all that follows from the list of them.

A party package (``sim/parties/<party>/``, or a user's own package of the same shape) is read by
convention; of the party packages of a set of parties come the sections of a scenario, the set of
rules, and the variables.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from functools import cached_property, lru_cache, partialmethod
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, create_model

from sim.io.errors import InputError
from sim.kernel.declared import check_declared
from sim.kernel.fields import Section
from sim.kernel.packages import PartyPackage, StoredPackage, check, package_of, rules_of
from sim.kernel.variables import Derived, Quantity, Variables
from sim.parties import PARTIES
from sim.parties import rules as shared_rules
from sim.parties.board.endings import LADDER

if TYPE_CHECKING:
    import pandas as pd


class Parties:
    """The parties of a model.

    Parameters
    ----------
    own : tuple of PartyPackage or StoredPackage
        A user's own parties, beside the model's.

    Attributes
    ----------
    packages : tuple of PartyPackage
        In the order in which they act.
    """

    def __init__(self, own: tuple[PartyPackage | StoredPackage, ...] = ()) -> None:
        self.own = own
        self.packages: tuple[Any, ...] = (
            *(PartyPackage.of(importlib.import_module(f"sim.parties.{name}")) for name in PARTIES),
            *own,
        )
        names = [package.name for package in self.packages]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise InputError(f"module = {twice!r}: there is a party of that name; accepted: another name")
        for package in own:
            if isinstance(package, PartyPackage):
                check(package)
                check_declared(package, self.variables)

    def __reduce__(self) -> tuple[Any, ...]:
        if any(isinstance(package, StoredPackage) for package in self.own):
            return stored_parties, (self.cards,)
        return parties_of, tuple(
            (package.module, str(package.path)) for package in self.own if isinstance(package, PartyPackage)
        )

    @cached_property
    def variables(self) -> Variables:
        """The quantities of all parties."""
        owned = [(package.name, each) for package in self.packages for each in package.quantities]
        return Variables(owned, [package.stakeholder for package in self.packages if package.stakeholder], LADDER)

    @cached_property
    def rules(self) -> Any:
        """All rules, a named tuple whose class names the quantities that a
        swapped one may ask for.
        """
        every = rules_of(shared_rules)
        for package in self.packages:
            for name, rule in package.rules.items():
                if name in every:
                    raise InputError(f"{package.name}: there is a rule {name!r} already; accepted: another name")
                every[name] = rule
        fields: list[tuple[str, Any]] = [(name, Any) for name in every]
        kind = NamedTuple("Rules", fields)  # type: ignore[misc]
        kind.quantities = frozenset(self.variables.kept["district"])  # type: ignore[attr-defined]
        kind.__reduce__ = partialmethod(_rules_as_stored, self)  # type: ignore[assignment,method-assign]
        return kind(**every)

    @cached_property
    def streams(self) -> tuple[str, ...]:
        """Random streams that parties bring themselves, beside those of the model."""
        return tuple(name for package in self.packages for name in package.streams)

    @cached_property
    def memories(self) -> dict[str, Callable[..., Any]]:
        """What makes the memory of each party that keeps something to itself, in the compiled
        engine.
        """
        found = {package.name: package.get("compiled", "memory") for package in self.packages}
        return {name: memory for name, memory in found.items() if memory is not None}

    def phases(self, moment: str) -> list[Callable[..., Any]]:
        """What the parties do at a moment, in the compiled engine, in order."""
        found = [package.phase(moment) for package in self.packages]
        return [phase for phase in found if phase is not None]

    def sections(self, base: type[BaseModel], name: str, module: str) -> Any:
        """A scenario's schema: a base, a section for each party that has
        one, and the power table.
        """
        fields = {package.name: (package.settings, package.settings()) for package in self.packages if package.settings}
        rows = {package.name: (package.power, package.power()) for package in self.packages if package.power}
        power: Any = create_model("Power", __base__=Power, __module__=module, **rows)  # type: ignore[call-overload]
        return create_model(name, __base__=base, __module__=module, **fields, power=(power, power()))  # type: ignore[call-overload]

    def channels(self, who: str) -> tuple[str, ...]:
        """Channels through which a stakeholder has power over the board: fields of its row of the
        power table.
        """
        power = next((package.power for package in self.packages if package.name == who), None)
        return tuple(power.model_fields) if power is not None else ()

    def stakeholder_table(self) -> pd.DataFrame:
        """List every stakeholder.

        Returns
        -------
        pandas.DataFrame
            A row each, in the order of the tables: ``stakeholder``, ``label``, ``colour``,
            ``dash``, ``hatch``, ``channels`` (of power over the board), ``drained`` (the column of
            its pressure; empty where it does not press week by week), ``stance`` (what its stance
            before the first week is; empty where it has none).
        """
        import pandas as pd

        rows = [
            {
                "stakeholder": who.name,
                "label": who.label,
                "colour": who.colour,
                "dash": who.dash,
                "hatch": who.hatch,
                "channels": ", ".join(self.channels(who.name)),
                "drained": who.drained if who.drains else "",
                "stance": who.stance,
            }
            for who in self.variables.stakeholders.values()
        ]
        return pd.DataFrame(rows)

    def variables_table(self) -> pd.DataFrame:
        """List every quantity of a run.

        Returns
        -------
        pandas.DataFrame
            A row per quantity, in the order of the tables: ``quantity``, ``over`` (what it is kept
            over: the district, each school, third or status; ``outcome`` for what follows from
            others), ``unit``, ``meaning``, ``owner`` (the party that writes it), ``readers`` (the
            parties that read it), ``weekly`` and ``outcome`` (whether it is a column there).
        """
        import pandas as pd

        rows = []
        for (over, name), owner in self.variables.owners.items():
            each = self.variables.kept[over][name] if over != "outcome" else self.variables.derived[name]
            drained = over == "district" and name in self.variables.drained
            reported = name if over == "district" else f"{over}.{name}"
            reading = [package.name for package in self.packages if reported in package.reads and package.name != owner]
            rows.append(
                {
                    "quantity": name,
                    "over": over,
                    "unit": each.unit,
                    "meaning": each.meaning,
                    "owner": owner,
                    "readers": "board" if drained else ", ".join(reading),
                    "weekly": isinstance(each, Quantity) and each.weekly,
                    "outcome": isinstance(each, Derived) or drained or each.outcome != "",
                }
            )
        return pd.DataFrame(rows)

    @property
    def cards(self) -> list[dict[str, Any]]:
        """What is stored of each of the user's own parties."""
        return [package.card for package in self.own]


class Power(Section):
    """Who can move the board, through which channel. A cell that is missing has no signal in the
    model.
    """


def parties_of(*own: Any) -> Parties:
    """Return the parties with parties of one's own beside the model's.

    Parameters
    ----------
    *own : module, str or Path
        Each a package of the shape of ``sim/parties/<party>/``: imported, its import name, or its
        folder. Its code is run: give only what you trust.

    Raises
    ------
    sim.io.errors.InputError
        Where one is not such a package.

    Examples
    --------
    >>> import sim
    >>> parties = sim.parties_of("notebooks/parent_association")
    >>> scenario = sim.load_scenario("scenarios/mountain_view.toml", "retrofit", parties)
    >>> scenario.parent_association.memory
    0.8
    """
    return _parties(tuple(package_of(each) for each in own))


def _rules_as_stored(rules: Any, parties: Parties) -> tuple[Any, ...]:
    """Return how a set of rules is pickled: by the parties whose rules they are, and the swapped
    ones.
    """
    changed = {name: rule for name, rule in rules._asdict().items() if rule is not getattr(parties.rules, name)}
    return _with_rules, (parties, changed)


def _with_rules(parties: Parties, changed: dict[str, Any]) -> Any:
    return parties.rules._replace(**changed)


def stored_parties(cards: list[dict[str, Any]]) -> Parties:
    """The parties of a stored sweep, to read it by: the user's own parties without their code.

    Parameters
    ----------
    cards : list of dict
        As from :attr:`Parties.cards`.
    """
    return _parties(tuple(_stored(json.dumps(card)) for card in cards))


@lru_cache(maxsize=64)
def _stored(card: str) -> StoredPackage:
    return StoredPackage(json.loads(card))


@lru_cache(maxsize=64)
def _parties(own: tuple[PartyPackage | StoredPackage, ...]) -> Parties:
    return Parties(own) if own else DEFAULT


DEFAULT = Parties()
"""The model's own parties."""
