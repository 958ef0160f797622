"""A region over school years: who takes an initiative up, what becomes of it, who hears of it.

A year has five moments: states act, vacant posts are filled, districts decide, all that have the
initiative live through the school year in the engine, and the region looks back. Draws are named
by purpose, year and district, so that all strategies of a seed meet the same region and chance.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import mesa
import numpy as np

from sim.kernel.variables import in_order
from sim.parties.board.endings import CAUSES
from sim.region import adoption, posts
from sim.region.agents import (
    ADAPTED,
    DROPPED,
    NEVER,
    ORDER,
    PRODUCT,
    STATES,
    USING,
    WIDENED,
    District,
    State,
    Vendor,
    numbers_at,
)
from sim.region.districts import Districts, Terms
from sim.region.places import Found, neighbours
from sim.region.region import Region
from sim.region.strategies import Strategy
from sim.stretches import Life

PURPOSES = ("openness", "acquaintances", "adoption", "leaving", "hiring", "newcomer", "orders", "first", "compliance")
"""Names of the draws. Their order is part of every result: add at the end only."""
COUNTED = ("reached", "taking_part", "student_weeks", "gain")
"""What is added up over districts."""
LIVES = 1_000
"""Sets the seeds of lives apart from all other draws of a region."""


class Ground(NamedTuple):
    """What all strategies of a seed have in common: the districts, their scenarios, and who is near
    whom.
    """

    seed: int
    found: Found
    districts: Districts
    near: Any


def ground(region: Region, seed: int) -> Ground:
    """The ground of a seed."""
    found = region.places(seed)
    return Ground(seed, found, Districts(region, found), neighbours(found, region.settings.places.neighbours))


class RegionModel(mesa.Model):
    """A region under a strategy.

    Parameters
    ----------
    region : Region
    strategy : Strategy
    seed : int
        Names the region and its chance.
    drawn : mapping, optional
        Values of parameters by dotted field name, each of shape (1,): the same in all districts.
    on : Ground, optional
        The ground of that seed, where it was made before.

    Attributes
    ----------
    year : int
        Year of the region, from 1; 0 before the first.
    all_districts : list of District
        Districts in their order.
    rows : list of dict
        What is reported of each year.
    known, alone
        Whom the superintendents in office know, see :func:`sim.region.posts.meet`.

    Examples
    --------
    >>> from sim.region.region import load_region
    >>> region = load_region("first_region").revise({"places.districts": 30, "years": 3})
    >>> model = RegionModel(region, region.strategies["retrofit_everywhere"], seed=1)
    >>> for _ in range(3):
    ...     model.step()
    >>> [row["year"] for row in model.rows]
    [1, 2, 3]
    """

    def __init__(
        self, region: Region, strategy: Strategy, seed: int, drawn: Mapping[str, np.ndarray] | None = None,
        on: Ground | None = None,
    ) -> None:  # fmt: skip
        super().__init__(rng=seed)
        self.region, self.strategy, self.drawn = region, strategy, drawn
        self.ground = on or ground(region, seed)
        self.seed_of_region = self.ground.seed
        self.districts, self.near = self.ground.districts, self.ground.near
        base = next(iter(region.scenarios.values()))
        self.place_of_families = list(base.parties.memories).index("families")
        self.year, self.rows, self.moved = 0, list[dict[str, Any]](), 0
        self.vendor = Vendor(self)
        self.states = [State(self, int(number)) for number in np.unique(self.ground.found.state)]
        self.all_districts = [District(self, number) for number in range(len(self.ground.found))]
        self.known: Any = None
        self.alone: np.ndarray = np.empty(0)
        posts.appoint(self)
        self.need, self.size = adoption.standing(self)
        self._at_a_time = in_order(self.districts.all_children(strategy.design).tolist())
        self._usual: dict[str, float] = {}
        # Designs under which the engine's own run has the superintendent go.
        self._has_go = {design: each.offer.superintendent for design, each in region.scenarios.items()}
        self.leaves = self._parameter("leaders.superintendent_leaves")
        self.pilots: list[District] = []
        self.history: list[list[str]] = [[NEVER] * len(self.all_districts)]

    # --- chance ----------------------------------------------------------------------------------

    def chance(self, purpose: str, year: int, count: int | None = None) -> np.ndarray:
        """A number from 0 to 1 for each district, or for so many, of a purpose and year."""
        return self.generator(purpose, year).random(len(self.ground.found) if count is None else count)

    def generator(self, purpose: str, *at: int) -> np.random.Generator:
        """The draws of a purpose, and of a year."""
        return np.random.default_rng([self.seed_of_region, 1 + PURPOSES.index(purpose), *at])

    def life_seed(self, number: int, lives: int) -> int:
        """The seed of a district's life."""
        state = np.random.SeedSequence([self.seed_of_region, LIVES, number, lives]).generate_state(1, np.uint64)
        return int(state[0] >> np.uint64(1))

    def _parameter(self, name: str) -> float:
        """A parameter, as drawn or as the scenario has it."""
        if self.drawn is not None and name in self.drawn:
            return float(self.drawn[name][0])
        return float(next(iter(self.region.scenarios.values())).at(name))

    def usual(self, life: Life) -> dict[str, float]:
        """Numbers of a life as they are without couplings."""
        if not self._usual:
            names = ("leaders.drop", "teachers.lapse", "regulator.order")
            self._usual = {name: numbers_at(life, name) for name in names}
        return self._usual

    # --- peers -----------------------------------------------------------------------------------

    def peers(self, values: np.ndarray) -> np.ndarray:
        """The mean of a value over each district's peers: neighbours, and its superintendent's
        acquaintances.
        """
        near, weight = self.near @ values, self.region.settings.adoption.acquaintances
        if weight == 0.0 or not values.any():
            return near
        known = np.where(self.alone, near, self.known @ values)
        return (1.0 - weight) * near + weight * known

    # --- the year --------------------------------------------------------------------------------

    def step(self) -> None:
        """Live through one school year of the region."""
        self.year += 1
        year, strategy = self.year, self.strategy
        using = self.peers(np.array([float(each.has_it) for each in self.all_districts]))
        quarrel = self.peers(np.array([each.heat for each in self.all_districts]))
        self.moved = 0
        posts.fill(self)
        for district in self.all_districts:
            district.heat, district.seen, district.cause = 0.0, math.nan, ""
        self._end_by_order(strategy.forbids(year))
        self._widen()
        coming = adoption.decide(self, using, quarrel)
        for district in coming:
            district.begin(year, Terms(strategy.design_in(year), strategy.pays(year), strategy.mandates(year)))
        # Apart from the order in which posts are filled, which is drawn of the same purpose.
        leaving = self.chance("leaving", 2**31 - year)
        for district in self.all_districts:
            if district.life is not None:
                district.live(year, float(using[district.number]), float(quarrel[district.number]))
            if not district.has_it or not self._has_go[district.design]:
                district.vacant = bool(leaving[district.number] < self.leaves)
            if not math.isnan(district.seen):
                district.superintendent.experience = district.seen
        self._look_back()
        self.rows.append(self._row(len(coming)))
        self.running = year < self.region.settings.years

    def _widen(self) -> None:
        """Districts that have it go on under the strategy's later design."""
        strategy = self.strategy
        if not strategy.then or self.year != strategy.then_from:
            return
        for district in self.all_districts:
            if district.has_it and district.design != strategy.then:
                district.give_up(WIDENED)
                district.begin(self.year, Terms(strategy.then, False, strategy.mandates(self.year)))

    def _end_by_order(self, forbidden: bool) -> None:
        """A state ends what it had asked for, or forbids it."""
        order = self._parameter("regulator.order")
        for state in self.states:
            inside = self.ground.found.state == state.number
            own = [each for each in self.all_districts if each.life and inside[each.number]]
            asked = [each for each in own if each.life and each.life.numbers["regulator"]["hold"][0] > 0.0]
            ends = bool(asked) and state.orders_an_end(self.year, order)
            for district in own if forbidden else asked if ends else []:
                district.give_up(ORDER)

    def _look_back(self) -> None:
        """The vendor learns, and may leave; the region remembers where everybody stood."""
        self.vendor.look_back(sum(each.has_it for each in self.all_districts))
        if not self.vendor.offers:
            for district in self.all_districts:
                if district.life is not None:
                    district.give_up(PRODUCT)
        self.history.append([each.status for each in self.all_districts])

    def _row(self, tried: int) -> dict[str, Any]:
        """What is reported of the year."""
        districts = self.all_districts
        before, now = self.history[-2:]
        stand, moves = Counter(now), Counter(zip(before, now, strict=True))
        having = np.array([each in (USING, ADAPTED) for each in now])
        designs = Counter(each.design for each in districts if each.has_it)
        causes = Counter(each.cause for each in districts if each.cause)
        # Added up district by district, in their order.
        summed = np.add.accumulate([self._counted(each) for each in districts])[-1].tolist()
        row: dict[str, Any] = {
            "year": self.year,
            "ever": sum(each.ever for each in districts),
            "current": int(having.sum()),
            "as_designed": stand[USING],
            "adapted": stand[ADAPTED],
            "dropped": stand[DROPPED],
            "tried": tried,
            "unopened": sum(each.tried and not each.ever for each in districts),
            "dropped_in_year": causes.total(),
            **{f"by_{cause}": causes[cause] for cause in CAUSES},
            **dict(zip((*COUNTED, "cost", "outside_money"), summed, strict=True)),
            "quarrel": float(np.mean([each.heat for each in districts])),
            "clustering": _moran(self.near, having.astype(float)),
            "moved": self.moved,
            "vendor_offers": int(self.vendor.offers),
            "districts": len(districts),
            "children": self._children(),
        }
        row |= {f"current_{design}": designs[design] for design in self.region.scenarios}
        row |= {f"{one}_to_{other}": moves[one, other] for one in STATES for other in STATES}
        return row

    def _children(self) -> float:
        """Children that were in the initiative's grades at any time so far, with those who enter
        them at the year's end, as in a district's run.
        """
        grades = self.region.scenarios[self.strategy.design].population.grades
        return self._at_a_time * (grades + min(self.year, self.region.settings.years - 1)) / grades

    def _counted(self, district: District) -> tuple[float, ...]:
        """What is added up of a district: ``COUNTED``, dollars of the year, and those of them that
        outside money bears.
        """
        life, cost, outside = district.life, 0.0, 0.0
        if life is not None:
            cost = numbers_at(life, "funder.cost") * district.taking_part
            outside = cost * float(life.variables["outside_share"]) if cost > 0.0 else 0.0
        return district.reached, district.taking_part, district.student_weeks, district.gain, cost, outside


def _moran(near: Any, values: np.ndarray) -> float:
    """Moran's I: how far neighbours are alike, 0 where use is spread by chance; NaN where all are
    alike.
    """
    apart = values - values.mean()
    total = float(apart @ apart)
    return float(apart @ (near @ apart)) / total if total > 0.0 else math.nan
