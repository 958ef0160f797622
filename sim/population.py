"""A synthetic community from (scenario, seed): who the families are, what they want, and whom they
talk with.

Nothing here depends on the design, so that one seed gives the same community under every design.

Families are numbered by school and, within a school, along an axis of likeness that follows
achievement. Each starts ties to the next few along that axis and sends a share of them to somebody
at random: a small world (Watts & Strogatz 1998) on a line of likeness instead of a ring, with a
degree that rises with SES. Neighbours in the network are neighbours in memory, which is what makes
a million families fast; within a stretch of ``STRETCH`` they are numbered by how many contacts they
have, so that the processor guesses right when a family's contacts end.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from scipy.special import ndtri

from sim.scenario import Scenario
from sim.scenario.schema import families_before
from sim.streams import generator, named_keys, uniform, week_key

_TIES, _TARGET, _REWIRE = 0, 1, 2

STRETCH = 256
"""Families along the axis of likeness that are numbered by their contacts."""

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
    """

    school_start: np.ndarray
    cohort: np.ndarray
    achievement: np.ndarray
    ses: np.ndarray
    sway: np.ndarray
    third: np.ndarray
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
        Only the sections ``population`` and ``network``, ``teachers.count`` and
        ``board.constituency`` are read.
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
    people = scenario.population
    schools = people.schools
    inside, coming, outside = people.families, scenario.next_in_line, scenario.outside_sampled
    n = inside + coming + outside
    draw = generator(seed, "population")
    school_start = np.zeros(schools + 1, dtype=np.int64)
    for count in (inside, coming, outside):
        school_start += [families_before(count, schools, school) for school in range(schools + 1)]

    lower = np.linalg.cholesky(people.correlation)
    scores = draw.standard_normal((3, n))
    mixture, likeness, cohort = draw.random(n), draw.standard_normal(n), draw.random(n)
    wish_errors = draw.standard_normal((n, 3))
    ses_score, achievement_score = scores[0], lower[1, 0] * scores[0] + lower[1, 1] * scores[1]

    order = _order_by_likeness(scenario, achievement_score, likeness, school_start)
    ses_score, achievement_score = ses_score[order], achievement_score[order]
    sway_score = lower[2, 0] * ses_score + lower[2, 1] * scores[1][order] + lower[2, 2] * scores[2][order]
    slopes = np.linalg.solve(people.correlation[:2, :2], people.correlation[:2, 2])
    sway_mean = float(slopes @ np.array([people.ses_mean, people.achievement_mean]))

    poor, gap = _poor(people, ses_score)
    achievement = people.achievement_mean + people.achievement_sd * achievement_score + gap * (people.share_poor - poor)
    ses = people.ses_mean + people.ses_sd * ses_score
    aligned = mixture < people.aligned_minority
    conventional_wish = np.array(
        [people.conventional_teacher_led, people.conventional_grade_path, people.conventional_agency]
    )
    aligned_wish = np.array([people.aligned_teacher_led, people.aligned_grade_path, people.aligned_agency])
    wishes = np.where(aligned[:, None], aligned_wish, conventional_wish) + people.expectation_sd * wish_errors
    np.clip(wishes, 0.0, 1.0, out=wishes)

    first_contact, contacts, numbered = _connect(
        school_start,
        ses,
        scenario.expected_degree,
        scenario.network.degree_ses,
        people.ses_mean,
        scenario.random_ties,
        named_keys(seed)["network"][0],
    )
    teachers = scenario.teachers.count
    return Population(
        school_start=school_start,
        cohort=_cohorts(cohort, (inside, coming, outside), people.grades, schools),
        achievement=achievement[numbered],
        ses=ses[numbered],
        sway=1.0 / (1.0 + np.exp(-(sway_mean + sway_score[numbered]))),
        third=_thirds(achievement)[numbered],
        aligned=aligned,
        wishes=wishes,
        priorities=_priorities(people.priorities, n, seed),
        first_contact=first_contact,
        contacts=contacts,
        teacher_school=(np.arange(teachers) * schools) // max(teachers, 1),
    )


def _poor(people: Any, ses_score: np.ndarray) -> tuple[np.ndarray, float]:
    """Who is poor, the families of lowest SES, and how far to move their children's achievement
    down so that the mean of all is kept and the gap is the one asked for: beyond what achievement's
    correlation with SES makes of it.
    """
    share = people.share_poor
    if not 0.0 < share < 1.0:
        return np.full(len(ses_score), share == 1.0), people.poor_gap
    cut = ndtri(share)
    density = math.exp(-0.5 * cut * cut) / math.sqrt(2.0 * math.pi)
    made = people.achievement_ses * people.achievement_sd * density / (share * (1.0 - share))
    return ses_score < cut, people.poor_gap - made


def _order_by_likeness(
    scenario: Scenario, achievement_score: np.ndarray, likeness: np.ndarray, school_start: np.ndarray
) -> np.ndarray:
    """Order families along the axis of likeness within each school.

    A tie along the axis joins families alike in an axis that correlates with achievement at rho, so
    its achievements correlate at rho squared; random ties carry none. Hence rho from the
    assortativity asked for.
    """
    kept = 1.0 - scenario.random_ties
    rho_squared = min(1.0, scenario.network.assortativity / kept) if kept > 0 else 0.0
    axis = math.sqrt(rho_squared) * achievement_score + math.sqrt(1.0 - rho_squared) * likeness
    order = np.empty(len(axis), dtype=np.int64)
    for start, end in pairwise(school_start):
        order[start:end] = start + np.argsort(axis[start:end], kind="stable")
    return order


def _cohorts(draws: np.ndarray, counts: tuple[int, int, int], grades: int, schools: int) -> np.ndarray:
    """Deal out, school by school, who is in the programme's grades, next in line, or outside.

    In order of the draws, so that grades are of a size.
    """
    cohort = np.empty(len(draws), dtype=np.uint8)
    start = 0
    for school in range(schools):
        inside, coming, outside = (
            families_before(count, schools, school + 1) - families_before(count, schools, school) for count in counts
        )
        kinds = np.concatenate(
            (np.arange(inside) * grades // max(inside, 1), np.full(coming, grades), np.full(outside, OUTSIDE))
        )
        end = start + len(kinds)
        cohort[start + np.argsort(draws[start:end], kind="stable")] = kinds
        start = end
    return cohort


def _thirds(achievement: np.ndarray) -> np.ndarray:
    n = len(achievement)
    if n == 0:
        return np.empty(0, dtype=np.uint8)
    cuts = np.partition(achievement, [n // 3, (2 * n) // 3])
    return (achievement >= cuts[n // 3]).astype(np.uint8) + (achievement >= cuts[(2 * n) // 3]).astype(np.uint8)


def _priorities(concentrations: tuple[float, ...], n: int, seed: int) -> np.ndarray:
    """Dirichlet weights, shape (n, 7); a concentration of 0 gives a weight of 0."""
    gammas = generator(seed, "priorities").standard_gamma(np.array(concentrations), size=(n, len(concentrations)))
    gammas /= np.maximum(gammas.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    return gammas


@njit(cache=True, nogil=True)
def _connect(school_start, ses, mean_degree, degree_ses, ses_mean, random_ties, key):
    """Draw the ties, and number families by them; return (first_contact, contacts) in the new
    numbers, and the old number of each new one.
    """
    n = ses.size
    ties_key, target_key, rewire_key = week_key(key, _TIES), week_key(key, _TARGET), week_key(key, _REWIRE)
    degree = np.zeros(n + 1, dtype=np.int64)
    capacity = np.int64(n * (mean_degree / 2.0 + degree_ses + 1.0)) + 16
    heads = np.empty(capacity, dtype=np.int32)
    tails = np.empty(capacity, dtype=np.int32)
    count = 0
    for school in range(school_start.size - 1):
        end = school_start[school + 1]
        for i in range(school_start[school], end):
            started = max(0.0, mean_degree / 2.0 + degree_ses * (ses[i] - ses_mean))
            wanted = int(started + uniform(ties_key, i))
            for k in range(1, wanted + 1):
                j = i + k
                draw = i * 64 + k
                if uniform(rewire_key, draw) < random_ties:
                    j = int(uniform(target_key, draw) * n)
                    if abs(j - i) <= wanted:
                        continue
                elif j >= end:
                    continue
                if count == heads.size:
                    heads = np.concatenate((heads, np.empty(heads.size, dtype=np.int32)))
                    tails = np.concatenate((tails, np.empty(tails.size, dtype=np.int32)))
                heads[count] = i
                tails[count] = j
                count += 1
                degree[i] += 1
                degree[j] += 1
    number, old = _number_by_degree(school_start, degree)
    first = np.zeros(n + 1, dtype=np.int64)
    for i in range(n):
        first[i + 1] = first[i] + degree[old[i]]
    place = first[:-1].copy()
    contacts = np.empty(first[n], dtype=np.uint32)
    for tie in range(count):
        i, j = number[heads[tie]], number[tails[tie]]
        contacts[place[i]] = j
        place[i] += 1
        contacts[place[j]] = i
        place[j] += 1
    return first, contacts, old


@njit(cache=True, nogil=True)
def _number_by_degree(school_start, degree):
    """Number families anew, by degree within each stretch of a school; return the new number of
    each old one, and the old number of each new one.
    """
    n = degree.size - 1
    number, old = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    most = 0
    for i in range(n):
        most = max(most, degree[i])
    before = np.empty(most + 2, dtype=np.int64)
    for school in range(school_start.size - 1):
        for start in range(school_start[school], school_start[school + 1], STRETCH):
            stop = min(start + STRETCH, school_start[school + 1])
            before[:] = 0
            for i in range(start, stop):
                before[degree[i] + 1] += 1
            for k in range(1, before.size):
                before[k] += before[k - 1]
            for i in range(start, stop):
                new = start + before[degree[i]]
                before[degree[i]] += 1
                number[i] = new
                old[new] = i
    return number, old
