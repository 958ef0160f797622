"""Paired differences between two designs, from the table of runs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.io.errors import InputError
from sim.statistics.intervals import mean_interval, paired_difference
from sim.statistics.quantities import WAYS, happened_by, without_error
from sim.sweep.results import SweepResults


def paired_differences(
    found: SweepResults, quantity: str, by: int | None, of: str, to: str, opened_only: bool
) -> pd.DataFrame:
    """Differences between two designs at each design point; see
    :meth:`sim.experiments.Results.difference`.
    """
    sweep, runs = found.sweep, without_error(found.runs)
    numbers = [name for name in runs.columns if pd.api.types.is_numeric_dtype(runs[name]) and name != "seed"]
    if quantity not in WAYS and quantity not in numbers:
        raise InputError(f"quantity = {quantity!r}: accepted: {', '.join((*WAYS, *numbers))}")
    horizon = min(sweep.scenario(int(point), of).horizon.weeks for point in runs["point"].unique()) if len(runs) else 0
    week = horizon if by is None else by
    if not 1 <= week <= horizon:
        raise InputError(f"by = {by}: accepted: a week from 1 to {horizon}, the horizon")
    opened = (runs["opened"] == 1).to_numpy()
    event = quantity in WAYS
    value = happened_by(runs, week, quantity) & opened if event else runs[quantity].to_numpy(float)
    counted = runs.assign(_value=value.astype(float))[opened | (not opened_only)]
    wide = counted[counted["design"].isin([of, to])].pivot(index=["point", "seed"], columns="design", values="_value")
    wide = wide.reindex(columns=[of, to]).dropna()
    factors = list(map(str, sweep.points.columns))
    rows = []
    for point, pairs in wide.groupby("point", sort=True):
        first, second = pairs[of].to_numpy(), pairs[to].to_numpy()
        interval = paired_difference(first > 0, second > 0) if event else mean_interval(first - second)
        values = sweep.points.loc[point, factors].tolist() if factors else []
        rows.append((point, *values, of, to, quantity, week if event else np.nan, *interval, len(pairs)))
    names = ["design", "baseline", "quantity", "week", "difference", "lower", "upper", "n"]
    return pd.DataFrame(rows, columns=["point", *factors, *names])
