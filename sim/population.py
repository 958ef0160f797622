"""A synthetic community from (scenario, seed): who the families are, what they want, and whom they
talk with.

Nothing here depends on the design, so that one seed gives the same community under every design.

Families are numbered by school and, within a school, along an axis of likeness that follows
achievement, along which ``sim/network.py`` ties them to each other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from sim.kernel.jit import jit
from sim.kernel.numerics import tanh
from sim.kernel.quantiles import gamma_table, normal_table, quantile
from sim.kernel.streams import named_keys, word
from sim.network import connect
from sim.scenario import Scenario
from sim.scenario.schema import families_before

_DRAWS = 16
"""Draws set aside for a family."""

OUTSIDE = 255
"""Cohort of a family outside: its child never enters."""


class Population(NamedTuple):
    """Arrays of a community of N families, T teachers and S schools.

    The N are the families of the programme's grades, those next in line, and a sample of those
    outside.

    Attributes
    ----------
    school_start : int64, shape (S + 1,)
        Families ``school_start[k]`` up to ``school_start[k + 1]`` attend school k.
    cohort : uint8, shape (N,)
        Grade at the start, 0 youngest; the number of grades for those next in line, who enter the
        youngest a year later; ``OUTSIDE`` for those outside.
    achievement, ses : float64, shape (N,)
        SD units against the nation.
    sway : float64, shape (N,)
        0 to 1.
    third : uint8, shape (N,)
        Third of prior achievement within the community: 0 low, 1 middle, 2 high.
    aligned : bool, shape (N,)
        Whether expectations are those of the aligned minority.
    wishes : float64, shape (N, 3)
        Expected teacher-led time, grade-level path and agency, 0 to 1.
    priorities : float64, shape (N, 7)
        Weights that sum to 1, in the order of rule R1.
    first_contact : int64, shape (N + 1,), and contacts : uint32, shape (ties * 2,)
        Contacts of family i are ``contacts[first_contact[i]:first_contact[i + 1]]``.
    teacher_school : int64, shape (T,)
        School of each teacher.

    Of several seeds together, as :func:`communities` draws them, all but the first and last have
    one more axis, ahead; ``contacts`` is as long as the longest of them needs.
    """

    school_start: np.ndarray
    cohort: np.ndarray
    achievement: np.ndarray
    ses: np.ndarray
    sway: np.ndarray
    tertile: np.ndarray
    aligned: np.ndarray
    wishes: np.ndarray
    priorities: np.ndarray
    first_contact: np.ndarray
    contacts: np.ndarray
    teacher_school: np.ndarray


def populate(scenario: Scenario, seed: int) -> Population:
    """Draw the community of a seed.

    Parameters
    ----------
    scenario : Scenario
        Only the sections ``population`` and ``network``, ``teachers.count``,
        ``board.constituency`` and, of ``status_quo``, ``WISHES`` are read.
    seed : int
        0 or more.

    Returns
    -------
    Population

    Examples
    --------
    >>> import sim
    >>> people = sim.populate(sim.Scenario(), seed=1)
    >>> people.sway.shape
    (1000,)
    """
    return one_of(communities(scenario, (seed,)), 0)


def communities(scenario: Scenario, seeds: Sequence[int], drawn: Mapping[str, np.ndarray] | None = None) -> Population:
    """Draw the communities of several seeds at once: what takes Python's time takes it once.

    Parameters
    ----------
    scenario, seeds
        As for :func:`populate`.
    drawn : mapping, optional
        Values by dotted field name that go with the seeds, instead of the scenario's; of the
        population only those of ``DRAWN``.

    Returns
    -------
    Population
        With an axis of seeds, of length len(seeds), ahead; see there.
    """
    people = scenario.population
    inside, coming, outside = scenario.population.families, scenario.next_in_line, scenario.outside_sampled
    n, counts = inside + coming + outside, (inside, coming, outside)
    school_start = np.zeros(people.schools + 1, dtype=np.int64)
    for count in counts:
        school_start += [families_before(count, people.schools, school) for school in range(people.schools + 1)]
    keys = named_keys(seeds, scenario.parties.streams)
    key, weights_key, ties_key = (keys[name].copy() for name in ("population", "priorities", "network"))
    shapes, size = _shapes(_shape(people, usual(scenario)), len(keys), drawn or {}), (len(keys), n)

    scores, axis, dealt = np.empty((*size, 2)), np.empty(size, dtype=np.uint64), np.empty(size, dtype=np.uint64)
    _scores(normal_table(), key, shapes, _likeness(scenario), scores, axis, dealt)
    order = _ranked(axis, school_start)
    ses, achievement, sway = np.empty(size), np.empty(size), np.empty(size)
    aligned, wishes, priorities = np.empty(size, dtype=np.bool_), np.empty((*size, 3)), np.empty((*size, 7))
    _traits(normal_table(), key, shapes, scores, order, ses, achievement, sway, aligned, wishes)
    _priorities(gamma_table(people.priority_concentration), weights_key, priorities)
    first_contact, contacts, numbered = connect(
        school_start, scenario.network.mean_degree, scenario.random_ties, ties_key
    )
    achievement = np.take_along_axis(achievement, numbered, 1)
    teachers = scenario.teachers.count
    return Population(
        school_start=school_start,
        cohort=_cohorts(dealt, counts, people.grades, school_start),
        achievement=achievement,
        ses=np.take_along_axis(ses, numbered, 1),
        sway=np.take_along_axis(sway, numbered, 1),
        tertile=_tertiles(achievement),
        aligned=aligned,
        wishes=wishes,
        priorities=priorities,
        first_contact=first_contact,
        contacts=contacts,
        teacher_school=(np.arange(teachers) * people.schools) // max(teachers, 1),
    )


def one_of(people: Population, place: int) -> Population:
    """One community of several that were drawn together."""
    one = _each(people, place)
    return one._replace(contacts=one.contacts[: one.first_contact[-1]])


def alone(people: Population) -> Population:
    """A community as several of which it is the only one."""
    return _each(people, np.newaxis)


def _each(people: Population, at: int | None) -> Population:
    """What seeds do not have in common, indexed."""
    return Population._make((people.school_start, *(each[at] for each in people[1:-1]), people.teacher_school))


def drawn_from(scenario: Scenario) -> tuple[Any, ...]:
    """All of a scenario that its communities depend on: where these are alike, so are they."""
    return (
        scenario.population,
        usual(scenario),
        scenario.network,
        scenario.teachers.count,
        scenario.next_in_line,
        scenario.outside_sampled,
    )


class Shape(NamedTuple):
    """The joint distribution of what families are, as plain numbers.

    ``of_ses`` and ``of_own`` make achievement, ``sway_of_ses``, ``sway_of_own`` and ``sway_alone``
    the latent score of sway of independent standard scores; ``cut`` is the score of SES below which
    a family is poor, and ``poorer`` and ``richer`` how far achievement is moved.
    """

    of_ses: float
    of_own: float
    sway_of_ses: float
    sway_of_own: float
    sway_alone: float
    sway_mean: float
    ses_mean: float
    ses_sd: float
    achievement_mean: float
    achievement_sd: float
    cut: float
    poorer: float
    richer: float
    aligned_minority: float
    aligned_distance: float
    expectation_sd: float
    usual: tuple[float, float, float]


WISHES = ("teacher_led", "grade_path", "agency")
"""What families have expectations of: the majority expects the usual class."""


def usual(scenario: Scenario) -> tuple[float, float, float]:
    """What the usual class has of ``WISHES``."""
    usual = scenario.status_quo
    return usual.teacher_led, usual.grade_path, usual.agency


@lru_cache(maxsize=256)
def _shape(people: Any, usual: tuple[float, float, float]) -> Shape:
    lower = np.linalg.cholesky(people.correlation).tolist()
    slopes = np.linalg.solve(people.correlation[:2, :2], people.correlation[:2, 2])
    cut, gap = _poor(people)
    return Shape(
        of_ses=lower[1][0],
        of_own=lower[1][1],
        sway_of_ses=lower[2][0],
        sway_of_own=lower[2][1],
        sway_alone=lower[2][2],
        sway_mean=float(slopes @ np.array([people.ses_mean, people.achievement_mean])),
        ses_mean=people.ses_mean,
        ses_sd=people.ses_sd,
        achievement_mean=people.achievement_mean,
        achievement_sd=people.achievement_sd,
        cut=cut,
        poorer=gap * (people.share_poor - 1.0),
        richer=gap * people.share_poor,
        aligned_minority=people.aligned_minority,
        aligned_distance=people.aligned_distance,
        expectation_sd=people.expectation_sd,
        usual=usual,
    )


DRAWN: dict[str, tuple[str, int]] = {
    "population.aligned_minority": ("aligned_minority", 0),
    "population.aligned_distance": ("aligned_distance", 0),
    "population.expectation_sd": ("expectation_sd", 0),
    **{f"status_quo.{wish}": ("usual", number) for number, wish in enumerate(WISHES)},
}
"""Fields that communities depend on and that may go with the seed: where each stands in
:class:`Shape`.
"""

_SHAPES = np.dtype([(name, "3f8" if name == "usual" else "f8") for name in Shape._fields])


def _shapes(shape: Shape, count: int, drawn: Mapping[str, np.ndarray]) -> np.ndarray:
    """A shape for each seed, shape (count,)."""
    shapes = np.array([tuple(shape)], _SHAPES).repeat(count)
    for field in drawn.keys() & DRAWN.keys():
        name, place = DRAWN[field]
        column = shapes[name] if shapes[name].ndim == 1 else shapes[name][:, place]
        column[:] = drawn[field]
    return shapes


def _poor(people: Any) -> tuple[float, float]:
    """The score of SES below which families are poor, and how far to move their children's
    achievement down so that the mean of all is kept and the gap is the one asked for: beyond what
    achievement's correlation with SES makes of it.
    """
    share = people.share_poor
    if not 0.0 < share < 1.0:
        return (math.inf if share == 1.0 else -math.inf), people.poor_gap
    cut = float(ndtri(share))
    density = math.exp(-0.5 * cut * cut) / math.sqrt(2.0 * math.pi)
    made = people.achievement_ses * people.achievement_sd * density / (share * (1.0 - share))
    return cut, people.poor_gap - made


def _likeness(scenario: Scenario) -> float:
    """Correlation of the axis of likeness with achievement.

    A tie along the axis joins families alike in an axis that correlates with achievement at rho, so
    its achievements correlate at rho squared; random ties carry none. Hence rho from the
    assortativity asked for.
    """
    kept = 1.0 - scenario.random_ties
    return math.sqrt(min(1.0, scenario.network.assortativity / kept)) if kept > 0 else 0.0


def _ranked(values: np.ndarray, school_start: np.ndarray) -> np.ndarray:
    """Order the families of each seed within each school by a value of 32 bits, and by number where
    it is alike; shape (seeds, N) as the values.

    Seed, school, value and number side by side in one word, as whole words are fast to sort.
    """
    (seeds, n), schools = values.shape, len(school_start) - 1
    school = np.repeat(np.arange(schools, dtype=np.uint64), np.diff(school_start))
    if (seeds * schools - 1).bit_length() + n.bit_length() > 32:
        return np.array([np.lexsort((each, school)) for each in values])
    bits = np.uint64(n.bit_length())
    group = np.arange(seeds, dtype=np.uint64)[:, np.newaxis] * np.uint64(schools) + school
    words = (((group << np.uint64(32)) | values) << bits) | np.arange(n, dtype=np.uint64)
    ranked = np.sort(words.ravel()) & np.uint64((1 << n.bit_length()) - 1)
    return ranked.astype(np.int64).reshape(values.shape)


def _cohorts(words: np.ndarray, counts: tuple[int, int, int], grades: int, school_start: np.ndarray) -> np.ndarray:
    """Deal out, school by school, who is in the programme's grades, next in line, or outside.

    In a random order, so that grades are of a size.
    """
    schools = len(school_start) - 1
    kinds = np.empty(words.shape[1], dtype=np.uint8)
    for school in range(schools):
        inside, coming, outside = (
            families_before(count, schools, school + 1) - families_before(count, schools, school) for count in counts
        )
        start = school_start[school]
        kinds[start : start + inside] = np.arange(inside) * grades // max(inside, 1)
        kinds[start + inside : start + inside + coming] = grades
        kinds[start + inside + coming : start + inside + coming + outside] = OUTSIDE
    cohort = np.empty(words.shape, dtype=np.uint8)
    np.put_along_axis(cohort, _ranked(words, school_start), kinds[np.newaxis], 1)
    return cohort


def _tertiles(achievement: np.ndarray) -> np.ndarray:
    n = achievement.shape[1]
    if n == 0:
        return np.empty(achievement.shape, dtype=np.uint8)
    cuts = np.partition(achievement, [n // 3, (2 * n) // 3])
    lower, upper = cuts[:, [n // 3]], cuts[:, [(2 * n) // 3]]
    return (achievement >= lower).astype(np.uint8) + (achievement >= upper).astype(np.uint8)


@jit(error_model="numpy")
def _scores(table, keys, shapes, likeness, scores, axis, dealt):
    """Draw, by seed and person, the scores of SES and of achievement's own part, and the place on
    the axis of likeness, as a whole number of 32 bits; and by family, another one that deals out
    cohorts.
    """
    rest = math.sqrt(1.0 - likeness * likeness)
    for seed in range(keys.size):
        key, shape = keys[seed], shapes[seed]
        for i in range(axis.shape[1]):
            first = _DRAWS * i
            ses, own = quantile(table, word(key, first)), quantile(table, word(key, first + 1))
            scores[seed, i, 0] = ses
            scores[seed, i, 1] = own
            achievement = shape.of_ses * ses + shape.of_own * own
            place = likeness * achievement + rest * quantile(table, word(key, first + 2))
            axis[seed, i] = np.uint64(min(2.0**32 - 1.0, max(0.0, (place + 8.0) * 2.0**28)))
            dealt[seed, i] = word(key, first + 3) >> np.uint64(32)


@jit(error_model="numpy")
def _traits(table, keys, shapes, scores, order, ses, achievement, sway, aligned, wishes):
    """What families are, by seed, in their order along the axis; what does not bear on the order is
    drawn for the place.
    """
    for seed in range(keys.size):
        key, shape = keys[seed], shapes[seed]
        distance, usual = shape.aligned_distance, shape.usual
        for i in range(order.shape[1]):
            score, own = scores[seed, order[seed, i], 0], scores[seed, order[seed, i], 1]
            level = shape.of_ses * score + shape.of_own * own
            first = _DRAWS * i
            apart = quantile(table, word(key, first + 4))
            latent = shape.sway_of_ses * score + shape.sway_of_own * own + shape.sway_alone * apart
            ses[seed, i] = shape.ses_mean + shape.ses_sd * score
            achievement[seed, i] = shape.achievement_mean + shape.achievement_sd * level
            achievement[seed, i] += shape.poorer if score < shape.cut else shape.richer
            sway[seed, i] = 0.5 + 0.5 * tanh(0.5 * (shape.sway_mean + latent))
            drawn = np.float64(word(key, first + 5) >> np.uint64(11)) * 2.0**-53
            aligned[seed, i] = drawn < shape.aligned_minority
            for wish in range(3):
                middle = usual[wish]
                if aligned[seed, i]:  # less of the first two, more choice
                    middle = min(1.0, max(0.0, middle - distance if wish < 2 else middle + distance))
                error = shape.expectation_sd * quantile(table, word(key, first + 6 + wish))
                wishes[seed, i, wish] = min(1.0, max(0.0, middle + error))


@jit(error_model="numpy")
def _priorities(table, keys, weights):
    """Dirichlet weights, shape (seeds, N, 7), from the quantiles of a gamma distribution."""
    for seed in range(keys.size):
        key = keys[seed]
        for i in range(weights.shape[1]):
            total = 0.0
            for j in range(7):
                weight = quantile(table, word(key, 8 * i + j))
                weights[seed, i, j] = weight
                total += weight
            for j in range(7):
                weights[seed, i, j] /= max(total, 2.2250738585072014e-308)
