"""Files and folders of results: written whole or not at all, tables as Parquet and CSV, a manifest
in JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.provenance import CALIBRATION, provenance

if TYPE_CHECKING:
    import pandas as pd


def check_folder(path: Path, force: bool) -> None:
    """Refuse an output folder before any work is done.

    Raises
    ------
    InputError
        Where it exists and ``force`` is not given, is not a folder of results, or cannot be
        written.
    """
    if path.exists():
        if not force:
            raise InputError(f"--out = {path}: exists; accepted: a new folder, or --force to replace it")
        if not path.is_dir() or (any(path.iterdir()) and not (path / "manifest.json").is_file()):
            raise InputError(
                f"--out = {path}: is not a folder of results (no manifest.json), so --force does not replace "
                "it; accepted: a new folder"
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
        raise InputError(
            f"--out = {path}: could not be written ({error.strerror}); nothing was left half-written"
        ) from None
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


def table_bytes(table: pd.DataFrame) -> bytes:
    """A table as the bytes of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    # Numbers of runs hardly ever repeat: a dictionary of them takes time, and no less room.
    texts = [field.name for field in arrow.schema if not pa.types.is_primitive(field.type)]
    pq.write_table(arrow, sink, compression="zstd", use_dictionary=texts)
    return sink.getvalue().to_pybytes()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all: temporary name, fsync, rename."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
