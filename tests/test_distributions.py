"""Distributions by name: SciPy's, whole numbers with equal shares, steps that are typed numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sweeping import written

from sim import InputError
from sim.calibration.beliefs import belief
from sim.calibration.unknown_facts import spread
from sim.kernel.distributions import DISTRIBUTIONS, quantiles
from sim.sweep.load import load_sweep

HEAD = 'scenario = "mountain_view"\ndesigns = ["retrofit"]\n'
SAMPLED = '[design_of_experiments]\nmethod = "latin_hypercube"\npoints = 300\n'
EXAMPLES = {
    "uniform": (2, 6),
    "normal": (3.0, 1.0),
    "truncated_normal": (3.0, 2.0, 1, 6),
    "lognormal": (4.0, 0.5),
    "beta": (2.0, 3.0),
    "triangular": (1, 2, 5),
}
EVENLY = (np.arange(6000) + 0.5) / 6000


@given(st.integers(-50, 50), st.integers(1, 12))
def test_whole_numbers_between_bounds_have_equal_shares(low, more):
    drawn = quantiles("uniform", (low, low + more), EVENLY, whole=True)
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == list(range(low, low + more + 1))
    assert counts.max() - counts.min() <= 1


def test_ends_of_other_bounded_distributions_are_as_wide_as_other_whole_numbers():
    values, counts = np.unique(quantiles("triangular", (1, 3, 5), EVENLY, whole=True), return_counts=True)
    # The triangle from 0.5 to 5.5 with its mode at 3: the area within half a unit of each.
    assert values.tolist() == [1, 2, 3, 4, 5]
    assert counts / 6000 == pytest.approx([0.08, 0.24, 0.36, 0.24, 0.08], abs=1e-3)
    flat = quantiles("truncated_normal", (2.0, 1000.0, 1, 3), EVENLY, whole=True)
    assert np.unique(flat, return_counts=True)[1] / 6000 == pytest.approx([1 / 3] * 3, abs=1e-3)


def test_every_distribution_is_scipys_and_stays_within_its_bounds():
    assert set(EXAMPLES) == set(DISTRIBUTIONS)
    for name, parameters in EXAMPLES.items():
        found = DISTRIBUTIONS[name]
        assert found.takes(parameters)
        assert quantiles(name, parameters, EVENLY).mean() == pytest.approx(found.frozen(*parameters).mean(), rel=2e-3)
        if found.bounded:
            low, high = (parameters[place] for place in found.bounded)
            assert quantiles(name, parameters, np.array([0.0, 1.0]), whole=True).tolist() == [low, high]
    assert np.median(quantiles("lognormal", (4.0, 0.5), EVENLY)) == pytest.approx(4.0, rel=1e-3)
    assert np.log(quantiles("lognormal", (4.0, 0.5), EVENLY)).std() == pytest.approx(0.5, rel=5e-3)


@pytest.mark.parametrize("ends", [(1, 3), (0, 7)])
def test_a_factor_of_whole_numbers_and_what_a_forecast_does_not_know_have_them_too(tmp_path, ends):
    low, high = ends
    text = f'{HEAD}[[factors]]\nfield = "design.viable_enrolment"\nlow = {low}\nhigh = {high}\n{SAMPLED}'
    points = load_sweep(written(tmp_path, text)).points["design.viable_enrolment"]
    assert points.dtype.kind == "i"
    share = 300 / (high - low + 1)
    assert points.value_counts().between(np.floor(share) - 1, np.ceil(share) + 1).all()
    drawn = spread("design.viable_enrolment", low, high, EVENLY)
    assert np.unique(drawn, return_counts=True)[1].min() >= np.floor(6000 / (high - low + 1))


def test_a_drawn_blend_gives_whole_numbers_equal_shares_and_named_levels_the_nearest(tmp_path):
    blend = '[[factors]]\nname = "size"\n{}\n[factors.blend]\ndesign.viable_enrolment = [3, 1]\n'
    sweep = load_sweep(written(tmp_path, HEAD + blend.format("low = 0.0\nhigh = 1.0") + SAMPLED))
    found = [sweep.scenario(point, "retrofit").design.viable_enrolment for point in range(300)]
    assert [found.count(value) for value in (1, 2, 3)] == [100, 100, 100]
    sweep = load_sweep(written(tmp_path, HEAD + blend.format("levels = [0.0, 0.3, 1.0]")))
    assert [sweep.scenario(point, "retrofit").design.viable_enrolment for point in range(3)] == [3, 2, 1]


@given(st.integers(-30, 30), st.integers(1, 40), st.integers(2, 21), st.sampled_from([1, 10, 100, 1000]))
def test_steps_are_the_numbers_that_one_would_type(start, width, steps, scale):
    from sim.sweep.doe import _levels
    from sim.sweep.factors import Factor

    low, high = start / scale, (start + width * (steps - 1)) / scale
    found = _levels(Factor(field="population.ses_mean", low=low, high=high, steps=steps))
    assert found == [float(f"{(start + width * step) / scale:.10g}") for step in range(steps)]


def test_no_whole_number_between_bounds_is_reported(tmp_path):
    text = f'{HEAD}[[factors]]\nfield = "board.seats"\nlow = 5.2\nhigh = 5.8\n{SAMPLED}'
    with pytest.raises(InputError, match=r"'board\.seats': no whole number lies between its bounds"):
        load_sweep(written(tmp_path, text))


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ('distribution = "truncated_normal"\nparameters = [0.5, 0.2]', "mean and SD before it is truncated"),
        ('distribution = "truncated_normal"\nparameters = [0.5, 0.2, 1.0, 0.0]', "low below high"),
        ('distribution = "lognormal"\nparameters = [-1.0, 0.2]', "a median above 0, and a sigma above 0"),
        ("low = 0.0\nhigh = 1.0\nparameters = [1.0]", "none, as a range has low and high"),
    ],
)
def test_parameters_that_are_none_are_reported(tmp_path, given, accepted):
    with pytest.raises(InputError, match=accepted):
        load_sweep(written(tmp_path, f'{HEAD}[[factors]]\nfield = "population.ses_mean"\n{given}\n{SAMPLED}'))


def test_a_belief_may_be_any_of_them():
    assert belief("gamma=truncated_normal(0.5, 0.2, 0, 1)").prior.support() == (0.0, 1.0)
    assert belief("gamma=triangular(0,0.5,1)").prior.mean() == pytest.approx(0.5)
    with pytest.raises(InputError, match=r"accepted: truncated_normal\(mean, SD, low, high\)"):
        belief("gamma=truncated_normal(0.5,0.2)")
