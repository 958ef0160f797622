"""How far a sweep has come, and how long the rest takes: all rounds that may come are counted, by
family-weeks, at the rate of the last minute.
"""

import time

import pytest
from sweeping import SMALL, done, written

from sim.sweep.load import load_sweep
from sim.sweep.meter import RECENT, Meter, duration
from sim.sweep.progress import Progress, family_weeks

pytestmark = pytest.mark.once

ADAPTIVE = SMALL.replace("count = 25", 'target = "risk"\nhalf_width = 0.12\nby_week = 40\nmost = 70')


def noted(path, text, **options):
    """What a sweep tells, part by part."""
    seen = []

    def tell(progress):
        seen.append(Progress(**vars(progress)))

    sweep = load_sweep(written(path, text))
    done(sweep, path / "out", tell=tell, **options)
    return sweep, seen


def test_without_a_target_the_total_is_known_from_the_start(tmp_path):
    _, seen = noted(tmp_path, SMALL)
    assert {each.most for each in seen} == {200}
    assert not any(each.bound for each in seen)
    assert seen[-1].work == seen[-1].work_most


def test_with_a_target_the_total_is_a_bound_that_only_falls(tmp_path):
    sweep, seen = noted(tmp_path, ADAPTIVE)
    most = [each.most for each in seen]
    assert most[0] == sweep.most_runs == 4 * 2 * 70
    assert most == sorted(most, reverse=True)
    assert all(each.done <= each.known <= each.most for each in seen)
    assert seen[0].bound
    assert seen[-1].done == seen[-1].known < most[0], "some point was precise before all its seeds were used up"


@pytest.mark.longer
def test_the_second_pass_counts_and_is_reported(tmp_path):
    _, seen = noted(tmp_path, SMALL + '[outputs]\nweekly = "quantiles"\n')
    runs, curves = ([each for each in seen if each.curves is which] for which in (False, True))
    assert len(curves) > 0
    assert runs[-1].work * 2 == runs[-1].work_most == curves[-1].work_most == curves[-1].work
    assert Meter().words(curves[-1]) == "weekly curves: 100% of all work"


def test_what_an_earlier_sitting_did_has_no_rate(tmp_path):
    asked = []
    noted(tmp_path, SMALL, stop=lambda: len(asked) > 2 or asked.append(0))
    _, seen = noted(tmp_path, SMALL)
    assert 0 < seen[0].work_before < seen[0].work
    assert seen[-1].work == seen[-1].work_most


def test_work_is_of_families_and_weeks_at_each_point(tmp_path):
    sweep = load_sweep(written(tmp_path, SMALL))
    cost = family_weeks(sweep)
    for point, row in sweep.points.iterrows():
        assert cost[point] == 2 * row["population.families"] * row["horizon.weeks"]


@pytest.fixture
def meter():
    class Clock:
        now = 100.0

    made = Meter(every=3.0, clock=lambda: Clock.now)
    made.time = Clock
    return made


def after(meter, seconds, **progress):
    meter.time.now += seconds
    return meter.words(Progress(**progress))


def test_the_time_left_is_by_work_and_not_by_runs(meter):
    # Half of the runs are done, but they were the small ones: nine tenths of the work are left.
    reported = after(meter, 60.0, done=50, known=100, most=100, work=10, work_most=100)
    assert reported == "runs: 50 of 100, about 9 min left"


def test_the_time_left_is_at_the_rate_of_the_last_minute(meter):
    after(meter, 600.0, done=1, known=99, most=99, work=1, work_most=121)
    after(meter, 1.0, done=2, known=99, most=99, work=1, work_most=121)
    reported = after(meter, RECENT, done=61, known=99, most=99, work=61, work_most=121)
    assert reported == "runs: 61 of 99, about 1 min left"


def test_a_bound_is_reported_as_one(meter):
    reported = after(meter, 10.0, done=10, known=20, most=7_210, bound=True, work=10, work_most=7_210, worst=0.05)
    assert reported == "runs: 10 of at most 7210, at most 2 h 0 min left, widest half-width 0.050"


def test_what_was_resumed_is_not_taken_for_speed(meter):
    reported = after(meter, 10.0, done=95, known=100, most=100, work=95, work_before=90, work_most=100)
    assert reported == "runs: 95 of 100, about 10 s left"
    assert "left" not in after(meter, 1.0, done=100, work=100, work_most=100)


def test_lines_are_few_and_the_last_is_reported(meter, capsys):
    for work in range(1, 41):
        meter.time.now += 0.5
        meter.tell(Progress(done=work, known=40, most=40, work=work, work_most=40))
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "runs: 40 of 40"
    assert 5 <= len(lines) <= 7


@pytest.mark.parametrize(
    ("seconds", "reported"),
    [(0.01, "1 s"), (59.2, "1 min"), (3600.0, "1 h 0 min"), (3601.0, "1 h 1 min"), (86_400.0, "1 d 0 h")],
)
def test_times_are_reported_as_people_do_and_never_too_short(seconds, reported):
    assert duration(seconds) == reported


def test_compiling_is_reported_and_no_time_left_is_reckoned_from_it(monkeypatch, capsys):
    monkeypatch.setattr("sim.sweep.meter.MOMENT", 0.05)
    now = [0.0]
    meter = Meter(clock=lambda: now[0])
    with meter.compiling():
        time.sleep(0.3)
        now[0] = 100.0
    assert capsys.readouterr().err.startswith("compiling the engine")
    now[0] = 101.0
    assert "about 9 s left" in meter.words(Progress(done=1, most=10, work=100, work_most=1000))
    with meter.compiling():
        pass
    assert capsys.readouterr().err == ""
