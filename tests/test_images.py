"""Main figures look as they did, within a tolerance. ``SIM_UPDATE_IMAGES=1`` writes them anew; then
look at each of them.
"""

import os
from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.testing.compare import compare_images

from sim.designs import by_default
from sim.figures.planes import best_figure
from sim.figures.planes import figure as phase_figure
from sim.figures.style import styled
from sim.findings.attribution import attribution
from sim.findings.attribution import figure as attribution_figure
from sim.findings.causes import causes
from sim.findings.causes import figure as causes_figure
from sim.findings.comparison import differences_by_point, figure_by_point
from sim.findings.curves import adoption as adoption_figure
from sim.findings.curves import adoption_by_design
from sim.findings.delivery import figure as delivery_figure
from sim.findings.delivery import pooled_means
from sim.findings.discovery import figure as discovery_figure
from sim.findings.discovery import parallel
from sim.findings.effect_modification import effect_modification
from sim.findings.effect_modification import figure as modification_figure
from sim.findings.effects import figure as effects_figure
from sim.findings.effects import level_effects
from sim.findings.feature_scores import figure as scores_figure
from sim.findings.frontier import figure as frontier_figure
from sim.findings.frontier import frontier
from sim.findings.hypothesis import figure as verdicts_figure
from sim.findings.hypothesis import judge
from sim.findings.overview import figure as overview_figure
from sim.findings.phase import phase
from sim.findings.pressure import figure as pressure_figure
from sim.findings.pressure import shares
from sim.findings.risk import figure as risk_figure
from sim.findings.risk import pooled_incidence
from sim.findings.sensitivity import convergence_figure
from sim.findings.sensitivity import figure as sensitivity_figure
from sim.kernel.variables import Column
from sim.statistics.factors import labels
from sim.statistics.quantities import Event, prepared
from sim.statistics.samples import grid, runs, small_weekly
from sim.statistics.weekly import pooled_curves

IMAGES = Path(__file__).with_name("images")
TOLERANCE = 6.0
"""Root mean square of the difference in grey levels: fonts may be hinted a little otherwise, a
moved bar is far above it.
"""

DRAWN_BY = "3.11"
pytestmark = [
    pytest.mark.libraries,
    pytest.mark.skipif(
        not matplotlib.__version__.startswith(f"{DRAWN_BY}."),
        reason=f"images drawn by matplotlib {DRAWN_BY}: others set text and margins a little otherwise",
    ),
]

NOTE = "synthetic. n = 2,400 runs, seeds 0 to 99; 95% intervals; not from the model."
EVENT = Event("discontinued", 108)


@pytest.fixture(scope="module")
def table():
    points = grid(**{"a.first": [0.0, 0.5, 1.0], "a.second": [0.0, 1.0], "who chooses": ["district", "families"]})

    def retrofit(point):
        return 0.2 + 0.6 * point["a.first"]

    def greenfield(point):
        return 0.5 - 0.3 * (point["who chooses"] == "families") * point["a.second"]

    made = runs(points, {"retrofit": retrofit, "greenfield": greenfield}, seeds=100)
    share = np.where(made["discontinued"] == 1.0, 0.3, 0.1)
    # Half of those discontinued were diluted before, and not renewed at the year's end.
    later = (made["discontinued"] == 1.0) & (made["seed"] % 2 == 0)
    made = made.assign(
        ending=made["ending"].where(~later, "not_renewed"),
        week=made["week"].where(~later, 36.0),
        week_over=made["week_over"].where(~later, 36.0),
        week_diluted=made["week_diluted"].where(~later, 20.0),
    )
    drained = {"drained_families": share, "drained_union": 0.1, "drained_results": 0.5 - share}
    return prepared(made.assign(**drained), 108, 108)


DESIGNS = by_default()


@cache
def five():
    """A comparison of five designs, one of which does not always open."""
    risks = dict(zip(DESIGNS, (0.8, 0.6, 0.3, 0.2, 0.25), strict=True))
    made = runs(grid(a=[0]), {design: lambda p, risk=risk: risk for design, risk in risks.items()}, seeds=100)
    over = made["discontinued"] == 1.0
    cause = made["seed"].map(lambda seed: ("suspended", "not_renewed", "dropped", "closed")[seed % 4])
    week = made["seed"].map(lambda seed: 18.0 + 18.0 * (seed % 5)).where(over)
    made = made.assign(
        ending=cause.where(over, "sustained"),
        week=week,
        week_over=week,
        week_diluted=(week - 10.0).where(made["seed"] % 3 == 0),
        opened=((made["design"] != "greenfield") | (made["seed"] % 5 > 0)).astype(int),
        drained_families=0.3,
        drained_union=0.01 * (made["seed"] % 10),
        drained_results=0.05,
    )
    table = prepared(made, 108, 108)
    curves = pooled_curves(small_weekly(DESIGNS, 108), 100)
    return pooled_incidence(table, 108), curves, shares(table), "A school, and what it might have been"


FIVE = {"l.a": Column("SD", "How far it goes."), "l.b": Column("0-1", "How well it is reported.")}


def crossing():
    """Five designs over two numbers; their risks cross that of the first."""
    levels = [0.0, 0.25, 0.5, 0.75, 1.0]
    risks = {
        design: lambda p, k=k: 0.5 + 0.08 * k * (p["l.a"] + p["l.b"] - 1.0) - 0.05 * (k > 3)
        for k, design in enumerate(DESIGNS)
    }
    return runs(grid(**{"l.a": levels, "l.b": levels}), risks, seeds=40)


FACTORS = ["a.first", "a.second", "who chooses"]


def planted():
    nan = np.nan
    boxes = pd.DataFrame(
        {
            "design": "retrofit",
            "kind": ["discontinued", "not_discontinued"],
            "held_back_density": [0.93, 0.9],
            "held_back_density_lower": [0.88, 0.86],
            "held_back_density_upper": [0.96, 0.93],
            "held_back_overall": [0.4, 0.6],
            "held_back_coverage": [0.81, 0.7],
        }
    )
    rows = [
        ("discontinued", "l.a", 0.6, nan, ""),
        ("discontinued", "l.b", nan, 0.5, ""),
        ("not_discontinued", "l.a", 0.1, 0.55, ""),
        ("not_discontinued", "l.c", nan, nan, "one, two"),
    ]
    limits = pd.DataFrame(rows, columns=["kind", "factor", "low", "high", "settings"]).assign(design="retrofit")
    return (
        boxes,
        limits,
        pd.DataFrame({"factor": ["l.a", "l.b", "l.c"], "low": [0.0, 0.0, nan], "high": [1.0, 1.0, nan]}),
    )


def indices(first="S1", second="ST"):
    rows = []
    for quantity, scale in (("discontinued", 1.0), ("gain", 0.5)):
        for place, factor in enumerate(("l.a", "l.b", "l.c")):
            for index, more in ((first, 0.0), (second, 0.1)):
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
    reported = pd.DataFrame({"design": "retrofit", "quantity": ["discontinued", "gain"], "converged": [True, False]})
    return pd.DataFrame(rows, columns=columns), reported


def settling():
    table, _ = indices()
    parts = [table.assign(base_points=size, estimate=table["estimate"] + 2.0 / size) for size in (16, 32, 64)]
    return pd.concat(parts, ignore_index=True)


def scores():
    rows = [
        (design, quantity, factor, score, score - 0.05, score + 0.05, 60, 600)
        for design in ("retrofit", "greenfield")
        for quantity in ("discontinued", "gain")
        for factor, score in (("l.a", 0.62), ("l.b", 0.3), ("l.c", 0.08))
    ]
    columns = ["design", "quantity", "factor", "score", "lower", "upper", "points", "n"]
    return pd.DataFrame(rows, columns=columns)


def lines():
    space = np.random.default_rng(1).random((60, 2))
    points = pd.DataFrame(space, columns=["l.a", "l.b"])
    return points.assign(design="retrofit", share=points["l.a"] * (1.0 - points["l.b"]))


FIGURES = {
    "overview": lambda t: overview_figure(*five(), NOTE),
    "adoption": lambda t: adoption_figure(five()[1], NOTE),
    "adoption_by_design": lambda t: adoption_by_design(five()[1], NOTE),
    "risk": lambda t: risk_figure(pooled_incidence(t, 108), NOTE),
    "causes": lambda t: causes_figure(causes(t, 108), NOTE),
    "comparison": lambda t: figure_by_point(differences_by_point(t), NOTE, EVENT),
    "effects": lambda t: effects_figure(level_effects(t, FACTORS), NOTE, EVENT),
    "effect_modification": lambda t: modification_figure(effect_modification(t, FACTORS), NOTE, EVENT),
    "frontier": lambda t: frontier_figure(frontier(t, draws=20), NOTE, EVENT),
    "attribution": lambda t: attribution_figure(attribution(t[t["design"] == "greenfield"], FACTORS), NOTE, EVENT),
    "phase": lambda t: phase_figure(phase(t, "a.first", "a.second"), NOTE, EVENT),
    "phase_surface": lambda t: phase_figure(phase(crossing(), "l.a", "l.b"), NOTE, EVENT, labels(FIVE, FIVE)),
    "phase_best": lambda t: best_figure(phase(crossing(), "l.a", "l.b").best, NOTE, DESIGNS, labels(FIVE, FIVE)),
    "delivery": lambda t: delivery_figure(pooled_means(t), NOTE),
    "pressure": lambda t: pressure_figure(shares(t), NOTE),
    "discovery": lambda t: discovery_figure(*planted(), NOTE),
    "sensitivity": lambda t: sensitivity_figure(*indices(), NOTE, EVENT),
    "sensitivity_morris": lambda t: sensitivity_figure(*indices("mu_star", "sigma"), NOTE, EVENT),
    "sensitivity_convergence": lambda t: convergence_figure(settling(), NOTE, EVENT),
    "feature_scores": lambda t: scores_figure(scores(), NOTE, EVENT),
    "parallel_coordinates": lambda t: parallel(lines(), planted()[1], ["l.a", "l.b"], NOTE),
    "hypothesis": lambda t: verdicts_figure(judge(t, "H3"), NOTE),
}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.longer
def test_figure_looks_as_it_did(name, table, tmp_path):
    figure = FIGURES[name](table)
    actual = tmp_path / f"{name}.png"
    with styled():
        figure.savefig(actual, dpi=60, bbox_inches="tight", metadata={"Software": None})
    expected = IMAGES / f"{name}.png"
    if os.environ.get("SIM_UPDATE_IMAGES"):
        IMAGES.mkdir(exist_ok=True)
        expected.write_bytes(actual.read_bytes())
    reported = compare_images(str(expected), str(actual), tol=TOLERANCE)
    assert reported is None, reported


def test_a_moved_bar_is_noticed(table, tmp_path):
    """The tolerance is not so wide that a test of images could not fail."""
    changed = shares(table).assign(share=lambda rows: rows["share"].to_numpy()[::-1])
    figure = pressure_figure(changed, NOTE)
    with styled():
        figure.savefig(tmp_path / "pressure.png", dpi=60, bbox_inches="tight", metadata={"Software": None})
    reported = compare_images(str(IMAGES / "pressure.png"), str(tmp_path / "pressure.png"), tol=TOLERANCE)
    assert reported is not None
