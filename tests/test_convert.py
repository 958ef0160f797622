"""Files of schema 1, in which weeks of the run count from 0: they are refused in a line that says
how to convert them, and converted where values and names stand, with comments and layout kept.
"""

import json
import re
import tomllib

import pytest
from command import sim
from conftest import ROOT, SCENARIOS
from hypothesis import given
from hypothesis import strategies as st

from sim import InputError, Scenario, load_scenario
from sim.scenario.convert import SCHEMA, WEEKS, converted, is_converted
from sim.sweep.load import load_sweep

pytestmark = pytest.mark.once

FILES = sorted([*SCENARIOS.rglob("*.toml"), *(ROOT / "sweeps").glob("*.toml")])

OLD = """# Ours, of schema 1.

extends = "mountain_view"   # the case that is like it
name = "ours"

[design]
phasing = "by_school"
start_weeks = [
  0,   # the first school
  36,  # a year later
]

[community]
election_weeks = [11, 83]  # November
[funder]
end_week = 72

[families]
heat_kept = 0.7  # less than usual

[designs.late.design]
start_weeks = [ 3,4 ]

[designs.opt_in_inside]
design = { start_weeks = [0, 1], dose = 0.5 }
community.election_weeks = []
"""
NEW = """# Ours, of schema 1.

schema = 2
extends = "mountain_view"   # the case that is like it
name = "ours"

[design]
phasing = "by_school"
start_weeks = [
  1,   # the first school
  37,  # a year later
]

[community]
election_weeks = [12, 84]  # November
[funder]
end_week = 73

[families]
mobilisation_kept = 0.7  # less than usual

[designs.late.design]
start_weeks = [ 4,5 ]

[designs.strand]
design = { start_weeks = [1, 2], dose = 0.5 }
community.election_weeks = []
"""

OLD_SWEEP = """scenario = "mountain_view"
designs = ["retrofit", "opt_in_inside"]
[[factors]]
field = "funder.end_week"
levels = [36, 72]
[[factors]]
field = "families.heat_kept"
low = 0.5
high = 0.9
[[factors]]
name = "votes"
[factors.settings.early]
community.election_weeks = [10]
"families.heat_kept" = 0.8
[factors.settings."in turn"]
design.phasing = "by_school"
design.start_weeks = [0, 36]
[[factors]]
name = "both"
levels = [0.0, 1.0]
[factors.blend]
"funder.end_week" = [36, 72.0]
[replicates]
count = 5
by_week = 36
"""
NEW_SWEEP = """schema = 2
scenario = "mountain_view"
designs = ["retrofit", "strand"]
[[factors]]
field = "funder.end_week"
levels = [37, 73]
[[factors]]
field = "families.mobilisation_kept"
low = 0.5
high = 0.9
[[factors]]
name = "votes"
[factors.settings.early]
community.election_weeks = [11]
"families.mobilisation_kept" = 0.8
[factors.settings."in turn"]
design.phasing = "by_school"
design.start_weeks = [1, 37]
[[factors]]
name = "both"
levels = [0.0, 1.0]
[factors.blend]
"funder.end_week" = [37, 73.0]
[replicates]
count = 5
by_week = 36
"""


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with a mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(("old", "new"), [(OLD, NEW), (OLD_SWEEP, NEW_SWEEP)], ids=["scenario", "sweep"])
def test_weeks_and_names_are_converted_where_they_stand(tmp_path, old, new, end, mark):
    path = tmp_path / "ours.toml"
    path.write_bytes((mark + old.replace("\n", end)).encode())
    assert converted(path).text == mark + new.replace("\n", end)
    assert path.read_bytes() == (mark + old.replace("\n", end)).encode()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_shipped_is_what_its_file_of_schema_1_is_converted_to(tmp_path, path):
    text = path.read_text()
    old = re.sub(r"schema = 2\n+", "", text, count=1)
    old = re.sub(
        r"^(\S*(?:start_weeks|election_weeks|end_week) = )([^#\n]*)",
        lambda found: found[1] + re.sub(r"\d+", lambda week: str(int(week[0]) - 1), found[2]),
        old,
        flags=re.MULTILINE,
    )
    (tmp_path / "old.toml").write_text(old)
    assert tomllib.loads(converted(tmp_path / "old.toml").text) == tomllib.loads(text)
    assert is_converted(path)


VALUES = st.recursive(
    st.one_of(
        st.integers(-5, 200), st.floats(allow_nan=False, allow_infinity=False), st.booleans(),
        st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=8),
    ),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@given(st.dictionaries(st.text("ab.'\" #[]={}é\\", min_size=1, max_size=6), VALUES, max_size=4), st.data())
def test_any_layout_is_read_as_toml_reads_it(tmp_path_factory, others, data):
    """Weeks among values and keys of any kind, in tables of each of TOML's ways of writing."""
    weeks = data.draw(st.lists(st.integers(0, 9000), max_size=4))
    gap = data.draw(st.sampled_from(["", " ", '\n  # a ] comment, "[" = {\n  ']))
    listed = f"[{gap}{f',{gap}'.join(map(str, weeks))}{f',{gap}' if weeks and data.draw(st.booleans()) else gap}]"
    ways = (
        f"[community]\nPAIRSelection_weeks = {listed}\n",
        f"PAIRScommunity.election_weeks = {listed}\n",
        f"PAIRS\"community\" . 'election_weeks'={listed}# none\n",
        f"PAIRScommunity = {{ election_weeks = {weeks} }}\n",
    )
    pairs = "".join(f"{json.dumps(key, ensure_ascii=False)} = {_toml(value)}\n" for key, value in others.items())
    text = data.draw(st.sampled_from(ways)).replace("PAIRS", pairs)
    path = tmp_path_factory.mktemp("layout") / "one.toml"
    path.write_text(text, encoding="utf-8", newline="")
    was, now = tomllib.loads(text), tomllib.loads(converted(path).text)
    was["community"]["election_weeks"] = [week + 1 for week in weeks]
    assert now == {"schema": SCHEMA, **was}


def _toml(value):
    return f"[{', '.join(map(_toml, value))}]" if isinstance(value, list) else json.dumps(value, ensure_ascii=False)


def test_a_converted_scenario_and_sweep_are_valid(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(OLD)
    reported = sim("validate", path, "--convert").stdout
    assert f"{path}: line 19: heat_kept is mobilisation_kept now" in reported
    assert f"{path}: line 14: community.election_weeks.0 = 11 is 12 now" in reported
    assert load_scenario(path, "late").design.start_weeks == (4, 5)
    assert load_scenario(path, "strand").design.dose == 0.5
    assert "schema = 2 already; nothing was written" in sim("validate", path, "--convert").stdout
    assert json.loads(sim("validate", path, "--convert", "--json").stdout)["written"] is None
    sweep = tmp_path / "sweep.toml"
    sweep.write_text('scenario = "ours"\n[[factors]]\nfield = "funder.end_week"\nlevels = [36, 72]\n')
    told = json.loads(sim("validate", sweep, "--convert", "--out", tmp_path / "new.toml", "--json").stdout)
    assert [told["written"], len(told["changes"])] == [str(tmp_path / "new.toml"), 2]
    assert "schema" not in sweep.read_text()
    assert load_sweep(tmp_path / "new.toml").points["funder.end_week"].tolist() == [37, 73]


def test_a_file_without_a_schema_is_refused_in_a_line_that_says_what_to_do(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text("[leadership]\ntraining = 0.5\n")
    expected = (
        f"{path}: schema is missing: written for weeks counted from 0; accepted: schema = 2, see sim validate "
        f"{path} --convert"
    )
    for load in (load_scenario, load_sweep):
        with pytest.raises(InputError) as caught:
            load(path)
        assert [str(caught.value), *caught.value.more] == [expected]
    (tmp_path / "child.toml").write_text('schema = 2\nextends = "ours"\n')
    with pytest.raises(InputError, match=re.escape(expected)):
        load_scenario(tmp_path / "child.toml")
    (tmp_path / "designs").mkdir()
    (tmp_path / "designs" / "mine.toml").write_text("[design]\ndose = 0.5\n")
    path.write_text("schema = 2\n")
    with pytest.raises(InputError, match=r"mine\.toml: schema is missing"):
        load_scenario(path, "mine")


@pytest.mark.parametrize("given", ["1", "3", "2.0", "true", '"2"', "[2]", "-2"])
def test_another_schema_is_refused(tmp_path, given):
    path = tmp_path / "ours.toml"
    path.write_text(f"schema = {given}\n")
    for load in (load_scenario, load_sweep, is_converted):
        with pytest.raises(InputError, match=r"ours\.toml: schema = .+: accepted: schema = 2$"):
            load(path)


CANNOT = {
    "a distribution of weeks": (
        '[[factors]]\nfield = "funder.end_week"\ndistribution = "normal"\nparameters = [36, 4]\n',
        ["factors.0.parameters = (36, 4): is a distribution of weeks"],
    ),
    "levels that are no weeks": (
        '[[factors]]\nfield = "funder.end_week"\nlevels = [36, "late"]\n',
        ["factors.0.levels holds 'late': is no week"],
    ),
    "a table of points with weeks": (
        '[design_of_experiments]\nmethod = "list"\nfile = "points.csv"\n',
        ["design_of_experiments.file = 'points.csv': has a column of weeks, funder.end_week"],
    ),
}


@pytest.mark.parametrize("what", CANNOT)
def test_what_cannot_be_converted_is_named_and_the_file_is_left(tmp_path, what):
    text, expected = CANNOT[what]
    (tmp_path / "points.csv").write_text("board.doubt,funder.end_week\n0.1,36\n")
    path = tmp_path / "ours.toml"
    path.write_text(text)
    done = sim("validate", path, "--convert", code=2)
    assert done.stderr.splitlines() == [f"error: {path}: {each}; accepted: a change by hand" for each in expected]
    assert path.read_text() == text


def test_old_names_are_answered_with_the_new_ones(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text("schema = 2\n[families]\nheat_kept = 0.8\n")
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert str(caught.value) == f"{path}: line 3: families.heat_kept = 0.8: is called families.mobilisation_kept now"
    with pytest.raises(InputError, match=r"families\.heat_kept = 0\.8: is called families\.mobilisation_kept now$"):
        Scenario().revise({"families.heat_kept": 0.8})
    with pytest.raises(InputError, match=r"design = 'opt_in_inside': is called strand now$"):
        load_scenario("mountain_view", "opt_in_inside")
    head = 'schema = 2\nscenario = "mountain_view"\n'
    path.write_text(f'{head}[[factors]]\nfield = "families.heat_kept"\nlevels = [0.5]\n')
    with pytest.raises(InputError, match=r"factor 'families\.heat_kept': is called families\.mobilisation_kept now"):
        load_sweep(path)


def test_the_fields_of_weeks_are_fields_of_a_scenario():
    for field in WEEKS:
        Scenario().at(field)


def test_a_field_that_is_gone_is_answered_with_what_holds_in_its_place(tmp_path):
    path = tmp_path / "old.toml"
    for field, line in (("vendor.outage_size", "outages are defects"), ("board.lean", "endures less by 1")):
        section, name = field.split(".")
        path.write_text(f"schema = 2\n[{section}]\n{name} = 0.5\n")
        with pytest.raises(InputError) as caught:
            load_scenario(path)
        assert str(caught.value).startswith(f"{path}: line 3: {field} = 0.5: is gone: ")
        assert line in str(caught.value)
        with pytest.raises(InputError, match="is gone"):
            Scenario().revise({field: 0.5})
