"""The regulator as a Mesa agent (R8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.parties.base import Party, Stance

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Regulator(Party):
    """Reviews compliance at fixed weeks, or when complaints call it in; needs power over the
    district to do so.
    """

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        self.ledger.last_review = self.scenario.offer.first_week

    def respond(self) -> None:
        """Review if due or called in; serve a notice where a gap is found (R8)."""
        ledger, regulator = self.ledger, self.scenario.regulator
        ledger.notice_served = 0
        if self.scenario.power.regulator.regulation > 0.0 and self.rules.review_due(
            self.model.week - ledger.last_review,
            ledger.voices_against,
            ledger.taking_part,
            regulator.review_interval,
            regulator.call_in_share,
            regulator.call_in_gap,
        ):
            ledger.last_review = self.model.week
            flexibility = self.scenario.offer.flexibility
            if self.luck("review") < self.rules.notice_probability(self.largest_gap(), flexibility):
                ledger.notices += 1
                ledger.notice_served = 1
        ledger.stop_ordered = int(self.rules.stop_ordered(ledger.notices, regulator.notices_to_stop))

    def largest_gap(self) -> float:
        """The largest shortfall among the three requirements, 0 to 1."""
        required, usual, made = self.scenario.regulator, self.scenario.status_quo, self.scenario.initiative
        dose, shortfall = self.ledger.dose, self.rules.shortfall
        return max(
            shortfall(required.required_seat_time, usual.seat_time, made.seat_time, dose),
            shortfall(required.required_grade_level, usual.grade_level, made.grade_level, dose),
            shortfall(required.required_certification, usual.certification, made.certification, dose),
        )

    def press(self) -> None:
        """Press on the board in the week of a notice (R10)."""
        regulation = self.scenario.power.regulator.regulation
        self.ledger.drained_regulator = self.rules.regulator_pressure(
            self.ledger.notice_served, self.scenario.regulator.notice_pressure, regulation, self.scenario.board.drain
        )

    def stance(self) -> Stance:
        """Chance that a review finds a gap, as a negative stance."""
        chance = self.rules.notice_probability(self.largest_gap(), self.scenario.offer.flexibility)
        return Stance(-chance, chance)
