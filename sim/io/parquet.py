"""Tables as Parquet: the same types whatever values and whatever pandas; read in this thread, of a
bounded size that is known before anything is decoded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.io.reading import MEGABYTE, MOST_TABLE

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

MOST_ROWS = 1_000_000
"""Rows of a table at the most, where nothing else says how many it has."""


def table_bytes(table: pd.DataFrame, about: Mapping[str, Any] | None = None, schema: pa.Schema | None = None) -> bytes:
    """A table as the bytes of a Parquet file.

    Parameters
    ----------
    table : DataFrame
    about : mapping, optional
        What it is about: into the file's metadata, as JSON under ``about``.
    schema : pyarrow.Schema, optional
        Names and types of the columns; of their values by default, where a column of texts, or
        without any value, is one of texts.

    Raises
    ------
    pyarrow.ArrowException, OverflowError
        Where a column holds what its type cannot.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    arrow = pa.Table.from_pandas(table, schema=schema, preserve_index=False)
    if schema is None:
        texts = (pa.types.is_large_string, pa.types.is_null)
        fields = [
            field.with_type(pa.string()) if any(of(field.type) for of in texts) else field for field in arrow.schema
        ]
        arrow = arrow.cast(pa.schema(fields))
    # What pandas notes of its own types depends on its version.
    arrow = arrow.replace_schema_metadata(None if about is None else {b"about": json.dumps(about).encode()})
    # Numbers of runs hardly ever repeat: a dictionary of them takes time, and no less room.
    repeating = [field.name for field in arrow.schema if not pa.types.is_primitive(field.type)]
    pq.write_table(arrow, sink, compression="zstd", use_dictionary=repeating)
    return sink.getvalue().to_pybytes()


def about_table(source: bytes) -> tuple[dict[str, Any], pa.Schema]:
    """What the bytes of a Parquet file say that its table is about, and its columns.

    Raises
    ------
    pyarrow.ArrowException, ValueError, OSError
        Where it is no such table, or says nothing.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = pq.read_schema(pa.BufferReader(source))
    about = json.loads((found.metadata or {}).get(b"about", b"null"))
    if not isinstance(about, dict):
        raise ValueError("it does not say what it is of")
    return about, found.remove_metadata()


def read_table(source: Path | bytes, columns: Sequence[str] | None = None, most_rows: int = MOST_ROWS) -> pd.DataFrame:
    """Read a Parquet file, or the bytes of one: in this thread, with nothing left in others.

    Arrow's own threads let go of a Python file a little after the table is there; where the process
    ends meanwhile, it is aborted.

    Parameters
    ----------
    source : Path or bytes
    columns : sequence of str, optional
        All by default.
    most_rows : int
        Rows at the most.

    Raises
    ------
    pyarrow.ArrowException, ValueError, LookupError, OSError
        Where it is no such table, or a larger one: a file of some kilobytes can hold millions of
        rows that are alike.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    def opened(**options: Any) -> pq.ParquetFile:
        return pq.ParquetFile(pa.BufferReader(source) if isinstance(source, bytes) else source, **options)

    with opened() as file:
        fields = {field.name: field.type for field in file.schema_arrow}
        wanted = list(fields if columns is None else columns)
        missing = set(wanted) - set(fields)
        if missing:
            raise LookupError(f"no column {min(missing)}")
        texts = [name for name in wanted if pa.types.is_string(fields[name]) or pa.types.is_large_string(fields[name])]
        _refuse_large(file.metadata, {name: fields[name] for name in wanted if name not in texts}, most_rows)
    # Each text once, until it is known how long all are together.
    with opened(read_dictionary=texts) as file:
        table = file.read(columns=wanted, use_threads=False)
    _refuse_long(table, texts)
    return table.cast(
        pa.schema([(name, pa.string() if name in texts else fields[name]) for name in wanted])
    ).to_pandas()


def _refuse_large(footer: Any, numbers: Mapping[str, pa.DataType], most_rows: int) -> None:
    """Refuse a table by what its footer says: too many rows, or columns that would be too large."""
    import pyarrow as pa

    if footer.num_rows > most_rows:
        raise ValueError(f"{footer.num_rows} rows; accepted: at most {most_rows}")
    nested = next((name for name, of in numbers.items() if not pa.types.is_primitive(of)), None)
    if nested is not None:
        raise ValueError(f"column {nested!r} = {numbers[nested]}; accepted: numbers and texts")
    decoded = footer.num_rows * sum(of.bit_width for of in numbers.values()) // 8
    stored = sum(footer.row_group(place).total_byte_size for place in range(footer.num_row_groups))
    if max(decoded, stored) > MOST_TABLE * MEGABYTE:
        raise ValueError(f"{max(decoded, stored) // MEGABYTE} MB when decoded; accepted: at most {MOST_TABLE} MB")


def _refuse_long(table: pa.Table, texts: Sequence[str]) -> None:
    """Refuse texts that are too long all together."""
    import pyarrow.compute as pc

    length = 0
    for name in texts:
        for chunk in table.column(name).chunks:
            length += pc.sum(pc.take(pc.binary_length(chunk.dictionary), chunk.indices)).as_py() or 0
    if length > MOST_TABLE * MEGABYTE:
        raise ValueError(f"{length // MEGABYTE} MB of texts; accepted: at most {MOST_TABLE} MB")
