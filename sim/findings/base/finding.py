"""What a finding is: one question about a sweep's runs, and its tables and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import pandas as pd
from matplotlib.figure import Figure

from sim.designs import label
from sim.figures.style import Panels
from sim.findings.base.columns import Table
from sim.findings.base.evidence import Evidence
from sim.io.errors import InputError
from sim.statistics.naming import ANY, NOT_OPENED
from sim.statistics.quantities import words

EVENTS = {ANY: "whatever became of it", NOT_OPENED: "did not open"}
"""What stands in place of an event, in words, in what a paper prints."""

BY_DESIGN = "_by_design"
"""How the name of a figure ends that has a panel per design, where another draws all into one."""

Tables = dict[str, pd.DataFrame]
Figures = dict[str, Figure]


class Drawing(Protocol):
    """How a figure is drawn: anew, or into the caller's axes, one for each of its panels."""

    def __call__(self, *, ax: Panels = None) -> Figure:
        """Draw it."""


@dataclass(frozen=True)
class PaperTable:
    """A table that a paper prints of a finding (``sim export --paper``).

    Attributes
    ----------
    name, title : str
    of : str
        The finding's table whose texts and intervals its columns have.
    columns : str
        As of :class:`sim.findings.base.columns.Table`, and ``what``: the quantity in words. Those
        that the rows do not have are left out, and those that tell several design points apart
        where there is one.
    rows : callable, optional
        From the evidence and the finding's tables to the rows that are printed; those of ``of`` by
        default. Raises :class:`sim.io.errors.Unsupported` where there are none.
    infinite : str
        What is printed in place of infinity.
    error : str
        What its intervals are of.
    """

    name: str
    title: str
    of: str
    columns: str
    rows: Callable[[Evidence, Tables], pd.DataFrame] | None = None
    infinite: str = "unbounded"
    error: str = "Monte Carlo error only"

    def made(self, evidence: Evidence, tables: Tables) -> pd.DataFrame:
        """The table as it is printed: its columns in order, events and quantities in words."""
        table = tables[self.of] if self.rows is None else self.rows(evidence, tables)
        table = table.assign(event=[EVENTS.get(name, label(name)) for name in table["event"]])
        if "quantity" in table.columns:
            table = table.assign(what=[words(name, evidence.variables) for name in table["quantity"]])
        varied = [name for name in evidence.factors if evidence.runs[name].nunique() > 1]
        columns = self.columns if evidence.points > 1 else self.columns.removesuffix("SPREAD")
        printed = Table(self.name, columns).names(evidence.variables, varied)
        return table[[name for name in printed if name in table.columns]]


@dataclass(frozen=True)
class Finding:
    """One kind of finding: what a file calls its ``FINDING``.

    Attributes
    ----------
    columns : tuple of Table
        The unit and meaning of every column of its tables.
    tables : callable
        From the evidence to its tables, by name. Raises :class:`sim.io.errors.Unsupported`, with
        the reason, where the sweep cannot answer the question.
    figures : callable
        From the evidence and its tables to how each figure is drawn, by name.
    order : float
        Its place among the others; the lower, the earlier.
    shown : tuple of str
        Tables that the report shows; all are written by ``sim analyse``.
    printed : tuple of PaperTable
        Tables that a paper prints.
    name, question : str
        The name of its file, as in ``sim plot DIR --figure NAME``, and the question that the file's
        docstring begins with; given by whoever reads the file.
    """

    columns: tuple[Table, ...]
    tables: Callable[[Evidence], Tables]
    figures: Callable[[Evidence, Tables], Mapping[str, Drawing]]
    order: float = 1000.0
    shown: tuple[str, ...] = ()
    printed: tuple[PaperTable, ...] = ()
    name: str = ""
    question: str = ""

    def figure(self, evidence: Evidence, tables: Tables, name: str = "", ax: Panels = None) -> Figure:
        """Draw one of its figures.

        Parameters
        ----------
        evidence : Evidence
        tables : dict
            As from ``tables(evidence)``.
        name : str
            The first by default.
        ax : Axes or sequence of Axes, optional
            The caller's, one for each panel.

        Raises
        ------
        sim.io.errors.InputError
            Where it has no figure of that name.
        """
        known = self.figures(evidence, tables)
        if name and name not in known:
            raise InputError(f"figure = {name!r}: accepted: {', '.join(known)}")
        return known[name or next(iter(known))](ax=ax)


@dataclass(frozen=True)
class Found:
    """A finding with its tables, or the reason why there is none: the sweep does not support it, or
    (``failed``) making it raised an error.
    """

    finding: Finding
    tables: Tables
    unsupported: str = ""
    failed: bool = False

    def figures(self, evidence: Evidence) -> Figures:
        """Draw its figures, by name."""
        return {name: draw() for name, draw in self.finding.figures(evidence, self.tables).items()}
