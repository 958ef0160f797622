"""How attention moves, and what an election costs (R9)."""

from __future__ import annotations

from sim.compiled import rule


@rule
def attention(attention_before, voice_share, kept, gain):
    """Public attention, 0...1: ``0.9 A + gain * voice share`` (R9)."""
    return min(1.0, kept * attention_before + gain * voice_share)


@rule
def seats_lost(attention, threshold, swing):
    """Capital lost at an election, 0...1: ``swing * A`` where attention is above the threshold
    (R9).
    """
    if attention > threshold:
        return swing * attention
    return 0.0


@rule
def community_pressure(seats, attention, attention_pressure, governance, drain):
    """Capital drained by the community: seats lost at an election, and public attention week by
    week (R9, R10).
    """
    return governance * seats + drain * governance * attention_pressure * attention
