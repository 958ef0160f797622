"""``sim forecast``: what it says of a case, how sure, and what it is like."""

import json

import numpy as np
import pytest
from command import sim

from sim.calibration.forecast import followed, forecast, half_years, levers, with_unknowns
from sim.calibration.similar import beyond, features, most_like, on_record
from sim.cli.forecast import sentences
from sim.draws import Draws, draws_named
from sim.engine import simulate
from sim.io.errors import InputError
from sim.io.shipped import shipped_folders
from sim.scenario import Scenario, load_scenario
from sim.scenario.programme import Leadership

pytestmark = pytest.mark.once

FOLDER = next(each for each in shipped_folders("scenarios") if each.is_dir())
SMALL = {"population.families": 60, "teachers.count": 4}


@pytest.fixture(scope="module")
def case() -> Scenario:
    """Mountain View with few families."""
    return followed(load_scenario(FOLDER / "mountain_view.toml").revise(SMALL), 1)


@pytest.fixture(scope="module")
def found(case):
    """Its forecast."""
    draws = draws_named("posterior").taken(np.arange(40))
    greenfield = followed(load_scenario(FOLDER / "mountain_view.toml", "greenfield").revise(SMALL), 1)
    return forecast(case, {"greenfield": greenfield}, with_unknowns(case, draws), 160, 5, 2)


@pytest.mark.longer
def test_each_chance_has_both_intervals_and_only_rises(found):
    for _, rows in found.risk.groupby("event"):
        assert (rows["chance"].diff().dropna() >= 0).all()
        assert (rows["lower"] <= rows["chance"]).all()
        assert (rows["chance"] <= rows["upper"]).all()
        known = rows.dropna(subset=["parameter_low"])
        assert (known["parameter_low"] <= known["parameter_high"]).all()
    assert (found.risk["opened"] <= found.risk["runs"]).all()


def test_chances_are_those_of_runs_of_the_case_with_its_draw(case, found):
    draws = with_unknowns(case, draws_named("posterior").taken(np.arange(40)))
    ended = [
        simulate(draws.scenario(case, seed), seed).outcome.week_over <= half_years(case)[-1] for seed in range(5, 165)
    ]
    last = found.risk[found.risk["event"] == "discontinued"]["chance"].iloc[-1]
    assert last == pytest.approx(np.mean(ended))


def test_levers_meet_the_same_seeds_and_draws(case, found):
    draws = with_unknowns(case, draws_named("posterior").taken(np.arange(40)))
    best = levers(case, {})["responsiveness 0.9"][0]
    row = found.levers.set_index("lever").loc["responsiveness 0.9"]
    field = "leadership.responsiveness"
    ended = {
        name: np.array(
            [
                simulate(each.revise({**draws.row(seed), **fixed}), seed).outcome.week_over <= half_years(case)[-1]
                for seed in range(5, 85)
            ]
        )
        for name, each, fixed in (("own", case, {}), ("best", best, {field: 0.9}))
    }
    assert row["chance"] == pytest.approx(ended["best"].mean())
    assert row["change"] == pytest.approx(ended["best"].mean() - ended["own"].mean())
    assert row["lower"] <= row["change"] <= row["upper"]


@pytest.mark.longer
def test_what_a_lever_or_another_design_sets_is_not_drawn(case):
    given = {"design.dose": (0.2, 0.3)}
    draws = with_unknowns(case, draws_named("posterior").taken(np.arange(20)), given)
    well = followed(load_scenario(FOLDER / "mountain_view.toml", "well_led").revise(SMALL), 1)
    found = forecast(case, {"well led": well}, draws, 80, 5, 2).levers.set_index("lever")
    led = list(Leadership.model_fields)
    for lever, other, fixed in (
        (f"dose {case.design.dose / 2:.2f}", case, {"design.dose": case.design.dose / 2}),
        ("well led", well, {f"leadership.{each}": well.at(f"leadership.{each}") for each in led}),
    ):
        ended = [
            simulate(other.revise({**draws.row(seed), **fixed}), seed).outcome.week_over <= 36 for seed in range(5, 45)
        ]
        assert found.loc[lever, "chance"] == pytest.approx(np.mean(ended))


@pytest.mark.longer
def test_a_forecast_is_the_same_on_any_number_of_workers(case):
    draws = with_unknowns(case, draws_named("posterior").taken(np.arange(10)))
    one, three = (forecast(case, {}, draws, 30, 0, workers) for workers in (1, 3))
    for first, second in zip(one[:3], three[:3], strict=True):
        assert first.equals(second)


def test_leadership_is_drawn_around_its_code_and_facts_where_they_lie(case):
    draws = with_unknowns(case, draws_named("posterior"), {"funder.cost": (900.0, 1100.0)})
    vetting = draws.values["leadership.vetting"]
    assert vetting.min() >= case.leadership.vetting - 0.15
    assert vetting.max() <= case.leadership.vetting + 0.15
    assert vetting.std() == pytest.approx(0.3 / np.sqrt(12), rel=0.02)
    assert 900.0 < draws.values["funder.cost"].min() < 905.0
    assert set(draws_named("posterior").values) < set(draws.values)


@pytest.mark.longer
def test_facts_that_others_are_derived_from_are_drawn_too(case):
    given = {"population.ses_mean": (-1.0, 1.0), "teachers.count": (3.0, 9.0)}
    draws = with_unknowns(case, draws_named("posterior").taken(np.arange(20)), given)
    found = forecast(case, {}, draws, 40, 3, 2)
    ended = []
    for seed in range(3, 43):
        values = draws.row(seed)
        own = case.revise({**values, "teachers.count": round(values["teachers.count"])})
        assert -1.0 < own.population.ses_mean < 1.0
        ended.append(simulate(own, seed).outcome.week_over <= half_years(case)[-1])
    last = found.risk[found.risk["event"] == "discontinued"]["chance"].iloc[-1]
    assert last == pytest.approx(np.mean(ended))
    assert set(given) <= set(found.unknowns["field"])
    assert set(found.levers["event"]) == set(found.unknowns["event"]) == {"discontinued"}
    assert set(found.levers["week"]) == {36}


def test_a_parameter_that_moves_nothing_moves_nothing_and_one_that_does_is_reported(case):
    """A chance that is of one unknown's making, and another that it does not hear of."""
    from sim.calibration.forecast import _unknowns

    numbers = np.arange(100)
    draws = Draws("two", {"reported": numbers / 100.0, "deaf": (numbers * 37 % 100) / 100.0})
    runs = [
        {"opened": 1, "seed": seed, "week_over": 10.0 if draws.row(seed)["reported"] > 0.5 else np.nan}
        for seed in range(200)
    ]
    import pandas as pd

    table = _unknowns(pd.DataFrame(runs), draws, 36).set_index("field")
    assert table.index[0] == "reported"
    assert table.loc["reported", "change"] == pytest.approx(1.0)
    assert table.loc["deaf", "lower"] < 0.0 < table.loc["deaf", "upper"]


@pytest.mark.parametrize("name", ["mountain_view", "elizabeth", "village_high", "cheshire"])
def test_a_case_on_record_is_most_like_its_own_programme_and_within_the_record(name):
    scenario = load_scenario(FOLDER / f"{name}.toml")
    nearest = most_like(scenario, 4)
    assert name in {each.source for each in nearest}
    assert nearest[0].apart < on_record().isolated
    assert not any("together" in said for said in beyond(scenario))


def test_what_is_not_on_record_is_said_by_feature():
    far = load_scenario(FOLDER / "mountain_view.toml").revise(
        {"population.achievement_mean": 2.5, "population.families": 400_000, "board.constituency": 400_000}
    )
    reported = " ".join(beyond(far))
    assert "mean achievement" in reported
    assert "distance of its class" in reported
    assert "features together" in reported
    assert np.isfinite(features(far.at)).all()


@pytest.mark.longer
def test_the_command_says_it_in_words_and_in_json(tmp_path):
    reported = json.loads(
        sim(
            "forecast", "mountain_view", "--replicates", 40, "--years", 1, "--others", "greenfield,well_led", "--json"
        ).stdout
    )
    assert [row["week"] for row in reported["risk"] if row["event"] == "adapted"] == [18, 36]
    assert {row["lever"] for row in reported["levers"]} >= {"training 0.9", "as greenfield", "as well led", "dose 0.50"}
    assert len(reported["like"]) == 3
    assert "left out of the fit" in reported["shown"] or "neither level nor ranking" in reported["shown"]
    shown = sim("forecast", "mountain_view", "--replicates", 40, "--years", 1, "--others", "", "--out", tmp_path / "f")
    assert "Of 100 cases like this one" in shown.stdout
    assert "Most similar on record" in shown.stdout
    assert {each.name for each in (tmp_path / "f").iterdir()} >= {
        "risk.csv", "levers.csv", "unknowns.csv", "like.csv", "forecast.png", "manifest.json",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("option", "value", "reported"),
    [
        ("--unknown", "funder.cost", "FIELD=LOW:HIGH"),
        ("--unknown", "funder.cost=5:1", "FIELD=LOW:HIGH"),
        ("--unknown", "funder.cost=-500000:1", "accepted"),
        ("--unknown", "design.assignment=0:1", "a field that is a number"),
        ("--unknown", "nobody.knows=0:1", "a field that is a number"),
        ("--unknown", "population.families=-5:10", "a whole number from 0"),
        ("--unknown", "population.families=5000:10000", "board.constituency"),
        ("--unknown", "board.seats=5:9", "board.seats = 6: accepted: an odd number"),
        ("--unknown", "horizon.weeks=50:108", "--years"),
        ("--years", "0", "a whole number from 1"),
        ("--others", "nothing", "nothing"),
    ],
)
@pytest.mark.longer
def test_wrong_input_gets_one_line(option, value, reported):
    done = sim("forecast", "mountain_view", option, value, code=2)
    assert len(done.stderr.strip().splitlines()) == 1
    assert reported in done.stderr


def test_a_range_that_no_scenario_takes_is_refused():
    with pytest.raises(InputError, match="accepted"):
        with_unknowns(Scenario(), None, {"leadership.training": (0.5, 1.5)})


@pytest.mark.longer
def test_what_draws_do_not_tell_from_chance_is_said_so():
    """A programme that changes nothing: no run ends, whatever is drawn."""
    scenario = followed(Scenario(), 1)
    draws = with_unknowns(scenario, None)
    found = forecast(scenario, {}, draws, 2 * len(draws), workers=1)
    assert found.risk["parameter_low"].isna().all()
    assert "more runs (--replicates) may" in " ".join(sentences(found))
