"""Teachers as Mesa agents (R6), and what is added up over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.parties.base import Agent, Body, Stance
from sim.parties.teachers.rules import Moment, Reasons, Work
from sim.parties.teachers.variables import CANDIDATES, CHOOSER, DIP, DRAWS

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Teacher(Agent):
    """A teacher of the programme: who fills a post, and in time who follows.

    Attributes
    ----------
    index : int
        Number of the post in the community; also names its draws.
    school : SimpleNamespace
        The school's page of the variables.
    openness : float
        To the change, a standard score.
    trained : bool
        Whether trained for the programme.
    attitude : float
        To the initiative, -1 to 1.
    skill : float
        In the new work, 0 to 1, where 1 is the usual class's.
    """

    def __init__(self, model: ValueNetworkModel, index: int, school: int) -> None:
        super().__init__(model)
        self.index = index
        self.school = model.variables.schools[school]
        self.terms = model.terms[model.school_offers[school]]
        staff = self.scenario.teachers
        self.weights = Reasons(staff.training_weight, staff.demand_weight, staff.defect_weight, staff.family_weight)
        self.start(model.offer.dose, trained=True)

    # --- filling the post ------------------------------------------------------------------------

    def start(self, dose: float, trained: bool) -> None:
        """Fill the post: by assignment, or by the first candidate who chooses it; the last is taken
        (R6).
        """
        staff = self.scenario.teachers
        self.trained = trained
        by_choice = self.draw(CHOOSER) < self.terms.staff_choice
        for candidate in range(CANDIDATES):
            self.openness = self.model.deviate("hiring", DRAWS * self.index + 2 * candidate)
            if not by_choice or self.chooses(candidate, staff.job_share * dose):
                break
        self.attitude = 0.0
        self.skill = self.rules.skill_at_start(self.novelty, self.training, staff.dip, self.draw(DIP))

    def draw(self, what: int) -> float:
        """One of the draws set aside for the post."""
        return self.chance("hiring", DRAWS * self.index + what)

    def chooses(self, candidate: int, job: float) -> bool:
        """Whether a candidate's guess of its own balance beats its inertia: the rule that families
        choose by, with nobody yet inside to ask.
        """
        rules, family = self.rules, self.scenario.families
        draw = self.model.deviate("hiring", DRAWS * self.index + 2 * candidate + 1)
        error = rules.perception_error(family.guess_error, self.model.offer.unfamiliar, draw)
        guess = self.balance(job, Moment(0.0, 0.0, 0.0)) + rules.expected(0.0, error, job)
        return guess > rules.inertia(family.inertia, 0.0, family.inertia_contacts, job)

    # --- who it is -------------------------------------------------------------------------------

    @property
    def novelty(self) -> float:
        """How new the work is, 0 to 1."""
        before, after = self.scenario.status_quo, self.scenario.initiative
        rise = self.rules.technology_rise(after.technology, before.technology)
        return self.rules.novelty(after.role_change, after.workload, rise)

    @property
    def training(self) -> float:
        """How well prepared for the programme, 0 to 1."""
        return self.scenario.leadership.training if self.trained else 0.0

    @property
    def active(self) -> bool:
        """Whether there are children of the programme to teach."""
        return self.school.inside > 0

    @property
    def unhappy(self) -> bool:
        """Whether the union would count this teacher."""
        return self.attitude < self.scenario.teachers.unhappy

    # --- the week --------------------------------------------------------------------------------

    def teach(self) -> None:
        """Gain skill (R6)."""
        if self.active:
            self.skill = self.rules.skill(self.skill, self.training, self.scenario.teachers.recovery)

    @property
    def quality(self) -> float:
        """What it delivers, 0 to 1: skill times use (R6)."""
        return self.rules.delivered(self.skill, self.rules.used(self.attitude))

    def make_up_mind(self) -> None:
        """Weigh openness, training, role, workload, defects, families and blame (R6)."""
        if self.active:
            self.attitude += self.rules.drawn(self.attitude, self.target(), self.scenario.teachers.rate)

    def target(self) -> float:
        """The attitude that the reasons of the moment lead to."""
        staff, variables, school = self.scenario.teachers, self.variables, self.school
        blamed = self.rules.blame(school.voices_against, school.inside)
        reasons = self.balance(variables.job, Moment(variables.defects, school.attitude, blamed))
        return self.rules.squash(staff.steepness * reasons)

    def balance(self, job: float, moment: Moment) -> float:
        """The balance of reasons about the initiative (R6)."""
        staff, made = self.scenario.teachers, self.scenario.initiative
        return self.rules.teacher_balance(
            job,
            self.rules.disposition(staff.disposition_mean, staff.disposition_sd, self.openness),
            self.training,
            Work(self.novelty, made.role_change, made.workload, made.staff_gain, made.technology),
            moment,
            self.weights,
        )

    def stay_or_go(self) -> None:
        """At the year's end, move or leave, and be followed by who comes untrained; who stays is
        trained from then on (R6).
        """
        if self.chance("turnover", self.index) < self.scenario.teachers.turnover:
            self.start(self.variables.dose, trained=False)
            self.variables.staff_left += 1
        else:
            self.trained = True


class Teachers(Body):
    """All teachers of the programme; sums run in the order of their numbers."""

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        places = [int(school) for school in model.people.teacher_school]
        self.roll = [model.make(Teacher, index, school) for index, school in enumerate(places)]
        self.by_school = [
            [teacher for teacher, place in zip(self.roll, places, strict=True) if place == school]
            for school in range(len(self.variables.schools))
        ]
        self.members: Any = model.set_of(Teacher)

    def teach(self) -> None:
        """Teach the week, and add up the quality of delivery, school by school."""
        self.model.activate(self.members, "teach")
        variables = self.variables
        total_quality = 0.0
        active = 0
        for school, teachers in zip(variables.schools, self.by_school, strict=True):
            staff = [teacher for teacher in teachers if teacher.active]
            quality = 0.0
            for teacher in staff:
                quality += teacher.quality
            school.quality = quality / len(staff) if staff else 1.0
            total_quality += quality
            active += len(staff)
        variables.quality = total_quality / active if active else 1.0

    def respond(self) -> None:
        """Make up their minds, and add up what active teachers think."""
        self.take_job()
        self.model.activate(self.members, "make_up_mind")
        variables, total, use = self.variables, 0.0, 0.0
        staff = [teacher for teacher in self.roll if teacher.active]
        for teacher in staff:
            total += teacher.attitude
            use += self.rules.used(teacher.attitude)
        unhappy = sum(1 for teacher in staff if teacher.unhappy)
        variables.teacher_attitude = total / len(staff) if staff else 0.0
        variables.unhappy_share = unhappy / len(staff) if staff else 0.0
        variables.unhappy = unhappy
        variables.use = use / len(staff) if staff else 1.0
        if variables.week_of_year == self.model.offer.renewal_week:
            lapse = self.scenario.teachers.lapse
            chance = self.rules.lapse_probability(lapse, variables.use, variables.dose)
            variables.lapsed = int(self.chance("lapse") < chance)

    def take_job(self) -> None:
        """Say what share of their job the programme takes."""
        self.variables.job = self.scenario.teachers.job_share * self.variables.dose

    def renew(self) -> None:
        """At the year's end some move or leave."""
        self.model.activate(self.members, "stay_or_go")

    def stance(self) -> Stance:
        """Attitude that the first week's reasons lead to; write for the union what
        they would feel and how many would be unhappy. By themselves they are not heard.
        """
        self.take_job()
        targets = [teacher.target() for teacher in self.roll if teacher.active]
        self.variables.unhappy = sum(1 for target in targets if target < self.scenario.teachers.unhappy)
        self.variables.teacher_attitude = float(np.mean(targets)) if targets else 0.0
        return Stance(self.variables.teacher_attitude, 0.0)
