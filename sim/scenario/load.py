"""From TOML files to a Scenario: ``extends``, named designs, and errors that name file, field and
value.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.designs import ABOUT, check_about, shipped
from sim.io.errors import InputError
from sim.io.reading import is_file, is_folder, read_toml
from sim.io.shipped import found_in, named_file, shipped_folders
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


def lay_design(scenario: Scenario, design: str) -> dict[str, Any]:
    """Fields that a shipped design lays over a scenario that was read already.

    Raises
    ------
    sim.io.errors.InputError
        Where no design of that name comes with us.

    Examples
    --------
    >>> lay_design(Scenario(), "greenfield")["design.assignment"]
    'opt_in'
    """
    laid: dict[str, Any] = {}
    if design != AS_WRITTEN:
        _lay_design(laid, {}, Path(scenario.name), design, {})
    return dict(_values(laid))


def _values(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _values(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _dotted(table: dict[str, Any], above: str = "") -> Iterator[str]:
    yield from (name for name, _ in _values(table, above))


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
        known = ", ".join(design_names(path) if is_file(path) else shipped()) or "none"
        raise InputError(f"{path}: design = {short(design)}: accepted: {AS_WRITTEN}, {known}")
    if file is not None:
        overlay, source = _read_chain(file, ())
        check_about(overlay.pop(ABOUT, {}), str(file))
        _merge(data, overlay, origin, source, file)
    if own is not None:
        check_about(own.pop(ABOUT, {}), str(path))
        _merge(data, own, origin, {}, path)


def _design_folders(path: Path) -> list[Path]:
    """Where named designs are looked for: beside the scenario and above it,
    then the shipped ones.
    """
    folders = [place / "designs" for place in (path.parent, path.parent.parent, *shipped_folders())]
    return [folder for folder in folders if is_folder(folder)]


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
