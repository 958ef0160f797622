"""The ablation table, as a script makes it and as a figure."""

import pandas as pd
import pytest
from conftest import SCENARIOS

from study.ablation import MECHANISMS, largest, main
from study.figures import ablation

SMALL = ("--scenarios", str(SCENARIOS), "--sets", "8", "--size", "0.05", "--conditions", "0")


@pytest.mark.slow
def test_the_script_tells_what_a_mechanism_carries_and_writes_table_and_figure(tmp_path, capsys):
    out = tmp_path / "two"
    main(["--only", "next", "walkouts", *SMALL, "--out", str(out)])
    assert "voice of families next in line" in capsys.readouterr().out
    table = pd.read_csv(out / "ablation.csv")
    assert set(table["mechanism"]) == {"next", "walkouts"}
    assert (table["lower"].fillna(-9) <= table["change"].fillna(0) + 1e-12).all()
    assert (out / "ablation.png").stat().st_size > 1000
    # Without the next grade's voice fewer speak in Mountain View.
    record = table[(table["mechanism"] == "next") & (table["quantity"] == "mv_record")]
    assert record["upper"].item() < 0.0


def test_clear_changes_only_are_shown_and_told():
    row = {"mechanism": "next", "words": "voice", "kind": "pattern", "quantity": "mv24"}
    clear = row | {"change": -0.4, "lower": -0.5, "upper": -0.3}
    unclear = row | {"quantity": "el", "change": 0.4, "lower": -0.5, "upper": 0.9}
    table = pd.DataFrame([clear, unclear])
    figure = ablation(table, "A sample.")
    assert [text.get_text() for text in figure.axes[0].texts] == ["-40"]
    assert largest(table) == "mv24 -0.40 [-0.50, -0.30]"
    assert len({mechanism.words for mechanism in MECHANISMS}) == len(MECHANISMS)
