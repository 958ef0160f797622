"""What a run returns: its weekly table, its outcome, and the columns of both with their units."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

THIRDS = ("low", "middle", "high")
STAKEHOLDERS = ("families", "teachers", "union", "regulator", "community", "vendor", "results")
"""Whose pressure drains the board's capital; ``results`` is the board's own judgement of published results."""

RUNGS = ("as_designed", "repaired", "diluted", "made_optional", "cancelled", "closed", "stopped")
"""Where a programme can stand: the board's ladder, then closed for lack of enrolment and stopped by the regulator."""
AS_DESIGNED, REPAIRED, DILUTED, OPTIONAL, CANCELLED, CLOSED, STOPPED = range(7)

ENDINGS = ("survived", "diluted", "made_optional", "cancelled", "closed", "stopped")
"""Ways of ending. A run has one: the lowest rung it reached. ``survived`` is as designed, repaired or not."""

OVER = ("cancelled", "closed", "stopped")
"""Endings after which nobody takes part any more."""

WEEKLY = {
    "taking_part": "families taking part at the end of the week",
    "in_favour": "families taking part whose attitude is above 0",
    "attitude": "mean attitude of the families taking part, -1 to 1 (0 where nobody does)",
    "voices_against": "families that spoke against in the week",
    "voices_for": "families that spoke for in the week",
    "on_record": "families that have ever spoken against, cumulative",
    "reached": "families that have ever taken part, cumulative",
    "left_school": "families that left the school, cumulative",
    "left_programme": "families that went back to the usual class, cumulative",
    "applicants": "families that applied at the latest intake",
    "teacher_attitude": "mean attitude of teachers, -1 to 1",
    "unhappy_share": "share of teachers below the unhappiness threshold, 0 to 1",
    "quality": "mean quality of delivery, 0 to 1 (1 as in the usual class)",
    "defects": "defect level of the product, 0 to 1",
    "union_level": "0 quiet, 1 concern, 2 grievance, 3 action",
    "notices": "regulator's notices served, cumulative",
    "attention": "public attention, 0 to 1",
    "funded": "1 while the funding holds",
    "dose": "share of the subject's time",
    "rung": "where the programme stands: index into RUNGS",
    "capital": "the board's political capital, at most 1",
    **{f"drained_{who}": f"capital drained by {who} in the week (negative: gained)" for who in STAKEHOLDERS},
}
"""Columns of the weekly table with their units; one row per week from 1, as at the end of the week."""

COLUMN = {name: index for index, name in enumerate(WEEKLY)}


@dataclass(frozen=True)
class Outcome:
    """How one run went.

    Attributes
    ----------
    scenario, design : str
        Names.
    seed : int
        Names the community and its weather.
    ending : str
        One of ``ENDINGS``.
    week : float
        Week (from 1) in which that ending was reached; NaN where it survived.
    week_repaired, week_diluted, week_made_optional, week_over : float
        Week of each step on the way, NaN where it was not taken.
    families : int
        Families of the community, those entering over the years included.
    reached : int
        Families that ever took part.
    on_record : int
        Families that ever spoke against.
    on_record_low, on_record_middle, on_record_high : int
        Of these, by the child's third of prior achievement.
    voice_low, voice_middle, voice_high : float
        Voices against over the run, each weighed by the family's sway, by that third: what a board room heard of it.
    sway_on_record, sway : float
        Mean sway of the families that ever spoke against (NaN where none did), and of the community's, 0 to 1.
    left_school, left_programme : int
        Departures.
    peak_applicants : int
        Most applicants at any intake.
    student_weeks : float
        Weeks delivered, weighed by dose: full-dose student-weeks.
    gain_low, gain_middle, gain_high : float
        Learning gain, SD per child of that third of the community over the run, children not reached included.
    drained_* : float
        Capital drained by each stakeholder over the run.
    """

    scenario: str
    design: str
    seed: int
    ending: str
    week: float
    week_repaired: float
    week_diluted: float
    week_made_optional: float
    week_over: float
    families: int
    reached: int
    on_record: int
    on_record_low: int
    on_record_middle: int
    on_record_high: int
    voice_low: float
    voice_middle: float
    voice_high: float
    sway_on_record: float
    sway: float
    left_school: int
    left_programme: int
    peak_applicants: int
    student_weeks: float
    gain_low: float
    gain_middle: float
    gain_high: float
    drained_families: float
    drained_teachers: float
    drained_union: float
    drained_regulator: float
    drained_community: float
    drained_vendor: float
    drained_results: float

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, with None for NaN (as JSON wants it)."""
        return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in asdict(self).items()}


@dataclass(frozen=True)
class Run:
    """One run: outcome and weekly table.

    Attributes
    ----------
    outcome : Outcome
    weeks : numpy.ndarray
        Float64, shape (weeks of the horizon, len(WEEKLY)); rows after the end of the programme are NaN.
    """

    outcome: Outcome
    weeks: np.ndarray

    def weekly(self) -> pd.DataFrame:
        """Return the weekly table: a row per week lived through, columns as in ``WEEKLY``, index ``week`` from 1."""
        table = pd.DataFrame(self.weeks, columns=list(WEEKLY), index=pd.RangeIndex(1, len(self.weeks) + 1, name="week"))
        return table.dropna(how="all")


@dataclass
class Tally:
    """What a run adds up to beside its weekly table; filled in by an engine."""

    student_weeks: float
    gains: np.ndarray
    children: np.ndarray
    peak_applicants: int
    step_weeks: np.ndarray
    on_record: np.ndarray
    voice: np.ndarray
    sway_on_record: float
    sway: float


def finish(scenario: str, design: str, seed: int, weeks: np.ndarray, tally: Tally) -> Run:
    """Make a run of an engine's arrays.

    Parameters
    ----------
    scenario, design : str
        Names.
    seed : int
    weeks : numpy.ndarray
        Weekly table, see :class:`Run`.
    tally : Tally
        ``gains`` (SD, summed) and ``children`` (count) per third of achievement, shape (3,); ``step_weeks``, shape
        (len(RUNGS),): week from 1 in which each rung was reached, NaN where it was not; ``on_record`` (count) and ``voice``
        (sway, summed) per third; ``sway_on_record`` the summed sway of families on record, ``sway`` the community's mean.
    """
    lived = weeks[~np.isnan(weeks[:, 0])] if len(weeks) else weeks
    last = lived[-1] if len(lived) else np.zeros(len(WEEKLY))
    rung, on_record = int(last[COLUMN["rung"]]), int(last[COLUMN["on_record"]])
    ending = RUNGS[rung] if rung >= DILUTED else "survived"
    per_child = tally.gains / np.maximum(tally.children, 1)
    over = tally.step_weeks[CANCELLED:]
    totals = sequential_sums(lived[:, COLUMN[f"drained_{STAKEHOLDERS[0]}"] :])
    drained: dict[str, Any] = {f"drained_{who}": float(total) for who, total in zip(STAKEHOLDERS, totals, strict=True)}
    voices: dict[str, Any] = {f"on_record_{third}": int(count) for third, count in zip(THIRDS, tally.on_record, strict=True)}
    voices |= {f"voice_{third}": float(voice) for third, voice in zip(THIRDS, tally.voice, strict=True)}
    outcome = Outcome(
        scenario=scenario,
        design=design,
        seed=seed,
        ending=ending,
        week=float(tally.step_weeks[rung]) if rung >= DILUTED else math.nan,
        week_repaired=float(tally.step_weeks[REPAIRED]),
        week_diluted=float(tally.step_weeks[DILUTED]),
        week_made_optional=float(tally.step_weeks[OPTIONAL]),
        week_over=float(np.fmin.reduce(over)),
        families=int(tally.children.sum()),
        reached=int(last[COLUMN["reached"]]),
        on_record=on_record,
        **voices,
        sway_on_record=tally.sway_on_record / on_record if on_record else math.nan,
        sway=tally.sway,
        left_school=int(last[COLUMN["left_school"]]),
        left_programme=int(last[COLUMN["left_programme"]]),
        peak_applicants=int(tally.peak_applicants),
        student_weeks=float(tally.student_weeks),
        gain_low=float(per_child[0]),
        gain_middle=float(per_child[1]),
        gain_high=float(per_child[2]),
        **drained,
    )
    return Run(outcome, weeks)


def sequential_sums(table: np.ndarray) -> np.ndarray:
    """Add up each column in order, as the weeks went by."""
    return np.cumsum(table, axis=0)[-1] if len(table) else np.zeros(table.shape[1])
