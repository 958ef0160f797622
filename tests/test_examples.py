"""The examples in the docstrings run, and every public function that a notebook calls has one."""

import doctest
import importlib
import inspect
import pkgutil

import pytest
from conftest import ROOT

import sim

pytestmark = pytest.mark.once

PACKAGES = (
    "sim.statistics", "sim.figures", "sim.findings", "sim.findings.base", "sim.sweep", "sim.scenario",
    "sim.calibration", "study",
)  # fmt: skip
ALONE = (
    "sim", "sim.engine", "sim.model", "sim.outcome", "sim.kernel.rules", "sim.kernel.parties", "sim.diagnose",
    "sim.population", "sim.draws", "sim.priors", "sim.diff", "sim.events", "sim.designs",
    "sim.experiments", "sim.results", "sim.one_run",
    "sim.io.provenance", "sim.report.markup", "sim.report.paper", "sim.casebook.rubric", "sim.casebook.files",
    "sim.casebook.drawing", "sim.casebook.to_scenario", "sim.casebook.agreement", "sim.casebook.baselines",
    "sim.casebook.concordance", "sim.casebook.score", "sim.casebook.collected",
)  # fmt: skip
"""Modules whose examples run too."""
LOOK = ("sim.figures.style", "sim.figures.bars", "sim.figures.film")
"""What draws parts of figures, which tests of images look at."""
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FOR_NOTEBOOKS = {"open_sweep", "run_locally", "run_sweep", "load_sweep", "comparison", "status"}
"""Of sim.sweep, whose other functions are not called from a notebook."""


def modules() -> list[str]:
    found = []
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        found += [package, *(f"{package}.{module.name}" for module in pkgutil.iter_modules(path))]
    return found


def public(name: str) -> dict:
    """Functions that a module defines for others; what draws into axes is part of a figure."""
    module = importlib.import_module(name)
    own = {key: value for key, value in vars(module).items() if inspect.isfunction(value) and value.__module__ == name}
    offered = FOR_NOTEBOOKS if name.startswith("sim.sweep") else {key for key in own if not key.startswith("_")}
    first = {key: next(iter(inspect.signature(function).parameters), "") for key, function in own.items()}
    return {key: own[key] for key in own if key in offered and first[key] != "axes"}


@pytest.mark.parametrize("name", [*modules(), *ALONE])
@pytest.mark.longer
def test_examples_run(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    pytest.importorskip("SALib")
    pytest.importorskip("ema_workbench")
    reported = doctest.testmod(importlib.import_module(name), optionflags=FLAGS)
    assert reported.failed == 0


def test_what_the_package_offers_has_an_example():
    offered = [getattr(sim, name) for name in sim.__all__ if callable(getattr(sim, name))]
    without = [each.__name__ for each in offered if ">>>" not in (inspect.getdoc(each) or "")]
    assert set(without) == {"InputError", "Parties", "Population", "Run"}, "a class that is not made by hand needs none"


@pytest.mark.parametrize(
    "name", [name for name in modules() if not name.startswith(("sim.scenario", "sim.calibration", "study", *LOOK))]
)
def test_public_functions_have_an_example(name):
    without = [key for key, function in public(name).items() if ">>>" not in (inspect.getdoc(function) or "")]
    assert without == []


def test_the_functions_for_notebooks_are_all_there():
    assert {key for name in modules() if name.startswith("sim.sweep") for key in public(name)} == FOR_NOTEBOOKS
