"""Who the teachers are, and what moves them (R6)."""

from __future__ import annotations

from sim.kernel.fields import ASSUMED, FITTED, Assumption, Section, number, share


class Settings(Section, title="Teachers"):
    """Teachers of the programme (R6). Attitude is to the initiative: where nothing changes there is
    nothing to dislike.
    """

    count: int = number(
        24, "teachers", "Teachers of the programme, spread evenly over schools.", ASSUMED, 0, 200_000, fact=True
    )
    disposition_mean: float = number(0.0, "attitude", "Mean openness to the change.", ASSUMED, -1, 1, fact=True)
    job_share: float = share(
        1.0, "Share of these teachers' job that the programme takes up at a dose of 1.", ASSUMED, fact=True
    )
    disposition_sd: float = number(0.3, "attitude", "Spread of openness.", ASSUMED, 0, 1)
    steepness: float = number(1.5, "per unit", "Steepness of attitude in the balance of reasons.", ASSUMED, 0, 10)
    rate: float = share(0.1, "Weekly rate at which attitude follows the reasons.", ASSUMED)
    training_weight: float = number(
        0.5, "attitude", "What full training adds to the balance of reasons.", ASSUMED, 0, 2
    )
    demand_weight: float = number(
        0.17, "attitude", "What a full change of role, and a full added workload, each cost.", FITTED, 0, 2
    )
    defect_weight: float = number(
        1.2, "attitude", "What full defects cost if everything depends on technology.", ASSUMED, 0, 5
    )
    family_weight: float = number(0.3, "attitude", "What families' mean attitude adds.", ASSUMED, 0, 2)
    dip: float = share(
        0.4,
        "Loss of skill at the start if everything is new and nobody was trained.",
        Assumption("assumption after Fullan 2001: implementation dip"),
    )
    recovery: float = share(0.06, "Weekly rate at which skill recovers at middling training.", ASSUMED)
    unhappy: float = number(-0.2, "attitude", "Attitude below which a teacher counts as unhappy.", ASSUMED, -1, 0)
    lapse: float = number(
        0.59, "per year", "How readily a programme that its teachers do not use is allowed to lapse (l).", FITTED, 0, 5
    )
    turnover: float = share(
        0.157,
        "Chance per year that a teacher moves or leaves.",
        "the casebook (teacher_turnover): NCES 2014-077",
    )
