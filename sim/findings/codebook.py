"""The codebook: what every column of every table holds, as a table itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.findings.columns import FACTORS, TABLES, Table, described, names
from sim.io.errors import InputError
from sim.io.files import listed
from sim.io.reading import is_file
from sim.kernel.parties import DEFAULT, Parties
from sim.kernel.variables import Column, Variables
from sim.scenario import parameter_table
from sim.sweep.folder import ANALYSIS, SweepFolder
from sim.sweep.parts import schema
from sim.sweep.plan import Sweep, is_weekly

COLUMNS = ["source", "table", "column", "unit", "meaning"]
NOT_KNOWN = Column("-", "not known to this version")
UNREAD = "of a party whose code is not read here"
ELSEWHERE = ("run", "forecast", "paper")
"""What writes its tables into folders of their own."""
IN_A_SWEEP = {table.name: table for table in TABLES if table.source not in ELSEWHERE}
"""Tables of a sweep's folder and of its analysis, by name."""


def codebook(parties: Parties = DEFAULT) -> pd.DataFrame:
    """What every column of every table holds that is known.

    Parameters
    ----------
    parties : Parties
        The parties that take part.

    Returns
    -------
    DataFrame
        ``source`` (finding or command that makes the table; ``names``: words that stand in a
        column), ``table, column, unit, meaning``.

    Examples
    --------
    >>> table = codebook().set_index(["source", "table", "column"])
    >>> table.loc[("risk", "not_opened", "share"), "meaning"]
    'share of all runs whose programme did not open'
    """
    factors = {FACTORS: Column("as the factor", "a column for each factor of the sweep: its value at the point")}
    return _book([(table, table.names(parties.variables)) for table in TABLES], parties.variables, factors)


def codebook_of(sweep: Sweep, written: Mapping[str, list[str]]) -> pd.DataFrame:
    """As :func:`codebook`, of the tables of a sweep and its analysis that are there.

    Parameters
    ----------
    sweep : Sweep
    written : mapping
        Columns of these tables, by name.

    Examples
    --------
    >>> from sim.sweep.folder import ANALYSIS, SweepFolder
    >>> from sim.sweep.samples import small_folder
    >>> sweep = SweepFolder(small_folder(factorial=True)).sweep()
    >>> codebook_of(sweep, {"points": ["leadership.training"]})[["unit", "meaning"]]
      unit                                     meaning
    0  0-1  a factor: How well teachers were prepared.
    """
    known = [IN_A_SWEEP[name] for name in IN_A_SWEEP if name in written]
    others = [Table("analyse", name, "") for name in written if name not in IN_A_SWEEP]
    tables = [(table, written[table.name]) for table in [*known, *others]]
    return _book(tables, sweep.parties.variables, factor_columns(sweep))


def codebook_in(path: Path) -> pd.DataFrame:
    """As :func:`codebook_of`, of the tables that are in a sweep's folder.

    Raises
    ------
    sim.io.errors.InputError
        Where it is not a sweep's folder, or a table of it is damaged.

    Examples
    --------
    >>> from sim.sweep.samples import small_folder
    >>> codebook_in(small_folder())["table"].unique().tolist()[:3]
    ['points', 'runs', 'weekly']
    """
    sweep, analysis = SweepFolder(path).sweep(), path / ANALYSIS
    tables = [analysis / name for name in listed(analysis) if name.endswith(".parquet")]
    there = {table.stem: _columns(table) for table in tables if is_file(table)}
    return codebook_of(sweep, {**tables_of_runs(path, sweep), **there})


def tables_of_runs(path: Path, sweep: Sweep) -> dict[str, list[str]]:
    """Columns of the tables of runs in a sweep's folder, by name, as :func:`sim.open_sweep` has
    them.

    Examples
    --------
    >>> from sim.sweep.folder import ANALYSIS, SweepFolder
    >>> from sim.sweep.samples import small_folder
    >>> tables_of_runs(small_folder(), SweepFolder(small_folder()).sweep())["points"]
    ['point']
    """
    folder, points = SweepFolder(path), ["point", *map(str, sweep.points.columns)]
    curves = "weekly" if sweep.spec.outputs.weekly == "quantiles" else "weekly_full"
    found = {"points": points}
    for name, entry in sorted(folder.check(sweep).items()):
        weekly = is_weekly(name)
        table, ahead, left = (curves, ["point"], "error") if weekly else ("runs", points, "")
        if table not in found and folder.read_part(sweep, name, entry, ["point"]) is not None:
            found[table] = [*ahead, *(name for name in schema(sweep, weekly).names if name not in ("point", left))]
    return found


def factor_columns(sweep: Sweep) -> dict[str, Column]:
    """What the columns of a sweep's factors hold, from the parameter table.

    Examples
    --------
    >>> from sim.sweep.folder import ANALYSIS, SweepFolder
    >>> from sim.sweep.samples import small_folder
    >>> sweep = SweepFolder(small_folder(factorial=True)).sweep()
    >>> factor_columns(sweep)["leadership.vetting"].unit
    '0-1'
    """
    factors = {factor.column: factor for factor in sweep.spec.factors}
    found = {}
    for name, (unit, meaning) in factor_inputs(sweep).items():
        factor = factors.get(name)
        several = factor is not None and not factor.field
        reported = f" of several fields: {factor.moves()}" if factor and several else f": {meaning or UNREAD}"
        found[name] = Column(unit, f"a factor{reported}")
    return found


def factor_inputs(sweep: Sweep) -> dict[str, Column]:
    """Unit and meaning of each factor of a sweep, in the words of the input that it is.

    Examples
    --------
    >>> from sim.sweep.folder import SweepFolder
    >>> from sim.sweep.samples import small_folder
    >>> factor_inputs(SweepFolder(small_folder(factorial=True)).sweep())["leadership.vetting"]
    Column(unit='0-1', meaning='How well the product was chosen and tried.')
    """
    fields = parameter_table(sweep.parties).set_index("field")
    factors = {factor.column: factor for factor in sweep.spec.factors}
    found = {}
    for name in map(str, sweep.points.columns):
        factor = factors.get(name)
        field = factor.field if factor is not None else name
        if factor is not None and factor.blend:
            found[name] = Column("0 to 1", f"{len(factor.blend)} inputs together, from one end at 0 to the other at 1")
        elif field in fields.index:
            found[name] = Column(*fields.loc[field, ["unit", "meaning"]])
        else:
            found[name] = Column("-", "")
    return found


def _columns(path: Path) -> list[str]:
    """Names of the columns of a Parquet file, without its rows."""
    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, ValueError, OSError):
        raise InputError(f"{path}: is no table; accepted: a table as sim wrote it") from None


def _book(
    tables: Iterable[tuple[Table, list[str]]], variables: Variables, factors: Mapping[str, Column]
) -> pd.DataFrame:
    rows = [
        (table.source, table.name, name, described(table, name, variables, factors) or NOT_KNOWN)
        for table, columns in tables
        for name in columns
    ]
    held = {name for _, _, name, _ in rows}
    rows += [
        ("names", column, name, each)
        for column, known in names(variables).items()
        if column in held
        for name, each in known.items()
    ]
    # A bare sign would be taken for the beginning of a formula.
    reported = [(*row, "none" if unit == "-" else unit, meaning) for *row, (unit, meaning) in rows]
    return pd.DataFrame(reported, columns=COLUMNS)
