"""The community as a Mesa agent (R9)."""

from __future__ import annotations

from sim.parties.base import Party, Stance


class Community(Party):
    """Voters and press: attention rises with voice and walkouts, and fades."""

    def respond(self) -> None:
        """Take notice of this week's voices and walkouts (R9)."""
        community, variables = self.scenario.community, self.variables
        variables.attention = self.rules.attention(
            variables.attention,
            self.counted(variables.sway_against),
            community.attention_kept,
            community.attention_gain,
            variables.walkout_attention,
        )

    def stance(self) -> Stance:
        """What families would say, as far as the board's constituency hears it."""
        heard = min(1.0, self.counted(self.variables.sway_against))
        return Stance(-heard, heard)
