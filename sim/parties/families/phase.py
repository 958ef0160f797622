"""Families in the compiled engine: how they judge, live, speak, leave and apply (R1 to R5)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiled import phase, r
from sim.parties.families.ledger import LEFT, RETURNED, STAYS
from sim.streams import deviate, uniform, week_key

BLOCK = 128
"""Families handled together, so that what they heard stays in the fastest cache."""

ATTITUDE, HEAT = 0, 1


class Memory(NamedTuple):
    """What families keep to themselves, by family (N).

    ``mood`` has shape (2, N, 2): attitude and heat of each family, side by side in memory as they
    are read together, this week's and the next one's taking turns. ``gone`` is ``STAYS``,
    ``RETURNED`` or ``LEFT``.
    """

    fit: np.ndarray
    w_reliability: np.ndarray
    means: np.ndarray
    mood: np.ndarray
    inside: np.ndarray
    gone: np.ndarray
    on_record: np.ndarray
    been_inside: np.ndarray


def memory(people) -> Memory:
    """Return the families' memory before the first week."""
    n = len(people.ses)
    return Memory(
        fit=np.empty(n),
        w_reliability=np.empty(n),
        means=np.empty(n),
        mood=np.zeros((2, n, 2)),
        inside=np.zeros(n, np.uint8),
        gone=np.zeros(n, np.uint8),
        on_record=np.zeros(n, np.uint8),
        been_inside=np.zeros(n, np.uint8),
    )


@phase
def begin(w, week):
    """Judge the programme before the first week."""
    for i in range(w.people.ses.size):
        w.families.fit[i] = judged_fit(w, i, i)
        w.families.w_reliability[i] = w.people.priorities[i, 6]
        w.families.means[i] = r.means(w.people.ses[i])
        w.thirds[w.people.third[i]].children += 1


@phase
def judged_fit(w, i, persona):
    """Fit for the child of family i, with the expectations and priorities of a persona (its own, or
    a newcomer's).
    """
    p, people = w.p, w.people
    a = people.achievement[i]
    before, after = p.status_quo, p.initiative
    aversion = r.aversion_to_loss(p.families.loss_aversion, p.offer.displacement)
    informed = r.expectation_aversion(aversion, p.leadership.communication, p.families.communication_relief)
    slope, gap = p.families.success_slope, p.families.peer_gap
    success = r.success_share(a, after.success, after.tailoring, slope) - r.success_share(
        a, before.success, before.tailoring, slope
    )
    peers = r.peer_level(a, after.mixing, gap) - r.peer_level(a, before.mixing, gap)
    weights, wishes = people.priorities[persona], people.wishes[persona]
    return r.fit(
        weights[0], weights[1], weights[2], weights[3], weights[4], weights[5],
        after.effect + after.effect_gradient * a,
        r.felt(success, aversion),
        r.felt(peers, aversion),
        r.felt(r.closer(wishes[0], before.teacher_led, after.teacher_led), informed),
        r.felt(r.closer(wishes[1], before.grade_path, after.grade_path), informed),
        r.felt(r.closer(wishes[2], before.agency, after.agency), informed),
    )  # fmt: skip


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
    """Families experience the week, listen to their contacts and speak; all read last week's
    attitudes and heat.
    """
    p, people, ledger, s = w.p, w.people, w.ledger, w.families
    family, made = p.families, p.initiative
    now = week & 1
    mood, mood_next = s.mood[now], s.mood[1 - now]
    noise_key = week_key(w.keys.experience, week)
    against_key, for_key = week_key(w.keys.voice_against, week), week_key(w.keys.voice_for, week)
    dose, defects, public = ledger.dose, ledger.defects, ledger.attention
    year, rate_for = np.float64(p.horizon.weeks_per_year), family.voice_rate * family.voice_for
    for third in range(3):
        w.thirds[third].inside = 0
        w.thirds[third].week_gain = 0.0
    heard = np.empty((BLOCK, 2))
    taking_part = in_favour = voices_against = voices_for = on_record = 0
    sway_against = sway_for = attitudes = 0.0
    for school in range(w.schools.size):
        quality = w.schools[school].quality
        school_attitude = 0.0
        school_inside = school_against = 0
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
                if s.inside[i]:
                    third, sway = people.third[i], people.sway[i]
                    noise = family.experience_noise * deviate(noise_key, i)
                    felt_week = r.experience(
                        s.fit[i], dose, s.w_reliability[i], family.loss_aversion, defects, quality,
                        family.quality_weight, w.thirds[third].evidence, noise,
                    )  # fmt: skip
                    moved += r.drawn(feeling, r.squash(family.sensitivity * felt_week), family.attitude_rate)
                    chance = r.voice_probability(
                        -moved, sway, heat, hot, public, family.voice_rate, family.voice_threshold,
                        family.persistence, family.contagion, family.organising, family.attention_amplifies,
                    )  # fmt: skip
                    if uniform(against_key, i) < chance:
                        spoke = True
                        voices_against += 1
                        school_against += 1
                        sway_against += sway
                        w.thirds[third].voice += sway
                        if not s.on_record[i]:
                            s.on_record[i] = 1
                            on_record += 1
                            w.thirds[third].on_record += 1
                            ledger.sway_of_record += sway
                    chance = r.voice_probability(
                        moved, sway, 0.0, 0.0, 0.0, rate_for, family.voice_threshold,
                        family.persistence, family.contagion, family.organising, family.attention_amplifies,
                    )  # fmt: skip
                    if uniform(for_key, i) < chance:
                        voices_for += 1
                        sway_for += sway
                    w.thirds[third].week_gain += r.gain(
                        made.effect, made.effect_gradient, people.achievement[i], dose, quality, year
                    )
                    w.thirds[third].inside += 1
                    school_inside += 1
                    school_attitude += moved
                    if moved > 0.0:
                        in_favour += 1
                mood_next[i, ATTITUDE] = moved
                mood_next[i, HEAT] = r.heat(heat, spoke, family.heat_kept)
        w.schools[school].inside = school_inside
        w.schools[school].attitude = school_attitude / school_inside if school_inside > 0 else 0.0
        w.schools[school].voices_against = school_against
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
    ledger.voices_for = voices_for
    ledger.on_record += on_record
    ledger.sway_against = sway_against
    ledger.sway_for = sway_for
    ledger.student_weeks += taking_part * dose
    ledger.weeks_this_year += 1


@phase
def press(w, week):
    """Press on the board by voices, net of those in favour, and by enrolment lost (R10)."""
    p, ledger = w.p, w.ledger
    gamma, power = p.board.constituency_exponent, p.power.families
    voices = r.voice_share(ledger.sway_against - ledger.sway_for, p.offer.constituency, p.offer.school_size, gamma)
    lost = r.voice_share(np.float64(ledger.lost), p.offer.constituency, p.offer.school_size, gamma)
    ledger.drained_families = r.families_pressure(
        voices, lost, p.board.voice_pressure, p.board.lost_enrolment_pressure,
        power.governance, power.resources, p.board.drain,
    )  # fmt: skip


@phase
def leave(w, week):
    """Calm down after a step of the board; leave the school, or go back to the usual class, more at
    the year's end.
    """
    family, ledger, s = w.p.families, w.ledger, w.families
    mood = s.mood[1 - (week & 1)]
    if ledger.calm > 0.0:
        for i in range(s.inside.size):
            mood[i, HEAT] = r.calmed(mood[i, HEAT], ledger.calm)
    boost = family.year_end_exit if (week + 1) % w.p.horizon.weeks_per_year == 0 else 1.0
    key = week_key(w.keys.exit, week)
    for i in range(s.inside.size):
        if s.inside[i]:
            feeling = mood[i, ATTITUDE]
            leaves = r.leave_school_probability(
                feeling, s.means[i], ledger.return_ease, family.exit_threshold, family.leave_school_rate, boost
            )
            returns = r.return_probability(
                feeling, ledger.return_ease, family.exit_threshold, family.return_rate, boost
            )
            draw = uniform(key, i)
            if draw < leaves + returns:
                s.inside[i] = 0
                ledger.enrolled -= 1
                if draw < leaves:
                    s.gone[i] = LEFT
                    ledger.left_school += 1
                    ledger.lost += 1
                else:
                    s.gone[i] = RETURNED
                    ledger.left_programme += 1


@phase
def renew(w, week):
    """At the year's end the oldest cohort leaves; families new to the programme take its place.

    A newcomer has the place's achievement, SES, sway and contacts, the expectations and priorities
    of a family drawn at random from the community, and no opinion yet.
    """
    people, ledger, s = w.people, w.ledger, w.families
    year = (week + 1) // w.p.horizon.weeks_per_year
    n = people.ses.size
    row = 1 - (week & 1)
    key = week_key(w.keys.newcomer, week + 1)
    for i in range(n):
        if (people.cohort[i] + year) % w.p.population.grades != 0:
            continue
        persona = int(uniform(key, i) * n)
        s.fit[i] = judged_fit(w, i, persona)
        s.w_reliability[i] = people.priorities[persona, 6]
        s.mood[row, i, ATTITUDE] = 0.0
        s.mood[row, i, HEAT] = 0.0
        if s.inside[i]:
            ledger.enrolled -= 1
        if s.gone[i] == LEFT:
            ledger.lost -= 1
        s.inside[i] = 0
        s.gone[i] = STAYS
        s.on_record[i] = 0
        s.been_inside[i] = 0
        w.thirds[people.third[i]].children += 1
    ledger.weeks_this_year = 0
    for third in range(3):
        w.thirds[third].year_gain = 0.0
        w.thirds[third].year_weeks = 0


@phase
def enrol(w, coming):
    """Before week ``coming``: children enter by default, or families apply and a lottery fills the
    places.
    """
    offer, ledger, s = w.p.offer, w.ledger, w.families
    n = w.people.ses.size
    applicants = np.empty(n, dtype=np.int64)
    guesses = np.empty(n)
    draws = np.empty(n)
    count = apply(w, coming, applicants, guesses, draws)
    ledger.applicants = count
    ledger.peak_applicants = max(ledger.peak_applicants, count)
    if offer.default_in:
        for k in range(count):
            enter(w, applicants[k])
    else:
        mood = s.mood[coming & 1]
        places = max(0, offer.capacity - ledger.enrolled)
        ranked = np.argsort(draws[:count], kind="mergesort")
        for k in range(min(places, count)):
            i = applicants[ranked[k]]
            mood[i, ATTITUDE] = r.squash(w.p.families.sensitivity * guesses[ranked[k]])
            enter(w, i)
    for school in range(w.schools.size):
        inside = 0
        for i in range(w.people.school_start[school], w.people.school_start[school + 1]):
            inside += s.inside[i]
        w.schools[school].inside = inside


@phase
def apply(w, coming, applicants, guesses, draws):
    """Fill in who enters by default or applies, with guess and draw of the lottery; return how
    many.
    """
    people, family, lead, offer, s = w.people, w.p.families, w.p.leadership, w.p.offer, w.families
    mood = s.mood[coming & 1]
    guess_key, lottery_key = week_key(w.keys.application, coming), week_key(w.keys.lottery, coming)
    count = 0
    for school in range(w.schools.size):
        for i in range(people.school_start[school], people.school_start[school + 1]):
            unit = people.cohort[i] if offer.by_cohort else (school if offer.by_school else 0)
            if s.inside[i] or s.gone[i] != STAYS or w.lists.design_start_weeks[unit] > coming:
                continue
            if offer.default_in:
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
                s.fit[i], np.float64(contacts_inside), lead.communication, family.guess_error,
                family.guess_learning, deviate(guess_key, i),
            )  # fmt: skip
            satisfied_share = satisfied / contacts_inside if contacts_inside > 0 else 0.0
            needed = r.inertia(
                family.inertia, lead.communication, satisfied_share, family.inertia_communication,
                family.inertia_contacts,
            )  # fmt: skip
            if guess > needed:
                applicants[count] = i
                draws[count] = uniform(lottery_key, i)
                guesses[count] = guess
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
