"""The figure and the film of one run."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from sim import load_scenario, plots, simulate
from sim.analysis.events import events, most_important
from sim.plots.run import MOST_TOLD
from sim.plots.style import styled

RUNS = [("retrofit", 7), ("opt_out", 3), ("greenfield", 1), ("school_within_school", 1)]


def drawn(design, seed, listed=None):
    scenario = load_scenario("mountain_view", design)
    run = simulate(scenario, seed)
    weekly = run.weekly()
    listed = events(weekly, scenario) if listed is None else listed
    figure = plots.one_run(weekly, listed, scenario.population.families, "Title", "One run, seed 7.", run.ledger)
    return figure, listed


def boxes(figure):
    """Boxes in pixels, with a little taken off, of all texts that are seen, and of legends."""
    with styled():
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw_without_rendering()
        seen = []
        for axes in figure.axes:
            seen += [axes.title, axes._left_title, *axes.texts]
            seen += [axes.get_legend()] if axes.get_legend() else []
            if axes.axison:
                low, high = axes.get_ylim()
                ticks = zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
                seen += [axes.yaxis.label, *(name for place, name in ticks if low <= place <= high)]
        named = [(artist.get_text() if hasattr(artist, "get_text") else "legend", artist) for artist in seen]
        return [(name, artist.get_window_extent(renderer).padded(-0.5)) for name, artist in named if name]


def overlapping(figure):
    return [(a, b) for (a, one), (b, other) in combinations(boxes(figure), 2) if one.overlaps(other)]


def outside(figure):
    return [name for name, box in boxes(figure) if box.x1 > figure.bbox.width or box.y0 < 0]


@pytest.mark.parametrize(("design", "seed"), RUNS)
def test_nothing_overlaps_and_each_event_is_told(design, seed):
    figure, listed = drawn(design, seed)
    assert overlapping(figure) == []
    assert outside(figure) == []
    told = " ".join(text.get_text() for text in figure.axes[-1].texts)
    for event in most_important(listed, MOST_TOLD)["event"]:
        assert set(event.split()) <= set(told.split())


@pytest.mark.parametrize("words", ["WWWW " * 20, "on record against it " * 6])
def test_a_long_story_is_cut_and_still_fits(words):
    crowded = pd.DataFrame({"week": np.arange(1, 41), "party": "board", "event": words, "rank": 3})
    crowded.loc[30:33, "rank"] = 1
    figure, _ = drawn("opt_out", 3, crowded)
    assert overlapping(figure) == []
    assert outside(figure) == []
    marked = {text.get_text() for text in figure.axes[0].texts}
    assert len(marked) == MOST_TOLD
    assert {"31", "32", "33", "34"} <= marked
    assert f"Told are {MOST_TOLD} of 40 events" in " ".join(text.get_text() for text in figure.texts).replace("\n", " ")
