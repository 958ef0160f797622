"""The map from the casebook's fields to a scenario of version 3 of the model.

Codes are facts of a case; this page says what version 3 makes of them. Beside a lesson it sees what
a schedule, marks or a device give families and take from them, what staff gain, who stands above,
what was promised, and whose posts it takes.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.casebook import map_to_version2 as version2
from sim.casebook.drawing import Values

NAME = "version 3"
FITTED = version2.FITTED
WEEKS = version2.WEEKS

UNUSED = ("day_share", "permit_years", "backers", "started", "first_places", "locale")
"""Fields of the rubric that version 3 cannot use."""

LOSS = 2.25
"""Losses weigh so many times a like gain (Tversky & Kahneman 1992)."""
DEAR = 2500.0
"""Dollars a year that weigh as much as a free day a week does (assumption)."""
USUAL_DATA = 0.05
"""Use of data about children in a usual school (the rubric)."""
SMALLEST_CLASS = 5
"""Children of a grade without whom no class is held that families choose (assumption)."""
CHOSE = {"told": 0.0, "some": 0.4, "chose": 1.0, "hired": 1.0}
ABOVE = {"none": 0.0, "encouraged": 0.3, "allowed": 0.3, "required": 1.0}
UNTRIED = {"none": 0.0, "proven": 0.2, "new": 0.6, "untried": 1.0}
SHOWN = ("scores", "equity")
"""Promises that results can keep."""


def changes(name: str, values: Values, years: float, most: int = version2.MOST_FAMILIES) -> dict[str, Any]:
    """What a coded case sets of a scenario, by dotted field, with at most so many families."""
    made = version2.changes(name, values, years, most)
    chosen, setting = values["chooses"] == "opt_in", made["design.setting"]
    inside = chosen and setting != "new_school"
    scale = made["population.families"] / max(int(values["reach"] if chosen else values["children"]), 20)
    promises = values["promises"]
    return made | {
        "initiative.departure": float(values["departure"]),
        "initiative.appeal": appeal(values),
        "initiative.workload": float(values["workload"]),
        "initiative.staff_gain": float(values["staff_gain"]),
        "initiative.promise": sum(each in SHOWN for each in promises) / max(len(promises), 1),
        f"factors.setting.{setting}.added_posts": 0.0 if chosen and not inside else float(values["extra_posts"]),
        f"factors.setting.{setting}.staff_choice": CHOSE[values["staff_choice"]],
        "design.smallest_class": SMALLEST_CLASS * scale if chosen else 0.0,
        "regulator.hold": ABOVE[values["above"]],
        "vendor.untried": UNTRIED[values["product_risk"]],
        "funder.cost": float(values["cost"] + values["one_time"] / 5.0),
    }


def appeal(values: Values) -> float:
    """What it gives families and takes from them beside the class, in aspects: gains, and losses
    more than twice. Who chooses it is not displaced.
    """
    displaced = 0.0 if values["chooses"] == "opt_in" else values["displaced"]
    found = (
        values["family_time"], -values["family_cost"] / DEAR, values["wellbeing"], -values["marks_harsh"],
        values["marks_readable"], -values["college_risk"], -values["loss_of_rank"], -displaced,
        USUAL_DATA - values["data_use"],
    )  # fmt: skip
    each = [max(-1.0, min(1.0, float(change))) for change in found]
    return sum(change if change >= 0.0 else LOSS * change for change in each)


def causes(runs: pd.DataFrame) -> Any:
    """Why each run was ended or adapted, in the casebook's categories; empty where it was not."""
    return runs["cause"].fillna("").to_numpy(str)
