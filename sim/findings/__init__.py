"""From a sweep's folder to findings: what the sweep supports, the tables and figures of each, and
what it does not support.
"""

from sim.findings.catalogue import FINDINGS, Finding, Found, drawn, find, find_all, tables_of
from sim.findings.evidence import Evidence, read

__all__ = ["FINDINGS", "Evidence", "Finding", "Found", "drawn", "find", "find_all", "read", "tables_of"]
