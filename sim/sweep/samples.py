"""A small comparison that runs in a moment: for examples and tests."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.scenario import Scenario
from sim.sweep.doe import design_points
from sim.sweep.factors import Factor
from sim.sweep.local import run_locally
from sim.sweep.plan import Sweep, comparison

SMALL = {
    "population.families": 40, "board.constituency": 40, "horizon.weeks": 40, "design.smallest_class": 0.0,
    "initiative.departure": 1.0,
}  # fmt: skip


def small_scenarios() -> list[Scenario]:
    """A community of forty families under two designs, for all and for those who opt in.

    Examples
    --------
    >>> [scenario.design_name for scenario in small_scenarios()]
    ['retrofit', 'greenfield']
    """
    opt_in = {"design.assignment": "opt_in", "design.capacity": 20, "design_name": "greenfield"}
    return [Scenario().revise({**SMALL, "design_name": "retrofit"}), Scenario().revise({**SMALL, **opt_in})]


def small_folder(factorial: bool = False) -> Path:
    """The folder of a comparison of them, done once and gone when Python ends.

    Parameters
    ----------
    factorial : bool
        Whether training and vetting vary, each over two levels.

    Examples
    --------
    >>> sorted(path.name for path in small_folder().glob("*.json"))
    ['manifest.json']
    """
    return Path(_place(factorial).name) / "small"


@lru_cache(maxsize=2)
def _place(factorial: bool) -> TemporaryDirectory[str]:
    place = TemporaryDirectory(prefix="sim-")
    run_locally(_factorial() if factorial else comparison(small_scenarios(), 20), Path(place.name) / "small")
    return place


def _factorial() -> Sweep:
    varied = ("leadership.training", "leadership.vetting")
    one = comparison(small_scenarios(), 10, weekly="none")
    spec = one.spec.model_copy(update={"factors": tuple(Factor(field=field, levels=(0.1, 0.9)) for field in varied)})
    return Sweep(spec, one.base, design_points(spec, Path()))
