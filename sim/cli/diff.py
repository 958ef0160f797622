"""The command that compares two sweeps: ``sim diff``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from sim.cli.common import JsonOption, OnlyDesigns, WhereOption, console, print_json
from sim.cli.findings import warn
from sim.cli.tables import number, percent
from sim.designs import label
from sim.kernel.variables import Variables
from sim.statistics.quantities import is_risk, words

if TYPE_CHECKING:
    from sim.diff import Diff
    from sim.findings import Evidence

PAIRED = "paired by seed, because the seeds are the same: Newcombe's for risks, Student's for means"
UNPAIRED = "unpaired, because the seeds differ: Newcombe's for risks, Welch's for means"
INTERVAL = ["difference", "lower", "upper"]


def diff(
    a: Annotated[Path, typer.Argument(help="Folder of a sweep or comparison, finished or not.", show_default=False)],
    b: Annotated[Path, typer.Argument(help="Another.", show_default=False)],
    design: OnlyDesigns = None,
    where: WhereOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare two sweeps or comparisons: which inputs and which results differ.

    Results are compared at each design point and design that both contain, and paired by seed
    where the seeds are the same.

    \b
    Examples:
      sim diff results/demo results/again
      sim diff results/demo results/again --design retrofit --json
    """
    from sim.diff import diff as compared
    from sim.findings import read

    first, second = (read(each, designs=design, where=where) for each in (a, b))
    warn(first)
    warn(second)
    found = compared(first, second)
    if as_json:
        print_json(as_data(found, first, second))
        return
    print_diff(console(), found, first, second)


def as_data(found: Diff, a: Evidence, b: Evidence) -> dict[str, object]:
    """What differs, as plain data."""

    def rows(table: pd.DataFrame) -> object:
        return json.loads(table.to_json(orient="records", double_precision=15))

    return {
        **{name: {"folder": str(each.folder), **each.entries} for name, each in (("a", a), ("b", b))},
        "inputs": rows(found.inputs),
        "points": rows(found.points),
        "results": rows(found.changes),
        "notes": found.notes,
    }


def print_diff(out: Console, found: Diff, a: Evidence, b: Evidence) -> None:
    """Print what differs."""
    for name, each in (("A", a), ("B", b)):
        out.print(f"{name}: {each.folder}: {each.sample}; {each.calibration}", highlight=False)
    if found.inputs.empty:
        out.print("The inputs are the same.")
    else:
        out.print(_table("Inputs that differ", found.inputs.to_numpy().tolist(), ["what", "designs", "A", "B"], []))
    out.print(f"Design points in both: {len(found.points)}; {a.points} in A, {b.points} in B", highlight=False)
    for note in found.notes:
        out.print(f"{note[:1].upper()}{note[1:]}.", highlight=False)
    changes = found.changes
    if changes.empty:
        return
    if changes["paired"].all() and not changes["changed"].any():
        out.print("No value differs in any pair of runs.")
        return
    variables = a.variables
    for paired, rows in changes.groupby("paired", sort=False):
        one = len(found.points) == 1
        out.print(_at_one_point(rows, variables) if one else _over_points(rows, found.points, variables))
        out.print(f"95% intervals, {PAIRED if paired else UNPAIRED}.", highlight=False)
    reported = (
        f"{int(changes['resolved'].sum())} of {len(changes)} differences are resolved: their 95% interval excludes 0"
    )
    out.print(f"{reported}, with no correction for the number of comparisons.", highlight=False)


def _at_one_point(rows: pd.DataFrame, variables: Variables) -> Table:
    cells = [
        (
            label(row["design"]), _words(row, variables), *(_value(row, side) for side in ("a", "b")), _difference(row),
            "differs" if row["resolved"] else "",
        )
        for _, row in rows.iterrows()
    ]  # fmt: skip
    return _table("Results", cells, ["design", "quantity"], ["A", "B", "B less A [95%]", ""])


def _over_points(rows: pd.DataFrame, points: pd.DataFrame, variables: Variables) -> Table:
    """Where it is higher and lower, and where it differs most."""
    cells = []
    for (design, _, _), group in rows.groupby(["design", "quantity", "week"], sort=False):
        higher, lower = int((group["lower"] > 0.0).sum()), int((group["upper"] < 0.0).sum())
        sizes = group["difference"].abs()
        most = group.loc[sizes.idxmax() if sizes.notna().any() else group.index[0]]
        where = str(points.set_index("point").loc[most["point"], "a_point"])
        rest = str(len(group) - higher - lower)
        cells.append(
            (label(str(design)), _words(most, variables), str(higher), str(lower), rest, _difference(most), where)
        )
    headings = ["B higher at", "lower at", "not told apart", "largest, B less A [95%]", "at A's point"]
    return _table("Results, by design point", cells, ["design", "quantity"], headings)


def _table(title: str, rows: Iterable[Sequence[str]], left: list[str], right: list[str]) -> Table:
    shown = Table(title=title, title_justify="left")
    for heading in left:
        shown.add_column(heading, overflow="fold")
    for heading in right:
        shown.add_column(heading, justify="right")
    for row in rows:
        shown.add_row(*row)
    return shown


def _words(row: pd.Series, variables: Variables) -> str:
    reported = words(row["quantity"], variables)
    return f"{reported} by week {row['week']}" if _is_risk(row) else reported


def _is_risk(row: pd.Series) -> bool:
    return is_risk(row["quantity"])


def _value(row: pd.Series, side: str) -> str:
    """What one of them has, without an interval."""
    value = float(row[side])
    return (percent if _is_risk(row) else number)(value, value, value).partition(" [")[0]


def _difference(row: pd.Series) -> str:
    value, lower, upper = row[INTERVAL]
    return percent(value, lower, upper, sign=True, unit=" points") if _is_risk(row) else number(value, lower, upper)
