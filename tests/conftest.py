"""What the tests share: where the scenarios are, the designs, and small settings."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from sim import Scenario, load_scenario, rules
from sim.designs import by_default

settings.register_profile("sim", deadline=None)  # The first call of a rule compiles it.
settings.load_profile("sim")

ROOT = Path(__file__).resolve().parents[1]
SCENARIOS = ROOT / "scenarios"
SHIPPED = sorted(path.stem for path in SCENARIOS.glob("*.toml"))

DESIGNS = by_default()
"""The five named designs that are compared."""

PROOFS = float(os.environ.get("SIM_PROOFS", "1"))
"""Share of the long proofs that is run: of ten thousand docked scenarios, a hundred kills, and
the laws on a grid.
"""
PROOF_SEED = int(os.environ.get("SIM_PROOF_SEED", "0"))
"""Which share: `.ci/run` takes another one for each commit."""

NO_POWER = {
    f"power.{who}.{channel}": 0.0 for who, channels in Scenario().power.model_dump().items() for channel in channels
}

CHROMIUM = os.environ.get("SIM_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def of_a_proof(count: int) -> int:
    """How many of the cases of a long proof are run."""
    return max(1, round(PROOFS * count))


def part_of(cases: Iterable[Any]) -> list[Any]:
    """The cases of a long proof that are run: all, or every so many, others for each commit."""
    step = max(1, round(1.0 / PROOFS))
    return list(cases)[PROOF_SEED % step :: step]


def resized(scenario: Scenario, factor: float) -> Scenario:
    """Return a scenario with so many times as much of all that is counted: families, schools, staff
    and places, and what they are counted against.
    """
    counts = (
        "population.families", "population.schools", "population.outside", "teachers.count", "beside.schools",
        "design.capacity", "design.viable_enrolment", "beside.capacity",
        "board.constituency", "union.bargaining_unit", "funder.budget_students", "community.electorate",
    )  # fmt: skip
    found = {name: getattr(getattr(scenario, name.split(".")[0]), name.split(".")[1]) for name in counts}
    sizes = {name: round(factor * count) for name, count in found.items() if count is not None}
    smallest = {"design.smallest_class": factor * scenario.design.smallest_class}
    return scenario.revise({**sizes, **smallest, "population.schools": max(1, sizes["population.schools"])})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a group share what takes long to make, so they run one after another: the first that
    is collected takes the others along.
    """
    first: dict[object, int] = {}

    def place(number: int) -> int:
        marks = [mark.args[0] for mark in items[number].iter_markers("xdist_group")]
        return first.setdefault(marks[0], number) if marks else number

    order = sorted(range(len(items)), key=place)
    items[:] = [items[number] for number in order]


@pytest.fixture(scope="session")
def mountain_view() -> Scenario:
    return load_scenario(SCENARIOS / "mountain_view.toml")


@pytest.fixture
def drafts(monkeypatch):
    """Figures as coarse PNG files only, where a test is about something else: drawing takes most of
    the time of a comparison.
    """
    from sim.figures import style

    monkeypatch.setitem(style.STYLE, "savefig.dpi", 40)
    monkeypatch.setattr(style.save, "__defaults__", (("png",),))


@pytest.fixture
def undrawn(monkeypatch):
    """The folder of an analysis without its figures, where a test is about the runs beside it."""
    from sim.findings.base import write

    monkeypatch.setattr(write, "drawn", lambda found, evidence: (found, {}))


@pytest.fixture(scope="session")
def swapped():
    """Rules of which one is swapped. Each set of rules compiles the engine anew, so tests share
    this one, and stand in the group of the same name, which runs in one go.
    """

    def certain(attitude, sway, own_mobilisation, hot_contacts, attention, rate, voice):
        return 1.0 if rate > 0.0 and -attitude > voice.threshold else 0.0

    return rules.replace(voice_probability=certain)


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium; where there is none, tests are skipped, unless it is required."""
    if CHROMIUM is None:
        if os.environ.get("SIM_REQUIRE_BROWSER"):
            pytest.fail("no Chromium found, and SIM_REQUIRE_BROWSER is set")
        pytest.skip("no Chromium found (Debian package chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def greenfield() -> Scenario:
    return load_scenario(SCENARIOS / "mountain_view.toml", "greenfield")


@pytest.fixture(scope="session")
def explorable(tmp_path_factory):
    """Files of the scenarios that a server of the live page offers, by name."""
    from exploring import offered

    return offered(tmp_path_factory.mktemp("explore"))


@pytest.fixture(scope="session")
def address(explorable):
    """Of a server of the live page."""
    from exploring import serving

    with serving(explorable) as address:
        yield address


@pytest.fixture
def small(tmp_path):
    """A sweep of four design points, two designs and 25 seeds; its file stands in ``tmp_path``."""
    from sweeping import SMALL, written

    from sim.sweep.load import load_sweep

    return load_sweep(written(tmp_path, SMALL))
