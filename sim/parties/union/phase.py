"""The union in the compiled engine (R7)."""

import numpy as np

from sim.compiled import phase, r


@phase
def respond(w, week):
    """Count the members that are unhappy."""
    own = max(np.float64(w.p.teachers.count), 1.0)
    w.ledger.unhappy_counted = r.counted(
        np.float64(w.ledger.unhappy), w.p.offer.unit, own, w.p.board.constituency_exponent
    )


@phase
def press(w, week):
    """Press on the board for them (R10)."""
    w.ledger.drained_union = r.union_pressure(
        w.ledger.unhappy_counted, w.ledger.job, w.p.union.pressure, w.p.power.union.regulation
    )
