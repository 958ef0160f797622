"""Figures can be read: labels, units, designs told apart without colour, the same bytes again."""

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from replicates import replicate

from sim.designs import looks
from sim.diagnose import diagnose
from sim.events import events
from sim.figures.run import one_run
from sim.figures.style import save
from sim.findings.causes import causes
from sim.findings.causes import figure as causes_figure
from sim.findings.comparison import differences_by_week, figure_by_week
from sim.findings.curves import adoption as adoption_figure
from sim.findings.curves import adoption_by_design
from sim.findings.curves import support as support_figure
from sim.findings.network import figure as network_figure
from sim.findings.overview import figure as overview_figure
from sim.findings.pressure import figure as pressure_figure
from sim.findings.pressure import shares
from sim.findings.risk import figure as risk_figure
from sim.findings.risk import pooled_incidence
from sim.statistics.tables import runs_table, weekly_table
from sim.statistics.weekly import pooled_curves

pytestmark = pytest.mark.libraries


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
        "overview": overview_figure(risk, curves, shares(runs), "Title", note),
        "risk": risk_figure(risk, note),
        "causes": causes_figure(causes(runs, 36), note),
        "comparison": figure_by_week(differences_by_week(runs, [20, 36]), note),
        "adoption": adoption_figure(curves, note),
        "support": support_figure(curves, note),
        "pressure": pressure_figure(shares(runs), note),
        "value_network": network_figure(pd.concat([diagnose(point, 2) for point in (mountain_view, greenfield)]), note),
        "run": one_run(run.weekly(), events(run.weekly(), mountain_view), 500, "Title", note),
    }


@pytest.mark.longer
def test_every_figure_has_labels_and_a_caption(finished, risk, curves, mountain_view, greenfield):
    for name, figure in figures(finished, risk, curves, mountain_view, greenfield).items():
        assert any("uncalibrated defaults" in text.get_text() for text in figure.texts), name
        panels = [axes for axes in figure.axes if axes.axison and axes.get_label() != "<colorbar>"]
        for axes in panels:
            labels = axes.get_title(loc="left") or axes.get_title() or axes.get_ylabel() or axes.get_xlabel()
            grid = axes.get_subplotspec()
            row, column = grid.rowspan.start, grid.colspan.start
            # A panel of a grid shares the title of its column and the label of its row.
            top, left = (figure.axes[place * grid.get_gridspec().ncols + at] for place, at in ((0, column), (row, 0)))
            assert labels or (top.get_title(loc="left") and left.get_ylabel()), name
        assert figure.get_figwidth() <= 7.2


def test_designs_are_reported_apart_without_colour(finished, curves):
    lines = adoption_figure(curves, "note").axes[0].get_lines()
    assert len({line.get_linestyle() for line in lines if len(line.get_xdata()) > 2}) == 2
    for figure in (adoption_by_design(curves, "note"), support_figure(curves, "note")):
        assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["as written", "greenfield"]
    bars = pressure_figure(shares(runs_table(finished)), "note").axes[0].patches
    assert len({bar.get_hatch() for bar in bars}) == 2


def drawn(axes):
    """Line style -> what is drawn in it."""
    return {line.get_linestyle(): line.get_ydata() for line in axes.get_lines() if len(line.get_xdata()) > 2}


def test_curves_show_the_table(finished, curves):
    figure = adoption_by_design(curves, "note")
    weekly = weekly_table(finished)
    rows = weekly[(weekly["design"] == "as_written") & (weekly["column"] == "taking_part")]
    lines = drawn(figure.axes[0])
    assert (lines["-"] == rows["median"].to_numpy() / 500).all()
    assert (lines["--"] == rows["mean"].to_numpy() / 500).all()
    assert (lines[":"] == drawn(figure.axes[2])[":"]).all()


def test_adoption_is_a_line_per_design_with_the_means_and_their_intervals(curves):
    figure = adoption_figure(curves, "note")
    assert [axes.get_title(loc="left").split()[0] for axes in figure.axes] == ["Families", "Families", "Programmes"]
    for axes, column in zip(figure.axes, ("taking_part", "in_favour", "going_on"), strict=True):
        lines = [line for line in axes.get_lines() if len(line.get_xdata()) > 2]
        for line, band, design in zip(lines, axes.collections, ("as_written", "greenfield"), strict=True):
            rows = curves[(curves["design"] == design) & (curves["column"] == column)]
            assert line.get_ydata().tolist() == rows["mean"].tolist()
            ends = band.get_paths()[0].vertices[:, 1]
            assert rows["lower"].min() == pytest.approx(ends.min())
            assert rows["upper"].max() == pytest.approx(ends.max())
            assert (rows["lower"] <= rows["mean"]).all()


def test_the_fan_is_in_the_colour_of_its_design(risk, finished, curves):
    adoption = adoption_by_design(curves, "note").axes
    overview = overview_figure(risk, curves, shares(runs_table(finished)), "Title", "note").axes
    for panels in (adoption[:2], overview[1:4:2]):
        colours = [to_hex(band.get_facecolor()[0]) for axes in panels for band in axes.collections]
        assert colours == [look.colour.lower() for look in looks(["retrofit", "greenfield"]).values() for _ in range(2)]


def test_the_share_of_runs_that_go_on_is_what_the_risk_leaves(finished, risk, curves):
    """A programme lives through the week in which it ends: it is gone in the next one."""
    for design in ("as_written", "greenfield"):
        own = curves[(curves["design"] == design) & (curves["column"] == "going_on")].set_index("week")["mean"]
        over = risk[(risk["design"] == design) & (risk["event"] == "discontinued")].set_index("week")["risk"]
        over = over.reindex(range(1, 109)).ffill()
        assert own.iloc[0] == 1.0
        assert (1.0 - own.iloc[1:]).tolist() == pytest.approx(over.iloc[:-1].tolist())
    assert own.iloc[-1] < 1.0


@pytest.mark.once
@pytest.mark.longer
def test_the_same_table_writes_the_same_bytes(risk, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        save(risk_figure(risk, "note"), tmp_path / folder, "figure", ("png", "pdf", "svg"))
    for suffix in ("png", "pdf", "svg"):
        assert (tmp_path / "a" / f"figure.{suffix}").read_bytes() == (tmp_path / "b" / f"figure.{suffix}").read_bytes()


HOSTILE = {
    "text.usetex": True, "figure.facecolor": "black", "axes.facecolor": "black", "text.color": "white",
    "font.family": "serif", "axes.grid": True, "savefig.facecolor": "black", "lines.linewidth": 5.0,
}  # fmt: skip


def test_a_figure_does_not_depend_on_the_users_own_settings(risk, tmp_path):
    for name, own in (("plain", {}), ("hostile", HOSTILE)):
        with mpl.rc_context(own):
            before = dict(mpl.rcParams)
            save(risk_figure(risk, "n = 20"), tmp_path, name, ("png",))
            assert dict(mpl.rcParams) == before
    assert (tmp_path / "plain.png").read_bytes() == (tmp_path / "hostile.png").read_bytes()
