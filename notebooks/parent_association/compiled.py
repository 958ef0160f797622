"""The association in the compiled engine."""

from sim.kernel.compiling import phase, r
from sim.kernel.streams import uniform, week_key


@phase
def respond(w, week):
    """Take up what families say; a meeting may stir it up."""
    own, variables = w.p.parent_association, w.variables
    said = variables.voices_against / max(variables.taking_part, 1)
    stirred = own.talkativeness * uniform(week_key(w.keys.association_meeting, week), 0)
    variables.resolve = r.association_resolve(variables.resolve, said, own.memory, own.hearing, stirred)
    variables.peak_resolve = max(variables.peak_resolve, variables.resolve)


@phase
def press(w, week):
    """Press on the board by its resolve."""
    w.variables.drained_parent_association = r.association_pressure(
        w.variables.resolve, w.p.parent_association.pressure, w.p.power.parent_association.governance
    )
