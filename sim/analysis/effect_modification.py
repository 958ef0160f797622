"""Where the difference between designs lies: what each factor changes in it, alone and with the
others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from sim.analysis.effects import MOST_LEVELS, RECURRING, alike_but_for, level_text, paired, two_designs
from sim.analysis.pooling import pooled_mean
from sim.analysis.quantities import KINDS, MEASURES
from sim.io.errors import Unsupported

WAYS_OF_CHANGING = ("alone", "averaged", "with_others")
"""All else at its first level, over all levels of all else, all else at its last level."""


def effect_modification(
    runs: pd.DataFrame,
    factors: Sequence[str],
    quantities: Iterable[str] = MEASURES,
    designs: Sequence[str] | None = None,
) -> pd.DataFrame:
    """What each level of a factor changes, against its first level, in the paired difference of a
    design from the first one.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs of a factorial sweep with two designs or more.
    factors : sequence of str
        In the order of the runs' levels, first and last are the ends.
    quantities : iterable of str
    designs : sequence of str, optional
        Their order, see :func:`sim.analysis.effects.two_designs`.

    Returns
    -------
    DataFrame
        ``design, baseline, quantity, factor, from_level, to_level``; ``alone`` (all other factors
        at their first level), ``averaged`` (over all their combinations, each of equal weight) and
        ``with_others`` (all at their last level), each with ``_lower`` and ``_upper``, 95%
        intervals paired by seed; ``points`` (combinations of the other factors), ``seeds`` and
        ``n`` (pairs of differences) of ``averaged``. A positive number says that the level raises
        the difference, 0 that it does to both designs alike.

    Raises
    ------
    sim.io.errors.Unsupported
        Where there is one design only, the first one never opened, or no factor has from 2 to
        ``MOST_LEVELS`` levels that recur with all else alike.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> table = effect_modification(small_sweep(), ["leadership.training", "who chooses"],
    ...     ["discontinued"])
    >>> table[["design", "factor", "to_level", "alone", "averaged", "with_others"]].round(2)
           design               factor  to_level  alone  averaged  with_others
    0  greenfield  leadership.training       0.9    0.4       0.4          0.4
    1  greenfield          who chooses  families   -0.4      -0.4         -0.4
    """
    baseline, compared = two_designs(runs, designs)
    levels = {name: list(dict.fromkeys(runs[name])) for name in factors}
    points = runs.drop_duplicates("point").set_index("point")[list(factors)]
    rows = []
    for design in compared:
        for quantity in quantities:
            kind = "change" if KINDS[quantity] == "proportion" else "number"
            pairs = paired(runs, baseline, design, quantity).join(points, on="point")
            pairs["difference"] = pairs["first"] - pairs["second"]
            for factor in factors:
                if not 2 <= len(levels[factor]) <= MOST_LEVELS:
                    continue
                others = [name for name in factors if name != factor]
                for level in levels[factor][1:]:
                    ends = (levels[factor][0], level)
                    both = alike_but_for(pairs, factor, others, ends, "difference")
                    if both.empty:
                        continue
                    at_first, at_last = (
                        both[(both[others] == [levels[name][end] for name in others]).all(axis=1)] for end in (0, -1)
                    )
                    alone, averaged, with_others = (
                        pooled_mean(
                            (part["own"] - part["first"]).to_numpy(float),
                            part["where"].to_numpy(),
                            part["seed"].to_numpy(),
                            kind,
                        )
                        for part in (at_first, both, at_last)
                    )
                    intervals = (*alone[:3], *averaged[:3], *with_others[:3])
                    rows.append((design, baseline, quantity, factor, *map(level_text, ends), *intervals, *averaged[5:]))
    if not rows:
        raise Unsupported(f"the difference between designs, by factor, needs {RECURRING}")
    ahead = ["design", "baseline", "quantity", "factor", "from_level", "to_level"]
    ends_of = [f"{name}{end}" for name in WAYS_OF_CHANGING for end in ("", "_lower", "_upper")]
    return pd.DataFrame(rows, columns=[*ahead, *ends_of, "points", "seeds", "n"])
