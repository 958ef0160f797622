"""What is added up over agents: a school's week, a week's voices, a run so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.agents.family import Family
    from sim.agents.staff import Teacher


class School:
    """A school: who attends and who teaches, and what their week was like.

    Attributes
    ----------
    quality : float
        Mean of skill times effort, 1 where nobody teaches.
    inside : int
        Children taking part.
    attitude : float
        Mean attitude of their families.
    voices_against : int
        Families that spoke against in the week.
    """

    def __init__(self, index: int) -> None:
        self.index = index
        self.families: list[Family] = []
        self.teachers: list[Teacher] = []
        self.quality = 1.0
        self.inside = self.voices_against = 0
        self.attitude = 0.0


@dataclass
class Voices:
    """What was said in a week: counts of families, and sums of their sway."""

    taking_part: int = 0
    in_favour: int = 0
    attitude: float = 0.0
    against: int = 0
    in_support: int = 0
    sway_against: float = 0.0
    sway_for: float = 0.0


@dataclass
class Running:
    """What a run adds up to so far."""

    on_record: list[int] = field(default_factory=lambda: [0] * 3)
    voice: list[float] = field(default_factory=lambda: [0.0] * 3)
    sway_on_record: float = 0.0
    reached: int = 0
    left_school: int = 0
    left_programme: int = 0
    lost: int = 0
    applicants: int = 0
    peak_applicants: int = 0
    student_weeks: float = 0.0
    gains: list[float] = field(default_factory=lambda: [0.0] * 3)
    children: list[int] = field(default_factory=lambda: [0] * 3)
    year_gain: list[float] = field(default_factory=lambda: [0.0] * 3)
    year_weeks: list[int] = field(default_factory=lambda: [0] * 3)
    weeks_this_year: int = 0
