"""How far two readings of a case agree, field by field.

Both readers are of the same kind and have read the same page: what they share by being alike counts
as agreement too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.casebook.files import Casebook, Code, Reading
from sim.casebook.rubric import Field, fields

FROM_FACTS = "fact"


def agreement(book: Casebook, basis: str | None = FROM_FACTS) -> pd.DataFrame:
    """Agreement of the readings of a casebook.

    Parameters
    ----------
    book : Casebook
    basis : str, optional
        Only codes that both readers rest on this; all codes if None.

    Returns
    -------
    pandas.DataFrame
        A row per field that two readers coded of at least two cases: ``field, group, kind, cases``,
        ``agree`` (share of cases within the rubric's tolerance, or in the same category), ``alpha``
        (Krippendorff's, of intervals, of logarithms for counts, or nominal; NaN where all codes are
        alike).

    Examples
    --------
    >>> from sim.casebook.files import open_casebook
    >>> agreement(open_casebook()).columns.tolist()
    ['field', 'group', 'kind', 'cases', 'agree', 'alpha']
    """
    rows = []
    for name, field in fields().items():
        codes = [
            (first.codes[name], second.codes[name])
            for first, second in _pairs(book)
            if name in first.codes and name in second.codes
        ]
        both = [each for each in codes if basis is None or all(code.basis == basis for code in each)]
        if len(both) >= 2:
            agree = float(np.mean([field.agree(one.value, other.value) for one, other in both]))
            rows.append((name, field.group, field.kind, len(both), agree, _alpha(field, both)))
    return pd.DataFrame(rows, columns=["field", "group", "kind", "cases", "agree", "alpha"])


def overall(book: Casebook, basis: str | None = FROM_FACTS) -> tuple[float, int]:
    """The share of all codes, each of one field of one case, on which two readers agree, and their
    number.
    """
    table = agreement(book, basis)
    count = int(table["cases"].sum())
    return (float((table["agree"] * table["cases"]).sum() / count) if count else np.nan, count)


def _pairs(book: Casebook) -> list[tuple[Reading, Reading]]:
    return [(each[0], each[1]) for each in book.readings.values() if len(each) >= 2]


def _alpha(field: Field, codes: Sequence[tuple[Code, Code]]) -> float:
    values = [[_number(field, code) for code in each] for each in codes]
    return nominal_alpha(values) if field.is_text else interval_alpha(values)


def interval_alpha(pairs: Sequence[Sequence[Any]]) -> float:
    """Krippendorff's alpha of two readings on an interval scale; NaN where all values are alike.

    The libraries that have it are under the GPL, which this package is not.

    Parameters
    ----------
    pairs : sequence of pairs of float

    Examples
    --------
    >>> interval_alpha([[1.0, 1.0], [2.0, 2.0]]), interval_alpha([[0.0, 1.0], [1.0, 0.0]])
    (1.0, -0.5)
    """
    values = np.array(pairs, dtype=float)
    expected = 2.0 * values.var(ddof=1)
    return float(1.0 - np.mean((values[:, 0] - values[:, 1]) ** 2) / expected) if expected > 0.0 else np.nan


def nominal_alpha(pairs: Sequence[Sequence[Any]]) -> float:
    """Krippendorff's alpha of two readings in categories; NaN where all are alike.

    Examples
    --------
    >>> nominal_alpha([["a", "a"], ["b", "b"]]), round(nominal_alpha([["a", "b"], ["b", "a"]]), 2)
    (1.0, -0.5)
    """
    counts = np.array(list(Counter(value for pair in pairs for value in pair).values()))
    number = counts.sum()
    expected = 1.0 - (counts * (counts - 1)).sum() / (number * (number - 1))
    seen = float(np.mean([first != second for first, second in pairs]))
    return float(1.0 - seen / expected) if expected > 0.0 else np.nan


def _number(field: Field, code: Code) -> Any:
    if field.is_text:
        return code.value if isinstance(code.value, str) else "+".join(sorted(code.value))
    middle = float(np.mean(code.value))
    return float(np.log1p(max(middle, 0.0))) if field.kind in ("count", "weeks") else middle
