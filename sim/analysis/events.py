"""What happened in a run, as a list of events read off its weekly table."""

from __future__ import annotations

import pandas as pd

from sim.outcome import LEDGER
from sim.parties.board.endings import OVER_FROM
from sim.scenario import Scenario

RUNGS = tuple(LEDGER.rungs.values())

COUNTED = {
    "walkouts": ("students", "students of a school walk out", "students of {} schools walk out"),
    "notices": ("regulator", "a notice is served", "{} notices are served"),
    "leaders_gone": ("leaders", "a leader goes", "{} leaders go"),
    "seats_lost": ("board", "a seat is lost on the issue at the election", "{} seats are lost on the issue"),
}
"""Column that counts what happened so far -> the party, and what is told of one and of several."""

BEFORE = {"rung": 0, "unhappy_share": 0, "on_record": 0, "reached": 0, "votes_against": 0, **dict.fromkeys(COUNTED, 0)}
"""Values before the first week."""


def events(weekly: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """List the turning points of a run.

    Parameters
    ----------
    weekly : DataFrame
        Weekly table of one run, index ``week`` from 1.
    scenario : Scenario
        What was run: how many sit on the board, and when it decides on the next year.

    Returns
    -------
    DataFrame
        ``week, party, event``, in order of weeks: the first intake and the first voices, walkouts,
        the first unhappy teachers, notices, money from outside that falls through or ends, leaders
        who go and successors who keep or drop the programme, seats lost at elections, the board's
        votes and its steps.

    Examples
    --------
    >>> from sim import simulate
    >>> from sim.sweep.samples import small_scenarios
    >>> scenario = small_scenarios()[0]
    >>> events(simulate(scenario, 0).weekly(), scenario).head(1)
       week     party         event
    0     1  families  40 take part
    """
    rows: list[tuple[int, str, str]] = []
    before = BEFORE | {"outside_share": scenario.funder.borne, "sponsor": 1.0}
    for week, row in weekly.iterrows():
        at = int(str(week))
        told = [*_of_others(at, row, before, scenario), *_of_the_board(at, row, before, scenario)]
        rows.extend((at, party, event) for party, event in told)
        before = {name: row[name] for name in before}
    return pd.DataFrame(rows, columns=["week", "party", "event"])


def _of_others(week: int, row: pd.Series, before: dict[str, float], scenario: Scenario) -> list[tuple[str, str]]:
    """What befell all but the board, in the order of the week."""
    told = []
    if before["reached"] == 0 and row["reached"] > 0:
        told.append(("families", f"{row['taking_part']:.0f} take part"))
    if before["on_record"] == 0 and row["on_record"] > 0:
        told.append(("families", "first voices against"))
    if row["outside_share"] < before["outside_share"]:
        agreed = week > scenario.offer.grant_ends
        told.append(("funder", "money from outside ends" if agreed else "money from outside falls through"))
    for column, (party, one, several) in COUNTED.items():
        more = int(row[column] - before[column])
        if more > 0:
            told.append((party, one if more == 1 else several.format(more)))
    if row["sponsor"] > before["sponsor"]:
        told.append(("leaders", "a successor keeps it"))
    if before["unhappy_share"] == 0 and row["unhappy_share"] > 0:
        told.append(("union", "first unhappy teachers"))
    return told


def _of_the_board(week: int, row: pd.Series, before: dict[str, float], scenario: Scenario) -> list[tuple[str, str]]:
    """Votes and steps of a week: on the next year in the week that is set for it, unless a
    successor drops it; else on an emergency.
    """
    told = []
    against, seats = int(row["votes_against"]), scenario.board.seats
    week_of_year = (week - 1) % scenario.horizon.weeks_per_year + 1
    asked = week_of_year == scenario.offer.renewal_week and week > scenario.offer.first_week
    if asked and row["rung"] < OVER_FROM:
        if row["dropped"]:
            told.append(("leaders", "a successor drops it, from the end of the year"))
        elif scenario.board.can_decline:
            told.append(("board", f"{against} of {seats} vote against another year"))
    elif against != before["votes_against"] and against > 0:
        told.append(("board", f"{against} of {seats} vote to suspend it"))
    if row["rung"] != before["rung"]:
        told.append(("board", RUNGS[int(row["rung"])].label))
    return told
