"""What happened in a run, as a list of events read off its weekly table."""

from __future__ import annotations

import pandas as pd

from sim.outcome import LEDGER
from sim.parties.union.ledger import LEVELS

RUNGS = tuple(LEDGER.rungs.values())


def events(weekly: pd.DataFrame) -> pd.DataFrame:
    """List the turning points of a run.

    Parameters
    ----------
    weekly : DataFrame
        Weekly table of one run, index ``week`` from 1.

    Returns
    -------
    DataFrame
        ``week, party, event``, in order of weeks: the board's steps, the union's moves, notices,
        loss of funding, the first voices and the first intake.

    Examples
    --------
    >>> from sim import simulate
    >>> from sim.sweep.samples import small_scenarios
    >>> events(simulate(small_scenarios()[0], 0).weekly()).head(1)
       week     party         event
    0     1  families  40 take part
    """
    rows: list[tuple[int, str, str]] = []
    if weekly.empty:
        return pd.DataFrame(rows, columns=["week", "party", "event"])
    before = {"rung": 0, "union_level": 0, "notices": 0, "funded": 1, "on_record": 0, "reached": 0}
    for week, row in weekly.iterrows():
        at = int(str(week))
        if before["reached"] == 0 and row["reached"] > 0:
            rows.append((at, "families", f"{int(row['taking_part'])} take part"))
        if before["on_record"] == 0 and row["on_record"] > 0:
            rows.append((at, "families", "first voices against"))
        if row["union_level"] != before["union_level"]:
            rows.append((at, "union", LEVELS[int(row["union_level"])]))
        if row["notices"] > before["notices"]:
            rows.append((at, "regulator", f"notice {int(row['notices'])}"))
        if row["funded"] < before["funded"]:
            rows.append((at, "vendor", "funding missing"))
        if row["rung"] != before["rung"]:
            rows.append((at, "board", RUNGS[int(row["rung"])].label))
        before = {name: int(row[name]) for name in before}
    return pd.DataFrame(rows, columns=["week", "party", "event"])
