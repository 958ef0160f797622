"""Random scenarios in which as much as possible happens: for Hypothesis, and by a seed alone."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from hypothesis import strategies as st

from sim import Scenario

MISALIGNED = {
    "population.families": 90,
    "population.aligned_minority": 0.3,
    "teachers.count": 8,
    "initiative.success": 0.3,
    "initiative.tailoring": 0.8,
    "initiative.teacher_led": 0.2,
    "initiative.grade_path": 0.2,
    "initiative.agency": 0.8,
    "initiative.technology": 0.9,
    "initiative.role_change": 0.8,
    "initiative.workload": 0.6,
}
"""Fields of a programme that goes against what most families and teachers want."""


class Dice(Protocol):
    """What a random scenario is drawn with."""

    def real(self, low: float, high: float) -> float: ...

    def whole(self, low: int, high: int) -> int: ...

    def one_of(self, options: Sequence[Any]) -> Any: ...


class Drawn:
    """Dice that Hypothesis throws, and throws again for a smaller example."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def real(self, low: float, high: float) -> float:
        return self.draw(st.floats(low, high))

    def whole(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def one_of(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))


class Seeded:
    """Dice of a seed. A number lies on one of its bounds in one throw of four: so each switch is
    off, or full on, often enough.
    """

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def real(self, low: float, high: float) -> float:
        where = self.rng.random()
        if where < 0.25:
            return float(low if where < 0.125 else high)
        return float(self.rng.uniform(low, high))

    def whole(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def one_of(self, options: Sequence[Any]) -> Any:
        return options[self.rng.integers(len(options))]


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Draw a small, valid and lively scenario."""
    return lively(Drawn(draw), 25)


def seeded(seed: int, families: int = 12) -> Scenario:
    """The lively scenario of a seed; never more than a number of families of its grades."""
    return lively(Seeded(seed), families)


ASSIGNMENTS = ("mandatory", "opt_out", "opt_in")
SETTINGS = ("existing_school", "strand", "school_within_school", "new_school", "supplementary")
STATUSES = ("conventional", "waiver", "virtual", "charter")
POWER = tuple(
    f"power.{who}.{channel}" for who, channels in Scenario().power.model_dump().items() for channel in channels
)
ON_OR_OFF = (True, False)


def lively(dice: Dice, most_families: int) -> Scenario:
    """Throw a scenario: every factor of the design, every party, every step of the ladder, each
    mechanism on or off.
    """
    size = _size(dice, most_families)
    families, weeks, year = (size[name] for name in ("population.families", "horizon.weeks", "horizon.weeks_per_year"))
    return Scenario().revise(
        {
            **size,
            **_people(dice),
            **_offers(dice, size),
            **_families_and_students(dice),
            **_staff(dice),
            **_others(dice, families, weeks, year),
            **_leaders_and_board(dice, families, year),
            **{field: dice.one_of((0.0, 1.0, 1.0, 2.0)) for field in POWER},
        }
    )


def _shares(dice: Dice, table: str, names: str) -> dict[str, Any]:
    """A share for each of some fields of a table."""
    return {f"{table}.{name}": dice.real(0, 1) for name in names.split()}


def _perhaps(dice: Dice, low: int, high: int) -> int | None:
    """A number that may be left out."""
    return dice.one_of((None, dice.whole(low, max(low, high))))


def _size(dice: Dice, most_families: int) -> dict[str, Any]:
    year = dice.whole(4, 20)
    return {
        "horizon.weeks_per_year": year,
        "horizon.weeks": dice.one_of((dice.whole(0, 3 * year), min(4 * year, 48))),
        "population.families": dice.whole(0, most_families),
        "population.schools": dice.whole(1, 3),
        "population.grades": dice.whole(1, 3),
        "teachers.count": dice.whole(0, 6),
    }


def _people(dice: Dice) -> dict[str, Any]:
    return {
        "population.achievement_mean": dice.real(-1.5, 1.5),
        "population.ses_mean": dice.real(-1, 1.5),
        "population.share_poor": dice.real(0, 0.9),
        "population.poor_gap": dice.real(-0.5, 1),
        "population.outside": _perhaps(dice, 0, 40),
        **_shares(dice, "population", "aligned_minority aligned_distance next_in_line"),
        "population.priority_concentration": dice.real(0.3, 5),
        "network.mean_degree": dice.one_of((4.0, 6.0, 9.0)),
        "network.clustering": dice.real(0, 0.3),
        "network.assortativity": 0.0,
        **_shares(dice, "status_quo", "technology mixing teacher_led agency"),
        **_shares(dice, "initiative", "tailoring mixing teacher_led grade_path agency technology role_change workload"),
        **_shares(dice, "initiative", "seat_time grade_level certification"),
        "initiative.success": dice.real(0.1, 0.9),
        "initiative.effect": dice.real(-0.3, 0.3),
        "initiative.effect_gradient": dice.real(-0.1, 0.1),
        "initiative.departure": dice.one_of((None, dice.real(0, 1))),
        "initiative.appeal": dice.real(-2, 2),
        "initiative.staff_gain": dice.real(-0.5, 0.5),
        "initiative.promise": dice.one_of((dice.real(0, 1), 1.0)),
        **_shares(dice, "leadership", "vetting training communication responsiveness"),
    }


def _offers(dice: Dice, size: dict[str, Any]) -> dict[str, Any]:
    """The five ways of design and what lies between, with or without a second offer beside it."""
    families, schools, grades, weeks = (
        size[name] for name in ("population.families", "population.schools", "population.grades", "horizon.weeks")
    )
    phasing, units = dice.one_of((("all_at_once", 1), ("by_grade", grades), ("by_school", schools)))
    late = dice.one_of((0, max(weeks - 1, 0)))
    capacity = dice.whole(0, 2 * families)
    factors: dict[str, Any] = {}
    for setting in SETTINGS:
        row = f"factors.setting.{setting}"
        factors |= _shares(dice, row, "staff_choice displacement shared added_posts")
        factors[f"{row}.opens"] = dice.one_of((1.0,) * 7 + (dice.real(0, 1),))
        factors[f"{row}.mismanagement"] = dice.one_of((0.0, 0.0, 0.0, dice.real(0, 0.5)))
    return {
        **factors,
        **_shares(dice, "factors.flexibility", " ".join(STATUSES)),
        "factors.assignment.opt_out.return_ease": dice.real(0, 1),
        "factors.assignment.opt_in.return_ease": dice.real(0, 1),
        "factors.assignment.opt_in.exclusive": dice.real(0, 1),
        **{f"{offer}.assignment": dice.one_of(ASSIGNMENTS) for offer in ("design", "beside")},
        **{f"{offer}.setting": dice.one_of(SETTINGS) for offer in ("design", "beside")},
        **{f"{offer}.regulatory_status": dice.one_of(STATUSES) for offer in ("design", "beside")},
        "beside.schools": dice.one_of((0, dice.whole(0, schools))),
        "beside.capacity": dice.whole(0, 2 * families),
        "design.phasing": phasing,
        "design.start_weeks": tuple(1 + dice.whole(0, late) for _ in range(units)),
        "design.dose": dice.one_of((1.0, dice.real(0, 1))),
        "design.capacity": capacity,
        "design.viable_enrolment": dice.one_of((0, dice.whole(0, capacity))),
        "design.smallest_class": dice.one_of((0.0, dice.real(0, 2))),
        "design.grant": dice.real(0, 1),
    }


def _families_and_students(dice: Dice) -> dict[str, Any]:
    return {
        "families.loss_aversion": dice.real(1, 3),
        "families.success_slope": dice.real(0, 2),
        "families.communication_relief": dice.real(0, 0.3),
        "families.sensitivity": dice.real(1, 10),
        **_shares(dice, "families", "peer_gap stake_next stake_outside voice_rate mobilisation_kept"),
        "families.attitude_rate": dice.real(0, 0.6),
        "families.influence_rate": dice.real(0, 0.4),
        "families.threshold": dice.real(0, 0.2),
        "families.sway_slope": dice.real(0, 2),
        "families.persistence": dice.real(0, 5),
        "families.contagion": dice.real(0, 5),
        "families.attention_amplifies": dice.real(0, 5),
        "families.return_rate": dice.real(0, 0.5),
        "families.voice_spread": dice.one_of((0.0, dice.real(0, 2))),
        "families.appeal_weight": dice.real(0, 0.3),
        "families.leaning_mean": dice.real(-0.2, 0.2),
        "families.leaning_sd": dice.real(0, 0.3),
        "families.habituation": dice.one_of((0.0, dice.real(0, 1))),
        "families.grievance": dice.one_of((0.0, dice.real(0, 1.5))),
        "families.guess_error": dice.real(0, 0.5),
        "families.inertia": dice.real(-0.2, 0.2),
        "families.inertia_contacts": dice.real(0, 1),
        "families.quality_weight": dice.real(0, 0.5),
        "families.experience_noise": dice.real(0, 0.3),
        "families.pressure": dice.one_of((0.0, 1.0, 20.0)),
        "students.youngest_grade": dice.whole(4, 8),
        "students.walkout": dice.real(0, 0.5),
        "students.attention": dice.real(0, 1),
    }


def _staff(dice: Dice) -> dict[str, Any]:
    return {
        "teachers.disposition_mean": dice.real(-0.5, 0.5),
        **_shares(dice, "teachers", "disposition_sd training_weight defect_weight family_weight"),
        "teachers.demand_weight": dice.real(0, 0.5),
        **_shares(dice, "teachers", "job_share lapse rate turnover dip recovery"),
        "teachers.steepness": dice.real(0, 8),
        "teachers.unhappy": dice.real(-0.3, 0),
        "union.bargaining_unit": _perhaps(dice, 1, 30),
        "union.pressure": dice.real(0, 0.2),
    }


def _others(dice: Dice, families: int, weeks: int, year: int) -> dict[str, Any]:
    return {
        **_shares(dice, "regulator", "required_seat_time required_grade_level required_certification"),
        **_shares(dice, "regulator", "hold order"),
        "regulator.review_interval": dice.whole(1, 12),
        "regulator.notices_to_stop": dice.whole(1, 8),
        "community.election_weeks": tuple(1 + dice.whole(0, 40) for _ in range(dice.whole(0, 4))),
        "community.turnout": dice.real(0, 1),
        "community.electorate": _perhaps(dice, 1, 100),
        "community.voters_per_family": dice.real(1, 5),
        "community.attention_gain": dice.real(0, 4),
        "community.attention_kept": dice.real(0, 1),
        **_shares(dice, "vendor", "untried fault defects_at_start repair"),
        "funder.cost": dice.real(-500, 2000),
        **_shares(dice, "funder", "cut borne promised loss fixed_share weight"),
        "funder.movable": dice.real(100, 500),
        "funder.end_week": _perhaps(dice, 1, weeks + 1),
        "funder.budget_students": _perhaps(dice, 1, 300),
        "funder.budget_sd": dice.real(0, 0.6),
        "results.weeks": tuple(dice.whole(1, year) for _ in range(dice.whole(0, 3))),
        "results.test_sd": dice.real(0, 1),
        "results.true_sd": dice.real(0, 0.3),
        "results.family_weight": dice.real(0, 2),
        "results.board_weight": dice.real(0, 1),
    }


def _leaders_and_board(dice: Dice, families: int, year: int) -> dict[str, Any]:
    steps = ("can_repair", "can_concede", "can_make_optional", "can_suspend", "can_decline")
    return {
        "leaders.decides": dice.one_of(("principal", "superintendent", "both")),
        **_shares(dice, "leaders", "principal_leaves superintendent_leaves sponsorship closes_own drop"),
        "board.constituency": _perhaps(dice, max(families, 1), 6 * families),
        "board.constituency_exponent": dice.real(0, 1),
        "board.seats": dice.one_of((1, 3, 5, 7, 15)),
        "board.meeting_interval": dice.whole(1, 4),
        "board.renewal_week": dice.whole(1, year + 2),
        **{f"board.{step}": dice.one_of(ON_OR_OFF) for step in steps},
        "board.answer_below": dice.real(-0.5, 1),
        "leaders.disappointment": dice.one_of((dice.real(0, 3), 5.0)),
        "board.by_change": dice.one_of((0.0, dice.real(0, 1))),
        "board.answer_weeks": dice.one_of((0.0, dice.real(0, 8))),
        "board.patience": dice.one_of((0.0, dice.real(1, 8))),
        "board.suspend_below": dice.real(-1, 1),
        "board.recovery": dice.real(0, 0.5),
        **_shares(dice, "board", "concede_dose calm"),
        "board.repair_speed": dice.real(1, 5),
        "board.doubt": dice.real(-0.5, 1.5),
        "board.tolerance_sd": dice.real(0, 0.6),
    }
