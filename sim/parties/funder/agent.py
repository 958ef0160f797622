"""Those who pay, as a Mesa agent (R12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        self.ledger.outside_share = self.money.borne
        agreed = max(0.0, 1.0 - self.money.borne - self.money.promised)
        self.ledger.adopted_strain = self.planned_strain(agreed)
        self.ledger.reserves = self.offer.grant * self.money.fixed_share * self.offer.viable_enrolment * self.offer.dose

    def strain(self, students: float, dose: float, share: float) -> float:
        """How far a share of the cost strains the budget, 0 to 1."""
        return self.rules.strain(self.money.cost, students, dose, share, self.money.movable, self.offer.budget)

    def planned_strain(self, share: float) -> float:
        """The same for all that is planned, at the dose that is."""
        return self.strain(self.offer.programme, self.offer.dose, share)

    def supply(self) -> None:
        """Pay on; end the grant as agreed, or let down by chance (R12)."""
        lost = self.rules.yearly_to_weekly(self.money.loss, self.year)
        if self.model.week >= self.offer.grant_ends or self.luck("funding") < lost:
            self.ledger.outside_share = 0.0

    def respond(self) -> None:
        """In the week in which renewal is decided, say what strain is new in next year's budget
        (R12).
        """
        ledger, week = self.ledger, self.model.week
        if week % self.year + 1 != self.offer.renewal_week:
            return
        next_year = (week // self.year + 1) * self.year
        own = 1.0 - (ledger.outside_share if self.offer.grant_ends > next_year else 0.0)
        tight = self.rules.tightness(self.model.deviate("budget", 0), self.money.budget_sd)
        now = self.strain(ledger.enrolled, ledger.dose, own * tight)
        ledger.strain = self.rules.new_strain(now, ledger.adopted_strain)

    def conclude(self) -> None:
        """Close the year's accounts of what lives by enrolment (R12)."""
        ledger, viable = self.ledger, self.offer.viable_enrolment
        enrolled = sum(third.year_weeks for third in ledger.thirds) / max(ledger.weeks_this_year, 1)
        ledger.reserves = self.rules.reserves(
            ledger.reserves,
            enrolled,
            viable,
            ledger.open_share,
            self.money.fixed_share,
            self.offer.dose * (ledger.weeks_this_year / self.year),
        )
        ledger.insolvent = int(viable > 0 and ledger.reserves < 0.0)

    def stance(self) -> Stance:
        """New strain on the budget that is to be expected within a year: outside money that ends or
        may fall through by then, or was promised and failed to come.
        """
        ledger = self.ledger
        ends = self.offer.grant_ends <= self.offer.first_week + self.year
        lost = 1.0 if ends else self.money.loss
        kept, all_of_it = (
            self.rules.new_strain(self.planned_strain(share), ledger.adopted_strain)
            for share in (1.0 - ledger.outside_share, 1.0)
        )
        expected = (1.0 - lost) * kept + lost * all_of_it
        return Stance(-expected, expected)
