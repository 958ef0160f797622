"""How attention moves (R9)."""

from __future__ import annotations

from sim.kernel.compiling import rule


@rule
def attention(before, voices, kept, gain, walkouts):
    """Public attention, 0...1: ``kept A + gain v + w``, where ``v`` are all voices against as
    counted and ``w`` is what walkouts add (R9).
    """
    return min(1.0, kept * before + gain * voices + walkouts)
