"""A room for each party: what it reads is declared, it knows no other room, and a party package of
one's own has the same rights.
"""

import json
import pickle
import shutil
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SCENARIOS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import scenarios

import sim
from sim import InputError, Scenario, load_scenario, parties_of, rules, simulate, simulate_with_agents
from sim.diagnose import diagnose
from sim.kernel.declared import undeclared, uses
from sim.kernel.packages import PartyPackage, StoredPackage
from sim.kernel.parties import DEFAULT, stored_parties
from sim.parties import MOMENTS
from sim.scenario import parameter_table, scenario_type

ASSOCIATION = ROOT / "notebooks" / "parent_association"


@pytest.fixture(scope="module")
def parties():
    return parties_of(ASSOCIATION)


@pytest.fixture(scope="module")
def with_association(parties) -> Scenario:
    return load_scenario(SCENARIOS / "mountain_view.toml", "retrofit", parties)


@pytest.mark.parametrize("package", DEFAULT.packages, ids=lambda package: package.name)
def test_what_a_party_reads_and_writes_of_others_is_declared_and_done(package):
    assert undeclared(package, DEFAULT.variables) == []
    owners = DEFAULT.variables.owners
    for writes, declared in ((False, package.reads), (True, package.writes)):
        foreign = {
            use.name if use.over == "district" else f"{use.over}.{use.name}"
            for use in uses(package)
            if use.writes == writes and owners.get((use.over, use.name)) not in (package.name, "schedule")
        }
        own = {package.stakeholder.drained} if package.stakeholder else set()
        assert foreign - own == set(declared)


@pytest.mark.parametrize("package", DEFAULT.packages, ids=lambda package: package.name)
def test_each_quantity_of_a_party_is_given_a_value_by_it_in_both_engines(package):
    kept = {key for key, owner in DEFAULT.variables.owners.items() if owner == package.name and key[0] != "outcome"}
    drained = (
        {("district", package.stakeholder.drained)} if package.stakeholder and package.stakeholder.drains else set()
    )
    for engine in (("agent", "family"), ("compiled", "passes")):
        written = {(use.over, use.name) for use in uses(package) if use.writes and use.file.stem in engine}
        assert kept | drained == written, engine


@pytest.mark.parametrize("package", DEFAULT.packages, ids=lambda package: package.name)
def test_both_statements_of_a_party_act_at_the_same_moments(package):
    """What a constructor sets in the Mesa model, ``begin`` sets in the compiled engine."""
    for moment in MOMENTS[1:]:
        assert (package.phase(moment) is not None) == callable(getattr(package.agent, moment, None)), moment


def test_every_quantity_says_what_it_is():
    for over, kept in DEFAULT.variables.kept.items():
        for name, each in kept.items():
            assert each.unit, (over, name)
            assert len(each.meaning) > 10, (over, name)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios(), seed=st.integers(0, 10**6), stirred=st.floats(0, 1), power=st.floats(0, 2))
@pytest.mark.slow
@pytest.mark.xdist_group("association")
def test_a_party_of_ones_own_is_docked(parties, scenario, seed, stirred, power):
    own = scenario_type(parties).model_validate(scenario.model_dump()).revise(
        {"parent_association.talkativeness": stirred, "power.parent_association.governance": power}
    )  # fmt: skip
    compiled, agents = simulate(own, seed), simulate_with_agents(own, seed)
    assert compiled == agents
    assert compiled.weeks.tobytes() == agents.weeks.tobytes()


@pytest.mark.slow
@pytest.mark.xdist_group("association")
def test_a_party_without_power_changes_nothing(with_association):
    """Not even anybody's chance, though it draws from a stream of its own."""
    off = with_association.revise({"power.parent_association.governance": 0.0, "parent_association.talkativeness": 1.0})
    plain = load_scenario(SCENARIOS / "mountain_view.toml", "retrofit")
    for seed in range(5):
        mine, usual = simulate(off, seed), simulate(plain, seed)
        weekly = mine.weekly()
        assert weekly["resolve"].max() > 0.1
        assert weekly[list(usual.weekly())].equals(usual.weekly())
        assert {name: mine.outcome.as_dict()[name] for name in usual.outcome} == usual.outcome.as_dict()


@pytest.mark.slow
@pytest.mark.xdist_group("association")
def test_a_party_with_power_is_felt_and_reported(with_association):
    run = simulate(with_association, 3)
    assert run.outcome.drained_parent_association > 0
    assert 0 < run.outcome.peak_resolve <= 1
    assert "drained_parent_association" in run.weekly()
    reported = diagnose(with_association, 2).set_index("stakeholder")
    assert reported.loc["parent_association", "opposition"] > 0
    assert reported.loc["parent_association", "power"] == 0.5


def test_its_parameters_are_listed_and_checked(parties, with_association):
    fields = parameter_table(parties)["field"].tolist()
    assert {"parent_association.memory", "power.parent_association.governance"} < set(fields)
    with pytest.raises(ValueError, match=r"parent_association\.memory = 2\.0: accepted: a number from 0 to 1"):
        with_association.revise({"parent_association.memory": 2.0})
    assert "parent_association.memory" not in parameter_table()["field"].tolist()


@pytest.mark.slow
@pytest.mark.xdist_group("association")
def test_its_scenario_travels_to_another_process(with_association):
    there = pickle.loads(pickle.dumps(with_association))
    assert there == with_association
    assert simulate(there, 2) == simulate(with_association, 2)


@pytest.fixture(scope="module")
def variant(parties):
    """A rule of the model that asks for more, and a rule of the association, both swapped."""

    def late(
        attitude, sway, own_mobilisation, hot_contacts, attention, rate, voice, week_of_year, capital, week
    ):  # fmt: skip
        if week_of_year < 4 or week <= 3:
            return 0.0
        return min(1.0, rate * max(0.0, -attitude - voice.threshold) * (1.0 + max(0.0, 1.0 - capital)))

    return rules.replace(
        parties.rules, voice_probability=late, association_pressure=lambda resolve, pressure, governance: 0.0
    )


@pytest.mark.slow
@pytest.mark.xdist_group("association")
def test_a_rule_can_ask_for_the_week_and_for_any_quantity_in_both_engines(with_association, variant):
    compiled, agents = simulate(with_association, 4, variant), simulate_with_agents(with_association, 4, variant)
    assert compiled == agents
    assert (compiled.weekly()["voices_against"].iloc[:3] == 0).all()
    assert compiled.outcome.on_record > 0
    assert simulate(with_association, 4).weekly()["voices_against"].iloc[:3].sum() > 0


@pytest.mark.slow
@pytest.mark.xdist_group("association")
def test_a_rule_of_ones_own_party_can_be_swapped(with_association, variant):
    compiled = simulate(with_association, 3, variant)
    assert compiled.outcome.drained_parent_association == 0.0
    assert compiled == simulate_with_agents(with_association, 3, variant)


def test_a_rule_that_asks_for_what_is_not_there_is_refused():
    with pytest.raises(TypeError, match="rule 'mobilisation' takes"):
        rules.replace(mobilisation=lambda mobilisation_before, spoke, kept, weather: 0.0)


def test_swapped_rules_are_reported_with_a_digest():
    one = rules.swapped(rules.replace(mobilisation=lambda mobilisation_before, spoke, kept: 0.0))
    two = rules.swapped(rules.replace(mobilisation=lambda mobilisation_before, spoke, kept: 0.5))
    assert list(one) == list(two) == ["mobilisation"]
    assert one != two
    assert rules.swapped(rules.DEFAULT) == {}


def test_stakeholders_are_one_table(parties):
    table = parties.stakeholder_table().set_index("stakeholder")
    assert table.loc["parent_association", ["label", "channels"]].tolist() == ["parent association", "governance"]
    assert table.loc["union", "channels"] == "regulation"
    assert table["colour"].is_unique
    assert not table[["dash", "hatch"]].astype(str).duplicated().any()


def test_every_quantity_is_listed_with_who_writes_and_who_reads_it(parties):
    table = parties.variables_table().set_index(["quantity", "over"])
    assert table.loc[("attention", "district"), ["unit", "owner", "readers"]].tolist() == [
        "0-1",
        "community",
        "families",
    ]
    assert "parent_association" in table.loc[("voices_against", "district"), "readers"]
    assert (table["unit"] != "").all()


def test_a_stored_party_tells_its_tables_and_runs_nothing(parties, with_association):
    card = json.loads(json.dumps(parties.cards[0]))
    stored = StoredPackage(card)
    assert stored.stakeholder == parties.own[0].stakeholder
    assert [each.name for each in stored.quantities] == [each.name for each in parties.own[0].quantities]
    with pytest.raises(InputError, match="is not loaded, and a results folder is never executed; accepted: --module"):
        _ = stored.agent
    with pytest.raises(ValueError, match="party = '__base__'"):
        StoredPackage({**card, "party": "__base__"})
    reading = scenario_type(stored_parties([card])).model_validate_json(with_association.model_dump_json())
    assert reading.revise({"design.dose": 0.5}).design.dose == 0.5
    with pytest.raises(InputError, match="is not loaded"):
        simulate(reading, 1)
    with pytest.raises(InputError, match="is not loaded"):
        simulate_with_agents(reading, 1)


# --- party packages that are refused ------------------------------------------------------------


@pytest.fixture
def copy(tmp_path):
    """A copy of the association under another name, to break."""
    made = []

    def of(name: str) -> Path:
        made.append(name)
        shutil.copytree(ASSOCIATION, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        for file in (tmp_path / name).glob("*.py"):
            text = file.read_text().replace("parent_association", name)
            file.write_text(text.replace("ParentAssociation", "".join(word.capitalize() for word in name.split("_"))))
        return tmp_path / name

    yield of
    for name in made:
        for module in [known for known in sys.modules if known.split(".")[0] == name]:
            del sys.modules[module]


def test_a_folder_that_is_no_package_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such folder or package; accepted: a folder of the shape"):
        parties_of(tmp_path / "nowhere")


def test_a_party_that_acts_in_one_engine_only_is_refused(copy):
    package = copy("silent_party")
    text = (package / "compiled.py").read_text()
    (package / "compiled.py").write_text(text.replace("def press", "def pressing"))
    with pytest.raises(InputError, match=r"compiled.py: has no 'press'; accepted: the same moments in both engines"):
        parties_of(package)


ACT, PEAK = "        own, variables = ", "        variables.peak_resolve ="
BREAKS = {
    "reads what nobody keeps": (
        ("variables.py", '"voices_against", "taking', '"voices_agianst", "taking'),
        [
            "variables.py: READS names 'voices_agianst', which no party keeps; did you mean 'voices_against'? accepted",
            "agent.py:12: reads 'voices_against' of families without saying so; accepted: its name among READS in",
            "compiled.py:11: reads 'voices_against' of families without saying so",
        ],
    ),
    "reads what is its own": (
        ("variables.py", '"sway_against")', '"sway_against", "resolve")'),
        ["variables.py: READS names 'resolve', which is PARTY's; accepted: a quantity of another party"],
    ),
    "reads of each school what is kept over schools, and does not say so": (
        ("compiled.py", ACT[4:], f"    for each in range(3):\n        w.schools[each].inside += 0\n{ACT[4:]}"),
        [
            "compiled.py:11: reads 'school.inside' of families without saying so",
            "compiled.py:11: writes 'school.inside' of families without saying so; accepted: its name among WRITES in",
        ],
    ),
    "reads by another name": (
        ("agent.py", ACT, f"        known = self.variables\n        known.capital\n{ACT}"),
        ["agent.py:12: reads 'capital' of board without saying so"],
    ),
    "writes what is another's": (
        ("agent.py", PEAK, f"        variables.capital = 0.0\n{PEAK}"),
        ["agent.py:15: writes 'capital' of board without saying so"],
    ),
    "writes what it says": (
        ("variables.py", "STREAMS =", 'WRITES = ("capital",)\nSTREAMS ='),
        [],
    ),
    "writes the week": (
        ("variables.py", "STREAMS =", 'WRITES = ("week", "capitel")\nSTREAMS ='),
        [
            "variables.py: WRITES names 'week', which is schedule's;",
            "variables.py: WRITES names 'capitel', which no party keeps; did you mean 'capital'? accepted",
        ],
    ),
    "a variable misspelt in a phase": (
        ("compiled.py", "max(variables.taking_part, 1)", "max(variables.takin_part, 1)"),
        ["compiled.py:11: variable 'takin_part' is not kept by any party; did you mean 'taking_part'? accepted"],
    ),
    "one misspelt where it is written": (
        ("agent.py", "variables.peak_resolve = max", "variables.peak_resolv = max"),
        ["agent.py:15: variable 'peak_resolv' is not kept by any party; did you mean 'peak_resolve'? accepted"],
    ),
    "a quantity of a school misspelt in a loop": (
        ("agent.py", ACT, f"        for each in self.variables.schools:\n            each.insid = 1\n{ACT}"),
        ["agent.py:12: variable 'insid' is not kept by any party; did you mean 'inside'? accepted: a quantity kept"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BREAKS)
def test_what_a_party_does_and_does_not_say_is_refused_a_line_each(copy, what):
    (file, old, new), expected = BREAKS[what]
    package = copy(f"party_{list(BREAKS).index(what)}")
    text = (package / file).read_text()
    assert old in text
    (package / file).write_text(text.replace(old, new))
    if not expected:
        parties_of(package)
        return
    with pytest.raises(InputError) as caught:
        parties_of(package)
    reported = [str(caught.value), *caught.value.more]
    assert len(reported) == len(expected), reported
    for line, start in zip(reported, expected, strict=True):
        assert line.startswith(f"{package}/{start.replace('PARTY', package.name)}"), line
        assert "accepted: " in line


NAMES = {
    "variables, seen = w.variables, 1\n    variables.dose": {("district", "dose", False, True)},
    "for place, each in enumerate(w.schools):\n        each.inside": {("school", "inside", False, True)},
    "for each, _ in zip(w.tertiles, [1]):\n        each.inside = 1": {("tertile", "inside", True, True)},
    "w.statuses[w.variables.status].week = 1": {("status", "week", True, True), ("district", "status", False, True)},
    "w.variables.dose += 1.0": {("district", "dose", False, True), ("district", "dose", True, True)},
    "later = lambda: w.variables.dose\n    return later": {("district", "dose", False, True)},
    "[each.inside for each in w.schools]": {("school", "inside", False, True)},
    "return school.inside": {("school", "inside", False, False)},
    "for school in range(3):\n        school.inside": set(),
    "w.p.variables.dose": set(),
    "each = w.schools[0]\n    each = w.tertiles[0]\n    each.inside": set(),
    "many = w.schools\n    many.size\n    many[0].inside": {("school", "inside", False, True)},
}


@pytest.mark.parametrize("body", NAMES)
def test_quantities_are_found_in_a_source_by_whatever_name_they_go(tmp_path, body):
    (tmp_path / "compiled.py").write_text(f"def act(w, week, school):\n    {body}\n")
    found = uses(PartyPackage("someone", "someone", tmp_path))
    assert {(use.over, use.name, use.writes, use.certain) for use in found} == NAMES[body]


def test_a_stakeholder_with_a_stance_must_say_it(copy):
    """None is left out of the diagnosis in silence."""
    package = copy("secret_party")
    text = (package / "agent.py").read_text()
    (package / "agent.py").write_text(text.replace("def stance", "def hidden"))
    with pytest.raises(InputError, match="has no 'stance' though STAKEHOLDER tells of one"):
        parties_of(package)


def test_a_phase_must_be_marked(copy):
    package = copy("plain_party")
    text = (package / "compiled.py").read_text()
    (package / "compiled.py").write_text(text.replace("@phase\ndef press", "def press"))
    with pytest.raises(InputError, match="'press' is no phase; accepted: a function marked with @phase"):
        parties_of(package)


def test_a_party_without_a_phase_is_refused(copy):
    package = copy("half_party")
    (package / "compiled.py").unlink()
    with pytest.raises(InputError, match=r"compiled.py is missing"):
        parties_of(package)


def test_two_parties_cannot_own_one_quantity(copy):
    package = copy("greedy_party")
    text = (package / "variables.py").read_text()
    (package / "variables.py").write_text(text.replace('"peak_resolve"', '"capital"'))
    with pytest.raises(InputError, match="quantity 'capital' is declared by board already"):
        _ = parties_of(package).variables


@pytest.mark.slow
def test_two_parties_of_ones_own_live_together(copy):
    other = copy("booster_club")
    for part in ("variables", "rules", "agent", "compiled"):
        text = (other / f"{part}.py").read_text()
        for name in ("resolve", "association"):
            text = text.replace(name, f"{name}_two")
        (other / f"{part}.py").write_text(text)
    both = parties_of(ASSOCIATION, other)
    scenario = load_scenario(SCENARIOS / "mountain_view.toml", "retrofit", both)
    compiled = simulate(scenario, 1)
    assert compiled == simulate_with_agents(scenario, 1)
    assert compiled.outcome.drained_booster_club > 0


def test_the_models_own_parties_is_one():
    assert parties_of() is DEFAULT
    assert sim.Scenario.parties is DEFAULT
    assert parties_of(ASSOCIATION) is parties_of(str(ASSOCIATION))
