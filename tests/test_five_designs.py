"""At two designs and at five every figure fits a page, and nothing in it lies over another."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.legend import Legend

from sim.designs import by_default, looks
from sim.figures.style import PAGE, styled
from sim.findings.attribution import attribution
from sim.findings.attribution import figure as attribution_figure
from sim.findings.causes import causes
from sim.findings.causes import figure as causes_figure
from sim.findings.comparison import differences_by_point, differences_by_week, figure_by_point, figure_by_week
from sim.findings.curves import adoption as adoption_figure
from sim.findings.curves import pressure_over_time, shares_over_time
from sim.findings.curves import support as support_figure
from sim.findings.delivery import figure as delivery_figure
from sim.findings.delivery import pooled_means
from sim.findings.effect_modification import effect_modification
from sim.findings.effect_modification import figure as modification_figure
from sim.findings.effects import figure as effects_figure
from sim.findings.effects import level_effects
from sim.findings.frontier import figure as frontier_figure
from sim.findings.frontier import frontier
from sim.findings.network import figure as network_figure
from sim.findings.overview import figure as overview_figure
from sim.findings.pressure import figure as pressure_figure
from sim.findings.pressure import shares
from sim.findings.risk import figure as risk_figure
from sim.findings.risk import pooled_incidence
from sim.findings.sensitivity import COLUMNS
from sim.findings.sensitivity import figure as sensitivity_figure
from sim.statistics.quantities import Event
from sim.statistics.samples import grid, runs, small_weekly
from sim.statistics.weekly import pooled_curves

pytestmark = pytest.mark.once

DESIGNS = by_default()
FACTORS = ["leadership.training", "who chooses", "population.ses_mean"]
EVENT = Event("discontinued", 108)
NOTE = "A sample. n = 600 runs, seeds 0 to 9; 95% intervals; not from the model."


def swept(designs):
    levels = {FACTORS[0]: [0.1, 0.9], FACTORS[1]: ["district", "families"], FACTORS[2]: [-0.35, 0.07, 0.9]}
    risks = {
        design: lambda point, more=0.15 * place: 0.1 + more + 0.2 * point[FACTORS[0]]
        for place, design in enumerate(designs)
    }
    table = runs(grid(**levels), risks, seeds=10)
    return table.assign(drained_families=0.2, drained_union=0.1, drained_results=0.1)


def indices(designs, factors=12):
    """Sobol' indices of more factors than five designs have room for; later ones tell more."""
    rows = [
        (design, quantity, 64, f"section.factor_{place}", index, share, share - 0.1, share + 0.1, share, share)
        for design in designs
        for quantity in ("discontinued", "weeks_per_100", "gain")
        for place, share in enumerate(np.linspace(0.1, 0.9, factors))
        for index in ("S1", "ST")
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table, table[["design", "quantity"]].drop_duplicates().assign(converged=True)


def stances(designs):
    who = ("families", "teachers' union", "regulator", "community", "money")
    rows = [(design, label, 1.5, -0.55) for design in designs for label in who]
    return pd.DataFrame(rows, columns=["design", "label", "power", "stance"])


FIGURES = {
    "overview": lambda t, c, w: overview_figure(pooled_incidence(t, 108), c, shares(t), "A school", NOTE),
    "risk": lambda t, c, w: risk_figure(pooled_incidence(t, 108), NOTE),
    "causes": lambda t, c, w: causes_figure(causes(t, 108), NOTE),
    "adoption": lambda t, c, w: adoption_figure(c, NOTE),
    "support": lambda t, c, w: support_figure(c, NOTE),
    "pressure": lambda t, c, w: pressure_figure(shares(t), NOTE),
    "pressure_over_time": lambda t, c, w: pressure_over_time(shares_over_time(w), NOTE),
    "delivery": lambda t, c, w: delivery_figure(pooled_means(t), NOTE),
    "comparison": lambda t, c, w: figure_by_point(differences_by_point(t), NOTE, EVENT),
    "by_week": lambda t, c, w: figure_by_week(differences_by_week(t[t["point"] == 0], [20, 36, 72, 108]), NOTE),
    "frontier": lambda t, c, w: frontier_figure(frontier(t, draws=5), NOTE, EVENT),
    "effects": lambda t, c, w: effects_figure(level_effects(t, FACTORS), NOTE, EVENT),
    "effect_modification": lambda t, c, w: modification_figure(effect_modification(t, FACTORS), NOTE, EVENT),
    "attribution": lambda t, c, w: attribution_figure(attribution(t, FACTORS), NOTE, EVENT),
    "sensitivity": lambda t, c, w: sensitivity_figure(*indices(list(dict.fromkeys(t["design"]))), NOTE, EVENT),
    "value_network": lambda t, c, w: network_figure(stances(list(dict.fromkeys(t["design"]))), NOTE),
}


OFTEN = {"overview", "adoption", "comparison", "frontier", "effect_modification", "attribution", "value_network"}
"""Looked at by the fast tests, at five designs: those that have had something over another."""


@pytest.fixture(scope="module", params=[pytest.param(2, marks=pytest.mark.slow), 5])
def tables(request):
    designs = DESIGNS[-request.param :]
    weekly = small_weekly(designs, 108)
    return swept(designs), pooled_curves(weekly, 100), weekly


def written(figure):
    """All texts that are drawn: of figures, legends and panels, and ticks within the ends of their
    axes.
    """
    parts = [figure, *figure.subfigs]
    texts = [text for part in parts for text in (*part.texts, part._suptitle, part._supxlabel) if text]
    texts += [text for legend in figure.findobj(Legend) for text in legend.get_texts()]
    for axes in figure.axes:
        texts += [*axes.texts, axes.title, axes._left_title]
        for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
            low, high = sorted(axis.get_view_interval())
            ticks = [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
            texts += [axis.label, *ticks]
    return [text for text in dict.fromkeys(texts) if text.get_visible() and text.get_text()]


def overlapping(figure):
    """Pairs of texts, and of a legend and a panel, that lie over one another by more than a hair's
    breadth.
    """
    with styled():
        figure.draw_without_rendering()
        texts = [(text.get_text(), text.get_window_extent()) for text in written(figure)]
        legends = [("legend", legend.get_window_extent()) for legend in figure.findobj(Legend)]
        panels = [("panel", axes.get_window_extent()) for axes in figure.axes if axes.axison]
    pairs = [*combinations(texts, 2), *((legend, panel) for legend in legends for panel in panels)]
    return [(one[0], other[0]) for one, other in pairs if one[1].padded(-1.5).overlaps(other[1].padded(-1.5))]


@pytest.mark.parametrize(
    "name", [name if name in OFTEN else pytest.param(name, marks=pytest.mark.slow) for name in FIGURES]
)
@pytest.mark.longer
def test_a_figure_fits_a_page_and_nothing_lies_over_anything_else(name, tables):
    figure = FIGURES[name](*tables)
    assert overlapping(figure) == []
    with styled():
        tight = figure.get_tightbbox()
    assert tight.height <= PAGE
    assert tight.width <= figure.get_figwidth() + 0.2
    assert min(text.get_fontsize() for text in written(figure)) >= 6.0


def test_an_overlap_is_noticed(tables):
    figure = risk_figure(pooled_incidence(tables[0], 108), NOTE)
    figure.axes[0].set_xticks([36, 37], ["week 36", "week 37"])
    assert ("week 36", "week 37") in overlapping(figure)


def test_where_a_page_has_no_room_the_factors_that_tell_most_are_drawn_and_it_is_said():
    figure = sensitivity_figure(*indices(DESIGNS), NOTE, EVENT)
    names = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert 3 <= len(names) < 12
    assert names == [f"factor {place}" for place in range(12 - len(names), 12)]
    reported = next(text.get_text() for text in figure.texts if text.get_gid() == "caption").replace("\n", " ")
    assert f"Only the {len(names)} most influential of 12 factors are shown; the table has all." in reported


def test_attribution_names_the_design_and_the_stratum_of_each_panel(tables):
    table, *_ = tables
    figure = attribution_figure(attribution(table, FACTORS), NOTE, EVENT)
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]
    assert len(set(titles)) == len(titles) == 3 * table["design"].nunique()
    assert "greenfield\nses mean = −0.35" in titles


def test_fifteen_designs_all_look_different():
    shown = looks([f"own_{k}" for k in range(15)])
    assert len({(each.colour, each.dash, each.hatch, each.marker) for each in shown.values()}) == 15
