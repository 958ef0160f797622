"""What the tests share: where the scenarios are, and small settings that let much happen."""

from pathlib import Path

import pytest

from sim import Scenario, load_scenario

ROOT = Path(__file__).resolve().parents[1]
SCENARIOS = ROOT / "scenarios"
SHIPPED = sorted(path.stem for path in SCENARIOS.glob("*.toml"))

NO_POWER = {
    f"power.{who}.{channel}": 0.0 for who, channels in Scenario().power.model_dump().items() for channel in channels
}

STATUS_QUO_PROGRAMME = {"vendor.funding_loss": 0.0}


@pytest.fixture(scope="session")
def mountain_view() -> Scenario:
    return load_scenario(SCENARIOS / "mountain_view.toml")


@pytest.fixture(scope="session")
def greenfield() -> Scenario:
    return load_scenario(SCENARIOS / "mountain_view.toml", "greenfield")


@pytest.fixture
def small(tmp_path):
    """A sweep of four design points, two designs and 25 seeds; its file stands in ``tmp_path``."""
    from sweeping import SMALL, written

    from sim.sweep.plan import load_sweep

    return load_sweep(written(tmp_path, SMALL))
