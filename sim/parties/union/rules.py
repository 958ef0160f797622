"""How the union follows its members (R7), and how it presses (R10)."""

from __future__ import annotations

from sim.compiled import rule


@rule
def union_step(level, weeks_above, weeks_below, unhappy_share, rise_share, rise_weeks, fall_share, fall_weeks):
    """Move the union's level (0 quiet, 1 concern, 2 grievance, 3 action) and its two counters of
    weeks (R7).

    Returns the new ``(level, weeks_above, weeks_below)``; a step restarts both counters.
    """
    weeks_above = weeks_above + 1 if unhappy_share > rise_share else 0
    weeks_below = weeks_below + 1 if unhappy_share < fall_share else 0
    if weeks_above >= rise_weeks:
        return min(3, level + 1), 0, 0
    if weeks_below >= fall_weeks:
        return max(0, level - 1), 0, 0
    return level, weeks_above, weeks_below


@rule
def union_pressure(level, grievance_pressure, action_pressure, regulation, resources, drain):
    """Capital drained by the union: a grievance under the contract, and action on resources beside
    it (R10).
    """
    grievance = grievance_pressure if level >= 2 else 0.0
    action = action_pressure if level >= 3 else 0.0
    return drain * (regulation * grievance + resources * action)
