"""When a school's students walk out (R15)."""

from __future__ import annotations

from sim.kernel.compiling import rule


@rule
def ready_to_walk(unhappy_share):
    """Share of a school's older students ready to walk out, 0...1 (Granovetter 1978).

    ``u u``: of the unhappy, those whose threshold is below the share unhappy, where thresholds are
    spread evenly from 0 to 1 (assumption).
    """
    return unhappy_share * unhappy_share


@rule
def walks_out(ready, needed, dose):
    """Whether they walk out: enough are ready, and there is something to walk out of (R15)."""
    return dose > 0.0 and ready > needed


@rule
def walkout_attention(walking, taking_part, attention):
    """Public attention that walkouts add, 0...1: in proportion to who walked out of all taking
    part (R15).
    """
    return attention * walking / taking_part
