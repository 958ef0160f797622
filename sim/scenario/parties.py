"""Sections about the other parties: teachers, union, regulator, community, vendor, results, board and the power table."""

from __future__ import annotations

from itertools import pairwise
from typing import Self

from pydantic import model_validator

from sim.scenario.fields import Section, choice, number, share

PRIOR = "design prior, docs/odd.md"
SEARCHED = "coarse search, docs/validation.md"


class Teachers(Section):
    """Teachers of the programme (R6). Attitude is to the initiative: where nothing changes there is nothing to dislike."""

    count: int = number(24, "teachers", "Teachers of the programme, spread evenly over schools.", PRIOR, 0, 200_000)
    disposition_mean: float = number(0.0, "attitude", "Mean openness to the change.", "assumption", -1, 1)
    disposition_sd: float = number(0.3, "attitude", "Spread of openness.", "assumption", 0, 1)
    steepness: float = number(1.5, "per unit", "Steepness from balance of reasons to attitude.", f"{PRIOR} R6", 0, 10)
    rate: float = share(0.1, "Rate a week at which attitude follows the reasons.", "assumption")
    training_weight: float = number(0.5, "attitude", "What full training adds.", f"{PRIOR} R6", 0, 2)
    role_weight: float = number(0.05, "attitude", "What a full change of role costs.", SEARCHED, 0, 2)
    workload_weight: float = number(0.05, "attitude", "What full added workload costs.", SEARCHED, 0, 2)
    defect_weight: float = number(1.2, "attitude", "What full defects cost where all depends on technology.", f"{PRIOR} R6", 0, 5)
    family_weight: float = number(0.3, "attitude", "What families' mean attitude adds.", f"{PRIOR} R6", 0, 2)
    blame_weight: float = number(
        1.0, "attitude per share", "What it costs when all families of the school speak against in a week.", "assumption", 0, 10
    )
    choice_bonus: float = number(0.4, "attitude", "What having chosen the school adds.", f"{PRIOR} R6: those who chose start above", 0, 1)
    dip: float = share(
        0.4, "Loss of skill at the start where all is new and nobody was trained.", "assumption after Fullan 2001: implementation dip"
    )
    dip_training: float = share(0.7, "Share of the dip that full training removes.", "assumption")
    recovery: float = share(0.06, "Rate a week at which skill recovers at middling training.", "assumption")
    effort_range: float = share(0.3, "Share of effort withheld at the worst attitude.", "assumption")
    unhappy: float = number(-0.2, "attitude", "Attitude below which a teacher counts as unhappy.", f"{PRIOR} R7", -1, 0)


class Union(Section):
    """The union's ladder: quiet, concern, grievance, action (R7)."""

    rise_share: float = share(0.4, "Unhappy share above which it moves up.", f"{PRIOR} R7")
    rise_weeks: int = number(3, "weeks", "Weeks above before it moves up.", f"{PRIOR} R7", 1, 52)
    fall_share: float = share(0.25, "Unhappy share below which it moves down.", f"{PRIOR} R7")
    fall_weeks: int = number(6, "weeks", "Weeks below before it moves down.", f"{PRIOR} R7", 1, 52)
    grievance_pressure: float = number(0.25, "pressure", "Weekly pressure in grievance and action.", f"{PRIOR} R10", 0, 5)
    action_pressure: float = number(0.25, "pressure", "Weekly pressure on resources in action.", "assumption", 0, 5)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.fall_share > self.rise_share:
            raise ValueError(f"fall_share = {self.fall_share} is above rise_share = {self.rise_share}; accepted: at most rise_share")
        return self


class Regulator(Section):
    """Compliance reviews and notices (R8)."""

    required_seat_time: float = share(0.9, "Seat time required.", "assumption")
    required_grade_level: float = share(0.8, "Grade-level coverage required.", "assumption")
    required_certification: float = share(0.9, "Certification required.", "assumption")
    review_interval: int = number(12, "weeks", "Weeks between reviews.", f"{PRIOR} R8", 1, 520)
    call_in_share: float = share(0.1, "Share of families speaking against in a week that calls a review in.", "assumption")
    call_in_gap: int = number(6, "weeks", "Fewest weeks between a review and one called in.", "assumption", 1, 520)
    notices_to_stop: int = number(3, "notices", "Notices that stop the programme.", f"{PRIOR} R8", 1, 100)
    notice_pressure: float = number(1.0, "pressure", "Pressure in the week of a notice.", f"{PRIOR} R10", 0, 10)


class Community(Section):
    """Voters and press (R9)."""

    attention_kept: float = share(0.9, "Attention kept from one week to the next.", f"{PRIOR} R9")
    attention_gain: float = number(2.0, "per share", "Attention added by a week in which all sway speaks against.", "assumption", 0, 50)
    pressure: float = number(0.2, "pressure", "Weekly pressure at full attention.", f"{PRIOR} R10: about half the families'", 0, 10)
    election_weeks: tuple[int, ...] = choice(
        (82,), "Weeks after which seats are elected, from 0.", "assumption: a November election in the third year"
    )
    election_threshold: float = share(0.3, "Attention above which seats change.", "assumption")
    election_swing: float = share(0.5, "Capital lost with the seats at full attention.", "assumption")


class Vendor(Section):
    """Product and funding."""

    defects_at_start: float = share(0.5, "Defects at the start where all is new technology and nothing was vetted.", "assumption")
    vetting_weight: float = share(0.8, "Share of those defects that full vetting removes.", "assumption")
    repair: float = share(0.1, "Share of defects repaired a week at middling responsiveness.", "assumption")
    outage_chance: float = share(
        0.03, "Chance a week of an outage where all is new technology.", "assumption after Mountain View's week-long failures"
    )
    outage_size: float = share(0.3, "Defects added by an outage.", "assumption")
    funded: bool = number(True, "true or false", "Whether an outside funder or the contract pays at the start.", "assumption")
    funding_loss: float = share(0.05, "Chance a year that the funder or the contract falls through.", "assumption")
    funding_pressure: float = number(0.15, "pressure", "Weekly pressure on resources while the funding is missing.", "assumption", 0, 5)


class Results(Section):
    """Published results (R11)."""

    weeks: tuple[int, ...] = choice((12, 24, 36), "Weeks of the school year after which results are published.", f"{PRIOR} R11")
    test_sd: float = number(1.0, "SD", "Spread of test scores within an achievement group.", "assumption: national SD", 0, 3)
    family_weight: float = number(
        0.5, "experience per SD", "How results of its own achievement group enter a family's experience.", "assumption", 0, 5
    )
    board_weight: float = number(0.4, "capital per SD", "How results move the board's capital; losses weigh more.", "assumption", 0, 5)


class Board(Section):
    """The board with its superintendent (R10)."""

    constituency: int | None = number(
        None,
        "families",
        "Families the board answers to: the whole district; default the community's families.",
        f"{PRIOR} R10",
        1,
        50_000_000,
    )
    constituency_exponent: float = share(
        0.5,
        "How voices are counted (gamma): 0 a packed room counts, 1 only shares count.",
        f"{PRIOR} R10: unknown; the middle, to be varied",
    )
    voice_pressure: float = number(
        8.0, "pressure per share", "Pressure where all families speak against at full sway.", f"{PRIOR} R10", 0, 100
    )
    lost_enrolment_pressure: float = number(
        1.0, "pressure per share", "Pressure where all families have left the school.", "assumption", 0, 100
    )
    teacher_pressure: float = number(0.25, "pressure", "Pressure where all teachers are unhappy.", f"{PRIOR} R10", 0, 10)
    effort_pressure: float = number(0.25, "pressure", "Pressure where teachers withhold all effort.", "assumption", 0, 10)
    drain: float = number(0.32, "capital per pressure", "Capital drained a week by a unit of weighed pressure.", SEARCHED, 0, 10)
    recovery: float = share(0.06, "Share of lost capital regained a week at middling responsiveness (r).", SEARCHED)
    meeting_interval: int = number(2, "weeks", "Weeks between meetings at which the board can act.", "assumption: twice a month", 1, 52)
    can_repair: bool = number(True, "true or false", "Whether the board may order repairs.", f"{PRIOR} R10")
    can_concede: bool = number(True, "true or false", "Whether the board may cut the dose.", f"{PRIOR} R10")
    can_make_optional: bool = number(True, "true or false", "Whether the board may make the programme optional.", f"{PRIOR} R10")
    can_cancel: bool = number(True, "true or false", "Whether the board may cancel.", f"{PRIOR} R10")
    repair_below: float = number(0.7, "capital", "Capital below which it repairs.", "assumption", -5, 1)
    concede_below: float = number(0.45, "capital", "Capital below which it concedes.", "assumption", -5, 1)
    optional_below: float = number(0.2, "capital", "Capital below which it makes the programme optional.", "assumption", -5, 1)
    cancel_below: float = number(0.1, "capital", "Capital below which it cancels.", "assumption", -5, 1)
    repair_speed: float = number(2.0, "ratio", "How much faster the vendor repairs once ordered.", "assumption", 1, 10)
    repair_dose: float = share(0.95, "Dose kept when repairs are ordered.", "assumption")
    concede_dose: float = share(0.5, "Dose kept when the board concedes.", f"{PRIOR} R10: halves the dose")
    calm: float = share(0.5, "Share of families' heat that a step takes away.", "assumption")
    relief: float = number(0.05, "capital", "Capital that a step short of cancelling buys.", "assumption", 0, 1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        ladder = (self.repair_below, self.concede_below, self.optional_below, self.cancel_below)
        if any(later > earlier for earlier, later in pairwise(ladder)):
            raise ValueError(
                f"repair_below, concede_below, optional_below, cancel_below = {', '.join(map(str, ladder))}: accepted: each at most the one before"
            )
        return self


class FamiliesPower(Section):
    """Families."""

    resources: float = number(0.5, "weight", "Weight of lost enrolment.", "assumption", 0, 10)
    governance: float = number(1.0, "weight", "Weight of voices.", f"{PRIOR} R10", 0, 10)


class TeachersPower(Section):
    """Teachers."""

    resources: float = number(0.4, "weight", "Weight of effort withheld.", "assumption", 0, 10)
    governance: float = number(0.4, "weight", "Weight of unhappiness.", f"{PRIOR} R10", 0, 10)


class UnionPower(Section):
    """Union."""

    resources: float = number(0.5, "weight", "Weight of action.", f"{PRIOR} R10", 0, 10)
    regulation: float = number(0.5, "weight", "Weight of a grievance under the contract.", f"{PRIOR} R10", 0, 10)


class RegulatorPower(Section):
    """Regulator: without this power it holds no reviews."""

    regulation: float = number(0.5, "weight", "Weight of a notice.", f"{PRIOR} R10", 0, 10)


class CommunityPower(Section):
    """Voters and press."""

    governance: float = number(0.3, "weight", "Weight of attention and of elections.", f"{PRIOR} R10", 0, 10)


class VendorPower(Section):
    """Vendor and funder."""

    resources: float = number(0.5, "weight", "Weight of missing funding.", "assumption", 0, 10)


class BoardPower(Section):
    """The board's own judgement."""

    governance: float = number(1.0, "weight", "Weight of published results.", "assumption", 0, 10)


class Power(Section):
    """Who can move the board, through which channel. A cell that is missing has no signal in the model."""

    families: FamiliesPower = FamiliesPower()
    teachers: TeachersPower = TeachersPower()
    union: UnionPower = UnionPower()
    regulator: RegulatorPower = RegulatorPower()
    community: CommunityPower = CommunityPower()
    vendor: VendorPower = VendorPower()
    board: BoardPower = BoardPower()
