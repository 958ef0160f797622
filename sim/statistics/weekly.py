"""Weekly curves over runs: means with intervals, and quantiles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from sim.io.errors import Unsupported
from sim.kernel.variables import Variables
from sim.outcome import VARIABLES, Run
from sim.statistics.intervals import CONFIDENCE, wilson

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
SUMMARY = ("mean", "lower", "upper", *QUANTILES)
"""Columns that describe the values in a week."""

GOING_ON = "going_on"
"""Column of the curves beside those of the weekly table: the share of runs that live through the
week.
"""


def weekly_of_runs(design: str, runs: Sequence[Run]) -> pd.DataFrame:
    """As :func:`weekly_quantiles`, of the runs of a design that opened; ``n`` is 0 where none did.

    Examples
    --------
    >>> import sim
    >>> table = weekly_of_runs("as_written", [sim.simulate(sim.Scenario(), 1)])
    >>> table[["week", "column", "n"]].head(1)
       week       column  n
    0     1  taking_part  1
    """
    opened = [run.weeks for run in runs if run.outcome.opened]
    stack = np.array(opened) if opened else np.empty((0, *runs[0].weeks.shape))
    return weekly_quantiles(design, stack, runs[0].variables)


def weekly_quantiles(design: str, stack: np.ndarray, variables: Variables = VARIABLES) -> pd.DataFrame:
    """Return mean and quantiles over runs of each column of the weekly table.

    Parameters
    ----------
    design : str
    stack : numpy.ndarray
        Weekly tables of the runs, shape (runs, weeks, columns of the weekly table).
    variables : Variables
        Of the parties that took part.

    Returns
    -------
    DataFrame
        ``design, week, column, n, mean, lower, upper`` (95% interval of the mean, Student's) and
        ``q05`` to ``q95``. After the end of a programme counts of participants and voices are 0,
        cumulative counts stay, and other columns are left out (``n`` says how many runs are left).
        ``share_STAKEHOLDER`` is the share of the capital drained so far in a run, kept after the
        end.

    Examples
    --------
    >>> import numpy as np
    >>> from sim.outcome import WEEKLY
    >>> weekly_quantiles("retrofit", np.ones((5, 10, len(WEEKLY))))[["week", "column", "n",
    ...     "median"]].head(2)
       week       column  n  median
    0     1  taking_part  5     1.0
    1     2  taking_part  5     1.0
    """
    horizon = stack.shape[1]
    columns = {
        name: _after_the_end(name, stack[:, :, column], variables) for column, name in enumerate(variables.weekly)
    }
    columns.update(_drained_shares(stack, variables))
    return pd.concat([_summary(design, name, values, horizon) for name, values in columns.items()], ignore_index=True)


class NoCurves(Unsupported):
    """The sweep wrote no weekly curves."""


def need_curves(weekly: pd.DataFrame) -> None:
    """Refuse a sweep that wrote no weekly quantiles.

    Raises
    ------
    NoCurves

    Examples
    --------
    >>> from sim.statistics.samples import small_weekly
    >>> need_curves(small_weekly())
    """
    if weekly.empty or "column" not in weekly.columns:
        raise NoCurves(
            'weekly curves were not written; accepted: weekly = "quantiles" under [outputs] of the sweep file'
        )


def pooled_curves(weekly: pd.DataFrame, families: pd.Series | int, variables: Variables = VARIABLES) -> pd.DataFrame:
    """One curve per design and column.

    Parameters
    ----------
    weekly : DataFrame
        Weekly quantiles with ``point``, as a sweep writes them.
    families : Series or int
        Families of the community, by design point, or of all.
    variables : Variables
        Of the parties that took part.

    Returns
    -------
    DataFrame
        ``design, week, column, n, mean, lower, upper`` (95% interval of the mean) and quantiles:
        over runs where there is one design point, else over the points' means, with intervals as
        wide as the points' are on average. ``taking_part`` and ``in_favour`` are shares of the
        point's families, so that communities of any size can be pooled. The mean of ``going_on`` is
        the share of runs that live through the week; it has quantiles over design points only.

    Raises
    ------
    sim.io.errors.Unsupported
        Where the sweep wrote no weekly quantiles.

    Examples
    --------
    >>> from sim.statistics.samples import small_weekly
    >>> pooled_curves(small_weekly(), 100)[["design", "week", "column", "median"]].head(2)
         design  week       column  median
    0  retrofit     1  taking_part   0.990
    1  retrofit     2  taking_part   0.975
    """
    need_curves(weekly)
    # Points at which no design opened have no curves.
    weekly = weekly[weekly.groupby("point")["n"].transform("max") > 0]
    values = list(SUMMARY)
    counted = weekly["column"].isin(variables.shares)
    known = families if isinstance(families, pd.Series) else pd.Series(families, weekly["point"].unique())
    size = weekly["point"].map(known).where(counted, 1).clip(lower=1)
    weekly = weekly.assign(**{name: weekly[name] / size for name in values})
    weekly = pd.concat([weekly, _going_on(weekly, variables)], ignore_index=True)
    if weekly["point"].nunique() == 1:
        return weekly[["design", "week", "column", "n", *SUMMARY]].reset_index(drop=True)
    weekly["half"] = (weekly["upper"] - weekly["lower"]) / 2
    grouped = weekly.groupby(["design", "column", "week"], sort=False)
    table = grouped["n"].sum().to_frame()
    table["mean"] = grouped["mean"].mean()
    half = grouped["half"].mean()
    table["lower"], table["upper"] = table["mean"] - half, table["mean"] + half
    for name, share in QUANTILES.items():
        table[name] = grouped["mean"].quantile(share)
    return table.reset_index()


def _going_on(weekly: pd.DataFrame, variables: Variables) -> pd.DataFrame:
    """Share of each point's runs that live through a week: those left in columns that stop with the
    programme, of those in columns that do not.
    """
    keys = ["point", "design", "week"]
    left, every = (
        weekly[weekly["column"].isin(variables.after_end(how))].groupby(keys, sort=False)["n"].max()
        for how in ("missing", "zero")
    )
    table = pd.DataFrame({"n": every, "mean": left / every}).reset_index()
    ends = [
        wilson(round(row.mean * row.n), int(row.n)) if np.isfinite(row.mean) else (np.nan, np.nan)
        for row in table.itertuples()
    ]
    return table.assign(column=GOING_ON, **dict(zip(("lower", "upper"), np.transpose(ends), strict=True)))


def _after_the_end(name: str, values: np.ndarray, variables: Variables) -> np.ndarray:
    if name in variables.after_end("zero"):
        return np.nan_to_num(values, nan=0.0)
    if name in variables.after_end("kept"):
        return pd.DataFrame(values).ffill(axis=1).to_numpy()
    return values


def _drained_shares(stack: np.ndarray, variables: Variables) -> dict[str, np.ndarray]:
    """Share of all that was drained so far, by stakeholder, shape (runs, weeks) each; NaN before
    anything was.
    """
    weekly = list(variables.weekly)
    places = [weekly.index(name) for name in variables.drained]
    # What a stakeholder gave back is set against what it drained before, as in the totals of a run.
    drained = np.clip(np.cumsum(np.nan_to_num(stack[:, :, places], nan=0.0), axis=1), 0.0, None)
    total = drained.sum(axis=2)
    with np.errstate(invalid="ignore"):
        return {
            f"share_{who}": np.where(total > 0, drained[:, :, k] / np.where(total > 0, total, 1.0), np.nan)
            for k, who in enumerate(variables.pressing)
        }


def _summary(design: str, name: str, values: np.ndarray, horizon: int) -> pd.DataFrame:
    n = (~np.isnan(values)).sum(axis=0)
    alive, several = n > 0, n > 1
    table = pd.DataFrame({"design": design, "week": np.arange(1, horizon + 1), "column": name, "n": n})
    for label in SUMMARY:
        table[label] = np.nan
    if alive.any():
        table.loc[alive, "mean"] = np.nanmean(values[:, alive], axis=0)
        for label, row in zip(
            QUANTILES, np.nanquantile(values[:, alive], list(QUANTILES.values()), axis=0), strict=True
        ):
            table.loc[alive, label] = row
    if several.any():
        half = (
            stats.t.ppf(0.5 + CONFIDENCE / 2, n[several] - 1)
            * np.nanstd(values[:, several], axis=0, ddof=1)
            / np.sqrt(n[several])
        )
        table.loc[several, "lower"] = table.loc[several, "mean"] - half
        table.loc[several, "upper"] = table.loc[several, "mean"] + half
    return table
