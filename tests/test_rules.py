"""Rules: ranges, directions and known values."""

import ast
import inspect
import math

import pytest
from conftest import ROOT
from hypothesis import assume, given
from hypothesis import strategies as st

from sim import rules
from sim.parties.board.rules import Ladder
from sim.parties.families.rules import Delivery, Losses, Voice
from sim.parties.teachers.rules import Moment, Reasons, Work
from sim.scenario import parameter_table

pytestmark = pytest.mark.once

UNIT = st.floats(0, 1)
SIGNED = st.floats(-1, 1)
REAL = st.floats(-50, 50)
CAPITAL = st.floats(-5, 1)
SMALL = 1e-9


def test_no_rule_takes_more_than_seven_arguments():
    """What is more belongs together, and has a named tuple beside the rule."""
    taken = {name: list(inspect.signature(rule.py_func).parameters) for name, rule in rules.DEFAULT._asdict().items()}
    assert {name: given for name, given in taken.items() if len(given) > 7} == {}


# --- shared --------------------------------------------------------------------------------------


@given(REAL)
def test_squash_is_tanh(balance):
    assert rules.squash(balance) == pytest.approx(math.tanh(balance), abs=1e-12)


@pytest.mark.parametrize("balance", [-1e308, 1e308])
def test_squash_has_no_overflow(balance):
    assert abs(rules.squash(balance)) == 1.0


@given(SIGNED)
def test_losses_weigh_more(change):
    assert rules.felt(change, 2.25) == (change if change >= 0 else 2.25 * change)


@given(st.floats(0, 500), st.floats(1, 1e6), st.floats(1, 5000), UNIT)
def test_voices_count_between_the_share_of_the_programme_and_that_of_the_whole(number, body, own, gamma):
    heard = rules.counted(number, body, own, gamma)
    low, high = sorted((number / body, number / own))
    assert low * (1 - SMALL) <= heard <= high * (1 + SMALL)


@given(st.floats(0, 500), st.floats(1, 1e5), st.floats(1, 5000), UNIT, st.floats(1, 10))
def test_twice_of_everything_counts_as_once(number, body, own, gamma, factor):
    once, twice = (
        rules.counted(number, body, own, gamma),
        rules.counted(factor * number, factor * body, factor * own, gamma),
    )
    assert twice == pytest.approx(once, rel=1e-9)


@given(UNIT, st.integers(1, 52))
def test_weekly_chances_make_up_the_yearly_one(annual, weeks):
    weekly = rules.yearly_to_weekly(annual, weeks)
    assert 0 <= weekly <= 1
    assert 1 - (1 - weekly) ** weeks == pytest.approx(annual, abs=1e-6)


@given(UNIT, UNIT, SIGNED)
def test_novelty_is_the_largest_change(role_change, workload, rise):
    assert rules.novelty(role_change, workload, rise) == max(role_change, workload, rise)
    assert rules.novelty(0.0, 0.0, -1.0) == 0.0


# --- families ------------------------------------------------------------------------------------


@given(st.floats(-4, 4), st.floats(0.01, 0.99), UNIT)
def test_success_is_a_share_and_alike_for_all_where_tailored(achievement, success, tailoring):
    assert 0 <= rules.success_share(achievement, success, tailoring, 1.3) <= 1
    assert rules.success_share(achievement, success, 1.0, 1.3) == pytest.approx(success)
    assert rules.success_share(0.0, success, tailoring, 1.3) == pytest.approx(success)


def test_success_in_a_usual_class_is_the_logistic_of_achievement():
    assert rules.success_share(0.7, 0.5, 0.0, 1.3) == pytest.approx(1 / (1 + math.exp(-1.3 * 0.7)))


@given(UNIT, UNIT, UNIT)
def test_closer_is_how_much_nearer_a_wish_it_is(wish, now, programme):
    assert rules.closer(wish, now, programme) == -rules.closer(wish, programme, now)
    assert rules.closer(programme, now, programme) == abs(now - programme)


@given(st.floats(1, 5), UNIT, UNIT)
def test_communication_lowers_aversion_by_its_relief_at_most(aversion, communication, relief):
    assert aversion * (1 - relief) - SMALL <= rules.expectation_aversion(aversion, communication, relief) <= aversion


@given(st.integers(0, 12), st.integers(0, 40), st.integers(1, 12))
def test_each_cohort_passes_all_grades_and_is_next_in_line_for_a_year(cohort, year, grades):
    assume(cohort <= grades)
    now, then = rules.grade_of(cohort, year, grades), rules.grade_of(cohort, year + 1, grades)
    assert 0 <= now <= grades
    assert then == (0 if now == grades else now + 1)
    assert sorted(rules.grade_of(each, year, grades) for each in range(grades + 1)) == list(range(grades + 1))
    assert rules.grade_of(255, year, grades) == 255


@given(UNIT, UNIT, UNIT, UNIT, UNIT)
def test_stakes_are_shares_and_none_where_nothing_is_known_or_shared(at_next, at_outside, known, ease, shared):
    stake = rules.stake_next(at_next, at_outside, known, ease, shared)
    assert 0 <= stake <= max(at_next, at_outside)
    assert rules.stake_next(at_next, at_outside, 0.0, ease, shared) == 0.0
    assert rules.stake_next(at_next, at_outside, 1.0, 0.0, shared) == at_next
    assert rules.stake_next(at_next, at_outside, 1.0, 1.0, shared) == rules.stake_outside(at_outside, shared)
    assert rules.stake_outside(at_outside, 0.0) == 0.0


@given(SIGNED, UNIT, UNIT, UNIT, UNIT)
def test_experience_and_guess_are_in_proportion_to_the_dose(fit, dose, defects, quality, w_reliability):
    losses = Losses(aversion=2.25, quality=0.15)

    def lived(dose, defects=defects, quality=quality, noise=0.0):
        return rules.experience(fit, w_reliability, Delivery(dose, defects, quality), losses, 0.0, noise)

    assert lived(dose) == pytest.approx(dose * lived(1.0))
    assert lived(0.0, noise=0.5) == 0.0
    assert rules.expected(fit, 0.1, 0.0) == 0.0
    assert lived(1.0, defects=0.0, quality=1.0) == rules.expected(fit, 0.0, 1.0)


@given(SIGNED, UNIT, UNIT, UNIT, UNIT, UNIT)
def test_voice_is_a_chance_and_rises_with_what_drives_it(dislike, sway, mobilisation, hot, attention, rate):
    def chance(dislike=dislike, sway=sway, mobilisation=mobilisation, hot=hot, attention=attention, rate=rate):
        voice = Voice(threshold=0.1, sway_slope=1.4, persistence=2.0, contagion=4.0, attention=4.0)
        return rules.voice_probability(-dislike, sway, mobilisation, hot, attention, rate, voice)

    base = chance()
    assert 0 <= base <= 1
    assert chance(rate=0.0) == 0
    if dislike <= 0.1:
        assert base == 0
    more = {
        "dislike": min(1, dislike + 0.1), "sway": min(1, sway + 0.1), "mobilisation": 1.0, "hot": 1.0, "attention": 1.0,
        "rate": 1.0,
    }  # fmt: skip
    for name, value in more.items():
        assert chance(**{name: value}) >= base - 1e-15


@given(UNIT, st.booleans(), UNIT, UNIT)
def test_mobilisation_is_full_after_speaking_and_fades(before, spoke, kept, calm):
    after = rules.mobilisation(before, spoke, kept)
    assert after == (1.0 if spoke else kept * before)
    assert 0 <= rules.calmed(after, calm) <= after


@given(SIGNED, UNIT, UNIT)
def test_going_back_is_a_chance_of_who_dislikes_it_and_can(attitude, ease, rate):
    returns = rules.return_probability(attitude, ease, 0.1, rate)
    assert 0 <= returns <= 1
    assert returns == 0 or attitude < -0.1
    assert rules.return_probability(attitude, 0.0, 0.1, rate) == 0


@given(st.floats(-10, 2), UNIT, UNIT, UNIT)
def test_inertia_shrinks_with_satisfied_contacts_and_with_what_is_given_up(base, satisfied, by_contacts, dose):
    assert abs(rules.inertia(base, satisfied, by_contacts, dose)) <= abs(base) * dose
    assert rules.inertia(base, 0.0, by_contacts, 1.0) == base
    assert rules.inertia(base, satisfied, by_contacts, 0.0) == 0.0


@given(st.floats(-2, 2), st.integers(0, 20))
def test_who_knows_families_inside_errs_less(perception_error, contacts):
    assert (
        abs(rules.informed(perception_error, contacts + 1))
        <= abs(rules.informed(perception_error, contacts))
        <= abs(perception_error)
    )


@given(SIGNED, SIGNED, st.floats(-4, 4), UNIT, UNIT)
def test_a_years_gain_is_the_effect_at_full_dose_and_quality(effect, gradient, achievement, dose, quality):
    week = rules.gain(effect, gradient, achievement, 1.0, 1.0, 36.0)
    assert 36 * week == pytest.approx(effect + gradient * achievement)
    assert abs(rules.gain(effect, gradient, achievement, dose, quality, 36.0)) <= abs(week) + SMALL


@given(st.floats(0, 500), UNIT)
def test_families_drain_by_voices_and_by_their_power(voices, power):
    assert rules.families_pressure(voices, 12.0, power) == pytest.approx(12.0 * voices * power)
    assert rules.families_pressure(0.0, 12.0, power) == rules.families_pressure(voices, 12.0, 0.0) == 0


# --- students ------------------------------------------------------------------------------------


@given(SIGNED, UNIT, UNIT, st.floats(0, 1), UNIT)
def test_a_child_dislikes_nothing_at_no_dose_and_stays_unhappy_as_defects_rise(fit, weight, defects, more, dose):
    def unhappy(defects, dose=dose):
        return rules.pupil_unhappy(fit, weight, 2.25, defects, dose, 2.5, 0.1)

    assert not unhappy(defects, dose=0.0)
    assert unhappy(min(1.0, defects + more)) >= unhappy(defects)


@given(UNIT, UNIT)
def test_of_the_unhappy_more_are_ready_the_more_are_unhappy(unhappy, more):
    ready = rules.ready_to_walk(unhappy)
    assert 0 <= ready <= unhappy
    assert rules.ready_to_walk(min(1.0, unhappy + more)) >= ready
    assert rules.ready_to_walk(1.0) == 1.0


@given(UNIT, UNIT)
def test_nobody_walks_out_of_nothing(ready, needed):
    assert not rules.walks_out(ready, needed, 0.0)
    assert not rules.walks_out(ready, 1.0, 1.0)
    assert rules.walks_out(ready, needed, 0.5) == (ready > needed)


@given(st.integers(0, 500), st.integers(1, 500), UNIT)
def test_walkouts_draw_attention_by_who_walks(walking, taking_part, attention):
    assume(walking <= taking_part)
    assert 0 <= rules.walkout_attention(walking, taking_part, attention) <= attention + SMALL


# --- teachers and union --------------------------------------------------------------------------


@given(UNIT, SIGNED, UNIT, UNIT, UNIT, UNIT, UNIT, UNIT)
def test_a_teachers_own_reasons_are_in_proportion_to_the_job(job, open_, novelty, training, role, work, defects, tech):
    def balance(job, families=0.0, blame=0.0):
        asked, moment = Work(novelty, role, work, 0.2, tech), Moment(defects, families, blame)
        return rules.teacher_balance(job, open_, training, asked, moment, Reasons(0.5, 0.1, 1.2, 0.3))

    assert balance(job) == pytest.approx(job * balance(1.0))
    assert balance(0.0) == 0.0
    assert balance(job, families=1.0) >= balance(job) >= balance(job, blame=0.5)


@given(UNIT, UNIT, UNIT)
def test_skill_starts_at_1_where_nothing_is_new(training, dip, draw):
    assert rules.skill_at_start(0.0, training, dip, draw) == 1.0
    assert 0 <= rules.skill_at_start(1.0, training, dip, draw) <= 1
    assert rules.skill_at_start(1.0, 1.0, dip, draw) == 1.0
    assert rules.skill(1.0, training, 0.06) == 1.0


@given(UNIT, UNIT, UNIT)
def test_skill_closes_the_gap_and_never_overshoots(before, training, recovery):
    assume(recovery * (0.5 + training) <= 1)
    assert before <= rules.skill(before, training, recovery) <= 1


@given(SIGNED, UNIT)
def test_what_is_delivered_is_a_share(attitude, skill):
    use = rules.used(attitude)
    assert 0 <= use <= 1
    assert use == 1 or attitude < 0
    assert 0 <= rules.delivered(skill, use) <= 1


@given(UNIT, UNIT)
def test_the_union_presses_by_the_share_of_the_job_at_stake(unhappy, job):
    assert 0 <= rules.union_pressure(unhappy, job, 0.08, 1.0) <= 0.08
    assert rules.union_pressure(unhappy, 0.0, 0.08, 1.0) == 0


# --- regulator, community, vendor ----------------------------------------------------------------


@given(UNIT, UNIT, UNIT, UNIT, UNIT)
def test_a_shortfall_is_of_the_programme_and_grows_with_the_dose(required, usual, programme, dose, flexibility):
    gap = rules.shortfall(required, usual, programme, dose)
    assert 0 <= gap <= 1
    assert rules.shortfall(required, usual, programme, 0.0) == 0
    assert rules.shortfall(required, usual, usual, dose) == pytest.approx(0)
    assert gap <= rules.shortfall(required, usual, programme, 1.0) + SMALL
    assert 0 <= rules.notice_probability(gap, flexibility, 1.0) <= gap
    assert rules.notice_probability(gap, flexibility, 0.0) == 0
    assert rules.notice_probability(gap, flexibility, 10.0) <= 1


@given(UNIT, UNIT, UNIT, UNIT)
def test_attention_is_a_share_and_fades_without_voices(before, voices, kept, walkouts):
    assert 0 <= rules.attention(before, voices, kept, 2.0, walkouts) <= 1
    assert rules.attention(before, 0.0, kept, 2.0, 0.0) == kept * before


@given(SIGNED, UNIT, UNIT, UNIT, UNIT)
def test_defects_are_a_share_come_with_new_technology_and_are_repaired(rise, base, vetting, responsiveness, repair):
    start = rules.defects_at_start(base, rise, vetting)
    assert 0 <= start <= 1
    assert start == 0 or rise > 0
    assert 0 <= rules.defects(start, repair, responsiveness, 2.0) <= start
    assert rules.defects_at_start(base, rise, 1.0) == 0


# --- money ---------------------------------------------------------------------------------------


@given(st.floats(0, 1e4), st.floats(0, 5000), UNIT, UNIT, st.floats(1, 1e5))
def test_strain_is_a_share_and_none_where_nothing_is_paid(cost, students, dose, share, budget):
    strain = rules.strain(cost, students, dose, share, 300.0, budget)
    assert 0 <= strain <= 1
    assert rules.strain(0.0, students, dose, share, 300.0, budget) == 0
    assert rules.strain(cost, students, 0.0, share, 300.0, budget) == 0
    assert rules.strain(cost, students, dose, 0.0, 300.0, budget) == 0
    assert rules.strain(2 * cost, students, dose, share, 300.0, budget) >= strain
    assert rules.strain(cost, 2 * students, dose, share, 300.0, 2 * budget) == pytest.approx(strain)


@given(UNIT, UNIT)
def test_only_new_strain_counts(now, known):
    assert rules.new_strain(now, known) == pytest.approx(max(0.0, now - known))
    assert rules.tightness(0.0, 0.0) == rules.tightness(2.0, 0.0) == 1.0


@given(st.floats(-100, 100), st.integers(0, 500), UNIT, UNIT)
def test_reserves_hold_at_break_even_and_rise_with_each_child(before, viable, fixed_share, dose):
    assert rules.reserves(before, viable, viable, 1.0, fixed_share, dose) == before
    one_more = rules.reserves(before, viable + 1, viable, 1.0, fixed_share, dose)
    assert one_more - before == pytest.approx(fixed_share * dose, abs=1e-9)
    assert rules.reserves(before, 0, viable, 1.0, fixed_share, 0.0) == before


# --- results -------------------------------------------------------------------------------------


@given(SIGNED, st.integers(1, 5000), st.floats(0, 3), st.floats(0, 3))
def test_a_published_gain_is_shrunk_and_its_noise_neither_gives_nor_takes(seen, students, true_sd, test_sd):
    read = rules.read_gain(seen, float(students), true_sd, test_sd)
    assert abs(read) <= abs(seen) + SMALL
    assert rules.read_gain(-seen, float(students), true_sd, test_sd) == -read
    assert abs(rules.read_gain(seen, 2.0 * students, true_sd, test_sd)) >= abs(read) - SMALL


@given(SIGNED, UNIT)
def test_results_give_as_much_as_they_take(judged, weight):
    assert rules.results_pressure(judged, weight, 1.0) == -rules.results_pressure(-judged, weight, 1.0)
    assert rules.judged(0.2, 0.25) + rules.judged(0.2, 0.75) == pytest.approx(0.2)


@given(st.floats(-1, 1), st.integers(1, 36), st.integers(1, 300))
def test_what_was_learned_is_the_mean_gain_of_a_child_in_all_weeks_so_far(a_week, weeks, children):
    assert rules.learned(a_week * children * weeks, children * weeks, weeks) == pytest.approx(a_week * weeks)


def test_tests_err_by_the_size_of_the_group():
    assert rules.observed_gain(0.1, 25.0, 1.0, 1.0) == pytest.approx(0.3)
    assert rules.observed_gain(0.1, 25.0, 0.0, 1.0) == 0.1


# --- leaders -------------------------------------------------------------------------------------


@given(UNIT, CAPITAL, st.floats(0, 1))
def test_leaders_go_by_a_chance_and_more_where_capital_is_low(yearly, capital, less):
    goes = rules.leader_goes(yearly, capital)
    assert yearly <= goes <= 1
    assert rules.leader_goes(yearly, capital - less) >= goes
    assert rules.leader_goes(yearly, 1.0) == yearly


@given(CAPITAL, st.integers(0, 500), st.integers(0, 500), UNIT, st.floats(1, 500))
def test_support_is_a_share_that_rises_with_capital_favour_content_and_places_filled(
    capital, in_favour, taking_part, unhappy, places
):
    assume(in_favour <= taking_part)
    support = rules.support(capital, in_favour, taking_part, unhappy, places)
    assert 0 <= support <= 1
    assert rules.support(1.0, in_favour, taking_part, unhappy, places) >= support
    assert rules.support(capital, taking_part, taking_part, unhappy, places) >= support
    assert rules.support(capital, in_favour, taking_part, 0.0, places) >= support
    assert rules.support(capital, in_favour, taking_part, unhappy, 2 * places) <= support
    assert rules.support(capital, 0, 0, unhappy, places) == 0


@given(UNIT, UNIT, UNIT, UNIT)
def test_what_takes_nothing_is_fully_backed_or_saves_all_is_not_dropped(drop, dose, support, saved):
    assert 0 <= rules.drop_probability(drop, dose, support, saved) <= rules.drop_probability(drop, dose, support, 0.0)
    assert rules.drop_probability(drop, dose, support, 0.0) <= drop
    assert rules.drop_probability(drop, 0.0, support, saved) == rules.drop_probability(drop, dose, 1.0, saved) == 0
    assert rules.drop_probability(drop, dose, support, 1.0) == 0


@given(st.floats(0, 5), UNIT, UNIT, st.floats(-1, 1), UNIT, UNIT)
def test_deciders_give_up_less_where_more_shows_more_back_it_or_it_saves(
    yearly, promise, change, shown, support, saved
):
    def chance(shown=shown, support=support, saved=saved):
        return rules.disappointment_probability(yearly, promise, change, rules.unmet(shown, 0.15), support, saved)

    assert 0 <= chance(shown=shown + 0.1) <= chance() <= 1
    assert chance(support=1.0) == chance(saved=1.0) == 0
    assert rules.disappointment_probability(yearly, promise, 0.0, 1.0, support, saved) == 0
    assert rules.unmet(0.0, 0.15) == rules.unmet(shown, 0.0) == 0.5


@given(UNIT, st.floats(-1, 1), UNIT, st.floats(-3, 3))
def test_who_leans_does_so_as_far_as_the_programme_is_different(departure, mean, spread, draw):
    assert rules.leaning(0.0, mean, spread, draw) == 0
    assert rules.leaning(departure, mean, spread, draw) == pytest.approx(
        departure * rules.leaning(1.0, mean, spread, draw)
    )


@given(st.floats(-2, 2), st.floats(-2, 2), UNIT)
def test_fit_wears_off_towards_what_it_settles_at_and_never_beyond(fit, settled, rate):
    used = rules.habituated(fit, settled, rate)
    assert min(fit, settled) - 1e-12 <= used <= max(fit, settled) + 1e-12
    assert rules.habituated(fit, settled, 0.0) == fit


@given(st.floats(-1, 1), st.floats(0, 5), UNIT)
def test_staff_who_like_a_programme_use_all_of_it_and_let_none_go(attitude, lapse, dose):
    use = rules.used(attitude)
    assert 0 <= use <= 1
    assert rules.used(abs(attitude)) == 1
    assert rules.lapse_probability(lapse, 1.0, dose) == 0 <= rules.lapse_probability(lapse, use, dose) <= 1


@given(UNIT, UNIT, UNIT, UNIT)
def test_only_posts_of_its_own_that_no_grant_pays_are_cut(cut, posts, outside, dose):
    assert rules.cut_probability(cut, 0.0, outside, dose) == rules.cut_probability(cut, posts, 1.0, dose) == 0
    assert 0 <= rules.cut_probability(cut, posts, outside, dose) <= cut


@given(st.floats(-1000, 1000), UNIT, st.floats(1, 1000))
def test_only_what_saves_holds_by_its_savings(cost, dose, movable):
    saved = rules.saved(cost, dose, movable)
    assert 0 <= saved <= 1
    assert saved == 0 or cost < 0


@given(UNIT, UNIT, UNIT, UNIT, st.integers(1, 1000))
def test_those_outside_mind_only_what_is_for_others_alone_and_shared(grievance, exclusive, shared, dose, enrolled):
    assert rules.minded(0.0, exclusive, shared, dose, enrolled) == 0
    assert rules.minded(grievance, 0.0, shared, dose, enrolled) == 0
    assert rules.minded(grievance, exclusive, shared, dose, 0) == 0
    assert rules.minded(grievance, exclusive, shared, dose, enrolled) == grievance * exclusive * shared * dose
    assert rules.stake_in_its_existence(shared, 0.0) == shared
    assert shared <= rules.stake_in_its_existence(shared, grievance) <= 1


@given(UNIT, UNIT, UNIT)
def test_a_body_without_a_hold_and_a_product_without_new_technology_end_nothing(yearly, share, vetting):
    assert rules.order_probability(yearly, 0.0, share) == rules.fault_probability(yearly, 0.0, vetting) == 0
    assert rules.fault_probability(yearly, -0.5, vetting) == 0 == rules.fault_probability(yearly, share, 1.0)


@given(UNIT, st.floats(0.1, 52))
def test_an_answer_takes_its_time_and_comes_sooner_where_leaders_are_quick(responsiveness, weeks):
    assert 0 <= rules.answer_probability(responsiveness, weeks) <= rules.answer_probability(1.0, weeks) <= 1
    assert rules.answer_probability(0.0, weeks) == 0


# --- board ---------------------------------------------------------------------------------------


@given(st.floats(-2, 1), UNIT, UNIT)
def test_capital_is_at_most_1_and_returns_to_1(before, responsiveness, drained):
    assert rules.capital(before, 0.06, responsiveness, drained) <= 1
    assert rules.capital(before, 0.06, responsiveness, 0.0) >= before


def respond(status, capital, voluntary=False, repair=True, concede=True, optional=True):
    return rules.response(status, capital, voluntary, Ladder(repair, concede, optional, 0.45))


def test_the_board_responds_one_step_at_a_time():
    assert [respond(status, -1.0) for status in range(4)] == [1, 2, 3, 3]
    assert [respond(status, 0.9) for status in range(4)] == [0, 1, 2, 3]


def test_the_board_skips_what_is_switched_off_and_what_is_voluntary():
    assert respond(0, -1.0, repair=False) == 2
    assert respond(0, 0.6, repair=False) == 0
    assert respond(2, -1.0, voluntary=True) == 2
    assert respond(1, -1.0, concede=False) == 3
    assert respond(0, -1.0, repair=False, concede=False, optional=False) == 0


@given(UNIT, UNIT, UNIT)
def test_each_step_does_one_thing(dose, ease, kept):
    assert [rules.dose_after_step(dose, status, kept) for status in (1, 2, 3)] == [dose, dose * kept, dose]
    assert [rules.return_ease_after_step(ease, status) for status in (1, 2, 3)] == [ease, ease, 1.0]
    assert [rules.repair_speed_after_step(1.0, status, 2.0) for status in (1, 2, 3)] == [2.0, 1.0, 1.0]


@given(CAPITAL, UNIT, UNIT, SIGNED, st.floats(0, 1))
def test_a_member_suspends_less_the_more_capital_sponsors_and_tolerance_there_are(
    capital, sponsor, dose, tolerance, more
):
    def suspends(capital=capital, sponsor=sponsor, tolerance=tolerance):
        return rules.votes_to_suspend(capital, 0.2, 0.35, sponsor, dose, tolerance)

    assert suspends(capital=capital + more) <= suspends()
    assert suspends(sponsor=1.0) <= suspends()
    assert suspends(tolerance=tolerance + more) <= suspends()


@given(CAPITAL, UNIT, UNIT, UNIT, st.floats(-2, 2))
def test_a_member_ends_less_what_has_capital_sponsors_and_no_new_cost(capital, sponsor, strain, dose, tolerance):
    def margin(capital=capital, sponsor=sponsor, strain=strain, dose=dose):
        return rules.margin(dose, capital, 0.4, 0.35, sponsor, strain, 0.4)

    assert margin(capital=capital + 0.5) > margin()
    assert margin(sponsor=1.0) >= margin()
    assert margin(strain=0.0) >= margin()
    assert not rules.votes_to_end(margin(capital=1.0, strain=0.0, dose=0.0), 0.0, tolerance)
    assert rules.votes_to_end(margin(), dose, tolerance + 1.0) <= rules.votes_to_end(margin(), dose, tolerance)


@given(st.floats(0, 1e5), UNIT, st.floats(1, 1e6))
def test_a_seat_turns_by_the_share_of_opponents_among_those_who_vote(opponents, turnout, electorate):
    turns = rules.seat_turns(opponents, turnout, electorate, 1.0)
    assert 0 <= turns <= 1
    assert rules.seat_turns(0.0, turnout, electorate, 1.0) == 0
    assert rules.seat_turns(opponents, turnout, electorate, 0.0) == 0
    assert rules.seat_turns(opponents, turnout / 2, electorate, 1.0) >= turns


@given(UNIT, st.floats(-3, 3))
def test_who_wins_on_the_issue_endures_less(spread, draw):
    assert rules.tolerance_of_challenger(spread, draw) < rules.member_tolerance(spread, draw)


# --- all of them ---------------------------------------------------------------------------------


def test_every_rule_says_what_it_is():
    for name in rules.Rules._fields:
        doc = inspect.getdoc(getattr(rules.DEFAULT, name).py_func)
        assert doc
        assert len(doc) > 30, name


def test_replacing_an_unknown_rule_names_the_known_ones():
    with pytest.raises(TypeError, match="no rule is called 'voice'; accepted: squash"):
        rules.replace(voice=lambda x: x)


def test_replacing_a_rule_with_other_arguments_is_refused():
    with pytest.raises(TypeError, match=r"rule 'mobilisation' takes \(mobilisation_before, spoke, kept\), not \(x\)"):
        rules.replace(mobilisation=lambda x: x)


def test_all_numbers_of_behaviour_are_counted():
    """Parameters, inputs that are assumed, and constants in rules: docs/odd.md has how many."""
    table = parameter_table()
    parameters = int((table["role"] == "parameter").sum())
    inputs = int(((table["role"] == "input") & table["assumed"]).sum())
    constants = 1  # how much less a challenger endures
    for path in (*ROOT.glob("sim/parties/*/rules.py"), ROOT / "sim" / "parties" / "rules.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            constants += isinstance(node, ast.Constant) and type(node.value) is float and node.value not in (0.0, 1.0)
    said = " ".join((ROOT / "docs" / "odd.md").read_text().split())
    assert f"{parameters} parameters, {inputs} inputs that are assumed, {constants} constants in rules" in said
