"""The parties outside the school: regulator, community and vendor (rules R8 and R9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.party import Party

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Regulator(Party):
    """Reviews compliance at fixed weeks, or when complaints call it in; needs power over the district to do so."""

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        self.notices = 0
        self.last_review = self.scenario.offer.first_week
        self.notice_served = False

    def step(self) -> None:
        """Review if due or called in; serve a notice where a gap is found (R8)."""
        self.notice_served = False
        regulator, voices = self.scenario.regulator, self.model.voices
        if self.scenario.power.regulator.regulation <= 0.0:
            return
        since = self.model.week - self.last_review
        called_in = voices.against > regulator.call_in_share * voices.taking_part and since >= regulator.call_in_gap
        if not called_in and since < regulator.review_interval:
            return
        self.last_review = self.model.week
        if self.luck("review") < self.rules.notice_probability(self.largest_gap(), self.scenario.offer.flexibility):
            self.notices += 1
            self.notice_served = True

    def largest_gap(self) -> float:
        """The largest shortfall among the three requirements, 0 to 1."""
        required, usual, programme, dose = (
            self.scenario.regulator,
            self.scenario.status_quo,
            self.scenario.initiative,
            self.model.board.dose,
        )
        return max(
            self.rules.shortfall(required.required_seat_time, usual.seat_time, programme.seat_time, dose),
            self.rules.shortfall(required.required_grade_level, usual.grade_level, programme.grade_level, dose),
            self.rules.shortfall(required.required_certification, usual.certification, programme.certification, dose),
        )

    @property
    def pressure(self) -> float:
        """Weighed pressure on the board in the week of a notice (R10)."""
        return self.scenario.regulator.notice_pressure if self.notice_served else 0.0


class Community(Party):
    """Voters and press: attention rises with voice and fades; seats change at elections."""

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        self.attention = 0.0
        self.seats = 0.0

    def step(self) -> None:
        """Take notice of this week's voices; vote where it is time (R9)."""
        community = self.scenario.community
        self.attention = self.rules.attention(
            self.attention, self.model.share_heard(self.model.voices.sway_against), community.attention_kept, community.attention_gain
        )
        self.seats = 0.0
        for week in community.election_weeks:
            if week == self.model.week:
                self.seats += self.rules.seats_lost(self.attention, community.election_threshold, community.election_swing)


class Vendor(Party):
    """The product and who pays for it.

    Attributes
    ----------
    defects : float
        0 to 1.
    funded : bool
        Whether the contract and its funder still hold.
    repair_speed : float
        How much faster it repairs once the board has ordered repairs.
    """

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        rise = self.scenario.initiative.technology - self.scenario.status_quo.technology
        vendor = self.scenario.vendor
        self.rise = max(0.0, rise)
        self.defects = self.rules.defects_at_start(vendor.defects_at_start, rise, self.scenario.leadership.vetting, vendor.vetting_weight)
        self.funded = vendor.funded
        self.repair_speed = 1.0

    def step(self) -> None:
        """Repair; suffer an outage or the loss of funding, by chance."""
        vendor = self.scenario.vendor
        outage = vendor.outage_size * self.rise if self.luck("outage") < vendor.outage_chance * self.rise else 0.0
        self.defects = self.rules.defects(self.defects, vendor.repair, self.scenario.leadership.responsiveness, self.repair_speed, outage)
        if self.luck("funding") < self.rules.weekly_chance(vendor.funding_loss, self.scenario.horizon.weeks_per_year):
            self.funded = False
