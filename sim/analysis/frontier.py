"""Risk against reach against gain: which designs are not beaten on all three, so that none wins by
serving nobody.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.analysis.effects import means_by_point
from sim.analysis.quantities import HEADLINE, MORE

DRAWS = 400
"""Bootstrap draws of seeds."""


def frontier(runs: pd.DataFrame, way: str = HEADLINE, draws: int = DRAWS) -> pd.DataFrame:
    """Means of risk, reach and gain by design point and design, and whether anything beats them.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs.
    way : str
        The event whose risk is meant.
    draws : int
        Bootstrap draws; seeds are drawn, the same for all points and designs, so that pairing is
        kept.

    Returns
    -------
    DataFrame
        ``point, design``; for the risk, ``weeks_per_100`` and ``gain`` the mean with ``_lower`` and
        ``_upper``; ``on_frontier`` (nothing is at least as good on all three and better on one),
        ``frontier_share`` (share of the draws in which that holds: how sure it is; NaN with one
        seed), ``n``.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> frontier(small_sweep(), draws=20)[["point", "design", "discontinued", "weeks_per_100",
    ...     "on_frontier"]].head(4)
       point      design  discontinued  weeks_per_100  on_frontier
    0      0    retrofit         0.825         566.45        False
    1      0  greenfield         0.525         966.65        False
    2      1    retrofit         0.825         566.45        False
    3      1  greenfield         0.125        1500.25         True
    """
    signs = {way: -1.0, **dict.fromkeys(MORE, 1.0)}
    table = means_by_point(runs, signs)
    keys = list(dict.fromkeys(zip(table["point"], table["design"], strict=True)))
    wide = pd.DataFrame(keys, columns=["point", "design"])
    for quantity in signs:
        rows = table[table["quantity"] == quantity].reset_index(drop=True)
        wide[quantity], wide[f"{quantity}_lower"], wide[f"{quantity}_upper"] = (
            rows["mean"],
            rows["lower"],
            rows["upper"],
        )
    wide["on_frontier"] = _unbeaten(np.column_stack([sign * wide[name] for name, sign in signs.items()]))
    wide["frontier_share"] = _shares(runs, signs, keys, draws)
    wide["n"] = table.loc[table["quantity"] == way, "n"].to_numpy()
    return wide


def _shares(runs: pd.DataFrame, signs: dict[str, float], keys: list[tuple[int, str]], draws: int) -> np.ndarray:
    place = {key: k for k, key in enumerate(keys)}
    row = np.array([place[key] for key in zip(runs["point"], runs["design"], strict=True)])
    seeds, column = np.unique(runs["seed"].to_numpy(), return_inverse=True)
    cells = np.full((len(signs), len(keys), len(seeds)), np.nan)
    for k, (name, sign) in enumerate(signs.items()):
        cells[k, row, column] = sign * runs[name].to_numpy(float)
    if len(seeds) < 2:
        return np.full(len(keys), np.nan)
    there = ~np.isnan(cells[0])
    filled = np.nan_to_num(cells)
    generator = np.random.default_rng(0)
    kept = np.zeros(len(keys))
    for _ in range(draws):
        weight = np.bincount(generator.integers(0, len(seeds), len(seeds)), minlength=len(seeds)).astype(float)
        with np.errstate(invalid="ignore"):
            means = (filled @ weight) / (there @ weight)
        kept += _unbeaten(np.where(np.isnan(means), -np.inf, means).T)
    return kept / draws


def _unbeaten(values: np.ndarray) -> np.ndarray:
    """Rows of (rows, criteria), larger is better, that no other row dominates."""
    order = np.lexsort(values.T[::-1])[::-1]
    best = np.ones(len(values), dtype=bool)
    for i in order:
        if best[i]:
            beaten = (values <= values[i]).all(axis=1) & (values < values[i]).any(axis=1)
            best[beaten] = False
    return best
