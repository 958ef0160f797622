"""The board in the compiled engine (R10)."""

from __future__ import annotations

import numpy as np

from sim.engine.state import FAMILIES, HEAT, REGULATOR, TEACHERS, UNION, VENDOR, phase, r
from sim.outcome import CANCELLED, DILUTED, OPTIONAL, REPAIRED, STOPPED


@phase
def board_week(p, s, d, week, notice):
    """Add up pressure and evidence; act at a meeting."""
    board, power = p.board, p.power
    voices = r.voice_share(d.sway_against - d.sway_for, p.offer.constituency, p.offer.school_size, board.constituency_exponent)
    lost = r.voice_share(np.float64(d.lost), p.offer.constituency, p.offer.school_size, board.constituency_exponent)
    s.drained[FAMILIES] = board.drain * r.families_pressure(
        voices, lost, board.voice_pressure, board.lost_enrolment_pressure, power.families.governance, power.families.resources
    )
    s.drained[TEACHERS] = board.drain * r.teachers_pressure(
        d.unhappy_share, d.mean_effort, board.teacher_pressure, board.effort_pressure, power.teachers.governance, power.teachers.resources
    )
    s.drained[UNION] = board.drain * r.union_pressure(
        d.union_level, p.union.grievance_pressure, p.union.action_pressure, power.union.regulation, power.union.resources
    )
    s.drained[REGULATOR] = board.drain * power.regulator.regulation * (p.regulator.notice_pressure if notice else 0.0)
    s.drained[VENDOR] = board.drain * power.vendor.resources * p.vendor.funding_pressure * (1.0 - d.funded)
    total = 0.0
    for who in range(s.drained.size):
        total += s.drained[who]
    d.capital = r.capital(d.capital, board.recovery, p.leadership.responsiveness, total)

    if d.notices >= p.regulator.notices_to_stop:
        end(s, d, STOPPED, week)
        return
    if (week + 1) % board.meeting_interval != 0:
        return
    rung = r.board_step(
        d.rung, d.capital, d.return_ease >= 1.0,
        board.can_repair, board.can_concede, board.can_make_optional, board.can_cancel,
        board.repair_below, board.concede_below, board.optional_below, board.cancel_below,
    )  # fmt: skip
    if rung == d.rung:
        return
    if rung == CANCELLED:
        end(s, d, CANCELLED, week)
        return
    d.rung = rung
    s.step_weeks[rung] = week + 1
    if rung == REPAIRED:
        d.repair_speed = board.repair_speed
        d.dose = d.dose * board.repair_dose
    elif rung == DILUTED:
        d.dose = d.dose * board.concede_dose
    elif rung == OPTIONAL:
        d.return_ease = 1.0
    d.capital = min(1.0, d.capital + board.relief)
    mood = s.mood[1 - (week & 1)]
    for i in range(mood.shape[0]):
        mood[i, HEAT] = mood[i, HEAT] * (1.0 - board.calm)


@phase
def end(s, d, rung, week):
    """The programme is over: nobody takes part any more."""
    d.rung = rung
    s.step_weeks[rung] = week + 1
    d.enrolled = 0
    for i in range(s.inside.size):
        s.inside[i] = 0
