"""Main figures look as they did, within a tolerance. ``SIM_UPDATE_IMAGES=1`` writes them anew; then
look at each of them.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.testing.compare import compare_images

from sim import plots
from sim.analysis.attribution import attribution
from sim.analysis.effects import differences_by_point, level_effects, pooled_means
from sim.analysis.frontier import frontier
from sim.analysis.hypotheses import judge
from sim.analysis.phase import phase
from sim.analysis.pressure import shares
from sim.analysis.risk import pooled_incidence
from sim.analysis.samples import grid, runs
from sim.plots.style import styled

IMAGES = Path(__file__).with_name("images")
TOLERANCE = 6.0
"""Root mean square of the difference in grey levels: fonts may be hinted a little otherwise, a
moved bar is far above it.
"""

NOTE = "synthetic. n = 2,400 runs, seeds 0 to 99; 95% intervals; not from the model."
EVENT = "ended in any way by week 108"


@pytest.fixture(scope="module")
def table():
    points = grid(**{"a.first": [0.0, 0.5, 1.0], "a.second": [0.0, 1.0], "who chooses": ["district", "families"]})

    def retrofit(point):
        return 0.2 + 0.6 * point["a.first"]

    def greenfield(point):
        return 0.5 - 0.3 * (point["who chooses"] == "families") * point["a.second"]

    made = runs(points, {"retrofit": retrofit, "greenfield": greenfield}, seeds=100)
    share = np.where(made["ended"] == 1.0, 0.3, 0.1)
    return made.assign(drained_families=share, drained_teachers=0.1, drained_vendor=0.5 - share)


FACTORS = ["a.first", "a.second", "who chooses"]


def planted():
    nan = np.nan
    boxes = pd.DataFrame(
        {
            "design": "retrofit",
            "kind": ["ended", "lived"],
            "held_back_density": [0.93, 0.9],
            "held_back_density_lower": [0.88, 0.86],
            "held_back_density_upper": [0.96, 0.93],
            "held_back_coverage": [0.81, 0.7],
        }
    )
    rows = [
        ("ended", "l.a", 0.6, nan, ""),
        ("ended", "l.b", nan, 0.5, ""),
        ("lived", "l.a", 0.1, 0.55, ""),
        ("lived", "l.c", nan, nan, "one, two"),
    ]
    limits = pd.DataFrame(rows, columns=["kind", "factor", "low", "high", "settings"]).assign(design="retrofit")
    return (
        boxes,
        limits,
        pd.DataFrame({"factor": ["l.a", "l.b", "l.c"], "low": [0.0, 0.0, nan], "high": [1.0, 1.0, nan]}),
    )


def indices():
    rows = []
    for quantity, scale in (("ended", 1.0), ("gain", 0.5)):
        for place, factor in enumerate(("l.a", "l.b", "l.c")):
            for index, more in (("S1", 0.0), ("ST", 0.1)):
                estimate = scale * (0.5 - 0.15 * place) + more
                rows.append(
                    (
                        "retrofit",
                        quantity,
                        64,
                        factor,
                        index,
                        estimate,
                        estimate - 0.1,
                        estimate + 0.1,
                        estimate - 0.03,
                        estimate + 0.03,
                    )
                )
    columns = [
        "design",
        "quantity",
        "base_points",
        "factor",
        "index",
        "estimate",
        "lower",
        "upper",
        "mc_lower",
        "mc_upper",
    ]
    told = pd.DataFrame({"design": "retrofit", "quantity": ["ended", "gain"], "converged": [True, False]})
    return pd.DataFrame(rows, columns=columns), told


FIGURES = {
    "risk": lambda t: plots.risk_over_time(pooled_incidence(t, 108), NOTE),
    "comparison": lambda t: plots.differences(differences_by_point(t), NOTE, EVENT),
    "effects": lambda t: plots.level_effects(level_effects(t, FACTORS), NOTE, EVENT),
    "frontier": lambda t: plots.frontier(frontier(t, 20), NOTE, EVENT),
    "attribution": lambda t: plots.attribution(attribution(t[t["design"] == "greenfield"], FACTORS), NOTE, EVENT),
    "phase": lambda t: plots.phase(*phase(t, "a.first", "a.second"), NOTE, EVENT),
    "delivery": lambda t: plots.delivery(pooled_means(t), NOTE),
    "pressure": lambda t: plots.pressure(shares(t), NOTE),
    "discovery": lambda t: plots.discovery(*planted(), NOTE),
    "sensitivity": lambda t: plots.sensitivity(*indices(), NOTE, EVENT),
    "hypothesis": lambda t: plots.verdicts(judge(t, "H3"), NOTE),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure_looks_as_it_did(name, table, tmp_path):
    figure = FIGURES[name](table)
    actual = tmp_path / f"{name}.png"
    with styled():
        figure.savefig(actual, dpi=60, bbox_inches="tight", metadata={"Software": None})
    expected = IMAGES / f"{name}.png"
    if os.environ.get("SIM_UPDATE_IMAGES"):
        IMAGES.mkdir(exist_ok=True)
        expected.write_bytes(actual.read_bytes())
    told = compare_images(str(expected), str(actual), tol=TOLERANCE)
    assert told is None, told


def test_a_moved_bar_is_noticed(table, tmp_path):
    """The tolerance is not so wide that a test of images could not fail."""
    changed = shares(table).assign(share=lambda rows: rows["share"].to_numpy()[::-1])
    figure = plots.pressure(changed, NOTE)
    with styled():
        figure.savefig(tmp_path / "pressure.png", dpi=60, bbox_inches="tight", metadata={"Software": None})
    told = compare_images(str(IMAGES / "pressure.png"), str(tmp_path / "pressure.png"), tol=TOLERANCE)
    assert told is not None
