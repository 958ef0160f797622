"""Teachers in the compiled engine (R6)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiled import phase, r


class Memory(NamedTuple):
    """What teachers keep to themselves, by teacher: attitude -1 to 1, skill 0 to 1."""

    attitude: np.ndarray
    skill: np.ndarray


def memory(people) -> Memory:
    """Return the teachers' memory before the first week."""
    teachers = len(people.teacher_school)
    return Memory(np.empty(teachers), np.empty(teachers))


@phase
def novelty(w):
    """How new the work is, 0 to 1."""
    rise = r.technology_rise(w.p.initiative.technology, w.p.status_quo.technology)
    return r.novelty(w.p.initiative.role_change, w.p.initiative.workload, rise)


@phase
def begin(w, week):
    """Start from what having chosen the school adds, with the skill of a beginner."""
    staff = w.p.teachers
    new = novelty(w)
    for t in range(w.people.teacher_school.size):
        w.teachers.attitude[t] = r.chosen(staff.choice_bonus, w.p.offer.staff_choice)
        w.teachers.skill[t] = r.skill_at_start(
            new, w.p.leadership.training, staff.dip, staff.dip_training, w.people.teacher_draw[t]
        )


@phase
def teach(w, week):
    """Skill and effort of teachers make the quality of delivery, school by school."""
    people, ledger, s = w.people, w.ledger, w.teachers
    total_quality = total_effort = 0.0
    active = 0
    t = 0
    for school in range(w.schools.size):
        quality = 0.0
        staff = 0
        while t < people.teacher_school.size and people.teacher_school[t] == school:
            if w.schools[school].inside > 0:
                s.skill[t] = r.skill(s.skill[t], w.p.leadership.training, w.p.teachers.recovery)
                effort = r.effort(s.attitude[t], w.p.teachers.effort_range)
                quality += r.delivered(s.skill[t], effort)
                total_effort += effort
                staff += 1
            t += 1
        w.schools[school].quality = quality / staff if staff > 0 else 1.0
        total_quality += quality
        active += staff
    ledger.quality = total_quality / active if active > 0 else 1.0
    ledger.mean_effort = total_effort / active if active > 0 else 1.0


@phase
def respond(w, week):
    """Teachers make up their minds."""
    lead, made, staff, ledger = w.p.leadership, w.p.initiative, w.p.teachers, w.ledger
    new = novelty(w)
    chosen = r.chosen(staff.choice_bonus, w.p.offer.staff_choice)
    active = unhappy = 0
    total = 0.0
    for t in range(w.people.teacher_school.size):
        school = w.schools[w.people.teacher_school[t]]
        if school.inside == 0:
            continue
        openness = r.disposition(staff.disposition_mean, chosen, staff.disposition_sd, w.people.teacher_openness[t])
        balance = r.teacher_balance(
            openness, new, lead.training, made.role_change, made.workload, ledger.defects, made.technology,
            school.attitude, r.blame(school.voices_against, school.inside, staff.blame_weight),
            staff.training_weight, staff.role_weight, staff.workload_weight, staff.defect_weight, staff.family_weight,
        )  # fmt: skip
        before = w.teachers.attitude[t]
        after = before + r.drawn(before, r.squash(staff.steepness * balance), staff.rate)
        w.teachers.attitude[t] = after
        active += 1
        total += after
        if after < staff.unhappy:
            unhappy += 1
    ledger.teacher_attitude = total / active if active > 0 else 0.0
    ledger.unhappy_share = unhappy / active if active > 0 else 0.0


@phase
def press(w, week):
    """Press on the board by unhappiness, and by effort withheld (R10)."""
    board, power = w.p.board, w.p.power.teachers
    w.ledger.drained_teachers = r.teachers_pressure(
        w.ledger.unhappy_share, w.ledger.mean_effort, board.teacher_pressure, board.effort_pressure,
        power.governance, power.resources, board.drain,
    )  # fmt: skip
