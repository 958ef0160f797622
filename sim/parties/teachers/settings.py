"""Who the teachers are, and what moves them (R6)."""

from __future__ import annotations

from sim.fields import PRIOR, SEARCHED, Assumption, Section, number, share


class Settings(Section, title="Teachers"):
    """Teachers of the programme (R6). Attitude is to the initiative: where nothing changes there is
    nothing to dislike.
    """

    count: int = number(24, "teachers", "Teachers of the programme, spread evenly over schools.", PRIOR, 0, 200_000)
    disposition_mean: float = number(0.0, "attitude", "Mean openness to the change.", Assumption("assumption"), -1, 1)
    disposition_sd: float = number(0.3, "attitude", "Spread of openness.", Assumption("assumption"), 0, 1)
    steepness: float = number(1.5, "per unit", "Steepness from balance of reasons to attitude.", f"{PRIOR} R6", 0, 10)
    rate: float = share(0.1, "Rate a week at which attitude follows the reasons.", Assumption("assumption"))
    training_weight: float = number(0.5, "attitude", "What full training adds.", f"{PRIOR} R6", 0, 2)
    role_weight: float = number(0.05, "attitude", "What a full change of role costs.", SEARCHED, 0, 2)
    workload_weight: float = number(0.05, "attitude", "What full added workload costs.", SEARCHED, 0, 2)
    defect_weight: float = number(
        1.2, "attitude", "What full defects cost where all depends on technology.", f"{PRIOR} R6", 0, 5
    )
    family_weight: float = number(0.3, "attitude", "What families' mean attitude adds.", f"{PRIOR} R6", 0, 2)
    blame_weight: float = number(
        1.0,
        "attitude per share",
        "What it costs when all families of the school speak against in a week.",
        Assumption("assumption"),
        0,
        10,
    )
    choice_bonus: float = number(
        0.4, "attitude", "What having chosen the school adds.", f"{PRIOR} R6: those who chose start above", 0, 1
    )
    dip: float = share(
        0.4,
        "Loss of skill at the start where all is new and nobody was trained.",
        Assumption("assumption after Fullan 2001: implementation dip"),
    )
    dip_training: float = share(0.7, "Share of the dip that full training removes.", Assumption("assumption"))
    recovery: float = share(0.06, "Rate a week at which skill recovers at middling training.", Assumption("assumption"))
    effort_range: float = share(0.3, "Share of effort withheld at the worst attitude.", Assumption("assumption"))
    unhappy: float = number(-0.2, "attitude", "Attitude below which a teacher counts as unhappy.", f"{PRIOR} R7", -1, 0)


class Power(Section, title="TeachersPower"):
    """Teachers."""

    resources: float = number(0.4, "weight", "Weight of effort withheld.", Assumption("assumption"), 0, 10)
    governance: float = number(0.4, "weight", "Weight of unhappiness.", f"{PRIOR} R10", 0, 10)
