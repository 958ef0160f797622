"""The sanity laws of docs/odd.md.

Laws that hold bit by bit are functions of an engine, a scenario and a seed: they are tried on
random scenarios in the compiled engine, and on a few among agents. Statistical laws compare risks
of *discontinued* on the same seeds: the whole interval of the difference lies within a margin.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from conftest import DESIGNS, NO_POWER, SCENARIOS, part_of, resized
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from replicates import replicate
from strategies import SETTINGS, scenarios, seeded

from sim import Run, Scenario, load_scenario, populate, simulate, simulate_with_agents
from sim.outcome import COLUMN, PRESSING
from sim.population import Population
from sim.statistics.intervals import mean_interval, paired_difference
from sim.sweep.local import default_workers

pytestmark = pytest.mark.once

MARGIN = 0.05
"""Risks that differ by less are alike."""

PAIRS = 1500


def runs_of(scenario: Scenario, pairs: int = PAIRS) -> list[Run]:
    return list(replicate([scenario], range(pairs)))


def discontinued(runs: Sequence[Run]) -> np.ndarray:
    return np.array([run.outcome.outcome == "discontinued" for run in runs])


def assert_alike(first: Sequence[Run], second: Sequence[Run], weeks: Sequence[int] = ()) -> None:
    """The risk of being discontinued, by the end and by each of some weeks, is the same within the
    margin.
    """
    pairs = {"the end": (discontinued(first), discontinued(second))}
    for week in weeks:
        pairs[f"week {week}"] = tuple(
            np.array([run.outcome.week_over <= week for run in runs]) for runs in (first, second)
        )
    for when, (one, other) in pairs.items():
        difference, lower, upper = paired_difference(one, other)
        assert -MARGIN <= lower <= upper <= MARGIN, f"by {when}: {one.mean()} and {other.mean()}, {difference}"


def misaligned(design: str = "retrofit", factor: float = 1.0, **changes) -> Scenario:
    """A misaligned programme in a typical community, by a named design; of a size."""
    return resized(load_scenario(SCENARIOS / "misaligned.toml", design), factor).revise(changes)


def drained(run: Run, who: str) -> np.ndarray:
    """What a stakeholder drains, over the weeks lived through."""
    return run.weekly()[f"drained_{who}"].to_numpy()


# --- bit by bit ----------------------------------------------------------------------------------

Engine = Callable[[Scenario, int], Run]


def assert_same(engine: Engine, seed: int, one: Scenario, other: Scenario, but: Sequence[str] = ()) -> None:
    """Two scenarios give the same run, but for some columns."""
    first, second = engine(one, seed), engine(other, seed)
    columns = [place for name, place in COLUMN.items() if name not in but]
    np.testing.assert_array_equal(first.weeks[:, columns], second.weeks[:, columns])
    said = [{**run.outcome.as_dict(), **dict.fromkeys((*but, "scenario", "design"))} for run in (first, second)]
    assert said[0] == said[1]


def at_a_dose_of_0_nothing_drains_and_nothing_is_discontinued(engine: Engine, scenario: Scenario, seed: int) -> None:
    run = engine(scenario.revise({"design.dose": 0.0}), seed)
    assert {who: np.abs(drained(run, who)).max(initial=0.0) for who in PRESSING} == dict.fromkeys(PRESSING, 0.0)
    assert run.outcome.outcome != "discontinued"


def without_outside_money_its_loss_changes_nothing(engine: Engine, scenario: Scenario, seed: int) -> None:
    none = scenario.revise({"funder.borne": 0.0, "funder.promised": 0.0})
    lost = none.revise({"funder.loss": 1.0, "funder.end_week": 1})
    assert_same(engine, seed, none.revise({"funder.loss": 0.0, "funder.end_week": None}), lost)


def what_costs_nothing_is_never_ended_for_money(engine: Engine, scenario: Scenario, seed: int) -> None:
    """Neither money nor posts that exist for it alone."""
    posts = {f"factors.setting.{name}.added_posts": 0.0 for name in SETTINGS}
    free = scenario.revise({"funder.cost": 0.0, **posts})
    assert_same(engine, seed, free, free.revise({"power.funder.resources": 0.0}))


def members_alike_without_elections_vote_as_one(engine: Engine, scenario: Scenario, seed: int) -> None:
    alike = scenario.revise({"board.tolerance_sd": 0.0, "community.election_weeks": ()})
    assert_same(engine, seed, alike, alike.revise({"board.seats": 1}), but=("votes_against",))


def leaders_who_go_change_nothing_where_sponsors_weigh_nothing_and_successors_drop_nothing(
    engine: Engine, scenario: Scenario, seed: int
) -> None:
    weightless = scenario.revise({"leaders.sponsorship": 0.0, "leaders.drop": 0.0})
    lasting = weightless.revise({"leaders.principal_leaves": 0.0, "leaders.superintendent_leaves": 0.0})
    assert_same(engine, seed, weightless, lasting, but=("leaders_gone", "sponsor"))


def staff_by_choice_and_by_assignment_are_the_same_people_where_all_would_choose_it(
    engine: Engine, scenario: Scenario, seed: int
) -> None:
    shares = {
        "design.dose": scenario.design.dose,
        "board.concede_dose": scenario.board.concede_dose,
        "teachers.job_share": scenario.teachers.job_share,
    }
    some_of_the_job = {name: max(0.01, share) for name, share in shares.items()}
    willing = scenario.revise({**some_of_the_job, "families.inertia": -10.0})
    assigned, by_choice = (
        willing.revise({f"factors.setting.{setting}.staff_choice": share for setting in SETTINGS})
        for share in (0.0, 1.0)
    )
    assert_same(engine, seed, assigned, by_choice)


def without_power_nothing_ends_but_for_want_of_students_and_mismanagement(
    engine: Engine, scenario: Scenario, seed: int
) -> None:
    """No pressure, members alike, no successor who drops it, and nothing that ends without power
    (staff who let it lapse, a promise that does not show, a product that fails): the capital never
    falls, and no member wants more of it than there is.
    """
    powerless = scenario.revise(
        {
            **NO_POWER,
            "board.tolerance_sd": 0.0,
            "board.doubt": min(1.0, scenario.board.doubt),
            "community.election_weeks": (),
            "leaders.drop": 0.0,
            "leaders.disappointment": 0.0,
            "teachers.lapse": 0.0,
            "vendor.fault": 0.0,
        }
    )
    run = engine(powerless, seed)
    assert run.outcome.ending in ("sustained", "closed", "mismanaged", "never_filled", "not_opened")
    assert run.weekly()["capital"].min() == 1.0 or not len(run.weekly())


def with_nobody_enrolled_there_is_no_voice(engine: Engine, scenario: Scenario, seed: int) -> None:
    nobody = {f"{offer}.assignment": "opt_in" for offer in ("design", "beside")}
    nobody |= {"design.capacity": 0, "beside.capacity": 0, "design.viable_enrolment": 0}
    nobody |= {"factors.assignment.opt_in.return_ease": 1.0, "factors.assignment.opt_in.default_in": False}
    outcome = engine(scenario.revise(nobody), seed).outcome
    assert (outcome.reached, outcome.on_record, outcome.student_weeks) == (0, 0, 0)
    assert [outcome[f"drained_{who}"] for who in PRESSING] == [0.0] * len(PRESSING)


LAWS = (
    at_a_dose_of_0_nothing_drains_and_nothing_is_discontinued,
    without_outside_money_its_loss_changes_nothing,
    what_costs_nothing_is_never_ended_for_money,
    members_alike_without_elections_vote_as_one,
    leaders_who_go_change_nothing_where_sponsors_weigh_nothing_and_successors_drop_nothing,
    staff_by_choice_and_by_assignment_are_the_same_people_where_all_would_choose_it,
    without_power_nothing_ends_but_for_want_of_students_and_mismanagement,
    with_nobody_enrolled_there_is_no_voice,
)
EACH_LAW = pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)


@EACH_LAW
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
@pytest.mark.longer
def test_it_is_a_law_of_the_compiled_engine_that(law: Callable[..., None], scenario: Scenario, seed: int):
    law(simulate, scenario, seed)


@EACH_LAW
@pytest.mark.longer
def test_it_is_a_law_among_agents_that(law: Callable[..., None]):
    for seed in range(6):
        law(simulate_with_agents, seeded(seed), seed)


# --- stake ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("design", DESIGNS)
def test_at_a_dose_of_0_nothing_drains_and_nothing_is_discontinued_under_any_design(design: str):
    for seed in range(30):
        at_a_dose_of_0_nothing_drains_and_nothing_is_discontinued(simulate, misaligned(design), seed)


@pytest.mark.parametrize("cost", [0.0, 100.0, 1000.0])
def test_outside_money_that_falls_through_drains_nothing_and_is_a_new_cost_at_the_next_renewal(cost: float):
    fields = {"funder.cost": cost, "funder.borne": 1.0, "funder.budget_sd": 0.0, "board.can_suspend": False}
    kept, lost = (
        simulate(misaligned(factor=0.2, **fields, **{"funder.loss": loss}), 3).weekly() for loss in (0.0, 1.0)
    )
    renewal = Scenario().offer.renewal_week
    pd.testing.assert_frame_equal(
        kept.loc[: renewal - 1].drop(columns="outside_share"), lost.loc[: renewal - 1].drop(columns="outside_share")
    )
    assert kept["strain"][renewal] == 0.0
    assert (lost["strain"][renewal] > 0.0) == (cost > 0.0)


@pytest.mark.parametrize("design", ["retrofit", "greenfield"])
@pytest.mark.parametrize("class_size", [20, 500])
@pytest.mark.longer
def test_with_an_effect_of_0_results_neither_give_nor_take(design: str, class_size: int):
    """At any class size the signed contribution of results has mean 0."""
    scenario = misaligned(design, **{"initiative.effect": 0.0})
    scenario = resized(scenario, class_size / scenario.population.families)
    contribution = np.array([run.outcome.drained_results for run in runs_of(scenario, 600)])
    _, lower, upper = mean_interval(contribution)
    assert contribution.std() > 0.0
    assert -MARGIN < lower < 0.0 < upper < MARGIN


@pytest.mark.parametrize("design", ["retrofit", "greenfield"])
def test_with_an_effect_of_0_the_noise_of_tests_ends_nothing(design: str):
    scenario = misaligned(design, 0.3, **{"initiative.effect": 0.0, "horizon.weeks": 36})
    assert_alike(runs_of(scenario), runs_of(scenario.revise({"results.test_sd": 0.0})))


def test_an_initiative_equal_to_the_status_quo_changes_no_attitude_beyond_noise():
    same = Scenario().revise({**NO_POWER, "teachers.count": 10})
    quiet = same.revise({"families.experience_noise": 0.0, "families.guess_error": 0.0, "results.test_sd": 0.0})
    run = simulate(quiet, 1)
    assert np.abs(run.weeks[:, COLUMN["attitude"]]).max() == 0.0
    assert np.abs(run.weeks[:, COLUMN["teacher_attitude"]]).max() == 0.0
    assert run.outcome.gain_high == 0.0
    mean, lower, upper = mean_interval(
        np.array([run.weekly()["attitude"].mean() for run in replicate([same], range(200))])
    )
    assert lower < 0.0 < upper or abs(mean) < 0.01


def test_a_supplement_at_a_small_dose_meets_less_resistance_and_delivers_less():
    whole = misaligned(**{"horizon.weeks": 36, **NO_POWER})
    small = whole.revise({"design.setting": "supplementary", "design.dose": 0.2})
    for full, part in zip(runs_of(whole, 40), runs_of(small, 40), strict=True):
        assert part.outcome.on_record < full.outcome.on_record
        assert part.outcome.student_weeks < full.outcome.student_weeks
        assert part.outcome.gain < full.outcome.gain


@pytest.mark.parametrize("case", ["mountain_view", "village_high"])
def test_a_larger_aligned_minority_never_lowers_enrolment_of_a_school_of_choice(case: str):
    scenario = load_scenario(SCENARIOS / f"{case}.toml", "greenfield").revise(
        {"design.capacity": 400, "design.phasing": "all_at_once", "design.start_weeks": (1,), "horizon.weeks": 80}
    )
    shares = (0.05, 0.15, 0.3, 0.5)
    means = [
        np.array([run.outcome.reached for run in runs_of(scenario.revise({"population.aligned_minority": share}), 60)])
        for share in shares
    ]
    for fewer, more in pairwise(means):
        assert mean_interval(more - fewer)[2] >= 0.0
    assert means[-1].mean() > means[0].mean()


# --- counting ------------------------------------------------------------------------------------

YOUNG = {"population.grades": 1, "horizon.weeks": 72}
"""Nobody is old enough to walk out: in small schools it is chance whether enough are ready to."""


def assert_one_school_is_five(scenario: Scenario, like: bool, weeks: Sequence[int] = (24, 36)) -> None:
    """One school, or five with the same families, ties and staff: the same risk.

    Neighbours in number are alike in achievement. Schools that are to be like are cut from families
    numbered at random.
    """
    one = scenario.revise({"population.schools": 1})
    five = one.revise({"population.schools": 5})

    def both(seed: int) -> tuple[Run, Run]:
        people = populate(one, seed)
        people = relabelled(people, seed) if like else people
        families, teachers, parts = len(people.ses), len(people.teacher_school), np.arange(6)
        cut = people._replace(school_start=parts * families // 5, teacher_school=np.arange(teachers) * 5 // teachers)
        return simulate(one, seed, population=people), simulate(five, seed, population=cut)

    with ThreadPoolExecutor(default_workers()) as pool:
        first, second = zip(*pool.map(both, range(PAIRS)), strict=True)
    assert_alike(first, second, weeks)


@pytest.mark.longer
def test_one_school_or_five_with_the_same_families_have_the_same_risk():
    assert_one_school_is_five(misaligned(factor=0.3, **YOUNG, **{"teachers.count": 20}), like=False)


@pytest.mark.slow
@pytest.mark.parametrize(("gamma", "grades"), part_of(product((0.0, 0.5, 1.0), (1, 3))))
def test_one_school_of_500_or_five_of_100_have_the_same_risk(gamma: float, grades: int):
    """Students of grades 7 and up walk out by school, so with these the schools are to be like."""
    scenario = misaligned(**{"board.constituency_exponent": gamma, "population.grades": grades})
    assert_one_school_is_five(scenario, like=grades > 1, weeks=(24, 36, 72))


def twice(scenario: Scenario) -> Scenario:
    """A programme and its exact copy, and all that they are counted against, doubled; no effect."""
    return resized(scenario.revise({"initiative.effect": 0.0}), 2.0)


@pytest.mark.longer
def test_a_programme_and_its_copy_in_a_district_twice_as_large_have_the_risk_of_one():
    one = misaligned(factor=0.5, **{**YOUNG, "initiative.effect": 0.0, "horizon.weeks": 36})
    assert_alike(runs_of(one), runs_of(twice(one)), (24,))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("design", "gamma"), part_of([*((design, 0.5) for design in DESIGNS), ("retrofit", 0.0), ("retrofit", 1.0)])
)
def test_a_programme_and_its_copy_have_the_risk_of_one_under_any_design(design: str, gamma: float):
    one = misaligned(design, **{"initiative.effect": 0.0, "board.constituency_exponent": gamma})
    assert_alike(runs_of(one), runs_of(twice(one)), (24, 36, 72))


def test_gamma_changes_nothing_where_the_programme_is_all():
    """Where board and union answer to nobody but the programme's families and teachers."""
    whole = misaligned(**{"board.constituency": None, "union.bargaining_unit": None})
    low, high = (simulate(whole.revise({"board.constituency_exponent": gamma}), 2) for gamma in (0.0, 1.0))
    np.testing.assert_allclose(low.weeks, high.weeks, rtol=1e-9)


def test_under_gamma_0_a_larger_district_does_not_dilute_voices():
    packed = misaligned(
        **{
            "board.constituency_exponent": 0.0,
            "population.outside": 500,
            "funder.budget_students": 2000,
            "community.electorate": 10_000,
        }
    )
    large = packed.revise({"board.constituency": 50_000, "union.bargaining_unit": 5000})
    np.testing.assert_allclose(simulate(packed, 2).weeks, simulate(large, 2).weeks, rtol=1e-9)


# --- levers --------------------------------------------------------------------------------------

LEVERS = ("vetting", "training", "communication", "responsiveness")


def assert_more_of_it_never_raises_the_risk(scenario: Scenario, lever: str, levels: Sequence[float]) -> None:
    """Where the interval reaches beyond the margin, four times as many pairs say whether the risk
    does.
    """
    for one, other in pairwise(levels):
        points = [scenario.revise({f"leadership.{lever}": level}) for level in (one, other)]
        for pairs in (PAIRS, 4 * PAIRS):
            runs = list(replicate(points, range(pairs)))
            less, more = (discontinued(runs[place::2]) for place in range(2))
            _, _, upper = paired_difference(more, less)
            if upper <= MARGIN:
                break
        assert upper <= MARGIN, f"from {less.mean()} to {more.mean()}"


@pytest.mark.parametrize("lever", LEVERS)
@pytest.mark.longer
def test_more_of_a_lever_never_raises_the_risk_of_being_discontinued(lever: str):
    assert_more_of_it_never_raises_the_risk(misaligned(factor=0.2, **{"horizon.weeks": 36}), lever, (0.1, 0.9))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "design", "lever"), part_of(product(("misaligned", "aligned_curriculum"), DESIGNS, LEVERS))
)
def test_more_of_a_lever_never_raises_the_risk_under_any_design(lever: str, design: str, case: str):
    scenario = resized(load_scenario(SCENARIOS / f"{case}.toml", design), 0.5)
    assert_more_of_it_never_raises_the_risk(scenario, lever, (0.05, 0.5, 0.95))


# --- numbering -----------------------------------------------------------------------------------
# That the order in which agents act changes nothing is a test of test_alignment.py.


def relabelled(people: Population, seed: int) -> Population:
    """Number the families of a one-school community anew, at random."""
    n = len(people.ses)
    order = np.random.default_rng(seed).permutation(n)
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    degree = np.diff(people.first_contact)[order]
    first = np.concatenate(([0], np.cumsum(degree)))
    contacts = np.concatenate(
        [place[people.contacts[people.first_contact[i] : people.first_contact[i + 1]]] for i in order]
    ).astype(people.contacts.dtype)  # Another type would have the engine compiled anew.
    by_family = ("cohort", "achievement", "ses", "sway", "tertile", "aligned", "wishes", "priorities")
    return people._replace(
        **{name: getattr(people, name)[order] for name in by_family}, first_contact=first, contacts=contacts
    )


@pytest.mark.slow
@pytest.mark.xdist_group("swapped")
def test_numbering_families_anew_changes_nothing_but_labels_where_nothing_is_drawn(swapped):
    """Without noise and with certain voices, the run is a function of who the families are, not of
    their numbers. Slow, as the swapped rule has to be compiled.
    """
    scenario = misaligned(
        **{
            "families.experience_noise": 0.0,
            "families.guess_error": 0.0,
            "families.leaning_sd": 0.0,
            "families.threshold": 0.3,
            "families.return_rate": 0.0,
            "horizon.weeks": 8,
        }
    )
    people = populate(scenario, 4)
    plain = simulate(scenario, 4, swapped, people)
    other = simulate(scenario, 4, swapped, relabelled(people, 9))
    np.testing.assert_allclose(plain.weeks, other.weeks, rtol=1e-9, atol=1e-12)
    assert plain.outcome.on_record > 0


@pytest.mark.slow
def test_numbering_families_anew_leaves_voices_alike():
    """With chance by number, single runs differ, the distribution does not."""
    scenario = misaligned(factor=0.4, **{"horizon.weeks": 60})
    gap = []
    for seed in range(150):
        people = populate(scenario, seed)
        plain, other = (
            simulate(scenario, seed, population=people),
            simulate(scenario, seed, population=relabelled(people, seed)),
        )
        gap.append(plain.outcome.on_record - other.outcome.on_record)
    _, lower, upper = mean_interval(np.array(gap, dtype=float))
    assert lower < 0.0 < upper
