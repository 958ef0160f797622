"""What is asked of a sweep's runs: whether the programme was discontinued or adapted, how long it
went on, whom it reached, what was learned.

Every rate is of runs whose programme opened: :func:`counted` says which, and all tables of runs
pass through it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.io.errors import InputError
from sim.kernel.variables import Variables
from sim.outcome import VARIABLES
from sim.parties.families.variables import FULL_DOSE, PLACE

HEADLINE, ADAPTED = "discontinued", "adapted"
CAUSES = VARIABLES.of_outcome("discontinued")
"""Endings after which nobody takes part any more; in every week they add up to the headline."""

WAYS = (HEADLINE, ADAPTED, *VARIABLES.of_outcome("adapted"), *CAUSES)
"""Events whose risk can be asked for: discontinued in any way, adapted, or one of the variables'
endings.
"""

STEPS = tuple(f"week_{name}" for name in VARIABLES.of_outcome("adapted"))
"""Columns with the weeks of the steps by which a programme is adapted."""


UP_TO_SHORTEST = "restricted_mean_weeks"
"""The quantity that is counted up to the shortest horizon of a sweep; others are of whole runs."""


def units(variables: Variables = VARIABLES) -> dict[str, str]:
    """Quantities that runs are compared by, each a column of :func:`prepared` runs, with words and
    unit.

    Parameters
    ----------
    variables : Variables
        Of the parties that took part.

    Examples
    --------
    >>> units()["reached"]
    'families reached'
    """
    return {
        HEADLINE: "risk of being discontinued",
        ADAPTED: "risk of being adapted (diluted or made optional)",
        UP_TO_SHORTEST: "weeks that the programme lasted, up to the horizon",
        **{name: words for name, words in variables.compared.items() if variables.outcome_holds[name] != "text"},
    }


COMPARED = tuple(units())
"""Those of the model as it is."""


def is_risk(quantity: str) -> bool:
    """Whether a quantity is the risk of an event, a proportion of runs; else it is a number.

    Examples
    --------
    >>> is_risk("adapted"), is_risk("gain")
    (True, False)
    """
    return quantity in WAYS


def words(quantity: str, variables: Variables = VARIABLES) -> str:
    """A quantity in words, with its unit.

    Parameters
    ----------
    quantity : str
        One of :func:`units`, or of ``WAYS``.
    variables : Variables
        Of the parties that took part.

    Examples
    --------
    >>> words("reached"), words("suspended")
    ('families reached', 'risk: was suspended in mid-year')
    """
    return units(variables).get(quantity) or f"risk: {manner(quantity)}"


STUDENT_WEEK = f"student-weeks are full-dose: {FULL_DOSE}"
EXPLAINED = (
    f"{STUDENT_WEEK[0].upper()}{STUDENT_WEEK[1:]}. Per 100 children of the community: all children who are in "
    f"the programme's grades at any time of the run. Places offered: {PLACE}."
)
"""What is delivered, in words: where its numbers stand, this stands too."""

MORE = ("weeks_per_100", "gain")
"""What it is better to have more of: what is delivered, and what is learned, per child of the
community.
"""

MEASURES = (HEADLINE, *MORE)
"""What designs are weighed by: risk, reach and gain."""

MILESTONES = (20, 36, 72, 108)
"""Weeks at which risks are reported: Mountain View's January, and the ends of three school years.
"""


def milestones(horizon: int) -> list[int]:
    """Weeks at which risks are reported: the usual ones within the horizon, and the horizon itself.

    Examples
    --------
    >>> milestones(90)
    [20, 36, 72, 90]
    """
    return sorted(week for week in {*MILESTONES, horizon} if 0 < week <= horizon)


@dataclass(frozen=True)
class Event:
    """An event by a week: what a risk is the risk of. As a text, it is reported in words.

    Attributes
    ----------
    way : str
        One of ``WAYS``.
    week : int
        By when.

    Examples
    --------
    >>> str(Event("discontinued", 36))
    'was discontinued by week 36'
    >>> Event("discontinued", 36).risk
    'risk of being discontinued by week 36'
    """

    way: str
    week: int

    def __post_init__(self) -> None:
        if self.way not in WAYS:
            raise InputError(f"event = {self.way!r}: accepted: {', '.join(WAYS)}")

    def __str__(self) -> str:
        return f"{manner(self.way)} by week {self.week}"

    @property
    def risk(self) -> str:
        """The risk in words, as a figure's axis has it."""
        return f"risk of being {manner(self.way).removeprefix('was ').split(',')[0]} by week {self.week}"


def manner(way: str) -> str:
    """An event, in words.

    Examples
    --------
    >>> manner("adapted")
    'was diluted or made optional at some point'
    >>> manner("made_optional")
    'was made optional, with no further step,'
    """
    if way == HEADLINE:
        return "was discontinued"
    if way == ADAPTED:
        return "was diluted or made optional at some point"
    return VARIABLES.statuses[way].words + ("" if way in CAUSES else ", with no further step,")


def counted(runs: pd.DataFrame) -> pd.DataFrame:
    """The runs that rates are of: those that raised no error and whose programme opened.

    Parameters
    ----------
    runs : DataFrame
        ``opened``, and ``error`` where some failed.

    Examples
    --------
    >>> import pandas as pd
    >>> counted(pd.DataFrame({"seed": [0, 1, 2], "opened": [1, 0, 1]}))["seed"].tolist()
    [0, 2]
    """
    return without_error(runs).loc[lambda good: good["opened"] == 1]


def without_error(runs: pd.DataFrame) -> pd.DataFrame:
    """The runs that raised no error.

    Examples
    --------
    >>> import pandas as pd
    >>> without_error(pd.DataFrame({"seed": [0, 1], "error": [None, "no"]}))["seed"].tolist()
    [0]
    """
    return runs[runs["error"].isna()] if "error" in runs.columns else runs


def event_week(runs: pd.DataFrame | Mapping[str, np.ndarray], way: str = HEADLINE) -> np.ndarray:
    """Week from 1 in which the event came to pass in each run; infinite where it did not.

    Parameters
    ----------
    runs : DataFrame, or mapping of arrays by column
        Runs that opened, with the fields of :class:`sim.outcome.Outcome`.
    way : str
        ``"discontinued"``: the week from which nobody took part any more. ``"adapted"``: the first
        week in which it was diluted or made optional, whatever came after: a programme that is
        diluted and not renewed later has been adapted, and then discontinued. Another of ``WAYS``:
        the week in which the run reached it, where it is the last step that it came to.

    Raises
    ------
    sim.io.errors.InputError
        Where there is no such event.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> event_week(small_sweep())[:3]
    array([20., inf, 20.])
    """
    if way not in WAYS:
        raise InputError(f"event = {way!r}: accepted: {', '.join(WAYS)}")
    if way == HEADLINE:
        weeks = np.array(runs["week_over"], float)
    elif way == ADAPTED:
        weeks = np.fmin.reduce([np.asarray(runs[step], float) for step in STEPS])
    else:
        weeks = np.where(np.asarray(runs["ending"]) == way, np.asarray(runs["week"], float), np.nan)
    return np.where(np.isnan(weeks), np.inf, weeks)


def happened_by(runs: pd.DataFrame, week: int, way: str = HEADLINE) -> np.ndarray:
    """Booleans, a row each: whether the event had come to pass by a week; see :func:`event_week`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> happened_by(small_sweep(), 36, "suspended")[:3]
    array([ True, False,  True])
    """
    return event_week(runs, way) <= week


def prepared(runs: pd.DataFrame, week: int, horizon: int) -> pd.DataFrame:
    """Return the runs that count, with a column of 0 and 1 for each event added.

    Parameters
    ----------
    runs : DataFrame
        A row per run: ``point, design, seed``, factors, the fields of an outcome, and ``error``
        where some failed.
    week : int
        By when events are counted, see :func:`happened_by`.
    horizon : int
        Weeks that all runs lived through; ``restricted_mean_weeks`` is counted up to it, until
        nobody took part any more.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> prepared(small_sweep(), 36, 108)[["discontinued", "adapted",
    ...     "restricted_mean_weeks"]].head(2)
       discontinued  adapted  restricted_mean_weeks
    0           1.0      0.0           20.0
    1           0.0      0.0          108.0
    """
    good = counted(runs)
    return good.assign(
        **{way: happened_by(good, week, way).astype(float) for way in WAYS},
        restricted_mean_weeks=np.minimum(event_week(good), float(horizon)),
    )
