"""Findings about regions: each file of this folder answers one question, with its tables and its
figure.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from sim.io.errors import InputError, did_you_mean
from sim.kernel.variables import Column
from sim.parties.board.endings import CAUSES
from sim.region.agents import STATES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.region.results import RegionResults

SHARED: dict[str, Column] = {
    "point": Column("-", "number of the point, from 0"),
    "strategy": Column("-", "name of the strategy"),
    "seed": Column("-", "seed: fixes the region and its random draws"),
    "year": Column("year", "school year of the region, from 1"),
    "ever": Column("districts", "districts that have had the initiative so far"),
    "current": Column("districts", "districts that have the initiative at the year's end, as designed or adapted"),
    "as_designed": Column("districts", "districts, of these, that use it as designed"),
    "adapted": Column("districts", "districts, of these, in which it was made optional or cut back"),
    "dropped": Column("districts", "districts that gave the initiative up and do not have it at the year's end"),
    "tried": Column("districts", "districts that started with it in the year, whether or not it opened"),
    "unopened": Column("districts", "districts in which it never opened, for instance for lack of children"),
    "dropped_in_year": Column("districts", "districts that gave the initiative up in the year"),
    **{
        f"by_{cause}": Column("districts", f"districts, of these, that gave it up for this cause: {words}")
        for cause, words in CAUSES.items()
    },
    "reached": Column("children", "children who have taken part so far"),
    "taking_part": Column("children", "children taking part at the year's end"),
    "student_weeks": Column("full-dose student-weeks", "student-weeks delivered so far, weighted by dose"),
    "gain": Column("SD", "learning gain so far, summed over children"),
    "cost": Column("dollars", "net cost of the year: cost minus savings"),
    "outside_money": Column("dollars", "part of this cost that is borne from outside the districts"),
    "quarrel": Column("0-1", "how loud the conflict over the initiative was in the year, mean over districts"),
    "clustering": Column("Moran's I", "how similar neighbouring districts are in having the initiative; missing "
    "if all districts are the same"),
    "moved": Column("superintendents", "superintendents who came from another district in the year"),
    "vendor_offers": Column("0 or 1", "whether the vendor still offers the initiative"),
    "districts": Column("districts", "districts of the region"),
    "children": Column("children", "children of the region who have been in the initiative's grades so far"),
    "map": Column("-", "state of each district on the first seed, one digit each: 0 never, 1 using, 2 adapted, "
    "3 dropped"),
    "lower": Column("as the quantity", "lower end of the 95% interval of the mean (Monte Carlo error only)"),
    "upper": Column("as the quantity", "upper end of that interval"),
    "spread_low": Column("as the quantity", "5% quantile over seeds, which differ in parameters, region and chance"),
    "spread_high": Column("as the quantity", "95% quantile over seeds"),
    "n": Column("seeds", "seeds behind the value"),
    "quantity": Column("-", "name of a column of the table of years"),
    "mean": Column("as the quantity", "mean over seeds"),
    "baseline": Column("-", "strategy that this one is compared with"),
    "difference": Column("as the quantity", "mean difference, seed by seed"),
    "state": Column("-", f"state of the districts: {', '.join(STATES)}"),
    "before": Column("-", "state of the districts a year earlier"),
    "share": Column("share", "mean share of all districts"),
    "district": Column("-", "name of the district"),
    "x": Column("as given", "where it lies"),
    "y": Column("as given", "where it lies"),
    "cause": Column("-", f"why districts gave it up, one of: {', '.join(CAUSES)}"),
    "per_100": Column("districts", "districts that gave it up for that cause in any year, of every 100 that "
    "ever had it"),
    "backlash": Column("share", "share of the districts that ever had it which lost it to protest, staff or a "
    "new board"),
    "reached_share": Column("share", "children who ever took part, of all who were ever in the initiative's grades"),
    "to_a_tenth": Column("years", "median year in which a tenth of the districts first had it; missing if in "
    "half of the seeds they never did"),
    "saw_a_tenth": Column("share", "share of seeds in which a tenth of the districts had it at some point"),
}  # fmt: skip
"""What the columns of a region's tables hold."""


def described(name: str) -> Column:
    """What a column holds.

    Examples
    --------
    >>> described("current_strand").unit, described("using_to_dropped").unit
    ('districts', 'districts')
    """
    if name in SHARED:
        return SHARED[name]
    if name.startswith("current_"):
        return Column(
            "districts", f"districts that have the initiative under the design {name.removeprefix('current_')}"
        )
    before, _, after = name.partition("_to_")
    if before in STATES and after in STATES:
        return Column("districts", f"districts whose state was {before} a year earlier and is {after} now")
    return Column("as the field", f"value of the field {name} at the point")


@dataclass(frozen=True)
class RegionFinding:
    """One kind of finding about regions: what a file calls its ``FINDING``.

    Attributes
    ----------
    tables : callable
        From the results to its tables, by name.
    figure : callable
        From the results and its tables, and the caller's axes or None, to its figure.
    columns : tuple of str
        Names of its tables.
    order : float
        Its place among the others.
    name, question : str
        Given by whoever reads the file.
    """

    tables: Callable[[RegionResults], Mapping[str, pd.DataFrame]]
    figure: Callable[[RegionResults, Mapping[str, pd.DataFrame], Any], Figure]
    columns: tuple[str, ...]
    order: float = 100.0
    name: str = ""
    question: str = ""


@cache
def regional() -> tuple[RegionFinding, ...]:
    """The findings about regions, in order: every file of this folder is one.

    Examples
    --------
    >>> [finding.name for finding in regional()][0]
    'strategies'
    """
    found = []
    for module in pkgutil.iter_modules(__path__):
        file = importlib.import_module(f"{__name__}.{module.name}")
        question, _, _ = " ".join((file.__doc__ or "").split()).partition("?")
        found.append(replace(file.FINDING, name=module.name, question=f"{question}?"))
    return tuple(sorted(found, key=lambda finding: (finding.order, finding.name)))


def find(name: str) -> RegionFinding:
    """A finding by its name.

    Raises
    ------
    sim.io.errors.InputError
        Where there is none.
    """
    known = {finding.name: finding for finding in regional()}
    if name not in known:
        raise InputError(f"figure = {name!r}: {did_you_mean(name, list(known), repr)}accepted: {', '.join(known)}")
    return known[name]
