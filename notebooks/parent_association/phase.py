"""The association in the compiled engine."""

from sim.compiled import phase, r
from sim.streams import uniform, week_key


@phase
def respond(w, week):
    """Take up what families say; a meeting may stir it up."""
    own, ledger = w.p.parent_association, w.ledger
    said = ledger.voices_against / max(ledger.taking_part, 1)
    stirred = own.talkativeness * uniform(week_key(w.keys.association_meeting, week), 0)
    ledger.resolve = r.association_resolve(ledger.resolve, said, own.memory, own.hearing, stirred)
    ledger.peak_resolve = max(ledger.peak_resolve, ledger.resolve)


@phase
def press(w, week):
    """Press on the board by its resolve."""
    w.ledger.drained_parent_association = r.association_pressure(
        w.ledger.resolve, w.p.parent_association.pressure, w.p.power.parent_association.governance
    )
