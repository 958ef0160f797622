"""Rules: ranges, directions and known values."""

import inspect
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import rules

UNIT = st.floats(0, 1)
SIGNED = st.floats(-1, 1)
REAL = st.floats(-50, 50)


@given(REAL)
def test_squash_is_tanh(balance):
    assert rules.squash(balance) == pytest.approx(math.tanh(balance), abs=1e-12)


@pytest.mark.parametrize("balance", [-1e308, 1e308])
def test_squash_has_no_overflow(balance):
    assert abs(rules.squash(balance)) == 1.0


@given(SIGNED)
def test_losses_weigh_more(change):
    assert rules.felt(change, 2.25) == (change if change >= 0 else 2.25 * change)


@given(st.floats(-4, 4), st.floats(0.01, 0.99), UNIT)
def test_success_is_a_share_and_alike_for_all_where_tailored(achievement, success, tailoring):
    assert 0 <= rules.success_share(achievement, success, tailoring, 1.3) <= 1
    assert rules.success_share(achievement, success, 1.0, 1.3) == pytest.approx(success)
    assert rules.success_share(0.0, success, tailoring, 1.3) == pytest.approx(success)


def test_success_now_is_the_logistic_of_the_model():
    assert rules.success_share(0.7, 0.5, 0.0, 1.3) == pytest.approx(1 / (1 + math.exp(-1.3 * 0.7)))


@given(SIGNED, UNIT, UNIT, UNIT, UNIT)
def test_voice_is_a_chance_and_rises_with_what_drives_it(feeling, sway, heat, hot, attention):
    def chance(feeling=feeling, sway=sway, heat=heat, hot=hot, attention=attention):
        return rules.voice_probability(feeling, sway, heat, hot, attention, 0.05, 0.1, 4.0, 4.0, 0.5, 2.0)

    base = chance()
    assert 0 <= base <= 1
    if feeling <= 0.1:
        assert base == 0
    more = {"feeling": min(1, feeling + 0.1), "sway": min(1, sway + 0.1), "heat": 1.0, "hot": 1.0, "attention": 1.0}
    for name, value in more.items():
        assert chance(**{name: value}) >= base - 1e-15


@given(SIGNED, UNIT, UNIT, UNIT, st.floats(1, 36))
def test_exit_is_a_chance_and_goes_where_it_is_easy(attitude, means, ease, rate, boost):
    leaves = rules.leave_school_probability(attitude, means, ease, 0.5, rate, boost)
    returns = rules.return_probability(attitude, ease, 0.5, rate, boost)
    assert 0 <= leaves <= 1
    assert 0 <= returns <= 1
    assert rules.leave_school_probability(attitude, means, 1.0, 0.5, rate, boost) == 0
    assert rules.return_probability(attitude, 0.0, 0.5, rate, boost) == 0


@given(UNIT, UNIT)
def test_inertia_falls_with_communication_and_satisfied_contacts(communication, satisfied):
    assert 0 <= rules.inertia(0.1, communication, satisfied, 0.3, 0.5) <= 0.1


def test_union_climbs_after_three_weeks_and_falls_after_six():
    state = (0, 0, 0)
    levels = []
    for _ in range(10):
        state = rules.union_step(*state, 0.5, 0.4, 3, 0.25, 6)
        levels.append(state[0])
    assert levels == [0, 0, 1, 1, 1, 2, 2, 2, 3, 3]
    for _ in range(6):
        state = rules.union_step(*state, 0.1, 0.4, 3, 0.25, 6)
    assert state[0] == 2


@given(st.floats(-2, 1), UNIT, st.floats(0, 1))
def test_capital_is_at_most_1_and_returns_to_1(before, responsiveness, drained):
    after = rules.capital(before, 0.09, responsiveness, drained)
    assert after <= 1
    assert rules.capital(before, 0.09, responsiveness, 0.0) >= before


def ladder(rung, capital, voluntary=False, repair=True, concede=True, optional=True, cancel=True):
    return rules.board_step(rung, capital, voluntary, repair, concede, optional, cancel, 0.7, 0.45, 0.2, 0.1)


def test_the_board_takes_one_rung_at_a_time():
    assert [ladder(rung, -1.0) for rung in range(5)] == [1, 2, 3, 4, 4]
    assert [ladder(rung, 0.9) for rung in range(5)] == [0, 1, 2, 3, 4]


def test_the_board_skips_what_is_switched_off_and_what_is_voluntary():
    assert ladder(0, -1.0, repair=False) == 2
    assert ladder(0, 0.6, repair=False) == 0
    assert ladder(2, -1.0, voluntary=True) == 4
    assert ladder(2, -1.0, optional=False) == 4
    assert ladder(0, -1.0, repair=False, concede=False, optional=False, cancel=False) == 0


@given(st.floats(0, 500), st.floats(1, 1e6), st.floats(1, 5000), UNIT)
def test_voices_count_between_share_of_a_school_and_share_of_the_district(voices, constituency, school, gamma):
    heard = rules.voice_share(voices, constituency, school, gamma)
    low, high = sorted((voices / constituency, voices / school))
    assert low * (1 - 1e-9) <= heard <= high * (1 + 1e-9)


@given(UNIT, UNIT, UNIT, UNIT, UNIT)
def test_a_shortfall_grows_with_the_dose(required, usual, programme, dose, flexibility):
    gap = rules.shortfall(required, usual, programme, dose)
    assert 0 <= gap <= 1
    assert rules.shortfall(required, usual, usual, dose) == pytest.approx(max(0.0, required - usual))
    assert 0 <= rules.notice_probability(gap, flexibility) <= gap


@given(UNIT, st.integers(1, 52))
def test_weekly_chances_make_up_the_annual_one(annual, weeks):
    weekly = rules.weekly_chance(annual, weeks)
    assert 1 - (1 - weekly) ** weeks == pytest.approx(annual, abs=1e-6)


@given(UNIT, UNIT, UNIT)
def test_skill_starts_at_1_where_nothing_is_new(training, dip, draw):
    assert rules.skill_at_start(0.0, training, dip, 0.7, draw) == 1.0
    assert 0 <= rules.skill_at_start(1.0, training, dip, 0.7, draw) <= 1
    assert rules.skill(1.0, training, 0.06) == 1.0


def test_every_rule_says_what_it_is():
    for name in rules.Rules._fields:
        doc = inspect.getdoc(getattr(rules.DEFAULT, name).py_func)
        assert doc
        assert len(doc) > 30, name


def test_replacing_an_unknown_rule_names_the_known_ones():
    with pytest.raises(TypeError, match="no rule is called 'voice'; accepted: squash"):
        rules.replace(voice=lambda x: x)


def test_replacing_a_rule_with_other_arguments_is_refused():
    with pytest.raises(TypeError, match=r"rule 'heat' takes \(heat_before, spoke, kept\), not \(x\)"):
        rules.replace(heat=lambda x: x)
