"""Those who act in a region, as Mesa agents: districts, superintendents, the vendor, the states."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mesa

from sim.kernel.variables import in_order
from sim.parties.board.endings import LADDER
from sim.region.districts import Terms
from sim.stretches import Life

if TYPE_CHECKING:
    from sim.region.model import RegionModel

NEVER, USING, ADAPTED, DROPPED = "never", "using", "adapted", "dropped"
STATES = (NEVER, USING, ADAPTED, DROPPED)
"""Where a district can stand: it never had the initiative, has it as designed, has it adapted, or
gave it up.
"""
FAILED = ("families", "staff", "new_board", "product", "results")
"""Causes of an ending after which a superintendent has seen it fail; others say nothing of it."""
ORDER, PRODUCT, WIDENED = "order", "product", "widened"
"""Causes of endings that are the region's: a state's order, a vendor that left; and a strategy that
goes on under another design, which is none.
"""


class Superintendent(mesa.Agent):
    """A superintendent, who moves between districts and brings along what was seen.

    Attributes
    ----------
    openness : float
        SD units.
    experience : float
        1 where the initiative was seen to go well, -1 where it was seen to fail, 0 where nothing
        was seen.
    post : int
        Number of the district; -1 without one.
    knows : list of Superintendent
    arrived : int
        Year in which the post was taken, 0 before the first.
    """

    def __init__(self, model: RegionModel, openness: float, post: int, arrived: int = 0) -> None:
        super().__init__(model)
        self.openness, self.experience, self.post, self.arrived = openness, 0.0, post, arrived
        self.knows: list[Superintendent] = []


class District(mesa.Agent):
    """A district: what it does with the initiative, and what it lives through with it.

    Attributes
    ----------
    number : int
    superintendent : Superintendent
    status : str
        One of ``STATES``.
    ever : bool
        Whether it ever opened.
    life : Life or None
        What it is living through.
    design : str
        Of the present life, or the last.
    lives : int
        How many there were, those included that never opened.
    heat : float
        How loudly people quarrelled about it in the year, 0 to 1: the most that the board's
        political capital fell below what it is in quiet times.
    seen : float
        What the year let a superintendent see, see :class:`Superintendent`; NaN where nothing.
    vacant : bool
        Whether the superintendent went at the year's end.
    cause : str
        Of this year's ending, one of the casebook's; empty where there was none.
    """

    model: RegionModel

    def __init__(self, model: RegionModel, number: int) -> None:
        super().__init__(model)
        self.number = number
        self.superintendent: Superintendent
        self.status, self.design, self.cause = NEVER, "", ""
        self.ever = self.vacant = self.tried = False
        self.life: Life | None = None
        self.lives, self.began = 0, 0
        self.heat, self.seen = 0.0, math.nan
        self.reached = self.student_weeks = self.gain = self.taking_part = 0.0
        self.before: dict[str, float] = {"reached": 0.0, "student_weeks": 0.0, "gain": 0.0}

    @property
    def has_it(self) -> bool:
        """Whether children take part, as designed or adapted."""
        return self.status in (USING, ADAPTED)

    def begin(self, year: int, terms: Terms) -> None:
        """Take the initiative up: a run of the engine begins."""
        model, strategy = self.model, self.model.strategy
        scenario = model.districts.scenario(self.number, terms, strategy.money, strategy.money_years)
        self.life = Life(scenario, model.life_seed(self.number, self.lives), drawn=model.drawn)
        self.design, self.began, self.tried = terms.design, year, True
        self.lives += 1
        model.vendor.hand_over(self.life)

    def live(self, year: int, using: float, quarrel: float) -> None:
        """Live through a school year.

        Parameters
        ----------
        year : int
            Of the region, from 1.
        using, quarrel : float
            Share of the peers that had it, and that quarrelled about it, at the end of last year.
        """
        life = self.life
        assert life is not None
        self._hear(life, using, quarrel)
        length = life.scenario.horizon.weeks_per_year
        life.live((year - self.began + 1) * length)
        self._look_back(life, length)

    def _hear(self, life: Life, using: float, quarrel: float) -> None:
        """What others do changes what is heard here, and how far this is left alone."""
        model, couplings = self.model, self.model.region.settings.couplings
        strength = couplings.strength
        if strength == 0.0:
            life.begin()
            return
        kept = math.exp(-strength * couplings.persistence * using)
        knows = 0.0
        if self.superintendent.arrived and life.variables["new_superintendent"]:
            knows = strength * couplings.knows * max(0.0, self.superintendent.experience)
        usual = model.usual(life)
        leaders, teachers, regulator = (life.numbers[name] for name in ("leaders", "teachers", "regulator"))
        leaders["drop"] = usual["leaders.drop"] * kept * (1.0 - knows)
        teachers["lapse"] = usual["teachers.lapse"] * kept
        regulator["order"] = usual["regulator.order"] * (1.0 - strength * couplings.orders)
        life.begin()
        if quarrel > 0.0 and not life.over:
            variables, families = life.variables, life.memories[model.place_of_families]
            variables["attention"] = min(1.0, variables["attention"] + strength * couplings.attention * quarrel)
            families.perception_error[:] -= strength * couplings.perception * quarrel

    def _look_back(self, life: Life, length: int) -> None:
        """What came of the year."""
        variables = life.variables
        scale = self.model.districts.scale(self.number, self.design)
        capital = life.weekly("capital", length)
        self.heat = min(1.0, max(0.0, 1.0 - float(capital.min()))) if len(capital) else 0.0
        self.reached = self.before["reached"] + scale * float(variables["reached"])
        self.student_weeks = self.before["student_weeks"] + scale * float(variables["student_weeks"])
        self.gain = self.before["gain"] + scale * in_order(life.tertiles["gains"].tolist())
        self.taking_part = 0.0 if life.over else scale * float(variables["taking_part"])
        if LADDER[int(variables["status"])].outcome in ("never_filled", "not_opened"):
            self._end(NEVER)
            return
        self.ever = True
        self.vacant = bool(variables["new_superintendent"]) and not life.over
        if life.over:
            self.cause = str(life.run().outcome.cause)
            self._end(DROPPED)
            self.seen = -1.0 if self.cause in FAILED else math.nan
            return
        self.status = ADAPTED if LADDER[int(variables["status"])].outcome == "adapted" else USING
        self.seen = 1.0 - 2.0 * self.heat

    def give_up(self, cause: str) -> None:
        """End it, for a reason that lies outside the district."""
        assert self.life is not None
        if cause != WIDENED:
            self.cause = cause
        self._end(DROPPED if cause != WIDENED else self.status)

    def _end(self, status: str) -> None:
        self.before = {name: getattr(self, name) for name in self.before}
        self.status, self.life, self.taking_part = status, None, 0.0


class Vendor(mesa.Agent):
    """Who offers the initiative: it can serve so many, learns, and may leave the market.

    Attributes
    ----------
    offers : bool
        Whether districts can still get it.
    most : int
        Districts that ever had it at the same time.
    district_years : float
        In which it was used.
    """

    model: RegionModel

    def __init__(self, model: RegionModel) -> None:
        super().__init__(model)
        self.offers, self.most, self.district_years = True, 0, 0.0

    def places(self, using: int) -> float:
        """New districts that it can take on this year."""
        first, growth = self.model.region.settings.vendor.new_a_year, self.model.region.settings.vendor.growth
        return math.inf if first is None else first + math.floor(growth * using)

    def hand_over(self, life: Life) -> None:
        """Hand the product over, as good as it has become."""
        couplings = self.model.region.settings.couplings
        learned = couplings.strength * couplings.learns * math.log2(1.0 + self.district_years)
        if learned > 0.0:
            product = life.numbers["vendor"]
            for name in ("defects_at_start", "untried"):
                product[name] = product[name] * math.exp(-learned)

    def look_back(self, using: int) -> None:
        """Learn from the year; leave where too few are left."""
        least, strength = self.model.region.settings.vendor.leaves_below, self.model.region.settings.couplings.strength
        self.district_years += using
        self.most = max(self.most, using)
        if strength > 0.0 and self.most >= least > using:
            self.offers = False


class State(mesa.Agent):
    """A state: requires, pays, forbids or repeals, for all its districts at once.

    Attributes
    ----------
    number : int
    """

    model: RegionModel

    def __init__(self, model: RegionModel, number: int) -> None:
        super().__init__(model)
        self.number = number

    def orders_an_end(self, year: int, chance: float) -> bool:
        """Whether it ends the initiative in all its districts this spring."""
        couplings = self.model.region.settings.couplings
        own = couplings.strength * couplings.orders * chance
        return bool(self.model.chance("orders", year, self.number + 1)[self.number] < own)


def numbers_at(life: Life, name: str) -> float:
    """A number of a life's scenario, by dotted name."""
    found: Any = life.numbers
    for part in name.split("."):
        found = found[part]
    return float(found[0])
