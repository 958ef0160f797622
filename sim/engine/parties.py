"""Vendor, teachers, union, results, regulator and community in the compiled engine (R6 to R9, R11)."""

from __future__ import annotations

import numpy as np

from sim.engine.state import COMMUNITY, JUDGEMENT, phase, r
from sim.streams import STREAMS, deviate, uniform, week_key

OUTAGE = STREAMS.index("outage")
FUNDING = STREAMS.index("funding")
RESULTS = STREAMS.index("results")
REVIEW = STREAMS.index("review")


@phase
def vendor_week(p, d, keys, week):
    """Repairs, outages, and whether the funding holds."""
    rise = max(0.0, p.initiative.technology - p.status_quo.technology)
    outage = 0.0
    if uniform(week_key(keys[OUTAGE], week), 0) < p.vendor.outage_chance * rise:
        outage = p.vendor.outage_size * rise
    d.defects = r.defects(d.defects, p.vendor.repair, p.leadership.responsiveness, d.repair_speed, outage)
    if uniform(week_key(keys[FUNDING], week), 0) < r.weekly_chance(p.vendor.funding_loss, p.horizon.weeks_per_year):
        d.funded = 0


@phase
def delivery_week(p, people, s, d):
    """Skill and effort of teachers make the quality of delivery, school by school."""
    total_quality = 0.0
    total_effort = 0.0
    active = 0
    t = 0
    for school in range(s.school_quality.size):
        quality = 0.0
        staff = 0
        while t < people.teacher_school.size and people.teacher_school[t] == school:
            if s.school_inside[school] > 0:
                s.skill[t] = r.skill(s.skill[t], p.leadership.training, p.teachers.recovery)
                effort = r.effort(s.teacher_attitude[t], p.teachers.effort_range)
                quality += s.skill[t] * effort
                total_effort += effort
                staff += 1
            t += 1
        s.school_quality[school] = quality / staff if staff > 0 else 1.0
        total_quality += quality
        active += staff
    d.quality = total_quality / active if active > 0 else 1.0
    d.mean_effort = total_effort / active if active > 0 else 1.0


@phase
def teachers_week(p, people, s, d):
    """Teachers make up their minds; the union follows its members."""
    lead, make, staff_rules = p.leadership, p.initiative, p.teachers
    new = r.novelty(make.role_change, make.workload, make.technology - p.status_quo.technology)
    openness_bonus = staff_rules.disposition_mean + staff_rules.choice_bonus * p.offer.staff_choice
    active = unhappy = 0
    total = 0.0
    for t in range(people.teacher_school.size):
        school = people.teacher_school[t]
        if s.school_inside[school] == 0:
            continue
        blame = staff_rules.blame_weight * (s.school_against[school] / s.school_inside[school])
        balance = r.teacher_balance(
            openness_bonus + staff_rules.disposition_sd * people.teacher_openness[t],
            new, lead.training, make.role_change, make.workload, d.defects, make.technology, s.school_attitude[school], blame,
            staff_rules.training_weight, staff_rules.role_weight, staff_rules.workload_weight, staff_rules.defect_weight, staff_rules.family_weight,
        )  # fmt: skip
        before = s.teacher_attitude[t]
        after = before + r.drawn(before, r.squash(staff_rules.steepness * balance), staff_rules.rate)
        s.teacher_attitude[t] = after
        active += 1
        total += after
        if after < staff_rules.unhappy:
            unhappy += 1
    d.teacher_attitude = total / active if active > 0 else 0.0
    d.unhappy_share = unhappy / active if active > 0 else 0.0
    d.union_level, d.weeks_above, d.weeks_below = r.union_step(
        d.union_level,
        d.weeks_above,
        d.weeks_below,
        d.unhappy_share,
        p.union.rise_share,
        p.union.rise_weeks,
        p.union.fall_share,
        p.union.fall_weeks,
    )


@phase
def results_week(p, calendar, s, d, keys, week):
    """In weeks of publication: what the tests say, group by group, to families and to the board."""
    s.drained[JUDGEMENT] = 0.0
    week_of_year = week % p.horizon.weeks_per_year + 1
    published = False
    for due in calendar.results_weeks:
        published = published or due == week_of_year
    if not published or d.taking_part == 0:
        return
    key = week_key(keys[RESULTS], week)
    judged = 0.0
    for third in range(3):
        students = s.third_inside[third]
        if students > 0:
            true_gain = s.year_gain[third] / s.year_weeks[third] * d.weeks_this_year
            seen = r.observed_gain(true_gain, np.float64(students), p.results.test_sd, deviate(key, third))
            s.evidence[third] = p.results.family_weight * seen
            judged += r.felt(seen, p.family.loss_aversion) * (students / d.taking_part)
    s.drained[JUDGEMENT] = -p.power.board.governance * p.results.board_weight * judged


@phase
def regulator_week(p, s, d, keys, week):
    """Review if due or called in; return whether a notice was served."""
    if p.power.regulator.regulation <= 0.0:
        return False
    since = week - d.last_review
    called_in = d.voices_against > p.regulator.call_in_share * d.taking_part and since >= p.regulator.call_in_gap
    if not called_in and since < p.regulator.review_interval:
        return False
    d.last_review = week
    usual, make = p.status_quo, p.initiative
    gap = max(
        r.shortfall(p.regulator.required_seat_time, usual.seat_time, make.seat_time, d.dose),
        r.shortfall(p.regulator.required_grade_level, usual.grade_level, make.grade_level, d.dose),
        r.shortfall(p.regulator.required_certification, usual.certification, make.certification, d.dose),
    )
    if uniform(week_key(keys[REVIEW], week), 0) < r.notice_probability(gap, p.offer.flexibility):
        d.notices += 1
        return True
    return False


@phase
def community_week(p, calendar, s, d, week):
    """Attention rises with voice and fades; seats change at elections."""
    heard = r.voice_share(d.sway_against, p.offer.constituency, p.offer.school_size, p.board.constituency_exponent)
    d.attention = r.attention(d.attention, heard, p.community.attention_kept, p.community.attention_gain)
    seats = 0.0
    for due in calendar.election_weeks:
        if due == week:
            seats += r.seats_lost(d.attention, p.community.election_threshold, p.community.election_swing)
    s.drained[COMMUNITY] = (
        p.power.community.governance * seats + p.board.drain * p.power.community.governance * p.community.pressure * d.attention
    )
