"""What a quantity of a run is: declared once, by the party that owns it, and read from there by
all.

A party's ``variables.py`` lists its quantities. Of these come the record and the arrays of the
compiled engine, the state of the Mesa model, the columns of the weekly table and of the outcome,
and how tables over many runs pool them. Stakeholders and steps of the ladder are rows of the same
kind.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Literal, NamedTuple

import numpy as np

from sim.io.errors import InputError

TERTILES = ("low", "middle", "high")
"""Tertiles of prior achievement within the community."""

Over = Literal["district", "school", "tertile", "status"]
AfterEnd = Literal["missing", "zero", "kept"]
Pooled = Literal["mean", "share"]
Holds = Literal["whole", "number", "text"]
"""What the values of a column are."""


def in_order(values: Iterable[float]) -> float:
    """The sum of numbers from the first to the last.

    From CPython 3.12 on, the built-in ``sum`` makes up for what rounding loses, so it gives other
    last bits than 3.11 and than compiled code.

    Examples
    --------
    >>> in_order([1e16, 1.0, -1e16])
    0.0
    """
    total = 0.0
    for value in values:
        total += value
    return total


class Column(NamedTuple):
    """What a column of a table holds.

    Attributes
    ----------
    unit : str
        ``-`` where it has none.
    meaning : str
    """

    unit: str
    meaning: str


def in_words(column: Column) -> str:
    """A column's meaning with its unit.

    Examples
    --------
    >>> in_words(Column("weeks", "Quiet weeks."))
    'quiet weeks, weeks'
    """
    meaning = f"{column.meaning[:1].lower()}{column.meaning[1:]}".rstrip(".")
    return meaning if column.unit == "-" else f"{meaning}, {column.unit}"


@dataclass(frozen=True)
class Quantity:
    """One quantity of a run.

    Attributes
    ----------
    name : str
        The one name, in both engines and all tables.
    unit, meaning : str
        What a table's reader must know.
    start : int or float
        Value before the first week; its type is the quantity's.
    over : str
        ``"district"``: one number; ``"school"``, ``"tertile"`` (of achievement), ``"status"``: one
        for each.
    weekly : bool
        Whether it is a column of the weekly table.
    outcome : str
        Column of the outcome: ``""`` none, ``"last"`` its last value. What is kept over tertiles
        makes a column for each, ``NAME_low`` and so on. Capital drained is summed over the weeks.
    after_end : str
        In tables over runs, once a programme is over: ``"missing"``, ``"zero"`` or ``"kept"`` as it
        was.
    reported : str
        Words and unit by which tables over runs compare it, of an outcome's column; empty where
        they do not.
    pooled : str
        Over communities of different sizes: ``"share"`` counts families and is divided by the
        community's, ``"mean"`` is averaged as it is.
    """

    name: str
    unit: str
    meaning: str
    start: int | float = 0
    over: Over = "district"
    weekly: bool = False
    outcome: Literal["", "last"] = ""
    after_end: AfterEnd = "missing"
    pooled: Pooled = "mean"
    reported: str = ""


@dataclass(frozen=True)
class Derived:
    """A column of the outcome that follows from quantities.

    Attributes
    ----------
    name, unit, meaning : str
    value : callable
        From the :class:`Final` state of a run to the value.
    reported : str
        As of a :class:`Quantity`.
    holds : str
        What the values are: ``"whole"`` numbers, any ``"number"``, or ``"text"``.
    """

    name: str
    unit: str
    meaning: str
    value: Callable[[Final], Any]
    reported: str = ""
    holds: Holds = "number"


@dataclass(frozen=True)
class Stakeholder:
    """A party with power over the board.

    Attributes
    ----------
    name : str
        As in the power table and in ``drained_NAME``, the capital that it drains where it does.
    label : str
        In figures and tables.
    colour, dash, hatch : str or tuple
        How it is drawn: told apart in print and by the colour-blind.
    stance : str
        What its stance before the first week is; empty where it has none then.
    drains : bool
        Whether it presses on the board week by week; else it acts by what it decides.
    """

    name: str
    label: str
    colour: str
    dash: Any
    hatch: str
    stance: str = ""
    drains: bool = True

    @property
    def drained(self) -> str:
        """Name of the quantity that it writes: the capital it drains in a week."""
        return f"drained_{self.name}"


OutcomeName = Literal["sustained", "adapted", "discontinued", "never_filled", "not_opened"]
OUTCOMES: tuple[OutcomeName, ...] = ("sustained", "adapted", "discontinued", "never_filled", "not_opened")
"""What a run is counted as. ``discontinued`` is the headline; ``adapted`` goes on, but optional or
at a fraction of its dose; what never opened, or found too few children to, is counted apart.
"""


@dataclass(frozen=True)
class Status:
    """A step of the ladder, where a programme can stand.

    Attributes
    ----------
    name, label : str
    colour, dash : str or tuple
        How its risk over time is drawn.
    outcome : str
        What a programme that came no further is counted as, one of ``OUTCOMES``.
    words : str
        What befell a programme, as in "was suspended".
    """

    name: str
    label: str
    colour: str = "#999999"
    dash: Any = "-"
    outcome: OutcomeName = "sustained"
    words: str = ""

    @property
    def ending(self) -> bool:
        """Whether it is a change that is reported as a way of ending or of adapting."""
        return self.outcome != "sustained"

    @property
    def over(self) -> bool:
        """Whether nobody takes part any more."""
        return self.outcome in ("discontinued", "never_filled", "not_opened")


@dataclass(frozen=True)
class Final:
    """All that is known at the end of a run: the variables by name, and the community.

    Attributes
    ----------
    district : dict
        Value by name.
    schools, tertiles, statuses : list of dict
        Value by name, for each school, third and status.
    people : sim.population.Population
    weeks : numpy.ndarray
        The weekly table, shape (weeks lived through, columns).
    columns : dict
        Place of each column in it.
    scenario : Scenario
        What was run.
    """

    district: dict[str, Any]
    schools: list[dict[str, Any]]
    tertiles: list[dict[str, Any]]
    statuses: list[dict[str, Any]]
    people: Any
    weeks: np.ndarray
    columns: Mapping[str, int]
    scenario: Any

    def weekly(self, name: str) -> np.ndarray:
        """A column of the weekly table, over the weeks lived through."""
        return self.weeks[:, self.columns[name]]


CLOCK = (
    Quantity("week", "weeks", "week of the run that is lived through, from 1", start=1),
    Quantity("week_of_year", "weeks", "week of the school year, from 1", start=1),
)
"""What the schedule itself writes."""


class Variables:
    """The quantities, stakeholders and statuses of a set of parties.

    Parameters
    ----------
    quantities : iterable of (str, Quantity or Derived)
        With the party that owns each, in the order of the tables.
    stakeholders : iterable of Stakeholder
    statuses : sequence of Status

    Raises
    ------
    sim.io.errors.InputError
        Where two parties give a quantity of the same kind one name.
    """

    def __init__(
        self,
        quantities: Iterable[tuple[str, Quantity | Derived]],
        stakeholders: Iterable[Stakeholder],
        statuses: Sequence[Status],
    ) -> None:
        quantities, stakeholders = list(quantities), list(stakeholders)
        self._given = quantities, stakeholders, statuses
        self.stakeholders = {each.name: each for each in stakeholders}
        self.pressing = {each.name: each for each in self.stakeholders.values() if each.drains}
        self.statuses = {each.name: each for each in statuses}
        drained = [(each.name, _drained(each)) for each in self.pressing.values()]
        every = [("schedule", each) for each in CLOCK] + list(quantities) + drained
        self._concluded = [each for _, each in every if isinstance(each, Derived) or each.outcome == "last"]
        self.derived = {each.name: each for _, each in every if isinstance(each, Derived)}
        self.owners: dict[tuple[str, str], str] = {}
        self.kept: dict[str, dict[str, Quantity]] = {"district": {}, "school": {}, "tertile": {}, "status": {}}
        for owner, each in every:
            over = each.over if isinstance(each, Quantity) else "outcome"
            before = self.owners.setdefault((over, each.name), owner)
            if (isinstance(each, Quantity) and each.name in self.kept[over]) or before != owner:
                raise InputError(
                    f"{owner}: quantity {each.name!r} is declared by {before} already; accepted: another name"
                )
            if isinstance(each, Quantity):
                self.kept[over][each.name] = each

    def with_outcomes(self, columns: Mapping[str, Column]) -> Variables:
        """The same, and columns of the outcome that a researcher adds, which tables compare.

        Parameters
        ----------
        columns : mapping
            Unit and meaning by name.
        """
        quantities, stakeholders, statuses = self._given
        own = [
            ("outcomes", Derived(name, each.unit, each.meaning, lambda final: math.nan, in_words(each)))
            for name, each in columns.items()
        ]
        return Variables([*quantities, *own], stakeholders, statuses)

    # --- tables ----------------------------------------------------------------------------------

    @cached_property
    def weekly_columns(self) -> dict[str, Column]:
        """Columns of the weekly table, in order."""
        weekly = [each for each in self.kept["district"].values() if each.weekly]
        return {each.name: Column(each.unit, each.meaning) for each in weekly}

    @cached_property
    def weekly(self) -> dict[str, str]:
        """Columns of the weekly table with their meaning."""
        return {name: column.meaning for name, column in self.weekly_columns.items()}

    @cached_property
    def drained(self) -> tuple[str, ...]:
        """Columns of capital drained, in the order of the stakeholders that press."""
        return tuple(each.drained for each in self.pressing.values())

    @cached_property
    def endings(self) -> tuple[str, ...]:
        """What can become of a programme: sustained, then the statuses that are something else, in
        order.
        """
        return ("sustained", *(name for name, status in self.statuses.items() if status.ending))

    def of_outcome(self, outcome: OutcomeName) -> tuple[str, ...]:
        """Statuses that are counted as one outcome, in order."""
        return tuple(name for name, status in self.statuses.items() if status.outcome == outcome)

    @cached_property
    def over(self) -> tuple[str, ...]:
        """Endings after which nobody takes part any more."""
        return tuple(name for name, status in self.statuses.items() if status.over)

    @cached_property
    def compared(self) -> dict[str, str]:
        """Columns of the outcome that tables over runs compare, with words and unit."""
        return {name: each.reported for each in self._concluded if each.reported for name in self._names(each)}

    @cached_property
    def first_steps(self) -> tuple[str, ...]:
        """Columns of the outcome with the weeks of the steps that are reported, over or not."""
        return (
            *(f"week_{name}" for name, status in self.statuses.items() if status.ending and not status.over),
            "week_over",
        )

    def after_end(self, how: AfterEnd) -> tuple[str, ...]:
        """Columns of the weekly table that are treated in a way once a programme is over."""
        return tuple(name for name in self.weekly if self.kept["district"][name].after_end == how)

    @cached_property
    def shares(self) -> tuple[str, ...]:
        """Columns of the weekly table that count families, and are pooled as shares of the
        community's.
        """
        return tuple(name for name in self.weekly if self.kept["district"][name].pooled == "share")

    @cached_property
    def outcome_columns(self) -> dict[str, Column]:
        """Columns of the outcome, in order."""
        steps = [name for name, status in self.statuses.items() if not status.over][1:]
        when = "week from 1"
        columns = {
            "scenario": Column("-", "name of the scenario"),
            "design": Column("-", "name of the design"),
            "seed": Column("-", "names the community and its weather"),
            "outcome": Column("-", f"what it is counted as: {', '.join(OUTCOMES)}"),
            "ending": Column("-", f"what became of it: {', '.join(self.endings)}"),
            "week": Column(when, "when that was reached; NaN where it was sustained"),
            **{
                f"week_{name}": Column(when, f"when it was {self.statuses[name].label}; NaN where not")
                for name in steps
            },
            "week_over": Column(
                when, "since when nobody took part any more; NaN where it went on, 0 where it did not open"
            ),
        }
        for each in self._concluded:
            columns.update(dict.fromkeys(self._names(each), Column(each.unit, each.meaning)))
        for who in self.pressing.values():
            meaning = f"capital drained by {who.label} over the run (negative: gained)"
            columns[who.drained] = Column("capital", meaning)
        return columns

    @cached_property
    def outcome(self) -> dict[str, str]:
        """Columns of the outcome with their meaning and unit."""
        return {
            name: column.meaning if column.unit == "-" else f"{column.meaning}, {column.unit}"
            for name, column in self.outcome_columns.items()
        }

    @cached_property
    def outcome_holds(self) -> dict[str, Holds]:
        """What the values of each column of the outcome are, in the order of the columns."""
        reported: dict[str, Holds] = {
            "scenario": "text",
            "design": "text",
            "seed": "whole",
            "outcome": "text",
            "ending": "text",
        }
        for each in self._concluded:
            if isinstance(each, Quantity):
                own: Holds = "whole" if isinstance(each.start, int) else "number"
            else:
                own = each.holds
            reported.update(dict.fromkeys(self._names(each), own))
        return {name: reported.get(name, "number") for name in self.outcome_columns}

    @staticmethod
    def _names(each: Quantity | Derived) -> list[str]:
        tertiles = isinstance(each, Quantity) and each.over == "tertile"
        return [f"{each.name}_{tertile}" for tertile in TERTILES] if tertiles else [each.name]

    def conclude(
        self, scenario: Any, seed: int, pages: Mapping[Over, list[dict[str, Any]]], people: Any, weeks: np.ndarray
    ) -> dict[str, Any]:
        """Return the outcome's columns by name.

        Parameters
        ----------
        scenario : Scenario
        seed : int
        pages : mapping
            Values by name at the end, for each of what quantities are kept over.
        people : Population
        weeks : numpy.ndarray
            The weekly table, shape (weeks, len(weekly)); rows that were not lived through are NaN.
        """
        (district,), schools, tertiles, statuses = (pages[over] for over in ("district", "school", "tertile", "status"))
        lived = weeks[~np.isnan(weeks[:, 0])] if len(weeks) else weeks
        final = Final(district, schools, tertiles, statuses, people, lived, self.places, scenario)
        reached = [float(row["week"]) for row in final.statuses]
        at = final.district["status"]
        ending = self._ladder[at].ending
        over = [week for week in reached[self._over_from :] if not math.isnan(week)]
        values = [scenario.name, scenario.design_name, seed, self._ladder[at].outcome]
        values += [self._ladder[at].name if ending else "sustained", reached[at] if ending else math.nan]
        values += [*reached[1 : self._over_from], min(over, default=math.nan)]
        for each in self._concluded:
            if isinstance(each, Derived):
                values.append(each.value(final))
            elif each.over == "tertile":
                values += [row[each.name] for row in final.tertiles]
            else:
                values.append(final.district[each.name])
        return dict(zip(self.outcome, values + self._sums(lived), strict=True))

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each column in the weekly table."""
        return {name: place for place, name in enumerate(self.weekly)}

    @cached_property
    def _ladder(self) -> tuple[Status, ...]:
        return tuple(self.statuses.values())

    @cached_property
    def _over_from(self) -> int:
        return next(place for place, status in enumerate(self._ladder) if status.over)

    @cached_property
    def _summed(self) -> list[int]:
        return [self.places[name] for name in self.drained]

    def _sums(self, lived: np.ndarray) -> list[float]:
        """Sums over the weeks lived through, added up in the order in which they went by."""
        return np.cumsum(lived[:, self._summed], axis=0)[-1].tolist() if len(lived) else [0.0] * len(self._summed)

    # --- state of a run --------------------------------------------------------------------------

    @cached_property
    def _first(self) -> dict[str, np.ndarray]:
        """The compiled engine's record before the first week, by what it is kept over."""
        records = {}
        for over, kept in self.kept.items():
            kinds = [(name, "i8" if isinstance(each.start, int) else "f8") for name, each in kept.items()]
            records[over] = np.array([tuple(each.start for each in kept.values())], np.dtype(kinds))
        return records

    def open(self, over: Over, count: int = 1) -> np.ndarray:
        """Records of the compiled engine before the first week, shape (count,)."""
        return self._first[over].repeat(count)

    def pages(self, schools: int) -> SimpleNamespace:
        """The state of a Mesa model: an attribute by name, and a list each of ``schools``,
        ``tertiles`` and ``statuses``.
        """

        def page(over: Over) -> SimpleNamespace:
            return SimpleNamespace(**{name: each.start for name, each in self.kept[over].items()})

        district = page("district")
        district.schools = [page("school") for _ in range(schools)]
        district.tertiles = [page("tertile") for _ in TERTILES]
        district.statuses = [page("status") for _ in self.statuses]
        return district


def _drained(who: Stakeholder) -> Quantity:
    meaning = f"capital drained by {who.label} in the week (negative: gained)"
    return Quantity(who.drained, "capital", meaning, 0.0, weekly=True)
