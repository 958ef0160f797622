"""Figures can be read: labels, units, designs told apart without colour, the same bytes again."""

import pandas as pd
import pytest

from sim import plots
from sim.analysis.compare import Comparison, compare
from sim.analysis.events import events
from sim.diagnose import diagnose
from sim.sweep import replicate


@pytest.fixture(scope="module")
def comparison(mountain_view, greenfield) -> Comparison:
    return compare(list(replicate([mountain_view, greenfield], range(20))))


def figures(comparison: Comparison, mountain_view, greenfield):
    note = "n = 20, seeds 0 to 19; 95% intervals; uncalibrated defaults"
    run = next(iter(replicate([mountain_view], [1])))
    return {
        "overview": plots.overview(comparison.risk, comparison.weekly, comparison.pressure, 500, "Title", note),
        "cumulative_incidence": plots.cumulative_incidence(comparison.risk, note),
        "adoption": plots.adoption(comparison.weekly, 500, note),
        "support": plots.support(comparison.weekly, note),
        "pressure": plots.pressure(comparison.pressure, note),
        "value_network": plots.value_network(pd.concat([diagnose(point, 2) for point in (mountain_view, greenfield)]), note),
        "run": plots.one_run(run.weekly(), events(run.weekly()), 500, "Title", note),
    }


def test_every_figure_has_labels_and_a_caption(comparison, mountain_view, greenfield):
    for name, figure in figures(comparison, mountain_view, greenfield).items():
        assert any("uncalibrated defaults" in text.get_text() for text in figure.texts), name
        panels = [axes for axes in figure.axes if axes.axison and axes.get_label() != "<colorbar>"]
        for axes in panels:
            assert axes.get_title(loc="left") or axes.get_title() or axes.get_ylabel() or axes.get_xlabel(), name
        assert figure.get_figwidth() <= 7.2


def test_designs_are_told_apart_without_colour(comparison):
    figure = plots.adoption(comparison.weekly, 500, "note")
    dashes = {line.get_linestyle() for line in figure.axes[0].get_lines() if line.get_label() in ("as written", "greenfield")}
    assert len(dashes) == 2


def test_curves_show_the_table(comparison):
    figure = plots.adoption(comparison.weekly, 500, "note")
    line = next(line for line in figure.axes[0].get_lines() if line.get_label() == "as written")
    rows = comparison.weekly[(comparison.weekly["design"] == "as_written") & (comparison.weekly["column"] == "taking_part")]
    assert (line.get_ydata() == rows["median"].to_numpy() / 500).all()


def test_the_same_table_writes_the_same_bytes(comparison, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        plots.save(plots.cumulative_incidence(comparison.risk, "note"), tmp_path / folder, "figure", ("png", "pdf", "svg"))
    for suffix in ("png", "pdf", "svg"):
        assert (tmp_path / "a" / f"figure.{suffix}").read_bytes() == (tmp_path / "b" / f"figure.{suffix}").read_bytes()
