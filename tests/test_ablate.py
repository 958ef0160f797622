"""The ablation table, from the command line and as a figure."""

import json

import pandas as pd
import pytest
from command import sim

from sim.calibration.ablation import MECHANISMS
from sim.figures.ablation import ablation

SMALL = ("--sets", 8, "--size", 0.05, "--conditions", 0)


@pytest.mark.slow
def test_the_command_tells_what_a_mechanism_carries_and_writes_table_and_figure(tmp_path):
    out = tmp_path / "two"
    done = sim("ablate", "--only", "next,walkouts", *SMALL, "--out", out)
    assert "voice of families next in line" in done.stdout
    table = pd.read_csv(out / "ablation.csv")
    assert set(table["mechanism"]) == {"next", "walkouts"}
    assert (table["lower"].fillna(-9) <= table["change"].fillna(0) + 1e-12).all()
    assert json.loads((out / "manifest.json").read_text())["only"] == ["next", "walkouts"]
    assert (out / "ablation.png").stat().st_size > 1000
    # Without the next grade's voice fewer speak in Mountain View.
    record = table[(table["mechanism"] == "next") & (table["quantity"] == "mv_record")]
    assert record["upper"].item() < 0.0
    reported = sim("ablate", "--only", "next", *SMALL, "--out", out, code=2)
    assert "exists" in reported.stderr


def test_bad_input_is_one_line(tmp_path):
    for option, value in (("--only", "nothing"), ("--sets", 0), ("--size", 0), ("--seeds", 0)):
        done = sim("ablate", option, value, "--out", tmp_path / "x", code=2)
        assert "accepted" in done.stderr
        assert done.stderr.count("\n") == 1


def test_the_figure_shows_clear_changes_only():
    row = {"mechanism": "next", "words": "voice", "kind": "pattern", "quantity": "mv24"}
    clear = row | {"change": -0.4, "lower": -0.5, "upper": -0.3}
    unclear = row | {"quantity": "el", "change": 0.4, "lower": -0.5, "upper": 0.9}
    figure = ablation(pd.DataFrame([clear, unclear]), "A sample.")
    assert [text.get_text() for text in figure.axes[0].texts] == ["-40"]
    assert len({mechanism.words for mechanism in MECHANISMS}) == len(MECHANISMS)
