"""What tables that a paper prints share: their columns, and events and quantities in words."""

from __future__ import annotations

import pandas as pd

from sim.figures.style import label
from sim.findings.base.evidence import Evidence
from sim.statistics.naming import ANY, NAMED, NOT_OPENED
from sim.statistics.quantities import words

EVENTS = {ANY: "whatever became of it", NOT_OPENED: "did not open"}
"""What stands in place of an event, in words."""
OF = [*NAMED, "n"]
ENDS = ["lower", "upper"]
RATIO_ENDS = ["ratio", "ratio_lower", "ratio_upper"]


def in_words(table: pd.DataFrame, evidence: Evidence) -> pd.DataFrame:
    """A table with its events in words, and as ``what`` its quantities, where rows name them.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> table = pd.DataFrame({"event": ["any"], "quantity": ["reached"]})
    >>> in_words(table, read(small_folder()))[["event", "what"]]
                       event              what
    0  whatever became of it  families reached
    """
    reported = table.assign(event=[EVENTS.get(name, label(name)) for name in table["event"]])
    if "quantity" not in table.columns:
        return reported
    return reported.assign(what=[words(name, evidence.variables) for name in table["quantity"]])


def spread(evidence: Evidence) -> list[str]:
    """Columns that tell several design points apart.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> spread(read(small_folder()))
    []
    """
    return ["spread_low", "spread_high", "points"] if evidence.points > 1 else []
