"""Teachers as Mesa agents (R6), and what is added up over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.parties.base import Agent, Body, Stance

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Teacher(Agent):
    """A teacher of the programme.

    Attributes
    ----------
    index : int
        Number in the community.
    school : SimpleNamespace
        The school's page of the ledger.
    attitude : float
        To the initiative, -1 to 1.
    skill : float
        In the new work, 0 to 1, where 1 is the usual class's.
    effort : float
        0 to 1.
    """

    def __init__(self, model: ValueNetworkModel, index: int, school: int) -> None:
        super().__init__(model)
        people, teachers, offer = model.people, self.scenario.teachers, self.scenario.offer
        self.index = index
        self.school = model.ledger.schools[school]
        self.attitude = self.rules.chosen(teachers.choice_bonus, offer.staff_choice)
        self.disposition = self.rules.disposition(
            teachers.disposition_mean, self.attitude, teachers.disposition_sd, float(people.teacher_openness[index])
        )
        self.skill = self.rules.skill_at_start(
            self.novelty,
            self.scenario.leadership.training,
            teachers.dip,
            teachers.dip_training,
            float(people.teacher_draw[index]),
        )
        self.effort = 1.0

    @property
    def novelty(self) -> float:
        """How new the work is, 0 to 1."""
        before, after = self.scenario.status_quo, self.scenario.initiative
        rise = self.rules.technology_rise(after.technology, before.technology)
        return self.rules.novelty(after.role_change, after.workload, rise)

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
            teachers = self.scenario.teachers
            self.skill = self.rules.skill(self.skill, self.scenario.leadership.training, teachers.recovery)
            self.effort = self.rules.effort(self.attitude, teachers.effort_range)

    def make_up_mind(self) -> None:
        """Weigh openness, training, role, workload, defects, families and blame (R6)."""
        if self.active:
            self.attitude += self.rules.drawn(self.attitude, self.target(), self.scenario.teachers.rate)

    def target(self) -> float:
        """The attitude that the reasons of the moment lead to."""
        teachers, initiative, school = self.scenario.teachers, self.scenario.initiative, self.school
        balance = self.rules.teacher_balance(
            self.disposition,
            self.novelty,
            self.scenario.leadership.training,
            initiative.role_change,
            initiative.workload,
            self.ledger.defects,
            initiative.technology,
            school.attitude,
            self.rules.blame(school.voices_against, school.inside, teachers.blame_weight),
            teachers.training_weight,
            teachers.role_weight,
            teachers.workload_weight,
            teachers.defect_weight,
            teachers.family_weight,
        )
        return self.rules.squash(teachers.steepness * balance)


class Teachers(Body):
    """All teachers of the programme; sums run in the order of their numbers."""

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        places = [int(school) for school in model.people.teacher_school]
        self.roll = [model.make(Teacher, index, school) for index, school in enumerate(places)]
        self.by_school = [
            [teacher for teacher, place in zip(self.roll, places, strict=True) if place == school]
            for school in range(len(self.ledger.schools))
        ]
        self.members: Any = model.set_of(Teacher)

    def teach(self) -> None:
        """Teach the week, and add up the quality of delivery, school by school."""
        self.model.activate(self.members, "teach")
        ledger = self.ledger
        total_quality = total_effort = 0.0
        active = 0
        for school, teachers in zip(ledger.schools, self.by_school, strict=True):
            staff = [teacher for teacher in teachers if teacher.active]
            quality = 0.0
            for teacher in staff:
                quality += self.rules.delivered(teacher.skill, teacher.effort)
                total_effort += teacher.effort
            school.quality = quality / len(staff) if staff else 1.0
            total_quality += quality
            active += len(staff)
        ledger.quality = total_quality / active if active else 1.0
        ledger.mean_effort = total_effort / active if active else 1.0

    def respond(self) -> None:
        """Make up their minds, and add up what active teachers think."""
        self.model.activate(self.members, "make_up_mind")
        active = unhappy = 0
        total = 0.0
        for teacher in self.roll:
            if teacher.active:
                active += 1
                total += teacher.attitude
                unhappy += teacher.unhappy
        self.ledger.teacher_attitude = total / active if active else 0.0
        self.ledger.unhappy_share = unhappy / active if active else 0.0

    def press(self) -> None:
        """Press on the board by unhappiness, and by effort withheld (R10)."""
        board, power = self.scenario.board, self.scenario.power.teachers
        self.ledger.drained_teachers = self.rules.teachers_pressure(
            self.ledger.unhappy_share,
            self.ledger.mean_effort,
            board.teacher_pressure,
            board.effort_pressure,
            power.governance,
            power.resources,
            board.drain,
        )

    def stance(self) -> Stance:
        """Attitude that the first week's reasons lead to; tell the ledger how many would be
        unhappy.
        """
        targets = [teacher.target() for teacher in self.roll if teacher.active]
        stance = float(np.mean(targets)) if targets else 0.0
        unhappy = [target < self.scenario.teachers.unhappy for target in targets]
        self.ledger.unhappy_share = float(np.mean(unhappy)) if targets else 0.0
        return Stance(stance, max(0.0, -stance))
