"""Families in the compiled engine: how they judge, experience, speak and leave (R1 to R4)."""

from __future__ import annotations

import numpy as np

from sim.engine.state import ATTITUDE, HEAT, LEFT, RETURNED, phase, r
from sim.outcome import CANCELLED
from sim.streams import STREAMS, deviate, uniform, week_key

BLOCK = 128
"""Families handled together, so that what they heard stays in the fastest cache."""

EXPERIENCE = STREAMS.index("experience")
VOICE_AGAINST = STREAMS.index("voice_against")
VOICE_FOR = STREAMS.index("voice_for")
EXIT = STREAMS.index("exit")


@phase
def judged_fit(p, people, i, persona):
    """Fit for the child of family i, with the expectations and priorities of a persona (its own, or a newcomer's)."""
    a = people.achievement[i]
    before, after = p.status_quo, p.initiative
    aversion = p.family.loss_aversion * p.offer.displacement
    informed = r.expectation_aversion(aversion, p.leadership.communication, p.family.communication_relief)
    slope, gap = p.family.success_slope, p.family.peer_gap
    success = r.success_share(a, after.success, after.tailoring, slope) - r.success_share(a, before.success, before.tailoring, slope)
    peers = r.peer_level(a, after.mixing, gap) - r.peer_level(a, before.mixing, gap)
    w, wishes = people.priorities[persona], people.wishes[persona]
    return r.fit(
        w[0], w[1], w[2], w[3], w[4], w[5],
        after.effect + after.effect_gradient * a,
        r.felt(success, aversion),
        r.felt(peers, aversion),
        r.felt(r.closer(wishes[0], before.teacher_led, after.teacher_led), informed),
        r.felt(r.closer(wishes[1], before.grade_path, after.grade_path), informed),
        r.felt(r.closer(wishes[2], before.agency, after.agency), informed),
    )  # fmt: skip


@phase
def listen(mood, first_contact, contacts, start, stop, heard):
    """Add up attitude and heat of each family's contacts: the only reading from anywhere in memory, so done by itself."""
    for i in range(start, stop):
        attitude = heat = 0.0
        for place in range(first_contact[i], first_contact[i + 1]):
            contact = contacts[place]
            attitude += mood[contact, ATTITUDE]
            heat += mood[contact, HEAT]
        heard[i - start, ATTITUDE] = attitude
        heard[i - start, HEAT] = heat


@phase
def families_week(p, people, s, d, keys, week):
    """Families experience the week, listen to their contacts and speak; all read last week's attitudes and heat."""
    now = week & 1
    mood, mood_next = s.mood[now], s.mood[1 - now]
    noise_key, against_key, for_key = week_key(keys[EXPERIENCE], week), week_key(keys[VOICE_AGAINST], week), week_key(keys[VOICE_FOR], week)
    dose, defects, public = d.dose, d.defects, d.attention
    effect, gradient, year = p.initiative.effect, p.initiative.effect_gradient, np.float64(p.horizon.weeks_per_year)
    aversion, quality_weight, noise_sd = p.family.loss_aversion, p.family.quality_weight, p.family.experience_noise
    sensitivity, rate, influence, kept = p.family.sensitivity, p.family.attitude_rate, p.family.influence_rate, p.family.heat_decay
    voice_rate, rate_for, threshold = p.family.voice_rate, p.family.voice_rate * p.family.voice_for, p.family.voice_threshold
    contagion, organising, amplifies = p.family.contagion, p.family.organising, p.family.attention_amplifies
    persistence = p.family.persistence
    fit, w_reliability, inside, evidence, week_gain, third_inside, third_voice = (
        s.fit,
        s.w_reliability,
        s.inside,
        s.evidence,
        s.week_gain,
        s.third_inside,
        s.third_voice,
    )
    first_contact, contacts, sways, thirds, achievement = (
        people.first_contact,
        people.contacts,
        people.sway,
        people.third,
        people.achievement,
    )
    for third in range(3):
        third_inside[third] = 0
        week_gain[third] = 0.0
    heard = np.empty((BLOCK, 2))
    taking_part = in_favour = voices_against = voices_for = on_record = 0
    sway_against = sway_for = attitudes = 0.0
    for school in range(s.school_inside.size):
        quality = s.school_quality[school]
        school_attitude = 0.0
        school_inside = school_against = 0
        end_of_school = people.school_start[school + 1]
        for start in range(people.school_start[school], end_of_school, BLOCK):
            stop = min(start + BLOCK, end_of_school)
            listen(mood, first_contact, contacts, start, stop, heard)
            for i in range(start, stop):
                feeling, heat = mood[i, ATTITUDE], mood[i, HEAT]
                moved = feeling
                count = np.float64(first_contact[i + 1] - first_contact[i])
                hot = 0.0
                if count > 0.0:
                    hot = heard[i - start, HEAT] / count
                    moved += r.drawn(feeling, heard[i - start, ATTITUDE] / count, influence)
                spoke = False
                if inside[i]:
                    third, sway = thirds[i], sways[i]
                    noise = noise_sd * deviate(noise_key, i)
                    felt_week = r.experience(
                        fit[i], dose, w_reliability[i], aversion, defects, quality, quality_weight, evidence[third], noise
                    )
                    moved += r.drawn(feeling, r.squash(sensitivity * felt_week), rate)
                    chance = r.voice_probability(
                        -moved, sway, heat, hot, public, voice_rate, threshold, persistence, contagion, organising, amplifies
                    )
                    if uniform(against_key, i) < chance:
                        spoke = True
                        voices_against += 1
                        school_against += 1
                        sway_against += sway
                        third_voice[third] += sway
                        if not s.spoken[i]:
                            s.spoken[i] = 1
                            on_record += 1
                            s.third_on_record[third] += 1
                            d.sway_on_record += sway
                    chance = r.voice_probability(
                        moved, sway, 0.0, 0.0, 0.0, rate_for, threshold, persistence, contagion, organising, amplifies
                    )
                    if uniform(for_key, i) < chance:
                        voices_for += 1
                        sway_for += sway
                    week_gain[third] += r.gain(effect, gradient, achievement[i], dose, quality, year)
                    third_inside[third] += 1
                    school_inside += 1
                    school_attitude += moved
                    if moved > 0.0:
                        in_favour += 1
                mood_next[i, ATTITUDE] = moved
                mood_next[i, HEAT] = r.heat(heat, spoke, kept)
        s.school_inside[school] = school_inside
        s.school_attitude[school] = school_attitude / school_inside if school_inside > 0 else 0.0
        s.school_against[school] = school_against
        taking_part += school_inside
        attitudes += school_attitude
    for third in range(3):
        s.year_gain[third] += week_gain[third]
        s.gains[third] += week_gain[third]
        s.year_weeks[third] += third_inside[third]
    d.taking_part = taking_part
    d.enrolled = taking_part
    d.in_favour = in_favour
    d.attitude = attitudes / taking_part if taking_part > 0 else 0.0
    d.voices_against = voices_against
    d.voices_for = voices_for
    d.on_record += on_record
    d.sway_against = sway_against
    d.sway_for = sway_for
    d.student_weeks += taking_part * dose
    d.weeks_this_year += 1


@phase
def departures_week(p, people, s, d, keys, week):
    """Families leave the school, or go back to the usual class; more do so at the year's end."""
    if d.rung >= CANCELLED:
        return
    boost = p.family.year_end_exit if (week + 1) % p.horizon.weeks_per_year == 0 else 1.0
    mood, inside, means = s.mood[1 - (week & 1)], s.inside, s.means
    ease, threshold = d.return_ease, p.family.exit_threshold
    leave_rate, return_rate = p.family.leave_school_rate, p.family.return_rate
    key = week_key(keys[EXIT], week)
    for i in range(inside.size):
        if inside[i]:
            feeling = mood[i, ATTITUDE]
            leaves = r.leave_school_probability(feeling, means[i], ease, threshold, leave_rate, boost)
            returns = r.return_probability(feeling, ease, threshold, return_rate, boost)
            draw = uniform(key, i)
            if draw < leaves + returns:
                inside[i] = 0
                d.enrolled -= 1
                if draw < leaves:
                    s.gone[i] = LEFT
                    d.left_school += 1
                    d.lost += 1
                else:
                    s.gone[i] = RETURNED
                    d.left_programme += 1
