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
        ledger = self.ledger
        if self.model.week % self.scenario.horizon.weeks_per_year + 1 != self.offer.renewal_week:
            return
        if ledger.new_principal:
            ledger.principal_backs = self.review(PRINCIPAL)
            ledger.new_principal = 0
        if ledger.new_superintendent:
            ledger.superintendent_backs = self.review(SUPERINTENDENT)
            ledger.new_superintendent = 0
        self.take_stock()

    def review(self, who: int) -> float:
        """Drop it, or make it its own; return how far the successor backs it from now on."""
        ledger, leaders = self.ledger, self.scenario.leaders
        places = self.offer.programme * ledger.open_share
        support = self.rules.support(ledger.capital, ledger.in_favour, ledger.taking_part, ledger.unhappy_share, places)
        if self.luck("review_of_leader", who) < self.rules.drop_probability(leaders.drop, ledger.dose, support):
            ledger.dropped = 1
            return 0.0
        return 1.0

    def conclude(self) -> None:
        """At the year's end a leader may go; the successor has not made up its mind (R13)."""
        ledger, leaders = self.ledger, self.scenario.leaders
        if self.offer.principal and self.goes(PRINCIPAL, leaders.principal_leaves):
            ledger.leaders_gone += 1
            ledger.new_principal = 1
            ledger.principal_backs = 0.0
        if self.offer.superintendent and self.goes(SUPERINTENDENT, leaders.superintendent_leaves):
            ledger.leaders_gone += 1
            ledger.new_superintendent = 1
            ledger.superintendent_backs = 0.0
        self.take_stock()

    def goes(self, who: int, yearly: float) -> bool:
        """Whether a leader goes at this year's end."""
        return self.luck("leaders", who) < self.rules.leader_goes(yearly, self.ledger.capital)

    def take_stock(self) -> None:
        """Say how far those back it whose project it is."""
        ledger, offer = self.ledger, self.offer
        if offer.principal and offer.superintendent:
            ledger.sponsor = 0.5 * (ledger.principal_backs + ledger.superintendent_backs)
        else:
            ledger.sponsor = ledger.principal_backs if offer.principal else ledger.superintendent_backs
