"""The regulator as a Mesa agent (R8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.parties.base import Party, Stance

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Regulator(Party):
    """Reviews compliance at fixed intervals; needs power over the district to do so."""

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        self.variables.last_review = model.offer.first_week

    def respond(self) -> None:
        """Review if due; order a stop after too many notices (R8)."""
        variables, regulator = self.variables, self.scenario.regulator
        if self.rules.review_due(self.model.week - variables.last_review, regulator.review_interval):
            variables.last_review = self.model.week
            if self.chance("review") < self.chance_of_notice():
                variables.notices += 1
        if variables.week_of_year == self.model.offer.renewal_week:
            yearly = regulator.order * self.scenario.power.regulator.regulation
            chance = self.rules.order_probability(yearly, regulator.hold, variables.dose)
            variables.repealed = int(self.chance("order") < chance)
        variables.stop_ordered = int(self.rules.stop_ordered(variables.notices, regulator.notices_to_stop))

    def chance_of_notice(self) -> float:
        """Chance that a review finds a gap, 0 to 1."""
        strict = self.scenario.power.regulator.regulation
        return self.rules.notice_probability(self.largest_gap(), self.model.offer.flexibility, strict)

    def largest_gap(self) -> float:
        """The largest shortfall among the three requirements, 0 to 1."""
        required, usual, made = self.scenario.regulator, self.scenario.status_quo, self.scenario.initiative
        dose, shortfall = self.variables.dose, self.rules.shortfall
        return max(
            shortfall(required.required_seat_time, usual.seat_time, made.seat_time, dose),
            shortfall(required.required_grade_level, usual.grade_level, made.grade_level, dose),
            shortfall(required.required_certification, usual.certification, made.certification, dose),
        )

    def stance(self) -> Stance:
        """Chance that a review finds a gap, as a negative stance."""
        chance = self.chance_of_notice()
        return Stance(-chance, chance)
