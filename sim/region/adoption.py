"""Who takes an initiative up: the yearly hazard of each district, and where a strategy starts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.region.agents import ADAPTED, DROPPED, NEVER, USING, District

if TYPE_CHECKING:
    from sim.region.model import RegionModel


def standing(model: RegionModel) -> tuple[np.ndarray, np.ndarray]:
    """Need and smallness, in SD units."""
    found, adoption = model.ground.found, model.region.settings.adoption
    of = {"achievement": found.achievement, "ses": found.ses}.get(adoption.need_of)
    return (np.zeros(len(found)) if of is None else -_standard(of)), -_standard(np.log(found.students))


def inclination(model: RegionModel) -> np.ndarray:
    """What speaks for it in each district apart from others: need, size, who is in office."""
    adoption = model.region.settings.adoption
    heads = [district.superintendent for district in model.all_districts]
    return (
        adoption.need * model.need
        + adoption.small * model.size
        + adoption.openness * np.array([each.openness for each in heads])
        + adoption.experience * np.array([each.experience for each in heads])
    )


def hazard(model: RegionModel, using: np.ndarray, quarrel: np.ndarray) -> np.ndarray:
    """Chance of each district to take it up this year, were it free to."""
    adoption, strategy = model.region.settings.adoption, model.strategy
    speaks = inclination(model) + adoption.peers * using - adoption.quarrel * quarrel
    if strategy.pays(model.year):
        speaks += adoption.money * strategy.money
    chance = 1.0 - np.exp(-adoption.pace * np.exp(np.minimum(speaks, 30.0)))
    if strategy.mandates(model.year):
        chance = np.maximum(chance, strategy.compliance)
    return chance


def decide(model: RegionModel, using: np.ndarray, quarrel: np.ndarray) -> list[District]:
    """Districts that take it up this year."""
    settings, strategy = model.region.settings, model.strategy
    if not model.vendor.offers or model.year < settings.vendor.starts or strategy.forbids(model.year):
        return []
    free = [each for each in model.all_districts if each.status == NEVER and not each.tried]
    coming: list[District] = []
    if model.year == settings.vendor.starts and strategy.seeds:
        coming = model.pilots = _first(model, free)[: strategy.seeds]
    if model.year >= strategy.open_from and (strategy.evaluated is None or _passed(model)):
        again = settings.adoption.again
        chance, draw = hazard(model, using, quarrel), model.chance("adoption", model.year)
        known = {each.number for each in coming}
        willing = [each for each in free if each.number not in known and draw[each.number] < chance[each.number]]
        if again > 0.0:
            willing += [
                each for each in model.all_districts
                if each.status == DROPPED and draw[each.number] < again * chance[each.number]
            ]  # fmt: skip
        willing.sort(key=lambda each: draw[each.number])
        using_now = sum(each.has_it for each in model.all_districts)
        places = model.vendor.places(using_now)
        coming = coming + willing[: len(willing) if math.isinf(places) else int(places)]
    return coming


def _first(model: RegionModel, free: list[District]) -> list[District]:
    """Districts in the order in which the strategy would start with them."""
    lot = model.chance("first", 0)
    if model.strategy.where == "aligned":
        speaks = inclination(model)
        return sorted(free, key=lambda each: (-speaks[each.number], lot[each.number]))
    if model.strategy.where == "connected":
        times = np.asarray(model.near.sum(axis=0)).ravel()
        for district in model.all_districts:
            for each in district.superintendent.knows:
                times[each.post] += 1.0 / max(1, len(district.superintendent.knows))
        return sorted(free, key=lambda each: (-times[each.number], lot[each.number]))
    return sorted(free, key=lambda each: lot[each.number])


def _passed(model: RegionModel) -> bool:
    """Whether the first districts were evaluated, and enough of them still had it then."""
    strategy = model.strategy
    assert strategy.evaluated is not None
    if model.year <= strategy.evaluated or not model.pilots:
        return False
    then = model.history[strategy.evaluated]
    left = sum(then[each.number] in (USING, ADAPTED) for each in model.pilots)
    return left >= strategy.go_on_if * len(model.pilots)


def _standard(values: np.ndarray) -> np.ndarray:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0.0 else np.zeros(len(values))
