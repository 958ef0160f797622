"""The vendor in the compiled engine."""

from sim.compiled import phase, r
from sim.streams import uniform, week_key


@phase
def begin(w, week):
    """Defects before the first week."""
    vendor = w.p.vendor
    rise = r.technology_rise(w.p.initiative.technology, w.p.status_quo.technology)
    w.ledger.defects = r.defects_at_start(vendor.defects_at_start, rise, w.p.leadership.vetting, vendor.vetting_weight)


@phase
def supply(w, week):
    """Repairs and outages."""
    vendor, ledger = w.p.vendor, w.ledger
    rise = r.technology_rise(w.p.initiative.technology, w.p.status_quo.technology)
    outage = 0.0
    if uniform(week_key(w.keys.outage, week), 0) < r.outage_probability(vendor.outage_chance, rise):
        outage = r.outage(vendor.outage_size, rise)
    ledger.defects = r.defects(
        ledger.defects, vendor.repair, w.p.leadership.responsiveness, ledger.repair_speed, outage
    )
