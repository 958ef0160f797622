"""Teachers in the compiled engine (R6)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import phase, r
from sim.kernel.streams import deviate, uniform, week_key
from sim.parties.teachers.rules import Moment, Reasons, Work
from sim.parties.teachers.variables import CANDIDATES, CHOOSER, DIP, DRAWS


class Memory(NamedTuple):
    """What teachers keep to themselves, by teacher: openness (standard score), attitude -1 to 1,
    skill 0 to 1, whether trained for the programme.
    """

    openness: np.ndarray
    attitude: np.ndarray
    skill: np.ndarray
    trained: np.ndarray


def memory(people) -> Memory:
    """Return the teachers' memory before the first week."""
    teachers = len(people.teacher_school)
    return Memory(np.empty(teachers), np.empty(teachers), np.empty(teachers), np.zeros(teachers, np.uint8))


@phase
def novelty(w):
    """How new the work is, 0 to 1."""
    rise = r.technology_rise(w.p.initiative.technology, w.p.status_quo.technology)
    return r.novelty(w.p.initiative.role_change, w.p.initiative.workload, rise)


@phase
def balance(w, openness, training, job, moment):
    """A teacher's balance of reasons."""
    made, staff = w.p.initiative, w.p.teachers
    return r.teacher_balance(
        job,
        r.disposition(staff.disposition_mean, staff.disposition_sd, openness),
        training,
        Work(novelty(w), made.role_change, made.workload, made.staff_gain, made.technology),
        moment,
        Reasons(staff.training_weight, staff.demand_weight, staff.defect_weight, staff.family_weight),
    )


@phase
def begin(w, week):
    """All are hired, and trained as the programme's leaders have it."""
    for t in range(w.people.teacher_school.size):
        hire(w, t, week, w.p.offer.dose, 1)


@phase
def hire(w, t, week, dose, trained):
    """Fill a post: by assignment, or by the first candidate whose guess of its own balance beats
    inertia.
    """
    family, staff = w.p.families, w.p.teachers
    training = w.p.leadership.training if trained else 0.0
    offer = w.lists.offers[w.lists.school_offers[w.people.teacher_school[t]]]
    key = week_key(w.keys.hiring, week)
    by_choice = uniform(key, DRAWS * t + CHOOSER) < offer.staff_choice
    needed = r.inertia(family.inertia, 0.0, family.inertia_contacts, staff.job_share * dose)
    for candidate in range(CANDIDATES):
        openness = deviate(key, DRAWS * t + 2 * candidate)
        w.teachers.openness[t] = openness
        if not by_choice:
            break
        error = r.perception_error(
            family.guess_error, w.p.offer.unfamiliar, deviate(key, DRAWS * t + 2 * candidate + 1)
        )
        own = balance(w, openness, training, staff.job_share * dose, Moment(0.0, 0.0, 0.0))
        if own + r.expected(0.0, error, staff.job_share * dose) > needed:
            break
    w.teachers.attitude[t] = 0.0
    w.teachers.trained[t] = trained
    w.teachers.skill[t] = r.skill_at_start(novelty(w), training, staff.dip, uniform(key, DRAWS * t + DIP))


@phase
def teach(w, week):
    """Skill of teachers and their use make the quality of delivery, school by school."""
    people, variables, s = w.people, w.variables, w.teachers
    total_quality = 0.0
    active = 0
    t = 0
    for school in range(w.schools.size):
        quality = 0.0
        staff = 0
        while t < people.teacher_school.size and people.teacher_school[t] == school:
            if w.schools[school].inside > 0:
                training = w.p.leadership.training if s.trained[t] else 0.0
                s.skill[t] = r.skill(s.skill[t], training, w.p.teachers.recovery)
                quality += r.delivered(s.skill[t], r.used(s.attitude[t]))
                staff += 1
            t += 1
        w.schools[school].quality = quality / staff if staff > 0 else 1.0
        total_quality += quality
        active += staff
    variables.quality = total_quality / active if active > 0 else 1.0


@phase
def respond(w, week):
    """Teachers make up their minds, and are counted."""
    staff, variables = w.p.teachers, w.variables
    variables.job = staff.job_share * variables.dose
    active = unhappy = 0
    total = use = 0.0
    for t in range(w.people.teacher_school.size):
        school = w.schools[w.people.teacher_school[t]]
        if school.inside == 0:
            continue
        training = w.p.leadership.training if w.teachers.trained[t] else 0.0
        blamed = r.blame(school.voices_against, school.inside)
        moment = Moment(variables.defects, school.attitude, blamed)
        reasons = balance(w, w.teachers.openness[t], training, variables.job, moment)
        before = w.teachers.attitude[t]
        after = before + r.drawn(before, r.squash(staff.steepness * reasons), staff.rate)
        w.teachers.attitude[t] = after
        active += 1
        total += after
        use += r.used(after)
        if after < staff.unhappy:
            unhappy += 1
    variables.teacher_attitude = total / active if active > 0 else 0.0
    variables.unhappy_share = unhappy / active if active > 0 else 0.0
    variables.unhappy = unhappy
    variables.use = use / active if active > 0 else 1.0
    if variables.week_of_year == w.p.offer.renewal_week:
        chance = r.lapse_probability(staff.lapse, variables.use, variables.dose)
        variables.lapsed = uniform(week_key(w.keys.lapse, week), 0) < chance


@phase
def renew(w, week):
    """At the year's end some move or leave; who is hired comes untrained, who stays is trained."""
    coming = week + 1
    key = week_key(w.keys.turnover, coming)
    for t in range(w.people.teacher_school.size):
        if uniform(key, t) < w.p.teachers.turnover:
            hire(w, t, coming, w.variables.dose, 0)
            w.variables.staff_left += 1
        else:
            w.teachers.trained[t] = 1
