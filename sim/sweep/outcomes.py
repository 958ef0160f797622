"""Columns of one's own in the table of runs: a function from a run to a number."""

from __future__ import annotations

import inspect
import math
import pickle
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sim.io.errors import InputError
from sim.kernel import rules
from sim.kernel.variables import Column
from sim.outcome import Run
from sim.sweep.factors import RESERVED


class OwnOutcome(NamedTuple):
    """A column of one's own.

    Attributes
    ----------
    unit, meaning : str
        For tables and the codebook.
    function : callable, optional
        From a :class:`sim.Run` to a number, True or False, or None where the run has none. None
        where the code is not here, as of a results folder that was opened again.
    """

    unit: str
    meaning: str
    function: Callable[[Run], Any] | None = None

    @property
    def column(self) -> Column:
        """Unit and meaning."""
        return Column(self.unit, self.meaning)

    def value(self, run: Run) -> float:
        """The value of a run; NaN where it has none.

        Raises
        ------
        TypeError
            Where the function returns no number.
        """
        assert self.function is not None
        found = self.function(run)
        if found is None:
            return math.nan
        if isinstance(found, str) or not hasattr(found, "__float__"):
            raise TypeError(f"returned {type(found).__name__}; accepted: a number, True or False, or None")
        return float(found)

    @property
    def digest(self) -> str:
        """SHA-256 of the function's source."""
        return rules.digest(self.function) if self.function else ""


def own_outcomes(given: Mapping[str, Any] | None, columns: set[str]) -> dict[str, OwnOutcome]:
    """Read outcomes of one's own.

    Parameters
    ----------
    given : mapping, optional
        Function by name of the column, or ``(function, unit, meaning)``. Without a meaning, it is
        the first line of the function's docstring.
    columns : set of str
        Other columns of the table of runs.

    Raises
    ------
    sim.io.errors.InputError
        A line for each that is not accepted.

    Examples
    --------
    >>> def quiet(run):
    ...     "Weeks in which nobody spoke up."
    ...     return (run.weekly()["voices_against"] == 0).sum()
    >>> own_outcomes({"quiet": (quiet, "weeks")}, set())["quiet"].column
    Column(unit='weeks', meaning='Weeks in which nobody spoke up.')
    """
    found, wrong = {}, []
    for name, value in dict(given or {}).items():
        function, unit, meaning, *rest = (*(value if isinstance(value, tuple) else (value,)), "", "", "")[:4]
        if not str(name).isidentifier() or name in RESERVED | columns:
            wrong.append(f"outcomes: {name!r}: accepted: a name of letters, digits and underscores, of no other column")
        elif not callable(function) or not isinstance(unit, str) or not isinstance(meaning, str) or any(rest):
            wrong.append(f"outcomes: {name} = {value!r}: accepted: a function of a run, or (function, unit, meaning)")
        else:
            said = (inspect.getdoc(getattr(function, "func", function)) or "").partition("\n")[0]
            found[str(name)] = OwnOutcome(unit or "-", meaning or said or "an outcome of one's own", function)
    if wrong:
        raise InputError(*wrong)
    return found


def refuse_unsent(outcomes: Mapping[str, OwnOutcome]) -> None:
    """Refuse functions that cannot be sent to another process."""
    for name, each in outcomes.items():
        try:
            pickle.dumps(each.function)
        except Exception:
            raise InputError(
                f"outcomes: {name}: cannot be sent to another process; accepted there: a function that a module "
                "defines, or threads"
            ) from None
