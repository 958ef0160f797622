"""Names of fields and designs that a user's files may still have, and what they are called now."""

from __future__ import annotations

FIELDS = {"families.heat_kept": "families.mobilisation_kept"}
"""Fields of a scenario, by dotted name. Only the last part of a name has changed."""

_WISHES = "the majority expects the usual class, the minority population.aligned_distance away from it"
_LADDER = "the board takes each next step below board.answer_below"
_ALIKE = "all seven weights have population.priority_concentration"

GONE = {
    **{
        f"population.{who}_{wish}": _WISHES
        for who in ("conventional", "aligned")
        for wish in ("teacher_led", "grade_path", "agency")
    },
    **{
        f"population.priority_{what}": _ALIKE
        for what in ("effect", "success", "peers", "teacher_led", "grade_path", "agency", "reliability")
    },
    **{f"board.{step}_below": _LADDER for step in ("repair", "concede", "optional")},
    "board.lean": "who wins a seat on the issue endures less by 1",
    "teachers.blame_weight": "blame is the share of families that speak against",
    "teachers.dip_training": "full training removes all of the dip",
    "teachers.effort_range": "quality is skill times what is used of the programme",
    "vendor.vetting_weight": "full vetting removes all defects",
    "vendor.outage_chance": "outages are defects",
    "vendor.outage_size": "outages are defects",
    "students.threshold": "students' thresholds are spread evenly from 0 to 1",
    "network.degree_ses": "contacts do not depend on SES",
}
"""Fields that are gone, as they moved nothing that is on record, and what holds in their place."""

DESIGNS = {"opt_in_inside": "strand"}
"""Named designs."""


def called_now(given: str, names: dict[str, str]) -> str:
    """What a message says of an old name; empty where a name is not one.

    Parameters
    ----------
    given : str
        A name as a user gave it.
    names : dict
        Names by old name, as :data:`FIELDS`.

    Examples
    --------
    >>> called_now("families.heat_kept", FIELDS)
    'is called families.mobilisation_kept now'
    >>> called_now("vendor.outage_size", FIELDS)
    'is gone: outages are defects; accepted: a file without it'
    """
    if names is FIELDS and given in GONE:
        return f"is gone: {GONE[given]}; accepted: a file without it"
    return f"is called {names[given]} now" if given in names else ""
