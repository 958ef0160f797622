"""A district's initiative as a scenario: who lives there, under a design, with or without money or
an order behind it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.region.places import Found
from sim.region.region import Region
from sim.scenario import Scenario
from sim.scenario.rubric import DISTRICT_SD, GRADE_LEVEL, SES_WITHIN, STUDENTS_PER_TEACHER, WITHIN

SCHOOL_GRADES = 13
"""Grades of a district, from kindergarten on."""
SCHOOL_CHILDREN = 400
"""Children of a school (assumption)."""
CLASS_CHILDREN = 25
"""Children of a teacher, as the casebook's map has it."""


class Terms(NamedTuple):
    """Under what a district begins: the design, whether outside money comes with it, and whether
    the state requires it.
    """

    design: str
    money: bool
    required: bool


class Districts:
    """The districts of a region and of one seed as scenarios, each made when it is first asked for.

    Parameters
    ----------
    region : Region
    found : Found
    """

    def __init__(self, region: Region, found: Found) -> None:
        self.region, self.found = region, found
        self._children: dict[str, np.ndarray] = {}
        self._made: dict[tuple[int, Terms, float, int], Scenario] = {}

    def all_children(self, design: str) -> np.ndarray:
        """Children of the initiative's grades, for each district."""
        if design not in self._children:
            grades = self.region.scenarios[design].population.grades
            self._children[design] = np.maximum(1.0, self.found.students * grades / SCHOOL_GRADES)
        return self._children[design]

    def children(self, number: int, design: str) -> float:
        """Children of the initiative's grades."""
        return float(self.all_children(design)[number])

    def scale(self, number: int, design: str) -> float:
        """Children that each simulated family stands for."""
        children = self.children(number, design)
        return children / min(round(children), self.region.settings.places.most_families)

    def scenario(self, number: int, terms: Terms, money: float, money_years: int) -> Scenario:
        """The scenario of a district."""
        key = (number, terms, money if terms.money else 0.0, money_years if terms.money else 0)
        if key not in self._made:
            base = self.region.scenarios[terms.design]
            self._made[key] = base.revise(self._changes(number, terms, money, money_years), self.region.settings.name)
        return self._made[key]

    def _changes(self, number: int, terms: Terms, money: float, money_years: int) -> dict[str, Any]:
        settings, found, base = self.region.settings, self.found, self.region.scenarios[terms.design]
        design, weeks = base.design, base.horizon.weeks_per_year
        children = self.children(number, terms.design)
        families = min(round(children), settings.places.most_families)
        thinned = families / children
        chosen = design.assignment == "opt_in"
        body = max(families, round(thinned * found.students[number]))
        offered = min(design.capacity or children, children) if chosen else children
        teachers = max(2, round(thinned * offered / CLASS_CHILDREN))
        changes: dict[str, Any] = {
            "horizon.weeks": settings.years * weeks,
            "population.families": families,
            "population.ses_mean": float(np.clip(DISTRICT_SD * found.ses[number], -2.0, 2.0)),
            "population.ses_sd": SES_WITHIN,
            "population.achievement_mean": float(np.clip(GRADE_LEVEL * found.achievement[number], -3.0, 3.0)),
            "population.achievement_sd": WITHIN,
            "population.share_poor": float(found.share_poor[number]),
            "board.constituency": body,
            "teachers.count": teachers,
            "union.bargaining_unit": max(teachers, body // STUDENTS_PER_TEACHER),
            "community.electorate": None,
            "funder.budget_students": None,
            "population.outside": None,
            "design.smallest_class": design.smallest_class * thinned if chosen else 0.0,
            "community.election_weeks": tuple(
                week for first in base.community.election_weeks[:1]
                for week in range(first, settings.years * weeks + 1, 2 * weeks)
            ),
        }  # fmt: skip
        if design.capacity is not None:
            places = max(1, round(thinned * min(design.capacity, children)))
            # A place too small for a school of its own fills it with all its children, or fails to.
            viable = min(places, round(design.viable_enrolment * thinned))
            changes |= {"design.capacity": places, "design.viable_enrolment": viable}
        if design.phasing == "all_at_once" and not base.beside.schools:
            changes["population.schools"] = max(1, min(round(children / SCHOOL_CHILDREN), families // 60))
        if terms.money:
            changes |= {"funder.borne": money, "funder.end_week": money_years * weeks + 1}
        if terms.required:
            changes["regulator.hold"] = 1.0
        return changes
