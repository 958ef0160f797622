"""Findings: each file of this folder answers one question about a sweep's runs, with its tables and
its figures. What they share is in ``sim/findings/base``.
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
