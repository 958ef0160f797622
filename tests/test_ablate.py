"""The ablation table, as its script makes it."""

import pandas as pd
import pytest
from conftest import SCENARIOS

from study import ablation, targets
from study.ablation import largest, main

pytestmark = pytest.mark.once


@pytest.mark.slow
def test_the_script_tells_what_a_mechanism_carries(tmp_path, monkeypatch, capsys):
    whole = targets.units()
    few = ("pbis_915", "elizabeth", "village_high", "mountain_view", "cheshire")
    known = targets.targets()
    monkeypatch.setattr(targets, "units", lambda: {name: whole[name] for name in few})
    monkeypatch.setattr(targets, "targets", lambda: {"pbis_915": known["pbis_915"]})
    monkeypatch.setattr(targets, "MANDATORY", ("pbis_915", "elizabeth"))
    monkeypatch.setattr(targets, "PLATFORMS", ("elizabeth",))
    page = tmp_path / "page.md"
    page.write_text("\n".join(ablation.MARKS))
    main([
        "--scenarios", str(SCENARIOS), "--only", "renewal", "walkouts", "--sets", "3", "--replicates", "12",
        "--conditions", "10", "--seeds", "2", "--workers", "1", "--out", str(tmp_path), "--write", str(page),
    ])  # fmt: skip
    assert "the spring vote" in capsys.readouterr().out
    assert "students who walk out" in page.read_text()
    table = pd.read_csv(tmp_path / "ablation.csv")
    assert set(table["mechanism"]) == {"renewal", "walkouts"}
    assert set(table["kind"]) == {"target", "claim", "misfit"}
    assert (table["lower"].fillna(-9) <= table["change"].fillna(0) + 1e-12).all()


def test_clear_changes_only_are_told():
    row = {"mechanism": "next", "words": "voice", "kind": "target", "quantity": "mv24"}
    clear = row | {"change": -0.4, "lower": -0.5, "upper": -0.3}
    unclear = row | {"quantity": "el", "change": 0.4, "lower": -0.5, "upper": 0.9}
    assert largest(pd.DataFrame([clear, unclear])) == "mv24 -0.40 [-0.50, -0.30]"
    assert largest(pd.DataFrame([unclear])) == "nothing clear"
