"""When leaders go, and what their successors do (R13)."""

from __future__ import annotations

import math

from sim.kernel.compiling import rule
from sim.kernel.numerics import tanh


@rule
def leader_goes(yearly, capital):
    """Chance at the year's end that a leader goes, 0...1 (R13).

    ``yearly (2 - C)`` with capital between 0 and 1: the national rate where nothing is wrong, up to
    twice that where all is (assumption).
    """
    return min(1.0, yearly * (2.0 - min(1.0, max(0.0, capital))))


@rule
def support(capital, in_favour, taking_part, unhappy_share, places):
    """What a successor hears of the wish to go on, 0...1 (R13).

    ``C sqrt(favour content) filled``: capital between 0 and 1; the share of families taking part
    that favour it and the share of its teachers who are not unhappy, as a geometric mean, as it
    takes both; and the share of its places that are filled (assumption). It falls with any of them,
    and is the same function under every design. Among schools that gave up a programme, lack of
    staff's support was the most-named reason, a new administrator the most-named reason to return
    (Nese et al. 2016).
    """
    if taking_part == 0:
        return 0.0
    wished = math.sqrt(in_favour / taking_part * (1.0 - unhappy_share))
    return min(1.0, max(0.0, capital)) * wished * min(1.0, taking_part / places)


@rule
def drop_probability(drop, dose, support, saved):
    """Chance that a successor drops what it did not start, 0...1: ``p dose (1 - support) (1 -
    saved)``, less where ending it would cost the budget (R13).
    """
    return drop * dose * (1.0 - support) * (1.0 - saved)


@rule
def unmet(shown, true_sd):
    """How little of a promise of better results shows, 0...1: ``(1 - tanh(gain / V)) / 2``, a half
    where nothing does (R13; assumption).
    """
    return 0.5 * (1.0 - tanh(shown / true_sd)) if true_sd > 0.0 else 0.5


@rule
def disappointment_probability(yearly, promise, change, unmet, support, saved):
    """Chance in spring that deciders give up what does not show what it was adopted for, 0...1:
    ``q promise change unmet (1 - support) (1 - saved)`` (R13; assumption).
    """
    return min(1.0, yearly * promise * change * unmet * (1.0 - support) * (1.0 - saved))
