"""Parts of a sweep as files: one declared schema for all, what each says of itself, and whether its
rows are those that the sweep has under that name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.io.errors import InputError
from sim.io.parquet import about_table, read_table, table_bytes
from sim.kernel.variables import Holds
from sim.statistics.weekly import SUMMARY
from sim.sweep.plan import Part, Sweep, is_weekly

TYPES: dict[Holds, pa.DataType] = {"whole": pa.int64(), "number": pa.float64(), "text": pa.string()}
"""Types of the columns of a part, whatever values they have; each can be missing."""
NUMBER: Holds = "number"
UNKNOWN = "is no part of this sweep"


def outcome_fields(sweep: Sweep) -> list[str]:
    """Columns of an outcome that the table of runs holds beside those that name the run."""
    return [name for name in sweep.parties.variables.outcome if name not in ("scenario", "design", "seed")]


def schema(sweep: Sweep, weekly: bool = False) -> pa.Schema:
    """Names and types of the columns of a sweep's parts: of all with runs, or of all with weekly
    curves.

    Examples
    --------
    >>> from sim.sweep.plan import comparison
    >>> from sim.sweep.samples import small_scenarios
    >>> schema(comparison(small_scenarios(), 5)).field("error").type
    DataType(string)
    """
    variables = sweep.parties.variables
    columns: dict[str, Holds] = {"point": "whole", "design": "text"}
    if not weekly:
        columns["seed"] = "whole"
        columns.update({name: variables.outcome_holds[name] for name in outcome_fields(sweep)})
        columns.update(dict.fromkeys(sweep.outcomes, NUMBER))
    elif sweep.spec.outputs.weekly == "full":
        columns.update(seed="whole", week="whole", **dict.fromkeys(variables.weekly, NUMBER))
    else:
        columns.update(week="whole", column="text", n="whole", **dict.fromkeys(SUMMARY, NUMBER))
    columns["error"] = "text"
    return pa.schema([(name, TYPES[holds]) for name, holds in columns.items()])


def part_bytes(sweep: Sweep, part: Part, table: pd.DataFrame, model: str) -> bytes:
    """A part as the bytes of its file, which says of which sweep, model, points and seeds it is.

    Raises
    ------
    sim.io.errors.InputError
        Where a column holds what its type cannot.
    """
    about = {
        "specification": sweep.digest,
        "model": model,
        "points": list(part.points),
        "first_seed": part.first_seed,
        "seeds": part.seeds,
    }
    with _held_by_its_column(part):
        return table_bytes(table, about, schema(sweep, is_weekly(part.name)))


def in_types(sweep: Sweep, part: Part, table: pd.DataFrame) -> pd.DataFrame:
    """A part as it would be read from its file.

    Raises
    ------
    sim.io.errors.InputError
        Where a column holds what its type cannot.
    """
    with _held_by_its_column(part):
        kinds = schema(sweep, is_weekly(part.name))
        return pa.Table.from_pandas(table, schema=kinds, preserve_index=False).to_pandas()


@contextmanager
def _held_by_its_column(part: Part) -> Iterator[None]:
    """Report in a line a value that its column cannot hold."""
    try:
        yield
    except (pa.ArrowException, OverflowError) as error:
        raise InputError(
            f"{part.name}: a run has a value that its column cannot hold ({error}); accepted: numbers, and texts where "
            'variables.py declares holds="text"'
        ) from None


def part_table(sweep: Sweep, name: str, content: bytes, model: str, columns: list[str] | None = None) -> pd.DataFrame:
    """The table of a part, where it is the one that the sweep has under that name.

    Parameters
    ----------
    sweep : Sweep
    name : str
        File name.
    content : bytes
        Of the file.
    model : str
        Digest of the model that the folder is of.
    columns : list of str, optional
        All by default.

    Raises
    ------
    sim.io.errors.InputError
        Where it is of another sweep or model, or has other columns, rows, points, designs or seeds
        than the plan gives for the name; the message is to follow the name of the file.
    """
    try:
        about, found = about_table(content)
        if not _is_of(about, sweep, model):
            raise InputError("is of another sweep or model")
        part = planned(sweep, name, about)
        wanted = schema(sweep, is_weekly(name))
        if not found.equals(wanted):
            raise InputError(_other_columns(found, wanted))
        ahead = ["point", "design", *(["seed"] if "seed" in wanted.names else [])]
        read = None if columns is None else list(dict.fromkeys([*ahead, *columns]))
        table = read_table(content, read, _most_rows(sweep, part))
    except InputError:
        raise
    except (pa.ArrowException, ValueError, LookupError, OSError, TypeError) as error:
        raise InputError(f"is no table of runs ({error})") from None
    _check_rows(sweep, part, table)
    return table


def is_of_another(sweep: Sweep, content: bytes, model: str) -> bool:
    """Whether a file is a part of another sweep or model: it says so itself."""
    try:
        about, _ = about_table(content)
    except (pa.ArrowException, ValueError, OSError):
        return False
    return not _is_of(about, sweep, model)


def _is_of(about: dict[str, Any], sweep: Sweep, model: str) -> bool:
    return (about.get("specification"), about.get("model")) == (sweep.digest, model)


def planned(sweep: Sweep, name: str, about: dict[str, Any]) -> Part:
    """What the sweep has under the name of a part. Where it aims at a precision, which points go on
    follows from results, so the points and seeds are those that the part itself names.

    Raises
    ------
    sim.io.errors.InputError
        Where it has nothing under that name, or the part names what the sweep has not.
    """
    said = Part(0, 0, tuple(map(int, about["points"])), int(about["first_seed"]), int(about["seeds"]))
    part = sweep.part_named(name, said)
    if part is None:
        raise InputError(UNKNOWN)
    for what, is_said, is_planned in (
        ("points", said.points, part.points),
        ("first_seed", said.first_seed, part.first_seed),
        ("seeds", said.seeds, part.seeds),
    ):
        if is_said != is_planned:
            raise InputError(f"{what} = {_short(is_said)}, where the sweep has {_short(is_planned)} under that name")
    return part


def _most_rows(sweep: Sweep, part: Part) -> int:
    runs = len(part.points) * len(sweep.spec.designs) * part.seeds
    if not is_weekly(part.name):
        return runs
    if sweep.spec.outputs.weekly == "full":
        return runs * sweep.longest
    variables = sweep.parties.variables
    curves = len(variables.weekly) + len(variables.pressing)
    return len(part.points) * len(sweep.spec.designs) * sweep.longest * curves


def _check_rows(sweep: Sweep, part: Part, table: pd.DataFrame) -> None:
    """Refuse rows of other points, designs or seeds than those of a part."""
    designs, seeds = sweep.spec.designs, sweep.seeds(part)
    wanted: dict[str, Any] = {"point": part.points, "design": designs, "seed": seeds}
    for name in wanted.keys() & set(table.columns):
        other = ~table[name].isin(list(wanted[name]))
        if other.any():
            raise InputError(f"{name} = {table[name][other].iloc[0]}: has runs of another sweep")
    if is_weekly(part.name):
        return
    each = len(seeds)
    rows = {
        "point": np.repeat(part.points, len(designs) * each),
        "design": np.tile(np.repeat(np.array(designs, object), each), len(part.points)),
        "seed": np.tile(np.array(seeds), len(part.points) * len(designs)),
    }
    if not all(np.array_equal(table[name].to_numpy(), values) for name, values in rows.items()):
        raise InputError(f"has {len(table)} rows that are not one for each point, design and seed, in order")


def _other_columns(found: pa.Schema, wanted: pa.Schema) -> str:
    for field in wanted:
        if field.name not in found.names:
            return f"has no column {field.name!r}, as if it were no table of runs of this version"
        if found.field(field.name).type != field.type:
            return f"column {field.name!r} holds {found.field(field.name).type}, and should hold {field.type}"
    return f"has columns {_short(tuple(found.names))}, and should have {_short(tuple(wanted.names))}"


def _short(value: object) -> str:
    return str(value) if len(str(value)) <= 60 else f"{str(value)[:57]}..."
