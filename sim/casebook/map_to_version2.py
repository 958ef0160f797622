"""The map from the casebook's fields to a scenario of version 2 of the model.

Codes are facts of a case; this page says what version 2 makes of them. Version 2 sees a lesson:
what a schedule, a mark or a device gives and takes has no field in it and no effect (``UNUSED``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.casebook.drawing import Values
from sim.casebook.rubric import fields
from sim.scenario import Scenario
from sim.scenario.rubric import DISTRICT_SD, GRADE_LEVEL, SES_WITHIN, STUDENTS_PER_TEACHER, WITHIN

NAME = "version 2"

FITTED = ("mountain_view", "cheshire", "elizabeth", "school_of_one", "village_high")
"""Cases that its posterior was fitted to: their scores are no test."""

MOST_FAMILIES = 600
"""Families that are simulated at the most; a larger place is a smaller one with all its counts in
proportion (assumption: shares, not counts, decide).
"""

WEEKS, CALENDAR = 36, 52.18
"""Instructional and calendar weeks of a year."""

POOR_GAP = 0.44
"""Not poor less poor, SD of children: the median district's 1.45 grade levels
(docs/scenario_rubric.md).
"""

CLASS = ("success", "tailoring", "mixing", "teacher_led", "grade_path", "agency", "technology")
REGULATED = ("seat_time", "grade_level", "certification")
LEVERS = ("vetting", "training", "communication", "responsiveness")
DECIDES = {"principal": "principal", "operator": "principal", "both": "both"}

UNUSED = (
    "departure", "day_share", "family_time", "family_cost", "wellbeing", "marks_harsh", "marks_readable",
    "college_risk", "loss_of_rank", "displaced", "data_use", "staff_gain", "staff_choice", "extra_posts",
    "permit_years", "above", "backers", "promises", "started", "first_places", "locale", "product_risk",
)  # fmt: skip
"""Fields of the rubric that version 2 cannot use."""


def scenario(name: str, values: Values, years: float) -> Scenario:
    """A scenario of version 2 for a coded case.

    Parameters
    ----------
    name : str
    values : dict
        As :func:`sim.casebook.drawing.drawn` gives them.
    years : float
        How long it is followed from its start.

    Examples
    --------
    >>> from sim.casebook.drawing import drawn
    >>> scenario("none", drawn("none", [], 1), 2.0).horizon.weeks
    72
    """
    return Scenario().revise(changes(name, values, years))


def changes(name: str, values: Values, years: float, most: int = MOST_FAMILIES) -> dict[str, Any]:
    """What :func:`scenario` sets, by dotted field, with at most so many families simulated."""
    chosen, new = values["chooses"] == "opt_in", values["setting"] == "new_school"
    whole = max(int(values["reach"] if chosen else values["children"]), 20)
    scale = min(1.0, most / whole)
    families = round(whole * scale)
    own = values["board"] in ("own", "company")
    body = round(scale * (2 * whole if own else max(whole, values["district_children"])))
    grades = int(np.clip(values["grades"], 1, 13))
    taught = scale * (min(values["places"], whole) if chosen else whole)
    return {
        "name": name,
        "horizon.weeks": max(1, round(years * WEEKS)),
        "population.families": families,
        "population.schools": 1 if chosen else int(np.clip(values["schools"], 1, max(1, families // 60))),
        "population.grades": grades,
        "population.ses_mean": float(np.clip(DISTRICT_SD * values["advantage"], -2.0, 2.0)),
        "population.ses_sd": SES_WITHIN,
        "population.achievement_mean": GRADE_LEVEL * values["achievement"],
        "population.achievement_sd": WITHIN,
        "population.share_poor": values["share_poor"],
        "population.poor_gap": POOR_GAP,
        "students.youngest_grade": int(min(values["youngest_grade"], 13 - grades)),
        **{f"status_quo.{each}": float(np.clip(fields()[each].usual, 0.01, 1.0)) for each in (*CLASS, *REGULATED)},
        **{f"initiative.{each}": float(np.clip(values[each], 0.01, 0.99)) for each in CLASS},
        **{f"initiative.{each}": values[each] for each in REGULATED},
        "initiative.role_change": values["role_change"],
        "initiative.workload": max(0.0, values["workload"]),
        "initiative.effect": values["effect"],
        "design.assignment": values["chooses"],
        "design.setting": _setting(values),
        "design.regulatory_status": "charter" if values["rules"] == "private" else values["rules"],
        **({"design.capacity": max(1, round(scale * values["places"]))} if chosen else {}),
        **({"design.viable_enrolment": round(scale * values["places"] * values["viable"])} if chosen and new else {}),
        **({"design.grant": values["start_grant"]} if new else {}),
        **{f"leadership.{each}": values[each] for each in LEVERS},
        "teachers.count": max(2, round(taught / 25.0)),
        "teachers.job_share": values["job_share"],
        "teachers.disposition_mean": values["disposition"],
        "union.bargaining_unit": max(max(2, round(taught / 25.0)), body // STUDENTS_PER_TEACHER),
        "power.union.regulation": 0.0 if values["union"] == "none" else 1.0,
        "leaders.decides": DECIDES.get(values["decider"], "superintendent"),
        "board.constituency": max(body, families),
        "board.seats": int(np.clip(values["seats"] + 1 - values["seats"] % 2, 1, 15)),
        "board.meeting_interval": int(np.clip(round(values["meeting_weeks"]), 1, 52)),
        "board.can_concede": values["can_be_cut"] == "yes",
        "board.can_make_optional": values["can_be_optional"] == "yes",
        "community.election_weeks": _elections(values, years),
        "funder.cost": max(0.0, values["cost"] + values["one_time"] / 5.0),
        "funder.borne": values["outside"],
        **({"funder.end_week": max(1, round(values["outside_years"] * WEEKS) + 1)} if values["outside"] > 0 else {}),
    }


def _setting(values: Values) -> str:
    """The setting as version 2 knows it: what is chosen inside a school is at least a strand."""
    inside = values["chooses"] == "opt_in" and values["setting"] == "existing_school"
    return "strand" if inside else str(values["setting"])


def _elections(values: Values, years: float) -> list[int]:
    """Votes every other year, from the first one that is coded."""
    if values["board"] != "elected":
        return []
    first = values["election_weeks"] * WEEKS / CALENDAR + 1.0
    last = years * WEEKS
    return [round(first + 2 * WEEKS * number) for number in range(16) if first + 2 * WEEKS * number <= last]


def causes(runs: pd.DataFrame) -> np.ndarray:
    """Why each run was ended or adapted, in the casebook's categories; "" where it was not.

    Version 2 says how a programme ended, not why. A board that suspends, does not renew, dilutes or
    makes optional does so for whoever drained its capital most; where nobody did, for money.

    Parameters
    ----------
    runs : pandas.DataFrame
        With ``ending``, ``seats_lost`` and ``drained_*``.

    Returns
    -------
    numpy.ndarray
        Of shape (runs,).
    """
    by = {"dropped": "new_leader", "closed": "enrolment", "mismanaged": "money", "stopped": "order"}
    pressing = {"drained_families": "families", "drained_union": "staff", "drained_results": "results"}
    drained = runs[list(pressing)].to_numpy(float)
    most = np.array(list(pressing.values()))[drained.argmax(1)]
    pressed = np.where(drained.max(1) > 0.0, most, "money")
    found = [by.get(ending, who) for ending, who in zip(runs["ending"], pressed, strict=True)]
    return np.where(runs["ending"].isin(["sustained", "not_opened"]), "", np.array(found, dtype=object)).astype(str)
