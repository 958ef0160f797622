"""How far a programme falls short, and whether a review finds it (R8)."""

from __future__ import annotations

from sim.kernel.compiling import rule


@rule
def shortfall(required, usual, programme, dose):
    """How far the programme takes the subject's time below a requirement, 0...1 (R8).

    ``min(required, usual) - (usual + dose (programme - usual))``: where the usual class falls short
    already, only what the programme adds counts against it.
    """
    return max(0.0, min(required, usual) - (usual + dose * (programme - usual)))


@rule
def notice_probability(largest_shortfall, flexibility, regulation):
    """Chance that a review finds a gap, 0...1: ``weight shortfall (1 - flexibility)`` (R8)."""
    return min(1.0, regulation * largest_shortfall * (1.0 - flexibility))


@rule
def order_probability(order, hold, dose):
    """Chance in spring that a body above repeals what it asked for, or forbids it, 0...1: ``o hold
    dose`` (R8; assumption).
    """
    return order * hold * dose


@rule
def review_due(since, interval):
    """Whether a review is held: at fixed intervals (R8)."""
    return since >= interval


@rule
def stop_ordered(notices, notices_to_stop):
    """Whether the regulator stops the programme: after a number of notices (R8)."""
    return notices >= notices_to_stop
