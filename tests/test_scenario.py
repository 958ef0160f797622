"""Scenario files: what loads, what is refused, and what every parameter tells."""

import json

import numpy as np
import pytest
from conftest import ROOT, SCENARIOS, SHIPPED

from sim import InputError, Scenario, load_scenario, simulate
from sim.priors import PRIORS
from sim.scenario import design_names, json_schema, numbers, parameter_table
from sim.sweep.load import load_sweep

MENTIONED = {
    "mountain_view",
    "cheshire",
    "elizabeth",
    "school_of_one",
    "village_high",
    "aligned_curriculum",
    "late_start",
    "after_school",
    "side_by_side",
}
DESIGNS = ("retrofit", "opt_out", "strand", "school_within_school", "greenfield")
CODED = (
    "population",
    "students",
    "teachers",
    "union",
    "leadership",
    "leaders",
    "funder",
    "board",
    "community",
    "beside",
)
"""Sections that describe a case, each number by docs/scenario_rubric.md."""
SWEEPS = sorted((ROOT / "sweeps").glob("*.toml"))


def test_all_scenarios_are_shipped():
    assert set(SHIPPED) >= MENTIONED


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_load_run_and_name_their_sources(name):
    path = SCENARIOS / f"{name}.toml"
    for design in ("as_written", *design_names(path)):
        scenario = load_scenario(path, design)
        assert scenario.sources
        assert scenario.title
        assert scenario.summary
        assert (
            simulate(scenario.revise({"population.families": 60, "board.constituency": 60}), 1).outcome.families >= 60
        )


@pytest.mark.parametrize("name", SHIPPED)
def test_numbers_in_shipped_scenarios_are_called_fact_or_assumption(name):
    """Every number that describes a case says on its line where it comes from."""
    text = (SCENARIOS / f"{name}.toml").read_text()
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line
        if (
            section in [f"[{name}]" for name in CODED]
            and "=" in line
            and not line.startswith(("#", "assignment", "setting", "regulatory_status"))
        ):
            assert "Fact" in line or "Assumption" in line, line


def test_the_five_designs_differ_by_who_chooses_where_under_which_rules_and_for_how_many():
    """They are data: nothing but the design's factors is laid over a scenario."""
    base = load_scenario(SCENARIOS / "mountain_view.toml").model_dump()
    laid = {name: load_scenario(SCENARIOS / "mountain_view.toml", name) for name in DESIGNS}
    for name, scenario in laid.items():
        changed = {
            (section, field)
            for section, fields in scenario.model_dump().items()
            if isinstance(fields, dict)
            for field, value in fields.items()
            if value != base[section][field]
        }
        assert changed <= {
            ("design", field)
            for field in ("assignment", "setting", "regulatory_status", "capacity", "viable_enrolment")
        }, name
    assert len({scenario.terms for scenario in laid.values()}) == len(DESIGNS)
    seats = {scenario.design.capacity for scenario in laid.values() if scenario.design.assignment == "opt_in"}
    assert len(seats) == 1, "so that they compare"


def test_a_strand_stands_beside_the_mandatory_class_in_the_last_school():
    scenario = load_scenario(SCENARIOS / "side_by_side.toml")
    assert scenario.school_offers == (0, 1)
    assert [terms.default_in for terms in scenario.terms] == [True, False]
    alone = load_scenario(SCENARIOS / "side_by_side.toml", "retrofit")
    assert alone.terms == load_scenario(SCENARIOS / "mountain_view.toml", "retrofit").terms


@pytest.mark.parametrize("path", SWEEPS, ids=[path.stem for path in SWEEPS])
@pytest.mark.longer
def test_shipped_sweeps_load_at_every_design_point(path):
    sweep = load_sweep(path)
    assert sweep.spec.name == path.stem
    assert sweep.spec.question.endswith("?")


@pytest.mark.parametrize("claim", ["h1", "h2", "h3", "h4"])
def test_claims_are_asked_over_all_that_nobody_has_measured(claim):
    """With the seed: no factor sets a parameter that has a prior."""
    sweep = load_sweep(ROOT / "sweeps" / f"{claim}.toml")
    assert sweep.draws is not None
    assert set(sweep.draws.values) == set(PRIORS)


def test_the_rubrics_worked_example_is_a_scenario(tmp_path):
    text = (ROOT / "docs" / "scenario_rubric.md").read_text()
    path = tmp_path / "riverton.toml"
    path.write_text(text.split("```toml\n")[1].split("```")[0])
    scenario = load_scenario(path)
    assert scenario.population.families == 750
    assert simulate(scenario, 1).outcome.opened


def test_h3_compares_the_retrofit_with_each_of_the_four_others():
    assert load_sweep(ROOT / "sweeps" / "h3.toml").spec.designs == DESIGNS


def test_designs_are_laid_over_and_own_tables_win(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        "schema = 2\n[designs.greenfield.design]\ncapacity = 77\n[designs.own]\nleadership = { training = 0.9 }\n"
    )
    green = load_scenario(path, "greenfield")
    assert (green.design.assignment, green.design.setting, green.design.capacity) == ("opt_in", "new_school", 77)
    assert load_scenario(path, "own").leadership.training == 0.9
    assert {"greenfield", "retrofit", "own"} <= set(design_names(path))


def test_extends_reads_the_parent_first(tmp_path):
    (tmp_path / "base.toml").write_text("schema = 2\n[leadership]\ntraining = 0.1\nvetting = 0.2\n")
    (tmp_path / "child.toml").write_text('schema = 2\nextends = "base"\n[leadership]\ntraining = 0.8\n')
    scenario = load_scenario(tmp_path / "child.toml")
    assert (scenario.leadership.training, scenario.leadership.vetting, scenario.name) == (0.8, 0.2, "child")


def test_a_users_own_file_can_extend_a_shipped_scenario(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'schema = 2\nextends = "mountain_view"\nname = "mine"\n[population]\nses_mean = 0.0\n'
    )
    scenario = load_scenario(tmp_path / "mine.toml", "greenfield")
    assert (scenario.name, scenario.population.ses_mean, scenario.initiative.technology) == ("mine", 0.0, 0.9)


BAD = {
    "unknown field": ("[leadership]\ntrainig = 0.5\n", ["leadership.trainig", "0.5", "did you mean training?"]),
    "unknown section": (
        "[leadrship]\ntraining = 0.5\n",
        ["leadrship", "unknown field", "did you mean leadership.training?"],
    ),
    "wrong type": ('[design]\ndose = "half"\n', ["design.dose = 'half'", "a number from 0 to 1"]),
    "a text for a table": ('design = "half"\n', ["design = 'half'", "a table with assignment"]),
    "true for a number": ("[design]\ndose = true\n", ["design.dose = True", "a number from 0 to 1"]),
    "fraction for a count": (
        "[population]\nfamilies = 10.5\n",
        ["population.families = 10.5", "a whole number from 0 to 5e+06"],
    ),
    "out of range": ("[design]\ndose = 1.7\n", ["design.dose = 1.7", "a number from 0 to 1"]),
    "not a number": ("[design]\ndose = nan\n", ["design.dose = nan", "a number from 0 to 1"]),
    "infinite": ("[families]\nsensitivity = inf\n", ["families.sensitivity = inf", "a number from 0 to 20"]),
    "unknown name": (
        '[design]\nassignment = "forced"\n',
        ["design.assignment = 'forced'", "mandatory | opt_out | opt_in"],
    ),
    "opt-in without capacity": (
        '[design]\nassignment = "opt_in"\n',
        ["design.capacity", "missing", "a number of places"],
    ),
    "viable above capacity": (
        '[design]\nassignment = "opt_in"\ncapacity = 10\nviable_enrolment = 20\n',
        ["design.viable_enrolment = 20", "capacity = 10"],
    ),
    "impossible correlations": (
        "[population]\nachievement_ses = 0.9\nsway_ses = 0.9\nsway_achievement = -0.9\n",
        ["population.achievement_ses", "positive definite"],
    ),
    "end before start": (
        "[horizon]\nweeks = 20\n[design]\nstart_weeks = [21]\n",
        ["design.start_weeks = 21", "1 to 20"],
    ),
    "phases without units": (
        '[design]\nphasing = "by_school"\nstart_weeks = [1, 6]\n',
        ["design.start_weeks has 2", "accepted: 1"],
    ),
    "a week before the first": ("[design]\nstart_weeks = [0]\n", ["design.start_weeks", "weeks from 1"]),
    "a vote that can be tied": ("[board]\nseats = 6\n", ["board.seats = 6", "an odd number"]),
    "a second offer without schools": ("[beside]\nschools = 2\n", ["beside.schools = 2", "population.schools = 1"]),
    "constituency too small": (
        "[board]\nconstituency = 3\n",
        ["board.constituency = 3", "at least population.families = 500"],
    ),
    "clustering out of reach": ("[network]\nclustering = 0.9\n", ["network.clustering = 0.9", "accepted: 0 to 0.60"]),
    "assortativity out of reach": (
        "[network]\nassortativity = 0.95\n",
        ["network.assortativity = 0.95", "accepted: 0 to 0."],
    ),
    "rates beyond 1": (
        "[families]\nattitude_rate = 0.9\ninfluence_rate = 0.9\n",
        ["families.attitude_rate = 0.9", "at most 1"],
    ),
    "results out of the year": ("[results]\nweeks = [40]\n", ["results.weeks = 40", "1 to 36"]),
    "extends nothing": ('extends = "nowhere"\n', ["extends = 'nowhere'", "no such file"]),
    "extends a number": ("extends = 3\n", ["extends = 3", "the name of a scenario file"]),
    "not TOML": ("[design\ndose = 1\n", ["not TOML", "accepted: a scenario file in TOML"]),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_scenarios_are_reported_in_one_line(tmp_path, what):
    text, expected = BAD[what]
    path = tmp_path / "bad.toml"
    path.write_text(f"schema = 2\n{text}")
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}: ")
    assert "accepted" in message
    for part in expected:
        assert part in message, message


def test_an_error_names_the_file_that_holds_the_value(tmp_path):
    (tmp_path / "base.toml").write_text("schema = 2\n[design]\ndose = 3.0\n")
    (tmp_path / "child.toml").write_text('schema = 2\nextends = "base"\n[leadership]\ntraining = 0.8\n')
    with pytest.raises(InputError, match=r"base\.toml: line 3: design\.dose = 3\.0"):
        load_scenario(tmp_path / "child.toml")


WRONG = """schema = 2
extends = "mountain_view"
[design]
dose = 3.0   # too much
assignment = "opt-in"
[leadership]
trainning = 0.4
community = { a = 1 }
[designs.mine.design]
dose = -1.0
"""


def test_all_that_is_wrong_with_a_file_is_reported_each_with_its_line(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text(WRONG)
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    reported = [str(caught.value), *caught.value.more]
    assert len(reported) == 4
    assert all(each.startswith(f"{path}: ") and "accepted: " in each for each in reported)
    text = "\n".join(reported)
    assert "line 4: design.dose = 3.0" in text
    assert "line 5: design.assignment = 'opt-in': did you mean opt_in?" in text
    assert "line 7: leadership.trainning = 0.4: unknown field; did you mean training?" in text
    assert "leadership.community" in text
    with pytest.raises(InputError) as caught:
        load_scenario(path, "mine")
    assert "line 10: design.dose = -1.0" in "\n".join([str(caught.value), *caught.value.more])


def test_no_more_than_some_are_reported(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text("schema = 2\n[population]\n" + "".join(f"x{k} = {k}\n" for k in range(50)))
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert len(caught.value.more) == 20
    assert "30 more" in caught.value.more[-1]


def test_cyclic_extends_is_refused(tmp_path):
    (tmp_path / "a.toml").write_text('schema = 2\nextends = "b"\n')
    (tmp_path / "b.toml").write_text('schema = 2\nextends = "a"\n')
    with pytest.raises(InputError, match="extend each other in a circle"):
        load_scenario(tmp_path / "a.toml")


def test_missing_folder_and_binary_files_are_reported(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_scenario(tmp_path / "none.toml")
    with pytest.raises(InputError, match="cannot be read"):
        load_scenario(tmp_path)
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not text in UTF-8"):
        load_scenario(tmp_path / "binary.toml")


def test_an_unknown_design_names_the_known_ones():
    with pytest.raises(
        InputError,
        match=r"design = 'bluefield': accepted: as_written, greenfield, opt_out, poorly_led, "
        r"retrofit, school_within_school, strand, well_led",
    ):
        load_scenario(SCENARIOS / "cheshire.toml", "bluefield")


def test_every_parameter_has_unit_range_default_meaning_and_source():
    table = parameter_table()
    assert len(table) > 150
    assert table["field"].is_unique
    for column in ("unit", "accepted", "default", "meaning", "source"):
        missing = table.loc[table[column].str.strip() == "", "field"]
        assert missing.isin(["title", "summary"]).all(), (column, missing.tolist())
    sources = table["source"]
    assert sources.str.contains(
        r"assumption|sim docs|definition|\d{4}|the file|the case|the loader|national|convention|switch"
    ).all()


def test_schema_is_json_schema_with_ranges_and_sources():
    schema = json.loads(json.dumps(json_schema()))
    dose = schema["$defs"]["Design"]["properties"]["dose"]
    assert (dose["minimum"], dose["maximum"], dose["default"]) == (0, 1, 1.0)
    assert dose["description"]
    assert dose["unit"]
    assert dose["source"]
    assert {"extends", "designs"} <= set(schema["properties"])


def test_a_scenario_is_immutable_and_revised_by_copy():
    scenario = Scenario()
    changed = scenario.revise({"leadership.training": 0.9})
    assert (scenario.leadership.training, changed.leadership.training) == (0.5, 0.9)
    with pytest.raises(ValueError, match="frozen"):
        scenario.name = "other"
    assert hash(scenario) == hash(Scenario())


def test_numbers_hold_every_number_of_the_schema():
    """The compiled engine's record is the schema: same names, same values."""
    scenario = load_scenario(SCENARIOS / "mountain_view.toml")
    record, lists = numbers(scenario)
    for section in ("families", "board", "teachers", "population", "leadership", "initiative"):
        for name, value in getattr(scenario, section).model_dump().items():
            if isinstance(value, bool | int | float) and name not in ("constituency", "departure"):
                assert record[section][name][0] == value
    assert record["power"]["families"]["governance"][0] == scenario.power.families.governance
    assert lists.community_election_weeks.tolist() == [12, 84]


def test_a_row_of_which_one_field_is_given_keeps_the_others(tmp_path):
    usual = Scenario().factors
    for setting in ("existing_school", "strand", "school_within_school", "new_school", "supplementary"):
        revised = getattr(Scenario().revise({f"factors.setting.{setting}.opens": 0.5}).factors.setting, setting)
        expected = getattr(usual.setting, setting).model_dump() | {"opens": 0.5}
        assert revised.model_dump() == expected
    assert not Scenario().revise({"factors.assignment.opt_in.return_ease": 0.5}).factors.assignment.opt_in.default_in
    path = tmp_path / "own.toml"
    path.write_text("schema = 2\n[factors.assignment.opt_in]\nreturn_ease = 0.5\n")
    held = load_scenario(path).factors.assignment.opt_in
    assert (held.default_in, held.return_ease) == (False, 0.5)
    twice = load_scenario(path).revise({"factors.setting.new_school.staff_choice": 0.2})
    assert twice.factors.assignment.opt_in == held
    assert twice.factors.setting.new_school.shared == usual.setting.new_school.shared


def test_what_is_wrong_with_a_revision_is_reported_as_of_a_file_all_at_once():
    wrong = {"leadership.trainin": 0.5, "training": 0.5, "design.dose": 1.7, "design.assignment": "opt in"}
    with pytest.raises(InputError) as reported:
        Scenario().revise(wrong)
    lines = [str(reported.value), *reported.value.more]
    assert len(lines) == 4
    assert all(line.startswith("revise: ") and "accepted: " in line for line in lines)
    assert "leadership.trainin = 0.5: unknown field; did you mean training?" in " ".join(lines)
    assert "training = 0.5: unknown field; did you mean leadership.training?" in " ".join(lines)
    assert "design.assignment = 'opt in': did you mean opt_in?" in " ".join(lines)
    with pytest.raises(InputError, match=r"^mine\.toml: design\.dose = 1\.7: accepted: "):
        Scenario().revise({"design.dose": 1.7}, "mine.toml")


def test_numpys_numbers_and_lists_are_taken_as_pythons():
    given = {
        "design.dose": np.float32(0.5),
        "population.families": np.int64(300),
        "board.can_suspend": np.bool_(False),
        "population.schools": np.array(2),
        "design.phasing": "by_school",
        "design.start_weeks": np.array([1, 37]),
        "sources": ["one", "two"],
    }
    plain = {name: value.tolist() if hasattr(value, "tolist") else value for name, value in given.items()}
    plain |= {"design.start_weeks": (1, 37), "sources": ("one", "two")}
    assert Scenario().revise(given) == Scenario().revise(plain)
    assert Scenario().revise({**plain, "design.start_weeks": [1, 37]}).design.start_weeks == (1, 37)
    assert type(Scenario().revise(given).population.families) is int


def test_a_case_of_ones_own_has_no_others_name_title_or_story(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text('schema = 2\nextends = "mountain_view"\n')
    ours, theirs = load_scenario(path), load_scenario("mountain_view")
    assert (ours.name, ours.title, ours.summary) == ("ours", "", "")
    assert ours.initiative == theirs.initiative
    assert theirs.summary


def test_every_fault_of_a_revision_is_in_what_python_shows():
    with pytest.raises(InputError) as reported:
        Scenario().revise({"leadership.training": 5, "horizon.weeks": "x"})
    assert [*reported.value.__notes__] == list(reported.value.more)
    assert len(reported.value.more) == 1
    with pytest.raises(InputError, match=r"poulation\.families = 5: .*did you mean population\.families\?"):
        Scenario().revise({"poulation.families": 5})
