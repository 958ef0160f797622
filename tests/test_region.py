"""Regions: laws, limits, strategies, couplings, and that a result is a pure function."""

import math
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from scipy import stats

import sim
from sim.draws import draws_named
from sim.io.errors import InputError
from sim.region import adoption
from sim.region.agents import ADAPTED, DROPPED, STATES, USING
from sim.region.model import RegionModel, ground
from sim.region.places import Places, drawn, from_table, neighbours
from sim.region.region import load_region, region_of

FIRST = load_region("first_region")
SMALL = FIRST.revise({"places.districts": 30, "years": 4, "places.most_families": 60, "adoption.pace": 0.3})
QUICK = {"scenario": "after_school", "schema": 1, "years": 3, "places": {"districts": 20, "most_families": 20}}


def with_strategy(more: dict | None = None, **fields) -> sim.Region:
    """A small region whose one strategy has these fields."""
    held = {**QUICK, **(more or {}), "strategy": [{"name": "one", "design": "as_written", **fields}]}
    return region_of(held, ROOT / "regions" / "quick.toml")


def run(region: sim.Region, name: str = "", seed: int = 1, drawn=None) -> RegionModel:
    model = RegionModel(region, region.strategies[name or next(iter(region.strategies))], seed, drawn)
    for _ in range(region.settings.years):
        model.step()
    return model


@pytest.mark.parametrize("strategy", ["retrofit_everywhere", "greenfield_seeds", "mandate_with_money"])
def test_without_couplings_a_region_is_its_districts_run_apart(strategy):
    region = SMALL.revise({"couplings.strength": 0.0})
    posterior = draws_named("posterior").at([7])
    model = RegionModel(region, region.strategies[strategy], 7, posterior)
    compared = 0
    for year in range(1, 5):
        model.step()
        for district in model.all_districts:
            if district.life is None:
                continue
            values = {name: float(each[0]) for name, each in posterior.items()}
            apart = sim.simulate(district.life.scenario.revise(values), district.life.seed)
            weeks = 36 * (year - district.began + 1)
            np.testing.assert_array_equal(district.life.run().weeks[:weeks], apart.weeks[:weeks])
            compared += 1
    assert compared > 10


def test_each_coupling_changes_what_it_is_about():
    """One alone, on the same regions: something moves with each, and nothing where all are off."""
    region = FIRST.revise(
        {"places.districts": 60, "years": 6, "places.most_families": 60, "adoption.pace": 0.3, "leaders.drop": 1.0}
    ).only(["mandate_with_money"])
    strong = {
        "couplings.attention": 1.0, "couplings.perception": 0.5, "couplings.persistence": 3.0, "couplings.knows": 1.0,
        "couplings.learns": 1.0, "couplings.orders": 1.0,
    }  # fmt: skip
    none = dict.fromkeys(strong, 0.0)
    alone = [run(region.revise(none), seed=seed).rows for seed in range(4)]
    assert alone == [run(region.revise({"couplings.strength": 0.0}), seed=seed).rows for seed in range(4)]
    for name, value in strong.items():
        assert [run(region.revise({**none, name: value}), seed=seed).rows for seed in range(4)] != alone, name


def test_a_hazard_that_nothing_moves_is_a_binomial():
    pace = 0.2
    region = with_strategy().revise({
        "places.districts": 1500, "years": 3, "adoption.pace": pace, "adoption.need": 0.0, "adoption.openness": 0.0,
        "adoption.experience": 0.0, "adoption.peers": 0.0, "adoption.quarrel": 0.0,
    })  # fmt: skip
    rows = run(region).rows
    tried = np.cumsum([row["tried"] for row in rows])
    for year, count in enumerate(tried, start=1):
        share = 1.0 - math.exp(-pace * year)
        assert stats.binomtest(int(count), 1500, share).pvalue > 1e-4


def test_peers_make_use_cluster_and_quarrels_deter():
    base = {"places.districts": 300, "years": 4, "adoption.pace": 0.05, "adoption.acquaintances": 0.0}
    alone = [run(with_strategy().revise({**base, "adoption.peers": 0.0}), seed=seed).rows[-1] for seed in range(6)]
    peers = [run(with_strategy().revise({**base, "adoption.peers": 8.0}), seed=seed).rows[-1] for seed in range(6)]
    assert np.mean([row["clustering"] for row in peers]) > np.mean([row["clustering"] for row in alone]) + 0.1
    assert sum(row["ever"] for row in peers) > sum(row["ever"] for row in alone)
    loud = SMALL.revise({"places.districts": 100, "adoption.peers": 0.0}).only(["retrofit_everywhere"])
    deterred, not_deterred = (
        sum(run(loud.revise({"adoption.quarrel": weight}), seed=seed).rows[-1]["ever"] for seed in range(4))
        for weight in (12.0, 0.0)
    )
    assert deterred < not_deterred


def test_superintendents_go_at_the_rate_of_the_record_and_come_from_elsewhere():
    region = with_strategy().revise({"places.districts": 400, "years": 10, "adoption.pace": 0.0})
    model = RegionModel(region, region.strategies["one"], 3)
    gone = moved = 0
    for _ in range(10):
        model.step()
        moved += model.moved
        gone += sum(district.vacant for district in model.all_districts)
    left_to_fill = sum(district.vacant for district in model.all_districts)
    rate = region.scenarios["as_written"].leaders.superintendent_leaves
    assert stats.binomtest(gone, 4000, rate).pvalue > 1e-4
    assert stats.binomtest(moved, gone - left_to_fill, region.settings.posts.from_elsewhere).pvalue > 1e-4
    posts = [district.superintendent.post for district in model.all_districts]
    assert posts == list(range(400))


def test_a_superintendent_brings_along_what_was_seen():
    model = run(SMALL.revise({"years": 6}), "retrofit_everywhere")
    seen = [each.superintendent.experience for each in model.all_districts]
    assert any(value != 0.0 for value in seen)
    assert all(-1.0 <= value <= 1.0 for value in seen)


# --- strategies ----------------------------------------------------------------------------------


def test_seeds_are_where_the_strategy_has_them():
    for where in ("random", "aligned", "connected"):
        region = with_strategy(seeds=5, where=where, open_from=3)
        model = RegionModel(region, region.strategies["one"], 2)
        speaks = adoption.inclination(model)
        model.step()
        begun = [district.number for district in model.all_districts if district.tried]
        assert len(begun) == 5
        if where == "aligned":
            assert min(speaks[begun]) >= np.sort(speaks)[-5]


def test_a_mandate_reaches_all_that_obey_and_a_ban_ends_it():
    region = with_strategy(mandate=2, compliance=1.0, forbid=3).revise({"adoption.pace": 0.0})
    rows = run(region).rows
    assert [row["tried"] for row in rows] == [0, 20, 0]
    assert rows[2]["current"] == 0
    assert rows[2]["by_order"] == rows[1]["current"] > 0


def test_others_wait_for_the_evaluation_of_the_first():
    fields = {"seeds": 4, "evaluated": 2}
    waiting = with_strategy(**fields, go_on_if=0.0).revise({"adoption.pace": 10.0, "adoption.openness": 0.0})
    assert [row["tried"] for row in run(waiting).rows] == [4, 0, 16]
    never = with_strategy(**fields, go_on_if=1.0).revise({"adoption.pace": 5.0, "teachers.lapse": 5.0})
    model = run(never)
    if sum(model.history[2][each.number] in (USING, ADAPTED) for each in model.pilots) < 4:
        assert model.rows[2]["tried"] == 0


def test_a_vendor_serves_so_many_and_leaves_where_too_few_are_left():
    limited = with_strategy().revise({"adoption.pace": 5.0, "vendor.new_a_year": 3, "vendor.growth": 0.0})
    assert [row["tried"] for row in run(limited).rows] == [3, 3, 3]
    held = {"scenario": "misaligned", "vendor": {"leaves_below": 12}, "years": 8}
    region = with_strategy(held, design="retrofit", mandate=1, compliance=1.0)
    rows = run(region, seed=2).rows
    left = next(place for place, row in enumerate(rows) if not row["vendor_offers"])
    assert rows[left]["current"] == 0
    assert rows[left]["by_product"] > 0
    assert all(row["tried"] == 0 for row in rows[left + 1 :])


def test_a_strategy_goes_on_under_its_later_design():
    region = SMALL.only(["opt_in_then_wider"]).revise({"years": 6})
    model = run(region, seed=3)
    before, after = model.rows[3], model.rows[4]
    assert before["current_retrofit"] == 0 < before["current_strand"]
    assert after["current_strand"] == 0 < after["current_retrofit"]


def test_money_is_borne_in_a_districts_first_years():
    region = with_strategy(money=1.0, money_years=2, money_until=1).revise({"adoption.pace": 5.0, "funder.loss": 0.0})
    rows = run(region).rows
    assert rows[0]["cost"] == pytest.approx(rows[0]["outside_money"])
    assert rows[0]["cost"] > 0.0
    assert rows[2]["outside_money"] == 0.0


def test_all_strategies_of_a_seed_meet_one_region_and_one_chance():
    held = {**QUICK, "strategy": [{"name": name, "design": "as_written"} for name in ("one", "other")]}
    both = region_of(held, ROOT / "regions" / "quick.toml")
    found = sim.region(both, seeds=2).years
    one, other = (
        found[found["strategy"] == name].drop(columns="strategy").reset_index(drop=True) for name in ("one", "other")
    )
    pd.testing.assert_frame_equal(one, other)


# --- a pure function -----------------------------------------------------------------------------


@pytest.mark.longer
def test_years_are_the_same_on_any_executor():
    strategies = ["retrofit_everywhere", "greenfield_seeds"]
    whole = sim.region(SMALL, strategies, seeds=7).years
    with ThreadPoolExecutor(3) as pool:
        pd.testing.assert_frame_equal(sim.region(SMALL, strategies, seeds=7, executor=pool).years, whole)
    with ProcessPoolExecutor(2) as pool:
        pd.testing.assert_frame_equal(sim.region(SMALL, strategies, seeds=7, executor=pool).years, whole)


def test_years_add_up():
    found = sim.region(SMALL, seeds=3).years
    assert (found["current"] == found["as_designed"] + found["adapted"]).all()
    assert (found["ever"] >= found["current"]).all()
    assert (found[[f"{one}_to_{two}" for one in STATES for two in STATES]].sum(axis=1) == found["districts"]).all()
    assert (found[[name for name in found if name.startswith("by_")]].sum(axis=1) == found["dropped_in_year"]).all()
    by_design = found[[f"current_{design}" for design in SMALL.scenarios]].sum(axis=1)
    assert (by_design == found["current"]).all()
    assert (found["reached"] <= found["children"] * (1 + 1e-9)).all()
    assert found.groupby(["strategy", "seed"])["reached"].apply(lambda each: each.is_monotonic_increasing).all()
    digits = found[found["map"] != ""]
    assert (digits["map"].str.count(str(STATES.index(DROPPED))) == digits["dropped"]).all()


def test_a_sweep_takes_every_combination_or_a_sample():
    levels = {"couplings.strength": [0.0, 1.0], "leadership.training": [0.2, 0.8]}
    found = sim.region(with_strategy(), vary=levels, seeds=2)
    assert len(found.years) == 4 * 2 * 3
    assert found.years.groupby("point")[list(levels)].first().to_numpy().tolist() == [
        [0.0, 0.2], [0.0, 0.8], [1.0, 0.2], [1.0, 0.8]
    ]  # fmt: skip
    sample = sim.region(
        with_strategy(), vary={"adoption.pace": sim.between(0.1, 0.9)}, method="latin_hypercube", points=3, seeds=1
    ).years
    assert sample["adoption.pace"].between(0.1, 0.9).all()
    assert sample["adoption.pace"].nunique() == 3


# --- a folder ------------------------------------------------------------------------------------


def test_a_folder_is_gone_on_with_and_what_is_damaged_is_done_again(tmp_path):
    region, where = with_strategy(), tmp_path / "out"
    whole = sim.region(region, seeds=12).years
    sim.region(region, seeds=7, out=where)
    parts = sorted((where / "parts").iterdir())
    parts[0].write_bytes(b"not a part")
    parts[1].unlink()
    found = sim.region(region, seeds=12, out=where)
    pd.testing.assert_frame_equal(found.years, whole)
    assert found.finished


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda text: text.replace('"years": 3', '"years": 4'), "was changed"),
        (lambda text: text.replace("sim region 1", "sim sweep 3"), "is not a region's folder"),
        (lambda text: text[:40], "is not a region's folder"),
    ],
)
def test_a_folder_that_was_changed_is_refused(tmp_path, edit, told):
    region, where = with_strategy(), tmp_path / "out"
    sim.region(region, seeds=1, out=where)
    manifest = where / "manifest.json"
    manifest.write_text(edit(manifest.read_text()))
    with pytest.raises(InputError, match=told):
        sim.region(region, seeds=1, out=where)


def test_a_folder_of_another_region_is_refused(tmp_path):
    sim.region(with_strategy(), seeds=2, out=tmp_path / "out")
    with pytest.raises(InputError, match="holds another region"):
        sim.region(with_strategy(seeds=2), seeds=2, out=tmp_path / "out")
    with pytest.raises(InputError, match="seeds: accepted"):
        sim.region(with_strategy(), seeds=1, out=tmp_path / "out")


# --- places --------------------------------------------------------------------------------------


def test_neighbours_are_alike_as_far_as_asked():
    def likeness(alike: float) -> float:
        found = drawn(Places(districts=800, alike=alike, reach=0.2), 5)
        apart = found.ses - found.ses.mean()
        return float(apart @ (neighbours(found, 6) @ apart) / (apart @ apart))

    assert abs(likeness(0.0)) < 0.08
    assert likeness(0.9) > 0.6


def test_districts_in_one_place_have_neighbours():
    found = drawn(Places(districts=10), 1)
    same = replace(found, x=np.zeros(10), y=np.zeros(10))
    near = neighbours(same, 4).toarray()
    np.testing.assert_allclose(near.sum(axis=1), 1.0)
    assert (np.diag(near) == 0.0).all()


def test_a_table_of_districts_is_read_and_refused_line_by_line(tmp_path):
    table = tmp_path / "districts.csv"
    table.write_text("name,x,y,students,ses_mean\nA,0,0,100,0.5\nB,1,0,2000,\nC,0,1,50,-1\n")
    found = from_table(table)
    assert found.names == ("A", "B", "C")
    assert found.ses.tolist() == [0.5, 0.0, -1.0]
    assert found.share_poor[2] > found.share_poor[0]
    table.write_text("name,x,y,students\nA,0,0,100\nA,1,oops,-3\n")
    with pytest.raises(InputError) as told:
        from_table(table)
    lines = [str(told.value), *told.value.more]
    assert any("line 3: name = 'A'" in line for line in lines)
    assert any("line 3: y = 'oops'" in line for line in lines)
    assert any("line 3: students = '-3'" in line for line in lines)
    table.write_text("name,x,students,ses_men\nA,0,100,1\n")
    with pytest.raises(InputError) as told:
        from_table(table)
    lines = [str(told.value), *told.value.more]
    assert any("has no column 'y'" in line for line in lines)
    assert any("'ses_men'" in line and "did you mean" in line for line in lines)


def test_a_region_of_a_table_has_its_districts(tmp_path):
    table = tmp_path / "districts.csv"
    table.write_text("name,x,y,students\n" + "".join(f"d{k},{k},{k % 3},{200 + 10 * k}\n" for k in range(12)))
    (tmp_path / "ours.toml").write_text(
        'schema = 1\nscenario = "after_school"\nyears = 2\n[places]\ntable = "districts.csv"\n'
        '[[strategy]]\nname = "one"\ndesign = "as_written"\n'
    )
    found = sim.region(tmp_path / "ours.toml", seeds=2)
    assert found.years["districts"].tolist() == [12] * 4
    assert found.table("map")["district"].tolist()[:2] == ["d0", "d1"]


def test_a_district_is_a_scenario_of_its_size():
    on = ground(SMALL, 1)
    model = RegionModel(SMALL, SMALL.strategies["retrofit_everywhere"], 1, on=on)
    model.step()
    for district in model.all_districts:
        if district.life is None:
            continue
        scenario = district.life.scenario
        assert scenario.population.families <= 60
        scale = on.districts.scale(district.number, "retrofit")
        children = on.districts.children(district.number, "retrofit")
        assert scenario.population.families * scale == pytest.approx(children)


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ({"schema": 2}, "schema = 2"),
        ({"strategy": []}, "one \\[\\[strategy\\]\\] table or more"),
        ({"strategy": [{"name": "a b"}]}, "name = 'a b'"),
        ({"strategy": [{"name": "a"}, {"name": "a"}]}, "strategy 2"),
        ({"strategy": [{"name": "a", "desing": "retrofit"}]}, "did you mean design"),
        ({"strategy": [{"name": "a", "repeal": 2}]}, "repeal = 2"),
        ({"strategy": [{"name": "a", "evaluated": 2}]}, "with seeds"),
        ({"strategy": [{"name": "a", "design": "no_such"}]}, "no_such"),
        ({"scenario": "no_such"}, "no such file"),
        ({"scenario": ""}, "scenario = ''"),
        ({"places": {"districts": 1}}, "districts = 1"),
        ({"adoption": {"pace": "fast"}}, "pace = 'fast'"),
        ({"coupling": {}}, "coupling"),
        ({"vendor": {"starts": 9}}, "vendor.starts = 9"),
        ({"set": {"leadership": {"training": 7}}}, "leadership.training = 7"),
    ],
)
def test_a_region_file_is_refused_in_a_line(held, told):
    whole = {**QUICK, "strategy": [{"name": "one", "design": "as_written"}], **held}
    with pytest.raises(InputError, match=told):
        region_of(whole, ROOT / "regions" / "quick.toml")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"strategies": ["no_such"]}, "strategy = 'no_such'"),
        ({"vary": {"adoption.pce": [1.0]}}, "pce"),
        ({"vary": {"adoption.pace": 3.0}}, "lists of levels"),
        ({"vary": {"adoption.pace": sim.between(0.1, 0.2)}}, "points = None"),
        ({"seeds": 0}, "seeds"),
        ({"seeds": [-1]}, "seeds"),
    ],
)
def test_what_is_asked_of_a_region_is_refused_in_a_line(options, told):
    with pytest.raises(InputError, match=told):
        sim.region(with_strategy(), **options)


def test_a_field_that_only_the_scenario_has_is_meant_there():
    region = with_strategy().revise({"vendor.untried": 0.25, "vendor.growth": 2.0})
    assert region.scenarios["as_written"].vendor.untried == 0.25
    assert region.settings.vendor.growth == 2.0
    with pytest.raises(InputError, match="growht"):
        region.revise({"vendor.growht": 1.0})


def test_states_are_numbered_as_they_are(tmp_path):
    table = tmp_path / "districts.csv"
    table.write_text("name,x,y,students,state\n" + "".join(f"d{k},{k},0,300,{29 + 30 * (k % 2)}\n" for k in range(6)))
    held = {"places": {"table": str(table)}}
    model = run(with_strategy(held, mandate=1, compliance=1.0))
    assert [state.number for state in model.states] == [29, 59]
    assert model.rows[0]["tried"] == 6
