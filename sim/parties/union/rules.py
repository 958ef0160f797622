"""How the union presses for its members (R7, R10)."""

from __future__ import annotations

from sim.kernel.compiling import rule


@rule
def union_pressure(unhappy, job, pressure, regulation):
    """Capital drained by the union: members that are unhappy, as counted over the bargaining unit,
    by the share of their job at stake (R7, R10).

    A strike is no step of it: nine in ten are about pay.
    """
    return regulation * pressure * job * unhappy
