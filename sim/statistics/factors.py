"""Factors as columns of a table: whether they are numbers, and how they are named where there is
little room.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from sim.designs import called
from sim.kernel.variables import Column


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
        reported = {name: " ".join(words[name][-kept[name] :]).replace("_", " ") for name in names}
        count = Counter(reported.values())
        longer = [name for name in names if count[reported[name]] > 1 and kept[name] < len(words[name])]
        if not longer:
            return {name: called(name, words) for name, words in reported.items()}
        for name in longer:
            kept[name] += 1


class FactorLabel(NamedTuple):
    """How a figure names a factor. As a text, its name with its unit.

    Attributes
    ----------
    name : str
        See :func:`short_names`.
    unit : str
        Empty for names and switches, and where it is not known.
    meaning : str
        The input in words, as ``sim parameters`` has it; empty where it is not known.

    Examples
    --------
    >>> label = FactorLabel("training", "0-1", "how well teachers were prepared")
    >>> print(label)
    training (0-1)
    >>> print(label.axis(30))
    training (0-1):
    how well teachers
    were prepared
    """

    name: str
    unit: str = ""
    meaning: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})" if self.unit else self.name

    def axis(self, characters: int, lines: int = 3) -> str:
        """The label of an axis: name, unit and meaning, within so many characters a line.

        Parameters
        ----------
        characters : int
            That the axis is long.
        lines : int
            At the most; what is longer ends in dots.
        """
        whole = f"{self}: {self.meaning}" if self.meaning else str(self)
        if len(whole) <= characters:
            return whole
        named = _wrapped(str(self) + ":" * bool(self.meaning), characters, lines)
        return "\n".join([*named, *_wrapped(self.meaning, characters, lines - len(named))])


def _wrapped(text: str, characters: int, lines: int) -> list[str]:
    """Lines of about one length, so that no word is left alone in the last."""
    widest = max(characters, 8)
    if lines < 1:
        return []
    found = textwrap.wrap(text, widest, max_lines=lines, placeholder=" ...")
    for width in range(len(text) // max(len(found), 1), widest):
        narrow = textwrap.wrap(text, max(width, 8))
        if len(narrow) <= len(found):
            return narrow
    return found


def labels(factors: Iterable[str], inputs: Mapping[str, Column] | None = None) -> dict[str, FactorLabel]:
    """Label each factor in the input's own words and unit.

    Parameters
    ----------
    factors : iterable of str
        See :func:`short_names`.
    inputs : mapping, optional
        Factor -> unit and meaning, as ``sim.findings.base.codebook.factor_inputs`` has them; names
        alone stand where it is not given.

    Examples
    --------
    >>> inputs = {"leadership.training": Column("0-1", "How well teachers were prepared."),
    ...     "who chooses": Column("-", "")}
    >>> [label.axis(60) for label in labels(inputs, inputs).values()]
    ['training (0-1): how well teachers were prepared', 'who chooses']
    """
    known = inputs or {}
    found = {}
    for factor, name in short_names(factors).items():
        unit, meaning = known.get(factor, Column("-", ""))
        # What follows a semicolon is a default, or a remark.
        words = meaning.split(";")[0].rstrip(".")
        if words[1:2].islower():
            words = words[0].lower() + words[1:]
        found[factor] = FactorLabel(name, "" if unit in ("-", "true or false") else unit, words)
    return found
