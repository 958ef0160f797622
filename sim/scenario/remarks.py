"""What is odd about a scenario that is accepted, in words: most often a case coded otherwise than
docs/scenario_rubric.md has it.
"""

from __future__ import annotations

from sim.scenario.schema import Scenario

LAST_GRADE = 12
"""The last grade of school."""

REACH = "of an option, families are all whom it could draw from, not who enrols: see sim docs scenario_rubric"


def remarks(scenario: Scenario) -> list[str]:
    """What is odd about a scenario, a sentence each; empty where nothing is.

    Parameters
    ----------
    scenario : Scenario

    Examples
    --------
    >>> remarks(Scenario().revise({"students.youngest_grade": 12, "population.grades": 2}))
    ['population.grades = 2 from students.youngest_grade = 12 end in grade 13; school ends with 12']
    >>> remarks(Scenario())
    []
    """
    people, design, reported = scenario.population, scenario.design, []
    chosen_school = design.assignment == "opt_in" and design.setting == "new_school"
    if people.families < design.viable_enrolment:
        reported.append(
            f"population.families = {people.families} is below design.viable_enrolment = {design.viable_enrolment}: "
            f"it can never pay for itself{f'; {REACH}' if design.assignment == 'opt_in' else ''}"
        )
    elif chosen_school and design.capacity is not None and people.families <= design.capacity:
        reported.append(
            f"population.families = {people.families} for design.capacity = {design.capacity} places: {REACH}"
        )
    oldest = scenario.students.youngest_grade + people.grades - 1
    if oldest > LAST_GRADE:
        reported.append(
            f"population.grades = {people.grades} from students.youngest_grade = {scenario.students.youngest_grade} "
            f"end in grade {oldest}; school ends with {LAST_GRADE}"
        )
    return reported
