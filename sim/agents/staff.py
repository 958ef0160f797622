"""Teachers and their union (rules R6 and R7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.party import Party

if TYPE_CHECKING:
    from sim.agents.ledger import School
    from sim.model import ValueNetworkModel
    from sim.population import Population


class Teacher(Party):
    """A teacher of the programme.

    Attributes
    ----------
    attitude : float
        To the initiative, -1 to 1.
    skill : float
        In the new work, 0 to 1, where 1 is the usual class's.
    effort : float
        0 to 1.
    """

    def __init__(self, model: ValueNetworkModel, index: int, school: School, people: Population) -> None:
        super().__init__(model)
        self.school = school
        teachers, offer = self.scenario.teachers, self.scenario.offer
        self.disposition = (teachers.disposition_mean + teachers.choice_bonus * offer.staff_choice) + teachers.disposition_sd * float(
            people.teacher_openness[index]
        )
        self.attitude = teachers.choice_bonus * offer.staff_choice
        self.skill = self.rules.skill_at_start(
            self.novelty, self.scenario.leadership.training, teachers.dip, teachers.dip_training, float(people.teacher_draw[index])
        )
        self.effort = 1.0

    @property
    def novelty(self) -> float:
        """How new the work is, 0 to 1."""
        initiative = self.scenario.initiative
        return self.rules.novelty(initiative.role_change, initiative.workload, initiative.technology - self.scenario.status_quo.technology)

    @property
    def active(self) -> bool:
        """Whether there are children of the programme to teach."""
        return self.school.inside > 0

    @property
    def unhappy(self) -> bool:
        """Whether the union would count this teacher."""
        return self.attitude < self.scenario.teachers.unhappy

    def teach(self) -> None:
        """Gain skill and put in effort; the product of both is the quality of delivery (R6)."""
        if self.active:
            self.skill = self.rules.skill(self.skill, self.scenario.leadership.training, self.scenario.teachers.recovery)
            self.effort = self.rules.effort(self.attitude, self.scenario.teachers.effort_range)

    def make_up_mind(self) -> None:
        """Weigh openness, training, role, workload, defects, families and blame (R6)."""
        if self.active:
            self.attitude = self.attitude + self.rules.drawn(self.attitude, self.target(), self.scenario.teachers.rate)

    def target(self) -> float:
        """The attitude that the reasons of the moment lead to."""
        teachers, initiative, school = self.scenario.teachers, self.scenario.initiative, self.school
        balance = self.rules.teacher_balance(
            self.disposition,
            self.novelty,
            self.scenario.leadership.training,
            initiative.role_change,
            initiative.workload,
            self.model.vendor.defects,
            initiative.technology,
            school.attitude,
            teachers.blame_weight * (school.voices_against / school.inside),
            teachers.training_weight,
            teachers.role_weight,
            teachers.workload_weight,
            teachers.defect_weight,
            teachers.family_weight,
        )
        return self.rules.squash(teachers.steepness * balance)


class Union(Party):
    """The teachers' union: level 0 quiet, 1 concern, 2 grievance, 3 action."""

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        self.level = self.weeks_above = self.weeks_below = 0

    def step(self) -> None:
        """Follow the share of unhappy members (R7)."""
        union = self.scenario.union
        self.level, self.weeks_above, self.weeks_below = self.rules.union_step(
            self.level,
            self.weeks_above,
            self.weeks_below,
            self.model.unhappy_share,
            union.rise_share,
            union.rise_weeks,
            union.fall_share,
            union.fall_weeks,
        )

    @property
    def pressure(self) -> float:
        """Weighed pressure on the board (R10)."""
        union, power = self.scenario.union, self.scenario.power.union
        return self.rules.union_pressure(self.level, union.grievance_pressure, union.action_pressure, power.regulation, power.resources)
