"""A family as a Mesa agent (R1 to R5): how it judges, lives, speaks, goes back and applies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.parties.base import Agent
from sim.parties.families.rules import Aspects, Delivery, Losses, Voice
from sim.parties.families.variables import OLDER_FROM, OUTSIDE

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Family(Agent):
    """A family with one child: of the programme's grades, next in line, or outside.

    Attributes
    ----------
    index : int
        Number in the community; also names its draws.
    school : SimpleNamespace
        The school's page of the variables.
    terms : Terms
        What is offered at the school.
    achievement, ses : float
        SD units.
    sway : float
        0 to 1.
    third : int
        Third of prior achievement, 0 low to 2 high.
    grade : int
        The programme's grade that the child is in, from 0; their number where it is next in line,
        ``OUTSIDE`` where it never enters.
    fit, settled, perception_error : float
        Fit D of the programme against the usual class (R1), what it comes to in time, and the
        family's error about it before it has seen the programme (R5).
    pupil_fit : float
        What of the fit the child feels itself (R15).
    attitude : float
        -1 to 1, as it was at the end of last week.
    mobilisation : float
        0 to 1, likewise.
    stake : float
        What it has at stake in the week, 0 to 1.
    inside : bool
        Whether the child takes part.
    returned : bool
        Whether it is back in the usual class.
    contacts : list of Family
    """

    def __init__(self, model: ValueNetworkModel, index: int, school: int) -> None:
        super().__init__(model)
        people = model.people
        self.index = index
        self.school_index = school
        self.school = model.variables.schools[school]
        self.terms = model.terms[model.school_offers[school]]
        self.grades = self.scenario.population.grades
        self.cohort = int(people.cohort[index])
        self.achievement = float(people.achievement[index])
        self.ses = float(people.ses[index])
        self.sway = float(people.sway[index])
        self.tertile = int(people.tertile[index])
        self.contacts: list[Family] = []
        family = self.scenario.families
        self.losses = Losses(family.loss_aversion, family.quality_weight)
        self.voice = Voice(
            family.threshold, family.sway_slope, family.persistence, family.contagion, family.attention_amplifies
        )
        self.inside = False
        self.stake = self.next_attitude = self.next_mobilisation = 0.0
        self.grade = self.grade_in(year=0)
        self.start_afresh(persona=index)

    def start_afresh(self, persona: int) -> None:
        """Take up a persona's expectations and priorities, with no opinion and no history."""
        self.wishes = [float(wish) for wish in self.model.people.wishes[persona]]
        self.priorities = [float(weight) for weight in self.model.people.priorities[persona]]
        self.judge()
        self.attitude = 0.0
        self.mobilisation = 0.0
        self.returned = self.on_record = self.been_inside = self.spoke = False

    def judge(self) -> None:
        """Weigh the programme against the usual class (R1), and err about it (R5)."""
        rules, family, communication = self.rules, self.scenario.families, self.scenario.leadership.communication
        before, after = self.scenario.status_quo, self.scenario.initiative
        aversion = rules.aversion_to_loss(family.loss_aversion, self.terms.displacement)
        informed = rules.expectation_aversion(aversion, communication, family.communication_relief)
        a, slope, gap = self.achievement, family.success_slope, family.peer_gap
        more_success = rules.success_share(a, after.success, after.tailoring, slope) - rules.success_share(
            a, before.success, before.tailoring, slope
        )
        better_peers = rules.peer_level(a, after.mixing, gap) - rules.peer_level(a, before.mixing, gap)
        teacher_led, grade_path, choice = self.wishes
        success = rules.felt(more_success, aversion)
        effect = after.effect + after.effect_gradient * a
        felt = Aspects(
            effect=effect,
            success=success,
            peers=rules.felt(better_peers, aversion),
            teacher_led=rules.felt(rules.closer(teacher_led, before.teacher_led, after.teacher_led), informed),
            grade_path=rules.felt(rules.closer(grade_path, before.grade_path, after.grade_path), informed),
            agency=rules.felt(rules.closer(choice, before.agency, after.agency), informed),
        )
        leans = rules.leaning(
            self.model.offer.departure,
            family.leaning_mean,
            family.leaning_sd,
            self.model.deviate("leaning", self.index),
        )
        self.fit = rules.fit(Aspects(*self.priorities[:6]), felt) + family.appeal_weight * after.appeal + leans
        self.settled = rules.settled_fit(self.priorities[0], effect, leans)
        more_choice = rules.felt(after.agency - before.agency, aversion)
        self.pupil_fit = rules.pupil_fit(self.priorities[1], self.priorities[5], success, more_choice)
        draw = self.model.deviate("perception_error", self.index)
        self.perception_error = rules.perception_error(family.guess_error, self.model.offer.unfamiliar, draw)

    # --- where the child is ----------------------------------------------------------------------

    def grade_in(self, year: int) -> int:
        """Grade that the child of this place is in, in a year of the run."""
        return self.rules.grade_of(self.cohort, year, self.grades)

    @property
    def next_in_line(self) -> bool:
        """Whether the child enters the programme's youngest grade next year."""
        return self.grade == self.grades

    @property
    def weight(self) -> float:
        """Families that it stands for: only some of those outside are simulated."""
        return self.model.offer.outside_weight if self.grade == OUTSIDE else 1.0

    @property
    def older(self) -> bool:
        """Whether the child is old enough to walk out (R15)."""
        return self.scenario.students.youngest_grade + self.grade >= OLDER_FROM

    @property
    def return_ease(self) -> float:
        """How easily the child goes back to the usual class: by what is offered, or because the
        board lets all.
        """
        return max(self.terms.return_ease, self.variables.return_ease)

    def has_at_stake(self) -> float:
        """What the family has at stake in the programme, 0 to 1: all of it inside."""
        if self.inside:
            return 1.0
        family = self.scenario.families
        taken = self.rules.stake_in_its_existence(
            self.rules.taken(self.terms.shared, self.variables.enrolled, self.scenario.population.families),
            self.minded,
        )
        if self.next_in_line:
            known = self.scenario.population.next_in_line
            return self.rules.stake_next(family.stake_next, family.stake_outside, known, self.return_ease, taken)
        return self.rules.stake_outside(family.stake_outside, taken)

    @property
    def minded(self) -> float:
        """What a family not inside minds about a programme for those who chose it (R2)."""
        grievance, by_change = self.scenario.families.grievance, self.scenario.board.by_change
        different = self.variables.dose * self.rules.attributed(self.model.offer.departure, by_change)
        enrolled = self.variables.enrolled
        return self.rules.minded(grievance, self.terms.exclusive, self.terms.shared, different, enrolled)

    # --- the week --------------------------------------------------------------------------------

    def experience_week(self) -> None:
        """Listen to the contacts; live through a week of the programme where the child takes part,
        or else guess what it is like (R2).
        """
        rules, family = self.rules, self.scenario.families
        self.stake = self.has_at_stake()
        self.hot_contacts = 0.0
        moved = self.attitude
        if self.contacts:
            attitudes = hot = 0.0
            for contact in self.contacts:
                attitudes += contact.attitude
                hot += contact.mobilisation
            self.hot_contacts = hot / len(self.contacts)
            moved += rules.drawn(self.attitude, attitudes / len(self.contacts), family.influence_rate)
        if self.stake > 0.0:
            felt = self.lived() if self.inside else self.expects(self.perception_error) - self.minded
            target = rules.squash(family.sensitivity * felt)
            moved += rules.drawn(self.attitude, target, family.attitude_rate * self.stake)
        self.next_attitude = moved
        if self.inside and family.habituation > 0.0:
            self.fit = rules.habituated(self.fit, self.settled, family.habituation)

    def lived(self) -> float:
        """What this week of the programme was like (R2)."""
        by_change = self.scenario.board.by_change
        spread = self.scenario.families.experience_noise * self.rules.attributed(self.model.offer.departure, by_change)
        noise = spread * self.model.deviate("experience", self.index)
        return self.experience(self.variables.tertiles[self.tertile].evidence, noise)

    def experience(self, evidence: float, noise: float) -> float:
        """What a week of the programme is like (R2)."""
        delivery = Delivery(self.variables.dose, self.variables.defects, self.school.quality)
        return self.rules.experience(self.fit, self.priorities[6], delivery, self.losses, evidence, noise)

    def expects(self, error: float) -> float:
        """What those not inside think a week would be like (R2)."""
        return self.rules.expected(self.fit, error, self.variables.dose)

    def speak(self) -> None:
        """Speak up against it, as the new attitude and last week's mobilisation around have it, in
        proportion to what is at stake (R3).
        """
        self.spoke = self.stake > 0.0 and self.chance("voice", self.index) < self.chance_to_speak()
        self.next_mobilisation = self.rules.mobilisation(
            self.mobilisation, self.spoke, self.scenario.families.mobilisation_kept
        )

    def chance_to_speak(self) -> float:
        """Chance that it speaks against in this week (R3)."""
        return self.rules.voice_probability(
            self.next_attitude,
            self.sway,
            self.mobilisation,
            self.hot_contacts,
            self.variables.attention,
            self.scenario.families.voice_rate * self.variables.outspoken * self.stake * self.variables.dose,
            self.voice,
        )

    def settle(self) -> None:
        """Take on the week's attitude and mobilisation, once all have read last week's."""
        self.attitude, self.mobilisation = self.next_attitude, self.next_mobilisation

    @property
    def child_unhappy(self) -> bool:
        """Whether the child dislikes its own class, and its family the programme (R15)."""
        family = self.scenario.families
        return self.attitude < -family.threshold and self.rules.pupil_unhappy(
            self.pupil_fit,
            self.priorities[6],
            family.loss_aversion,
            self.variables.defects,
            self.variables.dose,
            family.sensitivity,
            family.threshold,
        )

    @property
    def gain(self) -> float:
        """Learning gain of the child in this week, SD (R11)."""
        initiative = self.scenario.initiative
        return self.rules.gain(
            initiative.effect,
            initiative.effect_gradient,
            self.achievement,
            self.variables.dose,
            self.school.quality,
            float(self.scenario.horizon.weeks_per_year),
        )

    # --- leaving and entering --------------------------------------------------------------------

    def calm_down(self) -> None:
        """Lose some mobilisation after the board has taken a step (R10)."""
        self.mobilisation = self.rules.calmed(self.mobilisation, self.variables.calm)

    def mobilisation_up(self) -> None:
        """Be hot after the child's school has walked out, where one feels like it (R15)."""
        unhappy = self.attitude < -self.scenario.families.threshold
        if self.inside and self.school.walked_out and unhappy and self.older:
            self.mobilisation = 1.0

    def consider_going_back(self) -> None:
        """Go back to the usual class, where that is open (R4)."""
        family = self.scenario.families
        if self.inside and self.chance("exit", self.index) < self.rules.return_probability(
            self.attitude, self.return_ease, family.threshold, family.return_rate
        ):
            self.step_out()
            self.returned = True
            self.variables.left_programme += 1

    def step_out(self) -> None:
        """Take part no more."""
        self.inside = False
        self.variables.enrolled -= 1

    def has_started(self, coming: int) -> bool:
        """Whether the unit of the child's school and grade has started by the coming week."""
        return start_week(self.model, self.school_index, self.grade) <= coming

    def may_enter(self, coming: int) -> bool:
        """Whether the child could take part from the coming week on and does not yet."""
        of_its_grades = self.grade < self.grades
        return not self.inside and not self.returned and of_its_grades and self.has_started(coming)

    def applies(self) -> bool:
        """Whether the family's guess of the fit beats its inertia (R5)."""
        family = self.scenario.families
        inside = [contact for contact in self.contacts if contact.inside]
        satisfied = sum(1 for contact in inside if contact.attitude > 0.0)
        error = self.rules.informed(self.perception_error, float(len(inside)))
        share = satisfied / len(inside) if inside else 0.0
        return self.expects(error) > self.rules.inertia(
            family.inertia, share, family.inertia_contacts, self.variables.dose
        )

    def enter(self) -> None:
        """Take part from the coming week on."""
        self.inside = True
        self.variables.enrolled += 1
        if not self.been_inside:
            self.been_inside = True
            self.variables.reached += 1

    def move_up(self) -> None:
        """Go up a grade at the year's end; after the oldest, a newcomer takes the place, next in
        line for a year, as like a random family in what it wants.
        """
        coming = self.model.week + 1
        self.grade = self.grade_in((coming - 1) // self.scenario.horizon.weeks_per_year)
        if self.next_in_line:
            self.start_afresh(persona=int(self.chance("newcomer", self.index) * len(self.model.people.ses)))
        if self.inside and (self.next_in_line or not self.has_started(coming)):
            self.step_out()


def start_week(model: ValueNetworkModel, school: int, grade: int) -> int:
    """Week of the run, from 1, in which the unit of a school and grade starts."""
    unit = grade if model.offer.by_grade else school if model.offer.by_school else 0
    return model.scenario.design.start_weeks[unit]
