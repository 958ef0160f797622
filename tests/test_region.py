"""The search for where version 3 meets the record: a small one."""

import numpy as np
import pandas as pd
import pytest

from sim.casebook.files import open_casebook
from sim.priors import MECHANISMS, SWITCHED, VERSION3
from sim.scenario import Scenario
from study import region

pytestmark = pytest.mark.once

FEW = ("pbis_915", "elizabeth", "village_high", "mountain_view", "cheshire")


@pytest.fixture
def few(monkeypatch):
    """One population and the cases."""
    units, targets = region.units(), region.targets()
    monkeypatch.setattr(region, "units", lambda: {name: units[name] for name in FEW})
    monkeypatch.setattr(region, "targets", lambda: {"pbis_915": targets["pbis_915"]})
    monkeypatch.setattr(region, "MANDATORY", ("pbis_915", "elizabeth"))
    monkeypatch.setattr(region, "PLATFORMS", ("elizabeth",))


def test_a_rate_is_met_within_a_factor_of_two_or_what_its_count_leaves_open():
    for name, target in region.targets().items():
        count = open_casebook().frames[name].count[0]
        seen = (count.ended + 0.5) / (count.units + 1.0)
        assert target.low <= seen / 2 or target.low < seen < target.high
        assert target.low < seen < target.high < 1
    assert sum(target.is_rate for target in region.targets().values()) == 9


def test_what_is_met_costs_nothing_and_misses_add_up():
    inside = {name: np.sqrt(each.low * each.high) for name, each in region.targets().items()}
    inside |= {name: (low + high) / 2 for name, (low, high) in region.BANDS.items()}
    assert region.misfit(inside) == 0.0
    assert all(region.meets(inside).values())
    outside = {**inside, "pbis_915": 0.9, "mid_year": 0.6}
    assert region.misfit(outside) > 5.0
    assert [name for name, met in region.meets(outside).items() if not met] == ["pbis_915", "mid_year"]


@pytest.mark.slow
def test_a_small_search_goes_on_where_it_was_and_ships_draws(few, tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text("\n".join(("# Ahead", *region.MARKS, "After")))
    arguments = [
        "--out", str(tmp_path), "--points", "4", "--rounds", "3", "--keep", "3", "--replicates", "2", "--check", "2",
        "--best", "4", "--workers", "1", "--ablate", "1", "--ship", str(tmp_path / "draws.parquet"),
        "--write", str(page),
    ]  # fmt: skip
    region.main(arguments)
    first = pd.read_parquet(tmp_path / "draws.parquet")
    assert set(first.columns) == set(VERSION3) | set(SWITCHED)
    assert len(first) == 2
    capsys.readouterr()
    region.main(arguments)
    pd.testing.assert_frame_equal(first, pd.read_parquet(tmp_path / "draws.parquet"))
    part = capsys.readouterr().out.strip()
    assert page.read_text() == f"# Ahead\n{region.MARKS[0]}\n{part}\n{region.MARKS[1]}\nAfter"
    rounds = [pd.read_parquet(tmp_path / f"round_{number}.parquet") for number in (0, 1)]
    assert [len(each) for each in rounds] == [4, 3 + 3]
    assert len(region.pooled(rounds)) == 4 + 3
    carried = pd.read_csv(tmp_path / "ablated.csv")
    assert carried["mechanism"].tolist() == list(region.OFF)
    assert carried["added"].notna().all()


def test_a_point_run_in_two_rounds_is_told_by_the_mean_of_both():
    shares = dict.fromkeys((*region.targets(), *region.BANDS), 0.5)
    first = pd.DataFrame([{**shares, "mid_year": 0.1, "round": 0, "point": 0}, {**shares, "round": 0, "point": 1}])
    again = pd.DataFrame([{**shares, "mid_year": 0.3, "round": 1, "point": 0}])
    found = region.pooled([first, again])
    assert found["point"].tolist() == [0, 1]
    assert found["round"].tolist() == [0, 0]
    assert found["rounds"].tolist() == [2, 1]
    assert found["mid_year"].tolist() == [pytest.approx(0.2), 0.5]
    assert found["misfit"].tolist() == [
        pytest.approx(region.misfit({**shares, "mid_year": value})) for value in (0.2, 0.5)
    ]


def test_what_is_never_met_together_is_said_so():
    inside = {name: np.sqrt(each.low * each.high) for name, each in region.targets().items()}
    inside |= {name: (low + high) / 2 for name, (low, high) in region.BANDS.items()}
    loud, quiet = {**inside, "mid_year": 0.6}, {**inside, "by_families": 0.0}
    found = region.excluding(pd.DataFrame([loud, quiet] * 60))
    first = found.iloc[0]
    assert {first["one"], first["other"]} == {"mid_year", "by_families"}
    assert (first["both"], first["expected"]) == (0, pytest.approx(30))
    assert found["ratio"].iloc[1] == pytest.approx(1)


def test_what_is_switched_off_is_all_that_version_3_adds_at_the_values_of_its_defaults():
    off = {name: value for each in region.OFF.values() for name, value in each.items()}
    assert set(off) == set(MECHANISMS) | set(SWITCHED)
    assert off == {name: getattr(getattr(Scenario(), name.split(".")[0]), name.split(".")[1]) for name in off}


def test_points_near_those_kept_are_points_of_the_prior():
    near = region.proposed(np.random.default_rng(1).uniform(size=(8, len(VERSION3))), 50, np.random.default_rng(2))
    values = [region.values_at(each) for each in near]
    assert all(VERSION3[name].cdf(value) < 1 for each in values for name, value in each.items())
    assert len({each["families.habituation"] for each in values}) == 50
