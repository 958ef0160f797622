"""Factors that move several fields: named settings and blends, through a sweep file."""

import pytest
from sweeping import written

from sim import InputError
from sim.sweep.load import load_sweep
from sim.sweep.specification import specification, sweep_of

pytestmark = pytest.mark.libraries

HEAD = 'scenario = "mountain_view"\ndesigns = ["as_written"]\n'
SETTINGS = """
[[factors]]
name = "who chooses"
[factors.settings.district]
[factors.settings.families]
design.assignment = "opt_in"
design.capacity = 90
"""
BLEND = """
[[factors]]
name = "leadership"
levels = [0.0, 0.25, 1.0]
[factors.blend]
leadership.training = [0.2, 1.0]
design.viable_enrolment = [0, 9]
"""


def test_a_setting_sets_all_its_fields_and_an_empty_one_nothing(tmp_path):
    sweep = load_sweep(written(tmp_path, HEAD + SETTINGS))
    assert sweep.points["who chooses"].tolist() == ["district", "families"]
    assert sweep.scenario(0, "as_written").design == sweep.base["as_written"].design
    design = sweep.scenario(1, "as_written").design
    assert (design.assignment, design.capacity) == ("opt_in", 90)


def test_a_blend_moves_its_fields_together_and_rounds_whole_numbers(tmp_path):
    sweep = load_sweep(written(tmp_path, HEAD + BLEND))
    middle = sweep.scenario(1, "as_written")
    assert middle.leadership.training == pytest.approx(0.4)
    assert middle.design.viable_enrolment == 2
    assert sweep.scenario(2, "as_written").design.viable_enrolment == 9


def test_lists_in_settings_survive_the_manifest(tmp_path):
    text = (
        HEAD
        + '[[factors]]\nname = "phasing"\n[factors.settings.a]\n[factors.settings.b]\n'
        + 'design.phasing = "by_school"\ndesign.start_weeks = [1, 37]\n'
    )
    sweep = load_sweep(written(tmp_path, text))
    again = sweep_of(specification(sweep))
    assert again.scenario(1, "as_written") == sweep.scenario(1, "as_written")
    assert again.scenario(1, "as_written").design.start_weeks == (1, 37)
    assert specification(again) == specification(sweep)


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ('[[factors]]\nname = "x"\nlevels = [1]\n', "accepted: one of a field, settings, or a blend"),
        (
            '[[factors]]\nfield = "design.dose"\nname = "week"\nlevels = [1.0]\n',
            "'week': is a column of the table of runs",
        ),
        ("[[factors]]\nlevels = [0.0]\n[factors.blend]\ndesign.dose = [0.1, 1.0]\n", "name is missing"),
        ('[[factors]]\nname = "x"\nlevels = ["a"]\n[factors.blend]\ndesign.dose = [0.1, 1.0]\n', "accepted: numbers"),
        (
            '[[factors]]\nname = "x"\n[factors.settings.a]\ndesign.doze = 1.0\n',
            "factor 'x': 'design.doze': unknown field; did you mean design.dose?",
        ),
        ('[[factors]]\nname = "x"\n[factors.settings.a]\ndesign.dose = 7.0\n', "design.dose = 7.0"),
        ('[[factors]]\nname = "x"\nlevels = [1.0]\n[factors.blend]\ndesign.dose = [0.1]\n', "factors.0.blend"),
        (
            '[[factors]]\nfield = "design.dose"\nlevels = [1.0]\n[[factors]]\nname = '
            '"x"\n[factors.settings.a]\ndesign.dose = 0.5\n',
            "name a field twice",
        ),
    ],
)
def test_bad_factors_are_one_clear_line(tmp_path, text, reported):
    with pytest.raises(InputError) as error:
        load_sweep(written(tmp_path, HEAD + text))
    assert reported in str(error.value)
    assert "\n" not in str(error.value)


def test_a_listed_setting_that_does_not_exist_is_reported(tmp_path):
    (tmp_path / "points.csv").write_text("who chooses\nnobody\n")
    text = HEAD + SETTINGS + '[design_of_experiments]\nmethod = "list"\nfile = "points.csv"\n'
    with pytest.raises(InputError, match="accepted: its settings, district, families"):
        load_sweep(written(tmp_path, text))
