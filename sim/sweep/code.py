"""What computes a run: the versions and the source, which all that work on a sweep must share."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from sim.io.errors import InputError
from sim.io.provenance import libraries, package_version
from sim.kernel import rules as rulebook
from sim.kernel.parties import Parties
from sim.sweep.outcomes import OwnOutcome

PRESENTING = ("calibration", "cli", "diff.py", "events.py", "explore", "figures", "findings", "report")
"""Packages and modules of ``sim`` that no run depends on."""


@lru_cache(maxsize=1)
def code_digest() -> str:
    """SHA-256 of all source of ``sim`` that runs depend on, with line ends as on Linux.

    Examples
    --------
    >>> len(code_digest())
    64
    """
    package = Path(__file__).resolve().parents[1]
    hashed = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        name = file.relative_to(package)
        if name.parts[0] not in PRESENTING:
            hashed.update(f"{name.as_posix()}\0".encode() + file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return hashed.hexdigest()


@lru_cache(maxsize=1)
def computing() -> dict[str, str]:
    """What this process computes with: Python, ``sim``, libraries, and the digest of the source.

    Examples
    --------
    >>> sorted(computing())[:3]
    ['matplotlib', 'mesa', 'numba']
    """
    python = ".".join(platform.python_version_tuple()[:2])
    return {"sim": package_version(), "the source of sim": code_digest(), "python": python, **libraries()}


def refuse_other(wanted: dict[str, str]) -> None:
    """Refuse to compute where this process has other versions, or another source, than a sweep.

    Parameters
    ----------
    wanted : dict
        What the process that runs the sweep computes with, as by :func:`computing`.

    Raises
    ------
    sim.io.errors.InputError

    Examples
    --------
    >>> refuse_other(computing())
    """
    reported = difference(wanted, computing())
    if reported:
        raise InputError(f"--cluster: a worker on {platform.node()} {reported}")


def difference(wanted: dict[str, str], found: dict[str, str]) -> str:
    """In which version or source a worker differs, in words; empty where all are the same.

    Examples
    --------
    >>> difference({"numpy": "2.4"}, {"numpy": "2.3"}).partition(";")[0]
    'has numpy 2.3, and this process has 2.4'
    """
    for name, version in wanted.items():
        if found.get(name) != version:
            theirs, ours = (str(each)[:12] for each in (found.get(name, "none"), version))
            return (
                f"has {name} {theirs}, and this process has {ours}; accepted: workers with the same Python, libraries "
                "and source of sim"
            )
    return ""


def model_of(
    parties: Parties, how: Callable[..., Any] | None, outcomes: Mapping[str, OwnOutcome] | None = None
) -> dict[str, Any]:
    """Which model runs, as plain data that differs where the model does.

    Parameters
    ----------
    parties : Parties
        The parties that take part.
    how : callable, optional
        What does a run; the compiled engine as it is by default.
    outcomes : mapping, optional
        Columns of one's own.
    """
    return {
        "parties": [_identity(package.card) for package in parties.own],
        "simulate": _who(how),
        "outcomes": {name: each.digest for name, each in (outcomes or {}).items()},
        "source": code_digest(),
    }


def _identity(card: dict[str, Any]) -> dict[str, Any]:
    return {key: card[key] for key in ("party", "module", "version", "sha256")}


def _who(how: Callable[..., Any] | None) -> dict[str, Any] | None:
    """How runs are done, as plain data: None for the compiled engine as it is."""
    if how is None:
        return None
    if isinstance(how, partial):
        given: dict[Any, Any] = {**dict(enumerate(how.args)), **(how.keywords or {})}
        return {"of": _who(how.func), "with": {str(name): _given(value) for name, value in given.items()}}
    return _function(how)


def _function(how: Callable[..., Any]) -> dict[str, Any]:
    """A function as plain data: its name, and a digest of the file that it stands in, or of itself
    where that is none.
    """
    file = getattr(sys.modules.get(how.__module__), "__file__", None)
    digest = hashlib.sha256(Path(file).read_bytes()).hexdigest() if file else rulebook.digest(how)
    return {"module": how.__module__, "name": how.__qualname__, "sha256": digest}


def _given(value: Any) -> Any:
    """An argument bound to how runs are done, as plain data: a set of rules by those that are
    swapped.
    """
    if hasattr(type(value), "quantities"):
        return {"rules": rulebook.swapped(value)}
    if callable(value):
        return _function(value)
    return repr(value)
