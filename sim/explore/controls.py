"""What moves on the page: fields of a scenario, in groups, each with its meaning, unit, source and
whether the record informs it.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from pydantic.fields import FieldInfo

from sim.calibration.prior_against_posterior import Informed, prior_against_posterior
from sim.draws import Draws
from sim.scenario import Scenario, parameter_table

GROUPS: dict[str, dict[str, str]] = {
    "The levers of leadership": {
        "leadership.vetting": "Vetting of the programme",
        "leadership.training": "Training of staff",
        "leadership.communication": "Communication with families",
        "leadership.responsiveness": "Response to complaints",
    },
    "How much, and under which rules": {
        "design.dose": "Share of the subject's time",
        "design.assignment": "How families come in",
        "design.capacity": "Places, where families opt in",
        "design.setting": "Where it takes place",
        "design.regulatory_status": "Regulatory status",
    },
    "The initiative": {
        "initiative.success": "Visible success at tasks",
        "initiative.tailoring": "Tasks tailored to each child",
        "initiative.mixing": "Children of all levels together",
        "initiative.teacher_led": "Teacher leads the class",
        "initiative.grade_path": "Grade-level path",
        "initiative.agency": "Choice of pace and topic",
        "initiative.technology": "Reliance on technology",
        "initiative.role_change": "Change of the teacher's role",
        "initiative.workload": "Extra work for teachers",
        "initiative.effect": "Effect on learning",
        "initiative.seat_time": "Seat time kept",
        "initiative.grade_level": "Grade-level content kept",
    },
    "The community": {
        "population.achievement_mean": "Mean achievement",
        "population.achievement_sd": "Spread of achievement",
        "population.ses_mean": "Mean socio-economic status",
        "population.ses_sd": "Spread of socio-economic status",
        "population.share_poor": "Share of poor children",
        "population.aligned_minority": "Families who want it from the start",
        "population.families": "Families in its grades",
    },
    "Power over the board": {
        "power.families.governance": "Families, by votes",
        "power.community.governance": "Community, by votes",
        "power.results.governance": "Published results",
        "power.union.regulation": "Union, by contract",
        "power.regulator.regulation": "Regulator, by rules",
        "power.funder.resources": "Funder, by money",
    },
    "Money": {
        "funder.cost": "Cost of the programme",
        "funder.borne": "Share paid by others",
        "funder.promised": "Share promised by others",
        "funder.loss": "Chance per year that this money ends",
    },
    "How much voices count": {
        "board.constituency_exponent": "γ: counted against the whole district",
        "families.pressure": "Weight of families' voices",
        "families.voice_rate": "Readiness to speak up",
        "families.contagion": "Spread of voices by contact",
        "union.pressure": "Weight of unhappy staff",
    },
}
"""Groups of controls: field -> its name on the page."""

SPANS: dict[str, tuple[float, float]] = {
    "initiative.effect": (-0.3, 0.3),
    "population.achievement_mean": (-1.5, 1.5),
    "population.achievement_sd": (0.2, 1.6),
    "population.ses_mean": (-1.5, 1.5),
    "population.ses_sd": (0.2, 1.6),
    "population.families": (40, 2000),
    "design.capacity": (0, 500),
    "funder.cost": (0, 2000),
    "families.pressure": (0, 100),
    "families.voice_rate": (0, 0.2),
    "union.pressure": (0, 0.3),
    **dict.fromkeys(GROUPS["Power over the board"], (0, 3)),
}
"""Where a slider's ends are narrower than what is accepted; the box beside it takes all of that."""

FIELDS = tuple(field for fields in GROUPS.values() for field in fields)

STEPS = 100
"""Steps of a slider, about."""


def controls() -> list[dict[str, Any]]:
    """The groups with their controls, as plain data.

    Returns
    -------
    list of dict
        ``title`` and ``controls``, of which each has ``field, name, unit, meaning, source,
        assumed, role, prior_against_posterior`` and ``kind``: ``number`` or ``whole``, with ``low,
        high, step, least, most`` and whether it is ``optional``; or ``choice``, with ``choices``.

    Examples
    --------
    >>> [group["title"] for group in controls()][:2]
    ['The levers of leadership', 'How much, and under which rules']
    """
    rows = parameter_table().set_index("field")
    said = prior_against_posterior()
    return [
        {"title": title, "controls": [_control(field, name, rows.loc[field], said) for field, name in fields.items()]}
        for title, fields in GROUPS.items()
    ]


def _control(field: str, name: str, row: Any, said: Mapping[str, Informed]) -> dict[str, Any]:
    reported = {
        "field": field,
        "name": name,
        "unit": "" if row["unit"] == "-" else row["unit"],
        "meaning": row["meaning"],
        "source": row["source"],
        "assumed": bool(row["assumed"]),
        "role": row["role"],
        "prior_against_posterior": said[field].words if field in said else "",
    }
    declared = _declared(field)
    choices = [each for each in typing.get_args(declared.annotation) if isinstance(each, str)]
    if choices:
        return reported | {"kind": "choice", "choices": choices}
    least = next(float(bound.ge) for bound in declared.metadata if hasattr(bound, "ge"))
    most = next(float(bound.le) for bound in declared.metadata if hasattr(bound, "le"))
    low, high = SPANS.get(field, (least, most))
    step = 10.0 ** np.floor(np.log10((high - low) / STEPS) + 1e-9)
    whole = bool(row["whole"])
    return reported | {
        "kind": "whole" if whole else "number",
        "low": low,
        "high": high,
        "step": max(1.0, step) if whole else float(f"{step:g}"),
        "least": least,
        "most": most,
        "optional": type(None) in typing.get_args(declared.annotation),
    }


def _declared(field: str) -> FieldInfo:
    """The declaration of a dotted field."""
    section, _, leaf = field.rpartition(".")
    return type(Scenario().at(section)).model_fields[leaf]


def values(scenario: Scenario, draws: Draws | None) -> dict[str, Any]:
    """What each control stands at: the scenario's own value; or the median of the draws, where
    these give it.

    Examples
    --------
    >>> values(Scenario(), None)["design.assignment"]
    'mandatory'
    """
    return dict(_values(scenario, draws))


def _values(scenario: Scenario, draws: Draws | None) -> Iterator[tuple[str, Any]]:
    for field in FIELDS:
        if draws is not None and field in draws.values:
            yield field, float(np.median(draws.values[field]))
        else:
            yield field, scenario.at(field)
