"""A results folder: written whole or not at all, tables as Parquet and CSV, a manifest in JSON."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import InputError

LIBRARIES = ("mesa", "numpy", "numba", "pandas", "pyarrow", "pydantic", "scipy", "matplotlib")
CALIBRATION = "uncalibrated defaults"
"""What every table and figure says until there is a posterior."""


def check_folder(path: Path, force: bool) -> None:
    """Refuse an output folder before any work is done.

    Raises
    ------
    InputError
        Where it exists and ``force`` is not given, is not a folder of results, or cannot be written.
    """
    if path.exists():
        if not force:
            raise InputError(f"--out = {path}: exists; accepted: a new folder, or --force to replace it")
        if not path.is_dir() or (any(path.iterdir()) and not (path / "manifest.json").is_file()):
            raise InputError(
                f"--out = {path}: is not a folder of results (no manifest.json), so --force does not replace it; accepted: a new folder"
            )
    place = path.absolute().parent
    ancestor = next(parent for parent in (place, *place.parents) if parent.exists())
    try:
        tempfile.TemporaryDirectory(prefix=".sim-", dir=ancestor).cleanup()
    except OSError as error:
        raise _unwritable(path, error) from None


@contextmanager
def new_folder(path: Path, force: bool) -> Iterator[Path]:
    """Yield a folder to fill; it takes its name only when the block ends without an error.

    An older folder of that name (``force``) stays as it was until then.
    """
    check_folder(path, force)
    path = path.absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{path.name}.partial-", dir=path.parent))
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        yield partial
        partial.chmod(0o755)
        if path.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{path.name}.old-", dir=path.parent))
            path.rename(old / path.name)
            partial.rename(path)
            shutil.rmtree(old)
        else:
            partial.rename(path)
    except OSError as error:
        raise InputError(f"--out = {path}: could not be written ({error.strerror}); nothing was left half-written") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(f"--out = {path}: cannot be written ({error.strerror}); accepted: a folder under one that can")


def write_table(folder: Path, name: str, table: pd.DataFrame) -> None:
    """Write a table as ``NAME.parquet`` and ``NAME.csv``, the same values in both."""
    table.assign(calibration=CALIBRATION).to_parquet(folder / f"{name}.parquet", index=False)
    table.assign(calibration=CALIBRATION).to_csv(folder / f"{name}.csv", index=False)


def write_manifest(folder: Path, entries: dict[str, Any]) -> None:
    """Write ``manifest.json``: the entries given, and where and with what they were made."""
    manifest = {"calibration": CALIBRATION, **entries, **provenance()}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, default=str) + "\n", encoding="utf-8")


def provenance() -> dict[str, Any]:
    """Versions, git revision, platform and time."""
    return {
        "package": package_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "git_revision": git_revision(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def package_version() -> str:
    """Version of this package as installed."""
    try:
        return version("value-network-sim")
    except PackageNotFoundError:
        return "not installed"


def git_revision() -> str | None:
    """Revision of the source this package runs from, with ``+`` where it was changed; None outside a checkout."""
    source = Path(__file__).resolve().parents[2]
    if not (source / ".git").exists():
        return None
    try:
        revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=source, capture_output=True, text=True, check=True).stdout.strip()
        changed = subprocess.run(
            ["git", "status", "--porcelain", "--untracked-files=no"], cwd=source, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{revision}+" if changed else revision
