"""Findings: each file of this folder answers one question about a sweep's runs, with its tables and
its figures. What they share is in ``sim/findings/base``.

A figure is drawn of a finding's table, and takes besides:

note : str
    Caption line, below the figure.
event : Event
    Whose risk is meant.
named : mapping, optional
    Labels of factors, see :func:`sim.statistics.factors.labels`.
variables : Variables, optional
    Of the parties that took part.
ax : Axes or sequence of Axes, optional
    The caller's axes to draw into, one for each panel, row by row; without them the figure is new.
"""

from sim.findings.base.columns import Table
from sim.findings.base.evidence import Evidence, evidence_of, read
from sim.findings.base.finding import Finding, Found, PaperTable
from sim.findings.base.registry import drawn, find, find_all, findings, tables_of, with_own

__all__ = [
    "Evidence",
    "Finding",
    "Found",
    "PaperTable",
    "Table",
    "drawn",
    "evidence_of",
    "find",
    "find_all",
    "findings",
    "read",
    "tables_of",
    "with_own",
]
