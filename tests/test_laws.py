"""The sanity laws of docs/odd.md."""

from itertools import pairwise

import numpy as np
import pytest
from conftest import NO_POWER, SCENARIOS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import scenarios

from sim import Scenario, load_scenario, populate, simulate
from sim.analysis.intervals import paired_difference
from sim.outcome import COLUMN
from sim.population import Population
from sim.sweep import replicate

SEEDS = range(200)


def runs_of(scenario: Scenario, seeds=SEEDS):
    return list(replicate([scenario], seeds))


def over(runs) -> np.ndarray:
    return np.array([not np.isnan(run.outcome.week_over) for run in runs])


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_without_power_nothing_is_ever_cancelled(scenario: Scenario, seed: int):
    """With all power weights at 0 the capital never falls, and no step is ever taken against the
    programme.
    """
    powerless = scenario.revise(
        {
            **NO_POWER,
            "board.repair_below": 0.99,
            "board.concede_below": 0.98,
            "board.optional_below": 0.97,
            "board.cancel_below": 0.96,
        }
    )
    run = simulate(powerless, seed)
    assert run.outcome.ending in ("survived", "closed")
    assert np.nan_to_num(run.weeks[:, COLUMN["capital"]], nan=1.0).min(initial=1.0) == 1.0


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_with_nobody_enrolled_there_is_no_voice(scenario: Scenario, seed: int):
    empty = scenario.revise({"design.assignment": "opt_in", "design.capacity": 0, "design.viable_enrolment": 0})
    outcome = simulate(empty, seed).outcome
    assert (outcome.reached, outcome.on_record, outcome.student_weeks) == (0, 0, 0)
    assert outcome.drained_families == 0
    assert outcome.drained_teachers == 0


def test_an_initiative_equal_to_the_status_quo_changes_no_attitude_beyond_noise():
    same = Scenario().revise({**NO_POWER, "teachers.count": 10})
    quiet = simulate(same.revise({"families.experience_noise": 0.0, "results.test_sd": 0.0}), 1)
    assert np.abs(quiet.weeks[:, COLUMN["attitude"]]).max() == 0.0
    assert np.abs(quiet.weeks[:, COLUMN["teacher_attitude"]]).max() == 0.0
    assert quiet.outcome.gain_high == 0.0
    noisy = np.array([run.weeks[:, COLUMN["attitude"]].mean() for run in runs_of(same, range(60))])
    assert abs(noisy.mean()) < 4 * noisy.std(ddof=1) / np.sqrt(len(noisy)) + 1e-12


@pytest.mark.parametrize("lever", ["vetting", "training", "communication", "responsiveness"])
@pytest.mark.parametrize("case", ["mountain_view", "aligned_curriculum", "cheshire", "greenfield"])
def test_more_of_a_lever_never_raises_risk(lever: str, case: str):
    scenario = load_scenario(
        SCENARIOS / f"{'mountain_view' if case == 'greenfield' else case}.toml",
        "greenfield" if case == "greenfield" else "as_written",
    )
    # Weakened pressure brings the risk into the middle, where a change would show.
    scenario = scenario.revise({"horizon.weeks": 72, "board.drain": 0.6 * scenario.board.drain})
    levels = [over(runs_of(scenario.revise({f"leadership.{lever}": level}))) for level in (0.05, 0.5, 0.95)]
    for less, more in pairwise(levels):
        _, lower, _ = paired_difference(more, less)
        assert lower <= 0, f"risk rose from {less.mean()} to {more.mean()}"


@pytest.mark.parametrize("case", ["mountain_view", "village_high"])
def test_a_larger_aligned_minority_never_lowers_enrolment_of_a_school_of_choice(case: str):
    scenario = load_scenario(SCENARIOS / f"{case}.toml", "greenfield").revise(
        {"design.capacity": 400, "design.phasing": "all_at_once", "design.start_weeks": (0,), "horizon.weeks": 80}
    )
    shares = (0.05, 0.15, 0.3, 0.5)
    means = [
        np.array(
            [run.outcome.reached for run in runs_of(scenario.revise({"population.aligned_minority": share}), range(60))]
        )
        for share in shares
    ]
    for fewer, more in pairwise(means):
        gain = more - fewer
        assert gain.mean() >= -3 * gain.std(ddof=1) / np.sqrt(len(gain))
    assert means[-1].mean() > means[0].mean()


def test_a_supplement_at_a_small_dose_meets_less_resistance_and_delivers_less():
    whole = load_scenario(SCENARIOS / "mountain_view.toml", "retrofit").revise({"horizon.weeks": 36, **NO_POWER})
    small = whole.revise({"design.setting": "supplementary", "design.dose": 0.2})
    for full, part in zip(runs_of(whole, range(40)), runs_of(small, range(40)), strict=True):
        assert part.outcome.on_record < full.outcome.on_record
        assert part.outcome.student_weeks < full.outcome.student_weeks
        assert part.outcome.gain_middle < full.outcome.gain_middle


def relabelled(people: Population, seed: int) -> tuple[Population, np.ndarray]:
    """Number the families of a one-school community anew."""
    n = len(people.ses)
    order = np.random.default_rng(seed).permutation(n)
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    degree = np.diff(people.first_contact)[order]
    first = np.concatenate(([0], np.cumsum(degree)))
    contacts = np.concatenate(
        [place[people.contacts[people.first_contact[i] : people.first_contact[i + 1]]] for i in order]
    ).astype(np.int32)
    by_family = ("cohort", "achievement", "ses", "sway", "third", "aligned", "wishes", "priorities")
    return people._replace(
        **{name: getattr(people, name)[order] for name in by_family}, first_contact=first, contacts=contacts
    ), order


def test_numbering_families_anew_changes_nothing_but_labels_where_nothing_is_drawn():
    """Without noise and with certain voices, the run is a function of who the families are, not of
    their numbers.
    """
    scenario = load_scenario(SCENARIOS / "mountain_view.toml").revise(
        {
            "population.schools": 1,
            "families.experience_noise": 0.0,
            "families.voice_rate": 1.0,
            "families.voice_threshold": 0.3,
            "families.persistence": 20.0,
            "families.leave_school_rate": 0.0,
            "families.return_rate": 0.0,
            "families.voice_for": 0.0,
            "horizon.weeks": 8,
        }
    )

    def certain(
        feeling, sway, own_heat, hot_contacts, attention, rate, threshold, persistence, contagion, organising, amplifies
    ):
        return 1.0 if feeling > threshold else 0.0

    from sim import rules

    variant = rules.replace(voice_probability=certain)
    people = populate(scenario, 4)
    shuffled, _ = relabelled(people, 9)
    plain = simulate(scenario, 4, variant, people)
    other = simulate(scenario, 4, variant, shuffled)
    np.testing.assert_allclose(plain.weeks, other.weeks, rtol=1e-9, atol=1e-12)
    assert plain.outcome.on_record > 0


def test_numbering_families_anew_leaves_risks_alike():
    """With luck by number, single runs differ, the distribution does not."""
    scenario = load_scenario(SCENARIOS / "cheshire.toml").revise(
        {"population.schools": 1, "population.families": 300, "horizon.weeks": 60}
    )
    plain, other = [], []
    for seed in range(150):
        people = populate(scenario, seed)
        plain.append(simulate(scenario, seed, population=people).outcome.on_record)
        other.append(simulate(scenario, seed, population=relabelled(people, seed)[0]).outcome.on_record)
    gap = np.array(plain) - np.array(other)
    assert abs(gap.mean()) < 4 * gap.std(ddof=1) / np.sqrt(len(gap))


@pytest.mark.parametrize("case", ["mountain_view", "cheshire", "school_of_one"])
def test_with_gamma_1_a_district_of_two_like_schools_has_the_risks_of_one(case: str):
    """Paired by seed, so that both districts meet the same outages and reviews, which are
    district-wide.

    Results are published without sampling error: that error depends on how many sat the test (R11),
    and losses weigh more, so that a district with half of the students has the noisier results and
    the lower capital.
    """
    one = load_scenario(SCENARIOS / f"{case}.toml").revise(
        {
            "population.schools": 1,
            "population.families": 1200,
            "board.constituency": 1200,
            "board.constituency_exponent": 1.0,
            "results.test_sd": 0.0,
            "teachers.count": 40,
            "horizon.weeks": 60,
        }
    )
    two = one.revise(
        {"population.schools": 2, "population.families": 2400, "board.constituency": 2400, "teachers.count": 80}
    )
    runs_one, runs_two = runs_of(one, range(300)), runs_of(two, range(300))
    for week in (18, 20, 22, 24, 36, 60):
        first, second = (np.array([run.outcome.week <= week for run in runs]) for runs in (runs_one, runs_two))
        difference, lower, upper = paired_difference(first, second)
        assert lower - 0.05 <= 0 <= upper + 0.05, (week, difference, lower, upper)
    early = slice(0, 12)
    capitals = [np.array([run.weeks[early, COLUMN["capital"]] for run in runs]) for runs in (runs_one, runs_two)]
    gap = capitals[0] - capitals[1]
    assert np.nanmax(np.abs(np.nanmean(gap, axis=0))) < 0.01


def test_gamma_changes_nothing_in_a_one_school_district(mountain_view: Scenario):
    one = mountain_view.revise({"population.schools": 1, "board.constituency": None})
    low, high = (simulate(one.revise({"board.constituency_exponent": gamma}), 2) for gamma in (0.0, 1.0))
    np.testing.assert_allclose(low.weeks, high.weeks, rtol=1e-9)


def test_under_gamma_0_a_larger_district_does_not_dilute_voices(mountain_view: Scenario):
    packed = mountain_view.revise({"board.constituency_exponent": 0.0})
    np.testing.assert_allclose(
        simulate(packed, 2).weeks, simulate(packed.revise({"board.constituency": 50_000}), 2).weeks, rtol=1e-9
    )
