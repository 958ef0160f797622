"""Who is compared: each by the idioms of its own documentation, as two functions: set-up, and
steps of what was set up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mesa
import ndlib.models.epidemics as ep
import ndlib.models.ModelConfig as mc
import networkx as nx
import starsim as ss
from mesa.examples.basic.virus_on_network.model import VirusOnNetwork
from test_speed import scenario

from sim.engine import simulate_together
from sim.population import communities


@dataclass(frozen=True)
class Contestant:
    """One model at one number of agents.

    Attributes
    ----------
    name, agents, steps
        Who, how many of what it calls an agent (here: a family that can act), and how often each of
        them is asked.
    set_up
        Makes the model anew.
    run
        Takes it through all of its steps.
    """

    name: str
    agents: int
    steps: int
    set_up: Callable[[], Any]
    run: Callable[[Any], Any]


def ours(families: int, weeks: int) -> Contestant:
    """Families of the programme; next in line and outsiders act beside them."""
    point = scenario(families, weeks)

    def run(people: Any) -> None:
        (lived,) = simulate_together(point, (1,), people=people)
        assert lived.outcome.outcome in ("sustained", "adapted"), "the run must go on to the horizon"

    return Contestant("this simulator", point.simulated, weeks, lambda: communities(point, (1,)), run)


def starsim_sir(agents: int) -> Contestant:
    """Starsim's SIR on its random network, all at their defaults, 50 years by the year."""

    def set_up() -> ss.Sim:
        return ss.Sim(n_agents=agents, networks="random", diseases="sir", verbose=0).init()

    return Contestant("Starsim SIR", agents, set_up().t.npts, set_up, lambda sim: sim.run())


class Idle(mesa.Agent):
    """The least an agent can do: change one number of its own."""

    def __init__(self, model: mesa.Model) -> None:
        super().__init__(model)
        self.count = 0

    def step(self) -> None:
        self.count += 1


class Village(mesa.Model):
    """Agents that are asked in the order in which they were made."""

    def __init__(self, agents: int) -> None:
        super().__init__(seed=1)
        Idle.create_agents(self, agents)

    def step(self) -> None:
        self.agents.do("step")


def stepped(steps: int) -> Callable[[mesa.Model], None]:
    def run(model: mesa.Model) -> None:
        for _ in range(steps):
            model.step()

    return run


def mesa_least(agents: int, steps: int) -> Contestant:
    return Contestant("Mesa, least agent", agents, steps, lambda: Village(agents), stepped(steps))


def mesa_virus(agents: int, steps: int) -> Contestant:
    """The virus on a network that comes with Mesa, with six contacts and a tenth infected at first;
    its graph takes time in the square of the agents, so few of them.
    """

    def set_up() -> VirusOnNetwork:
        return VirusOnNetwork(num_nodes=agents, avg_node_degree=6, initial_outbreak_size=agents // 10, seed=1)

    return Contestant("Mesa, virus on a network", agents, steps, set_up, stepped(steps))


def ndlib_sir(agents: int, steps: int) -> Contestant:
    """NDlib's SIR on a small world of six neighbours, as many as a family's contacts."""

    def set_up() -> ep.SIRModel:
        model = ep.SIRModel(nx.watts_strogatz_graph(agents, 6, 0.1, seed=1), seed=1)
        settings = mc.Configuration()
        for name, value in {"beta": 0.01, "gamma": 0.01, "fraction_infected": 0.05}.items():
            settings.add_model_parameter(name, value)
        model.set_initial_status(settings)
        return model

    return Contestant("NDlib SIR", agents, steps, set_up, lambda model: model.iteration_bunch(steps))


def pairs() -> list[tuple[Contestant, Contestant]]:
    """Ours and a peer of about the same size."""
    few, many, most = ours(500, 108), ours(75_000, 36), ours(750_000, 36)
    return [
        (few, mesa_least(few.agents, 108)),
        (few, mesa_virus(few.agents, 108)),
        (few, ndlib_sir(few.agents, 108)),
        (many, mesa_least(many.agents, 36)),
        (many, ndlib_sir(many.agents, 36)),
        (many, starsim_sir(many.agents)),
        (most, starsim_sir(most.agents)),
    ]
