"""Families as Mesa agents (R1 to R5), and what is added up over them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sim.parties.base import Agent, Body, Stance
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
    fit, perception error : float
        Fit D of the programme against the usual class (R1), and the family's error about it before
        it has seen the programme (R5).
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
        felt = Aspects(
            effect=after.effect + after.effect_gradient * a,
            success=success,
            peers=rules.felt(better_peers, aversion),
            teacher_led=rules.felt(rules.closer(teacher_led, before.teacher_led, after.teacher_led), informed),
            grade_path=rules.felt(rules.closer(grade_path, before.grade_path, after.grade_path), informed),
            agency=rules.felt(rules.closer(choice, before.agency, after.agency), informed),
        )
        self.fit = rules.fit(Aspects(*self.priorities[:6]), felt)
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
        taken = self.rules.taken(self.terms.shared, self.variables.enrolled, self.scenario.population.families)
        if self.next_in_line:
            known = self.scenario.population.next_in_line
            return self.rules.stake_next(family.stake_next, family.stake_outside, known, self.return_ease, taken)
        return self.rules.stake_outside(family.stake_outside, taken)

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
            target = rules.squash(
                family.sensitivity * (self.lived() if self.inside else self.expects(self.perception_error))
            )
            moved += rules.drawn(self.attitude, target, family.attitude_rate * self.stake)
        self.next_attitude = moved

    def lived(self) -> float:
        """What this week of the programme was like (R2)."""
        noise = self.scenario.families.experience_noise * self.model.deviate("experience", self.index)
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
            self.scenario.families.voice_rate * self.stake * self.variables.dose,
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


class Families(Body):
    """All families of the community; sums run in the order of their numbers."""

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        people, starts = model.people, model.people.school_start
        self.by_school: list[list[Family]] = []
        for school in range(len(starts) - 1):
            numbers = range(int(starts[school]), int(starts[school + 1]))
            self.by_school.append([model.make(Family, index, school) for index in numbers])
        self.roll = [family for school in self.by_school for family in school]
        for family in self.roll:
            ties = people.contacts[people.first_contact[family.index] : people.first_contact[family.index + 1]]
            family.contacts = [self.roll[contact] for contact in ties]
        self.members: Any = model.set_of(Family)
        self.count_children()
        self.plan()

    # --- before the first week -------------------------------------------------------------------

    def count_children(self) -> None:
        """Count who is of the programme's grades at any time of the run: at the start, and who
        enters the youngest later.
        """
        horizon, grades = self.scenario.horizon, self.scenario.population.grades
        later_years = range(1, (horizon.weeks - 1) // horizon.weeks_per_year + 1)
        for family in self.roll:
            entering = sum(1 for year in later_years if family.grade_in(year) == 0)
            self.variables.tertiles[family.tertile].children += (family.cohort < grades) + entering

    def plan(self) -> None:
        """Add up what is planned over the run: for each week the children that all offers have
        places for.
        """
        horizon, grades, dose = self.scenario.horizon, self.scenario.population.grades, self.model.offer.dose
        of_cohort = Counter((family.school_index, family.cohort) for family in self.roll if family.cohort <= grades)
        for week in range(1, horizon.weeks + 1):
            year, opened = (week - 1) // horizon.weeks_per_year, self.opened_by(week)
            eligible = [0] * len(self.model.terms)
            for (school, cohort), children in of_cohort.items():
                grade = self.rules.grade_of(cohort, year, grades)
                if grade < grades and start_week(self.model, school, grade) <= week:
                    eligible[self.model.school_offers[school]] += children
            planned = 0
            for children, terms in zip(eligible, self.model.terms, strict=True):
                planned += children if terms.default_in else min(children, int(terms.capacity * opened))
            self.variables.planned_weeks += planned * dose

    def opened_by(self, week: int) -> float:
        """Share of the units that have started by a week."""
        weeks = self.scenario.design.start_weeks
        return sum(1 for start in weeks if start <= week) / len(weeks)

    # --- the week --------------------------------------------------------------------------------

    def live(self) -> None:
        """Live through the week, speak, and add up who took part, felt and said what, and what was
        learned.
        """
        for what in ("experience_week", "speak", "settle"):
            self.model.activate(self.members, what)
        variables = self.variables
        variables.taking_part = variables.in_favour = 0
        variables.voices_against = variables.voices_next = 0
        variables.sway_against = variables.voices_outside = attitudes = 0.0
        for tertile in variables.tertiles:
            tertile.inside, tertile.week_gain = 0, 0.0
        for school, families in zip(variables.schools, self.by_school, strict=True):
            for family in families:
                self.hear(family)
            attitudes += self.take_stock(school, [family for family in families if family.inside])
        variables.attitude = attitudes / variables.taking_part if variables.taking_part else 0.0
        variables.enrolled = variables.taking_part
        variables.student_weeks += variables.taking_part * variables.dose
        variables.weeks_this_year += 1
        for tertile in variables.tertiles:
            tertile.gains += tertile.week_gain
            tertile.year_gain += tertile.week_gain
            tertile.year_weeks += tertile.inside

    def hear(self, family: Family) -> None:
        """Take down what a family says, and for how many it stands."""
        variables, outside = self.variables, family.grade == OUTSIDE
        if not family.spoke:
            return
        variables.sway_against += family.weight * family.sway
        if family.inside:
            variables.voices_against += 1
        elif family.next_in_line:
            variables.voices_next += 1
        else:
            variables.voices_outside += family.weight
        first_time, family.on_record = not family.on_record, True
        if first_time:
            variables.opponents += family.weight
        if not outside:
            tertile = variables.tertiles[family.tertile]
            tertile.voice += family.sway
            if first_time:
                tertile.on_record += 1
                variables.on_record += 1
                variables.sway_of_record += family.sway

    def take_stock(self, school: Any, inside: list[Family]) -> float:
        """Add up the week of a school's families taking part; return the sum of attitudes."""
        variables = self.variables
        attitudes = 0.0
        for family in inside:
            tertile = variables.tertiles[family.tertile]
            tertile.inside += 1
            tertile.week_gain += family.gain
            attitudes += family.attitude
            variables.in_favour += family.attitude > 0.0
        older = [family for family in inside if family.older]
        school.inside = len(inside)
        school.attitude = attitudes / len(inside) if inside else 0.0
        school.voices_against = sum(1 for family in inside if family.spoke)
        school.older = len(older)
        school.older_unhappy = sum(1 for family in older if family.child_unhappy)
        variables.taking_part += len(inside)
        return attitudes

    def press(self) -> None:
        """Press on the board by voices (R10)."""
        self.variables.drained_families = self.rules.families_pressure(
            self.counted(self.variables.sway_against),
            self.scenario.families.pressure,
            self.scenario.power.families.governance,
        )

    def leave(self) -> None:
        """Calm down where the board has taken a step, mobilisation up where students have walked
        out; consider going back.
        """
        if self.variables.calm > 0.0:
            self.model.activate(self.members, "calm_down")
        self.model.activate(self.members, "mobilisation_up")
        self.model.activate(self.members, "consider_going_back")

    # --- between weeks ---------------------------------------------------------------------------

    def renew(self) -> None:
        """At the year's end all move up a grade, and the year's sums are closed."""
        self.model.activate(self.members, "move_up")
        self.variables.weeks_this_year = 0
        for tertile in self.variables.tertiles:
            tertile.year_gain, tertile.year_weeks = 0.0, 0

    def enrol(self, coming: int) -> None:
        """Before week ``coming``: children enter by default, or families apply and a lottery fills
        the places; all apply before any enters.
        """
        variables = self.variables
        variables.open_share = self.opened_by(coming)
        variables.applicants = 0
        entering = [self.entering(terms, number, coming) for number, terms in enumerate(self.model.terms)]
        for families in entering:
            for family in families:
                family.enter()
        variables.peak_applicants = max(variables.peak_applicants, variables.applicants)
        for school, families in zip(variables.schools, self.by_school, strict=True):
            school.inside = sum(1 for family in families if family.inside)

    def entering(self, terms: Any, number: int, coming: int) -> list[Family]:
        """Who takes the places of one offer, among the families of its schools."""
        families = [family for family in self.roll if self.model.school_offers[family.school_index] == number]
        entering = [family for family in families if family.may_enter(coming)]
        places = len(entering)
        if not terms.default_in:
            entering = [family for family in entering if family.applies()]
            entering.sort(key=lambda family: (self.chance("lottery", family.index), family.index))
            inside = sum(1 for family in families if family.inside)
            places = max(0, int(terms.capacity * self.variables.open_share) - inside)
        self.variables.applicants += len(entering)
        return entering[:places]

    def close(self) -> None:
        """The programme is over: nobody takes part any more."""
        for family in self.roll:
            family.inside = False
        self.variables.enrolled = 0

    # --- before any run --------------------------------------------------------------------------

    def stance(self) -> Stance:
        """What all with a stake are to be expected to feel in a first week, weighed by stake and
        sway; tell the variables what would be said.
        """
        weights = against = stance = 0.0
        for family in self.roll:
            felt = family.experience(0.0, 0.0) if family.inside else family.expects(0.0)
            attitude = self.rules.squash(self.scenario.families.sensitivity * felt)
            weight = family.weight * family.has_at_stake() * family.sway
            weights += weight
            stance += weight * attitude
            against += weight * self.variables.dose * max(0.0, -attitude)
        self.variables.sway_against = against
        return Stance(stance / weights if weights > 0.0 else 0.0, min(1.0, self.counted(against)))
