"""Between weeks in the compiled engine: cohorts, applications, lotteries and counts (R5)."""

from __future__ import annotations

import numpy as np

from sim.engine.board import end
from sim.engine.families import judged_fit
from sim.engine.state import ATTITUDE, HEAT, LEFT, STAYS, phase, r
from sim.outcome import CLOSED
from sim.streams import STREAMS, deviate, uniform, week_key

APPLICATION = STREAMS.index("application")
LOTTERY = STREAMS.index("lottery")
NEWCOMER = STREAMS.index("newcomer")


@phase
def turn_of_the_year(p, calendar, people, s, d, keys, week):
    """Between weeks: at the year's end a cohort leaves and a new one enters; then, and when a unit starts, an intake."""
    coming = week + 1
    year_ends = coming % p.horizon.weeks_per_year == 0
    if year_ends:
        renew_cohort(p, people, s, d, keys, week)
        d.weeks_this_year = 0
        for third in range(3):
            s.year_gain[third] = 0.0
            s.year_weeks[third] = 0
    starts = False
    for start in calendar.start_weeks:
        starts = starts or start == coming
    if (year_ends or starts) and coming >= p.offer.first_week:
        intake(p, calendar, people, s, d, keys, coming, 1 - (week & 1))


@phase
def renew_cohort(p, people, s, d, keys, week):
    """The oldest cohort leaves; families new to the programme take its place in school and neighbourhood.

    A newcomer has the place's achievement, SES, sway and contacts, the expectations and priorities of a family drawn
    at random from the community, and no opinion yet.
    """
    year = (week + 1) // p.horizon.weeks_per_year
    n = people.ses.size
    row = 1 - (week & 1)
    key = week_key(keys[NEWCOMER], week + 1)
    for i in range(n):
        if (people.cohort[i] + year) % p.population.grades != 0:
            continue
        persona = int(uniform(key, i) * n)
        s.fit[i] = judged_fit(p, people, i, persona)
        s.w_reliability[i] = people.priorities[persona, 6]
        s.mood[row, i, ATTITUDE] = 0.0
        s.mood[row, i, HEAT] = 0.0
        if s.inside[i]:
            d.enrolled -= 1
        if s.gone[i] == LEFT:
            d.lost -= 1
        s.inside[i] = 0
        s.gone[i] = STAYS
        s.spoken[i] = 0
        s.been_inside[i] = 0
        s.children[people.third[i]] += 1


@phase
def intake(p, calendar, people, s, d, keys, coming, row):
    """Before week ``coming``: children enter by default, or families apply and a lottery fills the places; then a count."""
    n = people.ses.size
    mood = s.mood[row]
    guess_key, lottery_key = week_key(keys[APPLICATION], coming), week_key(keys[LOTTERY], coming)
    applicants = np.empty(n, dtype=np.int64)
    draws = np.empty(n)
    guesses = np.empty(n)
    count = 0
    for school in range(s.school_inside.size):
        for i in range(people.school_start[school], people.school_start[school + 1]):
            unit = people.cohort[i] if p.offer.by_cohort else (school if p.offer.by_school else 0)
            if s.inside[i] or s.gone[i] != STAYS or calendar.start_weeks[unit] > coming:
                continue
            if p.offer.default_in:
                applicants[count] = i
                count += 1
                continue
            contacts_inside = satisfied = 0
            for place in range(people.first_contact[i], people.first_contact[i + 1]):
                contact = people.contacts[place]
                if s.inside[contact]:
                    contacts_inside += 1
                    if mood[contact, ATTITUDE] > 0.0:
                        satisfied += 1
            guess = r.guess(
                s.fit[i],
                np.float64(contacts_inside),
                p.leadership.communication,
                p.family.guess_error,
                p.family.guess_learning,
                deviate(guess_key, i),
            )
            satisfied_share = satisfied / contacts_inside if contacts_inside > 0 else 0.0
            if guess > r.inertia(
                p.family.inertia, p.leadership.communication, satisfied_share, p.family.inertia_communication, p.family.inertia_contacts
            ):
                applicants[count] = i
                draws[count] = uniform(lottery_key, i)
                guesses[count] = guess
                count += 1
    d.applicants = count
    d.peak_applicants = max(d.peak_applicants, count)
    if p.offer.default_in:
        for k in range(count):
            enter(s, d, applicants[k])
    else:
        places = max(0, p.offer.capacity - d.enrolled)
        ranked = np.argsort(draws[:count], kind="mergesort")
        for k in range(min(places, count)):
            i = applicants[ranked[k]]
            mood[i, ATTITUDE] = r.squash(p.family.sensitivity * guesses[ranked[k]])
            enter(s, d, i)
    for school in range(s.school_inside.size):
        inside = 0
        for i in range(people.school_start[school], people.school_start[school + 1]):
            inside += s.inside[i]
        s.school_inside[school] = inside
    d.short_counts = d.short_counts + 1 if d.enrolled < p.offer.viable_enrolment else 0
    if d.short_counts >= 2:
        end(s, d, CLOSED, coming - 1)


@phase
def enter(s, d, i):
    """A child takes part from the coming week on."""
    s.inside[i] = 1
    d.enrolled += 1
    if not s.been_inside[i]:
        s.been_inside[i] = 1
        d.reached += 1
