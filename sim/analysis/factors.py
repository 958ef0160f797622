"""Factors as columns of a table: whether they are numbers, and how they are named where there is
little room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd


def is_numeric(values: pd.Series) -> bool:
    """Whether a factor's column holds numbers, not names or switches.

    Examples
    --------
    >>> import pandas as pd
    >>> is_numeric(pd.Series([0.1, 0.9])), is_numeric(pd.Series([True, False]))
    (True, False)
    """
    return bool(pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values))


def short_names(factors: Iterable[str]) -> dict[str, str]:
    """Name each factor by as little of its dotted name as tells it from the others.

    Parameters
    ----------
    factors : iterable of str
        Dotted fields, or names given in a sweep file, which stay as they are.

    Returns
    -------
    dict
        Factor -> words: ``{"power.families.governance": "families governance", ...}``.

    Examples
    --------
    >>> short_names(["power.union.governance", "board.calm", "who chooses"])
    {'power.union.governance': 'governance', 'board.calm': 'calm', 'who chooses': 'who chooses'}
    """
    names = list(dict.fromkeys(factors))
    words = {name: [name] if " " in name else name.split(".") for name in names}
    kept = dict.fromkeys(names, 1)
    while True:
        told = {name: " ".join(words[name][-kept[name] :]).replace("_", " ") for name in names}
        count = Counter(told.values())
        longer = [name for name in names if count[told[name]] > 1 and kept[name] < len(words[name])]
        if not longer:
            return told
        for name in longer:
            kept[name] += 1
