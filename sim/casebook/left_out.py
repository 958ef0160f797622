"""The posterior as if one programme were not on record: weights of the shipped draws, as shipped in
``left_out.parquet``; how they were found is in ``study/calibrate.py``.

Every programme of the casebook, with all its cases and populations, is left out in turn. What the
model then says of that programme it says without having seen it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from sim.io.parquet import read_table

FILE = Path(__file__).with_name("left_out.parquet")


@cache
def left_out() -> dict[str, np.ndarray]:
    """Weights of the shipped draws without each programme, which sum to 1.

    Examples
    --------
    >>> from sim.draws import draws_named
    >>> len(left_out()["summit"]) == len(draws_named("posterior"))
    True
    """
    table = read_table(FILE)
    return {str(programme): table[programme].to_numpy(np.float64) for programme in table.columns}
