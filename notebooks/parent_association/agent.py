"""The association as a Mesa agent."""

from sim.parties.base import Party, Stance


class ParentAssociation(Party):
    """Listens to families, forms a resolve with some delay, and presses on the board."""

    def respond(self) -> None:
        """Take up what families say; a meeting may stir it up."""
        own, variables = self.scenario.parent_association, self.variables
        said = variables.voices_against / max(variables.taking_part, 1)
        stirred = own.talkativeness * self.chance("association_meeting")
        variables.resolve = self.rules.association_resolve(variables.resolve, said, own.memory, own.hearing, stirred)
        variables.peak_resolve = max(variables.peak_resolve, variables.resolve)

    def press(self) -> None:
        """Press on the board by its resolve."""
        self.variables.drained_parent_association = self.rules.association_pressure(
            self.variables.resolve,
            self.scenario.parent_association.pressure,
            self.scenario.power.parent_association.governance,
        )

    def stance(self) -> Stance:
        """The resolve that what families would say leads to."""
        own = self.scenario.parent_association
        heard = min(1.0, self.counted(self.variables.sway_against))
        resolve = self.rules.association_resolve(0.0, heard, own.memory, own.hearing, 0.0)
        return Stance(-resolve, resolve)
