"""The union as a Mesa agent (R7)."""

from __future__ import annotations

from sim.parties.base import Party, Stance


class Union(Party):
    """The teachers' union: level 0 quiet, 1 concern, 2 grievance."""

    def respond(self) -> None:
        """Follow the members that are unhappy (R7)."""
        union, ledger = self.scenario.union, self.ledger
        ledger.union_level, ledger.weeks_above, ledger.weeks_below = self.rules.union_step(
            ledger.union_level,
            ledger.weeks_above,
            ledger.weeks_below,
            ledger.unhappy_counted,
            union.rise_share,
            union.weeks,
        )

    def press(self) -> None:
        """Press on the board by a grievance, or speak for the programme (R10)."""
        union, ledger = self.scenario.union, self.ledger
        ledger.drained_union = self.rules.union_pressure(
            ledger.union_level,
            ledger.glad_counted,
            ledger.job,
            union.rise_share,
            union.pressure,
            self.scenario.families.voice_for,
            self.scenario.power.union.regulation,
        )

    def stance(self) -> Stance:
        """What members would feel, where enough are unhappy, or glad, to move it."""
        enough, ledger = self.scenario.union.rise_share, self.ledger
        unhappy, glad = min(1.0, ledger.unhappy_counted), min(1.0, ledger.glad_counted)
        if unhappy > enough:
            return Stance(-unhappy, ledger.job * unhappy)
        return Stance(self.scenario.families.voice_for * glad if glad > enough else 0.0, 0.0)
