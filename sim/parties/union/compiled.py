"""The union in the compiled engine (R7)."""

import numpy as np

from sim.kernel.compiling import phase, r


@phase
def respond(w, week):
    """Count the members that are unhappy."""
    own = max(np.float64(w.p.teachers.count), 1.0)
    w.variables.unhappy_counted = r.counted(
        np.float64(w.variables.unhappy), w.p.offer.unit, own, w.p.board.constituency_exponent
    )


@phase
def press(w, week):
    """Press on the board for them (R10)."""
    w.variables.drained_union = r.union_pressure(
        w.variables.unhappy_counted, w.variables.job, w.p.union.pressure, w.p.power.union.regulation
    )
