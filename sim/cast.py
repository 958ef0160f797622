"""The cast: which parties take part in a model, and all that follows from the list of them.

A room (``sim/parties/<party>/``, or a user's own package of the same shape) is read by convention;
of the rooms of a cast come the sections of a scenario, the set of rules, and the ledger.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from functools import cached_property, lru_cache, partialmethod
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, create_model

from sim.errors import InputError
from sim.fields import Section
from sim.ledger import Derived, Ledger, Quantity
from sim.parties import ROOMS
from sim.parties import rules as shared_rules
from sim.parties.board.endings import LADDER
from sim.rooms import Room, StoredRoom, check, room_of, rules_of

if TYPE_CHECKING:
    import pandas as pd


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
                check(room)

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
        every = rules_of(shared_rules)
        for room in self.rooms:
            for name, rule in room.rules.items():
                if name in every:
                    raise InputError(f"{room.name}: there is a rule {name!r} already; accepted: another name")
                every[name] = rule
        fields: list[tuple[str, Any]] = [(name, Any) for name in every]
        kind = NamedTuple("Rules", fields)  # type: ignore[misc]
        kind.quantities = frozenset(self.ledger.kept["district"])  # type: ignore[attr-defined]
        kind.__reduce__ = partialmethod(_rules_as_stored, self)  # type: ignore[assignment,method-assign]
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

    def channels(self, who: str) -> tuple[str, ...]:
        """Channels through which a stakeholder has power over the board: fields of its row of the
        power table.
        """
        power = next((room.power for room in self.rooms if room.name == who), None)
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
            for who in self.ledger.stakeholders.values()
        ]
        return pd.DataFrame(rows)

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
        import pandas as pd

        rows = []
        for (over, name), owner in self.ledger.owners.items():
            each = self.ledger.kept[over][name] if over != "outcome" else self.ledger.derived[name]
            drained = over == "district" and name in self.ledger.drained
            told = name if over == "district" else f"{over}.{name}"
            reading = [room.name for room in self.rooms if told in room.reads and room.name != owner]
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
    return _cast(tuple(room_of(each) for each in own))


def _rules_as_stored(rules: Any, cast: Cast) -> tuple[Any, ...]:
    """Return how a set of rules is pickled: by the parties whose rules they are, and the swapped
    ones.
    """
    changed = {name: rule for name, rule in rules._asdict().items() if rule is not getattr(cast.rules, name)}
    return _with_rules, (cast, changed)


def _with_rules(cast: Cast, changed: dict[str, Any]) -> Any:
    return cast.rules._replace(**changed)


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


DEFAULT = Cast()
"""The model's own parties."""
