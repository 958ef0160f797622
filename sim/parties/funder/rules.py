"""What cost weighs, and when money runs out (R12)."""

from __future__ import annotations

import math

from sim.kernel.compiling import rule


@rule
def strain(cost, students, dose, share, movable, budget):
    """How far a cost strains a budget, 0...1 (R12).

    ``1 - exp(-cost students dose share / (movable budget))``: cost in dollars per student and year,
    ``share`` of it borne from the budget, which can move ``movable`` dollars for each of its
    ``budget`` students in a year (assumption).
    """
    return 1.0 - math.exp(-cost * students * dose * share / (movable * budget))


@rule
def saved(cost, dose, movable):
    """How much ending it would strain the budget, 0...1: ``1 - exp(min(0, cost) dose / movable)``,
    what it saves for each student of the budget (R12).
    """
    return 1.0 - math.exp(min(0.0, cost) * dose / movable)


@rule
def cut_probability(cut, added_posts, outside_share, dose):
    """Chance in spring that a lean budget cuts it, 0...1: ``c dose posts (1 - outside)``, by the
    share of its posts that exist for it alone and that no outside money pays (R12; assumption).
    """
    return cut * dose * added_posts * (1.0 - outside_share)


@rule
def tightness(draw, spread):
    """How much tighter a year's budget is than the last, a factor of median below 1 and mean near
    1: ``exp(spread z - spread^2 / 2)`` (R12).
    """
    return math.exp(spread * draw - 0.5 * spread * spread)


@rule
def new_strain(now, known):
    """Strain that was not agreed to when the programme was adopted, 0...1 (R12)."""
    return max(0.0, now - known)


@rule
def reserves(before, enrolled, viable, opened, fixed_share, dose):
    """Reserves after a year, in revenue of a child and year (R12).

    ``before + fixed dose (enrolled - viable opened)``: what a child leaves for fixed cost, less
    that cost, which is broken even at ``viable`` once all is open (assumption).
    """
    return before + fixed_share * dose * (enrolled - viable * opened)
