"""Rules that several parties go by."""

from __future__ import annotations

import math

from sim.compiled import rule


@rule
def squash(balance):
    """Map a balance of reasons to an attitude: tanh, by way of one
    exponential. Any real -> -1...1.
    """
    return 1.0 - 2.0 / (math.exp(2.0 * balance) + 1.0)


@rule
def felt(change, aversion):
    """Value a change against the status quo: losses weigh ``aversion`` times (Tversky & Kahneman
    1992).
    """
    if change >= 0.0:
        return change
    return aversion * change


@rule
def drawn(attitude, target, rate):
    """How far attitude moves towards a target in a week (R2, R6).

    Families are drawn to ``tanh(beta E)`` at rate alpha and to their contacts' mean at rate mu
    (DeGroot 1974), teachers to ``tanh`` of their balance of reasons.
    """
    return rate * (target - attitude)


@rule
def novelty(role_change, workload, technology_rise):
    """How new the work is to a teacher, 0...1: the largest of the changes it asks for (R6)."""
    return max(role_change, workload, max(0.0, technology_rise))


@rule
def voice_share(voices, constituency, school_size, exponent):
    """How the board counts voices: the sway-weighted sum over ``M^gamma m^(1 - gamma)`` (R10).

    ``M`` is the constituency, ``m`` the families of one school, so that gamma changes nothing in a
    one-school district.
    """
    return voices / (constituency**exponent * school_size ** (1.0 - exponent))
