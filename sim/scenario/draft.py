"""A scenario file to begin with: what the rubric asks for, each with its meaning beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sim.scenario.convert import SCHEMA
from sim.scenario.describe import parameter_table
from sim.scenario.schema import Scenario

ASKED = (
    "population.families", "population.schools", "population.grades", "population.next_in_line",
    "students.youngest_grade", "population.achievement_mean", "population.ses_mean", "population.share_poor",
    "population.poor_gap", "initiative.success", "initiative.tailoring", "initiative.mixing",
    "initiative.teacher_led", "initiative.grade_path", "initiative.agency", "initiative.technology",
    "initiative.role_change", "initiative.workload", "initiative.effect", "initiative.seat_time",
    "initiative.grade_level", "initiative.certification", "design.assignment", "design.setting",
    "design.regulatory_status", "design.dose", "design.capacity", "leadership.vetting", "leadership.training",
    "leadership.communication", "leadership.responsiveness", "leaders.decides", "teachers.count",
    "teachers.disposition_mean", "union.bargaining_unit", "funder.cost", "funder.borne", "funder.end_week",
    "board.constituency", "board.seats", "board.meeting_interval", "community.election_weeks", "community.turnout",
)  # fmt: skip
"""What docs/scenario_rubric.md asks for, in its order: fields of a scenario."""


def value_of(text: str) -> Any:
    """A value as it is typed: a number, true or false, a list, or a name.

    Examples
    --------
    >>> [value_of(text) for text in ("0.5", "900", "opt_in", "true", "[11, 83]")]
    [0.5, 900, 'opt_in', True, (11, 83)]
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return tuple(value) if isinstance(value, list) else value


def as_typed(value: Any) -> str:
    """A value as one types it, and as TOML has it: what :func:`value_of` reads.

    Examples
    --------
    >>> [as_typed(value) for value in (0.5, "opt_in", True, (11, 83), ())]
    ['0.5', '"opt_in"', 'true', '[11, 83]', '[]']
    """
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def draft(name: str, given: Mapping[str, Any], base: str | None = None, start: Scenario | None = None) -> str:
    """The text of a scenario file.

    Parameters
    ----------
    name : str
    given : mapping
        Values by field.
    base : str, optional
        The scenario that it extends. Without one, all that is asked for is written.
    start : Scenario, optional
        That scenario, read.

    Returns
    -------
    str
        TOML: what is given as facts, of which the source is still to be named; the rest at its
        default, marked as an assumption, or, where another scenario is extended, as comments.

    Raises
    ------
    sim.io.errors.InputError
        Where a field is unknown, or a value is not accepted.

    Examples
    --------
    >>> print(draft("ours", {"population.families": 900}, "mountain_view", Scenario())[:36])
    schema = 2
    extends = "mountain_view"
    """
    table = parameter_table().set_index("field")
    made = (start or Scenario()).revise(given, f"{name}.toml")
    head = {"name": name, "title": name.replace("_", " "), "sources": ()}
    head |= {field: value for field, value in given.items() if "." not in field}
    lines = [f"schema = {SCHEMA}", *([f"extends = {as_typed(base)}"] if base else [])]
    lines += [f"{field} = {as_typed(value)}" for field, value in head.items()]
    lines += [
        "",
        "# Score each number by the rubric (sim docs scenario_rubric), and write beside it the fact that it rests on.",
    ]
    fields = dict.fromkeys([*ASKED, *(field for field in given if "." in field)])
    for section in dict.fromkeys(field.partition(".")[0] for field in fields):
        lines += ["", f"[{section}]"]
        for field in (each for each in fields if each.startswith(f"{section}.")):
            value = made.at(field)
            known = table.loc[field]
            unit = "" if known["unit"] == "-" else f" ({known['unit']})"
            rests = "Fact: of which source?" if field in given else "Assumption." if not base else f"As in {base}."
            left_out = value is None or (base is not None and field not in given)
            line = f"{field.split('.', 1)[1]} = {'...' if value is None else as_typed(value)}"
            lines.append(
                f"{'# ' if left_out else ''}{line:<27} # {rests} {known['meaning']}{unit}; {known['accepted']}."
            )
    return "\n".join(lines) + "\n"
