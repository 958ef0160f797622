"""Figures can be read: labels, units, designs told apart without colour, the same bytes again."""

import pandas as pd
import pytest

from sim import plots
from sim.analysis.effects import differences_by_week
from sim.analysis.events import events
from sim.analysis.pressure import shares
from sim.analysis.risk import pooled_incidence
from sim.analysis.tables import runs_table, weekly_table
from sim.analysis.weekly import pooled_curves
from sim.diagnose import diagnose
from sim.sweep import replicate


@pytest.fixture(scope="module")
def finished(mountain_view, greenfield):
    return list(replicate([mountain_view, greenfield], range(20)))


@pytest.fixture(scope="module")
def risk(finished):
    return pooled_incidence(runs_table(finished), 108)


@pytest.fixture(scope="module")
def curves(finished):
    return pooled_curves(weekly_table(finished), 500)


def figures(finished, risk, curves, mountain_view, greenfield):
    note = "n = 20, seeds 0 to 19; 95% intervals; uncalibrated defaults"
    run, runs = finished[2], runs_table(finished)
    return {
        "overview": plots.overview(risk, curves, shares(runs), "Title", note),
        "risk": plots.risk_over_time(risk, note),
        "comparison": plots.differences_by_week(differences_by_week(runs, [20, 36]), note),
        "adoption": plots.adoption(curves, note),
        "support": plots.support(curves, note),
        "pressure": plots.pressure(shares(runs), note),
        "value_network": plots.value_network(
            pd.concat([diagnose(point, 2) for point in (mountain_view, greenfield)]), note
        ),
        "run": plots.one_run(run.weekly(), events(run.weekly(), mountain_view), 500, "Title", note),
    }


def test_every_figure_has_labels_and_a_caption(finished, risk, curves, mountain_view, greenfield):
    for name, figure in figures(finished, risk, curves, mountain_view, greenfield).items():
        assert any("uncalibrated defaults" in text.get_text() for text in figure.texts), name
        panels = [axes for axes in figure.axes if axes.axison and axes.get_label() != "<colorbar>"]
        for axes in panels:
            assert axes.get_title(loc="left") or axes.get_title() or axes.get_ylabel() or axes.get_xlabel(), name
        assert figure.get_figwidth() <= 7.2


def test_designs_are_told_apart_without_colour(curves):
    figure = plots.adoption(curves, "note")
    dashes = {
        line.get_linestyle() for line in figure.axes[0].get_lines() if line.get_label() in ("as written", "greenfield")
    }
    assert len(dashes) == 2


def test_curves_show_the_table(finished, curves):
    figure = plots.adoption(curves, "note")
    line = next(line for line in figure.axes[0].get_lines() if line.get_label() == "as written")
    weekly = weekly_table(finished)
    rows = weekly[(weekly["design"] == "as_written") & (weekly["column"] == "taking_part")]
    assert (line.get_ydata() == rows["median"].to_numpy() / 500).all()


def test_the_same_table_writes_the_same_bytes(risk, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        plots.save(plots.risk_over_time(risk, "note"), tmp_path / folder, "figure", ("png", "pdf", "svg"))
    for suffix in ("png", "pdf", "svg"):
        assert (tmp_path / "a" / f"figure.{suffix}").read_bytes() == (tmp_path / "b" / f"figure.{suffix}").read_bytes()
