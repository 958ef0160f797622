"""The codebook: what every column of every table holds, as a table itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.findings.base.columns import FACTORS, PAIRED, RISK, Table, described, names
from sim.findings.base.evidence import factor_inputs
from sim.findings.base.finding import Finding
from sim.findings.base.registry import findings
from sim.io.errors import InputError
from sim.io.files import listed
from sim.io.reading import is_file
from sim.kernel.parties import DEFAULT, Parties
from sim.kernel.variables import Column, Variables
from sim.sweep.folder import ANALYSIS, SweepFolder
from sim.sweep.parts import schema
from sim.sweep.plan import Sweep, is_weekly

COLUMNS = ["source", "table", "column", "unit", "meaning"]
NOT_KNOWN = Column("-", "not known to this version")
UNREAD = "of a party whose code is not read here"
ELSEWHERE = ("run", "forecast", "paper")
"""What writes its tables into folders of their own."""
_QUANTILES = {
    "mean": Column("as the column", "mean over runs"),
    "median": Column("as the column", "median over runs"),
    "n": Column("runs", "runs that opened and that the value of the week is taken over"),
    "week": Column("week from 1", "week"),
    **{f"q{place}": Column("as the column", f"{int(place)}% quantile over runs") for place in ("05", "25", "75", "95")},
}
_WEEK = {"week": Column("week from 1", "week")}
_EVENTS = {
    "event": Column("-", "what happened"),
    "party": Column("-", "party that it happened to, or that did it; programme for how the run ends"),
    "rank": Column("-", "1 the board's steps, the end and what decided it, 2 what moved the board, 3 the rest"),
    **_WEEK,
}
_CHANCE = {
    "chance": Column("probability", "share of the runs that opened in which the event had happened by the week"),
    "half_year": Column("half years from 1", "half year from the start; the value holds at its end"),
    "runs": Column("runs", "runs of the case, opened or not"),
    "opened": Column("runs", "runs, of these, that opened"),
}
_LEVER = {
    "lever": Column("-", "what is changed in the case, in words"),
    "change": Column("probability", "chance of being discontinued by the last week: with the change minus without it"),
    "chance": Column("probability", "chance of being discontinued by the last week with the change"),
    "runs": Column("pairs of runs", "seeds on which both opened"),
}
_UNKNOWN = {
    "runs": Column("runs", "runs that opened, as the case is coded"),
    "field": Column("-", "parameter, or fact of the case, that is not known"),
    "low": Column("as the field", "10% quantile of its draws"),
    "high": Column("as the field", "90% quantile of its draws"),
    "change": Column("probability", "chance in the upper tertile of its draws minus chance in the lower tertile"),
}
_LIKE = {
    "source": Column("-", "source on record"),
    "programme": Column("-", "kind of programme of that source"),
    "words": Column("-", "what was seen there"),
    "apart": Column("SD", "distance from the case: root mean square over features, in SDs of the record"),
    "unlike": Column("-", "feature in which it differs most"),
}
_PAPER = {
    "claim": Column("-", "claim of the theory"),
    "event": Column("-", "event that the value refers to, in words"),
    "n": Column("of its own", "count behind the value, as denominator says"),
    "stakeholder": Column("-", "stakeholder, in words"),
    "what": Column("-", "what is measured, in words and unit"),
}

_AHEAD = (
    Table("points", "point FACTORS", source="sweep"),
    Table("runs", "point FACTORS design seed OUTCOME error", variables="outcome", source="sweep"),
    Table(
        "weekly",
        "point design week column n mean ENDS q05 q25 median q75 q95",
        _QUANTILES,
        {"mean": "Student's"},
        source="sweep",
    ),
    Table("weekly_full", "point design seed week WEEKLY", _WEEK, variables="weekly", source="sweep"),
    Table("outcome", "scenario design seed OUTCOME", variables="outcome", source="run"),
    Table("weekly", "week WEEKLY", _WEEK, variables="weekly", source="run"),
    Table("events", "week party event rank", _EVENTS, source="run"),
    Table(
        "risk",
        "event half_year week chance ENDS parameter_low parameter_high runs opened denominator",
        _CHANCE,
        {"chance": RISK},
        source="forecast",
    ),
    Table(
        "levers", "lever event week change ENDS chance runs denominator", _LEVER, {"change": PAIRED}, source="forecast"
    ),
    Table(
        "unknowns",
        "field event week low high change ENDS runs denominator",
        _UNKNOWN,
        {"change": "Student's, with draws as clusters"},
        source="forecast",
    ),
    Table("like", "source programme words apart unlike", _LIKE, source="forecast"),
)
"""Tables of commands, ahead of those of findings."""
_BEHIND = (
    Table(
        "index",
        "finding question supported failed tables figures reason",
        {
            "finding": Column("-", "finding"),
            "question": Column("-", "what it answers"),
            "supported": Column("yes or no", "whether the sweep supports it, and it was made"),
            "failed": Column("yes or no", "whether making it raised an error"),
            "tables": Column("-", "its tables"),
            "figures": Column("-", "its figures"),
            "reason": Column("-", "why it is not there; empty where it is"),
        },
        source="analyse",
    ),
    Table(
        "codebook",
        "source table column unit meaning",
        {
            "source": Column("-", "finding or command that makes the table; names: words that stand in a column"),
            "table": Column("-", "table; of names, the column that they stand in"),
            "column": Column("-", "column, or name"),
            "unit": Column("-", "unit, or none"),
            "meaning": Column("-", "what it holds"),
        },
        source="analyse",
    ),
)
"""And behind them."""


def tables(among: Sequence[Finding] | None = None) -> tuple[Table, ...]:
    """Every table that is written, in order.

    Parameters
    ----------
    among : sequence of Finding, optional
        As from :func:`sim.findings.with_own`; those of the package by default.

    Examples
    --------
    >>> [table.name for table in tables()][:3]
    ['points', 'runs', 'weekly']
    """
    every = among or findings()
    printed = []
    for finding in every:
        known = {table.name: table for table in finding.columns}
        for each in finding.printed:
            of = known[each.of]
            printed.append(of._replace(source="paper", name=each.name, columns=each.columns, own={**of.own, **_PAPER}))
    return (*_AHEAD, *(table for finding in every for table in finding.columns), *_BEHIND, *printed)


def table_named(source: str, name: str, among: Sequence[Finding] | None = None) -> Table | None:
    """The table of a finding or command; None where none is known.

    Examples
    --------
    >>> table_named("risk", "not_opened").intervals["share"]
    "Wilson's, over several design points with seeds as clusters"
    """
    return next((each for each in tables(among) if (each.source, each.name) == (source, name)), None)


def codebook(parties: Parties = DEFAULT, among: Sequence[Finding] | None = None) -> pd.DataFrame:
    """What every column of every table holds that is known.

    Parameters
    ----------
    parties : Parties
        The parties that take part.
    among : sequence of Finding, optional
        As of :func:`tables`.

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
    return _book([(table, table.names(parties.variables)) for table in tables(among)], parties.variables, factors)


def codebook_of(sweep: Sweep, written: Mapping[str, list[str]], among: Sequence[Finding] | None = None) -> pd.DataFrame:
    """As :func:`codebook`, of the tables of a sweep and its analysis that are there.

    Parameters
    ----------
    sweep : Sweep
    written : mapping
        Columns of these tables, by name.
    among : sequence of Finding, optional
        As of :func:`tables`.

    Examples
    --------
    >>> from sim.sweep.folder import ANALYSIS, SweepFolder
    >>> from sim.sweep.samples import small_folder
    >>> sweep = SweepFolder(small_folder(factorial=True)).sweep()
    >>> codebook_of(sweep, {"points": ["leadership.training"]})[["unit", "meaning"]]
      unit                                     meaning
    0  0-1  a factor: How well teachers were prepared.
    """
    here = {table.name: table for table in tables(among) if table.source not in ELSEWHERE}
    others = [Table(name, "", source="analyse") for name in written if name not in here]
    there = [*(table for name, table in here.items() if name in written), *others]
    pairs = [(table, written[table.name]) for table in there]
    return _book(pairs, sweep.variables, factor_columns(sweep))


def codebook_in(path: Path, among: Sequence[Finding] | None = None) -> pd.DataFrame:
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
    files = [analysis / name for name in listed(analysis) if name.endswith(".parquet")]
    there = {file.stem: _columns(file) for file in files if is_file(file)}
    return codebook_of(sweep, {**tables_of_runs(path, sweep), **there}, among)


def tables_of_runs(path: Path, sweep: Sweep) -> dict[str, list[str]]:
    """Columns of the tables of runs in a sweep's folder, by name, as :attr:`sim.Results.runs` has
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


def _columns(path: Path) -> list[str]:
    """Names of the columns of a Parquet file, without its rows."""
    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, ValueError, OSError):
        raise InputError(f"{path}: is no table; accepted: a table as sim wrote it") from None


def _book(
    pairs: Iterable[tuple[Table, list[str]]], variables: Variables, factors: Mapping[str, Column]
) -> pd.DataFrame:
    rows = [
        (table.source, table.name, name, described(table, name, variables, factors) or NOT_KNOWN)
        for table, columns in pairs
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
