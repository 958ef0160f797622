"""Those who pay, as a Mesa agent (R12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.kernel.variables import in_order
from sim.parties.base import Party, Stance

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Funder(Party):
    """Outside money, the budget that bears the rest, and the accounts of what lives by
    enrolment.
    """

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        self.money, self.offer = self.scenario.funder, model.offer
        self.year = self.scenario.horizon.weeks_per_year
        self.variables.outside_share = self.money.borne
        agreed = max(0.0, 1.0 - self.money.borne - self.money.promised)
        self.variables.adopted_strain = self.planned_strain(agreed)
        self.variables.saved = self.rules.saved(self.money.cost, self.offer.dose, self.money.movable)
        self.variables.reserves = (
            self.offer.grant * self.money.fixed_share * self.offer.viable_enrolment * self.offer.dose
        )

    def strain(self, students: float, dose: float, share: float) -> float:
        """How far a share of the cost strains the budget, 0 to 1."""
        cost = max(0.0, self.money.cost)
        return self.rules.strain(cost, students, dose, share, self.money.movable, self.offer.budget)

    def planned_strain(self, share: float) -> float:
        """The same for all that is planned, at the dose that is."""
        return self.strain(self.offer.programme, self.offer.dose, share)

    def supply(self) -> None:
        """Pay on; end the grant as agreed, or let down by chance (R12)."""
        lost = self.rules.yearly_to_weekly(self.money.loss, self.year)
        if self.model.week >= self.offer.grant_ends or self.chance("funding") < lost:
            self.variables.outside_share = 0.0

    def respond(self) -> None:
        """In the week in which renewal is decided, say what strain is new in next year's budget
        (R12).
        """
        variables, week = self.variables, self.model.week
        if variables.week_of_year != self.offer.renewal_week:
            return
        next_year = ((week - 1) // self.year + 1) * self.year + 1
        own = 1.0 - (variables.outside_share if self.offer.grant_ends > next_year else 0.0)
        tight = self.rules.tightness(self.model.deviate("budget", 0), self.money.budget_sd)
        now = self.strain(variables.enrolled, variables.dose, own * tight)
        variables.strain = self.rules.new_strain(now, variables.adopted_strain)
        variables.saved = self.rules.saved(self.money.cost, variables.dose, self.money.movable)
        posts = self.model.terms[0].added_posts
        yearly = self.money.cut * self.scenario.power.funder.resources
        chance = self.rules.cut_probability(yearly, posts, 1.0 - own, variables.dose)
        variables.cut = int(self.chance("cut") < chance)

    def conclude(self) -> None:
        """Close the year's accounts of what lives by enrolment (R12)."""
        variables, viable = self.variables, self.offer.viable_enrolment
        enrolled = in_order(tertile.year_weeks for tertile in variables.tertiles) / max(variables.weeks_this_year, 1)
        variables.reserves = self.rules.reserves(
            variables.reserves,
            enrolled,
            viable,
            variables.open_share,
            self.money.fixed_share,
            self.offer.dose * (variables.weeks_this_year / self.year),
        )
        variables.insolvent = int(viable > 0 and variables.reserves < 0.0)

    def stance(self) -> Stance:
        """New strain on the budget that is to be expected within a year: outside money that ends or
        may fall through by then, or was promised and failed to come.
        """
        variables = self.variables
        ends = self.offer.grant_ends <= self.offer.first_week + self.year
        lost = 1.0 if ends else self.money.loss
        kept, all_of_it = (
            self.rules.new_strain(self.planned_strain(share), variables.adopted_strain)
            for share in (1.0 - variables.outside_share, 1.0)
        )
        expected = (1.0 - lost) * kept + lost * all_of_it
        return Stance(-expected, expected)
