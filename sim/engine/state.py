"""What changes during a compiled run, and how the parts of its week are registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from sim.outcome import STAKEHOLDERS
from sim.rules import DEFAULT

PHASES: list[Callable[..., Any]] = []
r = DEFAULT
"""The rules that phases call; ``sim/engine/run.py`` puts another set in its place where a rule is swapped."""

STAYS, RETURNED, LEFT = 0, 1, 2
ATTITUDE, HEAT = 0, 1
FAMILIES, TEACHERS, UNION, REGULATOR, COMMUNITY, VENDOR, JUDGEMENT = range(len(STAKEHOLDERS))

DISTRICT = np.dtype(
    [
        ("rung", "i8"),
        ("dose", "f8"),
        ("return_ease", "f8"),
        ("capital", "f8"),
        ("defects", "f8"),
        ("repair_speed", "f8"),
        ("funded", "i8"),
        ("quality", "f8"),
        ("teacher_attitude", "f8"),
        ("unhappy_share", "f8"),
        ("mean_effort", "f8"),
        ("union_level", "i8"),
        ("weeks_above", "i8"),
        ("weeks_below", "i8"),
        ("notices", "i8"),
        ("last_review", "i8"),
        ("attention", "f8"),
        ("taking_part", "i8"),
        ("in_favour", "i8"),
        ("attitude", "f8"),
        ("voices_against", "i8"),
        ("voices_for", "i8"),
        ("sway_against", "f8"),
        ("sway_for", "f8"),
        ("on_record", "i8"),
        ("sway_on_record", "f8"),
        ("reached", "i8"),
        ("enrolled", "i8"),
        ("lost", "i8"),
        ("left_school", "i8"),
        ("left_programme", "i8"),
        ("applicants", "i8"),
        ("peak_applicants", "i8"),
        ("short_counts", "i8"),
        ("student_weeks", "f8"),
        ("weeks_this_year", "i8"),
    ]
)
"""What the district knows in a week: one number each, named as in the weekly table where it stands there too."""


class State(NamedTuple):
    """Arrays that change during a run: by family (N), teacher (T), school (S), and third of achievement (3).

    ``mood`` has shape (2, N, 2): attitude and heat of each family, side by side in memory as they are read together,
    this week's and the next one's taking turns. ``gone`` is ``STAYS``, ``RETURNED`` or ``LEFT``. ``school_*`` hold last
    week's means and counts, ``third_inside`` the children of each third taking part, ``third_on_record`` and ``third_voice`` the
    families that have spoken against and their sway summed over the weeks, ``evidence`` what published results
    add to experience, ``week_gain``, ``year_gain`` and ``gains`` sums of learning (SD) over the week, the year and the
    run, ``drained`` the week's capital by stakeholder, ``step_weeks`` the week of each rung (NaN where not taken).
    """

    fit: np.ndarray
    w_reliability: np.ndarray
    means: np.ndarray
    mood: np.ndarray
    inside: np.ndarray
    gone: np.ndarray
    spoken: np.ndarray
    been_inside: np.ndarray
    teacher_attitude: np.ndarray
    skill: np.ndarray
    school_quality: np.ndarray
    school_inside: np.ndarray
    school_attitude: np.ndarray
    school_against: np.ndarray
    third_inside: np.ndarray
    third_on_record: np.ndarray
    third_voice: np.ndarray
    evidence: np.ndarray
    week_gain: np.ndarray
    year_gain: np.ndarray
    year_weeks: np.ndarray
    gains: np.ndarray
    children: np.ndarray
    drained: np.ndarray
    step_weeks: np.ndarray


def phase(function: Callable[..., Any]) -> Callable[..., Any]:
    """Register a part of the week, to be compiled against a set of rules."""
    PHASES.append(function)
    return function
