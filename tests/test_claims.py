"""The theory's claims as the study asks them, and which assumptions move the headline."""

import numpy as np
import pandas as pd
import pytest
from conftest import DESIGNS, SCENARIOS

from sim.calibration.influential import MOVES, influential
from sim.casebook.files import open_casebook
from sim.priors import PRIORS, points
from sim.scenario import Scenario
from study.alignment import FEATURES, over_kinds, within_kinds
from study.alignment import text as alignment_text
from study.contexts import community
from study.questions import EVENTS, VARIATIONS, answers, ask, conditions, counterexamples, text
from study.screening import ranges, screen

pytestmark = pytest.mark.once


def test_communities_are_drawn_from_their_joint_distribution():
    made = [community(np.random.default_rng([1, number])) for number in range(2000)]
    ses, achievement = (np.array([each[f"population.{name}_mean"] for each in made]) for name in ("ses", "achievement"))
    assert np.corrcoef(ses, achievement)[0, 1] == pytest.approx(0.77, abs=0.05)
    poor = np.array([each["population.share_poor"] for each in made])
    assert poor[ses > 0.75].mean() < 0.25 < 0.75 < poor[ses < -0.5].mean()


def test_points_follow_the_priors():
    drawn = pd.DataFrame(points(256))
    assert list(drawn) == list(PRIORS)
    for name, prior in PRIORS.items():
        assert drawn[name].median() == pytest.approx(prior.median(), abs=0.15 * prior.std())
    for values in points(4):
        Scenario().revise(values)


@pytest.fixture(scope="module")
def asked():
    """Eight conditions, three seeds each."""
    return ask(conditions(SCENARIOS, 8), seeds=3)


def test_the_claims_are_asked_of_five_designs_under_each_event_with_intervals(asked):
    columns = [f"{design}_{event}" for design in DESIGNS for event in EVENTS]
    assert set(columns) <= set(asked.columns)
    known = asked[columns].stack().dropna()
    assert known.between(0.0, 1.0).all()
    for design in DESIGNS:
        known = asked.dropna(subset=[f"{design}_risk"])
        assert (known[f"{design}_changed"] >= known[f"{design}_risk"]).all()
    reported = answers(asked)
    assert set(reported["claim"]) == {"H1", "H2", "H3", "H4"}
    known = reported.dropna()
    assert (known["lower"] <= known["upper"]).all()
    assert len(set(reported["name"])) == len(reported)


def test_what_is_changed_is_accepted_by_every_design_and_told(asked):
    for changes in VARIATIONS.values():
        conditions(SCENARIOS, 1, changes=changes)
    first = answers(asked)
    reported = pd.concat([first.assign(variation=name) for name in VARIATIONS], ignore_index=True)
    part = text(reported, asked)
    assert all(f"| {name} |" in part for name in VARIATIONS)
    assert set(counterexamples(asked)["claim"]) <= {"H1", "H2", "H3", "H4"}


def test_assumptions_that_move_a_headline_are_known():
    assert influential()
    assert all(change > MOVES for change in influential().values())


def test_the_screening_moves_an_assumption_to_both_ends_of_its_range(monkeypatch):
    field = "families.voice_rate"
    span = ranges()[field]
    monkeypatch.setattr("study.screening.ranges", lambda: {field: span})
    (row,) = screen(SCENARIOS, count=2, seeds=2).to_dict("records")
    assert (row["field"], row["low"], row["high"]) == (field, *span)
    assert 0.0 <= row["largest"] <= 1.0


def test_alignment_is_asked_over_kinds_and_within_them():
    book = open_casebook()
    rates, every, within = over_kinds(book, ("rate",)), over_kinds(book, ("rate", "check")), within_kinds(book)
    assert rates["kinds"].iloc[0] < every["kinds"].iloc[0]
    for table, value in ((rates, "correlation"), (every, "correlation"), (within, "share")):
        assert table["feature"].tolist() == list(FEATURES)
        known = table.dropna()
        assert (known["lower"] <= known[value] + 1e-9).all()
        assert (known[value] <= known["upper"] + 1e-9).all()
    assert all(words in alignment_text(rates, every, within) for words in FEATURES.values())
