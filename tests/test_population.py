"""Synthetic communities have what was asked for."""

import tracemalloc
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from sim import Population, Scenario, populate
from sim.population import OUTSIDE, communities, one_of


def community(changes=None, seed=3) -> tuple[Scenario, Population]:
    """A community of 8,000 families of the programme's grades, as many next in line, none
    outside.
    """
    scenario = Scenario().revise({"population.families": 8000, **(changes or {})})
    return scenario, populate(scenario, seed)


def graph_of(people: Population) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(range(len(people.ses)))
    for i in graph.nodes:
        graph.add_edges_from(
            (i, int(j)) for j in people.contacts[people.first_contact[i] : people.first_contact[i + 1]]
        )
    return graph


@pytest.mark.parametrize(
    "changes", [{}, {"population.families": 0}, {"population.schools": 7}, {"population.aligned_minority": 0.4}]
)
def test_communities_drawn_together_are_those_drawn_alone(changes):
    scenario = Scenario().revise({"population.families": 300, **changes})
    together = communities(scenario, (5, 0, 2**40))
    for place, seed in enumerate((5, 0, 2**40)):
        for one, other in zip(one_of(together, place), populate(scenario, seed), strict=True):
            np.testing.assert_array_equal(one, other)


def test_achievement_ses_and_sway_correlate_as_given():
    _, people = community(
        {"population.achievement_ses": 0.4, "population.sway_ses": 0.5, "population.sway_achievement": 0.3}
    )
    latent = np.log(people.sway / (1 - people.sway))
    found = np.corrcoef([people.ses, people.achievement, latent])
    np.testing.assert_allclose([found[0, 1], found[0, 2], found[1, 2]], [0.4, 0.5, 0.3], atol=0.04)


def test_levels_and_spreads_are_as_given():
    _, people = community(
        {
            "population.achievement_mean": 0.5,
            "population.achievement_sd": 1.2,
            "population.ses_mean": -0.4,
            "population.ses_sd": 0.7,
        }
    )
    assert people.achievement.mean() == pytest.approx(0.5, abs=0.05)
    assert people.achievement.std() == pytest.approx(1.2, abs=0.05)
    assert people.ses.mean() == pytest.approx(-0.4, abs=0.04)
    assert people.ses.std() == pytest.approx(0.7, abs=0.03)


@pytest.mark.parametrize("correlation", [0.0, 0.35])
@pytest.mark.parametrize(("share", "gap"), [(0.5, 1.1), (0.07, 0.63), (0.87, 0.26)])
def test_two_groups_have_the_mean_and_the_gap_asked_for(share: float, gap: float, correlation: float):
    """The poor are those of the lowest SES; the gap is all of it, also where achievement follows
    SES.
    """
    levels = {"population.achievement_mean": 0.15, "population.achievement_sd": 0.85, "population.families": 20_000}
    groups = {"population.share_poor": share, "population.poor_gap": gap, "population.achievement_ses": correlation}
    _, people = community({**levels, **groups})
    poor = people.ses < np.quantile(people.ses, share)
    assert people.achievement.mean() == pytest.approx(0.15, abs=0.02)
    assert people.achievement[~poor].mean() - people.achievement[poor].mean() == pytest.approx(gap, abs=0.06)
    for group in (poor, ~poor):
        assert people.achievement[group].std() == pytest.approx(0.85, abs=0.06)


def test_a_richer_community_has_more_sway():
    poor, rich = (community({"population.ses_mean": mean})[1].sway.mean() for mean in (-1.0, 1.0))
    assert rich > poor + 0.15


def test_expectations_are_a_mixture():
    scenario, people = community({"population.aligned_minority": 0.2})
    assert people.aligned.mean() == pytest.approx(0.2, abs=0.02)
    usual, apart = scenario.status_quo, scenario.population.aligned_distance
    found = [people.wishes[which].mean(axis=0) for which in (people.aligned, ~people.aligned)]
    np.testing.assert_allclose(
        found[0], [usual.teacher_led - apart, usual.grade_path - apart, usual.agency + apart], atol=0.02
    )
    np.testing.assert_allclose(found[1], [usual.teacher_led, usual.grade_path, usual.agency], atol=0.02)
    assert ((people.wishes >= 0) & (people.wishes <= 1)).all()


def test_what_the_majority_expects_is_the_usual_class_that_goes_with_a_seed():
    scenario = Scenario().revise({"population.families": 4000, "status_quo.agency": 0.5})
    drawn = communities(scenario, (1, 2), {"status_quo.agency": np.array([0.2, 0.8])})
    for place, agency in enumerate((0.2, 0.8)):
        own = one_of(drawn, place)
        assert own.wishes[~own.aligned, 2].mean() == pytest.approx(agency, abs=0.02)


def test_priorities_are_dirichlet():
    _, people = community()
    np.testing.assert_allclose(people.priorities.sum(axis=1), 1)
    np.testing.assert_allclose(people.priorities.mean(axis=0), 1 / 7, atol=0.01)
    _, alike = community({"population.priority_concentration": 50.0})
    assert alike.priorities.std() < 0.3 * people.priorities.std()


@pytest.mark.parametrize(
    ("degree", "clustering", "assortativity"), [(6, 0.3, 0.3), (6, 0.45, 0.5), (10, 0.2, 0.15), (4, 0.1, 0.2)]
)
@pytest.mark.parametrize("schools", [1, 4])
@pytest.mark.once
@pytest.mark.longer
def test_the_network_has_the_degree_clustering_and_assortativity_asked_for(degree, clustering, assortativity, schools):
    """Wide enough for the approximation (ring formula on a line with uneven degrees); the figures
    found are in docs/odd.md.
    """
    _, people = community(
        {
            "network.mean_degree": float(degree),
            "network.clustering": clustering,
            "network.assortativity": assortativity,
            "population.schools": schools,
        }
    )
    graph = graph_of(people)
    degrees = np.array([graph.degree(i) for i in graph.nodes])
    assert degrees.mean() == pytest.approx(degree, rel=0.05)
    assert nx.transitivity(graph) == pytest.approx(clustering, abs=0.05)
    ends = np.array(graph.edges)
    ends = np.vstack([ends, ends[:, ::-1]])
    assert np.corrcoef(people.achievement[ends[:, 0]], people.achievement[ends[:, 1]])[0, 1] == pytest.approx(
        assortativity, abs=0.05
    )


def test_ties_are_mutual_and_nobody_is_its_own_contact():
    _, people = community({"population.families": 300, "population.schools": 2})
    ties = {
        (i, int(j))
        for i in range(len(people.ses))
        for j in people.contacts[people.first_contact[i] : people.first_contact[i + 1]]
    }
    assert all((j, i) in ties and i != j for i, j in ties)


def test_tertiles_are_tertiles():
    _, people = community({"population.families": 999})
    third = len(people.ses) // 3
    assert np.bincount(people.tertile).tolist() == [third] * 3
    assert people.achievement[people.tertile == 0].max() <= people.achievement[people.tertile == 2].min()


@pytest.mark.parametrize("families", [0, 1, 2, 3, 500])
@pytest.mark.parametrize("schools", [1, 3])
@pytest.mark.parametrize("grades", [1, 3])
def test_those_of_the_programmes_grades_those_next_and_those_outside_are_as_many_as_asked_for(
    families, schools, grades
):
    scenario, people = community(
        {
            "population.families": families,
            "population.schools": schools,
            "population.grades": grades,
            "board.constituency": 5000,
        }
    )
    inside, coming, outside = (
        int((people.cohort < grades).sum()), int((people.cohort == grades).sum()), int((people.cohort == OUTSIDE).sum())
    )  # fmt: skip
    assert inside == families
    assert coming == scenario.next_in_line == min(families, max(1, round(families / grades)))
    assert outside == scenario.outside_sampled <= scenario.outside
    assert inside + coming + outside == len(people.ses) == len(people.first_contact) - 1 == people.school_start[-1]


def test_cohorts_are_of_a_size_in_every_school():
    _, people = community({"population.families": 600, "population.grades": 3, "population.schools": 4})
    for start, end in pairwise(people.school_start):
        assert np.bincount(people.cohort[start:end], minlength=4)[:4].tolist() == [50] * 4


def test_those_outside_stand_for_all_of_them():
    """As many as the programme's own unless told; no more than the board answers to; weighed up to
    their number.
    """
    sizes = {"population.families": 100, "board.constituency": 1000}
    for changes, number in (({}, 100), ({"population.outside": 700}, 700), ({"population.outside": 5000}, 800)):
        scenario, people = community({**sizes, **changes})
        sampled = int((people.cohort == OUTSIDE).sum())
        assert scenario.outside == number
        assert 0 < sampled <= number
        assert sampled * scenario.offer.outside_weight == pytest.approx(number)
    alone, people = community({"population.families": 100})
    assert alone.outside == 0
    assert not (people.cohort == OUTSIDE).any()


def test_a_seed_names_one_community():
    for first, second in zip(community(seed=5)[1], community(seed=5)[1], strict=True):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(community(seed=5)[1].ses, community(seed=6)[1].ses)


def test_memory_grows_with_families_by_less_than_a_kilobyte_each():
    scenario = Scenario().revise({"population.families": 50_000})
    populate(scenario, 1)
    tracemalloc.start()
    people = populate(scenario, 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak / len(people.ses) < 1000
