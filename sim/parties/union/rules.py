"""How the union follows its members (R7), and how it presses (R10)."""

from __future__ import annotations

from sim.compiled import rule


@rule
def union_step(level, weeks_above, weeks_below, unhappy, rise_share, weeks):
    """Move the union's level (0 quiet, 1 concern, 2 grievance) and its two counters of weeks (R7).

    ``unhappy`` are its unhappy members as counted; it climbs after some weeks above a share, and
    comes down after as many below half of it (assumption). Returns the new ``(level, weeks_above,
    weeks_below)``; a step restarts both counters. A strike is no step of it: nine in ten are about
    pay.
    """
    weeks_above = weeks_above + 1 if unhappy > rise_share else 0
    weeks_below = weeks_below + 1 if unhappy < 0.5 * rise_share else 0
    if weeks_above >= weeks:
        return min(2, level + 1), 0, 0
    if weeks_below >= weeks:
        return max(0, level - 1), 0, 0
    return level, weeks_above, weeks_below


@rule
def union_pressure(level, glad, job, rise_share, pressure, voice_for, regulation):
    """Capital drained by the union, by the share of the job at stake (R7, R10).

    A grievance under the contract drains; where more of its members are glad than would move it if
    they were unhappy, and it is quiet, it speaks for the programme, as much weaker as families do.
    """
    grievance = 1.0 if level >= 2 else 0.0
    praise = voice_for if level == 0 and glad > rise_share else 0.0
    return regulation * pressure * job * (grievance - praise)
