"""The casebook as a likelihood, and walks by it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats

from sim import simulate
from sim.casebook.files import open_casebook
from sim.casebook.likelihood import SPREADS, STRANGE, evidence, sources_of
from sim.priors import PRIORS
from study.chain import chain
from study.emulator import Emulator, _said, at_scores, scores

pytestmark = pytest.mark.once

BOOK = open_casebook()
SOURCES = {source.name: source for source in sources_of(BOOK)}
FEW = [SOURCES[name] for name in ("xq_19", "cheshire", "davis_summit", "elizabeth")]


def shares_of(source, *chosen: float) -> np.ndarray:
    shares = np.array(chosen, float)[np.newaxis]
    assert shares.shape == (1, source.categories)
    return shares


def test_frames_that_are_rates_and_cases_that_began_are_in_it_and_no_others():
    frames = {name for name, source in SOURCES.items() if source.is_frame}
    assert frames == {name for name, frame in BOOK.frames.items() if frame.frame.usable == "rate"}
    assert SOURCES.keys() - frames == {name for name, case in BOOK.coded().items() if case.start.begun}


@pytest.mark.parametrize("name", ["charters_by_cohort", "summit", "cheshire", "davis_summit", "elizabeth"])
def test_a_run_falls_into_categories_by_weights_that_sum_to_1(name):
    source = SOURCES[name]
    found = [source.weights(simulate(source.variants[seed].scenario, seed), 1.0) for seed in range(20)]
    told = [each for each in found if each is not None]
    assert told
    assert all(each.shape == (source.categories,) and abs(each.sum() - 1.0) < 1e-12 for each in told)
    assert all(len(each.numerator) == len(each.denominator) == source.categories for each in source.observations)
    assert all(0 <= each.seen <= each.of for each in source.observations)


def test_counts_of_the_same_units_at_rising_ages_are_told_as_what_happened_between_them():
    first, second, third = SOURCES["charters_by_cohort"].observations
    assert [(each.seen, each.of) for each in (first, second, third)] == [(180, 1000), (75, 820), (145, 745)]
    shares = np.array([[0.18, 0.075, 0.145, 0.6]])
    assert SOURCES["charters_by_cohort"].chances(shares)[0] == pytest.approx([0.18, 75 / 820, 145 / 745])


def test_a_case_that_ended_tells_when_why_and_how_given_that_it_ended():
    source = SOURCES["cheshire"]
    assert [each.words for each in source.observations] == ["it ended in years 0 to 1", "by families", "in mid-year"]
    often = shares_of(source, *[0.0] * 7, 0.8, 0.2)
    seldom = shares_of(source, *[0.0] * 7, 0.1, 0.9)
    assert source.log_likelihood(often) == pytest.approx(source.log_likelihood(seldom))
    other = shares_of(source, *[0.1] * 7, 0.1, 0.2)
    assert (source.log_likelihood(other) < source.log_likelihood(often)).all()


def test_a_case_that_goes_on_tells_whether_as_designed_and_not_whether_it_goes_on():
    designed, adapted = SOURCES["elizabeth"], SOURCES["davis_summit"]
    assert designed.log_likelihood(shares_of(designed, 0.0, 0.1, 0.3, 0.6)) == pytest.approx(
        designed.log_likelihood(shares_of(designed, 0.05, 0.1, 0.45, 0.4))
    )
    by_families, otherwise = (
        adapted.log_likelihood(shares_of(adapted, *each, 0.2, 0.0)) for each in ((0.6, 0.2), (0.2, 0.6))
    )
    assert (by_families > otherwise).all()


@given(st.floats(0.01, 0.99))
def test_no_case_rules_anything_out_and_the_stranger_the_less_it_says(chance):
    source = SOURCES["elizabeth"]
    found = source.log_likelihood(shares_of(source, 0.0, 1.0 - chance, chance, 0.0))[0]
    mixed = [np.log((1 - strange) * chance + strange * 0.5) for strange in STRANGE]
    assert found == pytest.approx(mixed)
    assert (found >= np.log(np.array(STRANGE) * 0.5) - 1e-12).all()


@pytest.mark.parametrize("place", [0, 3, 6])
def test_a_population_has_an_error_of_its_own_of_the_logit(place):
    source, chance = SOURCES["pbis_915"], 0.12

    def density(error: float) -> float:
        rate = special.expit(special.logit(chance) + error)
        return float(stats.binom.pmf(64, 915, rate) * stats.norm.pdf(error, scale=SPREADS[place]))

    exact = integrate.quad(density, -6 * SPREADS[place], 6 * SPREADS[place], limit=400, points=[-0.7, -0.6, -0.5])[0]
    found = source.log_likelihood(np.array([[chance, 1 - chance]]))[0, place]
    assert found == pytest.approx(np.log(exact), abs=0.01)


def test_all_counts_of_a_population_share_its_error():
    source = SOURCES["charters_by_cohort"]
    low = np.array([[0.09, 0.05, 0.08, 0.78]])
    together = source.log_likelihood(low)[0]
    apart = sum(replace(source, observations=(each,)).log_likelihood(low)[0] for each in source.observations)
    assert together[4] > apart[4]


def test_what_is_left_out_says_nothing():
    rng = np.random.default_rng(1)
    shares = {source.name: rng.dirichlet(np.ones(source.categories), 5) for source in FEW}
    whole, fewer = evidence(FEW, shares), evidence(FEW[1:], shares)
    assert whole.together(["xq_19"]) == pytest.approx(fewer.together())
    assert not np.allclose(whole.together(), fewer.together())
    assert whole.together([source.name for source in FEW]) == pytest.approx(np.zeros(5))


def test_a_network_says_what_its_library_says():
    rng = np.random.default_rng(2)
    for categories in (2, 4):
        counts = rng.multinomial(5, np.ones(categories) / categories, 60)
        inputs = rng.standard_normal((60, 3))
        network = Emulator(inputs, counts)._networks[0]
        assert _said(network, inputs) == pytest.approx(network.predict_proba(inputs))


def test_scores_and_points_are_each_others_inverse():
    inputs = np.random.default_rng(3).standard_normal((20, len(PRIORS)))
    assert scores(at_scores(inputs)) == pytest.approx(inputs, abs=1e-6)


def test_a_walk_finds_a_distribution_that_is_known():
    spread = np.array([[1.0, 0.6], [0.6, 2.0]])
    inverse, centre = np.linalg.inv(spread), np.array([1.0, -2.0])

    def known(at: np.ndarray) -> np.ndarray:
        away = at - centre
        return -0.5 * np.einsum("ij,jk,ik->i", away, inverse, away)

    start = np.random.default_rng(4).standard_normal((40, 2))
    found, again = chain(known, start, 2000, seed=5, keep=10), chain(known, start, 2000, seed=5, keep=10)
    assert found.points.mean(axis=0) == pytest.approx(centre, abs=0.15)
    assert np.cov(found.points.T) == pytest.approx(spread, abs=0.35)
    assert found.effective > 400
    np.testing.assert_array_equal(found.points, again.points)


def test_a_walk_through_as_many_dimensions_as_there_are_parameters_gives_each_its_variance():
    start = np.random.default_rng(4).standard_normal((256, len(PRIORS)))
    found = chain(lambda at: -0.5 * (at**2).sum(axis=1), start, 2000, seed=5)
    assert found.points.var(axis=0).mean() == pytest.approx(1.0, abs=0.03)
    assert found.points.mean() == pytest.approx(0.0, abs=0.03)
