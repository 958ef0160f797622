"""The vendor as a Mesa agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.parties.base import Party

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Vendor(Party):
    """The product."""

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        vendor = self.scenario.vendor
        self.rise = self.rules.technology_rise(self.scenario.initiative.technology, self.scenario.status_quo.technology)
        self.variables.defects = self.rules.defects_at_start(
            vendor.defects_at_start, self.rise, self.scenario.leadership.vetting, vendor.vetting_weight
        )

    def supply(self) -> None:
        """Repair; suffer an outage, by chance."""
        vendor, rules, variables = self.scenario.vendor, self.rules, self.variables
        struck = self.chance("outage") < rules.outage_probability(vendor.outage_chance, self.rise)
        outage = rules.outage(vendor.outage_size, self.rise) if struck else 0.0
        yearly = rules.yearly_to_weekly(vendor.fault, self.scenario.horizon.weeks_per_year) * variables.dose
        vetting = self.scenario.leadership.vetting
        chance = rules.fault_probability(yearly * vendor.untried, self.rise, vetting, vendor.vetting_weight)
        variables.withdrawn = int(self.chance("fault") < chance)
        variables.defects = rules.defects(
            variables.defects, vendor.repair, self.scenario.leadership.responsiveness, variables.repair_speed, outage
        )
