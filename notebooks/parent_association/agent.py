"""The association as a Mesa agent."""

from sim.parties.base import Party, Stance


class ParentAssociation(Party):
    """Listens to families, forms a resolve with some delay, and presses on the board."""

    def respond(self) -> None:
        """Take up what families say; a meeting may stir it up."""
        own, ledger = self.scenario.parent_association, self.ledger
        said = ledger.voices_against / max(ledger.taking_part, 1)
        stirred = own.talkativeness * self.luck("association_meeting")
        ledger.resolve = self.rules.association_resolve(ledger.resolve, said, own.memory, own.hearing, stirred)
        ledger.peak_resolve = max(ledger.peak_resolve, ledger.resolve)

    def press(self) -> None:
        """Press on the board by its resolve."""
        self.ledger.drained_parent_association = self.rules.association_pressure(
            self.ledger.resolve,
            self.scenario.parent_association.pressure,
            self.scenario.power.parent_association.governance,
        )

    def stance(self) -> Stance:
        """The resolve that what families would say leads to."""
        own = self.scenario.parent_association
        heard = min(1.0, self.counted(self.ledger.sway_against))
        resolve = self.rules.association_resolve(0.0, heard, own.memory, own.hearing, 0.0)
        return Stance(-resolve, resolve)
