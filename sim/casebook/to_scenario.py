"""The map from the casebook's fields to a scenario.

Codes are facts of a case; this page says what the model makes of them. Beside a lesson it sees what
a schedule, marks or a device give families and take from them, what staff gain, who stands above,
what was promised, and whose posts it takes. ``UNUSED`` are the fields that it cannot use.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.casebook.drawing import Values
from sim.casebook.rubric import fields
from sim.scenario import Scenario
from sim.scenario.rubric import DISTRICT_SD, GRADE_LEVEL, SES_WITHIN, STUDENTS_PER_TEACHER, WITHIN

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

UNUSED = ("day_share", "permit_years", "backers", "started", "first_places", "locale")
"""Fields of the rubric that the model cannot use."""

LOSS = 2.25
"""Losses weigh so many times a like gain (Tversky & Kahneman 1992)."""
DEAR = 2500.0
"""Dollars a year that weigh as much as a free day a week does (assumption)."""
USUAL_DATA = 0.05
"""Use of data about children in a usual school (the rubric)."""
SMALLEST_CLASS = 5
"""Children of a grade without whom no class is held that families choose (assumption)."""
MOST_COST = 100_000.0
"""Dollars per student and year that a scenario takes at the most, cost or saving."""
CHOSE = {"told": 0.0, "some": 0.4, "chose": 1.0, "hired": 1.0}
ABOVE = {"none": 0.0, "encouraged": 0.3, "allowed": 0.3, "required": 1.0}
UNTRIED = {"none": 0.0, "proven": 0.2, "new": 0.6, "untried": 1.0}
SHOWN = ("scores", "equity")
"""Promises that results can keep."""


def scenario(name: str, values: Values, years: float) -> Scenario:
    """Make a scenario of a coded case.

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
    cost = values["cost"] + values["one_time"] / 5.0
    promises, setting = values["promises"], _setting(values)
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
        "initiative.departure": float(values["departure"]),
        "initiative.appeal": appeal(values),
        "initiative.role_change": values["role_change"],
        "initiative.workload": float(values["workload"]),
        "initiative.staff_gain": float(values["staff_gain"]),
        "initiative.effect": values["effect"],
        "initiative.promise": sum(each in SHOWN for each in promises) / max(len(promises), 1),
        "design.assignment": values["chooses"],
        "design.setting": setting,
        "design.regulatory_status": "charter" if values["rules"] == "private" else values["rules"],
        **({"design.capacity": max(1, round(scale * values["places"]))} if chosen else {}),
        **({"design.viable_enrolment": round(scale * values["places"] * values["viable"])} if chosen and new else {}),
        **({"design.grant": values["start_grant"]} if new else {}),
        "design.smallest_class": SMALLEST_CLASS * (families / whole) if chosen else 0.0,
        f"factors.setting.{setting}.added_posts": float(values["extra_posts"]) if not chosen or not new else 0.0,
        f"factors.setting.{setting}.staff_choice": CHOSE[values["staff_choice"]],
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
        "regulator.hold": ABOVE[values["above"]],
        "vendor.untried": UNTRIED[values["product_risk"]],
        "funder.cost": float(np.clip(cost, -MOST_COST, MOST_COST)),
        "funder.borne": values["outside"],
        **({"funder.end_week": max(1, round(values["outside_years"] * WEEKS) + 1)} if values["outside"] > 0 else {}),
    }


def appeal(values: Values) -> float:
    """Return what it gives families and takes from them beside the class, in aspects: gains, and
    losses more than twice. Who chooses it is not displaced.
    """
    displaced = 0.0 if values["chooses"] == "opt_in" else values["displaced"]
    found = (
        values["family_time"], -values["family_cost"] / DEAR, values["wellbeing"], -values["marks_harsh"],
        values["marks_readable"], -values["college_risk"], -values["loss_of_rank"], -displaced,
        USUAL_DATA - values["data_use"],
    )  # fmt: skip
    each = [max(-1.0, min(1.0, float(change))) for change in found]
    return sum(change if change >= 0.0 else LOSS * change for change in each)


def _setting(values: Values) -> str:
    """The setting as the model knows it: what is chosen inside a school is at least a strand."""
    inside = values["chooses"] == "opt_in" and values["setting"] == "existing_school"
    return "strand" if inside else str(values["setting"])


def _elections(values: Values, years: float) -> list[int]:
    """Votes every other year, from the first one that is coded."""
    if values["board"] != "elected":
        return []
    first = values["election_weeks"] * WEEKS / CALENDAR + 1.0
    last = years * WEEKS
    return [round(first + 2 * WEEKS * number) for number in range(16) if first + 2 * WEEKS * number <= last]
