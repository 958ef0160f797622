"""One run from Python, as the command ``sim run`` reports it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.draws import Draws, draws_named, left_by
from sim.engine import simulate as compiled
from sim.io.errors import InputError
from sim.io.provenance import calibration
from sim.kernel.parties import DEFAULT, Parties
from sim.kernel.streams import seed_of
from sim.outcome import Outcome, Run
from sim.scenario import AS_WRITTEN, Scenario, load_scenario

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class OneRun:
    """One run as the command ``sim run`` reports it.

    Attributes
    ----------
    run : Run
    scenario : Scenario
        What was run, with the parameters that were drawn with the seed.
    parameters : str
        Where parameters come from, in words.
    """

    run: Run
    scenario: Scenario
    parameters: str

    @property
    def outcome(self) -> Outcome:
        """How it went."""
        return self.run.outcome

    @property
    def weekly(self) -> pd.DataFrame:
        """A row per week lived through, index ``week`` from 1."""
        return self.run.weekly()

    @property
    def events(self) -> pd.DataFrame:
        """What happened: ``week, party, event, rank``."""
        from sim.events import events

        return events(self.weekly, self.scenario, self.outcome.cause)

    @property
    def story(self) -> str:
        """What happened, as a text."""
        from sim.events import story

        return "\n".join(story(self.events))

    def __repr__(self) -> str:
        who = f"{self.outcome.scenario}, {self.outcome.design}, seed {self.outcome.seed}"
        return f"{who} ({self.parameters})\n{self.story}"


def run(
    scenario: str | Path | Scenario,
    design: str = AS_WRITTEN,
    seed: int = 0,
    *,
    parameters: str | Draws | None = "posterior",
    parties: Parties = DEFAULT,
    simulate: Callable[[Scenario, int], Run] = compiled,
) -> OneRun:
    """Run a scenario once, with the parameters that go with the seed: the run that ``sim run``
    prints.

    Parameters
    ----------
    scenario : str, Path or Scenario
        The name of a shipped scenario, a file, or a scenario that was read already, which is taken
        under the design that it has.
    design : str
        A named design.
    seed : int
        0 or more; names the community, its weather and the draw of the parameters.
    parameters : str, Draws or None
        As for :func:`sim.experiment`.
    parties : Parties
        Likewise.
    simulate : callable
        The compiled engine, or ``sim.simulate_with_agents``.

    Returns
    -------
    OneRun

    Raises
    ------
    sim.io.errors.InputError
        Where the scenario or the parameters are not accepted.

    Examples
    --------
    >>> run("mountain_view", "retrofit", seed=7).outcome.design
    'retrofit'
    """
    if isinstance(scenario, Scenario):
        if design not in (AS_WRITTEN, scenario.design_name):
            raise InputError(
                f"design = {design!r}: accepted: {scenario.design_name}, as the scenario has one; or the name of a "
                "scenario"
            )
        base = scenario
    else:
        base = load_scenario(scenario, design, parties)
    drawn = parameters if isinstance(parameters, Draws) else draws_named(parameters or "defaults")
    left = left_by(drawn, [base])
    number = seed_of(seed)
    point = left.scenario(base, number) if left else base
    return OneRun(simulate(point, number), point, calibration(left.name if left else "defaults"))
