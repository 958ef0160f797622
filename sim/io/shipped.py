"""Scenarios and sweeps that come with the package, and files that are meant by a name."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from sim.io.errors import InputError
from sim.io.reading import is_file, missing


def shipped_folders(kind: Literal["scenarios", "sweeps", "regions"] = "scenarios") -> list[Path]:
    """The scenarios, or sweeps, that come with us: inside the package where it was installed,
    beside it in a checkout.
    """
    package = Path(__file__).resolve().parents[1]
    return [package / kind, package.parent / kind]


def shipped_names(kind: Literal["scenarios", "sweeps", "regions"] = "scenarios") -> list[str]:
    """Names of the scenarios, or sweeps, that come with us.

    Examples
    --------
    >>> "first_try" in shipped_names("sweeps")
    True
    """
    return sorted({file.stem for place in shipped_folders(kind) for file in place.glob("*.toml")})


def named_file(named: str | Path, kind: Literal["scenarios", "sweeps", "regions"] = "scenarios") -> Path:
    """Find the file that is meant by a path, or by the name of a shipped scenario or sweep.

    Parameters
    ----------
    named : str or Path
        A path, which is returned as it is where there is something; or a name, with or without
        ``.toml``.
    kind : str
        What it is the name of.

    Raises
    ------
    sim.io.errors.InputError
        Where there is neither.

    Examples
    --------
    >>> named_file("mountain_view").name, named_file("first_try", "sweeps").name
    ('mountain_view.toml', 'first_try.toml')
    """
    path = Path(named)
    if is_file(path):
        return path
    found = found_in(path.name, shipped_folders(kind)) if path.parent == Path() else None
    if found is None and missing(path):
        raise InputError(
            f"{path}: no such file; accepted: a {kind[:-1]} file in TOML, or the name of a shipped one, "
            f"{', '.join(shipped_names(kind))}"
        )
    return found or path


def found_in(name: str, folders: list[Path]) -> Path | None:
    """The TOML file of a name, with or without its ending, in the first of some folders that has
    it; None where none has.
    """
    file = name if name.endswith(".toml") else f"{name}.toml"
    return next((folder / file for folder in folders if is_file(folder / file)), None)
