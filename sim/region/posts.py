"""Who is in office: the first superintendents, whom they know, and who fills a vacant post."""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.special import ndtri

from sim.region.agents import Superintendent

if TYPE_CHECKING:
    from sim.region.model import RegionModel


def appoint(model: RegionModel) -> None:
    """Superintendents of the first year, and whom they know."""
    posts, found = model.region.settings.posts, model.ground.found
    openness = _normal(model.chance("openness", 0)) * posts.openness_sd
    for district in model.all_districts:
        district.superintendent = Superintendent(model, float(openness[district.number]), district.number)
    draw = model.generator("acquaintances")
    order = np.argsort(np.log(found.students) + 0.5 * found.ses + 0.3 * draw.standard_normal(len(found)))
    place = np.empty(len(found), dtype=np.int64)
    place[order] = np.arange(len(found))
    count, n = min(posts.acquaintances, len(found) - 1), len(found)
    steps = draw.integers(1, max(2, count), size=(n, count)) * draw.choice([-1, 1], size=(n, count))
    alike = draw.random((n, count)) < posts.homophily
    anybody = draw.integers(0, n, size=(n, count))
    known = np.where(alike, order[(place[:, np.newaxis] + steps) % n], anybody)
    for district in model.all_districts:
        own = [number for number in dict.fromkeys(known[district.number].tolist()) if number != district.number]
        district.superintendent.knows = [model.all_districts[number].superintendent for number in own]
    meet(model)


def fill(model: RegionModel) -> None:
    """Fill the posts that were left at the end of last year: from another district, or anew."""
    vacant = [district for district in model.all_districts if district.vacant]
    if not vacant:
        return
    posts = model.region.settings.posts
    order, source, newcomer = (model.chance(each, model.year) for each in ("leaving", "hiring", "newcomer"))
    vacant.sort(key=lambda district: order[district.number])
    pool = [district.superintendent for district in vacant]
    openness = _normal(newcomer) * posts.openness_sd
    for district in vacant:
        before = district.superintendent
        coming = next((each for each in pool if each.post != district.number), None)
        if coming is not None and source[district.number] < posts.from_elsewhere:
            pool.remove(coming)
            model.moved += 1
        else:
            coming = Superintendent(model, float(openness[district.number]), district.number)
            coming.knows = [each for each in before.knows if each is not coming]
            coming.experience = 0.0 if math.isnan(district.seen) else district.seen
        coming.arrived = model.year
        district.superintendent, district.vacant = coming, False
    for each in pool:
        each.post = -1
        each.remove()
    for district in vacant:
        district.superintendent.post = district.number
    meet(model)


def meet(model: RegionModel) -> None:
    """Enter which districts the superintendents in office know one in: an array whose rows sum to
    1, or to 0 where a superintendent knows nobody.
    """
    n = len(model.all_districts)
    known = [district.superintendent.knows for district in model.all_districts]
    posts = np.array([each.post for each in chain.from_iterable(known)], dtype=np.int64)
    district = np.repeat(np.arange(n), [len(each) for each in known])
    in_office = posts >= 0
    columns, counts = posts[in_office], np.bincount(district[in_office], minlength=n)
    shares = np.repeat(1.0 / np.maximum(counts, 1), counts)
    model.known = csr_array((shares, columns, np.concatenate([[0], np.cumsum(counts)])), shape=(n, n))
    model.alone = counts == 0


def _normal(draws: np.ndarray) -> np.ndarray:
    return ndtri(np.clip(draws, 1e-12, 1.0 - 1e-12))
