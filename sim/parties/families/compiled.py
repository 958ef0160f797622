"""Families in the compiled engine: how they judge, live, speak, go back and apply (R1 to R5)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import phase, r
from sim.kernel.streams import deviate, uniform, week_key
from sim.parties.families.passes import (
    BLOCK,
    be_drawn,
    call_up,
    count,
    count_older,
    feel,
    gain,
    get_used,
    go_back,
    guess,
    hold,
    listen,
    mask,
    move,
    settle,
    speak,
)  # fmt: skip
from sim.parties.families.rules import Aspects
from sim.parties.families.variables import OLDER_FROM, OUTSIDE


class Memory(NamedTuple):
    """What families keep to themselves, by family (N).

    ``mood`` has shape (2, 2 N): attitude and mobilisation of each family in turn, as they are read
    together, this week's row and the next one's taking turns. ``grade`` is the programme's
    grade that the child is in, their number for those next in line, ``OUTSIDE`` outside.
    ``returned`` are back in the usual class. ``scratch``, shape (8, ``BLOCK``), and ``marks``,
    shape (``BLOCK``,), are what passes over a block hand on.
    """

    fit: np.ndarray
    settled: np.ndarray
    perception_error: np.ndarray
    pupil_fit: np.ndarray
    w_reliability: np.ndarray
    mood: np.ndarray
    grade: np.ndarray
    inside: np.ndarray
    returned: np.ndarray
    on_record: np.ndarray
    been_inside: np.ndarray
    scratch: np.ndarray
    marks: np.ndarray


def memory(people) -> Memory:
    """Return the families' memory before the first week."""
    n = len(people.ses)
    return Memory(
        fit=np.empty(n),
        settled=np.empty(n),
        perception_error=np.empty(n),
        pupil_fit=np.empty(n),
        w_reliability=np.empty(n),
        mood=np.zeros((2, 2 * n)),
        grade=np.zeros(n, np.int16),
        inside=np.zeros(n, np.uint8),
        returned=np.zeros(n, np.uint8),
        on_record=np.zeros(n, np.uint8),
        been_inside=np.zeros(n, np.uint8),
        scratch=np.empty((8, BLOCK)),
        marks=np.zeros(BLOCK, np.uint8),
    )


@phase
def begin(w, week):
    """Judge the programme before the first week; count who will be of its grades, and what is
    planned.
    """
    people, grades = w.people, w.p.population.grades
    years = (w.p.horizon.weeks - 1) // w.p.horizon.weeks_per_year
    w.variables.outspoken = r.outspoken(w.p.families.voice_spread, deviate(week_key(w.keys.place, week), 0))
    for school in range(w.schools.size):
        for i in range(people.school_start[school], people.school_start[school + 1]):
            take_up(w, school, i, i, week)
            cohort = np.int64(people.cohort[i])
            w.families.grade[i] = r.grade_of(cohort, 0, grades)
            if cohort < grades:
                w.tertiles[people.tertile[i]].children += 1
            for year in range(1, years + 1):
                if r.grade_of(cohort, year, grades) == 0:
                    w.tertiles[people.tertile[i]].children += 1
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
    effect = after.effect + after.effect_gradient * a
    felt = Aspects(
        effect,
        success,
        peers,
        r.felt(r.closer(wishes[0], before.teacher_led, after.teacher_led), informed),
        r.felt(r.closer(wishes[1], before.grade_path, after.grade_path), informed),
        r.felt(r.closer(wishes[2], before.agency, after.agency), informed),
    )
    own = Aspects(weights[0], weights[1], weights[2], weights[3], weights[4], weights[5])
    leans = r.leaning(
        p.offer.departure, p.families.leaning_mean, p.families.leaning_sd, deviate(week_key(w.keys.leaning, week), i)
    )
    s.fit[i] = r.fit(own, felt) + p.families.appeal_weight * after.appeal + leans
    s.settled[i] = r.settled_fit(weights[0], effect, leans)
    s.pupil_fit[i] = r.pupil_fit(weights[1], weights[5], success, r.felt(after.agency - before.agency, aversion))
    s.w_reliability[i] = weights[6]
    s.perception_error[i] = r.perception_error(
        p.families.guess_error, p.offer.unfamiliar, deviate(week_key(w.keys.perception_error, week), i)
    )


@phase(makes_arrays=True)
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
    for week in range(1, p.horizon.weeks + 1):
        year, opened = (week - 1) // p.horizon.weeks_per_year, opened_by(w, week)
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
        w.variables.planned_weeks += planned * p.offer.dose


@phase
def starts(w, school, grade):
    """Week of the run, from 1, in which the unit of a school and grade starts."""
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
def live(w, week):
    """Families experience the week, or guess what it is like, listen to their contacts and speak;
    all read last week's attitudes and mobilisation.
    """
    p, people, variables, s = w.p, w.people, w.variables, w.families
    family, next_grade = p.families, p.population.grades
    mood, mood_next = s.mood[week & 1], s.mood[1 - (week & 1)]
    noise_key, voice_key = week_key(w.keys.experience, week), week_key(w.keys.voice, week)
    different = variables.dose * r.attributed(p.offer.departure, p.board.by_change)
    some_are_older = p.students.youngest_grade + next_grade > OLDER_FROM
    scratch, marks = s.scratch, s.marks
    words = marks.view(np.uint64)
    variables.voices_against = variables.voices_next = 0
    variables.sway_against = variables.voices_outside = 0.0
    taking_part = in_favour = of_low = of_middle = 0
    attitudes = gains_low = gains_middle = gains_high = 0.0
    for school in range(w.schools.size):
        each = w.schools[school]
        offer = w.lists.offers[w.lists.school_offers[school]]
        ease = max(offer.return_ease, variables.return_ease)
        minded = r.minded(family.grievance, offer.exclusive, offer.shared, different, variables.enrolled)
        taken = r.stake_in_its_existence(r.taken(offer.shared, variables.enrolled, p.population.families), minded)
        at_next = r.stake_next(family.stake_next, family.stake_outside, p.population.next_in_line, ease, taken)
        at_outside = r.stake_outside(family.stake_outside, taken)
        school_attitude = 0.0
        school_inside = older = older_unhappy = 0
        each.voices_against = 0
        end_of_school = people.school_start[school + 1]
        for start in range(people.school_start[school], end_of_school, BLOCK):
            stop = min(start + BLOCK, end_of_school)
            size = stop - start
            mobilisations, moved = scratch[0, :size], scratch[1, :size]
            stake, felt, masked = scratch[2, :size], scratch[3, :size], scratch[4, :size]
            low, middle, high, spoke = scratch[5, :size], scratch[6, :size], scratch[7, :size], marks[:size]
            ties, mine = people.first_contact[start : stop + 1], mood[2 * start : 2 * stop]
            inside, grade, tertile = s.inside[start:stop], s.grade[start:stop], people.tertile[start:stop]
            fit, reliability = s.fit[start:stop], s.w_reliability[start:stop]
            call_up(mood, ties, people.contacts)
            listen(mood, ties, people.contacts, felt, mobilisations)
            be_drawn(w, mine, ties, felt, mobilisations, moved)
            hold(inside, grade, next_grade, at_next, at_outside, stake)
            feel(w, start, noise_key, each.quality, fit, reliability, tertile, felt)
            guess(w, inside, fit, s.perception_error[start:stop], minded, felt)
            if family.habituation > 0.0:
                get_used(w, inside, s.settled[start:stop], fit)
            move(w, mine, felt, stake, moved)
            speak(w, start, voice_key, mine, people.sway[start:stop], stake, moved, mobilisations, spoke)
            settle(w, mine, moved, spoke, mood_next[2 * start : 2 * stop])
            here, here_low, here_middle, favour = count(inside, tertile, moved)
            if here > 0:
                gain(w, each.quality, inside, tertile, people.achievement[start:stop], low, middle, high)
                mask(inside, moved, masked)
                for k in range(size):
                    school_attitude += masked[k]
                    gains_low += low[k]
                    gains_middle += middle[k]
                    gains_high += high[k]
                school_inside += here
                of_low += here_low
                of_middle += here_middle
                in_favour += favour
                if some_are_older:
                    those, unhappy = count_older(w, inside, grade, moved, s.pupil_fit[start:stop], reliability)
                    older += those
                    older_unhappy += unhappy
            for k in range(size, BLOCK):
                marks[k] = 0
            for eight in range(words.size):
                if words[eight] > 0:
                    hear(w, each, start, marks, eight)
        each.inside = school_inside
        each.attitude = school_attitude / school_inside if school_inside > 0 else 0.0
        each.older = older
        each.older_unhappy = older_unhappy
        taking_part += school_inside
        attitudes += school_attitude
    close_the_week(w, 0, of_low, gains_low)
    close_the_week(w, 1, of_middle, gains_middle)
    close_the_week(w, 2, taking_part - of_low - of_middle, gains_high)
    variables.taking_part = taking_part
    variables.enrolled = taking_part
    variables.in_favour = in_favour
    variables.attitude = attitudes / taking_part if taking_part > 0 else 0.0
    variables.student_weeks += taking_part * variables.dose
    variables.weeks_this_year += 1


@phase
def close_the_week(w, tertile, inside, gains):
    """Write down who of a third took part, and what they learned."""
    each = w.tertiles[tertile]
    each.inside = inside
    each.week_gain = gains
    each.year_gain += gains
    each.gains += gains
    each.year_weeks += inside


@phase
def hear(w, school, start, marks, eight):
    """Take down what those marked among eight families say."""
    for k in range(8 * eight, 8 * eight + 8):
        if marks[k]:
            take_down(w, school, start + k)


@phase
def take_down(w, school, i):
    """Take down one voice against."""
    people, variables, s = w.people, w.variables, w.families
    outside = s.grade[i] == OUTSIDE
    weight, sway, tertile = w.p.offer.outside_weight if outside else 1.0, people.sway[i], w.tertiles[people.tertile[i]]
    variables.sway_against += weight * sway
    if s.inside[i]:
        variables.voices_against += 1
        school.voices_against += 1
    elif s.grade[i] == w.p.population.grades:
        variables.voices_next += 1
    else:
        variables.voices_outside += weight
    if not outside:
        tertile.voice += sway
    if not s.on_record[i]:
        s.on_record[i] = 1
        variables.opponents += weight
        if not outside:
            variables.on_record += 1
            tertile.on_record += 1
            variables.sway_of_record += sway


@phase
def press(w, week):
    """Press on the board by voices (R10)."""
    p, variables = w.p, w.variables
    gamma = p.board.constituency_exponent
    voices = r.counted(variables.sway_against, p.offer.constituency, p.offer.programme, gamma)
    variables.drained_families = r.families_pressure(voices, p.families.pressure, p.power.families.governance)


@phase
def leave(w, week):
    """Calm down after a step of the board, mobilisation up after a walkout; go back to the usual
    class where that is open.
    """
    family, people, variables, s = w.p.families, w.people, w.variables, w.families
    mood = s.mood[1 - (week & 1)]
    if variables.calm > 0.0:
        for i in range(s.inside.size):
            mood[2 * i + 1] = r.calmed(mood[2 * i + 1], variables.calm)
    threshold = family.threshold
    for school in range(w.schools.size):
        if w.schools[school].walked_out:
            for i in range(people.school_start[school], people.school_start[school + 1]):
                older = w.p.students.youngest_grade + s.grade[i] >= OLDER_FROM
                if s.inside[i] and older and mood[2 * i] < -threshold:
                    mood[2 * i + 1] = 1.0
        ease = max(w.lists.offers[w.lists.school_offers[school]].return_ease, variables.return_ease)
        if ease > 0.0:
            let_go(w, school, week_key(w.keys.exit, week), ease, mood)


@phase
def let_go(w, school, key, ease, mood):
    """Families of a school go back to the usual class."""
    s, marks = w.families, w.families.marks
    words = marks.view(np.uint64)
    end_of_school = w.people.school_start[school + 1]
    for start in range(w.people.school_start[school], end_of_school, BLOCK):
        stop = min(start + BLOCK, end_of_school)
        going = marks[: stop - start]
        for k in range(stop - start, BLOCK):
            marks[k] = 0
        go_back(w, start, key, ease, mood[2 * start : 2 * stop], s.inside[start:stop], going)
        for eight in range(words.size):
            if words[eight] > 0:
                for k in range(8 * eight, 8 * eight + 8):
                    if marks[k]:
                        s.inside[start + k] = 0
                        s.returned[start + k] = 1
                        w.variables.enrolled -= 1
                        w.variables.left_programme += 1


@phase
def renew(w, week):
    """At the year's end all move up a grade; the oldest leave, and families new to the programme
    take their places, next in line for a year.

    A newcomer has the place's achievement, SES, sway and contacts, the expectations and priorities
    of a family drawn at random from the community, and no opinion yet.
    """
    people, variables, s = w.people, w.variables, w.families
    grades = w.p.population.grades
    coming = week + 1
    year = (coming - 1) // w.p.horizon.weeks_per_year
    n = people.ses.size
    row = 1 - (week & 1)
    key = week_key(w.keys.newcomer, coming)
    for school in range(w.schools.size):
        for i in range(people.school_start[school], people.school_start[school + 1]):
            grade = r.grade_of(np.int64(people.cohort[i]), year, grades)
            s.grade[i] = grade
            if grade == grades:
                take_up(w, school, i, int(uniform(key, i) * n), coming)
                s.mood[row, 2 * i] = 0.0
                s.mood[row, 2 * i + 1] = 0.0
                s.returned[i] = 0
                s.on_record[i] = 0
                s.been_inside[i] = 0
            if s.inside[i] and (grade == grades or starts(w, school, grade) > coming):
                variables.enrolled -= 1
                s.inside[i] = 0
    variables.weeks_this_year = 0
    for tertile in range(3):
        w.tertiles[tertile].year_gain = 0.0
        w.tertiles[tertile].year_weeks = 0


@phase(makes_arrays=True)
def enrol(w, coming):
    """Before week ``coming``: children enter by default, or families apply and a lottery fills the
    places; all apply before any enters.
    """
    variables, s = w.variables, w.families
    n = w.people.ses.size
    variables.open_share = opened_by(w, coming)
    variables.applicants = 0
    offers = w.lists.offers.size
    applicants = np.empty((offers, n), dtype=np.int64)
    draws = np.empty((offers, n))
    counts = np.empty(offers, dtype=np.int64)
    places = np.empty(offers, dtype=np.int64)
    entering = 0
    for o in range(offers):
        offer = w.lists.offers[o]
        counts[o] = apply(w, coming, o, applicants[o], draws[o])
        variables.applicants += counts[o]
        places[o] = counts[o]
        if not offer.default_in:
            inside = 0
            for school in range(w.schools.size):
                if w.lists.school_offers[school] == o:
                    for i in range(w.people.school_start[school], w.people.school_start[school + 1]):
                        inside += s.inside[i]
            places[o] = min(counts[o], max(0, int(offer.capacity * variables.open_share) - inside))
        entering += places[o]
    if coming == w.p.offer.first_week and entering < variables.open_share * w.p.offer.fewest:
        variables.too_few = 1
        return
    for o in range(offers):
        if places[o] < counts[o]:
            ranked = np.argsort(draws[o, : counts[o]], kind="mergesort")
            for k in range(places[o]):
                enter(w, applicants[o, ranked[k]])
        else:
            for k in range(counts[o]):
                enter(w, applicants[o, k])
    variables.peak_applicants = max(variables.peak_applicants, variables.applicants)
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
    offer, dose = w.lists.offers[o], w.variables.dose
    mood = s.mood[coming & 1]
    lottery_key = week_key(w.keys.lottery, coming)
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
                        if mood[2 * contact] > 0.0:
                            satisfied += 1
                error = r.informed(s.perception_error[i], np.float64(contacts_inside))
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
    w.variables.enrolled += 1
    if not w.families.been_inside[i]:
        w.families.been_inside[i] = 1
        w.variables.reached += 1


@phase
def close(w, week):
    """The programme is over: nobody takes part any more."""
    w.variables.enrolled = 0
    for i in range(w.families.inside.size):
        w.families.inside[i] = 0
