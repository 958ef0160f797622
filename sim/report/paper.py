"""The tables that a paper prints: each names its event, its week and its denominator; as CSV,
LaTeX, Markdown, and HTML that a word processor opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sim.designs import label
from sim.findings import Evidence, PaperTable, find_all, findings
from sim.findings.risk import pooled_incidence
from sim.io.errors import Unsupported
from sim.io.files import csv_text, new_folder, write_manifest
from sim.report.markup import Printed, html, latex, markdown, rounded
from sim.statistics.naming import OPENED
from sim.statistics.unknown import SHARE

COMMAND = "export"
"""Whose the folder is."""
CSV_DECIMALS = 3


class Paper(NamedTuple):
    """What a paper prints, and what could not be.

    Attributes
    ----------
    printed : list of Printed
    left_out : dict
        Name of a table -> why it is not there.
    failed : dict
        The same, where making it raised an error.
    """

    printed: list[Printed]
    left_out: dict[str, str]
    failed: dict[str, str]


def paper(evidence: Evidence) -> Paper:
    """The tables that a paper prints, of what a sweep supports.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> made = paper(read(small_folder()))
    >>> [each.name for each in made.printed]
    ['risk', 'not_opened', 'medians', 'causes', 'means', 'differences', 'pressure']
    >>> made.printed[1].table[["design", "event", "week", "denominator", "n", "share"]]
           design         event  week denominator   n  share
    0    retrofit  did not open     0    all runs  20    0.0
    1  greenfield  did not open     0    all runs  20    0.0
    """
    made = Paper([], {}, {})
    for found in find_all(evidence, {finding.name for finding in findings() if finding.printed}):
        known = {table.name: table.intervals for table in found.finding.columns}
        for kind in found.finding.printed:
            try:
                if found.unsupported:
                    raise Unsupported(found.unsupported)
                table = kind.made(evidence, found.tables)
            except Unsupported as reason:
                (made.failed if found.failed else made.left_out)[kind.name] = str(reason)
                continue
            plain = {*evidence.factors, *(("median", "lower", "upper") if "median" in table.columns else ())}
            caption = _caption(evidence, kind, table, known[kind.of])
            made.printed.append(Printed(kind.name, caption, table, kind.infinite, plain))
    return made


def write_paper(evidence: Evidence, folder: Path, force: bool = False) -> Paper:
    """Write the tables into a folder of their own: each as ``NAME.csv, NAME.tex, NAME.md,
    NAME.html``; and ``designs``, which fits a column: a row per design, a column per week.

    Parameters
    ----------
    evidence : Evidence
    folder : Path
    force : bool
        Replace it where it exists, if all that is in it was written so.

    Raises
    ------
    sim.io.errors.InputError
        Where it exists, or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> with tempfile.TemporaryDirectory() as place:
    ...     made = write_paper(read(small_folder()), Path(place) / "paper")
    ...     print(sorted(path.name for path in Path(place).glob("paper/risk.*")))
    ['risk.csv', 'risk.html', 'risk.md', 'risk.tex']
    """
    with new_folder(folder, force, COMMAND) as place:
        made = paper(evidence)
        for each in [*made.printed, designs_by_week(evidence)]:
            table = each.table.assign(calibration=evidence.calibration)
            numbers = {name: table[name].map(_to_csv) for name in table.select_dtypes("float").columns}
            texts = {
                "csv": csv_text(table.assign(**numbers)),
                "tex": latex(each),
                "md": markdown(each),
                "html": html(each),
            }
            for kind, text in texts.items():
                (place / f"{each.name}.{kind}").write_text(text, encoding="utf-8")
        entries = {**evidence.entries, "left_out": made.left_out, "failed": made.failed}
        write_manifest(place, COMMAND, {**entries, "captions": {each.name: each.caption for each in made.printed}})
    return made


def designs_by_week(e: Evidence) -> Printed:
    """The risk of the event under each design by each week that is reported, as ``.53 [.50, .56]``.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> designs_by_week(read(small_folder())).table.columns.tolist()[:3]
    ['design', 'runs', 'by week 20']
    """
    risk = pooled_incidence(e.runs, e.horizon, e.weeks)
    risk = risk[risk["event"] == e.event.way]
    rows = []
    for design, own in risk.groupby("design", sort=False):
        cells = {f"by week {row.week}": _bracketed(row.risk, row.lower, row.upper) for row in own.itertuples()}
        rows.append({"design": label(str(design)), "runs": str((e.runs["design"] == design).sum()), **cells})
    what = f"Risk by design and week; event: {label(e.event.way)}; denominator: {OPENED}; 95% intervals"
    points = f"; pooled over {e.points} design points" if e.points > 1 else ""
    return Printed("designs", e.note(f"{what} (Monte Carlo error only){points}"), pd.DataFrame(rows))


def _bracketed(value: float, lower: float, upper: float) -> str:
    """A share with its interval, two decimals each, without the nought before the point.

    Examples
    --------
    >>> _bracketed(0.98, 0.964, 1.0)
    '.98 [.96, 1.00]'
    """
    middle, low, high = (f"{each:.2f}".removeprefix("0") for each in (value, lower, upper))
    return f"{middle} [{low}, {high}]"


def _to_csv(value: float) -> float:
    return rounded(value, CSV_DECIMALS)


def _caption(e: Evidence, kind: PaperTable, table: pd.DataFrame, intervals: Mapping[str, str]) -> str:
    """What a table shows: events, weeks, denominators, intervals; n, seeds, and where parameters
    come from.
    """
    weeks = [str(week) for week in sorted(set(table["week"]))]
    reported = {
        "event": ", ".join(dict.fromkeys(table["event"])),
        "by week" if len(weeks) == 1 else "by weeks": ", ".join(weeks),
        "denominator": ", ".join(dict.fromkeys(table["denominator"])),
    }
    ends = [f"of {label(name)}, {how}" for name, how in intervals.items() if name in table.columns]
    parts = [kind.title, *(f"{what}: {words}" for what, words in reported.items())]
    parts.append(f"95% intervals ({kind.error}): {'; '.join(ends)}")
    if "parameter_low" in table.columns:
        parts.append(f"unknown: {SHARE:.0%} of the draws of the parameters")
    if "spread_low" in table.columns:
        parts.append("spread: 5% and 95% quantiles over design points")
    return e.note("; ".join(parts))
