"""Families in the compiled engine: how they judge, live, speak, go back and apply (R1 to R5)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiled import phase, r
from sim.parties.families.ledger import OLDER_FROM, OUTSIDE
from sim.streams import deviate, uniform, week_key

BLOCK = 128
"""Families handled together, so that what they heard stays in the fastest cache."""

ATTITUDE, HEAT = 0, 1


class Memory(NamedTuple):
    """What families keep to themselves, by family (N).

    ``mood`` has shape (2, N, 2): attitude and heat of each family, side by side in memory as they
    are read together, this week's and the next one's taking turns. ``grade`` is the programme's
    grade that the child is in, their number for those next in line, ``OUTSIDE`` outside.
    ``returned`` are back in the usual class.
    """

    fit: np.ndarray
    hunch: np.ndarray
    pupil_fit: np.ndarray
    w_reliability: np.ndarray
    mood: np.ndarray
    grade: np.ndarray
    inside: np.ndarray
    returned: np.ndarray
    on_record: np.ndarray
    been_inside: np.ndarray


def memory(people) -> Memory:
    """Return the families' memory before the first week."""
    n = len(people.ses)
    return Memory(
        fit=np.empty(n),
        hunch=np.empty(n),
        pupil_fit=np.empty(n),
        w_reliability=np.empty(n),
        mood=np.zeros((2, n, 2)),
        grade=np.zeros(n, np.int16),
        inside=np.zeros(n, np.uint8),
        returned=np.zeros(n, np.uint8),
        on_record=np.zeros(n, np.uint8),
        been_inside=np.zeros(n, np.uint8),
    )


@phase
def begin(w, week):
    """Judge the programme before the first week; count who will be of its grades, and what is
    planned.
    """
    people, grades = w.people, w.p.population.grades
    years = (w.p.horizon.weeks - 1) // w.p.horizon.weeks_per_year
    for school in range(w.schools.size):
        for i in range(people.school_start[school], people.school_start[school + 1]):
            take_up(w, school, i, i, week)
            cohort = np.int64(people.cohort[i])
            w.families.grade[i] = r.grade_of(cohort, 0, grades)
            if cohort < grades:
                w.thirds[people.third[i]].children += 1
            for year in range(1, years + 1):
                if r.grade_of(cohort, year, grades) == 0:
                    w.thirds[people.third[i]].children += 1
    plan(w)


@phase
def take_up(w, school, i, persona, week):
    """Take up the expectations and priorities of a persona (its own, or a newcomer's), and judge
    the programme by them for the child of family i (R1).
    """
    p, people, s = w.p, w.people, w.families
    displaced = w.lists.offers[w.lists.school_offers[school]].displacement
    a = people.achievement[i]
    before, after = p.status_quo, p.initiative
    aversion = r.aversion_to_loss(p.families.loss_aversion, displaced)
    informed = r.expectation_aversion(aversion, p.leadership.communication, p.families.communication_relief)
    slope, gap = p.families.success_slope, p.families.peer_gap
    success = r.felt(
        r.success_share(a, after.success, after.tailoring, slope)
        - r.success_share(a, before.success, before.tailoring, slope),
        aversion,
    )
    peers = r.felt(r.peer_level(a, after.mixing, gap) - r.peer_level(a, before.mixing, gap), aversion)
    weights, wishes = people.priorities[persona], people.wishes[persona]
    s.fit[i] = r.fit(
        weights[0], weights[1], weights[2], weights[3], weights[4], weights[5],
        after.effect + after.effect_gradient * a,
        success,
        peers,
        r.felt(r.closer(wishes[0], before.teacher_led, after.teacher_led), informed),
        r.felt(r.closer(wishes[1], before.grade_path, after.grade_path), informed),
        r.felt(r.closer(wishes[2], before.agency, after.agency), informed),
    )  # fmt: skip
    s.pupil_fit[i] = r.pupil_fit(weights[1], weights[5], success, r.felt(after.agency - before.agency, aversion))
    s.w_reliability[i] = weights[6]
    s.hunch[i] = r.hunch(p.families.guess_error, p.offer.unfamiliar, deviate(week_key(w.keys.hunch, week), i))


@phase
def plan(w):
    """Add up what is planned over the run: for each week the children that all offers have places
    for.
    """
    p, people = w.p, w.people
    grades, schools = p.population.grades, w.schools.size
    children = np.zeros((schools, grades + 1), dtype=np.int64)
    for school in range(schools):
        for i in range(people.school_start[school], people.school_start[school + 1]):
            if people.cohort[i] <= grades:
                children[school, people.cohort[i]] += 1
    for week in range(p.horizon.weeks):
        year, opened = week // p.horizon.weeks_per_year, opened_by(w, week)
        planned = 0
        for o in range(w.lists.offers.size):
            offer = w.lists.offers[o]
            eligible = 0
            for school in range(schools):
                if w.lists.school_offers[school] == o:
                    for cohort in range(grades + 1):
                        grade = r.grade_of(cohort, year, grades)
                        if grade < grades and starts(w, school, grade) <= week:
                            eligible += children[school, cohort]
            planned += eligible if offer.default_in else min(eligible, int(offer.capacity * opened))
        w.ledger.planned_weeks += planned * p.offer.dose


@phase
def starts(w, school, grade):
    """Week in which the unit of a school and grade starts."""
    offer = w.p.offer
    unit = grade if offer.by_grade else (school if offer.by_school else 0)
    return w.lists.design_start_weeks[unit]


@phase
def opened_by(w, week):
    """Share of the units that have started by a week."""
    count = 0
    for start in w.lists.design_start_weeks:
        if start <= week:
            count += 1
    return count / w.lists.design_start_weeks.size


@phase
def listen(mood, first_contact, contacts, start, stop, heard):
    """Add up attitude and heat of each family's contacts: the only reading from anywhere in memory,
    so done by itself.
    """
    for i in range(start, stop):
        attitude = heat = 0.0
        for place in range(first_contact[i], first_contact[i + 1]):
            contact = contacts[place]
            attitude += mood[contact, ATTITUDE]
            heat += mood[contact, HEAT]
        heard[i - start, ATTITUDE] = attitude
        heard[i - start, HEAT] = heat


@phase
def live(w, week):
    """Families experience the week, or guess what it is like, listen to their contacts and speak;
    all read last week's attitudes and heat.
    """
    p, people, ledger, s = w.p, w.people, w.ledger, w.families
    family, made, grades = p.families, p.initiative, p.population.grades
    now = week & 1
    mood, mood_next = s.mood[now], s.mood[1 - now]
    noise_key = week_key(w.keys.experience, week)
    voice_key = week_key(w.keys.voice, week)
    dose, defects, public = ledger.dose, ledger.defects, ledger.attention
    year = np.float64(p.horizon.weeks_per_year)
    for third in range(3):
        w.thirds[third].inside = 0
        w.thirds[third].week_gain = 0.0
    heard = np.empty((BLOCK, 2))
    taking_part = in_favour = voices_against = voices_next = on_record = 0
    sway_against = attitudes = voices_outside = 0.0
    for school in range(w.schools.size):
        quality = w.schools[school].quality
        offer = w.lists.offers[w.lists.school_offers[school]]
        ease = max(offer.return_ease, ledger.return_ease)
        taken = r.taken(offer.shared, ledger.enrolled, p.population.families)
        at_next = r.stake_next(family.stake_next, family.stake_outside, p.population.next_in_line, ease, taken)
        at_outside = r.stake_outside(family.stake_outside, taken)
        school_attitude = 0.0
        school_inside = school_against = older = older_unhappy = 0
        end_of_school = people.school_start[school + 1]
        for start in range(people.school_start[school], end_of_school, BLOCK):
            stop = min(start + BLOCK, end_of_school)
            listen(mood, people.first_contact, people.contacts, start, stop, heard)
            for i in range(start, stop):
                feeling, heat = mood[i, ATTITUDE], mood[i, HEAT]
                moved = feeling
                count = np.float64(people.first_contact[i + 1] - people.first_contact[i])
                hot = 0.0
                if count > 0.0:
                    hot = heard[i - start, HEAT] / count
                    moved += r.drawn(feeling, heard[i - start, ATTITUDE] / count, family.influence_rate)
                spoke = False
                grade, inside = s.grade[i], s.inside[i]
                stake = 1.0 if inside else (at_next if grade == grades else at_outside)
                if stake > 0.0:
                    third, sway = people.third[i], people.sway[i]
                    if inside:
                        lived = r.experience(
                            s.fit[i], dose, s.w_reliability[i], family.loss_aversion, defects, quality,
                            family.quality_weight, w.thirds[third].evidence,
                            family.experience_noise * deviate(noise_key, i),
                        )  # fmt: skip
                    else:
                        lived = r.expected(s.fit[i], s.hunch[i], dose)
                    moved += r.drawn(feeling, r.squash(family.sensitivity * lived), family.attitude_rate * stake)
                    weight = p.offer.outside_weight if grade == OUTSIDE else 1.0
                    rate = family.voice_rate * stake * dose
                    chance = r.voice_probability(
                        moved, sway, heat, hot, public, rate, family.threshold, family.sway_slope,
                        family.persistence, family.contagion, family.attention_amplifies,
                    )  # fmt: skip
                    if uniform(voice_key, i) < chance:
                        spoke = True
                        sway_against += weight * sway
                        if inside:
                            voices_against += 1
                            school_against += 1
                        elif grade == grades:
                            voices_next += 1
                        else:
                            voices_outside += weight
                        if grade != OUTSIDE:
                            w.thirds[third].voice += sway
                        if not s.on_record[i]:
                            s.on_record[i] = 1
                            ledger.opponents += weight
                            if grade != OUTSIDE:
                                on_record += 1
                                w.thirds[third].on_record += 1
                                ledger.sway_of_record += sway
                if inside:
                    w.thirds[third].week_gain += r.gain(
                        made.effect, made.effect_gradient, people.achievement[i], dose, quality, year
                    )
                    w.thirds[third].inside += 1
                    school_inside += 1
                    school_attitude += moved
                    if moved > 0.0:
                        in_favour += 1
                    if p.students.youngest_grade + grade >= OLDER_FROM:
                        older += 1
                        if moved < -family.threshold and r.pupil_unhappy(
                            s.pupil_fit[i], s.w_reliability[i], family.loss_aversion, defects, dose,
                            family.sensitivity, family.threshold,
                        ):  # fmt: skip
                            older_unhappy += 1
                mood_next[i, ATTITUDE] = moved
                mood_next[i, HEAT] = r.heat(heat, spoke, family.heat_kept)
        w.schools[school].inside = school_inside
        w.schools[school].attitude = school_attitude / school_inside if school_inside > 0 else 0.0
        w.schools[school].voices_against = school_against
        w.schools[school].older = older
        w.schools[school].older_unhappy = older_unhappy
        taking_part += school_inside
        attitudes += school_attitude
    for third in range(3):
        w.thirds[third].year_gain += w.thirds[third].week_gain
        w.thirds[third].gains += w.thirds[third].week_gain
        w.thirds[third].year_weeks += w.thirds[third].inside
    ledger.taking_part = taking_part
    ledger.enrolled = taking_part
    ledger.in_favour = in_favour
    ledger.attitude = attitudes / taking_part if taking_part > 0 else 0.0
    ledger.voices_against = voices_against
    ledger.voices_next = voices_next
    ledger.voices_outside = voices_outside
    ledger.on_record += on_record
    ledger.sway_against = sway_against
    ledger.student_weeks += taking_part * dose
    ledger.weeks_this_year += 1


@phase
def press(w, week):
    """Press on the board by voices (R10)."""
    p, ledger = w.p, w.ledger
    gamma = p.board.constituency_exponent
    voices = r.counted(ledger.sway_against, p.offer.constituency, p.offer.programme, gamma)
    ledger.drained_families = r.families_pressure(voices, p.families.pressure, p.power.families.governance)


@phase
def leave(w, week):
    """Calm down after a step of the board, heat up after a walkout; go back to the usual class
    where that is open.
    """
    family, people, ledger, s = w.p.families, w.people, w.ledger, w.families
    mood = s.mood[1 - (week & 1)]
    if ledger.calm > 0.0:
        for i in range(s.inside.size):
            mood[i, HEAT] = r.calmed(mood[i, HEAT], ledger.calm)
    key = week_key(w.keys.exit, week)
    for school in range(w.schools.size):
        ease = max(w.lists.offers[w.lists.school_offers[school]].return_ease, ledger.return_ease)
        walked = w.schools[school].walked_out
        for i in range(people.school_start[school], people.school_start[school + 1]):
            if s.inside[i]:
                feeling = mood[i, ATTITUDE]
                older = w.p.students.youngest_grade + s.grade[i] >= OLDER_FROM
                if walked and older and feeling < -family.threshold:
                    mood[i, HEAT] = 1.0
                if uniform(key, i) < r.return_probability(feeling, ease, family.threshold, family.return_rate):
                    s.inside[i] = 0
                    s.returned[i] = 1
                    ledger.enrolled -= 1
                    ledger.left_programme += 1


@phase
def renew(w, week):
    """At the year's end all move up a grade; the oldest leave, and families new to the programme
    take their places, next in line for a year.

    A newcomer has the place's achievement, SES, sway and contacts, the expectations and priorities
    of a family drawn at random from the community, and no opinion yet.
    """
    people, ledger, s = w.people, w.ledger, w.families
    grades = w.p.population.grades
    coming = week + 1
    year = coming // w.p.horizon.weeks_per_year
    n = people.ses.size
    row = 1 - (week & 1)
    key = week_key(w.keys.newcomer, coming)
    for school in range(w.schools.size):
        for i in range(people.school_start[school], people.school_start[school + 1]):
            grade = r.grade_of(np.int64(people.cohort[i]), year, grades)
            s.grade[i] = grade
            if grade == grades:
                take_up(w, school, i, int(uniform(key, i) * n), coming)
                s.mood[row, i, ATTITUDE] = 0.0
                s.mood[row, i, HEAT] = 0.0
                s.returned[i] = 0
                s.on_record[i] = 0
                s.been_inside[i] = 0
            if s.inside[i] and (grade == grades or starts(w, school, grade) > coming):
                ledger.enrolled -= 1
                s.inside[i] = 0
    ledger.weeks_this_year = 0
    for third in range(3):
        w.thirds[third].year_gain = 0.0
        w.thirds[third].year_weeks = 0


@phase
def enrol(w, coming):
    """Before week ``coming``: children enter by default, or families apply and a lottery fills the
    places; all apply before any enters.
    """
    ledger, s = w.ledger, w.families
    n = w.people.ses.size
    ledger.open_share = opened_by(w, coming)
    ledger.applicants = 0
    offers = w.lists.offers.size
    applicants = np.empty((offers, n), dtype=np.int64)
    draws = np.empty((offers, n))
    counts = np.empty(offers, dtype=np.int64)
    for o in range(offers):
        counts[o] = apply(w, coming, o, applicants[o], draws[o])
    for o in range(offers):
        offer, count = w.lists.offers[o], counts[o]
        ledger.applicants += count
        places = count
        if not offer.default_in:
            inside = 0
            for school in range(w.schools.size):
                if w.lists.school_offers[school] == o:
                    for i in range(w.people.school_start[school], w.people.school_start[school + 1]):
                        inside += s.inside[i]
            places = min(count, max(0, int(offer.capacity * ledger.open_share) - inside))
        ranked = np.argsort(draws[o, :count], kind="mergesort")
        for k in range(places):
            enter(w, applicants[o, ranked[k]])
    ledger.peak_applicants = max(ledger.peak_applicants, ledger.applicants)
    for school in range(w.schools.size):
        inside = 0
        for i in range(w.people.school_start[school], w.people.school_start[school + 1]):
            inside += s.inside[i]
        w.schools[school].inside = inside


@phase
def apply(w, coming, o, applicants, draws):
    """Fill in who enters an offer by default or applies, with the draw of the lottery; return how
    many.
    """
    people, family, s, grades = w.people, w.p.families, w.families, w.p.population.grades
    offer, dose = w.lists.offers[o], w.ledger.dose
    mood = s.mood[coming & 1]
    lottery_key = week_key(w.keys.lottery, coming)
    name = r.demand(family.demand_sd, deviate(week_key(w.keys.demand, 0), 0))
    count = 0
    for school in range(w.schools.size):
        if w.lists.school_offers[school] != o:
            continue
        for i in range(people.school_start[school], people.school_start[school + 1]):
            grade = s.grade[i]
            if s.inside[i] or s.returned[i] or grade >= grades or starts(w, school, grade) > coming:
                continue
            chosen = offer.default_in
            if not chosen:
                contacts_inside = satisfied = 0
                for place in range(people.first_contact[i], people.first_contact[i + 1]):
                    contact = people.contacts[place]
                    if s.inside[contact]:
                        contacts_inside += 1
                        if mood[contact, ATTITUDE] > 0.0:
                            satisfied += 1
                error = r.informed(s.hunch[i], np.float64(contacts_inside)) + name
                satisfied_share = satisfied / contacts_inside if contacts_inside > 0 else 0.0
                chosen = r.expected(s.fit[i], error, dose) > r.inertia(
                    family.inertia, satisfied_share, family.inertia_contacts, dose
                )
            if chosen:
                applicants[count] = i
                draws[count] = uniform(lottery_key, i)
                count += 1
    return count


@phase
def enter(w, i):
    """A child takes part from the coming week on."""
    w.families.inside[i] = 1
    w.ledger.enrolled += 1
    if not w.families.been_inside[i]:
        w.families.been_inside[i] = 1
        w.ledger.reached += 1


@phase
def close(w, week):
    """The programme is over: nobody takes part any more."""
    w.ledger.enrolled = 0
    for i in range(w.families.inside.size):
        w.families.inside[i] = 0
