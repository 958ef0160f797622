"""All behavioural rules, each said once, in the party package of the party whose rule it is.

Each rule states its equation, its units and its source; R1 to R15 are the rules of docs/odd.md.
Attitudes are in -1...1, shares, doses, levels of quality, mobilisation and attention in 0...1,
experience and fit in units of a programme's weekly balance of gains and losses (a gain of 1 SD a
year at weight 1 is 1).

Swap a rule for a study with ``replace(voice_probability=mine)``: the result goes to
``sim.simulate`` and to ``sim.ValueNetworkModel`` alike, and both engines follow. A swapped rule may
ask for more than its usual arguments: a further argument named as a variable is
given that quantity, as ``week`` of the run and ``week_of_year`` (both from 1), or ``capital``.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from numba import njit

from sim.kernel.parties import DEFAULT as _PARTIES

DEFAULT = _PARTIES.rules
Rules = type(DEFAULT)
"""A full set of rules. ``DEFAULT`` is the model; :func:`replace` makes a variant."""


def __getattr__(name: str) -> Any:
    """A rule of the model by name."""
    if name in Rules._fields:
        return getattr(DEFAULT, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def replace(base: Any = DEFAULT, **changed: Callable[..., Any]) -> Any:
    """Return a set of rules with some swapped.

    Parameters
    ----------
    base : Rules
        The set to start from: the model's, or ``parties.rules`` where there are parties of one's
        own.
    **changed : callable
        New rules by name: a plain function of scalars, or one compiled by Numba, with the arguments
        of the rule it stands in for, and after these any variables that it asks
        for by name.

    Raises
    ------
    TypeError
        Where there is no such rule, or the arguments differ.

    Examples
    --------
    >>> import sim
    >>> quiet = sim.rules.replace(mobilisation=lambda mobilisation_before, spoke, kept: 0.0)
    >>> quiet.mobilisation(1.0, True, 0.8)
    0.0
    >>> def summer_calm(mobilisation_before, spoke, kept, week_of_year):
    ...     kept_on = max(kept * mobilisation_before, 1.0 if spoke else 0.0)
    ...     return 0.0 if week_of_year > 30 else kept_on
    >>> calm = sim.rules.replace(mobilisation=summer_calm)
    """
    for name, function in changed.items():
        if name not in base._fields:
            raise TypeError(f"no rule is called {name!r}; accepted: {', '.join(base._fields)}")
        expected, found = signature(getattr(base, name)), signature(function)
        if len(expected) > len(found) or not type(base).quantities.issuperset(found[len(expected) :]):
            raise TypeError(f"rule {name!r} takes ({', '.join(expected)}), not ({', '.join(found)})")
    return base._replace(**{name: _compiled(function) for name, function in changed.items()})


def signature(function: Callable[..., Any]) -> list[str]:
    """Names of a rule's arguments."""
    return list(inspect.signature(function).parameters)


def asked_for(rules: Any, base: Any) -> dict[str, tuple[str, ...]]:
    """Variables that swapped rules ask for beyond their usual arguments, by rule."""
    asks = {}
    for name in rules._fields:
        mine, usual = getattr(rules, name), getattr(base, name)
        if mine is not usual:
            more = tuple(signature(mine.py_func)[len(signature(usual.py_func)) :])
            asks.update({name: more} if more else {})
    return asks


def swapped(rules: Any, base: Any = DEFAULT) -> dict[str, str]:
    """Name each rule in which a set differs from another, with a digest of what stands in its
    place.
    """
    return {
        name: digest(getattr(rules, name).py_func)
        for name in rules._fields
        if getattr(rules, name) is not getattr(base, name, None)
    }


def digest(function: Callable[..., Any]) -> str:
    """SHA-256 of a function: its source, or its code where there is no source, and what it closes
    over. Of a ``functools.partial``, what it calls and the arguments that it holds; of an object
    that can be called, its method and its attributes; of what Python itself brings along, its name.

    Examples
    --------
    >>> from functools import partial
    >>> digest(partial(max, 1)) == digest(partial(max, 2)), len(digest(max))
    (False, 64)
    """
    if isinstance(function, partial):
        held = [_held(each) for each in (function.func, *function.args, *function.keywords.values())]
        return _sha256(("partial", held, list(function.keywords)))
    if not hasattr(function, "__code__"):
        called = type(function).__call__
        if hasattr(called, "__code__"):
            return _sha256((digest(called), [(name, _held(each)) for name, each in vars(function).items()]))
        return _sha256((getattr(function, "__module__", ""), getattr(function, "__qualname__", repr(type(function)))))
    try:
        reported = inspect.getsource(function)
    except (OSError, TypeError):
        code = function.__code__
        reported = repr(
            (code.co_code, [each for each in code.co_consts if not hasattr(each, "co_code")], code.co_names)
        )
    closure = getattr(function, "__closure__", None) or ()
    return _sha256((reported, [_held(cell.cell_contents) for cell in closure]))


def _sha256(reported: Any) -> str:
    return hashlib.sha256(repr(reported).encode()).hexdigest()


def _held(value: Any) -> str:
    """What a function closes over, as a text that is the same in every process."""
    return digest(getattr(value, "py_func", value)) if callable(value) else repr(value)


def _compiled(function: Callable[..., Any]) -> Any:
    return function if hasattr(function, "py_func") else njit(nogil=True, error_model="numpy")(function)
