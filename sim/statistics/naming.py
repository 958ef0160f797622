"""What a number of a table is of: which event, by which week, and out of what.

Every table that holds a risk, a rate, a mean or a difference says so in three columns: ``event,
week, denominator``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.kernel.variables import Variables
from sim.statistics.quantities import UP_TO_SHORTEST, WAYS, Event

NAMED = ("event", "week", "denominator")

ANY, NOT_OPENED = "any", "not_opened"
"""In place of an event: of what is a mean over runs, whatever became of them; and of the share that
did not open.
"""
BEFORE = 0
"""The week of what stands before the first."""

ALL, OPENED = "all runs", "runs that opened"
BOTH, CORNERS = "seeds on which both opened", "seeds on which every corner opened"
PAIRS = "seeds, whether the programmes opened or not"
LEVELS = "pairs of runs that opened at both levels"
GAPS = "seeds on which both designs opened, at both levels"
DRAINED = f"{OPENED} and lost capital"
BASE = "base points of the sampling"
BOX = f"{OPENED}, in the box"
CONDITIONS, BOX_OF_CONDITIONS = "conditions at which the claim is put", "conditions in the box"
COMMUNITIES = "synthetic communities"

_AHEAD = (
    "point", "design", "baseline", "stakeholder", "quantity", "factor", "measure", "verdict", "kind", "column", "lever",
    "field",
)  # fmt: skip
"""Columns that say what a row is of, behind which its event stands."""


def named(table: pd.DataFrame, event: Any, week: Any, denominator: Any) -> pd.DataFrame:
    """A table with ``event, week, denominator`` behind the columns that say what a row is of; what
    it has of these it keeps.

    Parameters
    ----------
    table : DataFrame
    event, week, denominator : scalar or sequence
        Of all rows, or one for each.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"design": ["retrofit"], "risk": [0.4], "week": [36]})
    >>> named(table, "discontinued", 108, OPENED)
         design         event  week       denominator  risk
    0  retrofit  discontinued    36  runs that opened   0.4
    """
    given = {"event": event, "week": week, "denominator": denominator}
    whole = table.assign(**{name: value for name, value in given.items() if name not in table.columns})
    rest = [name for name in table.columns if name not in NAMED]
    place = max((rest.index(name) + 1 for name in _AHEAD if name in rest), default=0)
    return whole[[*rest[:place], *NAMED, *rest[place:]]]


def over_lengths(denominator: str, lengths: tuple[int, int]) -> str:
    """What a mean over whole runs is of, where these are not all as long: it says so.

    Examples
    --------
    >>> over_lengths(OPENED, (108, 108)), over_lengths(OPENED, (36, 108))
    ('runs that opened', 'runs that opened; whole runs of 36 to 108 weeks')
    """
    least, most = lengths
    return denominator if least == most else f"{denominator}; whole runs of {least} to {most} weeks"


def of_quantities(table: pd.DataFrame, event: Event, lengths: tuple[int, int], denominator: str) -> pd.DataFrame:
    """As :func:`named`, of a table whose rows name a ``quantity``: a risk is of that event, by the
    event's week; another quantity is a mean over whole runs, but for the weeks gone on, which are
    counted up to the shortest horizon.

    Parameters
    ----------
    table : DataFrame
    event : Event
        By whose week risks are counted.
    lengths : tuple of int
        The shortest and the longest horizon of the design points.
    denominator : str

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"quantity": ["discontinued", "gain"], "mean": [0.4, 0.1]})
    >>> of_quantities(table, Event("discontinued", 36), (108, 108), OPENED)
           quantity         event  week       denominator  mean
    0  discontinued  discontinued    36  runs that opened   0.4
    1          gain           any   108  runs that opened   0.1
    """
    risk, alike = table["quantity"].isin(WAYS), table["quantity"] == UP_TO_SHORTEST
    return named(
        table,
        table["quantity"].where(risk, ANY),
        np.select([risk, alike], [event.week, lengths[0]], lengths[1]),
        np.where(risk | alike, denominator, over_lengths(denominator, lengths)),
    )


def of_curves(table: pd.DataFrame, variables: Variables) -> pd.DataFrame:
    """As :func:`named`, of weekly curves: what runs they are over follows from the ``column``.

    Parameters
    ----------
    table : DataFrame
        As from :func:`sim.statistics.weekly.pooled_curves`.
    variables : Variables
        Of the parties that took part.

    Examples
    --------
    >>> from sim.statistics.samples import small_weekly
    >>> from sim.statistics.weekly import pooled_curves
    >>> from sim.outcome import VARIABLES
    >>> table = of_curves(pooled_curves(small_weekly(), 100), VARIABLES)
    >>> table.drop_duplicates("column")[["column", "denominator"]].head(2)
             column                               denominator
    0   taking_part  families of the community; runs that opened
    36    in_favour  families of the community; runs that opened
    """
    shares = {f"share_{who}": f"capital drained so far; {DRAINED}" for who in variables.pressing}
    families = dict.fromkeys(variables.shares, f"families of the community; {OPENED}")
    going_on = dict.fromkeys(variables.after_end("missing"), f"{OPENED}, while they go on")
    known = {**going_on, **families, **shares}
    return named(table, ANY, table["week"], [known.get(name, OPENED) for name in table["column"]])
