"""The report of a sweep: one HTML file that answers the question, shows how sure it is, and says
how to get it again.
"""

from sim.report.page import write_report

__all__ = ["write_report"]
