"""The conversion rules of docs/scenario_rubric.md: facts of a district become fields of
``[population]``.

All SDs are of children or families against the nation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

GRADE_LEVEL = 0.3
"""SDs of children in a grade level (assumption after Reardon et al., docs/communities.csv)."""
DISTRICT_SD = 0.5
"""SDs of families' SES in a district's SD (assumption)."""
SES_WITHIN = 0.8
"""Spread of families' SES within a district, SD (assumption)."""
WITHIN = 0.87
"""Spread of children's achievement within poor or not poor, SD (assumption: .85 to .9)."""
WITHOUT_GROUPS = 0.95
"""The same where nobody is told apart as poor, SD (assumption)."""
ACHIEVEMENT_SES = 0.77
"""Correlation of achievement with SES between districts (docs/communities.csv)."""
MEDIAN_GAP = 1.45
"""Grade levels between not poor and poor in the median district (docs/communities.csv)."""
STATE_SD = 0.9
"""A state's SD of SES between districts, the nation's being 1 (assumption)."""
CENTRE = 5.5
"""Grade that pooled means of grades 3 to 8 are centred on."""
DIRECT = 1.6
"""Children eligible for free or reduced-price lunch for each who is certified directly, without an
application: the multiplier of the Community Eligibility Provision (assumption).
"""
PERIODS, CLASS = 5, 25
"""Periods that a teacher teaches a day, and children of a class (assumptions)."""
STUDENTS_PER_TEACHER = 15
"""Students of a district for each of its teachers (assumption)."""


def equal_schools(children: Sequence[float]) -> float:
    """How many schools of equal size schools of these sizes count as: (sum)² / (sum of squares).

    Examples
    --------
    >>> equal_schools([400, 100, 100])
    2.0
    """
    return math.fsum(children) ** 2 / math.fsum(each**2 for each in children)


def rounded(value: float, places: int = 2) -> float:
    """A number to some places, a half always up.

    Examples
    --------
    >>> rounded(0.325), rounded(0.435), rounded(-0.081)
    (0.33, 0.44, -0.08)
    """
    scale = 10**places
    return math.floor(round(value * scale, 6) + 0.5) / scale


def share_of_poor(everyone: float, not_poor: float, poor: float) -> float | None:
    """The share of poor children that follows from three means, of any one unit; None where they do
    not fit together.

    Examples
    --------
    >>> round(share_of_poor(0.48, 2.31, -1.36), 2)
    0.5
    """
    gap = not_poor - poor
    share = (not_poor - everyone) / gap if gap > 0 else -1.0
    return share if 0.0 <= share <= 1.0 else None


def ses_from_lunch(lunch: float, mean: float, sd: float, state_sd: float = STATE_SD, offset: float = 0.0) -> float:
    """SES in SDs between the nation's districts, from a share on free or reduced-price lunch.

    Parameters
    ----------
    lunch : float
        The district's share, 0 to 1.
    mean, sd : float
        Mean and SD of that share between the state's districts.
    state_sd, offset : float
        SD and mean of SES between the state's districts, the nation's being 1 and 0.

    Examples
    --------
    >>> round(ses_from_lunch(0.31, 0.44, 0.20), 3)
    0.585
    """
    return state_sd * (mean - lunch) / sd + offset


def teachers_needed(children: float, schools: int) -> int:
    """Teachers of a programme of one period a day, at least one a school.

    Examples
    --------
    >>> teachers_needed(500, 2), teachers_needed(60, 3)
    (4, 3)
    """
    return max(math.ceil(children / (PERIODS * CLASS)), schools, 1)
