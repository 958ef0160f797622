"""Principal and superintendent as one Mesa agent (R13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.parties.base import Party

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel

PRINCIPAL, SUPERINTENDENT = 0, 1


class Leaders(Party):
    """Those whose project it is: they back it, go in time, and are followed by who did not start
    it.
    """

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        self.offer = model.offer

    def respond(self) -> None:
        """In the week in which renewal is decided, a successor reviews what it did not start
        (R13).
        """
        variables = self.variables
        if variables.week_of_year != self.offer.renewal_week:
            return
        if variables.new_principal:
            variables.principal_backs = self.review(PRINCIPAL)
            variables.new_principal = 0
        if variables.new_superintendent:
            variables.superintendent_backs = self.review(SUPERINTENDENT)
            variables.new_superintendent = 0
        self.take_stock()
        if self.model.week - self.offer.first_week >= self.scenario.horizon.weeks_per_year:
            variables.disappointed = int(self.chance("promise") < self.chance_to_be_disappointed())

    def chance_to_be_disappointed(self) -> float:
        """Chance that it is given up, as what it was adopted for does not show (R13)."""
        variables, scenario = self.variables, self.scenario
        return self.rules.disappointment_probability(
            scenario.leaders.disappointment,
            scenario.initiative.promise,
            self.offer.departure * variables.dose,
            self.rules.unmet(variables.shown_gain, scenario.results.true_sd),
            self.support(),
            variables.saved,
        )

    def support(self) -> float:
        """What deciders hear of the wish to go on (R13)."""
        variables = self.variables
        places = self.offer.programme * variables.open_share
        return self.rules.support(
            variables.capital, variables.in_favour, variables.taking_part, variables.unhappy_share, places
        )

    def review(self, who: int) -> float:
        """Drop it, or make it its own; return how far the successor backs it from now on."""
        variables, leaders = self.variables, self.scenario.leaders
        drop = leaders.drop * self.rules.attributed(self.offer.departure, self.scenario.board.by_change)
        if who == PRINCIPAL and self.offer.viable_enrolment > 0:
            drop *= leaders.closes_own
        chance = self.rules.drop_probability(drop, variables.dose, self.support(), variables.saved)
        if self.chance("review_of_leader", who) < chance:
            variables.dropped = 1
            return 0.0
        return 1.0

    def conclude(self) -> None:
        """At the year's end a leader may go; the successor has not made up its mind (R13)."""
        variables, leaders = self.variables, self.scenario.leaders
        if self.offer.principal and self.goes(PRINCIPAL, leaders.principal_leaves):
            variables.leaders_gone += 1
            variables.new_principal = 1
            variables.principal_backs = 0.0
        if self.offer.superintendent and self.goes(SUPERINTENDENT, leaders.superintendent_leaves):
            variables.leaders_gone += 1
            variables.new_superintendent = 1
            variables.superintendent_backs = 0.0
        self.take_stock()

    def goes(self, who: int, yearly: float) -> bool:
        """Whether a leader goes at this year's end."""
        return self.chance("leaders", who) < self.rules.leader_goes(yearly, self.variables.capital)

    def take_stock(self) -> None:
        """Say how far those back it whose project it is."""
        variables, offer = self.variables, self.offer
        if offer.principal and offer.superintendent:
            variables.sponsor = 0.5 * (variables.principal_backs + variables.superintendent_backs)
        else:
            variables.sponsor = variables.principal_backs if offer.principal else variables.superintendent_backs
