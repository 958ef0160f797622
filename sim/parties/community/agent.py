"""The community as a Mesa agent (R9)."""

from __future__ import annotations

from sim.parties.base import Party, Stance


class Community(Party):
    """Voters and press: attention rises with voice and fades; seats change at elections."""

    def respond(self) -> None:
        """Take notice of this week's voices; vote where it is time (R9)."""
        community, ledger = self.scenario.community, self.ledger
        ledger.attention = self.rules.attention(
            ledger.attention, self.heard(ledger.sway_against), community.attention_kept, community.attention_gain
        )
        ledger.seats = 0.0
        for week in community.election_weeks:
            if week == self.model.week:
                ledger.seats += self.rules.seats_lost(
                    ledger.attention, community.election_threshold, community.election_swing
                )

    def press(self) -> None:
        """Press on the board by seats lost, and by attention (R10)."""
        self.ledger.drained_community = self.rules.community_pressure(
            self.ledger.seats,
            self.ledger.attention,
            self.scenario.community.pressure,
            self.scenario.power.community.governance,
            self.scenario.board.drain,
        )

    def stance(self) -> Stance:
        """What families would say, as far as the board's constituency hears it."""
        heard = min(1.0, self.heard(self.ledger.sway_against))
        return Stance(-heard, heard)
