"""How like a school is to those on record: its coded features, the sources nearest to it, and
where it lies beyond them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.calibration.sources import Source, variants
from sim.scenario import Scenario

CHOICE = {"mandatory": 0.0, "opt_out": 0.5, "opt_in": 1.0}
PLACE = {"existing_school": 0.0, "supplementary": 0.25, "strand": 0.25, "school_within_school": 0.5, "new_school": 1.0}
"""Named levels on a scale of 0 to 1 (assumption)."""

FEATURES = {
    "achievement": "mean achievement of its children (SD of the nation's children)",
    "ses": "mean SES of its families (SD of the nation's families)",
    "departure": "distance of the programme from the usual class (0-1)",
    "choice": "who decides that a child takes part (0 mandatory, .5 opt-out, 1 opt-in)",
    "place": "a place of its own (0 in an existing class, 1 a new school)",
    "rules": "rules that it is exempt from (0-1)",
    "led": "mean leadership score (0-1)",
    "dose": "share of the subject's time (0-1)",
    "size": "families in its grades (powers of ten)",
    "cost": "its cost a year (powers of ten of thousands of dollars)",
}
"""What schools are compared by: what is coded before a start. Name -> words and unit."""


def departure(scenario: Scenario) -> float:
    """How far a programme is from the usual class, 0 to 1: the mean over a class's coordinates.

    Examples
    --------
    >>> departure(Scenario())
    0.0
    """
    usual = scenario.status_quo.model_dump()
    return float(np.mean([abs(getattr(scenario.initiative, name) - value) for name, value in usual.items()]))


def led(scenario: Scenario) -> float:
    """Mean leadership score, 0 to 1.

    Examples
    --------
    >>> led(Scenario())
    0.5
    """
    return float(np.mean(list(scenario.leadership.model_dump().values())))


def features(scenario: Scenario) -> np.ndarray:
    """What a school is compared by, shape (features,), in the order of ``FEATURES``.

    Examples
    --------
    >>> dict(zip(FEATURES, features(Scenario()).tolist()))["dose"]
    1.0
    """
    people, design = scenario.population, scenario.design
    return np.array(
        [
            people.achievement_mean, people.ses_mean, departure(scenario), CHOICE[design.assignment],
            PLACE[design.setting], getattr(scenario.factors.flexibility, design.regulatory_status), led(scenario),
            design.dose, np.log10(people.families), np.log10(1.0 + scenario.funder.cost),
        ]
    )  # fmt: skip


class OnRecord(NamedTuple):
    """The features of the schools on record.

    ``schools``: by source, shape (schools, features). ``scale``: SD of each over all, every source
    alike in weight. ``isolated``: the distance of the loneliest source from its nearest other.
    """

    sources: tuple[Source, ...]
    schools: tuple[np.ndarray, ...]
    scale: np.ndarray
    isolated: float


@lru_cache(maxsize=4)
def on_record(sources: tuple[Source, ...]) -> OnRecord:
    """The schools of sources, as a case is compared with them."""
    schools = tuple(np.array([features(each.scenario) for each in variants(source)]) for source in sources)
    means = np.array([each.mean(axis=0) for each in schools])
    within = np.array([each.var(axis=0) for each in schools])
    scale = np.sqrt(means.var(axis=0) + within.mean(axis=0))
    lonely = [
        min(_apart(mean, other, scale) for place, other in enumerate(schools) if place != own)
        for own, mean in enumerate(means)
    ]
    return OnRecord(sources, schools, scale, max(lonely))


def _apart(asked: np.ndarray, schools: np.ndarray, scale: np.ndarray) -> float:
    """Distance to the nearest of some schools: root mean square over features, in SDs."""
    return float(np.sqrt((((schools - asked) / scale) ** 2).mean(axis=1)).min())


class Like(NamedTuple):
    """A source on record and how like a case it is.

    ``apart``: root mean square over features, in SDs of the record. ``unlike``: the feature in
    which it differs most.
    """

    source: str
    words: str
    apart: float
    unlike: str


def most_like(scenario: Scenario, sources: Sequence[Source], most: int = 3) -> list[Like]:
    """The sources on record that a case is most like, nearest first.

    Examples
    --------
    >>> from sim.calibration.sources import record
    >>> from sim.scenario import load_scenario
    >>> most_like(load_scenario("scenarios/mountain_view.toml"), record())[0].source
    'mountain_view'
    """
    known, asked, names = on_record(tuple(sources)), features(scenario), list(FEATURES)
    found = []
    for source, schools in zip(known.sources, known.schools, strict=True):
        moved = np.abs((schools - asked) / known.scale)
        nearest = moved[(moved**2).mean(axis=1).argmin()]
        found.append(Like(source.name, source.words, _apart(asked, schools, known.scale), names[int(nearest.argmax())]))
    return sorted(found, key=lambda each: each.apart)[:most]


def beyond(scenario: Scenario, sources: Sequence[Source]) -> list[str]:
    """In what a case lies beyond what is on record, in words; empty where it does not.

    It does in a feature whose value is below or above that of all schools on record; and as a whole
    where it is farther from the nearest of them than the loneliest source is from the others.
    """
    known, asked = on_record(tuple(sources)), features(scenario)
    together = np.concatenate(known.schools)
    low, high = together.min(axis=0), together.max(axis=0)
    reported = [
        f"{words}: {value:.2f}, on record {least:.2f} to {most:.2f}"
        for words, value, least, most in zip(FEATURES.values(), asked, low, high, strict=True)
        if not least - 1e-9 <= value <= most + 1e-9
    ]
    apart = _apart(asked, together, known.scale)
    if apart > known.isolated:
        reported.append(
            f"its features together: {apart:.2f} SD from the nearest school on record, more than the "
            f"{known.isolated:.2f} of the loneliest of these"
        )
    return reported
