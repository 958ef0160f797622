"""Facts of public tables put together: mean achievement and lunch rates, each with what to say of
it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import NamedTuple

from sim.io.errors import InputError
from sim.scenario.public.cells import Fact
from sim.scenario.public.tables import Place
from sim.scenario.rubric import CENTRE, DIRECT, GRADE_LEVEL

LOWEST = -4.5
"""Grade levels below which no place is: such a mean is on another scale."""


class Known(NamedTuple):
    """A number that was found, and what to say of it."""

    value: float
    reported: str
    assumed: bool = False
    """Whether it rests on an assumption beside the fact."""

    @property
    def word(self) -> str:
        """What a line of a scenario begins with."""
        return "Assumption" if self.assumed else "Fact"


def is_unknown(fact: Fact) -> bool:
    """Whether there should be a value, and is none."""
    return fact.value is None and fact.applies


def missing(facts: Iterable[Fact]) -> str:
    """What to say where all of some facts are missing; empty where there are none."""
    return next((f"missing ({fact.text or 'empty'}). {fact.source}." for fact in facts if fact.value is None), "")


def sources(facts: Iterable[Fact]) -> str:
    """Files and columns, each file once."""
    columns: dict[str, dict[str, None]] = {}
    for fact in facts:
        columns.setdefault(fact.path.name, {})[fact.column] = None
    return "; ".join(f"{file}: {', '.join(names)}" for file, names in columns.items())


# --- achievement ----------------------------------------------------------------------------------


class Score(NamedTuple):
    """Mean achievement of a group: how far above the nation, in a unit of so many SDs."""

    level: float
    unit: float
    note: str
    facts: tuple[Fact, ...]

    @property
    def sd(self) -> float:
        """The same in SDs of children."""
        return self.unit * self.level

    @property
    def reported(self) -> str:
        """What to say of it."""
        return f"{above(self.level, self.unit, self.note)}. {sources(self.facts)}"


def above(level: float, unit: float, note: str = "") -> str:
    """How far a mean is above or below the nation."""
    return apart(abs(level), unit, f"{'below' if level < 0 else 'above'} the nation{note}")


def apart(level: float, unit: float, relation: str) -> str:
    """How far two means are apart."""
    if unit == 1.0:
        return f"{level:.2f} SD of children {relation}"
    return f"{level:.2f} grade levels {relation}, at {unit} SD of children each (assumption)"


def score(place: Place, group: str) -> Score | None:
    """Mean achievement of a group: in grade levels where a table has them, else in SDs; of the
    cohort scales of the archive before those of years.

    Raises
    ------
    sim.io.errors.InputError
        Where a mean is on another scale.
    """
    scales = (("gcs", GRADE_LEVEL), ("levels", GRADE_LEVEL), ("gys", GRADE_LEVEL), ("cs", 1.0), ("ys", 1.0))
    for scale, unit in scales:
        facts = tuple(fact for fact in place.parts(f"{scale} {group}") if fact.value is not None)
        if not facts:
            continue
        centred = [_centred(fact, place) if scale in ("gcs", "gys") else (fact.value or 0.0, "") for fact in facts]
        level = fmean(level for level, _ in centred)
        if len(facts) == 1:
            return Score(level, unit, centred[0][1], facts)
        return Score(level, unit, f" (mean of {len(facts)}, by subject and grade)", facts)
    return None


def _centred(fact: Fact, place: Place) -> tuple[float, str]:
    """Grade levels above the nation, whose mean is the grade itself; with how it was taken."""
    value = fact.value or 0.0
    centre, by = (CENTRE, " by assumption") if fact.centre is None else (fact.centre, "")
    if value - centre < LOWEST:
        raise InputError(
            f"{fact.path}: {fact.column} of {place.name or place.key} = {fact.text}: accepted: a mean on the scale of "
            f"SEDA's gcs and gys files, where the nation's is the grade itself, here {centre:g}"
        )
    return value - centre, f" ({value:.2f} less the grade {centre:g}{by})"


# --- lunch ----------------------------------------------------------------------------------------


class _Eligible(NamedTuple):
    """Children of a place on free or reduced-price lunch, and all of its children."""

    children: float
    students: float
    facts: list[Fact]
    direct: bool = False


def lunch_rate(
    places: Sequence[Place], why: str = "no table tells SES, or lunch rates to take it from."
) -> Known | str:
    """Share of children on free or reduced-price lunch; a text where it is not known, which says
    why.
    """
    counted: list[_Eligible] = []
    for place in places:
        found = _eligible(place, why)
        if isinstance(found, str):
            why = found
        else:
            counted.append(found)
    if counted:
        share = math.fsum(each.children for each in counted) / math.fsum(each.students for each in counted)
        part = f" in {len(counted)} of {len(places)} schools" if len(places) > 1 else ""
        direct = sum(each.direct for each in counted)
        how = f" ({DIRECT} for each directly certified child{f' of {direct} schools' if len(places) > 1 else ''})"
        facts = sources(fact for each in counted for fact in each.facts)
        reported = f"{share:.0%} on free or reduced-price lunch{how if direct else ''}{part}, {facts}"
        return Known(share, reported, direct > 0)
    rate = places[0].read("lunch share") if len(places) == 1 else None
    if rate is not None and rate.value is not None and rate.value < 1.0:
        return Known(rate.value, f"{rate.value:.0%} on free or reduced-price lunch, {rate.source}")
    return why


def _eligible(place: Place, why: str) -> _Eligible | str:
    """Children on free or reduced-price lunch; by direct certification where the lunch table has
    none, nothing but zeros, or all. A text where they are not known.
    """
    total, lunch, direct = place.read("students"), place.read("lunch"), place.read("direct")
    parts = [place.read("free"), place.read("reduced")] if lunch is None or lunch.value is None else [lunch]
    counts = [fact for fact in parts if fact is not None and fact.value is not None]
    if total is None or not total.value or not (len(counts) == len(parts) or (direct is not None and direct.value)):
        return missing(fact for fact in (lunch, *parts, direct, total) if fact is not None) or why
    children = math.fsum(fact.value or 0.0 for fact in counts)
    reported = len(counts) == len(parts) and children < total.value
    if direct is not None and direct.value and not (reported and children) and direct.value <= total.value:
        return _Eligible(min(DIRECT * direct.value, total.value), total.value, [direct, total], True)
    if reported:
        return _Eligible(children, total.value, [*counts, total])
    facts = [*counts, total] if counts else [fact for fact in (direct, total) if fact is not None]
    return f"lunch is free for all, or told of more than there are: use an earlier year. {sources(facts)}."
