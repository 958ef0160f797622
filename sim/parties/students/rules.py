"""When a school's students walk out (R15)."""

from __future__ import annotations

import math

from sim.compiled import rule


@rule
def ready_to_walk(unhappy_share, threshold, spread):
    """Share of a school's older students ready to walk out, 0...1 (Granovetter 1978).

    ``u / (1 + exp(-(u - t) / s))``: of the unhappy, those whose threshold the share unhappy passes,
    thresholds being logistic.
    """
    return unhappy_share / (1.0 + math.exp(-(unhappy_share - threshold) / spread))


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
