"""The vendor in the compiled engine."""

from sim.kernel.compiling import phase, r
from sim.kernel.streams import uniform, week_key


@phase
def begin(w, week):
    """Defects before the first week."""
    vendor = w.p.vendor
    rise = r.technology_rise(w.p.initiative.technology, w.p.status_quo.technology)
    w.variables.defects = r.defects_at_start(vendor.defects_at_start, rise, w.p.leadership.vetting)


@phase
def supply(w, week):
    """Repairs, and faults that end the product."""
    vendor, variables = w.p.vendor, w.variables
    rise = r.technology_rise(w.p.initiative.technology, w.p.status_quo.technology)
    yearly = r.yearly_to_weekly(vendor.fault, w.p.horizon.weeks_per_year) * variables.dose
    chance = r.fault_probability(yearly * vendor.untried, rise, w.p.leadership.vetting)
    variables.withdrawn = uniform(week_key(w.keys.fault, week), 0) < chance
    variables.defects = r.defects(
        variables.defects, vendor.repair, w.p.leadership.responsiveness, variables.repair_speed
    )
