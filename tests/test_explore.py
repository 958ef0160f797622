"""The live page's server: the numbers of ``sim compare``, as they come; what it refuses; what can
be taken away.
"""

import base64
import io
import json
import signal
import socket
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from command import sim
from conftest import DESIGNS, SCENARIOS
from exploring import SMALL, events, got, serving, started
from hypothesis import given
from hypothesis import strategies as st
from sweeping import done

from sim import load_scenario
from sim.casebook.standing import STANDING
from sim.cli.tables import COMPARED
from sim.draws import draws_named
from sim.explore import one_run as person_by_person
from sim.explore.controls import FIELDS, controls
from sim.explore.downloads import runs_table, scenario_text, sweep_text
from sim.explore.gate import Abandoned
from sim.explore.live import Kept, chunks
from sim.explore.server import LONGEST_QUERY
from sim.explore.state import Refused, State, made_of
from sim.explore.tally import Tally, sentence
from sim.findings import read, tables_of
from sim.scenario import parameter_table
from sim.statistics.intervals import wilson, wilson_band
from sim.sweep.load import load_sweep
from sim.sweep.plan import comparison
from sim.trace import TAKING_PART, trace

pytestmark = pytest.mark.once

INTERVAL = ["mean", "lower", "upper"]


def close(one, other):
    """Equal but for what is rounded on the way to the page."""
    return np.allclose(one, other, atol=1.1e-5)


@pytest.mark.parametrize("parameters", ["posterior", pytest.param("medoid", marks=pytest.mark.slow)])
@pytest.mark.longer
def test_numbers_are_those_of_compare_seed_for_seed(address, tmp_path, parameters):
    asked = {"scenario": "small", "pairs": 60, "parameters": parameters, "designs": "retrofit,greenfield"}
    moved = {"leadership.training": 0.9, "power.union.regulation": 2}
    status, _, text = got(address, "scenario.toml", **asked, **moved)
    assert status == 200
    (tmp_path / "small.toml").write_text(SMALL)
    (tmp_path / "explored.toml").write_text(text)
    points = [load_scenario(tmp_path / "explored.toml", design) for design in ("retrofit", "greenfield")]
    out = tmp_path / "out"
    done(comparison(points, 60, 0, "quantiles", draws_named(parameters)), out)
    reported = events(got(address, "live", **asked, **moved)[2])
    assert [data["pairs"] for name, data in reported if name == "numbers"] == [25, 50, 60]
    assert reported[-1] == ("done", {"pairs": 60})
    numbers = reported[-2][1]
    evidence = read(out)
    tables = tables_of(evidence, [*COMPARED, "curves"])
    risk = tables["risk"][tables["risk"]["event"] == "discontinued"]
    curves, pressure = tables["curves"], tables["pressure"]
    means = tables["means_by_point"].set_index(["design", "quantity"])
    for design, data in numbers["designs"].items():
        own = risk[risk["design"] == design].sort_values("week")
        own = own[own["week"] > 0]
        for name, column in (("share", "risk"), ("lower", "lower"), ("upper", "upper")):
            assert len(own) > 1
            assert close(np.array(data["risk"][name])[own["week"].to_numpy() - 1], own[column])
        curve = curves[(curves["design"] == design) & (curves["column"] == "taking_part")]
        for name in ("mean", "q25", "median", "q95"):
            assert close(data["adoption"]["taking_part"][name], curve.sort_values("week")[name])
        for quantity in ("weeks_per_100", "gain"):
            reported_mean = means.loc[(design, quantity)][INTERVAL].astype(float)
            assert np.allclose(data["delivered"][quantity], reported_mean, rtol=1e-4, atol=1e-4)
        for row in pressure[pressure["design"] == design].itertuples():
            share = data["pressure"][row.stakeholder]
            assert np.isnan(row.share) if share is None else close(share[0], float(row.share))
    gaps = tables["differences_by_week"].set_index(["design", "week"])
    for row in numbers["differences"]:
        assert close(
            row["difference"], gaps.loc[(row["design"], row["week"])][["difference", "lower", "upper"]].astype(float)
        )


@pytest.mark.slow
def test_what_is_downloaded_runs_and_holds_what_the_page_held(address, tmp_path):
    asked = {"scenario": "cheshire", "pairs": 30, "designs": "retrofit,school_within_school", "seed": 7}
    moved = {"design.dose": 0.4, "leadership.training": 0.9, "design.assignment": "opt_in"}
    text = got(address, "scenario.toml", **asked, **moved)[2]
    (tmp_path / "explored.toml").write_text(text)
    assert load_scenario(tmp_path / "explored.toml", "retrofit").design.dose == 0.4
    sweep = got(address, "sweep.toml", **asked, **moved)[2]
    (tmp_path / "explored_sweep.toml").write_text(sweep)
    reported = sim("sweep", tmp_path / "explored_sweep.toml", "--dry-run").stdout
    assert "64" in reported
    varied = {each["field"] for each in tomllib.loads(sweep)["factors"]}
    assert varied == {"design.dose", "leadership.training"}  # The designs set how families come in.
    runs = pd.read_csv(io.StringIO(got(address, "runs.csv", **asked)[2]))
    assert len(runs) == 60
    assert sorted(runs["seed"].unique()) == list(range(7, 37))
    assert runs["calibration"].unique().tolist() == ["parameters drawn from the posterior"]


def test_runs_as_csv_hold_no_formula():
    run = SimpleNamespace(outcome={"seed": 0, "design": " =1+1", "week": -1})
    assert runs_table([{"retrofit": [run]}], State("small"), None).splitlines()[1].startswith("0,' =1+1,-1,")


MOVED = [each for each in FIELDS if each.startswith(("leadership.", "power.", "initiative."))]


@given(st.dictionaries(st.sampled_from(MOVED), st.floats(0.05, 0.95).map(lambda each: round(each, 3)), max_size=6))
@pytest.mark.longer
def test_the_file_and_the_link_say_the_same(changes):
    file = SCENARIOS / "cheshire.toml"
    state = State("cheshire", changes, ("retrofit",))
    held = tomllib.loads(scenario_text(state, file))
    assert held == state.data(file)
    given = [(name, str(each)) for name, each in changes.items()]
    query = [("scenario", "cheshire"), ("designs", "retrofit"), *given]
    again = State.from_query(query, {"cheshire": file})
    assert again == state
    assert again.points(file) == state.points(file)
    point = state.points(file)[0]
    assert {name: point.at(name) for name in changes} == changes


def test_what_was_taken_away_can_be_opened_anew_and_runs_beside_its_base(tmp_path):
    (tmp_path / "small.toml").write_text(SMALL)
    base = "small"
    for name, training in (("explored", 0.7), ("explored_2", 0.8), ("explored_3", 0.9)):
        file = tmp_path / f"{base}.toml"
        state = State(base, {"leadership.training": training}, ("retrofit",))
        assert made_of(file) == name
        text = scenario_text(state, file)
        assert f"sim compare {name}.toml" in text
        (tmp_path / f"{name}.toml").write_text(text)
        assert [load_scenario(tmp_path / f"{name}.toml", "retrofit")] == state.points(file)
        base = name
    with serving({"explored": tmp_path / "explored.toml"}) as address:
        assert events(got(address, "live", pairs=1)[2])[-1][0] == "done"
        assert json.loads(got(address, "start")[2])["made"] == "explored_2"
        for path, end in (("scenario.toml", ".toml"), ("sweep.toml", "_sweep.toml")):
            assert f'"explored_2{end}"' in got(address, path)[1]["Content-Disposition"]


OPT_IN = {"design.assignment": "opt_in", "design.capacity": 100}


@pytest.mark.parametrize(
    ("designs", "changes", "beside"),
    [
        (("retrofit", "as_written"), OPT_IN, True),
        (("as_written", "greenfield"), {**OPT_IN, "leadership.training": 0.9, "design.dose": 0.4}, True),
        (("as_written",), {"design.setting": "strand", "community.election_weeks": (12, 84)}, True),
        (("retrofit", "opt_out"), {"design.assignment": "opt_in", "leadership.training": 0.9}, False),
        (("retrofit", "as_written"), {"leadership.training": 0.9, "population.share_poor": 0.4}, False),
    ],
)
def test_a_sweep_has_at_its_centre_what_the_page_stands_at(tmp_path, designs, changes, beside):
    (tmp_path / "small.toml").write_text(SMALL)
    file, state = tmp_path / "small.toml", State("small", changes, designs)
    points = state.points(file)
    text = sweep_text(state, file, points)
    (tmp_path / "explored_sweep.toml").write_text(text)
    assert ("explored.toml" in text) == beside
    if beside:
        (tmp_path / "explored.toml").write_text(scenario_text(state, file))
    sweep = load_sweep(tmp_path / "explored_sweep.toml")
    varied = [factor.field for factor in sweep.spec.factors]
    assert varied
    for point in points:
        centre = {"name": point.name, **{name: point.at(name) for name in varied}}
        assert sweep.base[point.design_name].revise(centre) == point


def test_a_sweep_where_nothing_moved_varies_the_levers():
    file = SCENARIOS / "cheshire.toml"
    state = State("cheshire", {}, ("retrofit",))
    factors = tomllib.loads(sweep_text(state, file, state.points(file)))["factors"]
    assert [each["field"].split(".")[0] for each in factors] == ["leadership"] * 4
    assert all(each["low"] < each["high"] for each in factors)


@pytest.mark.parametrize(
    ("query", "field", "accepted"),
    [
        ({"leadership.training": "7"}, "leadership.training", "a number from 0 to 1"),
        ({"leadership.training": ""}, "leadership.training", "a number from 0 to 1"),
        ({"leadership.trainning": "0.7"}, "leadership.trainning", "did you mean training?"),
        ({"design.assignment": "opt-in", "designs": "as_written"}, "design.assignment", "did you mean opt_in?"),
        ({"population.families": "2.5"}, "population.families", "a whole number"),
        ({"horizon.weeks": "3600", "pairs": "2000"}, "population.families", "fewer families or pairs"),
        ({"population.families": "2000"}, "board.constituency", "at least population.families"),
        ({"scenario": "../../etc/passwd"}, "scenario", "small"),
        ({"designs": "retrofit,retrofit"}, "designs", "each once"),
        ({"designs": ""}, "designs", "as_written"),
        ({"seed": "-1"}, "seed", "a whole number from 0"),
        ({"seed": "٣"}, "seed", "a whole number from 0"),
        ({"pairs": "100000"}, "pairs", "2000"),
        ({"parameters": "/etc/passwd"}, "parameters", "posterior, medoid, defaults"),
        ({"extends.a.b": "1"}, "extends", ""),
    ],
)
def test_what_is_wrong_is_reported_in_a_line_with_its_field(address, query, field, accepted):
    reported = events(got(address, "live", **{"scenario": "small", **query})[2])
    assert [name for name, _ in reported] == ["refused"]
    lines = dict(reported[0][1])
    assert any(name.startswith(field) and accepted in line for name, line in lines.items()), lines
    assert got(address, "scenario.toml", **{"scenario": "small", **query})[0] == 422


def test_runs_that_fail_are_reported_once_and_not_as_a_server_that_is_gone(address, monkeypatch):
    def failing(*_):
        raise ZeroDivisionError("seven")

    monkeypatch.setattr("sim.explore.server.chunks", failing)
    reported = events(got(address, "live", scenario="small")[2])
    assert reported == [("refused", [["", "these runs failed: ZeroDivisionError: seven"]])]


def test_a_file_that_is_edited_into_an_error_is_reported_and_mended(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(SMALL)
    with serving({"own": file}) as address:
        assert got(address, "start")[0] == 200
        file.write_text(f"{SMALL}[board")
        reported = events(got(address, "live", pairs=1)[2])
        assert [name for name, _ in reported] == ["refused"]
        assert "own.toml: not TOML" in reported[0][1][0][1]
        for path in ("start", "scenario.toml", "diagnosis"):
            status, _, text = got(address, path)
            assert status == 422
            assert "own.toml: not TOML" in json.loads(text)["refused"][0][1]
        file.write_text(SMALL)
        assert events(got(address, "live", pairs=1)[2])[-1][0] == "done"


def test_a_design_of_ones_own_that_families_opt_into_has_places(address):
    asked = {"scenario": "small", "designs": "as_written", "pairs": 1, "design.assignment": "opt_in"}
    reported = events(got(address, "live", **asked)[2])
    assert reported[0][0] == "refused"
    assert reported[0][1][0][0] == "design.capacity"
    assert events(got(address, "live", **asked, **{"design.capacity": 40})[2])[-1][0] == "done"
    optional = {each["field"] for group in controls() for each in group["controls"] if each.get("optional")}
    assert optional == {"design.capacity"}


def test_all_that_is_wrong_is_reported_at_once(address):
    reported = events(got(address, "live", scenario="small", **{"leadership.training": 7, "design.dose": -1})[2])
    assert {field for field, _ in reported[0][1]} == {"leadership.training", "design.dose"}


def test_a_page_of_another_site_another_name_and_a_long_query_are_refused(address):
    assert got(address, "alive")[0] == 200
    assert got(address, "alive", {"Host": "rebound.example"})[0] == 400
    assert got(address, "live", {"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert got(address, "alive", {"Sec-Fetch-Site": "same-origin"})[0] == 200
    assert got(address, "alive", x="y" * LONGEST_QUERY)[0] == 414
    # A link to the page, followed on another site's; in a frame, or to anything else, it is none.
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert got(address, "", link)[0] == 200
    assert got(address, "", link | {"Sec-Fetch-Dest": "iframe"})[0] == 403
    assert got(address, "", link | {"Sec-Fetch-Mode": "no-cors"})[0] == 403
    for path in ("runs.csv", "live", "main.js", "index.html"):
        assert got(address, path, link)[0] == 403
    for path in ("../../pyproject.toml", "%2e%2e/server.py", "..%2fserver.py"):
        assert got(address, path)[0] in (404, 400)
    headers = got(address, "")[1]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.slow
def test_the_newest_question_of_a_tab_abandons_the_older_and_tabs_are_independent(address):
    def ask(tab, pairs, training):
        text = got(address, "live", scenario="cheshire", tab=tab, pairs=pairs, **{"leadership.training": training})[2]
        return [name for name, _ in events(text)]

    with ThreadPoolExecutor(3) as pool:
        older = pool.submit(ask, "one", 2000, 0.3)
        other = pool.submit(ask, "two", 50, 0.5)
        time.sleep(1.0)
        began = time.monotonic()
        newer = pool.submit(ask, "one", 25, 0.6)
        assert older.result()[-1:] != ["done"]
        assert time.monotonic() - began < 30
        assert newer.result()[-1] == "done"
        assert other.result()[-1] == "done"


def test_what_is_stopped_leaves_no_work_and_what_is_kept_is_bounded():
    points = [load_scenario(SCENARIOS / "cheshire.toml", "retrofit")]
    stop = threading.Event()

    def go_on():
        if stop.is_set():
            raise Abandoned

    with ThreadPoolExecutor(1) as pool:
        kept = Kept(most=5000)
        found = []
        reported = chunks(points, None, 0, 2000, pool, kept, go_on)
        found.append(next(reported))
        stop.set()
        with pytest.raises(Abandoned):
            found += reported
        assert 1 <= len(found) < 80
        assert kept.size <= max(5000, 25 * points[0].simulated)
        assert pool.submit(lambda: "free").result(timeout=20) == "free"


def test_kept_communities_give_the_same_runs():
    found = [load_scenario(SCENARIOS / "cheshire.toml", design) for design in DESIGNS]
    points = [each.revise({"population.families": 50}) for each in found]
    draws = draws_named("posterior")
    with ThreadPoolExecutor(2) as pool:
        kept = Kept()
        first = list(chunks(points, draws, 3, 30, pool, kept))
        again = list(chunks(points, draws, 3, 30, pool, kept))
        fresh = list(chunks(points, draws, 3, 30, pool, Kept(most=0)))
    for one, two, three in zip(first, again, fresh, strict=True):
        assert one == two == three


def test_intervals_of_many_counts_are_wilsons():
    for n in (0, 1, 25, 200):
        counts = np.arange(n + 1)
        lower, upper = wilson_band(counts, n)
        assert np.allclose(np.column_stack([lower, upper]), [wilson(int(count), n) for count in counts], atol=1e-12)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        ((-0.3, -0.4, -0.2), "30 fewer end by week 36 under the opt-out than under the retrofit (20 to 40 fewer)"),
        ((0.3, 0.2, 0.4), "30 more end by week 36 under the opt-out than under the retrofit (20 to 40 more)"),
        ((0.0, -0.1, 0.1), "cannot tell the opt-out from the retrofit (10 fewer to 10 more of 100)"),
    ],
)
def test_a_difference_is_reported_in_words(gap, words):
    assert words in sentence("the opt-out", "the retrofit", 36, 50, gap)


def test_a_range_over_what_we_do_not_know_comes_with_twice_as_many_pairs_as_draws():
    points = [
        load_scenario(SCENARIOS / "cheshire.toml", "retrofit").revise({"population.families": 20, "horizon.weeks": 40})
    ]
    draws = draws_named("posterior").taken(np.arange(20))
    tally = Tally(points, len(draws))
    with ThreadPoolExecutor(2) as pool:
        for chunk in chunks(points, draws, 0, 50, pool, Kept()):
            tally.add(chunk)
            known = tally.summary()["designs"]["retrofit"]["unknown"]
            assert (known is None) or tally.pairs >= 40


def test_every_control_says_unit_meaning_source_and_what_the_record_says(address):
    rows = parameter_table().set_index("field")
    found = [control for group in controls() for control in group["controls"]]
    assert len(found) == len(FIELDS) == len(set(FIELDS))
    for control in found:
        row = rows.loc[control["field"]]
        assert control["meaning"] == row["meaning"]
        assert control["source"] == row["source"]
        assert control["prior_against_posterior"] in ("", "clearly", "somewhat", "prior only")
        if control["kind"] != "choice":
            assert control["least"] <= control["low"] < control["high"] <= control["most"]
    start = json.loads(got(address, "start", scenario="small")[2])
    assert set(start["values"]) == set(FIELDS)
    assert "board.constituency_exponent" in start["drawn"]
    assert "design.assignment" in start["set_by"]["greenfield"]
    assert start["set_by"]["as_written"] == []


def test_the_page_tells_what_the_model_has_shown_for_a_kind_of_programme(address):
    said = json.loads(got(address, "standing", scenario="small")[2])["said"]
    assert said[0] == STANDING
    assert said[1].startswith("Most like it on record: ")


def test_a_run_adds_up_to_its_weekly_table(address):
    asked = {"scenario": "small", "parameters": "medoid", "designs": "retrofit", "design": "retrofit", "run": 3}
    data = json.loads(got(address, "run", **asked)[2])
    state = np.frombuffer(base64.b64decode(data["state"]), np.uint8).reshape(data["weeks"], -1)
    taking = (state & 7) == TAKING_PART
    assert taking.sum(axis=1).tolist() == data["weekly"]["taking_part"]
    assert len(data["x"]) == data["families"] == state.shape[1]
    assert data["events"][-1]["week"] <= data["weeks"]
    assert got(address, "run", **{**asked, "run": "x"})[0] == 422
    assert got(address, "run", **{**asked, "design": "greenfield"})[0] == 422


def test_families_on_the_map_have_places_of_their_own_near_their_contacts():
    reported = trace(load_scenario(SCENARIOS / "cheshire.toml").revise({"horizon.weeks": 1}), 1)
    x, y = person_by_person.places(reported)
    assert len(set(zip(x.tolist(), y.tolist(), strict=True))) == len(x)
    one, other = reported.contacts.T
    apart = np.hypot(x[one] - x[other], y[one] - y[other]).mean()
    rng = np.random.default_rng(0)
    strangers = rng.integers(0, len(x), (2, 5000))
    assert apart < 0.8 * np.hypot(x[strangers[0]] - x[strangers[1]], y[strangers[0]] - y[strangers[1]]).mean()


def test_the_command_refuses_what_it_cannot_open(tmp_path):
    assert "no such file" in sim("explore", tmp_path / "none.toml", "--no-browser", code=2).stderr
    assert "accepted: a whole number from 0 to 65535" in sim("explore", "--port", 70000, code=2).stderr
    with serving({"cheshire": Path("cheshire")}) as address:
        port = address.rpartition(":")[2]
        assert "a port that is free" in sim("explore", "--port", port, "--no-browser", code=2).stderr


@pytest.mark.longer
def test_it_can_be_left_while_it_warms_and_has_its_port_by_then():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with started(60, "--port", port) as process:
        reported = sim("explore", "--port", port, "--no-browser", code=2).stderr
        assert "a port that is free" in reported
        assert len(reported.splitlines()) == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130


@pytest.mark.parametrize(("number", "code"), [("SIGINT", 0), ("SIGTERM", 0), ("SIGHUP", 129)])
@pytest.mark.longer
def test_it_is_left_by_a_signal(number, code):
    with started(0, "--port", 0) as process:
        address = process.stderr.readline().split()[0].rstrip("/")
        assert got(address, "alive")[0] == 200
        process.send_signal(getattr(signal, number))
        assert process.wait(timeout=30) == code


def test_a_state_holds_no_more_than_it_may():
    with pytest.raises(Refused):
        State.from_query([(f"a.b{number}", "1") for number in range(200)], {"cheshire": Path("cheshire")})
