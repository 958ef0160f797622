"""All families of the community in the Mesa model: what is added up over them, and who enters."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sim.parties.base import Body, Stance
from sim.parties.families.family import Family, start_week
from sim.parties.families.variables import OUTSIDE

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


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
        spread = self.scenario.families.voice_spread
        self.variables.outspoken = self.rules.outspoken(spread, model.deviate("place", 0))
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
        fewest = variables.open_share * self.model.offer.fewest
        if coming == self.model.offer.first_week and sum(map(len, entering)) < fewest:
            variables.too_few = 1
            return
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
        sway; write what would be said.
        """
        weights = against = stance = 0.0
        for family in self.roll:
            felt = family.experience(0.0, 0.0) if family.inside else family.expects(0.0) - family.minded
            attitude = self.rules.squash(self.scenario.families.sensitivity * felt)
            weight = family.weight * family.has_at_stake() * family.sway
            weights += weight
            stance += weight * attitude
            against += weight * self.variables.dose * max(0.0, -attitude)
        self.variables.sway_against = against
        return Stance(stance / weights if weights > 0.0 else 0.0, min(1.0, self.counted(against)))
