"""One run as tables on a terminal."""

from __future__ import annotations

import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.outcome import VARIABLES, Outcome, Run


def print_run(out: Console, run: Run, weekly: pd.DataFrame, happened: pd.DataFrame, calibration: str) -> None:
    """Print one run: outcome, what happened, and every fourth week; with where parameters come
    from.
    """
    outcome = run.outcome
    out.print(
        f"{outcome.scenario}, {outcome.design}, seed {outcome.seed}: {_outcome(outcome)} ({calibration})",
        highlight=False,
    )
    listed = Table(title="What happened", title_justify="left")
    for column in ("week", "party", "event"):
        listed.add_column(column, justify="right" if column == "week" else "left")
    for row in happened.itertuples():
        listed.add_row(str(row.week), str(row.party), str(row.event))
    out.print(listed)
    columns = {
        "taking_part": "taking part",
        "in_favour": "in favour",
        "voices_against": "against",
        "on_record": "on record",
        "teacher_attitude": "teachers",
        "unhappy_share": "unhappy",
        "notices": "notices",
        "attention": "attention",
        "dose": "dose",
        "capital": "capital",
    }
    shown = Table(
        title="Weekly table (every fourth week and the last; all weeks and columns: --json or --out)",
        title_justify="left",
    )
    shown.add_column("week", justify="right")
    for heading in columns.values():
        shown.add_column(heading, justify="right")
    for week, row in weekly.iterrows():
        if int(str(week)) % 4 == 0 or week == weekly.index[-1]:
            shown.add_row(
                str(week),
                *(
                    f"{row[name]:.0f}" if float(row[name]).is_integer() and name != "capital" else f"{row[name]:.2f}"
                    for name in columns
                ),
            )
    out.print(shown)


def _outcome(outcome: Outcome) -> str:
    """What became of a run, in words: what it is counted as, and how it came to that."""
    if outcome.ending == outcome.outcome:
        return str(outcome.outcome).replace("_", " ")
    return f"{outcome.outcome} ({VARIABLES.statuses[outcome.ending].label}, week {outcome.week:.0f})"
