"""The union as a Mesa agent (R7)."""

from __future__ import annotations

from sim.parties.base import Party, Stance


class Union(Party):
    """The teachers' union: level 0 quiet, 1 concern, 2 grievance, 3 action."""

    def respond(self) -> None:
        """Follow the share of unhappy members (R7)."""
        union, ledger = self.scenario.union, self.ledger
        ledger.union_level, ledger.weeks_above, ledger.weeks_below = self.rules.union_step(
            ledger.union_level,
            ledger.weeks_above,
            ledger.weeks_below,
            ledger.unhappy_share,
            union.rise_share,
            union.rise_weeks,
            union.fall_share,
            union.fall_weeks,
        )

    def press(self) -> None:
        """Press on the board in grievance and action (R10)."""
        union, power = self.scenario.union, self.scenario.power.union
        self.ledger.drained_union = self.rules.union_pressure(
            self.ledger.union_level,
            union.grievance_pressure,
            union.action_pressure,
            power.regulation,
            power.resources,
            self.scenario.board.drain,
        )

    def stance(self) -> Stance:
        """Unhappy members, where there are enough to move it."""
        unhappy = self.ledger.unhappy_share
        moved = unhappy if unhappy > self.scenario.union.rise_share else 0.0
        return Stance(-moved, moved)
