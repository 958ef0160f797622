"""From TOML files to a Scenario: ``extends``, named designs, and errors that name file, field and
value.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from sim.io.errors import InputError
from sim.io.reading import is_file, is_folder, missing, read_toml
from sim.kernel.parties import DEFAULT, Parties
from sim.scenario.convert import check_schema
from sim.scenario.refusals import Origin, refused, short
from sim.scenario.renamed import DESIGNS, called_now
from sim.scenario.schema import AS_WRITTEN, Scenario, scenario_type

MOST_FILES = 32
"""Files that extend each other at the most."""


def load_scenario(path: str | Path, design: str | None = None, parties: Parties = DEFAULT) -> Scenario:
    """Read a scenario file, with all that it extends and a named design laid over it.

    Parameters
    ----------
    path : str or Path
        A TOML file, or the name of a shipped scenario.
    design : str, optional
        A named design: ``designs/NAME.toml`` beside the scenario, or the table ``[designs.NAME]``
        in it, or both, of which the scenario's own table wins. Without it, the scenario as written.
    parties : Parties, optional
        The parties that take part, see :func:`sim.parties_of`; the model's own by default.

    Returns
    -------
    Scenario

    Raises
    ------
    sim.io.errors.InputError
        With one line that names file, field, value and what is accepted.

    Examples
    --------
    >>> import sim
    >>> sim.load_scenario("scenarios/mountain_view.toml", "greenfield").design.assignment
    'opt_in'
    >>> sim.load_scenario("cheshire").name
    'cheshire'
    """
    path = named_file(path)
    return scenario_of(read_toml(path), path, design, parties)


def scenario_of(held: dict[str, Any], path: Path, design: str | None = None, parties: Parties = DEFAULT) -> Scenario:
    """The scenario that a file would give, as :func:`load_scenario` does, of what it would hold.

    Parameters
    ----------
    held : dict
        As read from TOML; it is used up.
    path : Path
        Where the file would be: beside it is looked for what it extends, and for designs.
    design, parties
        As for :func:`load_scenario`.

    Examples
    --------
    >>> from pathlib import Path
    >>> held = {"schema": 2, "extends": "cheshire", "leadership": {"training": 0.9}}
    >>> scenario_of(held, Path("ours.toml")).leadership.training
    0.9
    """
    model = scenario_type(parties)
    data, origin = _chain(held, path, ())
    overlays = _own_designs(data, origin, path)
    if design is not None and design != AS_WRITTEN:
        _lay_design(data, origin, path, design, overlays)
    data["design_name"] = design or AS_WRITTEN
    data.setdefault("name", path.stem)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise refused(error, path, model, origin) from None


def design_names(path: str | Path) -> list[str]:
    """Names of the designs that a scenario, a file or a shipped one, can be given."""
    path = named_file(path)
    data, origin = _read_chain(path, ())
    files = [file for folder in _design_folders(path) for file in folder.glob("*.toml")]
    return sorted({file.stem for file in files if is_file(file)} | set(_own_designs(data, origin, path)))


def chain_of(path: str | Path) -> list[Path]:
    """Files that a scenario is read from, a file or a shipped one: its own, then what they extend.

    Examples
    --------
    >>> [file.stem for file in chain_of("cheshire")]
    ['cheshire', 'summit']
    """
    files = [named_file(path)]
    while len(files) < MOST_FILES and (parent := read_toml(files[-1]).get("extends")) is not None:
        files.append(_extended(parent, files[-1]))
    return files


def set_by_design(path: str | Path, design: str) -> set[str]:
    """Fields that a named design of a scenario sets, over whatever the scenario has.

    Examples
    --------
    >>> sorted(set_by_design("mountain_view", "well_led"))[:2]
    ['leadership.communication', 'leadership.responsiveness']
    """
    path = named_file(path)
    overlays = _own_designs(*_read_chain(path, ()), path)
    laid: dict[str, Any] = {}
    if design != AS_WRITTEN:
        _lay_design(laid, {}, path, design, overlays)
    return set(_dotted(laid))


def _dotted(table: dict[str, Any], above: str = "") -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{above}{key}.")
        else:
            yield f"{above}{key}"


def _own_designs(data: dict[str, Any], origin: Origin, path: Path) -> dict[str, Any]:
    """Take a file's own designs out of its data."""
    own, file = data.pop("designs", {}), origin.get("designs", path)
    if not isinstance(own, dict):
        raise InputError(f"{file}: designs = {short(own)}: accepted: a table per design")
    for name, fields in own.items():
        if name in ("", AS_WRITTEN):
            raise InputError(f"{file}: designs.{name or repr(name)}: accepted: a name other than {AS_WRITTEN}")
        if not isinstance(fields, dict):
            raise InputError(f"{file}: designs.{name} = {short(fields)}: accepted: a table")
    return own


def _lay_design(data: dict[str, Any], origin: Origin, path: Path, design: str, overlays: dict[str, Any]) -> None:
    file = found_in(design, _design_folders(path))
    own = overlays.get(design)
    if file is None and own is None:
        if design in DESIGNS:
            raise InputError(f"{path}: design = {short(design)}: {called_now(design, DESIGNS)}")
        known = ", ".join(design_names(path)) or "none"
        raise InputError(f"{path}: design = {short(design)}: accepted: {AS_WRITTEN}, {known}")
    if file is not None:
        overlay, source = _read_chain(file, ())
        _merge(data, overlay, origin, source, file)
    if own is not None:
        _merge(data, own, origin, {}, path)


def shipped_folders(kind: Literal["scenarios", "sweeps"] = "scenarios") -> list[Path]:
    """The scenarios, or sweeps, that come with us: inside the package where it was installed,
    beside it in a checkout.
    """
    package = Path(__file__).resolve().parents[1]
    return [package / kind, package.parent / kind]


def shipped_names(kind: Literal["scenarios", "sweeps"] = "scenarios") -> list[str]:
    """Names of the scenarios, or sweeps, that come with us.

    Examples
    --------
    >>> "first_try" in shipped_names("sweeps")
    True
    """
    return sorted({file.stem for place in shipped_folders(kind) for file in place.glob("*.toml")})


def named_file(named: str | Path, kind: Literal["scenarios", "sweeps"] = "scenarios") -> Path:
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


def _design_folders(path: Path) -> list[Path]:
    """Where named designs are looked for: beside the scenario and above it,
    then the shipped ones.
    """
    folders = [place / "designs" for place in (path.parent, path.parent.parent, *shipped_folders())]
    return [folder for folder in folders if is_folder(folder)]


def found_in(name: str, folders: list[Path]) -> Path | None:
    """The TOML file of a name, with or without its ending, in the first of some folders that has
    it; None where none has.
    """
    file = name if name.endswith(".toml") else f"{name}.toml"
    return next((folder / file for folder in folders if is_file(folder / file)), None)


def _read_chain(path: Path, seen: tuple[Path, ...]) -> tuple[dict[str, Any], Origin]:
    """Read a file and what it extends; the later value wins, and each field remembers its file."""
    return _chain(read_toml(path), path, seen)


def _chain(data: dict[str, Any], path: Path, seen: tuple[Path, ...]) -> tuple[dict[str, Any], Origin]:
    """What a file holds, over what it extends."""
    resolved = path.resolve()
    if resolved in seen:
        raise InputError(
            f"{path}: extends = {path.name!r}: the files extend each other in a circle; accepted: a file that "
            "does not lead back"
        )
    if len(seen) >= MOST_FILES:
        raise InputError(f"{path}: extends: more than {MOST_FILES} files extend each other; accepted: fewer")
    check_schema(data, path)
    parent = data.pop("extends", None)
    merged: dict[str, Any] = {}
    origin: Origin = {}
    if parent is not None:
        merged, origin = _read_chain(_extended(parent, path), (*seen, resolved))
        for own in ("name", "title", "summary"):
            # What another case is called, and its story, are not this one's.
            merged.pop(own, None)
    _merge(merged, data, origin, {}, path)
    return merged, origin


def _extended(parent: Any, path: Path) -> Path:
    """The file that another one extends, by what it says."""
    if not isinstance(parent, str):
        raise InputError(f"{path}: extends = {short(parent)}: accepted: the name of a scenario file")
    target = found_in(parent, [path.parent, *shipped_folders()])
    if target is None:
        raise InputError(
            f"{path}: extends = {short(parent)}: no such file; accepted: a scenario file, relative to this one, "
            "or a shipped one"
        )
    return target


def _merge(
    base: dict[str, Any], over: dict[str, Any], origin: Origin, source: Origin, path: Path, prefix: str = ""
) -> None:
    for key, value in over.items():
        dotted = f"{prefix}{key}"
        origin[dotted] = source.get(dotted, path)
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            _merge(base[key], value, origin, source, path, f"{dotted}.")
        else:
            base[key] = value
            if isinstance(value, dict):
                base[key] = {}
                _merge(base[key], value, origin, source, path, f"{dotted}.")
