"""Rules that several parties go by."""

from __future__ import annotations

from sim.kernel.compiling import rule
from sim.kernel.numerics import tanh


@rule
def squash(balance):
    """Map a balance of reasons to an attitude: its hyperbolic tangent. Any real -> -1...1."""
    return tanh(balance)


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
def counted(number, body, own, exponent):
    """How voices are counted, whoever raises them: ``number / (body^gamma own^(1 - gamma))``.

    ``body`` is all whose voice would count, ``own`` the programme's in the district. At gamma 0 a
    packed room counts, at gamma 1 only shares of the whole do (assumption: nobody has measured it).
    """
    return number / (body**exponent * own ** (1.0 - exponent))


@rule
def yearly_to_weekly(annual, weeks_per_year):
    """Chance a week that leads to an annual chance: ``1 - (1 - annual)^(1 / weeks)``."""
    return 1.0 - (1.0 - annual) ** (1.0 / weeks_per_year)


@rule
def attributed(departure, by_change):
    """How much of what happens in a week, and of a doubt about a programme, is put down to it,
    0...1: ``1 - b + b u``.

    At ``b`` 1 in proportion to how different it is: what does not change the week is not blamed
    for it, and nobody ends it for its own sake (assumption). At ``b`` 0 all of it, always.
    """
    return 1.0 - by_change + by_change * departure
