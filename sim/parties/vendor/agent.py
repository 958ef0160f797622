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
        self.rise = self.rules.technology_rise(self.scenario.initiative.technology, self.scenario.status_quo.technology)
        self.variables.defects = self.rules.defects_at_start(
            self.scenario.vendor.defects_at_start, self.rise, self.scenario.leadership.vetting
        )

    def supply(self) -> None:
        """Repair; by chance a fault ends the product."""
        vendor, rules, variables = self.scenario.vendor, self.rules, self.variables
        yearly = rules.yearly_to_weekly(vendor.fault, self.scenario.horizon.weeks_per_year) * variables.dose
        vetting = self.scenario.leadership.vetting
        chance = rules.fault_probability(yearly * vendor.untried, self.rise, vetting)
        variables.withdrawn = int(self.chance("fault") < chance)
        variables.defects = rules.defects(
            variables.defects, vendor.repair, self.scenario.leadership.responsiveness, variables.repair_speed
        )
