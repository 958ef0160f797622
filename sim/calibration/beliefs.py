"""A user's own belief about a parameter: the draws weighed anew by it, in no time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.draws import Draws
from sim.io.errors import InputError
from sim.kernel.distributions import DISTRIBUTIONS
from sim.priors import PRIORS
from sim.statistics.weights import effective, resampled

LEAST = 50
"""Effective draws below which a belief is said to be one that the draws hardly hold."""

ACCEPTED = "FIELD=KIND(NUMBERS), with " + ", ".join(f"{name}({each.numbers})" for name, each in DISTRIBUTIONS.items())
NAMES = {"gamma": "board.constituency_exponent"}
"""Names that the documents use."""


class Belief(NamedTuple):
    """A field, and what is believed of it."""

    field: str
    prior: Any
    text: str


def belief(text: str) -> Belief:
    """Read a belief.

    Parameters
    ----------
    text : str
        As ``gamma=beta(8,2)``: a field, its last part where that is clear, or gamma.

    Raises
    ------
    sim.io.errors.InputError

    Examples
    --------
    >>> belief("gamma=beta(8,2)").field, belief("contagion=uniform(0,4)").field
    ('board.constituency_exponent', 'families.contagion')
    """
    found = re.fullmatch(r"\s*([\w.]+)\s*=\s*(\w+)\(([-+.\deE,\s]+)\)\s*", text)
    if not found or found[2] not in DISTRIBUTIONS:
        raise InputError(f"--prior = {text!r}: accepted: {ACCEPTED}")
    named = NAMES.get(found[1], found[1])
    fields = [field for field in PRIORS if field == named or field.split(".")[-1] == named]
    if len(fields) != 1:
        raise InputError(f"--prior = {text!r}: {found[1]!r} is no calibrated parameter; accepted: {', '.join(PRIORS)}")
    try:
        numbers = [float(each) for each in found[3].split(",")]
    except ValueError:
        numbers = []
    kind = DISTRIBUTIONS[found[2]]
    if not kind.takes(numbers):
        raise InputError(
            f"--prior = {text!r}: not a distribution; accepted: {found[2]}({kind.numbers}): {kind.accepted}"
        )
    return Belief(fields[0], kind.frozen(*numbers), text.strip())


def believed(draws: Draws, beliefs: Sequence[Belief]) -> tuple[Draws, float]:
    """Draws under beliefs instead of the priors of their fields.

    Parameters
    ----------
    draws : Draws
        Of the posterior, alike in weight.
    beliefs : sequence of Belief

    Returns
    -------
    draws : Draws
        As many as before, drawn anew by weight in the order in which they were.
    effective : float
        Sample size that they are worth.

    Raises
    ------
    sim.io.errors.InputError
        Where no draw is in what is believed, or they hold no such field.
    """
    ratio = np.ones(len(draws))
    for each in beliefs:
        if each.field not in draws.values:
            raise InputError(f"--prior = {each.text!r}: the draws do not hold it; accepted: {', '.join(draws.values)}")
        values = draws.values[each.field]
        ratio *= each.prior.pdf(values) / PRIORS[each.field].pdf(values)
    if not np.isfinite(ratio).all() or ratio.sum() <= 0.0:
        reported = ", ".join(each.text for each in beliefs)
        raise InputError(
            f"--prior = {reported!r}: no draw lies there; accepted: a belief that the posterior's range holds"
        )
    name = f"{draws.name} under {', '.join(each.text for each in beliefs)}"
    return draws.taken(resampled(ratio, len(draws), 1), name), effective(ratio)
