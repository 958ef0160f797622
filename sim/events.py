"""What happened in a run, read off its weekly table: a list of events, and the story they make."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import pandas as pd

from sim.parties.board.endings import IN_SHORT
from sim.scenario import Scenario

LEVELS = (1 / 3, 1 / 2)
"""Shares that are reported when they are first reached."""

NOTICED = 0.1
"""Public attention, and a party's share of a week's pressure, that are reported at their highest.
"""

MEANS = {
    "sustained": "it lives on, and counts as sustained",
    "adapted": "it lives on in part, or for those who want it, and counts as adapted",
    "discontinued": "nobody takes part any more; it counts as discontinued",
    "never_filled": "too few came for it to be held; it counts as never filled",
    "not_opened": "nobody ever took part; it counts as not opened",
}
"""What a programme is counted as -> what that means."""


class Happening(NamedTuple):
    """One thing that happened.

    Attributes
    ----------
    week : int
        From 1.
    party : str
        Which it happened to, or which did it; ``programme`` for how the run ends.
    event : str
        In words, with its numbers.
    rank : int
        1 the steps of the board and the end, and what decided it; 2 what moved the board; 3 the
        rest.
    """

    week: int
    party: str
    event: str
    rank: int


def events(weekly: pd.DataFrame, scenario: Scenario, cause: str = "") -> pd.DataFrame:
    """List what happened in a run.

    Parameters
    ----------
    weekly : DataFrame
        Weekly table of one run, index ``week`` from 1.
    scenario : Scenario
        What was run: how many sit on the board, and when it decides on the next year.
    cause : str
        Why it ended, of the run's outcome; where it is given, the end is put down to it.

    Returns
    -------
    DataFrame
        Columns as of :class:`Happening`, in order of weeks: how many families take part, complain
        (of those inside and next in line) and go back to the usual class; walkouts; unhappy
        teachers; the union's pressure; notices; public attention; money; leaders who go and
        successors who keep or drop the programme; the board's capital, elections, votes and steps;
        and how it ended. Empty where no week was lived through.

    Examples
    --------
    >>> from sim import simulate
    >>> from sim.sweep.samples import small_scenarios
    >>> scenario = small_scenarios()[0]
    >>> events(simulate(scenario, 0).weekly(), scenario).head(1)
       week     party                  event  rank
    0     1  families  40 families take part     2
    """
    reported: list[Happening] = []
    if len(weekly):
        parties = (
            _families, _students, _teachers, _pressing, _regulator, _community, _funder, _leaders, _board, _ending,
        )  # fmt: skip
        reported = sorted(
            chain.from_iterable(party(weekly, scenario) for party in parties), key=lambda event: event.week
        )
        if cause:
            last = reported.pop()
            reported.append(last._replace(event=f"{last.event}; put down to: {IN_SHORT[cause]}"))
    return pd.DataFrame(reported, columns=Happening._fields)


def most_important(events: pd.DataFrame, most: int) -> pd.DataFrame:
    """Keep at most so many events: those of the lowest rank, and of one rank the earlier ones; in
    order of weeks.

    Examples
    --------
    >>> listed = pd.DataFrame({"week": [1, 5, 9], "event": ["a", "b", "c"], "rank": [2, 3, 1]})
    >>> most_important(listed, 2)["event"].tolist()
    ['a', 'c']
    """
    return events.sort_values("rank", kind="stable").head(most).sort_index()


def story(events: pd.DataFrame) -> list[str]:
    """Tell events as lines to read, in order of weeks.

    Parameters
    ----------
    events : DataFrame
        As from :func:`events`, or some of its rows.

    Returns
    -------
    list of str
        One for each event.

    Examples
    --------
    >>> story(pd.DataFrame({"week": [5], "event": ["31 families complain"]}))
    ['week 5: 31 families complain']
    """
    return [f"week {week}: {event}" for week, event in zip(events["week"], events["event"], strict=True)]


# --- party by party, in the order of the week ----------------------------------------------------


def _families(weekly: pd.DataFrame, scenario: Scenario) -> Iterator[Happening]:
    taking_part, year = weekly["taking_part"], scenario.horizon.weeks_per_year
    for week in _first(weekly["reached"] > 0):
        yield Happening(week, "families", _count(taking_part[week], "family takes part", "families take part"), 2)
    for week in weekly.index[year::year]:
        number = _count(taking_part[week], "family takes part", "families take part")
        yield Happening(week, "families", f"school year {week // year + 1} begins: {number}", 3)
    complaints = weekly["voices_against"] + weekly["voices_next"]
    for week in _first(complaints > 0):
        event = _count(complaints[week], "family complains", "families complain")
        yield Happening(week, "families", f"{event}, the first to do so", 2)
        if complaints.max() > complaints[week]:
            event = f"{complaints.max():.0f} families complain in one week, the most in any week of the run"
            yield Happening(int(complaints.idxmax()), "families", event, 2)
    size, on_record = scenario.population.families, weekly["on_record"]
    for week in _milestones(on_record / max(size, 1)):
        event = f"{on_record[week]:.0f} families have complained by now (the programme's grades have {size})"
        yield Happening(week, "families", event, 2)
    left, reached = weekly["left_programme"], weekly["reached"]
    for week in _first(left > 0):
        event = _count(left[week], "family goes", "families go")
        yield Happening(week, "families", f"{event} back to the usual class, the first to do so", 3)
    for week in _milestones(left / reached.clip(lower=1)):
        event = f"{left[week]:.0f} of the {reached[week]:.0f} families that ever took part have gone back by now"
        yield Happening(week, "families", event, 2)


def _students(weekly: pd.DataFrame, scenario: Scenario) -> Iterator[Happening]:
    for week, schools in _rises(weekly["walkouts"]):
        where = _count(schools, "school", "schools")
        yield Happening(week, "students", f"students of {where} walk out", 2)


def _teachers(weekly: pd.DataFrame, scenario: Scenario) -> Iterator[Happening]:
    unhappy = weekly["unhappy_share"]
    for week in _first(unhappy > 0):
        yield Happening(week, "teachers", f"{unhappy[week]:.0%} of the teachers are unhappy, the first to be so", 2)
    for week in _milestones(unhappy):
        yield Happening(week, "teachers", f"{unhappy[week]:.0%} of the teachers are unhappy", 3)
    for week, teachers in _rises(weekly["staff_left"]):
        yield Happening(week, "teachers", _count(teachers, "teacher moves or leaves", "teachers move or leave"), 3)


def _pressing(weekly: pd.DataFrame, scenario: Scenario) -> Iterator[Happening]:
    """When each party pressed on the board first and hardest, families aside, whose complaints are
    told; and who made how much of it.
    """
    who = scenario.parties.variables.pressing
    drained = pd.DataFrame({name: weekly[each.drained].clip(lower=0) for name, each in who.items()})
    total = drained.sum(axis=1)
    for name in [name for name in who if name != "families"]:
        for week in _first(drained[name] > 0):
            yield Happening(week, name, f"the board first feels pressure from the {who[name].label}", 3)
            most = int(drained[name].idxmax())
            share = drained.at[most, name] / total[most]
            if share >= NOTICED:
                event = f"pressure from the {who[name].label} is at its highest: {share:.0%} of all in that week"
                yield Happening(most, name, event, 3)
    if total.sum() > 0:
        shares = (drained.sum() / total.sum()).sort_values(ascending=False)
        made = ", ".join(f"{who[name].label} {share:.0%}" for name, share in shares.items() if share >= 0.005)
        yield Happening(_last(weekly), "board", f"who made the pressure on the board, over all weeks: {made}", 2)


def _regulator(weekly: pd.DataFrame, scenario: Scenario) -> Iterator[Happening]:
    stop = scenario.regulator.notices_to_stop
    for week, _ in _rises(weekly["notices"]):
        number = f"{weekly.at[week, 'notices']:.0f}"
        yield Happening(week, "regulator", f"the regulator serves notice {number}; {stop} would stop the programme", 2)


def _community(weekly: pd.DataFrame, scenario: Scenario) -> Iterator[Happening]:
    attention = weekly["attention"]
    if attention.max() >= NOTICED:
        event = f"press and public take the most notice: {attention.max():.2f} on a scale from 0 to 1"
        yield Happening(int(attention.idxmax()), "community", event, 3)


def _funder(weekly: pd.DataFrame, scenario: Scenario) -> Iterator[Happening]:
    share = weekly["outside_share"]
    before = share.shift(fill_value=scenario.funder.borne)
    for week in _weeks(share < before):
        how = "ends, as agreed" if week >= scenario.offer.grant_ends else "falls through"
        yield Happening(week, "funder", f"money from outside {how}: it bore {before[week]:.0%} of the cost", 2)
    for week in _first(weekly["strain"] > 0):
        event = f"next year's budget would be strained: {weekly.at[week, 'strain']:.2f} on a scale from 0 to 1"
        yield Happening(week, "funder", event, 2)


def _leaders(weekly: pd.DataFrame, scenario: Scenario) -> Iterator[Happening]:
    sponsor = weekly["sponsor"]
    posts = [f"the {name}" for name in ("principal", "superintendent") if getattr(scenario.offer, name)]
    for week, gone in _rises(weekly["leaders_gone"]):
        event = f"{' or '.join(posts)} leaves" if gone == 1 else f"{' and '.join(posts)} leave"
        yield Happening(week, "leaders", event, 2)
    for week in _weeks(sponsor > sponsor.shift(fill_value=1.0)):
        yield Happening(week, "leaders", "a successor keeps the programme", 2)
    for week in _first(weekly["dropped"] > 0):
        yield Happening(week, "leaders", "a successor drops the programme, from the end of the year", 1)


def _board(weekly: pd.DataFrame, scenario: Scenario) -> Iterator[Happening]:
    capital, seats = weekly["capital"], scenario.board.seats
    for week in _first(capital < 0.5):
        yield Happening(
            week, "board", f"half of the board's political capital is gone: {capital[week]:.2f} of 1 left", 2
        )
    for week in _first(capital < 0.0):
        yield Happening(week, "board", "the board's political capital is used up", 2)
    for week, lost in _rises(weekly["seats_lost"]):
        number = _count(lost, "seat is", "seats are")
        yield Happening(week, "board", f"{number} lost on the issue at the election, of {seats}", 2)
    yield from _votes(weekly, scenario)
    statuses = list(scenario.parties.variables.statuses.values())
    for week in _weeks(weekly["status"] != weekly["status"].shift(fill_value=0)):
        status = statuses[int(weekly.at[week, "status"])]
        yield Happening(
            week, "board", f"the programme is {status.label}{_detail(status.name, weekly.loc[week], seats)}", 1
        )


def _votes(weekly: pd.DataFrame, scenario: Scenario) -> Iterator[Happening]:
    """Votes that did not suspend it: in the week that is set for it on the next year, unless a
    successor drops it; else on an emergency, where any member sees one.
    """
    board, offer, over = scenario.board, scenario.offer, _places_over(scenario)
    week_of_year = (weekly.index - 1) % scenario.horizon.weeks_per_year + 1
    going_on = ~weekly["status"].isin(over)
    asked = (week_of_year == offer.renewal_week) & (weekly.index >= offer.first_week)
    against = weekly["votes_against"].astype(int)
    for week in _weeks(going_on & asked & (weekly["dropped"] == 0)) if board.can_decline else ():
        lost = 2 * against[week] > board.seats
        then = "it ends with the school year" if lost else "it goes on"
        event = f"{against[week]} of {board.seats} board members vote against another year: {then}"
        yield Happening(week, "board", event, 1 if lost else 2)
    changed = (against != against.shift(fill_value=0)) & (against > 0)
    for week in _weeks(going_on & changed & ~asked):
        why = "not for long enough" if 2 * against[week] > board.seats else "too few"
        event = f"{against[week]} of {board.seats} board members want to suspend it: {why}"
        yield Happening(week, "board", event, 2)


def _ending(weekly: pd.DataFrame, scenario: Scenario) -> Iterator[Happening]:
    """How the run ended, if it did."""
    week = _last(weekly)
    row, statuses = weekly.loc[week], list(scenario.parties.variables.statuses.values())
    status = statuses[int(row["status"])]
    if status.over:
        yield Happening(week, "programme", f"the end: {MEANS[status.outcome]}", 1)
    elif week == scenario.horizon.weeks:
        number = _count(row["taking_part"], "family takes part", "families take part")
        event = f"the run's last week: {number}, {row['in_favour']:.0f} in favour; {MEANS[status.outcome]}"
        yield Happening(week, "programme", event, 1)


def _detail(step: str, row: pd.Series, seats: int) -> str:
    """What the weekly table adds to the name of a step."""
    details = {
        "repaired": ", at the board's order",
        "diluted": f", to {row['dose']:.0%} of the subject's time",
        "made_optional": ": families may go back to the usual class",
        "suspended": f", {row['votes_against']:.0f} of {seats} board members in favour",
        "stopped": f", after {_count(row['notices'], 'notice', 'notices')}",
    }
    return details.get(step, "")


# --- reading a column ----------------------------------------------------------------------------


def _weeks(where: pd.Series) -> list[int]:
    """Weeks in which something is so."""
    return [int(week) for week in where.index[where]]


def _first(where: pd.Series) -> list[int]:
    """The first such week; none where there is none."""
    return _weeks(where)[:1]


def _last(weekly: pd.DataFrame) -> int:
    return int(weekly.index[-1])


def _rises(counted: pd.Series) -> list[tuple[int, int]]:
    """Weeks in which what is counted so far rises, and by how many."""
    more = counted.diff().fillna(counted)
    return [(week, int(more[week])) for week in _weeks(more > 0)]


def _milestones(share: pd.Series) -> list[int]:
    """Weeks in which a share first reaches one of the levels; a week that reaches both, once."""
    return list(dict.fromkeys(week for level in LEVELS for week in _first(share >= level)))


def _places_over(scenario: Scenario) -> list[int]:
    return [place for place, status in enumerate(scenario.parties.variables.statuses.values()) if status.over]


def _count(number: float, one: str, several: str) -> str:
    """A number with its noun.

    Examples
    --------
    >>> _count(1, "family", "families"), _count(31, "family", "families")
    ('1 family', '31 families')
    """
    return f"{number:.0f} {one if round(number) == 1 else several}"
