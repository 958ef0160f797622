"""The union in the compiled engine (R7)."""

from sim.compiled import phase, r


@phase
def respond(w, week):
    """The union follows its members."""
    union, ledger = w.p.union, w.ledger
    ledger.union_level, ledger.weeks_above, ledger.weeks_below = r.union_step(
        ledger.union_level, ledger.weeks_above, ledger.weeks_below, ledger.unhappy_counted,
        union.rise_share, union.weeks,
    )  # fmt: skip


@phase
def press(w, week):
    """Press on the board by a grievance, or speak for the programme (R10)."""
    union, ledger = w.p.union, w.ledger
    ledger.drained_union = r.union_pressure(
        ledger.union_level, ledger.glad_counted, ledger.job, union.rise_share, union.pressure,
        w.p.families.voice_for, w.p.power.union.regulation,
    )  # fmt: skip
