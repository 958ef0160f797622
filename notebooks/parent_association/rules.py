"""What the association makes of what families say."""

from sim.kernel.compiling import rule


@rule
def association_resolve(before, said, memory, hearing, stirred):
    """Resolve a week later, 0...1: ``memory R + (1 - memory) min(1, hearing said + stirred)``
    (assumption).
    """
    return memory * before + (1.0 - memory) * min(1.0, hearing * said + stirred)


@rule
def association_pressure(resolve, pressure, governance):
    """Capital drained by the association in a week (assumption)."""
    return governance * pressure * resolve
