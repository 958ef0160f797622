"""What is asked of the model, and whether draws meet it."""

import numpy as np
import pandas as pd
import pytest

from sim.casebook.files import open_casebook
from study import targets

pytestmark = pytest.mark.once

FEW = ("pbis_915", "elizabeth", "village_high", "mountain_view", "cheshire")


@pytest.fixture
def few(monkeypatch):
    """One population and the cases."""
    units, known = targets.units(), targets.targets()
    monkeypatch.setattr(targets, "units", lambda: {name: units[name] for name in FEW})
    monkeypatch.setattr(targets, "targets", lambda: {"pbis_915": known["pbis_915"]})
    monkeypatch.setattr(targets, "MANDATORY", ("pbis_915", "elizabeth"))
    monkeypatch.setattr(targets, "PLATFORMS", ("elizabeth",))


def test_a_rate_is_met_within_a_factor_of_two_or_what_its_count_leaves_open():
    for name, target in targets.targets().items():
        count = open_casebook().frames[name].count[0]
        seen = (count.ended + 0.5) / (count.units + 1.0)
        assert target.low <= seen / 2 or target.low < seen < target.high
        assert target.low < seen < target.high < 1
    assert sum(target.is_rate for target in targets.targets().values()) == 9


def test_what_is_met_costs_nothing_and_misses_add_up():
    inside = {name: np.sqrt(each.low * each.high) for name, each in targets.targets().items()}
    inside |= {name: (low + high) / 2 for name, (low, high) in targets.BANDS.items()}
    assert targets.misfit(inside) == 0.0
    assert all(targets.meets(inside).values())
    outside = {**inside, "pbis_915": 0.9, "mid_year": 0.6}
    assert targets.misfit(outside) > 5.0
    assert [name for name, met in targets.meets(outside).items() if not met] == ["pbis_915", "mid_year"]


@pytest.mark.slow
def test_a_small_run_goes_on_where_it_was_and_writes_its_part(few, tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text("\n".join(("# Ahead", *targets.MARKS, "After")))
    arguments = [
        "--out", str(tmp_path), "--prior", "6", "--posterior", "3", "--replicates", "2", "--workers", "1", "--write",
        str(page),
    ]  # fmt: skip
    targets.main(arguments)
    part = capsys.readouterr().out.strip()
    before = (tmp_path / "prior.parquet").stat().st_mtime_ns
    targets.main(arguments)
    assert capsys.readouterr().out.strip() == part
    assert (tmp_path / "prior.parquet").stat().st_mtime_ns == before
    assert page.read_text() == f"# Ahead\n{targets.MARKS[0]}\n{part}\n{targets.MARKS[1]}\nAfter"
    assert [len(pd.read_parquet(tmp_path / f"{name}.parquet")) for name in ("prior", "posterior")] == [6, 3]


def test_what_is_never_met_together_is_said_so():
    inside = {name: np.sqrt(each.low * each.high) for name, each in targets.targets().items()}
    inside |= {name: (low + high) / 2 for name, (low, high) in targets.BANDS.items()}
    loud, quiet = {**inside, "mid_year": 0.6}, {**inside, "by_families": 0.0}
    found = targets.excluding(pd.DataFrame([loud, quiet] * 60))
    first = found.iloc[0]
    assert {first["one"], first["other"]} == {"mid_year", "by_families"}
    assert (first["both"], first["expected"]) == (0, pytest.approx(30))
    assert found["ratio"].iloc[1] == pytest.approx(1)
