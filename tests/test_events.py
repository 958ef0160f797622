"""What is reported of a run is what its weekly table says."""

import re

import pandas as pd
import pytest
from replicates import replicate

from sim import Run, Scenario, load_scenario, simulate
from sim.events import MEANS, events, most_important, story
from sim.kernel.variables import OUTCOMES
from sim.parties.board.endings import IN_SHORT, LADDER

pytestmark = pytest.mark.libraries

STEPS = {f"the programme is {status.label}": status.name for status in LADDER}


def reported(run: Run, scenario: Scenario) -> pd.DataFrame:
    return events(run.weekly(), scenario, run.outcome.cause)


def steps_of(listed: pd.DataFrame) -> list[tuple[int, str]]:
    """Week and name of each step that is reported."""
    found = []
    for row in listed.itertuples():
        names = [name for words, name in STEPS.items() if re.match(rf"{words}(,|:|$)", row.event)]
        found.extend((row.week, name) for name in names)
    return found


def numbers(listed: pd.DataFrame, pattern: str) -> list[tuple[int, ...]]:
    """Week, and the numbers in it, of each event that a pattern matches."""
    matched = [(row.week, re.fullmatch(pattern, row.event)) for row in listed.itertuples()]
    return [(week, *map(int, found.groups())) for week, found in matched if found]


def test_events_tell_the_steps_in_order(mountain_view):
    ladder = [status.name for status in LADDER]
    for run in replicate([mountain_view], range(8)):
        listed = reported(run, mountain_view)
        assert listed["week"].is_monotonic_increasing
        steps = steps_of(listed)
        places = [ladder.index(name) for _, name in steps]
        assert places == sorted(set(places))
        changed = run.weekly()["status"].diff().fillna(run.weekly()["status"])
        assert [week for week, _ in steps] == changed.index[changed != 0].tolist()
        if run.outcome.ending != "sustained":
            assert steps[-1] == (run.outcome.week, run.outcome.ending)


def test_the_last_line_says_what_the_run_counts_as(mountain_view, greenfield):
    assert set(MEANS) == set(OUTCOMES)
    seen = set()
    for scenario in (mountain_view, greenfield):
        for run in replicate([scenario], range(20)):
            last = reported(run, scenario).iloc[-1]
            assert (last["week"], last["party"], last["rank"]) == (run.weekly().index[-1], "programme", 1)
            cause = run.outcome.cause
            assert last["event"].endswith(
                MEANS[run.outcome.outcome] + (f"; put down to: {IN_SHORT[cause]}" if cause else "")
            )
            seen.add(run.outcome.outcome)
    assert {"sustained", "discontinued", "not_opened"} <= seen


@pytest.mark.parametrize(("design", "ending"), [("retrofit", "suspended"), ("greenfield", "sustained")])
def test_a_story_agrees_with_the_weekly_table(design, ending):
    scenario = load_scenario("mountain_view", design)
    found = replicate([scenario], range(120))
    run = next(run for run in found if run.outcome.ending == ending and run.outcome.on_record > 0)
    weekly, listed = run.weekly(), reported(run, scenario)
    lines = story(listed)
    assert lines == [f"week {row.week}: {row.event}" for row in listed.itertuples()]
    assert lines[0] == f"week 1: {weekly.at[1, 'taking_part']:.0f} families take part"
    complaints = weekly["voices_against"] + weekly["voices_next"]
    first = numbers(listed, r"(\d+) (?:family complains|families complain), the first to do so")
    assert first == [(complaints.index[complaints > 0][0], complaints[complaints > 0].iloc[0])]
    most = numbers(listed, r"(\d+) families complain in one week, the most in any week of the run")
    assert most in ([(complaints.idxmax(), complaints.max())], [])
    assert most or complaints.max() == first[0][1]
    on_record = numbers(listed, r"(\d+) families have complained by now \(the programme's grades have (\d+)\)")
    for week, count, size in on_record:
        assert (count, size) == (weekly.at[week, "on_record"], scenario.population.families)
        assert any(weekly["on_record"].get(week - 1, 0) < level * size <= count for level in (1 / 3, 1 / 2))
    for week, percent in numbers(listed, r"(\d+)% of the teachers are unhappy.*"):
        assert percent == round(100 * weekly.at[week, "unhappy_share"])
    shares = (drained := weekly.filter(like="drained_").clip(lower=0).sum()) / drained.sum()
    made = re.search(r"who made the pressure on the board.*: (.*)", "\n".join(lines))[1]
    assert f"families {shares['drained_families']:.0%}" in made
    if ending == "suspended":
        week, against, seats = numbers(
            listed, r"the programme is suspended in mid-year, (\d+) of (\d+) board members in favour"
        )[0]
        assert (week, against, seats) == (run.outcome.week, weekly["votes_against"].iloc[-1], scenario.board.seats)
        assert 2 * against > seats
    else:
        taking_part, in_favour = weekly[["taking_part", "in_favour"]].iloc[-1]
        assert lines[-1].startswith(
            f"week 108: the run's last week: {taking_part:.0f} families take part, {in_favour:.0f} in favour; "
        )


def test_events_name_the_count_of_a_vote(mountain_view):
    seats = mountain_view.board.seats
    next_year = rf"(\d+) of {seats} board members vote against another year: it (?:goes on|ends with the school year)"
    patient = mountain_view.revise({"board.patience": 4.0})
    for scenario, run in [(each, run) for each in (mountain_view, patient) for run in replicate([each], range(30))]:
        listed, weekly = reported(run, scenario), run.weekly()
        for week, against in numbers(listed, next_year):
            assert against == weekly.at[week, "votes_against"]
        for why, most in (("too few", seats // 2), ("not for long enough", seats)):
            for week, against in numbers(listed, rf"(\d+) of {seats} board members want to suspend it: {why}"):
                assert against == weekly.at[week, "votes_against"]
                assert max(0, most - seats // 2 - 1) < against <= most
        ended = listed["event"].str.contains("ends with the school year")
        if run.outcome.ending == "not_renewed" and ended.any():
            assert 2 * numbers(listed, next_year)[-1][1] > seats
            assert ended[listed["event"].str.contains("another year")].iloc[-1]
        elif run.outcome.ending == "not_renewed":  # It lapsed, was cut or disappointed: there was no vote.
            assert run.outcome.cause in ("staff", "money", "results")
    # Each spring that it lives through, the next year is voted on.
    calm = mountain_view.revise({"design.dose": 0.0, "leaders.principal_leaves": 0.0})
    spring = numbers(reported(next(replicate([calm], [0])), calm), next_year)
    assert spring == [(calm.board.renewal_week + 36 * year, 0) for year in range(3)]


def test_events_tell_of_leaders_walkouts_seats_and_money(mountain_view):
    restless = mountain_view.revise(
        {
            "leaders.principal_leaves": 1.0,
            "leaders.superintendent_leaves": 1.0,
            "leaders.drop": 1.0,
            "community.election_weeks": (12,),
            "community.turnout": 0.01,
            "board.can_suspend": False,
            "board.can_decline": False,
            "funder.borne": 0.5,
            "funder.end_week": 6,
            "students.youngest_grade": 8,
            "students.walkout": 0.0,
        }
    )
    seen: set[tuple[str, str]] = set()
    for run in replicate([restless], range(10)):
        listed = reported(run, restless)
        seen |= set(zip(listed["party"], listed["event"], strict=True))
        gone = listed["event"][listed["event"].str.contains(r"leaves?$") & (listed["party"] == "leaders")]
        assert sum(1 + event.endswith("leave") for event in gone) == run.outcome.leaders_gone
        walkouts = numbers(listed, r"students of (\d+) schools? walk out")
        assert sum(schools for _, schools in walkouts) == run.outcome.walkouts
        if run.outcome.ending == "dropped":
            assert "a successor drops the programme, from the end of the year" in set(listed["event"])
    assert ("funder", "money from outside ends, as agreed: it bore 50% of the cost") in seen
    assert ("leaders", "a successor drops the programme, from the end of the year") in seen
    assert any(party == "board" and "lost on the issue" in event for party, event in seen)
    assert any(party == "students" and "walk out" in event for party, event in seen)


def test_notices_are_counted(mountain_view):
    strict = mountain_view.revise(
        {
            "regulator.required_seat_time": 1.0,
            "initiative.seat_time": 0.0,
            "board.can_suspend": False,
            "board.can_decline": False,
            "teachers.lapse": 0.0,
        }
    )
    run = next(run for run in replicate([strict], range(30)) if run.outcome.ending == "stopped")
    served = numbers(reported(run, strict), r"the regulator serves notice (\d+); (\d+) would stop the programme")
    stop = strict.regulator.notices_to_stop
    assert [(number, of) for _, number, of in served] == [(number, stop) for number in range(1, stop + 1)]
    assert f"the programme is stopped by the regulator, after {stop} notices" in set(reported(run, strict)["event"])


def test_the_most_important_events_are_kept_in_their_order(mountain_view):
    listed = reported(simulate(mountain_view, 2), mountain_view)
    kept = most_important(listed, 8)
    assert len(kept) == 8 < len(listed)
    assert kept["week"].is_monotonic_increasing
    assert kept["rank"].max() <= listed.drop(kept.index)["rank"].min()
    assert most_important(listed, 1000).equals(listed)


def test_a_run_of_no_weeks_has_no_events(mountain_view):
    none = mountain_view.revise({"horizon.weeks": 0})
    listed = reported(next(replicate([none], [0])), none)
    assert listed.empty
    assert story(listed) == []
