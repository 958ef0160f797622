"""From TOML files to a Scenario: ``extends``, named designs, and errors that name file, field and
value.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.cast import DEFAULT, Cast
from sim.errors import InputError
from sim.scenario.schema import AS_WRITTEN, Scenario, scenario_type

Origin = dict[str, Path]


def load_scenario(path: str | Path, design: str | None = None, cast: Cast = DEFAULT) -> Scenario:
    """Read a scenario file, with all that it extends and a named design laid over it.

    Parameters
    ----------
    path : str or Path
        A TOML file, or the name of a shipped scenario.
    design : str, optional
        A named design: ``designs/NAME.toml`` beside the scenario, or the table ``[designs.NAME]``
        in it, or both, of which the scenario's own table wins. Without it, the scenario as written.
    cast : Cast, optional
        The parties that take part, see :func:`sim.cast_of`; the model's own by default.

    Returns
    -------
    Scenario

    Raises
    ------
    sim.errors.InputError
        With one line that names file, field, value and what is accepted.

    Examples
    --------
    >>> import sim
    >>> sim.load_scenario("scenarios/mountain_view.toml", "greenfield").design.assignment
    'opt_in'
    >>> sim.load_scenario("cheshire").name
    'cheshire'
    """
    path, model = named_file(path), scenario_type(cast)
    data, origin = _read_chain(path, ())
    overlays = data.pop("designs", {})
    if not isinstance(overlays, dict):
        raise InputError(f"{path}: designs = {overlays!r}: accepted: a table per design")
    if design is not None and design != AS_WRITTEN:
        _lay_design(data, origin, path, design, overlays)
    data["design_name"] = design or AS_WRITTEN
    data.setdefault("name", path.stem)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InputError(explain(error, path, origin, model)) from None


def design_names(path: str | Path) -> list[str]:
    """Names of the designs that a scenario, a file or a shipped one, can be given."""
    path = named_file(path)
    data, _ = _read_chain(path, ())
    return sorted(
        {file.stem for folder in _design_folders(path) for file in folder.glob("*.toml")} | set(data.get("designs", {}))
    )


def _lay_design(data: dict[str, Any], origin: Origin, path: Path, design: str, overlays: dict[str, Any]) -> None:
    files = [folder / f"{design}.toml" for folder in _design_folders(path)]
    file = next((candidate for candidate in files if candidate.is_file()), None)
    own = overlays.get(design)
    if file is None and own is None:
        known = ", ".join(design_names(path)) or "none"
        raise InputError(f"{path}: design = {design!r}: accepted: {AS_WRITTEN}, {known}")
    if file is not None:
        overlay, source = _read_chain(file, ())
        _merge(data, overlay, origin, source, file)
    if own is not None:
        if not isinstance(own, dict):
            raise InputError(f"{path}: designs.{design} = {own!r}: accepted: a table")
        _merge(data, own, origin, {}, path)


def shipped_folders(kind: Literal["scenarios", "sweeps"] = "scenarios") -> list[Path]:
    """The scenarios, or sweeps, that come with us: inside the package where it was installed,
    beside it in a checkout.
    """
    package = Path(__file__).resolve().parents[1]
    return [package / kind, package.parent / kind]


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
    sim.errors.InputError
        Where there is neither.

    Examples
    --------
    >>> named_file("mountain_view").name, named_file("first_try", "sweeps").name
    ('mountain_view.toml', 'first_try.toml')
    """
    path = Path(named)
    if path.is_file():
        return path
    name = path.name if path.suffix == ".toml" else f"{path.name}.toml"
    places = shipped_folders(kind) if path.parent == Path() else []
    found = next((place / name for place in places if (place / name).is_file()), path)
    if not found.exists():
        shipped = sorted({file.stem for place in shipped_folders(kind) for file in place.glob("*.toml")})
        raise InputError(
            f"{path}: no such file; accepted: a {kind[:-1]} file in TOML, or the name of a shipped one, "
            f"{', '.join(shipped)}"
        )
    return found


def _design_folders(path: Path) -> list[Path]:
    """Where named designs are looked for: beside the scenario and above it,
    then the shipped ones.
    """
    folders = [place / "designs" for place in (path.parent, path.parent.parent, *shipped_folders())]
    return [folder for folder in folders if folder.is_dir()]


def _read_chain(path: Path, seen: tuple[Path, ...]) -> tuple[dict[str, Any], Origin]:
    """Read a file and what it extends; the later value wins, and each field remembers its file."""
    resolved = path.resolve()
    if resolved in seen:
        raise InputError(
            f"{path}: extends = {path.name!r}: the files extend each other in a circle; accepted: a file that "
            "does not lead back"
        )
    data = read_toml(path)
    parent = data.pop("extends", None)
    if parent is None:
        merged: dict[str, Any] = {}
        origin: Origin = {}
    else:
        if not isinstance(parent, str):
            raise InputError(f"{path}: extends = {parent!r}: accepted: the name of a scenario file")
        name = parent if parent.endswith(".toml") else f"{parent}.toml"
        target = next((place / name for place in (path.parent, *shipped_folders()) if (place / name).is_file()), None)
        if target is None:
            raise InputError(
                f"{path}: extends = {parent!r}: no such file; accepted: a scenario file, relative to this one, "
                "or a shipped one"
            )
        merged, origin = _read_chain(target, (*seen, resolved))
    _merge(merged, data, origin, {}, path)
    return merged, origin


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; arrays become tuples. Raises InputError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return {key: _frozen(value) for key, value in tomllib.load(file).items()}
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; accepted: a scenario file in TOML") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text in UTF-8"
        raise InputError(f"{path}: cannot be read ({reason}); accepted: a scenario file in TOML") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not TOML: {error}; accepted: a scenario file in TOML") from None


def _frozen(value: Any) -> Any:
    """Arrays become tuples, so that a scenario cannot be changed from outside."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value


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


def explain(error: ValidationError, path: Path, origin: Origin, model: type[BaseModel] = Scenario) -> str:
    """Return one line for the first thing that is wrong with a file of a model."""
    first = error.errors()[0]
    dotted = ".".join(str(part) for part in first["loc"])
    file = _origin_of(dotted, origin, path)
    kind = first["type"]
    if kind == "extra_forbidden":
        *parents, leaf = dotted.split(".")
        known = list(_section(parents, model).model_fields)
        near = difflib.get_close_matches(leaf, known, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        return f"{file}: {dotted} = {_short(first['input'])}: unknown field; {hint}accepted: {', '.join(known)}"
    if kind == "value_error":
        message = str(first["ctx"]["error"])
        field = f"{dotted}." if dotted else ""
        named = message.split(" ")[0].rstrip(",:")
        return f"{_origin_of(f'{field}{named}', origin, path)}: {field}{message}"
    return f"{file}: {dotted} = {_short(first['input'])}: accepted: {_accepted(dotted, first, model)}"


def _origin_of(dotted: str, origin: Origin, path: Path) -> Path:
    """The file that set a field, or the nearest table above it."""
    while dotted:
        if dotted in origin:
            return origin[dotted]
        dotted = dotted.rpartition(".")[0]
    return path


def _section(parents: list[str], model: type[BaseModel]) -> type[BaseModel]:
    """The section of a model that a dotted path leads to; numbers in it are places in a list."""
    for parent in parents:
        if parent.isdigit():
            continue
        annotation: Any = model.model_fields[parent].annotation
        if get_origin(annotation) is tuple:
            annotation = get_args(annotation)[0]
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            break
        model = annotation
    return model


def _accepted(dotted: str, error: Any, model: type[BaseModel]) -> str:
    from sim.scenario.describe import accepted_range

    names = [part for part in dotted.split(".") if not part.isdigit()]
    field = _section(names[:-1], model).model_fields.get(names[-1])
    if field is None:
        return str(error["msg"])
    return accepted_range(field)


def _short(value: Any, length: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= length else text[: length - 3] + "..."
