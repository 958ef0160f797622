"""What is asked of a sweep's runs: whether they ended, how long they lived, whom they reached, what
was learned.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.ledger import Ledger
from sim.outcome import ENDINGS, LEDGER, THIRDS

ANY, GONE = "any", "over"
WAYS = (ANY, GONE, *ENDINGS[1:])
"""Ways of ending that can be asked for: any, over (nobody takes part any more), or one of
``sim.outcome.ENDINGS``.
"""

STEPS = LEDGER.first_steps
"""Columns with the weeks of the steps that count as endings."""

GAINS = tuple(f"gain_{third}" for third in THIRDS)


def units(ledger: Ledger = LEDGER) -> dict[str, str]:
    """Quantities that runs are compared by, each a column of :func:`prepared` runs, with words and
    unit.

    Parameters
    ----------
    ledger : Ledger
        Of the parties that took part.

    Examples
    --------
    >>> units()["reached"]
    'families reached'
    """
    told = ledger.compared
    return {
        "ended": "risk",
        "survived_weeks": "weeks survived, up to the horizon",
        **{name: words for name, words in told.items() if name not in GAINS},
        "gain": "learning gain, SD per child",
        **{name: told[name] for name in GAINS},
    }


UNITS = units()
"""Those of the model as it is."""

KINDS = {name: "proportion" if name == "ended" else "number" for name in UNITS}
"""Quantity -> whether it is a proportion or a number."""


def manner(ending: str) -> str:
    """A way of ending, in words.

    Examples
    --------
    >>> manner("made_optional")
    'was made optional'
    """
    told = {ANY: "ended in any way", GONE: "was over", **{name: rung.words for name, rung in LEDGER.rungs.items()}}
    return told[ending]


def words(ending: str, week: int) -> str:
    """A way of ending by a week, in words.

    Examples
    --------
    >>> words("any", 36)
    'ended in any way by week 36'
    """
    return f"{manner(ending)} by week {week}"


def ending_week(runs: pd.DataFrame, ending: str = ANY) -> np.ndarray:
    """Week from 1 in which each run came to its end in that way; infinite where it did not.

    Parameters
    ----------
    runs : DataFrame
        With the fields of :class:`sim.outcome.Outcome`.
    ending : str
        ``"any"``: the first step that counts as an ending (diluted, made optional, or over).
        ``"over"``: when nobody took part any more. Another of ``WAYS``: when the run reached it,
        where it is the lowest step the run came to. So at the horizon the ways add up to any;
        before, a run that is diluted and goes on to be cancelled has ended, and its way is not
        settled yet.

    Raises
    ------
    sim.errors.InputError
        Where there is no such way of ending.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> ending_week(small_sweep())[:3]
    array([20., inf, 20.])
    """
    if ending not in WAYS:
        raise InputError(f"ending = {ending!r}: accepted: {', '.join(WAYS)}")
    if ending == ANY:
        weeks = runs[list(STEPS)].min(axis=1)
    elif ending == GONE:
        weeks = runs["week_over"]
    else:
        weeks = runs["week"].where(runs["ending"] == ending)
    return weeks.astype(float).fillna(np.inf).to_numpy()


def ended_by(runs: pd.DataFrame, week: int, ending: str = ANY) -> np.ndarray:
    """Booleans, a row each: whether a run had come to its end in that way by a week; see
    :func:`ending_week`.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> ended_by(small_sweep(), 36, "cancelled")[:3]
    array([ True, False,  True])
    """
    return ending_week(runs, ending) <= week


def prepared(runs: pd.DataFrame, ending: str, week: int, horizon: int) -> pd.DataFrame:
    """Return the runs without an error, with the columns of ``KINDS`` added.

    Parameters
    ----------
    runs : DataFrame
        A row per run: ``point, design, seed``, factors, the fields of an outcome, and ``error``
        where some failed.
    ending, week : str, int
        The event whose risk is meant: see :func:`ended_by`.
    horizon : int
        Weeks that all runs lived through; time survived is counted up to it.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> prepared(small_sweep(), "cancelled", 36, 108)[["ended", "survived_weeks", "gain"]].head(2)
       ended  survived_weeks  gain
    0    1.0            20.0  0.01
    1    0.0           108.0  0.05
    """
    good = runs[runs["error"].isna()] if "error" in runs.columns else runs
    return good.assign(
        ended=ended_by(good, week, ending).astype(float),
        survived_weeks=np.minimum(ending_week(good, ending), float(horizon)),
        gain=good[list(GAINS)].to_numpy(float).mean(axis=1) if len(good) else np.empty(0),
    )
