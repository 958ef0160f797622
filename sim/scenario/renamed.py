"""Names of fields and designs that a user's files may still have, and what they are called now."""

from __future__ import annotations

FIELDS = {"families.heat_kept": "families.mobilisation_kept"}
"""Fields of a scenario, by dotted name. Only the last part of a name has changed."""

DESIGNS = {"opt_in_inside": "strand"}
"""Named designs."""


def called_now(given: str, names: dict[str, str]) -> str:
    """What a message says of an old name; empty where a name is not an old one.

    Parameters
    ----------
    given : str
        A name as a user gave it.
    names : dict
        Names by old name, as :data:`FIELDS`.

    Examples
    --------
    >>> called_now("families.heat_kept", FIELDS)
    'is called families.mobilisation_kept now'
    """
    return f"is called {names[given]} now" if given in names else ""
