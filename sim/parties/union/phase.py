"""The union in the compiled engine (R7)."""

from sim.compiled import phase, r


@phase
def respond(w, week):
    """The union follows its members."""
    union, ledger = w.p.union, w.ledger
    ledger.union_level, ledger.weeks_above, ledger.weeks_below = r.union_step(
        ledger.union_level, ledger.weeks_above, ledger.weeks_below, ledger.unhappy_share,
        union.rise_share, union.rise_weeks, union.fall_share, union.fall_weeks,
    )  # fmt: skip


@phase
def press(w, week):
    """Press on the board in grievance and action (R10)."""
    union, power = w.p.union, w.p.power.union
    w.ledger.drained_union = r.union_pressure(
        w.ledger.union_level, union.grievance_pressure, union.action_pressure,
        power.regulation, power.resources, w.p.board.drain,
    )  # fmt: skip
