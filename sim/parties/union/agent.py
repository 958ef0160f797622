"""The union as a Mesa agent (R7)."""

from __future__ import annotations

from sim.parties.base import Party, Stance


class Union(Party):
    """The teachers' union: it speaks for the unhappy of its bargaining unit."""

    def respond(self) -> None:
        """Count the members that are unhappy (R7)."""
        self.variables.unhappy_counted = self.count(self.variables.unhappy)

    def count(self, teachers: int) -> float:
        """Count teachers over the bargaining unit."""
        own = max(float(self.scenario.teachers.count), 1.0)
        return self.counted(float(teachers), self.model.offer.unit, own)

    def press(self) -> None:
        """Press on the board for them (R10)."""
        variables, own = self.variables, self.scenario.union
        variables.drained_union = self.rules.union_pressure(
            variables.unhappy_counted, variables.job, own.pressure, self.scenario.power.union.regulation
        )

    def stance(self) -> Stance:
        """What teachers expect to feel, and how many of them to be unhappy, as counted."""
        variables = self.variables
        return Stance(variables.teacher_attitude, variables.job * min(1.0, self.count(variables.unhappy)))
