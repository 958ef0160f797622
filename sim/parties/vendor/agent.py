"""The vendor as a Mesa agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.parties.base import Party, Stance

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Vendor(Party):
    """The product and who pays for it."""

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        vendor = self.scenario.vendor
        self.rise = self.rules.technology_rise(self.scenario.initiative.technology, self.scenario.status_quo.technology)
        self.ledger.defects = self.rules.defects_at_start(
            vendor.defects_at_start, self.rise, self.scenario.leadership.vetting, vendor.vetting_weight
        )
        self.ledger.funded = int(vendor.funded)

    def supply(self) -> None:
        """Repair; suffer an outage or the loss of funding, by chance."""
        vendor, rules, ledger = self.scenario.vendor, self.rules, self.ledger
        struck = self.luck("outage") < rules.outage_probability(vendor.outage_chance, self.rise)
        outage = rules.outage(vendor.outage_size, self.rise) if struck else 0.0
        ledger.defects = rules.defects(
            ledger.defects, vendor.repair, self.scenario.leadership.responsiveness, ledger.repair_speed, outage
        )
        if self.luck("funding") < rules.weekly_chance(vendor.funding_loss, self.scenario.horizon.weeks_per_year):
            ledger.funded = 0

    def press(self) -> None:
        """Press on the board while funding is missing (R10)."""
        self.ledger.drained_vendor = self.rules.vendor_pressure(
            self.ledger.funded,
            self.scenario.vendor.funding_pressure,
            self.scenario.power.vendor.resources,
            self.scenario.board.drain,
        )

    def stance(self) -> Stance:
        """Chance that the funding is missing within a year, as a negative stance."""
        missing = self.scenario.vendor.funding_loss if self.scenario.vendor.funded else 1.0
        return Stance(-missing, missing)
