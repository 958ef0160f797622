"""The tables that a paper prints: each names its event, its week and its denominator; as CSV, LaTeX
and Markdown.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sim.analysis.hypotheses import CLAIMS
from sim.analysis.naming import ANY, NAMED, NOT_OPENED
from sim.analysis.quantities import ADAPTED, CAUSES, HEADLINE, KINDS, manner, units
from sim.analysis.unknown import SHARE
from sim.findings import Evidence, find_all
from sim.findings.catalogue import Tables
from sim.findings.columns import table_named
from sim.io.errors import Unsupported
from sim.io.files import csv_text, new_folder, write_manifest
from sim.plots.style import label
from sim.report.markup import Printed, latex, markdown, rounded

COMMAND = "export"
"""Whose the folder is."""
MOST_POINTS = 24
"""Design points up to which what is known point by point is printed."""
CSV_DECIMALS = 3
EVENTS = {ANY: "whatever became of it", NOT_OPENED: "did not open"}
"""What stands in place of an event, in words."""
OF = [*NAMED, "n"]
ENDS = ["lower", "upper"]
RATIO = ["ratio", "ratio_lower", "ratio_upper"]


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
    ['risk', 'not_opened', 'medians', 'differences', 'means', 'pressure']
    >>> made.printed[1].table[["design", "event", "week", "denominator", "n", "share"]]
           design         event  week denominator   n  share
    0    retrofit  did not open     0    all runs  20    0.0
    1  greenfield  did not open     0    all runs  20    0.0
    """
    found = {each.finding.name: each for each in find_all(evidence, {kind.finding for kind in _KINDS})}
    made = Paper([], {}, {})
    for kind in _KINDS:
        source = found[kind.finding]
        try:
            if source.unsupported:
                raise Unsupported(source.unsupported)
            table = kind.make(evidence, source.tables)
        except Unsupported as reason:
            (made.failed if source.failed else made.left_out)[kind.name] = str(reason)
            continue
        made.printed.append(_printed(evidence, kind, table))
    return made


def write_paper(evidence: Evidence, folder: Path, force: bool = False) -> Paper:
    """Write the tables into a folder of their own: each as ``NAME.csv, NAME.tex, NAME.md``.

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
    ['risk.csv', 'risk.md', 'risk.tex']
    """
    with new_folder(folder, force, COMMAND) as place:
        made = paper(evidence)
        for each in made.printed:
            table = each.table.assign(calibration=evidence.calibration)
            numbers = {name: table[name].map(_to_csv) for name in table.select_dtypes("float").columns}
            texts = {"csv": csv_text(table.assign(**numbers)), "tex": latex(each), "md": markdown(each)}
            for kind, text in texts.items():
                (place / f"{each.name}.{kind}").write_text(text, encoding="utf-8")
        entries = {**evidence.entries, "left_out": made.left_out, "failed": made.failed}
        write_manifest(place, COMMAND, {**entries, "captions": {each.name: each.caption for each in made.printed}})
    return made


def _to_csv(value: float) -> float:
    return rounded(value, CSV_DECIMALS)


def _printed(e: Evidence, kind: _Kind, table: pd.DataFrame) -> Printed:
    plain = {*e.factors, "median", *ENDS} if "median" in table.columns else {*e.factors}
    return Printed(kind.name, _caption(e, kind, table), table, kind.infinite, plain)


def _caption(e: Evidence, kind: _Kind, table: pd.DataFrame) -> str:
    """What a table shows: events, weeks, denominators, intervals; n, seeds, and where parameters
    come from.
    """
    weeks = [str(week) for week in sorted(set(table["week"]))]
    reported = {
        "event": ", ".join(dict.fromkeys(table["event"])),
        "by week" if len(weeks) == 1 else "by weeks": ", ".join(weeks),
        "denominator": ", ".join(dict.fromkeys(table["denominator"])),
    }
    known = table_named("paper", kind.name)
    intervals = known.intervals if known else {}
    ends = [f"of {label(name)}, {how}" for name, how in intervals.items() if name in table.columns]
    parts = [kind.title, *(f"{what}: {words}" for what, words in reported.items())]
    parts.append(f"95% intervals ({kind.error}): {'; '.join(ends)}")
    if "parameter_low" in table.columns:
        parts.append(f"unknown: {SHARE:.0%} of the draws of the parameters")
    if "spread_low" in table.columns:
        parts.append("spread: 5% and 95% quantiles over design points")
    return e.note("; ".join(parts))


def _risk(e: Evidence, t: Tables) -> pd.DataFrame:
    table = t["risk_by_point" if e.points == 1 else "risk_at_milestones"]
    befell = set(table.loc[table["risk"] > 0.0, "event"])
    kept = {HEADLINE, ADAPTED, e.event.way, *befell.intersection(CAUSES)}
    table = table[table["event"].isin(kept)]
    known = ["parameter_low", "parameter_high"] if e.points == 1 and table["parameter_low"].notna().any() else []
    count = ["count"] if e.points == 1 else []
    return _in_words(table, e)[["design", *OF, *count, "risk", *ENDS, *known, *_spread(e)]]


def _not_opened(e: Evidence, t: Tables) -> pd.DataFrame:
    return _in_words(t["not_opened"], e)[["design", *OF, "share", *ENDS, *_spread(e)]]


def _medians(e: Evidence, t: Tables) -> pd.DataFrame:
    if e.points > MOST_POINTS:
        raise Unsupported(
            f"medians are reported point by point, for up to {MOST_POINTS} design points; here {e.points}"
        )
    varied = [name for name in e.factors if e.runs[name].nunique() > 1]
    return _in_words(t["median_by_point"], e)[[*varied, "design", *OF, "median", *ENDS]]


def _differences(e: Evidence, t: Tables) -> pd.DataFrame:
    if e.points > 1:
        table = t["differences"]
    else:
        rest = t["differences_by_point"][t["differences_by_point"]["quantity"] != e.event.way]
        table = pd.concat([t["differences_by_week"], rest], ignore_index=True)
    return _in_words(table, e)[["what", "design", "baseline", *OF, "difference", *ENDS, *RATIO, *_spread(e)]]


def _means(e: Evidence, t: Tables) -> pd.DataFrame:
    numbers = t["means"][t["means"]["quantity"].map(KINDS) == "number"]
    return _in_words(numbers, e)[["what", "design", *OF, "mean", *ENDS, *_spread(e)]]


def _pressure(e: Evidence, t: Tables) -> pd.DataFrame:
    names = {name: each.label for name, each in e.variables.stakeholders.items()}
    named = t["pressure"].assign(stakeholder=t["pressure"]["stakeholder"].map(names))
    return _in_words(named, e)[["design", "stakeholder", *OF, "drained", "share", *ENDS, *_spread(e)]]


def _attribution(e: Evidence, t: Tables) -> pd.DataFrame:
    named = _in_words(t["attribution"].rename(columns={"seeds": "n"}), e)
    strata = [name for name in e.factors if name in named.columns]
    ends = ["from_level", "to_level"]
    return named[[*strata, "what", "design", "factor", *ends, *OF, "contribution", *ENDS]]


def _verdicts(e: Evidence, t: Tables) -> pd.DataFrame:
    claim = e.results.sweep.spec.hypothesis
    named = t["verdicts_summary"].assign(claim=f"{claim}: {CLAIMS[claim]}")
    return _in_words(named, e)[["claim", "design", "verdict", *OF, "conditions", "share", *ENDS]]


def _in_words(table: pd.DataFrame, e: Evidence) -> pd.DataFrame:
    """Events, and quantities where rows name them, in words."""
    reported = table.assign(event=[EVENTS.get(name, label(name)) for name in table["event"]])
    return (
        reported.assign(what=[_words(e, name) for name in table["quantity"]])
        if "quantity" in table.columns
        else reported
    )


def _words(e: Evidence, quantity: str) -> str:
    return units(e.variables).get(quantity) or f"risk: {manner(quantity)}"


def _spread(e: Evidence) -> list[str]:
    """Columns that tell several design points apart."""
    return ["spread_low", "spread_high", "points"] if e.points > 1 else []


class _Kind(NamedTuple):
    """A table that a paper prints: of which finding, how it is made, what is reported in place of
    infinity, and what its intervals are of.
    """

    name: str
    title: str
    finding: str
    make: Callable[[Evidence, Tables], pd.DataFrame]
    infinite: str = "unbounded"
    error: str = "Monte Carlo error only"


_KINDS = (
    _Kind("risk", "Risk by design and week", "risk", _risk),
    _Kind("not_opened", "Share of runs that did not open", "risk", _not_opened),
    _Kind("medians", "Median week of the event", "risk", _medians, "not reached"),
    _Kind("differences", "Differences from the baseline", "comparison", _differences),
    _Kind("means", "What was delivered", "delivery", _means),
    _Kind("pressure", "Share of the capital drained by stakeholder", "pressure", _pressure),
    _Kind("attribution", "Which feature carries the difference", "attribution", _attribution),
    _Kind(
        "claims",
        "Conditions at which the claim holds and fails",
        "hypothesis",
        _verdicts,
        error="conditions as a sample",
    ),
)
