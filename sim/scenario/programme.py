"""Sections about what is rolled out and how: profiles, design factors and leadership."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from sim.kernel.fields import ASSUMED, Assumption, Rows, Section, choice, number, share

Assignment = Literal["mandatory", "opt_out", "opt_in"]
Setting = Literal["existing_school", "strand", "school_within_school", "new_school", "supplementary"]
RegulatoryStatus = Literal["conventional", "waiver", "virtual", "charter"]
Phasing = Literal["all_at_once", "by_grade", "by_school"]
RUBRIC = "sim docs scenario_rubric: a conventional class"


class Profile(Section):
    """A class as families and regulators meet it; each coordinate scored by
    docs/scenario_rubric.md.

    The defaults are a conventional class: an initiative that sets nothing changes nothing.
    """

    facts: ClassVar[bool] = True

    success: float = number(
        0.5, "0-1", "Share of tasks in which a typical child has visible success.", RUBRIC, 0.01, 0.99
    )
    tailoring: float = share(
        0.0, "How far tasks are set at each child's own level, so that all succeed equally.", RUBRIC
    )
    mixing: float = share(0.4, "How far advanced and remedial students are taught together.", RUBRIC)
    teacher_led: float = share(0.85, "Share of lesson time led by a teacher.", RUBRIC)
    grade_path: float = share(0.85, "How visibly lessons follow the known grade-level path.", RUBRIC)
    agency: float = share(0.3, "Choice of pace and topic.", RUBRIC)
    technology: float = share(0.2, "How much of the class depends on technology.", RUBRIC)
    seat_time: float = share(1.0, "Seat time as regulators count it.", RUBRIC)
    grade_level: float = share(1.0, "Grade-level coverage as regulators count it.", RUBRIC)
    certification: float = share(1.0, "Teachers certified for what they teach.", RUBRIC)


class StatusQuo(Profile):
    """The usual class that families compare with."""


class Initiative(Profile):
    """What is rolled out."""

    effect: float = number(
        0.0,
        "SD per year",
        "Learning gain at full dose and quality for a child at the national mean.",
        Assumption("assumption: none until shown"),
        -1,
        1,
    )
    effect_gradient: float = number(
        0.0,
        "SD per year per SD",
        "How much the gain changes with prior achievement.",
        Assumption("assumption: alike for all"),
        -1,
        1,
    )
    departure: float | None = number(
        None,
        "share",
        "How different a child's ordinary week looks to the family; default: the largest change in the class.",
        "the case",
        0,
        1,
    )
    appeal: float = number(
        0.0,
        "aspects",
        "What the programme gives families (+) or takes from them (-) outside the class: time, care, sleep, "
        "money, marks.",
        Assumption("assumption: nothing"),
        -20,
        20,
    )
    role_change: float = share(0.0, "How much the teacher's role changes.", RUBRIC)
    workload: float = number(
        0.0, "share", "How much work the programme adds for teachers (+) or takes from them (-).", RUBRIC, -1, 1
    )
    staff_gain: float = number(
        0.0, "attitude", "What else teachers gain (+) or lose (-): pay, hours, autonomy.", RUBRIC, -1, 1
    )
    promise: float = share(
        0.0, "How far the programme was adopted for better results.", Assumption("assumption: no promise")
    )


class Offered(Section):
    """How something is offered in a school: who decides that a child takes part, where, and under
    which rules.
    """

    facts: ClassVar[bool] = True
    assignment: Assignment = choice("mandatory", "Who decides whether a child takes part.", "definition")
    setting: Setting = choice("existing_school", "Where the programme takes place.", "definition")
    regulatory_status: RegulatoryStatus = choice("conventional", "Which rules apply.", "definition")
    capacity: int | None = number(
        None,
        "places",
        "Number of places; required if families opt in.",
        "the casebook (village_high): it had room for about 160",
        0,
        5_000_000,
    )

    @model_validator(mode="after")
    def _has_places(self) -> Self:
        if self.assignment == "opt_in" and self.capacity is None:
            raise ValueError("capacity is missing where assignment = opt_in; accepted: a number of places, 0 or more")
        return self


class Design(Offered):
    """Independent factors of how the initiative is offered; retrofit and greenfield are named
    settings of them.
    """

    phasing: Phasing = choice(
        "all_at_once", "Whether all start together, grade by grade, or school by school.", "definition"
    )
    start_weeks: tuple[int, ...] = choice(
        (1,),
        "Weeks of the run, from 1, in which the units start: one, or one per grade, youngest first, or per school.",
        ASSUMED,
    )
    dose: float = share(
        1.0, "Share of the subject's time.", "the casebook (mountain_view): it replaced the whole class"
    )
    viable_enrolment: int = number(
        0,
        "families",
        "Break-even: enrolment that covers all costs once all grades are open. 0: the programme does not depend "
        "on enrolment.",
        Assumption("assumption: not at risk"),
        0,
        5_000_000,
    )
    smallest_class: float = number(
        5.0,
        "families",
        "Minimum number of children per open grade for a programme that families choose to be held; 0: any number.",
        ASSUMED,
        0,
        10_000,
    )
    grant: float = number(
        0.35,
        "years of fixed cost",
        "Start-up grant: reserves before the first year, if the programme depends on enrolment.",
        ASSUMED,
        0,
        20,
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.capacity is not None and self.viable_enrolment > self.capacity:
            raise ValueError(
                f"viable_enrolment = {self.viable_enrolment} is above capacity = {self.capacity}; accepted: at "
                "most the capacity"
            )
        if not self.start_weeks:
            raise ValueError("start_weeks is empty; accepted: at least one week")
        if self.phasing == "all_at_once" and len(self.start_weeks) != 1:
            raise ValueError(
                f"start_weeks has {len(self.start_weeks)} entries where phasing = all_at_once; accepted: one"
            )
        return self


class Beside(Offered):
    """A second offer of the same initiative, in the last schools of the district: a strand to
    choose beside a class that is mandatory elsewhere. The board decides on both together; whether
    it opens at all, and mismanagement, are those of the first.
    """

    schools: int = number(
        0, "schools", "Number of schools, counted from the last, that have the second offer.", "definition", 0, 1000
    )


class Leadership(Section):
    """Four levers of the usual playbook."""

    facts: ClassVar[bool] = True
    vetting: float = share(0.5, "How well the product was chosen and tried.", Assumption("assumption: middling"))
    training: float = share(0.5, "How well teachers were prepared.", Assumption("assumption: middling"))
    communication: float = share(0.5, "How well families were told what and why.", Assumption("assumption: middling"))
    responsiveness: float = share(0.5, "How fast problems are answered.", Assumption("assumption: middling"))


class AssignmentEffect(Section):
    """What an assignment means in numbers."""

    facts: ClassVar[bool] = True
    default_in: bool = number(True, "true or false", "Whether a child takes part unless its family acts.", "definition")
    exclusive: float = share(0.0, "How far the programme serves only those who chose it.", "definition")
    return_ease: float = share(
        0.0, "1 if leaving means the usual class, 0 if it means leaving the school.", "definition"
    )


class SettingEffect(Section):
    """What a setting means in numbers."""

    facts: ClassVar[bool] = True
    staff_choice: float = share(0.0, "Share of the programme's teachers who are there by choice.", ASSUMED)
    displacement: float = share(
        1.0, "How much of the usual class is given up, so that families feel its loss.", "definition"
    )
    shared: float = share(
        1.0,
        "How much of its rooms, time and money the programme shares with the usual class: what families outside lose.",
        ASSUMED,
    )
    added_posts: float = share(
        0.0, "Share of its posts that exist for the programme alone, in a budget that others share.", ASSUMED
    )
    opens: float = share(1.0, "Chance that the programme opens at all.", ASSUMED)
    mismanagement: float = share(
        0.0,
        "Chance per year, at a dose of 1, that the programme is closed for mismanagement.",
        "the casebook (charters_by_cohort): 13% of the closures of 18% in three years",
    )


class AssignmentEffects(Rows):
    """A row for each assignment."""

    mandatory: AssignmentEffect = AssignmentEffect(default_in=True, return_ease=0.0)
    opt_out: AssignmentEffect = AssignmentEffect(default_in=True, return_ease=1.0)
    opt_in: AssignmentEffect = AssignmentEffect(default_in=False, return_ease=1.0, exclusive=1.0)


class SettingEffects(Rows):
    """A row for each setting."""

    existing_school: SettingEffect = SettingEffect(staff_choice=0.0, displacement=1.0, shared=1.0)
    strand: SettingEffect = SettingEffect(staff_choice=0.3, displacement=1.0, shared=0.8, added_posts=0.3)
    school_within_school: SettingEffect = SettingEffect(staff_choice=0.6, displacement=1.0, shared=0.5, added_posts=0.3)
    new_school: SettingEffect = SettingEffect(
        staff_choice=1.0, displacement=1.0, shared=0.1, opens=0.8, mismanagement=0.008
    )
    supplementary: SettingEffect = SettingEffect(staff_choice=0.6, displacement=0.0, shared=0.2, added_posts=0.3)


class RegulatoryFlexibility(Section):
    """How much of a shortfall each regulatory status forgives."""

    facts: ClassVar[bool] = True
    conventional: float = share(0.0, "Shortfall forgiven under conventional rules.", "definition")
    waiver: float = share(0.7, "Shortfall forgiven under a waiver.", ASSUMED)
    virtual: float = share(
        0.95, "Shortfall forgiven to a virtual school.", Assumption("assumption after Arnett 2023: certified as online")
    )
    charter: float = share(0.9, "Shortfall forgiven to a charter school.", ASSUMED)


class Factors(Section):
    """The tables that turn a design's named levels into numbers. They are data: a scenario can
    change them.
    """

    assignment: AssignmentEffects = AssignmentEffects()
    setting: SettingEffects = SettingEffects()
    flexibility: RegulatoryFlexibility = RegulatoryFlexibility()
