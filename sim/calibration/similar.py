"""How like a school is to those on record: its coded features, the cases and populations of the
casebook nearest to it, and where it lies beyond them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from sim.casebook import to_scenario
from sim.casebook.drawing import drawn
from sim.casebook.files import Case, Frame, open_casebook
from sim.casebook.runs import cases_of, frames_of
from sim.scenario import Scenario

CHOICE = {"mandatory": 0.0, "opt_out": 0.5, "opt_in": 1.0}
PLACE = {"existing_school": 0.0, "supplementary": 0.25, "strand": 0.25, "school_within_school": 0.5, "new_school": 1.0}
"""Named levels on a scale of 0 to 1 (assumption)."""

FEATURES = {
    "achievement": "mean achievement of its children (SD of the nation's children)",
    "ses": "mean SES of its families (SD of the nation's families)",
    "class": "distance of its class from the usual one (0-1)",
    "week": "how different a child's ordinary week looks (0-1)",
    "appeal": "what it gives families and takes from them beside the class (aspects)",
    "work": "work that it adds for teachers (-1 to 1)",
    "choice": "who decides that a child takes part (0 mandatory, .5 opt-out, 1 opt-in)",
    "place": "a place of its own (0 in an existing class, 1 a new school)",
    "rules": "rules that it is exempt from (0-1)",
    "order": "hold of a body above on it (0-1)",
    "led": "mean leadership score (0-1)",
    "size": "families in its grades (powers of ten)",
    "cost": "its cost a year, or saving (thousands of dollars, square root)",
}
"""What schools are compared by: what is coded before a start. Name -> words and unit."""

WHOLE = 10**8
"""Families at the most: places are compared at their own size."""
OF_A_CASE, OF_A_FRAME = 8, 32
"""How many times what readings of a case, or codes of a population, leave open is drawn."""


def features(at: Callable[[str], Any]) -> np.ndarray:
    """What a school is compared by, shape (features,), in the order of ``FEATURES``.

    Parameters
    ----------
    at : callable
        From a dotted field of a scenario to its value.

    Examples
    --------
    >>> dict(zip(FEATURES, features(Scenario().at).tolist()))["week"]
    0.0
    """
    apart = [abs(at(f"initiative.{name}") - at(f"status_quo.{name}")) for name in to_scenario.CLASS]
    week, cost = at("initiative.departure"), at("funder.cost") / 1000.0
    levers = [at(f"leadership.{lever}") for lever in to_scenario.LEVERS]
    return np.array(
        [
            at("population.achievement_mean"), at("population.ses_mean"), np.mean(apart),
            max(apart) if week is None else week, at("initiative.appeal"), at("initiative.workload"),
            CHOICE[at("design.assignment")], PLACE[at("design.setting")],
            at(f"factors.flexibility.{at('design.regulatory_status')}"), at("regulator.hold"), np.mean(levers),
            np.log10(max(at("population.families"), 1)), np.sign(cost) * np.sqrt(abs(cost)),
        ],
        float,
    )  # fmt: skip


class Known(NamedTuple):
    """A case or population on record: its programme, what was seen, and the features of its
    variants, shape (variants, features).
    """

    name: str
    programme: str
    words: str
    schools: np.ndarray


class OnRecord(NamedTuple):
    """What is on record.

    ``scale``: SD of each feature over all, every one of ``known`` alike in weight. ``isolated``:
    the distance of the loneliest from its nearest other.
    """

    known: tuple[Known, ...]
    scale: np.ndarray
    isolated: float


@cache
def on_record() -> OnRecord:
    """The casebook's cases that began, and its populations, as a case is compared with them."""
    book, usual = open_casebook(), Scenario().at
    cases, frames = cases_of(book), frames_of(book)
    known = []
    for name, unit in {**cases, **frames}.items():
        made = []
        for seed in range(OF_A_CASE if name in cases else OF_A_FRAME):
            changes = to_scenario.changes(name, drawn(name, unit.readings, seed), unit.years, WHOLE)
            made.append(features(partial(_value, changes, usual)))
        about = book.cases[name] if name in cases else book.frames[name]
        programme = about.case.programme if isinstance(about, Case) else about.frame.programme
        known.append(Known(name, programme, words(about), np.array(made)))
    means = np.array([each.schools.mean(axis=0) for each in known])
    within = np.array([each.schools.var(axis=0) for each in known])
    scale = np.sqrt(means.var(axis=0) + within.mean(axis=0))
    lonely = [
        min(_apart(mean, other.schools, scale) for place, other in enumerate(known) if place != own)
        for own, mean in enumerate(means)
    ]
    return OnRecord(tuple(known), scale, max(lonely))


def _value(changes: Mapping[str, Any], usual: Callable[[str], Any], field: str) -> Any:
    return changes[field] if field in changes else usual(field)


def words(about: Case | Frame) -> str:
    """What was seen of a case or a population, in a line."""
    if isinstance(about, Frame):
        count = about.count[0]
        low, high = count.years
        years = f"{high:g}" if low == high else f"{low:g} to {high:g}"
        return f"{about.frame.population}: {count.ended} of {count.units} ended in {years} years"
    outcome = about.outcome
    assert outcome is not None
    why = f", put down to {outcome.first_cause.replace('_', ' ')}" if outcome.first_cause else ""
    return f"{about.case.initiative}, {about.case.place}: {outcome.state}{why} (as of {outcome.as_of.year})"


def _apart(asked: np.ndarray, schools: np.ndarray, scale: np.ndarray) -> float:
    """Distance to the nearest of some schools: root mean square over features, in SDs."""
    return float(np.sqrt((((schools - asked) / scale) ** 2).mean(axis=1)).min())


class Like(NamedTuple):
    """A case or population on record and how like a case it is.

    ``apart``: root mean square over features, in SDs of the record. ``unlike``: the feature in
    which it differs most.
    """

    source: str
    programme: str
    words: str
    apart: float
    unlike: str


def most_like(scenario: Scenario, most: int = 3) -> list[Like]:
    """The cases and populations on record that a case is most like, nearest first.

    Examples
    --------
    >>> from sim.scenario import load_scenario
    >>> most_like(load_scenario("scenarios/mountain_view.toml"))[0].source
    'mountain_view'
    """
    record, asked, names = on_record(), features(scenario.at), list(FEATURES)
    found = []
    for each in record.known:
        moved = np.abs((each.schools - asked) / record.scale)
        nearest = moved[(moved**2).mean(axis=1).argmin()]
        apart = _apart(asked, each.schools, record.scale)
        found.append(Like(each.name, each.programme, each.words, apart, names[int(nearest.argmax())]))
    return sorted(found, key=lambda like: like.apart)[:most]


def beyond(scenario: Scenario) -> list[str]:
    """In what a case lies beyond what is on record, in words; empty where it does not.

    It does in a feature whose value is below or above that of all schools on record; and as a whole
    where it is farther from the nearest of them than the loneliest source is from the others.
    """
    record, asked = on_record(), features(scenario.at)
    together = np.concatenate([each.schools for each in record.known])
    low, high = together.min(axis=0), together.max(axis=0)
    reported = [
        f"{words}: {value:.2f}, on record {least:.2f} to {most:.2f}"
        for words, value, least, most in zip(FEATURES.values(), asked, low, high, strict=True)
        if not least - 1e-9 <= value <= most + 1e-9
    ]
    apart = _apart(asked, together, record.scale)
    if apart > record.isolated:
        reported.append(
            f"its features together: {apart:.2f} SD from the nearest school on record, more than the "
            f"{record.isolated:.2f} of the loneliest of these"
        )
    return reported
